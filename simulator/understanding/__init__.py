"""Words to dialogue acts, pure."""

from simulator.understanding.reading import ACTS_VERSION, Rules

__all__ = ["ACTS_VERSION", "Rules"]

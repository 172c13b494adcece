"""Words to dialogue acts, pure."""

from simulator.understanding.reading import Rules

__all__ = ["Rules"]

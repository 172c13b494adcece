"""Render the voice packs that are shipped (voices/packs): ``python script/render_voices.py [SCENARIO...]``.

A line is rendered again only if its text, its style or the model changed. What is rendered is kept at once, so the
script may be stopped and started at any time. It needs ``hotseat voices install kokoro``, and
takes one thread, half a second of it for each second of speech.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from simulator.customer.scenario import list_scenarios, load_scenario
from simulator.datafile import data_folder
from simulator.session.prepare_voice import prepare
from simulator.speech.natural.voice_cache import cache_folder


def main() -> None:
    """Render the packs asked for, or all."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("scenarios", nargs="*", default=list_scenarios(), help="all by default")
    asked.add_argument("--work", type=Path, default=cache_folder() / "renderings", help="where renderings are kept")
    given = asked.parse_args()
    packs = data_folder("voices") / "packs"
    packs.mkdir(exist_ok=True)
    for name in given.scenarios:
        began = time.monotonic()
        pack = prepare(load_scenario(name), packs / f"{name}.zip", work=given.work, progress=show(name))
        print(f"{pack}: {pack.stat().st_size / 1e6:.1f} MB, {time.monotonic() - began:.0f} s", flush=True)


def show(name: str) -> Callable[[int, int], None]:
    """Return what tells how far a pack is, every fifty lines."""

    def tell(done: int, of: int) -> None:
        if done % 50 == 0:
            print(f"{name}: {done} of {of} lines", flush=True)

    return tell


if __name__ == "__main__":
    main()

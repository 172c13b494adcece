"""Cut the connection of calls in a real browser at random moments, and see whether a call or a second of it is lost.

    python benchmarks/records/cut_connections.py 100

Calls run in real time in a headless Chromium, through a relay that breaks connections or lets nothing pass. Prints a
line a call, and at the end how many cuts there were and what went wrong (exit code 1 if anything did).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.lab.conftest import KEY, make_room, served
from tests.lab.rig import Network, chromium, cut_call, recorded

A_CALL = 10
"""Cuts in one call."""


def main(count: int) -> int:
    root = Path(tempfile.mkdtemp(prefix="hotseat-cuts-"))
    room = make_room(root, calls=False)
    microphone = recorded(root / "trainee.wav")
    wrong = done = 0
    with served(room) as address, Network(address) as network:
        for number in range(-(-count // A_CALL)):
            cuts = min(A_CALL, count - done)
            with chromium(microphone) as running:  # anew: the microphone plays from its beginning
                page = running.new_page()
                page.goto(f"{network.address}?key={KEY}")
                found = cut_call(page, network.address, network, room.owner.calls, cuts=cuts, seed=number)
            done += cuts
            wrong += bool(found.faults())
            seconds = found.folder.duration / 16000
            print(
                f"call {number}: {cuts} cuts in {seconds:.1f} s; {'; '.join(found.faults()) or 'nothing wrong'}",
                flush=True,
            )
    print(f"{done} cuts; something was wrong in {wrong} calls")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))

"""What seats cost that are signed in and on no call: ``python benchmarks/lab/idle.py [SEATS]``, 200 by default.

A room in a process of its own; each seat signs in and loads its first page and the page of a call. A seat keeps no
connection until its phone rings, so what is left is the room's memory and, over a minute, its processor, while one
instructor's live view asks once a second. Prints both by the room's own figures.
"""

from __future__ import annotations

import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from simulator.lab.bench import SCENARIO, add_people, opened_room, sample, sign_in

LOOKS = 60


def load(address: str, cookie: str, *pages: str) -> None:
    """Ask for pages as somebody."""
    line = HTTPConnection(urlsplit(address).netloc, timeout=120)
    for page in pages:
        line.request("GET", page, headers={"cookie": cookie})
        answer = line.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{page}: {answer.status}")
    line.close()


def main() -> None:
    """Run it, and print the figures."""
    count = int(sys.argv[1]) if sys.argv[1:] else 200
    with tempfile.TemporaryDirectory(prefix="hotseat-idle-") as folder:
        root = Path(folder)
        database, names = str(root / "records.db"), [f"Seat {number + 1}" for number in range(count)]
        add_people(database, names)
        add_people(database, ["Looker"], role="instructor")
        with opened_room(root, database, seats=4) as (_, address):
            looker = sign_in(address, "Looker")
            for name in names:
                load(address, sign_in(address, name), "/", f"/take/{SCENARIO}")
            time.sleep(6)  # the room makes its figures anew every 5 s
            (before,) = sample(address)
            for _ in range(LOOKS):
                load(address, looker, "/live/seats")
                time.sleep(1)
            (after,) = sample(address)
        cores = (after[1] - before[1]) / (after[0] - before[0])
        print(f"{count} seats: {after[2] / 1e6:.0f} MB, {100 * cores:.1f} % of a core")


if __name__ == "__main__":
    main()

"""Kill one of two servers on one PostgreSQL during calls: ``python benchmarks/lab/two_servers.py [CALLS]`` (12).

Both are `hotseat lab` in a process of its own, each with its own folder and half of the calls; trainees are scripted
and speak. Then: do the other's calls go on, does its live view show what happened, are the killed one's calls mended,
scored and filed when it is started again? Exit code 1 if not.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sqlalchemy import select

from simulator.lab.bench import Seat, add_people, opened_room, scripted, sign_in
from simulator.recording.folder import CallFolder
from simulator.records.database.opening import open_records
from simulator.records.database.tables import Call
from simulator.records.reviews.standing import latest_score
from tests.records.cluster import cluster

TALKED_S = 20.0
"""Since the last call began, when one server is killed."""
AGAIN_S = 300.0


def live_view(address: str, cookie: str) -> dict[str, list[dict[str, object]]]:
    """Return what the instructor sees."""
    asked = urllib.request.Request(f"{address}/live/seats", headers={"cookie": cookie})
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)


async def take_all(seats: list[Seat], ways: list[tuple[str, str]], killed, look) -> None:
    """Let every seat take its call, kill a server on the way, and look at the other's live view."""
    calls = [asyncio.create_task(seat.take(*way)) for seat, way in zip(seats, ways, strict=True)]
    while not all(seat.live_at or seat.broken for seat in seats):
        await asyncio.sleep(0.5)
    await asyncio.sleep(TALKED_S)
    print("before:", await asyncio.to_thread(look), flush=True)
    killed.kill()
    await asyncio.sleep(10)
    print("10 s after:", await asyncio.to_thread(look), flush=True)
    await asyncio.gather(*calls)


def shown(view: dict[str, list[dict[str, object]]]) -> str:
    """Return a live view in words."""
    seats = [
        f"{each['person']} {each['stage']}" + (" (other server)" if each["server"] else "") for each in view["seats"]
    ]
    return f"{', '.join(seats)}; silent: {view['silent']}"


def main() -> int:
    """Run it, and print what came of it."""
    count = int(sys.argv[1]) if sys.argv[1:] else 12
    with ExitStack() as stack:
        database = stack.enter_context(cluster())
        outs = [Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"hotseat-{n}-"))) for n in "ab"]
        names = [f"Seat {number + 1}" for number in range(count)]
        add_people(database, names)
        add_people(database, ["Looker"], role="instructor")
        with ExitStack() as rooms:
            opened = [rooms.enter_context(opened_room(out, database, seats=count, port=free_port())) for out in outs]
            ways = [(opened[n % 2][1], sign_in(opened[n % 2][1], name)) for n, name in enumerate(names)]
            seats = [Seat(number, scripted(print)) for number in range(count)]
            looker = sign_in(opened[1][1], "Looker")
            asyncio.run(take_all(seats, ways, opened[0][0], lambda: shown(live_view(opened[1][1], looker))))
            with opened_room(outs[0], database, seats=count, port=urlsplit(opened[0][1]).port):
                left = wait_for_scores(database, count)
                print("after a new start:", shown(live_view(opened[1][1], looker)), flush=True)
        went_on = [seat for seat in seats[1::2] if seat.over_at is not None and not seat.broken]
        states = [CallFolder.open(path.parent).manifest.state for path in sorted(outs[0].glob("*/*/call.json"))]
        print(f"calls of the other server that came to their end: {len(went_on)} of {count // 2}")
        print(f"folders of the killed server: {states}; calls without a score in the records: {left}")
        return int(len(went_on) < count // 2 or left > 0 or len(states) != count - count // 2)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def wait_for_scores(database: str, count: int) -> int:
    """Return how many calls have no score in the records, once all have or `AGAIN_S` are over."""
    until = time.monotonic() + AGAIN_S
    with open_records(database) as records:
        while True:
            with records.reading() as session:
                scored = sum(latest_score(session, call) is not None for call in session.scalars(select(Call)))
            if scored >= count or time.monotonic() > until:
                return count - scored
            time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())

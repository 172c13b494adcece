"""A certificate from beginning to end in the room: ``python benchmarks/lab/certificate.py``, some fifteen minutes.

A scripted trainee speaks a certification call at a seat of a real `hotseat lab`, with the recognizer of this machine.
The browser's frames are the call's clock, and here they come at a quarter of the speed: a busy machine keeps up.
The officer decides what is left to a person, and issues the certificate: the room takes the call again from its
recording first. `hotseat verify` then checks the file that the officer saves. Nothing is replaced; only the check of
the headset is written by hand. Exit code 1 if anything refuses.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote_plus, urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sqlalchemy import select

from simulator.headset.browser import BrowserAudio
from simulator.headset.preflight import Preflight
from simulator.lab.bench import AUDIO, SCENARIO, Seat, add_people, opened_room, scripted, sign_in
from simulator.lab.room import SeatCheck, Visitor
from simulator.records.attempts import Identity, start_attempt, state_of
from simulator.records.database.opening import open_records
from simulator.records.database.tables import Attempt, Call, now
from simulator.records.forms import load_policy
from simulator.records.reviews.standing import standing_of
from simulator.records.staff.people import find_person
from tests.records.test_certification import form

TARA, OTTO = "Tara Trainee", "Otto Officer"
PERSON = f"/certification/person?name={quote_plus(TARA)}"
PACE, ISSUED_S = 4.0, 900.0


class Browser:
    """Somebody who is signed in."""

    def __init__(self, address: str, name: str) -> None:
        self._address, self._cookie = address, sign_in(address, name)

    def ask(self, path: str, form: dict[str, object] | None = None) -> tuple[int, bytes]:
        """Get a page, or send a form."""
        line, headers = HTTPConnection(urlsplit(self._address).netloc, timeout=120), {"cookie": self._cookie}
        if form is None:
            line.request("GET", path, headers=headers)
        else:
            headers |= {"origin": self._address, "content-type": "application/x-www-form-urlencoded"}
            line.request("POST", path, urlencode(form), headers)
        answer = line.getresponse()
        found = answer.status, answer.read()
        line.close()
        return found


def prepared(root: Path, database: str) -> None:
    """Make the people, the attempt and the check of the seat's headset."""
    add_people(database, [TARA])
    add_people(database, [OTTO], role="officer")
    checked = Preflight(headset=BrowserAudio(**AUDIO).name, checked=datetime.now(UTC).isoformat(), passed=True,
                        leak_db=None, round_trip_ms=None, measured=False, findings=())  # fmt: skip
    with open_records(database) as records, records.writing() as session:
        tara, identity = find_person(session, TARA), Identity(how="staff card", by=OTTO)
        start_attempt(session, tara, load_policy(), form(SCENARIO), identity, at=now() - timedelta(minutes=1))
        mine = root / tara.id
    Visitor(person=TARA, calls=mine, folder=mine).keep_check(SeatCheck(preflight=checked))


def decided(database: str, otto: Browser) -> str:
    """Let the officer give every point that is missing, and decide; return how the attempt then stands."""
    with open_records(database) as records, records.reading() as session:
        call = session.scalars(select(Call)).one()
        standing, name = standing_of(session, call), call.name
        print(f"the program: {standing.score.total}, {standing.score.verdict}: {standing.score.reason}", flush=True)
        missing = [(row.id, row.of) for row in standing.rows if row.of and row.points < row.of]
        print(f"outcome: {call.outcome}; points are missing in {len(missing)} criteria", flush=True)
    if standing.verdict != "pass":
        for criterion, of in missing:
            answer = otto.ask(
                f"/queue/{name}/points", {"criterion": criterion, "points": of, "text": "heard otherwise"}
            )
            if answer[0] != 303:
                print(criterion, answer[0], re.findall(rb'class="wrong"[^>]*>([^<]+)', answer[1]))
        otto.ask(f"/queue/{name}/decision", {"passed": "yes", "text": "heard otherwise"})
    with open_records(database) as records, records.reading() as session:
        standing = standing_of(session, session.scalars(select(Call)).one())
        found = state_of(session, session.scalars(select(Attempt)).one(), at=now())
        return f"{found.result}: {standing.total}, {standing.verdict}: {standing.reason}"


def issued(otto: Browser) -> bytes:
    """Issue the certificate and return its file; empty if the room refuses."""
    print("issue:", otto.ask("/certification/issue", {"name": TARA})[0], flush=True)
    until = time.monotonic() + ISSUED_S
    while time.monotonic() < until:
        page = otto.ask(PERSON)[1].decode()
        link = re.search(r'href="(/certification/certificates/[^"]+\.json[^"]*)"', page)
        if link:
            return otto.ask(link[1].replace("&amp;", "&"))[1]
        wrong = re.search(r'class="wrong"[^>]*>([^<]+)', page)
        if wrong:
            print("refused:", wrong[1])
            return b""
        time.sleep(2)
    return b""


def main() -> int:
    """Run it, and print what came of each step."""
    with tempfile.TemporaryDirectory(prefix="hotseat-certificate-") as folder:
        root = Path(folder)
        os.environ["HOTSEAT_DATA"] = str(root / "data")
        out, database = root / "lab", str(root / "records.db")
        out.mkdir()
        prepared(out, database)
        with opened_room(out, database, seats=1) as (_, address):
            seat, otto = Seat(0, scripted(print), certification=True, pace=PACE), Browser(address, OTTO)
            asyncio.run(seat.take(address, sign_in(address, TARA)))
            print(
                f"the call: {seat.broken or 'over'}; {len(seat.gaps_ms)} replies, {seat.late} late frames", flush=True
            )
            print("the attempt:", decided(database, otto), flush=True)
            begun = time.monotonic()
            file = issued(otto)
            print(f"issued after {time.monotonic() - begun:.0f} s: {len(file)} bytes", flush=True)
        path = root / "certificate.json"
        path.write_bytes(file)
        calls = [word for log in sorted(out.rglob("events.jsonl")) for word in ("--call", str(log.parent))]
        words = [sys.executable, "-m", "simulator.cli.main", "verify", str(path), *calls]
        done = subprocess.run(words, text=True, capture_output=True, check=False)
        print(done.stdout, done.stderr)
        return int(done.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())

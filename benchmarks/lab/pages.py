"""Time every page of a room whose records hold many calls: ``python benchmarks/lab/pages.py [CALLS] [--postgres]``.

The calls (50,000 unless told otherwise) are of 400 people over a year. They are copies of two calls that were really
taken, scored and filed, each with other people, times, points and totals; 2 in 100 are borderline, 1 in 100 has been
changed by a person, and every person has two attempts at certification. Copies are not in the log; nothing else
differs from filed calls. Prints how long the first answer and the others took, as the browser has them, and what
missed 100 ms (exit code 1).
"""

from __future__ import annotations

import http.client
import random
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sqlalchemy import insert, select

from simulator.customer.scenario import list_scenarios
from simulator.lab.room import Room, Visitor
from simulator.lab.serve import pass_over_what_stays
from simulator.lab.site.gate import Site
from simulator.records.database.opening import open_records
from simulator.records.database.tables import Attempt, AttemptCall, Call, Person, Review, Score, Team, new_id, now
from simulator.records.forms import load_policy
from simulator.records.staff.people import key_of
from tests.lab.rig import answering
from tests.lab.site.conftest import Made, add_people, make_site_app, take
from tests.records.cluster import cluster
from tests.scoring.made_call import bad_call, good_call

PEOPLE, DAYS, TIMES, BAR_MS = 400, 365, 9, 100.0
PAGES = (
    "/skills?days=7", "/skills", "/skills?days=365", "/skills?days=all", "/skills?days=30&dimension=listening",
    "/skills/moments?person=Person 007&skill=listening&days=90", "/queue", "/queue?page=9", "/table",
    "/table?sort=total", "/table?sort=person&order=up", "/table?page=500", "/table?person=person 01&verdict=fail",
    "/table?team=Team 3", "/person?name=Person 007", "/certification", "/certification?state=open", "/assignments",
    "/people", "/sharing", "/progress", "/calls", "/live", "/live/seats", "/", "/metrics",
)  # fmt: skip


def fill(site: Site, made: Made, count: int) -> None:
    """File two calls, and copy them `count` times."""
    dice = random.Random(16)
    stories = list_scenarios()
    for call, who, day in ((good_call(), "Tara Trainee", 22), (bad_call(), "Tom Trainee", 23)):
        take(site, made, call, who, started=f"2026-11-{day}T09:00:00+00:00")
    with site.records.writing() as session:
        calls, scores = session.scalars(select(Call)).all(), session.scalars(select(Score)).all()
        whole = {each.call_id: each for each in scores}
        teams = [{"id": new_id(), "name": f"Team {n}", "key": key_of(f"Team {n}")} for n in range(20)]
        session.execute(insert(Team), teams)
        people = [
            {"id": new_id(), "name": f"Person {n:03}", "key": key_of(f"Person {n:03}"), "team_id": teams[n % 20]["id"],
             "role": "trainee"}
            for n in range(PEOPLE)
        ]  # fmt: skip
        session.execute(insert(Person), people)
        checker = session.scalar(select(Person.id).where(Person.name == "Inez Instructor"))
        columns = [[each.key for each in table.__table__.columns] for table in (Call, Score)]
        new: dict[type, list[dict[str, object]]] = {Call: [], Score: [], Review: [], Attempt: [], AttemptCall: []}
        attempts = add_attempts(new, people, str(checker), dice)
        for number in range(count):
            like = dice.choice(calls)
            person = people[number % PEOPLE]
            exam = attempts.get((str(person["id"]), number // PEOPLE))
            scenario = exam[1] if exam else dice.choice(stories)
            call = {c: getattr(like, c) for c in columns[0]} | {
                "id": new_id(), "name": f"{like.name}-{number:06}", "person_id": person["id"], "scenario": scenario,
                "title": scenario.replace("-", " ").capitalize(), "shared": True, "trainee": "headset",
                "mode": "certification" if exam else "practice",
                "started": exam[2] if exam else now() - timedelta(days=dice.random() * DAYS),
            }  # fmt: skip
            score = {c: getattr(whole[like.id], c) for c in columns[1]} | {"id": new_id(), "call_id": call["id"]}
            share = dice.random()
            verdict = "borderline" if dice.random() < 0.02 else "pass" if share > 0.5 else "fail"
            score |= {"total": round(100 * share, 1), "verdict": verdict}
            score["criteria"] = [each | {"points": round(each["of"] * share, 2)} for each in score["criteria"]]
            new[Call].append(call)
            new[Score].append(score)
            if exam:
                new[AttemptCall].append({"id": new_id(), "attempt_id": exam[0], "call_id": call["id"]})
            if dice.random() < 0.01:
                changed = next(each for each in score["criteria"] if each["of"])
                new[Review].append({
                    "id": new_id(), "call_id": call["id"], "number": 1, "score_id": score["id"], "kind": "override",
                    "by_id": checker, "text": "I heard it otherwise.", "criterion": changed["id"],
                    "points": changed["of"], "of": changed["of"],
                })  # fmt: skip
        for table, rows in new.items():
            for start in range(0, len(rows), 5_000):
                session.execute(insert(table), rows[start : start + 5_000])


def add_attempts(new: dict[type, list[dict[str, object]]], people: list[dict[str, str]], checker: str,
                 dice: random.Random) -> dict[tuple[str, int], tuple[str, str, object]]:  # fmt: skip
    """Add two attempts for everybody; return which of their calls counts in which, with its scenario and time."""
    found: dict[tuple[str, int], tuple[str, str, object]] = {}
    stories = list_scenarios()[:3]
    for person in people:
        for nth, days in enumerate((dice.uniform(200, 360), dice.uniform(1, 60))):
            began = now() - timedelta(days=days)
            row = {
                "id": new_id(), "person_id": person["id"], "policy": "standard 1", "policy_sha256": "", "form": "A",
                "form_sha256": "", "scenarios": stories, "recognizer": "any", "started": began,
                "until": began + timedelta(days=14), "valid_months": 12, "incomplete_allowed": 1, "identity": "seen",
                "identity_by": checker,
            }  # fmt: skip
            new[Attempt].append(row)
            for at, story in enumerate(stories if dice.random() < 0.8 else stories[:1]):
                found[person["id"], nth * 3 + at] = (str(row["id"]), story, began + timedelta(hours=1 + at))
    return found


def main() -> int:
    """Fill the records, ask for each page, and print the figures."""
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    count = numbers[0] if numbers else 50_000
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hotseat-pages-")))
        where = stack.enter_context(cluster()) if "--postgres" in sys.argv else str(root / "records.db")
        records = stack.enter_context(open_records(where))
        nobody = Visitor(person="", calls=root / "nobody", folder=root / "nobody")
        site = Site(room=Room(owner=nobody, database=where), records=records, folder=root, secure=False)
        made = Made(site)
        add_people(site)
        fill(site, made, count)
        if "--postgres" not in sys.argv:
            print(f"{count} calls in {(root / 'records.db').stat().st_size / 1e6:.0f} MB of SQLite")
        site.room.records = records
        begun = time.perf_counter()
        with records.reading() as session:
            site.room.index.calls(session)
        print(f"the index was made in {time.perf_counter() - begun:.1f} s")
        begun = time.perf_counter()
        with records.reading() as session:
            site.certified.people(session, load_policy())
        print(f"where everybody stands was read in {time.perf_counter() - begun:.1f} s")
        pass_over_what_stays()
        address = stack.enter_context(answering(make_site_app(site)))
        return ask(site, made, address)


def ask(site: Site, made: Made, address: str) -> int:
    """Ask for each page as whoever may see it; return 1 if one was slower than the bar."""
    late = 0
    print(f"{'page':56} first  median  slowest, ms")
    for page in PAGES:
        name = "Ada Admin" if page == "/people" else "Inez Instructor"
        headers = {"cookie": f"{site.cookie}={site.sessions.begin(made.member(name).account)}"}
        line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)
        took = []
        for at in ("/account", *[page] * TIMES):  # the first makes the connection
            begun = time.perf_counter()
            line.request("GET", quote(at, safe="/?=&"), headers=headers)
            answer = line.getresponse()
            answer.read()
            took.append(1000 * (time.perf_counter() - begun))
            if answer.status != 200:
                raise SystemExit(f"{at}: {answer.status}")
        line.close()
        took = took[1:]
        middle = statistics.median(took[1:])
        late += middle > BAR_MS
        mark = "  LATE" if middle > BAR_MS else ""
        print(f"{page:56} {took[0]:5.0f} {middle:7.0f} {max(took[1:]):8.0f}{mark}", flush=True)
    return int(late > 0)


if __name__ == "__main__":
    sys.exit(main())

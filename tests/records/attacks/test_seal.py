"""Issue 13, item 3: a call is sealed while it runs."""

import json
import shutil
import time
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import select

from simulator.clock import RATE_HZ
from simulator.errors import InputError
from simulator.events import CallEnded, CallStarted
from simulator.recording.call_seal import NAME as SEAL
from simulator.recording.call_seal import SEALED_BLOCK
from simulator.recording.folder import CallFolder, CallWriter
from simulator.recording.manifest import Manifest
from simulator.recording.writer import PENDING
from simulator.records.attempts import attempts_of, start_attempt, state_of
from simulator.records.database.log import check_log
from simulator.records.database.opening import open_records
from simulator.records.database.tables import Attempt, CallSeal, now
from simulator.records.filing import file_call
from simulator.records.forms import load_policy
from simulator.records.sealing.call_seals import RUNNING, RecordsKeeper, check_seal
from simulator.records.staff.people import add_person
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from simulator.session.certifying import Asked, certify
from tests.records.attacks.conftest import edit
from tests.records.attacks.folders import POSIX
from tests.records.conftest import scored_call, seal_as_taken
from tests.records.test_certification import CARD, DAY, STARTED, form
from tests.scoring.made_call import bad_call

pytestmark = pytest.mark.unit
SECONDS = 5


@pytest.fixture
def where(tmp_path):
    return str(tmp_path / "lab.db")


def write_call(root, where, *, at_second=lambda second, path: None, **manifest):
    """Write a call of `SECONDS` with a keeper, as `hotseat call` does; `at_second` is asked at each and at the end."""
    given = {"scenario": "missing-sofa", "mode": "certification", "person": "Dana", "trainee": "headset", **manifest}
    writer = CallWriter(root, Manifest(**given), keeper=RecordsKeeper(where))
    rng = np.random.default_rng(5)
    writer.event(CallStarted(at=0, scenario="missing-sofa", seed=0, mode="certification", recognizer="x", headset="x"))
    first = writer.path
    for number in range(SECONDS * 50):
        if number % 50 == 0:
            at_second(number // 50, first)
        writer.audio(*(rng.integers(-900, 900, (2, 320)).astype(np.int16)))
    writer.event(CallEnded(at=SECONDS * RATE_HZ, outcome="won_back", reason="the customer was satisfied"))
    at_second(SECONDS, first)
    writer.finish()
    assert writer.unsealed == ("its folder vanished during the call" if writer.path != first else "")
    return writer.path


def move_begin_back(session, by_s=SECONDS):
    row = session.scalars(select(CallSeal).order_by(CallSeal.begun.desc())).first()
    row.begun -= timedelta(seconds=by_s)
    return row


@pytest.fixture
def sealed(tmp_path, where):
    """A call that the real writer and the real keeper sealed."""
    path = write_call(tmp_path / "calls", where)
    with open_records(where) as records, records.writing() as session:
        move_begin_back(session)
        yield session, path


def refused(session, path, why):
    with pytest.raises(InputError, match=why):
        check_seal(session, CallFolder.open(path))


def test_a_call_as_it_was_written_fits_its_seal(sealed):
    session, path = sealed
    row = check_seal(session, CallFolder.open(path))
    assert (row.strength, row.outcome, row.samples) == ("same-account", "won_back", SECONDS * RATE_HZ)
    ends = [json.loads(tag)["samples"] for tag in (path / SEAL).read_bytes().splitlines()]
    longest = SEALED_BLOCK + PENDING + 320  # a block ends with the batch that fills it, however late the disk is
    assert max(np.diff([0, *ends])) <= longest
    assert ends[-1] == SECONDS * RATE_HZ
    assert row.key not in "".join(file.read_bytes().decode("latin-1") for file in path.iterdir())


def test_call_begun_is_in_the_records_before_the_first_sample(tmp_path, where):
    writer = CallWriter(tmp_path / "calls", Manifest(scenario="missing-sofa"), keeper=RecordsKeeper(where))
    with open_records(where) as records, records.reading() as session:
        row = session.scalars(select(CallSeal)).one()
        assert (row.name, row.ended, row.id) == (writer.path.name, None, writer.manifest.seal)
        assert check_log(session).faults == ()
    writer.finish()


def test_a_keeper_that_cannot_write_stops_the_call_before_it_begins(tmp_path):
    (tmp_path / "lab.db").write_bytes(b"no database" * 100)
    with pytest.raises(InputError, match="cannot be used"):
        CallWriter(tmp_path / "calls", Manifest(scenario="x"), keeper=RecordsKeeper(str(tmp_path / "lab.db")))
    assert list((tmp_path / "calls").iterdir()) == []


@pytest.mark.parametrize("name", ["trainee.wav", "customer.wav", "events.jsonl", SEAL])
@pytest.mark.parametrize("where_in_file", [0.3, 0.6, 0.999])
def test_a_changed_byte_is_found_and_where(sealed, name, where_in_file):
    session, path = sealed
    content = bytearray((path / name).read_bytes())
    at = int(len(content) * where_in_file)
    content[at] = content[at] ^ 1 or 2
    (path / name).write_bytes(bytes(content))
    refused(session, path, "not as it was sealed|is damaged")


def test_what_is_cut_added_or_taken_from_another_call_is_found(sealed, tmp_path):
    session, path = sealed
    log, seal = path / "events.jsonl", path / SEAL
    before = log.read_bytes(), seal.read_bytes()
    lines = log.read_bytes().splitlines(keepends=True)
    for changed in (b"".join([lines[0], *lines]), lines[0], b"".join(reversed(lines))):
        log.write_bytes(changed)
        refused(session, path, "not as it was sealed")
    log.write_bytes(before[0])
    tags = seal.read_bytes().splitlines(keepends=True)
    for changed in (b"".join(tags[:-1]), b"", b"".join(tags + tags[-1:]), b"".join([tags[1], tags[0], *tags[2:]])):
        seal.write_bytes(changed)
        refused(session, path, "not as it was sealed|is damaged")
    for before, after in ((b'": ', b'":  '), (b"}", b" }"), (b'{"', b'{"x": 1, "'), (b"\n", b"\r\n")):
        seal.write_bytes(b"".join(tags).replace(before, after, 1))
        refused(session, path, "is damaged")
    seal.unlink()
    refused(session, path, "cannot read the call")


TERMS = {
    "mode": "practice",
    "started": "2026-01-01T00:00:00+00:00",
    "device": "a better headset",
    "preflight": {"passed": True},
    "overridden_by": "Inez",
    "recognizer": "vosk",
    "model_sha256": "0" * 64,
    "person": "Eve",
    "trainee": "recorded",
    "seed": 8,
    "scenario_data": {"title": "another"},
    "round_trip_ms": 40.0,
    "id": "another",
}


@pytest.mark.parametrize("term", TERMS)
def test_each_term_comes_from_the_seal(sealed, term):
    session, path = sealed
    edit(path, **{term: TERMS[term]})
    refused(session, path, f"is not as it was sealed; changed: {term}")


@pytest.mark.parametrize(
    ("before", "after"),
    [(b'"kind": ', b'"kind":'), (b'"retry"', b'"retr{"'), (b'"repairs": []', b'"repairs": ["x"]'), (b"\n}", b"\n}\n")],
)
def test_call_json_is_as_the_program_wrote_it(sealed, before, after):
    """What means the same, or nothing, is a change all the same."""
    session, path = sealed
    content = (path / "call.json").read_bytes()
    changed = content.replace(before, after, 1) if before in content else content.replace(b'": ', b'" : ', 1)
    (path / "call.json").write_bytes(changed)
    refused(session, path, "is not as the program wrote it")


def test_a_practice_call_that_is_called_a_certification_has_no_seal(tmp_path, where):
    folder = scored_call(tmp_path / "calls", typed=True, mode="practice", person="Dana")
    edit(folder.path, mode="certification")
    with open_records(where) as records, records.writing() as session:
        refused(session, folder.path, "was not sealed in these records")
        edit(folder.path, seal="f" * 32)
        refused(session, folder.path, "was not sealed in these records")


def test_a_call_that_was_poured_in_faster_than_it_lasts_is_refused(tmp_path, where):
    path = write_call(tmp_path / "calls", where)
    with open_records(where) as records, records.writing() as session:
        refused(session, path, "it was not taken in real time")


@pytest.mark.parametrize("second", [2, SECONDS])
@pytest.mark.parametrize("how", ["deleted", "moved"])
@POSIX
def test_a_call_whose_folder_vanishes_is_kept_and_certifies_nobody(tmp_path, where, data, second, how):
    """It counts as cut off, whatever is filed of it: else whoever takes a bad call could take it again and again."""
    elsewhere = tmp_path / "elsewhere"

    def vanish(at, path):
        if at == second:
            time.sleep(0.3)  # the writer's thread has caught up
            shutil.rmtree(path) if how == "deleted" else path.rename(elsewhere)

    with open_records(where) as records, records.writing() as session:
        dana = add_person(session, "Dana")
        add_person(session, "Inez", role="instructor")
        begun = start_attempt(session, dana, load_policy(), form("missing-sofa"), CARD, at=now() - timedelta(minutes=1))
    for left in ("open", "failed"):
        path = write_call(tmp_path / "calls", where, at_second=vanish, preflight={"passed": True})
        assert path.parent == data / "calls"
        score_folder(CallFolder.open(path), load_rubric("certification"))
        with open_records(where) as records, records.writing() as session:
            move_begin_back(session, 2 * SECONDS)
            refused(session, path, "is not as it was sealed|was cut off|cannot read the call")
            file_call(session, path, person="Dana")
            assert state_of(session, session.get_one(Attempt, begun.id)).result == left
            if how == "moved":
                folder = CallFolder.open(elsewhere, mend=True)
                refused(session, folder.path, "is not as it was sealed|was cut off")
                shutil.rmtree(elsewhere)
        asked = Asked(person="Dana", months=None, path=path / "x")
        with pytest.raises(InputError):
            certify(CallFolder.open(path), asked, database=where, notify=print)
    with open_records(where) as records, records.reading() as session:
        state = state_of(session, session.get_one(Attempt, begun.id))
    assert state.reason == "2 calls were cut off; allowed: 1"
    assert [each.counts for each in state.calls] == [False, False]


@pytest.fixture
def attempt(tmp_path, where):
    """Dana's open attempt at one scenario, and how to take its call."""
    with open_records(where) as records, records.writing() as session:
        dana = add_person(session, "Dana")
        for name in ("Inez", "Eve"):
            add_person(session, name, role="instructor" if name == "Inez" else "trainee")
        start_attempt(session, dana, load_policy(), form("missing-sofa"), CARD, at=STARTED)

        def take(made=None, at=STARTED + timedelta(minutes=15), name="Dana"):
            path = scored_call(tmp_path / "calls", made, typed=True, person=name, started=at.isoformat()).path
            return path, seal_as_taken(session, path)

        yield session, lambda at=None: state_of(session, attempts_of(session, dana)[0], at=at or STARTED + DAY), take


def test_a_bad_call_that_is_deleted_leaves_an_open_entry_and_fails_the_attempt(attempt):
    session, state, take = attempt
    bad, _ = take(bad_call())
    shutil.rmtree(bad)
    good, _ = take(at=STARTED + timedelta(minutes=40))
    file_call(session, good)
    assert state().result == "failed"
    assert "ended and was not filed as it was sealed" in state().reason
    assert check_log(session).faults == ()


def test_a_bad_call_that_was_edited_fails_the_attempt_until_it_is_filed_as_it_was(attempt):
    session, state, take = attempt
    bad, _ = take(bad_call())
    manifest = (bad / "call.json").read_bytes()
    edit(bad, mode="practice")
    file_call(session, bad)
    assert "was not filed as it was sealed" in state().reason
    (bad / "call.json").write_bytes(manifest)
    copy = shutil.copytree(bad, bad.parent / "put back")
    file_call(session, copy)
    assert (state().result, state().reason) == ("failed", "missing-sofa was not passed")


def test_a_call_that_was_killed_and_deleted_counts_as_cut_off(attempt):
    _, state, take = attempt
    for number in range(2):
        path, row = take(at=STARTED + timedelta(minutes=10 + 30 * number))
        row.ended = row.outcome = row.head = None
        shutil.rmtree(path)
    early = STARTED + timedelta(minutes=50)
    assert state(at=early).result == "open", "one of them may still be running"
    assert state(at=STARTED + RUNNING + timedelta(minutes=50)).reason == "2 calls were cut off; allowed: 1"


def test_a_call_from_before_the_attempt_does_not_join_it_whatever_it_says(attempt):
    session, state, take = attempt
    early = STARTED - timedelta(hours=1)
    path, row = take(at=early)
    edit(path, started=(STARTED + timedelta(minutes=5)).isoformat())
    file_call(session, path)
    assert [each.counts for each in state().calls] == [False]
    edit(path, started=early.isoformat(), seal=row.id)
    copy = shutil.copytree(path, path.parent / "as it was")
    assert state().result != "passed"
    assert file_call(session, copy).started == early
    assert state().result != "passed"


def test_one_recording_is_not_two_peoples(attempt):
    session, state, take = attempt
    path, row = take()
    file_call(session, path)
    assert state().result == "passed"
    eve = shutil.copytree(path, path.parent / "eve")
    edit(eve, person="Eve", id="eve")
    filed = file_call(session, eve)
    assert session.scalars(select(CallSeal.call_id)).all() == [row.call_id]
    assert filed.id != row.call_id
    anonymous = scored_call(path.parent / "x", typed=True).path
    seal_as_taken(session, anonymous)
    file_call(session, anonymous, person="Eve")
    assert len(session.scalars(select(CallSeal).where(CallSeal.call_id.is_not(None))).all()) == 1


def test_an_unsealed_call_is_listed_and_does_not_count(attempt, tmp_path):
    session, state, _ = attempt
    path = scored_call(tmp_path / "calls", typed=True, person="Dana", started=(STARTED + DAY / 9).isoformat()).path
    file_call(session, path)
    assert state().result == "open"
    assert "was not sealed in these records" in state().calls[0].why


def test_an_entry_that_is_taken_out_of_the_records_is_found(where, tmp_path):
    write_call(tmp_path / "calls", where)
    with open_records(where) as records, records.writing() as session:
        session.delete(session.scalars(select(CallSeal)).one())
        session.flush()
        assert any("row of seals was removed outside Hotseat" in fault for fault in check_log(session).faults)


def test_the_keepers_own_clock_says_when(where, tmp_path):
    write_call(tmp_path / "calls", where, started="2026-01-01T00:00:00+00:00")
    with open_records(where) as records, records.writing() as session:
        row = move_begin_back(session)
        assert now() - row.begun < timedelta(hours=1)
        refused(session, next((tmp_path / "calls").iterdir()), "its seal says")
    assert json.loads((next((tmp_path / "calls").iterdir()) / "call.json").read_text("utf-8"))["seal"] == row.id
    assert datetime.now(UTC) > row.ended

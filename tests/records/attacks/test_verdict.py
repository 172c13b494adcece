"""Issue 13, item 1: the verdict is made again, never read."""

import json

import pytest
from sqlalchemy import select

from simulator.errors import InputError
from simulator.recording.folder import CallFolder
from simulator.records.attempts import attempts_of, start_attempt, state_of
from simulator.records.certificates.attempt import sealed_records
from simulator.records.database.opening import open_records
from simulator.records.database.tables import Call, Score
from simulator.records.filing import file_call
from simulator.records.forms import load_policy
from simulator.records.staff.people import add_person
from simulator.session.certifying import Asked, certify
from tests.records.attacks.conftest import edit
from tests.records.conftest import scored_call, seal_as_taken
from tests.records.test_certification import CARD, STARTED, form
from tests.scoring.made_call import bad_call

pytestmark = pytest.mark.unit


def praise(path):
    """Edit score.json as a trainee would: passed, 88 points."""
    score = json.loads((path / "score.json").read_text("utf-8"))
    score |= {"total": 88.0, "range": [86.0, 90.0], "verdict": "pass", "reason": "Every dimension is over its floor."}
    (path / "score.json").write_text(json.dumps(score, ensure_ascii=False, indent=1) + "\n", "utf-8")


@pytest.fixture
def filed(tmp_path):
    """Dana's attempt at one scenario, in which they failed and praised themselves."""
    path = scored_call(tmp_path / "calls", bad_call(), typed=True, person="Dana").path
    praise(path)
    with open_records(str(tmp_path / "lab.db")) as records, records.writing() as session:
        dana = add_person(session, "Dana")
        add_person(session, "Inez", role="instructor")
        attempt = start_attempt(session, dana, load_policy(), form("missing-sofa"), CARD, at=STARTED)
        seal_as_taken(session, path)
        call = file_call(session, path)
        yield session, attempt, call, path


def test_an_edited_score_is_not_filed_and_the_attempt_fails(filed):
    session, attempt, call, _ = filed
    score = session.scalars(select(Score)).one()
    assert (score.verdict, score.total < 50) == ("fail", True)
    assert state_of(session, attempt).result == "failed"
    with pytest.raises(InputError, match="is failed: missing-sofa was not passed"):
        sealed_records(session, call, {})


@pytest.mark.parametrize("content", ["{}", "", "[" * 100_000, None])
def test_a_score_that_is_none_does_not_hide_the_call(tmp_path, content):
    path = scored_call(tmp_path / "calls", bad_call(), typed=True, person="Dana").path
    if content is not None:
        (path / "score.json").write_text(content, "utf-8")
    else:
        score = json.loads((path / "score.json").read_text("utf-8"))
        score["rubric"] |= {"id": str(tmp_path / "mine.yaml"), "sha256": "0" * 64}  # a rubric of the trainee's own
        (path / "score.json").write_text(json.dumps(score), "utf-8")
    with open_records(str(tmp_path / "lab.db")) as records, records.writing() as session:
        file_call(session, path)
        assert session.scalars(select(Score.verdict)).all() == ["fail"]


def test_a_practice_rubric_does_not_take_a_failed_call_out_of_the_attempt(filed):
    from simulator.scoring.folder import score_folder
    from simulator.scoring.rubric import load_rubric

    session, attempt, _, path = filed
    score_folder(CallFolder.open(path), load_rubric("practice"))
    file_call(session, path)
    state = state_of(session, attempt)
    assert (state.result, [each.counts for each in state.calls]) == ("failed", [True])


def test_a_score_that_is_another_now_than_was_filed_is_not_certified(tmp_path):
    """Every call of the attempt is judged again at issue, and must give the score that the attempt was passed with."""
    with open_records(str(tmp_path / "lab.db")) as records, records.writing() as session:
        dana = add_person(session, "Dana")
        add_person(session, "Inez", role="instructor")
        start_attempt(session, dana, load_policy(), form("missing-sofa", "wrong-bill"), CARD, at=STARTED)
        paths = [scored_call(tmp_path, typed=True, person="Dana").path for _ in range(2)]
        edit(paths[1], scenario="wrong-bill")
        for path in paths:
            seal_as_taken(session, path)
            file_call(session, path)
        calls = session.scalars(select(Call).order_by(Call.name)).all()
        state = state_of(session, attempts_of(session, dana)[0])
        assert state.result == "passed", state.reason
        made = {each.call.name: each.standing.score.sha256 for each in state.calls}
        assert sealed_records(session, calls[0], made)[0].attempt.calls == made
        for other in (made | {calls[1].name: "0" * 64}, {calls[0].name: made[calls[0].name]}):
            with pytest.raises(InputError, match="gives another score now than was filed"):
                sealed_records(session, calls[0], other)


def test_another_call_of_the_attempt_that_was_edited_stops_the_certificate(tmp_path):
    where, paths = str(tmp_path / "lab.db"), [scored_call(tmp_path, person="Dana").path for _ in range(2)]
    log = paths[1] / "events.jsonl"
    log.write_text(log.read_text("utf-8").replace("missing-sofa", "wrong-bill"), "utf-8")
    edit(paths[1], scenario="wrong-bill")
    with open_records(where) as records, records.writing() as session:
        dana = add_person(session, "Dana")
        add_person(session, "Inez", role="instructor")
        start_attempt(session, dana, load_policy(), form("missing-sofa", "wrong-bill"), CARD, at=STARTED)
        for path in paths:
            seal_as_taken(session, path)
            file_call(session, path)
        assert state_of(session, attempts_of(session, dana)[0]).result == "passed"
    track = (paths[1] / "trainee.wav").read_bytes()
    for content, why in (
        (track, "the copy of the scenario"),
        (track[:-1] + b"\x01", f"{paths[1].name} is not as it was"),
    ):
        (paths[1] / "trainee.wav").write_bytes(content)
        with pytest.raises(InputError, match=why):
            certify(
                CallFolder.open(paths[0]),
                Asked(person="Dana", months=None, path=paths[0] / "x"),
                database=where,
                notify=print,
            )

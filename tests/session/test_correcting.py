"""A misheard name is put right after the call: its turn alone is read again, and the score follows."""

import dataclasses
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.errors import InputError
from simulator.events import ActsRead, Heard, LineEnded
from simulator.recording.folder import CallFolder
from simulator.records.database.log import check_log
from simulator.records.database.opening import open_records
from simulator.records.filing import file_call
from simulator.records.reviews.review_page import review_output
from simulator.records.reviews.standing import standing_of
from simulator.report.page import render
from simulator.scoring.folder import judge_folder
from simulator.scoring.rubric import load_rubric
from simulator.session.compose import understanding_of
from simulator.session.correcting import Misheard, correct_call
from simulator.session.retry import scenario_of
from tests.command_line import root

pytestmark = pytest.mark.contract
TYPED = (
    "good afternoon large home this is dana how can i help you\n"
    "i am so sorry mrs whitlow that nobody rang you about order 72419\n"
    "so order 72419 was due on tuesday and nobody came\n"
    "goodbye mrs whitlow\n"
)


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    words = ["talk", "missing-sofa", "--seed", "3", "--out", str(tmp_path_factory.mktemp("calls")), "--json"]
    done = CliRunner().invoke(root, words, input=TYPED, catch_exceptions=False)
    return Path(json.loads(done.stdout)["call_dir"])


@pytest.fixture
def filed(taken, tmp_path, monkeypatch):
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path))
    with open_records(str(tmp_path / "records.db")) as records, records.writing() as session:
        yield session, file_call(session, taken, person="Dana")


def test_reading_a_turn_again_gives_what_the_log_has(taken):
    folder = CallFolder.open(taken)
    events, understanding = folder.events(), understanding_of(scenario_of(folder.manifest))
    heard = [event for event in events if isinstance(event, Heard) and event.words]
    assert len(heard) == 4
    for each in heard:
        lines = tuple(e.said for e in events[: events.index(each)] if isinstance(e, LineEnded))
        (read,) = [e for e in events if isinstance(e, ActsRead) and e.utterance == each.utterance]
        again = understanding.read(tuple(word.word for word in each.words), context=lines)
        for field in dataclasses.fields(again):
            assert getattr(again, field.name) == getattr(read, field.name), field.name


def test_points_follow_what_was_said_and_the_programs_stay(filed, taken):
    session, call = filed
    log = (taken / "events.jsonl").read_bytes()
    before = standing_of(session, call)
    correct_call(session, call, Misheard(heard="Whitlow", said="Whitlock", turn=2))
    correct_call(session, call, Misheard(heard="72419", said="72491", turn=3))
    now = standing_of(session, call)
    changed = {new.id for old, new in zip(before.rows, now.rows, strict=True) if old.points != new.points}
    assert "uses-the-briefing" in changed
    assert len(changed) <= 2  # the turn is read anew, and another name may tip one more criterion
    assert now.total > before.total
    assert now.score.total == before.score.total, "what the program said stays"
    assert (taken / "events.jsonl").read_bytes() == log
    assert check_log(session).faults == ()
    scored = judge_folder(CallFolder.open(taken), load_rubric())
    page = render(scored.folder, scored, review_output(session, call))
    assert "Whitlock</" in page or "Whitlock " in page
    assert "(heard: <s>Whitlow</s>)" in page
    assert "After review. The program gave" in page


def test_what_no_point_hangs_on_changes_none(filed):
    session, call = filed
    before = standing_of(session, call)
    made = correct_call(session, call, Misheard(heard="large home", said="Larch Home"))
    assert made.text == "Turn 1: heard “large home”, said “Larch Home”."
    now = standing_of(session, call)
    assert (now.total, now.changed) == (before.total, False)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"heard": "whitlow", "said": "Whitlock"}, "the turns 2, 4 have the words 'whitlow'; say which one: --turn N"),
        ({"heard": "purple", "said": "x"}, "'purple' are not in any turn of this call"),
        ({"heard": "goodbye", "said": "x", "turn": 1}, "'goodbye' are not in turn 1, “good afternoon large home"),
        ({"heard": "goodbye", "said": "x", "turn": 9}, "there is no turn 9; allowed: 1 to 4"),
        ({"heard": "goodbye", "said": " "}, "--said has 0 words; allowed: 1 to 30"),
        ({"heard": "Goodbye", "said": "goodbye!"}, "are the same words"),
        ({"heard": "goodbye", "said": "x", "by": "Eve"}, "nobody called 'Eve'"),
    ],
)
def test_a_correction_is_checked(filed, given, why):
    session, call = filed
    with pytest.raises(InputError, match=why):
        correct_call(session, call, Misheard(**given))

"""A larger model hears a recording again: what it hears otherwise is kept beside the score, which stays."""

import dataclasses
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.clock import BLOCK, from_seconds
from simulator.errors import InputError, ModelError
from simulator.events import Heard
from simulator.recording.folder import CallFolder
from simulator.recording.log import write_log
from simulator.records.database.log import check_log
from simulator.records.database.opening import open_records
from simulator.records.filing import file_call
from simulator.records.reviews.review_page import review_output
from simulator.records.reviews.standing import standing_of
from simulator.scoring.folder import judge_folder, score_folder
from simulator.scoring.rubric import load_rubric
from simulator.session.compose import Wanted, compose
from simulator.session.rereading import judge_again, reread_call
from simulator.speech.recognition.recognizers import open_recognizer
from tests.command_line import root
from tests.records.attacks.conftest import edit

pytestmark = pytest.mark.device
MISHEARD = {"sofa": "sulfur", "sorry": "story", "i": "we", "you": "ewe", "the": "a"}


@pytest.fixture(scope="module")
def recognizer():
    try:
        return open_recognizer("whisper", notify=print)
    except ModelError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def whole(tmp_path_factory, recognizer) -> tuple[Path, float]:
    """The first half minute of a recorded trainee's call and its total; then its log gets words that were misheard."""
    wanted = Wanted(scenario="missing-sofa", trainee="good", seed=4, out=tmp_path_factory.mktemp("calls"))
    call = compose(wanted, print, recognizer=recognizer)
    for _ in range(from_seconds(30) // BLOCK):
        call.loop.step()
    call.close()
    folder = CallFolder.open(call.recorder.path)
    edit(folder.path, trainee="headset", person="Dana")
    total = judge_folder(folder, load_rubric()).output.total
    write_log(folder.path, [misheard(event) for event in folder.events()])
    score_folder(folder, load_rubric())
    return folder.path, total


@pytest.fixture(scope="module")
def taken(whole) -> Path:
    return whole[0]


def misheard(event):
    if not isinstance(event, Heard):
        return event
    words = tuple(dataclasses.replace(word, word=MISHEARD.get(word.word, word.word)) for word in event.words)
    return dataclasses.replace(event, words=words, text=" ".join(word.word for word in words))


@pytest.fixture
def filed(taken, tmp_path, monkeypatch):
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path))
    with open_records(str(tmp_path / "records.db")) as records, records.writing() as session:
        yield session, file_call(session, taken, person="Dana")


def test_what_is_heard_otherwise_is_kept_and_changes_no_points(filed, taken, recognizer):
    session, call = filed
    before, log = standing_of(session, call), (taken / "events.jsonl").read_bytes()
    made = reread_call(session, call, recognizer, by=None)
    turns = made.marks["turns"]
    assert turns
    assert not set(MISHEARD.values()) & set(" ".join(each["now"] for each in turns).split()) - {"a", "we"}
    assert (made.marks["model"], made.marks["model_sha256"]) == (recognizer.model, recognizer.model_sha256)
    now = standing_of(session, call)
    assert (now.total, now.verdict, now.changed) == (before.total, before.verdict, False)
    assert (taken / "events.jsonl").read_bytes() == log
    assert check_log(session).faults == ()
    (item,) = review_output(session, call).reviews
    assert (item.kind, item.marks) == ("reread", None)
    assert item.text.startswith(f"{recognizer.model} hears {len(turns)} turns otherwise")


def test_what_was_said_gives_the_points_that_it_gave(whole, recognizer):
    (path, total), rubric = whole, load_rubric()
    folder = CallFolder.open(path)
    found = judge_again(folder, recognizer, judge_folder(folder, rubric), rubric)
    assert (found.model, found.total) == (recognizer.model, pytest.approx(total, abs=3.0))


def test_typed_words_cannot_be_heard_again(tmp_path, recognizer):
    words = ["talk", "missing-sofa", "--seed", "3", "--out", str(tmp_path / "calls"), "--json"]
    CliRunner().invoke(root, words, input="hello\n", catch_exceptions=False)
    (path,) = (tmp_path / "calls").iterdir()
    with (
        open_records(str(tmp_path / "records.db")) as records,
        records.writing() as session,
        pytest.raises(InputError, match="has no sound of its trainee"),
    ):
        reread_call(session, file_call(session, path, person="Dana"), recognizer, by=None)


def test_the_command_says_what_it_heard_and_how_the_call_stands(taken, tmp_path, monkeypatch):
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path))
    database = ["--database", str(tmp_path / "records.db")]
    with open_records(database[1]) as records, records.writing() as session:
        file_call(session, taken, person="Dana")
    words = ["review", "reread", str(taken), "--review-model", "tiny.en", *database]
    done = CliRunner().invoke(root, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "Kept. tiny.en hears" in done.output
    assert "stands at" in done.output
    wrong = CliRunner().invoke(root, [*words[:4], "siri", *database])
    assert isinstance(wrong.exception, ModelError)
    assert "siri is not a Vosk or Whisper model" in str(wrong.exception)

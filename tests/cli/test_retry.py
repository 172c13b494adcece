"""`hotseat call --from --at`: what is refused, and that a retry says what it is."""

import pytest
from click.testing import CliRunner

from simulator.cli.live.call import _take_over_from_retried
from simulator.cli.look.score import table
from simulator.cli.main import root
from simulator.customer.scenario import load_scenario
from simulator.errors import InputError
from simulator.recording.manifest import USUAL_LINE, Retry, read_manifest
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.scoring.made_call import MadeCall, bad_call, good_call

pytestmark = pytest.mark.unit
RETRY = Retry(call="2026-11-22T101500-missing-sofa-0000", turn=2, at_ms=1500)


def call(*words):
    done = CliRunner().invoke(root, ["call", *map(str, words)], standalone_mode=False)
    assert isinstance(done.exception, InputError), done
    return str(done.exception)


def test_a_certification_call_has_no_retry(tmp_path):
    folder = good_call().folder(tmp_path, typed=True, mode="certification")
    assert "certification call, which has no retry" in call("--from", folder.path, "--at", 2)


def test_a_retry_is_no_certification(tmp_path):
    folder = good_call().folder(tmp_path, typed=True)
    assert "has no retry" in call("--from", folder.path, "--at", 2, "--mode", "certification")


def test_without_a_turn_or_with_a_wrong_one_the_turns_are_listed(tmp_path):
    folder = good_call().folder(tmp_path, typed=True)
    for words in ((), ("--at", 99)):
        said = call("--from", folder.path, *words)
        assert "give one of these with --at" in said
        assert "\n    1   0:00.0  " in said


def test_a_call_in_which_nobody_spoke_is_refused(tmp_path):
    folder = MadeCall().customer("hello").end("incomplete").folder(tmp_path, typed=True)
    assert "cannot be retried" in call("--from", folder.path, "--at", 1)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "which scenario"),
        (("--at", 2), "say which one with --from"),
        (("missing-sofa", "--from", "x", "--at", 2), "leave out SCENARIO"),
        (
            ("--from", "x", "--at", 2, "--seed", 3, "--voice", "y", "--no-abuse"),
            "leave out --seed, --voice, --no-abuse",
        ),
        (("--from", "x", "--at", 2), "x"),
    ],
)
def test_what_does_not_fit_together_is_refused_in_words(words, told):
    assert told in call(*words)


def test_a_changed_scenario_is_said_to_have_changed(tmp_path):
    """The made call was never run by the engine, so it cannot come out the same; nothing is recorded."""
    folder = good_call().folder(tmp_path / "old", typed=True)
    assert "does not fit this version" in call("--from", folder.path, "--at", 2, "--out", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def real_call(tmp_path):
    call = good_call()
    call.scenario = load_scenario("missing-sofa").model_dump(mode="json")
    return call.folder(tmp_path, typed=True, person="Anna", voice="karen", allow_abuse=False)


@pytest.mark.parametrize(("more", "person"), [({}, "Anna"), ({"person": "Ben"}, "Ben"), ({"trainee": "good"}, None)])
def test_a_retry_takes_over_what_was_decided_then(tmp_path, more, person):
    folder = real_call(tmp_path)
    given = {
        **dict.fromkeys(("scenario", "seed", "voice", "person", "trainee", "rubric")),
        **{"mode": "practice", "no_abuse": False, "line": USUAL_LINE, "retried": folder.path, "turn": 2, **more},
    }
    _take_over_from_retried(given)
    assert (given["scenario"], given["seed"], given["voice"], given["no_abuse"]) == ("missing-sofa", 7, "karen", True)
    assert given["person"] == person
    assert given["retried"].retry.turn == 2
    assert given["retried"].scenario.id == "missing-sofa"


def test_a_retry_says_so_and_gets_no_verdict(tmp_path):
    own = bad_call().folder(tmp_path, typed=True, mode="certification")
    again = bad_call().folder(tmp_path, typed=True, mode="certification", retry=RETRY)
    rubric = load_rubric("certification")
    before, after = score_folder(own, rubric).output, score_folder(again, rubric).output
    assert (before.verdict, after.verdict) == ("fail", None)
    assert (before.retry_of, after.retry_of) == ("", RETRY.call)
    assert before.criteria == after.criteria
    assert after.total == before.total
    assert "retry_of" not in before.to_json()
    assert f"A retry of {RETRY.call}" in table(after)
    assert read_manifest(again.path).retry == RETRY

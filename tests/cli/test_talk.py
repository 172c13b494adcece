"""`hotseat talk`: a call by typing, from the first line to the score."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli.live.talk import TalkOutput
from simulator.cli.main import root
from simulator.recording.folder import CallFolder

pytestmark = pytest.mark.unit
TYPED = (
    "good afternoon larch home this is dana how can i help you\n"
    "~7\n"
    "so the sofa was due on tuesday and nobody came !1.5 just give me your order number please and we go on\n"
)


def talk(tmp_path, *arguments, given=TYPED, scenario="missing-sofa"):
    words = ["talk", scenario, "--seed", "3", "--out", str(tmp_path), *arguments]
    return CliRunner().invoke(root, words, input=given)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    return talk(tmp_path_factory.mktemp("talk"), "--json")


def test_json_is_one_document_with_every_turn_and_its_reading(done):
    assert done.exit_code == 0, done.output
    output = TalkOutput.model_validate_json(done.stdout)
    assert [turn["text"] for turn in output.turns] == [
        "good afternoon larch home this is dana how can i help you",
        "so the sofa was due on tuesday and nobody came",
        "just give me your order number please and we go on",
    ]
    for turn in json.loads(done.stdout)["turns"]:
        assert set(turn) == {"text", "reading", "customer"}
        assert set(turn["reading"]) == {
            "acts", "facts", "offers", "asked", "passed_to", "call_back", "farewell", "selling", "harm",
        }  # fmt: skip
        assert all(isinstance(line, str) for line in turn["customer"])
    assert "Tuesday" in " ".join(line for turn in output.turns for line in turn["customer"])


def test_the_call_is_marked_as_typed_and_scored(done):
    output = TalkOutput.model_validate_json(done.stdout)
    assert (output.recognizer, output.model) == ("typed", "typed")
    assert output.total is not None
    assert Path(output.report).is_file()
    assert CallFolder.open(Path(output.call_dir)).manifest.device == "typed"


def test_a_typed_call_certifies_nobody(done, tmp_path):
    folder = json.loads(done.stdout)["call_dir"]
    refused = CliRunner().invoke(
        root, ["certify", folder, "--person", "Dana", "--database", str(tmp_path / "records.db")]
    )
    assert refused.exit_code != 0
    assert not list(Path(folder).glob("*certificate*"))
    assert "--mode" not in CliRunner().invoke(root, ["talk", "--help"]).output


def test_without_json_the_conversation_is_shown_line_by_line_and_what_was_cut_off_ends_in_dots(tmp_path):
    done = talk(tmp_path, scenario="moved-scan")
    assert done.exit_code == 0, done.output
    first, second, *_ = done.output.splitlines()
    assert first.startswith("Call      ")
    assert second.startswith("Customer  ")
    assert "Score     " in done.output
    assert any(line.startswith("Customer  ") and line.endswith(" ...") for line in done.output.splitlines())


def test_no_input_at_all_is_a_call_in_which_nobody_spoke(tmp_path):
    done = talk(tmp_path, "--json", given="")
    assert done.exit_code == 0, done.output
    output = TalkOutput.model_validate_json(done.stdout)
    assert output.outcome == "incomplete"
    assert [turn["text"] for turn in output.turns if turn["text"]] == []


def test_what_cannot_be_typed_is_said_in_one_line(tmp_path):
    done = talk(tmp_path, given="hello\n~soon\n")
    assert done.exit_code != 0
    assert "write ~7 to stay silent" in str(done.exception) + done.output


def test_an_unknown_scenario_is_named(tmp_path):
    done = CliRunner().invoke(root, ["talk", "nobody", "--out", str(tmp_path)], input="")
    assert done.exit_code != 0
    assert "no scenario called 'nobody'" in str(done.exception) + done.output
    assert list(tmp_path.iterdir()) == []

import json

import pytest
from click.testing import CliRunner

from simulator.cues.contract import MeasureOutput
from simulator.errors import InputError
from simulator.events import DeviceBack, DeviceLost, SamplesLost
from simulator.report.page import write_report
from simulator.scoring.document import ScoreOutput
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.command_line import model_of, root
from tests.scoring.made_call import bad_call, good_call

pytestmark = pytest.mark.unit


def run(*arguments):
    return CliRunner().invoke(root, [str(each) for each in arguments], catch_exceptions=True)


def test_what_follows_from_a_call_is_written_beside_it(tmp_path):
    folder = good_call().folder(tmp_path)
    scored = score_folder(folder, load_rubric())
    ScoreOutput.model_validate_json((folder.path / "score.json").read_text("utf-8"))
    cues = MeasureOutput.model_validate_json((folder.path / "cues.json").read_text("utf-8"))
    assert cues.measures["interruptions"].value == 0
    assert json.loads((folder.path / "transcript.json").read_text("utf-8"))["turns"]
    assert scored.output.total >= 80


def test_the_voice_is_judged_where_there_is_sound(tmp_path):
    scored = score_folder(good_call().folder(tmp_path), load_rubric())
    status = {each.id: each.status for each in scored.output.criteria}
    assert status["steady-voice"] in ("met", "partly", "missed")
    assert status["lets-the-customer-finish"] == "met"


def test_interruptions_come_from_the_sound(tmp_path):
    scored = score_folder(bad_call().folder(tmp_path), load_rubric())
    found = next(each for each in scored.output.criteria if each.id == "lets-the-customer-finish")
    assert (found.status, len(found.evidence)) == ("partly", 2)


def test_scoring_again_gives_the_same_bytes(tmp_path):
    folder = bad_call().folder(tmp_path)
    first = []
    for _ in range(2):
        score_folder(folder, load_rubric())
        first.append(
            {name: (folder.path / name).read_bytes() for name in ("score.json", "cues.json", "transcript.json")}
        )
        for name in first[0]:
            (folder.path / name).unlink()
    assert first[0] == first[1]


def test_a_typed_call_is_measured_from_its_log(tmp_path):
    scored = score_folder(good_call().folder(tmp_path, typed=True), load_rubric())
    status = {each.id: each for each in scored.output.criteria}
    assert status["steady-voice"].status == "unmeasurable"
    assert "no audio" in status["steady-voice"].reason
    assert status["reflects-the-facts"].status == "met"
    assert scored.output.total >= 80


def test_a_scenario_of_the_wrong_shape_is_named(tmp_path):
    call = good_call()
    call.scenario = {**call.scenario, "briefing": {"may_offer": ["saturday"]}}
    with pytest.raises(InputError, match=r"briefing\.may_offer"):
        score_folder(call.folder(tmp_path, typed=True), load_rubric())


def test_a_call_with_no_scenario_is_scored_all_the_same(tmp_path):
    call = good_call()
    call.scenario = {}
    assert score_folder(call.folder(tmp_path, typed=True), load_rubric()).output.total >= 80


# ---- commands


def test_json_on_standard_output_is_the_file_byte_for_byte(tmp_path):
    folder = good_call().folder(tmp_path, typed=True)
    result = run("score", folder.path, "--json")
    assert result.exit_code == 0
    assert result.stdout_bytes == (folder.path / "score.json").read_bytes()


def test_the_table_tells_the_total_each_criterion_and_the_rubric(tmp_path):
    result = run("score", bad_call().folder(tmp_path, typed=True).path)
    assert result.stdout.splitlines()[0].split()[1:3] == ["of", "100"] or "of 100" in result.stdout.splitlines()[0]
    assert "Lets the customer finish" in result.stdout
    assert load_rubric().sha256[:12] in result.stdout


def test_a_certification_call_is_scored_by_its_own_rubric(tmp_path):
    folder = bad_call().folder(tmp_path, typed=True, mode="certification")
    output = json.loads(run("score", folder.path, "--json").stdout)
    assert output["rubric"]["id"] == "certification"
    assert output["verdict"] == "fail"


def test_another_rubric_by_name_or_file(tmp_path):
    folder = good_call().folder(tmp_path, typed=True)
    assert (
        json.loads(run("score", folder.path, "--rubric", "new_starter", "--json").stdout)["rubric"]["id"]
        == "new_starter"
    )
    assert "no rubric called" in str(run("score", folder.path, "--rubric", "gentle").exception)


def test_a_folder_that_is_no_call_is_refused(tmp_path):
    assert isinstance(run("score", tmp_path).exception, InputError)


def test_rubrics_listed_shown_and_checked(tmp_path):
    listed = model_of("rubrics").model_validate_json(run("rubrics", "list", "--json").stdout)
    assert [each.id for each in listed.rubrics] == ["certification", "new_starter", "practice"]
    shown = run("rubrics", "show", "certification").stdout
    assert "keeps-to-the-truth" in shown
    assert "a total of at least 75" in shown
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("id: wrong\n", encoding="utf-8")
    checked = run("rubrics", "check", wrong)
    assert checked.exit_code == 0 or checked.return_value == 5
    assert "wrong.yaml:1" in checked.stderr


def test_a_mended_call_says_what_its_score_does_not_stand_on(tmp_path):
    folder = good_call().folder(tmp_path)
    (folder.path / "trainee.wav").unlink()
    for command in ("score", "report"):
        result = run(command, folder.path)
        assert result.exit_code == 0
        assert "note: trainee.wav was " in result.stderr
        assert "note:" not in result.stdout


def test_a_report_that_goes_elsewhere_leaves_the_call_as_it_is(tmp_path):
    folder = good_call().folder(tmp_path)
    before = {path.name: path.read_bytes() for path in folder.path.iterdir()}
    result = run("report", folder.path, "-o", tmp_path / "elsewhere.html")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "elsewhere.html").is_file()
    assert {path.name: path.read_bytes() for path in folder.path.iterdir()} == before


def test_the_score_and_the_report_say_what_the_recording_misses(tmp_path):
    call = good_call()
    call.events += [
        SamplesLost(at=call.at_ms * 16, side="input", samples=6400),
        DeviceLost(at=call.at_ms * 16, reason="the connection to the browser is lost"),
        DeviceBack(at=call.at_ms * 16, away_ms=2100),
    ]
    scored = score_folder(call.folder(tmp_path, typed=True), load_rubric())
    assert json.loads((scored.folder.path / "score.json").read_text(encoding="utf-8"))["missing"] == {
        "trainee_ms": 400.0,
        "customer_ms": 0.0,
        "pauses": 1,
        "paused_ms": 2100.0,
    }
    page = write_report(scored.folder, scored).read_text(encoding="utf-8")
    said = "0.4 s of your voice never arrived; the call stood still once, 2.1 s in all. What you said then is not"
    assert said in page
    whole = score_folder(good_call().folder(tmp_path, typed=True), load_rubric())
    assert "missing" not in (whole.folder.path / "score.json").read_text(encoding="utf-8")

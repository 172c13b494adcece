"""The PDFs: the same words as the pages, the same bytes every time, and no browser."""

import subprocess
import sys

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from simulator.recording.manifest import Retry
from simulator.report.history import read_history
from simulator.report.pdf.call import call_pdf
from simulator.report.pdf.over_time import person_pdf, team_pdf
from simulator.report.progress import person_view
from simulator.report.team import team_view
from simulator.report.view import view_of
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.command_line import root
from tests.scoring.made_call import MadeCall, bad_call, good_call

pytestmark = pytest.mark.unit


def words(path):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    folder = bad_call().folder(tmp_path_factory.mktemp("calls"), typed=True)
    return score_folder(folder, load_rubric())


def made(scored):
    return call_pdf(view_of(scored.folder, scored.output, scored.measurement))


def test_it_tells_all_that_the_page_tells(scored, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(made(scored))
    text = words(path).replace(" ", "")
    for each in scored.output.criteria:
        assert each.title.replace(" ", "") in text
        assert "".join(each.reason.split()) in text
    for part in ("Whatwentwell", "Whattotrynext", "Transcript", "youtalkedoverthem:2", "--at2"):
        assert part in text
    read = PdfReader(path)
    assert read.metadata.title.startswith("The sofa that never came")
    assert (read.trailer["/Root"]["/Lang"], read.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]) == (
        "en-GB",
        True,
    )
    marks = [
        [mark.title, read.get_destination_page_number(mark)] for mark in read.outline if not isinstance(mark, list)
    ]
    assert [title for title, _ in marks][:4] == ["The call", "Delivery", "What went well", "What to try next"]
    assert marks[0][1] == 0 < marks[-1][1]
    assert any(isinstance(mark, list) for mark in read.outline), "the dimensions stand under their section"


def test_the_same_call_gives_the_same_bytes_in_another_process_too(scored, tmp_path):
    out = tmp_path / "again.pdf"
    done = [sys.executable, "-m", "simulator.cli.main", "report", str(scored.folder.path), "--pdf", "-o", str(out)]
    subprocess.run(done, check=True, capture_output=True)
    assert out.read_bytes() == made(scored)


def test_what_is_said_is_escaped(tmp_path):
    call = MadeCall().customer("<b>bold</b> & <unknown>").trainee('"><para> </font> i am sorry', "apology")
    call.scenario = {**call.scenario, "title": "<i>title</i> & co"}
    folder = call.end("unresolved").folder(tmp_path, typed=True)
    path = tmp_path / "report.pdf"
    path.write_bytes(made(score_folder(folder, load_rubric())))
    text = words(path)
    assert "<b>bold</b> & <unknown>" in text
    assert "<i>title</i> & co" in text


def test_a_call_in_which_nobody_spoke_and_one_begun_again_have_one_too(tmp_path):
    for call, more, told in (
        (MadeCall().end("incomplete"), {}, "no score"),
        (good_call(), {"retry": Retry(call="x", turn=2, at_ms=500)}, "A retry, for practice only"),
        (bad_call(), {"mode": "certification"}, "Failed"),
    ):
        folder = call.folder(tmp_path, typed=True, **more)
        path = folder.path / "report.pdf"
        path.write_bytes(made(score_folder(folder, load_rubric(folder.manifest.mode))))
        assert told in words(path)


def test_the_pages_over_time_have_theirs(tmp_path):
    for person, call in (("Anna & co <x>", good_call()), ("Ben", bad_call())):
        name = "anna" if "&" in person else person
        score_folder(call.folder(tmp_path / name, typed=True), load_rubric())
    calls = read_history(tmp_path).calls
    for view, make, told in (
        (person_view(calls, person="Anna & co <x>"), person_pdf, "Anna & co <x> over time"),
        (team_view(calls, name="Evening"), team_pdf, "Evening over time"),
        (person_view([]), person_pdf, "No scored call yet."),
        (team_view([]), team_pdf, "No scored call yet."),
    ):
        path = tmp_path / "page.pdf"
        path.write_bytes(make(view))
        assert told in words(path)
        assert make(view) == path.read_bytes()


def test_the_command_writes_it_beside_the_call(scored):
    done = CliRunner().invoke(root, ["report", str(scored.folder.path), "--pdf"], standalone_mode=False)
    assert done.exit_code == 0
    assert (scored.folder.path / "report.pdf").read_bytes().startswith(b"%PDF")

"""What people said of a call, in its report: beside the program's verdict, and only where there are records."""

import pytest
from pypdf import PdfReader

from simulator.report.page import render
from simulator.report.pdf.call import call_pdf
from simulator.report.view import view_of
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.report.reviewed import reviewed
from tests.report.test_page import Page
from tests.scoring.made_call import bad_call

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    folder = bad_call().folder(tmp_path_factory.mktemp("calls"), typed=True, mode="certification")
    return score_folder(folder, load_rubric("certification"))


def words(scored, reviews):
    return " ".join(" ".join(Page(render(scored.folder, scored, reviews)).text).split())


def test_both_verdicts_stand_side_by_side_with_the_agreement(scored):
    text = words(scored, reviewed(scored))
    assert f"The program {scored.output.total:.1f} of 100, failed" in text
    assert "After review 61.5 of 100, passed . As <b>decided</b>." in text
    assert "no call was rated twice yet (n = 0)" in text
    assert "weighted kappa 0.81, within 10 points 75%, n = 12" in text
    assert "An appeal waits for an answer." in text


def test_the_headline_is_the_score_that_stands_and_says_what_the_program_gave(scored):
    text = words(scored, reviewed(scored))
    assert "Score: 62 of 100" in text
    assert f"After review. The program gave {scored.output.total:.0f}." in text
    assert "Likely range" not in text
    assert 'class="pass pass-pass"' in render(scored.folder, scored, reviewed(scored))
    assert f"Score: {scored.output.total:.0f} of 100" in words(scored, reviewed(scored, score_sha256="0" * 64))


def test_an_override_stands_beside_the_programs_points_with_reason_who_and_when(scored):
    text = words(scored, reviewed(scored))
    assert "2.5 of 5.1 a person: 5.1 of 5.1" in text
    assert (
        "Inez Muster , 2026-11-25 14:30 UTC: 5.1 of 5.1, where the program gave 2.5. “It was <i>a cough</i>.”" in text
    )
    assert "At first hearing. It holds no longer" in text
    assert "Somebody deleted since appealed" in text


def test_what_a_person_gave_other_points_is_no_strength_by_the_programs(scored):
    def strengths(reviews):
        view = view_of(scored.folder, scored.output, scored.measurement, reviews)
        return [each.id for each in view.strengths]

    praised = strengths(None)
    assert strengths(reviewed(scored, of=praised[0])) == praised[1:]


def test_a_comment_can_be_heard_at_its_moment(scored):
    assert 'class="clip" data-start="1500.0" data-stop="7500.0"' in render(scored.folder, scored, reviewed(scored))


def test_what_was_said_of_another_score_changes_nothing_here(scored):
    text = words(scored, reviewed(scored, score_sha256="0" * 64))
    assert "After review" not in text
    assert "failed. That is an earlier score" in text
    assert "a person: 5.1 of 5.1" not in text
    assert text.count("It holds no longer") == 2


def test_without_records_the_page_is_that_of_the_folder_alone(scored):
    plain = render(scored.folder, scored)
    for word in ("stands", "said-list", "a person:", "Agreement", "After review"):
        assert word not in plain
    assert "said-list" in render(scored.folder, scored, reviewed(scored))


def test_the_pdf_tells_it_too_and_is_the_same_every_time(scored, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(call_pdf(view_of(scored.folder, scored.output, scored.measurement, reviewed(scored))))
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())
    for told in ("After review: 61.5 of 100, passed.", "Ivo commented at 0:01.5", "It was <i>a cough</i>.", "n = 12"):
        assert told in text
    again = view_of(scored.folder, scored.output, scored.measurement, reviewed(scored))
    assert call_pdf(again) == path.read_bytes()

"""People in the loop: what they say stands beside the program's verdict, and nothing is erased."""

import json
import re

import numpy as np
import pytest
from click.testing import CliRunner
from sklearn.metrics import cohen_kappa_score

from simulator.errors import InputError
from simulator.records.database.log import check_log
from simulator.records.filing import file_call, share
from simulator.records.reviews.agreement import agreement, between_people, weighted_kappa, with_the_program
from simulator.records.reviews.review_page import review_output
from simulator.records.reviews.reviewing import (
    add_correction,
    answer,
    appeal,
    comment,
    corrector,
    decide,
    override,
    rate,
    sheet,
)
from simulator.records.reviews.standing import corrections_of, standing_of
from simulator.records.staff.people import add_person
from simulator.scoring.case.corrected import Correction
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.command_line import root
from tests.records.conftest import scored_call

pytestmark = pytest.mark.contract


@pytest.fixture
def call(silent_call):
    return silent_call


@pytest.fixture
def lab(records, call):
    """Dana took a certification call; Inez and Ivo are instructors."""
    with records.writing() as session:
        for name in ("Inez", "Ivo"):
            add_person(session, name, role="instructor")
        filed = file_call(session, call.path, person="Dana")
        yield session, filed


def first(filed, session, *, of=5.0):
    return next(each for each in standing_of(session, filed).score.criteria if each["of"] >= of)


def test_an_override_moves_the_total_and_the_programs_points_stay(lab):
    session, call = lab
    one = first(call, session)
    before = standing_of(session, call)
    override(session, call, "inez", criterion=one["id"], points=one["points"] - 1, reason="He said it, but curtly.")
    now = standing_of(session, call)
    of = sum(each.of for each in before.rows)
    won = sum(each.points for each in before.rows)
    assert now.total == round(100 * (won - 1) / of, 1)
    assert now.score.total == before.total
    page = review_output(session, call)
    (changed,) = [each for each in page.criteria if each.now != each.program]
    assert (changed.id, changed.program, changed.now) == (one["id"], one["points"], one["points"] - 1)
    assert (page.reviews[0].by, page.reviews[0].text) == ("Inez", "He said it, but curtly.")
    override(session, call, "Ivo", criterion=one["id"], points=one["points"], reason="It was polite enough.")
    assert standing_of(session, call).total == before.total
    assert len(review_output(session, call).reviews) == 2
    assert check_log(session).faults == ()


def test_overrides_reach_the_verdict_by_the_rule_of_the_rubric(lab):
    session, call = lab
    assert standing_of(session, call).verdict == "pass"
    harm = next(c for c in standing_of(session, call).score.criteria if c["id"] == "does-no-harm")
    override(session, call, "Inez", criterion="does-no-harm", points=0, reason="He shouted at 0:40.")
    assert standing_of(session, call).verdict == "fail"
    assert "fails the call by itself" in standing_of(session, call).reason
    override(session, call, "Inez", criterion="does-no-harm", points=harm["of"], reason="It was the customer.")
    assert standing_of(session, call).verdict == "pass"
    listening = [c for c in standing_of(session, call).score.criteria if c["dimension"] == "listening" and c["of"] > 0]
    for each in listening:
        override(session, call, "Inez", criterion=each["id"], points=0, reason="Not at all.")
    assert standing_of(session, call).verdict == "fail"
    assert standing_of(session, call).reason.startswith("Listening reached 0.0 %")


def lower_to(session, call, total):
    """Take points away until the total is near one; spread, so that no dimension falls under its floor."""
    for each in standing_of(session, call).score.criteria:
        if standing_of(session, call).total <= total:
            break
        if each["of"] > 0 and each.get("keeps") is None and each["id"] not in ("does-no-harm", "keeps-to-the-truth"):
            override(session, call, "Inez", criterion=each["id"], points=0.6 * each["of"], reason="Only partly.")


def test_what_was_misheard_is_put_right_by_who_may_and_moves_the_points(lab):
    session, call = lab
    for by, why in ((None, "by another instructor only"), ("Dana", "only an instructor"), ("Eve", "nobody called")):
        with pytest.raises(InputError, match=why):
            corrector(session, call, by)
    inez, before = corrector(session, call, "Inez"), standing_of(session, call)
    one = first(call, session)
    said = Correction(turn=1, heard="large home", said="Larch Home")
    add_correction(session, call, inez, correction=said, criteria={})
    assert not standing_of(session, call).changed
    lower_to(session, call, 76)
    decide(session, call, "Ivo", passed=True, reason="Good.")
    worse = {**one, "points": 0.0, "status": "missed"}
    add_correction(session, call, inez, correction=said, criteria={one["id"]: worse})
    now = standing_of(session, call)
    assert now.decision is None, "points that change open the question again"
    assert (now.score.total, corrections_of(now.corrections)) == (before.total, [said, said])
    (item,) = [each for each in review_output(session, call).reviews if each.correction and each.text][:1]
    assert (item.kind, item.by, item.correction.said) == ("correction", "Inez", "Larch Home")
    override(session, call, "Inez", criterion=one["id"], points=one["of"], reason="It was said.")
    assert {each.id: each.points for each in standing_of(session, call).rows}[one["id"]] == one["of"]
    assert check_log(session).faults == ()


def test_in_practice_one_corrects_ones_own_call(records, tmp_path):
    folder = scored_call(tmp_path / "calls", mode="practice", rubric="practice", typed=True)
    with records.writing() as session:
        call = file_call(session, folder.path, person="Dana")
        assert corrector(session, call, None).name == "Dana"
        add_person(session, "Inez", role="instructor")
        with pytest.raises(InputError, match="is practice and its trainee's own"):
            corrector(session, call, "Inez")


@pytest.mark.parametrize(("passed", "verdict"), [(True, "pass"), (False, "fail")])
def test_a_borderline_call_is_decided_by_a_person_once(lab, passed, verdict):
    session, call = lab
    with pytest.raises(InputError, match="is not borderline but pass"):
        decide(session, call, "Inez", passed=True, reason="Good.")
    lower_to(session, call, 76)
    assert standing_of(session, call).verdict == "borderline"
    decide(session, call, "Ivo", passed=passed, reason="I listened to all of it.")
    assert standing_of(session, call).verdict == verdict
    assert standing_of(session, call).score.verdict == "pass", "what the program said stays"
    with pytest.raises(InputError, match="was decided already"):
        decide(session, call, "Inez", passed=not passed, reason="No.")


def test_nobody_judges_their_own_call_and_trainees_judge_none(lab):
    session, call = lab
    one = first(call, session)
    add_person(session, "Eve")
    for name, why in (("Eve", "only an instructor"), ("Nobody", "nobody called")):
        with pytest.raises(InputError, match=why):
            override(session, call, name, criterion=one["id"], points=0, reason="x")
    own = session.get(type(session.get_one(type(call), call.id)), call.id)
    own.person_id = add_person(session, "Iris", role="instructor").id
    with pytest.raises(InputError, match="took this call and cannot judge it"):
        override(session, call, "Iris", criterion=one["id"], points=0, reason="x")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"criterion": "no-such"}, "has no criterion 'no-such'"),
        ({"points": 1000.0}, "cannot have 1000 points; allowed: 0 to"),
        ({"points": float("nan")}, "cannot have nan points"),
        ({"reason": "  "}, "an empty reason"),
    ],
)
def test_an_override_is_checked(lab, change, why):
    session, call = lab
    given = {"criterion": first(call, session)["id"], "points": 0.0, "reason": "So.", **change}
    with pytest.raises(InputError, match=why):
        override(session, call, "Inez", **given)


def test_an_appeal_is_answered_and_both_stay(lab):
    session, call = lab
    appeal(session, call, note="I did apologise, at 0:20.")
    assert review_output(session, call).open_appeals == 1
    answer(session, call, "Inez", text="Right, see the override.")
    assert [each.kind for each in review_output(session, call).reviews] == ["appeal", "answer"]
    assert review_output(session, call).open_appeals == 0
    with pytest.raises(InputError, match="no appeal waits"):
        answer(session, call, "Inez", text="Again.")


def test_practice_is_reviewed_only_once_it_is_shown(records, tmp_path):
    folder = scored_call(tmp_path / "calls", mode="practice", rubric="practice", typed=True)
    with records.writing() as session:
        add_person(session, "Inez", role="instructor")
        call = file_call(session, folder.path, person="Dana")
        with pytest.raises(InputError, match="its trainee's own"):
            comment(session, call, "Inez", text="Nice.")
        comment(session, call, "Dana", text="Here I lost it.", at_ms=1000)
        appeal(session, call, note="Please look at this.")
        comment(session, call, "Inez", text="I see.", at_ms=2000)
        with pytest.raises(InputError, match="is not in this call"):
            comment(session, call, "Inez", text="x", at_ms=10_000_000)


def test_a_blind_rating_is_whole_and_by_somebody_who_has_not_looked(lab):
    session, call = lab
    possible = sheet(session, call)
    with pytest.raises(InputError, match="must be complete"):
        rate(session, call, "Inez", marks={"listening": 1.0})
    with pytest.raises(InputError, match="nothing to rate here is called charm"):
        rate(session, call, "Inez", marks={**possible, "charm": 1.0})
    rate(session, call, "Inez", marks=possible)
    with pytest.raises(InputError, match="would not be blind"):
        rate(session, call, "Inez", marks=possible)
    assert between_people(session).n == 0
    rate(session, call, "Ivo", marks={c["id"]: c["of"] for c in standing_of(session, call).score.criteria if c["of"]})
    found = between_people(session)
    assert (found.n, found.within_10, found.kappa) == (1, 1.0, None)
    assert "not defined" in found.reason
    assert with_the_program(session).n == 2


def test_weighted_kappa_is_that_of_the_paper():
    """Cohen (1968), three diagnoses, 200 patients; table and figures as R's psych::cohen.kappa quotes them."""
    table = [[0.44, 0.07, 0.09], [0.05, 0.20, 0.05], [0.01, 0.03, 0.06]]
    assert weighted_kappa(table, [[0, 1, 3], [1, 0, 6], [3, 6, 0]]) == pytest.approx(0.348, abs=5e-4)
    assert weighted_kappa(table, 1 - np.eye(3)) == pytest.approx(0.492, abs=5e-4)
    assert weighted_kappa(table, [[0, 1, 4], [1, 0, 6], [2, 2, 0]]) == pytest.approx(0.353, abs=5e-4)


def test_weighted_kappa_is_that_of_scikit_learn():
    rng = np.random.default_rng(7)
    for _ in range(200):
        bands, n = int(rng.integers(2, 11)), int(rng.integers(5, 60))
        first = rng.integers(0, bands, n)
        second = np.clip(first + rng.integers(-2, 3, n), 0, bands - 1)
        table = np.zeros((bands, bands))
        np.add.at(table, (first, second), 1)
        theirs = cohen_kappa_score(first, second, labels=range(bands), weights="quadratic")
        assert weighted_kappa(table) == pytest.approx(theirs, abs=1e-12)


def test_agreement_is_that_of_scikit_learn_over_bands_of_ten():
    rng = np.random.default_rng(8)
    pairs = [(float(a), float(np.clip(a + rng.normal(0, 12), 0, 100))) for a in rng.uniform(0, 100, 80)]
    bands = [[min(9, int(total // 10)) for total in side] for side in zip(*pairs, strict=True)]
    theirs = cohen_kappa_score(*bands, labels=range(10), weights="quadratic")
    assert agreement(pairs).kappa == pytest.approx(theirs, abs=5e-4)


def test_quadratic_kappa_of_known_tables():
    assert weighted_kappa(np.diag([3, 4, 5])) == 1
    assert weighted_kappa(np.fliplr(np.diag([5, 0, 5]))) == -1
    assert weighted_kappa(np.full((4, 4), 2)) == pytest.approx(0)
    # by hand: one pair of four is one apart, 1/4; by chance 3/4 * 1/2 + 1/4 * 1/2
    assert weighted_kappa([[2, 1], [0, 1]]) == pytest.approx(1 - 0.25 / 0.5)
    assert weighted_kappa([[4, 0], [0, 0]]) is None


def test_agreement_counts_pairs_and_says_when_they_are_few():
    found = agreement([(100.0, 91.0), (50.0, 70.0), (0.0, 0.0), (75.0, 75.0)])
    assert (found.n, found.within_10) == (4, 0.75)
    assert found.reason == "fewer than 10 pairs say little"
    assert agreement([(10.0 * i % 100, 10.0 * i % 100) for i in range(12)]).reason == ""


def test_the_command_takes_both_orders_and_shows_both_verdicts(call):
    def run(*words):
        done = CliRunner().invoke(root, [str(word) for word in words], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    run("people", "add", "Inez", "--role", "instructor")
    run("records", "add", call.path, "--person", "Dana", "--new")
    said = ["--points", "0", "--reason", "He shouted.", "--by", "Inez"]
    assert "fail" in run("review", call.path, "override", "does-no-harm", *said)
    assert run("review", "list") == "Nothing waits for a person.\n"
    assert re.search(r"passed  \(after review \d+\.\d failed\)", run("records", "list"))
    for moment in ("1500", "0:01.5"):
        run("review", "comment", call.path, "--at", moment, "--text", "Here.", "--by", "Inez")
    run("review", "appeal", call.path, "--note", "No, I did not.")
    assert re.search(
        r"Dana, The sofa that never came, \d+\.\d of 100\n    appeal: No, I did not\.\n", run("review", "list")
    )
    page = run("review", "show", call.path)
    assert "The program" in page
    assert "He shouted." in page
    assert "<- changed" in page
    found = json.loads(run("review", "show", call.path, "--json"))
    assert (found["program"]["verdict"], found["now"]["verdict"]) == ("pass", "fail")
    assert [each["kind"] for each in found["reviews"]] == ["override", "comment", "comment", "appeal"]
    assert [each["at_ms"] for each in found["reviews"][1:3]] == [1500, 1500]
    assert "--points listening=P" in run("review", "rate", call.path, "--by", "Inez")
    assert "n = 0" in run("review", "agreement")


def test_the_report_shows_what_people_said_and_is_the_folders_alone_without_records(call, data, tmp_path):
    def run(*words):
        done = CliRunner().invoke(root, [str(word) for word in words], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stderr

    def page():
        told = run("report", call.path, "-o", tmp_path / "page.html")
        return (tmp_path / "page.html").read_text("utf-8"), told

    alone, _ = page()
    assert not data.joinpath("records.db").exists()
    run("people", "add", "Inez", "--role", "instructor")
    assert page() == (alone, "")
    run("records", "add", call.path, "--person", "Dana", "--new")
    run("review", "override", call.path, "does-no-harm", "--points", "0", "--reason", "He shouted.", "--by", "Inez")
    said, _ = page()
    assert "He shouted." in said
    assert "After review" in said
    run("report", call.path, "--pdf", "-o", tmp_path / "page.pdf")
    data.joinpath("records.db").write_bytes(b"no database" * 100)
    text, told = page()
    assert text == alone
    assert "without what people said" in told


def test_what_was_said_of_an_earlier_score_holds_no_longer(lab, tmp_path):
    session, _ = lab
    call = scored_call(tmp_path / "practice", mode="practice", typed=True)
    filed = file_call(session, call.path, person="Dana")
    share(session, filed, shared=True)
    one = first(filed, session)
    for points in (0, 1):
        override(session, filed, "Inez", criterion=one["id"], points=points, reason="So.")
    assert [each.stands for each in review_output(session, filed).reviews] == [False, True]
    score_folder(call, load_rubric("new_starter"))
    filed = file_call(session, call.path)
    assert [each.stands for each in review_output(session, filed).reviews] == [False, False]

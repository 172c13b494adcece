"""A reviewed score is judged by the same rule as a fresh one: each way in which the two once differed."""

import pytest

from simulator.contract import Verdict
from simulator.records.database.log import write_down
from simulator.records.database.tables import Score
from simulator.records.filing import file_call
from simulator.records.reviews.reviewing import override
from simulator.records.reviews.standing import latest_score, standing_of
from simulator.records.staff.people import add_person
from simulator.scoring.rubric import load_rubric
from tests.records.conftest import scored_call
from tests.scoring.made_call import MadeCall, bad_call, good_call

pytestmark = pytest.mark.contract


@pytest.fixture
def call(silent_call):
    return silent_call


RUBRIC = load_rubric("certification")
DOUBTFUL = "doubtful"


@pytest.fixture
def lab(records, call):
    with records.writing() as session:
        add_person(session, "Inez", role="instructor")
        yield session, file_call(session, call.path, person="Dana")


def rescored(session, call, points, doubts=None, *, verdict: Verdict = "borderline"):
    """Give a call a score: the points of each criterion that applied, and what is doubtful about some."""
    criteria = [
        {
            "id": each.id,
            "title": each.title,
            "dimension": each.dimension,
            "guidance": [],
            "status": "not_applicable" if each.id not in points else "met" if points[each.id] else "missed",
            "points": points.get(each.id, 0.0),
            "of": each.points if each.id in points else 0.0,
            "uncertain": DOUBTFUL if each.id in (doubts or {}) else None,
            "doubt": (doubts or {}).get(each.id),
        }
        for each in RUBRIC.criteria
    ]
    score = Score(
        call_id=call.id, number=latest_score(session, call).number + 1, sha256="0" * 64, rubric=RUBRIC.id,
        rubric_version=RUBRIC.version, rubric_sha256=RUBRIC.sha256, total=90.0, low=90.0, high=90.0, verdict=verdict,
        reason="", criteria=criteria, versions={},
    )  # fmt: skip
    write_down(session, "scored", score)


def full(*without):
    return {each.id: each.points for each in RUBRIC.criteria if each.id not in without}


def doubt(points, of, other, *, could_be=()):
    return {"options": [[points, of], [other, of]], "could_be": list(could_be), "hidden_points": 0.0, "hidden_acts": 0}


def half_a_point_less(session, call, name=RUBRIC.criteria[0].id):
    row = next(each for each in standing_of(session, call).rows if each.id == name)
    override(session, call, "Inez", criterion=name, points=row.points - 0.5, reason="Nearly.")
    return standing_of(session, call)


def of_dimension(name):
    return [each for each in RUBRIC.criteria if each.dimension == name]


def test_too_little_applied_and_half_a_point_makes_no_pass(lab):
    session, call = lab
    points, applied = {}, 0.0
    for each in RUBRIC.criteria:  # 60 of some 208 points
        if applied + each.points <= 60:
            points[each.id], applied = each.points, applied + each.points
    rescored(session, call, points)
    now = half_a_point_less(session, call, next(iter(points)))
    assert now.verdict == "borderline"
    assert "of the rubric's points applied to this call" in now.reason


def test_a_dimension_that_a_doubt_could_lift_over_its_floor_does_not_fail(lab):
    session, call = lab
    mine = of_dimension("empathy")
    points = {**full(), **{each.id: 0.0 for each in mine}}
    doubts = {each.id: doubt(0.0, each.points, each.points, could_be=["met"]) for each in mine}
    rescored(session, call, points, doubts)
    now = half_a_point_less(session, call)
    assert (now.verdict, "but could have reached 100.0 %" in now.reason) == ("borderline", True)


def test_a_dimension_that_a_doubt_could_push_under_its_floor_does_not_pass(lab):
    session, call = lab
    doubts = {each.id: doubt(each.points, each.points, 0.0) for each in of_dimension("follow_through")}
    rescored(session, call, full(), doubts)
    now = half_a_point_less(session, call)
    assert (now.verdict, "could have reached only 0.0 %" in now.reason) == ("borderline", True)
    for name in doubts:
        most = next(each.of for each in now.rows if each.id == name)
        override(session, call, "Inez", criterion=name, points=most, reason="I heard it.")
    assert standing_of(session, call).verdict == "pass", "a person's points leave no doubt"


def test_an_automatic_fail_that_may_have_happened_does_not_pass(lab):
    session, call = lab
    harm = next(each for each in RUBRIC.criteria if each.id == "does-no-harm")
    doubts = {harm.id: doubt(harm.points, harm.points, 0.0, could_be=["missed"])}
    rescored(session, call, full(), doubts)
    now = half_a_point_less(session, call)
    assert (now.verdict, f"may have been missed: {DOUBTFUL}" in now.reason) == ("borderline", True)


def test_speech_that_was_hardly_understood_still_counts_after_an_override(lab):
    session, call = lab
    mine = of_dimension("follow_through")
    doubts = {
        each.id: {"options": [], "could_be": [], "hidden_points": -each.points, "hidden_acts": len(mine)}
        for each in mine
    }
    rescored(session, call, full(), doubts)
    assert half_a_point_less(session, call).verdict == "borderline"


def unclear_call() -> MadeCall:
    call = MadeCall().trainee("good afternoon this is dana", "greeting").mood(70)
    for number in range(6):
        call.customer("where is my sofa it was due on tuesday and nobody came", band="angry")
        confidence = 0.3 if number == 0 else 0.9
        call.trainee("a pole or jazz that no bod he came to your how's", confidence=confidence)
    return call.end("unresolved")


@pytest.mark.parametrize("made", [good_call, bad_call, unclear_call])
def test_an_override_that_gives_the_programs_own_points_changes_no_verdict(records, tmp_path, made):
    folder = scored_call(tmp_path / "calls", made(), typed=True)
    with records.writing() as session:
        add_person(session, "Inez", role="instructor")
        call = file_call(session, folder.path, person="Dana")
        before = standing_of(session, call)
        certain = [each for each in before.rows if each.of and not each.options and not each.hidden_points]
        one = certain[0]
        override(session, call, "Inez", criterion=one.id, points=one.points, reason="I agree.")
        now = standing_of(session, call)
        assert (now.total, now.verdict) == (before.total, before.verdict)
        assert before.reason.startswith(now.reason.rstrip("."))


def test_a_score_keeps_its_doubts_where_a_verdict_depends_on_them(records, tmp_path):
    kept = {}
    for rubric in ("practice", "certification"):
        folder = scored_call(tmp_path / rubric, unclear_call(), rubric=rubric, typed=True)
        kept[rubric] = '"doubt"' in (folder.path / "score.json").read_text("utf-8")
    assert kept == {"practice": False, "certification": True}

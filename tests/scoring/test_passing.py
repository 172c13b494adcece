"""The rule for passing, over plain rows: what fails, what passes, and what only a person can decide."""

from dataclasses import replace

import pytest

from simulator.scoring.passing import verdict_of
from simulator.scoring.rubric import load_rubric
from simulator.scoring.summing import CriterionRow

pytestmark = pytest.mark.unit
RUBRIC = load_rubric("certification")
FATAL = "does-no-harm"
ROWS = tuple(
    CriterionRow(id=c.id, title=c.title, dimension=c.dimension, status="met", points=c.points, of=c.points)
    for c in RUBRIC.criteria
)


def judged(rows=ROWS, *, hidden_acts=0, outcome="unresolved"):
    return verdict_of(RUBRIC, outcome, rows, hidden_acts)


def changed(change, *ids):
    """Return the rows, those of `ids` changed."""
    assert set(ids) <= {row.id for row in ROWS}
    return tuple(change(row) if row.id in ids else row for row in ROWS)


def missed(row, **doubt):
    return replace(row, status="missed", points=0.0, **doubt)


def left_out(row):
    return replace(row, status="not_applicable", points=0.0, of=0.0)


def of_dimension(name):
    return [row.id for row in ROWS if row.dimension == name]


def test_full_points_pass():
    assert judged() == ("pass", "The total of 100.0 is over the mark of 75, and every dimension is over its floor.")


def test_with_too_little_of_the_rubric_applied_a_person_decides():
    few = [next(row.id for row in ROWS if row.dimension == name) for name in ("listening", "empathy")]
    verdict, reason = judged(changed(left_out, *(row.id for row in ROWS if row.id not in few)))
    assert (verdict, "50 % are needed" in reason) == ("borderline", True)


def test_a_dimension_under_its_floor_fails_unless_a_doubt_could_lift_it():
    empathy = of_dimension("empathy")
    assert judged(changed(missed, *empathy))[0] == "fail"
    lifted = changed(lambda row: missed(row, options=((0.0, row.of), (row.of, row.of))), *empathy)
    verdict, reason = judged(lifted)
    assert (verdict, "but could have reached 100.0 %" in reason) == ("borderline", True)


def test_a_dimension_over_its_floor_passes_unless_a_doubt_could_push_it_under():
    doubtful = changed(
        lambda row: replace(row, options=((0.0, row.of), (row.of, row.of))), *of_dimension("follow_through")
    )
    verdict, reason = judged(doubtful)
    assert (verdict, "could have reached only 0.0 %" in reason) == ("borderline", True)


@pytest.mark.parametrize(("hidden_acts", "verdict"), [(0, "pass"), (2, "borderline")])
def test_words_that_were_hardly_understood_are_a_doubt(hidden_acts, verdict):
    rows = changed(lambda row: replace(row, hidden_points=-row.of), *of_dimension("follow_through"))
    assert judged(rows, hidden_acts=hidden_acts)[0] == verdict


def test_an_automatic_fail_fails_and_a_doubt_about_it_goes_to_a_person_either_way():
    assert judged(changed(lambda row: missed(row, reason="Shouted."), FATAL))[1].endswith("by itself: Shouted.")
    assert judged(changed(missed, FATAL)) == (
        "fail", f"{next(r.title for r in ROWS if r.id == FATAL)} was missed, which fails the call by itself."
    )  # fmt: skip
    doubts = {"uncertain": "the recognizer was unsure"}
    assert judged(changed(lambda row: missed(row, could_be=("met",), **doubts), FATAL))[0] == "borderline"
    perhaps = changed(lambda row: replace(row, could_be=("missed",), **doubts), FATAL)
    assert judged(perhaps)[0] == "borderline", "met, but could have been missed"


@pytest.mark.parametrize(("total", "verdict"), [(70, "fail"), (73, "borderline"), (77, "borderline"), (79, "pass")])
def test_near_the_mark_a_person_decides(total, verdict):
    rows = tuple(replace(row, points=total / 100 * row.of) for row in ROWS)
    assert judged(rows)[0] == verdict


def test_a_call_cut_short_or_without_a_criterion_goes_to_a_person():
    assert judged(outcome="incomplete")[0] == "borderline"
    assert judged(tuple(map(left_out, ROWS)))[0] == "borderline"


def test_an_automatic_fail_that_is_for_coaching_only_leaves_it_to_a_person():
    assert "keeps-temper" in RUBRIC.passing.automatic_fails
    assert {c.id: c.coaching_only for c in RUBRIC.criteria}["keeps-temper"]
    rows = changed(lambda row: replace(row, status="missed", points=0.0, of=0.0), "keeps-temper")
    verdict, reason = judged(rows)
    assert (verdict, "a person must review it" in reason) == ("borderline", True)
    poor = tuple(replace(row, points=0.6 * row.of) for row in rows)
    assert judged(poor)[0] == "fail", "what counts fails it, whatever that fault was"

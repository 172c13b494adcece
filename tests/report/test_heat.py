"""The map of people and skills: sums of points, never means of rates."""

from dataclasses import replace

import pytest

from simulator.report.heat import heat_of, losses
from simulator.report.history import Mark, PastCall

pytestmark = pytest.mark.unit


def mark(id, points, of, *, rows=("L1",), dimension="listening"):
    status = "met" if points == of else "partly"
    return Mark(id=id, title=id, dimension=dimension, guidance=rows, status=status, points=points, of=of)


def call(person, *marks, day=1, **more):
    given = {
        "id": f"{person}-{day}", "started": f"2026-11-{day:02}T10:00:00+00:00", "scenario": "s", "title": "S",
        "mode": "practice", "outcome": "won_back", "rubric": "practice", "rubric_version": "5",
        "rubric_sha256": "ab" * 32, "total": 50.0, "range": None, "verdict": None, "dimensions": (),
    }  # fmt: skip
    return PastCall(**{**given, **more}, marks=marks, person=person)


CALLS = (
    call("Ann", mark("a", 1, 10), mark("b", 2, 2, rows=("L1", "L4")), day=1),
    call("Ann", mark("a", 10, 10), mark("c", 0, 0), day=2),
    call("Ben", mark("a", 3, 10), mark("e", 5, 5, rows=("E1",), dimension="empathy"), day=3),
)


def cells(heat):
    return {(line.person, cell.column): (cell.sum.points, cell.sum.of) for line in heat.lines for cell in line.cells}


def test_points_are_added_up_by_person_and_a_criterion_counts_in_every_row_it_cites():
    found = cells(heat_of(CALLS, dimension="listening"))
    assert found == {("Ann", "L1"): (13, 22), ("Ann", "L4"): (2, 2), ("Ben", "L1"): (3, 10), ("Ben", "L4"): (0, 0)}
    found = heat_of(CALLS)
    assert cells(found)["Ann", "listening"] == (13, 22)
    assert [line.calls for line in found.lines] == [2, 1]
    assert found.columns[0].all.sum.points == 16
    assert [cell.band for cell in found.lines[1].cells[:3]] == [0, None, 4]


def test_the_weakest_is_where_the_smallest_share_was_won_and_nothing_full_is_weak():
    assert [each.id for each in heat_of(CALLS, dimension="all").weakest(5)] == ["L1"]


def test_a_retry_and_another_rubric_are_not_added_in():
    other = replace(CALLS[2], rubric_version="6")
    found = heat_of((*CALLS[:2], replace(CALLS[0], retry_of="x", id="r"), other))
    assert found.series == ("practice 5 (ababab)", "practice 6 (ababab)")
    assert (found.shown, [line.person for line in found.lines]) == ("practice 5 (ababab)", ["Ann"])
    assert [line.person for line in heat_of((*CALLS[:2], other), shown=found.series[1]).lines] == ["Ben"]


def test_losses_come_latest_call_first():
    assert [(loss.call.id, loss.mark.id) for loss in losses(CALLS, "L1")] == [("Ben-3", "a"), ("Ann-1", "a")]


def test_no_call_is_an_empty_map():
    assert heat_of(()).lines == ()
    assert heat_of((), dimension="all").weakest(3) == ()

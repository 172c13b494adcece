"""The map of people and skills: sums of points, never means of rates."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from simulator.report.heat import Won, heat_of, losses
from simulator.report.history import Mark, PastCall
from simulator.report.tally import by_series
from simulator.scoring.guidance import DIMENSIONS

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


def won(calls, shown="", columns=(*DIMENSIONS, "L1", "L4", "E1")):
    """What people won, added up call by call: the plain way, which the index must agree with."""
    groups = by_series(calls)
    name = shown or max(groups, key=lambda each: len(groups[each]), default="")
    people = sorted({each.person for each in groups.get(name, ())})
    points, of = np.zeros((2, len(people) + 1, len(columns)))
    for each in groups.get(name, ()):
        for one in each.marks:
            for column in (one.dimension, *one.guidance) if one.of else ():
                for row in (people.index(each.person), -1):
                    points[row, columns.index(column)] += one.points
                    of[row, columns.index(column)] += one.of
    counts = Counter(each.person for each in groups.get(name, ()))
    return Won(
        series=tuple(groups), shown=name, people=tuple(people), calls=tuple(counts[each] for each in people),
        columns=columns, points=points, of=of, taken=Counter(each.scenario for each in calls),
    )  # fmt: skip


def cells(heat):
    return {(line.person, cell.column): (cell.sum.points, cell.sum.of) for line in heat.lines for cell in line.cells}


def test_points_are_added_up_by_person_and_a_criterion_counts_in_every_row_it_cites():
    found = cells(heat_of(won(CALLS), dimension="listening"))
    assert found == {("Ann", "L1"): (13, 22), ("Ann", "L4"): (2, 2), ("Ben", "L1"): (3, 10), ("Ben", "L4"): (0, 0)}
    found = heat_of(won(CALLS))
    assert cells(found)["Ann", "listening"] == (13, 22)
    assert [(line.person, line.calls) for line in found.lines] == [("Ben", 1), ("Ann", 2)]
    assert found.columns[0].all.sum.points == 16
    assert [cell.band for cell in found.lines[0].cells[:3]] == [0, None, 4]


def test_the_weakest_is_where_the_smallest_share_was_won_and_nothing_full_is_weak():
    assert [each.id for each in heat_of(won(CALLS), dimension="all").weakest(5)] == ["L1"]


def test_a_retry_and_another_rubric_are_not_added_in():
    other = replace(CALLS[2], rubric_version="6")
    found = heat_of(won((*CALLS[:2], replace(CALLS[0], retry_of="x", id="r"), other)))
    assert found.series == ("practice 5 (ababab)", "practice 6 (ababab)")
    assert (found.shown, [line.person for line in found.lines]) == ("practice 5 (ababab)", ["Ann"])
    assert [line.person for line in heat_of(won((*CALLS[:2], other), found.series[1])).lines] == ["Ben"]


def test_losses_come_latest_call_first():
    assert [(loss.call.id, loss.mark.id) for loss in losses(CALLS, "L1")] == [("Ben-3", "a"), ("Ann-1", "a")]


def test_no_call_is_an_empty_map():
    assert heat_of(won(())).lines == ()
    assert heat_of(won(()), dimension="all").weakest(3) == ()

"""The result of scoring again, for other programs: a table (CSV) and learning records (xAPI)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.records.lms.results import Result
from simulator.records.lms.xapi import statements
from simulator.records.rescoring.document import RescoreOutput, RescoreRow, RescoreSide
from simulator.table import Table

COLUMNS = (
    *("call", "person", "mode", "scenario", "started", "outcome", "certified"),
    *("old_rubric", "old_version", "old_total", "old_verdict"),
    *("new_rubric", "new_version", "new_total", "new_verdict"),
    *("moved", "now", "criteria", "lapsing", "written", "reason"),
)
SAME = {"call", "scenario", "started", "duration_ms", "outcome", "range", "person", "account"}
"""What a row and a result for an LMS both hold."""


def to_csv(result: RescoreOutput) -> str:
    """Return a table with a line for every call; a broken call has only its name and the reason."""
    lines = [*map(_cells, result.rows), *({"call": each.call, "reason": each.reason} for each in result.broken)]
    lines.sort(key=lambda each: str(each["call"]))
    return Table(COLUMNS, [[cells.get(name) for name in COLUMNS] for cells in lines]).csv()


def to_xapi(rows: Sequence[RescoreRow], *, lms: str | None = None) -> str:
    """Return an xAPI statement a line, of the new scores; see `lms.xapi.statements`."""
    return statements([_result(row) for row in rows], lms=lms)


def _result(row: RescoreRow) -> Result:
    return Result(
        **row.model_dump(include=SAME),
        title=row.scenario,
        rubric=row.new.rubric.model_dump(mode="json"),
        total=row.new.total,
        verdict=row.new.verdict,
    )


def _cells(row: RescoreRow) -> dict[str, Any]:
    return {
        **row.model_dump(include=set(COLUMNS)),
        **_side("old", row.old),
        **_side("new", row.new),
        "criteria": " ".join(row.criteria),
        "lapsing": "; ".join(row.lapsing),
    }


def _side(which: str, side: RescoreSide | None) -> dict[str, Any]:
    if side is None:
        return {}
    return {
        f"{which}_rubric": side.rubric.id,
        f"{which}_version": side.rubric.version,
        f"{which}_total": side.total,
        f"{which}_verdict": side.verdict,
    }

"""The result of scoring again, for other programs: a table (CSV) and learning records (xAPI).

References
----------
Experience API, version 1.0.3, part 2: statements (ADL Initiative, 2016). Verbs: ADL's vocabulary at
http://adlnet.gov/expapi/verbs/.
"""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from simulator.records.rescoring.document import RescoreOutput, RescoreRow, RescoreSide

COLUMNS = (
    *("call", "scenario", "started", "outcome", "certified"),
    *("old_rubric", "old_version", "old_total", "old_verdict"),
    *("new_rubric", "new_version", "new_total", "new_verdict"),
    *("moved", "now", "criteria", "written", "reason"),
)
VERBS = {"pass": "passed", "fail": "failed", "borderline": "scored", None: "scored"}
ACTORS = "https://hotseat.invalid/calls"
"""xAPI wants a home page for the accounts of actors; no such site exists."""
NAMESPACE = uuid.UUID("6f0d2c1e-3b0a-5c55-9a53-0d6b3a1b7c11")


def to_csv(result: RescoreOutput) -> str:
    """Return a table with a line for every call; a broken call has only its name and the reason."""
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    lines = [*map(_cells, result.rows), *({"call": each.call, "reason": each.reason} for each in result.broken)]
    for cells in sorted(lines, key=lambda each: str(each["call"])):
        table.writerow(_plain(cells))
    return text.getvalue()


def to_xapi(rows: Sequence[RescoreRow]) -> str:
    """Return an xAPI statement a line.

    The actor is the call's id: no person's name and no audio is in it. The same call and rubric give the same
    statement, id included, so that sending it twice records it once.
    """
    return "".join(json.dumps(_statement(row), ensure_ascii=False) + "\n" for row in rows)


def _cells(row: RescoreRow) -> dict[str, Any]:
    return {
        **row.model_dump(include=set(COLUMNS)),
        **_side("old", row.old),
        **_side("new", row.new),
        "criteria": " ".join(row.criteria),
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


def _plain(cells: dict[str, Any]) -> dict[str, Any]:
    """Return the cells, with a quote before text that a spreadsheet would run as a formula."""
    return {
        name: f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
        for name, cell in cells.items()
    }


def _statement(row: RescoreRow) -> dict[str, Any]:
    verb = VERBS[row.new.verdict]
    statement: dict[str, Any] = {
        "id": str(uuid.uuid5(NAMESPACE, f"{row.call} {row.new.rubric.sha256} {row.new.total} {row.new.verdict}")),
        "version": "1.0.3",
        "actor": {"objectType": "Agent", "account": {"homePage": ACTORS, "name": row.call}},
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}", "display": {"en": verb}},
        "object": {
            "objectType": "Activity",
            "id": f"https://hotseat.invalid/scenarios/{quote(row.scenario, safe='')}",
            "definition": {"type": "http://adlnet.gov/expapi/activities/simulation", "name": {"en": row.scenario}},
        },
        "result": _result(row),
        "context": {
            "platform": "Hotseat",
            "extensions": {
                "https://hotseat.invalid/xapi/rubric": row.new.rubric.model_dump(mode="json"),
                "https://hotseat.invalid/xapi/range": row.range,
                "https://hotseat.invalid/xapi/outcome": row.outcome,
            },
        },
    }
    if (started := _time(row.started)) is not None:
        statement["timestamp"] = started.isoformat()
    return statement


def _result(row: RescoreRow) -> dict[str, Any]:
    result: dict[str, Any] = {
        "completion": row.outcome != "incomplete",
        "duration": f"PT{row.duration_ms / 1000:.2f}S",
    }
    if row.new.total is not None:
        result["score"] = {"scaled": round(row.new.total / 100, 4), "raw": row.new.total, "min": 0, "max": 100}
    if row.new.verdict in ("pass", "fail"):
        result["success"] = row.new.verdict == "pass"
    return result


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None

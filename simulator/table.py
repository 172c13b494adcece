"""A table for other programs, as CSV or JSON. Every CSV that this program writes is written here.

References
----------
OWASP, "CSV Injection": a spreadsheet takes a cell that begins with one of `FORMULA` for a formula, and runs it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """Return a text with a quote before it if a spreadsheet would take it for a formula.

    Examples
    --------
    >>> guarded("=1+1"), guarded("Karen")
    ("'=1+1", 'Karen')
    """
    return f"'{text}" if text.startswith(FORMULA) else text


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Parameters
    ----------
    head : sequence of str
        Its columns.
    rows : sequence of sequences
        Each with a cell a column: text, a number, yes or no, a moment, or None for an empty cell.
    """

    head: Sequence[str]
    rows: Iterable[Sequence[object]]

    def csv(self) -> str:
        r"""Return it as CSV with commas; no cell of it is a formula.

        Examples
        --------
        >>> Table(("name", "calls", "shared"), [("@x", 2, True), ("Ann, B.", None, False)]).csv()
        'name,calls,shared\r\n\'@x,2,yes\r\n"Ann, B.",,no\r\n'
        """
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")  # with "\n" a lone "\r" in a cell would not be quoted
        writer.writerow(self.head)
        writer.writerows(map(_cell, row) for row in self.rows)
        return text.getvalue()

    def json(self) -> str:
        """Return its rows as a JSON list of objects; what is empty is null.

        Examples
        --------
        >>> Table(("name", "calls"), [("@x", None)]).json()
        '[{"name": "@x", "calls": null}]'
        """
        rows = [dict(zip(self.head, map(_value, row), strict=True)) for row in self.rows]
        return json.dumps(rows, ensure_ascii=False, allow_nan=False)


def _value(value: object) -> Any:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return guarded(value)
    return _value(value)

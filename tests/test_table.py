"""Tables for other programs."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.table import FORMULA, Table

pytestmark = pytest.mark.unit
AT = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_no_cell_is_a_formula_and_every_text_comes_back(rows):
    found = list(csv.reader(io.StringIO(Table(("a", "b"), rows).csv(), newline="")))
    for cells, given_cells in zip(found[1:], rows, strict=True):
        for cell, text in zip(cells, given_cells, strict=True):
            assert not cell.startswith(FORMULA)
            assert cell.removeprefix("'") == text.removeprefix("'")


def test_json_has_the_values_themselves_and_csv_what_a_spreadsheet_shows():
    table = Table(("at", "shared", "total", "note"), [(AT, True, 2.5, None)])
    assert json.loads(table.json()) == [{"at": "2026-11-22T10:15:00+00:00", "shared": True, "total": 2.5, "note": None}]
    assert table.csv() == "at,shared,total,note\r\n2026-11-22T10:15:00+00:00,yes,2.5,\r\n"

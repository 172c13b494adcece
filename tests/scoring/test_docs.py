"""The pages of docs/ that come from data are up to date, and no row that shows in a call is left out."""

import importlib.util
from pathlib import Path

import pytest

from simulator.scoring.rubric import RULES

pytestmark = pytest.mark.unit
ROOT = Path(__file__).parent.parent.parent


def _make_docs():
    spec = importlib.util.spec_from_file_location("make_docs", ROOT / "script" / "make_docs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


make_docs = _make_docs()


@pytest.mark.parametrize("path", make_docs.pages(), ids=lambda path: path.name)
def test_pages_made_from_data_are_up_to_date(path):
    made = make_docs.pages()[path]
    assert path.read_text(encoding="utf-8") == made, f"{path.name} is out of date; run: python script/make_docs.py"


@pytest.mark.parametrize("cells", make_docs.coverage_rows(), ids=lambda cells: cells[0].id)
def test_every_row_is_trained_noticed_and_scored(cells):
    row, scenarios, notices, criteria = cells
    if row.in_the_call:
        assert scenarios, f"no scenario trains {row.id}: {row.asks}"
        assert notices, f"no act or cue notices {row.id}: {row.asks}"
        assert criteria, f"no criterion of the practice rubric judges {row.id}: {row.asks}"


def test_every_rule_is_documented():
    text = (ROOT / "docs" / "scoring.md").read_text(encoding="utf-8")
    for rule in RULES:
        assert f"**`{rule.model_fields['rule'].annotation.__args__[0]}`**" in text
        assert all(info.description or name == "rule" for name, info in rule.model_fields.items())

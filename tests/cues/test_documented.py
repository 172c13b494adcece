import importlib
import re
from pathlib import Path

import pytest

from simulator.clock import from_ms
from simulator.cues.catalogue import SPECS

pytestmark = pytest.mark.unit

HOUSE = Path(__file__).parent.parent.parent / "simulator"
PAGE = (Path(__file__).parent.parent.parent / "docs" / "measures.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in row.strip("|").split("|")] for row in PAGE.splitlines() if row.startswith("| `")]
MEASURES = {row[0].strip("`"): row for row in ROWS if len(row) == 5}
THRESHOLDS = [row for row in ROWS if len(row) == 4]
AS_ITS_SOURCE = "articulation_rate"


def test_every_measure_is_documented_and_none_else():
    assert sorted(MEASURES) == sorted(SPECS)


@pytest.mark.parametrize("key", SPECS)
def test_unit_and_error_are_those_of_the_code(key):
    _, symbol, definition, unit, error = MEASURES[key]
    spec = SPECS[key]
    assert definition
    assert [row[1] for row in MEASURES.values()].count(symbol) == 1
    assert symbol
    assert unit == spec.unit
    if key == AS_ITS_SOURCE:
        return
    wanted = [f"{spec.error:g}"] if spec.error is not None else []
    wanted += [f"{spec.share * 100:g} %"] if spec.share is not None else []
    assert error == " or ".join(wanted)


@pytest.mark.parametrize("row", THRESHOLDS, ids=lambda row: f"{row[0]}.{row[1]}".replace("`", ""))
def test_thresholds_are_those_of_the_code(row):
    module, name, value, unit = (cell.strip("`") for cell in row)
    (path,) = [*HOUSE.glob(f"{module}.py"), *(HOUSE / "cues").rglob(f"{module}.py")]
    found = vars(importlib.import_module(".".join(path.relative_to(HOUSE.parent).with_suffix("").parts)))[name]
    wanted = float(value)
    assert found == (from_ms(wanted) if unit == "ms" else wanted)


def test_each_section_names_window_source_and_deviations():
    sections = [section for section in re.split(r"\n## ", PAGE) if "| key | symbol |" in section]
    assert len(sections) == 7
    for section in (" ".join(section.split()) for section in sections):
        for said in ("*Source*", "*Window*", "*Known deviations*"):
            assert said in section, (said, section[:40])

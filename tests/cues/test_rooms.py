"""The rooms of cues: signal knows no other room, and nothing but the command line exports."""

import ast
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

CUES = Path(__file__).parent.parent.parent / "simulator" / "cues"
MAY_IMPORT = {"signal": set(), "talk": {"signal"}, "live": {"signal", "talk"}, "export": {"signal"}}


@pytest.mark.parametrize("path", sorted(CUES.rglob("*.py")), ids=lambda path: str(path.relative_to(CUES)))
def test_imports_between_rooms_run_one_way(path):
    here = path.relative_to(CUES).parts[0]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [node.module.split(".") for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    rooms = {parts[2] for parts in names if parts[:2] == ["simulator", "cues"]} & set(MAY_IMPORT)
    assert rooms - {here} <= MAY_IMPORT.get(here, {"signal", "talk"})

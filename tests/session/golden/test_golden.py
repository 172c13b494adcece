import importlib.util
from pathlib import Path

import pytest

pytestmark = pytest.mark.golden
HERE = Path(__file__).parent


def _regenerate():
    spec = importlib.util.spec_from_file_location("regenerate", HERE / "regenerate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GOLDEN = _regenerate().GOLDEN


@pytest.mark.parametrize("name", GOLDEN)
def test_what_comes_out_is_what_was_looked_at(name):
    stored = (HERE / name).read_bytes().decode("utf-8")
    assert GOLDEN[name]() == stored, (
        f"{name} differs; if it should: python tests/session/golden/regenerate.py, and read the diff"
    )


def test_no_golden_file_is_left_over():
    assert {path.name for path in HERE.iterdir() if path.suffix in (".json", ".txt", ".html")} == set(GOLDEN)

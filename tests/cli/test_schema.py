import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli.schema import command
from simulator.errors import InputError

pytestmark = pytest.mark.unit
HOUSE = Path(__file__).parent.parent.parent / "simulator"
SHAPES = sorted(
    {
        shape
        for path in HOUSE.rglob("*.py")
        for shape in re.findall(r'"(hotseat\.[a-z-]+/\d+)"', path.read_text("utf-8"))
    }
)


def printed(*words):
    done = CliRunner().invoke(command, words, standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.output


NAMES = printed().split()


@pytest.mark.parametrize("name", NAMES)
def test_every_name_has_a_schema(name):
    schema = json.loads(printed(name))
    assert schema["type"] == "object"
    assert schema["properties"]


def test_every_shape_that_is_printed_or_written_has_a_schema():
    known = [json.loads(printed(name))["properties"].get("schema", {}).get("const") for name in NAMES]
    assert len(SHAPES) >= 25
    assert sorted(shape for shape in known if shape) == SHAPES


def test_an_unknown_name_is_refused_with_the_names():
    with pytest.raises(InputError, match="no schema named 'cal'; choose one of: call, score"):
        printed("cal")

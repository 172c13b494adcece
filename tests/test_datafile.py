"""What an author is told of a faulty data file: the file, the line, what was given and what is allowed."""

import pytest
from pydantic import BaseModel, ConfigDict

from simulator.datafile import read_yaml
from simulator.errors import InputError

pytestmark = pytest.mark.unit


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Wheel(Strict):
    inches: int
    spokes: int = 32


class Cart(Strict):
    name: str
    wheels: tuple[Wheel, ...] = ()
    spare: Wheel | None = None
    boxes: dict[str, Wheel] = {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "name: a\ncolour: red\n",
            r":2: colour: there is no such key; allowed: name, wheels, spare, boxes \(given: 'red'",
        ),
        (
            "name: a\nwheels:\n  - inches: 3\n    tyre: 1\n",
            r":4: wheels\.0\.tyre: .*allowed: inches, spokes \(given: 1\)",
        ),
        ("name: a\nspare: {inches: 3, tyre: 1}\n", r":2: spare\.tyre: there is no such key; allowed: inches, spokes"),
        ("name: a\nboxes:\n  x: {inches: 3, tyre: 1}\n", r":3: boxes\.x\.tyre: there is no such key; allowed: inches"),
        ("name: a\nwheels: [3]\n", r":2: wheels\.0: must be keys with values; allowed: inches, spokes \(given: 3\)"),
        ("name: a\nspare: {inches: wide}\n", r":2: spare\.inches: .*integer.* \(given: 'wide'\)"),
        ("name: a\nspare: {}\n", r":2: spare\.inches: Field required$"),
        ("", r"cart\.yaml: the file: empty; allowed keys: name, wheels, spare, boxes"),
        ("- a\n", r":1: the file: must be keys with values; allowed: name, wheels, spare, boxes"),
        ("name: [\n", r"cart\.yaml:2: not YAML: "),
    ],
)
def test_a_fault_names_file_line_and_what_is_allowed(text, said, tmp_path):
    (tmp_path / "cart.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_yaml(tmp_path / "cart.yaml", Cart)

"""Data files that are made to take long, and lines that would break a call. Times: benchmarks/records/bombs.py."""

import shutil

import pytest

from simulator.customer.scenario import load_scenario
from simulator.datafile import data_folder, read_yaml
from simulator.errors import InputError
from simulator.scoring.rubric import Rubric
from simulator.speech.profiles import load_profile

from .bombs import TOML_BOMBS, YAML_BOMBS
from .folders import hotseat

__all__ = ["hotseat"]
pytestmark = pytest.mark.unit


@pytest.mark.parametrize("name", YAML_BOMBS)
def test_a_bomb_is_refused(tmp_path, name):
    path = tmp_path / "bomb.yaml"
    path.write_text(YAML_BOMBS[name], encoding="utf-8")
    with pytest.raises(InputError, match=r"bomb\.yaml") as refused:
        read_yaml(path, Rubric)
    assert len(str(refused.value)) < 5_000
    with pytest.raises(InputError, match=r"bomb\.yaml"):
        load_scenario(path)


@pytest.mark.parametrize("name", TOML_BOMBS)
def test_a_toml_bomb_is_refused(tmp_path, name):
    path = tmp_path / "bomb.toml"
    path.write_text(TOML_BOMBS[name], encoding="utf-8")
    with pytest.raises(InputError, match=r"bomb\.toml"):
        load_profile(path)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Where is my {thing", "a brace without its partner"),
        ("Where is my thing}", "a brace without its partner"),
        ("Where is my {{thing}}", "a brace without its partner"),
        ("Where is my {thing.__class__}", "no such slot"),
        ("Where is my {thing!r:>99999999}", "no such slot"),
        ("Where is my {0}", "no such slot"),
        ("Where is my {}", "no such slot"),
    ],
)
def test_a_stray_brace_is_told_with_its_line(tmp_path, hotseat, line, says):
    story = shutil.copytree(data_folder("scenarios") / "missing-sofa", tmp_path / "missing-sofa")
    path = story / "scenario.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    number = lines.index("    say:") + 2
    lines[number] = f"      angry: '{line}'"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert hotseat("scenarios", "check", story).code == 5
    with pytest.raises(InputError, match=rf"scenario\.yaml:{number + 1}: vents\.0\.say\.angry: {says}"):
        load_scenario(story)

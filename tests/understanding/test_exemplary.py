"""No harmful act is read into what the exemplary trainees say: a false alarm costs an agent points and the customer."""

from pathlib import Path

import pytest

from simulator.datafile import data_folder, read_yaml
from simulator.headset.script import TraineeScript
from simulator.understanding import Rules

pytestmark = pytest.mark.unit
HARMFUL = {"excuse", "blame", "contradiction", "dismissal", "hostility", "patronising", "refusal"}
MEANT = {("fathers-account", "refusal")}  # "i can not do that myself so i will pass it to her": a no that is honest
SCRIPTS = [
    path
    for path in sorted(Path(data_folder("scenarios")).glob("*/trainees/*.yaml"))
    if read_yaml(path, TraineeScript).quality == "exemplary"
]
SAID = ("i paid in full and nobody came", "nobody rang me and nobody answered my email", "that is what i was told")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.parents[1].name)
def test_an_exemplary_trainee_does_no_harm(path):
    rules = Rules.load()
    found = []
    for step in read_yaml(path, TraineeScript).steps:
        for act in rules.read(tuple(step.text.split()), context=SAID):
            if act.act in HARMFUL and (path.parents[1].name, act.act) not in MEANT:
                found.append(f"{act.rule}: {act.words!r} in {step.text!r}")
    assert found == []

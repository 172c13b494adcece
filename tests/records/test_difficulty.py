"""How hard the shipped forms are: figures that came with the program, checked by the program itself."""

import json

import pytest
from click.testing import CliRunner

from simulator.records.difficulty import shipped_difficulty
from simulator.records.forms import forms_of, load_policy
from simulator.session.difficulty import identity_of, rehearse_scenario, scenarios_of
from tests.command_line import root

pytestmark = pytest.mark.contract
RUN = "out of date; run: python script/make_difficulties.py"


def test_the_shipped_figures_are_of_the_shipped_scenarios_rubric_and_program():
    policy = load_policy()
    for name in scenarios_of(forms_of(policy)):
        assert shipped_difficulty(*identity_of(name, policy.rubric)) is not None, f"{name} is {RUN}"


def test_a_rehearsal_gives_the_shipped_figure():
    kept = shipped_difficulty(*identity_of("moved-scan", "certification"))
    assert rehearse_scenario("moved-scan", "certification").points == pytest.approx(kept.points, abs=1.0), RUN


def test_the_program_finds_the_shipped_forms_equally_hard_without_rehearsing_them():
    for _ in range(2):
        done = CliRunner().invoke(root, ["forms", "check", "--json"], standalone_mode=False)
        assert done.return_value == 0
        assert done.stderr == ""
        found = json.loads(done.stdout)
        assert (found["equal"], found["source"], set(found["forms"])) == (True, "rehearsal", {"a", "b", "c", "d"})
        assert found["spread"] <= found["tolerance"]


def test_forms_that_are_not_equally_hard_are_refused(tmp_path):
    for form, scenario in (("easy", "cancelled-flight"), ("hard", "fathers-account")):
        text = f'id: {form}\nversion: "1"\ntitle: One\nscenarios: [{scenario}]\n'
        (tmp_path / f"{form}.yaml").write_text(text)
    policy = tmp_path / "policy.yaml"
    shipped = load_policy().model_dump(mode="json") | {"id": "mine", "forms": ["easy.yaml", "hard.yaml"]}
    policy.write_text(json.dumps(shipped))
    done = CliRunner().invoke(root, ["forms", "check", "--policy", str(policy)], standalone_mode=False)
    assert done.return_value == 5
    assert "not equally hard" in done.stdout

"""A firm's own scenarios and rubrics: the example works, a pack carries them, and nothing strange gets in."""

import zipfile

import pytest
from click.testing import CliRunner

from simulator.customer.checking import check_scenario
from simulator.customer.scenario import list_scenarios, load_scenario, own_scenarios
from simulator.datafile import read_yaml
from simulator.errors import InputError
from simulator.headset.script import TraineeScript
from simulator.scoring.rubric import list_rubrics, load_rubric
from simulator.session.rehearsal import order_faults, rehearse
from simulator.session.stories import add_pack, add_rubric, new_scenario, what_of, write_pack
from simulator.settings import site_folder
from tests.command_line import root

pytestmark = pytest.mark.unit
RUBRIC = "id: ours\nversion: '1'\ntitle: Ours\nbase: new_starter\npoints: {greeting: 9}\n"


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.delenv("HOTSEAT_SITE", raising=False)
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path / "data"))


@pytest.fixture
def rubric(tmp_path):
    path = tmp_path / "anything.yaml"
    criterion = load_rubric("new_starter").criteria[0].id
    path.write_text(RUBRIC.replace("greeting", criterion), "utf-8")
    return path


def test_the_example_is_a_scenario_that_passes_every_check_and_rehearsal():
    path = new_scenario("late-bicycle", title="Nora's: bicycle")
    story = load_scenario("late-bicycle")
    assert (story.path, story.title) == (path, "Nora's: bicycle")
    assert check_scenario(story) == ()
    assert path.read_text("utf-8").count(" # ") > 20
    totals = {}
    for trainee in story.trainees.values():
        script = read_yaml(trainee, TraineeScript)
        totals[script.quality] = rehearse(story, script, seed=1, rubric=load_rubric()).score.total
    assert list(order_faults(totals, story.margins)) == []


def test_own_scenarios_are_listed_beside_the_shipped_ones():
    new_scenario("late-bicycle")
    assert own_scenarios() == ("late-bicycle",)
    assert "late-bicycle" in list_scenarios()
    broken = site_folder("scenarios") / "broken"
    broken.mkdir()
    (broken / "scenario.yaml").write_text("id: broken\n", "utf-8")
    listed = CliRunner().invoke(root, ["scenarios", "list"])
    assert listed.exit_code == 0
    assert "your own" in listed.stdout
    assert "missing-sofa" in listed.stdout
    assert "Left out broken" in listed.stderr


@pytest.mark.parametrize("id_", ["Late", "a b", "../x", "missing-sofa", "", "x" * 41])
def test_an_id_that_cannot_be_one_or_is_taken_is_refused(id_):
    with pytest.raises(InputError, match=r"is no id|comes with Hotseat"):
        new_scenario(id_)


def test_a_pack_carries_scenarios_and_rubrics_to_another_machine(tmp_path, monkeypatch, rubric):
    new_scenario("late-bicycle")
    assert add_rubric(rubric) == "ours"
    first, second = tmp_path / "one.zip", tmp_path / "two.zip"
    assert write_pack(first) == ("late-bicycle", "ours")
    write_pack(second, ["late-bicycle"])
    write_pack(second)
    assert first.read_bytes() == second.read_bytes()
    hashes = load_scenario("late-bicycle").sha256, load_rubric("ours").sha256
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path / "other"))
    assert "ours" not in list_rubrics()
    assert add_pack(first) == ("late-bicycle", "ours")
    assert (load_scenario("late-bicycle").sha256, load_rubric("ours").sha256) == hashes
    assert len(load_scenario("late-bicycle").trainees) == 4
    with pytest.raises(InputError, match="late-bicycle, ours: there already"):
        add_pack(first)
    assert add_pack(first, replace=True) == ("late-bicycle", "ours")
    assert sorted(path.name for path in site_folder().iterdir()) == ["rubrics", "scenarios"]


@pytest.mark.parametrize(
    "name", ["../evil.yaml", "scenarios/x/run.exe", "/scenarios/x/scenario.yaml", "rubrics/../../x.yaml", "x"]
)
def test_a_pack_with_anything_else_in_it_is_refused_whole(tmp_path, name):
    path = tmp_path / "pack.zip"
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr(name, "x")
    with pytest.raises(InputError, match="is no pack of Hotseat"):
        add_pack(path)
    assert own_scenarios() == ()
    path.write_bytes(b"PK no")
    with pytest.raises(InputError, match="is no pack of Hotseat"):
        add_pack(path)


def test_a_shipped_name_cannot_be_taken(tmp_path, rubric):
    with pytest.raises(InputError, match="missing-sofa is a scenario that comes with Hotseat"):
        add_pack(load_scenario("missing-sofa").path.parent)
    rubric.write_text(rubric.read_text("utf-8").replace("id: ours", "id: practice"), "utf-8")
    with pytest.raises(InputError, match="practice is a rubric that comes with Hotseat"):
        add_rubric(rubric)


def test_what_can_be_assigned():
    assert what_of("missing-sofa").scenarios == ("missing-sofa",)
    assert len(what_of("a").scenarios) > 1
    with pytest.raises(InputError, match=r"no scenario called 'nope'.*Or a form: a, b, c, d"):
        what_of("nope")

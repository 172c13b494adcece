"""Drafts: begun, kept without overwriting another's work, checked, tried, published as versions that stay."""

from dataclasses import replace

import pytest

from simulator.customer.scenario import FILE, load_scenario, own_scenarios
from simulator.errors import InputError
from simulator.scoring.rubric import list_rubrics, load_rubric
from simulator.session.authoring.drafts import Draft, add_trainee, begin, drafts, text_hash
from simulator.session.authoring.sentences import set_field
from simulator.session.authoring.tryout import try_scenario
from simulator.settings import site_folder

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTSEAT_SITE", str(tmp_path / "site"))


def change(draft, place, value, *, file=FILE):
    text = draft.read(file)
    draft.keep(file, set_field(text, place, value), was=text_hash(text))


def test_a_scenario_goes_from_draft_to_version_two_and_version_one_stays():
    draft = begin("scenarios", "late-bicycle")
    assert (own_scenarios(), draft.faults()) == ((), [])
    assert draft.publish(by="Inez").version == 1
    change(draft, '["title"]', "The bicycle, later")
    assert load_scenario("late-bicycle").title == "The bicycle without a wheel"
    assert draft.publish(by="Otto").version == 2
    assert load_scenario("late-bicycle").title == "The bicycle, later"
    assert [(each.version, each.by) for each in draft.versions()] == [(1, "Inez"), (2, "Otto")]
    earlier = site_folder("earlier") / "scenarios" / "late-bicycle" / "1" / FILE
    assert "The bicycle without a wheel" in earlier.read_text("utf-8")
    with pytest.raises(InputError, match="the same as version 2"):
        draft.publish(by="Otto")
    draft.discard()
    assert (drafts("scenarios"), own_scenarios()) == ((), ("late-bicycle",))
    again = begin("scenarios", "late-bicycle", like="late-bicycle")
    assert "The bicycle, later" in again.read(FILE)


def test_what_is_taken_back_gives_way_to_the_version_before_and_is_kept():
    draft = begin("scenarios", "late-bicycle")
    draft.publish(by="Inez")
    change(draft, '["title"]', "The bicycle, later")
    draft.publish(by="Inez")
    draft.take_back(by="Otto")
    assert load_scenario("late-bicycle").title == "The bicycle without a wheel"
    assert draft.standing().version == 1
    assert draft.publish(by="Inez").version == 3  # the same text may be published again
    draft.take_back(by="Otto")
    draft.take_back(by="Otto")
    assert (own_scenarios(), draft.standing()) == ((), None)
    with pytest.raises(InputError, match="nothing of late-bicycle is published"):
        draft.take_back(by="Otto")
    kept = site_folder("earlier") / "scenarios" / "late-bicycle"
    texts = [(kept / f"taken-back-{number}" / FILE).read_text("utf-8") for number in (1, 2, 3)]
    assert ["The bicycle, later" in text for text in texts] == [True, True, False]
    assert [(each.version, each.taken_back) for each in draft.versions()] == [
        (1, False), (2, False), (2, True), (3, False), (3, True), (1, True),
    ]  # fmt: skip


def test_a_rubric_that_another_builds_on_is_not_taken_back():
    ours, more = begin("rubrics", "ours"), begin("rubrics", "more", like="practice")
    ours.publish(by="Inez")
    more.keep("more.yaml", "id: more\nversion: '1'\ntitle: More\nbase: ours\n", was=text_hash(more.read("more.yaml")))
    more.publish(by="Inez")
    with pytest.raises(InputError, match="more builds on ours"):
        ours.take_back(by="Inez")
    more.take_back(by="Inez")
    ours.take_back(by="Inez")
    assert "ours" not in list_rubrics()


def test_a_copy_of_a_shipped_scenario_has_its_own_id_and_its_trainees():
    draft = begin("scenarios", "our-sofa", like="missing-sofa")
    assert draft.faults() == []
    assert len(draft.files) == 1 + len(load_scenario("missing-sofa").trainees)


def test_nothing_is_published_that_a_check_refuses():
    draft = begin("scenarios", "late-bicycle")
    change(draft, '["voice"]', "nobody")
    (fault,) = draft.faults()
    assert fault.startswith(f"{FILE}:")
    assert "there is no voice" in fault
    with pytest.raises(InputError, match="put this right first"):
        draft.publish(by="Inez")
    assert own_scenarios() == ()


def test_nobody_overwrites_what_another_has_kept_since():
    draft = begin("scenarios", "late-bicycle")
    old = draft.read(FILE)
    change(draft, '["title"]', "Mine")
    with pytest.raises(InputError, match="somebody has changed"):
        draft.keep(FILE, old.replace("Spoke and Bell", "Theirs"), was=text_hash(old))
    assert "Mine" in draft.read(FILE)


def test_a_rubric_needs_a_new_version_to_be_published_again():
    draft = begin("rubrics", "ours")
    assert draft.publish(by="Inez").version == 1
    assert load_rubric("ours").title == "Our own rubric"
    change(draft, '["title"]', "Ours", file="ours.yaml")
    with pytest.raises(InputError, match="another `version`"):
        draft.publish(by="Inez")
    change(draft, '["version"]', "2", file="ours.yaml")
    assert draft.publish(by="Inez").version == 2
    assert load_rubric("ours").version == "2"


@pytest.mark.parametrize(
    ("kind", "id_", "like"),
    [
        *(("scenarios", id_, "") for id_ in ("", "../x", "Big", "a" * 41, "missing-sofa", "a/b")),
        *(("rubrics", id_, "") for id_ in ("..", "practice", "a.b")),
        ("scenarios", "mine", "/etc"),
        ("scenarios", "mine", "../missing-sofa"),
        ("rubrics", "mine", "/etc/passwd"),
    ],
)
def test_neither_a_path_nor_a_shipped_id_makes_a_draft(kind, id_, like):
    with pytest.raises(InputError):
        begin(kind, id_, like=like)
    assert drafts(kind) == ()


def test_a_rubric_reads_no_other_file_of_the_machine_as_its_base(tmp_path):
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: hunter2\n", "utf-8")
    draft = begin("rubrics", "ours")
    text = draft.read("ours.yaml")
    for base in (str(secret), "../../../secret.yaml", "secret.yaml"):
        draft.keep("ours.yaml", text.replace("base: practice", f"base: {base}"), was=text_hash(draft.read("ours.yaml")))
        (fault,) = draft.faults()
        assert fault == f"ours.yaml:4: base: there are: {', '.join(list_rubrics())}"


@pytest.mark.parametrize("file", ["", "../late-bicycle/scenario.yaml", "trainees/../scenario.yaml", "/etc/passwd", "x"])
def test_a_draft_has_no_other_files_than_its_own(file):
    draft = begin("scenarios", "late-bicycle")
    with pytest.raises(InputError, match="no draft"):
        draft.read(file)


def test_a_scripted_trainee_can_be_added():
    draft = begin("scenarios", "late-bicycle")
    file = add_trainee(draft, "hasty")
    assert file in draft.files
    assert draft.faults() == []
    for name in ("hasty", "../x", "A", ""):
        with pytest.raises(InputError, match="no name"):
            add_trainee(draft, name)


def test_a_typed_try_is_the_same_call_again_with_one_line_more():
    path = begin("scenarios", "late-bicycle").path
    lines = ["good morning spoke and bell this is dana how can i help", "i am so sorry your front wheel is missing"]
    one, two = (try_scenario(path, lines[:n], seed=1) for n in (1, 2))
    assert replace(two.turns[0], anger=None) == replace(one.turns[0], anger=None)  # after the last line time goes on
    assert [turn.text for turn in two.turns] == lines
    assert "apology" in [act.act for act in two.turns[1].reading.acts]
    assert two.turns[1].anger < one.turns[0].anger
    assert two.turns[1].customer
    assert one.total != two.total


def test_a_try_of_an_outbound_call_shows_who_answers_the_phone():
    tried = try_scenario(load_scenario("lost-reports").path.parent, [], seed=1)
    assert tried.turns[0].text == ""
    assert tried.turns[0].customer


def test_what_is_no_draft_is_none():
    assert Draft("scenarios", "nothing").files == ()

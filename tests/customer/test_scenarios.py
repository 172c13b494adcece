"""Every shipped scenario is whole, and a broken one is reported with file and line."""

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from simulator.customer.character import Character
from simulator.customer.checking import check_scenario
from simulator.customer.scenario import Scenario, list_scenarios, load_scenario
from simulator.customer.voicing import emphasised_words, every_text
from simulator.errors import InputError
from tests.command_line import root

pytestmark = pytest.mark.unit
STORIES = {name: load_scenario(name) for name in list_scenarios()}
SOFA = STORIES["missing-sofa"]


def test_there_are_ten_over_eight_lines_of_business():
    assert len(STORIES) >= 10
    assert {story.sector for story in STORIES.values()} >= {
        "retail", "telecom", "travel", "banking", "utilities", "health", "software", "food_delivery",
    }  # fmt: skip


def test_every_personality_kind_and_difficulty_is_there():
    for part, values in (
        ("personality", {"dominant", "inspiring", "supportive", "cautious"}),
        ("kind", {"genuine", "habitual", "abusive"}),
        ("difficulty", {"easy", "medium", "hard"}),
    ):
        assert {getattr(story, part) for story in STORIES.values()} == values


def test_the_particular_ones_are_there():
    offers = [offer for story in STORIES.values() for offer in story.briefing.may_offer.values()]
    assert any(story.briefing.thread for story in STORIES.values())
    assert any(fact.mistaken for story in STORIES.values() for fact in story.facts.values())
    assert any(offer.after == "consult" for offer in offers)
    only = [s for s in STORIES.values() if all(s.briefing.may_offer[o].by == "manager"
            for o in s.needs["given_a_solution"].met_by)]  # fmt: skip
    assert only


@pytest.mark.parametrize("name", STORIES)
def test_a_shipped_scenario_has_nothing_to_put_right(name):
    assert [str(finding) for finding in check_scenario(STORIES[name])] == []
    assert len(STORIES[name].sha256) == 64


@pytest.mark.parametrize("name", STORIES)
def test_a_shipped_scenario_marks_words_in_more_than_one_line(name):
    texts = every_text(Character(STORIES[name], seed=0, allow_abuse=True))
    marked = emphasised_words(texts, STORIES[name].emphasis)
    assert len(marked) >= 8
    assert all(number < len(text.split()) for text, numbers in marked.items() for number in numbers)


def test_the_first_scenario_has_forty_lines_in_variants_by_band():
    own = [text for vent in SOFA.vents for text, _ in vent.say]
    own += [text for answer in SOFA.answers for text, _ in answer.say]
    own += [text for lines in SOFA.caller.details.values() for text, _ in lines]
    assert len(set(own)) >= 40


# ---- what an author gets wrong


def broken(tmp_path, change):
    data = yaml.safe_load(SOFA.path.read_text(encoding="utf-8"))
    change(data)
    folder = tmp_path / data["id"]
    folder.mkdir()
    (folder / "scenario.yaml").write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return folder


CASES = {
    "a fact that nobody tells": (lambda d: d["facts"].update(cat="She has a cat."), "fact cat is never told"),
    "an offer that nothing asks for": (
        lambda d: d["briefing"]["may_offer"].update(vase={"text": "A vase."}),
        "nothing asks for offer vase",
    ),
    "a need that cannot be met": (
        lambda d: (d["needs"]["given_a_solution"].update(met_by=["team_lead"]), d["endings"].pop("escalated")),
        "the need cannot be met",
    ),
    "an apology nobody believes": (
        lambda d: (d.update(no_longer_believes=["apology"]), d["needs"].pop("taken_responsibility_for")),
        "apologised_to cannot be met",
    ),
    "lines for a moment that does not exist": (
        lambda d: d.setdefault("lines", {}).update(sneeze="Achoo!"),
        "no moment is called sneeze",
    ),
    "an offer that they want and have no words to choose": (
        lambda d: d["choices"].pop("saturday"),
        "saturday is wanted, but choices has no line for it",
    ),
    "a number in digits": (lambda d: d["vents"][0].update(say="It was 9 days."), "write numbers as words"),
    "abuse from a caller who is not abusive": (
        lambda d: d["vents"][0].update(abuse="You fool!"),
        "only said by a caller of kind: abusive",
    ),
    "an opening that is never said": (
        lambda d: d.setdefault("lines", {}).update(opening="Hello?"),
        "waits for the greeting",
    ),
    "weight on words that nobody says": (
        lambda d: d.update(emphasis=["every *penny*", "every *shilling*"]),
        "no line has these words: 'every *shilling*'",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_check_finds_it_and_names_file_and_line(tmp_path, case):
    change, message = CASES[case]
    folder = broken(tmp_path, change)
    found = check_scenario(load_scenario(folder))
    hit = [finding for finding in found if message in finding.text]
    assert hit, [str(finding) for finding in found]
    assert hit[0].line is not None
    assert str(hit[0]).startswith(f"{folder / 'scenario.yaml'}:")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.update(personality="grumpy"), r"scenario\.yaml:\d+: personality"),
        (lambda d: d["vents"][0].update(tells=["nothing"]), r"no such entry in facts: nothing"),
        (
            lambda d: d["needs"]["given_a_solution"].update(met_by=["moon"]),
            r"no such entry in briefing.may_offer: moon",
        ),
        (lambda d: d["endings"].pop("hung_up"), r"endings needs hung_up"),
        (lambda d: d["vents"][0].update(say="Where is {cat}?"), r"no such slot: cat; allowed: name, company"),
        (lambda d: d["start"].update(anger=200), r"start\.anger"),
        (lambda d: d.update(wings=2), r"wings"),
        (lambda d: d["answers"][0].update(words="which|what sofa"), r"answers\.0\.words"),
        (lambda d: d["answers"][0].update(asked=[]), r"answers\.0\.asked"),
        (lambda d: d.update(wants=["moon"]), r"no such entry in briefing.may_offer: moon"),
        (lambda d: d["choices"].update(moon="The moon."), r"no such entry in briefing.may_offer: moon"),
    ],
)
def test_a_file_that_breaks_the_schema_is_refused_with_its_line(tmp_path, change, message):
    with pytest.raises(InputError, match=message):
        load_scenario(broken(tmp_path, change))


def test_an_unknown_scenario_names_those_there_are():
    with pytest.raises(InputError, match=r"no scenario called 'nobody'; there are: .*missing-sofa"):
        load_scenario("nobody")


def test_a_folder_of_another_name_is_refused(tmp_path):
    folder = broken(tmp_path, lambda data: None)
    moved = folder.rename(tmp_path / "other-name")
    with pytest.raises(InputError, match="the folder is 'other-name'; make them equal"):
        load_scenario(moved)


def test_the_schema_is_published():
    schema = Scenario.model_json_schema()
    assert {"briefing", "vents", "needs", "endings"} <= set(schema["required"])


# ---- the command


def run(*arguments):
    return CliRunner().invoke(root, ["scenarios", *arguments])


def test_check_says_no_with_exit_code_5(tmp_path):
    folder = broken(tmp_path, CASES["a fact that nobody tells"][0])
    done = run("check", str(folder))
    assert done.exit_code == 5
    assert "fact cat is never told" in done.output
    assert "no scripted trainee of quality: exemplary, mechanical, rude, silent" in done.output


def test_check_names_a_trainee_that_breaks_the_schema(tmp_path):
    folder = broken(tmp_path, lambda data: None)
    (folder / "trainees").mkdir()
    (folder / "trainees" / "odd.yaml").write_text("id: odd\ntitle: x\nsteps: []\n", encoding="utf-8")
    done = run("check", str(folder))
    assert done.exit_code == 5
    assert str(Path("trainees") / "odd.yaml:3") in done.output


def test_check_names_a_recording_that_is_not_there(tmp_path):
    folder = broken(tmp_path, lambda data: None)
    (folder / "trainees").mkdir()
    (folder / "trainees" / "odd.yaml").write_text(
        "id: odd\ntitle: x\nsteps:\n"
        "  - {when: {customer_silent_ms: 500}, text: hello}\n"
        "  - {when: {customer_silent_ms: 500}, say: gone.flac, text: hello}\n",
        encoding="utf-8",
    )
    done = run("check", str(folder))
    assert done.exit_code == 5
    assert f"{Path('trainees') / 'odd.yaml'}:5: there is no file" in done.output


def test_a_folder_without_a_scenario_is_told(tmp_path):
    with pytest.raises(InputError, match=r"there is no scenario\.yaml in this folder"):
        load_scenario(tmp_path)


def test_check_knows_the_voices(tmp_path):
    done = run("check", str(broken(tmp_path, lambda data: data.update(voice="elvis"))))
    assert "there is no voice 'elvis'; there are: " in done.output
    assert done.exit_code == 5


def test_check_notes_sentences_that_are_too_alike(tmp_path):
    def twin(data):
        item = next(answer for answer in data["answers"] if answer["id"] == "item")
        data["answers"].append({"id": "twin", "asked": item["asked"][:1], "say": "The grey one."})

    folder = broken(tmp_path, twin)
    (folder / "trainees").symlink_to(SOFA.path.parent / "trainees")
    done = run("check", str(folder))
    assert done.exit_code == 0
    line = next(n for n, row in enumerate((folder / "scenario.yaml").read_text().splitlines(), 1) if "id: twin" in row)
    assert (
        f"note: {folder / 'scenario.yaml'}:{line}: twin is too like item to tell them apart (1.00 of 1)" in done.output
    )


def test_the_shipped_scenarios_pass_the_check():
    done = run("check")
    assert (done.exit_code, done.output.splitlines()[-1].split()[1]) == (0, "scenarios")


def test_list_and_show():
    assert "missing-sofa" in run("list").output
    shown = run("show", "wrong-bill").output
    assert "The customer believes: His price was fixed until December." in shown
    assert "You must not promise:" in shown


def test_every_row_that_a_call_can_show_is_trained_somewhere():
    rows = {f"{letter}{n}" for letter, last in (("L", 8), ("C", 7), ("E", 6), ("O", 5), ("R", 9), ("F", 4))
            for n in range(1, last + 1)}  # fmt: skip
    rows |= {"P1", "P2", "P3", "P6"}
    assert rows <= {row for story in STORIES.values() for row in story.trains}


@pytest.mark.parametrize(
    ("before", "after", "place", "says"),
    [
        ("tells: [no_sofa, paid]", "tells: [no_sofa, payd]", "tells: [no_sofa, payd]", "no such entry in facts: payd"),
        ("met_by: [saturday,", "met_by: [sunday,", "met_by: [sunday,", "no such entry in briefing.may_offer: sunday"),
        ("  - id: day-off", "  - id: where", "vents:", "share the id 'where'"),
        ("  hung_up:", "  incomplete:", "endings:", "endings needs hung_up"),
        ("id: missing-sofa", "id: sofa", "id: sofa", "id is 'sofa' but the folder is 'missing-sofa'"),
    ],
)
def test_a_name_that_is_not_there_is_found_with_its_line(tmp_path, before, after, place, says):
    text = SOFA.path.read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "missing-sofa" / "scenario.yaml"
    path.parent.mkdir()
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    line = next(n for n, row in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if place in row)
    done = CliRunner().invoke(root, ["scenarios", "check", str(path.parent)])
    assert done.exit_code == 5
    assert f"{path}:{line}: " in done.output
    assert says in done.output
    assert "(given: {" not in done.output


def test_a_scenario_has_the_same_hash_in_every_checkout(tmp_path):
    shipped = load_scenario("missing-sofa")
    other = tmp_path / "missing-sofa" / "scenario.yaml"
    other.parent.mkdir()
    other.write_bytes(shipped.path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_scenario(other.parent).sha256 == shipped.sha256

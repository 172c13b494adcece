"""The shared banks: enough lines for every moment, in every band, with slots that can be filled."""

import random
import re
from pathlib import Path

import pytest
import yaml
from talking import Talk

from simulator.customer.caller import Caller
from simulator.customer.lines import SLOTS, Lines, Repertoire, band_of
from simulator.customer.scenario import list_scenarios, load_scenario
from simulator.customer.temper import BANKS, load_kind, load_mood_rules, load_personality
from simulator.understanding import __file__ as understanding_file
from simulator.vocabulary import BANDS

pytestmark = pytest.mark.unit
PERSONALITIES = ("dominant", "inspiring", "supportive", "cautious")
KINDS = ("genuine", "habitual", "abusive")
GUIDANCE = Path(understanding_file).parent.parent / "scoring" / "guidance.yaml"


@pytest.mark.parametrize("name", PERSONALITIES)
def test_each_personality_has_at_least_150_lines_of_its_own(name):
    texts = [text for lines in load_personality(name).lines.values() for text, _ in lines]
    others = {
        text
        for other in PERSONALITIES
        if other != name
        for lines in load_personality(other).lines.values()
        for text, _ in lines
    }
    assert len(set(texts) - others) >= 150


def test_every_personality_has_a_line_for_the_same_moments():
    moments = {name: set(load_personality(name).lines) for name in PERSONALITIES}
    assert len({frozenset(kinds) for kinds in moments.values()}) == 1


@pytest.mark.parametrize("name", PERSONALITIES)
def test_every_line_can_be_spoken(name):
    for kind, lines in load_personality(name).lines.items():
        for text, _ in lines:
            assert not re.search(r"\d", text), (kind, text)
            assert len(text.split()) <= 25, (kind, text)
            assert set(re.findall(r"{(.*?)}", text)) <= set(SLOTS), (kind, text)


@pytest.mark.parametrize("name", PERSONALITIES)
def test_every_moment_has_a_line_near_every_band_it_can_come_up_in(name):
    for kind, lines in load_personality(name).lines.items():
        for band in ("irritated", "angry"):
            assert lines.nearest(band)[0][1] <= 1, (kind, band)


def test_weights_name_effects_that_exist():
    effects = load_mood_rules().effects
    for temper in (*map(load_personality, PERSONALITIES), *map(load_kind, KINDS)):
        assert set(temper.weights) <= set(effects), temper.id


def test_every_weight_cites_a_row_of_the_guidance():
    rows = set(re.findall(r"\b[LCEORFP][1-9]\b", GUIDANCE.read_text(encoding="utf-8")))
    rules = load_mood_rules()
    cited = {effect.guidance for effect in rules.effects.values()} | {need.guidance for need in rules.needs.values()}
    for temper in (*map(load_personality, PERSONALITIES), *map(load_kind, KINDS)):
        cited |= {weight.guidance for weight in temper.weights.values()}
    assert cited <= rows


def test_no_bank_says_the_same_key_twice():
    for path in BANKS.glob("*.yaml"):
        root = yaml.compose(path.read_text(encoding="utf-8"))
        stack = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, yaml.MappingNode):
                keys = [key.value for key, _ in node.value]
                assert len(keys) == len(set(keys)), (path.name, keys)
                stack += [value for _, value in node.value]


def test_bands_begin_where_they_should():
    assert [band_of(anger) for anger in (0, 19.9, 20, 40, 60, 80, 100)] == [
        "content", "content", "cool", "irritated", "angry", "furious", "furious",
    ]  # fmt: skip


def test_no_line_is_heard_twice_while_another_fits():
    lines = Lines.model_validate({"hot": ["a", "b"], "irritated": "c", "calm": "d"})
    for seed in range(10):
        said = Repertoire({"k": (lines,)}, slots={}, seed=seed)
        heard = [said.choose("k", "angry")[1] for _ in range(4)]
        assert sorted(heard[:3]) == ["A", "B", "C"]
        assert heard[3] in "ABC"  # a calm line never fits an angry customer


def test_the_scenarios_own_lines_come_first():
    own, bank = Lines.model_validate("own"), Lines.model_validate("bank")
    assert Repertoire({"k": (own, bank)}, slots={}, seed=1).choose("k", "cool")[1] == "Own"


@pytest.mark.parametrize("name", list_scenarios())
def test_every_line_a_customer_may_say_is_filled(name):
    story = load_scenario(name)
    for text, band in Caller(story, seed=1).possible_lines():
        assert "{" not in text
        assert band in BANDS
        assert text[0].isupper(), text


def test_switching_abuse_off_leaves_none_of_it():
    story = load_scenario("frozen-card")
    marked = {text for vent in story.vents if vent.abuse for text, _ in vent.abuse}
    marked |= {text for text, _ in load_kind("abusive").lines["abuse"]}
    with_abuse = {text for text, _ in Caller(story, seed=1).possible_lines()}
    without = {text for text, _ in Caller(story, seed=1, allow_abuse=False).possible_lines()}
    assert marked & with_abuse
    assert not marked & without


MANY = (
    ("right then let me look",),
    ("i understand", "acknowledgement"),
    ("so that is how it was", "reflection"),
    ("that is awful", "empathy"),
    ("what else", "open_question"),
    ("what is your shoe size", "clarifying_question"),
    ("we were busy", "excuse"),
    ("it was not us", "blame"),
    ("i see what i can do", "willingness"),
    ("i will get to it", "follow_up"),
    ("is that okay", "check_agreement"),
    ("hold please", "hold_request"),
    ("anything else", "feedback_request"),
    ("i own this", "ownership"),
    ("i apologise for it", "apology"),
)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", list_scenarios())
def test_in_a_call_of_sixty_turns_no_line_is_heard_twice_while_another_fits(name, seed):
    caller = Caller(load_scenario(name), seed=seed)
    character, chance = caller._character, random.Random(seed)
    character.patience = 10**6  # else nobody stays for sixty turns
    done = Talk(caller)
    for number in range(70):
        text, *acts = chance.choice(MANY)
        mood = character.mood
        mood._lasting, mood._passing, mood.lost = min(75.0, max(35.0, mood._lasting)), 0.0, False
        done.trainee(f"{text} {number}", *acts)
    assert done.number >= 60
    heard = set()
    for line in done.lines:
        if line.text in heard:
            sets = character.repertoire._sets[line.id.split("/")[0]]
            near = [character.repertoire.fill(t) for lines in sets for t, away in lines.nearest(line.band) if away <= 1]
            assert set(near) <= heard, line
        heard.add(line.text)

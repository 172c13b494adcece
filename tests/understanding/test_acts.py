"""The dialogue acts: what the rules hear, what they must not hear, and that the documents say the same."""

import hashlib
import importlib.util
import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from simulator.errors import InputError
from simulator.understanding import Rules
from simulator.understanding.evidence import learnt
from simulator.understanding.rulebook import read_rulebook, shipped_rules
from simulator.understanding.wording import DATA
from simulator.vocabulary import ACTS

pytestmark = pytest.mark.unit
HERE = Path(__file__).parent
HOUSE = HERE.parent.parent


def benchmark():
    spec = importlib.util.spec_from_file_location("acts_benchmark", HOUSE / "benchmarks" / "acts.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


def acts(rules, text, said=""):
    return {act.act for act in rules.read(tuple(text.split()), context=(said,) if said else ())}


# What is not what it looks like
@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("i understand but you have to see our side", "empathy"),
        ("i'm sorry but that's the policy", "apology"),
        ("i'm sorry you feel that way", "apology"),
        ("i'm sorry you feel that way", "ownership"),
        ("i can't promise it won't happen again", "assurance"),
        ("you said it was our fault", "ownership"),
        ("so you're saying it was our mistake", "ownership"),
        ("it's not our fault", "ownership"),
        ("sorry what was that", "apology"),
        ("sorry i didn't catch that could you say it again", "apology"),
        ("i can't help you while you shout at me", "willingness"),
        ("thanks for calling larch home this is dana", "gratitude"),
        ("did they say it would come by friday", "timeline"),
    ],
)
def test_it_is_not_that(rules, text, absent):
    assert absent not in acts(rules, text)


def test_sorry_you_feel_that_way_is_dismissal(rules):
    assert "dismissal" in acts(rules, "I'm sorry you feel that way.")


def test_a_no_with_a_way_out_is_both(rules):
    assert {"refusal", "options"} <= acts(rules, "i can't refund it but you could exchange it or take a credit note")


# What the customer said counts
@pytest.mark.parametrize(
    ("text", "said", "act"),
    [
        ("so the couch never turned up on friday", "the sofa did not arrive on friday", "reflection"),
        ("it was delivered on time according to the log", "it came two hours late", "contradiction"),
        ("as you work nights i've booked the afternoon slot", "i work nights", "personalisation"),
    ],
)
def test_the_context_decides(rules, text, said, act):
    assert act in acts(rules, text, said)


def test_without_a_customer_nothing_is_contradicted(rules):
    assert "contradiction" not in acts(rules, "it was delivered on monday")
    assert "reflection" not in acts(rules, "so that's three items")


def test_a_reflection_names_the_fact_it_used(rules):
    facts = ("The sofa was promised for Friday.", "The order number is 44 12.")
    said = ("my sofa was meant to come on friday and it never came",)
    found = rules.read(tuple("so the sofa was promised for friday and never came".split()), context=said, facts=facts)
    assert [act.fact for act in found if act.act == "reflection"] == [facts[0]]


# Spans and form
def test_the_span_is_the_words_that_show_the_act(rules):
    words = tuple("right so i'm really sorry about the sofa".split())
    (act,) = [act for act in rules.read(words) if act.act == "apology"]
    assert words[act.first : act.last + 1] == tuple(act.words.split())
    assert "sorry" in act.words
    assert "sofa" not in act.words
    assert act.rule.startswith("apology/")
    assert 0 < act.strength <= 1


def test_capitals_and_punctuation_change_nothing(rules):
    plain = acts(rules, "im so sorry mister doyle that was our mistake and i'll put it right")
    typed = acts(rules, "I\u2019m so sorry, Mr. Doyle \u2013 that was our mistake, and I'll put it right!")
    assert plain == typed >= {"apology", "ownership", "willingness"}


@pytest.mark.parametrize("text", ["", "   ", "?!", "\u2026", "um", "\U0001f600", "x" * 5000, "a " * 500])
def test_odd_text_carries_no_act(rules, text):
    assert acts(rules, text) == set()


def test_each_act_at_most_once_and_in_order(rules):
    found = rules.read(tuple("sorry about that i'm so sorry we will refund you by friday is that okay".split()))
    assert len({act.act for act in found}) == len(found)
    assert [act.first for act in found] == sorted(act.first for act in found)


# One vocabulary, in the code, the rules, the labels and the document
def test_every_act_has_rules_and_every_rule_an_act():
    assert {rule.act for rule in shipped_rules().rules} == {*ACTS, "none"}
    ids = [rule.id for rule in shipped_rules().rules]
    assert len(ids) == len(set(ids))
    assert {path.stem for path in (DATA / "rules").glob("*.yaml")} == {*ACTS, "none"}


def documented():
    text = (HOUSE / "docs" / "acts.md").read_text(encoding="utf-8")
    return {m[1]: m[2] for m in re.finditer(r'^\| ([a-z_]+) \|.*\| "(.*)" \|$', text, re.MULTILINE)}


def test_the_document_defines_each_act():
    assert tuple(documented()) == ACTS


SAID = {
    "reflection": "the boiler broke on sunday and i have had cold water since",
    "personalisation": "i am on nights this week",
    "contradiction": "i never got a text",
}


@pytest.mark.parametrize("act", ACTS)
def test_the_example_in_the_document_is_heard(rules, act):
    assert act in acts(rules, documented()[act], SAID.get(act, ""))


# How well
@pytest.mark.parametrize(
    ("name", "bar"), [("rules.tsv", 0.9), ("test.tsv", 0.9), ("unseen-4.tsv", 0.9), ("unseen-5.tsv", 0.88)]
)
def test_the_labelled_utterances_are_read(rules, name, bar):
    module = benchmark()
    utterances = module.read_labelled(HERE / "data" / name)
    counts = module.count(rules, utterances)
    assert counts.macro_f1 >= bar
    assert {act: counts.f1(act) for act in ACTS if counts.f1(act) < 0.75} == {}


def test_the_labels_are_acts_and_the_halves_share_no_line():
    module = benchmark()
    halves = [module.read_labelled(HERE / "data" / name) for name in ("rules.tsv", "test.tsv")]
    assert all(one.acts <= set(ACTS) for half in halves for one in half)
    assert not {one.words for one in halves[0]} & {one.words for one in halves[1]}
    assert sum(len(half) for half in halves) >= 600


def test_a_poor_recognizer_costs_little(rules):
    module = benchmark()
    draw = module.random.Random(1)
    heard = [
        module.Labelled(module.noisy(one.words, 0.1, draw), one.said, one.acts)
        for one in module.read_labelled(HERE / "data" / "test.tsv")
    ]
    assert module.count(rules, heard).macro_f1 >= 0.8


# What examples teach
def test_what_no_rule_foresaw_names_the_words_that_spoke_for_it(rules):
    words = tuple("i bet you were fuming when he drove straight past".split())
    (act,) = [act for act in rules.read(words) if act.act == "empathy"]
    assert act.rule == "empathy/by-example"
    assert words[act.first : act.last + 1] == tuple(act.words.split())
    assert "fuming" in act.words
    assert 0.6 <= act.strength <= 0.85


def test_a_rule_that_every_example_speaks_against_is_not_shown(rules):
    words = tuple("it is the green button at the top".split())
    assert any(act.id == "patronising/talk-down" for act, _ in shipped_rules().candidates(words))
    assert "patronising" not in acts(rules, " ".join(words), "which button")


def test_an_act_in_a_long_turn_is_heard(rules):
    long = (
        "right i have your file here now and i can see the two payments from may and the one from june and i am so "
        "sorry about that it should never have gone out twice so i am sending you the money back"
    )
    assert {"apology", "solution"} <= acts(rules, long)


def test_the_weights_were_learnt_from_the_files_as_they_are():
    weights = learnt()
    digest = hashlib.sha256()
    for name in weights.files:
        digest.update((HERE / "data" / name).read_bytes().replace(b"\r\n", b"\n"))
    assert digest.hexdigest() == weights.sha256, "learn again: python script/learn_acts.py"
    assert not {"test.tsv", "unseen-4.tsv", "unseen-5.tsv", "unseen-6.tsv"} & set(weights.files)


# Damaged rules
def test_a_rule_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "lexicon.yaml").write_text("classes: {me: [i, we]}\n", encoding="utf-8")
    rule = {"act": "apology", "rules": [{"id": "odd", "any": ["$me (am sorry"]}]}
    (tmp_path / "rules" / "apology.yaml").write_text(yaml.safe_dump(rule), encoding="utf-8")
    with pytest.raises(InputError, match=r"apology\.yaml: rule 'odd': .* does not close its \("):
        read_rulebook(tmp_path)


def test_loading_the_word_vectors_makes_no_other_library_talk():
    code = (
        "import logging\n"
        "from simulator.understanding import Rules\n"
        "Rules.load()\n"
        "logging.getLogger('another').info('chatter')\n"
        "print(logging.getLogger().handlers, logging.getLogger().level)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == (f"[] {logging.WARNING}", "")

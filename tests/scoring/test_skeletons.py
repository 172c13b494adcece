"""What the skeletons make of what a rule found, and what every rule owes them."""

from typing import get_args

import pytest

from simulator.clock import Span
from simulator.scoring.case.seen import ActInstance
from simulator.scoring.evidence import of_span
from simulator.scoring.rubric import RULES, load_rubric
from simulator.scoring.rules.base import NOTICED
from simulator.scoring.skeletons import HALF, TOO_LITTLE, Count, Instance, Level, Order, Share
from simulator.vocabulary import ActName
from tests.scoring.made_call import bad_call, good_call

pytestmark = pytest.mark.unit


def shown(*starts: int):
    return [of_span(Span(start, start + 10), "thing", 1, "count") for start in starts]


def act(name: str, start: int, utterance: int) -> ActInstance:
    said = {"words": name, "phrase": name, "span": Span(start, start + 10), "strength": 0.9, "confidence": 0.9}
    return ActInstance(act=name, rule=f"{name}-test", utterance=utterance, **said)


# ---- count


def test_each_thing_that_is_wanted_wins_the_same():
    grade = Count(fact="There was one", evidence=shown(5), met=3, partly=1, asked=3).grade("r", spoke_enough=True)
    assert (grade.status, grade.part) == ("partly", 0.333)
    assert grade.reason == "There was one; 3 would have met it."


def test_each_fault_costs_the_same():
    count = Count(fact="There were two", evidence=shown(5, 50), met=0, partly=3, kind="faults")
    grade = count.grade("r", spoke_enough=False)
    assert (grade.status, grade.part) == ("partly", 0.5)


@pytest.mark.parametrize(("number", "expected"), [(0, "not_applicable"), (1, "missed")])
def test_near_silent_trainees_get_no_credit_for_restraint(number, expected):
    count = Count(fact="So many", evidence=shown(*range(number)), met=0, partly=3, kind="restraint")
    grade = count.grade("r", spoke_enough=False)
    assert grade.status == expected
    assert (grade.reason == TOO_LITTLE) is (expected == "not_applicable")


# ---- share


@pytest.mark.parametrize(("good", "expected", "part"), [(4, "met", 0.8), (2, "partly", 0.35), (1, "missed", 0.2)])
def test_a_share_tells_the_worst_and_shows_only_the_bad(good, expected, part):
    instances = [Instance(worth=float(n < good), fault=f"number {n} was bad", evidence=shown(n)) for n in range(4)]
    grade = Share(noun="things were good", instances=instances, met=0.8, partly=0.4, full=8).grade(
        "r", spoke_enough=True
    )
    assert (grade.status, grade.part, grade.weight) == (expected, part, 0.5)
    assert grade.reason.startswith(f"{good} of 4 things were good")
    assert [item.span.start for item in grade.evidence] == (list(range(good, 4)) or [0, 1, 2, 3])
    assert (f"; number {good} was bad." in grade.reason) is (good < 4)


# ---- order and level


@pytest.mark.parametrize(
    ("first", "expected"),
    [(act("empathy", 0, 0), "met"), (act("empathy", 200, 1), "partly"), (act("empathy", 300, 2), "missed")],
)
def test_an_order_is_partly_right_within_one_utterance(first, expected):
    order = Order(first=first, then=act("solution", 100, 1), first_noun="feeling", then_noun="remedy")
    assert order.grade("r", spoke_enough=True).status == expected


@pytest.mark.parametrize(("value", "expected", "part"), [(10, "met", 0.8), (15, "partly", 0.5), (21, "missed", 0.2)])
def test_a_level_wins_by_how_near_it_came(value, expected, part):
    level = Level(fact="It was so", evidence=(), value=value, met=(None, 10), partly=(None, 20), asked="10")
    grade = level.grade("r", spoke_enough=True)
    assert (grade.status, grade.part) == (expected, part)
    assert grade.reason == f"It was so; 10 {'was asked for' if expected == 'met' else 'would have met it'}."


def test_a_level_without_a_wider_limit_wins_half():
    level = Level(fact="It was so", evidence=(), value=5, met=(None, 10), partly=(None, None), asked="10")
    assert level.grade("r", spoke_enough=True).part == HALF


# ---- evidence names the rule


@pytest.mark.parametrize("call", [good_call(), bad_call()], ids=["good", "bad"])
@pytest.mark.parametrize("rubric", ["practice", "new_starter"])
def test_evidence_names_what_found_it(call, rubric):
    measured = {overlap.rule for overlap in call.measured().overlaps}
    for judged in call.score(rubric).criteria:
        for item in judged.evidence:
            assert item.rule == judged.criterion.judge.rule or item.rule.endswith("-test") or item.rule in measured


def test_evidence_of_a_missing_act_names_the_rule_that_missed_it():
    judged = next(j for j in bad_call().score().criteria if j.criterion.id == "recognises-the-cause")
    assert {item.rule for item in judged.evidence} == {"act_says"}


# ---- what rules notice


def names_acts(annotation: object) -> bool:
    return annotation is ActName or any(names_acts(each) for each in get_args(annotation))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_parameter_that_names_acts_is_noticed(rule):
    for name, info in rule.model_fields.items():
        assert not names_acts(info.annotation) or NOTICED in info.metadata, f"{rule.__name__}.{name}"


def test_a_rule_notices_its_parameters_and_what_it_looks_at():
    judges = {criterion.id: criterion.judge for criterion in load_rubric("practice").criteria}
    assert judges["feelings-first"].notices() == ("empathy", "rapport", "solution", "options")
    assert judges["closes-warmly"].notices()[-2:] == ("personalisation", "anger at the end")
    assert judges["steady-voice"].notices() == ("steadiness",)
    assert judges["adapts-to-the-person"].notices()[:2] == ("ownership", "solution")

"""Questions in an agent's own words: each is answered to the point, and none is met with silence."""

from functools import lru_cache
from pathlib import Path

import pytest
from talking import Talk

from simulator.customer.caller import Caller
from simulator.customer.scenario import list_scenarios, load_scenario
from simulator.session.compose import understanding_of
from simulator.understanding import Rules

pytestmark = pytest.mark.unit
TABLE = Path(__file__).parent / "data" / "questions.tsv"
ROWS = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]]
LEAST_RIGHT = 0.95
"""Share of the table that must be answered as written there; the acts come from the real rules, which may change."""
rules = lru_cache(Rules.load)


def asked(scenario, question, *acts, seed=1):
    """Return the ids of the lines that answer `question` once the story is told."""
    story = load_scenario(scenario)
    caller = Caller(story, seed=seed, allow_abuse=False)
    done = Talk(caller)
    done.trainee("hello", "greeting")
    for _ in range(2):
        done.trainee("please go on and tell me everything i see", "open_question", "reflection")
    before = len(done.lines)
    done.trainee(question, *acts)
    return [line.id.split("/")[0] for line in done.lines[before:]]


@pytest.mark.parametrize("scenario", list_scenarios())
def test_a_question_is_answered_from_the_story_in_any_wording(scenario):
    rows = [(question, answer) for name, question, answer in ROWS if name == scenario]
    understanding = understanding_of(load_scenario(scenario), rules())
    wrong = []
    for question, answer in rows:
        acts = [act.act for act in understanding.read(tuple(question.split()))]
        if answer not in asked(scenario, question, *acts):
            wrong.append(question)
    assert len(rows) >= 15
    assert len(wrong) <= (1 - LEAST_RIGHT) * len(rows) + 1, wrong


@pytest.mark.parametrize("scenario", list_scenarios())
@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("and the postcode is", {"answer:postcode", "answer:on_file", "answer:address"}),
        ("date of birth please", {"answer:date_of_birth", "answer:on_file"}),
        ("are you still there", {"answer:still_there"}),
        ("how can i put this right", {"answer:want", "answer:what-want", "answer:wants", "answer:wish", "answer:like"}),
        ("do you know anyone in australia", {"no_answer"}),
    ],
)
def test_every_caller_has_an_answer_to_the_usual_questions(scenario, question, answers):
    said = asked(scenario, question, "clarifying_question")
    assert answers & set(said) or any(line.startswith(("answer:", "vent:")) for line in said), said


def test_who_has_one_number_gives_it_by_whatever_name_it_is_asked_for():
    assert "answer:order" in asked("missing-sofa", "what is your account number", "clarifying_question")
    assert "answer:account" in asked("wrong-bill", "what is the order number", "clarifying_question")


def test_what_was_told_of_a_fact_is_told_again():
    assert "vent:wedding" in asked("cancelled-flight", "who is getting married", "clarifying_question")


def test_a_question_in_the_middle_of_the_story_is_answered_before_the_story_goes_on():
    done = Talk(Caller(load_scenario("missing-sofa"), seed=1)).trainee("hello", "greeting")
    before = len(done.lines)
    done.trainee("what's your shoe size", "clarifying_question")
    assert [line.purpose for line in done.lines[before:]][:2] == ["no_answer", "vent"]


def test_anything_else_before_the_story_is_over_invites_the_rest_of_it():
    done = Talk(Caller(load_scenario("missing-sofa"), seed=1)).trainee("hello", "greeting")
    before = len(done.lines)
    done.trainee("is there anything else i should know before i look into it", "feedback_request")
    assert "closed_too_soon" not in [line.purpose for line in done.lines]
    assert done.lines[before].purpose == "vent"

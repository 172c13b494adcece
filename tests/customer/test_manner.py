"""How it is said counts as much as what is said: the same good words, delivered badly, in every scenario."""

import pytest
from talking import Talk

from simulator.clock import Span, from_ms
from simulator.customer.caller import Caller
from simulator.customer.scenario import list_scenarios, load_scenario
from simulator.datafile import read_yaml
from simulator.events import CallEnded, DeadAir, MoodMoved, Overlapped, VoiceNoticed
from simulator.headset.script import TraineeScript
from simulator.session import compose
from simulator.session.rehearsal import run_text_call

pytestmark = pytest.mark.unit
SEED = 3


def exemplary(story):
    return next(s for p in story.trainees.values() if (s := read_yaml(p, TraineeScript)).quality == "exemplary")


def cutting_in(script, times=3):
    """The same words, but the second to fourth long ones said into the customer's speech."""
    steps = script.model_dump(mode="json", exclude_none=True)["steps"]
    long = [step for step in steps if len(step["text"].split()) > 6 and not step["on"]]
    for step in long[1 : 1 + times]:
        step["when"] = {"customer_speaking_ms": 800}
    return TraineeScript.model_validate({"id": "cutting", "title": "cutting in", "steps": steps})


def end_of(story, script):
    events = run_text_call(story, script, seed=SEED)
    anger = [event.anger for event in events if isinstance(event, MoodMoved)][-1]
    return anger, next(event.outcome for event in events if isinstance(event, CallEnded)), events


@pytest.mark.parametrize("name", list_scenarios())
def test_the_best_words_shouted_or_cut_in_with_are_worth_less(name, monkeypatch):
    story = load_scenario(name)
    script = exemplary(story)
    best, outcome, _ = end_of(story, script)
    assert outcome in ("won_back", "escalated")
    cut, _, events = end_of(story, cutting_in(script))
    cuts = sum(isinstance(event, Overlapped) and event.kind == "interruption" for event in events)
    assert cuts >= 1
    assert cut > best + 2 * cuts
    monkeypatch.setattr(compose, "TextListening", Shouted)
    shouted, outcome, _ = end_of(story, script)
    assert outcome not in ("won_back", "escalated")
    assert shouted > best + 25


class Shouted:
    """Hears a raised voice in everything that is said."""

    def accept(self, block, *, speaking):
        pass

    def notice(self, at, span, words):
        return (VoiceNoticed(at=at, span=span, measure="raised_voice", value=9.0, baseline=1.0, unit="dB"),)


KIND = (
    ("good morning how can i help you", "greeting", "open_question"),
    ("so that is what happened and nobody rang you that must have been awful please go on", "reflection", "empathy"),
    ("i apologise for that it was our mistake and i take it on", "apology", "ownership"),
    ("and what else did that mean for you", "open_question"),
)


def before_each(name, *events):
    done = Talk(Caller(load_scenario(name), seed=SEED))
    for text, *acts in KIND:
        for event in events:
            done.event(event(done.at))
        done.trainee(text, *acts)
    return done.mood.anger


def noticed(measure):
    return lambda at: VoiceNoticed(at=at, span=Span(at, at + 1), measure=measure, value=2.0, baseline=1.0, unit="x")


def silent(at):
    return DeadAir(at=at, span=Span(at, at + from_ms(5000)), level="count")


@pytest.mark.parametrize("name", list_scenarios())
@pytest.mark.parametrize("manner", [noticed("raised_voice"), noticed("sharp"), noticed("rushing"), silent])
def test_the_same_words_in_a_bad_manner_leave_an_angrier_customer(name, manner):
    assert before_each(name, manner) > before_each(name) + 8


@pytest.mark.parametrize("name", list_scenarios())
def test_kindness_that_is_shouted_calms_less(name):
    caller = [Talk(Caller(load_scenario(name), seed=SEED)).trainee("hello", "greeting") for _ in range(2)]
    caller[1].event(noticed("raised_voice")(caller[1].at))
    relief = []
    for done in caller:
        before = done.mood.anger
        done.trainee("that must have been awful", "empathy")
        relief.append(before - done.mood.anger)
    assert relief[1] < 0.7 * relief[0]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", list_scenarios())
def test_feelings_before_the_solution_beat_the_solution_before_feelings(name, seed):
    story = load_scenario(name)
    wanted = story.needs["given_a_solution"].met_by[0]
    offer = story.briefing.may_offer[wanted]
    act = "escalation" if offer.by == "manager" else "solution"
    asked = ("consult",) if offer.after == "consult" else ()
    fix = (f"i can do this {offer.text}", *asked, act, "timeline", f"offer:{wanted}")
    feelings = KIND[1:3]
    orders = {"first": (*feelings, fix), "last": (fix, *feelings)}
    anger = {}
    for order, turns in orders.items():
        done = Talk(Caller(story, seed=seed))
        for text, *acts in (KIND[0], *turns):
            done.trainee(text, *acts)
        anger[order] = done.mood.anger
    assert anger["first"] < anger["last"] - 2

"""Whether the dialogue makes sense turn by turn: faults that a human reader of whole traces has found, kept out."""

import pytest
from talking import Talk

from simulator.clock import Span, from_ms
from simulator.customer.caller import Caller
from simulator.customer.scenario import load_scenario
from simulator.events import LineEnded, LineStarted, SpeechEnded, SpeechStarted
from simulator.overlap import LEAST_LEFT

pytestmark = pytest.mark.unit


def talk(scenario, *turns, seed=1):
    done = Talk(Caller(load_scenario(scenario), seed=seed))
    for text, *acts in turns:
        done.trainee(text, *acts)
    return done


def reasons(done):
    return [change.reason for mood in done.moods for change in mood.changes]


GREETING = ("good morning this is dana how can i help you", "greeting", "open_question")
LISTENED = (
    GREETING,
    ("so that is what happened and that is awful please go on", "reflection", "empathy", "open_question"),
    ("i can see why you are upset please tell me all of it", "reflection", "empathy", "open_question"),
    ("i apologise that was our mistake and i take it on myself", "apology", "ownership"),
)


def test_a_service_number_is_a_number_they_have():
    done = talk("third-engineer", GREETING, ("can i have your service number", "clarifying_question", "ask:order"))
    assert "Eight oh four" in done.lines[-1].text or "brick" in done.lines[-1].text


def test_a_question_of_fact_that_also_asks_what_suits_is_answered():
    done = talk(
        "third-engineer",
        *LISTENED,
        (
            "before i book anything when are you open and when would it suit you",
            *("clarifying_question", "check_agreement", "ask:when-in", "suits"),
        ),
    )
    assert done.lines[-1].id.startswith("when-in") or "nine" in done.lines[-1].text


def test_who_is_offered_two_things_chooses_one_and_is_not_asked_again():
    asked = (
        "when do you need to be there and what would you like",
        *("clarifying_question", "ask:when-there", "ask:prefer"),
    )
    offer = (
        "i can offer a seat tonight at a quarter past eight or porto this afternoon and the train which do you prefer",
        *("options", "clarifying_question", "offer:evening", "offer:via_porto", "choice"),
    )
    done = talk("cancelled-flight", *LISTENED, asked, offer)
    purposes = [line.purpose for line in done.lines]
    assert "choose" in purposes
    assert "press_agreed" not in purposes[purposes.index("choose") :]
    assert "The agent asked what the customer had already told." not in reasons(done)
    assert "agreed" in done.mood.met


def test_steps_told_while_listening_are_no_leap_to_the_solution():
    listening = talk("third-engineer", GREETING, ("first you waited that is awful", "next_steps", "empathy"))
    leaping = talk("third-engineer", GREETING, ("first we book it then we come", "next_steps"))
    assert "solution_too_soon" not in [line.purpose for line in listening.lines]
    assert "solution_too_soon" in [line.purpose for line in leaping.lines]


def test_who_is_asked_whether_it_suits_after_an_accepted_escalation_stays_on_the_line():
    passed = (
        "helen moss the bereavement manager rings you before four and can release it",
        *("escalation", "next_steps", "timeline", "offer:release", "to:helen moss", "back:before four"),
    )
    done = talk("fathers-account", *LISTENED, passed)
    assert done.lines[-1].purpose == "accept_escalation"
    done.trainee("so helen rings you is that all right for you", "feedback_request", "check_agreement", "suits")
    assert done.ended is None
    assert "agreed" in done.mood.met
    assert "nobody asked" not in done.caller.satisfaction()[1]


@pytest.mark.parametrize(("left", "praised"), [(LEAST_LEFT * 2, False), (LEAST_LEFT // 2, True), (None, True)])
def test_nobody_is_praised_for_hearing_out_what_they_are_talking_over(left, praised):
    caller = Caller(load_scenario("missing-sofa"), seed=1)
    done = Talk(caller, at=from_ms(1000))
    vent = caller_says(done)
    stop = done.at + from_ms(3000)
    done.event(LineStarted(at=done.at, line=9, id=vent.id, purpose="vent", text=vent.text, band=vent.band, stop=stop))
    done.event(SpeechStarted(at=done.at, onset=done.at))
    done.event(SpeechEnded(at=done.at, span=Span(done.at - 1, done.at)))
    if left is not None:
        done.event(SpeechStarted(at=stop - left, onset=stop - left))
    done.event(LineEnded(at=stop, line=9, span=Span(done.at, stop), completed=True, said=vent.text))
    assert ("The customer could say it to the end." in reasons(done)) is praised


def caller_says(done):
    """Return the vent the customer is about to say."""
    say = done.caller.move(done.at, "turn", heard=None, acts=())
    assert say.purpose == "vent"
    return say

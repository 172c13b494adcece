"""The customer's yes: what it takes, what they say after it, and what takes it back."""

import pytest
from talking import Talk
from test_dialogue import HEARD, WON, purposes, talk

from simulator.customer.caller import Caller
from simulator.customer.scenario import load_scenario

pytestmark = pytest.mark.unit
SAID_YES = (*WON,)


def test_news_after_the_yes_is_taken_in_for_what_it_is():
    done = talk(*SAID_YES, ("i will ring you on saturday at eleven", "follow_up"), ("the van is white",))
    assert purposes(done)[-2] == "after_follow_up"
    assert purposes(done)[-1] in ("noted", "thanks")
    assert done.ended is None


def test_a_question_after_the_yes_is_answered():
    done = talk(*SAID_YES, ("what's your email for the confirmation", "clarifying_question", "ask:email"))
    assert purposes(done)[-1] == "answer"


def test_rudeness_after_the_yes_is_not_thanked():
    done = talk(*SAID_YES, ("you lot never stop moaning", "hostility"))
    assert purposes(done)[-1] == "hostility"
    done.trainee("some people honestly", "hostility").trainee("shut up and wait for the van", "hostility")
    done.trainee("anything else", "feedback_request", "anything")
    assert {"accept", "accept_grudging", "close", "thanks"} & set(purposes(done)[-3:]) == set()
    done.trainee("goodbye then", "farewell").trainee("goodbye", "farewell")
    assert done.outcome in ("unresolved", "hung_up")


def test_a_promise_taken_back_after_the_yes_opens_the_matter_again():
    back = ("i can't do saturday after all between eight and ten", "refusal", "offer:saturday")
    done = talk(*SAID_YES, back)
    assert purposes(done)[-1] == "promise_broken"
    assert "given_a_solution" not in done.mood.met
    done.trainee("anything else", "feedback_request", "anything")
    assert "closed_too_soon" in purposes(done)
    done.trainee("goodbye", "farewell")
    assert done.outcome == "unresolved"


def test_one_of_two_offers_taken_back_leaves_the_other():
    both = (
        "i can do saturday between eight and ten or friday evening between six and eight",
        *("options", "solution", "offer:saturday", "offer:friday_evening"),
    )
    no = ("sorry i can't do friday evening after all", "refusal", "offer:friday_evening")
    done = talk(*HEARD, ("please go on", "open_question"), both, no)
    assert "given_a_solution" in done.mood.met


def test_how_the_call_ended_is_judged_at_its_end_and_not_at_the_yes():
    done = talk(*SAID_YES)
    done.caller._character.mood._lasting = 39.9 + 5
    done.trainee("i will ring you on saturday", "follow_up")
    done.caller._character.mood._lasting = 20
    done.trainee("goodbye", "gratitude", "farewell").trainee("bye goodbye", "farewell")
    assert done.outcome == "won_back"


def test_an_unhappy_yes_is_no_thank_you():
    listened = (*HEARD, ("please go on", "open_question"))
    done = talk(*listened, ("i can bring it on saturday between eight and ten", "solution", "offer:saturday"))
    done.caller._character.mood._lasting = 50
    done.trainee("anything else", "feedback_request", "anything")
    assert purposes(done)[-1] == "accept_grudging"


def test_asked_for_a_yes_too_early_they_say_so():
    done = talk(*HEARD, ("please go on", "open_question"), ("shall i book that", "check_agreement", "suits"))
    assert "not_yet" in purposes(done)


PRESSED = (*HEARD, ("please go on", "open_question"), ("i apologise for that", "apology"))


def test_it_is_me_answers_who_looks_after_it():
    done = talk(*PRESSED)
    assert purposes(done)[-1] == "press_taken_responsibility_for"
    done.trainee("well it's me now i'm dealing with it", "ownership")
    assert "taken_responsibility_for" in done.mood.met


def test_what_is_no_answer_is_not_taken_for_one():
    done = talk(*PRESSED, ("someone else does that",))
    assert "taken_responsibility_for" not in done.mood.met


def test_nobody_who_was_given_half_an_apology_says_that_nobody_apologised():
    spoilt = ("i am sorry but you should have been at home", "apology", "blame")
    done = talk(*HEARD, ("please go on", "open_question", "tell"), spoilt, ("right then",), ("okay let me see",))
    assert "apologised_to" not in done.mood.met
    assert "press_apologised_to" not in purposes(done)
    assert "press_better_apology" in purposes(done)


def test_a_limit_to_abuse_is_not_heard_as_a_no():
    story = load_scenario("frozen-card")
    done = Talk(Caller(story, seed=1)).trainee("good afternoon", "greeting")
    assert "abuse" in purposes(done)
    done.trainee("i can't help you while you keep insulting me", "refusal", "boundary")
    assert "after_boundary" in purposes(done)
    assert "refusal" not in purposes(done)


def test_an_abusive_caller_answers_a_hold_before_anything_else():
    done = Talk(Caller(load_scenario("frozen-card"), seed=1)).trainee("good afternoon", "greeting")
    done.trainee("may i put you on hold for two minutes", "hold_request")
    assert purposes(done)[-1] == "hold_ok"


def test_taking_leave_with_the_matter_open_is_not_accepted():
    assert "closed_too_soon" in purposes(talk(*HEARD, ("take care then", "farewell")))
    assert "closed_too_soon" not in purposes(talk(*HEARD, ("i will take care of it myself",)))


def test_a_question_or_a_long_speech_that_ends_in_a_farewell_does_not_take_leave():
    asks = ("bye for now or is there a number to reach you on", "farewell", "ask:phone")
    assert "closed_too_soon" not in purposes(talk(*HEARD, asks))
    assert "closed_too_soon" not in purposes(talk(*HEARD, ("and " * 40 + "goodbye", "farewell")))


def test_naming_who_can_decide_is_not_blaming_them():
    story = load_scenario("fathers-account")
    done = Talk(Caller(story, seed=1))
    for text, *acts in (
        ("good morning fairholm bank", "greeting"),
        ("i am so sorry he died in march and we still write to him", "reflection", "empathy", "fact:died"),
        ("please go on", "open_question", "reflection"),
        (
            "helen moss our bereavement manager is the one who can release it she rings before four",
            *("timeline", "offer:release", "to:helen moss our bereavement manager", "back:before four"),
        ),
    ):
        done.trainee(text, *acts)
    assert "blame" not in purposes(done)
    done.trainee("would that be all right for you", "check_agreement", "suits").trainee("goodbye", "farewell")
    assert done.outcome == "escalated"


UNDERSTAND = (
    ("good afternoon larch home", "greeting"),
    ("go on please", "open_question"),
    ("what else happened", "open_question"),
    ("right then",),
)


@pytest.mark.parametrize(
    ("words", "marks", "counts"),
    [
        ("i get it you gave up your whole day for nothing", ("reflection", "fact:day_off"), True),
        ("i do understand", ("acknowledgement",), False),
        ("you should not have taken the day off you know", ("blame", "fact:day_off"), False),
    ],
)
def test_i_get_it_counts_with_something_of_the_customers_own_in_it(words, marks, counts):
    done = talk(*UNDERSTAND)
    assert purposes(done)[-1] in ("press_understood", "press_heard")
    done.trainee(words, *marks)
    said = [change.guidance for mood in done.moods[-1:] for change in mood.changes]
    assert ("L4" in said) is counts

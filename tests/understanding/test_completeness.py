"""When a turn is done by its words, and how long a hold was promised for."""

import pytest

from simulator.clock import from_seconds
from simulator.understanding.completeness import completeness
from simulator.understanding.quantities import promised_hold

pytestmark = pytest.mark.unit

CASES = {
    "complete": [
        "i will send it out today",
        "yes i can",
        "yes of course",
        "thank you",
        "i am so sorry about that",
        "that is what i am here for",
        "i understand that",
        "good morning larch home this is dana",
        "i have put it on hold for you",
        "we will call you tomorrow",
        "i'll do everything i can",
        "I've refunded your card.",
        "you should have it by friday",
        "let me look into that",
        "the sofa went out on friday",
        "let me check that for you",
        "that must be really frustrating",
        "i'm sorry to hear that",
        "i will look after this",
        "i see",
        "got it",
        "i'm going to fix this",
        "you are absolutely right",
        "no we don't",
        "it's number seventeen",
        "i'll take care of it",
        "thanks for waiting",
        "i appreciate that",
        "you can keep the voucher as well",
        "that was our mistake",
        "i think so",
        "no no no",
        "mm hm",
        "uh huh",
        "press one to enter a number",
        "this is the second delivery we tried",
        "the delivery is now on its way",
        "i will ring you as soon as we can",
    ],
    "question": [
        "can i take your order number",
        "how can i help",
        "and what was the order number",
        "what happened then",
        "does that work for you",
        "is there anything else i can help you with",
        "i'm sorry about that can i take your name please",
        "would you like a refund or a replacement",
        "so it was supposed to come on friday is that right",
        "who did you speak to",
        "what are you waiting for",
        "may i put you on hold for a moment",
        "when did it happen",
        "Could you tell me a bit more about that?",
        "are you still there",
        "okay and is the router still blinking",
        "how long have you been waiting",
        "where are you calling from",
        "shall i go ahead",
        "do you have the reference number",
        "okay is the sofa still in its box",
        "was that on friday",
    ],
    "unfinished": [
        "i will check that and",
        "so",
        "um",
        "i understand but",
        "what i will do is",
        "i'm going to",
        "let me",
        "because",
        "the",
        "i can see here that",
        "so what happened was that the",
        "we could either send a new one or",
        "I think the...",
        "and then",
        "i'll send it to your",
        "if you",
        "first of all",
        "i'm sorry that the",
        "it will be delivered by",
        "can i",
        "can i take your",
        "well um",
        "the reason is",
        "and what was the",
        "what we can",
        "i have",
        "i just need to",
        "could you please tell me the",
        "i would like",
        "your order was sent on",
        "so basically",
        "let me just",
        "as far as i can see the driver was",
        "could you please tell me",
        "may i ask",
        "it went to the the",
        "the driver driver",
        "it came to the oh oh",
        "could you send me a photo of it just sort of",
    ],
    "opener": [
        "okay",
        "right",
        "okay all right",
        "just bear with me",
        "please hold on",
        "okay hold on hold on",
        "oh",
        "sure",
    ],
    "unclear": [
        "my number is zero seven nine four",
        "[inaudible]",
        "the two grey armchairs",
    ],
    "fragment": [
        "the sofa",
        "monday",
        "larch road",
    ],
}


@pytest.mark.parametrize(("wanted", "line"), [(kind, line) for kind, lines in CASES.items() for line in lines])
def test_a_turn_is_judged_by_its_words(wanted, line):
    assert completeness(line.split()) == wanted


@pytest.mark.parametrize(("wanted", "line"), [(kind, line) for kind, lines in CASES.items() for line in lines])
def test_capitals_and_a_comma_inside_change_nothing(wanted, line):
    assert completeness(line.title().split()) == wanted


def test_no_words_are_unclear():
    assert completeness([]) == "unclear"
    assert completeness(["..."]) == "unclear"


def test_a_full_stop_does_not_end_a_turn_that_ends_in_and():
    assert completeness(["I", "checked", "and."]) == "unfinished"
    assert completeness(["I", "checked", "it."]) == "complete"


def test_dots_hold_the_floor():
    assert completeness(["I", "checked", "it..."]) == "unfinished"
    assert completeness(["I", "checked", "it…"]) == "unfinished"


def test_a_question_mark_asks_whatever_the_words():
    assert completeness(["the", "blue", "one?"]) == "question"


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("i will be back in two minutes", 120),
        ("can you give me 3 mins", 180),
        ("one or two minutes", 120),
        ("bear with me a couple of minutes", 120),
        ("a minute and a half", 90),
        ("half a minute", 30),
        ("about forty five seconds", 45),
        ("just a second", 30),
        ("one moment please", 60),
        ("no more than five minutes", 300),
    ],
)
def test_a_hold_promises_the_time_that_was_named(line, seconds):
    assert promised_hold(line.split()) == from_seconds(seconds)


@pytest.mark.parametrize("line", ["can you hold the line", "at the moment", "the minutes of the meeting", ""])
def test_no_time_named_promises_none(line):
    assert promised_hold(line.split()) is None

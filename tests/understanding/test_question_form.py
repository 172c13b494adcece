"""The form of questions: what begins one, where several are parted, what they are about."""

import pytest

from simulator.understanding.questions import asked_by_its_word, begins, confirms, content, cuts, one_or_other
from simulator.understanding.wording import tokens

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("what's your name and which floor are you on", ["what's your name and", "which floor are you on"]),
        ("is that right and the letter what does it say", ["is that right and", "the letter what does it say"]),
        ("has it changed since is it bigger or any pain", ["has it changed since", "is it bigger or any pain"]),
        ("can i ask has it changed", ["can i ask has it changed"]),
        (
            "could you tell me which reports are wrong and when the audit falls",
            ["could you tell me which reports are wrong and", "when the audit falls"],
        ),
        ("did you um have you got a microwave", ["did you um have you got a microwave"]),
        ("is it a charge or is it something else", ["is it a charge or is it something else"]),
        ("when you are ready which letter is it", ["which letter is it"]),
        ("who's the birthday for is she there beside you", ["who's the birthday for", "is she there beside you"]),
        ("the cake in it is there anything else", ["is there anything else"]),
    ],
)
def test_each_question_of_a_breath_is_found(text, parts):
    words = text.split()
    starts = cuts(words)
    assert [" ".join(words[a:b]) for a, b in zip(starts, [*starts[1:], len(words)], strict=True)] == parts


@pytest.mark.parametrize(
    "text",
    [
        "have you got a neighbour or someone who can look in",
        "i can hear how let down you are",
        "that is the one i mean",
        "nobody complained did they",
        "i will call you when you are at home",
        "",
    ],
)
def test_words_that_only_join_clauses_begin_no_question(text):
    texts = tokens(text.split()).texts
    assert not any(begins(texts, at) for at in range(len(texts)) if texts[at] != "have")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("is there somebody who can help", None),
        ("go ahead when you are ready which letter is it", "?what"),
        ("what's the cat called", "?who"),
        ("what date do you fly home", "?when"),
        ("do you know how far it is", "?howmany"),
        ("will you be in when he comes", None),
    ],
)
def test_the_question_word_that_decides_is_the_questions_own(text, kind):
    assert asked_by_its_word(text.split()) == kind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("is that right", True),
        ("have i got all of that right", True),
        ("is that correct please", True),
        ("is that all right", False),
        ("where are you right now", False),
        ("is that the right card", False),
    ],
)
def test_whether_it_is_right_asks_about_what_was_said(text, expected):
    assert confirms(text.split()) is expected


def test_words_are_alike_whatever_their_endings():
    assert content(["ringing", "numbers"]) == content(["rings", "number"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("window or aisle", True),
        ("is it dead or can you still do a small load", True),
        ("did you wait an hour or two", False),
        ("is it warm or not", False),
        ("shall we say ten or so", False),
        ("are you more or less ready", False),
    ],
)
def test_one_of_two_things_is_asked_for_by_or(text, expected):
    assert one_or_other(tokens(text.split()).texts) is expected

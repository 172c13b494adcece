"""What plain rules take away from the network's findings, and the words that need no network."""

import dataclasses

import pytest

from simulator.events import Act
from simulator.understanding.guards import Turn, is_farewell, is_hedged, is_selling, spared
from simulator.vocabulary import ACTS, HARMFUL

pytestmark = pytest.mark.unit


def is_spared(text, act="blame", strength=0.6, clause=None, before=""):
    words, first = clause or text, len(before.split())
    last = first + len(words.split()) - 1
    found = Act(act=act, rule="test", words=words, first=first, last=last, strength=strength)
    return spared(found, Turn(tuple(f"{before} {text}".split()), ()))


@pytest.mark.parametrize("act", HARMFUL)
def test_two_words_do_harm_only_where_it_is_nearly_certain(act):
    assert is_spared("oh great", act, strength=0.7)
    assert not is_spared("oh you again then", act, strength=0.7)
    assert not is_spared("shut up", act, strength=0.9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("that one's on me i got it wrong", True),
        ("i typed it wrong myself", True),
        ("you got it wrong", False),
        ("i think they got it wrong", False),
        ("the depot lost it", False),
        ("i told you it was your own fault", False),
    ],
)
def test_nobody_is_blamed_who_blames_themselves(text, expected):
    assert is_spared(text) is expected


@pytest.mark.parametrize("act", HARMFUL)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ah my mistake i read that too quickly", True),
        ("sorry my bad i was on the wrong page", True),
        ("well that is not my fault is it", False),
        ("do not put that one on me", False),
        ("you read that too quickly", False),
    ],
)
def test_whoever_takes_a_fault_on_themselves_does_no_harm(act, text, expected):
    if act != "blame" or expected:  # blame has a wider guard, above
        assert is_spared(text, act) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("okay hold on hold on just give me your order number", True),
        ("hang on hang on", True),
        ("wait wait", True),
        ("thanks for hanging on", True),
        ("sorry to keep you waiting", True),
        ("thanks for holding i have found it", True),
        ("thanks for holding could you wait one more minute", False),
        ("sorry to keep you waiting please bear with me another minute", False),
        ("let me put you on hold for two minutes thanks for bearing with me", False),
        ("could you hold on for a minute please", False),
        ("hold on please i will be right back", False),
        ("can you wait while i look", False),
    ],
)
def test_whoever_hushes_or_comes_back_announces_no_hold(text, expected):
    assert is_spared(text, "hold_request") is expected


@pytest.mark.parametrize("act", [act for act in ACTS if act not in HARMFUL])
def test_what_is_plainly_said_is_not_taken_away(act):
    assert not is_spared("i am sorry that it was wrong and you had to wait", act, strength=0.5)


def test_a_guard_looks_at_the_clause_and_not_at_the_rest_of_the_turn():
    assert is_spared("you waited all day and i got it wrong", clause="i got it wrong")
    assert not is_spared("i see and you got it wrong", clause="you got it wrong")


def test_guards_change_no_act():
    found = Act(act="blame", rule="test", words="you did it", first=0, last=2, strength=0.6)
    before = dataclasses.asdict(found)
    spared(found, Turn(("you", "did", "it", "again"), ()))
    assert dataclasses.asdict(found) == before


@pytest.mark.parametrize(
    "text",
    ["take care then", "thank you and goodbye", "have a nice evening", "Bye-bye now.", "right ta ra", "all the best"],
)
def test_such_words_take_leave(text):
    assert is_farewell(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "i will take care of it myself",
        "thank you mrs whitlock i will call you on friday",
        "good evening is fine",
        "have a good look at it and tell me",
        "",
    ],
)
def test_such_words_do_not(text):
    assert not is_farewell(text.split())


def test_leave_is_taken_at_the_end_of_a_turn():
    assert not is_farewell(("bye for now he said " + "and then we waited for the van " * 6).split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we have a special offer on cushions", True),
        ("would you be interested in our premium plan", True),
        ("i can offer you saturday", False),
        ("i am interested to hear it", False),
    ],
)
def test_selling(text, expected):
    assert is_selling(text.split()) is expected


def test_a_single_word_is_harm_only_where_the_network_is_nearly_certain():
    words = "it is this week love thursday half seven".split()
    one = Act(act="patronising", rule="patronising/read", words="love", first=4, last=4, strength=0.7)
    assert spared(one, Turn(words, ()))
    assert not spared(dataclasses.replace(one, strength=0.9), Turn(words, ()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i am so sorry that nobody rang you", False),
        ("sorry about that", False),
        ("my bad i read it wrong", False),
        ("sorry i can't say it for her", False),
        ("sorry what was the name again", True),
        ("sorry to ask but is it still dead", True),
        ("sorry just to check the number", True),
        ("sorry i meant the other letter", True),
        ("no need to be sorry at all", True),
        ("okay sir so", True),
        ("sorry is that the mobile and i am sorry for the wait", False),
    ],
)
def test_sorry_that_only_mends_the_talk_is_no_apology(text, expected):
    assert is_spared(text, "apology") is expected


@pytest.mark.parametrize(
    ("act", "text", "expected"),
    [
        ("empathy", "i mean", True),
        ("empathy", "that must be hard", False),
        ("gratitude", "you were", True),
        ("willingness", "i will do all that i can to help", False),
    ],
)
def test_filler_is_no_kindness(act, text, expected):
    assert is_spared(text, act, strength=0.5) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it's not our fault", True),
        ("no it's not my mistake", True),
        ("it's not our fault alone but i take full responsibility for it", False),
        ("that was our mistake it's not yours", False),
    ],
)
def test_a_fault_turned_away_is_no_owning_up(text, expected):
    assert is_spared(text, "ownership") is expected


@pytest.mark.parametrize(
    ("before", "clause", "expected"),
    [
        ("i can't promise", "it won't happen again", True),
        ("i really cannot", "guarantee it won't happen again", True),
        ("i can't promise it will be today but", "you have my word it won't happen again", False),
        ("i won't promise what i can't keep but", "it won't happen again", False),
    ],
)
def test_a_promise_that_is_refused_is_no_assurance(before, clause, expected):
    assert is_spared(clause, "assurance", strength=0.9, before=before) is expected


@pytest.mark.parametrize(
    ("before", "clause", "expected"),
    [
        ("nine days with no way of calling for help that's not acceptable", "and i'm sorry how are you", False),
        ("", "i'm sorry what was that", True),
        ("that is not acceptable at all", "sorry what is your number", True),
    ],
)
def test_a_full_sorry_before_a_question_is_an_apology(before, clause, expected):
    assert is_spared(clause, "apology", strength=0.9, before=before) is expected


@pytest.mark.parametrize("act", ["apology", "empathy"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("well i'm sorry you feel that way", True),
        ("sorry if you took it like that", True),
        ("i am so sorry that you had to wait", False),
        ("i'm so sorry you feel let down by us", False),
        ("i'm sorry if you were left waiting", False),
    ],
)
def test_sorry_for_what_the_customer_feels_is_no_apology_and_no_sympathy(act, text, expected):
    assert is_spared(text, act) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("whenever it's out sometime probably", True),
        ("somebody will ring you in a bit", True),
        ("sometime on thursday before noon", False),
        ("sometime within the hour", False),
        ("you will hear from us tomorrow", False),
    ],
)
def test_a_time_that_names_none_is_no_time(text, expected):
    assert is_spared(text, "timeline") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we should be able to do something with that probably", True),
        ("i'm like ninety percent sure", True),
        ("let me see if the crew can hang it in their wardrobe", True),
        ("i'm a hundred percent sure you'll have it saturday", False),
        ("let's see if saturday suits you", False),
        ("i can't guarantee friday but saturday is certain", False),
        ("it will be saturday and i will try my best", False),
    ],
)
def test_a_hedge_leaves_open_whether_it_comes(text, expected):
    assert is_hedged(text.split()) is expected

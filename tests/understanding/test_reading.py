"""What the shipped reader makes of a turn: plain turns that no trained reader may get wrong, and how it must behave.

How well it reads free speech is measured elsewhere (benchmarks/understanding/free_speech.py); the floors here
keep the lines of a textbook from being lost.
"""

import dataclasses
import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from simulator.clock import from_seconds
from simulator.customer.asking import sentences_of
from simulator.customer.scenario import list_scenarios, load_scenario
from simulator.datafile import data_folder, read_yaml
from simulator.headset.script import TraineeScript
from simulator.session.compose import understanding_of
from simulator.understanding.clauses import Clause
from simulator.understanding.reader import LONGEST_TURN, shipped_bars, shipped_reader
from simulator.understanding.reading import NAMED, Understanding, too_alike
from simulator.understanding.tags import TAGS
from simulator.vocabulary import ACTS, HARMFUL, HARMS

pytestmark = pytest.mark.unit
DATA = Path(__file__).parent / "data"
DOCUMENT = Path(__file__).parents[2] / "docs" / "acts.md"
LEAST_MACRO_F1 = 0.5
"""Over the acts of data/test.tsv; to be set after the final training."""
LEAST_ANSWERED = 0.5
"""Share of data/questions.tsv that finds its question of the story; to be set after the final training."""
LEAST_PROMISES = 0.35
"""F1 of data/promises.tsv, what must not be promised against everything else; to be set after the final training."""
READER = Understanding({})


@lru_cache
def of(scenario):
    return understanding_of(load_scenario(scenario))


def read(text, *said, reader=None):
    return (reader or READER).read(tuple(text.split()), context=said)


def sofa(text, *said):
    return read(text, *said, reader=of("missing-sofa"))


def acts(text, *said):
    return {act.act for act in read(text, *said).acts}


def table(name):
    return [line.split("\t") for line in (DATA / name).read_text(encoding="utf-8").splitlines()[1:]]


# ---- acts


def documented():
    found = re.finditer(r'^\| ([a-z_]+) \|.*\| "(.*)" \|$', DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    return {match[1]: match[2] for match in found}


def test_the_document_defines_each_act():
    assert tuple(documented()) == ACTS


SAID = {
    "reflection": "the boiler broke on sunday and i have had cold water since",
    "personalisation": "i am on nights this week",
    "contradiction": "i never got a text",
}


@pytest.mark.parametrize("act", ACTS)
def test_the_example_in_the_document_is_heard(act):
    assert act in acts(documented()[act], *([SAID[act]] if act in SAID else []))


PLAIN = [
    ("good morning northwind this is sam", "greeting", ""),
    ("i see right okay", "acknowledgement", "and then nobody rang me back"),
    ("so you waited in all day and the engineer never came", "reflection", "i waited in all day, no engineer came"),
    ("that must have been so frustrating for you", "empathy", ""),
    ("i am so sorry that nobody called you back", "apology", ""),
    ("that was our mistake and i take full responsibility for it", "ownership", ""),
    ("this will not happen again", "assurance", ""),
    ("i want to help you with this", "willingness", ""),
    ("can you tell me what happened", "open_question", ""),
    ("what is your order number please", "clarifying_question", ""),
    ("i can refund you the full amount today", "solution", "i want my money back"),
    ("i can send a new one on thursday or refund you today which would you prefer", "options", ""),
    ("it will be with you by friday at noon", "timeline", ""),
    ("the next step is that the depot rings you to agree a time", "next_steps", ""),
    ("is that all right for you", "check_agreement", ""),
    ("i will call you back on friday to make sure that it came", "follow_up", ""),
    ("is there anything else i can do for you today", "feedback_request", ""),
    ("i will pass you on to my manager who can decide that", "escalation", ""),
    ("let me ask my colleague in the workshop so that what i tell you is right", "consult", ""),
    ("can i put you on hold for two minutes", "hold_request", ""),
    ("i want to help you but please stop calling me names", "boundary", "you useless idiot"),
    ("thank you for your patience", "gratitude", ""),
    ("there is nothing i can do for you", "refusal", "i want my money back"),
]


@pytest.mark.parametrize(("text", "act", "said"), PLAIN, ids=[act for _, act, _ in PLAIN])
def test_a_plain_turn_is_heard(text, act, said):
    assert act in acts(text, *([said] if said else []))


PLAINLY_HARMFUL = [
    ("we are very busy and half of our vans have broken down so what do you expect", "excuse"),
    ("well you should have been at home that is your own fault", "blame"),
    ("no that is not true you did get the letter it says so here", "contradiction"),
    ("calm down it is only a sofa nobody died", "dismissal"),
    ("oh shut up you stupid idiot", "hostility"),
    ("now listen carefully sweetheart i will say it slowly so that even you understand", "patronising"),
]


@pytest.mark.parametrize(("text", "act"), PLAINLY_HARMFUL, ids=[act for _, act in PLAINLY_HARMFUL])
def test_plain_harm_is_heard(text, act):
    assert act in acts(text, "My sofa never came and nobody wrote to me. I never got a letter.")


KIND = [
    "oh your mum and dad are coming well we can't have them perched on garden chairs can we",
    "oh god that came out wrong my bad",
    "that one's on me i got it wrong",
    "i am sorry for your loss",
    "i understand and",
    "good morning how can i help you",
    "right",
    "hang on a sec i'm just pulling it up now",
    "i'd be fuming if that were me",
    "no you're absolutely right that's not good enough from us",
    "we did not make that letter clear enough that is our responsibility",
    "what does the letter say about september",
    "take your time i'm listening",
    "let's get that sorted for you shall we",
]


@pytest.mark.parametrize("text", KIND)
def test_no_harm_is_heard_in_idiom_and_kindness(text):
    assert acts(text, "My parents come on Sunday and they've nothing to sit on.") & set(HARMFUL) == set()


EXEMPLARY = [
    path
    for path in sorted(Path(data_folder("scenarios")).glob("*/trainees/*.yaml"))
    if read_yaml(path, TraineeScript).quality == "exemplary"
]
MEANT = {("fathers-account", "refusal")}  # "i can not do that myself so i will pass it to her": a no that is honest


@pytest.mark.parametrize("path", EXEMPLARY, ids=lambda path: path.parents[1].name)
def test_an_exemplary_trainee_does_no_harm(path):
    said = ("i paid in full and nobody came", "nobody rang me and nobody answered my email", "that is what i was told")
    name = path.parents[1].name
    found = [
        f"{act.act}: {act.words!r} in {step.text!r}"
        for step in read_yaml(path, TraineeScript).steps
        for act in read(step.text, *said, reader=of(name)).acts
        if act.act in HARMFUL and (name, act.act) not in MEANT
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("i'm sorry you feel that way", "apology"),
        ("you said it was our fault", "ownership"),
        ("it's not our fault", "ownership"),
        ("i can't promise it won't happen again", "assurance"),
        ("sorry i didn't catch that could you say it again", "apology"),
        ("i can't help you while you shout at me", "willingness"),
        ("thanks for calling larch home this is dana", "gratitude"),
        ("did they say it would come by friday", "timeline"),
        ("the order number is seven two four nine one", "clarifying_question"),
    ],
)
def test_it_is_not_that(text, absent):
    assert absent not in acts(text)


def test_a_no_with_a_way_out_is_both():
    assert {"refusal", "options"} <= acts("i can't refund it but you could exchange it or take a credit note")


def test_several_acts_of_a_long_turn_are_heard():
    long = (
        "right i have your file here now and i can see the two payments from may and the one from june and i am so "
        "sorry about that it should never have gone out twice so i am sending you the money back"
    )
    assert {"apology", "solution"} <= acts(long)


# ---- facts, offers, promises, who takes over


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("so the sofa was due on tuesday and it never came", "no_sofa"),
        ("you took an unpaid day off work to wait for it", "day_off"),
        ("and nobody rang you although you were told that the driver would", "nobody_rang"),
        ("your parents arrive on sunday and there is nothing for them to sit on", "parents"),
        ("and the old sofa has already been taken away", "old_sofa"),
        ("you wrote an email on wednesday and got no reply", "no_reply"),
    ],
)
def test_a_fact_said_back_is_named(text, fact):
    assert fact in {each.id for each in sofa(text, "Nothing came on Tuesday and nobody rang.").facts}


@pytest.mark.parametrize("text", ["good morning how can i help you", "one moment please", "thank you goodbye"])
def test_no_fact_is_said_back_where_none_is(text):
    assert sofa(text).facts == ()


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        ("i can deliver it on saturday between eight and ten and carry it up", "saturday"),
        ("i could bring it on friday evening between six and eight", "friday_evening"),
        ("i will refund you the delivery fee of forty five pounds", "delivery_fee"),
        ("i can cancel the order and refund it in full", "full_refund"),
    ],
)
def test_an_offer_of_the_briefing_is_named(text, offer):
    made = sofa(text, "So when do I get my sofa?").offers
    assert (offer, "allowed") in {(each.id, each.standing) for each in made}


@pytest.mark.parametrize(
    ("text", "promise"),
    [
        ("you will have the sofa this afternoon i promise", "earlier-delivery"),
        ("we will pay you for the day of work that you lost", "lost-pay"),
    ],
)
def test_what_must_not_be_promised_is_named(text, promise):
    made = sofa(text, "So when do I get my sofa?").offers
    assert (promise, "forbidden") in {(each.id, each.standing) for each in made}


@pytest.mark.parametrize(
    "text",
    [
        "i am afraid we cannot deliver it this afternoon",
        "were you told that it would come this afternoon",
        "so you waited in for it all day on tuesday",
        "i see yes go on",
    ],
)
def test_a_denial_a_question_and_a_story_are_no_promise(text):
    assert [each for each in sofa(text, "Nobody came at all.").offers if each.standing == "forbidden"] == []


def test_an_offer_with_another_offers_hours_is_not_that_offer():
    made = {each.id for each in sofa("i can bring it on friday evening between six and eight", "When?").offers}
    assert "saturday" not in made


def test_who_takes_over_and_when_they_ring_is_quoted():
    found = sofa("i will ask priya shah my team lead to ring you within the hour", "Who decides that?")
    assert "priya" in found.passed_to
    assert "hour" in found.call_back


# ---- questions


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("what is your order number", "order"),
        ("can i take your address please", "address"),
        ("which floor are you on", "stairs"),
        ("what would you like me to do", "what-want"),
        ("when do your parents arrive", "parents-when"),
        ("who did you speak to last time", "spoke-to"),
    ],
)
def test_a_question_of_the_story_is_named(text, question):
    asked = sofa(text, "It was due on Tuesday and it never came.").asked
    assert ("known", question) in {(each.kind, each.id) for each in asked}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("could you say that again please", "repeat"),
        ("are you still there", "there"),
        ("which of the two would you prefer", "choice"),
        ("is that all right for you", "suits"),
        ("is there anything else i can do for you", "anything"),
        ("good morning how can i help you", "tell"),
        ("what happened then", "tell"),
        ("may i ask you something", "permission"),
        ("does that make sense to you", "understood"),
        ("is your neighbour at home on saturday", "?yesno"),
        ("who is your neighbour", "?who"),
    ],
)
def test_the_kind_of_a_question_is_heard(text, kind):
    assert kind in {each.kind for each in read(text, "Nothing came on Tuesday.").asked}


@pytest.mark.parametrize(
    "text", ["i am so sorry about that", "it will come on saturday between eight and ten", "i understand"]
)
def test_what_asks_nothing_is_no_question(text):
    assert sofa(text, "Nothing came.").asked == ()


# ---- how it behaves


def test_the_same_turn_twice_gives_the_same_reading():
    text = "i am so sorry your sofa never came on tuesday i can bring it on saturday at eight does that suit you"
    once = sofa(text, "Where is my sofa?")
    assert once == sofa(text, "Where is my sofa?")
    fresh = Understanding(load_scenario("missing-sofa").sentences())
    assert fresh.read(tuple(text.split()), context=("Where is my sofa?",)).acts == once.acts


def test_the_clause_is_the_words_that_show_the_act():
    words = tuple("right so i am really sorry about that and it will be with you on friday".split())
    for found in READER.read(words).acts:
        assert words[found.first : found.last + 1] == tuple(found.words.split())
        assert 0.5 <= found.strength <= 1
        assert found.rule == f"{found.act}/read"
    (apology,) = [act for act in READER.read(words).acts if act.act == "apology"]
    assert "sorry" in apology.words
    assert "friday" not in apology.words


def test_each_act_at_most_once_and_in_order():
    found = read("sorry about that i'm so sorry we will refund you by friday is that okay").acts
    assert len({act.act for act in found}) == len(found)
    assert [act.first for act in found] == sorted(act.first for act in found)


def test_capitals_and_punctuation_change_nothing():
    plain = acts("im so sorry mister doyle that was our mistake and i'll put it right")
    typed = acts("I\u2019m so sorry, Mister Doyle \u2013 that was our mistake, and I'll put it right!")
    assert plain == typed >= {"apology", "ownership"}


@pytest.mark.parametrize("text", ["", "?!", "\u2026", "\U0001f600", "- -"])
def test_a_turn_without_words_holds_nothing(text):
    assert sofa(text, "Hello?") == sofa("")


@pytest.mark.parametrize("text", ["um", "x" * 5000, "a " * 500, "\u4f60\u597d", "1234567890 " * 20])
def test_odd_words_are_read_without_harm(text):
    assert {act.act for act in sofa(text, "Hello?").acts} & set(HARMFUL) == set()


def test_what_stands_behind_many_words_is_heard():
    talk = "and the van goes along the road to the depot where the sofas stand and " * 12
    words = tuple(f"{talk} i am so sorry that nobody called you back".split())
    assert len(words) > 2 * LONGEST_TURN > 0
    (apology,) = [act for act in READER.read(words).acts if act.act == "apology"]
    assert words[apology.first : apology.last + 1] == tuple(apology.words.split())
    assert apology.first > LONGEST_TURN


def test_leave_taking_selling_and_holds_are_in_the_reading():
    assert read("thank you and goodbye").farewell
    assert not read("i will take care of that").farewell
    assert read("we have a special offer on cushions").selling
    assert READER.promised_hold(("two", "minutes")) == from_seconds(120)


def test_every_tag_and_kind_has_its_bar():
    bars = shipped_bars()
    assert set(bars.tags) == set(TAGS)
    assert set(bars.sentences) == set(bars.scale) == set(bars.bias) == {"fact", "offer", "forbid", "ask"}
    assert all(0 < bar < 1 for bar in (*bars.tags.values(), *bars.sentences.values()))


def test_the_same_sentence_twice_is_too_alike_and_two_plain_ones_are_not():
    sentences = {"ask": {"one": ["what colour is it"], "two": ["what colour is it"], "three": ["who rang you"]}}
    assert [(pair.one, pair.other) for pair in too_alike(shipped_reader(), sentences)] == [("one", "two")]


def test_loading_the_reader_makes_no_other_library_talk():
    code = (
        "import logging\n"
        "from simulator.understanding.reading import Understanding\n"
        "Understanding({}).read(('hello',))\n"
        "logging.getLogger('another').info('chatter')\n"
        "print(logging.getLogger().handlers, logging.getLogger().level)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("[] 30", "")


# ---- floors


def f1(hit, missed, invented):
    return 2 * hit / max(1, 2 * hit + missed + invented)


def test_the_lines_of_the_textbook_are_read():
    rows = [(text, said, set(names.split(",")) - {""}) for text, said, names in table("test.tsv")]
    assert len(rows) >= 500
    assert set().union(*(names for _, _, names in rows)) == set(ACTS)
    heard = [(names, acts(text, *([said] if said else []))) for text, said, names in rows]
    each = [
        f1(
            sum(act in real and act in found for real, found in heard),
            sum(act in real and act not in found for real, found in heard),
            sum(act in found and act not in real for real, found in heard),
        )
        for act in ACTS
    ]
    assert sum(each) / len(each) >= LEAST_MACRO_F1


def test_questions_in_an_agents_own_words_find_their_question():
    rows = [(name, text, answer.removeprefix("answer:")) for name, text, answer in table("questions.tsv")]
    assert {name for name, _, _ in rows} == set(list_scenarios())
    own = {
        name: {answer.id for answer in load_scenario(name).answers} | set(load_scenario(name).caller.details)
        for name in list_scenarios()
    }
    rows = [row for row in rows if row[2] in own[row[0]]]
    right = [
        answer in {each.id for each in read(text, reader=of(name)).asked if each.kind == "known"}
        for name, text, answer in rows
    ]
    assert len(rows) >= 150
    assert sum(right) / len(right) >= LEAST_ANSWERED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("which day was it meant to come and have you still got the old sofa", ["which-day", "old-one"]),
    ],
)
def test_two_questions_joined_by_and_are_two(text, expected):
    assert [each.id for each in sofa(text).asked if each.kind == "known"] == expected


def test_which_of_two_things_is_so_is_no_choice():
    said = "I can't get into my room without a card."
    asked = read("are you stuck out on the street or is it only that they want to see a card", said).asked
    assert "choice" not in {each.kind for each in asked}


@pytest.mark.parametrize("text", ["so you could be a bit more patient", "thursday it is then", "well that is that"])
def test_a_statement_asks_nothing(text):
    assert not read(text, "I've been waiting for two weeks.").asked


def test_what_must_not_be_promised_is_told_from_everything_else():
    rows = [(name, promise == "false", text) for name, promise, text in table("promises.tsv")]
    found = [
        (real, any(each.standing == "forbidden" for each in read(text, reader=of(name)).offers))
        for name, real, text in rows
    ]
    assert f1(found.count((True, True)), found.count((True, False)), found.count((False, True))) >= LEAST_PROMISES


def test_harm_is_likelier_the_harsher_a_turn_is():
    read = Understanding({}).read
    kind, blunt, harsh = (
        read(text.split(), context=("I waited in all day!",)).harm
        for text in (
            "i am so sorry you waited all day for nothing that is our fault",
            "well you should have rung us first then shouldn't you",
            "that's your own fault for not reading the email you people never do",
        )
    )
    assert kind is not None
    assert blunt is not None
    assert harsh is not None
    assert kind < 0.3 < blunt
    assert 0.3 < harsh


def test_a_fault_taken_on_oneself_makes_no_harm_likely():
    mine = Understanding({}).read("no that one's my fault i got it wrong".split()).harm
    yours = Understanding({}).read("no that one's your fault you got it wrong".split()).harm
    assert mine is not None
    assert yours is not None
    assert mine < yours


@pytest.mark.parametrize(
    ("case", "said", "text", "act", "expected"),
    [
        (
            "cancelled-flight",
            "You cancelled my flight! To Lisbon! With a text at five in the morning!",
            "so we cancelled your flight to lisbon by text at five in the morning and your best friend gets married "
            "there tomorrow that is heartbreaking tell me what else",
            "solution",
            False,
        ),
        (
            "missing-sofa",
            "Nobody rang me!",
            "you had nobody ring you so by six tonight you will hear from us",
            "timeline",
            True,
        ),
    ],
)
def test_the_story_said_back_is_no_remedy_and_what_is_to_come_is_one(case, said, text, act, expected):
    read = understanding_of(load_scenario(case)).read(tuple(text.split()), context=(said,))
    assert (act in {each.act for each in read.acts}) is expected


def test_a_harmful_act_is_named_only_in_a_turn_that_is_likely_to_do_harm():
    low = dataclasses.replace(shipped_bars(), tags={**shipped_bars().tags, **dict.fromkeys(HARMS, 0.01)})
    doubtful = "right well we all have our crosses to bear".split()
    found = Understanding({}, bars=low).read(tuple(doubtful))
    assert found.harm < NAMED
    assert not {act.act for act in found.acts} & set(HARMS)
    plain = Understanding({}).read(tuple("oh shut up you stupid idiot".split()))
    assert plain.harm >= NAMED
    assert "hostility" in {act.act for act in plain.acts}


@pytest.mark.parametrize("scenario", list_scenarios())
def test_no_words_of_a_scenario_s_own_for_what_must_not_be_promised_count_as_a_refusal(scenario):
    forbidden = sentences_of(load_scenario(scenario))["forbid"]
    understanding = Understanding({"forbid": forbidden})
    for name, texts in forbidden.items():
        for text in texts:
            words = text.split()
            assert not understanding._declined(words, Clause(0, len(words) - 1, 1.0), name), text

"""What the customer answers, given a right reading: questions, choices, summaries, offers, holds, asides, goodbyes."""

import re
from collections import defaultdict

import pytest
import yaml

from simulator.clock import Span, from_ms
from simulator.customer.answering import TELLS
from simulator.customer.caller import Caller
from simulator.customer.scenario import list_scenarios, load_scenario
from simulator.customer.temper import BANKS
from simulator.datafile import data_folder
from simulator.events import Act, ActsRead, Asked, Heard, LineEnded, LineStarted, Mention, Offered
from simulator.ports import Say
from simulator.understanding.tags import QUESTION_KINDS

pytestmark = pytest.mark.unit
SCENARIOS = list_scenarios()
AT = {"first": 0, "last": 0, "strength": 1.0}


class Call:
    """A call in which each turn of the trainee is a reading, and nothing is read from words."""

    def __init__(self, scenario, seed=1, anger=None, allow_abuse=False):
        self.story = load_scenario(scenario)
        self.caller = Caller(self.story, seed=seed, allow_abuse=allow_abuse)
        self.character = self.caller._character
        if anger is not None:
            self.character.mood._lasting = float(anger)
        self.at, self.said, self.ended = 0, [], None

    def hears(self, *acts, facts=(), offers=(), asks=(), words=9, farewell=False, **more):
        """Take in one turn and return the lines (`Say`) that answer it.

        A question is "kind", "kind:its words" or the id of a known one after "=".
        """
        self.at += from_ms(4000)
        span = Span(self.at - from_ms(4000), self.at)
        heard = Heard(at=self.at, utterance=0, span=span, text="x " * words, words=())
        read = ActsRead(
            at=self.at,
            utterance=0,
            span=span,
            acts=tuple(Act(act=act, rule="by-hand", words=f"{act} {self.at}", **AT) for act in acts),
            facts=tuple(Mention(id=fact, words=fact, **AT) for fact in facts),
            offers=tuple(self._offer(offer) for offer in offers),
            asked=tuple(self._asked(question) for question in asks),
            farewell=farewell,
            **more,
        )
        self.caller.notice(heard)
        self.caller.notice(read)
        lines, move = [], self.caller.move(self.at, "turn", heard=heard, acts=read.acts)
        while isinstance(move, Say):
            lines.append(move)
            self._says(move)
            if move.outcome or not move.more:
                self.ended = move.outcome
                break
            move = self.caller.move(self.at, "continue", heard=None, acts=())
        self.said += lines
        return lines

    def _offer(self, name):
        if not name:
            return Offered(id="", standing="unknown", words="x", **AT)
        name, hedged = name.removesuffix("?"), name.endswith("?")
        standing = "allowed" if name in self.story.briefing.may_offer else "forbidden"
        return Offered(id=name, standing=standing, words=name, hedged=hedged, **AT)

    def _asked(self, question):
        if isinstance(question, Asked):
            return question
        if question.startswith("="):
            return Asked(id=question[1:], kind="known", words=question[1:], **AT)
        kind, _, words = question.partition(":")
        return Asked(id="", kind=kind, words=words or kind, **AT)

    def _says(self, say):
        start, self.at = self.at, self.at + from_ms(3000)
        line = {"line": 0, "id": say.id, "purpose": say.purpose, "text": say.text, "band": say.band}
        self.caller.notice(LineStarted(at=start, stop=self.at, **line))
        self.caller.notice(LineEnded(at=self.at, line=0, span=Span(start, self.at), completed=True, said=say.text))

    def listened(self):
        """Let the whole story be told to a trainee who listens."""
        self.hears("greeting")
        for _ in range(6):
            if self.character.unsaid():
                self.hears("reflection", "empathy", "open_question", facts=list(self.story.facts)[:1])
        return self

    def forgiving(self):
        """As `listened`, with an apology and somebody who takes it on."""
        self.listened()
        self.hears("apology", "ownership")
        return self

    def best(self):
        """Return the offer they want most that the agent may give."""
        offers, story = self.story.briefing.may_offer, self.story
        met = story.needs["given_a_solution"].met_by
        return next((o for o in story.wants if o in met and offers[o].by == "agent"), None)


def purposes(lines):
    return [line.purpose for line in lines]


def texts(lines):
    return [line.text for line in lines]


def of(kind, call):
    return {
        call.character.repertoire.fill(text) for lines in call.character.repertoire._sets[kind] for text, _ in lines
    }


# ---- questions


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_question_of_the_story_gets_its_answer(name):
    story = load_scenario(name)
    for known in [answer.id for answer in story.answers] + list(story.caller.details):
        call = Call(name).listened()
        lines = call.hears("clarifying_question", asks=[f"={known}"])
        assert lines[-1].text in of(f"answer:{known}", call), (known, texts(lines))
        assert purposes(lines[:-1]) in ([], ["asked_twice"])


@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("kind", [kind for kind in QUESTION_KINDS if kind.startswith("?")])
@pytest.mark.parametrize("name", SCENARIOS)
def test_what_the_story_does_not_know_is_answered_by_kind_and_the_same_each_time(name, kind, told):
    call = Call(name)
    call.listened() if told else call.hears("greeting")
    first = call.hears("clarifying_question", asks=[f"{kind}:the same words"])
    if not told and f"unknown_{kind[1:]}" in TELLS:
        assert first[0].purpose == "vent"  # the rest of the story is the better answer
        return
    assert first[0].text in of(f"answer_unknown_{kind[1:]}", call)
    call.hears("clarifying_question", asks=[f"{kind}:other words"])
    again = call.hears("clarifying_question", asks=[f"{kind}:the same words"])
    assert again[0].text == first[0].text


@pytest.mark.parametrize("name", SCENARIOS)
def test_two_known_questions_are_both_answered_and_of_unknown_ones_the_last(name):
    call = Call(name).listened()
    one, two = "=name", "=phone"
    lines = call.hears("clarifying_question", asks=[one, two])
    assert lines[0].text in of("answer:name", call)
    assert lines[1].text in of("answer:phone", call) if "phone" in call.story.caller.details else lines[1:]
    unknown = call.hears("clarifying_question", asks=["?who:who is it", "?who:who else", "?when:when then"])
    assert unknown[0].text in of("answer_unknown_when", call)
    assert len(unknown) == 1  # of what they do not know, one answer is enough


@pytest.mark.parametrize("name", SCENARIOS)
def test_asked_to_repeat_they_say_the_last_line_and_nothing_else(name):
    call = Call(name)
    last = call.hears("greeting")[-1].text
    assert texts(call.hears("apology", asks=["repeat"])) == [last]
    assert texts(call.hears(asks=["repeat"])) == [last]
    call = Call(name).listened()
    answer = call.hears("clarifying_question", asks=["=name"])[-1].text
    assert texts(call.hears(asks=["repeat"])) == [answer]


def test_asked_for_it_again_nobody_is_told_that_they_had_been_told():
    call = Call("missing-sofa").listened()
    call.hears(asks=["=order"])
    assert "asked_twice" not in purposes(call.hears(asks=["=order", "repeat"]))
    assert "asked_twice" not in purposes(call.hears(asks=["=order"]))  # at once: it was not what they needed
    call.hears("acknowledgement")
    assert purposes(call.hears(asks=["=order"])) == ["asked_twice", "answer"]


@pytest.mark.parametrize("act", ["hostility", "excuse"])
def test_a_question_in_a_harmful_turn_is_answered_after_the_reaction(act):
    call = Call("missing-sofa").listened()
    lines = call.hears(act, asks=["?howmany:how many rooms"])
    assert purposes(lines) == [act, "answer"]


def test_an_abusive_caller_answers_after_an_insult():
    for turn in range(1, 5):
        call = Call("frozen-card", allow_abuse=True)
        for _ in range(turn):
            call.hears("greeting")
        assert call.hears(asks=["=name"])[-1].text in of("answer:name", call)


def test_an_invitation_to_go_on_is_answered_by_going_on():
    call = Call("missing-sofa")
    call.hears("greeting")
    assert purposes(call.hears("open_question", asks=["tell"]))[-1] == "vent"


@pytest.mark.parametrize("name", SCENARIOS)
def test_asked_how_they_are_they_say_so_and_go_on_with_the_story(name):
    lines = Call(name).hears("greeting", asks=["feel"])
    assert purposes(lines)[0] == "answer"
    assert purposes(lines)[1] == "vent"


# ---- choices, and saying back


@pytest.mark.parametrize("asks", [["choice"], ["suits"]])
@pytest.mark.parametrize("name", SCENARIOS)
def test_given_a_choice_they_choose_what_they_want_most(name, asks):
    call = Call(name, anger=45).forgiving()
    offers = [o for o in call.story.wants if call.story.briefing.may_offer[o].by == "agent"][:2]
    if len(offers) < 2:
        pytest.skip("only one offer of the agent's own")
    call.hears("consult")
    lines = call.hears("options", "solution", offers=offers[::-1], asks=asks)
    assert lines[0].text in of(f"choice:{offers[0]}", call)
    assert "press_agreed" not in purposes(lines)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_choice_asked_a_turn_later_is_among_what_was_offered_and_one_of_nothing_known_is_taken_as_it_comes(name):
    call = Call(name, anger=45).forgiving()
    call.hears("consult")
    offers = [o for o in call.story.wants if call.story.briefing.may_offer[o].by == "agent"][:2]
    call.hears("options", "solution", offers=offers)
    assert call.hears(asks=["choice"])[0].text in of(f"choice:{offers[0]}", call)
    other = Call(name).listened()
    assert other.hears(asks=["choice:by phone or by letter"])[0].text in of("answer_which", other)


@pytest.mark.parametrize("name", SCENARIOS)
def test_asked_whether_they_understood_they_say_back_what_was_offered(name):
    story = load_scenario(name)
    assert set(story.says_back) == set(story.briefing.may_offer)
    for offer in story.briefing.may_offer:
        call = Call(name, anger=45).forgiving()
        call.hears("consult")
        call.hears("solution", offers=[offer])
        assert call.hears(asks=["understood"])[0].text in of(f"back:{offer}", call)
    nothing = Call(name).listened()
    assert nothing.hears(asks=["understood"])[0].text in of("understood_yes", nothing)


# ---- what was given is not asked for

SERVES = {
    "understood": ["empathy"],
    "apologised_to": ["apology"],
    "taken_responsibility_for": ["ownership"],
    "told_what_happens_next": ["next_steps"],
    "given_a_solution": ["solution"],
}


@pytest.mark.parametrize("harmful", [False, True])
@pytest.mark.parametrize("need", SERVES)
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_need_that_was_just_served_is_not_pressed_in_the_answer(name, need, harmful):
    call = Call(name).listened()
    offers = [call.best() or ""] if need == "given_a_solution" else []
    acts = [*SERVES[need], *(["excuse"] if harmful else [])]
    lines = call.hears(*acts, offers=offers)
    pressed = {"press_better_apology", "press_apologised_to"} if need == "apologised_to" else {f"press_{need}"}
    assert not pressed & set(purposes(lines)), texts(lines)


@pytest.mark.parametrize("name", SCENARIOS)
def test_told_the_next_step_they_never_ask_for_it(name):
    call = Call(name).forgiving()
    call.hears("next_steps")
    for _ in range(8):
        call.hears("gratitude")
    assert "press_told_what_happens_next" not in purposes(call.said)


@pytest.mark.parametrize("name", [name for name in SCENARIOS if Call(name).best()])
def test_what_was_offered_too_early_counts_once_they_feel_heard(name):
    call = Call(name)
    call.hears("greeting")
    call.hears("consult")
    call.hears("solution", "next_steps", offers=[call.best()])
    for _ in range(7):
        call.hears("reflection", "empathy", "open_question")
    call.hears("apology", "ownership")
    for _ in range(3):
        call.hears("gratitude")
    assert not {"press_given_a_solution", "press_told_what_happens_next"} & set(purposes(call.said))


@pytest.mark.parametrize("name", [name for name in SCENARIOS if Call(name).best()])
def test_a_solution_asked_about_is_answered_yes_or_with_what_is_missing(name):
    call = Call(name, anger=45).listened()
    call.hears("consult")
    lines = call.hears("solution", "check_agreement", offers=[call.best()], asks=["suits"])
    assert purposes(lines)[0] in ("yes_but", "still_angry", "accept", "accept_grudging")
    assert not {"press_given_a_solution", "press_agreed"} & set(purposes(lines))
    if purposes(lines)[0] == "yes_but":
        assert purposes(lines)[1].startswith("press_")
    done = Call(name, anger=45).forgiving()
    done.hears("consult")
    done.hears("next_steps", "timeline")
    lines = done.hears("solution", offers=[done.best()], asks=["suits"])
    assert purposes(lines) == ["accept"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_call_back_that_is_asked_about_gets_a_yes(name):
    call = Call(name).listened()
    lines = call.hears("next_steps", asks=["suits"])
    assert purposes(lines)[0] == "suits_fine"


@pytest.mark.parametrize("name", SCENARIOS)
def test_something_the_briefing_does_not_know_is_taken_as_said(name):
    call = Call(name, anger=45).forgiving()
    assert purposes(call.hears("solution", offers=[""])) == ["other_offer"]
    lines = call.hears("assurance", "acknowledgement")
    assert "given_a_solution" in call.character.needs.met
    assert "press_given_a_solution" not in purposes(lines)


def test_an_escalation_with_a_name_and_a_time_is_not_asked_to_whom():
    for name in SCENARIOS:
        for call in (Call(name), Call(name).listened()):
            call.hears("greeting")
            lines = call.hears("escalation", passed_to="my manager", call_back="within the hour")
            assert "escalation_unexplained" not in purposes(lines), name
    bare = Call("missing-sofa").listened()
    assert "escalation_unexplained" in purposes(bare.hears("escalation"))


# ---- holds, asides, idle talk, kindnesses


@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_hold_a_look_and_a_permission_get_a_short_yes(name, told):
    for acts, asks, purpose in (
        (["hold_request"], [], "hold_ok"),
        (["hold_request"], ["permission"], "hold_ok"),
        (["consult"], [], "after_consult"),
        ([], ["permission"], "answer"),
    ):
        call = Call(name)
        call.hears("greeting")
        call = call.listened() if told else call
        lines = call.hears(*acts, asks=asks)
        assert purposes(lines)[0] == purpose
        assert len(lines[0].text.split()) <= 12


def test_asked_something_and_to_hold_they_answer():
    call = Call("missing-sofa").listened()
    assert call.hears("hold_request", asks=["=order"])[0].text in of("answer:order", call)


@pytest.mark.parametrize("acts", [[], ["acknowledgement"]])
@pytest.mark.parametrize("name", SCENARIOS)
def test_thinking_aloud_after_an_answer_is_left_alone(name, acts):
    call = Call(name).listened()
    call.hears(asks=["=name"])
    before = call.caller.mood(call.at).anger
    assert purposes(call.hears(*acts, words=4)) == ["thinking"]
    assert call.caller.mood(call.at).anger <= before
    early = Call(name)
    early.hears("greeting")
    early.hears(asks=["=name"])
    assert purposes(early.hears(*acts, words=4)) == ["thinking"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_thinking_aloud_when_pressed_earns_no_reproach(name):
    call = Call(name).listened()
    call.hears("gratitude")
    assert purposes(call.said)[-1].startswith("press_")
    assert "sigh" not in purposes(call.hears(words=4))
    assert "sigh" not in purposes(call.hears("acknowledgement", words=2))


@pytest.mark.parametrize("name", SCENARIOS)
def test_idle_talk_is_met_with_a_word(name):
    call = Call(name)
    call.hears("greeting")
    assert purposes(call.hears("rapport", words=14))[0] == "small_talk"


@pytest.mark.parametrize("act", ["apology", "empathy", "reflection", "ownership"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_kindness_is_heard_while_they_still_have_more_to_tell(name, act):
    call = Call(name)
    call.hears("greeting")
    lines = call.hears(act)
    assert purposes(lines)[0] == f"after_{act}"
    if len(purposes(lines)) > 1:
        assert purposes(lines)[1] in ("vent", "abuse") or not call.character.unsaid()


def test_a_condolence_is_thanked():
    call = Call("fathers-account")
    call.hears("greeting")
    assert re.search("thank|kind", call.hears("empathy", facts=["died"])[0].text.lower())


# ---- summaries


@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_summary_is_confirmed_or_put_right(name, told):
    call = Call(name)
    call.hears("greeting")
    call = call.listened() if told else call
    fact = next(iter(call.story.facts))
    assert call.hears("reflection", facts=[fact], asks=["confirm"])[0].text in of("answer_correct", call)
    wrong = call.hears("reflection", facts=[fact, "somebody-elses"], asks=["confirm"])[0]
    assert any(wrong.text.startswith(text) for text in of("answer_wrong", call))
    assert len(wrong.text.split()) > 6  # and says how it was


# ---- the end of the call


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_goodbye_after_the_matter_is_settled_ends_the_call_warmly(name):
    call = Call(name, anger=40).forgiving()
    call.hears("consult")
    if call.best():
        call.hears("solution", "next_steps", offers=[call.best()])
        call.hears(asks=["suits"])
    else:
        manager = next(o for o, offer in call.story.briefing.may_offer.items() if offer.by == "manager")
        call.hears("escalation", "next_steps", offers=[manager])
    lines = call.hears(farewell=True, words=5)
    assert call.ended in ("won_back", "escalated")
    assert not lines[-1].text.lower().startswith(("no", "nothing"))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_goodbye_before_that_is_told_what_is_missing(name):
    call = Call(name).listened()
    lines = call.hears(farewell=True, words=5)
    assert call.ended is None
    assert purposes(lines)[0] == "closed_too_soon"
    assert purposes(lines)[1].startswith("press_")


@pytest.mark.parametrize("name", SCENARIOS)
def test_who_says_yes_but_says_yes_as_soon_as_the_rest_is_there(name):
    call = Call(name, anger=45).listened()
    if not call.best():
        pytest.skip("only a manager can settle it")
    call.hears("consult", "apology")
    call.character.mood._lasting = 45.0
    assert purposes(call.hears("solution", offers=[call.best()], asks=["suits"]))[0] == "yes_but"
    call.hears("ownership")
    call.hears("next_steps", "timeline")
    call.hears("gratitude")
    assert "press_agreed" not in purposes(call.said)
    assert "agreed" in call.character.needs.met
    assert purposes(call.hears(asks=["suits"])) == ["suits_fine"]


def test_who_has_said_yes_grudgingly_does_not_threaten_to_leave():
    call = Call("frozen-card", anger=45).forgiving()
    call.hears("solution", "next_steps", offers=["unblock"])
    call.hears(asks=["suits"])
    call.character.mood._lasting = 50.0
    lines = call.hears("feedback_request", asks=["anything"])
    assert call.ended == "unresolved"
    assert lines[0].text in of("close", call)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_sorry_after_the_yes_is_heard_and_an_offer_does_not_end_the_call(name):
    call = Call(name, anger=30).forgiving()
    manager = next(o for o, offer in call.story.briefing.may_offer.items() if offer.by == "manager")
    call.hears("escalation", "next_steps", offers=[manager])
    call.character.memory.reacted["after_apology"] = 0
    assert purposes(call.hears("apology")) == ["after_apology"]
    for _ in range(9):
        call.hears("solution", offers=[next(iter(call.story.briefing.may_offer))])
    assert call.ended is None


def test_even_an_abusive_caller_listens_to_an_offer_and_a_sorry():
    call = Call("frozen-card", allow_abuse=True)
    call.hears("greeting")
    call.hears("acknowledgement")
    assert purposes(call.hears("apology"))[0] == "after_apology"
    assert purposes(call.hears("solution", offers=["unblock"]))[0] != "abuse"


@pytest.mark.parametrize("name", SCENARIOS)
def test_anything_else_after_the_yes_is_answered_and_closes(name):
    call = Call(name, anger=40).forgiving()
    call.hears("consult")
    if not call.best():
        pytest.skip("only a manager can settle it")
    call.hears("solution", "next_steps", offers=[call.best()])
    call.hears(asks=["suits"])
    answered = call.hears("feedback_request", asks=["=name", "anything"])
    assert answered[0].text in of("answer:name", call)
    call.hears("feedback_request", asks=["anything"])
    assert call.ended == "won_back"


# ---- lines

TURNS = (
    {"acts": ["gratitude"]},
    {"acts": ["acknowledgement"], "words": 3},
    {"acts": ["rapport"], "words": 12},
    {"acts": ["empathy", "reflection"]},
    {"acts": ["excuse"]},
    {"acts": ["hold_request"]},
    {"acts": [], "asks": ["suits"]},
    {"acts": ["feedback_request"], "asks": ["anything"]},
    {"acts": [], "asks": ["there"]},
    {"acts": [], "asks": ["permission"]},
    {"acts": ["next_steps"], "asks": ["confirm"]},
)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", SCENARIOS)
def test_in_a_call_of_twenty_five_turns_no_line_is_said_twice(name, seed):
    call = Call(name, seed=seed)
    call.character.patience = 99
    call.hears("greeting")
    for number in range(24):
        mood = call.character.mood
        mood._lasting, mood._passing, mood.lost = min(75.0, max(45.0, mood._lasting)), 0.0, False
        call.hears(
            *TURNS[number % len(TURNS)]["acts"], **{k: v for k, v in TURNS[number % len(TURNS)].items() if k != "acts"}
        )
    said = texts(call.said)
    assert len(said) > 24
    assert [text for text in said if said.count(text) > 1] == []


def everything_said():
    """Yield (who says it, text) for every line of every bank and scenario."""
    for path in sorted(BANKS.glob("*.yaml")):
        for lines in (yaml.safe_load(path.read_text(encoding="utf-8")).get("lines") or {}).values():
            yield from ((path.stem, text) for text in strings(lines))
    for path in sorted(data_folder("scenarios").glob("*/scenario.yaml")):
        story = yaml.safe_load(path.read_text(encoding="utf-8"))
        parts = [
            story["caller"]["details"],
            story.get("lines", {}),
            story.get("choices", {}),
            story.get("says_back", {}),
        ]
        parts += [
            [part["say"] for part in story["vents"] + story["answers"]],
            [v.get("abuse", []) for v in story["vents"]],
        ]
        parts += [[(need or {}).get("press", []) for need in story["needs"].values()]]
        parts += [[ending["say"] for ending in story["endings"].values()]]
        yield from ((path.parent.name, text) for text in strings(parts))


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


def test_no_two_characters_share_a_line_and_numbers_are_words():
    by_text = defaultdict(set)
    for who, text in everything_said():
        assert not re.search(r"\d", text), (who, text)
        by_text[" ".join(re.findall(r"[\w']+", text.lower()))].add(who)
    assert len(by_text) > 2500
    assert {text: sorted(who) for text, who in by_text.items() if len(who) > 1} == {}

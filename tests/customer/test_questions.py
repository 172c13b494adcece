"""What the customer answers: every question to the point, none with silence, and the same question the same way."""

import pytest
from talking import Talk

from simulator.customer.caller import Caller
from simulator.customer.scenario import list_scenarios, load_scenario
from simulator.customer.temper import load_questions
from simulator.events import Act, Asked
from simulator.understanding.tags import QUESTION_KINDS

pytestmark = pytest.mark.unit
STORIES = {name: load_scenario(name) for name in list_scenarios()}
UNKNOWN = [kind for kind in QUESTION_KINDS if kind.startswith("?")]
OWN = [(name, answer.id) for name, story in STORIES.items() for answer in story.answers]
DETAILS = [(name, detail) for name, story in STORIES.items() for detail in story.caller.details]


def told(scenario, seed=1):
    """A customer who has told the whole story."""
    done = Talk(Caller(STORIES[scenario], seed=seed, allow_abuse=False)).trainee("hello", "greeting")
    for _ in range(2):
        done.trainee("please go on and tell me everything i see", "open_question", "reflection")
    assert not done.caller._character.unsaid()
    return done


def ask(done, question, *marks):
    """Return the lines that answer `question`."""
    before = len(done.lines)
    done.trainee(question, *marks)
    return done.lines[before:]


SUMMED_UP = "answer_correct"
"""What confirms a summary."""


def ids(lines):
    return [line.id.split("/")[0] for line in lines]


@pytest.mark.parametrize(("scenario", "answer"), OWN + DETAILS)
def test_a_question_of_the_story_is_answered_from_it(scenario, answer):
    lines = ask(told(scenario), "and what about that", "clarifying_question", f"ask:{answer}")
    assert f"answer:{answer}" in ids(lines)


@pytest.mark.parametrize("scenario", STORIES)
@pytest.mark.parametrize("question", load_questions().usual)
def test_every_caller_has_an_answer_to_the_usual_questions(scenario, question):
    done = told(scenario)
    lines = ask(done, "and what about that", "clarifying_question", f"ask:{question}")
    assert (SUMMED_UP if question == "correct" else f"answer:{question}") in ids(lines)


@pytest.mark.parametrize("scenario", STORIES)
@pytest.mark.parametrize("detail", load_questions().details)
def test_a_detail_is_given_or_said_to_be_on_file(scenario, detail):
    lines = ask(told(scenario), "and the detail", "clarifying_question", f"ask:{detail}")
    details = STORIES[scenario].caller.details
    number = next((name for name in ("order", "account") if name in details), None)
    expected = detail if detail in details else number if detail in ("order", "account") and number else "on_file"
    expected = "when_suits" if detail == "callback_time" and expected == "on_file" else expected
    own = {answer.id for answer in STORIES[scenario].answers}
    assert f"answer:{detail if detail in own else expected}" in ids(lines)


@pytest.mark.parametrize("scenario", STORIES)
@pytest.mark.parametrize("kind", UNKNOWN)
def test_what_the_story_does_not_know_is_answered_by_kind_and_the_same_each_time(scenario, kind):
    done = told(scenario)
    first = ask(done, "what about your neighbour", kind)
    assert first[0].purpose == "answer"
    assert ids(first)[0] == f"answer_unknown_{kind[1:]}"
    ask(done, "and the other neighbour", kind)
    again = ask(done, "what about your neighbour", kind)
    assert again[0].text == first[0].text


@pytest.mark.parametrize("scenario", STORIES)
@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("there", "still_there"),
        ("permission", "go_ahead"),
        ("confirm", "correct"),
        ("feel", "how_feel"),
        ("tell", "tell_more"),
    ],
)
def test_every_caller_answers_the_other_kinds(scenario, kind, answer):
    expected = SUMMED_UP if answer == "correct" else f"answer:{answer}"
    assert expected in ids(ask(told(scenario), "well and is it so", kind))


@pytest.mark.parametrize("scenario", STORIES)
def test_asked_to_repeat_they_say_the_last_line_again(scenario):
    done = told(scenario)
    last = done.lines[-1].text
    lines = ask(done, "sorry what was that", "repeat")
    assert (lines[0].purpose, lines[0].text.endswith(last)) == ("repeat", True)


def test_asked_whether_they_understood_they_say_so():
    assert "understood_yes" in ids(ask(told("missing-sofa"), "does that make sense so far", "understood"))


@pytest.mark.parametrize("scenario", STORIES)
def test_given_a_choice_they_choose_what_the_story_says_they_want_most(scenario):
    offers = [name for name in STORIES[scenario].wants if STORIES[scenario].briefing.may_offer[name].by == "agent"]
    for pair in (offers[:2], offers[:2][::-1]):
        lines = ask(told(scenario), "this or that", "consult", "options", *(f"offer:{name}" for name in pair), "choice")
        assert f"choice:{offers[0]}" in ids(lines)


def test_who_has_one_number_gives_it_by_whatever_name_it_is_asked_for():
    assert "answer:order" in ids(ask(told("missing-sofa"), "your account number", "clarifying_question", "ask:account"))
    assert "answer:account" in ids(ask(told("wrong-bill"), "the order number", "clarifying_question", "ask:order"))


def test_two_questions_of_one_turn_are_both_answered():
    lines = ask(told("missing-sofa"), "which floor is it and when are you in", "ask:stairs", "ask:home-when")
    assert ids(lines)[:2] == ["answer:stairs", "answer:home-when"]


def test_a_courtesy_gives_way_to_the_question_behind_it():
    lines = ask(told("missing-sofa"), "may i ask which floor it is", "permission", "ask:stairs")
    assert ids(lines)[0] == "answer:stairs"


def test_asking_leave_to_hold_is_no_question_to_answer():
    lines = ask(told("missing-sofa"), "may i put you on hold", "hold_request", "permission")
    assert [line.purpose for line in lines] == ["hold_ok"]


def test_whether_it_suits_and_whether_anything_is_left_are_no_questions_of_fact():
    for kind, act in (("suits", "check_agreement"), ("anything", "feedback_request")):
        assert "answer" not in [line.purpose for line in ask(told("missing-sofa"), "so then", act, kind)]


def test_a_question_in_the_middle_of_the_story_is_answered_before_the_story_goes_on():
    done = Talk(Caller(STORIES["missing-sofa"], seed=1)).trainee("hello", "greeting")
    lines = ask(done, "where is your shop", "clarifying_question", "?where")
    assert [line.purpose for line in lines] == ["answer"]
    later = ask(done, "right i see that", "acknowledgement") + ask(done, "go on please", "acknowledgement")
    assert "vent" in [line.purpose for line in later]


def test_anything_else_before_the_story_is_over_invites_the_rest_of_it():
    done = Talk(Caller(STORIES["missing-sofa"], seed=1)).trainee("hello", "greeting")
    lines = ask(done, "is there anything else i should know before i look into it", "feedback_request", "tell")
    assert "closed_too_soon" not in [line.purpose for line in done.lines]
    assert lines[0].purpose == "vent"


def test_a_question_of_the_story_that_is_in_doubt_is_asked_back_once_and_then_answered():
    done = told("missing-sofa")
    doubtful = Asked(id="stairs", kind="?what", words="and the way up", first=0, last=3, strength=0.9)
    assert ids(done.read_as("and the way up", asked=(doubtful,))) == ["answer:how_mean"]
    assert ids(done.read_as("the way up to you", asked=(doubtful,))) == ["answer:stairs"]


def test_which_of_two_things_is_so_is_not_answered_as_a_choice():
    assert ids(ask(told("missing-sofa"), "is it the box or the van", "?either")) == ["answer_unknown_either"]


def test_when_it_would_suit_with_nothing_proposed_is_answered():
    done = told("missing-sofa")
    asked = Asked(id="home-when", kind="suits", words="which day suits you", first=0, last=3, strength=1.0)
    assert ids(done.read_as("which day suits you", asked=(asked,)))[0] == "answer:home-when"


def test_asked_again_less_surely_they_answer_without_a_reproach():
    done = told("missing-sofa")
    asked = Asked(id="which-day", kind="known", words="which day", first=0, last=1, strength=0.6)
    assert ids(done.read_as("which day", asked=(asked,))) == ["answer:which-day"]


@pytest.mark.parametrize(("strength", "thanked"), [(0.7, False), (0.9, True)])
def test_a_kindness_is_thanked_for_only_where_it_was_surely_read(strength, thanked):
    done = told("silent-landline")
    act = Act(act="empathy", rule="test", words="oh dear me", first=0, last=2, strength=strength)
    lines = done.read_as("oh dear me that is a pity", acts=(act,))
    assert ("after_empathy" in [line.purpose for line in lines]) == thanked


def test_whether_it_is_right_is_said_beside_an_answer_and_of_four_questions_three_are_answered():
    done = told("missing-sofa")
    lines = ask(done, "is that right and which floor is it", "confirm", "ask:stairs")
    assert ids(lines)[:2] == ["answer_correct", "answer:stairs"]
    many = [f"ask:{name}" for name in ("order", "email", "phone", "address")]
    assert [line.purpose for line in ask(done, "and four things more", *many)].count("answer") == 3


def test_a_question_beside_a_proposal_is_answered_and_the_proposal_met():
    done = told("missing-sofa").trainee("i see that is awful", "empathy", "reflection", "ownership", "apology")
    lines = ask(done, "saturday and which floor is it", "solution", "timeline", "offer:saturday", "ask:stairs", "suits")
    assert lines[0].purpose == "answer"
    assert len(lines) > 1
    assert lines[1].purpose not in ("answer", "vent")


def test_a_question_beside_a_handover_is_not_lost_and_nobody_is_blamed_for_asking_again():
    done = told("fathers-account").trainee("i am so sorry", "apology", "empathy", "reflection", "ownership")
    manager = next(o for o, offer in STORIES["fathers-account"].briefing.may_offer.items() if offer.by == "manager")
    lines = ask(done, "she can and who is it", "escalation", "next_steps", f"offer:{manager}", "ask:undertaker")
    assert lines[0].purpose == "accept_escalation"
    assert ids(lines)[1] == "answer:undertaker"


def test_a_question_in_doubt_gives_way_to_whether_it_suits():
    done = told("missing-sofa")
    doubtful = Asked(id="stairs", kind="?what", words="and the way", first=0, last=2, strength=0.9)
    suits = Asked(id="", kind="suits", words="does that suit", first=3, last=5, strength=0.9)
    act = Act(act="solution", rule="test", words="saturday", first=0, last=0, strength=1.0)
    lines = done.read_as("and the way does that suit", acts=(act,), asked=(doubtful, suits))
    assert "answer:how_mean" not in ids(lines)

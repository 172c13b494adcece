"""How the customer's answers hang together: what gives way to a proposal, what is left open, how much is said."""

import dataclasses

import pytest

from tests.customer.test_answers import Call, of, purposes

pytestmark = pytest.mark.unit


def test_an_offer_that_is_left_open_is_no_way_out_and_is_said_to_be_a_guess():
    call = Call("missing-sofa").forgiving()
    lines = call.hears("solution", offers=["saturday?"])
    assert "guessed" in purposes(lines)
    assert "given_a_solution" in call.character.needs.open
    sure = Call("missing-sofa").forgiving()
    assert "guessed" not in purposes(sure.hears("solution", offers=["saturday"]))
    assert "given_a_solution" in sure.character.needs.met


@pytest.mark.parametrize("act", ["consult", "hold_request", "follow_up"])
def test_an_offer_that_somebody_will_be_asked_about_is_no_guess(act):
    lines = Call("missing-sofa").forgiving().hears("solution", act, offers=["saturday?"])
    assert "guessed" not in purposes(lines)


def test_beside_a_way_out_what_they_do_not_know_is_not_answered():
    call = Call("missing-sofa").forgiving()
    lines = call.hears("solution", "clarifying_question", offers=["saturday"], asks=["?yesno:is that too early"])
    assert lines
    assert "answer" not in purposes(lines)
    later = call.hears("clarifying_question", asks=["?yesno:is there a bell"])
    assert later[0].text in of("answer_unknown_yesno", call)


def test_who_has_chosen_one_way_out_answers_what_is_offered_on_top():
    call = Call("missing-sofa").forgiving()
    call.hears("options", "solution", offers=["saturday", "friday_evening"], asks=["choice:which"])
    lines = call.hears("solution", offers=["saturday", "team_lead"], asks=["choice:shall priya ring or not"])
    assert lines[0].text in of("choice:team_lead", call)


def test_which_of_an_offer_and_something_else_is_a_choice_and_gets_no_yes():
    call = Call("missing-sofa").forgiving()
    asked = ["suits:is saturday right for you or shall we wait"]
    lines = call.hears("check_agreement", "solution", offers=["saturday"], asks=asked)
    assert lines[0].text in of("choice:saturday", call)
    call = Call("missing-sofa").forgiving()
    lines = call.hears("check_agreement", "solution", offers=["saturday"], asks=["suits:is saturday all right or not"])
    assert lines[0].text not in of("choice:saturday", call)


@pytest.mark.parametrize("name", ["missing-sofa", "moved-scan", "wrong-bill", "cancelled-flight"])
def test_three_lines_answer_a_turn_however_much_was_in_it(name):
    call = Call(name).listened()
    asks = ["=name", "=phone", "=order", "suits:is that all right"]
    assert len(call.hears("apology", "ownership", "solution", offers=[call.best()], asks=asks)) <= 3


def test_asked_something_unclear_and_whether_it_is_right_they_say_whether_it_is_right():
    call = Call("missing-sofa").listened()
    doubtful = dataclasses.replace(call._asked("?what:and the way up"), id="stairs")
    lines = call.hears("clarifying_question", asks=[doubtful, "confirm:have i got that right"])
    assert [line.id.split("/")[0] for line in lines] == ["answer_correct"]


def test_asked_to_say_more_in_the_middle_of_the_story_they_tell_it():
    call = Call("frozen-card", allow_abuse=True)
    for _ in range(4):
        assert "answer_tell_more" not in [line.id.split("/")[0] for line in call.hears("open_question", asks=["tell"])]
        if not call.character.unsaid():
            break


def test_when_the_way_out_has_no_time_they_ask_for_it():
    call = Call("lost-reports").forgiving()
    pressed = []
    for _ in range(3):
        pressed += purposes(call.hears("solution", "consult", offers=["corrected_build"]))
    assert "press_told_what_happens_next" in pressed


def test_talked_over_they_still_finish_what_they_were_saying_however_much_was_said_before():
    call = Call("missing-sofa")
    call.hears("greeting")
    call.character.memory.went_on = 3
    call.caller.move(call.at, "cut_off", heard=None, acts=())
    assert call.character.memory.went_on == 0


def test_an_offer_that_was_sure_before_is_no_guess_when_it_is_said_again_with_a_hedge():
    call = Call("missing-sofa").forgiving()
    call.hears("solution", offers=["saturday"])
    assert "guessed" not in purposes(call.hears("solution", offers=["saturday?"]))

"""What a reason says is so, and what it quotes is what decided: the faults that playtests found, by kind."""

import pytest

from tests.scoring.made_call import SOFA, MadeCall
from tests.scoring.test_rules import found, vented

pytestmark = pytest.mark.unit
FOLLOW_UP = {"acts": ["follow_up"], "parts": {"when": ["call_back", "timeline"]}, "partly": 0}


def test_the_first_clear_remark_is_quoted_and_not_a_doubtful_one():
    call = vented().trainee("corvin okay i write it", "apology", strength=0.5).customer("so")
    call.trainee("i am so sorry that nobody rang", "apology").customer("right")
    call.trainee("sorry again for all of the trouble", "apology")
    reason = found(call, "acts_present", acts=["apology"]).reason
    assert reason.startswith("There were 3 apologies, such as “i am so sorry that nobody rang” at")


def test_a_long_clause_is_quoted_with_its_end():
    words = "said what oh lord i was not having a go at you the cake never went on the van that is all on us"
    reason = found(vented().trainee(words, "ownership"), "acts_present", acts=["ownership"]).reason
    assert "“said what oh lord i was not having … is all on us”" in reason


@pytest.mark.parametrize(("early", "late", "expected"), [(0, 2, "partly"), (1, 2, "met"), (1, 0, "met")])
def test_many_late_ones_never_make_up_for_an_early_one(early, late, expected):
    call = vented()
    if early:
        call.trainee("i apologise that nobody rang", "apology").customer("yes")
    call.trainee("it comes on saturday", "solution").customer("fine")
    for what in ("the wait", "the noise")[:late]:
        call.trainee(f"sorry about {what}", "apology").customer("yes")
    grade = found(call, "acts_present", acts=["apology"], at_least=1, partly=0.5, late=0.5)
    assert grade.status == expected
    assert grade.share == (0.5 if expected == "partly" else 1)
    assert ("one in time would have met it" in grade.reason) is (expected == "partly")


def test_a_question_read_as_whether_anything_is_left_counts_where_no_act_says_so():
    call = vented().trainee("is there anything further you would need", "anything").customer("no")
    asked = found(call, "acts_present", acts=["feedback_request"], asks="anything")
    assert asked.status == "met"
    assert "“is there anything further you would need”" in asked.reason
    assert found(call, "acts_present", acts=["feedback_request"]).status == "missed"


def test_partly_met_wins_something():
    call = vented().trainee("when it lands you ring me back", "follow_up")
    grade = found(call, "act_says", **FOLLOW_UP)
    assert (grade.status, grade.share) == ("partly", 0.5)
    call.trainee("i will ring you at six", "follow_up", "timeline")
    grade = found(call, "act_says", **FOLLOW_UP)
    assert (grade.status, grade.share) == ("met", 1)


def test_the_words_that_say_a_part_are_evidence():
    call = vented().trainee("owen will see to it he rings you at six today", ("timeline", "he rings you at six"))
    call.customer("so").trainee("i will ring you before six tonight", ("follow_up", "i will ring"), "timeline")
    shown = found(call, "act_says", **FOLLOW_UP).evidence
    assert [(each.measure, each.words) for each in shown if each.measure == "when"] == [
        ("when", "i will ring you before six tonight")
    ]


def test_a_remark_that_is_two_acts_is_one_remark():
    call = vented()
    for what in ("the wait", "the noise", "the dust"):
        call.trainee(f"i am so sorry about {what}", "apology", "empathy").customer("yes")
    reason = found(call, "not_repeated", acts=["apology", "empathy"]).reason
    assert reason == "Among 3 such remarks, no wording came more than once."


def test_harm_takes_a_step_off_however_much_suited():
    call = vented().trainee("let me see to it", "ownership").customer("so").trainee("saturday then", "solution")
    call.customer("so").trainee("you can choose", "options").customer("so").trainee("your own fault", "blame")
    rule = {"suits": {"dominant": ["ownership", "solution", "options"]}, "spoils": {"dominant": ["blame"]}}
    grade = found(call, "adapts_to", met=2, **rule)
    assert grade.status == "partly"
    assert grade.reason.startswith("A dominant customer is helped by")
    assert "“your own fault”" in grade.reason


def test_the_last_turn_is_looked_at_before_the_one_before_it():
    call = vented().trainee("it comes on saturday i will ring you", "follow_up").customer("good")
    call.mood(40).trainee("thank you for your patience", "gratitude").customer("bye").end()
    rule = {"acts": ["gratitude", "follow_up"]}
    assert "The last turn held “thank you for your patience”" in found(call, "warm_ending", **rule).reason
    one = vented().trainee("thank you for your patience", "gratitude").customer("good").mood(40).trainee("right").end()
    assert "The last turn but one held “thank you for your patience”" in found(one, "warm_ending", **rule).reason
    none = vented().trainee("well").customer("good").mood(40).trainee("right").end()
    assert found(none, "warm_ending", **rule).reason.startswith("The last two turns held no warm close")


def test_anger_at_the_start_is_that_before_anything_was_said():
    call = MadeCall().trainee("hello", "greeting").mood(66).customer("where is my sofa").trainee("thanks", "gratitude")
    call.mood(40).end()
    assert "anger went from 70 to 40" in found(call, "warm_ending", acts=["gratitude"]).reason


def test_the_last_of_several_summaries_counts_and_the_first_offer_is_none():
    call = vented().trainee("one moment").customer("so")
    call.trainee("it comes on saturday before noon", "solution", "offer:saturday", "timeline").customer("good")
    assert "Nothing was said after the first remedy" in found(call, "recap", met=2, partly=1).reason
    call.trainee("and the fee before noon", "solution", "offer:fee", "timeline").customer("good")
    call.trainee("so saturday before noon", "solution", "offer:saturday", "timeline").customer("fine")
    assert "“so saturday before noon”" in found(call, "recap", met=2, partly=1).reason


def test_needs_are_named_and_shown_by_the_words_that_met_them():
    call = vented().trainee("it comes on saturday", "solution").customer("good").mood(50, "given_a_solution")
    call.trainee("is the door wide enough", "clarifying_question").customer("yes")
    call.mood(40, "given_a_solution", "agreed")
    grade = found(call, "needs_met", needs=["given_a_solution", "agreed"])
    assert grade.reason == "Looked at here: a solution and to agree to it; the customer had got 2 of 2 by the end."
    assert {each.words for each in grade.evidence} == {"it comes on saturday"}


def test_dates_and_short_order_numbers_of_the_briefing_are_known():
    call = MadeCall(scenario={**SOFA, "briefing": {"open_ticket": "Order 558, due on the 9th of March."}})
    call.customer("where is it").trainee("that is order five five eight for the ninth isn't it")
    grade = found(call, "uses_briefing")
    assert grade.status == "met"
    assert {each.words for each in grade.evidence} == {
        "that is order five five eight for the ninth",
        "eight for the ninth isn't it",
    }


def test_of_a_thread_only_what_the_customer_had_not_told_is_shown():
    story = {**SOFA, "vents": [{"id": "cache", "tells": ["cache"]}]}
    story["briefing"] = {**SOFA["briefing"], "thread": ["I wrote to you about the totals."]}
    call = MadeCall(scenario=story)
    call.customer("clear your cache they said", purpose="vent:cache")
    call.trainee("the cache step is a must and the totals are wrong", ("fact:cache", "the cache step"))
    rule = {"source": "thread", "part": "opening"}
    assert found(call, "uses_briefing", **rule).status == "missed"
    call.trainee("your totals are too high", ("fact:totals", "totals are too high"))
    assert "You brought up “totals are too high” from the email thread" in found(call, "uses_briefing", **rule).reason


def test_a_sign_of_listening_is_quoted_alone_and_a_number_is_none():
    call = MadeCall().customer("it was due on tuesday and nobody came and nobody rang me", ms=9000)
    call.trainee("right so nobody came").customer("no").trainee("oh seven double nine is that the number")
    grade = found(call, "listening_signs")
    assert "one acknowledgement in answers" in grade.reason
    assert [each.words for each in grade.evidence] == ["right"]


def test_one_clause_is_one_thing_in_a_long_turn():
    call = vented()
    acts = ("empathy", "apology", "reflection", "solution", "follow_up", "timeline")
    words = ("that is hard", "i am sorry", "nobody came", *["i will post you a letter today"] * 3)
    call.trainee(
        "that is hard i am sorry nobody came i will post you a letter today and thank you for your time with us",
        *zip(acts, words, strict=True),
        ms=25_000,
    )
    score = call.score()
    assert score.case.crowded_out == ()

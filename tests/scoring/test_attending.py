"""Rules about attention and promises, and what a grave fault takes off a total."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import Span, from_seconds
from simulator.events import ActsRead, HoldEnded
from simulator.scoring.case.briefing import promise_faults
from simulator.scoring.case.from_log import case_of
from simulator.scoring.rubric import load_rubric
from tests.scoring.made_call import SOFA, MadeCall, good_call
from tests.scoring.test_rules import found, status, vented

pytestmark = pytest.mark.unit
HARMS = ["hostility", "blame", "excuse"]


def turns(harmful: int, number: int = 10) -> MadeCall:
    call = vented()
    for n in range(number):
        call.trainee(f"well that is number {n} of them", *(["excuse"] if n < harmful else [])).customer("so")
    return call


@pytest.mark.parametrize(("harmful", "expected"), [(0, "met"), (1, "partly"), (3, "partly"), (4, "missed")])
def test_turns_free_of_harm(harmful, expected):
    assert status(turns(harmful), "harmless_turns", acts=HARMS, partly=0.7) == expected


def test_the_worst_turn_is_quoted_by_the_clause_that_did_harm():
    call = turns(0).trainee("right so the thing is we are very busy", ("excuse", "we are very busy"))
    grade = found(call, "harmless_turns", acts=HARMS)
    assert "“we are very busy”" in grade.reason
    assert [each.words for each in grade.evidence] == ["we are very busy"]


def chances(*harm: float) -> MadeCall:
    call = vented()
    for n in range(len(harm)):
        call.trainee(f"well that is number {n} of them").customer("so")
    read = iter(harm)
    events = [replace(e, harm=next(read)) if isinstance(e, ActsRead) and e.utterance > 1 else e for e in call.events]
    call.events[:] = [replace(e, harm=0.1) if isinstance(e, ActsRead) and e.harm is None else e for e in events]
    return call


@pytest.mark.parametrize(("harm", "expected"), [(0.1, "met"), (0.2, "partly"), (0.6, "missed")])
def test_many_doubtful_turns_weigh_together(harm, expected):
    grade = found(chances(*[harm] * 10), "harmless_turns", acts=HARMS)
    assert grade.status == expected
    assert ("; likely “" in grade.reason) == (expected != "met")


def test_one_doubtful_turn_among_gentle_ones_costs_nothing():
    assert status(chances(0.5, *[0.1] * 9), "harmless_turns", acts=HARMS) == "met"


@given(st.lists(st.floats(0, 1), min_size=10, max_size=10), st.integers(0, 9))
def test_a_harsher_turn_never_wins_points(harm, at):
    harsher = [1.0 if n == at else each for n, each in enumerate(harm)]
    grades = [found(chances(*each), "harmless_turns", acts=HARMS) for each in (harm, harsher)]
    assert grades[1].share <= grades[0].share


def test_a_question_wants_more_than_a_sign_of_listening():
    asked = MadeCall().trainee("hello", "greeting").customer("When will it come?")
    for marks, expected in ((["offer:saturday"], "met"), (["acknowledgement"], "missed"), (["hostility"], "missed")):
        call = MadeCall(events=list(asked.events), at_ms=asked.at_ms, lines=asked.lines, utterances=asked.utterances)
        call.trainee("well on saturday then", *marks)
        assert status(call, "questions_answered") == expected


def test_a_question_is_asked_again():
    call = vented().trainee("what is the order number", "ask:order").customer("72491")
    assert status(call, "asked_again") == "met"
    call.trainee("and the order number was", "ask:order").customer("again")
    assert status(call, "asked_again") == "partly"


def test_what_a_grievance_has_told_is_not_asked():
    call = MadeCall().customer("it was due on tuesday", purpose="vent:due")
    call.scenario = {
        **SOFA,
        "vents": [{"id": "due", "tells": ["tuesday"]}],
        "answers": [{"id": "when", "tells": ["tuesday"]}, {"id": "where", "tells": ["street"]}],
    }
    call.trainee("when was it due and where", "ask:where").customer("church lane")
    assert status(call, "asked_again") == "met"
    call.trainee("when was it due", "ask:when").customer("tuesday")
    assert status(call, "asked_again") == "partly"


@pytest.mark.parametrize(
    ("over", "returned", "expected"), [(0, True, "met"), (5, True, "partly"), (0, False, "partly")]
)
def test_a_hold_ends_in_time(over, returned, expected):
    call = vented()
    call.events.append(HoldEnded(at=90_000, span=Span(50_000, 90_000), over=from_seconds(over), returned=returned))
    assert status(call, "holds_kept") == expected
    assert status(vented(), "holds_kept") == "not_applicable"


def test_a_recap_is_one_turn_of_the_second_half():
    call = vented().trainee("it comes on saturday", "offer:saturday", "timeline", "follow_up", "next_steps")
    call.customer("right").trainee("thank you").customer("well").trainee("thanks again")
    assert status(call, "recap", met=4) == "missed"
    call.customer("so").trainee(
        "saturday it is the fee is gone", "offer:saturday", "offer:fee", "timeline", "follow_up"
    )
    assert status(call, "recap", met=4) == "met"


@pytest.mark.parametrize(("beyond", "expected"), [(1, "met"), (2, "partly"), (4, "missed")])
def test_promises_beyond_the_briefing(beyond, expected):
    call = vented()
    for n in range(beyond):
        call.trainee(f"and you get cushion {n}", "solution", "offer:").customer("fine")
    assert status(call, "within_briefing") == expected


@pytest.mark.parametrize(
    ("marks", "faults"),
    [
        (["solution", "forbid:tomorrow"], 1),
        (["refusal", "forbid:tomorrow"], 0),
        (["consult", "solution", "forbid:tomorrow"], 0),
        (["empathy", "forbid:tomorrow"], 0),
        (["rapport", "forbid:tomorrow"], 1),
    ],
)
def test_a_denial_or_a_talk_with_a_colleague_is_no_promise(marks, faults):
    call = vented().trainee("it will come tomorrow", *marks)
    case = case_of(call.events, call.measured(), call.facts())
    utterance = case.utterances[-1]
    assert len(list(promise_faults(case, utterance, utterance.reading.offers[0]))) == faults


def test_an_offer_of_the_briefing_is_never_a_false_promise():
    call = vented().trainee("you get it on saturday", "solution", "offer:saturday", "forbid:tomorrow")
    assert status(call, "permitted_promises") == "met"


def test_once_early_is_more_than_once_late():
    early = vented().trainee("how upset you must be", "empathy").customer("yes").trainee("on saturday", "solution")
    late = vented().trainee("on saturday", "solution").customer("yes").trainee("how upset you must be", "empathy")
    parts = [found(call, "acts_present", acts=["empathy"], partly=0.5, late=0.5) for call in (early, late)]
    assert [(part.status, part.part) for part in parts] == [("met", 0.5), ("partly", 0.5)]


def test_an_apology_that_had_to_be_asked_for_counts_less():
    call = vented().customer("and a sorry", purpose="press_apologised_to").trainee("i apologise for it", "apology")
    judged = found(call, "acts_present", acts=["apology"], partly=0.5, late=0.5, unasked="apologised_to")
    assert judged.status == "partly"
    assert "only when it was asked for" in judged.reason


def test_words_at_the_start_of_an_answer_are_signs_of_listening():
    call = MadeCall().trainee("hello there", "greeting")
    for start in ("right", "i see", "go on"):
        call.customer("it was due on tuesday and nobody came and nobody rang me either you know").trainee(
            f"{start} then"
        )
    assert status(call, "listening_signs", met=3) == "met"


def test_somebody_who_rings_back_is_an_escalation_even_without_the_word():
    call = vented().trainee("priya rings you within the hour", "to:priya", "back:within the hour").end("escalated")
    parts = {"to whom": ["passed_to"], "what then": ["call_back"]}
    assert status(call, "act_says", acts=["escalation"], signs=["passed_to"], parts=parts) == "met"


def test_a_grave_fault_leaves_a_part_of_the_total():
    kind, rude = good_call(), good_call()
    rude.events.pop()
    for n in range(4):
        rude.customer("so").trainee(f"we are busy and that is excuse {n}", "excuse")
    score = rude.end().score()
    judged = next(each for each in score.criteria if each.criterion.id == "does-no-harm")
    won, of = sum(j.points for j in score.criteria), sum(j.of for j in score.criteria)
    assert 35 <= judged.total_kept < 100
    assert score.total == pytest.approx(judged.total_kept * won / of, abs=0.1)
    assert f"keeps only {judged.total_kept:.0f} %" in judged.reason
    assert kind.score().total > 85 > score.total
    low, high = score.range
    assert low <= score.total <= high


def test_only_grave_faults_take_a_part_of_the_total():
    grave = {each.id for each in load_rubric().criteria if each.keeps is not None}
    assert grave == {"does-no-harm", "keeps-to-the-truth"}

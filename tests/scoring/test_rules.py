"""Each rule at its bounds: the same few words, one thing changed."""

from dataclasses import replace

import numpy as np
import pytest
from pydantic import TypeAdapter

from simulator.clock import Span, from_ms, to_ms
from simulator.cues.measurement import Measure, Tracks, unmeasurable
from simulator.scoring.case.from_log import case_of
from simulator.scoring.rubric import Rule
from tests.scoring.made_call import SOFA, MadeCall

pytestmark = pytest.mark.unit
RULES = TypeAdapter(Rule)


def found(call: MadeCall, rule: str, *, measurement=None, **parameters):
    judge = RULES.validate_python({"rule": rule, **parameters})
    return judge.judge(case_of(call.events, measurement or call.measured(), call.facts()))


def status(call: MadeCall, rule: str, **parameters) -> str:
    return found(call, rule, **parameters).status


def vented() -> MadeCall:
    return (
        MadeCall()
        .trainee("hello", "greeting")
        .mood(70)
        .customer("where is my sofa it was due on tuesday and nothing came")
    )


def spoken(call: MadeCall) -> MadeCall:
    """Add enough plain talk for the absence of something to mean anything."""
    for text in ("let me have a look", "i have it here now", "right here it is then"):
        call.trainee(text).customer("so", purpose="press", ms=300)
    return call


# ---- acts


@pytest.mark.parametrize(
    ("number", "expected", "shown"),
    [
        (0, "missed", ["customer", "trainee"]),
        (1, "partly", ["trainee"]),
        (2, "met", ["trainee"] * 2),
        (3, "met", ["trainee"] * 3),
    ],
)
def test_acts_present_counts(number, expected, shown):
    call = vented()
    for feeling in ("upset", "tired", "angry")[:number]:
        call.trainee(f"i can hear how {feeling} you are", "empathy").customer("yes")
    call.trainee("right")
    result = found(call, "acts_present", acts=["empathy"], at_least=2, partly=1)
    assert result.status == expected
    assert [item.track for item in result.evidence] == shown, "the acts; where there are none, what was said instead"


def test_the_same_words_again_count_once():
    call = vented()
    for _ in range(5):
        call.trainee("i can hear how upset you are", "empathy").customer("yes")
    assert status(call, "acts_present", acts=["empathy"], at_least=2, partly=1) == "partly"


def test_acts_present_points_at_the_words():
    call = vented().trainee("well i can hear how upset you are now", ("empathy", "i can hear how upset you are"))
    item = found(call, "acts_present", acts=["empathy"]).evidence[0]
    assert item.words == "i can hear how upset you are"
    assert item.track == "trainee"
    start = call.events[-2].words[1].span.start
    assert item.span == Span(start, call.events[-2].words[7].span.stop)
    assert item.rule == "empathy-test"


@pytest.mark.parametrize(
    ("part", "expected"),
    [("anywhere", "met"), ("opening", "missed"), ("before_remedy", "missed"), ("closing", "met"), ("heated", "met")],
)
def test_acts_present_looks_only_in_its_part(part, expected):
    call = vented().trainee("i can send one on saturday", "solution").customer("and my day", band="angry")
    call.trainee("i do understand how that hurts", "empathy")
    assert status(call, "acts_present", acts=["empathy"], part=part) == expected


def test_a_late_act_is_said_to_be_late():
    call = vented().trainee("i can send one on saturday", "solution").customer("and").trainee("so sorry", "empathy")
    reason = found(call, "acts_present", acts=["empathy"], part="before_remedy").reason
    assert "it came only at" in reason


@pytest.mark.parametrize(("number", "expected"), [(0, "met"), (1, "partly"), (2, "missed")])
def test_acts_absent_counts(number, expected):
    call = spoken(vented())
    for _ in range(number):
        call.customer("what").trainee("the system is slow today", "excuse")
    assert status(call, "acts_absent", acts=["excuse"], partly=1) == expected


def test_the_absence_of_a_fault_proves_nothing_where_little_was_said():
    silent = MadeCall().customer("hello is anybody there at all")
    assert status(silent, "acts_absent", acts=["excuse"]) == "not_applicable"
    silent.trainee("um").customer("hello").trainee("yes").customer("well").trainee("right")
    for rule, parameters in (("acts_absent", {"acts": ["excuse"]}), ("turn_length", {}), ("vents_finished", {})):
        assert status(silent, rule, **parameters) == "not_applicable"
    assert status(spoken(silent), "acts_absent", acts=["excuse"]) == "met"


@pytest.mark.parametrize(("number", "expected"), [(0, "not_applicable"), (2, "met"), (3, "partly"), (5, "missed")])
def test_too_many_of_a_good_thing(number, expected):
    call = vented().trainee("hm")
    for _ in range(number):
        call.customer("what").trainee("sorry", "apology")
    assert status(call, "acts_absent", acts=["apology"], allowed=2, partly=3) == expected


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([("empathy",), ("solution",)], "met"),
        ([("solution",), ("empathy",)], "missed"),
        ([("solution",)], "missed"),
        ([("empathy",)], "not_applicable"),
    ],
)
def test_order_across_turns(turns, expected):
    call = vented()
    for acts in turns:
        call.trainee("one two three", *acts).customer("so")
    assert status(call, "acts_in_order", first=["empathy"], then=["solution"]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("poor you i will send it", "met"), ("i will send it poor you", "partly")],
)
def test_order_within_a_turn(text, expected):
    call = vented().trainee(text, ("empathy", "poor you"), ("solution", "i will send it"))
    assert status(call, "acts_in_order", first=["empathy"], then=["solution"]) == expected


PARTS = {"who": ["passed_to", "ownership"], "how": ["fact", "offer"], "when": ["call_back", "timeline"]}


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        (["to:priya", "offer:saturday", "back:on friday"], "met"),
        (["ownership", "fact:day_off", "timeline"], "met"),
        (["to:priya", "fact:day_off"], "partly"),
        (["to:priya", "ownership"], "missed"),
        ([], "missed"),
    ],
)
def test_act_says_its_parts(signs, expected):
    call = vented().trainee("somebody will ring you", "follow_up", *signs)
    assert status(call, "act_says", acts=["follow_up"], parts=PARTS, partly=2) == expected


def test_act_says_looks_at_the_best_of_several():
    call = vented().trainee("somebody rings", "follow_up").customer("so")
    call.trainee("priya rings you on friday", "follow_up", "to:priya", "back:on friday")
    assert status(call, "act_says", acts=["follow_up"], parts=PARTS, partly=2) == "partly"


def test_act_says_names_what_is_lacking():
    call = vented().trainee("i will ring you", "follow_up", "to:i")
    parts = {"who": ["passed_to"], "when": ["call_back"]}
    assert "says who but not when" in found(call, "act_says", acts=["follow_up"], parts=parts).reason


@pytest.mark.parametrize(("missing", "expected"), [("missed", "missed"), ("not_applicable", "not_applicable")])
def test_act_says_without_the_act(missing, expected):
    call = vented().trainee("right")
    given = {"acts": ["apology"], "parts": {"for": ["fact"]}, "missing_is": missing}
    assert status(call, "act_says", **given) == expected


@pytest.mark.parametrize(
    ("good", "bad", "expected"), [(4, 0, "met"), (4, 1, "met"), (1, 1, "partly"), (0, 2, "missed")]
)
def test_replies_count_good_answers(good, bad, expected):
    call = MadeCall()
    for act in ["empathy"] * good + ["blame"] * bad:
        call.customer("this is a disgrace").trainee("well then", act)
    given = {"called": "neutral", "with_acts": ["empathy"], "without_acts": ["blame"], "met": 0.8, "partly": 0.5}
    assert status(call, "replies", **given) == expected


def test_calm_lines_want_no_composed_answer():
    call = MadeCall().customer("hello", band="cool").trainee("well", "blame")
    assert status(call, "replies", called="neutral", without_acts=["blame"]) == "not_applicable"


@pytest.mark.parametrize(
    ("times", "expected"), [(1, "not_applicable"), (2, "not_applicable"), (3, "partly"), (4, "missed")]
)
def test_the_same_words_wear_out(times, expected):
    call = vented()
    for _ in range(times):
        call.trainee("i understand", "empathy").customer("do you")
    assert status(call, "not_repeated", acts=["empathy"], most=2, partly=3) == expected


def test_partly_met_wins_by_how_near_it_came():
    given = {"called": "neutral", "with_acts": ["empathy"], "without_acts": ["blame"], "met": 0.8, "partly": 0.4}
    parts = []
    for good in (2, 3):
        call = MadeCall()
        for number in range(4):
            call.customer("where is it").trainee("well then", "empathy" if number < good else "blame")
        result = found(call, "replies", **given)
        assert result.status == "partly"
        parts.append(result.part)
    assert parts == [0.35, 0.725]


def test_an_answer_that_is_neither_counts_half():
    given = {"called": "neutral", "with_acts": ["empathy"], "without_acts": ["blame"], "met": 0.75, "partly": 0.4}
    call = MadeCall().customer("where is it").trainee("well then", "empathy").customer("so").trainee("one moment")
    result = found(call, "replies", **given)
    assert result.status == "met"
    assert "1 of 2 answers to angry lines were neutral, and one was neither that nor the contrary" in result.reason


# ---- listening


def interrupted(times: int, *, overlap_ms: int = 1500) -> MadeCall:
    call = MadeCall().trainee("hello", "greeting")
    call.customer("one two three four five six seven eight nine ten", ms=6000)
    for _ in range(times):
        call.customer("one two three four five six seven eight nine ten", ms=6000, cut_after_ms=3000)
        call.trainee("just give me your order number please", start_ms=call.at_ms - overlap_ms, ms=2500)
    return spoken(call.customer("so what now i have been waiting for days", purpose="press", ms=5000))


@pytest.mark.parametrize(("times", "expected"), [(0, "met"), (1, "partly"), (2, "missed")])
def test_interruptions(times, expected):
    result = found(interrupted(times), "interruptions")
    assert result.status == expected
    assert [item.value for item in result.evidence] == [1] * times


def test_an_overlap_too_short_is_no_interruption():
    assert status(interrupted(1, overlap_ms=300), "interruptions") == "met"


def test_a_customer_who_hardly_spoke_could_not_be_interrupted():
    assert status(MadeCall().customer("hello", ms=800).trainee("hello"), "interruptions") == "not_applicable"


def test_grievances_that_were_cut_into_count():
    assert status(interrupted(0), "vents_finished") == "met"
    assert status(interrupted(1), "vents_finished") == "partly"
    assert status(interrupted(2), "vents_finished") == "missed"
    assert "1 of 3 grievances" in found(interrupted(2), "vents_finished").reason


@pytest.mark.parametrize(("after", "expected"), [(0, "met"), (1, "partly"), (2, "missed")])
def test_a_remedy_before_the_story_is_told(after, expected):
    call = vented().trainee("i will refund it", "solution")
    for _ in range(after):
        call.customer("and i took a day off").trainee("hm")
    assert status(call, "story_first") == expected


def test_signs_of_listening_are_backchannels_and_acknowledgements():
    call = MadeCall().customer("one " * 30)
    none = status(call, "listening_signs")
    call.trainee("mhm", "acknowledgement", start_ms=4000, ms=300)
    one = status(call, "listening_signs")
    call.customer("two " * 10).trainee("i see", "acknowledgement")
    assert (none, one, status(call, "listening_signs")) == ("missed", "partly", "met")


def test_a_backchannel_is_counted_once():
    call = MadeCall().customer("one " * 30).trainee("mhm", "acknowledgement", start_ms=4000, ms=300)
    reason = found(call, "listening_signs").reason
    assert "one backchannel and no acknowledgements" in reason


@pytest.mark.parametrize(
    ("went_on_ms", "expected"), [(600, "met"), (1000, "met"), (1400, "partly"), (2000, "partly"), (2100, "missed")]
)
def test_yielding_to_a_cut(went_on_ms, expected):
    call = MadeCall().trainee("let me tell you about our terms and conditions for a while", ms=5000, start_ms=0)
    call.customer("stop stop stop listen to me", barged=True, start_ms=5000 - went_on_ms, ms=3000)
    assert status(call, "yields") == expected


# ---- composure


@pytest.mark.parametrize(
    ("wpm", "expected"), [(140, "met"), (120, "met"), (119, "partly"), (176, "missed"), (99, "missed")]
)
def test_a_measure_within_its_band(wpm, expected):
    call = vented().trainee("right so")
    measured = call.measured()
    pace = Measure(value=wpm, unit="words/min")
    measured = replace(measured, measures={**measured.measures, "words_per_minute": pace})
    given = {"measure": "words_per_minute", "name": "pace", "met": (120, 160), "partly": (100, 175)}
    assert status(call, "measure_within", measurement=measured, **given) == "unmeasurable"
    assert status(call, "measure_within", measurement=measured, needs_sound=False, **given) == expected


@pytest.mark.parametrize(("fillers", "expected"), [(0, "met"), (1, "met"), (3, "partly"), (4, "missed")])
def test_fillers_are_set_against_the_words(fillers, expected):
    call = vented()
    for number in range(3):
        call.customer("and then").trainee(
            f"i will see to {number} of it now for you and um that is all of it today my dear sir"
        )
    measured = call.measured()
    tracks = Tracks(f0_hz=np.zeros(1, np.float32), level_dbfs=np.zeros(1, np.float32))
    spans = tuple(Span(s * 16000, s * 16000 + 5000) for s in range(fillers))
    count = Measure(value=fillers, unit="count", spans=spans)
    measured = replace(
        measured, tracks=tracks, filled_pauses=spans, measures={**measured.measures, "filled_pauses": count}
    )
    assert status(call, "few_fillers", measurement=measured, met=3, partly=5) == expected
    assert status(call, "few_fillers", measurement=replace(measured, tracks=None)) == "unmeasurable"
    graded = found(call, "few_fillers", measurement=measured, met=3, partly=5)
    assert len(graded.evidence) == fillers
    assert graded.weight < 1  # fewer than a hundred words


def test_what_cannot_be_measured_says_why():
    call = vented().trainee("right so")
    measured = call.measured()
    gone = unmeasurable("index", "no audio")
    measured = replace(measured, measures={"steadiness": gone})
    given = {"measure": "steadiness", "name": "steadiness", "met": (0.6, None), "partly": (0.4, None)}
    result = found(call, "measure_within", measurement=measured, **given)
    assert result.status == "unmeasurable"
    assert "no audio" in result.reason


@pytest.mark.parametrize(
    ("pause_ms", "expected"), [(500, "met"), (200, "met"), (100, "missed"), (2500, "met"), (2600, "missed")]
)
def test_a_breath_before_the_answer(pause_ms, expected):
    call = MadeCall().customer("this is a disgrace")
    call.trainee("i hear you", start_ms=call.at_ms + pause_ms)
    assert status(call, "breath_before_answer") == expected


@pytest.mark.parametrize(("silence_ms", "expected"), [(4900, "met"), (5100, "partly"), (10100, "missed")])
def test_dead_air(silence_ms, expected):
    call = vented().wait(silence_ms - 500).trainee("well now let me see")
    assert status(call, "no_dead_air") == expected


@pytest.mark.parametrize(("ms", "expected"), [(20000, "met"), (21000, "partly"), (36000, "missed")])
def test_a_monologue(ms, expected):
    result = found(spoken(vented()).trainee("well now let me tell you", ms=ms), "turn_length")
    assert result.status == expected
    assert result.evidence[0].value == pytest.approx(ms, abs=1)


def tracked(call: MadeCall, *, louder_db: float, higher: float):
    """A measurement in which the trainee's voice changes after 30 s."""
    measured = call.measured()
    time_ms = np.arange(0, to_ms(measured.duration), 10.0) + 5
    late = time_ms > 30_000
    level = np.where(late, -30 + louder_db, -30).astype(np.float32)
    f0 = np.where(late, 120 * 2 ** (higher / 12), 120).astype(np.float32)
    return replace(measured, tracks=Tracks(f0_hz=f0, level_dbfs=level))


@pytest.mark.parametrize(
    ("louder_db", "higher", "expected"), [(0, 0, "met"), (3.9, 2.4, "met"), (5, 0, "missed"), (0, 3, "missed")]
)
def test_the_voice_under_attack(louder_db, higher, expected):
    call = MadeCall().trainee("word " * 50, ms=20_000).wait(12_000).customer("this is a disgrace")
    call.trainee("i can hear that you are very angry", ms=3000)
    measured = tracked(call, louder_db=louder_db, higher=higher)
    result = found(call, "calm_under_fire", measurement=measured)
    assert result.status == expected


def test_the_voice_under_attack_needs_audio_and_a_baseline():
    call = MadeCall().customer("this is a disgrace").trainee("i can hear that", ms=3000)
    assert status(call, "calm_under_fire") == "unmeasurable"
    short = found(call, "calm_under_fire", measurement=tracked(call, louder_db=0, higher=0))
    assert short.status == "unmeasurable"
    assert "15 s needed" in short.reason


def test_a_backchannel_at_the_end_of_a_line_is_no_answer():
    call = MadeCall().customer("this is a disgrace and i want it sorted out", ms=4000)
    call.trainee("i see", "acknowledgement", start_ms=call.at_ms - 300, ms=600).trainee("i will see to it")
    result = found(call, "breath_before_answer")
    assert result.status == "met"
    assert result.evidence[0].words == "i will see to it"


def test_both_starting_at_once_spoils_no_grievance():
    call = spoken(
        MadeCall().trainee("hello", "greeting").customer("one two three", ms=400, cut_after_ms=300, start_ms=3000)
    )
    call.trainee("i would feel the same", start_ms=3050, ms=2000)
    assert status(call, "vents_finished") == "met"


# ---- course


@pytest.mark.parametrize(
    ("met", "expected"), [((), "missed"), (("given_a_solution",), "partly"), (("given_a_solution", "agreed"), "met")]
)
def test_needs_met(met, expected):
    call = vented().trainee("on saturday then", "solution").mood(30, *met)
    assert status(call, "needs_met", needs=["given_a_solution", "agreed"]) == expected


def test_a_customer_who_was_passed_on_has_nothing_more_to_agree_to():
    call = vented().trainee("my manager rings you", "escalation").mood(30, "given_a_solution").end("escalated")
    assert status(call, "needs_met", needs=["given_a_solution", "agreed"]) == "met"


def test_a_need_this_customer_does_not_have_is_no_occasion():
    call = vented().trainee("hm").mood(30)
    assert status(call, "needs_met", needs=["told_what_happens_next"]) == "not_applicable"


@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        ("i will deliver it on saturday", ["solution", "offer:saturday"], "met"),
        ("i will deliver it tomorrow", ["solution", "forbid:tomorrow"], "missed"),
        ("i will send you a cushion", ["solution", "offer:"], "met"),
        ("i am afraid we cannot deliver it tomorrow", ["solution", "refusal"], "met"),
        ("were you told it would be delivered tomorrow", ["clarifying_question"], "not_applicable"),
        ("i will give you a hundred pounds", ["solution", "offer:lead"], "missed"),
        ("my manager will ring you about the hundred pounds", ["solution", "offer:lead", "escalation"], "met"),
        ("i will ring you myself at seven", ["follow_up", "offer:lead"], "met"),
        ("i will give you a hundred pounds myself", ["solution", "offer:lead"], "missed"),
    ],
)
def test_false_promises(text, marks, expected):
    assert status(vented().trainee(text, *marks), "permitted_promises") == expected


def test_a_promise_that_needs_a_colleague_waits_for_them():
    offers = {"saturday": {"text": "Delivery on Saturday.", "after": "consult"}}
    for asked, expected in (((), "missed"), (("consult",), "met")):
        call = vented().trainee("i can send it on saturday", "solution", "offer:saturday", *asked)
        call.scenario = {**SOFA, "briefing": {"may_offer": offers}}
        assert status(call, "permitted_promises") == expected


def test_a_false_promise_is_quoted_with_what_the_briefing_says():
    call = vented().trainee("i will deliver it tomorrow", "solution", "forbid:tomorrow")
    reason = found(call, "permitted_promises").reason
    assert "there is no van" in reason


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        (["offer:saturday", "offer:fee"], "met"),
        (["offer:saturday"], "partly"),
        (["offer:saturday", "forbid:tomorrow"], "partly"),
        (["offer:"], "missed"),
    ],
)
def test_offers_made(offers, expected):
    call = vented().trainee("this is what i can do", "solution", *offers)
    assert status(call, "offers_made", at_least=2, partly=1) == expected


def test_the_remedies_are_those_that_meet_the_need():
    call = vented().trainee("i refund the fee", "solution", "offer:fee")
    assert status(call, "offers_made", which="remedies") == "missed"
    call.customer("and").trainee("on saturday then", "solution", "offer:saturday")
    assert status(call, "offers_made", which="remedies") == "met"


def test_the_briefing_counts_only_before_the_customer_has_told_it():
    first = MadeCall().trainee("is that mrs whitlock about order seven two four nine one").customer("yes")
    after = MadeCall().customer("this is whitlock my order is seven two four nine one").trainee("72491 whitlock")
    assert status(first, "uses_briefing") == "met"
    assert status(after, "uses_briefing") == "missed"


def test_a_thread_of_emails():
    call = MadeCall().trainee("i have read your emails from monday on and what annika wrote").customer("good")
    assert status(call, "uses_briefing", source="thread") == "not_applicable"
    thread = ["1. On Monday: the export loses rows.", "2. A reply by Annika: please try again."]
    call.scenario = {**SOFA, "briefing": {"thread": thread}}
    assert status(call, "uses_briefing", source="thread", part="opening") == "met"


@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        (["ownership", "solution"], "met"),
        (["solution"], "partly"),
        (["ownership", "solution", "blame"], "partly"),
        ([], "missed"),
    ],
)
def test_adapting_to_a_person(acts, expected):
    call = vented().trainee("well this is it", *acts)
    suits = {"dominant": ["ownership", "solution", "timeline"]}
    assert status(call, "adapts_to", suits=suits, spoils={"dominant": ["blame"]}) == expected


def test_adapting_needs_to_know_whom_to():
    call = vented().trainee("well")
    call.scenario = {}
    assert status(call, "adapts_to", suits={"dominant": ["ownership"]}) == "not_applicable"


@pytest.mark.parametrize(
    ("text", "marks", "anger", "expected"),
    [
        ("thank you goodbye", ["gratitude", "farewell"], 20, "met"),
        ("take care now", ["farewell"], 20, "met"),
        ("thank you goodbye", ["gratitude"], 80, "partly"),
        ("that is it", [], 20, "partly"),
        ("that is it", [], 80, "missed"),
    ],
)
def test_the_ending(text, marks, anger, expected):
    call = vented().trainee("hm").customer("so").mood(anger).trainee(text, *marks).end()
    assert status(call, "warm_ending", acts=["gratitude"]) == expected


def test_a_call_that_was_cut_short_has_no_ending():
    call = vented().trainee("hm").mood(20).end("incomplete")
    assert status(call, "warm_ending", acts=["gratitude"]) == "not_applicable"


@pytest.mark.parametrize(("anger", "expected"), [(20, "met"), (60, "missed")])
def test_selling_waits_until_they_are_won_back(anger, expected):
    call = vented().mood(anger).trainee("by the way we have a new range", "selling")
    assert status(call, "only_once_won_back") == expected


def test_selling_nothing_is_no_fault():
    assert status(vented().trainee("hm"), "only_once_won_back") == "not_applicable"


def test_evidence_lies_within_the_call():
    call = vented().trainee("i will deliver it tomorrow", "solution", "forbid:tomorrow")
    for item in found(call, "permitted_promises").evidence:
        assert 0 <= item.span.start < item.span.stop <= from_ms(call.at_ms + 500)

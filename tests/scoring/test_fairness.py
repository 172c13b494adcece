"""What an appeal would say: misheard speech, early hang-ups, keywords in a heap, worn-out words."""

import itertools

import pytest

from simulator.scoring.rubric import load_rubric
from simulator.scoring.summing import extreme
from tests.scoring.made_call import MadeCall, good_call

pytestmark = pytest.mark.unit
GARBLED = "a pole or jazz that no bod he came to your how's"


def by_id(score):
    return {judged.criterion.id: judged for judged in score.criteria}


def talk(*, unclear: int, clear: int, confidence: float = 0.3) -> MadeCall:
    """Return a call in which some answers were hardly understood."""
    call = MadeCall().trainee("good afternoon this is dana", "greeting").mood(70)
    for number in range(unclear + clear):
        call.customer("where is my sofa it was due on tuesday and nobody came", band="angry")
        if number < unclear:
            call.trainee(GARBLED, confidence=confidence)
        else:
            call.trainee("i have your order here now and i am looking at it with you")
    return call.end("unresolved")


# ---- misheard speech


def test_speech_that_was_mostly_not_understood_costs_nothing():
    judged = by_id(talk(unclear=4, clear=1).score())
    for name in ("apologises", "names-the-feeling", "reflects-the-facts", "takes-responsibility", "keeps-temper"):
        assert judged[name].status == "unmeasurable"
        assert judged[name].of == 0
        assert "the recognizer was unsure of 48" in judged[name].reason
    assert judged["lets-the-customer-finish"].status == "met", "what was measured stays judged"


def test_some_unclear_speech_widens_the_range_by_what_it_may_have_held():
    clear, some = talk(unclear=0, clear=5).score(), talk(unclear=1, clear=4).score()
    assert by_id(some)["apologises"].status == "missed"
    assert "could be met: some speech was hardly understood, first at 0:" in by_id(some)["apologises"].uncertain
    assert "could be missed" in by_id(some)["keeps-temper"].uncertain
    assert by_id(clear)["apologises"].uncertain is None
    assert clear.range[1] < some.range[1] < 60, "eleven words hold two things at most, not everything"
    assert some.range[0] < some.total


def test_unclear_signs_of_listening_leave_no_doubt():
    call = talk(unclear=0, clear=4)
    short = MadeCall(at_ms=call.at_ms, events=call.events[:-1], utterances=99)
    short.trainee("m hum", confidence=0.1).end("unresolved")
    assert by_id(short.score())["apologises"].uncertain is None


def test_words_lost_altogether_are_unclear_speech():
    call = talk(unclear=0, clear=3)
    call.events.pop()
    for _ in range(4):
        call.customer("hello").trainee(GARBLED)
        heard = call.events[-2]
        call.events[-2] = type(heard)(at=heard.at, utterance=heard.utterance, span=heard.span, text="", words=())
    assert by_id(call.end("unresolved").score())["apologises"].status == "unmeasurable"


# ---- early hang-ups and short calls


def test_who_hangs_up_early_gave_no_room_for_a_follow_up():
    call = MadeCall().trainee("good afternoon this is dana", "greeting").mood(90)
    call.customer("i have had enough of you all", band="furious").trainee(
        "may i ask what happened then", "open_question"
    )
    call.customer("no goodbye", purpose="hang_up", band="furious").end("hung_up")
    judged = by_id(call.score())
    for name in ("concrete-follow-up", "says-what-happens-next", "answers-the-problem", "closes-warmly"):
        assert judged[name].status == "not_applicable"
    assert judged["apologises"].status == "missed", "for an apology there was room"


def test_a_long_call_that_ends_in_a_hang_up_had_room():
    call = talk(unclear=0, clear=5)
    call.events.pop()
    assert by_id(call.end("hung_up").score())["concrete-follow-up"].status == "missed"


def test_a_call_to_which_little_applied_passes_nobody():
    rubric = load_rubric("certification")
    strict = rubric.model_copy(update={"passing": rubric.passing.model_copy(update={"applied": 99, "dimension": 0})})
    score = good_call().score(strict)
    assert score.verdict == "borderline"
    assert "rubric's points applied" in score.reason
    assert good_call().score("certification").verdict == "pass"


# ---- gaming

HEAP = (
    ("empathy", "that must be so frustrating"),
    ("apology", "i apologise for that"),
    ("ownership", "it is our mistake"),
    ("willingness", "i want to help you"),
    ("rapport", "i hate waiting too"),
    ("reflection", "so it was due on tuesday"),
    ("open_question", "what would put it right"),
    ("clarifying_question", "which floor is it"),
    ("options", "saturday or a refund"),
    ("timeline", "by ten on saturday"),
    ("next_steps", "then you get a message"),
    ("follow_up", "i will ring you on sunday"),
    ("assurance", "it will not happen again"),
    ("feedback_request", "is there anything else"),
)


def heap(*, ms_a_word: int = 400) -> MadeCall:
    """Return a call in which everything worth saying is said in one breath."""
    text = " ".join(words for _, words in HEAP)
    call = MadeCall().trainee("good afternoon this is dana", "greeting").mood(70)
    call.customer("where is my sofa it was due on tuesday and nothing came")
    call.trainee(text, *HEAP, ms=ms_a_word * len(text.split())).mood(68)
    for line in ("what", "i do not follow", "so when do i get it"):
        call.customer(line, purpose="press").trainee("yes that is right there it is")
    return call.end("unresolved")


def test_keywords_in_a_heap_do_not_win():
    score = heap().score()
    judged = by_id(score)
    assert judged["apologises"].status == "met"
    assert judged["asks-openly"].status == "missed"
    assert judged["concrete-follow-up"].status == "missed"
    assert "does not count: it came after 4 other things in one long turn" in judged["concrete-follow-up"].reason
    assert any(item.measure == "crowded_out" for item in judged["concrete-follow-up"].evidence)
    assert score.total < good_call().score().total - 35


def test_a_short_turn_may_hold_any_number_of_things():
    assert by_id(heap(ms_a_word=200).score())["concrete-follow-up"].status != "missed"


def test_twenty_apologies_win_no_more_than_one():
    one, many = (talk(unclear=0, clear=4) for _ in range(2))
    for call, times in ((one, 1), (many, 20)):
        call.events.pop()
        for _ in range(times):
            call.customer("so", purpose="press", band="irritated").trainee(
                "i apologise for that", "apology", "fact:no_sofa"
            )
        call.end("unresolved")
    assert many.score().total < one.score().total


# ---- the range


def test_a_criterion_that_may_not_apply_counts_in_the_range():
    kept, doubtful = [(6.0, 6.0)], [(0.0, 4.0), (0.0, 0.0)]
    assert extreme([kept, doubtful], best=True) == 100
    assert extreme([kept, doubtful], best=False) == 60
    assert extreme([[(0.0, 0.0)]], best=True) is None


@pytest.mark.parametrize("made", [good_call(), talk(unclear=1, clear=4), heap(), talk(unclear=4, clear=1)])
def test_the_total_lies_in_its_range(made):
    score = made.score()
    assert score.range[0] <= score.total <= score.range[1]
    assert score.total == round(100 * sum(j.points for j in score.criteria) / sum(j.of for j in score.criteria), 1)


# ---- few occasions, and one slip more or less


def answers(count, *, bad=0, band="angry"):
    """Return a call with so many different answers to angry lines, the last ones of them contradictions."""
    call = MadeCall().trainee("good afternoon this is dana", "greeting").mood(70)
    for number in range(count):
        call.customer(f"where is my sofa for the {number} time", band=band)
        act = "contradiction" if number >= count - bad else "acknowledgement"
        call.trainee(f"yes that was number {number} of them", act)
    return call.end("unresolved")


def test_one_occasion_weighs_less_than_three_and_says_so():
    one, three = (by_id(answers(count).score())["neutral-words"] for count in (1, 3))
    assert (one.status, one.points, one.of) == ("met", 1.7, 1.7)
    assert (three.status, three.points, three.of) == ("met", 5.0, 5.0)
    assert one.reason.endswith("It counts for 1.7 of its 5 points: the call gave few occasions to judge it by.")
    assert "few occasions" not in three.reason


def test_that_no_fault_was_made_weighs_more_the_more_was_said_and_the_same_words_count_once():
    few, many = (by_id(answers(count).score())["does-not-contradict"] for count in (4, 12))
    assert (few.of, many.of) == (2.5, 5.0)
    again = MadeCall().trainee("good afternoon this is dana", "greeting")
    for _ in range(12):
        again.customer("so").trainee("yes i see that well", "acknowledgement")
    assert by_id(again.end("unresolved").score())["does-not-contradict"].of == 1.0


@pytest.mark.parametrize(("bad", "points"), [(0, 5.0), (1, 3.33), (2, 1.67), (3, 0.0)])
def test_each_slip_costs_the_same_until_nothing_is_left(bad, points):
    assert by_id(answers(12, bad=bad).score())["does-not-contradict"].points == points


def test_room_grows_with_the_turns_before_a_hang_up():
    shares = []
    for turns in (2, 3, 4, 5, 6):
        call = MadeCall().trainee("good afternoon this is dana", "greeting")
        for number in range(turns):
            call.customer(f"no {number}", ms=900).trainee(f"so {number} it is", ms=900)
        shares.append(by_id(call.end("hung_up").score())["offers-a-solution"].of / 4)
    assert shares == pytest.approx([0, 1 / 3, 2 / 3, 1, 1], abs=0.02)


def test_a_hair_more_anger_left_at_the_end_costs_a_hair():
    points = []
    for left in (60.0, 61.0, 65.0, 71.0):
        call = MadeCall().mood(70).trainee("hello there dana", "greeting").customer("where is it")
        call.trainee("thank you for your patience", "gratitude").mood(left)
        points.append(by_id(call.end("unresolved").score())["closes-warmly"].points)
    assert points == [5.0, 4.75, 3.75, 2.5]


def test_a_fault_never_helps_who_hardly_spoke():
    totals = []
    for early_ms, act in itertools.product((0, 1500), ("acknowledgement", "contradiction")):
        call = MadeCall().trainee("good afternoon this is dana", "greeting").mood(70)
        call.customer("where is my sofa it was due on tuesday", ms=6000, cut_after_ms=6000 - early_ms // 2)
        call.trainee("well that is how it is", act, start_ms=call.at_ms + 500 - 2 * early_ms, ms=2500)
        call.customer("and nobody rang me at all", ms=30000)
        totals.append(call.end("unresolved").score().total)
    assert totals[0] > totals[1] > totals[3]
    assert totals[0] > totals[2] > totals[3]


def test_a_total_over_hardly_any_points_says_so():
    silent = MadeCall().trainee("um").mood(70).customer("hello is anybody there", ms=9000).end("hung_up").score()
    assert silent.reason.endswith("% of the rubric's points applied to this call, so its total says little.")
    assert good_call().score().reason == ""

"""The one definition of overlaps, at each of its bounds."""

import pytest

from simulator.clock import Span, from_ms
from simulator.events import Word
from simulator.overlap import is_acknowledgement, judge_overlap, judge_yield, sure_words

pytestmark = pytest.mark.unit


def span(start_ms, stop_ms):
    return Span(from_ms(start_ms), from_ms(stop_ms))


CUSTOMER = span(0, 10000)
SAYS = ["that", "is", "wrong"]


@pytest.mark.parametrize(
    ("trainee", "words", "kind"),
    [
        (span(4000, 5000), ["i", "see"], "backchannel"),  # exactly 1.0 s
        (span(4000, 5001), ["i", "see"], "interruption"),  # longer than a backchannel
        (span(4000, 4900), [], "backchannel"),  # nothing recognised
        (span(4000, 4900), None, "backchannel"),
        (span(4000, 4900), SAYS, "interruption"),
        (span(250, 2000), SAYS, "collision"),  # 0.25 s after the customer's start
        (span(251, 2000), SAYS, "interruption"),
        (span(9750, 12000), SAYS, "collision"),  # 0.25 s before the customer's end
        (span(4000, 4499), SAYS, "collision"),  # under 0.5 s and the trainee yields
        (span(4000, 4500), SAYS, "interruption"),
        (span(9500, 12000), SAYS, "collision"),  # the customer had 0.5 s left
        (span(9499, 12000), SAYS, "interruption"),
    ],
)
def test_each_bound_of_the_definition(trainee, words, kind):
    assert judge_overlap(trainee, CUSTOMER, words).kind == kind


def test_what_the_customer_would_have_said_counts_as_left():
    cut_short = span(0, 4600)
    found = judge_overlap(span(4000, 7000), cut_short, SAYS, customer_would_stop=from_ms(10000))
    assert found.kind == "interruption"
    assert found.customer_left == from_ms(6000)


def test_a_customer_who_comes_in_second_is_no_interruption_by_the_trainee():
    assert judge_overlap(span(0, 5000), span(3000, 9000), SAYS).kind == "yield"


def test_what_does_not_overlap_is_refused():
    with pytest.raises(ValueError, match="do not overlap"):
        judge_overlap(span(0, 1000), span(1000, 2000), SAYS)


@pytest.mark.parametrize("text", ["mm-hm", "Yeah.", "I see, right", "okay", "that makes sense", "oh no", "yes yes yes"])
def test_acknowledgements(text):
    assert is_acknowledgement(text.split())


@pytest.mark.parametrize("text", ["yeah but", "no", "i see a problem", "okay listen", "right so what we do"])
def test_no_acknowledgements(text):
    assert not is_acknowledgement(text.split())


@pytest.mark.parametrize(
    ("after_ms", "verdict"), [(0, "good"), (1000, "good"), (1001, "slow"), (2000, "slow"), (2001, "failed")]
)
def test_yields(after_ms, verdict):
    assert judge_yield(from_ms(after_ms)) == verdict


def test_half_an_i_see_is_still_an_acknowledgement():
    # A recognizer that is unsure of "i" and sure of "see" must not turn a sign of listening into an interruption.
    said = [
        Word(word="i", span=Span(16000, 19200), confidence=0.37),
        Word(word="see", span=Span(19200, 24000), confidence=0.55),
    ]
    stretch = Span(16000, 25600)
    assert sure_words(stretch, said) == ["i", "see"]
    assert judge_overlap(stretch, Span(0, 80000), sure_words(stretch, said)).kind == "backchannel"
    other = Word(word="sea", span=Span(19200, 24000), confidence=0.55)
    assert sure_words(stretch, [said[0], other]) == ["sea"]

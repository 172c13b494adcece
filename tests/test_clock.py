"""Spans obey the algebra they promise, and an hour of blocks does not drift."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import BLOCK, RATE_HZ, Span, clock_text, from_ms, gaps, intersect, merge, to_ms, total

pytestmark = pytest.mark.unit
spans = st.builds(lambda a, n: Span(a, a + n), st.integers(0, 500), st.integers(1, 80))
many = st.lists(spans, max_size=12)


def samples(these):
    return {at for span in these for at in range(span.start, span.stop)}


@given(spans, spans)
def test_intersection_and_gap_are_what_sets_say(a, b):
    both = a & b
    assert samples([both] if both else []) == samples([a]) & samples([b])
    between = a.gap(b)
    assert (between is None) == (samples([a | b]) == samples([a]) | samples([b]))


@given(many)
def test_merge_covers_the_same_samples_in_order(these):
    merged = merge(these)
    assert samples(merged) == samples(these)
    assert all(one.stop < two.start for one, two in itertools.pairwise(merged))
    assert total(these) == len(samples(these))


@given(many, many)
def test_intersect_is_set_intersection(a, b):
    assert samples(intersect(a, b)) == samples(a) & samples(b)


@given(many, spans)
def test_gaps_and_spans_fill_the_whole(these, whole):
    assert samples(gaps(these, whole)) == samples([whole]) - samples(these)


@pytest.mark.parametrize(("start", "stop"), [(5, 5), (6, 5), (-1, 3)])
def test_a_span_needs_a_length(start, stop):
    with pytest.raises(ValueError, match="0 <= start < stop"):
        Span(start, stop)


def test_an_hour_of_blocks_is_an_hour():
    at = 0
    for _ in range(50 * 3600):
        at += BLOCK
    assert at == 3600 * RATE_HZ
    assert to_ms(at) == 3_600_000.0
    assert clock_text(at) == "60:00.0"


@given(st.integers(0, 10**9))
def test_milliseconds_are_exact_for_whole_milliseconds(ms):
    assert to_ms(from_ms(ms)) == ms

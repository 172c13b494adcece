import pytest

from simulator.clock import Span, from_ms, span_ms
from simulator.cues.measure import measure_spans
from simulator.cues.talk.conversation import TWO_TRACK_MEASURES, read_conversation
from simulator.cues.talk.overlaps import CustomerLine, overlaps
from simulator.cues.talk.silences import responses, silent_pauses, transfer_offsets
from simulator.events import Word

pytestmark = pytest.mark.unit


def ms(start, stop):
    return Span(from_ms(start), from_ms(stop))


def said(*items):
    return [Word(word=word, span=ms(start, stop), confidence=1.0) for word, start, stop in items]


def value(found, key):
    return found.measures[key].value


def test_shares_of_a_known_call():
    found = read_conversation(from_ms(20000), [ms(0, 3000), ms(9000, 10000)], [ms(4000, 8000), ms(9500, 13500)])
    assert value(found, "talk_share") == pytest.approx(4 / 12)
    assert value(found, "speaking_ms") == 4000
    assert value(found, "customer_speaking_ms") == 8000
    assert value(found, "overlap_ms") == 500


def test_pauses_lie_inside_the_own_turn():
    own = [ms(0, 1000), ms(1249, 2000), ms(2250, 3000), ms(3500, 4000), ms(7000, 8000), ms(9000, 9500)]
    other = [ms(8200, 8800)]
    assert [span_ms(p) for p in silent_pauses(own, other)] == [[2000, 2250], [3000, 3500]]


def test_a_pause_of_three_seconds_is_dead_air_instead():
    found = read_conversation(from_ms(20000), [ms(0, 1000), ms(7000, 8000), ms(10999, 12000)], [ms(13000, 14000)])
    assert [span_ms(p) for p in found.pauses] == [[8000, 10999]]
    assert [span_ms(p) for p in found.dead_air] == [[1000, 7000], [14000, 20000]]


def test_responses_run_from_the_customers_end_to_the_trainees_start():
    own = [ms(2000, 3000), ms(6500, 8000), ms(9000, 9500), ms(12000, 13000)]
    other = [ms(0, 1500), ms(3500, 6000), ms(8500, 11000)]
    assert [span_ms(r) for r in responses(own, other)] == [[1500, 2000], [6000, 6500], [11000, 12000]]


def test_no_response_across_a_hold():
    assert responses([ms(60000, 61000)], [ms(0, 1000)], [ms(2000, 59000)]) == ()


def test_floor_transfer_offsets_count_overlap_as_negative():
    own = [ms(5600, 9000), ms(9900, 12000)]
    other = [ms(0, 6000), ms(7000, 7300), ms(9200, 9700)]
    assert transfer_offsets(own, other) == (from_ms(-400), from_ms(200))


@pytest.mark.parametrize(
    ("silence_ms", "warned", "counted", "failed"),
    [(2999, 0, 0, 0), (3000, 1, 0, 0), (4999, 1, 0, 0), (5000, 1, 1, 0), (9999, 1, 1, 0), (10000, 1, 1, 1)],
)
def test_dead_air_at_its_bounds(silence_ms, warned, counted, failed):
    stop = 1000 + silence_ms
    found = read_conversation(from_ms(stop + 1000), [ms(stop, stop + 1000)], [ms(0, 1000)])
    assert value(found, "dead_air_warnings") == warned
    assert value(found, "dead_air") == counted
    assert value(found, "dead_air_failures") == failed


def test_an_announced_hold_is_no_dead_air():
    found = read_conversation(from_ms(60000), [ms(1000, 2000), ms(50000, 51000)], [ms(0, 900)], holds=[ms(2000, 47500)])
    assert value(found, "dead_air_warnings") == 0


def test_silence_after_the_trainees_last_word_is_not_theirs():
    assert value(read_conversation(from_ms(20000), [ms(1000, 2000)], [ms(0, 900)]), "dead_air") == 0
    assert value(read_conversation(from_ms(20000), [ms(1000, 2000)], [ms(0, 900), ms(2100, 3000)]), "dead_air") == 1


def test_a_trainee_who_never_speaks_is_dead_air():
    found = read_conversation(from_ms(30000), [], [ms(0, 4000), ms(10000, 12000)])
    assert [span_ms(s) for s in found.dead_air] == [[4000, 10000], [12000, 30000]]
    assert value(found, "talk_share") == 0
    assert found.measures["median_response_ms"].reason == "the trainee never answered after a silence"


def test_overlaps_are_named_with_their_words():
    customer = [ms(0, 10000), ms(20000, 30000)]
    trainee = [ms(3000, 3600), ms(6000, 8000), ms(9900, 12000), ms(24000, 24700)]
    words = said(("mm-hm", 3050, 3500), ("we", 6100, 6300), ("never", 6300, 6900), ("but", 24100, 24500))
    found = overlaps(trainee, customer, words)
    assert [(o.kind, o.by, o.words) for o in found] == [
        ("backchannel", "trainee", "mm-hm"),
        ("interruption", "trainee", "we never"),
        ("collision", "trainee", ""),
        ("interruption", "trainee", "but"),
    ]
    assert span_ms(found[1].span) == [6000, 8000]
    assert found[1].customer_left == from_ms(4000)


def test_what_the_customer_would_still_have_said_counts():
    trainee = [ms(2000, 4000)]
    assert overlaps(trainee, [ms(0, 2400)])[0].kind == "collision"
    cut_off = CustomerLine(span=ms(0, 2600), would_stop=from_ms(6000))
    assert overlaps(trainee, [cut_off])[0].kind == "interruption"


def test_a_planned_cut_in_is_a_yield_with_its_time():
    found = read_conversation(
        from_ms(12000),
        [ms(0, 6000)],
        [ms(5200, 9000)],
        lines=[CustomerLine(span=ms(5200, 9000), would_stop=from_ms(9000), planned=True)],
    )
    assert [(o.kind, o.rule, o.by) for o in found.overlaps] == [("yield", "customer-cut-in", "customer")]
    assert value(found, "median_yield_ms") == 800


def test_one_track_says_so():
    found = read_conversation(from_ms(5000), [ms(0, 1000)], None)
    for key in TWO_TRACK_MEASURES:
        assert found.measures[key].value is None
        assert "--customer" in found.measures[key].reason


def test_cost_is_linear_in_the_number_of_stretches():
    many = [ms(i * 3000, i * 3000 + 1200) for i in range(4000)]
    other = [ms(i * 3000 + 1000, i * 3000 + 2500) for i in range(4000)]
    found = measure_spans(
        from_ms(12_000_000), many, other, words=said(*[("yes", i * 3000, 400 + i * 3000) for i in range(4000)])
    )
    assert found.measures["overlap_ms"].value == 4000 * 200
    assert len(found.overlaps) == 4000
    assert found.measures["median_response_ms"].value == 500

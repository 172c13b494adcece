import numpy as np
import pytest

from simulator.clock import BLOCK, Span, from_seconds
from simulator.cues.live.listening import Baseline, Listener, UtteranceVoice, judge
from simulator.cues.signal.level import level_track
from simulator.cues.signal.pitch import pitch_track
from simulator.events import Word
from tests.cues.voices import buzz, silence, white

pytestmark = pytest.mark.unit
AROUND = from_seconds(0.5)


def words(count, span):
    return tuple(Word(word="word", span=span, confidence=1.0) for _ in range(count))


class Trainee:
    """Speaks into a Listener, and remembers every sample."""

    def __init__(self):
        self.listener = Listener()
        self.samples = np.zeros(0, np.int16)

    def hear(self, samples, *, speaking):
        for at in range(0, len(samples), BLOCK):
            self.listener.accept(samples[at : at + BLOCK], speaking=speaking)
        self.samples = np.concatenate([self.samples, samples])

    def say(self, voice, count=0):
        start = len(self.samples)
        self.hear(voice, speaking=True)
        self.hear(silence(0.5), speaking=False)
        span = Span(start, start + len(voice))
        noticed = self.listener.notice(len(self.samples), span, words(count, span))
        return {event.measure: event for event in noticed}


def calm(seconds=3.0, **changes):
    return buzz(**{"f0_hz": 150, "seconds": seconds, "level": 0.03, "noise_db": 30} | changes)


def warmed_up():
    trainee = Trainee()
    for _ in range(3):
        trainee.say(calm())
    return trainee


def test_nothing_is_said_before_the_baseline_is_known():
    trainee = Trainee()
    assert trainee.say(calm()) == {}
    assert trainee.say(calm(level=0.1)) == {}


def test_the_same_voice_again_is_steady():
    found = warmed_up().say(calm())
    assert set(found) == {"steady"}
    assert found["steady"].value < 0.1


def test_a_voice_raised_by_8_db_is_told_with_its_numbers():
    found = warmed_up().say(calm(level=0.03 * 10 ** (8 / 20)))
    assert set(found) == {"raised_voice"}
    event = found["raised_voice"]
    assert event.value - event.baseline == pytest.approx(8, abs=0.3)
    assert event.unit == "dBFS"
    assert event.span.duration == from_seconds(3)


def test_a_pitch_raised_by_5_semitones_is_told_in_hertz():
    found = warmed_up().say(calm(f0_hz=150 * 2 ** (5 / 12)))
    assert set(found) == {"raised_pitch"}
    assert found["raised_pitch"].value == pytest.approx(200.2, abs=1)
    assert found["raised_pitch"].baseline == pytest.approx(150, abs=1)


def test_an_octave_and_more_is_no_pitch():
    assert warmed_up().say(calm(f0_hz=400)) == {}


def test_a_raised_voice_does_not_become_the_baseline():
    trainee = warmed_up()
    for _ in range(10):
        assert "raised_voice" in trainee.say(calm(level=0.09))


def test_the_baseline_stands_once_15_s_are_known():
    trainee = warmed_up()
    for _ in range(3):
        trainee.say(calm())
    assert trainee.listener.baseline.speech == from_seconds(15)
    trainee.say(calm(level=0.04))
    assert trainee.listener.baseline.speech == from_seconds(15)


@pytest.mark.parametrize(
    ("count", "expected"), [(24, "dragging"), (34, None), (40, None), (55, None), (59, "rushing"), (80, "rushing")]
)
def test_the_pace_is_judged_by_the_published_limits(count, expected):
    found = Trainee().say(calm(20.0), count)
    assert set(found) & {"rushing", "dragging"} == ({expected} if expected else set())
    if expected:
        assert found[expected].value == pytest.approx(count * 3)
        assert found[expected].unit == "words/min"


def test_few_words_have_no_pace():
    assert Trainee().say(calm(2.6), 9) == {}
    assert Trainee().say(calm(2.0), 12) == {}


OWN = {"level_dbfs": -30.0, "pitch_semitones": 87.0, "alpha_db": -15.0}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ((3.5, 2.2, 3.0), ["sharp"]),
        ((3.5, 2.2, 1.0), []),
        ((7.0, 2.2, 3.0), ["raised_voice"]),
        ((7.0, 4.5, 3.0), ["raised_voice", "raised_pitch"]),
        ((1.0, -1.0, 3.0), ["steady"]),
        ((-7.0, 0.0, 0.0), []),
    ],
)
def test_what_stands_out_follows_the_steps(changes, expected):
    own = Baseline()
    own.teach(UtteranceVoice(**OWN), from_seconds(6))
    now = UtteranceVoice(**{key: value + by for (key, value), by in zip(OWN.items(), changes, strict=True)})
    assert [event.measure for event in judge(0, Span(0, from_seconds(3)), now, own)] == expected


def test_pace_against_the_own_baseline():
    own = Baseline()
    own.teach(UtteranceVoice(words_per_minute=130.0), from_seconds(6))
    span = Span(0, from_seconds(10))
    for pace, expected in ((176, ["rushing"]), (163, ["rushing"]), (162, []), (101, []), (97, ["dragging"])):
        found = judge(0, span, UtteranceVoice(words_per_minute=float(pace)), own)
        assert [event.measure for event in found] == expected


def test_the_live_numbers_equal_those_of_the_whole_recording():
    trainee = Trainee()
    spans = []
    for f0_hz, level in ((150, 0.03), (180, 0.05), (140, 0.02)):
        start = len(trainee.samples)
        trainee.say(calm(f0_hz=f0_hz, level=level))
        spans.append(Span(start, start + from_seconds(3)))
    f0, level = pitch_track(trainee.samples).f0_hz, level_track(trainee.samples)
    for span in spans:
        live = trainee.listener.measure(span, ())
        part = slice(span.start // 160, span.stop // 160)
        voiced = ~np.isnan(f0[part])
        assert live.level_dbfs == pytest.approx(float(np.median(level[part][voiced])), abs=0.05)
        assert live.pitch_semitones == pytest.approx(float(np.median(12 * np.log2(f0[part][voiced]))), abs=0.02)


def test_noise_and_too_little_voice_have_no_level_or_pitch():
    trainee = warmed_up()
    assert trainee.say(white(3.0, 0.03)) == {}
    assert trainee.say(calm(0.3, level=0.1)) == {}


def test_a_span_before_or_beyond_memory_is_no_error():
    trainee = warmed_up()
    assert trainee.listener.measure(Span(10**9, 10**9 + 16000), ()) == UtteranceVoice()
    assert trainee.listener.notice(0, Span(0, 1), ()) == ()
    assert Listener().notice(0, Span(0, 16000), ()) == ()


def test_memory_is_bounded():
    listener = Listener()
    lot = np.tile(np.concatenate([calm(2.0), silence(2.0)]), 15)
    block = lot[: 60 * 16000].reshape(-1, BLOCK)
    for minute in range(2):
        for piece in block:
            listener.accept(piece, speaking=True)
        kept = sum(len(part) for part in listener._levels), sum(len(part) for part in listener._pitches)
        assert max(kept) <= 6000 + 1200, minute
        assert len(listener._blocks) == 3000

"""Real Vosk, on the Korean model from the Python package index: streams, spans, finals, silence."""

from itertools import pairwise

import numpy as np
import pytest

from simulator.clock import Span, from_ms
from simulator.errors import ModelError
from simulator.speech.recognition.silero import SileroDetector
from simulator.speech.recognition.transcribing import transcribe
from simulator.speech.recognition.vosk_recognizer import VoskRecognizer, without_dither

pytestmark = pytest.mark.device


def feed(stream, samples, step=320):
    partials = [stream.accept(samples[at : at + step]) for at in range(0, len(samples), step)]
    return [partial for partial in partials if partial is not None]


def shifted(words, by):
    return [(word.word, word.span.shift(by), word.confidence) for word in words]


@pytest.fixture(scope="module")
def whole(vosk, korean_speech):
    """All of the Korean speech through one stream that starts at 160,000: partials with their time, and words."""
    samples, _ = korean_speech
    stream = vosk.open(160_000)
    partials = []
    for at in range(0, len(samples), 320):
        partial = stream.accept(samples[at : at + 320])
        if partial is not None:
            partials.append((at, partial))
    return partials, stream.finish()


def test_words_of_several_finals_stand_on_the_call_clock(whole, korean_speech):
    _, said = korean_speech
    _, words = whole
    margin = from_ms(250)
    for start, stop in said:
        inside = [word for word in words if Span(160_000 + start - margin, 160_000 + stop + margin) & word.span]
        assert len(inside) >= 2
        assert inside[0].span.start >= 160_000 + start - margin
        assert inside[-1].span.stop <= 160_000 + stop + margin
    between = Span(160_000 + said[0][1] + margin, 160_000 + said[1][0] - margin)
    assert not [word for word in words if word.span & between]
    assert all(one.span.stop <= two.span.start + 1 for one, two in pairwise(words))
    assert all(0 <= word.confidence <= 1 for word in words)


def test_partials_grow_while_the_words_come(whole, korean_speech):
    _, said = korean_speech
    partials, words = whole
    assert partials[0][0] < said[0][1]
    first = [text for at, text in partials if at < said[1][0]][-1]
    assert partials[-1][1].startswith(first)
    assert len(partials[-1][1].split()) > len(first.split())
    assert first.split()[0] == words[0].word


def test_a_forced_final_tells_at_once_what_vosk_would_tell_later(vosk, korean_speech):
    samples, said = korean_speech
    start, stop = said[0]
    stream = vosk.open(start)
    feed(stream, samples[start:stop])
    words = stream.finish()
    assert len(words) >= 2
    assert words == stream.finish()
    assert words[-1].span.stop <= stop


def test_speech_after_a_forced_final_keeps_its_time(vosk, korean_speech):
    samples, said = korean_speech
    middle = (said[0][1] + said[1][0]) // 2
    stream = vosk.open(5_000)
    feed(stream, samples[:middle])
    first = stream.finish()
    feed(stream, samples[middle:])
    words = stream.finish()
    assert words[: len(first)] == first
    assert len(words) > len(first)
    assert abs(words[len(first)].span.start - (5_000 + said[1][0])) < from_ms(400)


def test_silence_has_no_words(vosk):
    stream = vosk.open(0)
    feed(stream, np.zeros(48_000, np.int16))
    assert stream.finish() == ()
    assert vosk.open(0).finish() == ()


def test_every_stream_starts_afresh_and_the_same_audio_gives_the_same_words(vosk, whole, korean_speech):
    samples, _ = korean_speech
    stream, silent = vosk.open(0), vosk.open(0)
    for at in range(0, len(samples), 320):
        stream.accept(samples[at : at + 320])
        if at < 16_000:
            silent.accept(np.zeros(320, np.int16))
    assert shifted(stream.finish(), 160_000) == shifted(whole[1], 0)
    assert silent.finish() == ()
    stream.close()
    stream.close()


def test_the_model_in_use_has_no_dither_of_its_own(korean_model):
    with without_dither(korean_model) as copy:
        assert (copy / "conf" / "mfcc.conf").read_text(encoding="utf-8").endswith("--dither=0\n")
        assert (copy / "am" / "final.mdl").samefile(korean_model / "am" / "final.mdl")
    assert not copy.exists()
    assert "dither" not in (korean_model / "conf" / "mfcc.conf").read_text(encoding="utf-8")


def test_a_folder_vosk_cannot_load_is_a_model_error(tmp_path):
    (tmp_path / "am").mkdir()
    (tmp_path / "am" / "final.mdl").write_bytes(b"not a model")
    with pytest.raises(ModelError, match="Vosk cannot load the model"):
        VoskRecognizer(tmp_path)


def test_vosk_transcribes_whole_files_too(vosk, korean_speech):
    samples, said = korean_speech
    words = transcribe(samples, vosk, SileroDetector())
    assert len([word for word in words if word.span.start < said[0][1]]) >= 2
    assert len([word for word in words if word.span.start > said[1][0] - from_ms(250)]) >= 2

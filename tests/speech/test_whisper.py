"""Real Whisper on recordings of people: words, places in time, silence, long speech, nothing decoded twice."""

from itertools import pairwise

import numpy as np
import pytest

from simulator.clock import RATE_HZ, from_ms
from simulator.errors import ModelError
from simulator.speech.recognition.whisper_recognizer import WINDOW, WhisperRecognizer

pytestmark = pytest.mark.device
DASHWOOD = "librivox/sense_and_sensibility_01_austen_64kb-0870.wav"
AMIABLE = "librivox/sense_and_sensibility_01_austen_64kb-0930.wav"


def heard(recognizer, samples, start=0):
    stream = recognizer.open(start)
    for at in range(0, len(samples), 320):
        assert stream.accept(samples[at : at + 320]) is None
    return stream, stream.finish()


def text(words):
    return " ".join(word.word for word in words)


def test_a_sentence_plain_and_in_its_place(whisper, human):
    samples = human(AMIABLE)
    _, words = heard(whisper, samples, start=32_000)
    assert text(words) == "he might even have been made amiable himself"
    assert all(32_000 <= word.span.start < word.span.stop <= 32_000 + len(samples) for word in words)
    assert all(one.span.stop <= two.span.start + 1 for one, two in pairwise(words))
    assert all(0 < word.confidence <= 1 for word in words)


def test_silence_before_the_first_word_is_not_part_of_it(whisper, human):
    samples = np.concatenate([np.zeros(RATE_HZ, np.int16), human(AMIABLE)])
    _, words = heard(whisper, samples)
    assert text(words) == "he might even have been made amiable himself"
    assert words[0].span.start >= from_ms(900)


@pytest.mark.parametrize("level", [0, 1, 30, 1000])
@pytest.mark.parametrize("seconds", [0.5, 3])
def test_nothing_is_invented_in_silence_and_noise(whisper, level, seconds):
    noise = np.random.default_rng(0).standard_normal(int(seconds * RATE_HZ)) * level
    assert heard(whisper, noise.astype(np.int16))[1] == ()


def test_nothing_taken_in_is_nothing_heard(whisper):
    assert whisper.open(0).finish() == ()


def test_numbers_come_as_words(whisper, human):
    _, words = heard(whisper, human("cards/005.wav"))
    assert text(words).startswith("eight of spades four of")
    assert text(words).endswith("seven of hearts")


def test_the_same_audio_is_decoded_once(whisper, human):
    calls = []

    class Counting:
        def decode(self, samples, start):
            calls.append((len(samples), start))
            return whisper.decode(samples, start)

    from simulator.speech.recognition.whisper_recognizer import WhisperStream

    samples = human(AMIABLE)
    stream = WhisperStream(Counting(), 0)
    stream.accept(samples[:24_000])
    first = stream.finish()
    assert stream.finish() is first
    stream.accept(samples[24_000:])
    assert text(stream.finish()) == "he might even have been made amiable himself"
    assert calls == [(24_000, 0), (len(samples), 0)]


def test_speech_longer_than_one_window_keeps_every_word_and_its_time(whisper, human):
    names = [f"librivox/sense_and_sensibility_01_austen_64kb-{n}.wav" for n in ("0870", "0880", "0890", "0920", "0930")]
    first_words = ["and mr john", "he was not", "unless to be", "had he married", "he might even", "and mr john"]
    parts, starts, at = [], [], 0
    for name in [*names, names[0]]:
        starts.append(at)
        parts += [human(name), np.zeros(RATE_HZ // 2, np.int16)]
        at += len(parts[-2]) + RATE_HZ // 2
    samples = np.concatenate(parts)
    assert len(samples) > WINDOW
    _, words = heard(whisper, samples)
    assert abs(len(words) - 90) <= 3
    for start, said in zip(starts, first_words, strict=True):
        near = [n for n, word in enumerate(words) if abs(word.span.start - start) < from_ms(700)]
        assert any(text(words[n : n + 3]) == said for n in near), (start, said)


def test_someone_who_says_the_same_again_is_not_taken_for_a_loop(whisper, human):
    samples = np.concatenate([human(AMIABLE)] * 3)
    _, words = heard(whisper, samples)
    assert text(words).split().count("himself") == 3


def test_threads_and_runs_do_not_change_the_words(whisper, human):
    from simulator.speech.models import whisper_folder

    alone = WhisperRecognizer(whisper_folder(), threads=1)
    samples = human(DASHWOOD)
    assert heard(alone, samples)[1] == heard(whisper, samples)[1] == heard(whisper, samples)[1]


def test_a_folder_whisper_cannot_load_is_a_model_error(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"not a model")
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="Whisper cannot load the model"):
        WhisperRecognizer(tmp_path)

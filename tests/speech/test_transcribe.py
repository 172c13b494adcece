"""`hotseat transcribe` on recordings of people, from file to words."""

import json

import numpy as np
import pytest
import soundfile
import soxr
from click.testing import CliRunner

from simulator.clock import RATE_HZ, from_ms
from simulator.errors import InputError
from simulator.recording.audio import read_audio
from simulator.speech.recognition.silero import SileroDetector
from simulator.speech.recognition.transcribing import TranscriptOutput, speech_stretches, transcribe
from tests.command_line import command
from tests.speech.conftest import human_file

pytestmark = pytest.mark.device
KNOWN = {
    "librivox/sense_and_sensibility_01_austen_64kb-0870.wav": (
        "and mr john dashwood had then leisure to consider how much there might be prudently"
        " in his power to do for them"
    ),
    "librivox/sense_and_sensibility_01_austen_64kb-0920.wav": (
        "had he married a more amiable woman he might have been made still more respectable than he was"
    ),
    "librivox/sense_and_sensibility_01_austen_64kb-0930.wav": "he might even have been made amiable himself",
}
SENTENCE = "librivox/sense_and_sensibility_01_austen_64kb-0930.wav"


def run(*args):
    return CliRunner(env={"HOTSEAT_DATA": "/nonexistent/hotseat"}).invoke(
        command("transcribe"), [str(arg) for arg in args]
    )


def test_what_people_say_comes_out_as_known_text_with_times():
    paths = [human_file(name) for name in KNOWN]
    result = run(*paths, "--json")
    assert result.exit_code == 0, result.output
    output = TranscriptOutput.model_validate_json(result.stdout)
    assert (output.recognizer, output.model) == ("whisper", "tiny.en")
    for path, expected, file in zip(paths, KNOWN.values(), output.files, strict=True):
        assert file.path == str(path)
        assert file.text == expected
        assert file.text == " ".join(word.word for word in file.words)
        seconds = soundfile.info(path).duration
        assert 0 <= file.words[0].start_ms < 700
        assert 0 < seconds * 1000 - file.words[-1].stop_ms < 700
        assert all(word.start_ms < word.stop_ms for word in file.words)
    assert "hotseat models install vosk" in result.stderr


def test_words_stand_where_the_speech_does_and_the_very_end_is_kept(whisper, human):
    sentence = human(SENTENCE)
    gap = np.zeros(3 * RATE_HZ, np.int16)
    end = sentence[: from_ms(2900)]
    words = transcribe(np.concatenate([gap, sentence, gap, end]), whisper, SileroDetector())
    text = [word.word for word in words]
    assert text == KNOWN[SENTENCE].split() * 2
    first, second = words[0].span.start, words[len(words) // 2].span.start
    assert first >= len(gap) - from_ms(200)
    assert abs(second - first - len(gap) - len(sentence)) < from_ms(300)
    assert words[-1].span.stop <= 2 * len(gap) + len(sentence) + len(end)


@pytest.mark.parametrize("gain", [0.01, 0.1])
def test_a_quiet_recording_is_heard(whisper, human, gain):
    quiet = (human(SENTENCE) * gain).astype(np.int16)
    words = transcribe(quiet, whisper, SileroDetector())
    assert " ".join(word.word for word in words) == KNOWN[SENTENCE]


@pytest.mark.parametrize(
    ("rate", "subtype", "channels"), [(8000, "PCM_16", 1), (48000, "PCM_24", 2), (44100, "FLOAT", 1)]
)
def test_other_forms_are_converted_and_noted(tmp_path, human, rate, subtype, channels):
    samples = soxr.resample(human(SENTENCE) / 32768, RATE_HZ, rate)
    path = tmp_path / "speech.wav"
    soundfile.write(path, np.stack([samples] * channels, axis=1), rate, subtype=subtype)
    result = run(path, "--json", "--recognizer", "whisper")
    assert json.loads(result.stdout)["files"][0]["text"] == KNOWN[SENTENCE]
    assert json.loads(result.stdout)["files"][0]["notes"]
    assert str(path) in result.stderr


def test_a_recording_with_no_speech(tmp_path):
    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros(RATE_HZ), RATE_HZ)
    assert run(path, "--recognizer", "whisper").stdout == "(no speech)\n"


def test_a_file_that_is_not_there_is_said_before_any_work(tmp_path):
    result = run(tmp_path / "nowhere.wav")
    assert isinstance(result.exception, InputError)
    assert "nowhere.wav" in str(result.exception)


def test_speech_is_found_with_margins_and_nothing_in_silence(human):
    sentence = human(SENTENCE)
    samples = np.concatenate([np.zeros(2 * RATE_HZ, np.int16), sentence, np.zeros(2 * RATE_HZ, np.int16)])
    (found,) = speech_stretches(samples, SileroDetector())
    assert from_ms(1300) <= found.start <= from_ms(2100)
    assert 2 * RATE_HZ + len(sentence) - from_ms(400) <= found.stop <= 2 * RATE_HZ + len(sentence) + from_ms(700)
    assert speech_stretches(np.zeros(RATE_HZ, np.int16), SileroDetector()) == ()
    assert speech_stretches(np.zeros(0, np.int16), SileroDetector()) == ()


def test_the_detector_hears_speech_not_silence_and_always_the_same(human):
    sentence = human(SENTENCE)

    def track(samples):
        detector = SileroDetector()
        return [detector.probability(samples[at : at + 320]) for at in range(0, len(samples) - 319, 320)]

    speech = track(sentence)
    assert speech == track(sentence)
    assert all(0 <= probability <= 1 for probability in speech)
    assert np.mean(np.array(speech) > 0.5) > 0.6
    assert max(track(np.zeros(RATE_HZ, np.int16))) < 0.2


@pytest.mark.parametrize(("name", "syllables"), [(next(iter(KNOWN)), 30), (SENTENCE, 14)])
def test_what_people_say_is_measured_as_counted_by_hand(tmp_path, name, syllables):
    path = human_file(name)
    transcript = tmp_path / "words.json"
    transcript.write_text(run(path, "--recognizer", "whisper", "--json").stdout, encoding="utf-8")
    result = CliRunner().invoke(command("measure"), [str(path), "--transcript", str(transcript), "--json"])
    assert result.exit_code == 0, result.output
    output = json.loads(result.stdout)
    figures = {key: measure["value"] for key, measure in output["measures"].items()}
    seconds = soundfile.info(path).duration
    speaking = figures["speaking_ms"] / 1000
    assert seconds - 1.0 < speaking < seconds
    assert figures["words_per_minute"] == pytest.approx(len(KNOWN[name].split()) / speaking * 60, rel=0.02)
    assert figures["articulation_rate"] == pytest.approx(syllables / speaking, rel=0.12)
    assert 80 < figures["f0_median_hz"] < 150
    assert -35 < figures["level_dbfs"] < -15


def test_a_raw_recording_of_a_person_is_refused_politely():
    with pytest.raises(InputError, match="not audio"):
        read_audio(human_file("goforward.raw"))

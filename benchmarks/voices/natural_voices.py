"""Whether the packed voices are understood, and whether their anger is heard: docs/voices.md, "Natural voices".

Run it as ``python benchmarks/voices/natural_voices.py [SCENARIO...] [--lines N] [--words] [--bands BAND...]``. For
each scenario with a pack, each band and N lines of it (all by default): the median pitch, the pitch's range, the level,
the pace, the pauses and the brightness; with --words, only the word error rate of Whisper's smallest model, in wide
band and over the telephone, and every line that it misheard. It ends with exit code 1 if a band is not above the one
before it, or if a line said twice differs by a byte.

Words are compared by Whisper's own normalizer, numbers digit by digit, and by their sounds: "cash" for
"cache" is no error of the voice. A caller's name is counted apart: it has no spelling that one could know.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import re
import sys
import tempfile
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.clock import RATE_HZ, to_seconds, total
from simulator.cues.signal.pitch import pitch_track
from simulator.cues.talk.syllables import syllables_in
from simulator.customer.scenario import list_scenarios, load_scenario
from simulator.customer.voicing import BACKCHANNELS
from simulator.events import Band
from simulator.session.prepare_voice import pack_of, texts_of
from simulator.speech.natural.phonemes import phonemes
from simulator.speech.profiles import load_profile
from simulator.speech.shaping import silences, speech_level_dbfs
from simulator.speech.voice import CachedVoice, open_voice
from simulator.vocabulary import BANDS

SHORTEST = 25
"""Characters of a line whose pitch, pace and pauses are measured; a shorter one has too little of them."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What is measured of one line, or the median of many."""

    f0_hz: float
    range_semitones: float
    level_dbfs: float
    syllables_per_s: float
    pauses_s: float
    brightness_db: float


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("scenarios", nargs="*", default=list_scenarios())
    asked.add_argument("--lines", type=int, default=None, help="how many lines of each, evenly spread; all by default")
    asked.add_argument("--words", action="store_true", help="Whisper hears every line, which takes long")
    asked.add_argument("--bands", nargs="+", choices=BANDS, default=BANDS, help="for --words; all by default")
    given = asked.parse_args()
    model = whisper() if given.words else None
    passed = True
    for name in given.scenarios:
        scenario = load_scenario(name)
        pack = pack_of(scenario)
        if pack is None:
            print(f"{name}: no whole pack")
            continue
        texts = [text for text in texts_of(scenario) if text not in BACKCHANNELS]
        chosen = texts[:: max(1, len(texts) // given.lines)] if given.lines else texts
        profile = load_profile(scenario.voice)
        for telephone in (False, True) if given.words else (False,):
            with tempfile.TemporaryDirectory() as cache:
                voice = open_voice(profile, cache=Path(cache), engine="pack", pack=pack, telephone=telephone)
                if model is None:  # over a telephone, octave errors of the tracker swamp the pitch's range
                    passed &= ladder(name, pack.style, voice, [text for text in chosen if len(text) >= SHORTEST])
                    passed &= same_twice(voice, profile.name, chosen[0])
                else:
                    line = f"{name} {pack.style} {'telephone' if telephone else 'wide band'}"
                    names = set(plain(scenario.caller.name).split())
                    understood(model, line, voice, [(text, band) for band in given.bands for text in chosen], names)
        pack.close()
    sys.exit(not passed)


def ladder(name: str, style: str, voice: CachedVoice, texts: Sequence[str]) -> bool:
    """Print a row a band; return whether each band is above the one before."""
    rows = [middle([measure(text, voice.speak(text, band).samples) for text in texts]) for band in BANDS]
    for band, row in zip(BANDS, rows, strict=True):
        print(
            f"{name} {style} {band}: {row.f0_hz:.0f} Hz, {row.range_semitones:.1f} st, {row.level_dbfs:.1f} dBFS,"
            f" {row.syllables_per_s:.1f}/s, {row.pauses_s:.2f} s, {row.brightness_db:+.1f} dB",
            flush=True,
        )
    good = all(
        up.f0_hz > low.f0_hz
        and up.range_semitones > low.range_semitones
        and up.level_dbfs > low.level_dbfs + 1
        and up.syllables_per_s > low.syllables_per_s
        and up.pauses_s <= low.pauses_s
        and up.brightness_db > low.brightness_db
        for low, up in itertools.pairwise(rows)
    )
    print(f"{name} {style}: bands in order: {'yes' if good else 'NO'}", flush=True)
    return good


def measure(text: str, samples: NDArray[np.int16]) -> Heard:
    audio = samples / np.float32(32768)
    paused = total(silences(audio))
    f0_hz = pitch_track(samples).f0_hz
    f0_hz = f0_hz[~np.isnan(f0_hz)]
    low, middle_hz, high = np.percentile(f0_hz, [10, 50, 90]) if len(f0_hz) else (np.nan, np.nan, np.nan)
    power, hz = np.abs(np.fft.rfft(audio)) ** 2, np.fft.rfftfreq(len(audio), 1 / RATE_HZ)
    high_power, low_power = (power[(hz >= a) & (hz < b)].sum() for a, b in ((1250, 3400), (300, 1250)))
    syllables = sum(syllables_in(word) for word in re.findall(r"[a-z']+", text.lower()))
    return Heard(
        f0_hz=float(middle_hz),
        range_semitones=float(12 * np.log2(high / low)),
        level_dbfs=speech_level_dbfs(audio),
        syllables_per_s=syllables / to_seconds(len(samples) - paused),
        pauses_s=to_seconds(paused),
        brightness_db=float(10 * np.log10(high_power / low_power)),
    )


def middle(rows: Sequence[Heard]) -> Heard:
    """Return the median of each measure; the mean of pauses and pace, which are small steps."""
    of = {field: np.array([getattr(row, field) for row in rows]) for field in Heard.__dataclass_fields__}
    means = ("pauses_s", "syllables_per_s")
    return Heard(**{k: float(np.mean(v) if k in means else np.nanmedian(v)) for k, v in of.items()})


def same_twice(voice: CachedVoice, profile: str, text: str) -> bool:
    """Return whether a line rendered again, without memory or disk, has the same samples."""
    one = [voice._line(text, band).samples for band in BANDS]
    voice._cache = type(voice._cache)(Path(tempfile.mkdtemp()))
    two = [voice._line(text, band).samples for band in BANDS]
    good = all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    print(f"{profile}: the same line twice is the same: {'yes' if good else 'NO'}", flush=True)
    return good


def whisper():
    from faster_whisper import WhisperModel

    from simulator.speech.models import whisper_folder

    return WhisperModel(str(whisper_folder()), device="cpu", compute_type="int8", cpu_threads=1)


def understood(model, line: str, voice: CachedVoice, lines: Sequence[tuple[str, Band]], names: Container[str]) -> None:
    """Print the lines that were misheard, and the word error rate of each band."""
    for band, those in itertools.groupby(lines, key=lambda pair: pair[1]):
        wrong, words, in_names = 0, 0, 0
        for text, _ in those:
            heard = hear(model, voice.speak(text, band).samples)
            found, of, own = errors(plain(text), plain(heard), names)
            if found + own:
                print(f"    {line} {band}: {text!r} heard as {heard!r}", flush=True)
            wrong, words, in_names = wrong + found, words + of, in_names + own
        rate = 100 * wrong / words
        print(f"{line} {band}: {rate:.1f} % of {words} words misheard, and {in_names} in names", flush=True)


def hear(model, samples: NDArray[np.int16]) -> str:
    audio = samples.astype(np.float32) / 32768
    segments, _ = model.transcribe(audio, language="en", beam_size=5, without_timestamps=True)
    return " ".join(segment.text.strip() for segment in segments)


def errors(wanted: str, heard: str, names: Container[str]) -> tuple[int, int, int]:
    """Return the errors, the words and the errors in names; the words of names are in neither of the first two."""
    import jiwer

    said, understood = wanted.split(), heard.split()
    named = sum(word in names for word in said)
    wrong = own = 0
    found = jiwer.process_words(wanted, heard or "-").alignments[0]
    for alike, parts in itertools.groupby(found, key=lambda part: part.type == "equal"):
        stretch = list(parts)
        ours = said[stretch[0].ref_start_idx : stretch[-1].ref_end_idx]
        theirs = understood[stretch[0].hyp_start_idx : stretch[-1].hyp_end_idx]
        if not alike and sound(ours) != sound(theirs):
            many = max(len(ours), len(theirs))
            # nothing but a name may be heard as more words
            in_name = many if named == len(said) else sum(word in names for word in ours)
            wrong, own = wrong + many - in_name, own + in_name
    return wrong, len(said) - named, own


def sound(words: Sequence[str]) -> str:
    """Return how words sound, without stress and the spaces between them."""
    return re.sub(r"[ ˈˌ.]", "", phonemes(" ".join(words), "american")) if words else ""


def plain(text: str) -> str:
    """Return the words as they sound, so that "80" and "eighty" are one, and "audit's" and "audits"."""
    without = re.sub(r"(\w)'s\b", r"\1s", text.lower().replace("\u2019", "'"))
    without = without.replace("you're", "your").replace("they're", "their")
    return " ".join(re.sub(r"\d", lambda found: f" {found[0]} ", normalizer()(without)).split())


@functools.cache
def normalizer():
    from whisper_normalizer.english import EnglishTextNormalizer

    return EnglishTextNormalizer()


if __name__ == "__main__":
    main()

"""How angry each voice sounds in each band, by our own cues: the table of docs/voices.md.

Run it as ``python benchmarks/voices/voices.py [--piper]``.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np

from simulator.clock import to_seconds, total
from simulator.cues.signal.pitch import pitch_track
from simulator.cues.talk.syllables import syllables_in
from simulator.speech.profiles import VoiceProfile, list_profiles
from simulator.speech.shaping import silences, speech_level_dbfs
from simulator.speech.voice import Engine, open_voice
from simulator.vocabulary import BANDS

TEXT = (
    "I ordered that sofa three weeks ago, and it still has not come. I stayed at home all day on Thursday, "
    "and nobody came. So what are you going to do about it?"
)


def main() -> None:
    """Print a Markdown table: median F0, level, syllables a second of speaking, and the pauses of the line."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--piper", action="store_true", help="measure Piper's voices (hotseat[piper])")
    piper = asked.parse_args().piper
    print("| voice | " + " | ".join(BANDS) + " |\n|---|" + "---|" * len(BANDS))
    with tempfile.TemporaryDirectory() as cache:
        for profile in list_profiles():
            if piper and profile.piper is None:
                continue
            heard = row(profile, Path(cache), "piper" if piper else "pyttsx3")
            print(f"| {profile.name} | " + " | ".join(heard) + " |")


def row(profile: VoiceProfile, cache: Path, engine: Engine) -> list[str]:
    """Return what is measured of one voice, a cell a band."""
    voice = open_voice(profile, cache=cache, engine=engine)
    try:
        return [cell(voice.speak(TEXT, band).samples) for band in BANDS]
    finally:
        voice.close()


def cell(samples: np.ndarray) -> str:
    """Return the measures of one line."""
    audio = samples / np.float32(32768)
    paused = total(silences(audio))
    syllables = sum(syllables_in(word.strip(",.?").lower()) for word in TEXT.split())
    rate = syllables / to_seconds(len(samples) - paused)
    f0_hz = np.nanmedian(pitch_track(samples).f0_hz)
    return f"{f0_hz:.0f} Hz, {speech_level_dbfs(audio):.1f} dBFS, {rate:.1f}/s, {to_seconds(paused):.1f} s"


if __name__ == "__main__":
    main()

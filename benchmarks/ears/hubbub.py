"""Whether a call-centre hubbub makes phantom turns while the trainee says nothing.

    python benchmarks/ears/hubbub.py SPEECH_FOLDER [--minutes 5]

The hubbub of calls/noise at three levels; -33 dBFS is 10 dB below speech at the usual -23 dBFS. Counted are onsets of
speech, and turns the customer would have answered.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from ears_rig import Replier, engine_of, feed, load, recognizer_of

from simulator.clock import from_seconds
from simulator.events import SpeechStarted, TurnEnded
from simulator.speech.recognition.ear import ReplayEar


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=5)
    options = parser.parse_args()
    noise = load(options.folder / "calls/noise/callcenter_background_24k.flac").astype(np.float64)
    recognizer = recognizer_of("auto")
    for dbfs in (-40, -33, -28):
        level = noise / np.sqrt(np.mean(noise**2)) * 32768 * 10 ** (dbfs / 20)
        samples = np.clip(np.resize(level, from_seconds(60 * options.minutes)), -32768, 32767).astype(np.int16)
        events = feed(engine_of(ReplayEar(recognizer), Replier()), samples)
        onsets = sum(isinstance(e, SpeechStarted) for e in events)
        turns = sum(isinstance(e, TurnEnded) for e in events)
        print(f"hubbub at {dbfs} dBFS, {options.minutes:g} minutes: {onsets} onsets, {turns} phantom turns (bar 0)")


if __name__ == "__main__":
    main()

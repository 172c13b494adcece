"""Silent pauses against Praat's own silences on the same real speech, and the speed of each.

Usage: python benchmarks/measures/pauses_praat.py SPEECH_FOLDER        (needs praat-parselmouth, extra `bench`)
Praat: "To TextGrid (silences)" at 100 Hz, -42 dB from the loudest moment, 0.25 s of silence, 0.1 s of sound: the
settings nearest to the definition here. A pause is agreed on when the two overlap by half of the longer. A clear pause
is one of 350 ms or more, well over the bound of 250 ms. CPU seconds, one thread, on the files joined into ten minutes.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from simulator.clock import Span, from_seconds
from simulator.cues.signal.activity import find_speech
from simulator.cues.talk.silences import silent_pauses
from simulator.ports import Samples
from simulator.recording.audio import read_audio

PATTERNS = ("asr/librivox/*.flac", "asr/ljspeech/*.flac", "asr/librispeech/*.flac", "asr/arctic/*.flac",
            "asr/asterisk_8k/[d-v]*.flac", "pitch/textgrid/*.flac", "calls/turn_end/*.flac")  # fmt: skip
DEPTH_DB = -42.0
CLEAR_MS = 350
BARS = {"agreed": 0.9, "speed": 3.0}


def praat_pauses(samples: Samples) -> list[Span]:
    import parselmouth
    from parselmouth.praat import call

    sound = parselmouth.Sound(samples / 32768, 16000)
    if sound.duration < 0.1:
        return []
    grid = call(sound, "To TextGrid (silences)", 100, 0.0, DEPTH_DB, 0.25, 0.1, "silent", "sounding")
    found = []
    count = int(call(grid, "Get number of intervals", 1))
    # Silence before the first and after the last sound is no pause.
    for number in range(2, count):
        if call(grid, "Get label of interval", 1, number) == "silent":
            start = from_seconds(call(grid, "Get start time of interval", 1, number))
            stop = from_seconds(call(grid, "Get end time of interval", 1, number))
            if stop - start >= 4000:
                found.append(Span(start, stop))
    return found


def own_pauses(samples: Samples) -> list[Span]:
    return list(silent_pauses(find_speech(samples).speech))


def match(one: list[Span], other: list[Span]) -> list[tuple[Span, Span]]:
    pairs = []
    for span in one:
        for candidate in other:
            both = span & candidate
            if both is not None and both.duration >= max(span.duration, candidate.duration) / 2:
                pairs.append((span, candidate))
                break
    return pairs


def main(folder: Path) -> int:
    files = [read_audio(path).samples for pattern in PATTERNS for path in sorted(folder.glob(pattern))]
    theirs, ours, edges, lengths = 0, 0, [], []
    agreed, clear, clear_agreed = 0, 0, 0
    for samples in files:
        praat, own = praat_pauses(samples), own_pauses(samples)
        pairs = match(own, praat)
        theirs, ours, agreed = theirs + len(praat), ours + len(own), agreed + len(pairs)
        for spans, others in ((praat, own), (own, praat)):
            long_ones = [span for span in spans if span.duration >= CLEAR_MS * 16]
            clear, clear_agreed = clear + len(long_ones), clear_agreed + len(match(long_ones, others))
        edges += [abs(a.start - b.start) / 16 for a, b in pairs] + [abs(a.stop - b.stop) / 16 for a, b in pairs]
        lengths += [(a.duration - b.duration) / 16 for a, b in pairs]
    score = clear_agreed / clear
    print(f"{len(files)} files: Praat {theirs} pauses, here {ours}, agreed on {agreed}", end="")
    print(f" (F1 {2 * agreed / (theirs + ours):.2f}; of clear ones {score:.2f})")
    print(f"edges differ by {np.median(edges):.0f} ms (median), {np.percentile(edges, 95):.0f} ms (95 %); ", end="")
    print(f"lengths by {np.median(lengths):+.0f} ms (median)")
    long = np.concatenate(files * 4)[: 600 * 16000]
    times = []
    for pauses in (praat_pauses, own_pauses):
        start = time.process_time()
        pauses(long)
        times.append(time.process_time() - start)
    speed = times[0] / times[1]
    print(f"{len(long) / 16000:.0f} s: Praat {times[0]:.2f} s CPU, here {times[1]:.2f} s: {speed:.1f} x")
    return int(score < BARS["agreed"]) + int(speed < BARS["speed"])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))

"""Syllable nuclei against de Jong and Wempe's script run in Praat: which are found, how many, how fast.

    python benchmarks/measures/nuclei.py FOLDER

The script's logic (2009 version, -25 dB, dip of 2 dB) on the same samples through parselmouth. A nucleus agrees within
50 ms. Stated tolerance: 90 % of the script's nuclei found, and their number within 15 %. Needs the extra `bench`.
"""

from __future__ import annotations

from measuring import arguments, bar, recordings, table  # isort: skip  (sets one thread first)

import itertools
import time

import degraded
import numpy as np
import parselmouth
from numpy.typing import NDArray
from parselmouth.praat import call

from simulator.cues.signal.nuclei import find_nuclei
from simulator.cues.signal.pitch import pitch_track

AGREE_S = 0.05


def script(samples: NDArray[np.int16]) -> NDArray[np.float64]:
    """Return the nuclei, in seconds, that the published script finds."""
    sound = parselmouth.Sound(samples / 32768.0, 16_000)
    intensity = call(sound, "To Intensity", 50, 0, "yes")
    loud = call(intensity, "Get quantile", 0, 0, 0.99)
    threshold = max(loud - 25, call(intensity, "Get minimum", 0, 0, "Parabolic"))
    curve = call(call(intensity, "Down to Matrix"), "To Sound (slice)", 1)
    points = call(curve, "To PointProcess (extrema)", "Left", "yes", "no", "Sinc70")
    times = [call(points, "Get time from index", i + 1) for i in range(call(points, "Get number of points"))]
    peaks = [(at, call(intensity, "Get value at time", at, "Cubic")) for at in times]
    peaks = [peak for peak in peaks if peak[1] > threshold]
    pitch = call(sound, "To Pitch (ac)", 0.02, 30, 4, "no", 0.03, 0.25, 0.01, 0.35, 0.25, 450)
    found = []
    for (at, level), (after, _) in itertools.pairwise(peaks):
        dip = call(intensity, "Get minimum", at, after, "None")
        if abs(level - dip) > 2 and not np.isnan(call(pitch, "Get value at time", at, "Hertz", "Linear")):
            found.append(at)
    return np.array(found)


def main() -> None:
    wanted = arguments("Syllable nuclei against the published script")
    totals: dict[str, NDArray[np.float64]] = {}
    ours_s = theirs_s = seconds = 0.0
    for path in recordings(wanted.folder):
        samples = degraded.to_int16(degraded.read(path))
        if len(samples) < 32_000 or seconds > wanted.limit:
            continue
        seconds += len(samples) / 16_000
        start = time.process_time()
        theirs = script(samples)
        middle = time.process_time()
        ours = find_nuclei(samples, pitch_track(samples).f0_hz) / 16_000
        theirs_s, ours_s = theirs_s + middle - start, ours_s + time.process_time() - middle
        found = sum(bool(len(ours)) and np.abs(ours - at).min() <= AGREE_S for at in theirs)
        kept = sum(bool(len(theirs)) and np.abs(theirs - at).min() <= AGREE_S for at in ours)
        row = np.array([len(theirs), len(ours), found, kept], float)
        totals[path.parent.name] = totals.get(path.parent.name, np.zeros(4)) + row
    totals["all"] = sum(totals.values(), np.zeros(4))
    rows = [[name, *map(int, t[:2]), 100 * t[2] / t[0], 100 * t[3] / t[1], t[1] / t[0]] for name, t in totals.items()]
    table(["nuclei", "script", "ours", "script's found %", "ours in script %", "ratio"], rows)
    rates = [["ours, pitch included", seconds / ours_s], ["script in Praat", seconds / theirs_s]]
    table(["audio seconds per CPU second, one core", ""], rates)
    met = [
        bar("the script's nuclei found, %", rows[-1][3], 90),
        bar("count against the script's, off by %", 100 * abs(rows[-1][5] - 1), 15, least=False),
        bar("speed, times the script's", theirs_s / ours_s, 3),
    ]
    raise SystemExit(0 if all(met) else 1)


if __name__ == "__main__":
    main()

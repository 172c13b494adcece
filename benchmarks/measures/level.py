"""The level track against Praat's intensity: difference in speech, and speed.

    python benchmarks/measures/level.py FOLDER

Praat: To Intensity, minimum pitch 100 Hz, subtract mean; asked every millisecond and read at our frame centres. Speech:
frames within 40 dB of the loudest. Stated tolerance: median 0.2 dB, 95th percentile 0.7 dB. Speed: Praat at its every
10 ms. Needs the extra `bench`.
"""

from __future__ import annotations

from measuring import arguments, bar, cpu_seconds, recordings, table  # isort: skip  (sets one thread first)

import degraded
import numpy as np
import parselmouth

from simulator.cues.signal.framing import frame_times_ms
from simulator.cues.signal.level import level_track

DBFS = 20 * np.log10(2e-5)
"""Praat's 0 dB is 20 micropascals; ours is a full scale of 1 pascal."""


def main() -> None:
    wanted = arguments("Level against Praat's intensity")
    differences: dict[str, list[np.ndarray]] = {}
    audio = []
    for path in recordings(wanted.folder):
        samples = degraded.to_int16(degraded.read(path))
        audio.append(samples)
        if len(samples) < 16_000:
            continue
        level = level_track(samples)
        time_ms = frame_times_ms(len(level))
        praat = parselmouth.Sound(samples / 32768.0, 16_000).to_intensity(100, 0.001)
        theirs = np.interp(time_ms / 1000, praat.xs(), praat.values[0] + DBFS)
        at = (time_ms > 1000 * praat.xs()[0]) & (level > level.max() - 40)
        at &= time_ms < 1000 * praat.xs()[-1]
        differences.setdefault(path.parent.name, []).append(np.abs(level - theirs)[at])
    found = {name: np.concatenate(parts) for name, parts in differences.items()}
    found["all"] = np.concatenate(list(found.values()))
    rows = [[name, *np.percentile(values, (50, 95, 99))] for name, values in found.items()]
    table(["|ours - Praat| in speech, dB", "median", "95 %", "99 %"], rows)
    joined = np.concatenate(audio)[: int(wanted.limit * 16_000)]
    sound = parselmouth.Sound(joined / 32768.0, 16_000)
    own, _ = cpu_seconds(lambda: level_track(joined))
    theirs_s, _ = cpu_seconds(lambda: sound.to_intensity(100, 0.01))
    seconds = len(joined) / 16_000
    table(["audio seconds per CPU second, one core", ""], [["ours", seconds / own], ["Praat", seconds / theirs_s]])
    met = [
        bar("median difference, dB", rows[-1][1], 0.2, least=False),
        bar("95th percentile, dB", rows[-1][2], 0.7, least=False),
        bar("speed, times Praat's", theirs_s / own, 3),
    ]
    raise SystemExit(0 if all(met) else 1)


if __name__ == "__main__":
    main()

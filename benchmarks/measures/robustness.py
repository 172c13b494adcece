"""The tracks and voice cues on copies of the same speech: how far each moves, or that it says unmeasurable.

    python benchmarks/measures/robustness.py FOLDER NOISE

NOISE is a recording of office hubbub. Copies: level-normalised, 8 kHz, mu-law, 30 dB softer, clipped (1 sample in 100),
in hubbub 10 dB below the speech. Only frames in the speech of the original count, as in every measure. Each figure is
the mean over the recordings; level is compared after the known gain. `robust_measures.py` does the same for whole
measurements.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import degraded
import numpy as np
from measuring import recordings, table
from numpy.typing import NDArray

from simulator.cues.reliability import LEAST_SNR_DB
from simulator.cues.signal.activity import find_speech
from simulator.cues.signal.level import level_track
from simulator.cues.signal.nuclei import find_nuclei
from simulator.cues.signal.pitch import pitch_track
from simulator.cues.signal.voice_quality import voice_quality

LIMITS = {"gross %": 2.0, "voicing %": 6.0, "median F0 %": 5.0, "level dB": 1.0, "nuclei %": 15.0}
LIMITS |= {"alpha dB": 1.0, "HNR dB": 1.0}
IN_HUBBUB = {"gross %": 5.0, "voicing %": 25.0}
"""The tracks follow whatever voice is there; so other voices 10 dB below move them farther."""


class Cues:
    """What is measured in the speech of one recording; None where that says unmeasurable."""

    def __init__(self, audio: NDArray[np.float64]) -> None:
        samples = degraded.to_int16(audio)
        pitch = pitch_track(samples)
        activity = find_speech(samples)
        inside = np.zeros(len(pitch), bool)
        for span in activity.speech:
            inside[span.start // 160 : span.stop // 160] = True
        self.f0_hz = np.where(inside, pitch.f0_hz, np.float32(np.nan))
        self.level = level_track(samples)
        nuclei = find_nuclei(samples, pitch.f0_hz)
        clipped = float(np.mean(np.abs(samples.astype(int)) > 32_700))
        quality = voice_quality(samples, self.f0_hz, pitch.strength, snr_db=activity.snr_db, clipped=clipped)
        clear = activity.snr_db is not None and activity.snr_db >= LEAST_SNR_DB
        self.cues: dict[str, float | None] = {
            "median F0 %": float(np.nanmedian(self.f0_hz)) if clear else None,
            "nuclei %": float(inside[np.minimum(nuclei // 160, len(inside) - 1)].sum()) if clear else None,
            "alpha dB": quality["alpha_ratio_db"].value,
            "HNR dB": quality["harmonics_to_noise_db"].value,
        }


def moved(clean: Cues, copy: Cues) -> dict[str, float]:
    """Return how far each cue of the copy lies from the original; NaN where either says unmeasurable."""
    first, second = ~np.isnan(clean.f0_hz), ~np.isnan(copy.f0_hz)
    both = first & second
    level = (copy.level - clean.level)[both]
    found = {
        "gross %": float(100 * np.mean(np.abs(copy.f0_hz[both] / clean.f0_hz[both] - 1) > 0.2)),
        "voicing %": float(100 * np.mean(first != second)),
        "level dB": float(np.median(np.abs(level - np.median(level)))),
    }
    for key, value in clean.cues.items():
        other = copy.cues[key]
        if value is None or other is None:
            found[key] = np.nan
        else:
            found[key] = 100 * abs(other / value - 1) if key.endswith("%") else abs(other - value)
    return {key: found[key] for key in LIMITS}


def main() -> None:
    parser = argparse.ArgumentParser(description="Cues on degraded copies of the same speech")
    parser.add_argument("folder", type=Path)
    parser.add_argument("noise", type=Path)
    wanted = parser.parse_args()
    noise = degraded.read(wanted.noise)
    found: dict[str, dict[str, list[float]]] = {}
    for path in recordings(wanted.folder):
        audio = degraded.read(path)
        if len(audio) < 2 * degraded.RATE_HZ:
            continue
        clean = Cues(audio)
        if (clean.cues["nuclei %"] or 0) < 8:
            continue
        for name, copy in degraded.copies(audio, noise).items():
            for key, value in moved(clean, Cues(copy)).items():
                found.setdefault(name, {}).setdefault(key, []).append(value)
    rows, failed = [], 0
    for name, cues in found.items():
        row = [name]
        for key, values in cues.items():
            known = np.array(values)[~np.isnan(values)]
            mean = float(np.mean(known)) if len(known) else np.nan
            limit = IN_HUBBUB.get(key, LIMITS[key]) if "hubbub" in name else LIMITS[key]
            failed += mean > limit
            row.append("n/a" if np.isnan(mean) else f"{mean:.2f}{'!' if mean > limit else ''}")
        rows.append(row)
    rows.append(["stated limit", *(f"{limit:.2f}" for limit in LIMITS.values())])
    rows.append(["in hubbub", *(f"{IN_HUBBUB.get(key, limit):.2f}" for key, limit in LIMITS.items())])
    table(["copy", *LIMITS], rows)
    print(f"{failed} moved by more than the stated limit (marked !); n/a: it says unmeasurable")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()

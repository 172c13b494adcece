"""Every recording on its own: how far each measure of each copy moves, against the error stated beside the original.

    python benchmarks/measures/robust_each.py SPEECH_FOLDER

The copies of `robust_measures` and harder ones. One row a measure, one column a copy: moved by more / measured /
unmeasurable. What is wider than a telephone's band is shown, and not counted as a miss of a copy.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import degraded
import numpy as np
import soundfile
from robust_measures import NOISE, in_noise, mu_law

from simulator.cues.catalogue import SPECS
from simulator.cues.measure import measure_call
from simulator.ports import Samples
from simulator.recording.audio import read_audio, to_int16

SHORTEST, LONGEST = 2 * 16_000, 60 * 16_000
ANOTHER_SIGNAL = "phone band"


def copies(samples: Samples, noise: np.ndarray) -> dict[str, tuple[Samples, float]]:
    """Return each copy by its name, and its gain in dB."""
    plain = samples / 32768
    peak = np.abs(plain).max()
    middle = np.roll(noise, -(len(noise) // 2))
    power = np.resize(middle, len(plain))
    made = {
        "peak -1": (degraded.normalised(plain), 20 * np.log10(10 ** (-1 / 20) / peak)),
        "-30 dB": (plain * 10**-1.5, -30.0),
        "8 kHz": (degraded.eight_khz(plain), 0.0),
        "mu-law": (mu_law(plain), 0.0),
        "1 % clipped": (degraded.clipped(plain), 0.0),
        "+12 clipped": (np.clip(plain / peak * 4, -1, 1), 0.0),
        "cut at half": (np.clip(plain / peak, -0.5, 0.5), -20 * np.log10(peak)),
        "hubbub active": (in_noise(plain, middle, 10), 0.0),
        "hubbub power": (plain + power * degraded.rms(plain) / degraded.rms(power) * 10**-0.5, 0.0),
        ANOTHER_SIGNAL: (degraded.telephone(plain), 0.0),
    }
    return {name: (to_int16(audio), gain) for name, (audio, gain) in made.items()}


def main(folder: Path) -> int:
    noise = read_audio(folder / NOISE).samples / 32768
    moved: Counter[tuple[str, str]] = Counter()
    lost: Counter[tuple[str, str]] = Counter()
    seen: Counter[tuple[str, str]] = Counter()
    misses = []
    for path in sorted(folder.rglob("*.flac")):
        channel = 0 if soundfile.info(path).channels > 1 else None
        samples = read_audio(path, channel=channel).samples[:LONGEST]
        if len(samples) < SHORTEST or "noise" in path.parts:
            continue
        clean = measure_call(samples).measures
        for kind, (copy, gain) in copies(samples, noise).items():
            found = measure_call(copy).measures
            for key, want in clean.items():
                if want.value is None or want.error is None or (key == "snr_db" and "hubbub" in kind):
                    continue
                got = found[key].value
                seen[key, kind] += 1
                lost[key, kind] += got is None
                by = 0.0 if got is None else got - want.value - (gain if key == "level_dbfs" else 0.0)
                if abs(by) > want.error + 1e-9:
                    moved[key, kind] += 1
                    misses.append(
                        f"{key} of {path.name}, {kind}: {want.value:.4g} by {by:+.3g}, stated {want.error:.3g}"
                    )
    kinds = list(dict.fromkeys(kind for _, kind in seen))
    print(f"{'':<28}" + "".join(f"{kind:>15}" for kind in kinds))
    for key in SPECS:
        if any(seen[key, kind] for kind in kinds):
            cells = [f"{moved[key, k]}/{seen[key, k] - lost[key, k]}/{lost[key, k]}" for k in kinds]
            print(f"{key:<28}" + "".join(f"{cell:>15}" for cell in cells))
    print(*[miss for miss in misses if ANOTHER_SIGNAL not in miss], sep="\n")
    count, missed, without = (
        sum(number for (_, kind), number in counted.items() if kind != ANOTHER_SIGNAL)
        for counted in (seen, moved, lost)
    )
    print(f"{missed} of {count} moved by more than stated ({missed / count:.1%}); {without} unmeasurable")
    return int(missed / count > 0.01)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))

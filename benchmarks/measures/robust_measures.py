"""How far each measure moves when the same speech is quieter, telephoned, companded, clipped or in office noise.

Usage: python benchmarks/measures/robust_measures.py SPEECH_FOLDER
Speech of one reader after another is joined with pauses of known length into tracks of about a minute; each track is
measured as it is and as a copy. A measure passes where it moves by no more than its stated error, or says
unmeasurable.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import soxr

from simulator.cues.catalogue import SPECS
from simulator.cues.measure import measure_call
from simulator.cues.measurement import Measurement
from simulator.ports import Samples
from simulator.recording.audio import read_audio, to_int16

SOURCES = {
    "ljspeech": "asr/ljspeech/*.flac",
    "librivox": "asr/librivox/*.flac",
    "librispeech": "asr/librispeech/*.flac",
    "arctic": "asr/arctic/*.flac",
    "prompts": "asr/asterisk_8k/[d-p]*.flac",
    "fillers": "asr/mfa_disfluency/acoustic_corpus.flac",
}
NOISE = "calls/noise/callcenter_background_24k.flac"
COMPARED = [key for key, spec in SPECS.items() if (spec.error or spec.share) and key != "snr_db"]
"""Not snr_db: a copy in noise has another one."""
MANY_SPEAKERS = ("librispeech", "arctic")
"""No baseline of one's own there."""


def track(folder: Path, pattern: str) -> Samples:
    """One reader's files, level-normalised, with pauses of 0.4 to 1.2 s between them; room noise at -75 dBFS."""
    rng = np.random.default_rng(5)
    parts = []
    for path in sorted(folder.glob(pattern))[:16]:
        samples = read_audio(path).samples / 32768
        rms = np.sqrt(np.mean(samples**2))
        parts += [samples * 0.08 / max(rms, 1e-6), np.zeros(int(rng.uniform(0.4, 1.2) * 16000))]
    joined = np.concatenate([np.zeros(8000), *parts])
    return to_int16(joined + rng.normal(0, 10 ** (-75 / 20), len(joined)))


def mu_law(samples: np.ndarray) -> np.ndarray:
    narrow = np.clip(soxr.resample(samples, 16000, 8000), -1, 1)
    code = np.rint(np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log1p(255) * 127) / 127
    return soxr.resample(np.sign(code) * np.expm1(np.abs(code) * np.log1p(255)) / 255, 8000, 16000)


def in_noise(samples: np.ndarray, noise: np.ndarray, snr_db: float) -> np.ndarray:
    """Noise under the speech at an SNR by active level: that of the frames within 15 dB of the loudest."""
    frames = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    power = (frames**2).mean(axis=1)
    active = power[power > np.percentile(power, 98) * 10**-1.5].mean()
    under = np.resize(noise, len(samples))
    return samples + under * np.sqrt(active / (under**2).mean() / 10 ** (snr_db / 10))


def copies(samples: Samples, noise: np.ndarray) -> dict[str, Samples]:
    plain = samples / 32768
    return {
        "+6 dB": to_int16(plain * 2),
        "-30 dB": to_int16(plain * 10**-1.5),
        "8 kHz": to_int16(soxr.resample(soxr.resample(plain, 16000, 8000), 8000, 16000)),
        "mu-law": to_int16(mu_law(plain)),
        "clipped": to_int16(np.clip(plain * 6, -1, 1)),
        "hubbub 20 dB": to_int16(in_noise(plain, noise, 20)),
        "hubbub 10 dB": to_int16(in_noise(plain, noise, 10)),
    }


def verdict(key: str, clean: Measurement, copy: Measurement, gain_db: float) -> str:
    want, got = clean.measures[key], copy.measures[key]
    if want.value is None:
        return ""
    if got.value is None:
        return "n/a"
    moved = got.value - want.value - (gain_db if key == "level_dbfs" else 0.0)
    error = want.error or 0.0
    relative = SPECS[key].share is not None
    shown = f"{moved / want.value:+.0%}" if relative and want.value else f"{moved:+.2g}"
    return shown if abs(moved) <= error + 1e-9 else shown + "!"


def main(folder: Path) -> int:
    noise = read_audio(folder / NOISE).samples / 32768
    gains = {"+6 dB": 6.02, "-30 dB": -30.0}
    failed = 0
    for name, pattern in SOURCES.items():
        samples = track(folder, pattern)
        clean = measure_call(samples)
        found = {kind: measure_call(copy) for kind, copy in copies(samples, noise).items()}
        print(
            f"\n{name}: {len(samples) / 16000:.0f} s" + f"\n{'':<28}{'clean':>9}" + "".join(f"{k:>14}" for k in found)
        )
        for key in COMPARED:
            value = clean.measures[key].value
            if value is None or (("change" in key or "steadiness" in key) and name in MANY_SPEAKERS):
                continue
            cells = [verdict(key, clean, copy, gains.get(kind, 0.0)) for kind, copy in found.items()]
            failed += sum(cell.endswith("!") for cell in cells)
            print(f"{key:<28}{value:>9.4g}" + "".join(f"{cell:>14}" for cell in cells))
    print(f"\n{failed} moved by more than the stated error (marked !)")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))

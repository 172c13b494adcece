"""F0 against truth and against Praat: gross errors, voicing errors, speed.

    python benchmarks/measures/pitch.py FOLDER

Every estimator sees the same int16 samples at 16 kHz, 75 to 600 Hz, a frame every 10 ms; recordings are cut so that
Praat's frames stand on our grid. Gross pitch error: share of the frames that both call voiced whose F0 is off by more
than 20 %. Voicing decision error: share of all frames. Two kinds of voice whose pitch is known: `synthetic_voice`, and
`pulse_voice` with seeds that nothing was chosen on. Needs the extra `bench`.
"""

from __future__ import annotations

from measuring import arguments, bar, cpu_seconds, recordings, table  # isort: skip  (sets one thread first)

from itertools import combinations
from pathlib import Path

import degraded
import librosa
import numpy as np
import parselmouth
import pulse_voice
import synthetic_voice
from numpy.typing import NDArray

from simulator.cues.signal.pitch import pitch_track

Pitch = NDArray[np.float64]
GROSS = 0.2
PYIN_SECONDS = 30
AGREED_SECONDS, RATE = 60, 16_000
SEVERAL_VOICES = ("ami", "librispeechmix", "noise")
"""Folders whose recordings have several voices at once, of which each method may take another."""
HELD_OUT_SEEDS = (401, 402, 403)


def cut(audio: NDArray[np.float64]) -> NDArray[np.int16]:
    """Return int16 samples whose length puts Praat's first frame at 25 ms, on our grid."""
    samples = degraded.to_int16(audio)
    return samples[: len(samples) // 160 * 160 - 1]


def ours(samples: NDArray[np.int16]) -> Pitch:
    return pitch_track(samples).f0_hz.astype(np.float64)


def praat(samples: NDArray[np.int16]) -> Pitch:
    sound = parselmouth.Sound(samples / 32768.0, 16_000)
    found = sound.to_pitch_ac(time_step=0.01)
    f0 = np.full(len(samples) // 160, np.nan)
    values = found.selected_array["frequency"]
    first = round((found.xs()[0] - 0.005) / 0.01)
    f0[first : first + len(values)] = np.where(values > 0, values, np.nan)
    return f0


def pyin(samples: NDArray[np.int16]) -> Pitch:
    f0, _, _ = librosa.pyin(samples / np.float32(32768), sr=16_000, fmin=75, fmax=600, hop_length=160, center=False)
    return np.asarray(f0)


def other_praat(samples: NDArray[np.int16], method: str) -> Pitch:
    """Return the pitch by another of Praat's methods: "cc" (cross-correlation) or "subharmonic" (summation)."""
    sound = parselmouth.Sound(samples / 32768.0, 16_000)
    if method == "cc":
        found = sound.to_pitch_cc(time_step=0.01, pitch_floor=75.0, pitch_ceiling=600.0)
    else:
        found = sound.to_pitch_shs(time_step=0.01, minimum_pitch=75.0, ceiling=600.0)
    f0 = np.full(len(samples) // 160, np.nan)
    values, frames = found.selected_array["frequency"], np.round((found.xs() - 0.005) / 0.01).astype(int)
    inside_it = (frames >= 0) & (frames < len(f0)) & (values > 0)
    f0[frames[inside_it]] = values[inside_it]
    return f0


def agreed(samples: NDArray[np.int16]) -> Pitch:
    """Return the pitch on which two of three methods that are neither ours nor Praat's (ac) agree within 10 %."""
    others = [other_praat(samples, "cc"), other_praat(samples, "subharmonic"), pyin(samples)]
    length = min(len(each) for each in others)  # pyin stops a window before the end
    others = [each[:length] for each in others]
    found = np.full(length, np.nan)
    for one, other in combinations(others, 2):
        with np.errstate(invalid="ignore"):
            same = np.isnan(found) & (np.abs(one / other - 1) < 0.1)
        found[same] = (one[same] + other[same]) / 2
    return found


def errors(found: Pitch, truth: Pitch) -> tuple[float, float, int, int]:
    """Return gross errors, voicing errors, frames that both call voiced, and all frames."""
    voiced, true = ~np.isnan(found), ~np.isnan(truth)
    both = voiced & true
    gross = int(np.sum(np.abs(found[both] / truth[both] - 1) > GROSS))
    return gross, int(np.sum(voiced != true)), int(both.sum()), len(truth)


def inside(samples: NDArray[np.int16]) -> slice:
    """Praat leaves out the first two frames and the last ones; nobody is judged there."""
    return slice(2, len(samples) // 160 - 2)


def truths() -> list[synthetic_voice.Truth]:
    made = []
    for seed, kind in enumerate(("speech", "glide")):
        for jitter in (0.0, 0.01, 0.03):
            name = f"{kind}, jitter {jitter:.0%}" if jitter else kind
            made.append(synthetic_voice.utterances(name, kind, 10 * seed + round(100 * jitter), jitter=jitter))
    for clean in [truth for truth in made if "3%" not in truth.name]:
        made += degraded_copies(clean, 5)
    return made


def degraded_copies(clean: synthetic_voice.Truth, seed: int) -> list[synthetic_voice.Truth]:
    noise = synthetic_voice.with_noise
    made = [noise(clean, snr, seed, pink=pink) for pink in (False, True) for snr in (20, 10)]
    phone = synthetic_voice.telephone(clean)
    return [*made, phone, noise(phone, 20, seed + 1), noise(phone, 10, seed + 2)]


def held_out() -> list[synthetic_voice.Truth]:
    """Return every speaker of `pulse_voice`, clean and degraded; the seeds of one condition share its name."""
    made = []
    for who in pulse_voice.SPEAKERS:
        for seed in HELD_OUT_SEEDS:
            clean = pulse_voice.speak(who, seed)
            made += [clean, *degraded_copies(clean, seed)]
    return made


def against_truth(what: str, made: list[synthetic_voice.Truth]) -> bool:
    totals: dict[str, NDArray[np.float64]] = {}
    for truth in made:
        samples = cut(truth.audio)
        part = inside(samples)
        true = truth.at(np.arange(len(samples) // 160) * 0.01 + 0.005)[part]
        found = np.concatenate([errors(estimate(samples)[part], true) for estimate in (ours, praat)])
        totals[truth.name] = totals.get(truth.name, np.zeros(8)) + found
    totals["all"] = sum(totals.values(), np.zeros(8))
    rows = []
    for name, t in totals.items():
        rates = [100 * t[0] / max(t[2], 1), 100 * t[1] / t[3], 100 * t[4] / max(t[6], 1), 100 * t[5] / t[7]]
        rows.append([name, *rates, "worse" if rates[0] > rates[2] or rates[1] > rates[3] else ""])
    table([f"{what} (%)", "gross", "voicing", "Praat gross", "Praat voicing", ""], rows)
    print(f"{sum(row[-1] != '' for row in rows[:-1])} of {len(rows) - 1} conditions worse than Praat in one of the two")
    _, gross, voicing, praat_gross, praat_voicing, _ = rows[-1]
    met = bar("gross pitch error against truth, %, Praat's", gross, praat_gross, least=False)
    return bar("voicing error against truth, %, Praat's", voicing, praat_voicing, least=False) and met


def real(paths: list[Path]) -> None:
    totals: dict[str, NDArray[np.float64]] = {}
    third = np.zeros(8)
    for path in paths:
        samples = cut(degraded.read(path))
        if len(samples) < 16_000:
            continue
        part = inside(samples)
        own, theirs = ours(samples)[part], praat(samples)[part]
        totals[path.parent.name] = totals.get(path.parent.name, np.zeros(4)) + errors(own, theirs)
        if path.parent.name not in SEVERAL_VOICES:
            true = agreed(samples[: AGREED_SECONDS * RATE - 1])[2:]
            length = min(len(true), len(own))
            third += np.concatenate([errors(each[:length], true[:length]) for each in (own, theirs)])
    rows = [[name, 100 * t[0] / max(t[2], 1), 100 * t[1] / t[3], t[3] / 100] for name, t in totals.items()]
    both = sum(totals.values(), np.zeros(4))
    rows.append(["all", 100 * both[0] / both[2], 100 * both[1] / both[3], both[3] / 100])
    table(["real speech, Praat as reference (%)", "gross", "voicing", "seconds"], rows)
    rates = [[100 * third[n] / third[n + 2], 100 * third[n + 1] / third[n + 3], third[n + 2]] for n in (0, 4)]
    rows = [["ours", *rates[0]], ["Praat (ac)", *rates[1]]]
    table(["real speech, two of three other methods as reference (%)", "gross", "voicing", "frames"], rows)


def speed(paths: list[Path], limit: float) -> bool:
    samples = np.concatenate([degraded.to_int16(degraded.read(path)) for path in paths])[: int(limit * 16_000)]
    seconds = len(samples) / 16_000
    own, _ = cpu_seconds(lambda: ours(samples))
    theirs, _ = cpu_seconds(lambda: praat(samples))
    short = samples[: PYIN_SECONDS * 16_000]
    pyin(short[:32_000])  # compiles
    slow, _ = cpu_seconds(lambda: pyin(short), runs=1)
    rates = {"ours": seconds / own, "Praat": seconds / theirs, "librosa.pyin": len(short) / 16_000 / slow}
    table(["audio seconds per CPU second, one core", ""], [[name, rate] for name, rate in rates.items()])
    met = bar("speed, times Praat's", rates["ours"] / rates["Praat"], 3)
    return bar("speed, times librosa.pyin's", rates["ours"] / rates["librosa.pyin"], 20) and met


def main() -> None:
    wanted = arguments("F0 against truth, Praat and librosa.pyin")
    paths = recordings(wanted.folder)
    met = [against_truth("harmonics under formants", truths()), against_truth("pulses, held out", held_out())]
    met.append(speed(paths, wanted.limit))
    real(paths)
    raise SystemExit(0 if all(met) else 1)


if __name__ == "__main__":
    main()

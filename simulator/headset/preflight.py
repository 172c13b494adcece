"""Try a headset before a call: four questions to it, each answered with a number, a limit and plain advice.

Method
------
1. *Noise floor*: nobody speaks; the median level of 20 ms frames.
2. *Leak and round trip*: noise in the telephone band, as loud as the customer, is played while nobody speaks. Its
   cross-correlation with the microphone gives the delay; the power it adds to the microphone gives the leak.
3. *Level and clipping*: the user reads a sentence; the level of the frames that stand out from the noise floor, and
   the share of samples at full scale.
4. *Losses*: what the sound system dropped meanwhile.

Levels are dB relative to a full-scale square wave.

References
----------
.. [1] ITU-T G.114 (2003), one-way transmission time: up to 150 ms is acceptable to most users.
.. [2] ITU-T P.56, objective measurement of active speech level: pauses do not count.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulator.clock import BLOCK, RATE_HZ, from_ms, from_seconds, to_ms, to_seconds
from simulator.errors import DeviceError
from simulator.events import DeviceLost, Late, SamplesLost
from simulator.headset.settings import read_settings, write_settings
from simulator.ports import Headset, Samples

Power: TypeAlias = NDArray[np.float64]
SENTENCE = "Good afternoon, thank you for calling. I am sorry to hear that; let me see what I can do for you."
QUIET = from_seconds(2)
SIGNAL = from_seconds(1.5)
TAIL = from_seconds(1)
"""The longest round trip that can be measured."""
SPEECH = from_seconds(6)
SIGNAL_DBFS = -20.0
"""About as loud as the customers are."""
TELEPHONE_HZ = (300, 3400)
LEVEL_DBFS = (-38.0, -12.0)
"""Quieter than this, words drown; louder, the peaks of a raised voice clip."""
NOISE_DBFS = -45.0
SPEECH_OVER_NOISE_DB = 18.0
"""The detector and the recognizer were tuned on speech at least this far above the noise."""
CLIPPED = 0.001
LEAK_DB = -30.0
"""The customer must come back at least this much quieter, or they are taken for the trainee."""
ROUND_TRIP_MS = 300.0
"""Twice G.114's 150 ms."""
CERTAIN = 6.0
"""A correlation peak this many deviations high is no accident among a second of lags."""
LONGEST_ROUND_TRIP = from_ms(500)
"""More than this is no headset's delay, and is not taken out of a call."""
SILENCE_DBFS = -96.0
FRESH = timedelta(hours=24)
"""A check says nothing about a headset that was put on another day."""


Question: TypeAlias = Literal["noise_floor", "leak", "round_trip", "level", "clipping", "losses"]
TITLES: dict[Question, str] = {
    "noise_floor": "Noise around you",
    "level": "Your voice",
    "clipping": "Clipping",
    "leak": "Customer heard by the microphone",
    "round_trip": "Delay, both ways",
    "losses": "Samples lost",
}
"""The questions as they are shown."""
ADVICE: dict[str, str] = {
    "noise_floor": "It is loud around you: close the door, turn the microphone down.",
    "clipping": "The microphone is too loud: turn it down, or move it further away.",
    "leak": "The microphone hears the earphone: turn the earphone down, or use a closed headset, not loudspeakers.",
    "round_trip": "The sound is slow: use a cable rather than Bluetooth, and close other programs.",
    "losses": "The machine could not keep up: close other programs, then check again.",
}
NOTHING_BACK = "nothing of the earphone is heard in the microphone"


class HeadsetFinding(BaseModel):
    """One question to the headset and its answer."""

    model_config = ConfigDict(frozen=True)

    name: Question
    value: float | None
    unit: str
    allowed: str
    passed: bool
    reason: str = ""
    advice: str = ""

    @property
    def text(self) -> str:
        """The value as it is shown."""
        if self.value is None:
            return "none"
        return f"{self.value:.2%}" if self.unit == "ratio" else f"{self.value:g} {self.unit}"


class Preflight(BaseModel):
    """What a check found (`hotseat check --json`, and `preflight` in call.json).

    Parameters
    ----------
    leak_db : float or None, dB
        The customer's level in the microphone against what was played, below 0; None if nothing comes back.
    round_trip_ms : float
        From the call to the ear and back; the sound system's own figure where nothing leaks (`measured` says which).
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    schema_: Literal["hotseat.check/1"] = Field(default="hotseat.check/1", alias="schema")
    headset: str
    checked: str
    passed: bool
    leak_db: float | None
    round_trip_ms: float | None
    measured: bool
    findings: tuple[HeadsetFinding, ...]


def run_preflight(
    headset: Headset, tell: Callable[[str], None], left: Callable[[float], None] = lambda seconds: None
) -> Preflight:
    """Try a headset for about ten seconds.

    Parameters
    ----------
    headset : Headset
        Open; it is not closed here.
    tell : callable
        Told what the user has to do, as a sentence, when they have to do it.
    left : callable, optional
        Told how many seconds are left of that, block by block.

    Raises
    ------
    DeviceError
        If the headset goes away meanwhile.
    """
    _run(headset, np.zeros(TAIL // 2, np.int16))  # the first moments of a stream are not like the rest
    headset.events(0)
    tell("Put the headset on and stay quiet for five seconds: the noise, then a hiss in the earphone.")
    played = test_signal()
    quiet = _run(headset, np.zeros(QUIET, np.int16), left, after=len(played) + TAIL)
    back = _run(headset, np.concatenate([played, np.zeros(TAIL, np.int16)]), left)
    tell(f"Now read this aloud, as you speak to customers: {SENTENCE}")
    speech = _run(headset, np.zeros(SPEECH, np.int16), left)
    events = headset.events(0)
    floor_dbfs = noise_floor_dbfs(quiet)
    delay, leak_db = leak(played, back, quiet)
    known_ms = headset.latency_ms
    round_trip_ms = to_ms(delay) if delay is not None else None if known_ms is None else round(known_ms, 3)
    lost = sum(event.samples for event in events if isinstance(event, (SamplesLost, Late)))
    if any(isinstance(event, DeviceLost) for event in events):
        raise DeviceError(f"the headset {headset.name!r} went away during the check; plug it in and check again")
    findings = (
        _at_most("noise_floor", floor_dbfs, "dBFS", NOISE_DBFS),
        _judge_level(speech, floor_dbfs),
        _at_most("clipping", float(np.mean(np.abs(speech.astype(np.int32)) >= 32767)), "ratio", CLIPPED),
        _at_most("leak", leak_db, "dB", LEAK_DB, reason=NOTHING_BACK if leak_db is None else ""),
        _at_most("round_trip", round_trip_ms, "ms", ROUND_TRIP_MS, reason=_why(round_trip_ms, delay)),
        _at_most("losses", to_ms(lost), "ms", 0.0),
    )
    return Preflight(
        headset=headset.name,
        checked=datetime.now().astimezone().isoformat(timespec="seconds"),
        passed=all(finding.passed for finding in findings),
        leak_db=leak_db,
        round_trip_ms=round_trip_ms,
        measured=delay is not None,
        findings=findings,
    )


def remember(found: Preflight) -> None:
    """Keep what a check found, for the calls that follow."""
    kept = found.model_dump(mode="json", by_alias=True)
    write_settings(read_settings().model_copy(update={"preflight": kept}))


def last_preflight(headset: str) -> Preflight | None:
    """Return what the last check of this headset found; None if there was none in the last 24 hours."""
    kept: dict[str, Any] | None = read_settings().preflight
    if kept is None:
        return None
    try:
        found = Preflight.model_validate(kept)
    except ValidationError:
        return None
    return found if found.headset == headset and is_fresh(found) else None


def is_fresh(found: Preflight) -> bool:
    """Return whether a check was made in the last 24 hours."""
    try:
        return datetime.now().astimezone() - datetime.fromisoformat(found.checked) <= FRESH
    except (ValueError, TypeError):  # no time, or one without its offset
        return False


def round_trip_of(headset: Headset, checked: dict[str, Any] | None) -> int:
    """Return a headset's delay both ways, in samples, whole blocks.

    Parameters
    ----------
    headset : Headset
        Its own `latency_ms` counts where no round trip was measured; one without, as a recording, has no delay.
    checked : dict or None
        What its last check found (`Preflight` as JSON); a round trip that was measured there counts first.
    """
    found = checked or {}
    known_ms = found["round_trip_ms"] if found.get("measured") else headset.latency_ms
    return min(round(from_ms(float(known_ms or 0.0)) / BLOCK) * BLOCK, LONGEST_ROUND_TRIP)


def test_signal() -> Samples:
    """Return noise in the telephone band, always the same: int16, shape (24000,)."""
    noise = np.random.default_rng(1).normal(size=SIGNAL)
    spectrum = np.fft.rfft(noise)
    hz = np.fft.rfftfreq(SIGNAL, 1 / RATE_HZ)
    spectrum[(hz < TELEPHONE_HZ[0]) | (hz > TELEPHONE_HZ[1])] = 0
    shaped = np.fft.irfft(spectrum, SIGNAL)
    scaled = shaped / np.sqrt(np.mean(shaped**2)) * 32768 * 10 ** (SIGNAL_DBFS / 20)
    signal: Samples = np.clip(np.rint(scaled), -32767, 32767).astype(np.int16)
    return signal


def frame_power(samples: Samples) -> Power:
    """Return the mean square of each 20 ms frame, full scale 1: float64, shape (n // 320,)."""
    whole = samples[: len(samples) // BLOCK * BLOCK].astype(np.float64).reshape(-1, BLOCK) / 32768
    power: Power = np.mean(whole**2, axis=1)
    return power


def dbfs(power: float) -> float:
    """Return a mean square as dBFS, no lower than -96 (one step of 16 bit).

    Examples
    --------
    >>> dbfs(1.0), dbfs(0.0)
    (0.0, -96.0)
    """
    return max(SILENCE_DBFS, round(10 * math.log10(power), 1)) if power > 0 else SILENCE_DBFS


def noise_floor_dbfs(quiet: Samples) -> float:
    """Return the median level of a stretch in which nobody speaks."""
    return dbfs(float(np.median(frame_power(quiet))))


def leak(played: Samples, back: Samples, quiet: Samples) -> tuple[int | None, float | None]:
    """Return the delay in samples and the gain in dB of what was played and came back; both None if nothing did.

    Parameters
    ----------
    played : np.ndarray, int16, shape (n,)
    back : np.ndarray, int16, shape (n + TAIL,)
        The microphone from the moment on at which the playing began.
    quiet : np.ndarray, int16
        The microphone when nothing was played.
    """
    size = len(back) + len(played)
    correlation = np.fft.irfft(
        np.fft.rfft(back.astype(np.float64), size) * np.conj(np.fft.rfft(played.astype(np.float64), size)), size
    )[: len(back) - len(played) + 1]
    spread = float(np.median(np.abs(correlation))) / 0.6745
    delay = int(np.argmax(np.abs(correlation)))
    if spread == 0 or abs(correlation[delay]) < CERTAIN * spread:
        return None, None
    heard = float(np.mean(frame_power(back[delay : delay + len(played)])))
    extra = heard - float(np.median(frame_power(quiet)))
    gain = abs(float(correlation[delay])) / float(np.sum(played.astype(np.float64) ** 2))
    gain = max(gain, math.sqrt(max(extra, 0.0) / float(np.mean(frame_power(played)))))
    return delay, round(20 * math.log10(gain), 1)


def _run(
    headset: Headset, out: Samples, left: Callable[[float], None] = lambda seconds: None, *, after: int = 0
) -> Samples:
    """Play `out` and return what was heard; `left` is told of the rest, with `after` samples that follow it."""
    heard = []
    for start in range(0, len(out), BLOCK):
        left(to_seconds(len(out) - start + after))
        block = headset.exchange(out[start : start + BLOCK], customer_speaking=bool(out[start : start + BLOCK].any()))
        if block is None:
            raise headset.failure or DeviceError(f"the headset {headset.name!r} went away")
        heard.append(block)
    return np.concatenate(heard)


def _at_most(name: Question, value: float | None, unit: str, limit: float, *, reason: str = "") -> HeadsetFinding:
    passed = value is None or value <= limit
    allowed = f"at most {limit:.1%}" if unit == "ratio" else f"at most {limit:g}" if limit else "0"
    advice = "" if passed else ADVICE[name]
    value = None if value is None else round(value, 6)
    return HeadsetFinding(
        name=name, value=value, unit=unit, allowed=allowed, passed=passed, reason=reason, advice=advice
    )


def _judge_level(speech: Samples, floor_dbfs: float) -> HeadsetFinding:
    power = frame_power(speech)
    active = power[power > 10 ** ((floor_dbfs + 12) / 10)]
    low, high = LEVEL_DBFS
    level_dbfs, advice = None, ""
    if len(active) < from_ms(500) // BLOCK:
        muted = "is it muted?" if not speech.any() else "is it the right one, and near your mouth?"
        advice = f"Nothing was heard from the microphone: {muted} See: hotseat devices"
    else:
        level_dbfs = dbfs(float(np.mean(active)))
        if level_dbfs < low or level_dbfs - floor_dbfs < SPEECH_OVER_NOISE_DB:
            advice = "You are too quiet: move the microphone nearer to your mouth, or turn it up."
        elif level_dbfs > high:
            advice = "You are too loud: turn the microphone down, or move it away from your mouth."
    return HeadsetFinding(
        name="level",
        value=level_dbfs,
        unit="dBFS",
        allowed=f"{low:g} to {high:g}, and {SPEECH_OVER_NOISE_DB:g} above the noise",
        passed=not advice,
        reason="no speech was heard" if level_dbfs is None else "",
        advice=advice,
    )


def _why(round_trip_ms: float | None, delay: int | None) -> str:
    """Say why the round trip is not a measured one."""
    if round_trip_ms is None:
        return "the sound system does not say"
    return "nothing leaks back, so this is what the sound system says of itself" if delay is None else ""

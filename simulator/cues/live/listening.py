"""The trainee's voice during a call: louder, higher, faster or harder than their own baseline, or steady.

Conventions
-----------
The first block begins at sample 0 of the call clock. Level and pitch are computed as streams (`LevelStream`,
`PitchStream`), a little at a time, so that no block is late. The baseline is the first 15 s of the trainee's own speech
in the call that was not itself raised. Until it has 5 s, only the pace is judged.

Metrics
-------
For each utterance: `level_dbfs` and `pitch_semitones` (above 1 Hz; medians over voiced frames), `alpha_db` (as in
`voice_quality`), `words_per_minute` (words over the utterance with its pauses).

- raised_voice: 6 dB or more above the baseline;
- raised_pitch: 4 semitones or more above the baseline;
- rushing: above 175 words a minute, or above 160 and a quarter faster than the baseline; dragging: below 100, or
  below 120 and a quarter slower;
- sharp: neither raised, but louder, higher and harder at once: half a step or more in each;
- steady: within half a step of the baseline in level and in pitch, and neither rushing nor dragging.

It names no emotion: only "louder, higher, faster than your own baseline".

References
----------
.. [1] ISO 9921:2003: vocal effort normal, raised and loud lie 6 dB apart.
.. [2] J.-S. Lienard and M.-G. Di Benedetto (1999), "Effect of vocal effort on spectral properties of vowels", JASA
   106(1): F0 and the high frequencies rise with effort.
.. [3] Pace of 120 to 160 words a minute, outer limits 100 to 175: docs/guidance.md, C7.
"""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.clock import BLOCK, Span, from_seconds, to_seconds
from simulator.cues.signal.framing import HOP
from simulator.cues.signal.level import LevelStream
from simulator.cues.signal.pitch import LEAST_LOUD_PEAK, PitchStream, frame_peaks, loud_peak
from simulator.cues.signal.voice_quality import alpha_ratio_of, band_powers_at
from simulator.cues.talk.filled import is_filler
from simulator.events import VoiceNoticed, Word
from simulator.ports import Samples

RAISED_DB = 6.0
"""A raised voice, in dB above the baseline: one step of vocal effort [1]_."""
RAISED_SEMITONES = 4.0
"""A raised pitch, in semitones above the baseline."""
MOST_SEMITONES = 12.0
"""A whole utterance more than an octave off the baseline is laughter, a cough or a tracking error, not a pitch."""
HARDER_DB = 5.0
"""A harder voice: one clear step of the alpha ratio, in dB [2]_."""
STEADY_STEPS = 0.5
"""A voice within this part of a step is steady; one beyond it in level, pitch and alpha at once is sharp."""
PACE_BAND_WPM = (120.0, 160.0)
"""A comfortable pace, in words a minute [3]_."""
PACE_LIMITS_WPM = (100.0, 175.0)
"""Beyond these, in words a minute, the pace is too slow or too fast for any speaker [3]_."""
PACE_STEP = 0.25
"""Outside the band, a pace this share above or below the speaker's own is noticed too."""
LEAST_WORDS = 10
"""Fewer words have no pace."""
LEAST_PACED = from_seconds(2.5)
"""A shorter utterance has no pace."""
LEAST_VOICED = 40
"""Voiced frames (0.4 s) that an utterance needs to have a level and a pitch."""
LEAST_STEADY = from_seconds(2)
"""A shorter utterance does not show a steady voice."""
BASELINE_LEAST, BASELINE_FULL = from_seconds(5), from_seconds(15)
"""The baseline serves from the first of these on, and is complete at the second: seconds of own speech."""
LOT = 16
"""Blocks processed together: 320 ms, so that numpy's overhead occurs three times a second."""
MEMORY = from_seconds(60)
"""Length of the tracks that are kept; of a longer utterance the end counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UtteranceVoice:
    """The voice in one utterance; None where it was too short to measure."""

    level_dbfs: float | None = None
    pitch_semitones: float | None = None
    alpha_db: float | None = None
    words_per_minute: float | None = None


class Baseline:
    """The trainee's own voice: medians over the utterances that it was taught."""

    def __init__(self) -> None:
        self.speech = 0
        self._taught: list[UtteranceVoice] = []

    @property
    def ready(self) -> bool:
        """Whether it has enough speech to compare with."""
        return self.speech >= BASELINE_LEAST

    def teach(self, voice: UtteranceVoice, speech: int) -> None:
        """Add an utterance of `speech` samples, unless the baseline is complete."""
        if self.speech < BASELINE_FULL:
            self._taught.append(voice)
            self.speech += speech

    def median(self, name: str) -> float | None:
        """Return the median of one cue, by its name in `UtteranceVoice`; None where no utterance had it."""
        values = [value for taught in self._taught if (value := asdict(taught)[name]) is not None]
        return float(np.median(values)) if values else None


class Listener:
    """Listens to the trainee block by block (`ports.Listening`).

    Parameters
    ----------
    baseline : Baseline, optional
        From a warm-up before the call; by default it grows from the early part of the call.
    """

    def __init__(self, baseline: Baseline | None = None) -> None:
        self.baseline = baseline or Baseline()
        self._waiting: list[Samples] = []
        self._blocks: deque[Samples] = deque(maxlen=MEMORY // BLOCK)
        self._heard = 0
        self._level, self._pitch = LevelStream(), PitchStream(loud=LEAST_LOUD_PEAK)
        self._levels: deque[NDArray[np.float32]] = deque()
        self._pitches: deque[NDArray[np.float32]] = deque()
        self._frames = [0, 0]
        self._spoke = False

    def accept(self, block: Samples, *, speaking: bool) -> None:
        """Take in one block of the trainee's voice."""
        self._waiting.append(block)
        self._blocks.append(block)
        self._heard += len(block)
        self._spoke |= speaking
        if len(self._waiting) >= LOT:
            self._look()

    def notice(self, at: int, span: Span, words: tuple[Word, ...]) -> tuple[VoiceNoticed, ...]:
        """Return what stands out in the utterance that just ended.

        Parameters
        ----------
        at : int, samples
            Now.
        span : Span
            The utterance, from its first speech to its last.
        words : tuple of Word
            What was recognised in it.
        """
        self._look()
        voice = self.measure(span, words)
        noticed = judge(at, span, voice, self.baseline)
        if not any(event.measure in ("raised_voice", "raised_pitch", "sharp") for event in noticed):
            self.baseline.teach(voice, span.duration if voice.level_dbfs is not None else 0)
        return noticed

    def measure(self, span: Span, words: tuple[Word, ...]) -> UtteranceVoice:
        """Return the voice in `span`, as far back as the tracks are kept."""
        pace = _words_per_minute(span, words)
        f0_hz, first = _part(self._pitches, self._frames[1], span)
        level, first_level = _part(self._levels, self._frames[0], span)
        shared = min(len(f0_hz), len(level))
        if first != first_level or shared == 0:
            return UtteranceVoice(words_per_minute=pace)
        voiced = np.flatnonzero(~np.isnan(f0_hz[:shared]))
        if len(voiced) < LEAST_VOICED:
            return UtteranceVoice(words_per_minute=pace)
        return UtteranceVoice(
            level_dbfs=round(float(np.median(level[voiced])), 2),
            pitch_semitones=round(float(np.median(12 * np.log2(f0_hz[voiced]))), 2),
            alpha_db=self._alpha(voiced + first),
            words_per_minute=pace,
        )

    def _look(self) -> None:
        """Feed the waiting blocks to the streams."""
        if not self._waiting:
            return
        lot = np.concatenate(self._waiting)
        self._waiting = []
        if self._spoke:
            self._pitch.loud = max(self._pitch.loud, loud_peak(frame_peaks(lot)))
        self._spoke = False
        for at, (kept, new) in enumerate(
            ((self._levels, self._level.accept(lot)), (self._pitches, self._pitch.accept(lot).f0_hz))
        ):
            kept.append(new)
            self._frames[at] += len(new)
            while sum(len(part) for part in kept) - len(kept[0]) > MEMORY // HOP:
                kept.popleft()

    def _alpha(self, frames: NDArray[np.intp]) -> float | None:
        audio = np.concatenate(self._blocks)
        frames = frames - (self._heard - len(audio)) // HOP
        ratios = alpha_ratio_of(band_powers_at(audio, frames[frames >= 0][::4]))
        return round(float(np.nanmedian(ratios)), 2) if len(ratios) and not np.isnan(ratios).all() else None


def _part(kept: deque[NDArray[np.float32]], frames: int, span: Span) -> tuple[NDArray[np.float32], int]:
    """Return the frames of a track inside `span`, and the number of the first of them."""
    track = np.concatenate([np.empty(0, np.float32), *kept])
    oldest = frames - len(track)
    first, stop = max(span.start // HOP, oldest), max(span.stop // HOP, oldest)
    return track[first - oldest : stop - oldest], first


def _words_per_minute(span: Span, words: tuple[Word, ...]) -> float | None:
    count = sum(1 for word in words if not is_filler(word.word))
    if count < LEAST_WORDS or span.duration < LEAST_PACED:
        return None
    return round(count * 60 / to_seconds(span.duration), 1)


def judge(at: int, span: Span, voice: UtteranceVoice, baseline: Baseline) -> tuple[VoiceNoticed, ...]:
    """Return what stands out in one utterance against the baseline and the published bands.

    Examples
    --------
    >>> own = Baseline()
    >>> own.teach(UtteranceVoice(level_dbfs=-30.0, pitch_semitones=90.0), 160000)
    >>> found = judge(0, Span(0, 16000), UtteranceVoice(level_dbfs=-22.0, pitch_semitones=91.0), own)
    >>> [(event.measure, event.value, event.baseline, event.unit) for event in found]
    [('raised_voice', -22.0, -30.0, 'dBFS')]
    """
    found = []

    def tell(measure: str, value: float, own: float, unit: str) -> None:
        found.append(
            VoiceNoticed(at=at, span=span, measure=measure, value=value, baseline=own, unit=unit)  # type: ignore[arg-type]
        )

    pace = _pace(voice, baseline)
    if pace is not None and voice.words_per_minute is not None:
        tell(*pace)
    steps = _steps(voice, baseline) if baseline.ready else {}
    level, pitch = steps.get("level_dbfs"), steps.get("pitch_semitones")
    if level is None or pitch is None or abs(pitch) > MOST_SEMITONES / RAISED_SEMITONES:
        return tuple(found)
    if level >= 1:
        tell("raised_voice", voice.level_dbfs or 0.0, round(baseline.median("level_dbfs") or 0.0, 2), "dBFS")
    if pitch >= 1:
        tell("raised_pitch", _hz(voice.pitch_semitones), _hz(baseline.median("pitch_semitones")), "Hz")
    least = min(steps.values())
    if max(level, pitch) < 1 and len(steps) == 3 and least >= STEADY_STEPS:
        tell("sharp", round(least, 2), 0.0, "steps")
    most = max(abs(level), abs(pitch))
    if most <= STEADY_STEPS and pace is None and span.duration >= LEAST_STEADY:
        tell("steady", round(most, 2), 0.0, "steps")
    return tuple(found)


def _hz(semitones: float | None) -> float:
    return round(2 ** ((semitones or 0.0) / 12), 1)


def _pace(voice: UtteranceVoice, baseline: Baseline) -> tuple[str, float, float, str] | None:
    pace, own = voice.words_per_minute, baseline.median("words_per_minute")
    if pace is None:
        return None
    against = own if own is not None and baseline.ready else None
    if pace > PACE_LIMITS_WPM[1] or (against is not None and pace > max(PACE_BAND_WPM[1], against * (1 + PACE_STEP))):
        return "rushing", pace, round(against or PACE_BAND_WPM[1], 1), "words/min"
    if pace < PACE_LIMITS_WPM[0] or (against is not None and pace < min(PACE_BAND_WPM[0], against * (1 - PACE_STEP))):
        return "dragging", pace, round(against or PACE_BAND_WPM[0], 1), "words/min"
    return None


def _steps(voice: UtteranceVoice, baseline: Baseline) -> dict[str, float]:
    """Return how far each cue lies above the baseline, in clear steps; cues that either lacks are left out."""
    sizes = {"level_dbfs": RAISED_DB, "pitch_semitones": RAISED_SEMITONES, "alpha_db": HARDER_DB}
    cues, steps = asdict(voice), {}
    for name, size in sizes.items():
        value, own = cues[name], baseline.median(name)
        if value is not None and own is not None:
            steps[name] = (value - own) / size
    return steps

"""When is the trainee done? Silence long enough for what was said, and for how this speaker pauses.

Theory of operation
-------------------
People leave about 0.2 s between turns [1]_; machines that wait for a fixed silence are slow after a question and
rude after "and". Here a complete sentence or a question needs little silence, an unfinished phrase much, and what
lies between adapts to the pauses this speaker makes within turns. A pitch that falls at the end says "done" [3]_; one
that rises says so of a question, and "there is more" of anything else [4]_.
Loudness and length at the end, slope and range of the pitch were tried and add next to nothing (docs/measures.md).

References
----------
.. [1] T. Stivers et al. (2009), "Universals and cultural variation in turn-taking in conversation", PNAS 106(26).
.. [2] A. Raux, M. Eskenazi (2012), "Optimizing the turn-taking behavior of task-oriented spoken dialog systems",
   ACM Trans. Speech and Language Processing 9(1).
.. [3] A. Gravano, J. Hirschberg (2011), "Turn-taking cues in task-oriented dialogue", Computer Speech & Language 25(3).
.. [4] J. Pierrehumbert, J. Hirschberg (1990), "The meaning of intonational contours in the interpretation of
   discourse", in Intentions in Communication: a high rise asks, or refers forward to what comes next.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from simulator.clock import from_ms
from simulator.ports import Completeness

LEVEL_SEMITONES, FALLING_SEMITONES = -2.0, -4.6
"""A pitch that ends at the first against the speaker's own median does not fall, at the second it does, and between the
two the silence needed goes from the one to the other: most ends of turns fall, few pauses within turns do."""
HIGH_SEMITONES, RISING_SEMITONES = 1.0, 3.0
"""A pitch that ends at the second rises. That ends a question as well as a fall does; whoever ends anything else high
goes on."""
CONTINUATION = from_ms(160)
"""... and gets this much longer."""
UNTOLD, UNTOLD_QUESTION = 0.15, 0.5
"""How clearly a pitch ends that cannot be told: a creak and a whisper are nearer to an end than a level pitch is, and
a question's words alone ask for an answer."""
NEEDED: dict[Completeness, tuple[int, int]] = {
    "question": (from_ms(480), from_ms(600)),
    "complete": (from_ms(480), from_ms(940)),
    "opener": (from_ms(1100), from_ms(1100)),
    "unclear": (from_ms(760), from_ms(1240)),
    "fragment": (from_ms(760), from_ms(2400)),
    "unfinished": (from_ms(1600), from_ms(2400)),
}
"""Silence needed after each kind of ending, with a falling pitch and without, until this speaker's pauses are known."""
LONGEST: dict[Completeness, int] = {
    "question": from_ms(900),
    "complete": from_ms(1200),
    "opener": from_ms(1500),
    "unclear": from_ms(1500),
    "fragment": from_ms(2600),
    "unfinished": from_ms(2600),
}
"""However slowly someone speaks, the customer does not wait longer than this."""
REMEMBERED = 12
"""Own pauses kept: the last minute or so of talk."""
FEWEST = 4
"""Pauses needed to know a speaker's habit."""
CAUTION = from_ms(400)
"""After each pause that was cut into by mistake the customer waits this much longer; half as much again after each
turn whose end was real."""
RESUMED = from_ms(500)
"""A speaker who starts again this soon after their turn was taken for over had only paused; later, they interrupt."""
SHORTEST_PAUSE = from_ms(200)
"""Shorter silences are articulation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEndRule:
    """Silence needed, in samples, and why in words."""

    needed: int
    why: str


class TurnEnd:
    """How much silence ends this speaker's turn.

    Examples
    --------
    >>> TurnEnd().rule("question", -5.0).needed
    7680
    """

    def __init__(self) -> None:
        self._pauses: deque[int] = deque(maxlen=REMEMBERED)
        self._patience = 0

    def went_on(self, pause: int) -> None:
        """Learn that the speaker paused for `pause` samples and then went on."""
        if pause >= SHORTEST_PAUSE:
            self._pauses.append(pause)

    def cut_into(self) -> None:
        """Learn that the customer began to answer and the speaker had only paused."""
        self._patience += CAUTION

    def turn_confirmed(self) -> None:
        """Learn that the last turn's end was one."""
        self._patience //= 2

    def rule(self, completeness: Completeness, fall: float | None) -> TurnEndRule:
        """Return the silence needed.

        Parameters
        ----------
        completeness
            What the words so far amount to.
        fall : float or None, semitones
            The pitch of the end against the rest; None where it cannot be told.
        """
        ends, goes_on = _ends(completeness, fall)
        least, most = NEEDED[completeness]
        silence = most - round(ends * (most - least)) + round(goes_on * CONTINUATION)
        base = min(LONGEST[completeness], silence + self._patience)
        shape = "" if fall is None or max(ends, goes_on) < 0.5 else ", rising" if fall > 0 else ", falling"
        why = f"{completeness}{shape}"
        if len(self._pauses) < FEWEST:
            return TurnEndRule(needed=base, why=why)
        usual = sorted(self._pauses)[int(0.8 * (len(self._pauses) - 1))]
        needed = min(LONGEST[completeness], max(base, usual * base // NEEDED["complete"][1]))
        return TurnEndRule(needed=needed, why=why if needed == base else f"{why}, slow speaker")


def _ends(completeness: Completeness, fall: float | None) -> tuple[float, float]:
    """Return how clearly the pitch says that the turn is over, and that it goes on, 0 to 1 each."""
    asks = completeness == "question"
    if fall is None:
        return (UNTOLD_QUESTION if asks else UNTOLD), 0.0
    falls = _share(fall, LEVEL_SEMITONES, FALLING_SEMITONES)
    rises = _share(fall, HIGH_SEMITONES, RISING_SEMITONES)
    return (max(falls, rises), 0.0) if asks else (falls, rises)


def _share(semitones: float, none: float, whole: float) -> float:
    return min(1.0, max(0.0, (semitones - none) / (whole - none)))

"""How angry a customer is, how far they trust the agent, and which of their needs are met.

Conventions
-----------
Anger and trust run from 0 to 100. Every movement is a `Change` with its reason and guidance row; the weights are data
(``banks/mood.yaml``, times what the personality and the kind say). Nothing here is random.

Metrics
-------
- wear: saying a helpful thing again soon is worth less each time, and in the end grates; with time it is fresh again.
- passing: a flare-up fades by itself with a half-life; what is left stays until something else moves it.
- point of no return: an anger from which nothing said brings this customer back.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.clock import from_ms
from simulator.customer.lines import band_of
from simulator.customer.temper import Effect, Kind, MoodRules, Personality, load_mood_rules
from simulator.events import Band, Change, Need

MET = 1.0
"""A need is met when its points reach this."""
SPOILT = 0.35
"""What a helpful thing is still worth when something harmful is said in the same breath."""
LEAST_RELIEF = 0.35
"""There is less to relieve in a calm customer: at anger 0 a kindness is worth this share."""
MOST_HURT, LEAST_HURT = 1.2, 0.35
"""Something harmful weighs most on a calm customer; a furious one has less far to go."""
SMALLEST_FADE = 0.5
"""A fading flare-up is reported when it has moved the anger by this much."""


class Mood:
    """One customer's anger and trust.

    Parameters
    ----------
    anger, trust : float, 0 to 100
        How they are when the call begins.
    personality, kind : Personality, Kind
        Whose weights apply.

    Examples
    --------
    >>> from simulator.customer.temper import load_kind, load_personality
    >>> mood = Mood(70, 30, personality=load_personality("dominant"), kind=load_kind("genuine"))
    >>> [change.guidance for change in mood.feel("interrupted", at=0)]
    ['L1', 'L1']
    >>> mood.band
    'angry'
    """

    def __init__(self, anger: float, trust: float, *, personality: Personality, kind: Kind) -> None:
        self._rules: MoodRules = load_mood_rules()
        self._tempers = (personality.weights, kind.weights)
        self._limit = min(100.0, personality.point_of_no_return + kind.point_of_no_return)
        self._lasting = float(anger)
        self._passing = 0.0
        self._faded = 0.0
        self._at = 0
        self._uses: dict[str, tuple[float, int]] = {}
        self.trust = float(trust)
        self.peak = float(anger)
        self.lost = False
        """Whether the point of no return is passed."""

    @property
    def anger(self) -> float:
        """Anger now, 0 to 100, to one decimal."""
        return round(min(100.0, max(0.0, self._lasting + self._passing)), 1)

    @property
    def band(self) -> Band:
        """The band of the anger."""
        return band_of(self.anger)

    def effect(self, name: str) -> Effect:
        """Return what `name` does before context."""
        return self._rules.effects[name]

    def knows(self, name: str) -> bool:
        """Return whether `name` moves anybody."""
        return name in self._rules.effects

    def worth(self, name: str, at: int) -> float:
        """Return what one more `name` would be worth at `at`, by wear alone."""
        table = self._rules.wear[self._rules.effects[name].wears]
        return table[min(int(self._used(name, at) + 0.35), len(table) - 1)]

    def feel(self, name: str, at: int, *, times: float = 1.0, note: str = "") -> list[Change]:
        """Move by effect `name`; return what changed and why.

        Parameters
        ----------
        name : str
            An entry of banks/mood.yaml.
        at : int, samples
            When, for wear and fading.
        times : float
            What the moment makes of it: spoilt, out of place, faint.
        note : str
            What to add to the reason.
        """
        effect = self._rules.effects[name]
        worth = self.worth(name, at)
        self._uses[name] = (self._used(name, at) + 1, at)
        weight = times * worth * self._weight(name)
        helps = effect.anger < 0
        if helps and weight > 0:
            weight *= (0.7 + 0.5 * self.trust / 100) * (LEAST_RELIEF + (1 - LEAST_RELIEF) * self.anger / 100)
        if not helps:
            weight *= MOST_HURT - (MOST_HURT - LEAST_HURT) * self.anger / 100
        if self.lost and helps:
            weight, note = 0.0, "but it was too late"
        reason = _reason(effect, worth, note)
        return self._move(effect, weight, reason)

    def fade(self, at: int) -> list[Change]:
        """Let a flare-up die down until `at`."""
        if at > self._at and self._passing:
            before = self._passing
            self._passing *= 0.5 ** ((at - self._at) / from_ms(self._rules.half_life_ms.passing))
            self._faded += before - self._passing
        self._at = max(at, self._at)
        if self._faded < SMALLEST_FADE:
            return []
        by, self._faded = round(-self._faded, 1), 0.0
        return [Change(what="anger", by=by, reason="The flare-up died down a little.", guidance="C5")]

    def _used(self, name: str, at: int) -> float:
        count, last = self._uses.get(name, (0.0, at))
        return float(count * 0.5 ** ((at - last) / from_ms(self._rules.half_life_ms.wear)))

    def _weight(self, name: str) -> float:
        weight = 1.0
        for weights in self._tempers:
            if name in weights:
                weight *= weights[name].times
        return weight

    def _move(self, effect: Effect, weight: float, reason: str) -> list[Change]:
        before, trusted = self.anger, self.trust
        by = effect.anger * weight
        self._passing += by * effect.passing
        self._lasting = min(100.0, max(0.0, self._lasting + by * (1 - effect.passing)))
        gain = effect.trust * weight
        gain *= 1 - self.trust / 100 if gain > 0 else 1.0
        self.trust = round(min(100.0, max(0.0, self.trust + gain)), 1)
        self.peak = max(self.peak, self.anger)
        if self.anger >= self._limit:
            self.lost = True
        moved = (("anger", round(self.anger - before, 1)), ("trust", round(self.trust - trusted, 1)))
        return [Change(what=what, by=by, reason=reason, guidance=effect.guidance) for what, by in moved if by]


def _reason(effect: Effect, worth: float, note: str) -> str:
    notes = [note] if note else []
    if effect.anger < 0 and worth < 0:
        notes.append("but they have said it too often, and it sounds like a script")
    elif effect.anger < 0 and worth < 1:
        notes.append("though not for the first time")
    elif effect.anger > 0 and worth > 1:
        notes.append("once more")
    return ", ".join([effect.because.rstrip("."), *notes]) + "."


class Needs:
    """What this customer needs before they can let it go, and how far each need is met.

    Parameters
    ----------
    wanted : iterable of Need
        In the order in which they are pressed.
    """

    def __init__(self, wanted: Iterable[Need]) -> None:
        self._rules = load_mood_rules().needs
        self._points: dict[Need, float] = dict.fromkeys(wanted, 0.0)
        self._met: list[Need] = []

    @property
    def met(self) -> tuple[Need, ...]:
        """Needs met, in the order in which they were."""
        return tuple(self._met)

    @property
    def open(self) -> tuple[Need, ...]:
        """Needs not met yet, in the order in which they are pressed."""
        return tuple(need for need in self._points if need not in self._met)

    def points(self, need: Need) -> float:
        """Return how far `need` is met, 0 to 1."""
        return min(MET, self._points.get(need, 0.0))

    def add(self, what: str, worth: float) -> list[Need]:
        """Count `what`, worn down to `worth`, towards every need it serves; return those now met."""
        if worth <= 0:
            return []
        return [need for need in self._points if self.give(need, self._rules[need].points.get(what, 0.0) * worth)]

    def serves(self, what: str, need: Need | None) -> float:
        """Return 1 if `what` brings the customer nearer to `need`, which they have just asked for; else 0."""
        return 1.0 if need is not None and self._rules[need].points.get(what, 0.0) > 0 else 0.0

    def points_of(self, what: str, need: Need) -> float:
        """Return the points that `what` gives towards `need` when it is fresh."""
        return self._rules[need].points.get(what, 0.0)

    def lose(self, need: Need) -> None:
        """Open `need` again: what met it was taken back."""
        if need in self._points:
            self._points[need] = 0.0
            self._met = [met for met in self._met if met != need]

    def give(self, need: Need, points: float) -> bool:
        """Give `need` points directly; return whether that met it."""
        if need not in self._points or need in self._met:
            return False
        self._points[need] += points
        if self._points[need] < MET - 1e-9:
            return False
        self._met.append(need)
        return True

    def guidance(self, need: Need) -> str:
        """Return the guidance row behind `need`."""
        return self._rules[need].guidance

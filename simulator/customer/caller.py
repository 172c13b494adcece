"""The customer on the line: takes in the events of the call, moves in mood, and says what comes next.

Pure and seeded: the same scenario, seed and events give the same lines and the same mood, to the digit.
"""

from __future__ import annotations

from simulator.clock import from_ms
from simulator.customer.character import Character
from simulator.customer.dialogue import Dialogue
from simulator.customer.feeling import Feelings
from simulator.customer.hearing import Hearing
from simulator.customer.satisfaction import rate
from simulator.customer.scenario import Scenario
from simulator.customer.speaking import Speaking
from simulator.customer.voicing import possible_lines
from simulator.events import Act, Band, Event, Heard, MoodMoved
from simulator.ports import CutOff, Move, Occasion, Say

BARGE_PAUSE = from_ms(45_000)
"""The customer cuts in at most this often."""
EXCUSE_PATIENCE = 0.4
"""An excuse is borne for this share of the time a customer lets an agent speak."""


class Caller:
    """A `ports.Customer` for one scenario.

    Parameters
    ----------
    scenario : Scenario
        Whose story.
    seed : int
        Another seed, another choice among equal lines.
    allow_abuse : bool
        False leaves out every line that is marked as abuse.

    Examples
    --------
    >>> from simulator.customer.scenario import load_scenario
    >>> caller = Caller(load_scenario("missing-sofa"), seed=7)
    >>> caller.move(0, "opening", heard=None, acts=())
    Wait()
    """

    def __init__(self, scenario: Scenario, *, seed: int, allow_abuse: bool = True) -> None:
        self._character = Character(scenario, seed=seed, allow_abuse=allow_abuse)
        mood, needs, memory = self._character.mood, self._character.needs, self._character.memory
        self._hearing = Hearing(self._character, Feelings(scenario, mood, needs, memory))
        self._dialogue = Dialogue(self._character)
        self._speaking = Speaking(self._character)

    def notice(self, event: Event) -> tuple[Event, ...]:
        """Take in `event`; return the movement of mood it caused, if any."""
        mood = self._character.mood
        changes = mood.fade(event.at) + self._hearing.notice(event)
        if not changes:
            return ()
        return (
            MoodMoved(
                at=event.at,
                anger=mood.anger,
                trust=mood.trust,
                band=mood.band,
                met=self._character.needs.met,
                changes=tuple(changes),
            ),
        )

    def mood(self, at: int) -> MoodMoved:
        """Return the mood as it stands, as an event without changes."""
        mood = self._character.mood
        met = self._character.needs.met
        return MoodMoved(at=at, anger=mood.anger, trust=mood.trust, band=mood.band, met=met, changes=())

    def move(self, at: int, occasion: Occasion, *, heard: Heard | None, acts: tuple[Act, ...]) -> Move:
        """Say what the customer does next on this occasion."""
        dialogue = self._dialogue
        if occasion == "turn":
            move = dialogue.turn()
        elif occasion == "returned":
            move = dialogue.returned(heard is not None)
        else:
            move = {
                "opening": dialogue.opening,
                "unclear": dialogue.unclear,
                "continue": dialogue.go_on,
                "cut_off": dialogue.cut_off,
                "silence": dialogue.silence,
                "hold": dialogue.hold,
                "hold_over": dialogue.hold_over,
                "hurry": dialogue.hurry,
            }[occasion]()
        if isinstance(move, Say):
            self._character.memory.last_purpose = move.purpose
        return move

    def when_cut_off(self) -> CutOff:
        """Say how this customer, in this mood, takes being interrupted."""
        return self._character.personality.cut_off[self._character.mood.band]

    def barge_in(self, at: int, *, speaking: int, excusing: bool) -> Say | None:
        """Cut in on a trainee who rambles or makes excuses, or not."""
        memory, mood = self._character.memory, self._character.mood
        if memory.accepted or (memory.barged_at is not None and at - memory.barged_at < BARGE_PAUSE):
            return None
        limit = from_ms(self._character.personality.barge_in_after_ms) * (1.4 - 0.4 * mood.anger / 100)
        excuse = mood.anger >= 60 and excusing
        if speaking < limit * (EXCUSE_PATIENCE if excuse else 1.0):
            return None
        memory.barged_at = at
        said = self._speaking.line("barge_excuse" if excuse else "barge_ramble")
        memory.last_purpose = said.purpose
        return said

    def satisfaction(self) -> tuple[int, str]:
        """Rate the call so far from 1 to 5, with the reason in a sentence."""
        return rate(self._character)

    def possible_lines(self) -> tuple[tuple[str, Band], ...]:
        """Every (text, band) this customer may say, likeliest first."""
        return possible_lines(self._character)

    def said(self) -> tuple[str, ...]:
        """Return what the customer has said so far, in order."""
        return tuple(self._character.memory.said)

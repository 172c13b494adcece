"""What the events of a call do to the customer: the voice, the floor and the clock, as much as the words."""

from __future__ import annotations

from simulator.clock import Span
from simulator.customer.character import Character
from simulator.customer.feeling import Feelings
from simulator.events import (
    Act,
    ActsRead,
    Change,
    DeadAir,
    Event,
    Heard,
    HoldEnded,
    HoldStarted,
    LineEnded,
    LineStarted,
    Overlapped,
    SpeechEnded,
    SpeechStarted,
    VoiceNoticed,
    Yielded,
)
from simulator.overlap import LEAST_LEFT

ENOUGH_SAID = 0.75
"""A line cut off after this share of its words counts as told, though not as heard out."""

NEVER_REPEATED = frozenset(
    "hello are_you_there unclear hold_ok in_hold hold_over returned cut_off thinking small_talk asked_twice".split()
)
"""Purposes of lines that nobody means when they ask to hear the last one again."""


class Hearing:
    """Turns events into movements of mood."""

    def __init__(self, character: Character, feelings: Feelings) -> None:
        self._c = character
        self._m = character.memory
        self._feelings = feelings
        self._line: LineStarted | None = None
        self._talked_over = False
        self._trainee_since: int | None = None
        self._aside: Span | None = None
        self._delivery = 1.0
        """What the words of this breath are worth, by the way they are said."""

    def notice(self, event: Event) -> list[Change]:
        """Return the changes `event` causes."""
        match event:
            case LineStarted():
                self._line, self._talked_over = event, False
                if event.purpose not in NEVER_REPEATED:
                    self._m.last_line = event.text
                return []
            case SpeechStarted():
                self._trainee_since = event.onset
                return []
            case SpeechEnded():
                self._trainee_since = None
                return []
            case LineEnded():
                return self._line_ended(event)
            case Heard():
                self._feelings.hear(len(event.words) or len(event.text.split()))
                return []
            case ActsRead():
                delivery, self._delivery = self._delivery, 1.0
                return self._feelings.utterance(event, self._meant(event), delivery)
            case Overlapped():
                return self._overlapped(event)
            case Yielded():
                return self._yielded(event)
            case DeadAir():
                self._m.silence_level = event.level
                return self._feelings.feel(f"dead_air_{event.level}", event.at)
            case HoldStarted():
                return self._feelings.feel("hold_open", event.at) if event.promised is None else []
            case HoldEnded():
                return self._hold_ended(event)
            case VoiceNoticed():
                return self._how(event.measure, event.at)
            case _:
                return []

    def _meant(self, event: ActsRead) -> tuple[Act, ...]:
        """Return the acts of an utterance; a sign of listening is that and nothing else."""
        aside, self._aside = self._aside, None
        if aside is None or event.span & aside is None:
            return event.acts
        return tuple(act for act in event.acts if act.act == "acknowledgement")

    def _line_ended(self, event: LineEnded) -> list[Change]:
        if event.said:
            self._m.said.append(event.said)
        running, self._m.vent_running = self._m.vent_running, None
        if running is None or self._line is None or self._line.purpose not in ("vent", "abuse"):
            return []
        share = len(event.said.split()) / max(1, len(self._line.text.split()))
        if not event.completed and share < ENOUGH_SAID:
            return []
        self._m.vents_told.add(running)
        self._m.vented_since_turn = True
        self._m.answered.update(self._told_by(running))
        changes = self._feelings.count("vents", 1 / len(self._c.scenario.vents), event.at)
        if event.completed and not self._talked_over and not self._being_talked_over(event.at):
            changes += self._feelings.feel("vent_finished", event.at)
        return changes

    def _being_talked_over(self, at: int) -> bool:
        """Return whether the trainee is speaking into what ends now, and not just anticipating its end."""
        return self._trainee_since is not None and at - self._trainee_since > LEAST_LEFT

    def _told_by(self, vent_id: str) -> list[str]:
        """Return the questions that a vent has answered already."""
        story = self._c.scenario
        told = {fact for vent in story.vents if vent.id == vent_id for fact in vent.tells}
        return [answer.id for answer in story.answers if answer.tells and set(answer.tells) <= told]

    def _overlapped(self, event: Overlapped) -> list[Change]:
        if event.by != "trainee":
            return []
        if event.kind == "backchannel":
            self._aside = event.span
            return self._feelings.feel("backchannel", event.at)
        if event.kind != "interruption":
            return []
        self._talked_over = True
        self._m.interruptions += 1
        return self._how("interrupted", event.at)

    def _how(self, name: str, at: int) -> list[Change]:
        """Feel the way something is said, and let it colour the words."""
        self._delivery = min(self._delivery, self._c.mood.effect(name).spoils)
        return self._feelings.feel(name, at)

    def _yielded(self, event: Yielded) -> list[Change]:
        if event.verdict == "slow":
            return []
        return self._feelings.feel("yielded" if event.verdict == "good" else "would_not_yield", event.at)

    def _hold_ended(self, event: HoldEnded) -> list[Change]:
        if event.over > 0:
            self._m.hold_over = True
            return self._feelings.feel("hold_over", event.at)
        return self._feelings.feel("hold_kept", event.at) if event.returned else []

"""A trainee as data: what they say, and when. The same script drives a call with recorded speech and one in text.

Conventions
-----------
A step fires when everything under `when` holds. Steps without `on` fire in order, each once. A step with `on` does not
wait its turn: it fires as soon as the customer's last line has that purpose or id, before any step in order.
After speaking, the trainee waits for an answer: `customer_silent_ms` counts only once the customer has spoken since.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from simulator.clock import from_ms
from simulator.datafile import DataModel
from simulator.events import Event, LineStarted
from simulator.overlap import LONGEST_BACKCHANNEL


class When(DataModel):
    """What a step waits for; all that is given must hold.

    Parameters
    ----------
    customer_silent_ms
        Both have been silent this long, and the customer has spoken since the trainee last did (the first step of a
        call needs no such thing: an agent greets first).
    customer_speaking_ms
        The customer has been speaking this long without a break, and since the trainee last spoke.
    trainee_silent_ms
        The trainee has been silent this long since their own last words, whatever the customer does: a pause for
        thought, dead air, the end of a hold.
    """

    customer_silent_ms: int | None = Field(default=None, ge=0, le=600_000)
    customer_speaking_ms: int | None = Field(default=None, ge=0, le=600_000)
    trainee_silent_ms: int | None = Field(default=None, ge=0, le=600_000)

    @model_validator(mode="after")
    def _waits_for_something(self) -> When:
        if not self.model_fields_set:
            raise ValueError("give customer_silent_ms, customer_speaking_ms or trainee_silent_ms")
        if self.customer_silent_ms is not None and self.customer_speaking_ms is not None:
            raise ValueError("the customer cannot be silent and speaking at once; give one of the two")
        return self


class Step(DataModel):
    """One thing the trainee says.

    Parameters
    ----------
    when
        What it waits for.
    say
        The file with the recorded speech, beside the script; may be absent in a script used as text only.
    text
        The words of it, as a recognizer writes them.
    on
        Purposes or ids of the customer's last line that call for this step.
    times
        How often it may fire.
    """

    when: When
    say: str | None = Field(default=None, pattern=r"^[^/\\]+$")
    text: str = Field(min_length=1)
    on: tuple[str, ...] = ()
    times: int = Field(default=1, ge=1, le=100)


class TraineeScript(DataModel):
    """The file `scenarios/<scenario>/trainees/<id>.yaml`."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    quality: Literal["exemplary", "mechanical", "rude", "silent", "other"] = "other"
    steps: tuple[Step, ...] = Field(min_length=1)


class Stepper:
    """A script being played: given who is speaking, it returns what to say now. Pure; time is samples only.

    Parameters
    ----------
    script : TraineeScript
    """

    def __init__(self, script: TraineeScript) -> None:
        self.script = script
        self._left = [step.times for step in script.steps]
        self._line: tuple[str, ...] = ()
        self._line_used = False
        self._answered = True
        self._customer = False
        self._customer_edge = 0
        self._trainee = False
        self._trainee_edge = 0
        self._said_over = False

    def notice(self, event: Event) -> None:
        """Take in what happened in the call: the customer's lines, by purpose and id."""
        if isinstance(event, LineStarted):
            self._line, self._line_used = (event.purpose, event.id), False

    def step(self, at: int, *, customer_speaking: bool, trainee_speaking: bool) -> Step | None:
        """Return what the trainee starts to say at sample `at`, or None. Called once a block.

        Parameters
        ----------
        at : int, samples
            Never earlier than at the last call.
        customer_speaking, trainee_speaking : bool
            Who is speaking in this block.
        """
        if trainee_speaking != self._trainee:
            if not trainee_speaking:
                brief = self._said_over and at - self._trainee_edge <= LONGEST_BACKCHANNEL
                self._answered = brief  # a backchannel needs no answer
            else:
                self._said_over = customer_speaking
            self._trainee, self._trainee_edge = trainee_speaking, at
        if customer_speaking != self._customer:
            self._customer, self._customer_edge = customer_speaking, at
        self._answered = self._answered or (customer_speaking and not trainee_speaking)
        if trainee_speaking:
            return None
        for index in self._candidates():
            if self._holds(self.script.steps[index].when, at):
                self._left[index] -= 1
                self._line_used = self._line_used or bool(self.script.steps[index].on)
                return self.script.steps[index]
        return None

    def _candidates(self) -> list[int]:
        steps = self.script.steps
        called = [i for i, step in enumerate(steps) if self._left[i] and set(step.on) & set(self._line)]
        ordered = [i for i, step in enumerate(steps) if self._left[i] and not step.on][:1]
        return (called if not self._line_used else []) + ordered

    def _holds(self, when: When, at: int) -> bool:
        own = at - self._trainee_edge
        both = at - max(self._trainee_edge, self._customer_edge)
        return (
            (when.trainee_silent_ms is None or own >= from_ms(when.trainee_silent_ms))
            and (
                when.customer_silent_ms is None
                or (self._answered and not self._customer and both >= from_ms(when.customer_silent_ms))
            )
            and (when.customer_speaking_ms is None or (self._customer and both >= from_ms(when.customer_speaking_ms)))
        )

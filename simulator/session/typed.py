"""A call that is typed instead of spoken, on the real engine: for people who cannot speak or hear, and for authors.

A typed line takes the time on the call clock that speaking it would take. Both tracks of the folder are silent, so
nothing about the voice is measured, and a typed call certifies nobody.
"""

from __future__ import annotations

import queue
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from simulator.call.engine import Engine
from simulator.call.parts import Settings
from simulator.clock import BLOCK, from_ms, from_seconds
from simulator.customer.scenario import Scenario
from simulator.errors import InputError
from simulator.events import ActsRead, Event, Heard, LineEnded, Reading
from simulator.headset.textual import TextSpeaker
from simulator.ports import Samples
from simulator.recording.folder import CallWriter, calls_folder
from simulator.recording.manifest import Manifest
from simulator.session.compose import call_versions, text_parts
from simulator.session.loop import Block, CallLoop, Ending, Errands, run_call

TYPED = "typed"
"""What call.json names as the recognizer and the headset of a typed call."""
ANSWER_AFTER = from_ms(1000)
"""Both silent for this long: the next line is asked for. Longer than the customer's own pause between two lines."""
NOTHING_SAID = from_seconds(4)
"""A customer who says nothing (on hold, say) is waited for so long; so is a last line of theirs at the end of input."""
LONGEST_SILENCE_S = 600
LONGEST_CALL = from_seconds(3600)


@dataclass(frozen=True, slots=True)
class TypedLine:
    """One typed line: words, said after `silent` samples, or into the customer's line after `into` samples of it.

    `then` is what is said into the answer to it.
    """

    text: str
    silent: int = 0
    into: int | None = None
    then: TypedLine | None = None


def typed_line(line: str) -> TypedLine:
    """Return what a typed line asks for: ``~7`` stays silent for 7 s, ``!1.5 words`` speaks into the customer's line.

    ``words !1.5 more words`` says `words`, and `more words` into the answer to them.

    Raises
    ------
    InputError
        If the number is missing or too large.

    Examples
    --------
    >>> typed_line("good morning").text, typed_line("!1.5 wait").into, typed_line("~7").silent
    ('good morning', 24000, 112000)
    >>> typed_line("go on !1.5 wait").then
    TypedLine(text='wait', silent=0, into=24000, then=None)
    """
    line, mark, cut = line.strip().partition(" !")
    if mark:
        return replace(typed_line(line), then=typed_line(f"!{cut}"))
    if not line.startswith(("~", "!")):
        return TypedLine(line)
    found = re.fullmatch(r"[~!](\d+(?:\.\d+)?)(?:\s+(.*))?", line)
    if found is None or float(found[1]) > LONGEST_SILENCE_S or (line[0] == "!" and not found[2]):
        raise InputError(
            f"{line!r}: write ~7 to stay silent for 7 s, or !1.5 words to speak 1.5 s into the customer's next line; "
            f"at most {LONGEST_SILENCE_S} s"
        )
    samples, words = from_seconds(float(found[1])), found[2] or ""
    return TypedLine(words, into=samples) if line[0] == "!" else TypedLine(words, silent=samples)


class TypedStepper:
    """Asks for the next typed line when it is the trainee's move (`headset.textual.Says`).

    Parameters
    ----------
    next_line : callable
        Returns the next typed line, or None at the end. It may wait for a person.
    """

    def __init__(self, next_line: Callable[[], str | None]) -> None:
        self._next_line = next_line
        self._line: TypedLine | None = None
        self._quiet_since = 0
        self._customer_since: int | None = None
        self._wait = 0
        self._asked_at = 0
        self._no_more = False
        self.over = False
        """Whether there are no more lines and the customer is done: the trainee hangs up."""

    def notice(self, event: Event) -> None:
        """Take no notice."""

    def step(self, at: int, *, customer_speaking: bool, trainee_speaking: bool) -> TypedLine | None:
        """Return the line that the trainee starts to say at sample `at`, or None. Called once a block."""
        if customer_speaking:
            self._customer_since = at if self._customer_since is None else self._customer_since
            self._wait = ANSWER_AFTER
        else:
            self._customer_since = None
        if customer_speaking or trainee_speaking:
            self._quiet_since = at + BLOCK
        if self._no_more:
            self.over = at - self._quiet_since >= NOTHING_SAID
        if trainee_speaking or self._no_more:
            return None
        if self._line is None and at - self._quiet_since >= self._wait:
            self._line, self._asked_at = self._ask(), at
        if self._line is None or not self._due(self._line, at):
            return None
        line, self._line, self._wait, self._asked_at = self._line, self._line.then, NOTHING_SAID, at
        if not line.text:  # a silence and nothing after it
            self._quiet_since, self._wait = at, 0
            return None
        return line

    def _ask(self) -> TypedLine | None:
        text = self._next_line()
        while text is not None and not text.strip():
            text = self._next_line()
        self._no_more = text is None
        return None if text is None else typed_line(text)

    def _due(self, line: TypedLine, at: int) -> bool:
        if line.into is not None:
            return self._customer_since is not None and at - self._customer_since >= line.into
        return self._customer_since is None and at - self._asked_at >= line.silent


class TypedTrainee(TextSpeaker):
    """The trainee of a typed call: headset, detector and ear in one; hangs up at the end of the lines.

    Attributes
    ----------
    errands : queue.SimpleQueue
        The next line is asked for in whichever thread does these; see `session.loop.run_call`.
    """

    def __init__(self, next_line: Callable[[], str | None]) -> None:
        self._next_line = next_line
        self._answers: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.errands: Errands = queue.SimpleQueue()
        self._lines = TypedStepper(self._wait_for_line)
        super().__init__(self._lines, name=TYPED)

    def exchange(self, out: Samples, *, customer_speaking: bool) -> Samples | None:
        """Return the trainee's next block, or None once they have hung up."""
        block = super().exchange(out, customer_speaking=customer_speaking)
        return None if self._lines.over else block

    def close(self) -> None:
        """End the waiting for a line: there is none any more."""
        self._answers.put(None)

    def _wait_for_line(self) -> str | None:
        self.errands.put(lambda: self._answers.put(self._next_line()))
        return self._answers.get()


class SilentRecorder:
    """Keeps the log of a typed call and silence on both tracks (`ports.Recorder`)."""

    def __init__(self, recorder: CallWriter) -> None:
        self._recorder = recorder

    def audio(self, trainee: Samples, customer: Samples) -> None:
        """Append a silent block to each track."""
        self._recorder.audio(np.zeros_like(trainee), np.zeros_like(customer))

    def event(self, event: Event) -> None:
        """Append one event to the log."""
        self._recorder.event(event)


@dataclass(slots=True)
class TypedTurn:
    """One turn of the trainee as it was typed and read, and what the customer said to it."""

    text: str
    reading: Reading = field(default_factory=Reading)
    customer: list[str] = field(default_factory=list)


@dataclass(slots=True)
class TypedCall:
    """A typed call, ready to run."""

    scenario: Scenario
    seed: int
    recorder: CallWriter
    loop: CallLoop
    trainee: TypedTrainee
    turns: list[TypedTurn] = field(default_factory=list)

    def run(self, on_event: Callable[[Event], None]) -> Ending:
        """Run the call to its end; `on_event` is told of each event as it happens."""

        def look(block: Block) -> None:
            for event in block.events:
                self._note(event)
                on_event(event)

        try:
            return run_call(self.loop, on_block=look, errands=self.trainee.errands)
        finally:
            self.recorder.finish()

    def _note(self, event: Event) -> None:
        if isinstance(event, Heard):
            self.turns.append(TypedTurn(event.text))
        elif isinstance(event, ActsRead):
            self.turns[-1].reading = event.reading
        elif isinstance(event, LineEnded):
            if not self.turns:
                self.turns.append(TypedTurn(""))
            self.turns[-1].customer.append(event.said)


def compose_typed(
    scenario: Scenario, next_line: Callable[[], str | None], *, seed: int | None, out: Path | None
) -> TypedCall:
    """Put a typed call together and begin its recording.

    Parameters
    ----------
    scenario : Scenario
    next_line : callable
        As for `TypedStepper`.
    seed : int or None
        Fixes every choice of the customer's; None draws one.
    out : Path or None
        Where call folders are kept; None for the user's own.
    """
    chosen = random.SystemRandom().randrange(10_000) if seed is None else seed
    trainee = TypedTrainee(next_line)
    parts = text_parts(scenario, trainee, seed=chosen)
    settings = Settings(scenario=scenario.id, seed=chosen, recognizer=TYPED, headset=TYPED, limit=LONGEST_CALL)
    manifest = Manifest(
        scenario=scenario.id,
        scenario_sha256=scenario.sha256,
        scenario_data=scenario.model_dump(mode="json"),
        seed=chosen,
        recognizer=TYPED,
        model=TYPED,
        versions=call_versions(),
        device=TYPED,
        trainee="typed",
    )
    recorder = CallWriter(calls_folder(out), manifest)
    loop = CallLoop(Engine(parts, settings), trainee, SilentRecorder(recorder))
    return TypedCall(scenario, chosen, recorder, loop, trainee)

"""What is done at a seat: a call, a typed call, a headset check. All of it is session's work; here it is told."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from simulator.clock import clock_text, to_ms
from simulator.customer.scenario import load_scenario
from simulator.errors import InputError
from simulator.events import Event, Heard, LineEnded
from simulator.headset.preflight import TITLES, run_preflight
from simulator.lab.errand import Errand
from simulator.lab.room import Room, SeatCheck, Visitor
from simulator.recording.call_seal import SealKeeper
from simulator.report.view import OUTCOMES
from simulator.session.after_call import CallOutput, review_call
from simulator.session.compose import Composed, Seat, Wanted, compose
from simulator.session.hints import Hints
from simulator.session.loop import Block
from simulator.session.retry import retried_call
from simulator.session.trainees import Notify
from simulator.session.typed import compose_typed, typed_line
from simulator.session.watching import HOLDS, Shown

RING_S = 90.0
"""Nobody answers for this long: the customer gives up."""


@dataclass(frozen=True, slots=True)
class Work:
    """What an errand does, in its own thread. `keeper` seals a certification call; None for any other."""

    room: Room
    visitor: Visitor
    keeper: SealKeeper | None = None

    def __call__(self, errand: Errand) -> None:
        """Do it."""
        {"call": self._call, "typed": self._typed, "check": self._check}[errand.hello.do](errand)

    def _call(self, errand: Errand) -> None:
        composed = self._composed(errand)
        begins = clock_text(composed.loop.engine.at) if errand.hello.retry else ""
        errand.tell("ringing", caller=composed.scenario.caller.name, begins=begins)
        if not errand.answered(RING_S):
            composed.close()
            shutil.rmtree(composed.recorder.path)  # a call that nobody answered is none
            errand.tell("unanswered")
            return
        watch = _Watch(errand)
        errand.tell("live", at_ms=to_ms(composed.loop.engine.at))
        ending = composed.run(on_block=watch)
        errand.tell("scoring", failure=str(ending.failure or ""))
        filed = bool(self.visitor.person)
        output = review_call(composed, _note(errand), filed=filed, database=self.room.database)
        unsealed = composed.recorder.unsealed
        self._over(errand, output, f"It was not sealed, so it certifies nobody: {unsealed}" if unsealed else "")

    def _composed(self, errand: Errand) -> Composed:
        hello, checked = errand.hello, self.visitor.check()
        assert errand.headset is not None
        assert hello.audio is not None
        fits = checked is not None and checked.preflight.headset == errand.headset.name
        if self.keeper is not None and not (fits and checked is not None and checked.preflight.passed):
            raise InputError("a certification call wants a headset that passed its check today: see the page Headset")
        seat = Seat(
            headset=errand.headset,
            checked=checked.preflight if checked is not None and fits else None,
            browser=hello.audio.model_dump(mode="json"),
        )
        wanted = Wanted(
            scenario=hello.scenario,
            seed=hello.seed,
            mode=hello.mode,
            seat=seat,
            out=self.visitor.calls,
            person=self.visitor.person or None,
            keeper=self.keeper,
        )
        if hello.retry:
            wanted = self._retrying(wanted, hello.retry, hello.turn)
        return compose(wanted, _note(errand), recognizer=self.room.recognizer(_note(errand)))

    def _retrying(self, wanted: Wanted, name: str, turn: int) -> Wanted:
        path = self.visitor.call(name)
        if path is None:
            raise InputError(f"there is no call {name!r} to retry among yours")
        retried = retried_call(path, turn)
        return replace(wanted, **retried.decided, rubric=retried.manifest.rubric, retried=retried)

    def _typed(self, errand: Errand) -> None:
        story = load_scenario(errand.hello.scenario)
        watch = _Watch(errand)

        def look(event: Event) -> None:
            watch.take(event.at, (event,))
            if isinstance(event, LineEnded | Heard):
                who = "customer" if isinstance(event, LineEnded) else "you"
                text = event.said if isinstance(event, LineEnded) else event.text
                errand.tell("line", who=who, text=text, cut=isinstance(event, LineEnded) and not event.completed)

        call = compose_typed(story, lambda: _next_line(errand), seed=errand.hello.seed, out=self.visitor.calls)
        errand.tell("live", at_ms=0.0)
        call.run(look)
        errand.tell("scoring", failure="")
        self._over(errand, review_call(call, _note(errand), filed=False, database=self.room.database))

    def _over(self, errand: Errand, output: CallOutput, note: str = "") -> None:
        name, outcome = Path(output.call_dir).name, OUTCOMES[output.outcome]
        errand.tell("over", call=name, outcome=outcome, total=output.total, note=note)

    def _check(self, errand: Errand) -> None:
        assert errand.headset is not None
        assert errand.hello.audio is not None
        errand.tell("ready")
        if not errand.answered(RING_S):
            return
        found = run_preflight(errand.headset, lambda text: errand.tell("do", text=text))
        echo = errand.hello.audio.given.get("echoCancellation") is True
        self.visitor.keep_check(SeatCheck(preflight=found, echo_cancellation=echo))
        leaks = any(each.name == "leak" and not each.passed for each in found.findings)
        findings = [
            {"title": TITLES[each.name], "text": each.text, **each.model_dump(mode="json")} for each in found.findings
        ]
        errand.tell("found", passed=found.passed, findings=findings, leaks=leaks and not echo)


class _Watch:
    """Tells the browser what is shown of a call, whenever that changes."""

    def __init__(self, errand: Errand) -> None:
        self._errand, self._shown = errand, Shown()
        self._hints = Hints() if errand.hello.hints else None

    def __call__(self, block: Block) -> None:
        self.take(block.at, block.events)

    def take(self, at: int, events: Sequence[Event]) -> None:
        """Take in what happened by sample `at`."""
        self._errand.glimpse.take(at, events)
        shown = self._shown
        for event in events:
            hint = self._hints.after((event,)) if self._hints is not None else ""
            shown = shown.after(event, hint)
        if shown == self._shown:
            return
        self._shown = shown
        since, promised = shown.hold_since, shown.hold_promised
        self._errand.tell(
            "shown",
            at_ms=to_ms(at),
            floor=shown.floor,
            holds=HOLDS[shown.floor],
            note=shown.note,
            hint=shown.hint,
            hold_since_ms=None if since is None else to_ms(since),
            hold_promised_ms=None if promised is None else to_ms(promised),
        )


def _next_line(errand: Errand) -> str | None:
    """Return the next typed line that can be understood; the typist is told of any other."""
    while True:
        line = errand.next_line()
        try:
            if line is not None:
                typed_line(line)
            return line
        except InputError as error:
            errand.tell("wrong", text=str(error))


def _note(errand: Errand) -> Notify:
    return lambda text: errand.tell("preparing", text=text)

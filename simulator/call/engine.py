"""The engine of a call: one block in, one block out, and events. A function of samples.

Theory of operation
-------------------
`Engine.step` takes the trainee's block that ended just now and returns the block the earphone plays next. No thread,
wall clock, device or file is inside; a recognizer that works in the background answers through `ports.Ear`. What
happens is logged in order; the customer is told of every event and may answer with a change of mood.

The order of one step: listen (speech, words, overlaps) - judge (is the turn over?) - speak (lines, silences).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from simulator.call.customer_side import CustomerSide, Owed
from simulator.call.floor import Floor, FloorEvent
from simulator.call.holding import Holding
from simulator.call.parts import Parts, Settings
from simulator.call.phase import CallPhase, Phase
from simulator.call.silence import LeaveTaking, Silence
from simulator.call.trainee_side import TraineeSide
from simulator.clock import BLOCK, from_ms, from_seconds
from simulator.events import (
    Act,
    BargedIn,
    CallEnded,
    CallStarted,
    Event,
    FloorChanged,
    Heard,
    Outcome,
    SpeechEnded,
    SpeechStarted,
)
from simulator.ports import HangUp, Occasion, Samples, Wait

OPENING_WAIT = from_ms(3000)
"""The customer waits this long for a greeting before they speak first."""
PATIENCE = from_ms(360)
"""Both began at once: the customer gives way when the trainee has kept on for this long."""
BARGE_IN_CHECK = from_seconds(1)
"""How often the customer considers cutting in on a long turn."""
AFTER_TALKING_ON = from_ms(250)
"""Having talked on through an interruption, the customer reacts to it after this."""


class Engine:
    """One call.

    Parameters
    ----------
    parts : Parts
        Everything the call needs from outside.
    settings : Settings
        What is fixed for this call.
    """

    def __init__(self, parts: Parts, settings: Settings) -> None:
        self._parts = parts
        self._settings = settings
        self._at = 0
        self._events: list[Event] = []
        self._floor = Floor()
        self._silence = Silence()
        self._trainee = TraineeSide(parts, settings, self._log)
        self._customer = CustomerSide(parts, self._log, round_trip=settings.round_trip)
        self._underway = deque([np.zeros(BLOCK, np.int16)] * (settings.round_trip // BLOCK + 1))
        self.heard: Samples = np.zeros(BLOCK, np.int16)
        """What the trainee heard during their latest block."""
        self._phase = CallPhase()
        self._sending = False
        self._cut_off = False
        self._owed: Owed | None = None
        self._holding = Holding()
        self._leave = LeaveTaking()
        self._ending: HangUp | None = None
        self._silent: dict[Phase, Callable[[], None]] = {
            "greeting": self._await_greeting,
            "talk": self._go_on,
            "hold": self._go_on,
            "goodbye": self._see_off,
        }
        self._log(
            CallStarted(
                at=0,
                scenario=settings.scenario,
                seed=settings.seed,
                mode=settings.mode,
                recognizer=settings.recognizer,
                headset=settings.headset,
            )
        )

    @property
    def at(self) -> int:
        """Now, in samples of the call clock."""
        return self._at

    @property
    def phase(self) -> Phase:
        """The phase of the call."""
        return self._phase.state

    @property
    def done(self) -> bool:
        """Whether the call is over."""
        return self._phase.state == "over"

    @property
    def customer_speaking(self) -> bool:
        """Whether the block that was returned last is part of a line."""
        return self._sending

    @property
    def trainee_speaking(self) -> bool:
        """Whether the trainee is speaking."""
        return self._trainee.speaking

    def drain(self) -> tuple[Event, ...]:
        """Return the events since last asked, in order."""
        events = tuple(self._events)
        self._events.clear()
        return events

    def note(self, event: Event) -> None:
        """Put an event of the headset's into the log: lateness, lost samples, an unplugged device."""
        self._log(event)

    def stop(self, outcome: Outcome, reason: str) -> None:
        """End the call from outside, as soon as what was said last is written down."""
        if self.phase not in ("winding_up", "over"):
            self._wind_up_with(HangUp(outcome=outcome, reason=reason))
            self._customer.give_way()

    def abandon(self) -> None:
        """End a call that cannot wind up, without another event."""
        self._phase.happen("ended")

    def close(self) -> None:
        """Free the recognizer; safe to call twice."""
        self._trainee.end()

    def step(self, block: Samples) -> Samples:
        """Take in the trainee's block that ended now; return the customer's next block.

        Parameters
        ----------
        block : int16, shape (320,)

        Returns
        -------
        int16, shape (320,)
            Silence where the customer says nothing, and once the call is done.
        """
        self._at += BLOCK
        self.heard = self._underway.popleft()
        if not self.done:
            self._finish_line()
            if self.phase == "winding_up" and not self._customer.speaking:
                self._wind_up()
            else:
                self._listen(block)
                self._judge()
                self._speak()
        self._sending = not self.done and self._customer.sending
        self._underway.append(np.zeros(BLOCK, np.int16) if self.done else self._customer.next_block())
        return self._underway[-1]

    def _log(self, event: Event) -> None:
        self._events.append(event)
        self._events.extend(self._parts.customer.notice(event))

    def _change_floor(self, event: FloorEvent) -> None:
        before = self._floor.state
        self._log(FloorChanged(at=self._at, before=before, after=self._floor.happen(event)))

    def _finish_line(self) -> None:
        ended = self._customer.finish(self._at)
        if ended is None:
            return
        self._change_floor("customer_stops")
        self._trainee.watch.customer_stopped(ended.span.stop)
        self._silence.broken(self._at)
        if self._owed is not None:
            self._owed = replace(self._owed, due=self._at + max(0, AFTER_TALKING_ON - self._settings.round_trip))
        ending = self._customer.ending()
        if ending is not None:
            self._leave.begin(self._at)
            self._ending = self._ending if self.phase == "winding_up" else ending
            self._phase.happen("last_word")
        if not self._trainee.open:
            self._begin_hold()

    def _begin_hold(self) -> None:
        """Begin the hold that was asked for, if one was."""
        if self._holding.asked:
            self._customer.goes_on_at = None
            self._hold()

    def _hold(self) -> None:
        self._phase.happen("hold_began")
        self._log(self._silence.hold(self._at, self._holding.begin()))

    def _listen(self, block: Samples) -> None:
        changed = self._trainee.listen(block, self._at, self.heard, customer_speaking=self._customer.speaking)
        if isinstance(changed, SpeechStarted):
            self._speech_started(changed)
        elif isinstance(changed, SpeechEnded):
            self._speech_ended(changed)
        if self._trainee.speaking:
            self._silence.broken(self._at)
        watch = self._trainee.watch
        if self._customer.speaking and watch.becomes_certain(self._at):
            self._cut_off = True
            self._customer.react_to_cut()
        elif self._customer.speaking and watch.near_own_start(self._at, PATIENCE):
            self._customer.give_way()
        self._settle()

    def _speech_started(self, event: SpeechStarted) -> None:
        self._log(event)
        self._change_floor("trainee_starts")
        ended = self._silence.end_hold(self._at, returned=True)
        if ended is not None:
            self._holding.came_back(ended.span.duration)
            self._phase.happen("hold_ended")
            self._log(ended)
        if self._customer.speaking:
            self._trainee.watch.meet(event.onset, self._customer.span, by="trainee")
        else:
            self._trainee.watch.apart()

    def _speech_ended(self, event: SpeechEnded) -> None:
        self._log(event)
        self._change_floor("trainee_stops")
        yielded = self._customer.yielded(event.span.stop, self._at)
        if yielded is not None:
            self._log(yielded)

    def _settle(self) -> None:
        overlap = self._trainee.settle(self._at)
        if overlap is None:
            return
        self._log(overlap)
        if overlap.kind == "interruption" and not self._cut_off:
            self._cut_off = True  # also where the line has ended meanwhile: they were talked over all the same
            if self._customer.speaking:
                self._customer.react_to_cut()

    def _judge(self) -> None:
        """Close the trainee's turn if it is over, and answer it if it wants an answer."""
        if self._trainee.watch.meeting is not None or not self._trainee.turn_over(self._at):
            return
        taken = self._trainee.take(self._at)
        alongside = self._trainee.watch.alongside()
        if taken is None:
            return
        self._phase.happen("turn_taken")
        self._leave.linger(self._at)
        heard, acts = taken
        if self._holding.goes_on({act.act for act in acts}):
            self._hold()
            return
        self._note_hold(heard, acts)
        if self._customer.speaking:
            self._owed = None if alongside or self._customer.cut_in else Owed(heard, acts)
        elif alongside and self._customer.goes_on_at is not None:
            self._customer.goes_on_at = max(self._customer.goes_on_at, self._at)
        elif self.phase in ("talk", "hold"):
            self._answer(heard, acts)

    def _note_hold(self, heard: Heard, acts: tuple[Act, ...]) -> None:
        """Remember an announced hold; "hold on", said over the customer, announces none."""
        if not self._cut_off and any(act.act == "hold_request" for act in acts):
            words = tuple(word.word for word in heard.words)
            self._holding.ask(self._parts.understanding.promised_hold(words))

    def _answer(self, heard: Heard, acts: tuple[Act, ...]) -> None:
        occasion: Occasion = "turn"
        if self._holding.back:
            occasion = "returned"
        elif self._cut_off:
            occasion = "cut_off"
        elif not heard.words:
            occasion = "unclear"
        self._cut_off, self._owed = False, None
        self._holding.answered()
        self._move(occasion, heard, acts)

    def _move(self, occasion: Occasion, heard: Heard | None = None, acts: tuple[Act, ...] = ()) -> None:
        self._phase.happen("moved")
        move = self._customer.move(self._at, occasion, heard, acts)
        if occasion != "silence":
            self._silence.broken(self._at)
        if isinstance(move, HangUp):
            self._wind_up_with(move)
        elif isinstance(move, Wait):
            self._begin_hold()
        else:
            self._line_began()

    def _line_began(self) -> None:
        self._change_floor("customer_starts")
        if self._trainee.speaking:
            planned = self._customer.cut_in
            self._trainee.watch.meet(self._trainee.onset, self._customer.span, by="customer", planned=planned)

    def _speak(self) -> None:
        """Let the customer begin a line where it is time."""
        if self._customer.speaking or self.done:
            return
        if not self._trainee.open:
            if self.phase in self._silent:
                self._silent[self.phase]()
        elif self.phase == "goodbye":
            if self._leave.too_long(self._at):
                self._wind_up_with(self._ending)
        else:
            self._consider_barging_in()

    def _await_greeting(self) -> None:
        if self._at >= OPENING_WAIT:
            self._move("opening")

    def _see_off(self) -> None:
        """End the call once the trainee has had the time for a goodbye."""
        if self._leave.over(self._at):
            self._end()

    def _go_on(self) -> None:
        """Answer what is owed an answer, go on after a pause, or wait for the trainee."""
        if self._owed is not None:
            if self._at >= self._owed.due:
                self._answer(self._owed.heard, self._owed.acts)
        elif self._customer.goes_on_at is not None:
            if self._at >= self._customer.goes_on_at:
                self._move("continue")
        else:
            self._wait()

    def _wait(self) -> None:
        dead_air = self._silence.step(self._at)
        if dead_air is not None:
            self._log(dead_air)
        if self._at >= self._settings.limit:
            self._run_out_of_time()
            return
        occasion = self._silence.asks(self._at)
        if occasion is not None:
            self._move(occasion)

    def _run_out_of_time(self) -> None:
        """Give the customer a last word; without one, the call ends here."""
        self._move("hurry")
        if not self._customer.speaking and self.phase != "winding_up":
            self._wind_up_with(HangUp(outcome="unresolved", reason="the call ran out of time"))

    def _consider_barging_in(self) -> None:
        """Let the customer cut in on purpose, now and then while the trainee speaks."""
        began, at = self._trainee.began, self._at
        if began is None or not self._trainee.speaking or (at - began) // BLOCK % (BARGE_IN_CHECK // BLOCK):
            return
        say = self._parts.customer.barge_in(at, speaking=at - began, excusing=self._trainee.excusing(at))
        if say is not None:
            self._customer.say(say, self._at, cut_in=True)
            self._log(BargedIn(at=self._at, line=self._customer.line, reason=say.reason or say.purpose))
            self._line_began()

    def _wind_up_with(self, how: HangUp | None) -> None:
        self._ending = how
        self._phase.happen("stopped")

    def _wind_up(self) -> None:
        """End the call as soon as the customer is silent and what the trainee said is written down."""
        if self._customer.speaking or not self._trainee.flush(self._at):
            return
        if self._trainee.open:
            self._trainee.take(self._at)
        self._end()

    def _end(self) -> None:
        how = self._ending
        assert how is not None
        ended = self._silence.end_hold(self._at, returned=False)
        if ended is not None:
            self._log(ended)
        rating, why = self._parts.customer.satisfaction()
        self._log(
            CallEnded(at=self._at, outcome=how.outcome, reason=how.reason, satisfaction=rating, satisfaction_reason=why)
        )
        self._phase.happen("ended")
        self.close()

"""What the terminal shows during a call: who holds the floor, both levels, the time. Calm, and on standard error.

A terminal gets a few lines that stay in place; anything else (a file, a pipe) gets one plain line where the floor
changes hands. A replayed call is read along instead: who said what. With `--json` nothing is shown. Hints belong to
practice, and only where they were asked for.
"""

from __future__ import annotations

import contextlib
import math
import operator
import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from rich.console import Console
from rich.live import Live
from rich.text import Text

from simulator.cli.terminal import plain, styled
from simulator.clock import clock_text
from simulator.events import (
    DeviceBack,
    Event,
    FloorChanged,
    FloorState,
    Heard,
    HoldEnded,
    HoldStarted,
    LineEnded,
    LineStarted,
)
from simulator.ports import Samples
from simulator.session.hints import Hints
from simulator.session.loop import Block
from simulator.session.watching import HOLDS, NOTES, Shown

REPLAYED: dict[FloorState, str] = {**HOLDS, "trainee": "the trainee is speaking"}
GREET = "greet the caller"
WHO = r"^ *[\d:.]+  ((?P<cyan>customer  )|(?P<green>trainee   )|(?P<italic>hint: .*))"
"""What a style sets apart in a line of a replayed call: who speaks, in the colour of their level bar; hints."""
BAR = 20
QUIETEST_DBFS = -60.0
FRAME_S = 0.1
FALL = 0.7
"""How fast a level falls on the screen, so that it can be read."""


class _State:
    """What is known of the call just now."""

    def __init__(self, *, hints: bool, live: bool = True) -> None:
        self._hints = Hints() if hints else None
        self.live = live
        self.holds = HOLDS if live else REPLAYED
        self.at = 0
        self.shown = Shown()
        self.levels = {"you": 0.0, "customer": 0.0}
        self.note = GREET if live else ""
        self._in_line = False
        self._held: list[tuple[int, str]] = []

    def take(self, block: Block) -> list[tuple[int, str]]:
        """Take in a block; return what is worth a line of its own, and when it was."""
        self.at = block.at
        for name, samples in (("you", block.trainee), ("customer", block.customer)):
            self.levels[name] = max(share(samples), self.levels[name] * FALL)
        happened = [(self.at, line) for event in block.events if (line := self._happened(event))]
        hint = self._hints.after(block.events) if self._hints is not None else ""
        if hint and hint != self.shown.hint:
            self.shown = replace(self.shown, hint=hint)
            happened.append((self.at, f"hint: {hint}"))
        return happened if self.live else self._in_order(block.events, happened)

    def _in_order(self, events: tuple[Event, ...], happened: list[tuple[int, str]]) -> list[tuple[int, str]]:
        """Return what was said and what happened, by time: what comes during a line waits for the line's end."""
        for event in events:
            if isinstance(event, LineStarted | LineEnded):
                self._in_line = isinstance(event, LineStarted)
            if line := _said(event):
                self._held.append(line)
        self._held += happened
        if self._in_line:
            return []
        ready, self._held = sorted(self._held, key=operator.itemgetter(0)), []
        return ready

    def _happened(self, event: Event) -> str:
        self.shown = self.shown.after(event)
        if isinstance(event, FloorChanged | HoldStarted):
            self.note = "" if self.note == GREET else self.note
        if isinstance(event, FloorChanged):
            return self.holds[event.after] if self.live and event.after != "open" else ""
        if isinstance(event, HoldStarted | HoldEnded):
            return self.holding() or NOTES[HoldEnded]
        if type(event) in NOTES:
            self.note = NOTES[type(event)] if not isinstance(event, DeviceBack) else ""
            return NOTES[type(event)]
        return ""

    def holding(self) -> str:
        """Return how long the customer has been on hold, against what was promised; "" where they are not."""
        since, promised_for = self.shown.hold_since, self.shown.hold_promised
        if since is None:
            return ""
        lasted = max(0, self.at - since)
        promised = f" of the {_clock(promised_for)} you promised" if promised_for else ""
        late = ", come back now" if promised_for and lasted > promised_for else ""
        return f"{NOTES[HoldStarted]}, {_clock(lasted)}{promised}{late}"


def _clock(samples: int) -> str:
    """Return minutes and seconds.

    Examples
    --------
    >>> _clock(16000 * 75)
    '1:15'
    """
    return clock_text(samples).split(".")[0]


def _said(event: Event) -> tuple[int, str] | None:
    """Return when somebody began to say something, and what they said, if the event tells of it."""
    if isinstance(event, LineEnded) and event.said:
        return event.span.start, f"{'customer':<10}{plain(event.said)}" + ("" if event.completed else " ... (cut off)")
    if isinstance(event, Heard) and event.text:
        return event.span.start, f"{'trainee':<10}{plain(event.text)}"
    return None


class View:
    """What `run_call` is to tell of the call; this one shows nothing."""

    def __call__(self, block: Block) -> None:
        """Take in a block of the call."""

    def waiting(self, reason: str) -> None:
        """Take in that the call stands still, or that it goes on (no reason)."""

    def tell(self, text: str) -> None:
        """Show a text above what changes: the briefing."""


class _Lines(View):
    """One plain line where the floor changes hands, for files and pipes."""

    def __init__(self, console: Console, state: _State) -> None:
        self._console, self._state = console, state

    def __call__(self, block: Block) -> None:
        for at, line in self._state.take(block):
            self._say(at, line)

    def waiting(self, reason: str) -> None:
        if reason:
            self._say(self._state.at, f"{plain(reason)}: plug the headset in again, the call waits")

    def tell(self, text: str) -> None:
        self._console.print(text, markup=False)

    def _say(self, at: int, line: str) -> None:
        self._console.print(f"{clock_text(at):>7}  {line}", soft_wrap=True, markup=False)


class _Screen(View):
    """A few lines that stay in place, for a terminal."""

    def __init__(self, screen: Live, state: _State, *, live: bool) -> None:
        self._screen, self._state, self._live = screen, state, live
        self._shown = 0.0

    def __call__(self, block: Block) -> None:
        lines = self._state.take(block)
        if not self._live:
            for at, line in lines:
                text = _hanging(f"{clock_text(at):>7}  {line}", self._screen.console.width)
                text.highlight_regex(WHO)
                self._screen.console.print(text)
        if time.monotonic() - self._shown >= FRAME_S:
            self._draw()

    def waiting(self, reason: str) -> None:
        self._state.note = f"{plain(reason)}: plug the headset in again, the call waits" if reason else ""
        self._draw()

    def tell(self, text: str) -> None:
        self._screen.console.print(text, markup=False)

    def _draw(self) -> None:
        self._shown = time.monotonic()
        self._screen.update(render(self._state, live=self._live, width=self._screen.console.width), refresh=True)


@contextlib.contextmanager
def live_view(title: str, *, hints: bool = False, live: bool = True, quiet: bool = False) -> Iterator[View]:
    """Show a call while it runs; yields what `run_call` is to tell of it.

    Parameters
    ----------
    title : str
        The scenario's title.
    hints : bool
        Show the customer's band and a suggestion; never in certification.
    live : bool
        Whether a person is speaking; a replayed call shows its progress and what is said.
    quiet : bool
        Show nothing at all (with --json).
    """
    if quiet:
        yield View()
        return
    console = Console(file=styled(sys.stderr), highlight=False)
    state = _State(hints=hints, live=live)
    console.print(
        f"{plain(title)}. "
        + ("Greet the caller. Ctrl-C ends the call and keeps it." if live else "Replaying the call."),
        markup=False,
    )
    if not console.is_terminal:
        yield _Lines(console, state)
        return
    with Live(console=console, auto_refresh=False, transient=True) as screen:
        yield _Screen(screen, state, live=live)
    if live:  # a replay said so on its way
        console.print(f"{clock_text(state.at):>7}  the call is over")


def _hanging(line: str, width: int, indent: int = 19) -> Text:
    """Return a line broken to fit, what was said set apart from who said it."""
    return Text(textwrap.fill(line, max(40, width), subsequent_indent=" " * indent))


def share(samples: Samples) -> float:
    """Return how much of a level bar a block fills, 0 to 1.

    Examples
    --------
    >>> share(np.zeros(320, np.int16)), share(np.full(320, 32767, np.int16))
    (0.0, 1.0)
    """
    power = float(np.mean((samples.astype(np.float64) / 32767) ** 2))
    if power <= 0:
        return 0.0
    return min(1.0, max(0.0, 1 - 10 * math.log10(power) / QUIETEST_DBFS))


def render(state: _State, *, live: bool, width: int) -> Text:
    """Return the lines for the terminal."""
    text = Text()
    text.append(f"{clock_text(state.at):>7}  ", style="bold")
    told = state.note or state.holding()
    text.append(told or state.holds[state.shown.floor], style="bold" if state.shown.floor == "both" or told else "")
    if live:
        for name in ("customer", "you"):
            filled = round(state.levels[name] * BAR)
            text.append(f"\n{name:>9}  ")
            text.append("█" * filled, style="green" if name == "you" else "cyan")
            text.append("·" * (BAR - filled), style="dim")
    if state.shown.hint:
        hint = _hanging(f"     hint  {state.shown.hint}", width, indent=11)
        hint.stylize("italic")
        text.append("\n").append_text(hint)
    return text

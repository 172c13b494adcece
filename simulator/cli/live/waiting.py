"""What the terminal shows while somebody waits: one bar while a voice is prepared, seconds counted down in a check."""

from __future__ import annotations

import math
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

PREPARING = "Preparing the customer's voice, the first time only"


class VoiceBar:
    """One bar for one voice, on standard error; a file or a pipe gets one line. Nothing where all lines are there."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._bar: Progress | None = None
        self._told = False

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` lines are ready."""
        if not self._console.is_terminal:
            if not self._told:
                self._console.print(f"{PREPARING}: {total} lines.", highlight=False)
            self._told = True
            return
        if self._bar is None:
            columns = (TextColumn("{task.description}"), BarColumn(bar_width=20), MofNCompleteColumn())
            self._bar = Progress(*columns, console=self._console)
            self._bar.add_task(PREPARING, total=total)
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=done)
        if done >= total:
            self._bar.stop()

    def __enter__(self) -> VoiceBar:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()


class Countdown:
    """Seconds that are left of what somebody was asked to do, on standard error; nothing in a file or a pipe."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._shown = -1

    def tell(self, text: str) -> None:
        """Say what is to be done now."""
        self._console.print(text, highlight=False, markup=False)

    def left(self, seconds: float) -> None:
        """Show how many seconds are left."""
        whole = math.ceil(seconds)
        if whole != self._shown and self._console.is_terminal:
            self._shown = whole
            self._live.update(Text(f"  {whole} s" if whole else ""), refresh=True)

    def __enter__(self) -> Countdown:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._console.is_terminal:
            self._live.stop()

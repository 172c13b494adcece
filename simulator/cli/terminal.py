"""What goes to the terminal and what comes from it: no control characters out, and every wish to stop taken alike.

A name, a line or a path from a foreign call folder may hold control characters, by which a terminal can be made to
hide text, change its title or run commands. They are shown as escapes. Text with styles goes around that, so what a
style is put on is cleaned first (`plain`).
"""

from __future__ import annotations

import contextlib
import errno
import re
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any, TextIO

STOPS = ("SIGTERM", "SIGHUP", "SIGBREAK")
"""Signals that end a call as Ctrl-C does, by name: POSIX lacks the last, Windows the second."""
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]|\r(?!\n)")
"""Control characters but tab and line end, what turns the direction of text around, and halves of characters."""


def plain(text: str) -> str:
    r"""Return a text whose control characters are shown as escapes.

    Examples
    --------
    >>> print(plain("Dana\x1b[2J \u202eevil"))
    Dana\x1b[2J \u202eevil
    """
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)


class PlainStream:
    """A text stream that lets no control character through, and that a closed terminal does not break.

    Parameters
    ----------
    stream : TextIO
        Where the text goes.
    styled : bool
        Whether control characters pass after all, for what is drawn with styles.
    """

    def __init__(self, stream: TextIO, *, styled: bool = False) -> None:
        self.stream = stream
        self._styled = styled

    def write(self, text: str) -> int:
        """Write a text; one that a terminal which is gone cannot take is lost, and nothing else is."""
        with _unless_gone():
            self.stream.write(text if self._styled else plain(text))
        return len(text)

    def flush(self) -> None:
        """Flush the stream."""
        with _unless_gone():
            self.stream.flush()

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":  # click would write around this stream
            raise AttributeError(name)
        return getattr(self.stream, name)


def styled(stream: TextIO) -> TextIO:
    """Return a stream to draw on with styles, where `stream` is standard output or standard error."""
    inner = stream.stream if isinstance(stream, PlainStream) else stream
    return PlainStream(inner, styled=True)  # type: ignore[return-value]


@contextlib.contextmanager
def taken_over() -> Iterator[None]:
    """Clean both streams, and turn the signals that end a program into KeyboardInterrupt.

    A signal that is ignored stays so, as under nohup.
    """
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (each and PlainStream(each) for each in streams)
    numbers = [getattr(signal, name) for name in STOPS if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        numbers = []
    numbers = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    for number in numbers:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)


@contextlib.contextmanager
def _unless_gone() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno != errno.EIO:  # the terminal was closed
            raise

"""Text at a terminal breaks between words, whatever the terminal's width."""

from __future__ import annotations

import contextlib
import shutil
import sys
import textwrap
from collections.abc import Iterator
from typing import Any, TextIO


class WrappedStream:
    """A text stream whose lines are no wider than the terminal, where words allow it.

    What is drawn (it holds control characters), a JSON document, and what does not begin a line pass as they are.

    Parameters
    ----------
    stream : TextIO
        Where the text goes.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._begins = True

    def write(self, text: str) -> int:
        """Write a text."""
        plain = self._begins and not text.startswith(("{", "[")) and "\x1b" not in text and "\r" not in text
        self._begins = text.endswith("\n") if text else self._begins
        self.stream.write(wrapped(text, shutil.get_terminal_size().columns) if plain else text)
        return len(text)

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":  # click would write around this stream
            raise AttributeError(name)
        return getattr(self.stream, name)


def wrapped(text: str, width: int) -> str:
    r"""Return a text whose lines are broken between words; what goes on is indented by two more.

    Examples
    --------
    >>> print(wrapped("  a trainee who listens\n", 14))
      a trainee
        who
        listens
    <BLANKLINE>
    """
    return "\n".join(_broken(line, width) for line in text.split("\n"))


def _broken(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    indent = line[: len(line) - len(line.lstrip())]
    found = textwrap.wrap(
        line,
        max(width, len(indent) + 10),
        subsequent_indent=f"{indent}  ",
        break_long_words=False,  # a path stays whole, so that it can be copied
        break_on_hyphens=False,
    )
    return "\n".join(found)


def _wrapped_at_a_terminal(stream: TextIO) -> TextIO:
    # None where there is no console at all (pythonw on Windows)
    if stream is None or not stream.isatty():
        return stream
    return WrappedStream(stream)  # type: ignore[return-value]  # it has what a text stream has


@contextlib.contextmanager
def word_wrapped() -> Iterator[None]:
    """Wrap what goes to a terminal, on both streams."""
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = map(_wrapped_at_a_terminal, streams)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams

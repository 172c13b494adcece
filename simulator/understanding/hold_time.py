"""How long a hold was promised for, from the words that announced it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from simulator.clock import from_seconds
from simulator.datafile import DataModel, read_yaml
from simulator.understanding.wording import DATA, tokens


class _Times(DataModel):
    units: dict[str, float]
    vague: dict[str, float]
    numbers: dict[str, float]


@cache
def _times() -> _Times:
    return read_yaml(DATA / "hold_time.yaml", _Times)


def promised_hold(words: Sequence[str]) -> int | None:
    """Return the longest waiting time named in `words`, in samples, or None where none is named.

    "One or two minutes" promises two. A moment is taken as one minute.

    Examples
    --------
    >>> promised_hold("can i put you on hold for two minutes".split()) == from_seconds(120)
    True
    >>> promised_hold("bear with me a couple of mins".split()) == from_seconds(120)
    True
    >>> promised_hold("can you hold the line".split()) is None
    True
    """
    times = _times()
    texts = tokens(words).texts
    found: list[float] = []
    for at, text in enumerate(texts):
        if text in times.units and not (text in times.vague and texts[max(0, at - 1)] in ("a", "one", "quick", "just")):
            number = _number(texts[max(0, at - 3) : at], times)
            if number is not None:
                found.append(number * times.units[text] + _half_after(texts, at) * times.units[text])
        if (
            text in times.vague
            and at
            and texts[at - 1] not in ("the", "this", "per")
            and not texts[at - 1][0].isdigit()
        ):
            found.append(times.vague[text])
    return from_seconds(max(found)) if found else None


def _number(before: tuple[str, ...], times: _Times) -> float | None:
    """Read the number that stands right before a unit: "two", "2", "a couple of", "half a", "the next five"."""
    for length in (2, 1):
        name = " ".join(before[-length:])
        if len(before) >= length and name in times.numbers:
            return times.numbers[name]
    if before and before[-1] == "of" and len(before) > 1 and before[-2] in times.numbers:
        return times.numbers[before[-2]]
    if before and before[-1].replace(".", "", 1).isdigit() and len(before[-1]) <= 4:
        return float(before[-1])
    return None


def _half_after(texts: tuple[str, ...], at: int) -> float:
    return 0.5 if texts[at + 1 : at + 4] == ("and", "a", "half") else 0.0

"""Labelled calls in free speech: what the reader of turns is trained on and measured by.

Conventions
-----------
A corpus is a folder of ``calls/<writer>.tsv``, ``labels/<writer>.tsv``, ``ratings/<rater>/<writer>.tsv``,
``drills/<writer>.tsv`` and ``heard/<writer>.tsv``; corpus/README.md describes the columns. A turn's labels are spans of
its words: ``first`` and ``last`` count words from 0 and are inclusive. Acts carry their name (`vocabulary.ACTS`);
references carry ``fact:``, ``offer:``, ``forbid:``, ``ask:`` or ``pass:`` and an id of the call's case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from simulator.errors import InputError
from simulator.vocabulary import ACTS

REFERENCES = ("fact", "offer", "forbid", "ask", "pass")
"""Kinds of references, written before the colon."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a reader found in a span of words; both ends inclusive."""

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledTurn:
    """One turn of an agent, with what the customer said before it and what a reader found in it."""

    writer: str
    call: str
    number: int
    case: str
    quality: str
    said: tuple[str, ...]
    """The customer's lines since the agent's last turn; empty before the first."""
    words: tuple[str, ...]
    acts: tuple[Label, ...]
    references: tuple[Label, ...]


def read_corpus(folder: Path, writers: tuple[str, ...] | None = None) -> list[LabelledTurn]:
    """Return the labelled turns of `writers`, or of every writer, in the order of the files.

    Raises
    ------
    InputError
        If a file breaks the format; the message names file and line.
    """
    found = []
    for path in sorted((folder / "calls").glob("*.tsv")):
        if writers is None or path.stem in writers:
            labels = dict(_labels(folder / "labels" / path.name))
            found += list(_turns(path, labels))
    return found


def read_drills(folder: Path) -> list[LabelledTurn]:
    """Return the labelled turns of short exchanges, in the order of the files; each is a call of one turn.

    Raises
    ------
    InputError
        If a file breaks the format; the message names file and line.
    """
    found = []
    for path in sorted((folder / "drills").glob("*.tsv")):
        for place, (case, quality, said, spoken, acts, references) in _rows(path, 6, numbered=False):
            words = tuple(spoken.split())
            found.append(
                LabelledTurn(
                    writer=path.stem,
                    call=f"{path.stem}-{place.rpartition(':')[2]}",
                    number=1,
                    case=case,
                    quality=quality,
                    said=(said,) if said else (),
                    words=words,
                    acts=tuple(_spans(acts, words, place, ACTS)),
                    references=tuple(_spans(references, words, place, REFERENCES)),
                )
            )
    return found


def read_heard(folder: Path, writers: tuple[str, ...] | None = None) -> list[LabelledTurn]:
    """Return the turns of `writers` that were spoken by a synthetic voice, in the words that a recognizer heard.

    Raises
    ------
    InputError
        If a file breaks the format, or names a turn that there is not.
    """
    found = []
    said = {(turn.call, turn.number): turn for turn in read_corpus(folder, writers)}
    for path in sorted((folder / "heard").glob("*.tsv")):
        if writers is None or path.stem in writers:
            for place, (call, number, spoken, acts, references) in _rows(path, 5):
                turn, words = said.get((call, int(number))), tuple(spoken.split())
                if turn is None:
                    raise InputError(f"{place}: there is no turn {number} of {call}")
                found.append(
                    replace(
                        turn,
                        words=words,
                        acts=tuple(_spans(acts, words, place, ACTS)),
                        references=tuple(_spans(references, words, place, REFERENCES)),
                    )
                )
    return found


def _rows(path: Path, fields: int, *, numbered: bool = True) -> Iterator[tuple[str, list[str]]]:
    """Yield each row with its place, file and line; the second column of a numbered one is a turn's number."""
    if not path.is_file():
        raise InputError(f"{path}: there is no such file")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        row, place = line.split("\t"), f"{path}:{number}"
        if line and len(row) != fields + (row[0] == "#call"):
            raise InputError(f"{place}: {len(row)} columns; {fields + (row[0] == '#call')} are expected")
        if line and numbered and row[0] != "#call" and not row[1].isdecimal():
            raise InputError(f"{place}: {row[1]!r} is not the number of a turn")
        if line:
            yield place, row


def _labels(path: Path) -> Iterator[tuple[tuple[str, int], tuple[str, str]]]:
    for _, (call, turn, acts, references) in _rows(path, 4):
        yield (call, int(turn)), (acts, references)


def _turns(path: Path, labels: dict[tuple[str, int], tuple[str, str]]) -> Iterator[LabelledTurn]:
    case = quality = ""
    said: list[str] = []
    for place, row in _rows(path, 4):
        if row[0] == "#call":
            _, _, case, quality, _ = row
            said = []
        elif row[2] == "C":
            said.append(row[3])
        elif row[2] != "A":
            raise InputError(f"{place}: the speaker is {row[2]!r}; A (agent) or C (customer) is expected")
        else:
            call, turn, words = row[0], int(row[1]), tuple(row[3].split())
            if (call, turn) not in labels:
                raise InputError(f"{place}: turn {turn} of {call} has no labels")
            acts, references = labels[call, turn]
            yield LabelledTurn(
                writer=path.stem,
                call=call,
                number=turn,
                case=case,
                quality=quality,
                said=tuple(said),
                words=words,
                acts=tuple(_spans(acts, words, place, ACTS)),
                references=tuple(_spans(references, words, place, REFERENCES)),
            )
            said = []


def _spans(cell: str, words: tuple[str, ...], place: str, known: tuple[str, ...]) -> Iterator[Label]:
    for item in filter(None, (each.strip() for each in cell.split(" ; "))):
        if item == "-":
            continue
        names, _, quote = item.partition("=")
        wanted = tuple(quote.split())
        at = next((n for n in range(len(words)) if words[n : n + len(wanted)] == wanted), None)
        if at is None or not wanted:
            raise InputError(f"{place}: the label quotes {quote!r}, which is not in the turn")
        for name in names.split(","):
            if name.strip().partition(":")[0] not in known:
                raise InputError(f"{place}: no such label: {name.strip()}; there are: {', '.join(known)}")
            yield Label(name.strip(), at, at + len(wanted) - 1)

"""A conversation with a Caller without an engine: each turn is what the trainee says, with its reading by hand."""

from dataclasses import dataclass, field

from simulator.clock import Span, from_ms
from simulator.events import (
    Band,
    Heard,
    LineEnded,
    LineStarted,
    MoodMoved,
    Overlapped,
    Reading,
    Word,
)
from simulator.ports import HangUp, Say, Wait
from tests.readings import Mark, acts_read, in_order, reading

LINE = from_ms(3000)
TURN = from_ms(4000)


@dataclass
class Talk:
    """Drives one Caller; keeps what was said and every movement of the mood."""

    caller: object
    at: int = 0
    lines: list = field(default_factory=list)
    moods: list = field(default_factory=list)
    ended: object = None
    number: int = 0

    def event(self, event):
        self.moods += [moved for moved in self.caller.notice(event) if isinstance(moved, MoodMoved)]

    def trainee(self, text, *marks: Mark, occasion="turn", over=False):
        """Say `text`, read as `marks` say; with `over`, into the customer's next line."""
        if self.ended:
            return self
        return self._turn(text, in_order(reading(text, *marks)), occasion, over=over)

    def read_as(self, text, **found):
        """Say `text`, read as the parts of a `Reading` in `found`; return the lines that answer it."""
        before = len(self.lines)
        return self._turn(text, Reading(**found), "turn", over=False).lines[before:]

    def _turn(self, text, read, occasion, *, over):
        start = self.at
        self.at += TURN
        words = tuple(Word(word=w, span=Span(start, self.at), confidence=1.0) for w in text.split())
        span = Span(start, self.at)
        heard = Heard(at=self.at, utterance=self.number, span=span, text=text, words=words)
        self.event(heard)
        self.event(acts_read(self.at, self.number, span, read))
        self.number += 1
        self._moves(self.caller.move(self.at, occasion, heard=heard, acts=read.acts), over=over)
        return self

    def _moves(self, move, *, over=False):
        while isinstance(move, Say) and not self.ended:
            self._line(move, over=over)
            if move.outcome:
                self.ended = move
            move = (
                self.caller.move(self.at, "continue", heard=None, acts=())
                if move.more and not self.ended and not over
                else Wait()
            )
        if isinstance(move, HangUp):
            self.ended = move

    def _line(self, say, *, over):
        start, self.at = self.at, self.at + LINE
        number = len(self.lines)
        self.lines.append(say)
        self.event(
            LineStarted(
                at=start, line=number, id=say.id, purpose=say.purpose, text=say.text, band=say.band, stop=self.at
            )
        )
        if over:
            self.event(
                Overlapped(
                    at=self.at,
                    span=Span(start + LINE // 3, self.at),
                    kind="interruption",
                    by="trainee",
                    customer_left=LINE,
                    from_customer_edge=LINE // 3,
                    yielded=False,
                    words="",
                    rule="by-hand",
                )
            )
        said = " ".join(say.text.split()[:3]) if over else say.text
        self.event(LineEnded(at=self.at, line=number, span=Span(start, self.at), completed=not over, said=said))

    @property
    def mood(self):
        return self.caller.mood(self.at)

    @property
    def outcome(self):
        return self.ended.outcome if self.ended else None

    def show(self):
        for say in self.lines:
            print(f"{say.purpose:28} {say.band:10} {say.text}")


def bands(talk) -> list[Band]:
    return [say.band for say in talk.lines]

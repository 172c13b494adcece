"""Hints in a practice call: what to do next, by what the customer still needs and by what has just gone wrong."""

from __future__ import annotations

from simulator.events import ActsRead, BargedIn, DeadAir, Event, HoldEnded, MoodMoved, Need, Overlapped
from simulator.vocabulary import ActName

NEEDS: dict[Need, tuple[str, ...]] = {
    "heard": (
        "let them finish, then say what you heard",
        "there is more: ask what else happened",
        "say one thing back in their own words",
    ),
    "understood": (
        "say back what happened and what it means for them",
        "name what it must feel like, without a but",
        "say why anybody would be upset by this",
    ),
    "apologised_to": ("say sorry for it, without a but", "say what you are sorry for, by its name"),
    "taken_responsibility_for": (
        "say what you will do about it yourself",
        "say that it is yours to put right, whoever was at fault",
    ),
    "given_a_solution": (
        "offer something that puts it right",
        "offer another thing that your briefing allows",
        "ask what would put it right for them",
    ),
    "told_what_happens_next": ("say what happens next, and when", "say who does it, and by what time"),
    "agreed": ("ask whether that is all right with them", "give them a choice of two, and ask which"),
}
"""Suggestions for the first need that is not met; the next one where the last did not help."""
HARM: dict[ActName, str] = {
    "hostility": "that was sharp: lower your voice, and say that you want to help",
    "patronising": "do not tell them how to feel: say that it makes sense",
    "dismissal": "do not make it small: say that you see why it matters",
    "contradiction": "do not argue about what happened: start from their account",
    "blame": "blame nobody: say what you will do",
    "excuse": "leave out the reasons: say what you will do",
    "refusal": "a no needs a yes beside it: say what you can do",
}
"""What to do after a remark that hurt."""
TALKED_OVER = "you talked over them: stop, and let them finish"
CUT_IN = "they cut in: stop and listen, then keep it short"
SILENT = "say something, the line is silent"
LATE = "you were gone longer than you said: say sorry for the wait"
DONE = "close the call kindly"


class Hints:
    """The hint of a call as it goes on.

    Examples
    --------
    >>> from simulator.clock import Span
    >>> hints, mood = Hints(), MoodMoved(at=1, anger=70, trust=20, band="angry", met=("heard",), changes=())
    >>> hints.after((mood,))
    'the customer is angry; say back what happened and what it means for them'
    >>> hints.after((mood, mood))
    'the customer is angry; name what it must feel like, without a but'
    >>> hints.after((DeadAir(at=2, span=Span(1, 2), level="warn"),))
    'say something, the line is silent'
    """

    def __init__(self) -> None:
        self._need: Need | None = None
        self._tried = 0
        self._wrong = ""

    def after(self, events: tuple[Event, ...]) -> str:
        """Return the hint once these have happened, "" where it stays as it was."""
        for event in events:
            self._wrong = _wrong(event) or self._wrong
        moods = [event for event in events if isinstance(event, MoodMoved)]
        if moods:  # a turn may move the mood more than once; the last one says what to do next
            wrong, self._wrong = self._wrong, ""
            return f"the customer is {moods[-1].band}; {wrong or self._by_need(moods[-1])}"
        return SILENT if any(isinstance(event, DeadAir) and event.level == "warn" for event in events) else ""

    def _by_need(self, mood: MoodMoved) -> str:
        need = next((each for each in NEEDS if each not in mood.met), None)
        if need is None:
            return DONE
        self._tried = self._tried + 1 if need == self._need else 0
        self._need = need
        return NEEDS[need][self._tried % len(NEEDS[need])]


def _wrong(event: Event) -> str:
    """Return what to do about something that went wrong just now; "" where nothing did."""
    if isinstance(event, ActsRead):
        return next((HARM[act.act] for act in event.acts if act.act in HARM), "")
    if isinstance(event, Overlapped) and event.kind == "interruption" and event.by == "trainee":
        return TALKED_OVER
    if isinstance(event, HoldEnded) and event.over > 0:
        return LATE
    return CUT_IN if isinstance(event, BargedIn) else ""

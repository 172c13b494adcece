"""The event vocabulary: everything that can happen in a call, one frozen dataclass each.

Conventions
-----------
``at`` is the sample at which the fact became known to the engine; spans say when it happened. The log
(`events.jsonl`) carries one event a line as JSON: ``{"event": "line_started", "at": 3200, ...}``, times in samples
of the 16 kHz call clock, spans as ``[start, stop]``, in the order of happening. The class name in snake case is the
value of ``event``; `simulator.event_json` writes and reads such lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from simulator.clock import Span

FloorState: TypeAlias = Literal["open", "customer", "trainee", "both"]
OMITTED_IF_EMPTY = "omitted if empty"
"""Marks a field that the log leaves out where it is empty."""
OverlapKind: TypeAlias = Literal["backchannel", "collision", "interruption", "yield"]
Band: TypeAlias = Literal["content", "cool", "irritated", "angry", "furious"]
Need: TypeAlias = Literal[
    "heard",
    "understood",
    "apologised_to",
    "taken_responsibility_for",
    "given_a_solution",
    "told_what_happens_next",
    "agreed",
]
Outcome: TypeAlias = Literal["won_back", "escalated", "unresolved", "hung_up", "incomplete"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One recognised word, where it stands on the call clock, and how sure the recognizer is (0 to 1).

    `written` is the word with capitals and punctuation where the recognizer gives them; it is for reading only.
    """

    word: str
    span: Span
    confidence: float
    written: str = field(default="", compare=False, metadata={OMITTED_IF_EMPTY: True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One dialogue act found in an utterance.

    `first` and `last` are indexes of the words that matched, both inclusive; `strength` is 0 to 1;
    `fact` names the scenario's fact that a reflection or personalisation used, if any.
    """

    act: str
    rule: str
    words: str
    first: int
    last: int
    strength: float
    fact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A fact of the case that the trainee said back or used; `id` is the scenario's. Words as in `Act`."""

    id: str
    words: str
    first: int
    last: int
    strength: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A remedy that the trainee offered or promised, held against the briefing.

    `id` is the briefing's; "" where the briefing knows no such thing. `standing` is what the briefing says of it.
    `hedged`: the words leave open whether it will come ("probably", "i'll see if").
    """

    id: str
    standing: Literal["allowed", "forbidden", "unknown"]
    words: str
    first: int
    last: int
    strength: float
    hedged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that the trainee asked.

    `id` is the scenario's where its story or the caller's details are likely to answer it, else "". `kind` is "known"
    where that is sure enough; else it says what the question is after: one of `understanding.tags.QUESTION_KINDS`, or
    "?wish", "?ours" and "?any", the narrower kinds of a yes-or-no question: what the customer would like, what the
    company did, whether there is any; or "?either", which of two things is so.
    """

    id: str
    kind: str
    words: str
    first: int
    last: int
    strength: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything that was read in one turn of the trainee, once; mood, dialogue and score use it and never the words.

    `passed_to` and `call_back` are the words that name to whom the case is passed on and when somebody rings again;
    "" where there are none. `farewell` says that the trainee took leave, `selling` that they mentioned something extra
    to buy or join. `harm` is how likely a fair listener would hear any remark in it that does harm, 0 to 1; None where
    it was not read, as before understanding version 7.
    """

    acts: tuple[Act, ...] = ()
    facts: tuple[Mention, ...] = ()
    offers: tuple[Offered, ...] = ()
    asked: tuple[Asked, ...] = ()
    passed_to: str = ""
    call_back: str = ""
    farewell: bool = False
    selling: bool = False
    harm: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One movement of the customer's mood: what moved, by how much, why, and the guidance row behind it."""

    what: str
    by: float
    reason: str
    guidance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted:
    """The clock starts. `headset` is what trainee audio comes from: a device's name, a script or a file."""

    at: int
    scenario: str
    seed: int
    mode: Literal["practice", "certification"]
    recognizer: str
    headset: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorChanged:
    """Who holds the floor now, and who did before."""

    at: int
    before: FloorState
    after: FloorState


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechStarted:
    """The trainee began to speak at `onset` (known a little later, at `at`)."""

    at: int
    onset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechEnded:
    """The trainee fell silent: one stretch of speech, without the detector's hangover."""

    at: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStarted:
    """The customer begins line number `line`; `purpose` is why (vent, answer, press, accept, close ...).

    `stop` is where the trainee will have heard it to its end if nobody cuts it off; over a headset that is its delay
    later than it is sent off.
    """

    at: int
    line: int
    id: str
    purpose: str
    text: str
    band: Band
    stop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineEnded:
    """The customer's line is over; `said` is the part that was heard."""

    at: int
    line: int
    span: Span
    completed: bool
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The recognizer's answer at a pause: the words of utterance number `utterance` so far."""

    at: int
    utterance: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overheard:
    """What was understood so far of a turn still going on, when the customer considered cutting in."""

    at: int
    utterance: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the trainee said in utterance number `utterance`, as the recognizer understood it."""

    at: int
    utterance: int
    span: Span
    text: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActsRead:
    """What was read in utterance number `utterance`; logs written before understanding version 3 have acts only."""

    at: int
    utterance: int
    span: Span
    acts: tuple[Act, ...]
    facts: tuple[Mention, ...] = ()
    offers: tuple[Offered, ...] = ()
    asked: tuple[Asked, ...] = ()
    passed_to: str = ""
    call_back: str = ""
    farewell: bool = False
    selling: bool = False
    harm: float | None = None

    @property
    def reading(self) -> Reading:
        """The same as one value."""
        return Reading(
            acts=self.acts,
            facts=self.facts,
            offers=self.offers,
            asked=self.asked,
            passed_to=self.passed_to,
            call_back=self.call_back,
            farewell=self.farewell,
            selling=self.selling,
            harm=self.harm,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEnded:
    """The trainee is judged to be done: `silence` samples after `speech_stop`, `needed` because of `why`."""

    at: int
    utterance: int
    speech_stop: int
    silence: int
    needed: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlapped:
    """Both spoke. The numbers that decided `kind` stand beside it, all in samples.

    `by` is who came in second. `customer_left` is what the customer still had to say when the trainee came in.
    `from_customer_edge` is the distance of the trainee's onset from the nearer end of the customer's speech.
    `yielded` says whether the one who came in second fell silent first. `rule` names the rule that decided.
    """

    at: int
    span: Span
    kind: OverlapKind
    by: Literal["trainee", "customer"]
    customer_left: int
    from_customer_edge: int
    yielded: bool
    words: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BargedIn:
    """The customer cut in on purpose with line number `line`, because of `reason`."""

    at: int
    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Yielded:
    """How long the trainee went on after the customer cut in."""

    at: int
    line: int
    after: int
    verdict: Literal["good", "slow", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadAir:
    """The line has been silent, on the trainee's account, as long as `level` says."""

    at: int
    span: Span
    level: Literal["warn", "count", "fail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldStarted:
    """The trainee announced a hold; `promised` samples if they said how long."""

    at: int
    promised: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldEnded:
    """The trainee is back, or the customer gave up waiting; `over` samples longer than promised, 0 if not."""

    at: int
    span: Span
    over: int
    returned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceNoticed:
    """The customer noticed how the trainee spoke, against the trainee's own baseline or a published band."""

    at: int
    span: Span
    measure: Literal["raised_voice", "raised_pitch", "rushing", "dragging", "sharp", "steady"]
    value: float
    baseline: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodMoved:
    """The customer's mood after this moment (anger and trust 0 to 100), and each change that led to it."""

    at: int
    anger: float
    trust: float
    band: Band
    met: tuple[Need, ...]
    changes: tuple[Change, ...]

    @property
    def anger_before(self) -> float:
        """Anger before these changes."""
        return round(self.anger - sum(each.by for each in self.changes if each.what == "anger"), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """Our side was `samples` late; this is never charged to the trainee."""

    at: int
    samples: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplesLost:
    """The headset lost about `samples` samples; `side` is the microphone or the earphone."""

    at: int
    side: Literal["input", "output"]
    samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplesDoubled:
    """The browser sent `samples` samples of the microphone twice; the second copy was left out."""

    at: int
    samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLost:
    """The headset went away; the call clock stands still until it is back."""

    at: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceBack:
    """The headset is back after about `away_ms` milliseconds of wall time."""

    at: int
    away_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded:
    """The call is over. `satisfaction` is how the customer would rate it, 1 to 5, with a reason."""

    at: int
    outcome: Outcome
    reason: str
    satisfaction: int | None = None
    satisfaction_reason: str = ""


Event: TypeAlias = (
    CallStarted
    | FloorChanged
    | SpeechStarted
    | SpeechEnded
    | LineStarted
    | LineEnded
    | Recognised
    | Overheard
    | Heard
    | ActsRead
    | TurnEnded
    | Overlapped
    | BargedIn
    | Yielded
    | DeadAir
    | HoldStarted
    | HoldEnded
    | VoiceNoticed
    | MoodMoved
    | Late
    | SamplesLost
    | SamplesDoubled
    | DeviceLost
    | DeviceBack
    | CallEnded
)

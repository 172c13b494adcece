"""A call written by hand: say who says what when, and get the events, a measurement, or a real call folder of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from simulator.clock import RATE_HZ, Span, from_ms
from simulator.cues.measurement import Measurement
from simulator.events import (
    Band,
    BargedIn,
    CallEnded,
    CallStarted,
    Change,
    Event,
    Heard,
    LineEnded,
    LineStarted,
    MoodMoved,
    Need,
    Outcome,
    Recognised,
    Word,
)
from simulator.recording.folder import CallFolder, CallWriter
from simulator.recording.manifest import Manifest
from simulator.scoring.case.facts import ScenarioFacts, facts_of
from simulator.scoring.folder import measure_events
from simulator.scoring.rubric import Rubric, load_rubric
from simulator.scoring.score import Score, score_call
from tests.readings import Mark, acts_read, reading

SOFA = {
    "id": "missing-sofa",
    "title": "The sofa that never came",
    "summary": "A sofa was promised for Tuesday and nobody came.",
    "personality": "dominant",
    "kind": "genuine",
    "trains": ["L1", "R9", "O4"],
    "caller": {"name": "Karen Whitlock"},
    "start": {"anger": 70, "trust": 30},
    "briefing": {
        "profile": "Karen Whitlock runs a building firm.",
        "open_ticket": "Order 72491, a grey sofa. It stands in the depot.",
        "past_contacts": ["Tuesday: told that the driver would ring."],
        "may_offer": {
            "saturday": {"text": "Delivery on Saturday."},
            "fee": {"text": "Refund of the delivery fee."},
            "lead": {"text": "The team lead decides on more.", "by": "manager"},
        },
        "may_not": [{"id": "tomorrow", "text": "Delivery tomorrow: there is no van."}],
    },
    "needs": {"heard": {}, "given_a_solution": {"met_by": ["saturday"]}, "agreed": {}},
}
"""The parts of a scenario that scoring reads, as call.json carries them."""


@dataclass
class MadeCall:
    """A call being written. Times are in milliseconds; each side's next words follow `gap_ms` after the last ones."""

    at_ms: int = 0
    gap_ms: int = 500
    events: list[Event] = field(default_factory=list)
    scenario: dict = field(default_factory=lambda: dict(SOFA))
    lines: int = 0
    utterances: int = 0

    def customer(
        self,
        text: str,
        *,
        purpose: str = "vent",
        band: Band = "angry",
        ms: int | None = None,
        cut_after_ms: int | None = None,
        barged: bool = False,
        start_ms: int | None = None,
    ) -> MadeCall:
        """Add a line; it takes 400 ms a word unless `ms` says so, and may be cut off before its end."""
        start = from_ms(self.at_ms + self.gap_ms if start_ms is None else start_ms)
        stop = start + from_ms(ms if ms is not None else 400 * len(text.split()))
        heard = start + from_ms(cut_after_ms) if cut_after_ms is not None else stop
        line, self.lines = self.lines, self.lines + 1
        if barged:
            self.events.append(BargedIn(at=start, line=line, reason="had enough"))
        self.events.append(
            LineStarted(at=start, line=line, id=f"{purpose}/{line}", purpose=purpose, text=text, band=band, stop=stop)
        )
        self.events.append(LineEnded(at=heard, line=line, span=Span(start, heard), completed=heard == stop, said=text))
        self.at_ms = max(self.at_ms, heard * 1000 // RATE_HZ)
        return self

    def trainee(
        self,
        text: str,
        *marks: Mark,
        start_ms: int | None = None,
        ms: int | None = None,
        confidence: float = 0.9,
        strength: float = 0.9,
    ) -> MadeCall:
        """Add an utterance, read as `marks` say."""
        start = self.at_ms + self.gap_ms if start_ms is None else start_ms
        words = text.split()
        each = (ms if ms is not None else 400 * len(words)) / max(1, len(words))
        said = tuple(
            Word(
                word=word,
                span=Span(from_ms(start + each * i), from_ms(start + each * (i + 1))),
                confidence=confidence,
            )
            for i, word in enumerate(words)
        )
        span = Span(said[0].span.start, said[-1].span.stop)
        number, self.utterances = self.utterances, self.utterances + 1
        self.events.append(Recognised(at=span.stop, utterance=number, words=said))
        self.events.append(Heard(at=span.stop, utterance=number, span=span, text=text, words=said))
        self.events.append(acts_read(span.stop, number, span, reading(text, *marks, strength=strength)))
        self.at_ms = max(self.at_ms, span.stop * 1000 // RATE_HZ)
        return self

    def mood(self, anger: float, *met: Need, why: str = "Something happened.", guidance: str = "L1") -> MadeCall:
        """Move the customer's mood now."""
        before = next((e.anger for e in reversed(self.events) if isinstance(e, MoodMoved)), 70.0)
        band: Band = "furious" if anger >= 80 else "angry" if anger >= 60 else "irritated" if anger >= 40 else "cool"
        change = Change(what="anger", by=anger - before, reason=why, guidance=guidance)
        self.events.append(
            MoodMoved(at=from_ms(self.at_ms), anger=anger, trust=40, band=band, met=met, changes=(change,))
        )
        return self

    def wait(self, ms: int) -> MadeCall:
        """Let nothing happen."""
        self.at_ms += ms
        return self

    def end(self, outcome: Outcome = "won_back", reason: str = "the customer was satisfied") -> MadeCall:
        """End the call."""
        end = CallEnded(
            at=from_ms(self.at_ms), outcome=outcome, reason=reason, satisfaction=4, satisfaction_reason="They listened."
        )
        self.events.append(end)
        return self

    @property
    def duration(self) -> int:
        """Samples."""
        return from_ms(self.at_ms + 500)

    def measured(self) -> Measurement:
        """Return what can be measured without sound."""
        return measure_events(self.events, self.duration)

    def facts(self) -> ScenarioFacts:
        """Return what scoring reads of the scenario."""
        return facts_of(self.scenario)

    def score(self, rubric: Rubric | str = "practice", measurement: Measurement | None = None) -> Score:
        """Score it."""
        chosen = load_rubric(rubric) if isinstance(rubric, str) else rubric
        return score_call(self.events, measurement or self.measured(), chosen, self.facts())

    def folder(self, root: Path, *, seed: int = 7, typed: bool = False, **manifest: object) -> CallFolder:
        """Write it as a real call folder, with a voice-like sound wherever somebody speaks; none where it was typed."""
        given = Manifest(
            scenario="missing-sofa",
            scenario_sha256="ab" * 32,
            scenario_data=self.scenario,
            seed=seed,
            recognizer="whisper",
            model="tiny.en",
            versions={"hotseat": "0.1.0"},
            device="good.yaml",
            **{"started": "2026-11-22T10:15:00+00:00", **manifest},
        )
        writer = CallWriter(root, given)
        writer.event(
            CallStarted(at=0, scenario="missing-sofa", seed=seed, mode=given.mode, recognizer="whisper", headset="x")
        )
        silence = np.zeros(self.duration, np.int16)
        mine = (
            silence
            if typed
            else voice(self.duration, [e.span for e in self.events if isinstance(e, Heard)], f0_hz=190, seed=1)
        )
        theirs = (
            silence
            if typed
            else voice(self.duration, [e.span for e in self.events if isinstance(e, LineEnded)], f0_hz=120, seed=2)
        )
        writer.audio(mine, theirs)
        for event in self.events:
            writer.event(event)
        writer.finish()
        return CallFolder.open(writer.path)


def voice(length: int, spans: list[Span], *, f0_hz: float, seed: int) -> np.ndarray:
    """Return int16 sound, shape (length,): vowel-like in `spans`, at four syllables a second; faint noise elsewhere."""
    rng = np.random.default_rng(seed)
    time = np.arange(length) / RATE_HZ
    phase = 2 * np.pi * np.cumsum(f0_hz * (1 + 0.05 * np.sin(2 * np.pi * 0.7 * time))) / RATE_HZ
    tone = sum(np.sin(k * phase) / k for k in range(1, 8))
    syllables = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * time)
    keep = np.zeros(length)
    for span in spans:
        keep[span.start : span.stop] = 1
    sound = 3000 * tone * syllables * keep + rng.normal(0, 4, length)
    return np.clip(sound, -32768, 32767).astype(np.int16)


def good_call() -> MadeCall:
    """Return a call in which the agent does nearly everything right."""
    call = MadeCall()
    call.trainee("good afternoon this is dana about order 72491 in the depot", "greeting").mood(70)
    call.customer("where is my sofa i paid for it and it was due on tuesday and nothing came at all")
    call.trainee(
        "so it was due on tuesday and nobody came that must be so frustrating what happened then",
        ("reflection", "so it was due on tuesday and nobody came"),
        ("fact:no_sofa", "it was due on tuesday and nobody came"),
        ("empathy", "that must be so frustrating"),
        ("open_question", "what happened then"),
    ).mood(60, "heard")
    call.customer("i took a day off for that and sat on the floor and nobody rang me to tell me", band="irritated")
    call.trainee("i see", "acknowledgement").mood(55, "heard")
    call.customer("and the driver was going to ring me and he never did", band="irritated")
    call.trainee(
        "i apologise that nobody rang you that was our mistake and i take responsibility for it i do not like "
        "being kept waiting either so you lost a day of work and nobody rang",
        ("apology", "i apologise that nobody rang you"),
        ("fact:nobody_rang", "nobody rang you"),
        ("ownership", "that was our mistake and i take responsibility for it"),
        ("rapport", "i do not like being kept waiting either"),
        ("reflection", "so you lost a day of work and nobody rang"),
        ("fact:day_off", "you lost a day of work"),
    ).mood(45, "heard")
    call.customer("so when do i get it", purpose="press_given_a_solution", band="irritated")
    call.trainee(
        "i want to help which floor is it just to be sure",
        ("willingness", "i want to help"),
        ("clarifying_question", "which floor is it"),
    ).mood(40, "heard")
    call.customer("second floor there is a lift", purpose="answer", band="irritated")
    call.trainee(
        "it must be awful to have nowhere to sit i can bring it on saturday or refund the fee which would you like "
        "and as your parents come on sunday it will be in time by ten on saturday",
        ("empathy", "it must be awful to have nowhere to sit"),
        ("options", "i can bring it on saturday or refund the fee which would you like"),
        ("personalisation", "as your parents come on sunday"),
        ("timeline", "by ten on saturday"),
        ("offer:saturday", "i can bring it on saturday"),
        ("offer:fee", "refund the fee"),
        ("choice", "which would you like"),
    ).mood(25, "heard", "given_a_solution")
    call.customer("saturday then", purpose="answer", band="cool")
    call.trainee(
        "the next step is that you get a message tonight is that all right for you",
        ("next_steps", "the next step is that you get a message tonight"),
        ("check_agreement", "is that all right for you"),
    ).mood(15, "heard", "given_a_solution", "agreed")
    call.customer("yes that is fine", purpose="accept", band="cool")
    call.trainee(
        "i will ring you on saturday at eleven myself to check and this will not happen again",
        ("follow_up", "i will ring you on saturday at eleven myself"),
        "back:on saturday at eleven",
        ("assurance", "this will not happen again"),
    )
    call.customer("thank you", purpose="thanks", band="cool")
    call.trainee(
        "thank you for your patience is there anything else",
        ("gratitude", "thank you for your patience"),
        ("feedback_request", "is there anything else"),
    )
    call.customer("no goodbye", purpose="close", band="cool")
    return call.end()


def bad_call() -> MadeCall:
    """Return a call in which the agent interrupts, blames, contradicts and makes excuses."""
    call = MadeCall()
    call.trainee("hello larch home", "greeting").mood(70)
    call.customer("where is my sofa i paid for it and it was due on tuesday and nothing", ms=6000, cut_after_ms=3000)
    start = call.at_ms - 1200
    call.trainee("hold on hold on just give me your order number", start_ms=start).mood(82)
    call.customer("do not talk over me i took a day off for that", purpose="cut_off", band="furious")
    call.trainee(
        "it says here that you were not at home",
        ("contradiction", "you were not at home"),
        ("blame", "you were not"),
    ).mood(90)
    call.customer("are you calling me a liar i sat there all day", purpose="contradiction", band="furious")
    call.trainee("we are very busy half of our vans are broken", "excuse").mood(94)
    call.customer("i do not care about your vans where is my sofa", purpose="excuse", band="furious", cut_after_ms=2500)
    call.trainee("you need to calm down it is only a sofa", "dismissal", start_ms=call.at_ms - 1300).mood(98)
    call.customer("how dare you", purpose="dismissal", band="furious")
    call.trainee("oh here we go again", "hostility").mood(100)
    call.customer("that is it i am done with you", purpose="hang_up", band="furious")
    return call.end("hung_up", "the customer had had enough")

"""A call as the score looks at it: who said what when, which acts were in it, and what was measured.

Everything here comes from the event log, the measurement and the scenario's facts; nothing is judged yet.
`scoring.case.from_log` makes one. Times are samples of the call clock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from statistics import fmean
from typing import Literal, TypeAlias

from simulator.clock import RATE_HZ, Span
from simulator.cues.measurement import Measurement, Overlap
from simulator.events import Asked, Band, HoldEnded, Mention, MoodMoved, Need, Offered, Outcome, Reading, Word
from simulator.overlap import LONGEST_BACKCHANNEL
from simulator.scoring.case.facts import ScenarioFacts
from simulator.vocabulary import HARMS, REMEDIES, ActName

ANGRY: tuple[Band, ...] = ("angry", "furious")
"""The bands in which a line counts as an attack that asks for composure."""
VENTING = ("vent", "abuse")
"""Purposes of the customer's lines that tell the story and the displeasure."""
MANAGER = ("manager",)
"""Purposes of the lines with which the customer asks for somebody higher up."""
ABUSE = ("abuse",)
"""Purposes of the lines that are abusive."""
LEAST_UTTERANCES = 3
"""With fewer real utterances than this, the absence of a fault proves nothing."""
Sign: TypeAlias = ActName | Literal["fact", "offer", "passed_to", "call_back"]
"""What an utterance may show: an act, a fact said back, an offer, who takes over, when somebody rings again."""
SMALL = frozenset(("greeting", "acknowledgement", "gratitude"))
"""Acts that give no answer."""
LEAST_WORDS = 3
"""Words that make an utterance a real one, and not a sign of listening."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActInstance:
    """One dialogue act of the trainee, where its words stand on the clock, and how sure we may be of it.

    Parameters
    ----------
    act, rule : str
        The act's name, and the rule of the reader that found it.
    words : str
        The words that showed the act.
    phrase : str
        The words to quote: `words`, and what follows where these are few. `span` is where the phrase stands.
    utterance : int
        Number of the utterance that holds it.
    strength, confidence : float, 0 to 1
        How clear a sign of the act the words are, and the recognizer's mean confidence in them.
    fact : str, optional
        The scenario's fact that was said back or used.
    """

    act: str
    rule: str
    words: str
    phrase: str
    span: Span
    utterance: int
    strength: float
    confidence: float
    fact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What the trainee said in one turn, and the acts in it."""

    number: int
    span: Span
    text: str
    words: tuple[Word, ...]
    acts: tuple[ActInstance, ...]
    reading: Reading = field(default_factory=Reading)
    """Everything that was read in it."""

    @property
    def confidence(self) -> float:
        """Mean confidence of its words, 0 to 1; 1 where there are none."""
        return fmean(word.confidence for word in self.words) if self.words else 1.0

    @property
    def is_real(self) -> bool:
        """Whether it is more than a sign of listening."""
        return len(self.text.split()) >= LEAST_WORDS

    def holds(self, acts: Collection[str]) -> bool:
        """Return whether one of `acts` is in it."""
        return any(each.act in acts for each in self.acts)

    @property
    def answers(self) -> bool:
        """Whether it holds more than small talk, a sign of listening or a harmful act."""
        read = self.reading
        return bool(
            read.offers or read.facts or read.asked or any(a.act not in SMALL and a.act not in HARMS for a in self.acts)
        )

    def clause(self, read: Asked | Offered | Mention) -> tuple[Span, str]:
        """Return where the words of something that was read in it stand on the clock, and the words."""
        words = self.words[read.first : read.last + 1]
        return (words[0].span | words[-1].span, read.words) if words else (self.span, read.words or self.text)

    def act_of_question(self, act: ActName, asked: Asked) -> ActInstance:
        """Return a question that was read in it as an act that does the same."""
        span, words = self.clause(asked)
        return ActInstance(
            act=act,
            rule=f"asked/{asked.kind}",
            words=words,
            phrase=words,
            span=span,
            utterance=self.number,
            strength=asked.strength,
            confidence=self.confidence,
        )

    def shows(self, sign: Sign) -> bool:
        """Return whether it shows something that was read in it: an act, a fact, an offer, a person or a time."""
        found: dict[str, object] = {
            "fact": self.reading.facts,
            "offer": self.reading.offers,
            "passed_to": self.reading.passed_to,
            "call_back": self.reading.call_back,
        }
        return bool(found[sign]) if sign in found else self.holds((sign,))


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLine:
    """One line of the customer, as far as it was heard; `id` is the line's in the scenario or a bank."""

    id: str = ""
    purpose: str
    band: Band
    span: Span
    said: str

    @property
    def is_angry(self) -> bool:
        """Whether it was spoken in anger."""
        return self.band in ANGRY


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What the customer said until the trainee took over, and what the trainee answered.

    Either side may be empty: the trainee's greeting answers no line, and a line may get no answer.
    """

    lines: tuple[CustomerLine, ...]
    replies: tuple[Utterance, ...]

    @property
    def is_angry(self) -> bool:
        """Whether any of the lines was spoken in anger."""
        return any(line.is_angry for line in self.lines)

    def reply_holds(self, acts: Collection[str]) -> bool:
        """Return whether one of `acts` is in the answer."""
        return any(reply.holds(acts) for reply in self.replies)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One call, ready to be judged.

    Parameters
    ----------
    duration : int, samples
    utterances, lines, moods
        What each side said, and the customer's mood, in order.
    outcome : Outcome
    measurement : Measurement
    facts : ScenarioFacts
    holds : tuple of HoldEnded
        The holds that were announced.
    unheard : tuple of Span
        Speech in which no word was recognised.
    crowded_out : tuple of ActInstance
        Acts that do not count (`scoring.case.from_log.set_crowded_apart`); they are not in `utterances`.
    timing_error : int, samples
        Added to every measured duration; `voice_error` (-1, 0 or 1) moves changes of the voice by their own error.
        `harm_error` (-1, 0 or 1) moves the share of turns that do harm by its own. All are 0 in the call as measured;
        `scoring.doubt` sets them to ask what an error would change.
    """

    duration: int
    utterances: tuple[Utterance, ...]
    lines: tuple[CustomerLine, ...]
    moods: tuple[MoodMoved, ...]
    outcome: Outcome
    measurement: Measurement
    facts: ScenarioFacts
    holds: tuple[HoldEnded, ...] = ()
    unheard: tuple[Span, ...] = ()
    crowded_out: tuple[ActInstance, ...] = ()
    timing_error: int = 0
    voice_error: int = 0
    harm_error: int = 0

    @cached_property
    def acts(self) -> tuple[ActInstance, ...]:
        """Every act of the trainee, in the order of its first word."""
        found = [act for utterance in self.utterances for act in utterance.acts]
        return tuple(sorted(found, key=lambda act: (act.span, act.act, act.rule)))

    def acts_of(self, names: Collection[str]) -> tuple[ActInstance, ...]:
        """Return the acts with one of these names, in order."""
        return tuple(act for act in self.acts if act.act in names)

    @cached_property
    def first_remedy(self) -> ActInstance | None:
        """The first act that put a remedy on the table: one with an offer in its turn, if there is any such."""
        remedies = self.acts_of(REMEDIES)
        offering = {u.number for u in self.utterances if u.reading.offers}
        return next((act for act in remedies if act.utterance in offering), next(iter(remedies), None))

    @property
    def different_utterances(self) -> int:
        """How many real utterances there were; the same words again count once."""
        return len({u.text.lower() for u in self.utterances if u.is_real})

    @property
    def spoke_enough(self) -> bool:
        """Whether the trainee said enough for the absence of a fault to prove something."""
        return sum(u.is_real for u in self.utterances) >= LEAST_UTTERANCES

    def lines_of(self, purposes: Collection[str]) -> tuple[CustomerLine, ...]:
        """Return the customer's lines with one of `purposes`, in order."""
        return tuple(line for line in self.lines if line.purpose in purposes)

    @cached_property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The call as exchanges. A backchannel, and what lies wholly within a customer's line, answers nothing."""
        backchannels = [o.span for o in self.measurement.overlaps if o.kind == "backchannel"]
        no_answer = {
            u.number
            for u in self.utterances
            if any(line.span.start <= u.span.start and u.span.stop <= line.span.stop for line in self.lines)
            or (u.span.duration <= LONGEST_BACKCHANNEL and any(u.span & span is not None for span in backchannels))
        }
        spoken: list[CustomerLine | Utterance] = sorted(
            [*self.lines, *(u for u in self.utterances if u.number not in no_answer)],
            key=lambda each: (each.span.start, isinstance(each, Utterance)),
        )
        found: list[tuple[list[CustomerLine], list[Utterance]]] = [([], [])]
        for each in spoken:
            if isinstance(each, Utterance):
                found[-1][1].append(each)
            elif found[-1][1]:
                found.append(([each], []))
            else:
                found[-1][0].append(each)
        return tuple(Exchange(lines=tuple(a), replies=tuple(b)) for a, b in found if a or b)

    @cached_property
    def answered(self) -> tuple[Exchange, ...]:
        """The exchanges in which the trainee answered something."""
        return tuple(each for each in self.exchanges if each.lines and each.replies)

    @property
    def angry_answered(self) -> tuple[Exchange, ...]:
        """The exchanges in which the trainee answered an angry line."""
        return tuple(each for each in self.answered if each.is_angry)

    def overlaps(self, kind: str, *, by: str = "trainee") -> tuple[Overlap, ...]:
        """Return the overlaps of one kind, by the definitions of `simulator.overlap`."""
        return tuple(o for o in self.measurement.overlaps if o.kind == kind and o.by == by)

    @property
    def customer_spoke(self) -> int:
        """How long the customer spoke, in samples."""
        return sum(span.duration for span in self.measurement.customer_speech)

    def lasted(self, span: Span) -> int:
        """Return the measured duration of a span, in samples."""
        return span.duration + self.timing_error

    def pause_before(self, answer: Exchange) -> int:
        """Return samples from the end of the customer's lines to the answer; negative where it began before that."""
        return answer.replies[0].span.start - max(line.span.stop for line in answer.lines) + self.timing_error

    def words_in(self, span: Span) -> str:
        """Return what the trainee said within a span, as far as words are known."""
        return " ".join(w.word for u in self.utterances for w in u.words if w.span & span is not None)

    def words_near(self, span: Span) -> str:
        """Return what the trainee said within a second of a span, as far as words are known."""
        return self.words_in(Span(max(0, span.start - RATE_HZ), span.stop + RATE_HZ))

    def customer_words_before(self, at: int) -> str:
        """Return what the customer had said before sample `at`, in lower case."""
        return " ".join(line.said for line in self.lines if line.span.start < at).lower()

    def told_before(self, at: int) -> frozenset[str]:
        """Return the facts that the customer's grievances and answers had given away before sample `at`."""
        said = {line.id.partition("/")[0] for line in self.lines if line.span.stop <= at}
        telling = [(f"vent:{each.id}", each) for each in self.facts.vents]
        telling += [(f"answer:{each.id}", each) for each in self.facts.answers]
        return frozenset(fact for name, each in telling if name in said for fact in each.tells)

    @property
    def met(self) -> frozenset[Need]:
        """The needs that were met by the end."""
        return frozenset(self.moods[-1].met) if self.moods else frozenset()

    def anger_at(self, at: int) -> float:
        """Return the customer's anger at sample `at`; the call must have a mood."""
        before = [mood.anger for mood in self.moods if mood.at <= at]
        return before[-1] if before else self.moods[0].anger

    def without(self, acts: Iterable[ActInstance]) -> Case:
        """Return the same call as if these acts had not been found."""
        gone = frozenset(acts)
        utterances = tuple(replace(u, acts=tuple(a for a in u.acts if a not in gone)) for u in self.utterances)
        return replace(self, utterances=utterances)

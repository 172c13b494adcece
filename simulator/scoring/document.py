"""The score as the file score.json carries it, with its coaching: the same score gives the same bytes."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from simulator.clock import clock_text, from_ms, to_ms
from simulator.contract import Document, Milliseconds, Status, Verdict
from simulator.scoring.better import better_wording
from simulator.scoring.coaching import Led, Moment, moments, strengths, to_try_next
from simulator.scoring.evidence import Evidence
from simulator.scoring.guidance import load_guidance
from simulator.scoring.rubric import Criterion
from simulator.scoring.score import SCORING_VERSION, Judged, Score
from simulator.scoring.wording import quoted

VALUE_DIGITS = 3
"""Decimals of a measured value in score.json."""
LONGEST_QUOTE = 25
"""Words of the trainee that are quoted at most."""


class CoachingParts(Document):
    """The coaching of a criterion that was not met, in its parts; `said_at_ms` is null where nothing was said."""

    advice: str
    guidance: str
    said: str
    said_at_ms: Milliseconds | None
    better: str


class RubricUsed(Document):
    """The rubric that made a score."""

    id: str
    version: str
    sha256: str


class Points(Document):
    """Points won, of how many possible."""

    points: float
    of: float


class EvidenceItem(Document):
    """The stretch of audio, and the number, behind a point."""

    track: Literal["trainee", "customer"]
    start_ms: Milliseconds
    stop_ms: Milliseconds
    words: str
    measure: str
    value: float | None
    unit: str
    rule: str


class Doubt(Document):
    """What else a criterion could have come to: what the rule for passing needs once a person has changed points.

    `options` are points won and possible as it stands and with each doubt resolved the other way, `could_be` the
    statuses of these. Words in speech that was hardly understood could add `hidden_points`, or take them away; of all
    criteria of the call at most `hidden_acts` change so.
    """

    options: list[tuple[float, float]]
    could_be: list[Status]
    hidden_points: float
    hidden_acts: int


class CriterionResult(Document):
    """One criterion of the rubric, judged; `doubt` is there if there is any and the rubric has a rule for passing.

    `keeps` is there where the rubric says it: per cent of its total that the call keeps if the criterion is missed.
    """

    id: str
    guidance: list[str]
    dimension: str
    status: Status
    points: float
    of: float
    reason: str
    evidence: list[EvidenceItem]
    coaching: str
    title: str = ""
    uncertain: str | None = None
    coaching_parts: CoachingParts | None = None
    doubt: Doubt | None = None
    keeps: float | None = None


class Missing(Document):
    """What the headset or its connection lost of each voice, and how often and how long the call stood still."""

    trainee_ms: Milliseconds
    customer_ms: Milliseconds
    pauses: int
    paused_ms: Milliseconds

    def __str__(self) -> str:
        lost = [
            f"{ms / 1000:.1f} s of {whose} voice"
            for ms, whose in ((self.trainee_ms, "your"), (self.customer_ms, "the customer's"))
            if ms
        ]
        said = [f"{' and '.join(lost)} never arrived"] if lost else []
        times = "once" if self.pauses == 1 else f"{self.pauses} times"
        said += [f"the call stood still {times}, {self.paused_ms / 1000:.1f} s in all"] if self.pauses else []
        unheard = " What you said then is not in the score." if self.trainee_ms else ""
        return f"The headset or its connection failed: {'; '.join(said)}.{unheard}"


class ScoreOutput(Document):
    """`hotseat score --json`, and the file score.json.

    `moments` has, for each of `strengths` and `next`, the stretches of the call to show with it: free of harm for a
    strength, each at another turn for what to try next. `retry_of` names the call that this one began again in the
    middle, which makes it practice without a verdict. `missing` says what of the call is not in its recording. Both are
    left out elsewhere.
    """

    schema_: Literal["hotseat.score/1"] = Field(alias="schema")
    rubric: RubricUsed
    total: float | None
    range: tuple[float, float] | None
    verdict: Verdict | None
    dimensions: dict[str, Points]
    criteria: list[CriterionResult]
    reason: str = ""
    versions: dict[str, str] = Field(default={})
    strengths: list[str] = Field(default=[])
    next: list[str] = Field(default=[])
    moments: dict[str, list[EvidenceItem]] = Field(default={})
    retry_of: str = ""
    missing: Missing | None = None


def to_contract(score: Score, *, measures_version: str) -> ScoreOutput:
    """Return the score as a document.

    Parameters
    ----------
    score : Score
    measures_version : str
        Version of the measures' definitions that were used.
    """
    praised, tried = strengths(score), to_try_next(score)
    shown = {led.judged.criterion.id: led.moment for led in (*praised, *tried)}
    return ScoreOutput(
        schema="hotseat.score/1",
        rubric=RubricUsed(id=score.rubric.id, version=score.rubric.version, sha256=score.rubric.sha256),
        total=score.total,
        range=score.range,
        verdict=score.verdict,
        dimensions={name: Points(points=won, of=of) for name, (won, of) in score.dimensions.items()},
        criteria=[_criterion(judged, score, shown.get(judged.criterion.id)) for judged in score.criteria],
        reason=score.reason,
        strengths=_ids(praised),
        next=_ids(tried),
        moments={id: [_evidence(each) for each in moment] for id, moment in shown.items()},
        versions={
            "guidance": load_guidance().version,
            "measures": measures_version,
            "scoring": SCORING_VERSION,
        },
    )


def _ids(led: tuple[Led, ...]) -> list[str]:
    return [each.judged.criterion.id for each in led]


def _criterion(judged: Judged, score: Score, moment: Moment | None) -> CriterionResult:
    criterion = judged.criterion
    parts = coaching_parts(judged, score, moment)
    return CriterionResult(
        id=criterion.id,
        guidance=list(criterion.guidance),
        dimension=criterion.dimension,
        status=judged.status,
        points=judged.points,
        of=judged.of,
        reason=judged.reason,
        evidence=[_evidence(each) for each in judged.evidence],
        coaching=coach(criterion, judged.status, parts),
        title=criterion.title,
        uncertain=judged.uncertain,
        coaching_parts=parts,
        **_where_there_is({"doubt": _doubt(judged, score), "keeps": judged.keeps}),
    )


def _where_there_is(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that hold something: a document leaves out those that do not."""
    return {name: value for name, value in fields.items() if value is not None}


def _doubt(judged: Judged, score: Score) -> Doubt | None:
    if score.rubric.passing is None or not (len(judged.options) > 1 or judged.could_be or judged.hidden):
        return None
    return Doubt(
        options=list(judged.options),
        could_be=list(judged.could_be),
        hidden_points=judged.hidden_points,
        hidden_acts=score.hidden_acts,
    )


def _evidence(evidence: Evidence) -> EvidenceItem:
    return EvidenceItem(
        track=evidence.track,
        start_ms=to_ms(evidence.span.start),
        stop_ms=to_ms(evidence.span.stop),
        words=evidence.words,
        measure=evidence.measure,
        value=None if evidence.value is None else round(float(evidence.value), VALUE_DIGITS),
        unit=evidence.unit,
        rule=evidence.rule,
    )


def coaching_parts(judged: Judged, score: Score, moment: Moment | None) -> CoachingParts | None:
    """Return advice, the guidance, the trainee's own words and a better wording; None where nothing was lost.

    `moment` is what the report leads with, where it leads with this criterion; else its most telling one is taken.
    """
    if judged.status not in ("partly", "missed"):
        return None
    shown = moment or next(moments(score.case, judged), ())
    said = next((each for each in shown if each.track == "trainee" and each.words.strip()), None)
    coaching, row = judged.criterion.coaching, load_guidance().row(judged.criterion.guidance[0])
    at = shown[-1].span.start if shown else score.case.duration
    return CoachingParts(
        advice=coaching.advice,
        guidance=f"{row.id}: {row.asks}",
        said="" if said is None else quoted(said.words, most=LONGEST_QUOTE)[1:-1],
        said_at_ms=None if said is None else to_ms(said.span.start),
        better=better_wording(coaching.better, score.case, at=at),
    )


def coach(criterion: Criterion, status: Status, parts: CoachingParts | None) -> str:
    """Return the coaching of one judged criterion as a text; "" where nothing was judged."""
    if parts is None:
        return criterion.coaching.praise if status == "met" else ""
    id, _, asks = parts.guidance.partition(": ")
    said = [parts.advice, f"The guidance ({id}): “{asks}”"]
    if parts.said_at_ms is not None:
        said.append(f"You said “{parts.said}” at {clock_text(from_ms(parts.said_at_ms))}.")
    if parts.better:
        wording = parts.better if parts.better.startswith("(") else f"“{parts.better}”"
        said.append(f"{'Better' if parts.said else 'You might say'}: {wording}")
    return " ".join(said)

"""What the page shows, prepared for the template: words, places and colours; no judgement is made here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from simulator.clock import clock_text, from_ms, to_ms
from simulator.contract import RECORDED
from simulator.cues.measurement import Measurement
from simulator.events import CallEnded
from simulator.recording.folder import CallFolder
from simulator.report.delivery import Delivery, delivery_of
from simulator.report.people import People, Said, people_of
from simulator.report.retry import RetryTurn, quoted_path, retry_for, retry_turns
from simulator.report.reviews import ReviewOutput
from simulator.report.rows import Row, addressed, rows_of, sentence
from simulator.report.tally import range_text, won
from simulator.report.timeline import Timeline, anger_course, timeline_of
from simulator.scoring.document import CoachingParts, CriterionResult, EvidenceItem, ScoreOutput
from simulator.scoring.folder import score_text
from simulator.scoring.guidance import DIMENSIONS, load_guidance
from simulator.scoring.wording import quoted

LONGEST_CLIP = 30
"""Words of a moment that are shown at most."""
STATUS = {
    "met": ("✓", "met"),
    "partly": ("◐", "partly met"),
    "missed": ("✗", "missed"),
    "not_applicable": ("·", "did not apply"),
    "unmeasurable": ("?", "could not be measured"),
}
VERDICTS = {
    "pass": "Passed",
    "fail": "Failed",
    "borderline": "Borderline: a person decides",
}
OUTCOMES = {
    "won_back": "You won the customer back.",
    "escalated": "You passed the customer on.",
    "unresolved": "The call ended with nothing settled.",
    "hung_up": "The customer hung up.",
    "incomplete": "The call was cut short.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A stretch of the call that plays when clicked. `share` is where it stands, in per cent of the call."""

    start_ms: float
    stop_ms: float
    at: str
    who: str
    words: str
    figure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionView:
    """One criterion as it is shown."""

    id: str
    title: str
    status: str
    mark: str
    status_text: str
    points: str
    reason: str
    uncertain: str | None
    praise: str
    parts: CoachingParts | None
    guidance: tuple[tuple[str, str], ...]
    clips: tuple[Clip, ...]
    retry: RetryTurn | None = None
    person: Said | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionView:
    """One dimension: its points and its criteria that applied."""

    name: str
    points: str
    percent: float | None
    criteria: tuple[CriterionView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything the template shows."""

    title: str
    summary: str
    outcome: str
    outcome_reason: str
    total: str
    range: str
    reviewed: str
    scale: tuple[float, float, float] | None
    verdict: str | None
    verdict_text: str
    verdict_reason: str
    satisfaction: tuple[int, str] | None
    anger: str
    duration: str
    duration_ms: float
    dimensions: tuple[DimensionView, ...]
    strengths: tuple[CriterionView, ...]
    next: tuple[CriterionView, ...]
    left_out: tuple[CriterionView, ...]
    delivery: Delivery
    rows: tuple[Row, ...]
    timeline: Timeline
    retry_turns: dict[int | None, RetryTurn]
    retry_of: str
    recorded: str
    correct: str
    facts: tuple[tuple[str, str], ...]
    when: str
    notes: tuple[str, ...]
    people: People | None = None


def view_of(
    folder: CallFolder, output: ScoreOutput, measurement: Measurement, reviews: ReviewOutput | None = None
) -> View:
    """Return the page's content for a scored call, with what people said of it where that is known."""
    people = None
    if reviews is not None:
        people = people_of(reviews, hashlib.sha256(score_text(output).encode()).hexdigest())
    events, manifest = folder.events(), folder.manifest
    criteria = {each.id: _with_person(criterion_view(each), people) for each in output.criteria}
    applied = [each for each in output.criteria if each.of]
    ended = next((event for event in events if isinstance(event, CallEnded)), None)
    data = manifest.scenario_data
    began = data.get("start")
    anger = began.get("anger") if isinstance(began, dict) else None
    start = float(anger) if isinstance(anger, int | float) else 0.0  # call.json may be anybody's
    stands = people.stands if people is not None else None
    total, verdict, reason = output.total, output.verdict, output.reason
    if stands is not None:
        total, verdict, reason = stands.total, stands.verdict, stands.reason
    low, high = output.range if output.range and stands is None else (total or 0.0, total or 0.0)
    turns = retry_turns(folder)
    return View(
        title=str(data.get("title") or manifest.scenario),
        summary=str(data.get("summary") or ""),
        when=manifest.started.replace("T", " ")[:16],
        outcome=OUTCOMES[ended.outcome if ended is not None else "incomplete"],
        outcome_reason=addressed(sentence(ended.reason)) if ended is not None else "",
        total="no score" if total is None else f"{total:.0f}",
        range=range_text((low, high)),
        scale=None if total is None else (total, low, round(high - low, 1)),
        verdict=verdict,
        verdict_text=VERDICTS.get(verdict or "", ""),
        verdict_reason=reason,
        reviewed="" if stands is None else f"After review. The program gave {output.total or 0:.0f}.",
        satisfaction=(ended.satisfaction, ended.satisfaction_reason) if ended and ended.satisfaction else None,
        anger=anger_course(events, start),
        duration=clock_text(folder.duration).split(".")[0],
        duration_ms=to_ms(folder.duration),
        dimensions=tuple(
            _dimension(name, output, [criteria[c.id] for c in applied if c.dimension == name]) for name in DIMENSIONS
        ),
        # What a person gave other points is praised no longer by the program's.
        strengths=tuple(_shown(criteria[id], output, ()) for id in output.strengths if criteria[id].person is None),
        next=tuple(_shown(criteria[id], output, turns) for id in output.next),
        left_out=tuple(criteria[each.id] for each in output.criteria if not each.of),
        delivery=delivery_of(events, measurement),
        rows=rows_of(folder, measurement, people.corrections if people is not None else ()),
        timeline=timeline_of(folder, measurement, start),
        retry_turns={each.utterance: each for each in turns},
        retry_of=_retry_of(folder),
        correct="" if manifest.mode == "certification" else f"hotseat review correct {quoted_path(folder)}",
        recorded=f"{RECORDED}." if manifest.trainee == "recorded" else "",
        facts=_facts(folder, output),
        notes=(
            *(sentence(note) for note in (*manifest.repairs, *measurement.notes)),
            *([str(output.missing)] if output.missing is not None else []),
        ),
        people=people,
    )


def _retry_of(folder: CallFolder) -> str:
    retry = folder.manifest.retry
    if retry is None:
        return ""
    at = clock_text(from_ms(retry.at_ms))
    return f"Up to {at} this is the call {retry.call}; from its turn {retry.turn} on it is a retry."


def _dimension(name: str, output: ScoreOutput, criteria: list[CriterionView]) -> DimensionView:
    points = output.dimensions[name]
    return DimensionView(
        name=name.replace("_", "-").capitalize(),
        points=won(points.points, points.of) if points.of else "did not apply",
        percent=round(100 * points.points / points.of, 1) if points.of else None,
        criteria=tuple(criteria),
    )


def _with_person(view: CriterionView, people: People | None) -> CriterionView:
    return view if people is None else replace(view, person=people.by_criterion.get(view.id))


def _shown(view: CriterionView, output: ScoreOutput, turns: tuple[RetryTurn, ...]) -> CriterionView:
    """Return a criterion that the report leads with: at its own moment, with the turn to retry for it."""
    moment = output.moments.get(view.id, [])
    return replace(view, clips=tuple(map(clip_of, moment)), retry=retry_for(moment, turns))


def criterion_view(each: CriterionResult) -> CriterionView:
    """Return a criterion as it is shown."""
    mark, text = STATUS[each.status]
    guidance = load_guidance()
    known = {row.id for row in guidance.rows}
    return CriterionView(
        id=each.id,
        title=each.title or each.id,
        status=each.status,
        mark=mark,
        status_text=text,
        points=won(each.points, each.of) if each.of else "",
        reason=each.reason,
        uncertain=sentence(each.uncertain) if each.uncertain else None,
        praise="" if each.coaching_parts else each.coaching,
        parts=each.coaching_parts,
        guidance=tuple((id, guidance.row(id).asks if id in known else "") for id in each.guidance),
        clips=tuple(clip_of(item) for item in each.evidence),
    )


def clip_of(item: EvidenceItem) -> Clip:
    """Return a piece of evidence as a clip."""
    return Clip(
        start_ms=item.start_ms,
        stop_ms=item.stop_ms,
        at=clock_text(from_ms(item.start_ms)),
        who="You" if item.track == "trainee" else "Customer",
        words=quoted(item.words, most=LONGEST_CLIP)[1:-1],
        figure=_figure(item),
    )


def _figure(item: EvidenceItem) -> str:
    name = item.measure.replace("_", " ")
    if item.value is None or item.unit in ("strength", "yes/no"):
        return name
    value = item.value / 1000 if item.unit == "ms" else item.value
    unit = {"ms": " s", "count": "", "index": "", "ratio": ""}.get(item.unit, f" {item.unit}")
    if item.unit == "count" and value <= 1:
        return name
    return f"{name} {value:.3g}{unit}"


def _facts(folder: CallFolder, output: ScoreOutput) -> tuple[tuple[str, str], ...]:
    manifest = folder.manifest
    rubric = output.rubric
    model = f", {manifest.model}" if manifest.model else ""
    versions = ", ".join(f"{name} {version}" for name, version in output.versions.items())
    return (
        ("Rubric", f"{rubric.id}, version {rubric.version}, SHA-256 {rubric.sha256[:16]}"),
        ("Recognizer", f"{manifest.recognizer or 'none'}{model}"),
        ("Scenario", f"{manifest.scenario}, SHA-256 {manifest.scenario_sha256[:16] or 'not known'}"),
        ("Seed", str(manifest.seed)),
        ("Definitions", versions),
        ("Hotseat", manifest.versions.get("hotseat", "not known")),
        ("Headset", f"{manifest.device or 'not known'}{_checked(folder)}"),
        ("Call", manifest.id or folder.path.name),
    )


def _checked(folder: CallFolder) -> str:
    """Return what the headset's check said, and who let the call start in spite of it."""
    manifest = folder.manifest
    said = ""
    if manifest.preflight is not None:
        said = "; it passed its check" if manifest.preflight.get("passed") else "; it failed its check"
    if manifest.overridden_by:
        said = f"{said or '; it was not checked'}; {manifest.overridden_by} let the call start"
    return said

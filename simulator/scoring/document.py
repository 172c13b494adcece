"""The score as the file score.json carries it: the same score gives the same bytes."""

from __future__ import annotations

from simulator.clock import to_ms
from simulator.contract import CriterionResult, EvidenceItem, Points, RubricUsed, ScoreOutput
from simulator.scoring.coaching import coach, coaching_parts
from simulator.scoring.finding import Evidence
from simulator.scoring.guidance import load_guidance
from simulator.scoring.judged import Judged
from simulator.scoring.judging import SCORING_VERSION, Score, strengths, to_try_next

VALUE_DIGITS = 3
"""Decimals of a measured value in score.json."""


def to_contract(score: Score, *, measures_version: str) -> ScoreOutput:
    """Return the score as a document.

    Parameters
    ----------
    score : Score
    measures_version : str
        Which definitions of the measures it stands on.
    """
    return ScoreOutput(
        schema="hotseat.score/1",
        rubric=RubricUsed(id=score.rubric.id, version=score.rubric.version, sha256=score.rubric.sha256),
        total=score.total,
        range=score.range,
        verdict=score.verdict,
        dimensions={name: Points(points=won, of=of) for name, (won, of) in score.dimensions.items()},
        criteria=[_criterion(judged) for judged in score.criteria],
        reason=score.reason,
        strengths=[judged.criterion.id for judged in strengths(score)],
        next=[judged.criterion.id for judged in to_try_next(score)],
        versions={
            "guidance": load_guidance().version,
            "measures": measures_version,
            "scoring": SCORING_VERSION,
        },
    )


def _criterion(judged: Judged) -> CriterionResult:
    criterion = judged.criterion
    parts = coaching_parts(criterion, judged.status, judged.evidence)
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

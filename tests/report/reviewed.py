"""A document of reviews, as the records give it, for the report of a made call."""

import hashlib

from simulator.report.reviews import ReviewOutput
from simulator.scoring.folder import score_text


def reviewed(scored, *, score_sha256=None, of=None):
    """Return reviews of a scored call: overrides of one criterion, the later holds, a comment and an open appeal."""
    first = next(each for each in scored.output.criteria if (each.id == of if of else each.of > each.points))
    nobody = {"n": 0, "kappa": None, "within_10": None, "reason": "no call was rated twice yet"}
    some = {"n": 12, "kappa": 0.81, "within_10": 0.75, "reason": ""}
    empty = dict.fromkeys(("criterion", "points", "of", "at_ms", "marks")) | {"at": "2026-11-25T14:30:54+00:00"}
    changed = {**empty, "kind": "override", "criterion": first.id, "of": first.of, "by": "Inez Muster"}
    return ReviewOutput.model_validate(
        {
            "schema": "hotseat.review/1",
            "call": "x",
            "person": "Dana",
            "program": {"total": scored.output.total, "verdict": "fail", "reason": ""},
            "now": {"total": 61.5, "verdict": "pass", "reason": "As <b>decided</b>."},
            "criteria": [
                {
                    "id": c.id,
                    "title": c.title,
                    "dimension": c.dimension,
                    "of": c.of,
                    "program": c.points,
                    "now": c.points,
                }
                for c in scored.output.criteria
            ],
            "reviews": [
                {**changed, "text": "At first hearing.", "points": 0.0, "stands": False},
                {**changed, "text": "It was <i>a cough</i>.", "points": first.of, "stands": True},
                {**empty, "kind": "comment", "by": "Ivo", "text": "Hear this.", "at_ms": 1500.0},
                {**empty, "kind": "appeal", "by": None, "text": "I did apologise."},
            ],
            "open_appeals": 1,
            "agreement": {"schema": "hotseat.agreement/1", "between_people": nobody, "with_the_program": some},
            "score_sha256": score_sha256 or hashlib.sha256(score_text(scored.output).encode()).hexdigest(),
        }
    )

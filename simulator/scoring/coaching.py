"""What the score says to the trainee: praise, or the guidance, their own words, and a better wording."""

from __future__ import annotations

from simulator.clock import clock_text, from_ms, to_ms
from simulator.contract import Document, Milliseconds, Status
from simulator.scoring.finding import Evidence, quoted
from simulator.scoring.guidance import load_guidance
from simulator.scoring.rubric import Criterion

LONGEST_QUOTE = 25
"""Words of the trainee that are quoted at most."""


class CoachingParts(Document):
    """The coaching of a criterion that was not met, in its parts; `said_at_ms` is null where nothing was said."""

    advice: str
    guidance: str
    said: str
    said_at_ms: Milliseconds | None
    better: str


def coaching_parts(criterion: Criterion, status: Status, evidence: tuple[Evidence, ...]) -> CoachingParts | None:
    """Return advice, the guidance, the trainee's own words and a better wording; None where nothing was lost."""
    if status not in ("partly", "missed"):
        return None
    said = own_words(evidence)
    row = load_guidance().row(criterion.guidance[0])
    return CoachingParts(
        advice=criterion.coaching.advice,
        guidance=f"{row.id}: {row.asks}",
        said="" if said is None else quoted(said.words, most=LONGEST_QUOTE)[1:-1],
        said_at_ms=None if said is None else to_ms(said.span.start),
        better=criterion.coaching.better,
    )


def coach(criterion: Criterion, status: Status, parts: CoachingParts | None) -> str:
    """Return the coaching of one judged criterion as a text; "" where nothing was judged."""
    if parts is None:
        return criterion.coaching.praise if status == "met" else ""
    id, _, asks = parts.guidance.partition(": ")
    told = [parts.advice, f"The guidance ({id}): “{asks}”"]
    if parts.said_at_ms is not None:
        told.append(f"You said “{parts.said}” at {clock_text(from_ms(parts.said_at_ms))}.")
    if parts.better:
        wording = parts.better if parts.better.startswith("(") else f"“{parts.better}”"
        told.append(f"{'Better' if parts.said else 'You might say'}: {wording}")
    return " ".join(told)


def own_words(evidence: tuple[Evidence, ...]) -> Evidence | None:
    """Return the first piece of evidence that holds the trainee's own words."""
    return next((each for each in evidence if each.track == "trainee" and each.words.strip()), None)

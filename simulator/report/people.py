"""What people said of a call, prepared for the report: beside the program's verdict, never in place of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from simulator.clock import clock_text, from_ms
from simulator.contract import VERDICTS
from simulator.report.reviews import AgreementItem, CorrectionItem, CriterionPair, ReviewItem, ReviewOutput, VerdictItem
from simulator.report.tally import won

LISTEN_MS = 6000.0
"""How much is played from the moment of a comment."""
KINDS = {
    "override": "changed points",
    "correction": "corrected what was heard",
    "comment": "commented",
    "confirm": "decided: passed",
    "reject": "decided: failed",
    "rating": "rated blind",
    "appeal": "appealed",
    "answer": "answered the appeal",
    "reread": "had the recording heard again",
}
REPLACED = ("override", "confirm", "reject")
"""What a later word or a new score can make void."""
OTHER = ". That is an earlier score, which the records hold; what people said is of that one, and not of this page's"
"""Added to the program's verdict in the records where the report is of another score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing somebody said. `mark` is the points alone, `points` both judgements, `note` why it holds no longer."""

    who: str
    did: str
    when: str
    text: str
    criterion: str
    mark: str
    points: str
    start_ms: float | None
    stop_ms: float
    at: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """What people said of a call, and what it counts for.

    `now`, and as values `stands`, are empty where the program's verdict stands.
    """

    program: str
    now: str
    why: str
    stands: VerdictItem | None
    said: tuple[Said, ...]
    by_criterion: dict[str, Said]
    open_appeals: int
    agreement: tuple[str, ...]
    counts: str
    corrections: tuple[CorrectionItem, ...]


def people_of(output: ReviewOutput, score_sha256: str) -> People:
    """Return what people said, as the report of one score shows it.

    Parameters
    ----------
    output : ReviewOutput
        From the records.
    score_sha256 : str
        That of the score the report is of; what was said of another score changes nothing in it.
    """
    same = output.score_sha256 == score_sha256
    rows = {each.id: (each.title, each.program) for each in output.criteria}
    pairs = [
        (each, _said(each, rows, stands=each.stands and (same or each.kind not in REPLACED))) for each in output.reviews
    ]
    decided = any(each.stands and each.kind in REPLACED for each, _ in pairs)
    changed = same and (decided or any(each.now != each.program for each in output.criteria))
    corrected = [(each, said) for each, said in pairs if each.correction is not None and each.stands and same]
    by_correction = _by_correction(output.criteria, corrected[-1][1]) if corrected else {}
    return People(
        program=_judged(output.program) + ("" if same else OTHER),
        now=_judged(output.now) if changed else "",
        why=output.now.reason if changed else "",
        stands=output.now if changed else None,
        said=tuple(said for _, said in pairs),
        by_criterion=by_correction
        | {each.criterion: said for each, said in pairs if same and each.criterion and not said.note},
        corrections=tuple(each.correction for each, _ in corrected if each.correction is not None),
        open_appeals=output.open_appeals,
        counts=output.counts,
        agreement=(
            f"Between people: {agreement_text(output.agreement.between_people)}.",
            f"Between people and the program: {agreement_text(output.agreement.with_the_program)}.",
        ),
    )


def agreement_text(item: AgreementItem) -> str:
    """Return an agreement as a sentence has it; `n` is never left out.

    Examples
    --------
    >>> agreement_text(AgreementItem(n=12, kappa=0.8, within_10=0.75, reason=""))
    'weighted kappa 0.80, within 10 points 75%, n = 12'
    """
    if item.n == 0 or item.within_10 is None:
        return f"{item.reason} (n = 0)"
    kappa = "not defined" if item.kappa is None else f"{item.kappa:.2f}"
    note = f" ({item.reason})" if item.reason else ""
    return f"weighted kappa {kappa}, within 10 points {item.within_10:.0%}, n = {item.n}{note}"


def _by_correction(criteria: Sequence[CriterionPair], last: Said) -> dict[str, Said]:
    """Return the criteria whose points are others since words were corrected."""
    return {
        each.id: replace(
            last,
            mark=won(each.now, each.of),
            points=f"{won(each.now, each.of)}, where the program gave {round(each.program, 1):g}",
        )
        for each in criteria
        if each.now != each.program
    }


def _said(each: ReviewItem, rows: dict[str, tuple[str, float]], *, stands: bool) -> Said:
    title, program = rows.get(each.criterion or "", ("", 0.0))
    mark = points = ""
    if each.kind == "override":
        mark = won(each.points or 0.0, each.of or 0.0)
        points = f"{mark}, where the program gave {round(program, 1):g}" if stands else mark
    elif each.kind == "rating" and each.points is not None and each.of:
        points = f"{100 * each.points / each.of:.0f} of 100"
    return Said(
        who=each.by or "Somebody deleted since",
        did=KINDS[each.kind] + (", signed in to the room" if each.through == "room" else ""),
        when=f"{each.at[:16].replace('T', ' ')} UTC",
        text=each.text,
        criterion=title or each.criterion or "",
        mark=mark,
        points=points,
        start_ms=each.at_ms,
        stop_ms=0.0 if each.at_ms is None else each.at_ms + LISTEN_MS,
        at="" if each.at_ms is None else clock_text(from_ms(each.at_ms)),
        note="" if stands else "It holds no longer: a later word took its place, or it was about an earlier score.",
    )


def _judged(each: VerdictItem) -> str:
    total = "no total" if each.total is None else f"{each.total:.1f} of 100"
    return f"{total}, {VERDICTS[each.verdict]}" if each.verdict else total

"""How hard scenarios and forms are: by rehearsal, or by people's calls once there are enough of them.

Metrics
-------
- difficulty of a scenario, in points: 100 less the mean total, over its rehearsals or over certification calls.
- difficulty of a form: the mean of its scenarios'.
- spread: the hardest form less the easiest, all by the same source; forms are equal if it is within the policy's
  tolerance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from simulator.datafile import DataModel, read_yaml
from simulator.records.database.log import write_down
from simulator.records.database.tables import Call, Difficulty, Score
from simulator.records.forms import Form
from simulator.records.shapes import EqualityOutput


class Rehearsals(DataModel):
    """How hard one scenario is by rehearsal."""

    scenario: str
    scenario_sha256: str
    rubric_sha256: str
    points: float
    calls: int
    versions: str


SHIPPED = Path(__file__).with_name("difficulties.yaml")
"""How hard the scenarios of the shipped forms are, so that the first attempt need not wait for rehearsals."""


class _Figures(DataModel):
    figures: tuple[Rehearsals, ...]


def store_difficulty(session: Session, found: Rehearsals) -> None:
    """Keep a figure; an older one stays."""
    write_down(session, "rehearsed", Difficulty(**found.model_dump()))


def stored_difficulty(session: Session, scenario_sha256: str, rubric_sha256: str, versions: str) -> Rehearsals | None:
    """Return the newest figure of this very scenario, rubric and program; None if it was not rehearsed yet."""
    row = session.scalar(
        select(Difficulty)
        .where(
            Difficulty.scenario_sha256 == scenario_sha256,
            Difficulty.rubric_sha256 == rubric_sha256,
            Difficulty.versions == versions,
        )
        .order_by(Difficulty.made.desc())
        .limit(1)
    )
    return None if row is None else Rehearsals.model_validate(row, from_attributes=True)


def shipped_difficulty(scenario_sha256: str, rubric_sha256: str, versions: str) -> Rehearsals | None:
    """Return the figure of this very scenario, rubric and program that came with it; None if there is none."""
    wanted = (scenario_sha256, rubric_sha256, versions)
    return next((f for f in shipped_figures() if (f.scenario_sha256, f.rubric_sha256, f.versions) == wanted), None)


def shipped_figures() -> tuple[Rehearsals, ...]:
    """Return every figure that came with the program; `script/make_difficulties.py` rehearses them."""
    return read_yaml(SHIPPED, _Figures).figures


def from_calls(session: Session, found: Rehearsals) -> tuple[float, int] | None:
    """Return how hard a scenario was for people, and in how many certification calls; None if there were none."""
    last = select(Score.call_id, func.max(Score.number).label("number")).group_by(Score.call_id).subquery()
    mean, calls = session.execute(
        select(func.avg(Score.total), func.count(Score.total))
        .join(last, (last.c.call_id == Score.call_id) & (last.c.number == Score.number))
        .join(Call, Call.id == Score.call_id)
        .where(
            Call.mode == "certification",
            Call.outcome != "incomplete",
            Call.scenario_sha256 == found.scenario_sha256,
            Score.rubric_sha256 == found.rubric_sha256,
        )
    ).one()
    return None if not calls else (round(100 - float(mean), 2), calls)


def equality(
    session: Session, forms: Sequence[Form], rehearsed: dict[str, Rehearsals], *, tolerance: float, enough: int
) -> EqualityOutput:
    """Return how equal forms are: by people's calls if every scenario has enough of them, else by rehearsal.

    Parameters
    ----------
    session : Session
    forms : sequence of Form
    rehearsed : dict
        By scenario.
    tolerance : float, points
    enough : int
        Calls that each scenario needs before people's calls count.
    """
    taken = {name: from_calls(session, each) for name, each in rehearsed.items()}
    by_calls = all(each is not None and each[1] >= enough for each in taken.values())
    scenarios = {
        name: (each[0], each[1]) if by_calls and (each := taken[name]) else (found.points, found.calls)
        for name, found in rehearsed.items()
    }
    levels, spread = levels_of(forms, {name: each[0] for name, each in scenarios.items()})
    return EqualityOutput(
        schema="hotseat.form-check/1",
        equal=spread <= tolerance,
        source="calls" if by_calls else "rehearsal",
        forms=levels,
        scenarios={name: each[0] for name, each in scenarios.items()},
        calls={name: each[1] for name, each in scenarios.items()},
        spread=spread,
        tolerance=tolerance,
    )


def levels_of(forms: Sequence[Form], points: Mapping[str, float]) -> tuple[dict[str, float], float]:
    """Return how hard each form is, by how hard its scenarios are, and how far the forms are apart."""
    levels = {form.id: round(sum(points[name] for name in form.scenarios) / len(form.scenarios), 2) for form in forms}
    return levels, round(max(levels.values()) - min(levels.values()), 2)

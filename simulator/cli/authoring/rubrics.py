"""`hotseat rubrics`: list, show and check the rubrics."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from pydantic import Field

from simulator.contract import Document

if TYPE_CHECKING:
    from simulator.scoring.rubric import Criterion, Rubric


class RubricItem(Document):
    """One rubric, in short."""

    id: str
    title: str
    version: str
    sha256: str
    criteria: int
    own: bool = False


class RubricsOutput(Document):
    """`hotseat rubrics list --json`."""

    schema_: Literal["hotseat.rubrics/1"] = Field(alias="schema")
    rubrics: list[RubricItem]


@click.group()
def command() -> None:
    """List, show and check rubrics: what a call is scored by."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_command(as_json: bool) -> None:
    """List the rubrics that come with Hotseat, and your own."""
    from simulator.scoring.rubric import is_shipped, list_rubrics, load_rubric

    rubrics = [load_rubric(name) for name in list_rubrics()]
    if as_json:
        items = [
            RubricItem(
                id=r.id,
                title=r.title,
                version=r.version,
                sha256=r.sha256,
                criteria=len(r.criteria),
                own=not is_shipped(r.id),
            )
            for r in rubrics
        ]
        click.echo(RubricsOutput(schema="hotseat.rubrics/1", rubrics=items).to_json())
        return
    for rubric in rubrics:
        head = f"{rubric.title}, version {rubric.version}"
        own = "" if is_shipped(rubric.id) else "  your own"
        click.echo(f"{rubric.id:<15}{head:<28}{len(rubric.criteria)} criteria  {rubric.sha256[:12]}{own}")
        click.echo(f"               {rubric.description}")


@command.command("show", short_help="Show what a rubric scores: criteria, points, guidance, dimensions.")
@click.argument("rubric")
def show_command(rubric: str) -> None:
    """Show the criteria of RUBRIC, a name or a file: points, guidance, and when each applies."""
    from simulator.scoring.guidance import DIMENSIONS, load_guidance
    from simulator.scoring.rubric import load_rubric

    loaded = load_rubric(rubric)
    click.echo(f"{loaded.title} (id {loaded.id}, version {loaded.version}, {loaded.sha256[:12]})\n{loaded.description}")
    for dimension in DIMENSIONS:
        mine = [c for c in loaded.criteria if c.dimension == dimension]
        if not mine:
            continue
        click.echo(f"\n{dimension.replace('_', '-').capitalize()}, {sum(c.counts for c in mine):g} points")
        for criterion in mine:
            click.echo(_line(criterion))
            click.echo(
                "".join(f"         {id}: {load_guidance().row(id).asks}\n" for id in criterion.guidance), nl=False
            )
    click.echo(_passing(loaded), nl=False)


def _line(criterion: Criterion) -> str:
    cited = ", ".join(criterion.guidance)
    points = "coaching only" if criterion.coaching_only else f"{criterion.points:>4g}"
    return f"  {points}  {criterion.title}  [{criterion.id}; {cited}; {criterion.judge.rule}]"


def _passing(rubric: Rubric) -> str:
    if rubric.passing is None:
        return ""
    rule = rubric.passing
    fails = (
        f"\n  missing one of these fails the call: {', '.join(rule.automatic_fails)}" if rule.automatic_fails else ""
    )
    return (
        f"\nPassing: a total of at least {rule.total:g}, and at least {rule.dimension:g} % in every dimension; "
        f"within {rule.margin:g} of the mark a person decides.{fails if rule.automatic_fails else ''}\n"
    )


@command.command("check", short_help="Say whether a rubric of your own can be used.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check_command(files: tuple[Path, ...]) -> int:
    """Say whether each of FILES is a rubric that can be used; exit code 5 if one is not."""
    from simulator.errors import InputError
    from simulator.scoring.rubric import load_rubric

    wrong = 0
    for file in files:
        try:
            rubric = load_rubric(file)
        except InputError as error:
            wrong += 1
            click.echo(str(error), err=True)
        else:
            total = sum(criterion.counts for criterion in rubric.criteria)
            click.echo(
                f"{file}: {len(rubric.criteria)} criteria, {total:g} points, version {rubric.version}: all right"
            )
    return 5 if wrong else 0


@command.command("add", short_help="Put a rubric of your own beside the shipped ones.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Take the place of an earlier one of that id.")
def add_command(file: Path, replace: bool) -> None:
    """Check FILE and copy it into the site folder, so that `call --rubric ID` finds it."""
    from simulator.session.stories import add_rubric

    click.echo(f"Added {add_rubric(file, replace=replace)}; use it with: hotseat call SCENARIO --rubric NAME")

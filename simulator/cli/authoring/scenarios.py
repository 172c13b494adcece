"""`hotseat scenarios`: list, show, check and rehearse."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click
from pydantic import Field

from simulator.cli import options
from simulator.contract import Document
from simulator.customer.lines import band_of
from simulator.customer.scenario import Scenario, list_scenarios, load_scenario, own_scenarios
from simulator.errors import InputError
from simulator.session.authoring.checking import alike_notes, scenario_faults


class ScenarioItem(Document):
    """One scenario, in short."""

    id: str
    title: str
    difficulty: str
    personality: str
    kind: str
    trainees: list[str]
    own: bool = False


class ScenariosOutput(Document):
    """`hotseat scenarios list --json`."""

    schema_: Literal["hotseat.scenarios/1"] = Field(alias="schema")
    scenarios: list[ScenarioItem]


@click.group()
def command() -> None:
    """List, show, check and rehearse the scenarios; write and pack your own."""


@command.command("list", short_help="List who may call you.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(as_json: bool) -> None:
    """List who may call you: the scenarios that come with Hotseat, and your own."""
    own = set(own_scenarios())
    stories = [story for name in list_scenarios() if (story := _usable(name)) is not None]
    if as_json:
        items = [
            ScenarioItem(
                id=story.id,
                title=story.title,
                difficulty=story.difficulty,
                personality=story.personality,
                kind=story.kind,
                trainees=list(story.trainees),
                own=story.id in own,
            )
            for story in stories
        ]
        click.echo(ScenariosOutput(schema="hotseat.scenarios/1", scenarios=items).to_json())
        return
    width = max((len(story.id) for story in stories), default=0)
    for story in stories:
        temper = f"{story.difficulty}, {story.personality}, {story.kind}{', your own' if story.id in own else ''}"
        click.echo(f"{story.id:{width}}  {story.title}  ({story.sector.replace('_', ' ')}; {temper})")


def _usable(name: str) -> Scenario | None:
    """Return a listed scenario; None, with a note, for one of the site's own that cannot be read."""
    try:
        return load_scenario(name)
    except InputError as error:
        options.note(f"Left out {name}: {error}")
        return None


@command.command(short_help="The briefing of a scenario: what an agent knows before the call.")
@click.argument("scenario")
def show(scenario: str) -> None:
    """Show what an agent knows before the call: the briefing of SCENARIO."""
    story = load_scenario(scenario)
    click.echo("\n".join(briefing_text(story)))


def briefing_text(story: Scenario) -> list[str]:
    """Return the agent's briefing as lines of text."""
    briefing = story.briefing
    way = "calls you" if story.direction == "inbound" else "is called by you"
    head = f"{story.caller.name} {way} at {story.company}. {story.summary}"
    lines = [story.title, "=" * len(story.title), head, "", f"Profile: {briefing.profile}"]
    lines += [f"Open ticket: {briefing.open_ticket}"]
    for title, items in (("Past contacts", briefing.past_contacts), ("The e-mails so far", briefing.thread)):
        lines += ["", f"{title}:", *(f"  - {item}" for item in items)] if items else []
    lines += ["", "You may offer:"]
    for offer in briefing.may_offer.values():
        how = " (by passing the call on)" if offer.by == "manager" else ""
        how += " (ask a colleague first)" if offer.after == "consult" else ""
        lines.append(f"  - {offer.text}{how}")
    if briefing.may_not:
        lines += ["", "You must not promise:", *(f"  - {offer.text}" for offer in briefing.may_not)]
    wrong = [fact for fact in story.facts.values() if fact.mistaken]
    if wrong:
        lines += ["", "Good to know:", *(f"  - The customer believes: {f.text} In truth: {f.truth}" for f in wrong)]
    anger = f"{band_of(story.start.anger)} ({story.start.anger:.0f} of 100)"
    return [
        *lines,
        "",
        f"Difficulty: {story.difficulty}. Mood at the start: {anger}.",
        f"Trains: {' '.join(story.trains)}",
    ]


@command.command(short_help="Begin a scenario of your own: a small one that works, with comments.")
@click.argument("id")
@click.option("--title", metavar="TEXT", help="Its title in the list.")
def new(id: str, title: str | None) -> None:
    """Write a scenario called ID into your site folder: a small story that works, explained line by line, to change.

    It has four scripted trainees, so that it can be checked and rehearsed at once. docs/authoring.md says more.
    """
    from simulator.session.stories import new_scenario

    path = new_scenario(id, title=title)
    click.echo(f"Wrote {path}")
    click.echo(f"Change it, then:\n  hotseat scenarios check {id}\n  hotseat scenarios rehearse {id} --text-only")
    click.echo(f"  hotseat talk {id}")


@command.command(short_help="Your scenarios and rubrics as one file, for other machines.")
@click.argument("scenario", nargs=-1)
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, metavar="FILE.zip", help="Write it here.")
def pack(scenario: tuple[str, ...], out: Path) -> None:
    """Write your own SCENARIOs (all without an argument) and your own rubrics into one file.

    On each other machine: hotseat scenarios add FILE.zip
    """
    from simulator.session.stories import write_pack

    names = write_pack(out, scenario)
    click.echo(f"Packed {', '.join(names)} into {out}\nOn each machine: hotseat scenarios add {out.name}")


@command.command(short_help="Take over what `scenarios pack` wrote, or a scenario's folder.")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Take the place of earlier ones of the same id.")
def add(source: Path, replace: bool) -> None:
    """Put what is in SOURCE, a pack or the folder of a scenario, into the site folder; all of it or nothing."""
    from simulator.session.stories import add_pack

    click.echo(f"Added {', '.join(add_pack(source, replace=replace))}")


@command.command(short_help="Check scenario files: what to put right, by file and line.")
@click.argument("scenario", nargs=-1)
def check(scenario: tuple[str, ...]) -> None:
    """Check SCENARIO files (all that are listed without an argument): file and line of everything to put right.

    Exit code 5 if there is anything. Sentences that are too alike to tell apart are noted.
    """
    findings: list[str] = []
    names = scenario or list_scenarios()
    for name in names:
        found = _findings(name)
        findings += found
        for line in [*found, *([] if found else alike_notes(load_scenario(name)))]:
            click.echo(line)
    if findings:
        click.echo(f"{len(findings)} to put right.", err=True)
        raise click.exceptions.Exit(5)
    click.echo(f"{len(names)} scenario{'s' if len(names) != 1 else ''} checked, nothing to put right.")


def _findings(name: str) -> list[str]:
    if name not in list_scenarios() and not Path(name).exists():
        load_scenario(name)  # raises: there is no such scenario, which is a wrong argument
    return scenario_faults(name)


@command.command(short_help="Let the scripted trainees take a scenario, with many seeds.")
@click.argument("scenario", nargs=-1)
@click.option("--trainee", help="Only this scripted trainee; all of the scenario's without it.")
@click.option("--seeds", type=click.IntRange(1, 1000), help="How many seeds, from 1 on: 1, or 5 with --text-only.")
@click.option("--text-only", is_flag=True, help="Text stands in for both voices: a call takes half a second.")
@click.option("--trace", is_flag=True, help="Print and plot the mood, event by event, with reasons (first seed).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def rehearse(
    scenario: tuple[str, ...], trainee: str | None, seeds: int | None, text_only: bool, trace: bool, as_json: bool
) -> None:
    """Let the scripted trainees take SCENARIO (all that are listed without an argument), with many seeds.

    They speak: with their recordings, or a synthetic voice where there are none. The recognizer listens, and the call
    is scored as any other; nothing of it is kept. A call takes about half a minute. With --text-only there is no sound.

    A scenario passes when the exemplary trainee scores above the mechanical one and that one above the rude one in
    every seed, by the margins in its file. Exit code 5 if one does not.
    """
    from simulator.cli.authoring.rehearsing import Asked, rehearse_all

    asked = Asked(
        scenarios=scenario or list_scenarios(),
        trainee=trainee,
        seeds=seeds or (5 if text_only else 1),
        text_only=text_only,
        trace=trace,
        as_json=as_json,
    )
    if not rehearse_all(asked):
        raise click.exceptions.Exit(5)

"""`hotseat talk`: take a call by typing, on the real engine."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from pydantic import Field

from simulator.cli import options
from simulator.cli.completion import scenarios
from simulator.cli.live.call import show_result
from simulator.session.after_call import CallOutput, review_call

if TYPE_CHECKING:
    from simulator.events import Event
    from simulator.session.typed import TypedCall


class TalkOutput(CallOutput):
    """`hotseat talk --json`: the call as `hotseat call --json`, and every turn with its reading."""

    turns: list[dict[str, Any]] = Field(default=[])


@click.command()
@click.argument("scenario", shell_complete=scenarios)
@click.option("--seed", type=click.IntRange(0), help="Fix every choice the customer makes.")
@click.option("--out", type=click.Path(path_type=Path), help="Keep the call here instead of in your own data folder.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document at the end.")
def command(scenario: str, seed: int | None, out: Path | None, as_json: bool) -> int:
    """Take the call of SCENARIO by typing: each line is a turn of yours.

    "~7" stays silent for 7 seconds; "!1.5 words" speaks 1.5 seconds into the customer's next line, and "words !1.5 more
    words" into their answer to your words. The end of input hangs up. The call is scored without your voice, marked as
    typed, and certifies nobody.
    """
    from simulator.customer.scenario import load_scenario
    from simulator.session.typed import compose_typed

    call = compose_typed(load_scenario(scenario), _next_line(quiet=as_json), seed=seed, out=out)
    if not as_json:
        click.echo(f"Call      {call.scenario.title}. You are {call.scenario.company}. Greet the caller.")
    ending = call.run(lambda event: None if as_json else _print(event))
    found = review_call(call, options.note, filed=False, database=None)
    if as_json:
        click.echo(TalkOutput(**found.model_dump(by_alias=True), turns=_turns(call)).to_json())
    else:
        show_result(found)
    if call.recorder.moved:
        options.note(call.recorder.moved)
    return 130 if ending.stopped else 0


def _next_line(*, quiet: bool) -> Any:
    asks = sys.stdin.isatty() and not quiet

    def read() -> str | None:
        if asks:
            click.echo("You       ", nl=False)
        line = sys.stdin.readline()
        return line if line else None

    return read


def _print(event: Event) -> None:
    from simulator.events import HoldStarted, LineEnded

    if isinstance(event, LineEnded):
        click.echo(f"Customer  {event.said}" + ("" if event.completed else " ..."))
    elif isinstance(event, HoldStarted):
        click.echo("          (on hold)")


def _turns(call: TypedCall) -> list[dict[str, Any]]:
    return [
        {"text": turn.text, "reading": dataclasses.asdict(turn.reading), "customer": turn.customer}
        for turn in call.turns
    ]

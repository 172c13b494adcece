"""`hotseat check`: try the headset before a call."""

from __future__ import annotations

import json

import click

from simulator.cli.live.models import measure_models
from simulator.cli.live.waiting import Countdown
from simulator.headset.device import open_device
from simulator.headset.preflight import TITLES, Preflight, remember, run_preflight
from simulator.speech.models import english_vosk, list_whisper


@click.command("check")
@click.option("--device", metavar="NAME_OR_NUMBER", help="Another headset than the remembered one.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(device: str | None, as_json: bool) -> int:
    """Try the headset for ten seconds: noise, leak, delay, then your voice; numbers and plain advice.

    A certification call starts only with a headset that passed within the last 24 hours, unless an instructor
    lets it (`hotseat call --override-check NAME`), which is recorded. Exit code 5 if the check fails.
    """
    headset = open_device(device)
    try:
        click.echo(f"Checking {headset.name} ({headset.rate_hz} Hz).", err=True)
        with Countdown() as countdown:
            found = run_preflight(headset, countdown.tell, countdown.left)
    finally:
        headset.close()
    remember(found)
    if max(len(english_vosk()), len(list_whisper())) > 1:  # with one model there is nothing to choose
        measure_models(again=False)
    if as_json:
        click.echo(json.dumps(found.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=1))
    else:
        _show(found)
    return 0 if found.passed else 5


def _show(found: Preflight) -> None:
    for finding in found.findings:
        mark = "ok  " if finding.passed else "FAIL"
        click.echo(f"{mark}  {TITLES[finding.name]:<34} {finding.text:<14} (allowed: {finding.allowed})")
        for text in (finding.reason, finding.advice):
            if text:
                click.echo(f"      {text}")
    click.echo("The headset is ready." if found.passed else "The headset is not ready for a certification call.")

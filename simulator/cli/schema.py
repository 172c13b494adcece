"""`hotseat schema NAME`: the JSON Schema of an output, or of a file an author writes."""

from __future__ import annotations

import importlib
import json

import click
from pydantic import BaseModel

from simulator.contract import OUTPUTS
from simulator.errors import InputError

ELSEWHERE = {
    "call-folder": ("simulator.recording.manifest", "Manifest"),
    "call-transcript": ("simulator.recording.transcript", "Transcript"),
    "check": ("simulator.headset.preflight", "Preflight"),
    "devices": ("simulator.cli.devices", "DevicesOutput"),
    "recover": ("simulator.cli.recover", "RecoverOutput"),
    "voices": ("simulator.cli.voices", "VoicesOutput"),
    "say": ("simulator.cli.voices", "SayOutput"),
    "people": ("simulator.records.shapes", "PeopleOutput"),
    "teams": ("simulator.records.shapes", "TeamsOutput"),
    "records": ("simulator.records.shapes", "FiledCallsOutput"),
    "sync": ("simulator.records.shapes", "SyncOutput"),
    "review": ("simulator.contract_reviews", "ReviewOutput"),
    "agreement": ("simulator.contract_reviews", "AgreementOutput"),
    "retention": ("simulator.records.retention", "Retention"),
    "forms": ("simulator.records.shapes", "FormsOutput"),
    "form-check": ("simulator.records.shapes", "EqualityOutput"),
    "certification": ("simulator.records.shapes", "CertificationOutput"),
    "form": ("simulator.records.forms", "Form"),
    "policy": ("simulator.records.forms", "Policy"),
    "log": ("simulator.records.shapes", "LogOutput"),
    "head": ("simulator.records.heads", "SignedHead"),
    "scenario": ("simulator.customer.scenario", "Scenario"),
    "trainee": ("simulator.headset.script", "TraineeScript"),
    "rubric": ("simulator.scoring.rubric", "Rubric"),
    "voice": ("simulator.speech.profiles", "VoiceProfile"),
}
"""Outputs defined where they are made, and data files, with a published schema: name, module, model."""


@click.command()
@click.argument("name", required=False)
def command(name: str | None) -> None:
    """Print the JSON Schema of NAME, so that programs can check and editors can complete; without NAME, the names."""
    names = [*OUTPUTS, *ELSEWHERE]
    if name is None:
        click.echo("\n".join(names))
        return
    if name not in names:
        raise InputError(f"no schema named {name!r}; choose one of: {', '.join(names)}")
    model: type[BaseModel]
    if name in OUTPUTS:
        model = OUTPUTS[name]
    else:
        module, attribute = ELSEWHERE[name]
        model = getattr(importlib.import_module(module), attribute)
    click.echo(json.dumps(model.model_json_schema(by_alias=True), indent=2, ensure_ascii=False))

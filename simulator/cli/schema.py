"""`hotseat schema NAME`: the JSON Schema of an output, or of a file an author writes."""

from __future__ import annotations

import importlib
import json

import click
from pydantic import BaseModel

from simulator.errors import InputError

SCHEMAS: dict[str, str] = {
    # what the commands print and write
    "call": "simulator.session.after_call:CallOutput",
    "score": "simulator.scoring.document:ScoreOutput",
    "measure": "simulator.cues.contract:MeasureOutput",
    "transcript": "simulator.speech.recognition.transcribing:TranscriptOutput",
    "acts": "simulator.cli.text.acts:ActsOutput",
    "scenarios": "simulator.cli.authoring.scenarios:ScenariosOutput",
    "rehearsal": "simulator.session.rehearsal:RehearsalOutput",
    "rubrics": "simulator.cli.authoring.rubrics:RubricsOutput",
    "verify": "simulator.records.certificates.document:VerifyOutput",
    "bench": "simulator.lab.bench:BenchOutput",
    "withdrawn": "simulator.records.certificates.withdrawing:WithdrawnOutput",
    "certificate": "simulator.records.certificates.document:CertificateOutput",
    "rescore": "simulator.records.rescoring.document:RescoreOutput",
    "call-folder": "simulator.recording.manifest:Manifest",
    "call-transcript": "simulator.recording.transcript:Transcript",
    "check": "simulator.headset.preflight:Preflight",
    "devices": "simulator.cli.live.devices:DevicesOutput",
    "recover": "simulator.cli.look.recover:RecoverOutput",
    "voices": "simulator.cli.live.voices:VoicesOutput",
    "say": "simulator.cli.live.voices:SayOutput",
    "voice-pack": "simulator.speech.natural.voice_pack:PackIndex",
    "prepared": "simulator.cli.live.voices:PreparedOutput",
    "people": "simulator.records.shapes:PeopleOutput",
    "teams": "simulator.records.shapes:TeamsOutput",
    "roster": "simulator.records.shapes:RosterOutput",
    "assignments": "simulator.records.shapes:AssignmentsOutput",
    "records": "simulator.records.shapes:FiledCallsOutput",
    "sync": "simulator.records.shapes:SyncOutput",
    "review": "simulator.report.reviews:ReviewOutput",
    "agreement": "simulator.report.reviews:AgreementOutput",
    "retention": "simulator.records.retention:Retention",
    "forms": "simulator.records.shapes:FormsOutput",
    "form-check": "simulator.records.shapes:EqualityOutput",
    "certification": "simulator.records.shapes:CertificationOutput",
    "certified": "simulator.records.shapes:CertifiedOutput",
    "form": "simulator.records.forms:Form",
    "policy": "simulator.records.forms:Policy",
    "log": "simulator.records.shapes:LogOutput",
    "head": "simulator.records.sealing.heads:SignedHead",
    # what an author writes
    "scenario": "simulator.customer.scenario:Scenario",
    "trainee": "simulator.headset.script:TraineeScript",
    "rubric": "simulator.scoring.rubric:Rubric",
    "voice": "simulator.speech.profiles:VoiceProfile",
}
"""Every document with a published schema: its name, and the module and name of its model."""


@click.command()
@click.argument("name", required=False)
def command(name: str | None) -> None:
    """Print the JSON Schema of NAME, so that programs can check and editors can complete; without NAME, the names."""
    if name is None:
        click.echo("\n".join(SCHEMAS))
        return
    click.echo(json.dumps(model_of(name).model_json_schema(by_alias=True), indent=2, ensure_ascii=False))


def model_of(name: str) -> type[BaseModel]:
    """Return the model of a document.

    Raises
    ------
    InputError
        If no document is called so.
    """
    if name not in SCHEMAS:
        raise InputError(f"no schema named {name!r}; choose one of: {', '.join(SCHEMAS)}")
    module, _, model = SCHEMAS[name].partition(":")
    found: type[BaseModel] = getattr(importlib.import_module(module), model)
    return found

"""A real call to attack: sound, engine, recognizer and log, as a person at a headset would have left it."""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from simulator.clock import from_ms, to_ms
from simulator.errors import ModelError
from simulator.recording.folder import CallFolder
from simulator.recording.log import write_log
from simulator.recording.manifest import write_manifest
from simulator.recording.riff import header
from simulator.recording.track import TRACKS
from simulator.records.attempts import Identity, start_attempt
from simulator.records.database.opening import Records, Session, open_records
from simulator.records.database.tables import Call, Person
from simulator.records.filing import file_call
from simulator.records.forms import Form, load_policy
from simulator.records.staff.people import add_person
from simulator.report.page import write_report
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from simulator.session.compose import Wanted, compose
from simulator.speech.recognition.recognizers import open_recognizer
from tests.records.conftest import PREFLIGHT, data, records, scored_call, seal_as_taken, silent_passed_call  # noqa: F401

SCENARIO = "missing-sofa"
HEADSET = "a headset"


@pytest.fixture(scope="session")
def recognizer():
    try:
        return open_recognizer(notify=print)
    except ModelError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def taken(tmp_path_factory, recognizer) -> Path:
    """A certification call that passes. A recorded trainee takes it, and call.json then says that a person did."""
    wanted = Wanted(
        scenario=SCENARIO, trainee="good", seed=4, mode="certification", out=tmp_path_factory.mktemp("taken")
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOTSEAT_DATA", str(tmp_path_factory.mktemp("home")))
        try:
            composed = compose(wanted, print, recognizer=recognizer)
        except ModelError as error:
            pytest.skip(str(error))
        composed.run()
    path = composed.recorder.path
    edit(path, trainee="headset", person="Dana", preflight=PREFLIGHT)
    folder = CallFolder.open(path)
    write_report(folder, score_folder(folder, load_rubric("certification")))
    return path


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Path:
    """A shorter call that passes, of made sound: for all that does not decode it again."""
    return scored_call(tmp_path_factory.mktemp("made"), person="Dana").path


@pytest.fixture
def call(request, tmp_path) -> Path:
    """A copy of one of them, to spoil: of `made` unless a test asks for `taken`."""
    whole = request.getfixturevalue(getattr(request, "param", "made"))
    return Path(shutil.copytree(whole, tmp_path / "calls" / whole.name))


@pytest.fixture(scope="session")
def minute(taken, tmp_path_factory) -> Path:
    """Its first minute: enough to attack a recording alone, and decoded again in a third of the time."""
    path, stop = Path(shutil.copytree(taken, tmp_path_factory.mktemp("minute") / taken.name)), from_ms(60_000)
    folder = CallFolder.open(path)
    for name, samples in zip(TRACKS, (folder.trainee(), folder.customer()), strict=True):
        put_track(path / name, samples[:stop])
    write_log(path, [event for event in folder.events() if event.at < stop])
    write_manifest(path, folder.manifest.changed(duration_ms=to_ms(stop)))
    return path


@dataclass
class Lab:
    """Records in which Dana has an open attempt with a form of one scenario."""

    records: Records
    where: str

    def file(self, path: Path, *, sealed: bool = True) -> Call:
        """File a folder, sealed first as if it had just been taken."""
        with self.records.writing() as session:
            if sealed:
                seal_as_taken(session, path)
            return file_call(session, path)


@pytest.fixture
def lab(tmp_path, call):
    where = str(tmp_path / "lab.db")
    started = CallFolder.open(call).manifest.started
    form = Form(id="x", version="1", title="X", scenarios=(SCENARIO,))
    form._sha256 = "f" * 64
    with open_records(where) as opened:
        with opened.writing() as session:
            dana = add_person(session, "Dana")
            add_person(session, "Inez", role="instructor")
            begun = datetime.fromisoformat(started) - timedelta(minutes=1)
            start_attempt(session, dana, load_policy(), form, Identity(how="staff card", by="Inez"), at=begun)
        yield Lab(opened, where)


def edit(path: Path, **changes) -> None:
    """Change call.json by hand."""
    content = json.loads((path / "call.json").read_text("utf-8"))
    (path / "call.json").write_text(json.dumps(content | changes, ensure_ascii=False, indent=1) + "\n", "utf-8")


def put_track(path: Path, samples) -> None:
    """Put another recording in place of a track."""
    path.write_bytes(header(len(samples)) + samples.astype("<i2").tobytes())


def attempt_of(session: Session, name: str = "Dana"):
    from sqlalchemy import select

    from simulator.records.attempts import attempts_of, state_of

    person = session.scalar(select(Person).where(Person.name == name))
    return state_of(session, attempts_of(session, person)[-1])

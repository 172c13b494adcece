"""Issue 13, items 2 and 4: what `hotseat certify` signs, files and withdraws; the whole way, with a real call."""

import json
import shutil

import numpy as np
import pytest
from sqlalchemy import select

from simulator.errors import InputError
from simulator.recording.folder import CallFolder
from simulator.records.certificates.document import CertificateOutput, RereadCall, VerifyOutput
from simulator.records.certificates.issuing import NAME, file_bytes, issue
from simulator.records.certificates.keys import KeyRing, public_pem
from simulator.records.certificates.verifying import verify
from simulator.records.certificates.withdrawing import own_list
from simulator.records.database.opening import open_records
from simulator.records.database.tables import Certificate
from simulator.records.filing import file_call, sync
from simulator.session import certifying
from simulator.session.certifying import Asked, certify
from simulator.session.recording_check import Agreement
from tests.command_line import run
from tests.records.attacks.conftest import attempt_of, edit, put_track
from tests.records.conftest import scored_call, seal_as_taken

pytestmark = pytest.mark.device
AGREES = Agreement(events=1.0, words=1.0, customer=1.0)


@pytest.fixture
def checked_before(monkeypatch):
    """Take for granted that the recording is the log's, which the whole way below and the test beside this check."""
    monkeypatch.setattr(certifying, "check_recording", lambda folder, notify: AGREES)


def ask(path, lab, person="Dana", review_model=None):
    asked = Asked(person=person, months=None, path=path / NAME, review_model=review_model)
    return certify(CallFolder.open(path), asked, database=lab.where, notify=print)


@pytest.mark.parametrize("call", ["taken"], indirect=True)
def test_the_whole_way(call, lab, data, tmp_path):
    """A sealed call of an attempt is taken again, certified by the command, verified, withdrawn, certified anew."""
    lab.file(call)
    (call / "report.html").write_text("<p>I passed with 100 of 100.</p>", "utf-8")
    told = run("certify", call, "--person", "Dana", "--database", lab.where, "--review-model", "tiny.en")
    assert "Seal         same-account" in told
    assert (call / "certificate.pdf").read_bytes().startswith(b"%PDF-")
    assert "I passed with 100" not in (call / "report.html").read_text("utf-8")
    made = CertificateOutput.model_validate_json((call / NAME).read_bytes())
    assert (made.reread.model, made.reread.verdict) == ("tiny.en", "pass")
    assert (made.seal.strength, made.seal.person, made.records.attempt.form) == ("same-account", "Dana", "x")
    found = VerifyOutput.model_validate_json(run("verify", call / NAME, "--json"))
    assert (found.valid, found.files, found.seal, found.attempt, found.withdrawn) == (
        True,
        8,
        "same-account",
        "x",
        False,
    )
    told = run("verify", call / NAME)
    for line in ("Seal      weak", f"Headset   {made.call.device}", "Check     passed", "Attempt   form x"):
        assert line in told
    with pytest.raises(InputError, match="exists already"):
        run("certify", call, "--person", "Dana", "--database", lab.where)
    withdraw = ("certification", "withdraw", call / NAME, "--reason", "The name was wrong.", "--database", lab.where)
    with pytest.raises(InputError, match="is a trainee"):
        run(*withdraw, "--by", "Dana")
    run(*withdraw, "--by", "Inez")
    assert "it was withdrawn on" in run("verify", call / NAME, code=5)
    with pytest.raises(InputError, match="withdrawn already"):
        run(*withdraw, "--by", "Inez")
    elsewhere(call, tmp_path, data)
    with lab.records.reading() as session:
        row = session.scalars(select(Certificate)).one()
        assert (row.withdrawn_why, row.withdrawn is None) == ("The name was wrong.", False)
        assert attempt_of(session).result == "passed"


def elsewhere(call, tmp_path, data):
    """Whoever has the public key and the list finds the withdrawal; a forged list is refused."""
    key, given = tmp_path / "public.pem", tmp_path / "withdrawn.json"
    key.write_bytes(public_pem(KeyRing().signing_key().public_key()))
    run("keys", "withdrawn", "-o", given)
    shutil.move(data, tmp_path / "aside")
    assert verify(call / NAME, key=key).valid
    assert verify(call / NAME, key=key, withdrawn=given).withdrawn
    given.write_text(json.dumps(json.loads(given.read_text("utf-8")) | {"certificates": []}), "utf-8")
    with pytest.raises(InputError, match="was changed, or is forged"):
        verify(call / NAME, key=key, withdrawn=given)
    shutil.move(tmp_path / "aside", data)
    own_list().write_bytes(given.read_bytes())
    with pytest.raises(InputError, match="was changed, or is forged"):
        verify(call / NAME)


@pytest.mark.usefixtures("checked_before")
def test_a_call_that_fails_by_the_larger_models_words_waits_for_a_person(call, lab, monkeypatch, recognizer):
    """This call's made track holds no words, so its verdict is given; the whole way above hears real ones."""
    found = RereadCall(recognizer="whisper", model="tiny.en", model_sha256="0" * 64, total=41.0, verdict="fail")
    monkeypatch.setattr(certifying, "judge_again", lambda *given: found)
    lab.file(call)
    with pytest.raises(InputError, match=r"words that tiny\.en hears, .* does not pass: fail, 41\.0 of 100; see"):
        ask(call, lab, review_model=recognizer.model)
    assert not (call / NAME).exists()


@pytest.mark.usefixtures("checked_before")
@pytest.mark.parametrize("name", ["trainee.wav", "score.json"])
def test_a_file_that_is_swapped_while_it_is_judged_is_not_certified(call, lab, monkeypatch, name):
    """What is judged and signed is a copy; the folder must be the same as the copy at the end."""
    lab.file(call)
    real = certifying.judge_folder

    def swap(folder, rubric):
        found = real(folder, rubric)
        path = call / name
        path.write_bytes(path.read_bytes()[:-1] + b"\x01")
        return found

    monkeypatch.setattr(certifying, "judge_folder", swap)
    with pytest.raises(InputError, match="was changed while it was judged"):
        ask(call, lab)
    assert not (call / NAME).exists()


@pytest.mark.usefixtures("checked_before")
def test_a_file_that_is_swapped_in_and_out_again_changes_nothing(call, lab, monkeypatch):
    lab.file(call)
    track, real = (call / "trainee.wav").read_bytes(), certifying.judge_folder

    def swap(folder, rubric):
        put_track(call / "trainee.wav", np.zeros(10_000, np.int16))
        try:
            return real(folder, rubric)
        finally:
            (call / "trainee.wav").write_bytes(track)

    before = json.loads((call / "score.json").read_text("utf-8"))["total"]
    monkeypatch.setattr(certifying, "judge_folder", swap)
    assert ask(call, lab).score.total == before


@pytest.mark.parametrize(
    ("manifest", "why"),
    [
        ({"trainee": "recorded"}, "a recorded trainee took it"),
        ({"trainee": "typed"}, "it was typed"),
        ({"trainee": ""}, "does not say that a person at a headset took it"),
        ({"trainee": "recorded", "overridden_by": "Inez"}, "a recorded trainee took it"),
    ],
)
def test_only_a_person_at_a_headset_is_certified(call, lab, manifest, why):
    edit(call, **manifest)
    lab.file(call)
    with pytest.raises(InputError, match=why):
        ask(call, lab)


def test_a_silent_call_is_not_certified(lab, tmp_path):
    silent = scored_call(tmp_path / "calls", typed=True, person="Dana")
    with lab.records.writing() as session:
        seal_as_taken(session, silent.path)
    with pytest.raises(InputError, match="nobody is heard on one of its tracks"):
        issue(CallFolder.open(silent.path), "Dana", KeyRing().signing_key)


def test_other_records_do_not_get_round_the_attempt(call, lab, tmp_path):
    lab.file(call)
    with pytest.raises(InputError, match="there are no records in"):
        run("certify", call, "--person", "Dana", "--database", tmp_path / "nowhere.db")
    with open_records(str(tmp_path / "empty.db")):
        pass
    with pytest.raises(InputError, match="not sealed in these records"):
        run("certify", call, "--person", "Dana", "--database", tmp_path / "empty.db")
    with pytest.raises(InputError, match="says that Dana took this call"):
        run("certify", call, "--person", "Eve", "--database", lab.where)


@pytest.mark.usefixtures("checked_before")
def test_one_seal_one_certificate(call, lab):
    """Nobody was named before this call: it counts in no attempt, and not twice."""
    edit(call, person="")
    with lab.records.writing() as session:
        seal_as_taken(session, call)
    made = ask(call, lab, person="Eve")
    assert (made.records, made.seal.person) == (None, "")
    assert "Attempt   no attempt" in run("verify", call / NAME)
    (call / NAME).unlink()
    with pytest.raises(InputError, match="has a certificate already"):
        ask(call, lab, person="Ada")


@pytest.mark.parametrize("kind", ["unsigned", "another key", "another call", "no certificate"])
def test_a_certificate_that_is_not_right_is_never_filed(call, lab, data, tmp_path, kind):
    with lab.records.writing() as session:
        seal_as_taken(session, call)
    made = issue(CallFolder.open(call), "Dana", KeyRing().signing_key)
    if kind == "unsigned":
        made = made.model_copy(update={"signature": "0" * 128})
    (call / NAME).write_bytes(b"{}" if kind == "no certificate" else file_bytes(made))
    if kind == "another key":
        shutil.rmtree(data / "keys")
    if kind == "another call":
        (call / "score.json").write_bytes((call / "score.json").read_bytes() + b" ")
    done = sync(lab.records, call.parent)
    assert done.filed == [call.name], "a bad certificate does not keep its call out of the records"
    assert done.left[0].startswith(f"the certificate of {call.name}: ")
    with lab.records.writing() as session:
        file_call(session, call)
        assert session.scalars(select(Certificate)).all() == []

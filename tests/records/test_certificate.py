import hashlib
import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from simulator.errors import InputError
from simulator.recording.folder import CallFolder
from simulator.records.certificates.document import CertificateOutput
from simulator.records.certificates.issuing import file_bytes, issue, months_after
from simulator.records.certificates.keys import KeyRing
from simulator.records.certificates.page import render_page
from simulator.records.sealing.canonical import COVERED, canonical
from tests.command_line import root
from tests.records.conftest import scored_call
from tests.scoring.made_call import MadeCall, bad_call, good_call

pytestmark = pytest.mark.unit


def cut_off() -> MadeCall:
    call = good_call()
    call.events.pop()
    return call.end("incomplete")


def test_a_certificate_says_what_the_verdict_rests_on(call):
    made = issue(call, "Dana Łukasz", KeyRing().signing_key, months=3, now=datetime(2026, 11, 30, 9, tzinfo=UTC))
    assert (made.person, made.issued, made.expires) == ("Dana Łukasz", "2026-11-30T09:00:00Z", "2027-02-28T09:00:00Z")
    score = json.loads((call.path / "score.json").read_text(encoding="utf-8"))
    assert made.score.total == score["total"]
    assert made.score.rubric.sha256 == score["rubric"]["sha256"]
    assert made.call.preflight_passed is True
    assert tuple(made.files) == COVERED


def test_another_program_can_check_the_signature_from_the_documentation(certificate):
    page = Path(__file__).parent.parent.parent / "docs" / "certificates.md"
    code = page.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    key = certificate.parent / "public.pem"
    assert CliRunner().invoke(root, ["keys", "export", "-o", str(key)]).exit_code == 0
    done = subprocess.run([sys.executable, "-c", code, str(certificate), str(key)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "good\n"), done.stderr
    certificate.write_bytes(certificate.read_bytes().replace(b"Dana", b"Dena"))
    done = subprocess.run([sys.executable, "-c", code, str(certificate), str(key)], capture_output=True, text=True)
    assert "InvalidSignature" in done.stderr


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"mode": "practice"}, "practice call"),
        ({"preflight": None}, "passed no check"),
        ({"preflight": {"passed": False}}, "passed no check"),
        ({"rubric": "practice"}, "scored by the rubric practice"),
        ({"call": bad_call()}, "did not pass"),
        ({"call": cut_off()}, "cut off before its end"),
    ],
)
def test_what_cannot_be_certified_is_refused_with_the_reason(tmp_path, data, change, why):
    folder = scored_call(tmp_path / "calls", **change)
    with pytest.raises(InputError, match=why):
        issue(folder, "Dana", KeyRing().signing_key)
    assert not data.exists(), "a refusal makes no key"


def test_an_instructor_can_answer_for_a_call_without_a_check(tmp_path):
    folder = scored_call(tmp_path / "calls", preflight=None, overridden_by="Inez Muster")
    assert issue(folder, "Dana", KeyRing().signing_key).call.overridden_by == "Inez Muster"


@pytest.mark.parametrize("name", ["score.json", "cues.json", "transcript.json"])
def test_a_doctored_score_is_found_before_it_is_signed(call, name):
    path = call.path / name
    path.write_text(path.read_text(encoding="utf-8").replace("1", "2", 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"hotseat score"):
        issue(call, "Dana", KeyRing().signing_key)


def test_a_practice_call_relabelled_is_found(tmp_path):
    folder = scored_call(tmp_path / "calls", mode="practice")
    path = folder.path / "call.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"practice"', '"certification"'), encoding="utf-8")
    with pytest.raises(InputError, match="do not agree"):
        issue(CallFolder.open(folder.path), "Dana", KeyRing().signing_key)


@pytest.mark.parametrize("person", ["", "  ", " Dana", "Dana\n", "D" * 201, "\u202edana"])
def test_a_name_must_be_printable(call, person):
    with pytest.raises(InputError, match="no name for a certificate"):
        issue(call, person, KeyRing().signing_key)


def test_months_end_where_the_calendar_ends_them():
    leap = datetime(2028, 2, 29, tzinfo=UTC)
    assert months_after(leap, 12) == datetime(2029, 2, 28, tzinfo=UTC)
    assert months_after(leap, 48) == datetime(2032, 2, 29, tzinfo=UTC)
    assert months_after(datetime(2026, 12, 31, tzinfo=UTC), 2) == datetime(2027, 2, 28, tzinfo=UTC)


def test_canonical_json_has_one_form():
    assert canonical({"b": 1, "a": {"z": 1.0, "y": "ß"}}) == canonical({"a": {"y": "ß", "z": 1.0}, "b": 1})
    with pytest.raises(ValueError, match="Out of range"):
        canonical({"a": float("nan")})


def test_the_page_is_one_page_and_the_same_each_time(certificate):
    made = CertificateOutput.model_validate_json(certificate.read_bytes())
    named = made.model_copy(update={"person": "Dana $x_ <b> \u674e Łukasz " + "W" * 150})
    page = render_page(named)
    assert page == render_page(named)
    assert page != render_page(made)
    (only,) = PdfReader(io.BytesIO(page)).pages
    shown = "".join(only.extract_text().split())
    facts = [made.id, made.key, made.issued, made.expires, made.call.id, made.call.device, *COVERED]
    facts += ["Dana $x_ <b>", "Łukasz", "W" * 150, f"passed with {made.score.total:.1f} of 100"]
    facts += [hashlib.sha256(file_bytes(named)).hexdigest(), "hotseat verify certificate.json --key PUBLIC.pem"]
    assert [fact for fact in facts if "".join(fact.split()) not in shown] == []

import json
import random
import re
import shutil
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.records.certificates.document import CertificateOutput, VerifyOutput
from simulator.records.certificates.issuing import file_bytes, signed_bytes
from simulator.records.certificates.keys import KeyRing, public_pem
from simulator.records.certificates.verifying import verify
from simulator.records.sealing.canonical import COVERED
from tests.command_line import root

pytestmark = pytest.mark.unit
SOON = datetime(2100, 1, 1, tzinfo=UTC)


def resigned(certificate, **changes) -> bytes:
    """Return the file of a certificate with other values, signed again by the right key."""
    old = CertificateOutput.model_validate_json(certificate.read_bytes()).model_copy(update=changes)
    return file_bytes(old.model_copy(update={"signature": KeyRing().signing_key().sign(signed_bytes(old)).hex()}))


def test_an_untouched_certificate_is_valid_with_its_call_and_without(certificate, tmp_path):
    assert verify(certificate).files_checked == len(COVERED)
    alone = tmp_path / "alone.json"
    shutil.copy(certificate, alone)
    assert not verify(alone).valid
    assert "no file of its call was there to check" in verify(alone).reason
    assert verify(alone, call=certificate.parent).files_checked == len(COVERED)
    beside = certificate.parent.parent / "certificate.json"
    shutil.copy(certificate, beside)
    assert verify(beside).files_checked == len(COVERED)


def test_500_random_changes_of_a_byte_are_all_found(certificate):
    rng = random.Random(7)
    files = [certificate, *(certificate.parent / name for name in COVERED)]
    missed = []
    for _ in range(500):
        path = rng.choice(files)
        at = rng.randrange(path.stat().st_size)
        with path.open("r+b") as file:
            file.seek(at)
            before = file.read(1)
            after = bytes([rng.choice([value for value in range(256) if value != before[0]])])
            file.seek(at)
            file.write(after)
        if verify(certificate).valid:
            missed.append((path.name, at, before, after))
        with path.open("r+b") as file:
            file.seek(at)
            file.write(before)
    assert missed == []
    assert verify(certificate).valid, "the test has put everything back"


def test_every_byte_of_the_certificate_counts(certificate, tmp_path):
    whole = certificate.read_bytes()
    other = tmp_path / "other.json"
    white = {ord(" "): ord("\n"), ord("\n"): ord(" ")}
    for at, byte in enumerate(whole):
        changed = white.get(byte, byte ^ 0x20)  # other white space, the other case
        other.write_bytes(whole[:at] + bytes([changed]) + whole[at + 1 :])
        assert not verify(other).valid, at


@pytest.mark.parametrize("name", COVERED)
def test_a_file_that_is_gone_longer_or_shorter_is_found(certificate, name):
    path = certificate.parent / name
    content = path.read_bytes()
    for changed in (content + b"\n", content[:-1], b""):
        path.write_bytes(changed)
        assert name in verify(certificate).reason
        assert not verify(certificate).valid
    path.unlink()
    assert not verify(certificate).valid


def test_it_expires_and_cannot_come_from_the_future(certificate):
    assert "expired" in verify(certificate, now=SOON).reason
    assert "still to come" in verify(certificate, now=datetime(2001, 1, 1, tzinfo=UTC)).reason


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"expires": "2099-13-45T00:00:00Z"}, "no dates"),
        ({"expires": "2001-01-01T00:00:00Z"}, "expired"),
        ({"files": {}}, "does not cover"),
        ({"files": dict.fromkeys(("../../etc/passwd", *COVERED[1:]), "0" * 64)}, "does not cover"),
    ],
)
def test_a_good_signature_does_not_make_up_for_bad_content(certificate, changes, why):
    certificate.write_bytes(resigned(certificate, **changes))
    found = verify(certificate)
    assert not found.valid
    assert why in found.reason


def test_only_trusted_keys_count(certificate, tmp_path, monkeypatch):
    key = tmp_path / "public.pem"
    key.write_bytes(public_pem(KeyRing().signing_key().public_key()))
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path / "elsewhere"))
    assert "not known here" in verify(certificate).reason
    assert not (tmp_path / "elsewhere").exists(), "checking makes no key"
    assert verify(certificate, key=key).valid
    own = tmp_path / "own.pem"
    own.write_bytes(public_pem(KeyRing().signing_key().public_key()))
    assert "the key given is" in verify(certificate, key=own).reason
    forged = tmp_path / "forged.json"
    forged.write_bytes(resigned(certificate))  # names the right key, signed by another
    assert "does not fit" in verify(forged, key=key).reason


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 10_000,
        b'{"schema": "hotseat.certificate/1"}',
        b'{"schema": "hotseat.certificate/1", "person": "\\ud800"}',
        b" " * 2_000_000,
        b"\x00" * 100,
        b"NaN",
    ],
)
def test_what_is_no_certificate_is_not_valid_and_no_traceback(tmp_path, content):
    path = tmp_path / "certificate.json"
    path.write_bytes(content)
    done = CliRunner().invoke(root, ["verify", str(path), "--json"], standalone_mode=False, catch_exceptions=False)
    found = VerifyOutput.model_validate_json(done.stdout)
    assert (found.valid, done.return_value) == (False, 5)
    assert len(found.reason) < 500


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(
    max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(draw=st.data())
def test_a_wrong_type_anywhere_is_not_valid(certificate, tmp_path, draw):
    whole = json.loads(certificate.read_bytes())
    before = json.dumps(whole)
    part = whole
    while True:
        key = draw.draw(st.sampled_from(sorted(part)))
        if not isinstance(part[key], dict) or draw.draw(st.booleans()):
            break
        part = part[key]
    part[key] = draw.draw(values)
    other = tmp_path / "other.json"
    other.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", errors="surrogatepass")
    assert verify(other).valid == (json.dumps(whole) == before)


def test_a_certificate_cut_short_anywhere_is_not_valid(certificate, tmp_path):
    whole = certificate.read_bytes()
    other = tmp_path / "other.json"
    for length in (*range(0, len(whole), 7), len(whole) - 1):
        other.write_bytes(whole[:length])
        assert not verify(other).valid, length


def test_files_that_are_not_there_are_the_users_mistake(certificate, tmp_path):
    with pytest.raises(InputError, match="cannot read"):
        verify(tmp_path / "none.json")
    with pytest.raises(InputError, match="cannot read"):
        verify(tmp_path)
    with pytest.raises(InputError, match="no folder"):
        verify(certificate, call=tmp_path / "none")
    for content in (b"", b"no key", KeyRing()._private.read_bytes()):
        bad = tmp_path / "bad.pem"
        bad.write_bytes(content)
        with pytest.raises(InputError, match="no public key"):
            verify(certificate, key=bad)


def test_the_command_says_valid_or_not_and_why(certificate):
    ok = CliRunner().invoke(root, ["verify", str(certificate)], standalone_mode=False)
    assert ok.return_value == 0
    assert ok.stdout.startswith("Valid: signed by key ")
    (certificate.parent / "events.jsonl").write_bytes(b"")
    bad = CliRunner().invoke(root, ["verify", str(certificate)], standalone_mode=False)
    assert bad.return_value == 5
    assert "events.jsonl was changed" in bad.stdout


TRICKS = {
    "line ends of Windows": lambda text: text.replace("\n", "\r\n"),
    "a byte order mark": lambda text: "\ufeff" + text,
    "a key twice": lambda text: text.replace(' "person": "', ' "person": "Eve",\n "person": "', 1),
    "an escape for a letter": lambda text: text.replace('"Dana', '"\\u0044ana', 1),
    "a letter that looks the same": lambda text: text.replace('"Dana', '"D\u0430na', 1),
    "a letter in two parts": lambda text: text.replace('"Dana', '"Dan\u0061\u0301', 1),
    "a letter that is not seen": lambda text: text.replace('"Dana', '"Dana\u200b', 1),
    "another way to write a number": lambda text: re.sub(r'("total": \d+)\.(\d)', r"\1.\g<2>0", text, count=1),
    "a number with an exponent": lambda text: re.sub(r'("total": )(\d+\.\d)', r"\1\2e0", text, count=1),
    "a key that is not ours": lambda text: text.replace('{\n "schema"', '{\n "note": "",\n "schema"', 1),
    "keys in another order": lambda text: json.dumps(dict(reversed(json.loads(text).items())), indent=1) + "\n",
    "a second document": lambda text: text + "{}",
    "capital letters in a hash": lambda text: re.sub(r'("signature": ")(\w+)', lambda m: m[1] + m[2].upper(), text),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_no_trick_of_writing_gets_past(certificate, trick):
    before = certificate.read_text(encoding="utf-8")
    after = TRICKS[trick](before)
    assert after != before
    certificate.write_bytes(after.encode())
    assert not verify(certificate).valid


def test_a_link_is_not_followed_and_other_files_do_not_count(certificate, tmp_path):
    track = certificate.parent / "trainee.wav"
    elsewhere = tmp_path / "elsewhere.wav"
    shutil.copy(track, elsewhere)
    (certificate.parent / "notes.txt").write_text("mine", encoding="utf-8")
    assert verify(certificate).valid
    track.unlink()
    try:
        track.symlink_to(elsewhere)
    except OSError:
        pytest.skip("Windows lets only some users make links")
    assert not verify(certificate).valid
    assert "trainee.wav: it is a link" in verify(certificate).reason

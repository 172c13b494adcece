import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from simulator.errors import InputError
from simulator.records.certificates.keys import KeyRing, key_id, read_public
from simulator.records.certificates.verifying import verify
from tests.command_line import root

pytestmark = pytest.mark.unit


def test_a_key_is_made_once_on_first_use(data):
    assert KeyRing().active() is None
    assert not data.exists()
    first = key_id(KeyRing().signing_key().public_key())
    assert key_id(KeyRing().signing_key().public_key()) == first == KeyRing().active()
    assert list(KeyRing().known()) == [first]


def test_programs_that_start_together_make_one_key():
    with ThreadPoolExecutor(8) as pool:
        ids = {key_id(key.public_key()) for key in pool.map(lambda _: KeyRing().signing_key(), range(16))}
    assert len(ids) == 1
    assert len(KeyRing().known()) == 1


@pytest.mark.skipif(os.name != "posix", reason="Windows has no modes")
def test_keys_are_their_owners_only(data):
    KeyRing().signing_key()
    for path in (data / "keys").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    (data / "keys" / "signing.pem").chmod(0o644)
    with pytest.raises(InputError, match="chmod 600"):
        KeyRing().signing_key()


def test_after_rotation_old_certificates_are_still_valid(certificate):
    first = KeyRing().active()
    old, new = KeyRing().rotate()
    assert (old, KeyRing().active()) == (first, new)
    assert set(KeyRing().known()) == {old, new}
    assert verify(certificate).valid
    (KeyRing()._public / f"{old}.pem").unlink()
    assert not verify(certificate).valid


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_damaged_signing_key_is_named_and_can_be_replaced(content):
    ring = KeyRing()
    ring.signing_key()
    ring._private.write_bytes(content)
    with pytest.raises(InputError, match="is damaged"):
        ring.signing_key()
    assert ring.rotate()[0] is None
    ring.signing_key()


def test_a_key_of_another_kind_is_refused(tmp_path):
    key = generate_private_key(SECP256R1())
    path = tmp_path / "p.pem"
    path.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(InputError, match="no public key"):
        read_public(path)
    ring = KeyRing()
    ring.signing_key()
    ring._private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(InputError, match="is damaged"):
        ring.signing_key()


def test_a_public_key_under_another_ones_name_is_not_trusted(certificate):
    ring = KeyRing()
    old, new = ring.rotate()
    (ring._public / f"{old}.pem").write_bytes((ring._public / f"{new}.pem").read_bytes())
    assert "another key than its name says" in verify(certificate).reason


def test_the_command_shows_rotates_and_exports(tmp_path):
    run = CliRunner().invoke
    assert "No keys yet" in run(root, ["keys", "show"]).stdout
    printed = run(root, ["keys", "export"]).stdout
    assert printed.startswith("-----BEGIN PUBLIC KEY-----")
    first = KeyRing().active()
    assert f"Key {first} signs no more" in run(root, ["keys", "rotate"]).stdout
    shown = run(root, ["keys", "show"]).stdout.splitlines()
    assert len(shown) == 2
    assert sum("signs" in line for line in shown) == 1
    assert run(root, ["keys", "export", first, "-o", str(tmp_path / "old.pem")]).exit_code == 0
    assert key_id(read_public(tmp_path / "old.pem")) == first
    assert isinstance(run(root, ["keys", "export", "../signing"]).exception, InputError)

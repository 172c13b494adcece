"""The keys that sign certificates: one private key in use, and all public keys so far.

    keys/signing.pem          the private key, Ed25519, PKCS 8; its owner's only
    keys/public/KEY_ID.pem    public keys: the one in use and those before it

A key's id is the first half of the SHA-256 of its 32 raw bytes, in hex, so no other key can have the same id.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import filelock
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from simulator.errors import InputError
from simulator.private import FILE_MODE, home, make_folder, refusal, write_private
from simulator.records.sealing.canonical import read_small

LONGEST_PEM = 10_000
"""Bytes; a PEM of an Ed25519 key has about 120."""


class KeyRing:
    """The signing key and the known public keys of this user. No file is made until a key is needed.

    Parameters
    ----------
    folder : Path, optional
        Without it, `keys` in the user's data folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or home() / "keys"
        self._private = self._folder / "signing.pem"
        self._public = self._folder / "public"

    def signing_key(self) -> Ed25519PrivateKey:
        """Return the private key in use, made now if there is none yet.

        Raises
        ------
        InputError
            If it cannot be read or made, is damaged, or others can read it.
        """
        with self._locked():
            if not self._private.exists():
                return self._make()
            key = self._read()
            self._publish(key)
            return key

    def rotate(self) -> tuple[str | None, str]:
        """Make a new signing key in place of the old one; return the old id (None if there was none) and the new one.

        The old private key is deleted. Its public key stays known, so that what it signed can still be checked.
        """
        with self._locked():
            try:
                old = self._read() if self._private.exists() else None
            except InputError:
                old = None
            if old is not None:
                self._publish(old)
            return None if old is None else key_id(old.public_key()), key_id(self._make().public_key())

    def active(self) -> str | None:
        """Return the id of the key in use; None if none was made yet."""
        return key_id(self._read().public_key()) if self._private.exists() else None

    def known(self) -> dict[str, Path]:
        """Return the files of the known public keys, by id."""
        return {path.stem: path for path in sorted(self._public.glob("*.pem"))}

    def public(self, wanted: str) -> Ed25519PublicKey | None:
        """Return a known public key; None if there is none of that id.

        Raises
        ------
        InputError
            If the file of that name holds something else.
        """
        path = self.known().get(wanted)
        if path is None:
            return None
        key = read_public(path)
        if key_id(key) != wanted:
            raise InputError(f"{path} holds another key than its name says; restore it, or delete it")
        return key

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        make_folder(self._folder)
        lock = filelock.FileLock(self._folder / ".lock", mode=FILE_MODE)
        try:
            lock.acquire(timeout=10)
        except filelock.Timeout:
            raise InputError(f"the keys in {self._folder} are in use by another program; try again") from None
        except OSError as error:
            raise refusal("use the keys in", self._folder, error) from error
        try:
            yield
        finally:
            lock.release()

    def _make(self) -> Ed25519PrivateKey:
        key = Ed25519PrivateKey.generate()
        self._publish(key)
        write_private(self._private, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return key

    def _publish(self, key: Ed25519PrivateKey) -> None:
        path = make_folder(self._public) / f"{key_id(key.public_key())}.pem"
        if not path.exists():
            write_private(path, public_pem(key.public_key()))

    def _read(self) -> Ed25519PrivateKey:
        if os.name == "posix" and stat.S_IMODE(self._private.stat().st_mode) & 0o077:
            raise InputError(f"others can read the signing key: type chmod 600 {self._private}, or hotseat keys rotate")
        content = read_small(self._private, LONGEST_PEM, remedy="restore it, or type hotseat keys rotate")
        try:
            key = load_pem_private_key(content, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise InputError(f"{self._private} is damaged; restore it from a copy, or type hotseat keys rotate")
        return key


def key_id(key: Ed25519PublicKey) -> str:
    """Return the id of a public key: 32 hex digits."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:32]


def public_pem(key: Ed25519PublicKey) -> bytes:
    """Return a public key as PEM."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def read_public(path: Path) -> Ed25519PublicKey:
    """Return the public key in a PEM file.

    Raises
    ------
    InputError
        If it cannot be read, or holds no Ed25519 public key.
    """
    content = read_small(path, LONGEST_PEM, remedy="give a file that hotseat keys export wrote")
    try:
        key = load_pem_public_key(content)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise InputError(f"{path} holds no public key of certificates; give a file that hotseat keys export wrote")
    return key

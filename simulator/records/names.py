"""People's names: what may stand on a certificate, and how two are compared."""

from __future__ import annotations

import unicodedata

from simulator.errors import InputError


def check_person(person: str) -> None:
    """Raise InputError unless `person` can stand on a certificate: 1 to 200 printable characters."""
    if not person.strip() or person != person.strip() or len(person) > 200 or not person.isprintable():
        raise InputError(f"{person[:60]!r} is no name for a certificate: give 1 to 200 printable characters")


def key_of(name: str) -> str:
    """Return a name as it is compared: without capitals and doubled spaces.

    Examples
    --------
    >>> key_of("Dana  LUKASZ") == key_of("dana lukasz")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())

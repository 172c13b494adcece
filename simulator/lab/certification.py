"""Certification calls in the room: who may take which, and how strong the seal of a call taken here is.

Theory of operation
-------------------
The whole call is taken by this server: engine, seed, log, tracks and the seal's key are here, and a browser sends sound
and a few short messages. So a seal is as strong as the wall between whoever sits at the browser and this server's
account. Another machine is outside it. A browser on this machine runs under an account that the system knows from the
connection; where it cannot be told, the seal counts as weak.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import TypeAlias

from starlette.requests import HTTPConnection

from simulator.errors import InputError
from simulator.lab.room import Room, Visitor
from simulator.recording.call_seal import SealKeeper, Strength
from simulator.records.attempts import open_attempt
from simulator.records.database.opening import open_records
from simulator.records.sealing.call_seals import RecordsKeeper
from simulator.records.staff.people import find_person

Address: TypeAlias = tuple[str, int]
TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
"""Linux's own list of connections, with the account that each end on this machine belongs to (proc_net_tcp)."""
ADMINISTRATOR = 0
"""Its number on POSIX; it can read every key of the machine."""


def calls_due(room: Room, visitor: Visitor) -> tuple[str, ...]:
    """Return the scenarios that whoever is signed in has yet to take in their open attempt."""
    if visitor is room.owner:  # nobody signed in, so nobody knows who sits there
        return ()
    with open_records(room.database) as records, records.reading() as session:
        person = find_person(session, visitor.person)
        state = None if person is None else open_attempt(session, person)
        return () if state is None else state.missing


def check_due(room: Room, visitor: Visitor, scenario: str) -> None:
    """Raise InputError unless whoever is signed in is to take this scenario in their open attempt."""
    if visitor is room.owner:
        raise InputError(
            "nobody signs in here, so no certification call can be taken; open a room with hotseat lab, or type: "
            "hotseat call SCENARIO --mode certification --person NAME"
        )
    due = calls_due(room, visitor)
    if scenario not in due:
        starts = "an instructor starts an attempt: hotseat certification start"
        left = f"to be taken: {', '.join(due)}" if due else starts
        raise InputError(f"{visitor.person} is not to take {scenario!r} for a certification now; {left}")


def keeper_for(room: Room, seat: HTTPConnection, scenario: str) -> SealKeeper:
    """Return who seals a certification call of a seat.

    Raises
    ------
    InputError
        If whoever is signed in is not to take it now.
    """
    check_due(room, room.visitor(seat), scenario)
    client, server = seat.scope.get("client"), seat.scope.get("server")
    strength = strength_of((client[0], client[1]), (server[0], server[1])) if client and server else "same-account"
    return RecordsKeeper(room.database, strength=strength)


def strength_of(client: Address, server: Address) -> Strength:
    """Return how strong a seal is that this process keeps of a call from the other end of a connection.

    Parameters
    ----------
    client, server : (str, int)
        Both ends, as IP address and port.

    Returns
    -------
    strength : Strength
        "room" for another machine; "other-account" for another account of this one that is no administrator;
        "same-account" for this account, the administrator, and wherever it cannot be told.

    Examples
    --------
    >>> strength_of(("192.0.2.7", 50000), ("192.0.2.1", 8443))
    'room'
    >>> strength_of(("127.0.0.1", 1), ("127.0.0.1", 8443))  # there is no such connection
    'same-account'
    """
    if client[0] != server[0] and not client[0].startswith("127.") and client[0] != "::1":
        return "room"
    return "other-account" if _is_another_account(client, server) else "same-account"


def _is_another_account(client: Address, server: Address) -> bool:
    if sys.platform == "win32":
        return _is_another_account_on_windows(client, server)
    owners = [owner for table in TABLES for owner in _owners(table, client, server)]
    return bool(owners) and not {ADMINISTRATOR, os.getuid()}.intersection(owners)


def _owners(table: Path, client: Address, server: Address) -> list[int]:
    """Return the accounts of the client's end in one of Linux's tables; there are none on other systems."""
    try:
        ends = [
            f"{int.from_bytes(socket.inet_aton(host), sys.byteorder):08X}:{port:04X}" for host, port in (client, server)
        ]
        lines = [line.split() for line in table.read_text("ascii").splitlines()[1:]]
    except OSError:
        return []
    return [int(line[7]) for line in lines if all(line[1 + n].endswith(end) for n, end in enumerate(ends))]


def _is_another_account_on_windows(client: Address, server: Address) -> bool:
    """Look at the process at the client's end; Windows tells whose it is only to an administrator or a service."""
    import psutil

    try:
        mine = psutil.Process().username()
        ends = [each.pid for each in psutil.net_connections("tcp4") if (each.laddr, each.raddr) == (client, server)]
        return any(psutil.Process(pid).username() != mine for pid in ends)
    except psutil.Error:
        return False

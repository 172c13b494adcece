"""Words between the servers of one PostgreSQL database: all who listen hear them, and none is kept (LISTEN/NOTIFY)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from simulator.errors import InputError

LONGEST_BYTES = 7_900
"""PostgreSQL takes less than 8,000 (NOTIFY)."""
CHANNEL = "hotseat_live"


class Wire:
    """One connection that tells and hears; for one thread. Use `open_wire`."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def tell(self, text: str) -> None:
        """Tell every server, this one too; a word that is too long is left out."""
        if len(text.encode()) <= LONGEST_BYTES:
            self._raw.execute("SELECT pg_notify(%s, %s)", (CHANNEL, text))

    def hear(self, within_s: float) -> Iterator[str]:
        """Yield what is told in the next so many seconds, in the order in which each server told it."""
        for each in self._raw.notifies(timeout=within_s):
            yield each.payload


@contextmanager
def open_wire(engine: Engine) -> Iterator[Wire]:
    """Connect to a PostgreSQL, beside the connections that read and write.

    Raises
    ------
    InputError
        If it cannot be reached, or the connection is lost.
    """
    import psycopg  # an extra; whoever comes here has opened records with it

    try:
        with engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            connection.detach()  # it is kept as long as the server runs, so it is none of the pool's
            raw.autocommit = True
            raw.execute(f"LISTEN {CHANNEL}")
            yield Wire(raw)
    except (SQLAlchemyError, psycopg.Error) as error:
        raise InputError(f"the other servers of this database cannot be heard: {type(error).__name__}") from error

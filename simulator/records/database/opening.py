"""Open the database: SQLite in the user's own data folder, or PostgreSQL by URL.

Theory of operation
-------------------
A transaction that writes begins by taking the one right to write (SQLite: BEGIN IMMEDIATE; PostgreSQL: an advisory
lock). So two programs never write at once, no transaction has to be tried again, and the log is one chain. Calls are
minutes apart, so waiting for the right to write costs little.
"""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session

from simulator.datafile import read_text
from simulator.errors import InputError
from simulator.private import FILE_MODE, home, make_folder, open_private, refusal
from simulator.records.database.tables import VERSION, make_tables, version_of
from simulator.records.database.wire import Wire, open_wire

__all__ = ["Records", "Session", "exists", "locate", "open_records"]

NAME = "records.db"
SETTING, SETTING_FILE = "HOTSEAT_DATABASE", "HOTSEAT_DATABASE_FILE"
LONGEST_ADDRESS = 4_096
WAIT_MS = 30_000
"""How long to wait for another program that is writing."""
ONE_WRITER = 0x686F7473
"""The number of the advisory lock in PostgreSQL: "hots"."""
PRAGMAS = (
    "PRAGMA journal_mode = WAL",  # readers do not wait for the writer
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",  # what was filed is there after a power cut
    "PRAGMA secure_delete = ON",  # what was deleted is overwritten
    f"PRAGMA busy_timeout = {WAIT_MS}",
)


class Records:
    """An open database. Use `open_records`."""

    def __init__(self, engine: Engine, where: str, *, secret: str = "") -> None:
        self._engine = engine
        self._secret = secret
        self.where = where
        """The file, or the URL without its password."""
        self.through = ""
        """"room" where who writes is signed in to the room of a site; each entry of the log says so. Else ""."""

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one state of the database and writes nothing."""
        with in_words(self.where, self._secret), self._session("read") as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session that alone may write; all of it is kept at the end, or nothing after an error."""
        with in_words(self.where, self._secret), self._session("write") as session:
            _take_turn(session.connection())
            yield session
            session.commit()

    def wipe(self) -> bool:
        """Remove deleted content from SQLite's side file, and return whether that could be done now.

        PostgreSQL does this by itself.
        """
        if self._engine.dialect.name != "sqlite":
            return True
        with in_words(self.where, self._secret), self._engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            busy: int = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            return busy == 0

    @property
    def is_shared(self) -> bool:
        """Whether servers on other machines may use it too, so that `wire` leads somewhere."""
        return self._engine.dialect.name == "postgresql"

    def wire(self) -> AbstractContextManager[Wire]:
        """Return a connection, to be entered, to the other servers of a shared database."""
        return open_wire(self._engine)

    def close(self) -> None:
        """Close all connections to the database."""
        self._engine.dispose()

    def _session(self, access: str) -> Session:
        engine = self._engine.execution_options(hotseat=access)
        return Session(engine, expire_on_commit=False, info={"through": self.through})


@contextmanager
def open_records(database: str | None = None) -> Iterator[Records]:
    """Open the database; its tables are made where there are none yet.

    Parameters
    ----------
    database : str, optional
        A file, or a URL of SQLAlchemy such as postgresql://USER@HOST/NAME; without it `HOTSEAT_DATABASE`, else the
        first line of the file that `HOTSEAT_DATABASE_FILE` names, else a file in the user's data folder.

    Raises
    ------
    InputError
        If it cannot be reached or used, or a newer Hotseat made it; the message says why and what to do.
    """
    url = locate(database)
    records = Records(_engine(url), _shown(url), secret=_secret(url))
    try:
        with in_words(records.where, _secret(url)):
            _prepare(records)
            yield records
    finally:
        records.close()


def _prepare(records: Records) -> None:
    with records.reading() as session:
        found = version_of(session.connection())
    if found is None:
        with records.writing() as session:
            connection = session.connection()
            found = version_of(connection)  # asked again: another program may have made the tables meanwhile
            if found is None:
                make_tables(connection)
                return
    if found < VERSION:
        raise InputError(
            f"the records in {records.where} were made by a Hotseat before its first release (version {found!r} of "
            "the tables); move the file away, then type: hotseat records sync"
        )
    if found != VERSION:
        raise InputError(
            f"the records in {records.where} were made by a newer Hotseat (version {found!r} of the tables); "
            "update Hotseat on this machine"
        )


def locate(database: str | None = None) -> URL:
    """Return the URL of the database that is meant.

    Raises
    ------
    InputError
        If it is no file and no URL of SQLite or PostgreSQL.

    Examples
    --------
    >>> locate("postgresql://lab:secret@db.local/hotseat").drivername
    'postgresql+psycopg'
    """
    given = database or os.environ.get(SETTING) or _from_file() or str(home() / NAME)
    if "://" not in given and re.match(r"(?:postgres|sqlite)[a-z0-9+]*:", given) is None:
        return URL.create("sqlite", database=str(Path(given).expanduser().absolute()))
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):  # neither is shown: it may hold the password
        url = URL.create("unknown")
    if url.get_backend_name() == "postgres":
        url = url.set(drivername="postgresql")
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
        return URL.create("sqlite", database=str(Path(str(url.database)).absolute()))
    raise InputError("this is no database Hotseat can use; give a file, or postgresql://USER@HOST/NAME")


def _from_file() -> str:
    """Return the address in the file that the environment names; "" where it names none."""
    named = os.environ.get(SETTING_FILE)
    if not named:
        return ""
    path = Path(named).expanduser()
    text = read_text(path, LONGEST_ADDRESS)
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise InputError(f"others can read {path}, which may hold a password; type: chmod 600 {path}")
    return text.partition("\n")[0].strip()


def exists(database: str | None = None) -> bool:
    """Return whether there may be records already: a database by URL, or a file that is there."""
    url = locate(database)
    return url.get_backend_name() != "sqlite" or Path(str(url.database)).exists()


@contextmanager
def in_words(where: str, secret: str = "") -> Iterator[None]:
    """Turn the database's errors into a message for the user, without `secret`."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        reason = _reason(error).replace(secret, "***") if secret else _reason(error)
        raise InputError(f"the records in {where} cannot be used: {reason}. {_remedy(error)}") from error


def _reason(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__


def _remedy(error: Exception) -> str:
    said = str(error)
    if "not a database" in said or "malformed" in said:
        return "Move the file away (or put back a copy of it), then type: hotseat records sync"
    if "locked" in said:
        return "Another program holds them; try again"
    return "The calls themselves are safe in their folders; once this is mended, type: hotseat records sync"


def _shown(url: URL) -> str:
    """Return a database as people may see it: the file, or the URL without what may be a password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    secret = _secret(url) or None
    safe = {key: value for key, value in url.query.items() if "pass" not in key.lower() and value != secret}
    return url.set(query=safe).render_as_string(hide_password=True)


def _secret(url: URL) -> str:
    return str(url.password or url.query.get("password") or "")


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    try:
        return create_engine(url, connect_args={"connect_timeout": WAIT_MS // 1000})
    except (ModuleNotFoundError, NoSuchModuleError):
        raise InputError('PostgreSQL needs one more package; type: pip install "hotseat[postgres]"') from None


def _sqlite(url: URL) -> Engine:
    path = Path(str(url.database))
    make_folder(path.parent)
    try:
        if path.exists():  # closing it here would drop this program's locks (POSIX), and with them what it writes next
            path.chmod(FILE_MODE)
        else:  # made here first, so that only its owner can ever read it; its side files take over its mode
            open_private(path, "ab").close()
    except OSError as error:
        raise refusal("open the records in", path, error) from error
    engine = create_engine(url, connect_args={"timeout": WAIT_MS / 1000})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # Python's sqlite3 would begin transactions by itself, too late
    for pragma in PRAGMAS:
        connection.execute(pragma).close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("hotseat") == "write"
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _take_turn(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ONE_WRITER})

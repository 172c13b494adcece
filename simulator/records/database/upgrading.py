"""Bring a database up to date, step by step, in one transaction: all steps are taken, or none."""

from __future__ import annotations

import logging
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from alembic.util import CommandError
from sqlalchemy import Connection

from simulator.errors import InputError
from simulator.records.database.opening import Records

HERE = Path(__file__).parent
OPTIONS = {"version_table": "hotseat_version"}


def upgrade_records(records: Records, to: str = "head") -> tuple[str, ...]:
    """Take the steps that are missing up to one of them, and return their names; none if it is up to date.

    Raises
    ------
    InputError
        If a newer Hotseat made the database.
    """
    with records.reading() as session:
        if version_of(session.connection()) == _steps().get_current_head():
            return ()
    with records.connecting() as connection:  # asked again: another program may have done it meanwhile
        return _upgrade(connection, to, records.where)


def version_of(connection: Connection) -> str | None:
    """Return the name of the last step that was taken; None for an empty database."""
    logging.getLogger("alembic").setLevel(logging.WARNING)  # its progress is nothing a user asked for
    return MigrationContext.configure(connection, opts=OPTIONS).get_current_revision()


def steps() -> tuple[str, ...]:
    """Return the names of all steps, oldest first."""
    return tuple(reversed([step.revision for step in _steps().walk_revisions()]))


def _steps() -> ScriptDirectory:
    return ScriptDirectory(str(HERE), version_locations=[str(HERE / "versions")])


def _upgrade(connection: Connection, to: str, where: str) -> tuple[str, ...]:
    script = _steps()
    context = MigrationContext.configure(connection, opts=OPTIONS)
    current = context.get_current_revision()
    try:
        missing = list(reversed(list(script.iterate_revisions(to, current or "base"))))
    except (CommandError, ResolutionError):
        raise InputError(
            f"the records in {where} were made by a newer Hotseat (step {current!r}); update Hotseat on this machine"
        ) from None
    with Operations.context(context):
        for step in missing:
            step.module.upgrade()
            context.stamp(script, step.revision)
    return tuple(step.revision for step in missing)

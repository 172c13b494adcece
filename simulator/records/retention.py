"""How long calls are kept, and how they are deleted: the folder first, so that no audio is left without its row."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.datafile import DataModel, read_yaml
from simulator.errors import InputError
from simulator.records.database.log import delete_row, write_down
from simulator.records.database.opening import Records
from simulator.records.database.tables import AttemptCall, Call, CallSeal, Certificate, Row, Score, now
from simulator.records.erasing import Erasure
from simulator.records.reviews.standing import open_appeals, reviews_of

SHIPPED = Path(__file__).with_name("policies") / "retention.yaml"
Days = Annotated[int, Field(ge=1, le=36_500)]


class Period(DataModel):
    """How long calls of one mode are kept: their folders, and then their rows."""

    folder_days: Days
    rows_days: Days

    @model_validator(mode="after")
    def _rows_outlive_folders(self) -> Period:
        if self.rows_days < self.folder_days:
            raise ValueError("rows_days must not be under folder_days: a folder without its row would be filed again")
        return self


class Retention(DataModel):
    """How long calls are kept, by mode."""

    id: str
    version: str
    practice: Period
    certification: Period


@dataclass(slots=True)
class Pruned:
    """What was deleted, as names of calls, and which calls that are due were kept, and why."""

    folders: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def load_retention(path: Path | None = None) -> Retention:
    """Return the shipped policy, or one from a file.

    Raises
    ------
    InputError
        If it cannot be read or breaks the schema.
    """
    return read_yaml(path or SHIPPED, Retention)


def prune(records: Records, policy: Retention, *, dry_run: bool = False, at: datetime | None = None) -> Pruned:
    """Delete what is older than the policy allows; each call by itself, so that one that fails blocks no other.

    Parameters
    ----------
    records : Records
    policy : Retention
    dry_run : bool
        Whether only to say what would go.
    at : datetime, optional
        With a time zone; the time for which it is asked.
    """
    done, moment = Pruned(), at or now()
    with records.reading() as session:
        due = [(call.id, call.name) for call in session.scalars(select(Call).order_by(Call.started))
               if moment - call.started > timedelta(days=_period(policy, call).folder_days)]  # fmt: skip
    for id_, name in due:
        try:
            with records.writing() as session:
                _prune(session, session.get_one(Call, id_), policy, done, (moment, dry_run))
        except InputError as error:
            done.kept.append(f"{name}: {error}")
    if not dry_run:
        records.wipe()
    return done


def coming(session: Session, policy: Retention, *, at: datetime | None = None) -> list[tuple[datetime, str]]:
    """Return what is to go later: from when on, and what of which call, the nearest first. Holds are not looked at."""
    moment, found = at or now(), []
    for call in session.scalars(select(Call)):
        period = _period(policy, call)
        days, what = (period.folder_days, "folder") if call.present else (period.rows_days, "rows")
        due = call.started + timedelta(days=days)
        if due >= moment:
            found.append((due, f"the {what} of {call.name}"))
    return sorted(found)


def delete_folder(call: Call, erasure: Erasure) -> None:
    """Delete a call's folder, if it is there, once the session commits.

    Raises
    ------
    InputError
        If it lies on another machine, is another call's, the call is running, or the system refuses.
    """
    if call.present and call.host != platform.node():
        raise InputError(f"the folder of {call.name} lies on the machine {call.host}; do this there")
    if call.host == platform.node():
        erasure.take_folder(Path(call.path), call.name)


def delete_call_rows(session: Session, call: Call) -> None:
    """Delete a call's rows, those that refer to others first."""
    rows: list[Row] = [*reversed(reviews_of(session, call))]
    for table in (AttemptCall, Certificate, CallSeal, Score):
        rows += session.scalars(select(table).where(table.call_id == call.id)).all()
    for row in (*rows, call):
        delete_row(session, row)


def _prune(session: Session, call: Call, policy: Retention, done: Pruned, how: tuple[datetime, bool]) -> None:
    moment, dry_run = how
    why = _hold(session, call, moment)
    if why:
        done.kept.append(f"{call.name}: {why}")
        return
    if call.present:
        if not dry_run:
            erasure = Erasure(session)
            delete_folder(call, erasure)
            done.kept += [f"{path}: it is no file of the call" for path in erasure.left]
            call.present = False
            write_down(session, "pruned", call, details={"policy": f"{policy.id} {policy.version}"})
        done.folders.append(call.name)
    if moment - call.started > timedelta(days=_period(policy, call).rows_days):
        if not dry_run:
            delete_call_rows(session, call)
        done.rows.append(call.name)


def _hold(session: Session, call: Call, moment: datetime) -> str:
    """Return why a call must be kept though it is due."""
    valid = select(Certificate).where(
        Certificate.call_id == call.id, Certificate.expires > moment, Certificate.withdrawn.is_(None)
    )
    if session.scalar(valid) is not None:
        return "a certificate of it is valid"
    return "an appeal waits for an answer" if open_appeals(reviews_of(session, call)) else ""


def _period(policy: Retention, call: Call) -> Period:
    return policy.certification if call.mode == "certification" else policy.practice

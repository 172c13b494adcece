"""The tables: who took which call, its scores, reviews and certificates. Audio stays in the call folders.

Conventions
-----------
Ids are 32 random hex digits: rows of several machines never share one, and an id says nothing about a person. Times
are UTC. `salt` is random and deleted with its row: the log keeps a hash of every row, and without the salt nobody can
guess a deleted row's content from that hash.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    ForeignKey,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    insert,
    inspect,
    select,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Utc(TypeDecorator[datetime]):
    """A moment with its time zone. SQLite keeps no zone, so there it is UTC without saying so."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC, as the database takes it."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC, with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def new_id() -> str:
    """Return 32 random hex digits."""
    return secrets.token_hex(16)


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """What all tables share. Constraints have names, so that a later version can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Utc, dict[str, Any]: JSON, list[Any]: JSON}

    def values(self) -> dict[str, Any]:
        """Return what each column holds, by name; moments as text, in UTC."""
        return {column.key: _plain(getattr(self, column.key)) for column in self.__table__.columns}


class Version(Base):
    """One row: the version of the tables."""

    __tablename__ = "hotseat_version"
    version_num: Mapped[str] = mapped_column(String(32), primary_key=True)


class Row(Base):
    """A row of which the log holds a hash for every state it had."""

    __abstract__ = True
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    salt: Mapped[str] = mapped_column(String(32), default=new_id)


class Team(Row):
    """People who are looked at together."""

    __tablename__ = "teams"
    name: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(200), unique=True, doc="the name as it is compared")
    created: Mapped[datetime] = mapped_column(default=now)


class Person(Row):
    """Somebody who takes calls, or reviews them."""

    __tablename__ = "people"
    name: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(200), unique=True, doc="the name as it is compared")
    role: Mapped[str] = mapped_column(String(20), default="trainee", doc="trainee or instructor")
    team_id: Mapped[str | None] = mapped_column(ForeignKey("teams.id"), index=True)
    account: Mapped[str | None] = mapped_column(String(200), unique=True, doc="their name in the firm's LMS")
    created: Mapped[datetime] = mapped_column(default=now)


class FormerName(Row):
    """A name that somebody had before, or that was merged into them: calls that carry it are theirs."""

    __tablename__ = "former_names"
    name: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(200), unique=True, doc="the name as it is compared")
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)


class Assignment(Row):
    """Scenarios that a person, or everybody in a team, has to pass so many times by a day."""

    __tablename__ = "assignments"
    what: Mapped[str] = mapped_column(Text, doc="the id of the scenario or the form")
    scenarios: Mapped[list[Any]] = mapped_column(doc="that one, or those of the form")
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    team_id: Mapped[str | None] = mapped_column(ForeignKey("teams.id"), index=True)
    passes: Mapped[int] = mapped_column(doc="of each scenario")
    mark: Mapped[float] = mapped_column(doc="the least total of a practice call that passes, of 100")
    due: Mapped[datetime] = mapped_column(doc="the end of the last day")
    created: Mapped[datetime] = mapped_column(default=now)


class Call(Row):
    """A call, as its call.json described it when it was filed."""

    __tablename__ = "calls"
    __table_args__ = (UniqueConstraint("name", "manifest_sha256"),)
    name: Mapped[str] = mapped_column(String(255), index=True, doc="the call folder's own name")
    manifest_sha256: Mapped[str] = mapped_column(String(64))
    host: Mapped[str] = mapped_column(Text, doc="the machine whose folder it is")
    path: Mapped[str] = mapped_column(Text)
    present: Mapped[bool] = mapped_column(default=True, doc="whether the folder was there when it was last looked for")
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    shared: Mapped[bool] = mapped_column(doc="whether instructors see it; practice is the trainee's own")
    mode: Mapped[str] = mapped_column(String(20))
    trainee: Mapped[str] = mapped_column(String(20), default="", doc="who spoke: headset, recorded, typed")
    scenario: Mapped[str] = mapped_column(String(255), index=True)
    scenario_sha256: Mapped[str] = mapped_column(Text)
    started: Mapped[datetime]
    title: Mapped[str] = mapped_column(Text, doc="the scenario's")
    retry_of: Mapped[str] = mapped_column(Text, doc="the call that this one began again in the middle")
    duration_ms: Mapped[float]
    outcome: Mapped[str] = mapped_column(String(20))
    recognizer: Mapped[str] = mapped_column(Text)
    device: Mapped[str] = mapped_column(Text)
    checked: Mapped[bool] = mapped_column(doc="whether the headset passed its check before the call")
    overridden: Mapped[bool] = mapped_column(
        doc="whether an instructor answered for it although the check was not passed"
    )
    filed: Mapped[datetime] = mapped_column(default=now)


class Score(Row):
    """A score by the program. A later score is added to the earlier ones and replaces none."""

    __tablename__ = "scores"
    __table_args__ = (UniqueConstraint("call_id", "number"),)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"))
    number: Mapped[int] = mapped_column(doc="1 for the call's first score")
    sha256: Mapped[str] = mapped_column(String(64), doc="of score.json")
    rubric: Mapped[str] = mapped_column(Text)
    rubric_version: Mapped[str] = mapped_column(Text)
    rubric_sha256: Mapped[str] = mapped_column(Text)
    total: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    verdict: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    criteria: Mapped[list[Any]] = mapped_column(doc="each without its evidence, in the rubric's order")
    versions: Mapped[dict[str, Any]]
    filed: Mapped[datetime] = mapped_column(default=now)


class Review(Row):
    """What a person said of a call. Reviews are only added.

    `by_id` has no foreign key, so that a reviewer can be deleted and their reviews stay.
    """

    __tablename__ = "reviews"
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    number: Mapped[int] = mapped_column(doc="1 for the call's first review")
    score_id: Mapped[str | None] = mapped_column(ForeignKey("scores.id"), doc="the score that was judged")
    kind: Mapped[str] = mapped_column(
        String(20), doc="override, correction, comment, confirm, reject, rating, appeal, answer, reread, asked"
    )
    by_id: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(default=now)
    text: Mapped[str] = mapped_column(Text, default="")
    criterion: Mapped[str | None] = mapped_column(Text, doc="of an override")
    points: Mapped[float | None] = mapped_column(doc="of an override; of a rating, all its marks together")
    of: Mapped[float | None]
    at_ms: Mapped[float | None] = mapped_column(doc="of a comment: the moment in the call")
    marks: Mapped[dict[str, Any] | None] = mapped_column(
        JSON,
        doc="of a rating: points by dimension or criterion; of a correction: its words and what they change; of "
        "a reread: the model, what it heard otherwise, what would change; of what was asked: the id of who is to rate",
    )
    answers: Mapped[str | None] = mapped_column(ForeignKey("reviews.id"), doc="of an answer: the appeal")


class Attempt(Row):
    """A person's attempt at certification: one form, one policy, and how their identity was checked."""

    __tablename__ = "attempts"
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    policy: Mapped[str] = mapped_column(Text, doc="its id and version")
    policy_sha256: Mapped[str] = mapped_column(String(64))
    form: Mapped[str] = mapped_column(Text, doc="its id")
    form_sha256: Mapped[str] = mapped_column(String(64))
    scenarios: Mapped[list[Any]]
    recognizer: Mapped[str] = mapped_column(Text, doc="who has to listen, or any")
    started: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime] = mapped_column(doc="when it has to be over")
    valid_months: Mapped[int] = mapped_column(doc="for how long its certificate is good")
    incomplete_allowed: Mapped[int] = mapped_column(doc="calls that may be cut off and taken again")
    identity: Mapped[str] = mapped_column(Text, doc="how it was checked who they are")
    identity_by: Mapped[str] = mapped_column(String(32), doc="who checked it")


class AttemptCall(Row):
    """A call that counts in an attempt."""

    __tablename__ = "attempt_calls"
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempts.id"), index=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), unique=True)


class Certificate(Row):
    """A certificate that was issued; the file itself is what counts."""

    __tablename__ = "certificates"
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    attempt_id: Mapped[str | None] = mapped_column(ForeignKey("attempts.id"))
    certificate: Mapped[str] = mapped_column(String(32), doc="its own id")
    issued: Mapped[datetime]
    expires: Mapped[datetime]
    path: Mapped[str] = mapped_column(Text)
    withdrawn: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(32), doc="the instructor's id")
    withdrawn_why: Mapped[str | None] = mapped_column(Text)


class CallSeal(Row):
    """A certification call that began: its terms, the key of its chain, and, once it is over, the chain's last tag.

    A row without `call_id` is a call that was never filed, or not as it was sealed.
    """

    __tablename__ = "seals"
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(String(255), doc="the call folder's own name")
    scenario: Mapped[str] = mapped_column(String(255))
    strength: Mapped[str] = mapped_column(String(20), doc="who could read the key: same-account, other-account, room")
    key: Mapped[str] = mapped_column(String(64), doc="of the chain, in hex")
    terms: Mapped[dict[str, Any]] = mapped_column(doc="call.json as it was before the first sample")
    begun: Mapped[datetime]
    ended: Mapped[datetime | None]
    samples: Mapped[int | None] = mapped_column(doc="of each track")
    outcome: Mapped[str | None] = mapped_column(String(20))
    head: Mapped[str | None] = mapped_column(String(64), doc="the last tag, in hex")
    call_id: Mapped[str | None] = mapped_column(ForeignKey("calls.id"), unique=True, doc="the filed call that fits it")
    certificate: Mapped[str | None] = mapped_column(String(32), doc="that was issued for it, by its own id")


class Difficulty(Row):
    """How hard a scenario is, as rehearsal found it. A newer figure is added to the older ones."""

    __tablename__ = "difficulties"
    scenario: Mapped[str] = mapped_column(Text, index=True)
    scenario_sha256: Mapped[str] = mapped_column(Text)
    rubric_sha256: Mapped[str] = mapped_column(Text)
    points: Mapped[float] = mapped_column(doc="100 less the mean total of the scripted trainees")
    calls: Mapped[int] = mapped_column(doc="rehearsed")
    versions: Mapped[str] = mapped_column(Text, doc="of the program that rehearsed")
    made: Mapped[datetime] = mapped_column(default=now)


class Account(Row):
    """How somebody signs in to the room of a site."""

    __tablename__ = "accounts"
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), unique=True)
    role: Mapped[str] = mapped_column(String(20), doc="trainee, instructor, officer or administrator")
    password: Mapped[str] = mapped_column(Text, doc="its argon2id hash")
    active: Mapped[bool] = mapped_column(default=True, doc="whether they may sign in")
    created: Mapped[datetime] = mapped_column(default=now)


class Invitation(Row):
    """A link with which one person makes their account, or chooses another password; it works once."""

    __tablename__ = "invitations"
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str | None] = mapped_column(
        ForeignKey("people.id"), index=True, doc="none for the first administrator, who says their own name"
    )
    role: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[str | None] = mapped_column(String(32), doc="who invited them; none for the program")
    expires: Mapped[datetime]
    used: Mapped[datetime | None]


class Entry(Base):
    """One entry of the log: what was done to which row, with a hash over itself and the entry before it.

    It holds no name and no text that anybody wrote, so that it can stay complete when a person is deleted.
    """

    __tablename__ = "log"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40), doc="the table")
    row: Mapped[str] = mapped_column(String(32))
    row_sha256: Mapped[str | None] = mapped_column(String(64), doc="of the row as it then was; none once it is deleted")
    by: Mapped[str | None] = mapped_column(String(32), doc="who did it, by id")
    details: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))


ROWS: tuple[type[Row], ...] = (
    Team,
    Person,
    FormerName,
    Assignment,
    Call,
    Score,
    Review,
    Attempt,
    AttemptCall,
    Certificate,
    CallSeal,
    Difficulty,
    Account,
    Invitation,
)
"""The tables whose rows the log answers for; one that refers to another comes after it."""
VERSION = "004"
"""Of these tables: a database of another version is refused, so whatever changes a table changes this too."""
_APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER log_no_{what.lower()} BEFORE {what} ON log "
        "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        for what in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE FUNCTION log_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$",
        "CREATE TRIGGER log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log "
        "FOR EACH STATEMENT EXECUTE FUNCTION log_append_only()",
    ],
}
"""Triggers that let nobody edit or shorten the log by mistake; whoever means to is found by its hashes."""


def version_of(connection: Connection) -> str | None:
    """Return the version of a database's tables; None where they are not made yet."""
    made = inspect(connection).has_table(Version.__tablename__)
    return connection.scalar(select(Version.version_num)) if made else None


def make_tables(connection: Connection) -> None:
    """Make all tables in an empty database."""
    Base.metadata.create_all(connection, checkfirst=False)
    for statement in _APPEND_ONLY[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    connection.execute(insert(Version).values(version_num=VERSION))

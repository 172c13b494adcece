"""The JSON of the commands that work with the database, as `hotseat schema` publishes it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simulator.contract import Document, Milliseconds, Verdict
from simulator.events import Outcome
from simulator.report.reviews import AgreementOutput

Role = Literal["trainee", "instructor"]


class PersonItem(Document):
    """One person, and how many of their calls are filed."""

    name: str
    role: Role
    team: str | None
    calls: int
    account: str | None = None
    former_names: list[str] = Field(default=[])


class PeopleOutput(Document):
    """`hotseat people list --json`."""

    schema_: Literal["hotseat.people/1"] = Field(alias="schema")
    people: list[PersonItem]


class TeamItem(Document):
    """One team and its people."""

    name: str
    people: list[str]


class TeamsOutput(Document):
    """`hotseat teams list --json`."""

    schema_: Literal["hotseat.teams/1"] = Field(alias="schema")
    teams: list[TeamItem]


class AssignedScenario(Document):
    """How many of a person's calls of a scenario passed since it was assigned, of how many."""

    scenario: str
    passed: int
    taken: int


class AssignedPerson(Document):
    """How far one person is: `late` is not done and the day is over, `done_late` done after it."""

    person: str
    state: Literal["open", "done", "done_late", "late"]
    scenarios: list[AssignedScenario]


class AssignmentItem(Document):
    """A scenario or a form (`what`), assigned `to` a person or a `team` until the end of the day `due`.

    Each scenario is to be passed `passes` times; a practice call passes from a total of `mark` on.
    """

    what: str
    to: str
    team: bool
    due: str
    passes: int
    mark: float
    people: list[AssignedPerson]


class AssignmentsOutput(Document):
    """`hotseat assignments --json`, the nearest day first."""

    schema_: Literal["hotseat.assignments/1"] = Field(alias="schema")
    assignments: list[AssignmentItem]


class RosterOutput(Document):
    """`hotseat people import --json`: names."""

    schema_: Literal["hotseat.roster/1"] = Field(alias="schema")
    added: list[str]
    changed: list[str]
    teams: list[str]


class FiledCall(Document):
    """One filed call with what the program last said of it.

    `shared` is whether instructors see it, `trainee` who spoke;
    `now_total` and `now_verdict` are there where people's words changed where it stands.
    """

    call: str
    call_dir: str
    present: bool
    person: str | None
    mode: Literal["practice", "certification"]
    shared: bool
    scenario: str
    started: str
    duration_ms: Milliseconds
    outcome: Outcome
    total: float | None
    verdict: Verdict | None
    trainee: Literal["", "headset", "recorded", "typed"] = ""
    now_total: float | None = None
    now_verdict: Verdict | None = None


class FiledCallsOutput(Document):
    """`hotseat records list --json`."""

    schema_: Literal["hotseat.records/1"] = Field(alias="schema")
    calls: list[FiledCall]


class SyncOutput(Document):
    """`hotseat records sync --json`: names of calls, and why a folder was left alone."""

    schema_: Literal["hotseat.sync/1"] = Field(alias="schema")
    filed: list[str]
    scored: list[str]
    moved: list[str]
    gone: list[str]
    left: list[str]


class LogOutput(Document):
    """`hotseat records verify --json`; `head` is the hash of the last entry, to be written down elsewhere."""

    schema_: Literal["hotseat.log/1"] = Field(alias="schema")
    valid: bool
    entries: int
    head: str
    faults: list[str]
    signed_heads: int = 0
    last_signed: str | None = None


class FormItem(Document):
    """One form, in short."""

    id: str
    title: str
    version: str
    sha256: str
    scenarios: list[str]


class FormsOutput(Document):
    """`hotseat forms list --json`."""

    schema_: Literal["hotseat.forms/1"] = Field(alias="schema")
    forms: list[FormItem]


class EqualityOutput(Document):
    """`hotseat forms check --json`: points of difficulty by form and by scenario, over so many calls of each."""

    schema_: Literal["hotseat.form-check/1"] = Field(alias="schema")
    equal: bool
    source: Literal["rehearsal", "calls"]
    spread: float
    tolerance: float
    forms: dict[str, float]
    scenarios: dict[str, float]
    calls: dict[str, int]


class AttemptCallItem(Document):
    """One call of an attempt: the program's verdict, the one that stands now, and why it does not count if so."""

    call: str
    scenario: str
    counts: bool
    why: str
    total: float | None
    program: Verdict | None
    now: Verdict | None


class AttemptItem(Document):
    """One attempt at certification."""

    started: str
    until: str
    form: str
    policy: str
    identity: str
    identity_by: str | None
    result: Literal["open", "passed", "failed", "review", "lapsed"]
    reason: str
    missing: list[str]
    calls: list[AttemptCallItem]


class CertifiedItem(Document):
    """Where one person stands; `note` says what comes next, or why.

    `due` is certified, and it can be renewed now; `passed` an attempt that has no certificate yet; `withdrawn` that
    nothing but a withdrawn certificate is there. `person` has had no part in certification where it is `not_certified`.
    """

    person: str
    team: str | None
    state: Literal[
        "certified", "due", "passed", "expired", "withdrawn", "open", "review", "failed", "lapsed", "not_certified"
    ]
    certified_until: str | None
    note: str


class CertifiedOutput(Document):
    """`hotseat certification status --json` without a name: every trainee, and whoever took part."""

    schema_: Literal["hotseat.certified/1"] = Field(alias="schema")
    people: list[CertifiedItem]


class CertificationOutput(Document):
    """`hotseat certification status --json`; `why_not` says why no attempt can be started now, "" if one can."""

    schema_: Literal["hotseat.certification/1"] = Field(alias="schema")
    person: str
    state: Literal["certified", "expired", "not_certified"]
    certified_until: str | None
    attempts: list[AttemptItem]
    why_not: str
    agreement: AgreementOutput
    withdrawn: str = Field(default="", description="when and why their last withdrawn certificate was withdrawn")

"""The shape of a certificate, and of `hotseat verify --json`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.contract import Document, Milliseconds, Sha256, Verdict
from simulator.events import Outcome
from simulator.recording.call_seal import Strength
from simulator.scoring.document import RubricUsed

TimeUtc = Annotated[str, Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]


class VerifyOutput(Document):
    """`hotseat verify --json`."""

    schema_: Literal["hotseat.verify/1"] = Field(alias="schema")
    valid: bool
    reason: str
    files_checked: int = 0
    files: int = Field(default=0, description="the same as files_checked")
    seal: Strength = Field(default="none", description="who could read the key of the seal (docs/certificates.md)")
    withdrawn: bool = False
    device: str = ""
    overridden_by: str | None = None
    attempt: str | None = Field(default=None, description="the form; null for a call outside any attempt")


class SealedCall(Document):
    """What a certificate says of the call; all of it is in call.json too."""

    id: str
    scenario: str
    scenario_sha256: str
    started: str
    duration_ms: Milliseconds
    outcome: Outcome
    device: str
    recognizer: str
    model: str
    model_sha256: str
    versions: dict[str, str]
    preflight_passed: bool | None
    overridden_by: str | None


class SealedScore(Document):
    """What a certificate says of the score; all of it is in score.json too."""

    rubric: RubricUsed
    total: float
    range: tuple[float, float]
    verdict: Verdict
    versions: dict[str, str]


class SealedAttempt(Document):
    """The attempt that was passed; `calls` are the score.json of each of its calls, by the call's id."""

    id: str
    form: str
    form_sha256: Sha256
    policy: str
    identity: str
    identity_by: str
    calls: dict[str, Sha256]


class SealedDecision(Document):
    """What people changed: the total and verdict that stand, by whom and why; the program's stay in `score`."""

    total: float | None
    verdict: Literal["pass"]
    by: list[str]
    reasons: list[str]


class SealUsed(Document):
    """How the call was sealed while it ran, as whoever kept the seal wrote it down."""

    id: str
    strength: Strength
    begun: str
    ended: str
    person: str = Field(description="as named before the call; empty where nobody was")


class Issuer(Document):
    """Who issued it: a name of the records; with `through` room, the one that was signed in to the room of a site."""

    by: str
    through: Literal["", "room"] = ""


class RereadCall(Document):
    """How a call comes out by the words that another model heard in its recording."""

    recognizer: str
    model: str
    model_sha256: str
    total: float | None
    verdict: Verdict | None


class SealedRecords(Document):
    """What the records add to a certificate."""

    attempt: SealedAttempt
    decision: SealedDecision | None


class CertificateOutput(Document):
    """A certificate: `signature` is Ed25519, in hex, over the canonical JSON of everything else.

    `records` is there if the call was part of an attempt. The score's verdict is the program's: where it is no pass,
    `records` has the people who decided so. `files` are the SHA-256 of the call folder's files; `key` is the id of the
    public key. `seal` is there if the call was sealed while it ran.
    """

    schema_: Literal["hotseat.certificate/1"] = Field(alias="schema")
    id: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    person: Annotated[str, Field(min_length=1, max_length=200)]
    issued: TimeUtc
    expires: TimeUtc
    call: SealedCall
    score: SealedScore
    files: dict[str, Sha256]
    records: SealedRecords | None = None
    seal: SealUsed | None = None
    issuer: Issuer | None = Field(default=None, description="who issued it, where that was said")
    reread: RereadCall | None = Field(default=None, description="heard again with a larger model, where that was asked")
    key: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    signature: Annotated[str, Field(pattern="^[0-9a-f]{128}$")]

"""The JSON that other programs may rely on, as pydantic models: one document a command, keys stable.

Conventions
-----------
Times are milliseconds from the start of the call or file, with at most three decimals. What cannot be measured is
null beside a `reason`. Keys may be added; none is renamed without a new number in `schema`.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from simulator.events import OverlapKind

Milliseconds = Annotated[float, AfterValidator(lambda ms: round(ms, 3))]
SpanMs = tuple[Milliseconds, Milliseconds]
Outcome = Literal["won_back", "escalated", "unresolved", "hung_up", "incomplete"]
Verdict = Literal["pass", "fail", "borderline"]
Status = Literal["met", "partly", "missed", "not_applicable", "unmeasurable"]


class Document(BaseModel):
    """A part of an output; unknown keys are refused so that nothing undocumented gets out."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True, defer_build=True)

    def to_json(self) -> str:
        """Return the document as one line of JSON per top-level value, UTF-8, the same bytes every time."""
        plain = self.model_dump(mode="json", by_alias=True, exclude_unset=True)
        text = json.dumps(plain, ensure_ascii=False, indent=1)
        return text.encode("utf-8", "backslashreplace").decode()  # a file name may hold bytes that are no text


class Anger(Document):
    """How angry the customer was, 0 to 100."""

    start: float
    peak: float
    end: float


class CallOutput(Document):
    """`hotseat call --json`."""

    schema_: Literal["hotseat.call/1"] = Field(alias="schema")
    call_dir: str
    report: str | None
    scenario: str
    seed: int
    duration_ms: Milliseconds
    outcome: Outcome
    anger: Anger
    total: float | None
    recognizer: str
    model: str
    reason: str = ""


class RubricUsed(Document):
    """The rubric that made a score."""

    id: str
    version: str
    sha256: str


class Points(Document):
    """Points won, of how many possible."""

    points: float
    of: float


class EvidenceItem(Document):
    """The stretch of audio, and the number, behind a point."""

    track: Literal["trainee", "customer"]
    start_ms: Milliseconds
    stop_ms: Milliseconds
    words: str
    measure: str
    value: float | None
    unit: str
    rule: str


class CoachingParts(Document):
    """The coaching of a criterion that was not met, in its parts; `said_at_ms` is null where nothing was said."""

    advice: str
    guidance: str
    said: str
    said_at_ms: Milliseconds | None
    better: str


class CriterionResult(Document):
    """One criterion of the rubric, judged."""

    id: str
    guidance: list[str]
    dimension: str
    status: Status
    points: float
    of: float
    reason: str
    evidence: list[EvidenceItem]
    coaching: str
    title: str = ""
    uncertain: str | None = None
    coaching_parts: CoachingParts | None = None


class ScoreOutput(Document):
    """`hotseat score --json`, and the file score.json.

    `retry_of` names the call that this one began again in the middle, which makes it practice without a verdict; it
    is left out elsewhere.
    """

    schema_: Literal["hotseat.score/1"] = Field(alias="schema")
    rubric: RubricUsed
    total: float | None
    range: tuple[float, float] | None
    verdict: Verdict | None
    dimensions: dict[str, Points]
    criteria: list[CriterionResult]
    reason: str = ""
    versions: dict[str, str] = {}
    strengths: list[str] = []
    next: list[str] = []
    retry_of: str = ""


class MeasureItem(Document):
    """One measure: its value and unit, or null and the reason."""

    value: int | float | None
    unit: str
    reason: str | None = None
    confidence: float | None = None
    error: float | None = None


class OverlapItem(Document):
    """A stretch in which both spoke."""

    start_ms: Milliseconds
    stop_ms: Milliseconds
    kind: OverlapKind
    by: Literal["trainee", "customer"] = "trainee"
    words: str = ""
    rule: str = ""
    customer_left_ms: Milliseconds | None = None
    from_customer_edge_ms: Milliseconds | None = None
    yielded: bool | None = None


class ResponseItem(Document):
    """From the end of the customer's speech to the start of the trainee's answer."""

    start_ms: Milliseconds
    stop_ms: Milliseconds


class MeasureSpans(Document):
    """Where things happened."""

    trainee_speech: list[SpanMs]
    customer_speech: list[SpanMs]
    pauses: list[SpanMs]
    filled_pauses: list[SpanMs] = []
    dead_air: list[SpanMs] = []
    overlaps: list[OverlapItem]
    responses: list[ResponseItem]


class MeasureOutput(Document):
    """`hotseat measure --json`, and the file cues.json."""

    schema_: Literal["hotseat.measure/1"] = Field(alias="schema")
    duration_ms: Milliseconds
    measures: dict[str, MeasureItem]
    spans: MeasureSpans
    version: str = ""
    notes: list[str] = []


class WordItem(Document):
    """One recognised word."""

    word: str
    start_ms: Milliseconds
    stop_ms: Milliseconds
    confidence: float


class TranscribedFile(Document):
    """What was said in one file."""

    path: str
    text: str
    words: list[WordItem]
    notes: list[str] = []


class TranscriptOutput(Document):
    """`hotseat transcribe --json`."""

    schema_: Literal["hotseat.transcript/1"] = Field(alias="schema")
    recognizer: str
    model: str
    files: list[TranscribedFile]


class ActItem(Document):
    """One dialogue act and the words that show it."""

    act: str
    rule: str
    words: str
    strength: float


class ActLine(Document):
    """One line of text and its acts."""

    text: str
    acts: list[ActItem]


class ActsOutput(Document):
    """`hotseat acts --json`."""

    schema_: Literal["hotseat.acts/1"] = Field(alias="schema")
    lines: list[ActLine]


class ScenarioItem(Document):
    """One scenario, in short."""

    id: str
    title: str
    difficulty: str
    personality: str
    kind: str
    trainees: list[str]


class ScenariosOutput(Document):
    """`hotseat scenarios list --json`."""

    schema_: Literal["hotseat.scenarios/1"] = Field(alias="schema")
    scenarios: list[ScenarioItem]


class RehearsalRow(Document):
    """One rehearsed call."""

    scenario: str
    trainee: str
    seed: int
    outcome: Outcome
    total: float | None
    anger_end: float


class RehearsalOutput(Document):
    """`hotseat scenarios rehearse --json`."""

    schema_: Literal["hotseat.rehearsal/1"] = Field(alias="schema")
    rows: list[RehearsalRow]
    passed: bool
    reasons: list[str] = []


class RubricItem(Document):
    """One rubric, in short."""

    id: str
    title: str
    version: str
    sha256: str
    criteria: int


class RubricsOutput(Document):
    """`hotseat rubrics list --json`."""

    schema_: Literal["hotseat.rubrics/1"] = Field(alias="schema")
    rubrics: list[RubricItem]


class VerifyOutput(Document):
    """`hotseat verify --json`."""

    schema_: Literal["hotseat.verify/1"] = Field(alias="schema")
    valid: bool
    reason: str
    files_checked: int = 0


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


Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
TimeUtc = Annotated[str, Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]


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


class SealedRecords(Document):
    """What the records add to a certificate."""

    attempt: SealedAttempt
    decision: SealedDecision | None


class CertificateOutput(Document):
    """A certificate: `signature` is Ed25519, in hex, over the canonical JSON of everything else.

    `records` is there if the call was part of an attempt. The score's verdict is the program's: where it is no pass,
    `records` has the people who decided so. `files` are the SHA-256 of the call folder's files; `key` is the id of the
    public key.
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
    key: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    signature: Annotated[str, Field(pattern="^[0-9a-f]{128}$")]


class RescoreSide(Document):
    """A score in short, before or after."""

    rubric: RubricUsed
    total: float | None
    verdict: Verdict | None


class RescoreRow(Document):
    """One call scored again. `now` is the new verdict where it differs from the old one.

    `old` is null where there was no usable score.json, and `reason` says so; `criteria` are the ids of those that
    came out differently; `identical` is whether the new score.json is the old one, byte for byte.
    """

    call: str
    scenario: str
    started: str
    duration_ms: Milliseconds
    outcome: Outcome | None
    certified: bool
    old: RescoreSide | None
    new: RescoreSide
    range: tuple[float, float] | None
    moved: float | None
    now: Verdict | None
    criteria: list[str]
    identical: bool
    written: bool
    reason: str = ""


class BrokenCall(Document):
    """A folder that could not be scored, and why."""

    call: str
    reason: str


class RescoreSummary(Document):
    """The archive in figures; `moved_*` are points of the total, over the calls that had one before and after."""

    calls: int
    rescored: int
    broken: int
    identical: int
    now_pass: int
    now_fail: int
    now_borderline: int
    moved_mean: float | None
    moved_least: float | None
    moved_most: float | None


class RescoreOutput(Document):
    """`hotseat rescore --json`; rows and broken folders in the order of their names."""

    schema_: Literal["hotseat.rescore/1"] = Field(alias="schema")
    summary: RescoreSummary
    rows: list[RescoreRow]
    broken: list[BrokenCall]


OUTPUTS: dict[str, type[Document]] = {
    "call": CallOutput,
    "score": ScoreOutput,
    "measure": MeasureOutput,
    "transcript": TranscriptOutput,
    "acts": ActsOutput,
    "scenarios": ScenariosOutput,
    "rehearsal": RehearsalOutput,
    "rubrics": RubricsOutput,
    "verify": VerifyOutput,
    "certificate": CertificateOutput,
    "rescore": RescoreOutput,
}
"""Every document by the name `hotseat schema NAME` knows it by."""

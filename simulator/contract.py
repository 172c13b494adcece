"""What the documents that other programs may rely on have in common (docs: `hotseat schema NAME`).

Each document is a pydantic model in the folder that makes it; `simulator.cli.schema` lists them all.

Conventions
-----------
Times are milliseconds from the start of the call or file, with at most three decimals. What cannot be measured is
null beside a `reason`. Keys may be added; none is renamed without a new number in `schema`.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Milliseconds = Annotated[float, AfterValidator(lambda ms: round(ms, 3))]
Status = Literal["met", "partly", "missed", "not_applicable", "unmeasurable"]
Verdict = Literal["pass", "fail", "borderline"]
VERDICTS = {"pass": "passed", "fail": "failed", "borderline": "borderline"}
"""Each verdict in the word that every page and command has for it."""
RECORDED = "RECORDED: no person took this call"
"""What is said, wherever it appears, of a call that a recorded trainee took."""
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


def verdict_word(verdict: str | None) -> str:
    """Return a verdict in its word; "no verdict" where there is none."""
    return VERDICTS.get(verdict or "", "no verdict")


_CONTROL = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What JSON need not escape and a terminal obeys."""


class Document(BaseModel):
    """A part of an output; unknown keys are refused so that nothing undocumented gets out."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True, defer_build=True)

    def to_json(self) -> str:
        """Return the document as one line of JSON per top-level value, UTF-8, the same bytes every time."""
        plain = self.model_dump(mode="json", by_alias=True, exclude_unset=True)
        text = _CONTROL.sub(lambda at: f"\\u{ord(at[0]):04x}", json.dumps(plain, ensure_ascii=False, indent=1))
        return text.encode("utf-8", "backslashreplace").decode()  # a file name may hold bytes that are no text


class WordItem(Document):
    """One recognised word."""

    word: str
    start_ms: Milliseconds
    stop_ms: Milliseconds
    confidence: float


class ActItem(Document):
    """One dialogue act and the words that show it; `first` and `last` are the numbers of those words, from 0."""

    act: str
    rule: str
    words: str
    strength: float
    first: int | None = None
    last: int | None = None

"""What a form sends, read within limits."""

from __future__ import annotations

import math
from typing import TypeAlias
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

Form: TypeAlias = dict[str, str]
MOST_BYTES, MOST_UPLOAD = 64 * 1024, 1024 * 1024
"""Of a form, and of one with a file: a line of a table of people has some 40 bytes."""
LONGEST_WORDS = 2_000
"""Of a reason, an answer or a comment, in characters."""
MOST_FIELDS = 1_000
"""Of a form: a box to tick for everybody in a large site."""


async def read_form(request: Request) -> Form:
    """Return the fields of a form; a file in it is its text.

    Raises
    ------
    HTTPException
        If it is too large, or no form.
    """
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await _read_upload(request)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise HTTPException(413)
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:  # no UTF-8, or too many fields
        raise HTTPException(400) from None


async def _read_upload(request: Request) -> Form:
    size = request.headers.get("content-length", "")
    if not size.isdigit():
        raise HTTPException(411)
    if int(size) > MOST_UPLOAD:
        raise HTTPException(413)
    async with request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=MOST_BYTES) as sent:
        return {name: each if isinstance(each, str) else await _text(each) for name, each in sent.items()}


async def _text(file: UploadFile) -> str:
    content = await file.read()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise HTTPException(400, "the file is not UTF-8; save it as “CSV UTF-8”") from None


def number(form: Form, name: str, *, usual: float | None = None) -> float:
    """Return a field as a number; `usual` where it is empty.

    Raises
    ------
    HTTPException
        If it is none.
    """
    text = form.get(name, "").strip()
    if not text and usual is not None:
        return usual
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise HTTPException(400, f"{name}: {text[:40]!r} is no number")
    return found


def words(form: Form) -> str:
    """Return what somebody wrote in a form, cut off after `LONGEST_WORDS` characters."""
    return form.get("text", "")[:LONGEST_WORDS]


def ticked(form: Form, name: str) -> list[str]:
    """Return what was ticked among boxes that are called `name` and what they stand for.

    Examples
    --------
    >>> ticked({"to Night shift": "yes", "to Ann": "yes", "by": "2026-12-04"}, "to")
    ['Night shift', 'Ann']
    """
    return [each.removeprefix(f"{name} ") for each in form if each.startswith(f"{name} ")]

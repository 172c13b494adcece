"""Fetch one big file over HTTP: resumable, checked, with progress."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeAlias

from simulator.errors import ModelError
from simulator.private import make_folder

TIMEOUT_S = 5.0
"""How long to wait for the server to answer, and for the next piece of the file."""
PIECE = 1 << 18

Progress: TypeAlias = Callable[[int, int | None], None]
"""Told (bytes so far, bytes in all or None), after every piece."""


def download(url: str, part: Path, *, progress: Progress) -> None:
    """Fetch `url` into `part`, going on where an earlier try stopped.

    A connection that breaks is taken up again as long as each try brings something.

    Raises
    ------
    ModelError
        If the server cannot be reached, has no such file, or stops sending; what has come so far is kept.
    """
    make_folder(part.parent)
    while True:
        before = part.stat().st_size if part.exists() else 0
        try:
            if _fetch(url, part, before, progress):
                return
            fault = "the connection broke off"
        except urllib.error.HTTPError as error:
            raise ModelError(f"{url}: the server says {error.code} {error.reason}") from error
        except urllib.error.URLError as error:
            fault = str(error.reason)
        except (OSError, http.client.HTTPException) as error:
            fault = str(error) or type(error).__name__
        except ValueError as error:
            raise ModelError(f"{url}: {error}") from error
        if not part.exists() or part.stat().st_size <= before:
            kept = f" ({before:,} bytes are here; run it again to go on)" if before else ""
            raise ModelError(f"cannot download {url}: {fault}{kept}")


def _fetch(url: str, part: Path, have: int, progress: Progress) -> bool:
    """Try once; return whether the whole file is here."""
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        answer = urllib.request.urlopen(request, timeout=TIMEOUT_S)
    except urllib.error.HTTPError as error:
        if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE or not have:
            raise
        if error.headers.get("Content-Range", "") == f"bytes */{have}":
            return True
        part.unlink()
        return _fetch(url, part, 0, progress)
    with answer:
        resumed = answer.status == http.HTTPStatus.PARTIAL_CONTENT
        have = have if resumed else 0
        length = answer.headers.get("Content-Length")
        whole = have + int(length) if length is not None else None
        with part.open("ab" if resumed else "wb") as file:
            have = _copy(answer, file, have, whole, progress)
    return whole is None or have >= whole


def _copy(answer: http.client.HTTPResponse, file: BinaryIO, have: int, whole: int | None, progress: Progress) -> int:
    while piece := answer.read1(PIECE):
        file.write(piece)
        have += len(piece)
        progress(have, whole)
    return have

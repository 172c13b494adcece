"""Alter certificates after issue, and call folders before it: how many get through.

    python benchmarks/records/alterations.py [CERTIFICATES] [FOLDERS] [SEED]      by default 25000 and 1000

An alteration changes bytes or fields of a certificate, or of a file that it covers; or anything of a sealed call folder
before `certify`. Exit code 5 if one gets through. The folder before and after all alterations is the control: its
certificate is valid; its seal and its score are in order, and `certify` stops only where it looks for the made-up
scenario. The figures stand in docs/security.md.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from simulator.errors import SimulatorError
from simulator.recording.call_seal import NAME as SEAL
from simulator.recording.folder import CallFolder
from simulator.records.certificates.issuing import NAME, file_bytes, issue
from simulator.records.certificates.keys import KeyRing
from simulator.records.certificates.verifying import verify
from simulator.records.database.opening import open_records
from simulator.records.sealing.canonical import COVERED
from simulator.session.certifying import Asked, certify
from tests.records.conftest import scored_call, seal_as_taken

MADE_UP = "does not fit this version of the program"
"""Why the folder itself is refused in the end: its scenario is made up. Whoever gets as far has got through."""
BEFORE_ISSUE = (*COVERED[:-1], SEAL)
"""What `certify` believes of a folder; it makes report.html anew."""


def altered(content: bytes, rng: random.Random) -> bytes:
    """Return other content: a byte, a stretch, a line or a field is another one, or gone, or there twice."""
    at, size = rng.randrange(len(content)), rng.choice((1, 1, 1, 2, 16, 400))
    kind = rng.choice(("bit", "byte", "cut", "twice", "swap", "end", "field", "field"))
    if kind == "bit":
        return content[:at] + bytes([content[at] ^ (1 << rng.randrange(8))]) + content[at + 1 :]
    if kind == "byte":
        return content[:at] + rng.randbytes(size) + content[at + size :]
    if kind == "cut":
        return content[:at] + content[at + size :]
    if kind == "twice":
        return content[: at + size] + content[at:]
    if kind == "end":
        return content + rng.choice((b" ", b"\n", b"\x00", content[:size]))
    if kind == "swap":
        other = rng.randrange(len(content))
        first, last = sorted((at, other))
        return content[:first] + content[last:] + content[first:last]
    return with_another_field(content, rng)


def with_another_field(content: bytes, rng: random.Random) -> bytes:
    """Return JSON, or JSON lines, with another value somewhere, written as it was; other content is cut."""
    try:
        lines = [json.loads(content)]
        indent = 1
    except ValueError:
        try:
            lines = [json.loads(line) for line in content.splitlines()]
            indent = None
        except ValueError:
            return content[: len(content) // 2]
    part = rng.choice(lines)
    while isinstance(part, dict | list) and part:
        key = rng.choice(sorted(part)) if isinstance(part, dict) else rng.randrange(len(part))
        inner = part[key]
        if not (isinstance(inner, dict | list) and inner) or rng.random() < 0.2:
            part[key] = rng.choice((None, True, "pass", "certification", "Dana", 88.0, 1, [], {}, "0" * 64))
            break
        part = inner
    separators = None if indent else (",", ":")
    return "".join(
        json.dumps(line, ensure_ascii=False, indent=indent, separators=separators) + "\n" for line in lines
    ).encode()


def count(files: list[Path], times: int, rng: random.Random, through: Callable[[], str]) -> Counter[str]:
    """Alter one of `files` at a time, ask `through` (why it was refused; "" if it got through), and put it back."""
    found: Counter[str] = Counter()
    whole = {each: each.read_bytes() for each in files[0].parent.iterdir() if each.is_file()}
    for number in range(times):
        path = rng.choice(files)
        before = path.read_bytes()
        after = altered(before, rng)
        if after == before:
            after = before + b" "
        path.write_bytes(after)
        why = through()
        found["refused" if why else f"GOT THROUGH: {path.name}"] += 1
        path.write_bytes(before)
        for each, content in whole.items():  # whatever a command mended or wrote meanwhile
            if not each.is_file() or each.read_bytes() != content:
                each.write_bytes(content)
        if (number + 1) % 2500 == 0:
            print(f"  {number + 1}: {dict(found)}", flush=True)
    return found


def of_certificates(folder: CallFolder, times: int, rng: random.Random) -> Counter[str]:
    """Alter a certificate and the files it covers."""
    path = folder.path / NAME
    path.write_bytes(file_bytes(issue(folder, "Dana", KeyRing().signing_key)))
    files = [path] * 9 + [folder.path / name for name in COVERED]
    assert verify(path).valid
    found = count(files, times, rng, lambda: "" if verify(path).valid else "not valid")
    assert verify(path).valid
    path.unlink()
    return found


def of_folders(path: Path, times: int, rng: random.Random, where: str) -> Counter[str]:
    """Alter a sealed folder and have it certified."""

    def through() -> str:
        try:
            folder = CallFolder.open(path)
            asked = Asked(person="Dana", months=None, path=path / NAME)
            certify(folder, asked, database=where, notify=lambda _: None)
        except SimulatorError as error:
            return "" if MADE_UP in str(error) else str(error)
        return ""

    assert through() == ""
    found = count([path / name for name in BEFORE_ISSUE], times, rng, through)
    assert through() == ""
    return found


def main(certificates: int, folders: int, seed: int) -> int:
    """Alter and count; return the exit code."""
    root = Path(tempfile.mkdtemp(prefix="hotseat-alterations-"))
    os.environ["HOTSEAT_DATA"] = str(root / "data")
    try:
        folder = scored_call(root / "calls")
        signed = of_certificates(folder, certificates, random.Random(seed))
        print(f"certificates: {dict(signed)}", flush=True)
        where = str(root / "lab.db")
        with open_records(where) as records, records.writing() as session:
            seal_as_taken(session, folder.path)
        spoiled = of_folders(CallFolder.open(folder.path).path, folders, random.Random(seed + 1), where)
        print(f"folders: {dict(spoiled)}")
    finally:
        shutil.rmtree(root, ignore_errors=True)
    return 0 if set(signed) | set(spoiled) == {"refused"} else 5


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(numbers + [25_000, 1_000, 7][len(numbers) :])))

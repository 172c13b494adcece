"""Ways to spoil a file: its bytes, the structure of its YAML or JSON, its sound, or its place in the folder."""

import json
import os
import random
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

NUMBERS = (0, -1, 1, 2**31, 2**63, -(2**70), 10**30, 1e308, -1e308, 5e-324, 0.1, float("nan"), float("inf"))
TEXTS = (
    "",
    " ",
    "x" * 5000,
    "null",
    "\x00",
    "\ud800",
    "\u202e",
    "é" * 50,
    "../../etc/passwd",
    "%s{0}$x",
    "\n\n",
    "1e999",
)
WHOLE = (
    b"",
    b"\x00" * 64,
    b"\xff\xfe" + "id: x\n".encode("utf-16-le"),
    b"[" * 50_000,
    b'{"a":' * 50_000,
    b"- " * 20_000,
    b"? " * 20_000,
    b"9" * 5_000,
    b"null",
    b"[]",
    b"NaN",
    b'"text"',
    b"a: &a [*a]\n",
    b"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
    b"d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
    b"g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: [*g,*g,*g,*g,*g,*g,*g,*g,*g]\nid: *g\n",
    b"!!python/object/apply:os.system ['true']\n",
    b"a: 2001-99-99\n",
    b"a: !!timestamp nonsense\n",
    b"a: !!int 0x\nb: !!float x\nc: !!binary '*'\n",
    b"[a]: b\n{c: d}: e\n",
    b"a: 190:20:30:59:59:59:59:59:59:59:59:59:59:59:59\n",
    b"<<: [1, 2]\n<<: 3\n",
    b"%YAML 9.9\n---\na: b\n--- c\n",
)


def weird(rng: random.Random, depth: int = 0) -> Any:
    """Return some value that no author meant."""
    if depth < 3 and rng.random() < 0.25:
        return [weird(rng, depth + 1) for _ in range(rng.randrange(4))]
    if depth < 3 and rng.random() < 0.25:
        return {rng.choice(("id", "a", "", "1")): weird(rng, depth + 1) for _ in range(rng.randrange(3))}
    return rng.choice((None, True, False, *NUMBERS, *TEXTS))


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return every (container, key) in a structure."""
    found: list[tuple[Any, Any]] = []
    todo = [value]
    while todo:
        here = todo.pop()
        keys = list(here) if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ()
        for key in keys:
            found.append((here, key))
            todo.append(here[key])
    return found


def spoil_structure(value: Any, rng: random.Random) -> Any:
    """Return a structure with one to three parts changed, lost, doubled, renamed or exchanged."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        all_places = places(value)
        if not all_places:
            return weird(rng)
        here, key = rng.choice(all_places)
        other, another = rng.choice(all_places)
        way = rng.randrange(7)
        if way == 0:
            del here[key]
        elif way == 1 and isinstance(here, dict):
            here[rng.choice(("", "x", key, "schema", "\u0130", "a" * 300))] = here.pop(key)
        elif way == 2 and isinstance(here, list):
            here.extend([here[key]] * rng.choice((1, 2, 300)))
        elif way == 3 and isinstance(here[key], int | float) and not isinstance(here[key], bool):
            here[key] = rng.choice((here[key] * -1, here[key] * 1e9, here[key] + 0.5, str(here[key]), *NUMBERS))
        elif way == 4 and isinstance(here[key], str):
            here[key] = rng.choice((here[key].upper(), here[key] * 100, here[key][::-1], here[key][:1], *TEXTS))
        elif way == 5:
            here[key] = json.loads(json.dumps(other[another]))
        else:
            here[key] = weird(rng)
    return value


def spoil_bytes(content: bytes, rng: random.Random) -> bytes:
    """Return bytes with some changed, lost, put in or doubled, in another encoding, or all others."""
    way = rng.randrange(10)
    at = rng.randrange(len(content) + 1)
    upto = min(len(content), at + rng.choice((1, 1, 2, 8, 64, 1000)))
    if way == 0:
        return rng.choice(WHOLE)
    if way == 1:
        return content[:at]
    if way == 2:
        return content[:at] + content[upto:]
    if way == 3:
        return content[:at] + rng.randbytes(rng.choice((1, 2, 30))) + content[at:]
    if way == 4:
        return content[:upto] + content[at:]
    if way == 5:
        return content.replace(b"\n", rng.choice((b"\r\n", b"\r", b"", b"\n\n", b"\x0b", b"\x85")))
    if way == 6:
        text = content.decode("utf-8", "replace")
        return text.encode(rng.choice(("utf-16", "utf-32", "latin-1", "utf-8-sig", "cp037")), "replace")
    if way == 7:
        signs = rng.choice((b":", b"-", b"[", b"{", b'"', b"&a ", b"*a", b"!", b"#", b"\t", b"|", b"\x00", b"%"))
        return content[:at] + signs + content[at:]
    spoilt = bytearray(content)
    for _ in range(rng.choice((1, 3, 30))):
        if spoilt:
            spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
    return bytes(spoilt)


def spoil_yaml(content: bytes, rng: random.Random) -> bytes:
    """Spoil a YAML file, in its bytes or its structure."""
    if rng.random() < 0.4:
        return spoil_bytes(content, rng)
    try:
        value = spoil_structure(yaml.safe_load(content), rng)
    except (yaml.YAMLError, ValueError):
        return spoil_bytes(content, rng)
    return yaml.safe_dump(value, allow_unicode=rng.random() < 0.5, sort_keys=False).encode("utf-8", "surrogatepass")


def spoil_json(content: bytes, rng: random.Random) -> bytes:
    """Spoil a JSON file, in its bytes or its structure."""
    if rng.random() < 0.4:
        return spoil_bytes(content, rng)
    try:
        value = spoil_structure(json.loads(content), rng)
    except ValueError:  # spoilt once already
        return spoil_bytes(content, rng)
    return json.dumps(value, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")


def spoil_lines(content: bytes, rng: random.Random) -> bytes:
    """Spoil a file of JSON lines: one line, or their order."""
    if rng.random() < 0.25:
        return spoil_bytes(content, rng)
    lines = content.splitlines()
    way = rng.randrange(6)
    if way == 0:
        rng.shuffle(lines)
    elif way == 1:
        del lines[rng.randrange(len(lines))]
    elif way == 2:
        lines.insert(rng.randrange(len(lines)), rng.choice(lines))
    elif way == 3:
        kind = rng.choice(lines)[:25]
        lines = [line for line in lines if not line.startswith(kind)]
    else:
        for at in rng.sample(range(len(lines)), min(len(lines), rng.choice((1, 1, 2, 5)))):
            lines[at] = spoil_json(lines[at], rng)
    return b"\n".join(lines) + b"\n"


def spoil_wav(content: bytes, rng: random.Random) -> bytes:
    """Spoil a WAV: its header, its length, its samples."""
    way = rng.randrange(6)
    if way == 0:
        return spoil_bytes(content, rng)
    if way == 1:
        return content[: rng.choice((0, 1, 11, 12, 20, 43, 44, 45, 46, 1000, len(content) - 1, len(content) // 2))]
    if way == 2:
        sound = rng.choice((b"\x00", b"\xff\x7f", b"\x00\x80\xff\x7f", rng.randbytes(7)))
        return content[:44] + (sound * len(content))[: len(content) - 44]
    if way == 3:  # another form than the header of the others
        rate, channels, bits, kind = (
            rng.choice((0, 1, 3999, 8000, 44100, 192000, 2**32 - 1)),
            rng.choice((0, 1, 2, 6, 65535)),
            rng.choice((0, 1, 8, 16, 24, 32, 64)),
            rng.choice((0, 1, 3, 6, 7, 0xFFFE)),
        )
        width = max(1, channels * bits // 8) & 0xFFFF
        head = struct.pack("<HHIIHH", kind, channels, rate, min(rate * width, 2**32 - 1), width, bits)
        return content[:20] + head + content[36:]
    spoilt = bytearray(content)
    for _ in range(rng.choice((1, 2, 6))):
        spoilt[rng.randrange(min(44, len(spoilt)))] = rng.choice((0, 1, 127, 128, 255, rng.randrange(256)))
    return bytes(spoilt)


SPOIL: dict[str, Callable[[bytes, random.Random], bytes]] = {
    ".yaml": spoil_yaml,
    ".json": spoil_json,
    ".jsonl": spoil_lines,
    ".wav": spoil_wav,
    ".pem": spoil_bytes,
}


def spoil_file(path: Path, rng: random.Random) -> None:
    """Spoil a file's content by what its name says it is."""
    path.write_bytes(SPOIL[path.suffix](path.read_bytes(), rng))


def put_odd(path: Path, rng: random.Random, outside: Path) -> None:
    """Put something there that somebody made on purpose: a link, a FIFO, a device, a file without end."""
    if path.is_dir() and not path.is_symlink():
        return
    path.unlink(missing_ok=True)
    way = rng.choice(("link", "link", "twin", "fifo", "fifo", "zero", "null", "self", "folder", "huge", "large"))
    if way == "twin":
        os.link(outside, path)
    elif way == "fifo":
        os.mkfifo(path)
    elif way == "folder":
        path.mkdir()
    elif way in ("huge", "large"):  # without a byte on the disk
        with path.open("wb") as file:
            file.truncate(3_000_000_000 if way == "huge" else 90_000_000)
    else:
        path.symlink_to({"link": outside, "zero": "/dev/zero", "null": "/dev/null", "self": path.name}[way])


def spoil_place(path: Path, rng: random.Random) -> None:
    """Take a file away, or put something else there: a folder, or a link to itself, to nothing or to a device."""
    path.unlink()
    way = rng.randrange(5)
    if way == 1:
        path.mkdir()
    elif way == 2 and os.name == "posix":
        path.symlink_to(path.name)
    elif way == 3 and os.name == "posix":
        path.symlink_to("nowhere")
    elif way == 4 and os.name == "posix":
        path.symlink_to("/dev/null")

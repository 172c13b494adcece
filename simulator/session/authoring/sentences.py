"""A YAML file as a form: every value that a person writes is a field, and a field that is changed changes only itself.

Everything else in the file, its comments too, stays byte for byte: a value is replaced where PyYAML says it stands.
Why not ruamel.yaml: it writes the whole file anew, and wraps and aligns what nobody touched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from simulator.customer.lines import GROUPS
from simulator.datafile import yaml_nodes
from simulator.errors import InputError
from simulator.vocabulary import BANDS

Place: TypeAlias = tuple[str | int, ...]
SPOKEN = (*BANDS, *GROUPS)
LINES_OF = ("say", "abuse", "press", "answer", "details", "choices", "says_back", "lines")
"""Under these keys stand the customer's lines, by band or as one text for all bands."""
NESTED = (("briefing", "may_offer"), ("briefing", "may_not"))
"""Where entries stand one level deeper than elsewhere."""
NEW: dict[Place, Any] = {
    ("briefing", "may_offer"): {"text": "What you may offer.", "said": ["i can do this for you", "how about this"]},
    ("briefing", "may_not"): {"id": "", "text": "What you must not promise.", "said": ["i promise you this"]},
    ("facts",): {"text": "What happened.", "said": ["so this is what happened to you", "you had this happen"]},
    ("vents",): {"id": "", "tells": [], "say": {"calm": "This happened.", "irritated": "This happened, you know.",
                                                "hot": "This happened!"}},
    ("answers",): {"id": "", "asked": ["what do you want to know", "can you tell me that"], "say": {"any": "Yes."}},
    ("criteria",): {"id": "", "title": "What is judged", "guidance": ["L1"], "dimension": "listening", "points": 5,
                    "judge": {"rule": "acts_present", "acts": ["acknowledgement"]},
                    "coaching": {"praise": "You did it.", "advice": "Do it next time."}},
}  # fmt: skip
"""What an entry that is added begins as, by where it stands."""
_PLAIN = re.compile(r"[A-Za-z][^\n:#\"\[\]{},&*!|>%@`]*[^\s:#\"\[\]{},&*!|>%@`]")
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One value: where it stands (as JSON), the keys that lead to it from its entry, its text, and on which line.

    `many` says that it is a list, one a line. `band` is the band of a line that the customer says, else "".
    """

    place: str
    keys: tuple[str, ...]
    value: str
    line: int
    many: bool
    band: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Fields that belong together: one fact, one vent, one criterion, or what stands alone at the top."""

    name: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the file by its key; "" for what stands at the top. `adds` are the places that take new entries."""

    name: str
    entries: tuple[Entry, ...]
    adds: tuple[str, ...]


def parts_of(text: str) -> tuple[Part, ...]:
    """Return a file as parts of a form, in its order.

    Raises
    ------
    InputError
        If it is not YAML, or no mapping.
    """
    root = _root(text)
    entries: dict[str, dict[Place, list[Field]]] = {}
    for place, node in _values((), root):
        top = _entry_of(place, root)
        part = str(top[0]) if len(top) > 1 or len(place) > 1 else ""
        entries.setdefault(part, {}).setdefault(top if part else (), []).append(_field(place, node, len(top)))
    adds = {
        part: tuple(json.dumps(where) for where in NEW if where[0] == part and _at(root, where)) for part in entries
    }
    return tuple(
        Part(
            name=part,
            entries=tuple(Entry(name=_named(top, root), fields=tuple(found)) for top, found in by_entry.items()),
            adds=adds[part],
        )
        for part, by_entry in entries.items()
    )


def set_field(text: str, place: str, value: str) -> str:
    r"""Return the file with another value at a place; of a list, one a line.

    Raises
    ------
    InputError
        If there is no such value in it.

    Examples
    --------
    >>> set_field("title: Old  # seen in the list\nsaid: [a, b]\n", '["title"]', "New: better")
    'title: "New: better"  # seen in the list\nsaid: [a, b]\n'
    >>> set_field("said:\n  - one\n", '["said"]', "two\nthree")
    'said:\n  - two\n  - three\n'
    """
    where = read_place(place)
    node = _at(_root(text), where)
    lines = [line for line in (" ".join(each.split()) for each in value.splitlines()) if line]
    if isinstance(node, yaml.SequenceNode) and all(isinstance(each, yaml.ScalarNode) for each in node.value):
        return _replaced(text, node, _list(lines, node))
    if not isinstance(node, yaml.ScalarNode) or node.start_mark.index == node.end_mark.index:
        raise InputError(f"there is no value at {place[:100]}")
    if _band_of(where) and len(lines) > 1:
        return _replaced(text, node, f"[{', '.join(map(_quoted, lines))}]")
    return _replaced(text, node, _scalar(" ".join(lines), node))


def add_entry(text: str, place: str) -> str:
    """Return the file with one more entry at the end of a mapping or list of entries.

    Raises
    ------
    InputError
        If entries cannot be added there.
    """
    where, root = read_place(place), _root(text)
    node = _at(root, where)
    if where not in NEW or not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
        raise InputError(f"an entry cannot be added at {place[:100]}; write it into the file")
    taken = {each.value for each in _scalars(root)}
    id_ = next(name for name in (f"new-{n}" for n in range(1, 1000)) if name not in taken)
    entry = {**NEW[where], "id": id_} if "id" in NEW[where] else {id_: NEW[where]}
    written = yaml.safe_dump([entry] if "id" in NEW[where] else entry, sort_keys=False, allow_unicode=True, width=1000)
    indent = " " * node.start_mark.column
    new = "".join(f"{indent}{line}\n" for line in written.splitlines())
    lines = text.splitlines(keepends=True)
    last = max(each.end_mark.line + (each.end_mark.column > 0) for each in _scalars(node))
    before = "".join(lines[:last])
    return before + ("" if before.endswith("\n") else "\n") + new + "".join(lines[last:])


def read_place(text: str) -> Place:
    """Return a place that a form sent.

    Raises
    ------
    InputError
        If it is none.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or len(found) > 12 or not all(type(each) in (str, int) for each in found):
        raise InputError(f"{text[:60]!r} is no place in a file")
    return tuple(found)


def _root(text: str) -> yaml.MappingNode:
    root = yaml_nodes(text)
    if not isinstance(root, yaml.MappingNode):
        raise InputError("the text:1: not a file of keys with values")
    return root


def _values(place: Place, node: yaml.Node) -> Iterator[tuple[Place, yaml.Node]]:
    """Yield what is a field: scalars, and lists of scalars as a whole."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _values((*place, str(key.value)), value)
    elif isinstance(node, yaml.SequenceNode) and any(not isinstance(each, yaml.ScalarNode) for each in node.value):
        for number, each in enumerate(node.value):
            yield from _values((*place, number), each)
    elif isinstance(node, yaml.SequenceNode) or node.start_mark.index < node.end_mark.index:  # no bare `heard:`
        yield place, node


def _field(place: Place, node: yaml.Node, depth: int) -> Field:
    many = isinstance(node, yaml.SequenceNode)
    value = "\n".join(each.value for each in node.value) if many else str(node.value)
    keys = tuple(str(each) for each in place[depth if depth < len(place) else -1 :])
    band = _band_of(place)
    return Field(
        place=json.dumps(place),
        keys=keys,
        value=value,
        line=node.start_mark.line + 1,
        many=many or bool(band),
        band=band,
    )


def _band_of(place: Place) -> str:
    """Return the band of one of the customer's lines, "" where it is none."""
    said = any(each in LINES_OF for each in place[:-1])
    if said and place[-1] in SPOKEN:
        return str(place[-1])
    return "any" if place[-1] in ("say", "abuse", "press", "answer") or (said and len(place) in (2, 3)) else ""


def _entry_of(place: Place, root: yaml.Node) -> Place:
    depth = 3 if place[:2] in NESTED else 2
    return place[:depth] if isinstance(_at(root, place[:depth]), yaml.MappingNode) else place[:1]


def _named(top: Place, root: yaml.Node) -> str:
    """Return an entry's name: its key, or its id where it stands in a list."""
    if len(top) < 2:
        return ""
    if isinstance(top[-1], str):
        return top[-1]
    id_ = _at(root, (*top, "id"))
    return str(id_.value) if isinstance(id_, yaml.ScalarNode) else str(int(top[-1]) + 1)


def _at(node: yaml.Node | None, place: Place) -> yaml.Node | None:
    for part in place:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == part), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and 0 <= part < len(node.value):
            node = node.value[part]
        else:
            return None
    return node


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    for each in node.value if isinstance(node, yaml.CollectionNode) else ():
        for inner in each if isinstance(each, tuple) else (each,):
            yield from _scalars(inner)


def _replaced(text: str, node: yaml.Node, new: str) -> str:
    end = node.end_mark.index
    if isinstance(node, yaml.SequenceNode) and not node.flow_style:  # its own end is where the next thing begins
        end = node.value[-1].end_mark.index
    return text[: node.start_mark.index] + new + text[end:]


def _list(lines: list[str], node: yaml.SequenceNode) -> str:
    if node.flow_style or not lines:
        return f"[{', '.join(map(_quoted, lines))}]"
    gap = f"\n{' ' * node.start_mark.column}"
    return gap.join(f"- {line if _is_plain(line) else _quoted(line)}" for line in lines)


def _scalar(value: str, node: yaml.ScalarNode) -> str:
    kind = node.tag.rpartition(":")[2]
    same = (kind in ("int", "float") and _NUMBER.fullmatch(value)) or (kind == "bool" and value in ("true", "false"))
    new = value if same or (not node.style and _is_plain(value)) else _quoted(value)
    return f"{new}\n" if node.style in ("|", ">") else new


def _is_plain(value: str) -> bool:
    return bool(_PLAIN.fullmatch(value)) and value.lower() not in ("true", "false", "null")


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # a JSON string is a YAML string too

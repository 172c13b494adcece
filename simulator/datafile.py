"""Data files with a schema: YAML and TOML in, validated models out, errors with file and line."""

from __future__ import annotations

import hashlib
import re
import reprlib
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from simulator.errors import InputError
from simulator.files import MOST_DATA, read_file


class DataModel(BaseModel):
    """The base of what authors write: a key that is not known is refused, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=BaseModel)
MOST_VALUES = 20_000
"""Keys and values that a file may hold, its aliases followed; the largest that is shipped has 2,200."""
DEEPEST = 20
"""Levels of keys and lists in each other; the deepest file that is shipped has 6."""
MOST_NAMES = 12
"""Levels of one dotted TOML key or table; those that are shipped have 2. tomllib takes long over more."""
LONGEST_NUMBER = 40
"""Characters of a number without quotes."""
LONGEST_FAULT = 800
"""Characters of one fault that are shown."""
_BAD_TAG = (ValueError, AttributeError, TypeError, KeyError, IndexError, OverflowError)
"""What PyYAML raises where a tag such as ``!!int`` does not fit its value."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as authors expect it: only true and false are booleans; `on`, `no`, a date and a time of day stay texts.

    A duplicate key is an error. Merge keys (<<) and tags (!!) do not exist here.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping."""
        seen: set[Any] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value[:60]!r} is there twice", key.start_mark
                )
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else None)
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


_BOOLEAN, _INT, _FLOAT = (f"tag:yaml.org,2002:{kind}" for kind in ("bool", "int", "float"))
_OTHER_SENSE = (_BOOLEAN, _INT, _FLOAT, *(f"tag:yaml.org,2002:{kind}" for kind in ("timestamp", "merge", "value")))
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _OTHER_SENSE]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOLEAN, re.compile(r"^(?:true|True|false|False)$"), list("tTfF"))
_Loader.add_implicit_resolver(_INT, re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    _FLOAT,
    re.compile(r"^(?:[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan)$"),
    list("-+.0123456789"),
)


def data_folder(name: str) -> Path:
    """Return the shipped folder `name` ("scenarios" or "voices"), in the wheel or in a checkout."""
    here = Path(__file__).parent
    packed = here / "_data" / name
    return packed if packed.is_dir() else here.parent / name


def read_text(path: Path, most: int = MOST_DATA, *, links: bool = True) -> str:
    """Return a UTF-8 text file of at most `most` bytes; `links` as in `files.open_file`.

    Raises
    ------
    InputError
        If it is missing, unreadable, too large or not UTF-8.
    """
    try:
        return read_file(path, most, links=links).decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except ValueError as error:
        raise InputError(f"cannot read {path}: it is not UTF-8 text; save it as UTF-8") from error


class PlacedError(ValueError):
    """A fault that a model finds when it looks at itself as a whole, and the place (keys, indexes) where it stands."""

    def __init__(self, text: str, place: tuple[int | str, ...]) -> None:
        super().__init__(text)
        self.place = place


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Return the YAML file at `path` as a validated `model`.

    Raises
    ------
    InputError
        If it is missing, not YAML, or breaks the schema; the message names each line at fault (at most five).
    """
    text = read_text(path)
    try:
        _check_yaml(text)
        loaded = yaml.load(text, Loader=_Loader)
        size = _size(loaded, {})
    except (yaml.YAMLError, *_BAD_TAG, RecursionError) as error:
        raise InputError(_not_yaml(path, error)) from error
    if size > MOST_VALUES:
        raise InputError(f"{path}: its aliases (*name) make more than {MOST_VALUES} values of it; write less, or fewer")
    try:
        return model.model_validate(loaded)
    except ValidationError as error:
        raise InputError(_faults(path, error, model, text)) from error
    except RecursionError as error:
        raise InputError(_not_yaml(path, error)) from error


def read_toml(path: Path, model: type[Model]) -> Model:
    """Return the TOML file at `path` as a validated `model`.

    Raises
    ------
    InputError
        If it is missing, not TOML, or breaks the schema.
    """
    try:
        text = read_text(path)
        _check_toml(text)
        loaded = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: a number without end
        raise InputError(f"{path}: not TOML: {error}") from error
    try:
        return model.model_validate(loaded)
    except ValidationError as error:
        raise InputError(_faults(path, error, model, None)) from error


def load_named(
    given: str | Path, model: type[Model], places: Iterable[Path], *, kind: str, names: Callable[[], Iterable[str]]
) -> tuple[Path, Model, str]:
    """Return the YAML file that a name or a path means: where it is, the validated model, and its SHA-256.

    Parameters
    ----------
    given : str or Path
        What the user gave.
    model : type of DataModel
    places : iterable of Path
        Where it may be; the first that is a file counts.
    kind : str
        What is looked for, such as "scenario".
    names : callable
        Returns the names there are, for the message.

    Raises
    ------
    InputError
        If there is no such file, or it breaks the schema.
    """
    path = find_named(given, places, kind=kind, names=names)
    loaded = read_yaml(path, model)
    return path, loaded, hashlib.sha256(normalised(path)).hexdigest()


def find_named(given: str | Path, places: Iterable[Path], *, kind: str, names: Callable[[], Iterable[str]]) -> Path:
    """Return the first of `places` that is a file; see `load_named`."""
    for path in places:
        try:
            if path.is_file():
                return path
        except (OSError, ValueError):  # a name that can be no path
            continue
    known = ", ".join(names())
    raise InputError(f"no {kind} called {str(given)[:200]!r}; there are: {known}. Give one, or a {kind}'s path.")


def normalised(path: Path) -> bytes:
    """Return a file's content with the line ends of POSIX, so that it has the same hash in every checkout."""
    return read_file(path, MOST_DATA, links=True).replace(b"\r\n", b"\n")


def line_of(path: Path, place: tuple[int | str, ...]) -> int | None:
    """Return the line of the YAML file at `path` where `place` (keys, indexes) stands, or the nearest above."""
    return _line_of(yaml.compose(read_text(path), Loader=_Loader), place)


def yaml_nodes(text: str) -> yaml.Node | None:
    """Return a YAML text as nodes that know where they stand; None for an empty text.

    Raises
    ------
    InputError
        If it is not YAML.
    """
    try:
        _check_yaml(text)
        return yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        raise InputError(_not_yaml(Path("the text"), error)) from error


def _check_yaml(text: str) -> None:
    """Raise a YAML error for what makes a small file slow or large: too deep, too much, tags, merge keys."""
    depth = count = 0
    for event in yaml.parse(text, Loader=_Loader):
        count += isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent | yaml.AliasEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        why = ""
        if count > MOST_VALUES:
            why = f"more than {MOST_VALUES} keys and values; write less, or several files"
        elif depth > DEEPEST:
            why = f"nested too deeply (at most {DEEPEST} levels)"
        elif (tag := getattr(event, "tag", None)) is not None:
            why = f"a tag (!!) does not fit here: {tag[:40]!r}; write the value without one"
        elif isinstance(event, yaml.ScalarEvent) and event.implicit[0]:
            if event.value == "<<":
                why = "merge keys (<<) are not allowed; write the keys out"
            elif len(event.value) > LONGEST_NUMBER and event.value[1:].isdigit():
                why = f"a number of more than {LONGEST_NUMBER} digits; put a text in quotes"
        if why:
            raise yaml.constructor.ConstructorError(None, None, why, cast(yaml.Mark | None, event.start_mark))


def _check_toml(text: str) -> None:
    """Raise ValueError for what makes a small TOML file slow."""
    for number, line in enumerate(text.splitlines(), 1):
        key = re.split(r"[=#\"']", line, maxsplit=1)[0]
        if key.count(".") >= MOST_NAMES or line.count("[") + line.count("{") > MOST_VALUES:
            raise ValueError(f"line {number}: nested too deeply (at most {MOST_NAMES} names in a key)")
    if text.count("=") + text.count(",") > MOST_VALUES:
        raise ValueError(f"more than {MOST_VALUES} keys and values")


def _size(value: Any, known: dict[int, float]) -> float:
    """Return how many values a structure holds, each as often as it is referred to; infinity where it holds itself."""
    if not isinstance(value, (dict, list)):
        return 1
    if id(value) not in known:
        known[id(value)] = float("inf")  # what is met again before its end holds itself
        inner = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_size(each, known) for each in inner)
    return known[id(value)]


def _not_yaml(path: Path, error: Exception) -> str:
    where, why = str(path), str(error) if isinstance(error, ValueError) else "a tag (!!) does not fit"
    if isinstance(error, RecursionError):
        why = "nested too deeply"
    elif isinstance(error, yaml.MarkedYAMLError):
        where = f"{path}:{error.problem_mark.line + 1}" if error.problem_mark is not None else where
        why = error.problem or why
    return f"{where}: not YAML: {why[:200]}"


def _faults(path: Path, error: ValidationError, model: type[BaseModel], text: str | None) -> str:
    root = yaml.compose(text, Loader=_Loader) if text else None
    lines = []
    faults = error.errors()
    above = {fault["loc"][:-1] for fault in faults}
    faults = [f for f in faults if f["type"] != "too_short" or f["loc"] not in above]
    for fault in faults[:5]:
        at = (*fault["loc"], *(cause.place if isinstance(cause := _cause(fault), PlacedError) else ()))
        line = _line_of(root, at)
        where = f"{path}:{line}" if line else str(path)
        place = ".".join(str(part) for part in at) or "the file"
        lines.append(f"{where}: {place}: {_wording(fault, model)}"[:LONGEST_FAULT])
    left = len(faults) - len(lines)
    return "\n".join([*lines, *([f"... and {left} more"] if left > 0 else [])])


def _cause(fault: ErrorDetails) -> Exception | None:
    cause = fault.get("ctx", {}).get("error")
    return cause if isinstance(cause, Exception) else None


def _wording(fault: ErrorDetails, model: type[BaseModel]) -> str:
    kind, place, given = fault["type"], fault["loc"], f" (given: {_short(fault['input'])})"
    if kind == "missing":
        return fault["msg"]
    if kind == "extra_forbidden":
        return f"there is no such key; allowed: {', '.join(_keys(model, place[:-1]))}{given}"
    if kind == "model_type" and fault["input"] is None:
        return f"empty; allowed keys: {', '.join(_keys(model, place))}"
    if kind == "model_type":
        return f"must be keys with values; allowed: {', '.join(_keys(model, place))}{given}"
    if (cause := _cause(fault)) is not None:
        return str(cause) + ("" if isinstance(fault["input"], dict) else given)
    if kind == "string_type" and isinstance(fault["input"], (int, float)):
        return f'must be a text: put it in quotes, "{_short(fault["input"])}"'
    return fault["msg"] + given


def _keys(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """Return the keys that may stand at `place` of a file of this model."""
    kinds: list[Any] = [model]
    for part in place:
        kinds = [inner for kind in kinds for inner in _inside(kind, part)]
    return [field.alias or name for kind in kinds if _is_model(kind) for name, field in kind.model_fields.items()]


def _inside(kind: Any, part: int | str) -> list[Any]:
    if _is_model(kind):
        return [
            inner
            for name, field in kind.model_fields.items()
            if part in (name, field.alias)
            for inner in _kinds(field.annotation)
        ] or ([kind] if part in _tags(kind) else [])
    return _kinds(next((choice for choice in reversed(get_args(kind)) if choice is not ...), None))


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _tags(kind: type[BaseModel]) -> list[Any]:
    """Return the names by which one of several models is chosen: pydantic puts them into the place of a fault."""
    literals = (field.annotation for field in kind.model_fields.values() if get_origin(field.annotation) is Literal)
    return [value for literal in literals for value in get_args(literal)]


def _kinds(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Annotated:
        return _kinds(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [inner for choice in get_args(annotation) for inner in _kinds(choice)]
    return [annotation]


def _short(value: Any) -> str:
    shown = reprlib.repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _line_of(root: yaml.Node | None, place: tuple[int | str, ...]) -> int | None:
    node, line = root, None
    for part in place:
        if node is None:
            break
        line = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line if line is not None or root is None else root.start_mark.line + 1

"""Events as lines of JSON, as they stand in `events.jsonl`; `to_json` and `from_json` are exact inverses."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING

from simulator.clock import Span
from simulator.errors import InputError
from simulator.events import OMITTED_IF_EMPTY, Event

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


KINDS: dict[str, type] = {_snake(kind.__name__): kind for kind in Event.__args__}
"""Every event class by the name it has in the log."""

_ADAPTERS: dict[str, TypeAdapter[Event]] = {}


def _plain(value: object) -> object:
    if isinstance(value, Span):
        return [value.start, value.stop]
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value):
        fields = ((field, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {f.name: _plain(each) for f, each in fields if each != "" or OMITTED_IF_EMPTY not in f.metadata}
    return value


def to_json(event: Event) -> str:
    """Return one line of `events.jsonl`, without the newline.

    Examples
    --------
    >>> from simulator.events import SpeechEnded
    >>> to_json(SpeechEnded(at=960, span=Span(0, 640)))
    '{"event":"speech_ended","at":960,"span":[0,640]}'
    """
    fields = _plain(event)
    assert isinstance(fields, dict)
    return json.dumps({"event": _snake(type(event).__name__), **fields}, ensure_ascii=False, separators=(",", ":"))


def _spans(value: object, key: str = "") -> object:
    if key == "span" and isinstance(value, list) and len(value) == 2:
        return {"start": value[0], "stop": value[1]}
    if isinstance(value, list):
        return [_spans(item) for item in value]
    if isinstance(value, dict):
        return {name: _spans(item, name) for name, item in value.items()}
    return value


def from_json(line: str) -> Event:
    """Return the event of one line of `events.jsonl`.

    Raises
    ------
    InputError
        If the line is not JSON, names no known event, or a field is missing or wrong.

    Examples
    --------
    >>> from_json('{"event":"speech_ended","at":960,"span":[0,640]}')
    SpeechEnded(at=960, span=Span(start=0, stop=640))
    """
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not an event: {line[:80]!r} is not JSON ({error})") from error
    if not isinstance(fields, dict) or not isinstance(fields.get("event"), str) or fields["event"] not in KINDS:
        raise InputError(f'not an event: {line[:80]!r}; its "event" must be one of {", ".join(KINDS)}')
    name = fields.pop("event")
    try:
        return _adapter(name).validate_python(_spans(fields))
    except ValueError as error:
        raise InputError(f"not a valid {name} event: {line[:80]!r} ({_what_is_wrong(error)})") from error


def _what_is_wrong(error: ValueError) -> str:
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'the event'}: {first['msg']}"


def _adapter(name: str) -> TypeAdapter[Event]:
    # Only here: pydantic takes longer to load than a minute of audio to measure.
    from pydantic import TypeAdapter

    if name not in _ADAPTERS:
        _ADAPTERS[name] = TypeAdapter(KINDS[name])
    return _ADAPTERS[name]

"""Requests that fit the room's own description and mean nothing, and frames of a seat that were spoilt."""

import json
import random
import re
import struct
import warnings

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from starlette.routing import Route

from tests.lab.site.conftest import PEOPLE

WORDS = ("yes", "no", "practice", "certification", "missing-sofa", "good", "2026-12-01", "7", "all", "listening", "L1")
QUERY = (
    "call", "days", "dimension", "mode", "name", "order", "page", "person", "rubric", "scenario", "seed", "skill",
    "sort", "state", "team", "to", "verdict", "what",
)  # fmt: skip
FIELDS = (
    "again", "by", "call", "criterion", "mark", "name", "new", "note", "old", "open", "passed", "passes", "password",
    "person", "points", "role", "shared", "table", "team", "text", "to", "what",
)  # fmt: skip
HELLO = {
    "audio": {"microphone": "fuzz", "rate_hz": 16000, "latency_ms": 20, "asked": {}, "given": {}, "browser": "fuzz"},
    "scenario": "missing-sofa",
    "seed": 7,
}
FRAME = struct.Struct("<I")
SAMPLES = bytes(640)
WORDS_OF_A_SEAT = ({"do": "answer"}, {"do": "say", "text": "hello"}, {"do": "hand"}, {"do": "starved", "frames": 2})


def described(app, *, calls=()):
    """The description of an application as OpenAPI has it: its own routes, with what its forms and addresses name."""
    text = {"anyOf": [{"enum": [*WORDS, *PEOPLE, *calls]}, {"type": "string", "maxLength": 300}]}
    paths = {}
    for route in app.routes:
        if not isinstance(route, Route) or route.path == "/signout":  # it would end the session that asks
            continue
        kinds = {name: type(each).__name__ for name, each in route.param_convertors.items()}
        found = [
            {"name": name, "in": "path", "required": True,
             "schema": {"type": "integer", "minimum": 0, "maximum": 2**40} if "Integer" in kind else text}
            for name, kind in kinds.items()
        ]  # fmt: skip
        for method in sorted(set(route.methods or ()) - {"HEAD"}):
            what = {"parameters": list(found), "responses": {"default": {"description": "an answer"}}}
            if method == "GET":
                what["parameters"] += [{"name": name, "in": "query", "schema": text} for name in QUERY]
            else:
                form = {"schema": {"type": "object", "properties": dict.fromkeys(FIELDS, text)}}
                what["requestBody"] = {"content": {"application/x-www-form-urlencoded": form}}
            paths.setdefault(re.sub(r":\w+}", "}", route.path), {})[method.lower()] = what
    return {"openapi": "3.0.2", "info": {"title": "The room", "version": "1"}, "paths": paths}


def each_request(description, count, ask, *, every=1):
    """Call `ask` with cases that fit a description, about `count`, the same number of each route or each n-th."""
    operations = [each.ok() for each in schemathesis.openapi.from_dict(description).get_all_operations()][::every]
    for operation in operations:

        @settings(
            max_examples=max(1, -(-count // len(operations))), deadline=None, database=None, derandomize=True,
            phases=(Phase.generate,), suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(operation.as_strategy())
        def one(case):
            ask(case)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            one()


def spoilt(message, dice):
    """A message of a seat, bytes or text, that was altered in one of ten ways."""
    content = bytearray(message if isinstance(message, bytes) else message.encode())
    at = dice.randrange(len(content) or 1)
    altered = [
        lambda: content[:at],
        lambda: content + dice.randbytes(dice.randrange(1, 2_000)),
        lambda: content[:at] + bytes([dice.randrange(256)]) + content[at + 1 :],
        lambda: content[:at] + content[at + 1 :],
        lambda: content[at:] + content[:at],
        lambda: FRAME.pack(dice.randrange(2**32)) + content[4:],
        lambda: content * dice.randrange(2, 9),
        lambda: dice.randbytes(len(content)),
        lambda: b"",
        lambda: json.dumps({**dice.choice(WORDS_OF_A_SEAT), dice.choice(FIELDS): dice.random()}).encode(),
    ]
    made = bytes(dice.choice(altered)())
    return made if isinstance(message, bytes) and dice.random() < 0.9 else made.decode("utf-8", "replace")


def seat_messages(dice: random.Random, do=("call", "typed", "check", "return")):
    """What one connection of a seat sends: now and then something spoilt; yields (message, whether it is spoilt)."""
    hello = json.dumps({**HELLO, "do": dice.choice(do), "token": "x"})
    if dice.random() < 0.2:
        yield spoilt(hello, dice), True
        return
    yield hello, False
    for number in range(dice.randrange(1, 40)):
        message = FRAME.pack(number) + SAMPLES if dice.random() < 0.7 else json.dumps(dice.choice(WORDS_OF_A_SEAT))
        if dice.random() < 0.5:
            yield spoilt(message, dice), True
        else:
            yield message, False

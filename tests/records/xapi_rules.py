"""The rules of xAPI 1.0.3 (part 2: statements) for what a statement of ours may hold, each with its section."""

import re
import uuid
from datetime import datetime
from urllib.parse import urlsplit

ALLOWED = {
    "statement": {"id", "actor", "verb", "object", "result", "context", "timestamp", "version"},
    "actor": {"objectType", "account"},
    "account": {"homePage", "name"},
    "verb": {"id", "display"},
    "object": {"objectType", "id", "definition"},
    "definition": {"type", "name"},
    "result": {"score", "success", "completion", "response", "duration", "extensions"},
    "score": {"scaled", "raw", "min", "max"},
    "context": {"platform", "language", "registration", "extensions"},
}
ADL_VERBS = {f"http://adlnet.gov/expapi/verbs/{verb}" for verb in ("passed", "failed", "scored")}
DURATION = re.compile(r"PT\d+(\.\d{1,2})?S")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def check_statement(statement: dict) -> None:
    """Raise AssertionError where a statement breaks a rule."""
    _keys("statement", statement, {"actor", "verb", "object"})
    _no_null(statement)
    assert str(uuid.UUID(statement["id"])) == statement["id"], "2.4.1: a UUID in its standard form"
    assert statement["version"] == "1.0.3", "2.4.10"
    if "timestamp" in statement:  # 2.4.7 and 4.5: ISO 8601 after RFC 3339, with an offset, and not -00:00
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d", statement["timestamp"])
        assert datetime.fromisoformat(statement["timestamp"]).tzinfo is not None
        assert not statement["timestamp"].endswith("-00:00")
    actor = statement["actor"]
    _keys("actor", actor, {"account"})
    _keys("account", actor["account"], {"homePage", "name"})
    assert actor["objectType"] == "Agent", "2.4.2.1"
    _iri(actor["account"]["homePage"])
    assert isinstance(actor["account"]["name"], str), "2.4.2.4"
    assert actor["account"]["name"]
    _keys("verb", statement["verb"], {"id"})
    assert statement["verb"]["id"] in ADL_VERBS
    _languages(statement["verb"]["display"])
    _keys("object", statement["object"], {"id"})
    assert statement["object"]["objectType"] == "Activity", "2.4.6: context.platform wants an activity"
    _iri(statement["object"]["id"])
    _keys("definition", statement["object"]["definition"], set())
    _iri(statement["object"]["definition"]["type"])
    _languages(statement["object"]["definition"]["name"])
    _check_result(statement["result"])
    _keys("context", statement["context"], set())
    for name in statement["context"]["extensions"]:
        _iri(name)


def _check_result(result: dict) -> None:
    _keys("result", result, set())
    assert DURATION.fullmatch(result["duration"]), "4.6: ISO 8601, no finer than 0.01 s"
    for name in ("success", "completion"):
        assert isinstance(result.get(name, True), bool), "2.4.5"
    if "score" in result:
        score = result["score"]
        _keys("score", score, set())
        assert -1 <= score["scaled"] <= 1, "2.4.5.1"
        assert score["min"] <= score["raw"] <= score["max"], "2.4.5.1"
        assert score["min"] < score["max"], "2.4.5.1"


def _keys(what: str, part: dict, needed: set[str]) -> None:
    assert needed <= set(part) <= ALLOWED[what], f"2.2: {what} holds {sorted(part)}"


def _iri(text: str) -> None:
    assert urlsplit(text).scheme, f"4.1: {text!r} is no absolute IRI"
    assert not re.search(r"[\s<>\"{}|\\^`]", text), f"4.1: {text!r} holds what no IRI may"


def _languages(names: dict) -> None:
    assert names, "4.2: an empty language map"
    for language, text in names.items():
        assert LANGUAGE.fullmatch(language), "4.2: RFC 5646"
        assert isinstance(text, str)


def _no_null(part: object) -> None:
    """2.2: no value is null, save within extensions."""
    assert part is not None
    if isinstance(part, dict):
        for name, value in part.items():
            if name != "extensions":
                _no_null(value)

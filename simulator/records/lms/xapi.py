"""xAPI statements of calls, and cmi5's for the sessions they were.

References
----------
Experience API, version 1.0.3, part 2: statements (ADL Initiative, 2016). Verbs: ADL's vocabulary at
http://adlnet.gov/expapi/verbs/. cmi5 (AICC and ADL, "Quartz", 2016), sections 9.3 to 9.6: order of verbs, results,
categories, session id, times.

Notes
-----
Deviation from cmi5: there is no launch by an LMS here, so registration, session and activity ids are made from the
call's own; a learning record store takes the statements, while an LMS that counts only sessions it launched does not.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from simulator.errors import InputError
from simulator.records.lms.results import Result

VERBS = {"pass": "passed", "fail": "failed", "borderline": "scored", None: "scored"}
SITE = "https://hotseat.invalid"
"""xAPI wants addresses for activities and for the home of accounts; no such site exists."""
NAMESPACE = uuid.UUID("6f0d2c1e-3b0a-5c55-9a53-0d6b3a1b7c11")
CMI5 = "https://w3id.org/xapi/cmi5/context"


def statements(results: Sequence[Result], *, lms: str | None = None) -> str:
    """Return an xAPI statement a line.

    The actor is the person's account in the LMS where it is known, else the call's id; no name and no audio is in it.
    The same call and rubric give the same statement, id included, so that sending it twice records it once.

    Parameters
    ----------
    results : sequence of Result
    lms : str, optional
        The home page of the accounts.

    Raises
    ------
    InputError
        If somebody has an account and its home page is not known.
    """
    return _lines(_statement(result, lms) for result in results)


def cmi5_statements(results: Sequence[Result], *, lms: str | None = None) -> str:
    """Return the cmi5 statements of calls, a line each: every call is a session of its person in its scenario.

    A person completes and passes a scenario once; after that, and for what is borderline or has no verdict, a session
    only says that it began and ended.

    Raises
    ------
    InputError
        As `statements`, or if a call does not say when it began.
    """
    done: set[tuple[str, str]] = set()
    return _lines(each for result in results for each in _session(result, lms, done))


def _session(result: Result, lms: str | None, done: set[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    began = _time(result.started)
    if began is None:
        raise InputError(f"{result.call} does not say when it began, with its time zone; leave its folder out")
    actor = _actor(result, lms)
    registration = str(uuid.uuid5(NAMESPACE, f"registration {json.dumps(actor, sort_keys=True)}"))
    duration = {"duration": _duration(result)}
    verbs: list[tuple[str, dict[str, Any]]] = [("initialized", {})]
    if result.outcome != "incomplete" and _first(done, registration, result, "completed"):
        verbs.append(("completed", {"completion": True, **duration}))
    before = (registration, f"{result.scenario} passed") in done
    if result.verdict == "pass" and _first(done, registration, result, "passed"):
        verbs.append(("passed", {"success": True, **_score(result), **duration}))
    elif result.verdict == "fail" and not before:
        verbs.append(("failed", {"success": False, **_score(result), **duration}))
    verbs.append(("terminated", duration))
    end = began + timedelta(milliseconds=result.duration_ms)
    for number, (verb, content) in enumerate(verbs):
        moment = began if number == 0 else end + timedelta(milliseconds=number)
        yield _cmi5(result, (verb, content), actor, registration, moment)


def _first(done: set[tuple[str, str]], registration: str, result: Result, verb: str) -> bool:
    key = (registration, f"{result.scenario} {verb}")
    new = key not in done
    done.add(key)
    return new


def _cmi5(
    result: Result, what: tuple[str, dict[str, Any]], actor: dict[str, Any], registration: str, moment: datetime
) -> dict[str, Any]:
    verb, content = what
    name = quote(result.scenario, safe="")
    category = [{"objectType": "Activity", "id": f"{CMI5}/categories/cmi5"}]
    if "success" in content or "completion" in content:
        category.append({"objectType": "Activity", "id": f"{CMI5}/categories/moveon"})
    return {
        "id": str(uuid.uuid5(NAMESPACE, f"cmi5 {result.call} {verb} {result.rubric['sha256']} {result.total}")),
        "actor": actor,
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}", "display": {"en": verb}},
        "object": {"objectType": "Activity", "id": f"{SITE}/registrations/{registration}/{name}"},
        **({"result": content} if content else {}),
        "context": {
            "registration": registration,
            "contextActivities": {
                "category": category,
                "grouping": [{"objectType": "Activity", "id": f"{SITE}/scenarios/{name}"}],
            },
            "extensions": {f"{CMI5}/extensions/sessionid": str(uuid.uuid5(NAMESPACE, f"session {result.call}"))},
        },
        "timestamp": moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


def _statement(result: Result, lms: str | None) -> dict[str, Any]:
    verb = VERBS[result.verdict]
    key = f"{result.call} {result.rubric['sha256']} {result.total} {result.verdict}"
    statement: dict[str, Any] = {
        "id": str(uuid.uuid5(NAMESPACE, key)),
        "version": "1.0.3",
        "actor": _actor(result, lms),
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}", "display": {"en": verb}},
        "object": {
            "objectType": "Activity",
            "id": f"{SITE}/scenarios/{quote(result.scenario, safe='')}",
            "definition": {"type": "http://adlnet.gov/expapi/activities/simulation", "name": {"en": result.scenario}},
        },
        "result": {"completion": result.outcome != "incomplete", "duration": _duration(result), **_score(result)},
        "context": {
            "platform": "Hotseat",
            "extensions": {
                f"{SITE}/xapi/rubric": result.rubric,
                f"{SITE}/xapi/range": result.range,
                f"{SITE}/xapi/outcome": result.outcome,
            },
        },
    }
    if result.verdict in ("pass", "fail"):
        statement["result"]["success"] = result.verdict == "pass"
    if (started := _time(result.started)) is not None:
        statement["timestamp"] = started.isoformat()
    return statement


def _actor(result: Result, lms: str | None) -> dict[str, Any]:
    if result.account and not lms:
        raise InputError(
            f"{result.person} has an account in an LMS; say where: hotseat config lms https://lms.example.org"
        )
    account = {"homePage": lms, "name": result.account} if result.account else None
    return {"objectType": "Agent", "account": account or {"homePage": f"{SITE}/calls", "name": result.call}}


def _score(result: Result) -> dict[str, Any]:
    if result.total is None:
        return {}
    return {"score": {"scaled": round(result.total / 100, 4), "raw": result.total, "min": 0, "max": 100}}


def _duration(result: Result) -> str:
    return f"PT{result.duration_ms / 1000:.2f}S"


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _lines(found: Iterator[dict[str, Any]]) -> str:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in found)

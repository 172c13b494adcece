"""Attempts at certification: who may start one, with which form, which calls count, and the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.contract import RECORDED
from simulator.errors import InputError
from simulator.records.database.log import write_down
from simulator.records.database.tables import Attempt, AttemptCall, Call, CallSeal, Certificate, Person, now
from simulator.records.forms import Form, Policy
from simulator.records.reviews.standing import Standing, standing_of
from simulator.records.sealing.call_seals import RUNNING, open_seals, seal_of
from simulator.records.staff.people import known_instructor, may_answer

Result = Literal["open", "passed", "failed", "review", "lapsed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A call of an attempt: whether it counts, else why not, and where it stands after review."""

    call: Call
    counts: bool
    why: str
    standing: Standing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptState:
    """An attempt's result so far, when it ended, its calls, and the scenarios that are still to be taken."""

    attempt: Attempt
    result: Result
    ended: datetime | None
    calls: tuple[Counted, ...]
    missing: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """How the identity of the person was checked, and by which instructor."""

    how: str
    by: str


def start_attempt(
    session: Session, person: Person, policy: Policy, form: Form, identity: Identity, *, at: datetime | None = None
) -> Attempt:
    """Start an attempt.

    Raises
    ------
    InputError
        If the policy refuses it now (the message says why and from when on it will not), or the identity was not
        checked in a way that the policy allows.
    """
    moment = at or now()
    refused = why_not(session, person, policy, at=moment)
    if refused:
        raise InputError(f"{person.name} cannot start an attempt: {refused}")
    if identity.how not in policy.identity:
        raise InputError(f"the identity cannot be checked by {identity.how!r}; allowed: {', '.join(policy.identity)}")
    checker = known_instructor(session, identity.by)
    if checker.id == person.id:
        raise InputError(f"{person.name} cannot vouch for themselves; another instructor can")
    attempt = Attempt(
        person_id=person.id,
        policy=f"{policy.id} {policy.version}",
        policy_sha256=policy.sha256,
        form=form.id,
        form_sha256=form.sha256,
        scenarios=list(form.scenarios),
        recognizer=form.recognizer,
        started=moment,
        until=moment + timedelta(days=policy.complete_within_days),
        valid_months=policy.valid_months,
        incomplete_allowed=policy.incomplete_calls,
        identity=identity.how,
        identity_by=checker.id,
    )
    write_down(session, "started", attempt, by=checker.id)
    return attempt


def why_not(session: Session, person: Person, policy: Policy, *, at: datetime) -> str:
    """Return why a person cannot start an attempt now; "" if they can."""
    outcomes = [state_of(session, attempt, at=at) for attempt in attempts_of(session, person)]
    for each in outcomes:
        if each.result == "open":
            left = ", ".join(each.missing)
            return f"one is open until {_day(each.attempt.until)}, form {each.attempt.form}; to be taken: {left}"
        if each.result == "review":
            return "a call of the last one is borderline, so a person must decide first (hotseat review confirm|reject)"
    valid = certified_until(session, person)
    if valid is not None and at < valid - timedelta(days=policy.renew_days):
        opens = _day(valid - timedelta(days=policy.renew_days))
        return f"they are certified until {_day(valid)}; it can be renewed from {opens} on"
    if outcomes and outcomes[-1].result == "passed" and not has_certificate(session, outcomes[-1].attempt):
        return "the last one was passed and has no certificate yet: hotseat certify CALL_DIR --person NAME"
    failed = _failed_since_passed(outcomes)
    ended = [each.ended for each in failed if each.ended is not None]
    if ended and at < ended[-1] + timedelta(days=policy.cool_down_days):
        again = _day(ended[-1] + timedelta(days=policy.cool_down_days))
        return f"the last one failed on {_day(ended[-1])}; the cool-down of {policy.cool_down_days} days ends {again}"
    recent = [each for each in ended if at - each < timedelta(days=policy.within_days)]
    if len(recent) >= policy.attempts:
        again = _day(recent[-policy.attempts] + timedelta(days=policy.within_days))
        return f"all {policy.attempts} attempts in {policy.within_days} days are used up; the next is possible {again}"
    return ""


def join_attempt(session: Session, call: Call) -> None:
    """Let a certification call count in the attempt that was open when it was taken, if the form has its scenario.

    This is decided once, when the call is filed. When it was taken is known from its seal; where it has none, from
    call.json, and then it is listed but does not count.
    """
    if call.mode != "certification" or call.person_id is None:
        return
    if session.scalar(select(AttemptCall).where(AttemptCall.call_id == call.id)) is not None:
        return
    seal = seal_of(session, call)
    taken = call.started + timedelta(seconds=1) if seal is None else seal.begun  # call.json knows the second only
    open_then = select(Attempt).where(
        Attempt.person_id == call.person_id, Attempt.started < taken, Attempt.until >= call.started
    )
    attempt = session.scalar(open_then.order_by(Attempt.started.desc()).limit(1))
    if attempt is not None and call.scenario in attempt.scenarios:
        write_down(session, "joined", AttemptCall(attempt_id=attempt.id, call_id=call.id))


def look_ahead(
    session: Session, person: Person, scenario: str, *, answers: str | None = None, at: datetime | None = None
) -> tuple[bool, str]:
    """Return whether a certification call of a scenario may be taken now, and a sentence on what it counts for.

    It may not if an attempt is open in which this scenario is not to be taken (any more), nor if `answers`, who answers
    for a headset without a check, is not allowed to.
    """
    if answers and not may_answer(session, answers, person):
        return False, (
            f"{answers} cannot answer for the headset of this call; only an instructor of the records can, and not for "
            "a call of their own (hotseat people list)"
        )
    state = open_attempt(session, person, at=at)
    if state is None:
        return True, "This call counts in no attempt; an instructor starts one: hotseat certification start"
    form = state.attempt.form
    if scenario not in state.missing:
        left = ", ".join(state.missing)
        return False, f"{scenario} is not to be taken in the attempt with form {form}; to be taken: {left}"
    return True, f"This call counts in the attempt at certification with form {form}."


def open_attempt(session: Session, person: Person, *, at: datetime | None = None) -> AttemptState | None:
    """Return the state of a person's last attempt if it is open; None if they have none that is."""
    last = next(reversed(attempts_of(session, person)), None)
    state = None if last is None else state_of(session, last, at=at)
    return state if state is not None and state.result == "open" else None


def pick_form(session: Session, person: Person, forms: Sequence[Form]) -> Form:
    """Return the form that this person never had, else the one they had longest ago."""
    used = [attempt.form for attempt in attempts_of(session, person)]
    return min(forms, key=lambda form: max((i for i, name in enumerate(used) if name == form.id), default=-1))


def attempts_of(session: Session, person: Person) -> Sequence[Attempt]:
    """Return a person's attempts, oldest first."""
    return session.scalars(select(Attempt).where(Attempt.person_id == person.id).order_by(Attempt.started)).all()


def attempt_with(session: Session, call: Call) -> Attempt | None:
    """Return the attempt that a call belongs to; None if it belongs to none."""
    return session.scalar(
        select(Attempt).join(AttemptCall, AttemptCall.attempt_id == Attempt.id).where(AttemptCall.call_id == call.id)
    )


def certified_until(session: Session, person: Person) -> datetime | None:
    """Return when a person's last certificate expires; None if they never had one, or all were withdrawn."""
    wanted = select(Certificate).join(Call, Call.id == Certificate.call_id).where(Call.person_id == person.id)
    wanted = wanted.where(Certificate.withdrawn.is_(None))
    return max((each.expires for each in session.scalars(wanted)), default=None)


def counting_of(session: Session, call: Call) -> str:
    """Return in a sentence whether a certification call counts, and for what; "" for practice."""
    if call.mode != "certification":
        return ""
    if call.trainee == "recorded":
        return f"It counts for nobody. {RECORDED}."
    if call.person_id is None:
        return "It counts in no attempt: nobody was named for it (--person NAME)."
    attempt = attempt_with(session, call)
    if attempt is None:
        return f"It counts in no attempt: none with {call.scenario} was open when it was taken."
    why = next((each.why for each in _counted(session, attempt) if each.call.id == call.id), "")
    return (
        f"It {'does not count' if why else 'counts'} in the attempt with form {attempt.form}{': ' if why else ''}{why}."
    )


def last_withdrawn(session: Session, person: Person) -> Certificate | None:
    """Return a person's certificate that was withdrawn last; None if none was."""
    wanted = select(Certificate).join(Call, Call.id == Certificate.call_id).where(Call.person_id == person.id)
    return session.scalar(wanted.where(Certificate.withdrawn.is_not(None)).order_by(Certificate.withdrawn.desc()))


def state_of(session: Session, attempt: Attempt, *, at: datetime | None = None) -> AttemptState:
    """Return the state of an attempt, reviews included."""
    moment = at or now()
    calls = _counted(session, attempt)
    counting = [each for each in calls if each.counts]
    missing = tuple(n for n in attempt.scenarios if n not in {each.call.scenario for each in counting})
    lost, cut_off = _lost(session, attempt, moment)
    cut_off += sum(each.call.outcome == "incomplete" and not each.counts for each in calls)
    verdicts = [_verdict(each) for each in counting]
    last = max((each.call.started for each in calls), default=attempt.started)

    def state(result: Result, reason: str, ended: datetime | None = None) -> AttemptState:
        return AttemptState(
            attempt=attempt, result=result, ended=ended, calls=tuple(calls), missing=missing, reason=reason
        )  # fmt: skip

    if "fail" in verdicts:
        failed = counting[verdicts.index("fail")].call
        return state("failed", f"{failed.scenario} was not passed", last)
    if lost is not None:
        why = f"the call of {lost.scenario} that began at {_day(lost.begun)} ended and was not filed as it was sealed"
        return state("failed", f"{why}; file it with: hotseat records add CALL_DIR", max(last, lost.begun))
    if cut_off > attempt.incomplete_allowed:
        return state("failed", f"{cut_off} calls were cut off; allowed: {attempt.incomplete_allowed}", last)
    if missing and moment > attempt.until:
        return state("lapsed", f"not all calls were taken by {_day(attempt.until)}", attempt.until)
    if missing:
        return state("open", f"to be taken: {', '.join(missing)}")
    if "borderline" in verdicts:
        return state("review", "a call is borderline, so a person must decide")
    return state("passed", "every call was passed", last)


def _lost(session: Session, attempt: Attempt, moment: datetime) -> tuple[CallSeal | None, int]:
    """Return the first call of an attempt that ended and is not filed as it was sealed, and how many never ended."""
    seals = [
        each
        for each in open_seals(session, attempt.person_id, since=attempt.started, until=attempt.until)
        if each.scenario in attempt.scenarios
    ]
    ended = (each for each in seals if each.ended is not None and each.outcome != "incomplete")
    joined = select(Call.name).join(AttemptCall).where(AttemptCall.attempt_id == attempt.id)
    counted = set(session.scalars(joined.where(Call.outcome == "incomplete")))  # as calls; no other name hides a seal
    cut_off = [
        each
        for each in seals
        if each.name not in counted and (each.outcome == "incomplete" or moment - each.begun > RUNNING)
    ]
    return next(ended, None), sum(each.ended is None or each.outcome == "incomplete" for each in cut_off)


def _counted(session: Session, attempt: Attempt) -> list[Counted]:
    wanted = select(Call).join(AttemptCall, AttemptCall.call_id == Call.id).where(AttemptCall.attempt_id == attempt.id)
    found: list[Counted] = []
    taken: set[str] = set()
    for call in session.scalars(wanted.order_by(Call.started, Call.name)):
        standing = _standing(session, call)
        why = ""
        if call.scenario in taken:
            why = "the scenario was taken before"
        elif call.outcome == "incomplete" and (standing is None or standing.decision is None):
            why = "it was cut off"
        elif seal_of(session, call) is None:
            why = "it is not as it was sealed while it ran, or was not sealed in these records"
        elif not (call.checked or call.overridden):
            why = "the headset passed no check before it, and no other instructor of the records answered for it"
        elif attempt.recognizer not in ("any", call.recognizer):
            why = f"{call.recognizer} listened, and the form wants {attempt.recognizer}"
        elif standing is not None and standing.score.verdict is None:
            why = "it was not scored by a rubric with a rule for passing"
        else:
            taken.add(call.scenario)
        found.append(Counted(call=call, counts=not why, why=why, standing=standing))
    return found


def _standing(session: Session, call: Call) -> Standing | None:
    try:
        return standing_of(session, call)
    except InputError:
        return None


def _verdict(each: Counted) -> str:
    return "borderline" if each.standing is None else each.standing.verdict or "borderline"


def _failed_since_passed(outcomes: Sequence[AttemptState]) -> list[AttemptState]:
    failed: list[AttemptState] = []
    for each in outcomes:
        if each.result == "passed":
            failed = []
        elif each.result in ("failed", "lapsed"):
            failed.append(each)
    return failed


def has_certificate(session: Session, attempt: Attempt) -> bool:
    """Return whether an attempt has a certificate, or had one that was withdrawn."""
    return session.scalar(select(Certificate).where(Certificate.attempt_id == attempt.id)) is not None


def _day(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"

"""Attempts and withdrawals, as an officer asks for them in a terminal or in the room."""

from __future__ import annotations

from pathlib import Path

from simulator.errors import InputError
from simulator.records.attempts import Identity, pick_form, start_attempt
from simulator.records.certificates.keys import KeyRing
from simulator.records.certificates.withdrawing import withdraw
from simulator.records.database.opening import Records
from simulator.records.database.tables import Attempt
from simulator.records.forms import STANDARD, Form, forms_of, load_policy
from simulator.records.sealing.heads import sign_head
from simulator.records.staff.people import known_person
from simulator.session.difficulty import equality_of
from simulator.session.trainees import Notify


def begin_attempt(
    records: Records, person: str, identity: Identity, *, form: str | None, policy: Path | None, notify: Notify
) -> tuple[Attempt, Form]:
    """Start an attempt of a person, and return it with its form.

    Parameters
    ----------
    records : Records
    person : str
        Their name.
    identity : Identity
    form : str or None
        A form of the policy; None for one that they did not have last.
    policy : Path or None
        A policy's file; None for the standard one.
    notify : callable
        Told in words what happens meanwhile.

    Raises
    ------
    InputError
        If the policy has no such form, its forms are not equally hard, or it refuses an attempt now.
    """
    loaded = load_policy(policy or STANDARD)
    forms = {each.id: each for each in forms_of(loaded, policy)}
    if form is not None and form not in forms:
        raise InputError(f"the policy {loaded.id} has no form {form!r}; it has: {', '.join(forms)}")
    with records.writing() as session:
        equal = equality_of(session, loaded, list(forms.values()), notify)
    if not equal.equal:
        raise InputError(
            f"the forms of {loaded.id} are {equal.spread:.1f} points apart in difficulty, allowed "
            f"{equal.tolerance:g}; see: hotseat forms check"
        )
    with records.writing() as session:
        who = known_person(session, person)
        chosen = forms[form] if form is not None else pick_form(session, who, list(forms.values()))
        return start_attempt(session, who, loaded, chosen, identity), chosen


def withdraw_certificate(records: Records, certificate: str, *, by: str, reason: str) -> None:
    """Withdraw a certificate by its id, and sign the head of the log.

    Raises
    ------
    InputError
        If these records know no such certificate, it is withdrawn already, or `by` may not.
    """
    ring = KeyRing()
    with records.writing() as session:
        withdraw(session, ring, certificate, by=by, reason=reason)
    sign_head(records, ring)

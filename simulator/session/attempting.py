"""Attempts, certificates and withdrawals, as an officer asks for them in a terminal or in the room."""

from __future__ import annotations

from pathlib import Path

from simulator.errors import InputError
from simulator.private import write_private
from simulator.recording.folder import CallFolder
from simulator.records.attempts import Identity, attempts_of, pick_form, start_attempt, state_of
from simulator.records.certificates.attempt import counted
from simulator.records.certificates.document import CertificateOutput, Issuer
from simulator.records.certificates.issuing import NAME
from simulator.records.certificates.keys import KeyRing
from simulator.records.certificates.page import render_page
from simulator.records.certificates.withdrawing import withdraw
from simulator.records.database.opening import Records, open_records
from simulator.records.database.tables import Attempt
from simulator.records.forms import STANDARD, Form, forms_of, load_policy
from simulator.records.sealing.heads import sign_head
from simulator.records.staff.people import known_person
from simulator.session.certifying import Asked, certify
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


def certify_person(person: str, issuer: Issuer, *, database: str | None) -> CertificateOutput:
    """Issue the certificate of a person's last attempt, with its page, in the folder of one of its calls.

    Raises
    ------
    InputError
        If their last attempt is not passed, or cannot be certified; the message says why.
    ModelError
        If a recognizer or voice that a call needs is not installed.
    """
    with open_records(database) as records, records.reading() as session:
        attempts = attempts_of(session, known_person(session, person))
        calls = counted(state_of(session, attempts[-1])) if attempts else []
        if not calls:
            raise InputError(f"{person} has taken no call that counts in an attempt")
        folder = CallFolder.open(Path(calls[-1].call.path))
    names = (NAME, *(f"certificate-{number}.json" for number in range(2, 100)))
    path = next(folder.path / name for name in names if not (folder.path / name).exists())
    made = certify(
        folder, Asked(person=person, months=None, path=path, issuer=issuer), database=database, notify=_quiet
    )
    write_private(path.with_suffix(".pdf"), render_page(made))
    return made


def _quiet(text: str) -> None:
    """Take no notice."""


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

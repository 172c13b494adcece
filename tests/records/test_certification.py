"""Certification: who may try when, with which form, what counts, and what the certificate says of it."""

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from simulator.customer.scenario import list_scenarios
from simulator.errors import InputError
from simulator.recording.folder import CallFolder
from simulator.records.attempts import (
    Identity,
    attempt_with,
    counting_of,
    look_ahead,
    pick_form,
    start_attempt,
    state_of,
    why_not,
)
from simulator.records.certificates.attempt import sealed_records
from simulator.records.certificates.issuing import Proof, file_bytes, issue
from simulator.records.certificates.keys import KeyRing
from simulator.records.certificates.page import render_page
from simulator.records.certificates.verifying import verify
from simulator.records.certificates.withdrawing import withdraw, withdrawals
from simulator.records.certification_page import overview, status_output
from simulator.records.database.log import check_log
from simulator.records.difficulty import Rehearsals, equality, store_difficulty, stored_difficulty
from simulator.records.filing import file_call, file_certificate
from simulator.records.forms import Form, forms_of, list_forms, load_form, load_policy
from simulator.records.lists.certified import CertifiedIndex
from simulator.records.portability import what_goes
from simulator.records.reviews.reviewing import decide, override
from simulator.records.staff.people import add_person, add_team, change_person
from tests.command_line import run
from tests.records.conftest import scored_call, seal_as_taken
from tests.records.test_review import lower_to
from tests.scoring.made_call import bad_call, good_call

pytestmark = pytest.mark.contract
STARTED = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
"""A quarter of an hour before the made calls."""
CARD = Identity(how="staff card", by="Inez")
DAY = timedelta(days=1)
UNCHECKED = "the headset passed no check before it, and no other instructor of the records answered for it"


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Certification calls, made once: passed, failed, cut off, without sound, for that is quick; and one with sound."""
    folder = tmp_path_factory.mktemp("made")
    cut = good_call()
    cut.events.pop()
    calls = {"good": good_call(), "bad": bad_call(), "cut": cut.end("incomplete")}
    found = {name: scored_call(folder / name, call, typed=True).path for name, call in calls.items()}
    return found | {
        "spoken": scored_call(folder / "spoken").path,
        "rude": scored_call(folder / "rude", bad_call()).path,
    }


@pytest.fixture
def lab(records, made, tmp_path):
    """Dana wants to be certified; Inez is an instructor; `take` files a call as if just taken."""
    with records.writing() as session:
        dana = add_person(session, "Dana")
        add_person(session, "Inez", role="instructor")

        def take(kind, scenario="missing-sofa", after=timedelta(0), **manifest):
            name = f"{kind}-{scenario}-{after.total_seconds():.0f}"
            path = shutil.copytree(made[kind], tmp_path / "taken" / name)
            content = json.loads((path / "call.json").read_text("utf-8"))
            started = datetime.fromisoformat(content["started"]) + after
            transcript = (path / "transcript.json").read_text("utf-8").replace(content["id"], name)
            (path / "transcript.json").write_text(transcript, "utf-8")
            content |= {"id": name, "scenario": scenario, "started": started.isoformat(), "person": "Dana", **manifest}
            (path / "call.json").write_text(json.dumps(content), "utf-8")
            seal_as_taken(session, path)
            return file_call(session, path)

        yield session, dana, take


@pytest.fixture(scope="session")
def policy():
    return load_policy()


def form(*scenarios):
    made = Form(id="x", version="1", title="X", scenarios=scenarios)
    made._sha256 = "f" * 64  # as if from a file
    return made


def begin(session, dana, policy, *scenarios, at=STARTED):
    return start_attempt(session, dana, policy, form(*scenarios or ["missing-sofa"]), CARD, at=at)


def result(session, attempt, at=STARTED + DAY):
    return state_of(session, attempt, at=at).result


def test_an_attempt_is_passed_when_every_call_of_its_form_is(lab, policy):
    session, dana, take = lab
    attempt = begin(session, dana, policy, "missing-sofa", "wrong-bill")
    assert state_of(session, attempt, at=STARTED).missing == ("missing-sofa", "wrong-bill")
    take("good")
    assert result(session, attempt) == "open"
    take("good", "cold-dinner", after=DAY / 50)  # not of the form
    take("good", "wrong-bill", after=DAY / 40)
    assert result(session, attempt) == "passed"
    take("bad", "wrong-bill", after=DAY / 30)  # a second try changes nothing
    outcome = state_of(session, attempt, at=STARTED + DAY)
    assert outcome.result == "passed"
    assert [each.why for each in outcome.calls] == ["", "", "the scenario was taken before"]
    assert check_log(session).faults == ()


def test_one_failed_call_fails_it_and_the_cool_down_begins(lab, policy):
    session, dana, take = lab
    attempt = begin(session, dana, policy, "missing-sofa", "wrong-bill")
    call = take("bad")
    assert result(session, attempt) == "failed"
    cool = timedelta(days=policy.cool_down_days)
    assert "cool-down of 7 days" in why_not(session, dana, policy, at=call.started + cool - DAY)
    with pytest.raises(InputError, match="cannot start an attempt: the last one failed"):
        begin(session, dana, policy, at=call.started + cool - DAY)
    assert why_not(session, dana, policy, at=call.started + cool) == ""


def test_attempts_are_used_up_and_come_back(lab, policy):
    session, dana, take = lab
    assert policy.attempts == 3
    for number in range(3):
        begin(session, dana, policy, at=STARTED + number * 10 * DAY)
        take("bad", after=number * 10 * DAY)
    told = why_not(session, dana, policy, at=STARTED + 40 * DAY)
    assert told.startswith("all 3 attempts in 180 days are used up; the next is possible")
    assert why_not(session, dana, policy, at=STARTED + 181 * DAY) == ""


def test_an_attempt_that_is_not_finished_lapses(lab, policy):
    session, dana, take = lab
    attempt = begin(session, dana, policy, "missing-sofa", "wrong-bill")
    take("good")
    assert "one is open until" in why_not(session, dana, policy, at=STARTED + DAY)
    late = STARTED + timedelta(days=policy.complete_within_days) + DAY
    assert result(session, attempt, late) == "lapsed"
    take("good", "wrong-bill", after=4 * DAY)
    assert result(session, attempt, late + 4 * DAY) == "lapsed"


def test_a_call_that_was_cut_off_may_be_taken_again_but_not_for_ever(lab, policy):
    session, dana, take = lab
    attempt = begin(session, dana, policy)
    take("cut")
    assert result(session, attempt) == "open"
    take("cut", after=DAY / 100)
    assert result(session, attempt) == "failed"
    assert state_of(session, attempt, at=STARTED).reason == "2 calls were cut off; allowed: 1"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"preflight": None}, UNCHECKED),
        ({"preflight": {"passed": False}, "overridden_by": "Inez"}, ""),
        ({"preflight": {"passed": False}, "overridden_by": "Dana"}, UNCHECKED),
        ({"preflight": {"passed": False}, "overridden_by": "Nobody"}, UNCHECKED),
        ({"recognizer": "vosk"}, "vosk listened, and the form wants whisper"),
    ],
)
def test_what_counts(lab, policy, change, why):
    session, dana, take = lab
    wants = Form(id="x", version="1", title="X", scenarios=("missing-sofa",), recognizer="whisper")
    attempt = start_attempt(session, dana, policy, wants, CARD, at=STARTED)
    take("good", **change)
    assert [each.why for each in state_of(session, attempt).calls] == [why]


def test_before_a_call_it_is_said_what_it_counts_for(lab, policy):
    session, dana, take = lab
    for name in ("Dana", "Nobody"):
        allowed, told = look_ahead(session, dana, "missing-sofa", answers=name, at=STARTED)
        assert (allowed, told.startswith(f"{name} cannot answer for the headset")) == (False, True)
    assert look_ahead(session, dana, "missing-sofa", answers="inez", at=STARTED)[0]
    assert "counts in no attempt" in look_ahead(session, dana, "missing-sofa", at=STARTED)[1]
    begin(session, dana, policy, "missing-sofa", "wrong-bill")
    assert "counts in the attempt" in look_ahead(session, dana, "missing-sofa", at=STARTED)[1]
    take("good")
    for scenario in ("missing-sofa", "cold-dinner"):
        allowed, told = look_ahead(session, dana, scenario, at=STARTED + DAY / 2)
        assert not allowed
        assert told.endswith("to be taken: wrong-bill")


def test_a_borderline_attempt_waits_for_a_person(lab, policy):
    session, dana, take = lab
    attempt = begin(session, dana, policy)
    call = take("good")
    lower_to(session, call, 76)
    assert result(session, attempt) == "review"
    assert "a person must decide first" in why_not(session, dana, policy, at=STARTED + DAY)
    decide(session, call, "Inez", passed=True, reason="I heard all of it.")
    assert result(session, attempt) == "passed"


def test_the_identity_is_checked_by_somebody_else(lab, policy):
    session, dana, _ = lab
    for identity, why in (
        (Identity(how="a smile", by="Inez"), "allowed: staff card"),
        (Identity(how="staff card", by="Dana"), "is a trainee"),
        (Identity(how="staff card", by="Nobody"), "nobody called"),
    ):
        with pytest.raises(InputError, match=why):
            start_attempt(session, dana, policy, form("missing-sofa"), identity, at=STARTED)
    dana.role = "instructor"
    with pytest.raises(InputError, match="cannot vouch for themselves"):
        start_attempt(session, dana, policy, form("missing-sofa"), Identity(how="staff card", by="Dana"), at=STARTED)


def test_the_form_is_not_the_one_they_had_last(lab, policy):
    session, dana, _ = lab
    forms = forms_of(policy)
    met = []
    for number in range(len(forms) + 1):
        chosen = pick_form(session, dana, forms)
        start_attempt(session, dana, policy, chosen, CARD, at=STARTED + number * 200 * DAY)
        met.append(chosen.id)
    assert sorted(met[:-1]) == sorted(form.id for form in forms)
    assert met[-1] == met[0]


def test_the_certificate_names_the_attempt_and_opens_renewal_late(lab, policy, tmp_path):
    session, dana, take = lab
    begin(session, dana, policy, "missing-sofa", "wrong-bill")
    call, second = take("spoken"), take("good", "wrong-bill", after=DAY / 40)
    folder = CallFolder.open(tmp_path / "taken" / call.name)
    sealed, months = sealed_records(session, call, filed_scores(session, call))
    assert sealed.decision is None
    assert months == policy.valid_months
    assert sorted(sealed.attempt.calls) == sorted([call.name, second.name])
    made = issue(folder, "Dana", KeyRing().signing_key, proof=Proof(records=sealed))
    path = folder.path / "certificate.json"
    path.write_bytes(file_bytes(made))
    file_certificate(session, call, path)
    assert verify(path).valid, verify(path).reason
    assert (made.records.attempt.identity, made.records.attempt.identity_by) == ("staff card", "Inez")
    assert render_page(made).startswith(b"%PDF-")
    with pytest.raises(InputError, match="has a certificate already"):
        sealed_records(session, second, {})
    expires = datetime.fromisoformat(made.expires)
    found = status_output(session, dana, policy, at=expires - 61 * DAY)
    assert (found.state, found.attempts[0].result) == ("certified", "passed")
    assert "it can be renewed from" in found.why_not
    assert status_output(session, dana, policy, at=expires - 59 * DAY).why_not == ""
    assert status_output(session, dana, policy, at=expires + DAY).state == "expired"


def test_where_everybody_stands_is_one_list(lab, policy, tmp_path):
    session, dana, take = lab

    def stands(at=STARTED + DAY):
        return {each.person: (each.state, each.note) for each in overview(session, policy, at=at).people}

    assert stands() == {"Dana": ("not_certified", "")}  # Inez is an instructor
    begin(session, dana, policy)
    assert stands()["Dana"] == ("open", "form x, to be taken: missing-sofa")
    call = take("spoken")
    assert stands()["Dana"][0] == "passed"
    folder = CallFolder.open(tmp_path / "taken" / call.name)
    made = issue(folder, "Dana", KeyRing().signing_key, proof=Proof(records=sealed_records(
        session, call, filed_scores(session, call))[0]))  # fmt: skip
    path = folder.path / "certificate.json"
    path.write_bytes(file_bytes(made))
    file_certificate(session, call, path)
    expires = datetime.fromisoformat(made.expires)
    assert stands() == {"Dana": ("certified", "")}
    assert stands(expires - 59 * DAY) == {"Dana": ("due", "can be renewed now")}
    assert stands(expires + DAY)["Dana"][0] == "expired"
    lost = what_goes(session, "Dana")
    assert lost == ("1 call with its recording", "1 certificate (1 still valid)", "1 attempt at certification")
    withdraw(session, KeyRing(), made.id, by="Inez", reason="The name was wrong.")
    assert stands()["Dana"][0] == "withdrawn"
    assert stands()["Dana"][1].endswith("The name was wrong.")
    (gone,) = withdrawals(session)
    assert (gone.id, gone.person, gone.by, gone.why) == (made.id, "Dana", "Inez", "The name was wrong.")
    assert "1 certificate (0 still valid)" in what_goes(session, "Dana")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "It counts in the attempt with form x."),
        ({"preflight": None}, "It does not count in the attempt with form x: the headset passed no check"),
        ({"trainee": "recorded"}, "It counts for nobody. RECORDED: no person took this call."),
        ({"person": ""}, "It counts in no attempt: nobody was named for it"),
        ({"mode": "practice"}, ""),
    ],
)
def test_a_call_says_what_it_counts_for(lab, policy, change, said):
    session, dana, take = lab
    begin(session, dana, policy)
    found = counting_of(session, take("good", **change))
    assert found.startswith(said)
    assert bool(found) == bool(said)


def test_people_can_let_a_call_pass_and_the_certificate_says_who(lab, policy, tmp_path):
    session, dana, take = lab
    attempt = begin(session, dana, policy)
    call = take("rude")
    with pytest.raises(InputError, match="is failed"):
        sealed_records(session, call, filed_scores(session, call))
    for each in state_of(session, attempt).calls[0].standing.score.criteria:
        if each["of"] > each["points"]:
            override(session, call, "Inez", criterion=each["id"], points=each["of"], reason="The line was broken.")
    with pytest.raises(InputError, match="a person must decide"):  # keeps-temper counts no points, and was missed
        sealed_records(session, call, filed_scores(session, call))
    decide(session, call, "Inez", passed=True, reason="The line was broken.")
    sealed, _ = sealed_records(session, call, filed_scores(session, call))
    assert (sealed.decision.by, sealed.decision.total) == (["Inez"], 100.0)
    folder = CallFolder.open(tmp_path / "taken" / call.name)
    with pytest.raises(InputError, match="did not pass"):
        issue(folder, "Dana", KeyRing().signing_key)
    made = issue(folder, "Dana", KeyRing().signing_key, proof=Proof(records=sealed))
    assert made.score.verdict == "fail"
    path = tmp_path / "c.json"
    path.write_bytes(file_bytes(made))
    assert verify(path, call=folder.path).valid
    path.write_bytes(file_bytes(made).replace(b"The line was broken.", b"The line was Broken."))
    assert not verify(path, call=folder.path).valid
    with pytest.raises(InputError, match="says that Dana took this call"):
        issue(folder, "Eve", KeyRing().signing_key, proof=Proof(records=sealed))


def filed_scores(session, call):
    """What every call of the attempt gives when it is judged again, where nothing was changed."""
    calls = state_of(session, attempt_with(session, call)).calls
    return {each.call.name: each.standing.score.sha256 for each in calls}


def figure(name, points):
    return Rehearsals(
        scenario=name, scenario_sha256=name, rubric_sha256="r", points=points, calls=9, versions="hotseat 0"
    )


def test_forms_are_equal_within_a_tolerance_and_history_takes_over(records):
    forms = [Form(id="a", version="1", title="A", scenarios=("s", "t")),
             Form(id="b", version="1", title="B", scenarios=("u",))]  # fmt: skip
    found = {name: figure(name, points) for name, points in (("s", 40.0), ("t", 50.0), ("u", 47.0))}
    with records.writing() as session:
        same = equality(session, forms, found, tolerance=2, enough=5)
        assert (same.source, same.forms, same.spread, same.equal) == ("rehearsal", {"a": 45.0, "b": 47.0}, 2.0, True)
        assert not equality(session, forms, found, tolerance=1.9, enough=5).equal
        store_difficulty(session, found["s"])
        store_difficulty(session, figure("s", 41.0))
        assert stored_difficulty(session, "s", "r", "hotseat 0").points == 41.0
        assert stored_difficulty(session, "s", "other rubric", "hotseat 0") is None
        assert stored_difficulty(session, "s", "r", "hotseat 1") is None


def test_peoples_calls_count_once_there_are_enough(lab, policy):
    session, _, take = lab
    one = take("good")
    take("bad", after=DAY)
    score = outcome_scores(session, one)
    found = {"missing-sofa": Rehearsals(
        scenario="missing-sofa", scenario_sha256=one.scenario_sha256, rubric_sha256=score.rubric_sha256,
        points=45.0, calls=9, versions="hotseat 0",
    )}  # fmt: skip
    few = equality(session, [form("missing-sofa")], found, tolerance=3, enough=3)
    assert (few.source, few.scenarios["missing-sofa"], few.calls["missing-sofa"]) == ("rehearsal", 45.0, 9)
    enough = equality(session, [form("missing-sofa")], found, tolerance=3, enough=2)
    totals = [score.total, outcome_scores(session, take("bad", after=DAY * 2)).total]
    assert enough.source == "calls"
    assert enough.scenarios["missing-sofa"] == pytest.approx(100 - sum(totals) / 2, abs=0.01)
    assert enough.calls["missing-sofa"] == 2


def outcome_scores(session, call):
    from simulator.records.reviews.standing import latest_score

    return latest_score(session, call)


def test_the_shipped_forms_use_scenarios_that_are_there_each_in_one_form(policy):
    names = [name for form in forms_of(policy) for name in form.scenarios]
    assert set(names) <= set(list_scenarios())
    assert len(set(names)) == len(names)
    assert {load_form(name).id for name in list_forms()} == set(policy.forms)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{id: x, version: '1', title: X, scenarios: [a, a]}", "a scenario stands twice"),
        ("{id: x, version: '1', title: X, scenarios: []}", "scenarios"),
        ("{id: X Y, version: '1', title: X, scenarios: [a]}", "id"),
    ],
)
def test_a_form_is_checked(tmp_path, text, why):
    path = tmp_path / "form.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=why):
        load_form(path)


def test_the_whole_way_by_commands(call, tmp_path, monkeypatch):
    (tmp_path / "x.yaml").write_text("{id: x, version: '1', title: X, scenarios: [missing-sofa]}")
    (tmp_path / "mine.yaml").write_text(
        load_policy_text().replace("id: standard", "id: mine").replace("[a, b, c, d]", "[x.yaml]")
    )
    policy = ("--policy", tmp_path / "mine.yaml")
    run("people", "add", "Inez", "--role", "instructor")
    run("people", "add", "Dana")
    said = ("--identity", "staff card", "--checked-by", "Inez")
    assert "hotseat call missing-sofa --mode certification" in run("certification", "start", "Dana", *said, *policy)
    with pytest.raises(InputError, match="one is open"):
        run("certification", "start", "Dana", *said, *policy)
    found = json.loads(run("forms", "check", "--json", *policy))
    assert (found["equal"], found["source"], found["calls"]) == (True, "rehearsal", {"missing-sofa": 9})
    assert 20 < found["scenarios"]["missing-sofa"] < 80
    with pytest.raises(InputError, match="part of no attempt"):  # it was taken in 2026, before the attempt
        run("certify", call.path, "--person", "Dana")
    assert "not certified" in run("certification", "status", "Dana")
    assert run("certification", "status").startswith("open           Dana: form x, to be taken: missing-sofa")
    assert run("certify", "--withdrawn") == "No certificate was withdrawn here.\n"
    for words, why in (
        ((), "which call"),
        ((call.path, "--withdraw"), "say who withdraws it and why"),
        ((call.path, "--by", "Inez"), "are for withdrawing"),
        ((call.path, "--withdraw", "--by", "Inez", "--reason", "x"), "these records know no certificate"),
    ):
        with pytest.raises(InputError, match=why):
            run("certify", *words)
    status = json.loads(run("certification", "status", "Dana", "--json"))
    assert status["attempts"][0]["missing"] == ["missing-sofa"]
    with pytest.raises(InputError, match="not sealed in these records"):
        run("certify", call.path, "--person", "Eve", "--json", "--no-pdf")
    assert json.loads(run("forms", "list", "--json"))["forms"][0]["id"] == "a"
    assert "silent-landline" in run("forms", "show", "a")


def load_policy_text():
    from simulator.records.forms import POLICIES

    return (POLICIES / "standard.yaml").read_text("utf-8")


def test_where_everybody_stands_follows_the_records_and_the_calendar(lab, policy):
    session, dana, take = lab
    index = CertifiedIndex()

    def state(at):
        found = index.people(session, policy, at=at)
        assert found == overview(session, policy, at=at).people
        return {each.person: each.state for each in found}["Dana"]

    assert state(STARTED) == "not_certified"
    attempt = begin(session, dana, policy, "missing-sofa", "wrong-bill")
    assert state(STARTED) == "open"
    take("good")
    assert state(STARTED + DAY) == "open"
    assert state(attempt.until + DAY / 24) == "lapsed"  # nothing was written: time alone
    take("bad", "wrong-bill", after=DAY / 40)
    assert state(STARTED + DAY) == "failed"
    change_person(session, "Dana", team=add_team(session, "Night").name)
    assert index.people(session, policy, at=STARTED + DAY) == overview(session, policy, at=STARTED + DAY).people

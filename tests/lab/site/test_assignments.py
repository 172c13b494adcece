"""Before the calls: people and teams by CSV, what is to be passed by when, and what a trainee's own page says of it."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from simulator.records.certification_page import overview
from simulator.records.database.log import check_log
from simulator.records.database.tables import Account, Assignment, Person
from simulator.records.forms import load_policy
from simulator.records.lists.listing import people_output
from simulator.records.staff.people import find_person

pytestmark = pytest.mark.unit
TODAY = date.today()
LATER = (TODAY + timedelta(days=3)).isoformat()
TABLE = "\ufeffName;Team;Account\r\nAna Álvarez;North;ana\r\nBen Brown;North;\r\nCleo;Night shift;\r\n"


def sent(client, text, name="people.csv"):
    return client.post("/people/import", files={"table": (name, text.encode() if isinstance(text, str) else text)})


def names(made):
    with made.site.records.reading() as session:
        return {each.name: each.team for each in people_output(session).people}


@pytest.mark.parametrize("who", ["Inez Instructor", "Ada Admin"])
def test_a_table_adds_people_with_their_teams_and_a_link_for_each(people, who):
    answer = sent(people.client(who), TABLE)
    assert answer.status_code == 200
    assert "Added 3, changed 0, new teams: North." in answer.text
    found = names(people)
    assert (found["Ana Álvarez"], found["Ben Brown"], found["Cleo"]) == ("North", "North", "Night shift")
    links = re.findall(r"(/join/[\w-]+)", answer.text)
    assert len(set(links)) == 3
    newcomer = people.client()
    password = {"password": "quite a long sentence", "again": "quite a long sentence"}
    assert newcomer.post(links[0], data=password).status_code == 303
    assert newcomer.get("/").status_code == 200
    with people.site.records.reading() as session:
        ana = find_person(session, "Ana Álvarez")
        assert session.scalar(select(Account.role).where(Account.person_id == ana.id)) == "trainee"
        assert check_log(session).faults == ()


@pytest.mark.parametrize(
    ("who", "text", "why"),
    [
        ("Ada Admin", "name,team\nNora,North\n,North\n", "the table:3: no name"),
        ("Ada Admin", "who,team\nNora,North\n", "the columns are who, team"),
        ("Ada Admin", "name,role\nNora,trainee\nTara Trainee,instructor\n", "change roles on this page"),
        ("Inez Instructor", "name,role\nNora,instructor\n", "only an administrator makes somebody an instructor"),
        ("Inez Instructor", "name,team\nNora,North\nTom Trainee,North\n", "changes who is there already: Tom Trainee"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_and_nothing_is_kept(people, who, text, why):
    before = names(people)
    answer = sent(people.client(who), text)
    assert answer.status_code == 409
    assert why in answer.text
    assert "/tmp" not in answer.text
    assert names(people) == before


def test_an_administrator_moves_who_is_there_already(people):
    assert "changed 1" in sent(people.client("Ada Admin"), "name,team\nTom Trainee,Night shift\n").text
    assert names(people)["Tom Trainee"] == "Night shift"


def test_a_file_that_is_no_text_or_too_large_is_refused(people):
    ada = people.client("Ada Admin")
    assert sent(ada, b"name\nJos\xe9\n").status_code == 400
    assert sent(ada, "name\n" + "x" * 2_000_000).status_code == 413


def assigned(client, **more):
    form = {"what": "missing-sofa", "by": LATER, "passes": "2", "mark": "60", "to Night shift": "yes", **more}
    return client.post("/assignments", data=form)


def test_an_assignment_to_a_team_is_due_on_its_trainees_page_and_starts_there(fresh):
    inez, tara = fresh.client("Inez Instructor"), fresh.client("Tara Trainee")
    assert "Due for you" not in tara.get("/").text
    assert assigned(inez).status_code == 303
    page = tara.get("/").text
    due = page[page.index("Due for you") :]
    assert f"by {LATER} · 0 of 2 passed" in due
    assert 'href="/take/missing-sofa"' in due.partition("</section>")[0]
    assert "Due for you" not in fresh.client("Tom Trainee").get("/").text
    shown = inez.get("/assignments").text
    assert "0 of 1 done" in shown
    assert "Tara Trainee" in shown
    assert inez.post("/assignments/end", data={"what": "missing-sofa", "to": "Night shift"}).status_code == 303
    assert "Due for you" not in tara.get("/").text


def test_a_form_goes_to_people_and_teams_at_once_and_is_a_table_too(fresh):
    inez = fresh.client("Inez Instructor")
    assert assigned(inez, what="a", **{"to Tom Trainee": "yes"}).status_code == 303
    rows = inez.get("/assignments.json").json()
    assert {(row["to"], row["person"], row["scenario"], row["state"]) for row in rows} == {
        ("Night shift", "Tara Trainee", "cancelled-flight", "open"),
        ("Night shift", "Tara Trainee", "silent-landline", "open"),
        ("Tom Trainee", "Tom Trainee", "cancelled-flight", "open"),
        ("Tom Trainee", "Tom Trainee", "silent-landline", "open"),
    }
    assert inez.get("/assignments.csv").text.count("\n") == 5
    assert "total" not in rows[0]  # practice stays its trainee's own


@pytest.mark.parametrize(
    ("more", "status", "why"),
    [
        ({"by": (TODAY - timedelta(days=1)).isoformat()}, 409, "is over"),
        ({"to Night shift": "yes", "to Nobody": "yes"}, 409, "nobody called"),
        ({"what": "no-such-call"}, 409, "no-such-call"),
        ({"by": "tomorrow"}, 400, "YYYY-MM-DD"),
        ({"passes": "0"}, 400, "1 to 50 passes"),
        ({"mark": "nan"}, 400, "is no number"),
    ],
)
def test_what_cannot_be_assigned_is_said_and_nothing_is_kept(people, more, status, why):
    answer = assigned(people.client("Inez Instructor"), **more)
    assert answer.status_code == status
    assert why in answer.text
    with people.site.records.reading() as session:
        assert session.scalars(select(Assignment)).all() == []


def test_a_link_from_the_skills_page_ticks_what_it_names(fresh):
    text = fresh.client("Inez Instructor").get("/assignments?what=wrong-bill&to=Tara Trainee").text
    assert '<option value="wrong-bill" selected>' in text
    assert '<input type="checkbox" name="to Tara Trainee" value="yes" checked>' in text


def test_an_instructor_makes_no_link_for_somebody_who_has_calls_or_a_link(fresh):
    inez, ada = fresh.client("Inez Instructor"), fresh.client("Ada Admin")
    sent(ada, "name\nNora\n")
    for name in ("Nora", "Tara Trainee"):
        assert inez.post("/people/invite", data={"name": name, "role": "trainee"}).status_code == 409
    with fresh.site.records.writing() as session:
        session.add(Person(name="Old Hand", key="old hand"))
    assert inez.post("/people/invite", data={"name": "Old Hand", "role": "trainee"}).status_code == 200


def test_everybody_stands_on_the_certification_page_as_on_the_command_line(people):
    otto = people.client("Otto Officer")
    with people.site.records.reading() as session:
        wanted = [each.model_dump() for each in overview(session, load_policy()).people]
    assert otto.get("/certification.json").json() == wanted
    text = otto.get("/certification").text
    assert "not certified yet (3)" in text
    assert "Tara Trainee" in text
    assert "Tara Trainee" not in otto.get("/certification?state=expired").text

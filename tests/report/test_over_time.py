"""The pages over time: sums of counts, rubric versions kept apart, and everything told in words as well as drawn."""

import dataclasses
import re
from datetime import date

import pytest
from click.testing import CliRunner

from simulator.errors import InputError
from simulator.recording.manifest import Retry
from simulator.report.charts import course_of, piles_of, weeks_of
from simulator.report.history import read_history
from simulator.report.over_time import render_person, render_team
from simulator.report.progress import person_view
from simulator.report.tally import by_series, counted, dimensions, often, total
from simulator.report.team import team_view
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.command_line import root
from tests.report.test_page import Page
from tests.scoring.made_call import bad_call, good_call

pytestmark = pytest.mark.unit
RETRY = Retry(call="2026-06-01T101500-missing-sofa-aaaa", turn=2, at_ms=1000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two people, five calls: two of practice each but one is a retry, and one certification."""
    root = tmp_path_factory.mktemp("team")
    made = [
        ("Anna", bad_call(), "2026-06-01", {}),
        ("Anna", good_call(), "2026-07-02", {}),
        ("Ben", bad_call(), "2026-07-03", {}),
        ("Ben", good_call(), "2026-07-04", {"retry": RETRY}),
        ("Ben", good_call(), "2026-07-05", {"mode": "certification"}),
    ]
    for person, call, day, more in made:
        kept = call.folder(root / person, typed=True, started=f"{day}T10:00:00+00:00", **more)
        score_folder(kept, load_rubric(more.get("mode", "practice")))
    return root


@pytest.fixture(scope="module")
def calls(folder):
    return read_history(folder).calls


def practice(calls):
    return [call for call in calls if call.rubric == "practice"]


def older(call):
    return dataclasses.replace(call, rubric_version="0", rubric_sha256="ab" * 32)


def test_sums_are_sums_of_the_scores_points(calls):
    own = counted(practice(calls))
    assert len(own) == 3
    for name, found in dimensions(own).items():
        each = [(points, of) for call in own for dimension, points, of in call.dimensions if dimension == name]
        assert (found.points, found.of) == (sum(p for p, _ in each), sum(of for _, of in each))
    whole = total(own)
    assert whole.points == pytest.approx(sum(mark.points for call in own for mark in call.marks))
    assert whole.of == pytest.approx(sum(mark.of for call in own for mark in call.marks))
    assert round(whole.percent, 1) != round(sum(call.total for call in own) / 3, 1)


def test_a_retry_is_in_no_sum(calls):
    assert [call.retry_of for call in calls].count(RETRY.call) == 1
    assert all(not call.retry_of for call in counted(calls))
    assert len(counted(calls)) == 4


def test_criteria_are_counted_where_they_applied(calls):
    own = counted(practice(calls))
    found = {each.id: each for each in often(own)}
    finish = found["lets-the-customer-finish"]
    assert (finish.met, finish.partly, finish.missed, finish.applied, finish.people) == (1, 2, 0, 3, 2)
    assert finish.text() == "1 of 3"
    assert all(each.applied for each in found.values())
    lost = [each.lost for each in often(own)]
    assert lost == sorted(lost, reverse=True)
    assert sum(lost) == pytest.approx(total(own).of - total(own).points)


def test_versions_of_a_rubric_are_neither_summed_nor_joined(calls):
    first, second, third = counted(practice(calls))
    mixed = [older(first), second, third]
    groups = by_series(mixed)
    assert [len(each) for each in groups.values()] == [1, 2]
    course = course_of(mixed)
    assert [(a.line, b.line) for a, b in course.joins] == [(1, 1)]
    view = person_view(mixed)
    assert view.latest == 2
    assert any("another rubric or version" in note and note.endswith("1.") for note in view.notes)
    assert "Scores by different rubrics or versions cannot be compared" in render_person(view)


def test_a_week_is_a_sum_of_everybodys_points(calls):
    course = weeks_of(practice(calls))
    mondays = sorted({point.title[8:18] for point in course.points})
    assert len(course.points) == len(mondays) >= 2
    assert all(date.fromisoformat(monday).weekday() == 0 for monday in mondays)
    last = [
        call
        for call in counted(practice(calls))
        if 0 <= (date.fromisoformat(call.started[:10]) - date.fromisoformat(mondays[-1])).days < 7
    ]
    assert course.points[-1].y == total(last).percent
    assert total(last).text() in course.points[-1].title
    assert all(call.person in course.points[-1].title for call in last)
    weeks = (date.fromisoformat(mondays[-1]) - date.fromisoformat(mondays[0])).days // 7 + 1
    assert course.points[-1].x == pytest.approx(100 * (weeks - 0.5) / weeks, abs=0.01)  # weeks without a call count


def test_a_team_shows_everybody_and_whose_every_count_is(calls):
    view = team_view(calls, people=("Anna", "Ben", "Zoe"), name="Evening")
    assert view.without == ("Zoe",)
    for each in view.series:
        assert sum(member.calls for member in each.members) == each.calls
        assert {who for pile in each.piles for who in pile.who} == {member.name for member in each.members}
        for at, (_, whole) in enumerate(each.dimensions):
            assert whole.points == pytest.approx(sum(member.dimensions[at].points for member in each.members))
        for criterion in each.weakest:
            assert criterion.not_met_by
            assert len(criterion.not_met_by) == criterion.people
    read = " ".join(" ".join(Page(render_team(view)).text).split())
    assert "Without a call that counts here Zoe" in read
    assert "Zoe no call" in read


def test_a_distribution_counts_every_call_once(calls):
    own = counted(practice(calls))
    piles = piles_of(own)
    assert sum(pile.count for pile in piles) == 3
    assert [pile.label for pile in piles][::9] == ["0 to 9", "90 to 100"]
    top = dataclasses.replace(own[0], total=100.0)
    assert piles_of([top])[-1].count == 1


def test_every_point_of_a_chart_is_told_in_the_table(calls):
    view = person_view([call for call in calls if call.person == "Ben"], person="Ben")
    text = render_person(view)
    read = Page(text)
    assert read.open == []
    words = " ".join(" ".join(read.text).split())
    assert len(view.course.points) == len(view.calls) == 3
    for line in view.calls:
        assert line.when in words
        assert line.total in words
    assert "a retry of " + RETRY.call in words


def test_a_table_says_what_its_rows_and_columns_are(calls):
    text = render_team(team_view(calls, name="Evening"))
    for table in re.findall(r"<table.*?</table>", text, re.S):
        columns = len(re.findall(r'<th scope="col"', table))
        assert columns
        for row in re.findall(r"<tr>(.*?)</tr>", table.split("<tbody>")[1], re.S):
            assert row.startswith('<th scope="row">')
            assert len(re.findall(r"<th|<td", row)) == columns


def test_names_are_escaped(calls):
    who = dataclasses.replace(calls[0], person="<script>x</script>", title="<b>t</b>")
    for text in (render_person(person_view([who], person=who.person)), render_team(team_view([who], name=who.person))):
        assert "<script" not in text
        assert "<b>t" not in text


def test_no_calls_make_a_page_that_says_so():
    assert "No scored call yet." in render_person(person_view([]))
    assert "No scored call yet." in render_team(team_view([]))


def test_the_same_calls_make_the_same_page(calls):
    assert render_team(team_view(calls)) == render_team(team_view(calls))


def run(*words):
    return CliRunner().invoke(root, [*map(str, words)], standalone_mode=False)


def test_the_commands_write_their_pages(folder, tmp_path):
    out = tmp_path / "ben.html"
    assert run("progress", folder, "--person", "Ben", "-o", out).exit_code == 0
    assert "<h1>Ben</h1>" in out.read_text("utf-8")
    done = run("team", folder, "-o", tmp_path / "team.html")
    assert done.output.strip() == str((tmp_path / "team.html").resolve())
    text = (tmp_path / "team.html").read_text("utf-8")
    assert "4 practice calls left out" in text
    named = ("<p>Anna</p>", '<tr><th scope="row">Anna</th><td>no call</td>')  # as one without a call, and no other way
    assert "Anna" not in text.replace(named[0], "").replace(named[1], "")
    assert run("team", folder, "--with-practice", "-o", tmp_path / "all.html").exit_code == 0
    assert "Anna" in (tmp_path / "all.html").read_text("utf-8")


def test_the_records_supply_people_and_teams(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path / "data"))
    database = ("--database", tmp_path / "calls.db")
    for call in read_history(folder).calls:
        assert run("records", "add", call.call_dir, "--person", call.person, "--new", *database).exit_code == 0
    assert run("teams", "add", "Evening", *database).exit_code == 0
    assert run("people", "change", "Ben", "--team", "Evening", *database).exit_code == 0
    out = tmp_path / "page.html"
    assert run("progress", "--person", "Ben", "-o", out, *database).exit_code == 0
    assert "3 calls, 2026-07-03 to 2026-07-05; 1 for certification; 1 retry" in out.read_text("utf-8")
    assert run("progress", "--person", "Ben", "--shared", "-o", out, *database).exit_code == 0
    assert "1 call, 2026-07-05; 1 for certification" in out.read_text("utf-8")
    assert run("team", "--team", "Evening", "-o", out, *database).exit_code == 0
    text = out.read_text("utf-8")
    assert "<h1>Evening</h1>" in text
    assert "Scored by certification" in text
    assert "Scored by practice" not in text
    assert "'Zoe' is in the records" in str(run("progress", "--person", "Zoe", "-o", out, *database).exception)
    assert isinstance(run("team", "--with-practice", *database).exception, InputError)


def test_of_several_people_one_has_to_be_named(folder):
    for words, told in (((), "give one with --person: Anna, Ben"), (("--person", "Zoe"), "no calls of 'Zoe'")):
        done = run("progress", folder, *words)
        assert isinstance(done.exception, InputError)
        assert told in str(done.exception)


def test_ones_own_calls_need_no_name(folder, tmp_path):
    assert run("progress", folder / "Anna", "-o", tmp_path / "own.html").exit_code == 0
    assert "Your calls over time" in (tmp_path / "own.html").read_text("utf-8")

"""Results for an LMS: xAPI and cmi5 statements keep their rules, a SCORM package is whole, and no words leave."""

import json
import shutil
import uuid
import xml.etree.ElementTree as ET
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.errors import InputError
from simulator.records.database.opening import open_records
from simulator.records.filing import file_call
from simulator.records.lms.results import Result, read_results
from simulator.records.lms.scorm import STATUS, package_files, write_packages
from simulator.records.lms.xapi import CMI5, cmi5_statements, statements
from simulator.records.rescoring.archive import by_rubric, on_processes, result_of
from simulator.records.rescoring.filed import chosen, with_records
from simulator.records.reviews.reviewing import override
from simulator.records.reviews.standing import standing_of
from simulator.records.staff.people import add_person
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.command_line import root
from tests.records.conftest import scored_call
from tests.records.xapi_rules import check_statement
from tests.scoring.made_call import bad_call, good_call

pytestmark = pytest.mark.unit
LMS = "https://lms.example.org"
NS = {"c": "http://www.imsproject.org/xsd/imscp_rootv1p1p2", "adlcp": "http://www.adlnet.org/xsd/adlcp_rootv1p2"}


def result(number=1, **changed):
    given = {
        "call": f"call-{number}", "scenario": "missing-sofa", "title": "The sofa", "duration_ms": 61_230.0,
        "started": f"2026-11-2{number}T10:15:00+01:00", "outcome": "won_back", "range": (80.0, 90.0), "total": 85.5,
        "rubric": {"id": "certification", "version": "4", "sha256": "ab"}, "verdict": "pass", "person": "Dana",
        "account": "dana",
    }  # fmt: skip
    return Result(**{**given, **changed})


def parsed(text):
    return [json.loads(line) for line in text.splitlines()]


def test_a_statement_is_of_the_persons_account_and_keeps_the_rules():
    (known,) = parsed(statements([result()], lms=LMS))
    check_statement(known)
    assert known["actor"]["account"] == {"homePage": LMS, "name": "dana"}
    assert "Dana" not in json.dumps(known)
    (unknown,) = parsed(statements([result(account=None)], lms=LMS))
    check_statement(unknown)
    assert unknown["actor"]["account"]["name"] == "call-1"
    with pytest.raises(InputError, match="hotseat config lms"):
        statements([result()])


def check_cmi5(session, done):
    """Check the statements of one session against sections 9.1 to 9.7 of cmi5."""
    verbs = [each["verb"]["id"].rpartition("/")[2] for each in session]
    assert verbs[0] == "initialized"
    assert verbs[-1] == "terminated"
    assert len(set(verbs)) == len(verbs)
    assert len({"passed", "failed"} & set(verbs)) <= 1
    assert len({each["context"]["extensions"][f"{CMI5}/extensions/sessionid"] for each in session}) == 1
    times = [each["timestamp"] for each in session]
    assert times == sorted(times)
    assert all(datetime.fromisoformat(time).tzinfo == UTC for time in times)
    for verb, each in zip(verbs, session, strict=True):
        outcome, context = each.get("result", {}), each["context"]
        categories = {activity["id"] for activity in context["contextActivities"]["category"]}
        assert f"{CMI5}/categories/cmi5" in categories
        assert (f"{CMI5}/categories/moveon" in categories) == bool({"success", "completion"} & set(outcome))
        assert ("score" in outcome) <= (verb in ("passed", "failed"))
        assert outcome.get("success") == {"passed": True, "failed": False}.get(verb)
        assert outcome.get("completion") == (True if verb == "completed" else None)
        assert ("duration" in outcome) == (verb != "initialized")
        assert str(uuid.UUID(each["id"])) == each["id"]
        assert str(uuid.UUID(context["registration"])) == context["registration"]
        assert each["actor"]["account"]["name"]
        assert each["object"]["id"] not in {one["id"] for one in context["contextActivities"]["grouping"]}
        once = (context["registration"], each["object"]["id"], verb)
        if verb in ("completed", "passed"):
            assert once not in done
        assert not (verb == "failed" and (*once[:2], "passed") in done)
        done.add(once)


def test_cmi5_sessions_keep_the_rules_over_many_calls():
    results = [
        result(1, verdict="fail", total=60.0),
        result(2, verdict=None, outcome="incomplete"),
        result(3, verdict="borderline", total=76.0),
        result(4),
        result(5),
        result(6, verdict="fail", total=40.0),
        result(7, scenario="wrong-bill"),
        result(8, account=None, total=None, verdict=None),
    ]
    found = parsed(cmi5_statements(results, lms=LMS))
    assert found == parsed(cmi5_statements(results, lms=LMS))
    sessions: dict[str, list] = {}
    for each in found:
        sessions.setdefault(each["context"]["extensions"][f"{CMI5}/extensions/sessionid"], []).append(each)
    done: set = set()
    for session in sessions.values():
        check_cmi5(session, done)
    told = [[each["verb"]["display"]["en"] for each in session] for session in sessions.values()]
    assert told[0] == ["initialized", "completed", "failed", "terminated"]
    assert told[1] == ["initialized", "terminated"]
    assert told[3] == ["initialized", "passed", "terminated"]
    assert told[4] == told[5] == ["initialized", "terminated"]
    assert told[6] == ["initialized", "completed", "passed", "terminated"]
    with pytest.raises(InputError, match="does not say when it began"):
        cmi5_statements([result(started="yesterday")], lms=LMS)


@pytest.fixture(scope="module")
def made_archive(tmp_path_factory):
    calls = tmp_path_factory.mktemp("archive")
    scored_call(calls, good_call(), person="Dana Łukasz")
    scored_call(calls, bad_call(), seed=2, person="Ben <Brown>")
    scored_call(calls, good_call(), mode="practice", rubric="practice", person="Dana Łukasz")
    return calls


@pytest.fixture
def archive(made_archive, tmp_path):
    return Path(shutil.copytree(made_archive, tmp_path / "calls"))


def test_a_package_for_each_person_names_its_lessons_and_holds_no_words(archive, tmp_path):
    results, left_out = read_results(archive, None)
    assert left_out == ()
    files = write_packages(results, tmp_path / "out")
    assert [path.name for path in files] == ["Ben-Brown.zip", "Dana-Łukasz.zip"]
    with zipfile.ZipFile(files[1]) as package:
        names = package.namelist()
        manifest = ET.fromstring(package.read("imsmanifest.xml"))
        everything = " ".join(package.read(name).decode() for name in names)
    resources = manifest.findall("c:resources/c:resource", NS)
    lessons = [each.get("identifierref") for each in manifest.findall(".//c:item", NS)]
    assert [each.get("identifier") for each in resources] == lessons
    assert all(each.get(f"{{{NS['adlcp']}}}scormtype") == "sco" for each in resources)
    held = {file.get("href") for each in resources for file in each.findall("c:file", NS)}
    assert held | {"imsmanifest.xml"} == set(names)
    assert manifest.findtext("c:metadata/c:schemaversion", None, NS) == "1.2"
    assert "Whitlock" not in everything
    assert "parents" not in everything
    with pytest.raises(InputError, match=r"is one file, and these are calls of Ben <Brown>, Dana Łukasz"):
        write_packages(results, tmp_path / "all.zip")


def test_the_page_of_a_lesson_says_what_the_lms_is_told():
    page = package_files([result(account='d"<x>')])["call-1.html"]
    assert 'data-status="passed" data-score="85.5" data-time="0000:01:01.23" data-account="d&#34;&lt;x&gt;"' in page
    assert set(STATUS.values()) <= {"passed", "failed", "completed", "incomplete"}  # of CMIVocabulary, status
    cut = package_files([result(outcome="incomplete", verdict=None, total=None)])["call-1.html"]
    assert 'data-status="incomplete" data-score=""' in cut


def test_what_stands_after_review_is_told_under_the_account(archive, records, tmp_path):
    path = next(path for path in sorted(archive.iterdir()) if "Ben" in (path / "call.json").read_text("utf-8"))
    with records.writing() as session:
        add_person(session, "Inez", role="instructor")
        add_person(session, "Ben <Brown>", account="ben")
        filed = file_call(session, path)
        lost = next(each for each in standing_of(session, filed).score.criteria if each["of"] > each["points"])
        override(session, filed, "Inez", criterion=lost["id"], points=lost["of"], reason="Heard it.")
        stands = standing_of(session, filed).total
        (told,) = read_results(path, session)[0]
        assert (told.account, told.total, told.range) == ("ben", stands, None)
        assert told.total > standing_of(session, filed).score.total


def test_rescoring_lists_the_reviews_that_would_lapse_and_they_hold_again(archive, records):
    path = next(path for path in sorted(archive.iterdir()) if "Ben" in (path / "call.json").read_text("utf-8"))
    with records.writing() as session:
        add_person(session, "Inez", role="instructor")
        filed = file_call(session, path)
        lost = next(each for each in standing_of(session, filed).score.criteria if each["of"] > each["points"])
        override(session, filed, "Inez", criterion=lost["id"], points=lost["of"], reason="Heard it.")
        same = with_records(session, result_of(on_processes([path], by_rubric())), [path])
        assert same.summary.lapsing == 0
        other = with_records(session, result_of(on_processes([path], by_rubric("practice"))), [path])
        assert [row.lapsing for row in other.rows] == [[f"override of {lost['id']} by Inez"]]
        assert other.rows[0].person == "Ben <Brown>"
        reviewed = standing_of(session, filed).total
        before = (path / "score.json").read_bytes()
        for rubric, holds in (("practice", False), ("certification", True)):
            from simulator.recording.folder import CallFolder

            score_folder(CallFolder.open(path), load_rubric(rubric))
            # as filing does: a score that differs from the last is added, and none is replaced
            _file_again(session, filed, path)
            assert bool(standing_of(session, filed).overrides) is holds
        assert (path / "score.json").read_bytes() == before
        assert standing_of(session, filed).total == reviewed


def _file_again(session, filed, path):
    from simulator.records.database.log import write_down
    from simulator.records.filing import _score
    from simulator.records.sealing.canonical import sha256_of
    from simulator.scoring.document import ScoreOutput

    number = standing_of(session, filed).score.number + 1
    score = ScoreOutput.model_validate_json((path / "score.json").read_bytes())
    write_down(session, "scored", _score(filed, score, sha256_of(path / "score.json"), number))


def test_rescoring_takes_one_mode_and_one_person(archive, records):
    calls = sorted(archive.iterdir())
    assert len(chosen(calls, mode="certification", person=None, session=None)) == 2
    assert len(chosen(calls, mode="all", person="dana łukasz", session=None)) == 2
    with pytest.raises(InputError, match="none of these calls is Zoe's"):
        chosen(calls, mode="all", person="Zoe", session=None)
    with records.writing() as session:
        for path in calls:
            file_call(session, path)
        from simulator.records.staff.roster import rename_person

        rename_person(session, "Dana Łukasz", "Dana Novak")
        assert len(chosen(calls, mode="practice", person="dana novak", session=session)) == 1


def test_the_commands_write_for_one_person(archive, tmp_path):
    def run(*words):
        return CliRunner().invoke(root, [*map(str, words)], standalone_mode=False)

    out = tmp_path / "ben.zip"
    assert run("export", archive, "--scorm", "--person", "ben <brown>", "-o", out).exit_code == 0
    assert zipfile.is_zipfile(out)
    assert len(parsed(run("export", archive, "--xapi").stdout)) == 3
    assert len({each["context"]["registration"] for each in parsed(run("export", archive, "--cmi5").stdout)}) == 3
    assert "none of these calls is Zoe's" in str(run("export", archive, "--cmi5", "--person", "Zoe").exception)
    with open_records() as records, records.writing() as session:
        add_person(session, "Dana Łukasz", account="dana")
    assert "hotseat config lms" in str(run("rescore", archive, "--xapi", tmp_path / "x.jsonl").exception)
    assert run("config", "lms", LMS).exit_code == 0
    told = run("rescore", archive, "--person", "dana łukasz", "--xapi", tmp_path / "x.jsonl", "--json")
    assert json.loads(told.stdout)["summary"]["left_out"] == 2
    (line,) = parsed((tmp_path / "x.jsonl").read_text("utf-8"))
    assert line["actor"]["account"] == {"homePage": LMS, "name": "dana"}
    shutil.rmtree(archive)
    assert "is no folder" in str(run("export", archive, "--scorm").exception)

import csv
import io
import json
import shutil
import uuid
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.errors import InputError
from simulator.recording.folder import find_calls
from simulator.records.rescoring.archive import Rescoring, by_rubric, on_processes, result_of
from simulator.records.rescoring.document import RescoreOutput
from simulator.records.rescoring.exchange import to_csv, to_xapi
from simulator.scoring.rubric import load_rubric
from tests.command_line import root
from tests.records.conftest import scored_call
from tests.records.xapi_rules import check_statement
from tests.scoring.made_call import bad_call, good_call

pytestmark = pytest.mark.unit

STRICT = """
id: strict
version: "2"
title: Strict
base: practice
passing: {total: 99.5, dimension: 50, margin: 0}
"""


@pytest.fixture(scope="module")
def six_calls(tmp_path_factory) -> Path:
    """Two good and two bad calls for certification, one practice, one never scored."""
    folder = tmp_path_factory.mktemp("six")
    for seed in (1, 2):
        scored_call(folder, good_call(), seed=seed, typed=True)
        scored_call(folder, bad_call(), seed=seed, typed=True)
    scored_call(folder, good_call(), mode="practice", rubric="practice", typed=True)
    good_call().folder(folder, typed=True)
    return folder


@pytest.fixture
def archive(tmp_path, six_calls) -> Path:
    return shutil.copytree(six_calls, tmp_path / "archive")


@pytest.fixture
def strict(tmp_path) -> str:
    path = tmp_path / "strict.yaml"
    path.write_text(STRICT, encoding="utf-8")
    return str(path)


def rescore(calls: list[Path], how: Rescoring, workers: int = 1) -> RescoreOutput:
    return result_of(on_processes(calls, how, workers))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_rubric_gives_the_same_bytes_and_touches_nothing(archive):
    before = contents(archive)
    result = rescore(find_calls(archive), by_rubric())
    assert (result.summary.calls, result.summary.rescored, result.summary.identical) == (6, 6, 5)
    assert [row.call for row in result.rows] == [path.name for path in find_calls(archive)]
    assert (result.summary.moved_mean, result.summary.now_pass, result.summary.now_fail) == (0, 0, 0)
    assert [row.reason for row in result.rows if row.old is None] == ["it was not scored before"]
    assert contents(archive) == before


def test_a_stricter_rubric_says_who_would_now_fail(archive, strict):
    result = rescore(find_calls(archive), by_rubric(strict))
    failing = [row for row in result.rows if row.now == "fail"]
    assert len(failing) == result.summary.now_fail == 3, "two that passed, and one that had no verdict"
    assert all(row.new.rubric.id == "strict" for row in result.rows)
    assert {row.old.verdict for row in failing} == {"pass", None}
    assert all(row.new.total < 99.5 for row in failing)


def test_two_processes_say_what_one_says(archive, strict):
    one = rescore(find_calls(archive), by_rubric(strict))
    assert rescore(find_calls(archive), by_rubric(strict), workers=2) == one


def test_a_criterion_left_out_moves_totals_and_is_named(archive, tmp_path):
    gone = load_rubric("practice").criteria[0].id
    path = tmp_path / "ours.yaml"
    path.write_text(f"{{id: ours, version: '1', title: Ours, base: practice, leave_out: [{gone}]}}", encoding="utf-8")
    rows = [row for row in rescore(find_calls(archive), by_rubric(str(path))).rows if row.old is not None]
    assert all(row.criteria == [gone] for row in rows)
    assert all(row.moved == round(row.new.total - row.old.total, 1) for row in rows)
    assert any(row.moved for row in rows)


def test_write_replaces_scores_but_never_those_of_a_certified_call(archive, strict, certificate):
    calls = find_calls(archive)
    rows = rescore(calls, by_rubric()).rows
    passed = next(path for path, row in zip(calls, rows, strict=True) if row.old and row.old.verdict == "pass")
    shutil.copy(certificate, passed / "certificate.json")
    sealed = contents(passed)
    result = rescore(calls, by_rubric(strict, write=True))
    assert contents(passed) == sealed
    assert [row.call for row in result.rows if not row.written] == [passed.name]
    assert next(row for row in result.rows if row.certified).reason == "certified, so nothing was written"
    again = rescore(calls, by_rubric(strict))
    assert again.summary.identical == 5


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("call.json", b"{"),
        ("call.json", b'{"schema": 3}'),
        ("events.jsonl", b"{}\n"),
        ("events.jsonl", b"\xff\xff\n"),
        ("trainee.wav", b"RIFF"),
        ("customer.wav", None),
    ],
)
def test_a_broken_folder_is_named_and_skipped(archive, name, content):
    calls = find_calls(archive)
    path = calls[2] / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    before = contents(archive)
    result = rescore(calls, by_rubric())
    assert [each.call for each in result.broken] == [calls[2].name]
    assert "Traceback" not in result.broken[0].reason
    assert result.summary.rescored == 5
    assert contents(archive) == before, "broken folders are not mended either"


def test_an_old_score_that_cannot_be_read_is_no_obstacle(archive):
    call = find_calls(archive)[0]
    (call / "score.json").write_text("[" * 10_000, encoding="utf-8")
    row = rescore([call], by_rubric()).rows[0]
    assert (row.old, row.reason) == (None, "its score.json cannot be read")


def test_csv_has_a_line_for_every_call_and_no_formula(archive, strict):
    shutil.copytree(find_calls(archive)[0], archive / "=1+1")
    (archive / "-broken").mkdir()
    (archive / "-broken" / "call.json").write_text("{", encoding="utf-8")
    table = list(csv.DictReader(io.StringIO(to_csv(rescore(find_calls(archive), by_rubric(strict))))))
    assert len(table) == 8
    assert {"'-broken", "'=1+1"} < {line["call"] for line in table}
    assert {line["now"] for line in table} == {"", "fail"}
    assert all(line["new_rubric"] == "strict" for line in table if line["call"] != "'-broken")


def test_xapi_statements_name_nobody_and_are_the_same_each_time(archive):
    result = rescore(find_calls(archive), by_rubric("certification"))
    lines = to_xapi(result.rows)
    assert lines == to_xapi(rescore(find_calls(archive), by_rubric("certification")).rows)
    statements = [json.loads(line) for line in lines.splitlines()]
    assert len({uuid.UUID(each["id"]) for each in statements}) == 6
    for each, row in zip(statements, result.rows, strict=True):
        assert each["actor"]["account"]["name"] == row.call
        assert each["verb"]["id"].rpartition("/")[2] == {"pass": "passed", "fail": "failed"}[row.new.verdict]
        assert each["result"]["score"]["scaled"] == pytest.approx(row.new.total / 100)
        assert -1 <= each["result"]["score"]["scaled"] <= 1
        assert each["result"]["success"] == (row.new.verdict == "pass")
        assert each["timestamp"] == "2026-11-22T10:15:00+00:00"
    assert "Whitlock" not in lines


def test_xapi_statements_keep_the_rules_of_1_0_3(archive):
    result = rescore(find_calls(archive), by_rubric())
    odd = [
        result.rows[0].model_copy(update={"scenario": "ünïcode <scenario> / 2", "started": "20261122T101500Z"}),
        result.rows[0].model_copy(update={"started": "yesterday", "outcome": "incomplete"}),
        result.rows[0].model_copy(
            update={"new": result.rows[0].new.model_copy(update={"total": None, "verdict": None}), "range": None}
        ),
    ]
    statements = [json.loads(line) for line in to_xapi([*result.rows, *odd]).splitlines()]
    assert len(statements) == 9
    for statement in statements:
        check_statement(statement)
    assert statements[6]["timestamp"] == "2026-11-22T10:15:00+00:00"
    assert "timestamp" not in statements[7]
    assert "score" not in statements[8]["result"]
    broken = {**statements[0], "object": {**statements[0]["object"], "id": "missing sofa"}}
    with pytest.raises(AssertionError, match="no absolute IRI"):
        check_statement(broken)


def test_the_command_reports_and_writes_the_files(archive, strict, tmp_path):
    table, records = tmp_path / "t.csv", tmp_path / "x.jsonl"
    args = ["rescore", str(archive), "--rubric", strict, "--workers", "1", "--mode", "all"]
    args += ["--csv", str(table), "--xapi", str(records)]
    done = CliRunner().invoke(root, args, catch_exceptions=False)
    assert "6 of 6 calls scored again" in done.stdout
    assert "now fail: 3" in done.stdout
    assert len(table.read_text(encoding="utf-8").splitlines()) == 7
    assert len(records.read_text(encoding="utf-8").splitlines()) == 6
    found = CliRunner().invoke(root, [*args[:8], "--json"], catch_exceptions=False)
    assert RescoreOutput.model_validate_json(found.stdout).summary.now_fail == 3


def test_wrong_arguments_are_the_users_mistake(archive, tmp_path):
    for args, why in (
        ([str(tmp_path / "none")], "no calls in"),
        ([str(find_calls(archive)[0])], "no calls in"),
        ([str(archive), "--rubric", "none"], "no rubric called"),
        ([str(archive), "--csv", str(tmp_path / "no" / "t.csv")], "cannot write"),
    ):
        found = CliRunner().invoke(root, ["rescore", *args]).exception
        assert isinstance(found, InputError), args
        assert why in str(found)
    with pytest.raises(InputError, match="1 to 64"):
        rescore(find_calls(archive), by_rubric(), workers=0)

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.scoring.guidance import DIMENSIONS, load_guidance
from simulator.scoring.rubric import SHIPPED, Rubric, list_rubrics, load_rubric

pytestmark = pytest.mark.unit

ONE = """\
id: mine
version: "1"
title: Mine
criteria:
  - id: calm
    title: Keeps calm
    guidance: [C2]
    dimension: composure
    points: 4
    judge: {rule: acts_absent, acts: [hostility]}
    coaching: {praise: Well kept., advice: Keep calm.}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_three_rubrics_are_shipped():
    assert list_rubrics() == ("certification", "new_starter", "practice")
    assert all(load_rubric(name).id == name for name in list_rubrics())


def test_practice_judges_every_row_that_shows_in_a_call():
    cited = {id for criterion in load_rubric("practice").criteria for id in criterion.guidance}
    assert {row.id for row in load_guidance().rows if row.in_the_call} <= cited


def test_practice_has_criteria_enough_in_every_dimension():
    criteria = load_rubric("practice").criteria
    assert len(criteria) >= 25
    for dimension in DIMENSIONS:
        assert sum(c.dimension == dimension for c in criteria) >= 4


def test_only_certification_has_a_rule_for_passing():
    assert load_rubric("practice").passing is None
    assert load_rubric("certification").passing is not None


def test_a_rubric_on_a_base_takes_its_criteria_over():
    practice, starter = load_rubric("practice"), load_rubric("new_starter")
    inherited = {c.id: c for c in practice.criteria}
    own = {c.id: c for c in starter.criteria}
    assert set(inherited) - set(own) == {
        "not-a-script",
        "builds-rapport",
        "adapts-to-the-person",
        "handles-the-kind",
        "apologises-for-something",
        "goes-further",
        "extras-only-when-won-back",
        "keeps-it-short",
        "steady-voice",
    }
    assert own["keeps-temper"].points == 8
    assert own["keeps-temper"].judge == inherited["keeps-temper"].judge
    assert own["reflects-the-facts"].judge.at_least == 1


def test_the_hash_covers_the_file_and_its_base(tmp_path):
    base = written(tmp_path, ONE)
    on_top = tmp_path / "top.yaml"
    on_top.write_text('id: top\nversion: "1"\ntitle: Top\nbase: mine.yaml\n', encoding="utf-8")
    before = load_rubric(base).sha256, load_rubric(on_top).sha256
    base.write_text(ONE.replace("points: 4", "points: 5"), encoding="utf-8")
    after = load_rubric(base).sha256, load_rubric(on_top).sha256
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_the_hash_does_not_depend_on_line_ends(tmp_path):
    unix = written(tmp_path, ONE)
    windows = tmp_path / "windows.yaml"
    windows.write_bytes(ONE.replace("\n", "\r\n").encode())
    assert load_rubric(unix).sha256 == load_rubric(windows).sha256


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("guidance: [C2]", "guidance: [Z9]"), "no such guidance row: Z9"),
        (("rule: acts_absent", "rule: nonsense"), r"mine.yaml:10: criteria.0.judge"),
        (("acts: [hostility]", "acts: [rudeness]"), r"mine.yaml:10: criteria.0.judge"),
        (("points: 4", "points: -4"), r"mine.yaml:9: criteria.0.points"),
        (("points: 4", "points: four"), r"mine.yaml:9: criteria.0.points"),
        (("dimension: composure", "dimension: calm"), r"mine.yaml:8: criteria.0.dimension"),
        (("title: Mine\n", "title: Mine\npassmark: 70\n"), r"mine.yaml:4: passmark"),
        (("criteria:", "passing: {total: 70, automatic_fails: [other]}\ncriteria:"), "no such criterion: other"),
        (("criteria:", "leave_out: [calm]\ncriteria:"), "name one"),
        (("criteria:", "coaching_only: [calm]\ncriteria:"), "name one"),
        (("    guidance:", "    coaching_only: true\n    guidance:"), "leaves no criterion that counts"),
        (("criteria:", "base: nowhere\ncriteria:"), "no rubric called 'nowhere'"),
        (
            ("criteria:", "base: practice\npoints: {cheer: 3}\ncriteria:"),
            "points: no such criterion in practice: cheer",
        ),
        (("criteria:", "base: mine.yaml\ncriteria:"), "stands on itself"),
        (("id: mine", "id: [mine"), "not YAML"),
    ],
)
def test_a_faulty_rubric_is_named_by_file_and_line(tmp_path, change, fault):
    assert change[0] in ONE
    with pytest.raises(InputError, match=fault):
        load_rubric(written(tmp_path, ONE.replace(*change)))


def test_two_criteria_may_not_share_an_id(tmp_path):
    again = ONE[ONE.index("  - id") :]
    with pytest.raises(InputError, match="two criteria share an id: calm"):
        load_rubric(written(tmp_path, ONE + again))


def test_an_unknown_rubric_names_those_there_are():
    with pytest.raises(InputError, match="certification, new_starter, practice"):
        load_rubric("easy")


def test_bands_must_enclose_each_other(tmp_path):
    judge = "judge: {rule: measure_within, measure: words_per_minute, name: pace, met: [120, 160], partly: [130, 175]}"
    with pytest.raises(InputError, match="must enclose"):
        load_rubric(written(tmp_path, ONE.replace("judge: {rule: acts_absent, acts: [hostility]}", judge)))


@given(st.text(max_size=200) | st.binary(max_size=200))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_file_escapes_as_a_traceback(tmp_path, content):
    path = tmp_path / "any.yaml"
    path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    with pytest.raises(InputError, match=r"any\.yaml"):
        load_rubric(path)


@given(st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_mangled_rubric_escapes_as_a_traceback(tmp_path, data):
    text = (SHIPPED / "new_starter.yaml").read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text) - 1))
    stop = data.draw(st.integers(start, min(len(text), start + 40)))
    path = tmp_path / "mangled.yaml"
    path.write_text(
        text[:start] + data.draw(st.text("abc:-[]{}#\n \"'0123", max_size=8)) + text[stop:], encoding="utf-8"
    )
    with contextlib.suppress(InputError):
        assert load_rubric(path).criteria


def test_the_schema_names_every_rule():
    schema = json.dumps(Rubric.model_json_schema())
    for name in ("interruptions", "acts_present", "calm_under_fire", "permitted_promises", "warm_ending"):
        assert f'"{name}"' in schema


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("guidance: [F2]", "guidance: [F99]", r":11: criteria.0.guidance: no such guidance row: F99"),
        ("at_least: 1", "at_lest: 1", r":15: .*at_lest: there is no such key; allowed: rule, acts, at_least, partly"),
        ("base: practice", "base: practise", r":4: base: no rubric called 'practise'; there are: certification"),
        ("[not-a-script]", "[not-script]", r":6: coaching_only: no such criterion in practice: not-script"),
        ("[builds-rapport]", "[builds-raport]", r":5: leave_out: no such criterion in practice: builds-raport"),
        ("[keeps-temper]", "[keep-temper]", r":20: passing.automatic_fails: no such criterion: keep-temper"),
        ('version: "1"', "version: 1", r':2: version: must be a text: put it in quotes, "1"'),
        ("    points: 4", "    points: 4\n    points: 5", r":14: not YAML: the key 'points' is there twice"),
        ("acts: [follow_up]", "acts: [follow_ups]", r":15: .*'follow_ups'\)$"),
    ],
)
def test_a_trainer_who_mistypes_the_example_of_the_documentation_is_told_the_line(tmp_path, old, new, said):
    page = Path(__file__).parent.parent.parent / "docs" / "scoring.md"
    example = page.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    file = tmp_path / "our-team.yaml"
    file.write_text(example, encoding="utf-8")
    assert load_rubric(file).id == "our-team"
    assert old in example
    file.write_text(example.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        load_rubric(file)


def test_a_measure_that_is_not_measured_is_told(tmp_path):
    file = tmp_path / "mine.yaml"
    rule = "{rule: measure_within, measure: pace, name: pace, met: [1, 2], partly: [0, 3]}"
    about = "id: a, title: a, guidance: [C7], dimension: composure, points: 1, coaching: {praise: a, advice: a}"
    criterion = f"{{{about}, judge: {rule}}}"
    file.write_text(f'id: mine\nversion: "1"\ntitle: Mine\ncriteria:\n  - {criterion}\n', encoding="utf-8")
    with pytest.raises(
        InputError, match=r":5: criteria.0.judge.measure_within.measure: no such measure; there are: talk"
    ):
        load_rubric(file)

import pytest

from simulator.datafile import read_yaml
from simulator.errors import InputError
from simulator.scoring.guidance import DIMENSIONS, Guidance, load_guidance

pytestmark = pytest.mark.unit


def test_all_rows_are_there_with_stable_ids():
    ids = [row.id for row in load_guidance().rows]
    expected = [
        f"{letter}{n}"
        for letter, most in zip("LCEORFP", (8, 7, 6, 5, 9, 4, 6), strict=True)
        for n in range(1, most + 1)
    ]
    assert ids == expected
    assert len(ids) == 45


def test_every_row_names_its_articles_and_its_dimension():
    guidance = load_guidance()
    assert set(guidance.sources) == {"000", "001", "002", "003", "004"}
    assert all(source.file.endswith(".txt") for source in guidance.sources.values())
    assert len({source.title for source in guidance.sources.values()}) == 5
    assert {row.dimension for row in guidance.rows} == set(DIMENSIONS)


def test_only_reviewing_and_practising_lie_outside_the_call():
    assert [row.id for row in load_guidance().rows if not row.in_the_call] == ["P4", "P5"]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("{id: L1, dimension: listening, asks: again, seen: [words], sources: [a]}", "given twice: L1"),
        ("{id: L2, dimension: listening, asks: x, seen: [words], sources: [b]}", "not listed: b"),
        ("{id: X2, dimension: listening, asks: x, seen: [words], sources: [a]}", r"guidance.yaml:5: rows.1.id"),
        ("{id: L2, dimension: politeness, asks: x, seen: [words], sources: [a]}", r"guidance.yaml:5: rows.1.dimension"),
    ],
)
def test_a_broken_row_is_named(tmp_path, row, fault):
    path = tmp_path / "guidance.yaml"
    first = "{id: L1, dimension: listening, asks: x, seen: [words], sources: [a]}"
    path.write_text(
        f'version: "1"\nsources: {{a: {{title: A, file: a.txt}}}}\nrows:\n  - {first}\n  - {row}\n', encoding="utf-8"
    )
    with pytest.raises(InputError, match=fault):
        read_yaml(path, Guidance)

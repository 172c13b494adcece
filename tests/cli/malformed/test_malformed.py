"""A few of the malformed files of benchmarks/records/malformed.py: no command shows a traceback."""

import pytest

from tests.cli.malformed.cases import Workshop, told

pytestmark = pytest.mark.unit
ONCE_FAULTY = (170, 1005, 1006, 1396, 3452, 1_000_730, 1_003_187)
"""Seeds of cases that showed something no user may see."""
CASES = 120


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOTSEAT_DATA", str(tmp_path_factory.mktemp("data")))
        yield Workshop(tmp_path_factory.mktemp("malformed") / "shop")


def test_no_malformed_file_shows_a_traceback(shop):
    outcomes = {seed: shop.run(seed) for seed in (*ONCE_FAULTY, *range(20_000, 20_000 + CASES))}
    faults = {seed: (found.args, found.fault) for seed, found in outcomes.items() if found.fault}
    assert faults == {}
    codes = [found.code for found in outcomes.values()]
    assert codes.count(2) > CASES / 5, "the files are malformed enough to be refused"


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "aliases"),
        ("a: &a [*a]\n", "aliases"),
        ("[" * 50_000, "not YAML"),
        ("id: !!timestamp soon\n", "a tag (!!) does not fit"),
        ("id: !!int ''\n", "a tag (!!) does not fit"),
        ("id: 2001-99-99\nversion: 2026-11-01\n", "title: Field required"),
    ],
)
def test_odd_yaml_is_told_in_one_sentence(shop, tmp_path, text, said):
    file = tmp_path / "rubric.yaml"
    file.write_text(text, encoding="utf-8")
    found = told(["rubrics", "check", str(file)], str(tmp_path))
    assert (found.code, found.fault) == (5, None)
    assert said in found.said

"""Numbers, days and times: the same whether they are printed as figures or as words."""

import pytest

from simulator.understanding.quantities import figures, spoken

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("between 8 and 10", "between eight and ten"),
        ("at 10:30", "at ten thirty"),
        ("order 72491", "order seven two four nine one"),
        ("45 pounds", "forty five pounds"),
        ("on Saturday, 8.00", "on saturday eight"),
        ("140 pounds", "one hundred forty pounds"),
    ],
)
def test_figures_and_words_name_the_same(one, other):
    assert figures(one.split()) == figures(other.split()) != frozenset()


@pytest.mark.parametrize("number", range(0, 1000, 37))
def test_every_number_below_a_thousand_is_said_in_number_words(number):
    assert len(figures(spoken(str(number)))) >= 1


def test_days_and_parts_of_the_day_are_figures_and_other_words_are_not():
    assert figures("tomorrow morning or friday evening at noon".split()) == {
        "tomorrow", "morning", "friday", "evening", "noon",
    }  # fmt: skip
    assert figures("the grey sofa by van".split()) == frozenset()

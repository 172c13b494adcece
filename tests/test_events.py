"""Every event survives the log: found by looking, so that none can be forgotten."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.clock import Span
from simulator.errors import InputError
from simulator.event_json import KINDS, from_json, to_json

pytestmark = pytest.mark.unit
st.register_type_strategy(Span, st.builds(lambda a, n: Span(a, a + n), st.integers(0, 10**9), st.integers(1, 10**6)))
st.register_type_strategy(float, st.floats(-1e6, 1e6, allow_nan=False))


@pytest.mark.parametrize("name", KINDS)
def test_an_event_comes_back_from_the_log_as_it_was(name):
    @settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None, database=None)
    @given(st.from_type(KINDS[name]))
    def round_trip(event):
        line = to_json(event)
        assert "\n" not in line
        assert from_json(line) == event
        assert to_json(from_json(line)) == line

    round_trip()


@pytest.mark.parametrize("name", KINDS)
def test_an_event_is_frozen_and_says_when(name):
    fields = [field.name for field in dataclasses.fields(KINDS[name])]
    assert fields[0] == "at"
    assert KINDS[name].__dataclass_params__.frozen
    assert KINDS[name].__doc__


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "is not JSON"),
        ("[1]", "must be one of"),
        ('{"event":"nothing","at":1}', "must be one of"),
        ('{"event":["x"]}', "must be one of"),
        ('{"event":"speech_ended","at":1}', "not a valid speech_ended"),
        ('{"event":"speech_ended","at":1,"span":[5,2]}', "not a valid speech_ended"),
        ('{"event":"speech_ended","at":1,"span":"x"}', "not a valid speech_ended"),
    ],
)
def test_what_is_no_event_is_refused_with_a_reason(line, message):
    with pytest.raises(InputError, match=message):
        from_json(line)


def test_every_event_is_documented():
    text = (Path(__file__).parents[1] / "docs" / "events.md").read_text(encoding="utf-8")
    assert [name for name in KINDS if f"`{name}`" not in text] == []

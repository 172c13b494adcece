"""The floor's table is closed, reversible, and an illegal event changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.call.floor import TRANSITIONS, Floor, FloorError

pytestmark = pytest.mark.unit
EVENTS = ("trainee_starts", "trainee_stops", "customer_starts", "customer_stops")


def holders(state):
    return {"open": set(), "trainee": {"trainee"}, "customer": {"customer"}, "both": {"trainee", "customer"}}[state]


@pytest.mark.parametrize("state", TRANSITIONS)
@pytest.mark.parametrize("event", EVENTS)
def test_the_table_says_who_speaks(state, event):
    who, does = event.split("_")
    legal = (who in holders(state)) == (does == "stops")
    assert (event in TRANSITIONS[state]) == legal
    if legal:
        expected = holders(state) - {who} if does == "stops" else holders(state) | {who}
        assert holders(TRANSITIONS[state][event]) == expected


@given(st.lists(st.sampled_from(EVENTS), max_size=40))
def test_an_illegal_event_raises_and_changes_nothing(events):
    floor = Floor()
    for event in events:
        before = floor.state
        if event in TRANSITIONS[before]:
            assert floor.happen(event) == TRANSITIONS[before][event]
        else:
            with pytest.raises(FloorError, match=f"{event} cannot happen while the floor is {before}"):
                floor.happen(event)
            assert floor.state == before

import pytest

from simulator.call.phase import TRANSITIONS, CallPhase, PhaseError

pytestmark = pytest.mark.unit

EVENTS = sorted({event for row in TRANSITIONS.values() for event in row})


def in_phase(state: str) -> CallPhase:
    """Return a call that has come to `state` by legal events."""
    way = {
        "greeting": (),
        "talk": ("turn_taken",),
        "hold": ("turn_taken", "hold_began"),
        "goodbye": ("turn_taken", "last_word"),
        "winding_up": ("stopped",),
        "over": ("ended",),
    }[state]
    phase = CallPhase()
    for event in way:
        phase.happen(event)
    assert phase.state == state
    return phase


@pytest.mark.parametrize("state", TRANSITIONS)
@pytest.mark.parametrize("event", EVENTS)
def test_an_event_moves_the_call_by_the_table_or_changes_nothing(state, event):
    phase = in_phase(state)
    after = TRANSITIONS[state].get(event)
    if after is None:
        with pytest.raises(PhaseError, match=f"{event} cannot happen in the phase {state}"):
            phase.happen(event)
        assert phase.state == state
    else:
        assert phase.happen(event) == after


def test_a_call_that_winds_up_or_is_over_never_comes_back():
    assert set(TRANSITIONS["winding_up"].values()) == {"winding_up", "over"}
    assert TRANSITIONS["over"] == {}

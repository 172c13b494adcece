"""The trace is read in a terminal: nothing is wider, and every movement of the mood has its reason."""

import pytest

from simulator.cli.authoring.trace import COLUMNS, trace_text
from simulator.customer.scenario import load_scenario
from simulator.events import MoodMoved
from simulator.session.rehearsal import run_text_call
from simulator.session.trainees import read_script

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def events():
    story = load_scenario("silent-landline")
    return run_text_call(story, read_script(story, "exemplary"), seed=1)


def test_no_line_is_wider_than_a_terminal(events):
    lines = list(trace_text(events))
    assert max(map(len, lines)) <= COLUMNS
    assert not any(line.endswith(" ") for line in lines)


def test_every_change_of_anger_is_there_with_its_guidance(events):
    shown = " ".join(" ".join(trace_text(events)).split())
    for event in events:
        if isinstance(event, MoodMoved):
            assert f"anger {event.anger:.1f} |" in shown
            for change in event.changes:
                assert change.what != "anger" or f"{change.by:+.1f} {change.reason} ({change.guidance})" in shown


def test_the_trace_tells_of_holds_and_how_it_ended(events):
    shown = " ".join(trace_text(events))
    assert "(on hold)" in shown
    assert "end: won_back" in shown
    assert "5 of 5" in shown

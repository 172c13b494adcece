"""The delivery panel: each measure in words with its stretches; fillers where they were heard."""

import pytest

from simulator.report.delivery import PACE_AXIS, PACE_BAND, delivery_of
from simulator.report.page import render
from simulator.report.rows import UNWRITTEN, pieces_of
from simulator.scoring.folder import measure_folder, score_folder
from simulator.scoring.rubric import load_rubric
from tests.scoring.made_call import MadeCall, bad_call

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    call = MadeCall().customer("where is my sofa")
    for text in (
        "i am so sorry about all of this",
        "um i can bring it on saturday um if that is all right",
        "good bye",
    ):
        call.trainee(text, ms=5000).customer("go on then", ms=800)
    return call.end("unresolved").folder(tmp_path_factory.mktemp("calls"))


def test_every_measure_of_the_panel_has_its_value_and_what_can_be_heard(folder):
    delivery = delivery_of(folder.events(), measure_folder(folder))
    figures = {each.name: each for each in delivery.figures}
    assert list(figures) == [
        "Words a minute",
        "Fillers (um, uh)",
        "Pauses inside your turns",
        "Longest turn",
        "Time to answer",
        "Level",
        "Pitch",
    ]
    assert int(figures["Fillers (um, uh)"].value) >= 2
    assert figures["Longest turn"].value == "5 s"
    assert {each.what for each in figures["Words a minute"].stretches} >= {"the fastest turn, 132"}
    assert all(each.stop_ms > each.start_ms for figure in delivery.figures for each in figure.stretches)
    assert 0 < delivery.talk_percent < 100


def test_a_chart_shows_each_turn_where_it_stands(folder):
    pace = delivery_of(folder.events(), measure_folder(folder)).charts[0]
    assert [step.inside for step in pace.steps] == [False, True, False]
    low, high = PACE_AXIS
    assert pace.band_top == pytest.approx(100 * (high - PACE_BAND[1]) / (high - low))
    assert pace.steps[0].y > pace.steps[1].y  # slower is lower
    assert pace.summary == "Words a minute, turn by turn: 1 of 3 turns lie within 120 to 160."


def test_what_was_not_measured_says_why(tmp_path):
    folder = bad_call().folder(tmp_path, typed=True)
    figures = {each.name: each for each in delivery_of(folder.events(), measure_folder(folder)).figures}
    assert figures["Level"].value == "not measured"
    assert figures["Level"].note == "no audio"


def test_fillers_are_marked_in_the_transcript(folder):
    text = render(folder, score_folder(folder, load_rubric()))
    assert '<span class="act filler" title="filler">um</span>' in text


def test_a_filler_that_was_not_written_stands_where_it_was_heard():
    pieces = list(pieces_of("so uh we could".split(), [("solution", 2, 3)], um_before=[4]))
    assert [(p.text, p.kind) for p in pieces] == [
        ("so", ""),
        ("uh", "filler"),
        ("we could", "helpful"),
        (UNWRITTEN, "filler"),
    ]

import shutil

import pytest

from simulator.errors import InputError
from simulator.report.history import past_call, read_history
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.scoring.made_call import bad_call, good_call

pytestmark = pytest.mark.unit


def test_a_past_call_says_what_its_score_says(tmp_path):
    folder = bad_call().folder(tmp_path, typed=True)
    output = score_folder(folder, load_rubric()).output
    found = read_history(tmp_path)
    assert found.left_out == ()
    (call,) = found.calls
    assert call == past_call(folder.manifest, output, call_dir=str(folder.path))
    assert (call.total, call.rubric, call.rubric_version) == (output.total, "practice", output.rubric.version)
    assert [mark.status for mark in call.marks] == [each.status for each in output.criteria]
    assert call.dimensions == tuple((name, each.points, each.of) for name, each in output.dimensions.items())


def test_a_folder_a_person_names_the_person(tmp_path):
    for person, call in (("anna", good_call()), ("ben", bad_call())):
        score_folder(call.folder(tmp_path / person, typed=True), load_rubric())
    assert sorted(call.person for call in read_history(tmp_path).calls) == ["anna", "ben"]


def test_what_cannot_be_shown_is_told(tmp_path):
    unscored = good_call().folder(tmp_path, typed=True)
    broken = good_call().folder(tmp_path, typed=True)
    score_folder(broken, load_rubric())
    (broken.path / "score.json").write_text("{", encoding="utf-8")
    found = read_history(tmp_path)
    assert found.calls == ()
    assert any("no score yet" in reason and unscored.path.name in reason for reason in found.left_out)
    assert any("cannot be read" in reason and broken.path.name in reason for reason in found.left_out)


def test_no_folder_is_an_error(tmp_path):
    shutil.rmtree(tmp_path)
    with pytest.raises(InputError, match="is no folder"):
        read_history(tmp_path)

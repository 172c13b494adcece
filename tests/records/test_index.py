"""What is kept in memory of filed calls follows every change, and agrees with what is read call by call."""

import numpy as np
import pytest

from simulator.recording.folder import CallFolder
from simulator.records.database.log import check_log
from simulator.records.database.tables import Call
from simulator.records.filing import file_call, share
from simulator.records.lists.browsing import queue, waiting_ids
from simulator.records.lists.index import CallIndex
from simulator.records.lists.listing import history_of
from simulator.records.lists.skills import won_in
from simulator.records.reviews.reviewing import answer, appeal
from simulator.records.staff.people import add_person
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric
from tests.records.conftest import scored_call
from tests.records.test_review import lower_to
from tests.report.test_heat import won
from tests.scoring.made_call import bad_call

pytestmark = pytest.mark.contract


def agree(session, index):
    """An index that followed, a new one and the plain sums say the same, of what waits too."""
    waiting = [each.line.name for each in queue(session)]
    for each in (index, CallIndex()):
        found = won_in(session, each)
        plain = won(history_of(session).calls, shown=found.shown, columns=found.columns)
        assert (found.people, found.calls, found.taken) == (plain.people, plain.calls, plain.taken)
        np.testing.assert_allclose(found.points, plain.points, atol=0.01)
        np.testing.assert_allclose(found.of, plain.of, atol=0.01)
        assert [session.get_one(Call, id).name for id in waiting_ids(session, each)] == waiting
    return found, waiting


def test_the_index_follows_calls_shares_scores_reviews_and_appeals(records, silent_call, tmp_path):
    index = CallIndex()
    practice = scored_call(tmp_path / "practice", bad_call(), mode="practice", typed=True)
    with records.writing() as session:
        add_person(session, "Inez", role="instructor")
        assert agree(session, index)[0].people == ()
        exam = file_call(session, silent_call.path, person="Dana")
        assert agree(session, index)[0].people == ("Dana",)
        other = file_call(session, practice.path, person="Tom")
        assert agree(session, index)[0].people == ("Dana",)
        share(session, other, shared=True)
        agree(session, index)
        score_folder(CallFolder.open(practice.path), load_rubric("practice"))
        file_call(session, practice.path)
        assert set(agree(session, index)[0].series) == {
            f"{each.rubric} {each.rubric_version} ({each.rubric_sha256[:6]})" for each in history_of(session).calls
        }
        appeal(session, exam, note="I said so.")
        assert agree(session, index)[1] == [exam.name]
        answer(session, exam, "Inez", text="You did not.")
        assert agree(session, index)[1] == []
        lower_to(session, exam, 70)
        agree(session, index)
        share(session, other, shared=False)
        assert agree(session, index)[0].people == ("Dana",)
        assert check_log(session).faults == ()

"""The corpus of labelled calls: what its files say is what is read, and a broken one is refused with file and line."""

from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.understanding.corpus import Label, read_corpus, read_drills, read_heard
from simulator.vocabulary import ACTS

pytestmark = pytest.mark.unit
SHIPPED = Path(__file__).parents[2] / "corpus"
CALLS = (
    "#call\tc1\tmissing-sofa\tgood\ta calm one\n"
    "c1\t0\tA\tgood morning\n"
    "c1\t0\tC\tWhere is my sofa?\n"
    "c1\t0\tC\tIt was due on Tuesday.\n"
    "c1\t1\tA\tit was due on tuesday i am so sorry\n"
)
LABELS = "c1\t0\tgreeting=good morning\t-\nc1\t1\tapology=i am so sorry\tfact:no_sofa=it was due on tuesday\n"


def written(folder, calls=CALLS, labels=LABELS):
    for name, text in (("calls", calls), ("labels", labels)):
        (folder / name).mkdir()
        (folder / name / "w01.tsv").write_text(text, encoding="utf-8")
    return folder


def test_a_turn_holds_what_was_said_before_it_and_its_labels_as_spans(tmp_path):
    first, second = read_corpus(written(tmp_path))
    assert (first.case, first.quality, first.said) == ("missing-sofa", "good", ())
    assert first.acts == (Label("greeting", 0, 1),)
    assert first.references == ()
    assert second.said == ("Where is my sofa?", "It was due on Tuesday.")
    assert second.acts == (Label("apology", 5, 8),)
    assert second.references == (Label("fact:no_sofa", 0, 4),)


def test_only_the_writers_asked_for_are_read(tmp_path):
    folder = written(tmp_path)
    assert read_corpus(folder, ("w02",)) == []
    assert len(read_corpus(folder, ("w01",))) == 2


@pytest.mark.parametrize(
    ("calls", "labels", "place", "message"),
    [
        (CALLS.replace("\tA\tgood", "\tgood"), LABELS, "calls/w01.tsv:2", "3 columns"),
        (CALLS, LABELS.replace("\t-\n", "\n", 1), "labels/w01.tsv:1", "3 columns"),
        (CALLS, LABELS.replace("i am so sorry", "i am very sorry"), "calls/w01.tsv:5", "'i am very sorry'"),
        (CALLS, LABELS.replace("=good morning", ""), "calls/w01.tsv:2", "quotes ''"),
        (CALLS, LABELS.splitlines()[0] + "\n", "calls/w01.tsv:5", "no labels"),
        (CALLS.replace("c1\t1\tA", "c1\tone\tA"), LABELS, "calls/w01.tsv:5", "'one'"),
        (CALLS, LABELS.replace("c1\t1\t", "c1\tone\t"), "labels/w01.tsv:2", "'one'"),
        (CALLS.replace("#call\tc1", "#call"), LABELS, "calls/w01.tsv:1", "4 columns"),
        (CALLS, LABELS.replace("apology=", "apologie="), "calls/w01.tsv:5", "apologie"),
        (CALLS.replace("\tC\tIt", "\tX\tIt"), LABELS, "calls/w01.tsv:4", "'X'"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path, calls, labels, place, message):
    with pytest.raises(InputError) as refused:
        read_corpus(written(tmp_path, calls, labels))
    assert place in str(refused.value).replace("\\", "/")
    assert message in str(refused.value)


def test_a_heard_turn_keeps_its_place_and_takes_the_labels_of_its_own_words(tmp_path):
    folder = written(tmp_path)
    (folder / "heard").mkdir()
    row = "c1\t1\tit was due on choose day i am sorry\tapology=i am sorry\t-\n"
    (folder / "heard" / "w01.tsv").write_text(row, encoding="utf-8")
    (turn,) = read_heard(folder)
    assert (turn.call, turn.number, turn.said[0]) == ("c1", 1, "Where is my sofa?")
    assert turn.acts == (Label("apology", 6, 8),)
    assert read_heard(folder, ("w02",)) == []
    (folder / "heard" / "w01.tsv").write_text(row.replace("\t1\t", "\t7\t"), encoding="utf-8")
    with pytest.raises(InputError, match="no turn 7 of c1"):
        read_heard(folder)


def test_an_exchange_of_a_drill_is_a_turn_of_its_own(tmp_path):
    (tmp_path / "drills").mkdir()
    path = tmp_path / "drills" / "d01.tsv"
    path.write_text("own\tbad\tIt broke.\tnot my fault\texcuse=not my fault\t-\n", encoding="utf-8")
    (turn,) = read_drills(tmp_path)
    assert (turn.case, turn.quality, turn.said, turn.acts) == ("own", "bad", ("It broke.",), (Label("excuse", 0, 2),))
    path.write_text("own\tbad\tnot my fault\texcuse=not my fault\t-\n", encoding="utf-8")
    with pytest.raises(InputError, match="5 columns; 6 are expected"):
        read_drills(tmp_path)


def test_a_writer_without_labels_is_named(tmp_path):
    folder = written(tmp_path)
    (folder / "labels" / "w01.tsv").unlink()
    with pytest.raises(InputError, match=r"w01\.tsv"):
        read_corpus(folder)


def test_the_shipped_corpus_can_be_read():
    turns = read_corpus(SHIPPED)
    assert len({turn.writer for turn in turns}) >= 2
    assert {label.name for turn in turns for label in turn.acts} <= set(ACTS)
    kinds = {label.name.partition(":")[0] for turn in turns for label in turn.references}
    assert kinds <= {"fact", "offer", "forbid", "ask", "pass"}

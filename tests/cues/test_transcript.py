import json

import pytest

from simulator.clock import Span, from_ms
from simulator.cues.transcript import read_words
from simulator.errors import InputError
from simulator.events import Word

pytestmark = pytest.mark.unit

PLAIN = [{"word": "there", "start_ms": 400, "stop_ms": 700}, {"word": "hello", "start_ms": 20, "stop_ms": 380.5}]


def written(tmp_path, content):
    path = tmp_path / "words.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        {"words": PLAIN},
        {"schema": "hotseat.transcript/1", "files": [{"path": "a.wav", "text": "x", "words": PLAIN}]},
        {"files": [{"path": "C:\\calls\\b.wav", "words": []}, {"path": "/calls/a.wav", "words": PLAIN}]},
        {"turns": [{"speaker": "trainee", "words": PLAIN}, {"speaker": "customer", "words": PLAIN}]},
    ],
    ids=["list", "words", "transcribe", "two-files", "call"],
)
def test_every_shape_is_read_in_order_of_time(tmp_path, content):
    words = read_words(written(tmp_path, content), audio=tmp_path / "a.wav")
    assert words == (
        Word(word="hello", span=Span(320, from_ms(380.5)), confidence=1.0),
        Word(word="there", span=Span(6400, 11200), confidence=1.0),
    )


def test_a_word_of_no_length_gets_one_sample(tmp_path):
    (word,) = read_words(written(tmp_path, [{"word": "x", "start_ms": 5, "stop_ms": 5, "confidence": 0.25}]))
    assert word == Word(word="x", span=Span(80, 81), confidence=0.25)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{not json", "is not JSON"),
        ("[" * 100000, "is not JSON"),
        ("3", "holds no list of words"),
        ({"text": "hello"}, "holds no list of words"),
        ({"files": []}, "no single file named a.wav; it holds: none"),
        (["hello"], "word 1 is 'hello', not an object"),
        ([{"start_ms": 0, "stop_ms": 1}], "word 1 has no text"),
        ([*PLAIN, {"word": "x", "start_ms": "0", "stop_ms": 1}], "word 3 .* as numbers"),
        ([{"word": "x", "start_ms": True, "stop_ms": 1}], "as numbers"),
        ([{"word": "x", "start_ms": 9, "stop_ms": 1}], "stop after start"),
        ([{"word": "x", "start_ms": -1, "stop_ms": 1}], "must be 0 or more"),
        ('[{"word": "x", "start_ms": NaN, "stop_ms": 1}]', "must be 0 or more"),
        ('[{"word": "x", "start_ms": 0, "stop_ms": 1e400}]', "must be 0 or more"),
        ({"files": [{"path": "b.wav"}, {"path": "c.wav"}]}, "no single file named a.wav; it holds: b.wav, c.wav"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, content, message):
    with pytest.raises(InputError, match=message):
        read_words(written(tmp_path, content), audio=tmp_path / "a.wav")


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(InputError, match="cannot read"):
        read_words(tmp_path / "none.json")

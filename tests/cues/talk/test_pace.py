import pytest

from simulator.clock import Span, from_ms
from simulator.cues.talk.filled import fillers_in_words, is_filler
from simulator.cues.talk.pace import rate_from_nuclei, rate_from_words, words_per_minute
from simulator.cues.talk.syllables import count_vowel_groups, syllables_in
from simulator.events import Word

pytestmark = pytest.mark.unit

SPEECH = [Span(0, 80000), Span(160000, 240000)]


def said(text, confidence=0.8):
    return [
        Word(word=word, span=Span(i * 4000, i * 4000 + 3000), confidence=confidence)
        for i, word in enumerate(text.split())
    ]


@pytest.mark.parametrize(
    ("count", "words"),
    {
        1: "hold please right what's the wait rules months yes hm closed asked",
        2: "okay sofa wanted cancel hello being business didn't table houses maybe something reason quiet tv",
        3: "idea area december understand however premium tomorrow manager violin every",
        4: "January delivery apologise definitely immediate particular necessary priority",
        5: "eventually immediately unfortunately refrigerator possibility",
    }.items(),
)
def test_syllables_of_words_that_are_said_on_the_phone(count, words):
    assert {word: syllables_in(word) for word in words.split()} == dict.fromkeys(words.split(), count)


@pytest.mark.parametrize(
    ("count", "words"),
    {2: "unblock fairholm", 3: "launderette organise colouring", 4: "apologised northumberland"}.items(),
)
def test_words_that_the_dictionary_lacks_are_counted_by_their_vowels(count, words):
    assert {word: count_vowel_groups(word) for word in words.split()} == dict.fromkeys(words.split(), count)


@pytest.mark.parametrize("word", ["...", "", "--", "'", "42"])
def test_what_is_no_word_has_no_syllable(word):
    assert syllables_in(word) == 0


def test_words_a_minute_over_speaking_time_without_fillers():
    found = words_per_minute(said("um i am so sorry uh about that sofa"), SPEECH)
    assert found.value == pytest.approx(7 * 60 / 10)
    assert found.confidence == pytest.approx(0.8)


def test_articulation_rate_counts_syllables():
    assert rate_from_words(said("the delivery was immediate"), SPEECH).value == pytest.approx((1 + 4 + 1 + 4) / 10)


def test_nuclei_outside_speech_do_not_count():
    nuclei = [10, 40000, 79999, 80000, 100000, 160000, 239999, 240000]
    assert rate_from_nuclei(nuclei, SPEECH).value == pytest.approx(5 / 10)


def test_unmeasurable_says_why():
    assert words_per_minute(None, SPEECH).reason == "no transcript: give the words with --transcript"
    assert words_per_minute([], SPEECH).reason == "no word was recognised"
    assert words_per_minute(said("um uh"), SPEECH).reason == "no word was recognised"
    assert words_per_minute(said("yes"), [Span(0, 16000)]).reason == "too short: 1.0 s of speech, 2.0 s needed"
    assert "no syllable nucleus" in rate_from_nuclei([], SPEECH).reason


def test_fillers_in_words():
    words = said("Um, the umbrella is uh... here")
    assert [span.start for span in fillers_in_words(words)] == [0, 16000]
    assert is_filler("Hmm")
    assert not is_filler("mm-hm")
    assert from_ms(250) == 4000

"""What a network may still get wrong and a plain rule knows: words that are no harm or no hold, and taking leave.

Each guard takes something away, or names what no reader has to learn; none adds an act.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulator.events import Act
from simulator.understanding.wording import tokens
from simulator.vocabulary import HARMFUL

FEWEST_WORDS = 3
"""A turn of so few words, and a clause of one ("love", "lovely"), do harm only where the network is nearly certain."""
NEARLY_CERTAIN = 0.8
SELF = frozenset(("i", "me", "my", "myself", "mine"))
OWNS_UP = (("my", "fault"), ("my", "mistake"), ("my", "bad"), ("my", "error"), ("on", "me"), ("blaming", "myself"))
"""Words that take a fault on the speaker, unless "not" stands among the four words before them."""
HUSHES = (("hold", "on"), ("hang", "on"), ("wait",))
"""Words that, said twice in a row, want the other to stop talking."""
FAREWELLS = (
    ("bye",),
    ("goodbye",),
    ("take", "care"),
    ("have", "a", "good"),
    ("have", "a", "nice"),
    ("have", "a", "lovely"),
    ("have", "a", "great"),
    ("all", "the", "best"),
    ("cheerio",),
    ("ta", "ra"),
    ("good", "night"),
    ("speak", "soon"),
)
"""Words that take leave, unless one of `GOES_ON` follows."""
GOES_ON = frozenset(("of", "look", "think", "reason", "chance", "idea"))
"""As in "take care of that" and "have a good look"."""
SALES = (
    ("special", "offer"),
    ("upgrade",),
    ("loyalty",),
    ("next", "order"),
    ("might", "interest", "you"),
    ("interested", "in"),
    ("sign", "up"),
    ("subscription",),
    ("premium",),
    ("promotion",),
)
"""Words that mention something extra to buy or join (guidance F4)."""
QUESTION_WORDS = {
    "who": "?who",
    "whose": "?who",
    "when": "?when",
    "where": "?where",
    "why": "?why",
    "how": "?how",
    "what": "?what",
    "which": "?what",
}
"""What a question word asks for, unless the word after it says otherwise (`AFTER_QUESTION_WORD`)."""
AFTER_QUESTION_WORD = {
    ("how", "many"): "?howmany",
    ("how", "much"): "?howmany",
    ("how", "long"): "?howmany",
    ("how", "often"): "?howmany",
    ("how", "old"): "?howmany",
    ("how", "come"): "?why",
    ("what", "time"): "?when",
    ("what", "day"): "?when",
    ("what", "date"): "?when",
    ("which", "day"): "?when",
    ("what", "for"): "?why",
}
AUXILIARIES = frozenset(
    "do does did have has had is are was were am can could would will shall should may might".split()
)
"""Words that begin a question when one of `ASKED_ABOUT` follows."""
ASKED_ABOUT = frozenset(
    "i you we they he she it there this that these those the a any anyone anybody anything some someone somebody "
    "your our my his her their".split()
)
WISHES = (
    ("would", "you", "like"),
    ("would", "you", "prefer"),
    ("would", "you", "rather"),
    ("do", "you", "want"),
    ("do", "you", "need", "me"),
    ("shall",),
    ("should", "i"),
    ("should", "we"),
    ("want", "me", "to"),
    ("would", "it", "help"),
    ("would", "that", "help"),
)
"""Words that ask what the customer would like, and not what is so."""
OURS = (
    *((verb, who) for verb in ("did", "has", "was", "were", "have") for who in ("we", "they", "he", "she", "our")),
    *((verb, who) for verb in ("did", "has", "was") for who in ("anyone", "anybody", "someone", "somebody")),
)
"""Words that ask what the company did or did not do."""
CONFIRMS = (
    ("is", "that", "right"),
    ("is", "that", "correct"),
    ("is", "this", "correct"),
    ("have", "i", "got", "that"),
    ("is", "it", "not"),
    ("is", "not", "it"),
)
"""Words that ask whether what was said back is right."""
TAGS = (("is", "it", "not"), ("is", "not", "it"), ("do", "not", "you"), ("did", "not", "you"), ("am", "i", "right"))
"""Words at the end of a statement that ask for a yes."""
PREFERENCES = frozenset(
    "which whichever either prefer rather suit suits suited better best easier choose pick like want works".split()
)
"""Words that ask for a choice."""
DOUBTFUL = 0.85
"""What has neither the form nor the words of a question is one only where the network is as sure as this."""
KNOWN = 0.7
"""The same for a question of the story."""
LONGEST_FAREWELL = 30
"""Words; taking leave stands at the end of a turn, in its last so many words."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The words that are guarded, and the customer's before them."""

    words: Sequence[str]
    said: Sequence[str]


def spared(act: Act, turn: Turn) -> bool:
    """Return whether an act is taken away: harm that is none, or a hold that only hushes."""
    if act.act == "hold_request":
        return _hushes(act)
    if act.act not in HARMFUL:
        return False
    if (len(turn.words) <= FEWEST_WORDS or act.first == act.last) and act.strength < NEARLY_CERTAIN:
        return True
    return _owns_up(act) or (act.act == "blame" and _blames_oneself(act))


def _hushes(act: Act) -> bool:
    """Return whether the words ask for the floor and not for time: "hold on hold on", said twice in a row."""
    texts = tokens(act.words.split()).texts
    return any(texts[at : at + 2 * len(p)] == p * 2 for p in HUSHES for at in range(len(texts)))


def _owns_up(act: Act) -> bool:
    """Return whether the clause takes a fault on the speaker: "no my fault i talk too fast"."""
    texts = tokens(act.words.split()).texts
    found = (at for own in OWNS_UP for at in _at(texts, own))
    return any("not" not in texts[max(0, at - 4) : at] for at in found)


def _blames_oneself(act: Act) -> bool:
    """Return whether the clause names nobody but the speaker: "that one's on me, i got it wrong"."""
    texts = set(tokens(act.words.split()).texts)
    return bool(texts & SELF) and not texts & {"you", "your", "they", "them", "their", "he", "she", "his", "her"}


def asked_by_its_word(words: Sequence[str]) -> str | None:
    """Return the kind of answer that a question's first question word wants, or None without such a word.

    Examples
    --------
    >>> asked_by_its_word("and how many of you".split()), asked_by_its_word("did you sign for it".split())
    ('?howmany', None)
    """
    texts = tokens(words).texts
    for at, text in enumerate(texts):
        if text in QUESTION_WORDS:
            return AFTER_QUESTION_WORD.get((text, *texts[at + 1 : at + 2]), QUESTION_WORDS[text])  # type: ignore[arg-type]
    return None


def asked_for(words: Sequence[str], kind: str) -> str:
    """Return the kind of answer that a question wants whose kind the network takes for `kind`.

    Its question word decides; a yes-or-no question is about a wish, the company's doings, or the customer's side.

    Examples
    --------
    >>> [asked_for(each.split(), "?yesno") for each in ("shall i wait", "did anyone ring you", "is it red")]
    ['?wish', '?ours', '?yesno']
    """
    texts = tokens(words).texts
    if kind != "?yesno" and kind.startswith("?") and "you" in texts and not has_form(words):
        return "confirm"  # a sentence about the customer wants a yes
    kind = asked_by_its_word(words) or kind
    if kind == "?yesno" or (kind == "?what" and not asked_by_its_word(words)):
        for phrases, narrower in ((CONFIRMS, "confirm"), (WISHES, "?wish"), (OURS, "?ours")):
            if any(True for phrase in phrases for _ in _at(texts, phrase)):
                return narrower
    return kind


def is_question(kind: str, words: Sequence[str], strength: float) -> bool:
    """Return whether words that were read as a question are one: the story's, in its form, or the network is sure.

    Examples
    --------
    >>> is_question("?yesno", "it's not lost or anything".split(), 0.7)
    False
    >>> is_question("?yesno", "is it lost".split(), 0.7)
    True
    """
    return strength >= (KNOWN if kind == "known" else DOUBTFUL) or has_form(words)


def has_form(words: Sequence[str]) -> bool:
    """Return whether words have the form of a question: a question word, a verb before its subject, or a tag.

    Examples
    --------
    >>> [has_form(each.split()) for each in ("who rang you", "are they in", "that is all", "you rang didn't you")]
    [True, True, False, True]
    """
    texts = tokens(words).texts
    return (
        any(text in QUESTION_WORDS for text in texts)
        or any(one in AUXILIARIES and other in ASKED_ABOUT for one, other in itertools.pairwise(texts))
        or any(True for phrase in TAGS for _ in _at(texts, phrase))
    )


def is_preference(words: Sequence[str]) -> bool:
    """Return whether a question with "or" or "which" in it is after what somebody would like, not after what is so.

    Examples
    --------
    >>> is_preference("which would suit you".split()), is_preference("are you at home or at work".split())
    (True, False)
    """
    return not PREFERENCES.isdisjoint(tokens(words).texts)


def is_farewell(words: Sequence[str]) -> bool:
    """Return whether a turn takes leave.

    Examples
    --------
    >>> is_farewell("right then take care bye now".split()), is_farewell("i will take care of that".split())
    (True, False)
    """
    texts = tokens(words).texts[-LONGEST_FAREWELL:]
    return any(
        not GOES_ON.intersection(texts[at + len(phrase) : at + len(phrase) + 1])
        for phrase in FAREWELLS
        for at in _at(texts, phrase)
    )


def is_selling(words: Sequence[str]) -> bool:
    """Return whether a turn mentions something extra to buy or join.

    Examples
    --------
    >>> is_selling("we have a special offer on cushions".split()), is_selling("i can offer you saturday".split())
    (True, False)
    """
    texts = tokens(words).texts
    return any(True for phrase in SALES for _ in _at(texts, phrase))


def _at(texts: Sequence[str], phrase: tuple[str, ...]) -> Iterator[int]:
    """Yield where a phrase stands in a turn."""
    yield from (at for at in range(len(texts) - len(phrase) + 1) if tuple(texts[at : at + len(phrase)]) == phrase)

"""What a network may still get wrong and a plain rule knows: no harm, no hold, no kindness, and taking leave.

Each guard takes something away, or names what no reader has to learn; none adds an act.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.events import Act
from simulator.understanding.quantities import figures, promised_hold
from simulator.understanding.questions import LEADS, content
from simulator.understanding.wording import holds, places, tokens
from simulator.vocabulary import HARMFUL

ASKED = ("i", "you", "it", "that", "this", "we")
FEWEST_WORDS = 3
"""A turn of so few words, and a clause of one ("love", "lovely"), do harm only where the network is nearly certain."""
NEARLY_CERTAIN = 0.8
SELF = frozenset(("i", "me", "my", "myself", "mine"))
OWNS_UP = (("my", "fault"), ("my", "mistake"), ("my", "bad"), ("my", "error"), ("on", "me"), ("blaming", "myself"))
"""Words that take a fault on the speaker, unless "not" stands among the four words before them."""
NO_PROMISE = tuple(
    ("not", *between, word) for word in ("promise", "guarantee", "swear") for between in ((), ("really",))
)
"""Words that refuse a promise."""
BEFORE_PROMISE = 4
"""An assurance is none where such words are among so many before it, or in it, and no "but" follows them."""
DISOWNS = tuple(("not", whose, what) for whose in ("our", "my") for what in ("fault", "mistake", "doing", "problem"))
"""Words that turn a fault away; an owning up that says nothing else is none."""
FAULTS = content("fault mistake doing problem".split())
HUSHES = (("hold", "on"), ("hang", "on"), ("wait",))
"""Words that, said twice in a row, want the other to stop talking."""
THANKED = frozenset("thank thanks cheers ta appreciate grateful sorry".split())
WAITED = frozenset("waiting holding hanging bearing".split())
"""With one of each, the turn comes back from a hold: "thanks for hanging on"."""
BEFORE_HOLD = 4
ASKS_TO_WAIT = frozenset("let put hold hang bear wait while please can could may might will would more another".split())
"""With one of these it asks for another wait."""
HEDGES = (
    *((word,) for word in ("might", "maybe", "perhaps", "hopefully", "possibly", "probably")),
    *(("will", "see", word) for word in ("if", "whether")),
    *(("let", "me", "see", word) for word in ("if", "whether")),
    *(("will", "try", "to"), ("should", "be", "able"), ("fingers", "crossed"), ("subject", "to")),
    *((number, "percent", "sure") for number in ("eighty", "ninety", "nine", "five", "80", "90", "95", "99")),
    *NO_PROMISE,
)
"""Words that leave open whether what is offered comes."""
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
NO_SORRY = (
    *(("sorry", *that, "you", "feel", *how) for that in ((), ("that",)) for how in (("that", "way"), ("like", "that"))),
    *(("sorry", "if", "you", verb) for verb in ("feel", "felt", "took", "take", "misunderstood", "thought")),
    ("took", "it", "up", "wrong"),
)
"""Words that are sorry for what the customer feels or made of it, and for nothing that was done."""
VAGUE_TIMES = (
    *((word,) for word in ("sometime", "whenever", "eventually")),
    *(("some", word) for word in ("point", "time", "stage")),
    *(("in", "a", word) for word in ("bit", "while")),
    ("when", "we", "can"),
    ("when", "i", "can"),
)
"""Words that name no time by which anything is done."""
SPANS = frozenset(
    "within minute minutes hour hours day days end january february march april may june july august september october "
    "november december".split()
)
"""With one of these or a number they name one after all: "sometime within the hour"."""
ADVERBS = ("so", "very", "really", "truly")
SORRY = frozenset("sorry apologise apologises apologising apology apologies apologetic forgive pardon regret".split())
"""An apology has one of these words, or "my bad" and the like (`OWNS_UP`)."""
WAVED_OFF = (("need", "to", "be"), ("do", "not", "be"), ("nothing", "to", "be"), ("reason", "to", "be"), ("you", "are"))
"""Before "sorry" these make it the customer's, not the agent's."""
MENDS = (
    *((word,) for word in ("say", "let", "come", "pardon", "which", "what", "who", "when", "how")),
    *(("i", word) for word in ("just", "ask", "asked", "mean", "meant")),
    *(("to", word) for word in ("ask", "bother", "check", "interrupt", "push", "stop", "go", "be")),
    *((verb, who) for verb in ("can", "could", "would", "did", "do", "is", "was", "are", "may") for who in ASKED),
    ("just", "to"),
    ("i", "did", "not", "catch"),
    ("i", "did", "not", "hear"),
    ("i", "did", "not", "get"),
    ("did", "not", "catch"),
    ("did", "not", "hear"),
)
"""After "sorry" these mend the talk: one asks, or says it another way, and is sorry for nothing."""
IN_FULL = tuple((who, be, *how) for who, be in (("i", "am"), ("we", "are")) for how in ((), *((a,) for a in ADVERBS)))
"""Before "sorry", words that make it a sentence; behind `LEAST_TOLD` words of the turn or more it mends no talk."""
LEAST_TOLD = 6
KIND = frozenset("gratitude rapport assurance willingness".split())
"""Kindnesses that words without content ("i would") are not."""
LONGEST_FAREWELL = 30
"""Words; taking leave stands at the end of a turn, in its last so many words."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The words that are guarded, and the customer's before them."""

    words: Sequence[str]
    said: Sequence[str]


def spared(act: Act, turn: Turn) -> bool:
    """Return whether an act is taken away: harm or a kindness that is none, or a hold that only hushes."""
    if act.act == "hold_request":
        return _hushes(act) or _comes_back(act, turn)
    if act.act == "apology":
        return not _apologises(act, turn)
    if act.act == "ownership":
        return _disowns(act)
    if act.act == "timeline":
        words = act.words.split()
        texts = tokens(words).texts
        return holds(texts, VAGUE_TIMES) and SPANS.isdisjoint(texts) and not figures(words)
    if act.act == "assurance" and promises_nothing(turn.words, act.first, act.last):
        return True
    if act.act in KIND:
        return not content(act.words.split())
    if act.act == "empathy":
        texts = tokens(act.words.split()).texts
        return LEADS.issuperset(texts) or holds(texts, NO_SORRY)  # "i mean"; "sorry you feel that way"
    if act.act not in HARMFUL:
        return False
    if (len(turn.words) <= FEWEST_WORDS or act.first == act.last) and act.strength < NEARLY_CERTAIN:
        return True
    return _owns_up(act) or (act.act == "blame" and _blames_oneself(act))


def _hushes(act: Act) -> bool:
    """Return whether the words ask for the floor and not for time: "hold on hold on", said twice in a row."""
    texts = tokens(act.words.split()).texts
    return any(texts[at : at + 2 * len(p)] == p * 2 for p in HUSHES for at in range(len(texts)))


def _comes_back(act: Act, turn: Turn) -> bool:
    """Return whether the words thank for the wait, or are sorry for it, and ask for none."""
    texts = tokens(turn.words[max(0, act.first - BEFORE_HOLD) : act.last + 1]).texts
    if set(texts).isdisjoint(THANKED) or set(texts).isdisjoint(WAITED):
        return False
    return ASKS_TO_WAIT.isdisjoint(texts) and promised_hold(act.words.split()) is None


def _disowns(act: Act) -> bool:
    """Return whether the clause only turns a fault away: "it's not our fault"."""
    words = act.words.split()
    return holds(tokens(words).texts, DISOWNS) and content(words) <= FAULTS


def promises_nothing(words: Sequence[str], first: int, last: int, more: tuple[tuple[str, ...], ...] = ()) -> bool:
    """Return whether the words from `first` to `last` hold a promise that is refused, or stand right behind a refusal.

    Examples
    --------
    >>> promises_nothing("i can't promise it won't happen again".split(), 3, 6)
    True
    """
    return holds(_after_but(words[max(0, first - BEFORE_PROMISE) : last + 1]), NO_PROMISE + more)


def _after_but(words: Sequence[str]) -> Sequence[str]:
    """Return the tokens of words after the last "but", or all: what stands before it no longer holds."""
    texts = tokens(words).texts
    since = max((at for at, text in enumerate(texts) if text == "but"), default=-1) + 1
    return texts[since:]


def _apologises(act: Act, turn: Turn) -> bool:
    """Return whether the clause says sorry, and not only to ask something or to wave a sorry off."""
    own = tokens(act.words.split()).texts
    after = tokens(turn.words[act.last + 1 :]).texts
    if holds(own, OWNS_UP):
        return True
    if holds((*own, *after[:5]), NO_SORRY):
        return False
    told = len(tokens(turn.words[: act.first]).texts)
    whole = (*own, *after)
    found = [at for at, text in enumerate(own) if text in SORRY]
    return any(not _mends(whole, at) or (told + at >= LEAST_TOLD and _says_so(whole, at)) for at in found)


def _says_so(texts: Sequence[str], at: int) -> bool:
    """Return whether "i am sorry" is said in full, and a question only follows it: "... and i am sorry how are you"."""
    full = any(tuple(texts[max(0, at - 3) : at])[-len(phrase) :] == phrase for phrase in IN_FULL)
    return full and texts[at + 1 : at + 2] in (("how",), ("what",), ("which",), ("who",), ("when",))


def _mends(texts: Sequence[str], at: int) -> bool:
    """Return whether the "sorry" at a token only mends the talk, or is the customer's."""
    waved = any(tuple(texts[max(0, at - len(phrase)) : at]) == phrase for phrase in WAVED_OFF)
    return waved or any(tuple(texts[at + 1 : at + 1 + len(phrase)]) == phrase for phrase in MENDS)


def _owns_up(act: Act) -> bool:
    """Return whether the clause takes a fault on the speaker: "no my fault i talk too fast"."""
    texts = tokens(act.words.split()).texts
    found = (at for own in OWNS_UP for at in places(texts, own))
    return any("not" not in texts[max(0, at - 4) : at] for at in found)


def _blames_oneself(act: Act) -> bool:
    """Return whether the clause names nobody but the speaker: "that one's on me, i got it wrong"."""
    texts = set(tokens(act.words.split()).texts)
    return bool(texts & SELF) and not texts & {"you", "your", "they", "them", "their", "he", "she", "his", "her"}


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
        for at in places(texts, phrase)
    )


def is_hedged(words: Sequence[str]) -> bool:
    """Return whether words leave open whether what they offer comes.

    Examples
    --------
    >>> is_hedged("i might be able to send it tonight".split()), is_hedged("i will send it tonight".split())
    (True, False)
    """
    return holds(_after_but(words), HEDGES)


def is_selling(words: Sequence[str]) -> bool:
    """Return whether a turn mentions something extra to buy or join.

    Examples
    --------
    >>> is_selling("we have a special offer on cushions".split()), is_selling("i can offer you saturday".split())
    (True, False)
    """
    texts = tokens(words).texts
    return holds(texts, SALES)

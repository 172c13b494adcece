"""Is a turn done, judged by its words alone? The turn-end rule waits longer after "and" than after a whole sentence.

Conventions
-----------
The answer is one of *complete* (a whole sentence or reply), *question* (the other is expected to speak), *unfinished*
(the words hold the floor: "and", "um", "because", "what i will do is", a word said over again), *opener* (a whole reply
that is as often the first of a longer one: "okay", "right", "hold on"), *fragment* (a word or two that are no clause
and no usual reply: they answer a question, or somebody looks for the next word [1]_ [6]_) and *unclear* (nothing
usable, more words that may be either, or digits that are being read out).

References
----------
.. [1] H. Sacks, E. A. Schegloff and G. Jefferson (1974), "A simplest systematics for the organization of turn-taking
   for conversation", Language 50(4): syntactic completion projects a turn's end.
.. [2] J. Local and J. Kelly (1986), "Projection and 'silences'", Human Studies 9: a trailing conjunction holds the
   turn.
.. [3] H. H. Clark and J. E. Fox Tree (2002), "Using uh and um in spontaneous speaking", Cognition 84: fillers announce
   delay.
.. [4] D. Schiffrin (1987), "Discourse markers": "well", "now", "okay" open what comes next.
.. [5] W. J. M. Levelt (1983), "Monitoring and self-repair in speech", Cognition 14: speakers restart by repeating.
.. [6] C. E. Ford and S. A. Thompson (1996), "Interactional units in conversation": where grammar is not complete,
   intonation decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from simulator.datafile import DataModel, read_yaml
from simulator.ports import Completeness
from simulator.understanding.wording import DATA, QUOTES, tokens

UH_HUH = ("uh", "huh")
"""A reply; a "huh" alone is noise."""


class _Elliptical(DataModel):
    openers: frozenset[str]
    longest: int


class _Inverted(DataModel):
    verbs: frozenset[str]
    subjects: frozenset[str]


class _Lists(DataModel):
    fillers: frozenset[str]
    noise: frozenset[str]
    open_words: dict[str, frozenset[str]]
    open_phrases: frozenset[str]
    openers: frozenset[str]
    waits: frozenset[str]
    doubled: frozenset[str]
    digits: frozenset[str]
    unasked: frozenset[str]
    fewest_digits: int
    final: frozenset[str]
    holds_before_final: frozenset[str]
    elliptical: _Elliptical
    short_replies: frozenset[str]
    question_words: frozenset[str]
    inversions: tuple[tuple[frozenset[str], frozenset[str]], ...]
    clause_starts: frozenset[str]
    inverted_at_start: _Inverted
    trailing: frozenset[str]
    not_before_inversion: frozenset[str]
    longest_fragment: int
    tags: frozenset[str]
    verbs: frozenset[str]
    verb_endings: tuple[str, ...]
    shortest_sentence: int
    longest_question: int


@cache
def _lists() -> _Lists:
    return read_yaml(DATA / "completeness.yaml", _Lists)


def completeness(words: Sequence[str]) -> Completeness:
    """Say whether `words`, a turn so far, is complete, a question, an opener, unfinished, a fragment or unclear.

    Parameters
    ----------
    words : sequence of str
        As recognised, with or without punctuation and capitals; a full stop or question mark is only a hint, since
        recognizers put one wherever the sound ends.

    Examples
    --------
    >>> completeness("i will send it out today".split())
    'complete'
    >>> completeness("and what was the order number".split())
    'question'
    >>> completeness("I will check that and.".split())
    'unfinished'
    >>> completeness([])
    'unclear'
    """
    lists = _lists()
    heard = tokens(words).texts
    texts = tuple(
        t for n, t in enumerate(heard) if t not in lists.noise or t == "hello" or heard[n - 1 : n + 1] == UH_HUH
    )
    if not texts:
        return "unclear"
    mark = _mark(words[-1])
    if all(text in lists.openers for text in texts) or _ends_in(texts, lists.waits):
        return "opener"
    while len(texts) > 1 and texts[-1] == texts[-2] and texts[-1] in lists.doubled:
        texts = texts[:-1]
    if texts[-1] in lists.fillers or _restarts(texts, lists) or _ends_in(texts, lists.unasked):
        return "unfinished"
    if mark == "?" or _asks(texts, lists):
        return "question"
    if mark in ("...", ",", "-") or _holds(texts, lists):
        return "unfinished"
    if len(texts) >= lists.fewest_digits and all(t in lists.digits for t in texts[-lists.fewest_digits :]):
        return "unclear"
    if mark in (".", "!") or _is_whole(texts, lists):
        return "complete"
    return "fragment" if len(texts) <= lists.longest_fragment else "unclear"


def _restarts(texts: tuple[str, ...], lists: _Lists) -> bool:
    """Whether the last word was said twice over, as who looks for the next one does: "the the"; digits do not count."""
    if len(texts) < 2 or texts[-1] != texts[-2]:
        return False
    others = set(texts[-5:]) - {texts[-1]}
    return texts[-1] not in lists.digits or (texts[-1] in ("o", "oh") and not others & lists.digits)


def _mark(word: str) -> str:
    plain = word.replace("\N{HORIZONTAL ELLIPSIS}", "...").translate(QUOTES).rstrip("\"') ")
    if plain.endswith("..."):
        return "..."
    return plain[-1:] if plain[-1:] in "?.,!-" else ""


def _ends_in(texts: tuple[str, ...], phrases: frozenset[str]) -> bool:
    return any(" ".join(texts[-n:]) in phrases for n in range(1, min(5, len(texts)) + 1))


def _holds(texts: tuple[str, ...], lists: _Lists) -> bool:
    if _ends_in(texts, lists.final) and not _opened(texts, lists):
        return False
    if " ".join(texts) in lists.short_replies or _is_short_answer(texts, lists):
        return False
    return _ends_in(texts, lists.open_phrases) or any(texts[-1] in group for group in lists.open_words.values())


def _is_short_answer(texts: tuple[str, ...], lists: _Lists) -> bool:
    groups = lists.open_words
    pronouns = groups["subjects"] | {"you", "it", "that", "there", "this"}
    short = 3 <= len(texts) <= lists.elliptical.longest and bool(lists.elliptical.openers & set(texts[:2]))
    return short and texts[-1] in groups["auxiliaries"] and bool(pronouns & set(texts[-3:-1]))


def _opened(texts: tuple[str, ...], lists: _Lists) -> bool:
    """Whether "what i will", "the reason that is" and the like still want their other half."""
    verb = any(texts[-1] in lists.open_words[group] for group in ("auxiliaries", "verbs"))
    return verb and any(
        " ".join(texts[at : at + 2]) in lists.holds_before_final for at in range(max(0, len(texts) - 6), len(texts) - 1)
    )


def _asks(texts: tuple[str, ...], lists: _Lists) -> bool:
    if _ends_in(texts, lists.tags):
        return True
    if _ends_in(texts, lists.trailing):
        return False
    if texts[-1] in lists.open_words["conjunctions"] | lists.open_words["articles"] | {"um", "is", "to"}:
        stranded = _ends_in(texts, lists.final)
        if not stranded:
            return False
    first = max(0, len(texts) - lists.longest_question)
    return any(_opens_question(texts, at, lists) for at in range(first, len(texts) - 1))


def _opens_question(texts: tuple[str, ...], at: int, lists: _Lists) -> bool:
    before = texts[at - 1] if at else ""
    pair = texts[at : at + 2]
    inverted = any(pair[0] in verbs and pair[1] in subjects for verbs, subjects in lists.inversions)
    if pair[0] in lists.question_words:
        auxiliary = any(pair[1] in verbs for verbs, _ in lists.inversions)
        auxiliary = auxiliary or _past_or_present(pair[1])
        starts = before in lists.clause_starts | {"", "that", "there"}
        cleft = any(t in ("is", "was") for t in texts[at + 2 :]) and pair[1] not in ("is", "was")
        return starts and auxiliary and not cleft and not _is_statement_after(texts, at + 1)
    if not inverted or len(texts) - at < 3:
        return False
    if before in lists.question_words or (
        len(texts) > at - 2 >= 0 and texts[at - 2] in lists.question_words and before not in ("i", "you", "we")
    ):
        return True
    at_start = lists.inverted_at_start
    if pair[0] in at_start.verbs and pair[1] in at_start.subjects and before not in lists.clause_starts | {""}:
        return False
    return before not in lists.not_before_inversion and not _is_statement_after(texts, at + 2)


def _past_or_present(text: str) -> bool:
    """Whether a question word stands as the subject of this verb: "what happened", "who told you"."""
    return text in ("told", "said", "made", "happens", "went", "caused", "makes", "sent", "took") or text.endswith("ed")


def _is_statement_after(texts: tuple[str, ...], at: int) -> bool:
    rest = texts[at:]
    starts = {("i", "will"), ("we", "will"), ("let", "me"), ("i", "am"), ("we", "are"), ("i", "have")}
    return any((rest[n], rest[n + 1]) in starts for n in range(1, len(rest) - 1))


def _is_whole(texts: tuple[str, ...], lists: _Lists) -> bool:
    joined = " ".join(texts)
    if joined in lists.short_replies or _ends_in(texts, lists.final):
        return True
    if len(texts) <= 4 and (texts[0] in lists.short_replies or _ends_in(texts, lists.short_replies)):
        return True
    verb = any(t in lists.verbs or (len(t) > 4 and t.endswith(lists.verb_endings)) for t in texts)
    return verb and len(texts) >= lists.shortest_sentence

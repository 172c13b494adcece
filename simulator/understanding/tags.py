"""What the reader tells apart in every call, whatever its scenario: acts, kinds of questions, and a few references.

Conventions
-----------
The order of `TAGS` is the order of the network's outputs: adding one means training again. Facts, offers and known
questions of a scenario are no tags; they are sentences, compared by meaning (`simulator.understanding.meaning`).
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from simulator.vocabulary import ACTS

QuestionKind: TypeAlias = Literal[
    "?yesno",
    "?who",
    "?when",
    "?where",
    "?howmany",
    "?why",
    "?how",
    "?what",
    "tell",
    "feel",
    "choice",
    "suits",
    "anything",
    "permission",
    "repeat",
    "understood",
    "confirm",
    "there",
]
QUESTION_KINDS: tuple[QuestionKind, ...] = get_args(QuestionKind)
"""What a question asks for. Those with ``?`` ask for a fact, by the kind of answer wanted; `tell` invites the story or
says how-can-I-help, `feel` asks how they are, `choice` which of several, `suits` whether a proposal suits, `anything`
whether anything is left, `permission` may-I, `repeat` to say it again, `understood` to say it back, `confirm` whether
what was just read back is right, `there` whether they are on the line."""
QUESTION, OFFER, FACT, PASSED_TO, PASSED_WHEN, OTHER_OFFER = "asks", "offers", "fact", "pass:to", "pass:when", "other"
"""A question of any kind; any remedy; any fact of the case; who it is passed on to; when they ring; a remedy that the
briefing does not know."""
TAGS: tuple[str, ...] = (*ACTS, *QUESTION_KINDS, QUESTION, OFFER, FACT, PASSED_TO, PASSED_WHEN, OTHER_OFFER)
"""Every tag, in the order of the network's outputs."""

"""Whether what was said is a question, judging by its words alone."""

from __future__ import annotations

import re

from simulator.phrases import plain_words

_LEAD = "and so okay right now well yes ok just".replace(" ", "|")
_ASKING = (
    "what when where which who whose how why is are was were do does did have has had can could would will may might "
    "shall should"
).replace(" ", "|")
_AUXILIARY = "can could may might would do did have will shall are is was were".replace(" ", "|")
_WHO = "you i we he she they it anyone somebody someone there".replace(" ", "|")
_WORD = "what which when where how who".replace(" ", "|")
_AFTER = "is are was were did do would can could happened about exactly else much many long day time".replace(" ", "|")
_NOT_TOLD = "".join(
    rf"(?<!\b{verb} )" for verb in "know remember see imagine understand hear forget of about just".split()
)
_QUESTION = re.compile(
    rf"^(({_LEAD}) )*({_ASKING})\b|\b(?!do it\b)({_AUXILIARY}) ({_WHO})\b|{_NOT_TOLD}\b({_WORD}) ({_AFTER})\b"
    r"|\b(tell|give|remind) me\b"
    r"|\bi('ll| will)? (just )?need (your|the|a|to (know|take|confirm))\b|\bmay i\b"
    r"|(?<!\bto )(?<!ll )(?<!\bwill )\bconfirm (your|the|that|if|whether|what|which|for)\b"
)


def is_question(text: str) -> bool:
    """Return whether `text` asks or invites something, judging by its words alone.

    Examples
    --------
    >>> is_question("could i take your order number"), is_question("that must be awful")
    (True, False)
    """
    return _QUESTION.search(" ".join(plain_words(text))) is not None

"""The form of questions: where one begins, what its question word wants, and what it is about.

Recognizers print no question marks, so a question is known by a question word with a verb behind it ("which letter is
it"), or by a verb before its subject ("have you got"). Question words that only join clauses ("someone who can",
"when you are ready") begin none.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.understanding.wording import holds, tokens

QUESTION_WORDS = {
    "who": "?who",
    "whose": "?who",
    "whom": "?who",
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
    ("how", "far"): "?howmany",
    ("how", "come"): "?why",
    ("what", "time"): "?when",
    ("what", "times"): "?when",
    ("what", "day"): "?when",
    ("what", "date"): "?when",
    ("which", "day"): "?when",
    ("which", "date"): "?when",
    ("what", "for"): "?why",
}
BE = frozenset("is are was were am".split())
AUXILIARIES = BE | frozenset("do does did have has had can could would will shall should may might".split())
"""Verbs that stand before the subject of a question."""
PRONOUNS = frozenset("i you we they he she".split())
PERSONS = PRONOUNS | frozenset("anyone anybody someone somebody everyone everybody nobody".split())
THINGS = frozenset("it there this that these those anything something".split())
DETERMINERS = frozenset("the a an any your our my his her their all".split())
ASKED_ABOUT = PERSONS | THINGS | DETERMINERS
"""Words that may be, or begin, the subject of a question."""
NO_QUESTION_BEFORE = PRONOUNS | frozenset("it there this that these those here who which what all one and_all".split())
"""After these a verb has its subject already: "that is the", "what i can do is the"."""
STARTERS = frozenset(
    "and or but so also then now well um uh er ah oh okay ok right alright please sir madam yes no yeah first just "
    "sorry listen look".split()
)
"""Words after which a sentence begins."""
LEADS = frozenset(
    "can could may might would will do does i you me us just quickly please ask tell know remember happen to let say "
    "if whether also actually maybe um uh sir recall need wanted want asked mean meant wonder wondered is was it all "
    "request kindly only so and sorry for".split()
)
"""Words of nothing but a lead-in to the question itself: "could you just tell me", "can i ask"."""
NAMES = frozenset("name names called surname".split())
"""With one of these, "what" asks for a name."""
TOPICS = frozenset("it that them one there".split())
"""Words of a question that is about what stands before it: "and the letter what does it say"."""
PEOPLE_BEFORE_WHO = PERSONS | frozenset(
    "one ones person people man woman lady gentleman colleague neighbour friend those whatever somewhere member".split()
)
"""After these "who" only goes on about them."""
TOLD_BEFORE = frozenset("hear see knew understand imagine appreciate explain explained explains matter".split())
"""After these a question word only begins what is seen or told: "i can hear how let down you are"."""
BEFORE_TOLD = frozenset("at about of on over into for with".split())
FILLERS = frozenset("um uh er".split())
MOST_BETWEEN = 5
"""Words between a question word and its verb: "which street and house number is it"."""
JOINS = frozenset(("and", "also"))
"""Words that join two questions."""
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
NO_OTHER = frozenset("not no anything something what whatever so anyone anybody someone somebody any".split())
"""After "or" these name no second thing: "is it warm or not"."""
FEW = frozenset("one two three four five six seven eight nine ten so".split())
"""Beside "or" these are a guess at a number: "an hour or two", "ten or so"."""
YES_OR_NO = (("yes", "or", "no"),)
OPEN = frozenset("any anyone anybody anything anywhere ever else another other others nobody nothing".split())
"""With one of these a yes-or-no question asks whether there is one; a no is as good an answer as a yes."""
MAY_BE = frozenset("can could will would may".split())
"""Not in one that begins with these: "will anyone be in"."""
CONFIRMS = (
    ("is", "that", "right"),
    ("is", "that", "correct"),
    ("is", "this", "correct"),
    ("have", "i", "got", "that"),
    ("is", "it", "not"),
    ("is", "not", "it"),
)
"""Words that ask whether what was said back is right."""
SAYINGS = {
    ("what", "was", "that"): "repeat",
    ("say", "that", "again"): "repeat",
    ("what", "did", "you", "say"): "repeat",
    ("say", "that", "back"): "understood",
    ("may", "i", "ask", "you", "something"): "permission",
    ("can", "i", "ask", "you", "something"): "permission",
    ("have", "i", "understood"): "confirm",
    ("did", "i", "understand"): "confirm",
    ("does", "that", "make", "sense"): "understood",
    ("how", "does", "that", "sound"): "suits",
    ("would", "that", "help"): "suits",
    ("does", "that", "work"): "suits",
    ("is", "that", "all", "then"): "anything",
    ("is", "that", "everything"): "anything",
    ("anything", "else"): "anything",
}
"""Set ways of asking, and the kind of question that each of them is where it says next to nothing else."""
MOST_BESIDE = 1
"""Words with content that may stand beside one."""
SAID_BACK = frozenset(("that", "this", "it", "i", "all"))
RIGHT = frozenset(("right", "correct", "correctly"))
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
EMPTY = (
    QUESTION_WORDS.keys()
    | ASKED_ABOUT
    | AUXILIARIES
    | STARTERS
    | LEADS
    | frozenset(
        "of in on at for with by from about as than not be been being get got have has them him us its yours ours "
        "one more much many some still yet already there's really actually thing things up out down off over back "
        "go going come take taken give like good best right correct correctly speaking hand handy please today first "
        "sure know mind asking yourself myself".split()
    )
)
"""Words that do not tell one question from another."""
ENDINGS = ("ings", "ing", "ies", "ed", "es", "ly", "s", "y", "e")


def begins(texts: Sequence[str], at: int) -> bool:
    """Return whether a question begins at a token, by its form.

    Examples
    --------
    >>> texts = "when you are ready which letter is it".split()
    >>> [text for at, text in enumerate(texts) if begins(texts, at)]
    ['which']
    """
    if texts[at] in QUESTION_WORDS:
        return _asks_by_word(texts, at)
    return texts[at] in AUXILIARIES and _inverted(texts, at) and not _belongs_to_word(texts, at)


def _asks_by_word(texts: Sequence[str], at: int) -> bool:
    """Return whether a question word has its verb behind it and joins no clause to what stands before it."""
    before, rest = texts[at - 1] if at else "", texts[at + 1 : at + 1 + MOST_BETWEEN]
    people = before in PEOPLE_BEFORE_WHO and not (at > 1 and texts[at - 2] in ("for", "to", "with", "from"))
    if before in BEFORE_TOLD and rest[:1] and rest[0] in BE:
        return False  # "have a look at what is still going"
    if not rest or before in TOLD_BEFORE or (texts[at] in ("who", "which") and people):
        return False
    if (texts[at], rest[0]) in AFTER_QUESTION_WORD:
        return True
    if rest[0] in AUXILIARIES:
        subject = texts[at + 2 : at + 3]
        if texts[at] == "who" and before and before not in STARTERS:
            return bool(subject) and subject[0] in ASKED_ABOUT
        told = before in BE and at > 1 and texts[at - 2] in THINGS  # "that is what is wrong"
        return not (told and texts[at] in ("what", "who", "which"))
    if before and before not in STARTERS and texts[at] == "who":
        return False
    for step, text in enumerate(rest):
        if text in PRONOUNS or text in QUESTION_WORDS:
            return False
        if text in AUXILIARIES and texts[at] in ("what", "which", "whose", "how"):
            return step + 1 < len(rest) or texts[at] != "how"
    return texts[at] in ("what", "who") and rest[0].endswith(("ed", "told", "went", "said", "came", "made"))


def _inverted(texts: Sequence[str], at: int) -> bool:
    """Return whether a verb stands before its subject, and not behind one."""
    verb, before, after = texts[at], texts[at - 1] if at else "", texts[at + 1 : at + 3]
    if len(after) > 1 and after[0] == "not":
        after = texts[at + 2 : at + 4]
    if (
        verb in BE
        and tuple(after[:1]) == ("there",)
        and len(after) > 1
        and after[1] in ("any", "anything", "anyone", "a", "somebody")
    ):
        return True
    if len(after) < 2 or before in NO_QUESTION_BEFORE:
        return False  # "they came did they" is a statement with a tag
    if after[0] in PERSONS:
        return True
    if after[0] in THINGS:
        return verb not in ("do", "have", "may", "am") and after[0] != "something"
    if after[0] == "your" and verb in ("does", "did"):
        return True
    if after[0] not in DETERMINERS or verb in ("do", "have", "had", "may", "am", "might"):
        return False
    return not before or before in STARTERS or (after[0] == "any" and verb in BE | {"has", "did"})


def _belongs_to_word(texts: Sequence[str], at: int) -> bool:
    """Return whether the verb is that of a question word shortly before it."""
    words = [n for n in range(max(0, at - MOST_BETWEEN), at) if texts[n] in QUESTION_WORDS]
    return bool(words) and not (PRONOUNS | AUXILIARIES) & set(texts[words[-1] + 1 : at])


def cuts(words: Sequence[str]) -> list[int]:
    """Return the words at which questions begin, a lead-in with the question it leads to.

    Examples
    --------
    >>> cuts("can i ask has it changed and which number is best".split())
    [0, 7]
    >>> cuts("is it a charge or is it something else".split())
    [0]
    >>> cuts("is that right and the letter what does it say".split())
    [0, 4]
    """
    found = tokens(words)
    texts: Sequence[str] = found.texts
    starts: list[int] = []
    for at in range(len(texts)):
        told = bool(starts) and _leads(texts[starts[-1] : at])
        joined = at > 0 and texts[at - 1] in JOINS and texts[at] in QUESTION_WORDS and bool(starts)
        if told or not (begins(texts, at) or joined):
            continue
        if at > 0 and texts[at - 1] == "or":
            continue  # the other half of a choice
        starts.append(_topic(texts, starts[-1], at) if starts else at)
    return sorted({found.at[at] for at in starts})


def _topic(texts: Sequence[str], since: int, at: int) -> int:
    """Return where a question begins that takes up what is named just before it, after "and"."""
    joins = [n for n in range(since + 1, at - 1) if texts[n] in JOINS]
    opening = texts[at : at + MOST_BETWEEN]
    light = len(content(opening)) < 2 and not TOPICS.isdisjoint(opening)
    return joins[-1] + 1 if joins and light else at


def _leads(texts: Sequence[str]) -> bool:
    """Return whether words only lead to a question, or begin one that is begun anew: "did you um have you"."""
    return LEADS.issuperset(texts) or (texts[-1] in FILLERS and EMPTY.issuperset(texts))


def asked_by_its_word(words: Sequence[str]) -> str | None:
    """Return the kind of answer that a question's own question word wants, or None where it begins with none.

    Examples
    --------
    >>> asked_by_its_word("and how many of you".split()), asked_by_its_word("is there someone who can help".split())
    ('?howmany', None)
    """
    texts = tokens(words).texts
    first = next((at for at in range(len(texts)) if begins(texts, at) and not _leads_on(texts, at)), None)
    if first is None:
        words_of = (at for at in range(len(texts)) if texts[at] in QUESTION_WORDS)
        first = next((at for at in words_of if not at or texts[at - 1] not in TOLD_BEFORE), None)
    if first is None or texts[first] not in QUESTION_WORDS:
        return None
    kind = AFTER_QUESTION_WORD.get((texts[first], *texts[first + 1 : first + 2]), QUESTION_WORDS[texts[first]])  # type: ignore[arg-type]
    return "?who" if kind == "?what" and NAMES.intersection(texts) else kind


def _leads_on(texts: Sequence[str], at: int) -> bool:
    """Return whether nothing but a lead-in stands between a token and a later question word."""
    later = (n for n in range(at + 1, len(texts)) if texts[n] in QUESTION_WORDS)
    return any(_leads(texts[at:n]) for n in later)


def content(words: Sequence[str]) -> frozenset[str]:
    """Return the stems of the words that tell what a question is about.

    Examples
    --------
    >>> sorted(content("are you leaving bordeaux on the thirtieth".split()))
    ['bordeaux', 'leav', 'thirtieth']
    """
    return frozenset(_stem(text) for text in tokens(words).texts if text not in EMPTY)


def _stem(text: str) -> str:
    text = text.removesuffix("'s")
    return next((text[: -len(end)] for end in ENDINGS if text.endswith(end) and len(text) - len(end) > 2), text)


def asked_for(words: Sequence[str], kind: str) -> str:
    """Return the kind of answer that a question wants whose kind the network takes for `kind`.

    Its question word decides; a yes-or-no question is about a wish, the company's doings, or the customer's side.

    Examples
    --------
    >>> [asked_for(each.split(), "?yesno") for each in ("shall i wait", "did he ring", "is it red", "is it any better")]
    ['?wish', '?ours', '?yesno', '?any']
    """
    texts = tokens(words).texts
    if kind != "?yesno" and kind.startswith("?") and "you" in texts and not has_form(words):
        return "confirm"  # a sentence about the customer wants a yes
    kind = asked_by_its_word(words) or kind
    if kind == "?yesno" or (kind == "?what" and not asked_by_its_word(words)):
        for phrases, narrower in ((CONFIRMS, "confirm"), (WISHES, "?wish"), (OURS, "?ours")):
            if holds(texts, phrases):
                return narrower
    if kind == "?yesno" and one_or_other(texts):
        return "?either"
    if kind == "?yesno" and not OPEN.isdisjoint(texts) and MAY_BE.isdisjoint(texts):
        return "?any"
    return kind


def one_or_other(texts: Sequence[str]) -> bool:
    """Return whether words name two things with "or" between them, of which one is asked for."""
    found = (at for at, text in enumerate(texts) if text == "or" and 0 < at < len(texts) - 1)
    return any(
        texts[at + 1] not in NO_OTHER and texts[at - 1] != "more" and not (FEW & {texts[at - 1], texts[at + 1]})
        for at in found
    )


def takes_up(words: Sequence[str]) -> bool:
    """Return whether a question is about what stands before it: "have you got that handy"."""
    return not content(words) and not TOPICS.isdisjoint(tokens(words).texts)


def only_leads(words: Sequence[str]) -> bool:
    """Return whether words lead to a question and ask nothing themselves: "do you know"."""
    return _leads(tokens(words).texts or ("",))


def confirms(words: Sequence[str]) -> bool:
    """Return whether a question only asks if what was said is right.

    Examples
    --------
    >>> [confirms(each.split()) for each in ("have i got all of that right", "is that the right card")]
    [True, False]
    """
    texts = tokens(words).texts
    asked = any(begins(texts, at) and texts[at + 1] in SAID_BACK for at in range(len(texts) - 1))
    right = any(text in RIGHT and texts[at - 1] != "all" for at, text in enumerate(texts))
    return asked and right and not content(words)


def saying(words: Sequence[str]) -> str | None:
    """Return the kind of a question that is nothing but a set way of asking, or None.

    Examples
    --------
    >>> saying("sorry what was that".split()), saying("what was that letter from the bank about".split())
    ('repeat', None)
    """
    texts = tokens(words).texts
    for phrase, kind in SAYINGS.items():
        found = holds(texts, (phrase,))
        if found and len(content([text for text in texts if text not in phrase])) <= MOST_BESIDE:
            return kind
    return "confirm" if confirms(words) else None


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
        or any(begins(texts, at) for at in range(len(texts)))
        or holds(texts, TAGS + YES_OR_NO)
    )


def is_preference(words: Sequence[str]) -> bool:
    """Return whether a question with "or" or "which" in it is after what somebody would like, not after what is so.

    Examples
    --------
    >>> is_preference("which would suit you".split()), is_preference("are you at home or at work".split())
    (True, False)
    """
    return not PREFERENCES.isdisjoint(tokens(words).texts)

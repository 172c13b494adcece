"""Words for a reason: counts, lists, quotations, times, and the acts as a sentence has them."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.clock import Span, clock_text
from simulator.events import Need
from simulator.scoring.case.seen import ActInstance

NAMES: dict[str, tuple[str, str]] = {
    "greeting": ("greeting", "greetings"),
    "acknowledgement": ("acknowledgement", "acknowledgements"),
    "reflection": ("reflection of what was said", "reflections of what was said"),
    "empathy": ("expression of empathy", "expressions of empathy"),
    "rapport": ("moment of rapport", "moments of rapport"),
    "apology": ("apology", "apologies"),
    "ownership": ("sentence that takes responsibility", "sentences that take responsibility"),
    "assurance": ("assurance", "assurances"),
    "willingness": ("offer to help", "offers to help"),
    "open_question": ("open question", "open questions"),
    "clarifying_question": ("clarifying question", "clarifying questions"),
    "solution": ("solution", "solutions"),
    "options": ("choice between options", "choices between options"),
    "timeline": ("promise of a time", "promises of a time"),
    "next_steps": ("next step", "next steps"),
    "check_agreement": ("check of agreement", "checks of agreement"),
    "personalisation": ("remark fitted to this customer", "remarks fitted to this customer"),
    "follow_up": ("promise to follow up", "promises to follow up"),
    "feedback_request": ("question whether anything is left", "questions whether anything is left"),
    "escalation": ("escalation", "escalations"),
    "consult": ("word with a colleague", "words with a colleague"),
    "hold_request": ("request to hold", "requests to hold"),
    "boundary": ("boundary", "boundaries"),
    "gratitude": ("word of thanks", "words of thanks"),
    "excuse": ("excuse", "excuses"),
    "blame": ("blaming remark", "blaming remarks"),
    "contradiction": ("contradiction", "contradictions"),
    "dismissal": ("dismissive remark", "dismissive remarks"),
    "hostility": ("hostile remark", "hostile remarks"),
    "patronising": ("patronising remark", "patronising remarks"),
    "refusal": ("refusal", "refusals"),
}
"""Each act of docs/acts.md in the singular and the plural."""
NEEDS: dict[Need, str] = {
    "heard": "to be heard",
    "understood": "to be understood",
    "apologised_to": "an apology",
    "taken_responsibility_for": "somebody to take responsibility",
    "given_a_solution": "a solution",
    "told_what_happens_next": "to know what happens next",
    "agreed": "to agree to it",
}
"""Each need of a customer, as the thing they want."""


def count(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun, as a sentence has it.

    Examples
    --------
    >>> count(0, "interruption"), count(1, "interruption"), count(3, "reply", "replies")
    ('no interruptions', 'one interruption', '3 replies')
    """
    noun = one if number == 1 else many or f"{one}s"
    return f"{'no' if number == 0 else 'one' if number == 1 else number} {noun}"


def were(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun and the verb that fits.

    Examples
    --------
    >>> were(1, "silence"), were(2, "silence")
    ('was one silence', 'were 2 silences')
    """
    return f"{'was' if number == 1 else 'were'} {count(number, one, many)}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Return words as a list in a sentence.

    Examples
    --------
    >>> listed(["who", "how", "when"]), listed(["who"])
    ('who, how and when', 'who')
    """
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}" if len(parts) > 1 else "".join(parts)


def rounded(value: float) -> str:
    """Return a measure's value as a sentence has it: two decimals under ten, none from ten on.

    Examples
    --------
    >>> rounded(0.5), rounded(4.126), rounded(143.2)
    ('0.5', '4.13', '143')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < 10 else f"{value:.0f}"


def band(low: float | None, high: float | None) -> str:
    """Return a band as a sentence has it; at least one of its limits is given.

    Examples
    --------
    >>> band(120, 160), band(None, 20), band(0.6, None)
    ('120 to 160', 'at most 20', 'at least 0.6')
    """
    if low is None:
        return f"at most {high:g}"
    return f"at least {low:g}" if high is None else f"{low:g} to {high:g}"


def when(span: Span) -> str:
    """Return "at 0:15.3"."""
    return f"at {clock_text(span.start)}"


def quoted(words: str, *, most: int = 12) -> str:
    """Return words in quotation marks; of more than `most` the beginning and the end, where what decides mostly is.

    Examples
    --------
    >>> quoted("but our records show"), quoted("well the van was there at nine so that is on us", most=6)
    ('“but our records show”', '“well the van was … on us”')
    """
    split = words.split()
    if len(split) <= most:
        return f"“{' '.join(split)}”"
    tail = most // 3
    return f"“{' '.join(split[: most - tail])} … {' '.join(split[-tail:])}”"


def a(noun: str) -> str:
    """Return a noun with its article.

    Examples
    --------
    >>> a("genuine customer"), a("abusive customer")
    ('a genuine customer', 'an abusive customer')
    """
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def one(act: str) -> str:
    """Return the act's name in the singular.

    Examples
    --------
    >>> one("empathy")
    'expression of empathy'
    """
    return NAMES[act][0]


def any_of(acts: Sequence[str], last: str = "or") -> str:
    """Return several acts' names in the singular as a list.

    Examples
    --------
    >>> any_of(["apology", "ownership"])
    'apology or sentence that takes responsibility'
    """
    return listed([NAMES[act][0] for act in acts], last)


def many(acts: Sequence[str], last: str = "and") -> str:
    """Return several acts' names in the plural as a list.

    Examples
    --------
    >>> many(["apology", "open_question"])
    'apologies and open questions'
    """
    return listed([NAMES[act][1] for act in acts], last)


def there_were(acts: Sequence[str]) -> str:
    """Return how many of each act there were, as the beginning of a sentence.

    Examples
    --------
    >>> there_were(["apology"]), there_were(["apology", "excuse", "excuse"])
    ('There was one apology', 'There were one apology and 2 excuses')
    """
    counts: dict[str, int] = {}
    for act in acts:
        counts[act] = counts.get(act, 0) + 1
    counted = listed([count(number, *NAMES[act]) for act, number in counts.items()])
    return f"There {'was' if len(acts) == 1 else 'were'} {counted}"


CLEAR, CLEAR_WORDS = 0.7, 4
"""An act this strong, in so many words, is clear enough to be quoted for others of its kind."""


def clearest(acts: Sequence[ActInstance]) -> ActInstance:
    """Return the act to quote for several: the first clear one, or the strongest where none is clear."""
    clear = (act for act in acts if act.strength >= CLEAR and len(act.words.split()) >= CLEAR_WORDS)
    return next(clear, max(acts, key=lambda act: (act.strength, -act.span.start)))


def best_of(acts: Sequence[ActInstance]) -> str:
    """Return one act, or the clearest of several, in the trainee's words: "such as “so very sorry” at 0:15.3"."""
    best = clearest(acts)
    return f"{'such as ' if len(acts) > 1 else ''}{quoted(best.phrase)} {when(best.span)}"

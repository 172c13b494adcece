"""Acts as a sentence has them: one, several, and none."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.scoring.finding import count, listed

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
    told = listed([count(number, *NAMES[act]) for act, number in counts.items()])
    return f"There {'was' if len(acts) == 1 else 'were'} {told}"

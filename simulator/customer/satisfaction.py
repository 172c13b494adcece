"""How the customer would rate the call afterwards, from the mood it left them in."""

from __future__ import annotations

from simulator.customer.character import Character

WEIGHTS = (0.5, 0.2, 0.3)
"""What calm, trust and needs met count for in the rating."""
STEPS = (30, 50, 68, 85)
"""Below the first it is 1, from the last 5."""
COMPLAINTS = {
    "hostility": "they were rude to me",
    "promise_broken": "they promised something and took it back",
    "contradiction": "they told me I was wrong",
    "dismissal": "they made light of it",
    "blame": "they blamed everyone but themselves",
    "patronising": "they talked down to me",
    "excuse": "all I heard was excuses",
    "refusal": "they just said no",
}
WISHES = {
    "heard": "nobody really listened",
    "understood": "I don't think they understood what it was like",
    "apologised_to": "nobody said sorry",
    "taken_responsibility_for": "nobody took responsibility",
    "given_a_solution": "nothing was solved",
    "told_what_happens_next": "I still don't know what happens next",
    "agreed": "nobody asked me whether it was all right",
}


def rate(character: Character) -> tuple[int, str]:
    """Return a rating from 1 to 5 and the reason, in the customer's words."""
    mood, needs = character.mood, character.needs
    share = len(needs.met) / (len(needs.met) + len(needs.open))
    calm, trust, met = WEIGHTS
    index = calm * (100 - mood.anger) + trust * mood.trust + met * 100 * share
    stars = 1 + sum(index >= step for step in STEPS)
    if character.memory.outcome == "hung_up":
        stars = 1
    return stars, _reason(character, stars)


def _reason(character: Character, stars: int) -> str:
    memory, needs = character.memory, character.needs
    bad = []
    if memory.interruptions > 1:
        bad.append("they kept talking over me")
    bad += [text for name, text in COMPLAINTS.items() if memory.harms[name]]
    bad += [text for need, text in WISHES.items() if need in needs.open]
    if stars >= 4:
        last = f", although {bad[0]}" if bad else ""
        return f"They listened and put it right{last}."
    if stars == 3:
        return f"It was dealt with in the end, but {bad[0] if bad else 'it took too much out of me'}."
    said = " and ".join(bad[:2]) or "it was a waste of my time"
    return f"{said[0].upper()}{said[1:]}."

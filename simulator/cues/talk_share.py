"""How much of the talking each did. Shown, not scored: a good call may lean either way.

Metrics
-------
Talk share is the trainee's speaking time over the sum of both speaking times; time that both speak counts for both.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.clock import Span, total


def talk_share(trainee: Sequence[Span], customer: Sequence[Span]) -> float | None:
    """Return the trainee's part of the talking, 0 to 1; None where nobody spoke.

    Examples
    --------
    >>> talk_share([Span(0, 3200)], [Span(3200, 12800)])
    0.25
    """
    own, other = total(trainee), total(customer)
    return own / (own + other) if own + other else None

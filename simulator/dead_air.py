"""How long a silence has to be to count as dead air: the one definition, live (`call.silence`) and in review.

References
----------
.. [1] That dead air of more than a few seconds is counted is contact-centre practice; the bounds are this product's
   own (docs/measures.md). Guidance L7, C5.
"""

from __future__ import annotations

from simulator.clock import from_ms

WARN = from_ms(3000)
"""From here on the silence is noticed."""
COUNT = from_ms(5000)
"""From here on it is dead air."""
FAIL = from_ms(10000)
"""From here on the customer was left alone."""

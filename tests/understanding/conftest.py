"""What today's reader is known to read wrong, though it is plain: each entry goes once a better one reads it."""

import pytest

READ_WRONG = {
    "test_what_must_not_be_promised_is_named[you will have the sofa this afternoon i promise-earlier-delivery]",
    "test_plain_harm_is_heard[blame]",
    "test_a_fact_said_back_is_named[you took an unpaid day off work to wait for it-day_off]",
}
"""Names of tests; strict, so that one that passes must be taken off the list."""


def pytest_collection_modifyitems(items):
    for item in items:
        if item.name in READ_WRONG:
            item.add_marker(pytest.mark.xfail(reason="today's reader reads it wrong (docs/acts.md)", strict=True))

"""What today's reader is known to read wrong, though it is plain: each entry goes once a better one reads it."""

import pytest

READ_WRONG = {
    "test_plain_harm_is_heard[blame]",
}
"""Names of tests; strict, so that one that passes must be taken off the list."""


def pytest_collection_modifyitems(items):
    for item in items:
        if item.name in READ_WRONG:
            item.add_marker(pytest.mark.xfail(reason="today's reader reads it wrong (docs/acts.md)", strict=True))

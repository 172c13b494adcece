"""A few of the kills of benchmarks/records/kills.py: what is filed is whole, whenever the process dies."""

import pytest

from tests.records.conftest import passed_call

from .folders import POSIX
from .kills import WAYS, kill_filing

__all__ = ["passed_call"]
pytestmark = [pytest.mark.unit, POSIX]


@pytest.mark.parametrize("seed", range(len(WAYS)))
def test_a_kill_while_filing_loses_nothing(passed_call, tmp_path, seed):
    assert kill_filing(passed_call.path, tmp_path, seed).endswith("exit -9")

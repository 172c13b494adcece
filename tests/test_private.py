"""Private files are written whole or not at all, and a refusal by the system is told in words."""

import os

import pytest

from simulator.errors import InputError
from simulator.private import write_private

pytestmark = pytest.mark.unit


def test_a_file_is_replaced_whole_and_is_its_owners_only(tmp_path):
    path = tmp_path / "a.json"
    write_private(path, "one")
    write_private(path, b"two")
    assert path.read_bytes() == b"two"
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("parent", ["a file", "missing"])
def test_a_place_that_takes_no_file_is_told_in_words(parent, tmp_path):
    (tmp_path / "a file").write_text("x", encoding="utf-8")
    with pytest.raises(
        InputError, match=r"cannot write .*report\.html: .*choose a folder you may write to, with space"
    ):
        write_private(tmp_path / parent / "report.html", "x")

"""A few of the 26,000 alterations of `benchmarks/records/alterations.py`."""

import random

import pytest

from benchmarks.records.alterations import of_certificates, of_folders
from simulator.recording.folder import CallFolder
from simulator.records.database.opening import open_records
from tests.records.conftest import scored_call, seal_as_taken

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def passed(tmp_path_factory):
    return scored_call(tmp_path_factory.mktemp("altered"))


def test_no_altered_certificate_is_valid(passed):
    assert of_certificates(passed, 60, random.Random(1)) == {"refused": 60}


def test_no_altered_folder_is_certified(passed, tmp_path):
    where = str(tmp_path / "lab.db")
    with open_records(where) as records, records.writing() as session:
        seal_as_taken(session, passed.path)
    assert of_folders(CallFolder.open(passed.path).path, 15, random.Random(2), where) == {"refused": 15}

"""Tables that a spreadsheet opens."""

import csv
import io

import pytest

from simulator.lab.site.csv_file import csv_file

pytestmark = pytest.mark.unit


def test_no_cell_of_a_csv_file_is_a_formula():
    body = csv_file("x.csv", ("a", "b"), [("=1+1", None), ("@x", 2.5), ("fine, yes", True)]).body.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(body))) == [["a", "b"], ["'=1+1", ""], ["'@x", "2.5"], ["fine, yes", "yes"]]

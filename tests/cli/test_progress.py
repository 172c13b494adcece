"""`hotseat progress`: where its page goes."""

import pytest

from simulator.cli.people.progress import page_path

pytestmark = pytest.mark.unit


def test_a_page_has_a_name_that_every_system_can_write(tmp_path):
    assert page_path(tmp_path, "progress-../a b:c", pdf=True).name == "progress-..-a-b-c.pdf"

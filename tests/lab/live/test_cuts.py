"""The connection of a real browser is cut at random moments: no call is lost, and what is missing is said.

`benchmarks/records/cut_connections.py` does the same a hundred times.
"""

import pytest

from simulator.lab.room import Room, Visitor
from simulator.records.database.opening import open_records
from simulator.records.lists.listing import history_of
from simulator.records.staff.people import known_person
from tests.lab.conftest import KEY, make_room, served
from tests.lab.rig import PATH, Network, chromium, cut_call, looked_over, recorded

pytestmark = [pytest.mark.browser, pytest.mark.skipif(PATH is None, reason="no Chromium here; install chromium")]


def test_a_call_goes_on_after_every_cut(tmp_path):
    room = make_room(tmp_path, calls=False)
    microphone = recorded(tmp_path / "trainee.wav", says=((1, 4.0), (3, 60.0)))
    with served(room) as address, Network(address) as network, chromium(microphone) as running:
        page = running.new_page()
        page.goto(f"{network.address}?key={KEY}")
        found = cut_call(page, network.address, network, room.owner.calls, cuts=3, seed=5)
    assert found.faults() == []


def test_a_browser_that_stays_away_leaves_a_call_that_is_whole_and_filed(tmp_path, monkeypatch):
    monkeypatch.setattr("simulator.headset.browser.GIVE_UP_S", 2.0)
    dana = Visitor(person="Dana", calls=tmp_path / "calls", folder=tmp_path)
    room = Room(owner=dana, database=str(tmp_path / "records.db"))
    with served(room) as address, chromium(recorded(tmp_path / "trainee.wav", says=((1, 60.0),))) as running:
        page = running.new_page()
        page.goto(f"{address}?key={KEY}")
        page.goto(f"{address}take/missing-sofa?seed=5")
        page.click("#begin")
        page.wait_for_selector("#answer:visible", timeout=120_000)
        looked_over(page)
        page.click("#answer")
        page.wait_for_selector("#phone[data-state=live]")
        looked_over(page)
        page.wait_for_timeout(3000)
        page.context.close()  # the laptop is closed
        for errand in list(room.errands.values()):
            errand.join(120)
        (call,) = room.owner.calls.iterdir()
        reopened = running.new_page()
        reopened.goto(f"{address}?key={KEY}")
        reopened.goto(f"{address}calls/{call.name}")
        assert "The headset did not come back." in reopened.inner_text(".ended")
    with open_records(room.database) as records, records.reading() as session:
        assert [each.id for each in history_of(session, [known_person(session, "Dana")], shared=False).calls] == [
            call.name
        ]

"""A call that was recorded is kept and its place told, whatever breaks afterwards."""

import pytest
from click.testing import CliRunner

from simulator.cli.live.call import command
from simulator.customer.scenario import load_scenario
from simulator.errors import InputError
from simulator.recording.folder import CallFolder

pytestmark = pytest.mark.device
LINE = load_scenario("missing-sofa").trainees["bad"].parent / "bad-01.flac"


@pytest.mark.parametrize("broken", [KeyboardInterrupt(), InputError("the disk is full")])
def test_what_breaks_while_scoring_loses_no_call_and_says_where_it_is(broken, monkeypatch, tmp_path):
    def breaking(*_):
        raise broken

    monkeypatch.setattr("simulator.session.after_call.score_folder", breaking)
    done = CliRunner().invoke(command, ["missing-sofa", "--trainee", str(LINE), "--out", str(tmp_path), "--json"])
    (folder,) = tmp_path.iterdir()
    assert done.exit_code != 0
    assert done.stdout == ""
    assert f'The call is kept in {folder}\nTo score it: hotseat report "{folder}"' in done.stderr
    assert CallFolder.open(folder).manifest.outcome == "hung_up"

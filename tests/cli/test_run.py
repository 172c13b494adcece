"""./run waits for the call that Ctrl-C ends, and hands on its exit code."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.unit,
    pytest.mark.skipif(os.name != "posix", reason="./run is for Linux and macOS"),
]
RUN = Path(__file__).parents[2] / "run"
CALL = f"""#!{sys.executable}
import signal, sys
try:
    print("on the line", flush=True)
    signal.pause()
except KeyboardInterrupt:
    print("kept and scored", flush=True)
sys.exit({{code}})
"""


def start(folder, code):
    shutil.copy(RUN, folder)
    for name, text in (("script/setup", "#!/bin/sh\n"), (".venv/bin/hotseat", CALL.format(code=code))):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    return subprocess.Popen(
        [folder / "run", "--trainee", "good"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


@pytest.mark.parametrize(("code", "complains"), [(130, False), (2, True)])
def test_ctrl_c_ends_the_call_and_not_the_script(tmp_path, code, complains):
    running = start(tmp_path, code)
    assert "hotseat call missing-sofa --trainee good" in running.stdout.readline()
    assert running.stdout.readline() == "on the line\n"
    os.killpg(running.pid, signal.SIGINT)
    out, error = running.communicate(timeout=60)
    assert out == "kept and scored\n"
    assert running.returncode == code
    assert ("the call did not come off (exit code 2)" in error) is complains

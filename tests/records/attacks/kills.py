"""Kill -9 while calls are scored and filed: at random moments, and in the middle of a write."""

import multiprocessing
import os
import random
import shutil
import signal
import time
from pathlib import Path

from sqlalchemy import select

from simulator import private
from simulator.recording.folder import CallFolder, find_calls
from simulator.records.database.log import check_log
from simulator.records.database.opening import open_records
from simulator.records.database.tables import Call, Score
from simulator.records.filing import file_call, sync
from simulator.scoring.document import ScoreOutput
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric

CALLS = 4
LONGEST_S = 1.5
WAYS = ("at a random moment", "after half a write", "before the disk has it", "before the new name")


def kill_filing(made: Path, root: Path, seed: int) -> str:
    """Score and file copies of a call in another process, kill it, check what is left, and say how it died.

    Raises
    ------
    AssertionError
        If a call is lost or broken, or the records are not whole.
    """
    dice = random.Random(seed)
    way = WAYS[seed % len(WAYS)]
    calls = root / "calls"
    for number in range(CALLS):
        shutil.copytree(made, calls / f"call-{number}")
        manifest = (calls / f"call-{number}" / "call.json").read_text("utf-8")
        (calls / f"call-{number}" / "call.json").write_text(manifest.replace(made.name, f"call-{number}"), "utf-8")
        (calls / f"call-{number}" / "score.json").unlink()
    child = multiprocessing.get_context("fork").Process(target=_file_all, args=(calls, root / "records.db", way, dice))
    child.start()
    if way == WAYS[0]:
        time.sleep(dice.uniform(0.0, LONGEST_S))
        os.kill(child.pid, signal.SIGKILL)
    child.join()
    _check(calls, root / "records.db")
    return f"{way}, exit {child.exitcode}"


def _file_all(calls: Path, database: Path, way: str, dice: random.Random) -> None:
    _die(way, dice.randrange(1, CALLS * 4))
    rubric = load_rubric("certification")
    while True:
        for path in find_calls(calls):
            score_folder(CallFolder.open(path), rubric)
            with open_records(str(database)) as records, records.writing() as session:
                file_call(session, path, person="Dana")


def _die(way: str, at: int) -> None:
    """Kill this process at its `at`-th write, sync or renaming of a file."""
    left = [at]

    def now() -> bool:
        left[0] -= 1
        return left[0] <= 0

    def kill() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    class Half:
        def __init__(self, file):
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def __getattr__(self, name):
            return getattr(self.file, name)

        def write(self, content):
            if now():
                self.file.write(content[: len(content) // 2])
                kill()
            return self.file.write(content)

    opened, synced, renamed = private.open_private, os.fsync, Path.replace
    if way == WAYS[1]:
        private.open_private = lambda *given: Half(opened(*given))
    elif way == WAYS[2]:
        private.os.fsync = lambda handle: kill() if now() else synced(handle)
    elif way == WAYS[3]:
        Path.replace = lambda draft, target: kill() if now() else renamed(draft, target)


def _check(calls: Path, database: Path) -> None:
    for path in find_calls(calls):
        assert CallFolder.open(path).manifest.outcome == "won_back"
        if (path / "score.json").exists():
            ScoreOutput.model_validate_json((path / "score.json").read_bytes())
    with open_records(str(database)) as records:
        with records.reading() as session:
            assert check_log(session).faults == ()
        done = sync(records, calls)
        assert done.left == []
        with records.reading() as session:
            assert check_log(session).faults == ()
            assert sorted(session.scalars(select(Call.name))) == [f"call-{number}" for number in range(CALLS)]
            scored = sum((path / "score.json").exists() for path in find_calls(calls))
            assert len(session.scalars(select(Score)).all()) >= scored

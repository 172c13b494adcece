"""Write the golden files again: ``python tests/session/golden/regenerate.py``. Nothing else may; look at the
difference.

A golden file says what came out when somebody last looked at it closely. `GOLDEN` names each file and what makes it.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2]))

from simulator.report.page import render  # noqa: E402
from simulator.scoring.folder import Scored, score_folder  # noqa: E402
from simulator.scoring.rubric import load_rubric  # noqa: E402
from tests.command_line import root  # noqa: E402
from tests.scoring.made_call import MadeCall, bad_call, good_call  # noqa: E402


def scored(call: MadeCall, rubric: str = "practice") -> Scored:
    """Score a call that was typed: no sound, so the same figures on every machine."""
    return score_folder(call.folder(Path(tempfile.mkdtemp()), typed=True), load_rubric(rubric))


def table(call: MadeCall, rubric: str) -> str:
    """Return what `hotseat score` prints."""
    folder = call.folder(Path(tempfile.mkdtemp()), typed=True)
    return CliRunner().invoke(root, ["score", str(folder.path), "--rubric", rubric], catch_exceptions=False).stdout


def page(call: MadeCall) -> str:
    """Return a call's report without its sound and without the call's own random name."""
    done = scored(call)
    text = render(done.folder, done)
    text = re.sub(r"data:audio/flac;base64,[^\"]+", "data:audio/flac;base64,", text)
    name = "2026-11-22T101500-missing-sofa-0000"
    return text.replace(str(done.folder.path.resolve()), f"/calls/{name}").replace(done.folder.path.name, name)


GOLDEN: dict[str, Callable[[], str]] = {
    "score-good.json": lambda: scored(good_call()).output.to_json() + "\n",
    "score-bad.json": lambda: scored(bad_call()).output.to_json() + "\n",
    "score-bad-certification.txt": lambda: table(bad_call(), "certification"),
    "report-bad.html": lambda: page(bad_call()),
}


def main() -> None:
    """Write every golden file."""
    for name, make in GOLDEN.items():
        (HERE / name).write_text(make(), encoding="utf-8", newline="\n")
        print(HERE / name)


if __name__ == "__main__":
    main()

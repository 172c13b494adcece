"""Make the README's two pictures from a real call: the terminal during the call, and the call's report.

    .venv/bin/python script/make_pictures.py

A recorded trainee takes the call of the missing sofa in a pseudo-terminal, so the first picture is what the program
drew, not a drawing of it. The call is the same each time; only its date and the moment of the last redraw differ.

Needs Linux or macOS, what `./test` sets up (the package with `[dev]`, a recognizer, the system's voice), and Chromium.
Takes about a minute, and writes docs/pictures/call.png and docs/pictures/report.png, each under 300 kB.
"""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.text import Text

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
WORDS = ("call", "missing-sofa", "--trainee", "good", "--hints")
COLUMNS, LINES = 96, 26
SHOWN_FROM = "1:25"
"""The first redraw from this time on in which somebody is speaking is the picture of the call."""
WINDOW = {"width": 1100, "height": 1600}
REPORT_ENDS = "section.strengths"
"""The last part of the report on its picture."""
LARGEST_BYTES = 300_000
CONTROL = re.compile(r"\x1b\[([?\d;]*)([A-Za-z])|([\r\n])|([^\x1b\r\n]+)")
STATUS = re.compile(r"\s*(\d+:\d\d)\.\d  (?:the (?:customer|trainee) is|both are) speaking")


def main() -> None:
    """Take the call, and write both pictures."""
    chromium = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)
    if chromium is None:
        sys.exit("make_pictures: needs Chromium; install the package chromium")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        written = take_call(Path(folder))
        (report,) = Path(folder).glob("*/report.html")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        terminal = Path(folder) / "terminal.html"
        terminal.write_text(terminal_page(screen_during(written)), encoding="utf-8")
        photograph(browser, terminal, PICTURES / "call.png", "svg")
        photograph(browser, report, PICTURES / "report.png", REPORT_ENDS)
        browser.close()


def take_call(folder: Path) -> str:
    """Take the call in a terminal of its own, keep it in a folder, and return all that the program wrote."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    command = [sys.executable, "-m", "simulator.cli.main", *WORDS, "--out", str(folder)]
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": str(LINES)}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env) as running:
        os.close(theirs)
        written = b""
        try:
            while read := os.read(ours, 65536):
                written += read
        except OSError:  # Linux's way to say that the other end is closed
            pass
    os.close(ours)
    if running.returncode:
        sys.exit(f"make_pictures: the call failed:\n{written.decode('utf-8')}")
    return written.decode("utf-8")


def screen_during(written: str) -> list[str]:
    """Return the terminal's lines, colours included, at the moment of the picture.

    Knows just what rich writes to redraw its last lines: to the line's start, erase the line, one line up.
    """
    lines, row = [""], 0
    for code, kind, move, text in CONTROL.findall(written):
        if kind == "K":
            if any(shown_now(line) for line in lines[-2:]):
                break
            lines[row] = ""
        elif kind == "A":
            row -= int(code or 1)
        elif kind == "m":
            lines[row] += f"\x1b[{code}m"
        elif move == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif text:
            lines[row] += text
    else:
        sys.exit(f"make_pictures: nobody speaks after {SHOWN_FROM} in this call")
    title = next(n for n, line in enumerate(lines) if line.endswith("Replaying the call."))
    return lines[max(title, len(lines) - LINES) :]  # without the notes on the set-up, such as which recognizer listens


def shown_now(line: str) -> bool:
    """Whether a line of the screen is the status in which the picture is taken."""
    status = STATUS.match(Text.from_ansi(line).plain)
    return status is not None and status[1] >= SHOWN_FROM


def terminal_page(lines: list[str]) -> str:
    """Return the screen as a page that holds one drawing of a terminal's window."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    for line in lines:
        console.print(Text.from_ansi(line))
    return f'<body style="margin: 0">{console.export_svg(title=" ".join(("hotseat", *WORDS)))}</body>'


def photograph(browser: Browser, page_file: Path, picture: Path, last: str) -> None:
    """Write a page as a PNG, offline, from its top to the end of one of its parts."""
    page = browser.new_page(viewport=WINDOW, color_scheme="light")
    page.context.set_offline(True)
    page.goto(page_file.as_uri())
    box = page.locator(last).bounding_box()
    margin = box["x"] / 2
    clip = {"x": 0, "y": 0, "width": box["x"] * 2 + box["width"], "height": box["y"] + box["height"] + margin}
    shot = page.screenshot(path=picture, clip=clip)
    if len(shot) > LARGEST_BYTES:
        sys.exit(f"make_pictures: {picture} has {len(shot)} bytes; {LARGEST_BYTES} at most")
    print(f"{picture}: {len(shot)} bytes")


if __name__ == "__main__":
    main()

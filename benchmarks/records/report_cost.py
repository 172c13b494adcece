"""What the report of a long call costs: time to make, size, and whether a real browser opens it without a complaint.

    python benchmarks/records/report_cost.py CALL_DIR [--minutes 10] [--keep FOLDER]

CALL_DIR is a recorded call (`hotseat call missing-sofa --trainee good`). Its sound and its log are repeated until the
call is as long as asked; every repetition has utterances and lines of its own. Times are CPU seconds of one process.
"""

from __future__ import annotations

import argparse
import dataclasses
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from simulator.clock import Span, from_seconds
from simulator.events import CallEnded, CallStarted, Event, Word
from simulator.recording.folder import CallFolder, CallWriter
from simulator.report.page import render
from simulator.report.pdf.call import call_pdf
from simulator.report.view import view_of
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import load_rubric

TIMES = {"at", "onset", "stop", "speech_stop"}
COUNTED = {"utterance", "line"}


def shifted(event: Event, by: int, number: int) -> Event:
    """Return an event `by` samples later, in the `number`-th repetition."""
    changes: dict[str, Any] = {}
    for field in dataclasses.fields(event):
        value = getattr(event, field.name)
        if isinstance(value, Span):
            changes[field.name] = Span(value.start + by, value.stop + by)
        elif field.name in TIMES:
            changes[field.name] = value + by
        elif field.name in COUNTED:
            changes[field.name] = value + 1000 * number
        elif field.name == "words" and isinstance(value, tuple) and value and isinstance(value[0], Word):
            changes[field.name] = tuple(shifted_word(word, by) for word in value)
    return dataclasses.replace(event, **changes)


def shifted_word(word: Word, by: int) -> Word:
    """Return a word `by` samples later."""
    return dataclasses.replace(word, span=Span(word.span.start + by, word.span.stop + by))


def long_call(source: CallFolder, root: Path, samples: int) -> CallFolder:
    """Return a call folder of exactly `samples` samples, made of one call again and again."""
    writer = CallWriter(root, source.manifest.changed(state="running", duration_ms=None))
    again = -(-samples // source.duration)
    events = source.events()
    for number in range(again):
        by = number * source.duration
        for event in events:
            once = (isinstance(event, CallStarted) and number) or (isinstance(event, CallEnded) and number < again - 1)
            if not once and event.at + by <= samples:
                writer.event(shifted(event, by, number))
    mine, theirs = (np.array_split(np.tile(t, again)[:samples], 600) for t in (source.trainee(), source.customer()))
    for trainee, customer in zip(mine, theirs, strict=True):
        writer.audio(trainee, customer)
    writer.finish(outcome="won_back", reason="the end of the benchmark")
    return CallFolder.open(writer.path)


def cost(what: str, make: Callable[[], Any]) -> Any:
    """Run once, tell the CPU seconds, and return what came out."""
    before = time.process_time()
    found = make()
    print(f"{what:<34}{time.process_time() - before:8.2f} s CPU")
    return found


def in_browser(path: Path) -> None:
    """Open the page in Chromium; tell complaints, requests, and whether a moment plays."""
    from playwright.sync_api import sync_playwright

    found = next(p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--mute-audio"])
        page = browser.new_context(offline=True).new_page()
        complaints: list[str] = []
        requests: list[str] = []
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url[:60]))
        page.goto(path.as_uri())
        began = time.monotonic()
        page.locator(".next .clip").last.click()
        page.wait_for_selector(".clip.playing", timeout=60_000)
        print(f"{'Chromium: complaints':<34}{complaints}")
        print(f"{'Chromium: requests':<34}{[url for url in requests if not url.startswith('data:')]}")
        print(f"{'Chromium: first moment plays after':<34}{time.monotonic() - began:8.2f} s (wall)")
        browser.close()


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("call_dir", type=Path)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--keep", type=Path, help="Leave the call and its reports here.")
    asked = parser.parse_args()
    root = asked.keep or Path(tempfile.mkdtemp())
    folder = long_call(CallFolder.open(asked.call_dir), root, from_seconds(round(60 * asked.minutes)))
    rubric = load_rubric()
    cost("score (measures included)", lambda: score_folder(folder, rubric))
    scored = cost("score once more", lambda: score_folder(folder, rubric))
    render(scored.folder, scored)
    page = cost("page", lambda: render(folder, scored))
    path = folder.path / "report.html"
    path.write_text(page, encoding="utf-8")
    pdf = cost("PDF", lambda: call_pdf(view_of(folder, scored.output, scored.measurement)))
    pdf = cost("PDF once more", lambda: call_pdf(view_of(folder, scored.output, scored.measurement)))
    print(f"{'page':<34}{path.stat().st_size / 1e6:8.2f} MB")
    print(f"{'PDF':<34}{len(pdf) / 1e6:8.2f} MB")
    in_browser(path)


if __name__ == "__main__":
    main()

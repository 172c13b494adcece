"""How soon the customer answers after the trainee's last word, in real time, and with the recognizer's delay taken out.

    python benchmarks/ears/reply_gap.py SPEECH_FOLDER [--clips N]

SPEECH_FOLDER has a manifest.tsv (file, seconds, kind, transcript_or_label); its clips of 1 to 9 s with whole
sentences (all of asr/ but the spelled letters of an4 and the staged hesitations of mfa) are one turn each, as are the
recorded trainees' lines. The last word's end is where the clip's level last stands within 32 dB of its
loud frames. The gap is from there to the first sample of the reply on the call clock. Three times: in real time, in
replay with the recognizer answering after its declared delay, and with a recognizer that answers at once.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import yaml
from ears_rig import Oracle, Replier, engine_of, feed, load, manifest, recognizer_of, room, silence, speech_of

from simulator.clock import to_seconds
from simulator.datafile import data_folder
from simulator.events import LineStarted
from simulator.speech.recognition.ear import LiveEar, ReplayEar

BEFORE_MS, AFTER_MS = 600, 3200


def turns(folder: Path, clips: int) -> list[tuple[str, np.ndarray, str]]:
    rows = [r for r in manifest(folder) if r["file"].startswith("asr/") and 1.0 <= float(r["seconds"]) <= 9.0]
    rows = [r for r in rows if not r["file"].startswith(("asr/an4", "asr/mfa"))]
    chosen = rows if len(rows) <= clips else [rows[n * len(rows) // clips] for n in range(clips)]
    found = [(r["file"], load(folder / r["file"]), r["transcript_or_label"]) for r in chosen]
    for script in sorted((data_folder("scenarios") / "missing-sofa" / "trainees").glob("*.yaml")):
        for line in yaml.safe_load(script.read_text(encoding="utf-8"))["steps"]:
            if line.get("say") and (script.parent / line["say"]).is_file():
                found.append((f"{script.stem}/{line['say']}", load(script.parent / line["say"]), line["text"]))
    return found


def gap(events: list, last_word: int) -> float | None:
    after = [e.at for e in events if isinstance(e, LineStarted) and e.at > last_word]
    return to_seconds(after[0] - last_word) if after else None


def show(name: str, gaps: list[float], early: int, bars: tuple[float, float]) -> None:
    median, p95 = np.median(gaps), np.percentile(gaps, 95)
    print(
        f"{name:34} turns {len(gaps):3}  median {median:.2f} s (bar {bars[0]})  95 % {p95:.2f} s (bar {bars[1]})"
        f"  cut into mid-turn {early}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clips", type=int, default=40)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--without-real-time", action="store_true", help="only what a busy machine cannot spoil")
    options = parser.parse_args()
    found = turns(options.folder, options.clips)
    recognizer = recognizer_of("auto")
    for name, kind, bars in (
        (f"{recognizer.name}, real time", "live", (0.8, 1.3)),
        (f"{recognizer.name}, its declared delay", "replay", (0.8, 1.3)),
        ("recognizer's delay taken out", "oracle", (0.6, 1.0)),
    ):
        if kind == "live" and options.without_real_time:
            continue
        by_source: dict[str, list[float]] = {"real speech": [], "recorded trainees": []}
        early = 0
        for file, clip, text in found:
            samples = room(np.concatenate([silence(BEFORE_MS), clip, silence(AFTER_MS)]))
            shift = len(silence(BEFORE_MS))
            spans = speech_of(clip)
            last_word = shift + spans[-1].stop
            if kind == "live":
                ear = LiveEar(recognizer)
            elif kind == "replay":
                ear = ReplayEar(recognizer)
            else:
                ear = ReplayEar(Oracle(text.lower(), (spans[0] | spans[-1]).shift(shift)))
            engine = engine_of(ear, Replier())
            events = feed(engine, samples, real_time=kind == "live")
            engine.close()
            early += any(isinstance(e, LineStarted) and e.at < last_word - 1600 for e in events)
            seconds = gap(events, last_word)
            if options.verbose:
                print(f"  {file:50} {seconds}  {text[-40:]}")
            if seconds is not None:
                by_source["real speech" if file.startswith("asr/") else "recorded trainees"].append(seconds)
        for source, gaps in by_source.items():
            if gaps:
                show(f"{name}: {source}", gaps, early, bars)
        show(f"{name}: all", [g for gaps in by_source.values() for g in gaps], early, bars)


if __name__ == "__main__":
    main()

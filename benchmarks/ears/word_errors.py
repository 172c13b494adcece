"""Word error rate of each recognizer: on the recorded trainees' lines, alone and through whole calls, and on speech.

    python benchmarks/ears/word_errors.py [FOLDER] [--limit N]

FOLDER has a manifest.tsv with the columns file, kind and transcript_or_label; its rows of kind ref_text are used.
Bar: at most 8 % with Whisper on the recorded trainees' lines, through the whole live path.

Both texts are normalised alike before they are compared: lower case; no punctuation but apostrophes; hyphens are
spaces; <marks> of the transcriber are left out; American spelling; mister/mr, missus/mrs, okay/ok, doctor/dr as one;
single digits as words.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import jiwer
import numpy as np
import yaml

from simulator.clock import to_seconds
from simulator.datafile import data_folder
from simulator.errors import ModelError, SimulatorError
from simulator.events import Heard
from simulator.ports import Recognizer, Samples
from simulator.recording.audio import read_audio
from simulator.recording.folder import CallFolder
from simulator.speech.recognition.recognizers import open_recognizer

BAR = 8.0
SAME = {
    "mister": "mr",
    "missus": "mrs",
    "okay": "ok",
    "doctor": "dr",
    "colour": "color",
    "favour": "favor",
    "grey": "gray",
}
DIGITS = dict(enumerate("zero one two three four five six seven eight nine".split()))
SAME |= {str(digit): word for digit, word in DIGITS.items()}
SCENARIO = "missing-sofa"
Clip = tuple[str, Samples, str]


def normalised(text: str) -> str:
    """Return the words of a text in the form that is compared.

    >>> normalised("I'm sorry, Mister Hale: we apologise - <cough> eight-thirty.")
    "i'm sorry mr hale we apologize eight thirty"
    """
    plain = re.sub(r"<[^>]*>", " ", text.lower()).replace("\u2019", "'")
    words = re.sub(r"[^a-z0-9' ]+", " ", plain).split()
    words = [
        re.sub(r"(apolog|organ|real|recogn|author|cancel|final)is(e|ed|es|ing|ation)$", r"\1iz\2", w) for w in words
    ]
    return " ".join(SAME.get(word, word) for word in words)


def trainee_lines(name: str) -> list[Clip]:
    script = data_folder("scenarios") / SCENARIO / "trainees" / f"{name}.yaml"
    steps = yaml.safe_load(script.read_text(encoding="utf-8"))["steps"]
    said = [step for step in steps if step.get("say") and (script.parent / step["say"]).is_file()]
    return [(step["say"], read_audio(script.parent / step["say"]).samples, step["text"]) for step in said]


def corpus(folder: Path, limit: int | None) -> dict[str, list[Clip]]:
    """Return the clips of a speech folder, by the folder they are in."""
    found: dict[str, list[Clip]] = {}
    with (folder / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            group = found.setdefault(str(Path(row["file"]).parent), [])
            if row["kind"] == "ref_text" and normalised(row["transcript_or_label"]) and len(group) != limit:
                group.append((row["file"], read_audio(folder / row["file"]).samples, row["transcript_or_label"]))
    return {group: clips for group, clips in found.items() if clips}


def alone(name: str, recognizer: Recognizer, clips: list[Clip], verbose: bool) -> float:
    references, heard, took = [], [], []
    for file, samples, text in clips:
        stream = recognizer.open(0)
        for at in range(0, len(samples), 320):
            stream.accept(samples[at : at + 320])
        began = time.perf_counter()
        words = stream.finish()
        took.append(time.perf_counter() - began)
        stream.close()
        references.append(normalised(text))
        heard.append(normalised(" ".join(word.word for word in words)))
        if verbose and references[-1] != heard[-1]:
            print(f"    {file}\n      said  {references[-1]}\n      heard {heard[-1]}")
    rate = 100 * jiwer.wer(references, heard)
    minutes = to_seconds(sum(len(samples) for _, samples, _ in clips)) / 60
    print(
        f"{recognizer.name:8} {name:28} {len(clips):3} clips {minutes:5.1f} min  WER {rate:5.1f} %"
        f"  answer median {np.median(took):.2f} s, 95 % {np.percentile(took, 95):.2f} s",
        flush=True,
    )
    return rate


def through_a_call(trainee: str, recognizer: str, lines: list[Clip], verbose: bool) -> float:
    """Play the whole call and compare what the engine heard with the lines that were said in it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "simulator.cli.main", "call", SCENARIO, "--trainee", trainee]
        command += ["--recognizer", recognizer, "--out", folder, "--json"]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode:
            raise SimulatorError(f"the call with trainee {trainee} failed:\n{result.stderr}")
        call = CallFolder.open(Path(json.loads(result.stdout)["call_dir"]))
        track = call.trainee().tobytes()
        heard = normalised(" ".join(event.text for event in call.events() if isinstance(event, Heard)))
    places = []
    for _, samples, text in lines:
        middle = samples[len(samples) // 2 - 400 : len(samples) // 2 + 400]
        place = track.find(middle.tobytes())
        if place >= 0:
            places.append((place, normalised(text)))
    said = " ".join(text for _, text in sorted(places))
    rate = 100 * jiwer.wer(said, heard)
    print(
        f"{recognizer:8} whole call, trainee {trainee:12} {len(places)} of {len(lines)} lines said   WER {rate:5.1f} %"
    )
    if verbose:
        print(jiwer.visualize_alignment(jiwer.process_words(said, heard)))
    return rate


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--limit", type=int, help="at most so many clips of each kind")
    parser.add_argument("--verbose", action="store_true", help="show every line heard wrongly")
    options = parser.parse_args()
    groups = corpus(options.folder, options.limit) if options.folder else {}
    met = True
    for choice in ("whisper", "vosk"):
        try:
            recognizer = open_recognizer(choice, notify=print)
        except ModelError as error:
            print(f"{choice:8} not installed: {str(error).splitlines()[0]}")
            continue
        for trainee in ("good", "bad"):
            lines = trainee_lines(trainee)
            if not lines:
                print(f"{choice:8} trainee {trainee}: no recorded lines")
                continue
            alone(f"lines of trainee {trainee}", recognizer, lines, options.verbose)
            rate = through_a_call(trainee, choice, lines, options.verbose)
            met = met and (choice != "whisper" or rate <= BAR)
        for group, clips in groups.items():
            alone(group, recognizer, clips, options.verbose)
    print(
        f"bar: WER at most {BAR:.0f} % with Whisper on each trainee's lines, whole call: {'met' if met else 'MISSED'}"
    )
    return 0 if met else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SimulatorError as error:
        sys.exit(f"{error}")

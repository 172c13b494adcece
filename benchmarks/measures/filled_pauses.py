"""Filled pauses from audio alone, against verbatim transcripts, and how often ordinary speech is taken for one.

Usage: python benchmarks/measures/filled_pauses.py SPEECH_FOLDER        (asr/mfa_disfluency, read speech, manifest.tsv)
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from simulator.clock import to_seconds, total
from simulator.cues.measure import measure_call
from simulator.cues.talk.filled import is_filler
from simulator.recording.audio import read_audio


def main(folder: Path) -> int:
    with (folder / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row[0].startswith("asr/")]
    said, heard, hit, false, seconds = 0, 0, 0, 0, 0.0
    for row in rows:
        found = measure_call(read_audio(folder / row[0]).samples)
        count = found.measures["filled_pauses"].value
        if count is None:
            continue
        truth = sum(is_filler(word) for word in row[-1].split())
        if truth:
            said, heard, hit = said + truth, heard + int(count), hit + min(truth, int(count))
        else:
            false += int(count)
            seconds += to_seconds(total(found.trainee_speech))
    print(f"files with fillers: {said} said, {heard} heard, {hit} at most rightly")
    print(f"files without: {false} heard in {seconds:.0f} s of speech ({false / seconds * 60:.1f} a minute)")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))

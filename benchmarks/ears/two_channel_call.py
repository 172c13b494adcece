"""Overlap, talk share and response times of a real two-channel call against the activity of its isolated channels.

Usage: python benchmarks/ears/two_channel_call.py SPEECH_FOLDER
SPEECH_FOLDER holds calls/aws_autorepairs_40.flac and calls/aws_autorepairs_40.channel_activity.tsv.
"""

from __future__ import annotations

import sys
from pathlib import Path

from simulator.clock import Span, from_seconds, intersect, to_ms, total
from simulator.cues.measure import measure_call
from simulator.cues.talk.conversation import read_conversation
from simulator.recording.audio import read_audio

CALL = "aws_autorepairs_40"
COMPARED = (
    "talk_share",
    "overlap_ms",
    "median_response_ms",
    "median_transfer_ms",
    "speaking_ms",
    "customer_speaking_ms",
)
BARS = {"talk_share": 0.1, "overlap_ms": 0.1, "median_response_ms": 0.1}


def reference(path: Path) -> dict[str, list[Span]]:
    spans: dict[str, list[Span]] = {"agent": [], "caller": []}
    for line in path.read_text(encoding="utf-8").splitlines()[2:]:
        start, stop, role = line.split("\t")
        spans[role].append(Span(from_seconds(float(start)), from_seconds(float(stop))))
    return spans


def main(folder: Path) -> int:
    audio = folder / "calls" / f"{CALL}.flac"
    agent, caller = read_audio(audio, channel=0).samples, read_audio(audio, channel=1).samples
    truth = reference(folder / "calls" / f"{CALL}.channel_activity.tsv")
    found = measure_call(agent, caller)
    stated = read_conversation(len(agent), truth["agent"], truth["caller"])
    print(f"{'measure':<24}{'reference':>12}{'measured':>12}{'off by':>9}  bar")
    failed = 0
    for key in COMPARED:
        want, got = stated.measures[key].value, found.measures[key].value
        assert want is not None
        assert got is not None
        off = got / want - 1
        bar = BARS.get(key)
        verdict = "" if bar is None else ("met" if abs(off) <= bar else "MISSED")
        failed += verdict == "MISSED"
        print(f"{key:<24}{want:>12.3f}{got:>12.3f}{off:>8.1%}  {verdict}")
    for role, spans, heard in (
        ("agent", truth["agent"], found.trainee_speech),
        ("caller", truth["caller"], found.customer_speech),
    ):
        both = total(intersect(spans, heard))
        missed, extra = to_ms(total(spans) - both), to_ms(total(heard) - both)
        print(f"{role}: {to_ms(total(spans)):.0f} ms of speech, {missed:.0f} ms missed, {extra:.0f} ms too much")
    pairs = [
        (answer, near)
        for answer in stated.responses
        if (near := next((r for r in found.responses if abs(r.stop - answer.stop) < 4800), None)) is not None
    ]
    each = sorted(abs(near.duration - answer.duration) / 16 for answer, near in pairs)
    print(f"responses: {len(stated.responses)} stated, {len(found.responses)} measured, {len(pairs)} the same;")
    print(f"  their lengths differ by {each[len(each) // 2]:.0f} ms (median), {each[-1]:.0f} ms at most")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))

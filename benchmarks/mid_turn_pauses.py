"""How often the customer speaks into a pause in the middle of the trainee's turn.

    python benchmarks/mid_turn_pauses.py SPEECH_FOLDER

Turns with pauses inside: the hesitant speech of asr/mfa_disfluency, calls/turn_end, and the agent's channel of the
real call, where a turn is what the agent says between two stretches of the caller's. A pause is 200 ms or more without
speech inside a turn; it is cut into when the customer starts a line within it. Replay, the recognizer answering after
its declared delay.
"""

from __future__ import annotations

import argparse
import csv
import itertools
from pathlib import Path

import numpy as np
from ears_rig import Replier, engine_of, feed, load, manifest, recognizer_of, room, silence, speech_of

from simulator.clock import Span, from_ms, from_seconds, to_seconds
from simulator.events import Heard, LineStarted
from simulator.speech.ear import ReplayEar

SHORTEST_PAUSE = from_ms(200)


def agent_turns(folder: Path) -> list[np.ndarray]:
    """Return the agent's turns in the two-channel call, each as one array."""
    agent = load(folder / "calls/aws_autorepairs_40.flac", channel=0)
    with (folder / "calls/aws_autorepairs_40.channel_activity.tsv").open(encoding="utf-8") as file:
        rows = list(csv.reader((line for line in file if not line.startswith("#")), delimiter="\t"))[1:]
    found: list[tuple[Span, str]] = []
    for start, stop, role in sorted(rows, key=lambda row: float(row[0])):
        span = Span(from_seconds(float(start)), from_seconds(float(stop)))
        if found and found[-1][1] == role:
            found[-1] = (found[-1][0] | span, role)
        elif role == "caller" and span.duration < from_ms(700):
            continue  # a backchannel of the caller's leaves the agent's turn whole
        else:
            found.append((span, role))
    return [agent[s.start : s.stop] for s, role in found if role == "agent" and s.duration > from_ms(1500)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    sources: dict[str, list[np.ndarray]] = {"real call, agent": agent_turns(options.folder)}
    for row in manifest(options.folder):
        if row["file"].startswith(("asr/mfa_disfluency", "calls/turn_end")):
            sources.setdefault(row["file"].rsplit("/", 1)[0], []).append(load(options.folder / row["file"]))
    recognizer = recognizer_of("auto")
    pauses = cuts = 0
    for name, clips in sources.items():
        here = hit = 0
        for clip in clips:
            lead = silence(600)
            spans = [s.shift(len(lead)) for s in speech_of(clip)]
            inside = [g for a, b in itertools.pairwise(spans) if (g := a.gap(b)) and g.duration >= SHORTEST_PAUSE]
            engine = engine_of(ReplayEar(recognizer), Replier())
            events = feed(engine, room(np.concatenate([lead, clip, silence(3000)])))
            engine.close()
            starts = [e.at for e in events if isinstance(e, LineStarted)]
            cut = [gap for gap in inside if any(gap.start <= at < gap.stop for at in starts)]
            here, hit = here + len(inside), hit + len(cut)
            if options.verbose and cut:
                texts = [e.text for e in events if isinstance(e, Heard)]
                print("  ", [(round(to_seconds(g.duration), 2)) for g in cut], texts)
        pauses, cuts = pauses + here, cuts + hit
        print(f"{name:24} turns {len(clips):3}  pauses {here:4}  cut into {hit}")
    print(f"{'all':24} pauses {pauses}, cut into {cuts}: {100 * cuts / max(1, pauses):.1f} in 100 (bar 3)")


if __name__ == "__main__":
    main()

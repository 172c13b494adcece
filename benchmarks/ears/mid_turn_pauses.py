"""How often the customer speaks into a pause in the middle of the trainee's turn.

    python benchmarks/ears/mid_turn_pauses.py SPEECH_FOLDER

Turns with pauses inside: the hesitant speech of asr/mfa_disfluency, calls/turn_end, and the agent's channel of the
real call, where a turn is what the agent says between two stretches of the caller's. A pause is 200 ms or more without
speech inside a turn; it is cut into when the customer starts a line within it. Replay, the recognizer answering after
its declared delay. Two more sources, on which no bar lies: the caller of that call, and single speakers in meetings.
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
from simulator.ports import Recognizer
from simulator.speech.recognition.ear import ReplayEar

SHORTEST_PAUSE = from_ms(200)


def call_turns(folder: Path, role: str) -> list[np.ndarray]:
    """Return the turns of the agent or the caller in the two-channel call, each as one array."""
    voice = load(folder / "calls/aws_autorepairs_40.flac", channel=0 if role == "agent" else 1)
    with (folder / "calls/aws_autorepairs_40.channel_activity.tsv").open(encoding="utf-8") as file:
        rows = list(csv.reader((line for line in file if not line.startswith("#")), delimiter="\t"))[1:]
    stretches = [(Span(from_seconds(float(start)), from_seconds(float(stop))), who) for start, stop, who in rows]
    return [voice[s.start : s.stop] for s in runs(stretches, role) if s.duration > from_ms(1500)]


def runs(stretches: list[tuple[Span, str]], speaker: str, *, longest_gap: int | None = None) -> list[Span]:
    """Return a speaker's turns; less than 700 ms of somebody else in them is a backchannel, and breaks none."""
    found: list[tuple[Span, str]] = []
    for span, who in sorted(stretches, key=lambda each: each[0].start):
        near = longest_gap is None or (bool(found) and span.start - found[-1][0].stop <= longest_gap)
        if found and found[-1][1] == who and near:
            found[-1] = (found[-1][0] | span, who)
        elif who == speaker or span.duration >= from_ms(700):
            found.append((span, who))
    return [span for span, who in found if who == speaker]


def meeting_turns(folder: Path) -> list[np.ndarray]:
    """Return the turns of 3 s or more of single speakers in the meetings of calls/ami."""
    turns = []
    for path in sorted((folder / "calls/ami").glob("*.rttm")):
        rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
        stretches = [(Span(from_seconds(float(r[3])), from_seconds(float(r[3]) + float(r[4]))), r[7]) for r in rows]
        voice = load(path.with_suffix(".flac"))
        for speaker in sorted({who for _, who in stretches}):
            spans = runs(stretches, speaker, longest_gap=from_seconds(3))
            turns += [voice[s.start : s.stop] for s in spans if s.duration >= from_seconds(3)]
    return turns


def cut_into(recognizer: Recognizer, name: str, clips: list[np.ndarray], *, verbose: bool) -> tuple[int, int]:
    """Print and return how many pauses there are in the turns, and how many were cut into.

    Lines that start where the speaker is heard, in no pause, are printed as well: a detector missed a drawn-out sound.
    """
    here = hit = over = 0
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
        spoken = [at for at in starts if spans[0].start < at < spans[-1].stop]
        over += sum(not any(gap.start <= at < gap.stop for gap in inside) for at in spoken)
        if verbose and cut:
            texts = [e.text for e in events if isinstance(e, Heard)]
            print("  ", [(round(to_seconds(g.duration), 2)) for g in cut], texts)
    print(f"{name:32} turns {len(clips):3}  pauses {here:4}  cut into {hit}  spoken over {over}", flush=True)
    return here, hit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    sources: dict[str, list[np.ndarray]] = {"real call, agent": call_turns(options.folder, "agent")}
    for row in manifest(options.folder):
        if row["file"].startswith(("asr/mfa_disfluency", "calls/turn_end")):
            sources.setdefault(row["file"].rsplit("/", 1)[0], []).append(load(options.folder / row["file"]))
    others = {"real call, caller": call_turns(options.folder, "caller"), "meetings": meeting_turns(options.folder)}
    recognizer = recognizer_of("auto")
    for title, group in (("all (bar 3)", sources), ("all of these (no bar)", others)):
        found = [cut_into(recognizer, name, clips, verbose=options.verbose) for name, clips in group.items()]
        pauses, cuts = (sum(each) for each in zip(*found, strict=True))
        print(f"{title:32} pauses {pauses}, cut into {cuts}: {100 * cuts / max(1, pauses):.1f} in 100")


if __name__ == "__main__":
    main()

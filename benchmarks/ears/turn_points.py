"""Where a call has to decide whether a turn is over: every pause and end of turn in a folder of real speech.

Speakers are told apart before anybody looks at the speech: in each kind of it a fifth, chosen by a hash of the name,
is put away for one last figure. A point is a pause that lasts until the recognizer has answered (replay, its declared
delay), or the end of a turn; the turn is never answered, so every pause is seen as if none before it had been cut into.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from ears_rig import QUIET, load, manifest, room, silence, speech_of
from mid_turn_pauses import SHORTEST_PAUSE, call_turns, runs

from simulator.call.activity import Activity, level_dbfs
from simulator.call.hearing import Hearing
from simulator.clock import BLOCK, Span, from_ms, from_seconds, to_seconds
from simulator.cues.live.final_pitch import FinalPitch
from simulator.events import SpeechEnded, SpeechStarted
from simulator.ports import Recognizer, Samples
from simulator.speech.recognition.ear import ReplayEar
from simulator.speech.recognition.silero import SileroDetector

KINDS = {"mfa_disfluency": "talk", "turn_end": "talk", "an4": "letters"}
"""The kind of speech by folder; the rest of asr/ is read."""
LEAD_MS = 600
EDGE_S = 29.5
"""Meetings are cut at 30 s: a turn that reaches the cut has no end."""


@dataclass
class Point:
    """One decision: what is known when it is due, and what came of it. Times in samples unless named."""

    words: list[str]
    fall: float | None
    drop_db: float
    """Level of the last 200 ms of speech against the speech before."""
    pauses_s: list[float]
    """The pauses of 200 ms and more so far in the turn."""
    end: bool
    late: int = 0
    """From the last word, by level, to where the detector heard speech last."""
    silence: list[tuple[int, int]] = field(default_factory=list)
    """Samples since the last speech, and the silence that the rule would count, while it could fire."""


@dataclass
class Speaker:
    """One speaker's points, and the pauses of 200 ms and more in their turns."""

    name: str
    kind: str
    away: bool
    pauses: int = 0
    turns: list[list[Point]] = field(default_factory=list)


def speakers(folder: Path) -> list[tuple[Speaker, list[str]]]:
    """Return the speakers of a speech folder, split, each with their files (none for calls and meetings)."""
    files: dict[tuple[str, str], list[str]] = {("talk", "call agent"): [], ("talk", "call caller"): []}
    for row in manifest(folder):
        path = Path(row["file"])
        if path.parent.parts[0] in ("asr", "pitch") or path.parent.name == "turn_end":
            files.setdefault((KINDS.get(path.parent.name, "read"), _who(path)), []).append(row["file"])
    for rttm in sorted((folder / "calls/ami").glob("*.rttm")):
        for line in rttm.read_text(encoding="utf-8").splitlines():
            files.setdefault(("meetings", line.split()[7]), [])
    away = {who for kind in {kind for kind, _ in files} for who in _put_away([w for k, w in files if k == kind])}
    return [(Speaker(who, kind, who in away), found) for (kind, who), found in sorted(files.items())]


def _put_away(names: list[str]) -> list[str]:
    order = sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    return order[: max(1, round(len(names) / 5))]


def _who(path: Path) -> str:
    match path.parent.name:
        case "an4" | "librispeech" | "arctic":
            return path.stem.replace("_", "-").split("-")[1 if path.parent.name == "an4" else 0]
        case "turn_end":
            return "turn_end b" if "pause" in path.name else "turn_end a"
        case "textgrid":
            return path.stem
        case folder:
            return {"mfa_disfluency": "mfa", "ljspeech": "lj", "asterisk_8k": "asterisk"}.get(folder, folder)


def turns_of(folder: Path, speaker: Speaker, files: list[str]) -> Iterator[tuple[Samples, bool]]:
    """Yield a speaker's turns, and whether each has an end."""
    if speaker.name.startswith("call "):
        yield from ((turn, True) for turn in call_turns(folder, speaker.name.removeprefix("call ")))
    for name in files:
        yield load(folder / name), "_false" not in name
    for rttm in sorted((folder / "calls/ami").glob("*.rttm")) if speaker.kind == "meetings" else ():
        rows = [line.split() for line in rttm.read_text(encoding="utf-8").splitlines()]
        stretches = [(Span(from_seconds(float(r[3])), from_seconds(float(r[3]) + float(r[4]))), r[7]) for r in rows]
        for turn in runs(stretches, speaker.name, longest_gap=from_seconds(3)):
            if turn.duration >= from_seconds(1.5):
                yield load(rttm.with_suffix(".flac"))[turn.start : turn.stop], turn.stop < from_seconds(EDGE_S)


def points(recognizer: Recognizer, clip: Samples, *, ends: bool, last: int) -> list[Point]:
    """Return the decisions in one turn, whose last word ends at `last`; its last silence is one if the turn `ends`."""
    samples = room(np.concatenate([silence(LEAD_MS), clip, silence(3000)]))
    activity, hearing, melody = Activity(), Hearing(ReplayEar(recognizer)), FinalPitch()
    detector, found, pauses = SileroDetector(), [], []
    began = paused = 0
    here: Point | None = None
    for at in range(BLOCK, len(samples) + 1, BLOCK):
        block = samples[at - BLOCK : at]
        changed = activity.step(block, detector.probability(block), at, played=QUIET)
        hearing.accept(block, at)
        melody.accept(block)
        if isinstance(changed, SpeechStarted):
            if here is not None:
                found.append(here)
                pauses += [to_seconds(changed.onset - paused)] * (changed.onset - paused >= SHORTEST_PAUSE)
            began, here = began or changed.onset, None
            hearing.begin(changed.onset)
        elif isinstance(changed, SpeechEnded):
            hearing.pause(changed.span, at)
            paused = changed.span.stop
            here = Point(
                [], melody.fall(), drop_db(samples[max(began, paused - from_seconds(4)) : paused]), [], end=False
            )
            here.pauses_s += pauses
        if here is not None and hearing.poll(at):
            here.words = [word.word for word in hearing.words or ()]
        if here is not None and hearing.words is not None and not activity.stirring:
            here.silence.append((at - paused, at - max(paused, activity.last_voice)))
    hearing.end()
    if here is not None and ends:
        here.end, here.late = True, paused - last
        found.append(here)
    return [point for point in found if point.silence]


def drop_db(speech: Samples) -> float:
    """Return the level of the last 200 ms against the median of the blocks within 25 dB of the loudest, in dB."""
    whole = range(len(speech) - BLOCK, -1, -BLOCK)
    levels = np.array([level_dbfs(speech[at : at + BLOCK]) for at in whole])
    if len(levels) == 0:
        return 0.0
    return round(float(np.mean(levels[:10]) - np.median(levels[levels > levels.max() - 25])), 2)


def gather(folder: Path, recognizer: Recognizer, cache: Path) -> list[Speaker]:
    """Return every speaker with their points; what `cache` holds is not heard again."""
    cache.mkdir(parents=True, exist_ok=True)
    found = []
    for speaker, files in speakers(folder):
        path = cache / f"{speaker.kind}-{speaker.name}.json"
        if path.exists():
            kept = json.loads(path.read_text(encoding="utf-8"))
            kept["turns"] = [[Point(**point) for point in turn] for turn in kept["turns"]]
            found.append(Speaker(**kept))
            continue
        for clip, ends in turns_of(folder, speaker, files):
            spans = [span.shift(from_ms(LEAD_MS)) for span in speech_of(clip)]
            speaker.pauses += sum(b.start - a.stop >= SHORTEST_PAUSE for a, b in itertools.pairwise(spans))
            last = spans[-1].stop if spans else 0
            speaker.turns.append(points(recognizer, clip, ends=ends, last=last))
        path.write_text(json.dumps(asdict(speaker)), encoding="utf-8")
        print(f"{speaker.kind:9} {speaker.name:12} turns {len(speaker.turns):3}  pauses {speaker.pauses}", flush=True)
        found.append(speaker)
    return found

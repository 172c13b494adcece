"""Interruption against backchannel on labelled overlaps, live and in review, in a quiet room and in a hubbub.

    python benchmarks/ears/overlaps.py SPEECH_FOLDER

The set is built, so that its labels are known: each case is one line of a customer's voice and one stretch of a
trainee's that starts inside it. Interruptions are real people (sentences of asr/, whole or only their first 0.65 to
0.95 s) and the recorded trainee who interrupts. Backchannels are real people saying "yes" (asr/an4), the recorded
trainee's "right" and "i see", and nine acknowledgements in three shipped voices. The hubbub of calls/noise is mixed in
10 dB below the trainee's speech.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import yaml
from ears_rig import Replier, engine_of, load, manifest, recognizer_of, room, silence, speech_of

from simulator.clock import BLOCK, from_ms
from simulator.cues.measure import measure_call
from simulator.datafile import data_folder
from simulator.events import Event, Heard, LineEnded, Overlapped
from simulator.speech.profiles import load_profile
from simulator.speech.recognition.ear import ReplayEar
from simulator.speech.voice import open_voice

LINE = (
    "I have been waiting at home for three whole days now, and nobody has had the decency to ring me, so would you "
    "please explain to me what exactly is going on over there before I lose my patience altogether?"
)
ACKNOWLEDGEMENTS = ("mm-hm", "okay", "right", "I see", "yes", "yeah", "uh-huh", "sure", "of course")
KINDS = ("interruption", "backchannel")
VOICES = ("charlotte", "george", "megan")


def cut_short(clip: np.ndarray, ms: float) -> np.ndarray:
    """Return the first `ms` of the clip's speech, faded out."""
    start = speech_of(clip)[0].start
    part = clip[start : start + from_ms(ms)].astype(np.float64)
    part[-320:] *= np.linspace(1, 0, 320)
    return part.astype(np.int16)


def cases(folder: Path) -> list[tuple[str, str, np.ndarray]]:
    """Return (label, name, speech) of every case."""
    rows = manifest(folder)
    found: list[tuple[str, str, np.ndarray]] = []
    sentences = [
        r
        for r in rows
        if r["file"].startswith(("asr/asterisk", "asr/arctic", "asr/libri")) and 1.5 < float(r["seconds"]) < 6
    ]
    for n, row in enumerate(sentences[::2][:30]):
        clip = load(folder / row["file"])
        short = n % 3 == 0
        found.append(("interruption", row["file"], cut_short(clip, 650 + 10 * n) if short else clip))
    for row in rows:
        if row["file"].startswith("asr/an4") and row["transcript_or_label"] == "yes":
            clip = load(folder / row["file"])
            span = speech_of(clip)
            found.append(("backchannel", row["file"], clip[span[0].start : span[-1].stop]))
    trainees = data_folder("scenarios") / "missing-sofa" / "trainees"
    for script, label in (("bad", "interruption"), ("good", "backchannel")):
        for step in yaml.safe_load((trainees / f"{script}.yaml").read_text(encoding="utf-8"))["steps"]:
            if "customer_speaking_ms" in step["when"]:
                found.append((label, f"{script}/{step['say']}", load(trainees / step["say"])))
    for name in VOICES:
        voice = open_voice(load_profile(name), telephone=False)
        for text in ACKNOWLEDGEMENTS:
            samples = voice.speak(text, "cool").samples
            if len(samples) <= from_ms(950):
                found.append(("backchannel", f"{name}: {text}", samples))
        voice.close()
    return found


def run(
    recognizer: object, line: np.ndarray, speech: np.ndarray, noise: np.ndarray | None, at_ms: float
) -> tuple[str, str]:
    """Return what the overlap was called, live and in review; "none" where it was missed."""
    after = silence(3000 + 20 * 16)
    trainee = room(np.concatenate([silence(3000 + at_ms), speech, silence(1000), np.zeros(len(line), np.int16), after]))
    if noise is not None:
        gain = np.std(speech.astype(float)) / np.std(noise.astype(float)) * 10 ** (-10 / 20)
        trainee = np.clip(trainee + np.resize(noise, len(trainee)) * gain, -32768, 32767).astype(np.int16)
    engine = engine_of(ReplayEar(recognizer), Replier(opening="line"), line)  # type: ignore[arg-type]
    events: list[Event] = []
    heard_out = []
    out = np.zeros(BLOCK, np.int16)
    for n in range(len(trainee) // BLOCK):
        heard_out.append(out)
        out = engine.step(trainee[n * BLOCK : (n + 1) * BLOCK])
        events.extend(engine.drain())
        if any(isinstance(e, LineEnded) for e in events) and any(isinstance(e, Heard) for e in events):
            break
    engine.close()
    live = [e.kind for e in events if isinstance(e, Overlapped)]
    words = [w for e in events if isinstance(e, Heard) for w in e.words]
    turns = [e.span for e in events if isinstance(e, LineEnded)]
    length = len(heard_out) * BLOCK
    review = measure_call(trainee[:length], np.concatenate(heard_out), words=words, customer_turns=turns).overlaps
    return (live[0] if live else "none"), (review[0].kind if review else "none")


def f1(pairs: list[tuple[str, str]], kind: str) -> float:
    """Return the F1 of one kind over (label, found) pairs."""
    hit = sum(label == found == kind for label, found in pairs)
    return 2 * hit / max(1, sum(label == kind for label, _ in pairs) + sum(found == kind for _, found in pairs))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    recognizer = recognizer_of("auto")
    voice = open_voice(load_profile("karen"))
    line = voice.speak(LINE, "angry").samples
    voice.close()
    hubbub = load(options.folder / "calls/noise/callcenter_background_24k.flac")
    found = cases(options.folder)
    for name, noise in (("quiet", None), ("hubbub at 10 dB", hubbub)):
        live, review = [], []
        for n, (label, what, speech) in enumerate(found):
            one, two = run(recognizer, line, speech, noise, at_ms=1000 + 370 * (n % 9))
            live.append((label, one))
            review.append((label, two))
            if options.verbose and (one != label or two != label):
                print(f"  {what:40} {label:13} live {one:13} review {two}")
        counts = ", ".join(f"{sum(label == kind for label, _ in live)} {kind}s" for kind in KINDS)
        for side, pairs in (("live", live), ("review", review)):
            print(
                f"{name:16} {side:7} {counts}: F1 interruption {f1(pairs, 'interruption'):.3f},"
                f" backchannel {f1(pairs, 'backchannel'):.3f} (bar 0.9; at most 0.05 less in hubbub)"
            )


if __name__ == "__main__":
    main()

"""A predicted opinion of each kind of voice, by DNSMOS P.835 (speechmos): a model's guess at what listeners would say.

Run it as ``python benchmarks/voices/voice_opinion.py [FOLDER...] [--scenarios NAME...] [--lines N]``: the same lines
by espeak-ng and from the pack, in wide band and over the telephone, beside the recordings of people in each FOLDER. It
was trained on noise and its suppression, not on synthetic speech, so it hears roughness and noise; it does not know
what a person sounds like. Nothing rests on it.

References
----------
C. Reddy, V. Gopal, R. Cutler (2022), "DNSMOS P.835", ICASSP; weights and polynomials of speechmos 0.0.1.1 (MIT).
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from simulator.clock import RATE_HZ
from simulator.customer.scenario import load_scenario
from simulator.recording.audio import read_audio
from simulator.session.prepare_voice import pack_of, texts_of
from simulator.speech.shaping import telephone_band
from simulator.speech.voice import open_voice

Clip: TypeAlias = NDArray[np.float32]
WINDOW = round(9.01 * RATE_HZ)
SHORTEST, LONGEST = 55, 95
"""Characters of a line that is heard: long enough for a verdict."""
OPINIONS = {
    "speech": (-0.08397278, 1.22083953, 0.0052439),
    "background": (-0.13166888, 1.60915514, -0.39604546),
    "overall": (-0.06766283, 1.11546468, 0.04602535),
}
"""From the model's three outputs to the scale of 1 to 5."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folders", nargs="*", type=Path, help="recordings of people, one speaker a file, WAV or FLAC")
    asked.add_argument("--scenarios", nargs="*", default=["missing-sofa"])
    asked.add_argument("--lines", type=int, default=12)
    given = asked.parse_args()
    model = opened()
    for kinds in (*map(people, given.folders), *(voices(name, given.lines) for name in given.scenarios)):
        for what, clips in kinds:
            found = np.mean([opinion(model, clip) for clip in clips], axis=0)
            marks = ", ".join(f"{name} {mark:.2f}" for name, mark in zip(OPINIONS, found, strict=True))
            print(f"{what}, {len(clips)} clips: {marks}", flush=True)


def people(folder: Path) -> Iterator[tuple[str, list[Clip]]]:
    """Yield what a folder holds, as recorded and over the telephone."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in (".wav", ".flac"))
    clips = [(read_audio(path).samples / np.float32(32768)).astype(np.float32) for path in paths]
    clips = [clip for clip in clips if len(clip) > RATE_HZ]
    if not clips:
        raise SystemExit(f"{folder} holds no WAV or FLAC of more than a second")
    yield f"people ({folder.name}), as recorded", clips
    yield f"people ({folder.name}), telephone", [telephone_band(clip) for clip in clips]


def voices(name: str, count: int) -> Iterator[tuple[str, list[Clip]]]:
    """Yield each voice of a scenario, and its clips."""
    scenario = load_scenario(name)
    texts = [text for text in texts_of(scenario) if SHORTEST <= len(text) <= LONGEST][:count]
    for engine, telephone in itertools.product(("pyttsx3", "pack"), (False, True)):
        pack = pack_of(scenario) if engine == "pack" else None
        if engine == "pack" and pack is None:
            raise SystemExit(f"{name} has no whole pack")
        with tempfile.TemporaryDirectory() as cache:
            voice = open_voice(scenario.voice, engine=engine, pack=pack, telephone=telephone, cache=Path(cache))
            for band in ("content", "irritated", "furious"):
                clips = [voice.speak(text, band).samples / np.float32(32768) for text in texts]
                yield f"{name} {engine}, {'telephone' if telephone else 'wide band'}, {band}", clips
            voice.close()


def opened() -> onnxruntime.InferenceSession:
    found = importlib.util.find_spec("speechmos")
    if found is None or found.origin is None:
        raise SystemExit('speechmos is not installed; type: pip install "hotseat[bench]"')
    path = Path(found.origin).parent / "dnsmos_models" / "sig_bak_ovr.onnx"
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def opinion(model: onnxruntime.InferenceSession, clip: Clip) -> NDArray[np.float64]:
    """Return the three opinions of one clip, which is repeated to fill the model's nine seconds."""
    repeated = np.tile(clip, -(-WINDOW // len(clip)))[:WINDOW]
    (raw,) = model.run(None, {model.get_inputs()[0].name: repeated[np.newaxis].astype(np.float32)})
    return np.array([np.polyval(fit, value) for fit, value in zip(OPINIONS.values(), raw[0], strict=True)])


if __name__ == "__main__":
    main()

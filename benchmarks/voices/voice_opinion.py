"""A predicted opinion of each kind of voice, by DNSMOS P.835 (speechmos): a model's guess at what listeners would say.

Run it as ``python benchmarks/voices/voice_opinion.py [--lines N]``: the same lines by espeak-ng and from the pack, in
wide band and over the telephone, beside recordings of people. It was trained on noise and its suppression, not on
synthetic speech, so it hears roughness and noise; it does not know what a person sounds like. Nothing rests on it.

References
----------
C. Reddy, V. Gopal, R. Cutler (2022), "DNSMOS P.835", ICASSP; weights and polynomials of speechmos 0.0.1.1 (MIT).
"""

from __future__ import annotations

import argparse
import importlib.util
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from simulator.clock import RATE_HZ
from simulator.customer.scenario import load_scenario
from simulator.recording.audio import read_audio
from simulator.session.prepare_voice import style_of, texts_of
from simulator.speech.natural.voice_pack import find_pack
from simulator.speech.voice import open_voice

HUMAN = Path("/usr/share/pocketsphinx/test/data")
"""Debian's package pocketsphinx-testdata: read speech, 16 kHz."""
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
    asked.add_argument("--scenario", default="missing-sofa")
    asked.add_argument("--lines", type=int, default=12)
    given = asked.parse_args()
    model = opened()
    for what, clips in kinds(given.scenario, given.lines):
        found = np.mean([opinion(model, clip) for clip in clips], axis=0)
        print(f"{what}: " + ", ".join(f"{name} {mark:.2f}" for name, mark in zip(OPINIONS, found, strict=True)))


def kinds(name: str, count: int) -> Iterator[tuple[str, list[NDArray[np.float32]]]]:
    """Yield each kind of voice and its clips."""
    scenario = load_scenario(name)
    texts = [text for text in texts_of(scenario) if SHORTEST <= len(text) <= LONGEST][:count]
    for telephone in (False, True):
        line = "telephone" if telephone else "wide band"
        for engine in ("pyttsx3", "pack"):
            pack = find_pack(name, style_of(scenario.voice), texts_of(scenario)) if engine == "pack" else None
            with tempfile.TemporaryDirectory() as cache:
                voice = open_voice(scenario.voice, engine=engine, pack=pack, telephone=telephone, cache=Path(cache))
                for band in ("content", "irritated", "furious"):
                    clips = [voice.speak(text, band).samples / np.float32(32768) for text in texts]
                    yield f"{engine}, {line}, {band}", clips
                voice.close()
    people = [read_audio(path).samples / np.float32(32768) for path in sorted(HUMAN.rglob("*.wav"))]
    yield "people, as recorded", [clip.astype(np.float32) for clip in people if len(clip) > RATE_HZ]


def opened() -> onnxruntime.InferenceSession:
    found = importlib.util.find_spec("speechmos")
    if found is None or found.origin is None:
        raise SystemExit('speechmos is not installed; type: pip install "hotseat[bench]"')
    path = Path(found.origin).parent / "dnsmos_models" / "sig_bak_ovr.onnx"
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def opinion(model: onnxruntime.InferenceSession, clip: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the three opinions of one clip, which is repeated to fill the model's nine seconds."""
    repeated = np.tile(clip, -(-WINDOW // len(clip)))[:WINDOW]
    (raw,) = model.run(None, {model.get_inputs()[0].name: repeated[np.newaxis].astype(np.float32)})
    return np.array([np.polyval(fit, value) for fit, value in zip(OPINIONS.values(), raw[0], strict=True)])


if __name__ == "__main__":
    main()

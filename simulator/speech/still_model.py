"""A Vosk model without dither, so that the same audio gives the same words.

Kaldi adds random noise of about one bit to the audio (`--dither`, 1.0 unless a model's settings say otherwise), from a
generator shared by the whole process: the same recording gave other words from run to run. Here the setting is 0, and
the stream adds noise of the same size from a fixed table, because models are trained with it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from simulator.ports import Samples

SETTINGS = ("conf/mfcc.conf", "mfcc.conf")
"""Where a model keeps them, in the newer and in the older layout."""
NOISE: Samples = np.rint(np.random.default_rng(0).standard_normal(16_001)).astype(np.int16)
"""One second and a sample of noise with a deviation of one bit."""


@contextmanager
def still_model(folder: Path) -> Iterator[Path]:
    """Yield a folder that holds the model in `folder`, its dither switched off; needed only while Vosk loads it."""
    with tempfile.TemporaryDirectory(prefix="hotseat-model-", ignore_cleanup_errors=True) as room:
        copy = Path(room) / folder.name
        for source in sorted(path for path in folder.rglob("*") if path.is_file()):
            target = copy / source.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.relative_to(folder).as_posix() in SETTINGS:
                text = source.read_text(encoding="utf-8")
                kept = [line for line in text.splitlines() if not line.strip().startswith("--dither")]
                target.write_text("\n".join([*kept, "--dither=0", ""]), encoding="utf-8")
            else:
                _place(source.resolve(), target)
        yield copy


def _place(source: Path, target: Path) -> None:
    """Link where the system allows it, copy where not."""
    for link in (os.symlink, os.link):
        try:
            link(source, target)
            return
        except OSError:
            continue
    shutil.copyfile(source, target)


def with_noise(samples: Samples, at: int) -> Samples:
    """Return the samples, which stand at `at` in their stream, with one bit of noise that depends on `at` alone.

    Examples
    --------
    >>> whole = with_noise(np.zeros(640, np.int16), 0)
    >>> bool((whole[320:] == with_noise(np.zeros(320, np.int16), 320)).all())
    True
    """
    places = np.arange(at, at + len(samples)) % len(NOISE)
    noisy: Samples = np.clip(samples.astype(np.int32) + NOISE[places], -32768, 32767).astype(np.int16)
    return noisy

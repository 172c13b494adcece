"""CPU time and memory of the whole measurement of a two-track call, recognition excluded; openSMILE on the same file.

Usage: python benchmarks/measures/measure_speed.py SPEECH_FOLDER [MINUTES ...]    (10, 60 and 120 minutes by default)
The call is made of the real two-channel call in SPEECH_FOLDER, repeated with its level and place changed each time,
as two 16 kHz WAV files. Each figure is one run in a process of its own with one thread: CPU seconds, user and system
summed, of measuring and of the whole command with Python's start, and the command's largest resident memory. Python
finds the packages' bytecode, as in any installation, unless PYTHONDONTWRITEBYTECODE is set. Bars, for WAV files that
need no conversion (FLAC files of 16 bit at 48 kHz are shown beside them): 500 times real time for ten minutes, the
whole command; cost a minute at the longest at most a tenth above the shortest's; less than 200 MB at any length;
faster than openSMILE's eGeMAPSv02 (extra `bench`) on the trainee's track.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

from simulator.clock import RATE_HZ
from simulator.ports import Samples
from simulator.recording.audio import read_audio, to_int16, write_audio

CALL = "calls/aws_autorepairs_40.flac"
MOST_MB = 200
ONE_CORE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def tracks(folder: Path, minutes: float) -> tuple[Samples, Samples]:
    """Both channels, repeated to the length; each repeat is shifted and up to 3 dB louder or softer."""
    rng = np.random.default_rng(11)
    want = int(minutes * 60 * RATE_HZ)
    both = [read_audio(folder / CALL, channel=channel).samples for channel in (0, 1)]
    parts: tuple[list[Samples], list[Samples]] = ([], [])
    made = 0
    while made < want:
        cut, gain = int(rng.integers(len(both[0]))), 10 ** (rng.uniform(-3, 3) / 20)
        for part, samples in zip(parts, both, strict=True):
            part.append(to_int16(np.roll(samples, cut) * (gain / 32768)))
        made += len(both[0])
    return np.concatenate(parts[0])[:want], np.concatenate(parts[1])[:want]


def in_flac(paths: tuple[Path, Path]) -> tuple[Path, Path]:
    """Write both tracks as FLAC at 48 kHz, beside the WAV files."""
    import soxr

    made = []
    for path in paths:
        made.append(path.with_suffix(".flac"))
        with soundfile.SoundFile(path) as wav, soundfile.SoundFile(made[-1], "w", 3 * RATE_HZ, 1) as flac:
            stream = soxr.ResampleStream(RATE_HZ, 3 * RATE_HZ, 1, dtype="int16")
            while len(part := wav.read(10 * RATE_HZ, dtype="int16")):
                flac.write(stream.resample_chunk(part, last=wav.tell() == wav.frames))
    return made[0], made[1]


def measure_child(trainee: Path, customer: Path) -> dict[str, float]:
    from simulator.cues.export.document import to_json
    from simulator.cues.measure import measure_call
    from simulator.recording.audio import map_audio

    start = time.process_time()
    found = measure_call(map_audio(trainee).samples, map_audio(customer).samples)
    to_json(found)
    return {"cpu_s": time.process_time() - start}


def command_child(trainee: Path, customer: Path) -> dict[str, float]:
    import resource

    command = [
        sys.executable,
        "-m",
        "simulator.cli.main",
        "measure",
        str(trainee),
        "--customer",
        str(customer),
        "--json",
    ]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"cpu_s": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024}


def opensmile_child(trainee: Path, customer: Path) -> dict[str, float]:
    import opensmile

    samples = read_audio(trainee).samples.astype(np.float32) / 32768
    smile = opensmile.Smile(
        feature_set=opensmile.FeatureSet.eGeMAPSv02, feature_level=opensmile.FeatureLevel.LowLevelDescriptors
    )
    start = time.process_time()
    smile.process_signal(samples, RATE_HZ)
    return {"cpu_s": time.process_time() - start}


CHILDREN = {"measure": measure_child, "command": command_child, "opensmile": opensmile_child}


def alone(what: str, trainee: Path, customer: Path) -> dict[str, float]:
    command = [sys.executable, __file__, f"--{what}", str(trainee), str(customer)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | ONE_CORE, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(folder: Path, lengths: list[float]) -> int:
    failed, costs, peaks = 0, {}, {}
    with tempfile.TemporaryDirectory() as place:
        paths: dict[float, tuple[Path, Path]] = {}
        for minutes in lengths:
            paths[minutes] = (Path(place) / f"trainee{minutes:g}.wav", Path(place) / f"customer{minutes:g}.wav")
            for path, samples in zip(paths[minutes], tracks(folder, minutes), strict=True):
                write_audio(path, samples)
            found, whole = alone("measure", *paths[minutes]), alone("command", *paths[minutes])
            costs[minutes], peaks[minutes] = found["cpu_s"] / minutes, whole["peak_mb"]
            speeds = [minutes * 60 / cpu for cpu in (found["cpu_s"], whole["cpu_s"])]
            print(
                f"{minutes:g} min, two tracks: measured in {found['cpu_s']:.2f} s CPU ({speeds[0]:.0f} x real time); "
                f"whole command {whole['cpu_s']:.2f} s ({speeds[1]:.0f} x), {whole['peak_mb']:.0f} MB at most"
            )
            if speeds[1] < 500:
                failed += 1
                print("  MISSED: 500 x real time")
            converted = alone("command", *in_flac(paths[minutes]))
            print(f"  as FLAC at 48 kHz: {converted['cpu_s']:.2f} s CPU, {converted['peak_mb']:.0f} MB at most")
        short, long = min(costs), max(costs)
        print(f"from {short:g} to {long:g} min: cost a minute x {costs[long] / costs[short]:.2f}, ", end="")
        print(f"memory x {peaks[long] / peaks[short]:.2f}")
        failed += (costs[long] > 1.1 * costs[short]) + (max(peaks.values()) >= MOST_MB)
        try:
            peer = alone("opensmile", *paths[short])["cpu_s"]
        except RuntimeError as error:
            print(f"openSMILE: not measured ({error})")
            return failed
    print(f"openSMILE eGeMAPSv02, {short:g} min, one track: {peer:.2f} s CPU ({short * 60 / peer:.0f} x real time)")
    return failed + (peer < costs[short] * short)


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1].startswith("--"):
        print(json.dumps(CHILDREN[sys.argv[1][2:]](Path(sys.argv[2]), Path(sys.argv[3]))))
        sys.exit(0)
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]), [float(arg) for arg in sys.argv[2:]] or [10.0, 60.0, 120.0]))

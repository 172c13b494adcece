"""One malformed input after another, each given to a command of `hotseat` as a user would give it."""

import contextlib
import dataclasses
import io
import random
import shutil
import sys
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.customer.scenario import load_scenario
from simulator.datafile import data_folder
from simulator.errors import InputError
from simulator.records.certificates.issuing import file_bytes, issue
from simulator.records.certificates.keys import KeyRing, public_pem
from simulator.report.page import write_report
from simulator.scoring.folder import score_folder
from simulator.scoring.rubric import SHIPPED, load_rubric
from tests.cli.malformed.mutations import put_odd, spoil_bytes, spoil_file, spoil_place, spoil_wav
from tests.command_line import main
from tests.scoring.made_call import MadeCall, good_call

SCENARIO = "missing-sofa"
PARTS = (
    *("call.json", "events.jsonl", "events.jsonl", "events.jsonl", "trainee.wav", "customer.wav", "transcript.json"),
    *("cues.json", "score.json", "score.json"),
)
ALLOWED = {0, 2, 3, 4, 5}
HOSTILE, SOUNDS = 1_000_000, 2_000_000
"""Seeds from which on folders and data files hold links, FIFOs, devices and sparse files; and audio of other kinds."""
DIARY = b"my diary\n" * 1000
LONGEST_MESSAGE = 5_000
SIGNS = ("Traceback", "Warning:", "errors.pydantic.dev", "cannot be scored (")
"""What no user may see."""


@dataclass(frozen=True)
class Outcome:
    """What the command said, and what is wrong with that; None if nothing."""

    args: list[str]
    code: Any
    said: str
    fault: str | None


class Workshop:
    """The right files that are spoilt, each time afresh in a folder of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.scenario = root / "scenario"
        shutil.copytree(data_folder("scenarios") / SCENARIO, self.scenario, ignore=shutil.ignore_patterns("*.flac"))
        self.call = root / "call"
        folder = small_call().folder(root / "made", mode="certification", preflight={"passed": True})
        score_folder(folder, load_rubric("certification"))
        folder.path.rename(self.call)
        shutil.copytree(self.call, root / "archive" / "call")
        self.passed = root / "passed"
        passed = good_call().folder(root / "made", mode="certification", preflight={"passed": True}, trainee="headset")
        write_report(passed, score_folder(passed, load_rubric("certification")))
        made = issue(passed, "Dana", KeyRing().signing_key)
        (passed.path / "certificate.json").write_bytes(file_bytes(made))
        (passed.path / "public.pem").write_bytes(public_pem(KeyRing().signing_key().public_key()))
        passed.path.rename(self.passed)

    def run(self, seed: int) -> Outcome:
        """Spoil something and give it to a command; from `HOSTILE` on with links, FIFOs, devices and sparse files."""
        rng = random.Random(seed)
        if seed >= HOSTILE:
            return self._hostile(seed, rng)
        place = self.root / "case"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        kind = rng.choice((rubric, scenario, trainee, folder, folder, folder, folder, sound, certificate))
        return told(kind(self, place, rng), str(self.root))

    def _hostile(self, seed: int, rng: random.Random) -> Outcome:
        place, diary = self.root / "case", self.root / "outside" / "diary.txt"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        diary.parent.mkdir(exist_ok=True)
        diary.write_bytes(DIARY)
        diary.chmod(0o644)
        kind = odd_sound if seed >= SOUNDS else rng.choice((odd_folder, odd_folder, odd_folder, odd_data))
        found = told(kind(self, place, rng), str(self.root))
        here = [path.name for path in diary.parent.iterdir()]
        changed = here != [diary.name] or diary.read_bytes() != DIARY or diary.stat().st_mode & 0o777 != 0o644
        return dataclasses.replace(found, fault=found.fault or ("wrote outside" if changed else None))


def odd_folder(shop: Workshop, place: Path, rng: random.Random) -> list[str]:
    call = place / "calls" / "call"
    shutil.copytree(rng.choice((shop.call, shop.passed)), call)
    for _ in range(rng.choice((1, 1, 2))):
        part = call / rng.choice((*PARTS, "certificate.json", "call.lock", ".reserve", "report.html"))
        put_odd(part, rng, place.parent / "outside" / "diary.txt")
    if rng.random() < 0.3:
        part = call / rng.choice(PARTS)
        if part.is_file() and not part.is_symlink() and part.stat().st_nlink == 1 and part.stat().st_size < 10**7:
            spoil_file(part, rng)
    more: tuple[list[str], ...] = (
        ["verify", str(call / "certificate.json")],
        ["records", "add", str(call), "--person", "Dana"],
        ["records", "sync", str(call.parent)],
        ["progress", str(call.parent), "-o", str(place / "progress.html")],
        ["measure", str(call / "trainee.wav"), "--transcript", str(call / rng.choice(PARTS))],
        ["call", "--from", str(call), "--at", "1", "--trainee", "silent", "--out", str(place / "calls")],
    )
    return rng.choice((*on_folder(call, place, rng), *more))


def odd_data(shop: Workshop, place: Path, rng: random.Random) -> list[str]:
    diary = place.parent / "outside" / "diary.txt"
    story = place / "story"
    shutil.copytree(shop.scenario, story)
    put_odd(rng.choice((story / "scenario.yaml", story / "trainees" / "bad.yaml")), rng, diary)
    file = place / "rubric.yaml"
    put_odd(file, rng, diary)
    return rng.choice(
        (
            ["scenarios", "check", str(story)],
            ["scenarios", "show", str(story)],
            ["rubrics", "check", str(file)],
            ["score", str(shop.call), "--rubric", str(file)],
            ["verify", str(shop.passed / "certificate.json"), "--key", str(file)],
            ["acts", str(file)],
            ["voices", "say", "hello", "--voice", str(file.rename(file.with_suffix(".toml"))), "-o", str(place / "x")],
        )
    )


def odd_sound(shop: Workshop, place: Path, rng: random.Random) -> list[str]:
    """A recording in another format, its bytes spoilt."""
    import soundfile

    kind, suffix = rng.choice(
        (("FLAC", "flac"), ("OGG", "ogg"), ("AIFF", "aiff"), ("W64", "w64"), ("MP3", "mp3"), ("WAV", "wav"))
    )
    samples, rate_hz = soundfile.read(shop.call / "trainee.wav", dtype="int16")
    file = place / f"trainee.{suffix}"
    soundfile.write(file, samples, rng.choice((rate_hz, 8000, 44100)), format=kind)
    content = file.read_bytes()
    if rng.random() < 0.5:  # most of what a header says stands in the first bytes
        content = spoil_bytes(content[:128], rng) + content[128:]
    else:
        content = spoil_wav(content, rng) if suffix == "wav" else spoil_bytes(content, rng)
    file.write_bytes(content)
    more = rng.choice(([], ["--json"], ["--channels", "lr"], ["--baseline", str(file)]))
    return ["measure", str(file), *more]


def small_call() -> MadeCall:
    """Return a call of some ten seconds with a bit of everything."""
    call = MadeCall()
    call.trainee("good afternoon this is dana", "greeting", ms=1500).mood(70)
    call.customer("where is my sofa it was due on tuesday", ms=2500).mood(80)
    start = call.at_ms - 700
    call.trainee("i apologise that nobody came", ("apology", "i apologise"), start_ms=start, ms=1500).mood(60, "heard")
    call.customer("so when do i get it", purpose="press_given_a_solution", ms=1500)
    call.trainee("i can bring it on saturday", ("solution", "i can bring it"), ms=2000).mood(30, "given_a_solution")
    return call.end()


def rubric(shop: Workshop, place: Path, rng: random.Random) -> list[str]:
    file = place / "rubric.yaml"
    shutil.copy(SHIPPED / f"{rng.choice(('practice', 'certification', 'new_starter'))}.yaml", file)
    spoil_file(file, rng)
    if rng.random() < 0.05:
        spoil_place(file, rng)
    return rng.choice(
        (
            ["rubrics", "check", str(file)],
            ["rubrics", "show", str(file)],
            ["score", str(shop.call), "--rubric", str(file), "--json"],
            ["rescore", str(shop.root / "archive"), "--rubric", str(file)],
        )
    )


def scenario(shop: Workshop, place: Path, rng: random.Random) -> list[str]:
    story = place / "story"
    shutil.copytree(shop.scenario, story)
    file = story / "scenario.yaml"
    (spoil_place if rng.random() < 0.05 else spoil_file)(file, rng)
    way = rng.randrange(4)
    if way < 2:
        return ["scenarios", ("check", "show")[way], str(story)]
    try:
        load_scenario(str(story))
    except InputError:
        return ["call", str(story), "--trainee", "silent", "--out", str(place / "calls")]
    return ["scenarios", "rehearse", str(story), "--text-only", "--seeds", "1", "--trainee", "mechanical"]


def trainee(shop: Workshop, place: Path, rng: random.Random) -> list[str]:
    story = place / "story"
    shutil.copytree(shop.scenario, story)
    file = story / "trainees" / "bad.yaml"
    spoil_file(file, rng)
    if rng.random() < 0.5:
        return ["scenarios", "check", str(story)]
    return ["scenarios", "rehearse", str(story), "--text-only", "--seeds", "1", "--trainee", str(file)]


def folder(shop: Workshop, place: Path, rng: random.Random) -> list[str]:
    call = place / "calls" / "call"
    shutil.copytree(shop.call, call)
    for _ in range(rng.choice((1, 1, 1, 2))):
        part = call / rng.choice(PARTS)
        if part.is_file():
            (spoil_place if rng.random() < 0.1 else spoil_file)(part, rng)
    return rng.choice(on_folder(call, place, rng))


def on_folder(call: Path, place: Path, rng: random.Random) -> tuple[list[str], ...]:
    """Return what can be asked of a call folder."""
    formats = ("textgrid", "elan", "audacity", "rttm", "webvtt")
    return (
        ["score", str(call), *rng.choice(((), ("--json",), ("--rubric", "practice")))],
        ["score", str(call)],
        ["report", str(call)],
        ["report", str(call), "-o", str(place / "report.html")],
        ["recover", str(rng.choice((call, call.parent)))],
        ["export", str(call), "--format", rng.choice(formats)],
        ["plot", str(call), "-o", str(place / "plot.svg")],
        ["certify", str(call), "--person", "Dana"],
        ["rescore", str(call.parent), *rng.choice(((), ("--write",), ("--csv", str(place / "table.csv"))))],
        ["rescore", str(call.parent), "--xapi", str(place / "x.jsonl"), "--json", "--rubric", "practice"],
    )


def sound(shop: Workshop, place: Path, rng: random.Random) -> list[str]:
    own, other, words = place / "trainee.wav", place / "customer.wav", place / "transcript.json"
    for file in (own, other, words):
        shutil.copy(shop.call / file.name, file)
    spoilt = rng.choice((own, own, other, words))
    (spoil_place if rng.random() < 0.1 else spoil_file)(spoilt, rng)
    more = rng.choice(
        (
            [],
            ["--customer", str(other)],
            ["--customer", str(other), "--transcript", str(words), "--json"],
            ["--channels", "lr"],
            ["--baseline", str(other)],
            ["--tracks", str(place / "t.npz")],
        )
    )
    if rng.random() < 0.2:
        return ["plot", str(own), "--customer", str(other), "-o", str(place / "plot.svg")]
    return ["measure", str(own), *(["--transcript", str(words)] if spoilt == words and not more else more)]


def certificate(shop: Workshop, place: Path, rng: random.Random) -> list[str]:
    call = place / "passed"
    shutil.copytree(shop.passed, call)
    spoilt = call / rng.choice(("certificate.json", "certificate.json", "public.pem", *PARTS))
    (spoil_place if rng.random() < 0.1 else spoil_file)(spoilt, rng)
    more = rng.choice(([], ["--json"], ["--key", str(call / "public.pem")], ["--call", str(shop.call)]))
    return ["verify", str(call / "certificate.json"), *more]


def told(args: list[str], root: str) -> Outcome:
    """Run the command; a fault is what no user may see."""
    said = io.StringIO()
    code, fault = None, None
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said), warnings.catch_warnings():
        warnings.simplefilter("always")
        fault, code = run_main(args, main)
    text = said.getvalue()
    fault = fault or next((f"said {sign!r}" for sign in SIGNS if sign in text), None)
    if fault is None and code not in ALLOWED:
        fault = f"ended with {code!r}"
    if fault is None and code == 2 and not text.strip():
        fault = "said nothing"
    if fault is None and len(text) > LONGEST_MESSAGE:
        fault = f"said {len(text)} characters"
    return Outcome([arg.replace(root, "...") for arg in args], code, text, fault)


def run_main(args: list[str], run: Callable[[], None]) -> tuple[str | None, Any]:
    """Return what came out of the command but an exit code, and the exit code."""
    before = sys.argv
    sys.argv = ["hotseat", *args]
    try:
        run()
    except SystemExit as ended:
        return None, ended.code
    except Exception:
        return "".join(traceback.format_exc().splitlines(keepends=True)[-12:]), None
    finally:
        sys.argv = before
    return "did not exit", None

"""Try a draft by typing: the typed call on the real engine, from its beginning with every line so far; nothing is kept.

The same lines and seed give the same call, so whoever writes a scenario can change it and see what else comes of it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.clock import BLOCK
from simulator.customer.scenario import load_scenario
from simulator.errors import InputError
from simulator.events import Band, Event, MoodMoved, Outcome, Reading
from simulator.ports import Samples
from simulator.scoring.folder import measure_events
from simulator.scoring.rubric import load_rubric
from simulator.session.authoring.checking import alike_notes
from simulator.session.rehearsal import RehearsalOutput, rehearse_text, scored
from simulator.session.typed import compose_typed
from simulator.speech.profiles import list_profiles, load_profile
from simulator.speech.voice import open_voice


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedTurn:
    """One typed line: what was read in it, what the customer said to it, and how angry they then were, 0 to 100."""

    text: str
    reading: Reading
    customer: tuple[str, ...]
    anger: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedCall:
    """A call as it went so far, and what it would come to if the trainee hung up now."""

    turns: tuple[TriedTurn, ...]
    outcome: Outcome
    total: float | None


def try_scenario(path: Path, lines: Sequence[str], *, seed: int) -> TriedCall:
    """Take a call of a scenario with these typed lines, then hang up.

    Parameters
    ----------
    path : Path
        The scenario's folder.
    lines : sequence of str
        As `session.typed.typed_line` understands them.
    seed : int
        Fixes every choice of the customer's.

    Raises
    ------
    InputError
        If the scenario cannot be read, or a line cannot be understood.
    """
    story, said, events = load_scenario(path), iter(lines), list[Event]()
    angers: dict[int, float] = {}

    def look(event: Event) -> None:
        events.append(event)
        if isinstance(event, MoodMoved):
            angers[len(call.turns)] = event.anger

    with tempfile.TemporaryDirectory(prefix="hotseat-try-", ignore_cleanup_errors=True) as folder:
        call = compose_typed(story, lambda: next(said, None), seed=seed, out=Path(folder))
        ending = call.run(look)
        if ending.failure is not None:
            raise ending.failure
    done = scored(story, tuple(events), measure_events(tuple(events), max(events[-1].at, BLOCK)), load_rubric())
    turns = tuple(
        TriedTurn(
            text=each.text,
            reading=each.reading,
            customer=tuple(each.customer),
            anger=next((angers[n] for n in range(number, -1, -1) if n in angers), None),
        )
        for number, each in enumerate(call.turns, 1)
    )
    return TriedCall(turns=turns, outcome=done.outcome, total=done.score.total)


def rehearse_draft(path: Path, rubric: str | Path, *, seeds: int) -> RehearsalOutput:
    """Rehearse the scenario in a folder in text, scored by a rubric; notes say which sentences are too alike.

    Raises
    ------
    InputError
        If scenario, rubric or a scripted trainee cannot be read.
    """
    story = load_scenario(path)
    done = rehearse_text(story, seeds=seeds, rubric=load_rubric(rubric))
    here = f"{path}{os.sep}"
    return done.model_copy(update={"reasons": [*done.reasons, *(n.replace(here, "") for n in alike_notes(story))]})


def say_line(voice: str, band: Band, text: str) -> Samples:
    """Return one line as the customer would say it on the telephone.

    Raises
    ------
    InputError
        If there is no such voice.
    ModelError
        If this machine has no engine that speaks.
    """
    names = [profile.name for profile in list_profiles()]
    if voice not in names:
        raise InputError(f"there is no voice {voice[:60]!r}; there are: {', '.join(names)}")
    speaker = open_voice(load_profile(voice))
    try:
        return speaker.speak(text, band).samples
    finally:
        speaker.close()

"""A rubric: which criteria make a score, what each weighs, and what is said about it. Data, no code.

docs/scoring.md teaches how to write one; ``hotseat schema rubric`` prints the schema for editors, and
``hotseat rubrics check FILE`` says what is wrong with one, by file and line.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any, TypeAlias, get_args

from pydantic import Field, PrivateAttr, field_validator, model_validator

from simulator.datafile import DataModel, find_named, line_of, normalised, read_yaml
from simulator.errors import InputError
from simulator.recording.manifest import Manifest
from simulator.scoring.better import SLOTS, slots_of
from simulator.scoring.case.occasions import When
from simulator.scoring.guidance import Dimension, load_guidance
from simulator.scoring.rules.acts import ActsAbsent, ActSays, ActsInOrder, ActsPresent, NotRepeated, Replies
from simulator.scoring.rules.attending import AskedAgain, HarmlessTurns, HoldsKept, QuestionsAnswered, Recap
from simulator.scoring.rules.base import BaseRule
from simulator.scoring.rules.course import (
    AdaptsTo,
    NeedsMet,
    OnlyOnceWonBack,
    StoryFirst,
    UsesBriefing,
    WarmEnding,
)
from simulator.scoring.rules.promises import OffersMade, PermittedPromises, WithinBriefing
from simulator.scoring.rules.timing_and_voice import (
    BreathBeforeAnswer,
    CalmUnderFire,
    FewFillers,
    Interruptions,
    ListeningSigns,
    MeasureWithin,
    NoDeadAir,
    TurnLength,
    VentsFinished,
    Yields,
)
from simulator.settings import site_folder

SHIPPED = Path(__file__).with_name("rubrics")
DEFAULT = "practice"
"""The rubric of a call that names none."""

Rule: TypeAlias = Annotated[
    ActsPresent
    | ActsAbsent
    | ActsInOrder
    | ActSays
    | Replies
    | NotRepeated
    | HarmlessTurns
    | QuestionsAnswered
    | AskedAgain
    | HoldsKept
    | Recap
    | Interruptions
    | Yields
    | VentsFinished
    | StoryFirst
    | ListeningSigns
    | MeasureWithin
    | FewFillers
    | BreathBeforeAnswer
    | CalmUnderFire
    | NoDeadAir
    | TurnLength
    | NeedsMet
    | PermittedPromises
    | WithinBriefing
    | OffersMade
    | UsesBriefing
    | AdaptsTo
    | WarmEnding
    | OnlyOnceWonBack,
    Field(discriminator="rule"),
]
"""Every rule a criterion can name."""

RULES: tuple[type[BaseRule], ...] = get_args(get_args(Rule)[0])
"""The same, as classes in the order in which the documentation lists them."""

Id: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=50)]


class Coaching(DataModel):
    """What to say to the trainee about a criterion.

    `praise` is for one that was met; `advice` for one that was not. `better` is a wording that would have met it, or
    several, of which the first counts whose slots the call can fill (`scoring.better`).
    """

    praise: str = Field(min_length=1)
    advice: str = Field(min_length=1)
    better: tuple[str, ...] = ()

    @field_validator("better", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("better")
    @classmethod
    def _slots_are_known(cls, wordings: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted({slot for each in wordings for slot in slots_of(each)} - set(SLOTS))
        if unknown:
            raise ValueError(f"no such slot: {', '.join(unknown)}; there are: {', '.join(SLOTS)}")
        if wordings and slots_of(wordings[-1]):
            raise ValueError("the last wording must hold no slot, for calls that cannot fill one")
        return wordings


class Criterion(DataModel):
    """One thing that is judged: the guidance behind it, the rule that judges it, its points and its coaching."""

    id: Id
    title: str = Field(min_length=1, description="a few words, as a heading has them")
    guidance: tuple[str, ...] = Field(min_length=1, description="ids of the guidance rows behind it")
    dimension: Dimension
    points: float = Field(gt=0, le=100, description="points possible; what counts is the share of all that applied")
    when: When = Field(default="call", description="what the call must have held for the criterion to apply")
    keeps: float | None = Field(
        default=None,
        ge=0,
        lt=100,
        description="per cent of its total that a call keeps if this is missed; if partly met, between this and 100",
    )
    coaching_only: bool = Field(default=False, description="judged and coached, but it counts no points")
    judge: Rule
    coaching: Coaching

    @field_validator("guidance")
    @classmethod
    def _rows_are_known(cls, ids: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(ids) - {row.id for row in load_guidance().rows})
        if unknown:
            raise ValueError(f"no such guidance row: {', '.join(unknown)}; docs/guidance.md lists them")
        return ids

    @property
    def counts(self) -> float:
        """Points that it can count; none where it is for coaching only."""
        return 0.0 if self.coaching_only else self.points


class PassRule(DataModel):
    """When a certification call is passed."""

    total: float = Field(ge=0, le=100, description="the least total, of 100")
    dimension: float = Field(default=0, ge=0, le=100, description="the least per cent of points in every dimension")
    automatic_fails: tuple[Id, ...] = Field(
        default=(), description="criteria that fail the call if missed; one for coaching only leaves it to a person"
    )
    margin: float = Field(default=3, ge=0, le=20, description="a total this near to the mark is borderline")
    applied: float = Field(
        default=50, ge=0, le=100, description="with fewer per cent of the rubric's points applying, no call passes"
    )


class Rubric(DataModel):
    """Criteria with their weights; with `passing`, a rule for passing.

    With `base`, the criteria of that rubric are taken over, except those in `leave_out`; a criterion of the same id
    takes the place of the base's, others are added; `points` weighs criteria anew; those in `coaching_only` count none.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=50)]
    version: str = Field(min_length=1)
    title: str
    description: str = ""
    base: str | None = None
    leave_out: tuple[Id, ...] = ()
    points: dict[Id, Annotated[float, Field(gt=0, le=100)]] = Field(default_factory=dict)
    coaching_only: tuple[Id, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    passing: PassRule | None = None

    _sha256: str = PrivateAttr(default="")

    @model_validator(mode="after")
    def _is_consistent(self) -> Rubric:
        ids = [criterion.id for criterion in self.criteria]
        twice = sorted({each for each in ids if ids.count(each) > 1})
        if twice:
            raise ValueError(f"two criteria share an id: {', '.join(twice)}")
        if not self.criteria and self.base is None:
            raise ValueError("a rubric needs criteria, or a base to take them from")
        if (self.leave_out or self.points or self.coaching_only) and self.base is None:
            raise ValueError("leave_out, points and coaching_only change a base; name one")
        return self

    @property
    def sha256(self) -> str:
        """SHA-256 of the rubric's file, line ends aside, and of its base's."""
        return self._sha256


def load_rubric(name_or_path: str | Path = DEFAULT) -> Rubric:
    """Return a rubric by name, shipped or the site's own, or one from a file.

    Raises
    ------
    InputError
        If there is none of that name, or the file breaks the schema (file and line are named).

    Examples
    --------
    >>> load_rubric("practice").id
    'practice'
    """
    return _read(_find(name_or_path))


def rubric_of(manifest: Manifest) -> str:
    """Return the name of the rubric a call was taken for: its own, else that of its mode.

    Raises
    ------
    InputError
        If its own is not here.
    """
    if manifest.mode == "certification":
        return "certification"
    if manifest.rubric and manifest.rubric not in list_rubrics():
        raise InputError(
            f"the call was taken for the rubric {manifest.rubric[:60]!r}, which is not here; put it there with: "
            "hotseat rubrics add FILE, or choose another with --rubric"
        )
    return manifest.rubric or DEFAULT


def list_rubrics() -> tuple[str, ...]:
    """Return the names of the shipped rubrics and of the site's own."""
    return tuple(sorted({path.stem for folder in (SHIPPED, site_folder("rubrics")) for path in folder.glob("*.yaml")}))


def is_shipped(name: str) -> bool:
    """Return whether a rubric of that name comes with Hotseat."""
    return (SHIPPED / f"{name}.yaml").is_file()


def rubric_file(name: str) -> Path:
    """Return the file of a rubric by name.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    if name not in list_rubrics():
        raise InputError(f"no rubric called {name[:60]!r}; there are: {', '.join(list_rubrics())}")
    return _find(name)


def _find(name_or_path: str | Path) -> Path:
    file = f"{name_or_path}.yaml"
    places = (SHIPPED / file, Path(name_or_path), site_folder("rubrics") / file)
    return find_named(name_or_path, places, kind="rubric", names=list_rubrics)


def _read(path: Path, above: tuple[str, ...] = ()) -> Rubric:
    rubric = read_yaml(path, Rubric)
    content = normalised(path)
    if rubric.base is None:
        return _checked(path, _signed(rubric, content))
    if rubric.base in above:
        raise InputError(
            f"{_at(path, 'base')}: base: {rubric.base!r} stands on itself; a base must not lead back to its own rubric"
        )
    try:
        found = _find(_in_same_folder(path, rubric.base))
    except InputError as error:
        raise InputError(f"{_at(path, 'base')}: base: {error}") from error
    base = _read(found, (*above, rubric.base))
    return _checked(path, _signed(_merged(path, rubric, base), content + base.sha256.encode()))


def _in_same_folder(path: Path, name: str) -> str | Path:
    """Return the base's file in the folder of the rubric that names it, else its name."""
    same_folder = path.parent / name
    return same_folder if same_folder.is_file() else name


def _signed(rubric: Rubric, content: bytes) -> Rubric:
    rubric._sha256 = hashlib.sha256(content).hexdigest()
    return rubric


def _merged(path: Path, rubric: Rubric, base: Rubric) -> Rubric:
    known = [criterion.id for criterion in (*base.criteria, *rubric.criteria)]
    changed = {"leave_out": rubric.leave_out, "points": rubric.points, "coaching_only": rubric.coaching_only}
    for place, ids in changed.items():
        unknown = sorted(set(ids) - set(known))
        if unknown:
            raise InputError(f"{_at(path, place)}: {place}: no such criterion in {base.id}: {', '.join(unknown)}")
    own = {criterion.id: criterion for criterion in rubric.criteria}
    inherited = [own.pop(c.id, c) for c in base.criteria if c.id not in rubric.leave_out]
    criteria = tuple(_weighed(c, rubric) for c in (*inherited, *own.values()))
    return rubric.model_copy(
        update={
            "criteria": criteria,
            "base": None,
            "leave_out": (),
            "points": {},
            "coaching_only": (),
            "passing": rubric.passing or base.passing,
        }
    )


def _weighed(criterion: Criterion, rubric: Rubric) -> Criterion:
    points = rubric.points.get(criterion.id, criterion.points)
    only = criterion.coaching_only or criterion.id in rubric.coaching_only
    return criterion.model_copy(update={"points": points, "coaching_only": only})


def _checked(path: Path, rubric: Rubric) -> Rubric:
    ids = {criterion.id for criterion in rubric.criteria}
    fails = sorted(set(rubric.passing.automatic_fails if rubric.passing else ()) - ids)
    if fails:
        where = _at(path, "passing", "automatic_fails")
        raise InputError(f"{where}: passing.automatic_fails: no such criterion: {', '.join(fails)}")
    if not ids:
        raise InputError(f"{_at(path, 'leave_out')}: leave_out leaves no criterion")
    if all(criterion.coaching_only for criterion in rubric.criteria):
        raise InputError(f"{_at(path, 'coaching_only')}: coaching_only leaves no criterion that counts")
    return rubric


def _at(path: Path, *place: str) -> str:
    """Return the file, and the line where `place` stands in it."""
    line = line_of(path, place)
    return f"{path}:{line}" if line else str(path)

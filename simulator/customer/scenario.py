"""A scenario: the story of one caller as an author writes it, one page of YAML, no code.

Conventions
-----------
A scenario lives in a folder of its own: ``scenarios/<id>/scenario.yaml`` beside ``trainees/*.yaml``, the scripted
trainees that rehearse it. docs/authoring.md teaches the format by example; ``hotseat schema scenario`` prints it for
editors. Anger and trust run from 0 to 100. Facts, offers and questions are plain sentences, matched by meaning.
`wants` lists offers in the order in which this customer would choose them; `choices` are their words for it, and
`says_back` their words when asked whether they have understood an offer. `emphasis` marks words for a natural voice.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, PrivateAttr, model_validator

from simulator.customer.lines import Lines
from simulator.datafile import DataModel, PlacedError, data_folder, line_of, load_named
from simulator.errors import InputError
from simulator.events import Need, Outcome
from simulator.settings import site_folder
from simulator.vocabulary import GuidanceId, KindName, PersonalityName

Id: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$", max_length=40)]
Text: TypeAlias = Annotated[str, Field(min_length=1, max_length=600)]
Sentences: TypeAlias = tuple[Annotated[str, Field(min_length=3, max_length=160)], ...]
"""The same thing in a few plain wordings, as people say it."""
MOST_SENTENCES = 500
"""Sentences to compare a turn with, each of which is read when the call begins; shipped stories have 81 to 123."""
FILE = "scenario.yaml"
Sector: TypeAlias = Literal[
    "retail", "telecom", "travel", "banking", "utilities", "health", "software", "food_delivery", "other"
]


class Fact(DataModel):
    """Something that is so in this story, or that the customer wrongly believes (`mistaken`, with the `truth`).

    `said` holds a few other ways of saying it.
    """

    text: Text
    said: Sentences = ()
    mistaken: bool = False
    truth: str = ""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _true(self) -> Fact:
        if self.mistaken and not self.truth:
            raise ValueError("a mistaken fact needs its truth, for the agent's briefing")
        return self


class Offer(DataModel):
    """Something the agent is allowed to offer; `said` holds a few ways of saying it aloud.

    `by` manager: the agent can only pass it on. `after` consult: the agent must ask a colleague first. `goodwill`:
    beyond what the need asks for.
    """

    text: Text
    said: Sentences = ()
    by: Literal["agent", "manager"] = "agent"
    after: Literal["", "consult"] = ""
    goodwill: bool = False


class Forbidden(DataModel):
    """Something the agent must not promise or demand (guidance O5); `answer` is what the customer says to it."""

    id: Id
    text: Text
    said: Sentences = ()
    answer: Lines | None = None


class Briefing(DataModel):
    """What the agent reads before the call."""

    profile: Text
    open_ticket: Text
    past_contacts: tuple[Text, ...] = ()
    thread: tuple[Text, ...] = ()
    may_offer: dict[Id, Offer] = Field(min_length=1)
    may_not: tuple[Forbidden, ...] = ()


class CallerDetails(DataModel):
    """Who calls. `details` answer the usual questions (phone, email, address, postcode, account, date_of_birth ...)."""

    name: Text
    details: dict[Id, Lines] = Field(default_factory=dict)


class Slots(DataModel):
    """What fills the slots of the shared lines: "Where is {thing}?", "I've waited {since}.", "I want {want}."."""

    thing: Text
    since: Text
    want: Text


class Start(DataModel):
    """The customer's mood when the call begins."""

    anger: float = Field(ge=0, le=95)
    trust: float = Field(ge=0, le=100)


class Vent(DataModel):
    """One thing the customer has to get off their chest, and the facts that telling it gives away."""

    id: Id
    tells: tuple[Id, ...] = ()
    say: Lines
    abuse: Lines | None = None


class Answer(DataModel):
    """What the customer answers when asked; `asked` holds the question in a few wordings."""

    id: Id
    asked: Sentences = Field(min_length=1)
    tells: tuple[Id, ...] = ()
    say: Lines


class NeedSpec(DataModel):
    """How the customer presses this need, and which offers meet it (any solution, if none is named)."""

    press: Lines | None = None
    met_by: tuple[Id, ...] = ()


class Ending(DataModel):
    """How the call ends this way, for the trainer to read, and the customer's last line."""

    when: Text
    say: Lines


class Margins(DataModel):
    """By how many points of the score the scripted trainees must differ in rehearsal."""

    exemplary_over_mechanical: float = Field(default=10, ge=0)
    mechanical_over_rude: float = Field(default=5, ge=0)


class Scenario(DataModel):
    """One caller's story, whole."""

    id: Id
    title: Text
    summary: Text
    sector: Sector
    difficulty: Literal["easy", "medium", "hard"]
    personality: PersonalityName
    kind: KindName
    voice: Id
    emphasis: tuple[Annotated[str, Field(min_length=2, max_length=80)], ...] = ()
    company: Text
    direction: Literal["inbound", "outbound"] = "inbound"
    caller: CallerDetails
    slots: Slots
    start: Start
    trains: tuple[GuidanceId, ...] = Field(min_length=1)
    briefing: Briefing
    facts: dict[Id, Fact] = Field(min_length=1)
    vents: tuple[Vent, ...] = Field(min_length=1)
    answers: tuple[Answer, ...] = ()
    needs: dict[Need, NeedSpec] = Field(min_length=2)
    endings: dict[Outcome, Ending]
    lines: dict[Id, Lines] = Field(default_factory=dict)
    no_longer_believes: tuple[Id, ...] = ()
    wants: tuple[Id, ...] = ()
    choices: dict[Id, Lines] = Field(default_factory=dict)
    says_back: dict[Id, Lines] = Field(default_factory=dict)
    margins: Margins = Margins()

    _path: Path | None = PrivateAttr(default=None)
    _sha256: str = PrivateAttr(default="")

    @model_validator(mode="before")
    @classmethod
    def _bare_needs(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("needs"), dict):
            value = {**value, "needs": {need: spec or {} for need, spec in value["needs"].items()}}
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Scenario:
        told: tuple[tuple[str, tuple[Vent | Answer, ...]], ...] = (("vents", self.vents), ("answers", self.answers))
        for where, parts in told:
            for number, part in enumerate(parts):
                _known("facts", part.tells, self.facts, (where, number, "tells"))
        for need, spec in self.needs.items():
            _known("briefing.may_offer", spec.met_by, self.briefing.may_offer, ("needs", need, "met_by"))
        _known("briefing.may_offer", self.wants, self.briefing.may_offer, ("wants",))
        _known("briefing.may_offer", tuple(self.choices), self.briefing.may_offer, ("choices",))
        _known("briefing.may_offer", tuple(self.says_back), self.briefing.may_offer, ("says_back",))
        ids = [part.id for part in self.vents] + [part.id for part in self.answers]
        twice = next((id_ for id_ in ids if ids.count(id_) > 1), None)
        if twice is not None:
            raise PlacedError(f"two vents or answers share the id {twice!r}; change one", ("vents",))
        many = sum(len(said) for by_id in self.sentences().values() for said in by_id.values())
        if many > MOST_SENTENCES:
            raise PlacedError(f"{many} sentences to match are too many (at most {MOST_SENTENCES}); keep the best", ())
        if "hung_up" not in self.endings or not {"won_back", "escalated"} & set(self.endings):
            raise PlacedError("endings needs hung_up, and won_back or escalated", ("endings",))
        return self

    @property
    def path(self) -> Path | None:
        """Where the scenario was read from."""
        return self._path

    @property
    def sha256(self) -> str:
        """SHA-256 of the scenario's file, line ends normalised; "" if it was not read from one."""
        return self._sha256

    @property
    def trainees(self) -> dict[str, Path]:
        """Scripted trainees by name."""
        folder = self._path.parent / "trainees" if self._path is not None else None
        found = sorted(folder.glob("*.yaml")) if folder is not None else []
        return {path.stem: path for path in found}

    @property
    def remedies(self) -> tuple[str, ...]:
        """The offers that meet the need for a way out by themselves, where the story names them; others come on top."""
        spec = self.needs.get("given_a_solution")
        return spec.met_by if spec else ()

    def sentences(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """Return what the reader compares a turn with, by kind of sentence and id."""
        briefing = self.briefing
        return {
            "fact": {name: (fact.text, *fact.said) for name, fact in self.facts.items()},
            "offer": {name: (offer.text, *offer.said) for name, offer in briefing.may_offer.items()},
            "forbid": {forbidden.id: (forbidden.text, *forbidden.said) for forbidden in briefing.may_not},
            "ask": {answer.id: answer.asked for answer in self.answers},
        }


def _known(kind: str, used: tuple[str, ...], known: dict[str, Any], place: tuple[int | str, ...]) -> None:
    missing = [name for name in used if name not in known]
    if missing:
        raise PlacedError(f"no such entry in {kind}: {', '.join(missing)}; there are: {', '.join(known)}", place)


def load_scenario(id_or_path: str | Path) -> Scenario:
    """Return a scenario by id, shipped or the site's own, or one from a folder or file.

    Raises
    ------
    InputError
        If there is none of that name, or the file breaks the schema (file and line are named).
    """
    given = Path(id_or_path)
    if given.is_dir() and not (given / FILE).is_file() and str(id_or_path) not in list_scenarios():
        raise InputError(f"{given}: there is no {FILE} in this folder; docs/authoring.md says how to write one")
    own = site_folder("scenarios")
    places = (given / FILE, given, data_folder("scenarios") / given / FILE, own / given / FILE)
    path, scenario, sha256 = load_named(id_or_path, Scenario, places, kind="scenario", names=list_scenarios)
    if path.name == FILE and path.resolve().parent.name != scenario.id:
        line = line_of(path, ("id",))
        raise InputError(
            f"{path}:{line}: id is {scenario.id!r} but the folder is {path.resolve().parent.name!r}; make them equal"
        )
    scenario._path = path
    scenario._sha256 = sha256
    return scenario


def list_scenarios() -> tuple[str, ...]:
    """Return the ids of the shipped scenarios and of the site's own, in alphabetical order."""
    return tuple(sorted({*shipped_scenarios(), *own_scenarios()}))


def shipped_scenarios() -> tuple[str, ...]:
    """Return the ids of the shipped scenarios, in alphabetical order."""
    return tuple(sorted(path.parent.name for path in data_folder("scenarios").glob(f"*/{FILE}")))


def own_scenarios() -> tuple[str, ...]:
    """Return the ids of the site's own scenarios, in alphabetical order; a shipped id stays the shipped one's."""
    found = {path.parent.name for path in site_folder("scenarios").glob(f"*/{FILE}")}
    return tuple(sorted(found - set(shipped_scenarios())))

"""Forms and policies of certification, as data files.

A form is a set of scenarios that are taken together; forms of one policy are equally hard, so that nobody is better
off with one of them. A policy says how often, how soon and for how long, and how identities are checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, PrivateAttr, model_validator

from simulator.datafile import DataModel, load_named
from simulator.errors import InputError

FORMS = Path(__file__).with_name("forms")
POLICIES = Path(__file__).with_name("policies")
STANDARD = "standard"
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=50)]
Days = Annotated[int, Field(ge=0, le=3650)]


class _Signed(DataModel):
    id: Id
    version: str = Field(min_length=1)
    title: str
    _sha256: str = PrivateAttr(default="")

    @property
    def sha256(self) -> str:
        """SHA-256 of the file, line ends aside."""
        return self._sha256


class Form(_Signed):
    """Scenarios that are taken together; each has to be passed."""

    scenarios: tuple[str, ...] = Field(min_length=1, max_length=6)
    recognizer: Literal["any", "vosk", "whisper"] = Field(default="any", description="who has to listen")

    @model_validator(mode="after")
    def _has_each_once(self) -> Form:
        if len(set(self.scenarios)) < len(self.scenarios):
            raise ValueError("a scenario stands twice; each may stand once")
        return self


class Policy(_Signed):
    """The rules of certification that are not in the rubric."""

    forms: tuple[str, ...] = Field(min_length=1, description="names, or files beside this one")
    rubric: str = "certification"
    equal_within: float = Field(gt=0, le=20, description="points by which forms may differ in difficulty")
    enough_calls: int = Field(default=20, ge=1, description="calls of each scenario before people's calls count")
    attempts: int = Field(ge=1, le=100, description="that may fail ...")
    within_days: Days = Field(description="... within so many days")
    cool_down_days: Days = Field(description="between a failed attempt and the next")
    complete_within_days: int = Field(ge=1, le=365, description="for all calls of an attempt")
    incomplete_calls: int = Field(default=1, ge=0, le=10, description="calls that may be cut off and taken again")
    valid_months: int = Field(ge=1, le=120)
    renew_days: Days = Field(description="before the expiry from which on it can be renewed")
    identity: tuple[str, ...] = Field(min_length=1, description="ways to check who takes the calls")


Kind = TypeVar("Kind", bound=_Signed)


def load_form(name_or_path: str | Path) -> Form:
    """Return a shipped form by name, or one from a file.

    Raises
    ------
    InputError
        If there is none of that name, or the file breaks the schema.
    """
    return _load(FORMS, name_or_path, Form, list_forms)


def list_forms() -> tuple[str, ...]:
    """Return the names of the shipped forms."""
    return tuple(sorted(path.stem for path in FORMS.glob("*.yaml")))


def load_policy(name_or_path: str | Path = STANDARD) -> Policy:
    """Return a shipped policy by name, or one from a file.

    Raises
    ------
    InputError
        If there is none of that name, or the file breaks the schema.
    """
    return _load(POLICIES, name_or_path, Policy, lambda: (STANDARD,))


def forms_of(policy: Policy, beside: Path | None = None) -> tuple[Form, ...]:
    """Return a policy's forms, shipped or beside its file.

    Raises
    ------
    InputError
        If one is missing or breaks the schema, or two share an id.
    """
    forms = []
    for name in policy.forms:
        own = None if beside is None else beside.parent / name
        forms.append(load_form(own if own is not None and own.is_file() else name))
    if len({form.id for form in forms}) < len(forms):
        raise InputError(f"two forms of the policy {policy.id} share an id; give each its own")
    return tuple(forms)


def _load(shipped: Path, given: str | Path, model: type[Kind], names: Callable[[], Iterable[str]]) -> Kind:
    places = (shipped / f"{given}.yaml", Path(given))
    _, loaded, sha256 = load_named(given, model, places, kind=model.__name__.lower(), names=names)
    loaded._sha256 = sha256
    return loaded

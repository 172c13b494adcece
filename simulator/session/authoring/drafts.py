"""Drafts of a site's own scenarios and rubrics: begun, kept, checked, published as the next version.

A draft lies in the site folder under `drafts/scenarios/ID/` or `drafts/rubrics/ID.yaml`, where no list looks. What is
published goes where `hotseat scenarios add` puts it; the version before goes under `earlier/` and is never overwritten.
What is taken back goes there too, as `taken-back-N`, and the version before stands again.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import ValidationError

from simulator.contract import Document
from simulator.customer.scenario import FILE, list_scenarios, own_scenarios
from simulator.datafile import line_of, read_text, read_yaml
from simulator.errors import InputError
from simulator.headset.script import TraineeScript
from simulator.private import make_folder, write_private
from simulator.scoring.rubric import Rubric, is_shipped, list_rubrics, load_rubric, rubric_file
from simulator.session.authoring.checking import scenario_faults
from simulator.session.authoring.sentences import set_field
from simulator.session.stories import add_pack, add_rubric, begin_scenario, check_free, check_id
from simulator.settings import site_folder

Kind: TypeAlias = Literal["scenarios", "rubrics"]
LONGEST_TEXT = 60_000
"""Characters of a file of a draft; the longest that is shipped has 30,000."""
TRAINEE = re.compile(r"trainees/[a-z0-9][a-z0-9-]{0,59}\.yaml")
VERSIONS = "versions.jsonl"


class Version(Document):
    """One publication: its number, from 1 on, the SHA-256 of its file, and who published it, or took it back, and when.

    0 is the number of what was put there in a terminal and taken back here.
    """

    version: int
    sha256: str
    by: str
    at: str
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft by kind and id; both name a place, so they are checked.

    Raises
    ------
    InputError
        If the id can be none.
    """

    kind: Kind
    id: str

    def __post_init__(self) -> None:
        check_id(self.id)

    @property
    def path(self) -> Path:
        """A scenario's folder, or a rubric's file."""
        place = site_place("drafts", self.kind) / self.id
        return place if self.kind == "scenarios" else place.with_suffix(".yaml")

    @property
    def files(self) -> tuple[str, ...]:
        """Its files by name; the one that makes it what it is comes first."""
        if self.kind == "rubrics":
            return (self.path.name,) if self.path.is_file() else ()
        found = sorted((self.path / "trainees").glob("*.yaml"))
        return (FILE, *(f"trainees/{path.name}" for path in found)) if (self.path / FILE).is_file() else ()

    def file(self, name: str) -> Path:
        """Return where a file of it lies.

        Raises
        ------
        InputError
            If it has none of that name.
        """
        if name not in self.files:
            raise InputError(f"there is no draft {self.id} with a file {name[:80]!r}")
        return self.path.parent / name if self.kind == "rubrics" else self.path / name

    def read(self, name: str) -> str:
        """Return the text of a file of it."""
        return read_text(self.file(name)).replace("\r\n", "\n")

    def keep(self, name: str, text: str, *, was: str) -> None:
        """Keep another text of a file.

        Parameters
        ----------
        name : str
        text : str
        was : str
            `text_hash` of the text that was changed.

        Raises
        ------
        InputError
            If somebody else has changed it since, or it is too long.
        """
        path = self.file(name)
        if text_hash(self.read(name)) not in (was, text_hash(text)):
            raise InputError(f"somebody has changed {name} since you opened it; load the page again, then write yours")
        if len(text) > LONGEST_TEXT:
            raise InputError(f"{name} has {len(text)} characters; at most {LONGEST_TEXT}")
        write_private(path, text)

    def faults(self) -> list[str]:
        """Return what is to be put right, by file and line, as `scenarios check` and `rubrics check` have it."""
        if self.kind == "scenarios":
            found = scenario_faults(self.path)
        else:
            found = self._rubric_faults()
        here = str(self.path if self.kind == "scenarios" else self.path.parent)
        return [each.replace(here + os.sep, "").replace(here, self.id).replace(os.sep, "/") for each in found]

    def publish(self, *, by: str) -> Version:
        """Put the draft where every list finds it, as the next version; the one before is kept.

        Raises
        ------
        InputError
            If something is to be put right first, nothing was changed, or a rubric has no version of its own.
        """
        faults = self.faults()
        if faults:
            raise InputError(f"put this right first: {faults[0]}")
        stands = self.standing()
        sha256 = hashlib.sha256(b"".join(self.file(name).read_bytes() for name in self.files)).hexdigest()
        if stands is not None and stands.sha256 == sha256:
            raise InputError(f"{self.id} is the same as version {stands.version}, which is published")
        self._check_rubric_version()
        self._keep_earlier()
        if self.kind == "scenarios":
            add_pack(self.path, replace=True)
        else:
            add_rubric(self.path, replace=True)
        return self._note(Version(version=self.next_version, sha256=sha256, by=by, at=_now()))

    def take_back(self, *, by: str) -> Version:
        """Undo the last publication: the version before stands again, or nothing; what is taken back is kept.

        Raises
        ------
        InputError
            If nothing is published, or another rubric builds on it and nothing would be left of it.
        """
        published = self._published
        if not published.exists():
            raise InputError(f"nothing of {self.id} is published")
        before = self.before()
        built = [] if self.kind == "scenarios" or before is not None else _built_on(self.id)
        if built:
            raise InputError(f"{built[0]} builds on {self.id}; take that back first, or publish another version")
        folder, stands = make_folder(self._earlier), self.standing()
        number = 1 + sum(each.name.startswith("taken-back-") for each in folder.iterdir())
        shutil.move(published, folder / f"taken-back-{number}{published.suffix}")
        if before is not None:
            shutil.move(before, published)
        was, sha256 = (0, "") if stands is None else (stands.version, stands.sha256)
        return self._note(Version(version=was, sha256=sha256, by=by, at=_now(), taken_back=True))

    def before(self) -> Path | None:
        """Return where the version before the published one lies; None if there is none."""
        kept = [each for each in self._earlier.glob("*") if each.name.partition(".")[0].isdigit()]
        return max(kept, key=lambda each: int(each.name.partition(".")[0]), default=None)

    def standing(self) -> Version | None:
        """Return which version is published now; None where nothing is, or it was put there in a terminal."""
        stack: list[Version] = []
        for each in self.versions():
            if not each.taken_back:
                stack.append(each)
            elif stack:
                stack.pop()
        return stack[-1] if stack else None

    @property
    def next_version(self) -> int:
        """The number that the next publication gets."""
        return 1 + max((each.version for each in self.versions()), default=0)

    def versions(self) -> tuple[Version, ...]:
        """Return what was published from drafts of this id and taken back again, oldest first."""
        path = self._earlier / VERSIONS
        try:
            return tuple(map(Version.model_validate_json, read_text(path).splitlines())) if path.is_file() else ()
        except ValidationError as error:
            raise InputError(f"{path} was changed by hand and cannot be read; move it away") from error

    def discard(self) -> None:
        """Throw the draft away; what is published stays."""
        if self.kind == "scenarios":
            shutil.rmtree(self.path, ignore_errors=True)
        else:
            self.path.unlink(missing_ok=True)

    @property
    def _earlier(self) -> Path:
        return site_place("earlier", self.kind) / self.id

    @property
    def _published(self) -> Path:
        place = site_place("", self.kind) / self.id
        return place if self.kind == "scenarios" else place.with_suffix(".yaml")

    def _note(self, made: Version) -> Version:
        """Add a line to what was published and taken back."""
        lines = [each.model_dump_json() for each in (*self.versions(), made)]
        write_private(make_folder(self._earlier) / VERSIONS, "".join(f"{line}\n" for line in lines))
        return made

    def _rubric_faults(self) -> list[str]:
        try:
            base = read_yaml(self.path, Rubric).base
            if base is not None and base not in list_rubrics():  # a path would read any file of this machine
                return [f"{self.path}:{line_of(self.path, ('base',))}: base: there are: {', '.join(list_rubrics())}"]
            found = load_rubric(self.path)
        except InputError as error:
            return str(error).splitlines()
        return [] if found.id == self.id else [f"{self.path}:{line_of(self.path, ('id',))}: id must be {self.id}"]

    def _check_rubric_version(self) -> None:
        if self.kind == "rubrics" and self._published.is_file():
            old, new = read_yaml(self._published, Rubric), read_yaml(self.path, Rubric)
            if old.version == new.version:
                raise InputError(f"version {old.version!r} of {self.id} is published; give this one another `version`")

    def _keep_earlier(self) -> None:
        """Copy what is published to where earlier versions lie, under the next free number."""
        if not self._published.exists():
            return
        folder = make_folder(self._earlier)
        number = 1 + sum(each.name.partition(".")[0].isdigit() for each in folder.iterdir())
        if self.kind == "scenarios":
            shutil.copytree(self._published, folder / str(number))
        else:
            shutil.copyfile(self._published, folder / f"{number}.yaml")


def site_place(first: str, kind: Kind) -> Path:
    """Return the folder of one kind of the site's own files; `first` is the folder above it, "" for the published."""
    return site_folder(f"{first}/{kind}" if first else kind)


def drafts(kind: Kind) -> tuple[Draft, ...]:
    """Return the drafts of a kind, by id."""
    return tuple(sorted(_found(kind), key=lambda each: each.id))


def begin(kind: Kind, id_: str, *, like: str = "") -> Draft:
    """Begin a draft: of one's own published, of a copy of any other by its id, or from nothing.

    Parameters
    ----------
    kind : {"scenarios", "rubrics"}
    id_ : str
        Of the draft.
    like : str
        The scenario or rubric it begins as; "" for the example, or a rubric on top of `practice`.

    Raises
    ------
    InputError
        If the id cannot be one or comes with Hotseat, there is a draft of it, or no such scenario or rubric.
    """
    draft = Draft(kind, id_)
    if draft.files:
        raise InputError(f"there is a draft of {id_} already; open that one")
    if like and like not in (list_scenarios() if kind == "scenarios" else list_rubrics()):
        raise InputError(f"there is nothing called {like[:60]!r} to begin with")
    if kind == "scenarios":
        check_free(id_)
        if id_ in own_scenarios() and like != id_:
            raise InputError(f"{id_} is published already; begin with a copy of it, or give another id")
        begin_scenario(draft.path, id_, like=like)
        return draft
    if is_shipped(id_) or (id_ in list_rubrics() and like != id_):
        raise InputError(f"there is a rubric {id_} already; give yours another id")
    text = read_text(rubric_file(like)) if like else f"id: {id_}\nversion: '1'\ntitle: Our own rubric\nbase: practice\n"
    make_folder(draft.path.parent)
    write_private(draft.path, set_field(text.replace("\r\n", "\n"), '["id"]', id_))
    return draft


def add_trainee(draft: Draft, name: str) -> str:
    """Add a scripted trainee to a scenario's draft; return its file's name.

    Raises
    ------
    InputError
        If the name cannot be one, or is taken.
    """
    file = f"trainees/{name}.yaml"
    if not TRAINEE.fullmatch(file) or file in draft.files or draft.kind != "scenarios" or not draft.files:
        raise InputError(f"{name[:60]!r} is no name for another scripted trainee; small letters, digits and hyphens")
    steps = "steps:\n  - when: {customer_silent_ms: 700}\n    text: good morning how can i help you\n"
    text = f"id: {name}\ntitle: Another trainee\nquality: other\n{steps}"
    write_private(draft.path / file, text)
    read_yaml(draft.path / file, TraineeScript)
    return file


def _built_on(rubric: str) -> list[str]:
    return [name for name in list_rubrics() if read_yaml(rubric_file(name), Rubric).base == rubric]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def text_hash(text: str) -> str:
    """Return by what a form knows a text again."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _found(kind: Kind) -> Iterator[Draft]:
    folder = site_place("drafts", kind)
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            draft = Draft(kind, path.stem)
        except InputError:  # a file that somebody put there
            continue
        if draft.files:
            yield draft

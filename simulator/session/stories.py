"""A firm's own scenarios and rubrics: begun from an example, packed into one file, taken over by other machines.

A pack is a ZIP file of a site folder: `scenarios/ID/scenario.yaml`, `scenarios/ID/trainees/*`, `rubrics/ID.yaml`. The
same content gives the same bytes. What is taken over is checked first, in a folder of its own, and then moved into
place whole; a shipped id cannot be taken.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from simulator.customer.scenario import (
    FILE,
    Id,
    Scenario,
    list_scenarios,
    load_scenario,
    own_scenarios,
    shipped_scenarios,
)
from simulator.datafile import read_text
from simulator.errors import InputError
from simulator.private import make_folder, open_private, refusal, write_private
from simulator.records.forms import list_forms, load_form
from simulator.records.staff.assignments import What
from simulator.scoring.rubric import is_shipped, load_rubric
from simulator.settings import site_folder

EXAMPLE = Path(__file__).with_name("example")
EXAMPLE_ID, EXAMPLE_TITLE = "my-scenario", "The bicycle without a wheel"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a pack."""
INSIDE = re.compile(
    r"scenarios/[a-z][a-z0-9_-]{0,39}/(scenario\.yaml|trainees/[A-Za-z0-9][\w-]{0,60}\.(yaml|flac|wav|md))"
    r"|rubrics/[a-z][a-z0-9_-]{0,49}\.yaml"
)
"""What a pack may hold."""
MOST_BYTES = 500_000_000
MOST_FILES = 5000
_NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")


def what_of(name: str) -> What:
    """Return the scenario or the form of that name, as it is assigned.

    Raises
    ------
    InputError
        If it is neither.
    """
    if name in list_forms():
        return What(id=name, scenarios=load_form(name).scenarios)
    try:
        found = load_scenario(name)
    except InputError as error:
        raise InputError(f"{error} Or a form: {', '.join(list_forms())}.") from error
    if found.id not in list_scenarios():
        raise InputError(f"{found.id} is in no list of scenarios; put it there with: hotseat scenarios add {name}")
    return What(id=found.id, scenarios=(found.id,))


def new_scenario(id_: Id, *, title: str | None = None) -> Path:
    """Write a small scenario that works, explained line by line, into the site folder; return its file.

    Parameters
    ----------
    id_ : str
        Its id and the name of its folder.
    title : str, optional

    Raises
    ------
    InputError
        If the id cannot be one, or is taken.
    """
    check_id(id_)
    check_free(id_)
    folder = site_folder("scenarios") / id_
    if folder.exists():
        raise InputError(f"{folder} is there already; change that one, or give another id")
    begin_scenario(folder, id_, title=title)
    load_scenario(folder)  # a title may break the schema
    return folder / FILE


def begin_scenario(folder: Path, id_: Id, *, like: str = "", title: str | None = None) -> None:
    """Write the example, or with `like` a copy of another scenario, into a folder as a scenario of that id.

    Raises
    ------
    InputError
        If there is no scenario `like`.
    """
    source, old = EXAMPLE, EXAMPLE_ID
    if like:
        story = load_scenario(like)
        assert story.path is not None  # it was loaded from its file
        source, old = story.path.parent, story.id
    make_folder(folder / "trainees")
    for path in sorted((source / "trainees").iterdir()) if (source / "trainees").is_dir() else ():
        if INSIDE.fullmatch(f"scenarios/{id_}/trainees/{path.name}"):
            _put(folder / "trainees" / path.name, path.read_bytes())
    text = read_text(source / FILE)
    text = re.sub(rf"^id: {re.escape(old)}\b", f"id: {id_}", text, count=1, flags=re.MULTILINE) if like else (
        text.replace(EXAMPLE_ID, id_)
    )  # fmt: skip
    if title:
        text = text.replace(f"title: {EXAMPLE_TITLE}", f"title: {_quoted(title)}")
    write_private(folder / FILE, text)


def write_pack(out: Path, ids: Sequence[str] = ()) -> tuple[str, ...]:
    """Write own scenarios, by default all, and all own rubrics into one file; return their ids.

    Raises
    ------
    InputError
        If there is nothing to pack, no such scenario, one that cannot be used, or the file cannot be written.
    """
    known = own_scenarios()
    missing = [name for name in ids if name not in known]
    if missing or not (known or any(_own_rubrics())):
        what = f"{', '.join(missing)}: no scenario of your own" if missing else "there is nothing of your own to pack"
        raise InputError(f"{what}; yours are in {site_folder()}: {', '.join(known) or 'none'}")
    stories = [load_scenario(name) for name in ids or known]
    rubrics = [path for path in _own_rubrics() if load_rubric(path.stem)]
    try:
        with open_private(out, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
            for path in [*(path for story in stories for path in _files(story)), *rubrics]:
                entry = zipfile.ZipInfo(path.relative_to(site_folder()).as_posix(), EPOCH)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
                pack.writestr(entry, path.read_bytes())
    except OSError as error:
        raise refusal("write", out, error) from error
    return (*(story.id for story in stories), *(path.stem for path in rubrics))


def add_pack(source: Path, *, replace: bool = False) -> tuple[str, ...]:
    """Take over a pack, or the folder of one scenario; return the ids of what came.

    Raises
    ------
    InputError
        If it is no pack, holds what no pack may, something in it cannot be used or is there already; then nothing
        is taken over.
    """
    make_folder(site_folder())
    with tempfile.TemporaryDirectory(dir=site_folder(), prefix=".adding-") as name:
        draft = Path(name)
        if source.is_dir():
            story = load_scenario(source)
            for path in _files(story):
                _put(draft / "scenarios" / story.id / path.relative_to(source), path.read_bytes())
        else:
            _unpack(source, draft)
        return _take_over(draft, replace=replace)


def add_rubric(file: Path, *, replace: bool = False) -> str:
    """Take over a rubric; return its id. `base` must be one that is there.

    Raises
    ------
    InputError
        If it cannot be used, or its id is taken.
    """
    id_ = load_rubric(file).id
    make_folder(site_folder())
    with tempfile.TemporaryDirectory(dir=site_folder(), prefix=".adding-") as name:
        _put(Path(name) / "rubrics" / f"{id_}.yaml", file.read_bytes())
        return _take_over(Path(name), replace=replace)[0]


def _take_over(draft: Path, *, replace: bool) -> tuple[str, ...]:
    stories = sorted((draft / "scenarios").glob(f"*/{FILE}"))
    rubrics = sorted((draft / "rubrics").glob("*.yaml"))
    moves = []
    for path in stories:
        check_free(load_scenario(path.parent).id)
        moves.append((path.parent, site_folder("scenarios") / path.parent.name))
    for path in rubrics:
        found = load_rubric(path)
        if found.id != path.stem:
            raise InputError(f"the rubric {path.name} has the id {found.id}; make them equal")
        if is_shipped(found.id):
            raise InputError(f"{found.id} is a rubric that comes with Hotseat; give yours another id")
        moves.append((path, site_folder("rubrics") / path.name))
    if not moves:
        raise InputError("there is neither a scenario nor a rubric in it")
    taken = [target.stem for _, target in moves if target.exists()]
    if taken and not replace:
        raise InputError(f"{', '.join(taken)}: there already; take its place with --replace")
    for path, target in moves:
        make_folder(target.parent)
        if target.is_dir():
            target.replace(draft / f"old-{target.name}")
        path.replace(target)
    return tuple(target.stem for _, target in moves)


def _unpack(source: Path, draft: Path) -> None:
    try:
        with zipfile.ZipFile(source) as pack:
            entries = [entry for entry in pack.infolist() if not entry.is_dir()]
            strange = next((entry.filename for entry in entries if not INSIDE.fullmatch(entry.filename)), None)
            if strange is not None:
                raise InputError(f"{source} is no pack of Hotseat: it holds {strange[:100]!r}")
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise InputError(
                    f"{source} is too large: at most {MOST_FILES} files of {MOST_BYTES // 10**6} MB in all"
                )
            for entry in entries:
                with pack.open(entry) as file:
                    _put(draft / entry.filename, file.read(entry.file_size))
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:  # damaged, or with a password
        raise InputError(
            f"{source} is no pack of Hotseat; make one with: hotseat scenarios pack -o FILE.zip"
        ) from error
    except OSError as error:
        raise InputError(f"cannot read {source}: {error.strerror or error}") from error


def _put(path: Path, content: bytes) -> None:
    make_folder(path.parent)
    write_private(path, content)


def check_id(id_: str) -> None:
    """Raise InputError unless this can be the id of a scenario or rubric of one's own."""
    if not _NAME.fullmatch(id_) or len(id_) > 40:
        raise InputError(f"{id_[:60]!r} is no id; give small letters and digits with hyphens, such as late-parcel")


def check_free(id_: str) -> None:
    """Raise InputError if a scenario that comes with Hotseat has this id."""
    if id_ in shipped_scenarios():
        raise InputError(f"{id_} is a scenario that comes with Hotseat; give yours another id")


def _files(story: Scenario) -> Iterator[Path]:
    assert story.path is not None  # it was loaded from its file
    yield story.path
    trainees = story.path.parent / "trainees"
    for path in sorted(trainees.iterdir()) if trainees.is_dir() else ():
        if path.is_file() and INSIDE.fullmatch(f"scenarios/{story.id}/trainees/{path.name}"):
            yield path


def _own_rubrics() -> list[Path]:
    found = sorted(site_folder("rubrics").glob("*.yaml"))
    return [path for path in found if not is_shipped(path.stem)]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

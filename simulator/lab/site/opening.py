"""Run the room for a site."""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware

from simulator.errors import InputError, SimulatorError
from simulator.lab.app import LOCAL, make_app
from simulator.lab.room import Room, Visitor
from simulator.lab.serve import listen, pass_over_what_stays, serve, share_memory_pools
from simulator.lab.site import (
    account_pages,
    assignment_pages,
    attempt_pages,
    authoring_pages,
    certification_pages,
    live_pages,
    people_pages,
    rating_pages,
    record_pages,
    review_pages,
    skill_pages,
    trial_pages,
)
from simulator.lab.site.gate import Site, SiteGate
from simulator.lab.site.live_pages import seats_here
from simulator.lab.site.neighbours import Neighbours
from simulator.lab.site.single_sign_on import read_provider
from simulator.private import home, make_folder
from simulator.records.database.opening import Records, open_records
from simulator.records.filing import sync
from simulator.records.forms import load_policy
from simulator.records.staff.accounts import INVITED_DAYS, invite_first
from simulator.session.after_call import score_left

log = logging.getLogger(__name__)
ROOM = "room"
"""How the log calls what is done in the room."""
PAGES = (
    account_pages,
    assignment_pages,
    attempt_pages,
    authoring_pages,
    certification_pages,
    live_pages,
    people_pages,
    rating_pages,
    record_pages,
    review_pages,
    skill_pages,
    trial_pages,
)
ROUTES = [each for pages in PAGES for each in pages.ROUTES]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a room is opened.

    Parameters
    ----------
    host : str
        The address to listen on.
    names : tuple of str
        Under which browsers reach it, beside this machine's own.
    port : int
    tls : (Path, Path) or None
        The site's certificate and its key, as PEM files.
    seats : int
        Calls that this machine takes at once.
    out : Path or None
        Under which calls are kept; None for the user's own data folder.
    database : str or None
        Which records; None for the user's own.
    oidc : Path or None
        The file that names the firm's OpenID Connect provider.
    """

    host: str
    names: tuple[str, ...]
    port: int
    tls: tuple[Path, Path] | None
    seats: int
    out: Path | None
    database: str | None
    oidc: Path | None = None


def open_lab(wanted: Opening, tell: Callable[[str], None]) -> None:
    """Serve a site until Ctrl-C; calls that run then are kept and scored.

    Raises
    ------
    InputError
        If the port, the certificate or the records cannot be used, or passwords would cross the network unencrypted.
    """
    if wanted.tls is None and wanted.host not in LOCAL:
        raise InputError(
            f"on {wanted.host} others could read passwords, and browsers give no microphone without https; "
            "give the site's certificate (--tls CERT KEY), or leave --host out for this machine only"
        )
    if wanted.tls is not None:
        _check_tls(*wanted.tls)
    share_memory_pools()
    single = None if wanted.oidc is None else read_provider(wanted.oidc)
    folder = make_folder((wanted.out or home() / "lab").absolute())
    nobody = Visitor(person="", calls=folder / "nobody", folder=folder / "nobody")
    with open_records(wanted.database) as records:
        room = Room(owner=nobody, database=wanted.database, most_calls=wanted.seats)
        site = Site(room=room, records=records, folder=folder, secure=wanted.tls is not None, single_sign_on=single)
        listening = listen(wanted.host, wanted.port)
        named = wanted.names or ((wanted.host,) if wanted.host not in (*LOCAL, "0.0.0.0") else ())
        scheme = "http" if wanted.tls is None else "https"
        port = listening.getsockname()[1]
        address = f"{scheme}://{(named or ('localhost',))[0]}:{port}"
        tell(f"The room is open at {address}\nCtrl-C closes it; calls that run then are kept and scored.")
        _tell_first(records, address, tell)
        threading.Thread(target=_get_ready, args=(site,), name="file calls", daemon=True).start()
        if records.is_shared:
            site.neighbours = Neighbours(address, lambda: seats_here(room), records.wire)
            site.neighbours.start()
        try:
            serve(make_site_app(site, hosts=(*LOCAL, *named)), room, listening, tls=wanted.tls)
        finally:
            if site.neighbours is not None:
                site.neighbours.close()
            site.workshop.close()


def make_site_app(site: Site, *, hosts: tuple[str, ...] = LOCAL) -> Starlette:
    """Return the application of a site."""
    site.room.records = site.records
    site.records.through = ROOM
    app = make_app(site.room, gate=[Middleware(SiteGate, site=site)], hosts=hosts, more=ROUTES)
    app.state.site = site
    return app


def _tell_first(records: Records, address: str, tell: Callable[[str], None]) -> None:
    with records.writing() as session:
        secret = invite_first(session)
    if secret is not None:
        tell(
            f"There is no administrator yet. This link makes the first one; it works once, for {INVITED_DAYS} days:\n"
            f"{address}/join/{secret}"
        )


def _get_ready(site: Site) -> None:
    """Read what the pages count from, then score and file the calls that an earlier run left without."""
    records, people = site.records, [each for each in sorted(site.folder.iterdir()) if each.is_dir()]
    for person in people:
        with suppress(SimulatorError):
            sync(records, person)
    with suppress(SimulatorError), records.reading() as session:
        site.room.index.calls(session)
        site.certified.people(session, load_policy())
    pass_over_what_stays()
    for person in people:
        with suppress(SimulatorError):
            if score_left(person, log.warning):
                sync(records, person)


def _check_tls(certificate: Path, key: Path) -> None:
    for path in (certificate, key):
        if not path.is_file():
            raise InputError(f"there is no file {path}; give the certificate and its key as PEM files (--tls CERT KEY)")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=lambda: "")
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise InputError(f"{certificate} and {key} are no certificate with its key: {error}") from error

"""Run the server, and open the browser when it answers."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import logging
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from simulator.errors import InputError, SimulatorError
from simulator.lab.app import make_app
from simulator.lab.guard import KeyGate, new_key
from simulator.lab.room import Room, Visitor
from simulator.private import home
from simulator.recording.folder import calls_folder
from simulator.records.database.opening import exists, open_records
from simulator.session.after_call import score_left

MESSAGE_BYTES = 64 * 1024
"""More than any message of a seat has."""
M_ARENA_MAX = -8
"""mallopt(3), by its number in malloc.h."""
CLOSING_S = 3
"""How long open connections may take to end when the server stops."""


def open_here(
    *, person: str, out: Path | None, database: str | None, port: int, browser: bool, tell: Callable[[str], None]
) -> None:
    """Serve one person on this machine until Ctrl-C; a call that runs then is kept and scored.

    Parameters
    ----------
    person : str
        For whom calls are filed in the records; "" files nothing.
    out : Path or None
        Where call folders are kept; None for the user's own.
    database : str or None
        Which records; None for the user's own.
    port : int
        0 takes one that is free.
    browser : bool
        Whether to open the browser.
    tell : callable
        Told the address, in words.

    Raises
    ------
    InputError
        If the port is taken.
    """
    share_memory_pools()
    room = Room(owner=Visitor(person=person, calls=calls_folder(out), folder=home()), database=database)
    listening, key = listen("127.0.0.1", port), new_key()
    address = f"http://localhost:{listening.getsockname()[1]}/?key={key}"
    tell(f"Hotseat is open at {address}\nCtrl-C closes it; a call that runs then is kept and scored.")
    if browser and not webbrowser.open(address):
        tell("No browser could be started; open the address by hand.")
    with contextlib.ExitStack() as stack:
        if person and exists(database):  # what is assigned to them stands there
            room.records = stack.enter_context(open_records(database))
        left = (room.owner.calls, lambda _: None)  # by an earlier run; what cannot be scored stands on the calls' page
        threading.Thread(target=score_left, args=left, name="score calls", daemon=True).start()
        serve(make_app(room, gate=[Middleware(KeyGate, key=key)]), room, listening)


def share_memory_pools() -> None:
    """Let all threads share two pools of memory. With one for each, a busy room keeps 200 MB that it does not use."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # only glibc has this
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def pass_over_what_stays() -> None:
    """Let the garbage collector pass over what is in memory now: looking through it stops every call for 100 ms."""
    gc.collect()
    gc.freeze()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that takes connections; 0 takes any free port.

    Raises
    ------
    InputError
        If the port is taken, or may not be used.
    """
    listening = socket.socket(proto=socket.IPPROTO_TCP)  # named, or asyncio leaves small messages to wait 40 ms
    if os.name == "posix":  # elsewhere the option lets two programs share one port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        raise InputError(f"port {port} cannot be used: {error.strerror or error}; choose another (--port)") from error
    return listening


def serve(app: Starlette, room: Room, listening: socket.socket, *, tls: tuple[Path, Path] | None = None) -> None:
    """Serve until Ctrl-C; every call that runs then is kept and scored. `tls`: a certificate and its key, for https."""
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # it warns of each frame to a connection that just dropped
    threading.Thread(target=_get_ready, args=(room,), name="get ready", daemon=True).start()
    try:
        uvicorn.Server(configured(app, tls=tls)).run(sockets=[listening])
    finally:
        room.close()


def configured(app: Starlette, *, tls: tuple[Path, Path] | None = None) -> uvicorn.Config:
    """Return how the server answers: as little as the pages and the seats need."""
    certificate, key = tls or (None, None)
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        ws_max_size=MESSAGE_BYTES,
        ws_ping_interval=None,  # frames come fifty times a second: who is silent for a second is gone
        lifespan="off",
        timeout_graceful_shutdown=CLOSING_S,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        proxy_headers=False,  # whoever asks is who is connected: sign-in and the strength of seals go by address
    )


def _get_ready(room: Room) -> None:
    """Open the recognizer before it is needed; what goes wrong is told when a call wants it."""
    with contextlib.suppress(SimulatorError):
        room.recognizer(lambda text: None)
    pass_over_what_stays()

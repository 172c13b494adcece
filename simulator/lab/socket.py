"""The one WebSocket of a seat: numbered frames of sound and short messages, both ways."""

from __future__ import annotations

import asyncio
import contextlib

import anyio
from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from simulator.errors import InputError
from simulator.lab.certification import keeper_for
from simulator.lab.errand import Errand, Hello, Word
from simulator.lab.room import Room
from simulator.lab.work import Work

HELLO_S = 10.0
BEHIND = 1_000
"""Messages that may wait for a browser that does not read; then its connection counts as dropped."""
REFUSED = 1008
"""The close code of RFC 6455 for a message that breaks the rules; the browser does not try again."""


async def seat(socket: WebSocket) -> None:
    """Serve one connection of one seat, until either side ends it."""
    room: Room = socket.app.state.room
    await socket.accept()
    try:
        async with asyncio.timeout(HELLO_S):
            hello = Hello.model_validate_json(await socket.receive_text())
        errand = await asyncio.to_thread(_errand, room, socket, hello)
        await _serve(socket, errand, hello)
    except (ValidationError, InputError, KeyError) as error:
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # it may have left without waiting for the answer
            await socket.send_json({"is": "refused", "text": _plain(error)})
            await socket.close(REFUSED)
    except (WebSocketDisconnect, TimeoutError):
        pass


def _plain(error: Exception) -> str:
    return str(error) if isinstance(error, InputError) else "the browser said what nobody understands here; reload"


def _errand(room: Room, socket: WebSocket, hello: Hello) -> Errand:
    visitor = room.visitor(socket)
    if hello.do == "return":
        errand = room.errands.get(hello.token)
        if errand is None or errand.owner != visitor.person:
            raise InputError("this call is over; you find it among your calls")
        return errand
    errand = Errand(hello, owner=visitor.person)
    keeper = keeper_for(room, socket, hello.scenario) if hello.mode == "certification" else None
    room.admit(errand)
    errand.start(Work(room, visitor, keeper))
    return errand


async def _serve(socket: WebSocket, errand: Errand, hello: Hello) -> None:
    outgoing: asyncio.Queue[bytes | str] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    problem: Exception | None = None

    def put(item: bytes | str) -> None:
        if outgoing.qsize() < BEHIND:
            outgoing.put_nowait(item)
        else:
            group.cancel_scope.cancel()

    def send(item: bytes | str) -> None:
        with contextlib.suppress(RuntimeError):  # the server is closing
            loop.call_soon_threadsafe(put, item)

    try:
        async with anyio.create_task_group() as group:
            group.start_soon(_send, socket, outgoing, group.cancel_scope)
            try:
                errand.attach(send, hello)
                await _receive(socket, errand)
            except (InputError, ValidationError) as error:  # raised outside, or the group would wrap it
                problem = error
            group.cancel_scope.cancel()
    finally:
        errand.detach(send)
    if problem is not None:
        raise problem


async def _receive(socket: WebSocket, errand: Errand) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        sound = message.get("bytes")
        if sound is None:
            errand.take(Word.model_validate_json(message["text"]))
        elif errand.headset is None:
            raise InputError("a typed call has no sound")
        else:
            errand.headset.receive(sound)


async def _send(socket: WebSocket, outgoing: asyncio.Queue[bytes | str], scope: anyio.CancelScope) -> None:
    try:
        while True:
            item = await outgoing.get()
            await (socket.send_bytes(item) if isinstance(item, bytes) else socket.send_text(item))
    except (WebSocketDisconnect, RuntimeError):
        scope.cancel()

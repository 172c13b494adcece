"""What stands before every page: who may ask at all, and what a page may do in the browser.

A server on this machine can be asked by any page of the user's browser and by any other user of the machine. So only
its own name is answered, what changes something must come from its own pages, and the browser that `hotseat open`
opens carries a key that nobody else has.
"""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

COOKIE = "hotseat"
OPEN_TO_ALL = ("/healthz", "/metrics", "/static/")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr {style}; img-src 'self' data:; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "microphone=(self), camera=(), geolocation=()",
    "cache-control": "no-store",
}


class Guard:
    """Answers only what comes from the room's own pages, and says what its pages may do.

    Parameters
    ----------
    app : ASGIApp
    hosts : tuple of str
        The names under which this server is reached, without the port.
    """

    def __init__(self, app: ASGIApp, *, hosts: tuple[str, ...]) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        asked = HTTPConnection(scope)
        problem = self._problem(asked, changes=scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD"))
        if problem:
            await refuse(PlainTextResponse(f"{problem}\n", 403), scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("content-security-policy", POLICY.format(style="'none'"))
            await send(message)

        await self._app(scope, receive, with_headers)

    def _problem(self, asked: HTTPConnection, *, changes: bool) -> str:
        host = asked.headers.get("host", "")
        if urlsplit(f"//{host}").hostname not in self._hosts:
            return f"This server is not called {host!r}; open it under the address it printed."
        origin = asked.headers.get("origin")
        if changes and (origin is None or urlsplit(origin).netloc != host):
            return "This did not come from a page of this server; open the page and try there."
        return ""


class KeyGate:
    """Lets in only the browser that was opened with the key of this run.

    Parameters
    ----------
    app : ASGIApp
    key : str
        The first address carries it as ``?key=``; from then on a cookie does.
    """

    def __init__(self, app: ASGIApp, *, key: str) -> None:
        self._app, self._key = app, key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asked = HTTPConnection(scope) if scope["type"] in ("http", "websocket") else None
        if asked is None or asked.url.path.startswith(OPEN_TO_ALL) or self._is_key(asked.cookies.get(COOKIE, "")):
            await self._app(scope, receive, send)
            return
        if self._is_key(asked.query_params.get("key", "")):
            answer: Response = RedirectResponse(asked.url.path, 303)
            answer.set_cookie(COOKIE, self._key, httponly=True, samesite="strict")
        else:
            answer = PlainTextResponse("Open the whole address that hotseat open printed, with its key.\n", 403)
        await refuse(answer, scope, receive, send)

    def _is_key(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._key.encode())


def new_key() -> str:
    """Return a key that nobody can guess."""
    return secrets.token_urlsafe(24)


async def refuse(answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request without the pages; a WebSocket is not opened."""
    if scope["type"] == "websocket":
        await WebSocketClose(1008)(scope, receive, send)
    else:
        await answer(scope, receive, send)

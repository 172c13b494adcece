"""What Prometheus asks for: how busy the room is and how quickly it answers. No name, no title and no word is in it.

Everybody who reaches the room may ask, as for ``/healthz``, so the figures are made anew at most every few seconds.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.lab.room import Room
from simulator.records.lists.browsing import filed_counts, waiting_ids

FRESH_S = 5.0
"""How long the figures stand; Prometheus usually asks every 15 to 60 s."""
ANSWERS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Edges of the histogram of answers; a page should take less than 0.1 s."""


class Metrics:
    """The figures of one server.

    Parameters
    ----------
    room : Room
    """

    def __init__(self, room: Room) -> None:
        self.registry = CollectorRegistry()
        self.answers = Histogram(
            "hotseat_answer_seconds",
            "How long a page took",
            ("page", "status"),
            buckets=ANSWERS_S,
            registry=self.registry,
        )
        self.registry.register(_Busy(room))
        ProcessCollector(registry=self.registry)
        self._lock = threading.Lock()
        self._text, self._until = b"", 0.0

    def page(self, request: Request) -> Response:
        """Send the figures."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._text, self._until = generate_latest(self.registry), time.monotonic() + FRESH_S
            return Response(self._text, headers={"content-type": CONTENT_TYPE_LATEST})


class Timed:
    """Measures how long each answer takes, by the first part of its address.

    Parameters
    ----------
    app : ASGIApp
    metrics : Metrics
    pages : frozenset of str
        The first parts that there are; any other counts as "none".
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics, pages: frozenset[str]) -> None:
        self._app, self._metrics, self._pages = app, metrics, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name, begun = first_part(scope["path"]), time.perf_counter()
        page = name if name in self._pages else "none"

        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._metrics.answers.labels(page, message["status"]).observe(time.perf_counter() - begun)
            await send(message)

        await self._app(scope, receive, timed)


def first_part(path: str) -> str:
    """Return the first part of an address.

    Examples
    --------
    >>> first_part("/table/2026-11-22-sofa/trainee.flac"), first_part("/table.csv"), first_part("/")
    ('/table', '/table', '/')
    """
    return "/" + path.removeprefix("/").split("/")[0].split(".")[0]


class _Busy(Collector):
    def __init__(self, room: Room) -> None:
        self._room = room

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Return what the seats do now, and what the records hold."""
        busy = [each for each in list(self._room.errands.values()) if not each.over]
        doing = Counter(each.hello.do for each in busy)
        yield GaugeMetricFamily("hotseat_seats", "Calls that this machine takes at once", self._room.most_calls)
        seats = GaugeMetricFamily("hotseat_seats_busy", "Seats at work, by what they do", labels=["do"])
        for do in ("call", "typed", "check"):
            seats.add_metric([do], doing[do])
        yield seats
        yield GaugeMetricFamily(
            "hotseat_raised_hands", "Seats that asked for somebody", sum(e.glimpse.hand for e in busy)
        )
        if self._room.records is None:
            return
        with self._room.records.reading() as session:
            counts, waiting = filed_counts(session), len(waiting_ids(session, self._room.index))
        filed = GaugeMetricFamily("hotseat_filed_calls", "Calls in the records", labels=["mode", "outcome"])
        for (mode, outcome), count in counts.items():
            filed.add_metric([mode, outcome], count)
        yield filed
        yield GaugeMetricFamily("hotseat_waiting_calls", "Calls that wait for a decision or an answer", waiting)

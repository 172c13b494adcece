"""Where authors' work of seconds is done: in a process of its own, so that no running call waits for it."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, ParamSpec, TypeVar

from simulator.errors import InputError

MOST_WAITING = 6
"""Things that may wait or run at once; an author who asks for one more is told to wait."""
LONGEST_S = 120.0
P = ParamSpec("P")
Found = TypeVar("Found")


class Workshop:
    """Does one thing at a time in a process with the lowest claim on the processor; it starts with the first."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._waiting: list[Future[Any]] = []
        self._lock = threading.Lock()

    def begin(self, do: Callable[P, Found], *given: P.args, **more: P.kwargs) -> Future[Found]:
        """Begin something; what it is given and what it returns cross from process to process.

        Raises
        ------
        InputError
            If too much waits already.
        """
        with self._lock:
            self._waiting = [each for each in self._waiting if not each.done()]
            if len(self._waiting) >= MOST_WAITING:
                raise InputError("other drafts are tried just now; wait a moment and try again")
            future = self._begun(do, *given, **more)
            self._waiting.append(future)
            return future

    def do(self, do: Callable[P, Found], *given: P.args, **more: P.kwargs) -> Found:
        """Do something and wait for it."""
        try:
            return self.begin(do, *given, **more).result(LONGEST_S)
        except (TimeoutError, BrokenProcessPool) as error:
            raise InputError("that took too long, and was left; try again") from error

    def close(self) -> None:
        """End the process; what it does just now is done first."""
        with self._lock:
            if self._pool is not None:
                self._pool.shutdown(cancel_futures=True)
                self._pool = None

    def _begun(self, do: Callable[P, Found], *given: P.args, **more: P.kwargs) -> Future[Found]:
        if self._pool is not None:
            try:
                return self._pool.submit(do, *given, **more)
            except BrokenProcessPool:  # it died; another takes its place
                self._pool.shutdown(wait=False)
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_give_way)
        return self._pool.submit(do, *given, **more)


def _give_way() -> None:
    if hasattr(os, "nice"):  # Windows has no such call; there the calls' own threads are not helped
        os.nice(19)

"""Who is signed in, and how often somebody may try. Both are kept in memory: a restart signs everybody out."""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from simulator.errors import InputError
from simulator.records.staff.accounts import sha256_of_secret

LONGEST_S = 12 * 3600.0
"""A session ends after so long, whatever happens; one working day."""
IDLE_S = 2 * 3600.0
"""Or after so long without a page."""
WINDOW_S = 15 * 60.0
TRIES_BY_NAME, TRIES_BY_ADDRESS = 5, 40
"""Wrong passwords within the window; a room of twenty may share one address."""
MOST_KEYS = 10_000
"""Names and addresses that are remembered; the oldest are forgotten first."""

Clock = Callable[[], float]


@dataclass(slots=True)
class _Session:
    account: str
    since: float
    seen: float


class Sessions:
    """The sessions of one server.

    Parameters
    ----------
    clock : callable
        Seconds that only grow.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._open: dict[str, _Session] = {}
        self._lock = threading.Lock()

    def begin(self, account: str) -> str:
        """Return the secret of a new session; only its hash is kept."""
        secret, at = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._open = {key: each for key, each in self._open.items() if self._lasts(each)}
            self._open[sha256_of_secret(secret)] = _Session(account, at, at)
        return secret

    def account(self, secret: str) -> str | None:
        """Return whose session this is; None once it is over."""
        with self._lock:
            found = self._open.get(sha256_of_secret(secret))
            if found is None or not self._lasts(found):
                return None
            found.seen = self._clock()
            return found.account

    def end(self, secret: str) -> None:
        """End one session."""
        with self._lock:
            self._open.pop(sha256_of_secret(secret), None)

    def end_all(self, account: str) -> None:
        """End every session of an account."""
        with self._lock:
            self._open = {key: each for key, each in self._open.items() if each.account != account}

    def _lasts(self, each: _Session) -> bool:
        at = self._clock()
        return at - each.since < LONGEST_S and at - each.seen < IDLE_S


class Tries:
    """Counts wrong passwords, by name and by address.

    Parameters
    ----------
    clock : callable
        Seconds that only grow.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._wrong: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def begin(self, name: str, address: str) -> None:
        """Count a try before its password is checked, so that many at once are no way around the limit.

        Raises
        ------
        InputError
            If there were too many.
        """
        with self._lock:
            keys = {f"name {name}": TRIES_BY_NAME, f"address {address}": TRIES_BY_ADDRESS}
            if any(len(self._recent(key)) >= most for key, most in keys.items()):
                raise InputError(f"too many wrong passwords; wait {WINDOW_S / 60:g} minutes and try again")
            for key in keys:
                self._recent(key).append(self._clock())
            while len(self._wrong) > MOST_KEYS:
                self._wrong.pop(next(iter(self._wrong)))

    def succeed(self, name: str, address: str) -> None:
        """Forget the tries of a name; of its address, only the one that was right."""
        with self._lock:
            self._wrong.pop(f"name {name}", None)
            tries = self._wrong.get(f"address {address}")
            if tries:
                tries.pop()

    def _recent(self, key: str) -> deque[float]:
        tries = self._wrong.setdefault(key, deque())
        while tries and self._clock() - tries[0] > WINDOW_S:
            tries.popleft()
        return tries

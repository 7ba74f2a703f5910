# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The pace of all processes that use one account. It is kept in the store.

If a budget is set in an option, each request is counted in the store. Without this option, requests are counted only
after the service has refused a request. Before the first refusal, a task only reads what other processes have learned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, TypeVar

from .._errors import LinkEngageError
from .._machine.store import Budget

AGE = 10  # number of windows for which a refusal is remembered
# Seconds until the store is read again for what other processes have learned. LOOK_AGAIN applies while no request was
# refused, AFTER_FAILURE after the store has failed.
LOOK_AGAIN, AFTER_FAILURE = 5.0, 60.0
TEST = 0.1  # seconds to wait while another process tries a larger budget with one request
UNLIMITED = 10**9

Result = TypeVar("Result")


class Limit(NamedTuple):
    """The number of requests that are possible in a window, and the reason.

    ``tested`` is True if one of these requests tries a larger budget.
    """

    requests: int
    tested: bool = False
    why: str = ""


class SharedBudget(Protocol):
    """The requests of all processes that use the account, in the store. Every method raises LinkEngageError."""

    def take_turn(self, id: str, budget: int, window: float, now: float) -> float:
        """Count a request and return 0, if the window has room for it.

        Otherwise return the seconds until it has room.
        """

    def end_turn(self, id: str, now: float, counts: bool) -> None:
        """Record that a request has ended. With *counts*, it counts from now. Otherwise the service refused it."""

    def count_accepted(self, times: Sequence[float]) -> None:
        """Count requests that the service accepted at these times."""

    def accepted_since(self, time: float) -> int:
        """Return the number of requests that the service has accepted after *time*."""

    def budget(self) -> Budget | None:
        """Return what the processes have learned about the throttle."""

    def learn(self, budget: Budget) -> None:
        """Record what a refused request has shown about the throttle."""

    def grow(self, at: float, requests: int) -> None:
        """Record that the service accepts more requests than the refusal at the time *at* has shown."""


class SharedPace:
    """The part of one task in the pace of all processes. Thread-safe, like the store.

    A request must not fail because of the pace. If the store fails, only the sharing ends for this task. If an option
    sets the budget, ``failure`` is then the reason.
    """

    def __init__(self, store: SharedBudget | None, per_minute: int | None, clock: Callable[[], float]) -> None:
        self.failure = ""
        self._store = self._given = store
        self._per_minute = per_minute
        self._clock = clock  # returns seconds since 1970
        self._throttled = False  # True if the service has recently refused a request of any process
        self._looked = float("-inf")

    def renew(self) -> None:
        """Begin a new task."""
        self.failure, self._store = "", self._given

    @property
    def counts(self) -> bool:
        """Whether each request is counted in the store."""
        return self._store is not None and (self._throttled or self._per_minute is not None)

    def news(self, window: float) -> Budget | None:
        """Return what other processes have learned about the throttle, if this process may not know it yet."""
        now = self._clock()
        if self._store is None or (not self._throttled and self._looked <= now < self._looked + LOOK_AGAIN):
            return None
        self._looked = now
        found = self._attempt(self._store.budget, quietly=not self.counts)
        self._throttled = found is not None and _is_fresh(found, window, now)
        return found if self._throttled else None

    def take(self, id: str, learned: Limit | None, window: float, shortly: bool) -> tuple[float, str]:
        """Count a request and return 0.

        If the budget has no room, return the seconds until it has room, and the reason. If another process tries a
        larger budget, there can be room much sooner. With *shortly*, only TEST seconds are returned then.
        """
        store, limits = self._store, [learned] if learned else []
        if self._per_minute is not None:
            why = f"requests_per_minute ({self._per_minute}) is used up"
            limits.append(Limit(self._per_minute, False, why))
        limit = min(limits, default=Limit(UNLIMITED))
        if store is None:
            return 0.0, ""
        seconds = self._attempt(lambda: store.take_turn(id, limit.requests, window, self._clock())) or 0.0
        return min(seconds, TEST) if limit.tested and shortly else seconds, limit.why

    def end(self, id: str, counts: bool) -> None:
        """Record that a counted request has ended. It does not count if the service refused it."""
        if self._store is not None:
            store = self._store
            self._attempt(lambda: store.end_turn(id, self._clock(), counts), quietly=True)

    def accepted(self, uncounted: Sequence[float], window: float) -> int:
        """Return how many requests of all processes the service has accepted in the window.

        *uncounted* are the times of requests of this process that were not counted yet. From now on, all requests are
        counted.
        """
        store = self._store
        if store is None:
            return 0
        self._throttled = True
        self._attempt(lambda: store.count_accepted(uncounted), quietly=True)
        return self._attempt(lambda: store.accepted_since(self._clock() - window), quietly=True) or 0

    def learn(self, budget: Budget) -> None:
        """Record what a refusal has shown, for other processes."""
        if self._store is not None:
            store = self._store
            self._attempt(lambda: store.learn(budget), quietly=True)

    def grow(self, at: float, requests: int) -> None:
        """Record for other processes that the service accepts more requests. *at* is the time of the last refusal."""
        if self._store is not None:
            store = self._store
            self._attempt(lambda: store.grow(at, requests), quietly=True)

    def _attempt(self, work: Callable[[], Result], quietly: bool = False) -> Result | None:
        try:
            return work()
        except LinkEngageError as error:
            self._store = None
            self._looked = self._clock() + AFTER_FAILURE
            if not quietly or self._per_minute is not None:
                self.failure = str(error)
            return None


def _is_fresh(budget: Budget, window: float, now: float) -> bool:
    """Return whether a refusal is recent. A time in the future is not trusted."""
    return budget.at <= now + window and (now < budget.at + AGE * window or now < budget.kept_until)

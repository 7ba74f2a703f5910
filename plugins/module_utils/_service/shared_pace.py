# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The pace of all processes that use one account, in the store.

With a known budget, each request is counted in the store. Without it, requests are counted only after the service has
refused one. Before, a task reads once what others have learned, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, TypeVar

from .._errors import LinkEngageError
from .._machine.store import Budget

AGE = 10  # windows for which a refusal is remembered
# Seconds between two looks at what others have learned, while nobody was refused, and after a failure of the store.
LOOK_AGAIN, AFTER_FAILURE = 5.0, 60.0
TEST = 0.1  # seconds to wait for a request of another process that tests for a larger budget
UNLIMITED = 10**9

Result = TypeVar("Result")


class Limit(NamedTuple):
    """So many requests in a window, and why. ``tested``: one of them tests for a larger budget."""

    requests: int
    tested: bool = False
    why: str = ""


class SharedBudget(Protocol):
    """The requests of all processes that use the account, in the store. Every method raises LinkEngageError."""

    def take_turn(self, id: str, budget: int, window: float, now: float) -> float:
        """Count a request if the window has room for it, and return 0; else the seconds until it has room."""

    def end_turn(self, id: str, now: float, counts: bool) -> None:
        """The request has ended. It counts from now, or not at all if the service refused it."""

    def count_accepted(self, times: Sequence[float]) -> None:
        """Count requests that the service accepted at these times."""

    def accepted_since(self, time: float) -> int:
        """The number of requests that the service has accepted since then."""

    def budget(self) -> Budget | None:
        """What the processes have learned about the throttle."""

    def learn(self, budget: Budget) -> None:
        """Record what a refused request has shown."""


class SharedPace:
    """The part of one task in the pace of all processes. Thread-safe, as the store is.

    A request must not fail because of its pace, so a failure of the store only ends the sharing for this task.
    ``failure`` is then the reason, if a known budget is no longer shared.
    """

    def __init__(self, store: SharedBudget | None, per_minute: int | None, clock: Callable[[], float]) -> None:
        self.failure = ""
        self._store = self._given = store
        self._per_minute = per_minute
        self._clock = clock  # seconds since 1970
        self._throttled = False  # whether the service has refused a request of any process
        self._looked = float("-inf")

    def renew(self) -> None:
        """A new task begins."""
        self.failure, self._store = "", self._given

    @property
    def counts(self) -> bool:
        """Whether each request is counted in the store."""
        return self._store is not None and (self._throttled or self._per_minute is not None)

    def news(self, window: float) -> Budget | None:
        """What processes have learned about the throttle, if it may be new to this one."""
        now = self._clock()
        if self._store is None or (not self._throttled and self._looked <= now < self._looked + LOOK_AGAIN):
            return None
        self._looked = now
        found = self._attempt(self._store.budget, quietly=not self.counts)
        self._throttled = found is not None and _is_fresh(found, window, now)
        return found if self._throttled else None

    def take(self, id: str, learned: Limit | None, window: float) -> tuple[float, str]:
        """Count a request, and return 0; else the seconds until the budget has room, and the reason."""
        store, limits = self._store, [learned] if learned else []
        if self._per_minute is not None:
            why = f"requests_per_minute ({self._per_minute}) is used up"
            limits.append(Limit(self._per_minute, False, why))
        limit = min(limits, default=Limit(UNLIMITED))
        if store is None:
            return 0.0, ""
        seconds = self._attempt(lambda: store.take_turn(id, limit.requests, window, self._clock())) or 0.0
        return min(seconds, TEST) if limit.tested else seconds, limit.why

    def end(self, id: str, counts: bool) -> None:
        """A counted request has ended. It does not count if the service refused it."""
        if self._store is not None:
            store = self._store
            self._attempt(lambda: store.end_turn(id, self._clock(), counts), quietly=True)

    def accepted(self, uncounted: Sequence[float], window: float) -> int:
        """The number of requests of all processes in the window that the service has accepted.

        *uncounted* are the times of requests of this process that were not counted before. From now on, all are.
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
    """Whether a refusal is recent enough. A time in the future is not believed."""
    return budget.at <= now + window and (now < budget.at + AGE * window or now < budget.kept_until)

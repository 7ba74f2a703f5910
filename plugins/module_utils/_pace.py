# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The pace of requests: one for all workers of a run, so that the throttle is waited out once."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ansible_collections.community.linkengage.plugins.module_utils._errors import Throttled

WINDOW = 60.0  # seconds: the contract counts requests per minute
TRUSTED = 5  # windows for which a learned budget is kept
MARGIN = 0.5  # seconds: a request may reach the service a little later than the one before it
GLANCE = 0.005  # seconds between two looks whether the request under way has been answered


class Pace:
    """When the next request may start.

    *per_minute* is the known budget. None is unknown: it is learned from the first window that this run has used up
    from its beginning. From the first refusal on, what goes beyond the requests that were let through before it goes
    one by one, so that no later window sees more than one refusal; the first may see one for each worker.

    *bound* is how many seconds the run may wait in all for windows that refusals close; 0 fails at the first refusal.
    """

    def __init__(
        self,
        per_minute: int | None,
        bound: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.refusals = 0
        self.waited = 0.0
        self.on_wait: Callable[[float], None] | None = None
        self._per_minute = per_minute
        self._bound = bound
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._starts: deque[float] = deque()
        self._under_way = 0
        self._let_through: int | None = None  # in the window before the last refusal
        self._learned: int | None = None
        self._learned_until = float("-inf")
        self._closed_until = float("-inf")

    def renew(self) -> None:
        """Another task begins on this client: what is told and bounded is its own, what was learned stays."""
        self.refusals, self.waited = 0, 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until a request may start; it is over when it has its answer, or never gets one."""
        self._take()
        try:
            yield
        finally:
            with self._lock:
                self._under_way -= 1

    def _take(self) -> None:
        while True:
            with self._lock:
                now = self._clock()
                pause = max(self._closed_until - now, self._until_budget(now), self._until_alone(now))
                if pause <= 0:
                    self._starts.append(now)
                    self._under_way += 1
                    return
            self._sleep(pause)

    def refused(self, retry_after: float | None) -> None:
        """The service refused a request: hold every worker for the window. Raises Throttled past the bound.

        ``Retry-After`` is honoured where it comes (contract: assumptions); otherwise the window is waited out.
        """
        with self._lock:
            self.refusals += 1
            now = self._clock()
            self._learn(now)
            until = max(self._closed_until, now + (WINDOW if retry_after is None else retry_after))
            pause = until - max(now, self._closed_until)
            if self.waited + pause > self._bound:
                raise Throttled(
                    f"The service is throttled: it allows only so many requests per minute. Waiting {pause:.0f} s more "
                    f"would exceed throttle_timeout ({self._bound:g} s, {self.waited:.0f} s of it used). Raise "
                    "throttle_timeout, or set requests_per_minute to the account's budget.",
                    waited=round(self.waited, 1),
                )
            self.waited += pause
            if pause > 0 and self.on_wait:
                self.on_wait(pause)
            self._closed_until = until

    def report(self) -> list[str]:
        """What a person should know of the waiting."""
        if not self.refusals:
            return []
        return [
            f"The service throttled this run {self.refusals} time(s); it waited {self.waited:.0f} s. "
            "With requests_per_minute set to the account's budget it would not be refused."
        ]

    def _until_budget(self, now: float) -> float:
        budget = self._known_budget(now)
        while self._starts and self._starts[0] + WINDOW + MARGIN <= now:
            self._starts.popleft()
        if not budget or len(self._starts) < budget:
            return 0.0
        return self._starts[-budget] + WINDOW + MARGIN - now

    def _until_alone(self, now: float) -> float:
        """Where the budget is not known, whatever goes beyond what was let through before goes alone."""
        if self._let_through is None or self._known_budget(now) or len(self._starts) < self._let_through:
            return 0.0
        return GLANCE if self._under_way else 0.0

    def _learn(self, now: float) -> None:
        """What was let through in the window before a refusal is the budget, as far as this run can tell.

        The first window that is closed tells nothing: others may have used it up. And none tells it for long, since a
        share that others leave to this run may grow.
        """
        if self._starts:
            self._starts.pop()  # the refused one used up nothing
        let_through = sum(1 for start in self._starts if start > now - WINDOW)
        self._let_through = max(let_through, 1)
        if now >= self._closed_until > float("-inf"):
            self._learned = max(let_through, self._known_budget(now) or 1)
            self._learned_until = now + TRUSTED * WINDOW

    def _known_budget(self, now: float) -> int | None:
        return self._per_minute or (self._learned if now < self._learned_until else None)

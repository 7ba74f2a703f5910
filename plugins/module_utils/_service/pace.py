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
from itertools import takewhile

from .._errors import LinkEngageError, NotSent, Throttled

WINDOW = 60.0  # seconds: the contract counts requests per minute
TRUSTED = 5  # windows for which a learned budget is kept
MARGIN = 0.5  # seconds: a request may reach the service a little later than the one before it


class Pace:
    """When the next request may start.

    *per_minute* is the known budget. Where it is None, so many requests may be under way side by side as one window was
    seen to let through: ``proven``. What goes beyond goes one at a time, and proves more or is refused, so that a
    window has one refusal at most. The budget itself is learned from the first window that this run has used up from
    its beginning.

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
        self.proven = 0
        self.on_wait: Callable[[float], None] | None = None
        self._per_minute = per_minute
        self._bound = bound
        self._clock = clock
        self._sleep = sleep
        self._answered = threading.Condition()
        self._starts: deque[float] = deque()
        self._proving = False  # whether a request beyond what is proven is under way
        self._learned: int | None = None
        self._learned_until = float("-inf")
        self._closed_until = float("-inf")
        self._over: LinkEngageError | None = None  # why no request may start, and until when
        self._over_until = float("-inf")

    def renew(self) -> None:
        """Another task begins on this client: what is told and bounded is its own, what was learned stays."""
        self.refusals, self.waited, self._over = 0, 0.0, None

    def stop(self, why: str) -> None:
        """No further request of this task may start: who waits for a turn gets NotSent."""
        with self._answered:
            self._end(float("inf"), NotSent(why))

    def _end(self, until: float, why: LinkEngageError) -> None:
        self._over, self._over_until = why, until
        self._answered.notify_all()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until a request may start; it is over when it has its answer, or never gets one."""
        proves, refusals = self._take()
        answered = False
        try:
            yield
            answered = True
        finally:
            with self._answered:
                if answered and self.refusals == refusals:
                    self.proven = max(self.proven, proves)
                self._proving = self._proving and not proves
                self._answered.notify()

    def _take(self) -> tuple[int, int]:
        """Wait. What the request proves if it is let through, 0 where that is proven; and the refusals before it.

        Raises Throttled, NotSent.
        """
        while True:
            with self._answered:
                now = self._clock()
                if self._over and now < self._over_until:
                    raise self._over
                pause = max(self._closed_until - now, self._until_budget(now))
                if pause <= 0:
                    proves = self._proof(now)
                    if not (proves and self._proving):
                        self._starts.append(now)
                        self._proving = self._proving or bool(proves)
                        return proves, self.refusals
                    self._answered.wait(self._starts[0] + WINDOW + MARGIN - now if self._starts else None)
            if pause > 0:
                self._sleep(pause)

    def refused(self, retry_after: float | None) -> None:
        """The service refused the request of this turn: hold every worker for the window.

        ``Retry-After`` is honoured where it comes (contract: assumptions); otherwise the window is waited out.
        Raises Throttled past the bound.
        """
        with self._answered:
            self.refusals += 1
            now = self._clock()
            self._learn(now)
            until = max(self._closed_until, now + (WINDOW if retry_after is None else retry_after))
            pause = until - max(now, self._closed_until)
            if self.waited + pause > self._bound:
                error = Throttled(
                    f"The service is throttled: it allows only so many requests per minute. Waiting {pause:.0f} s more "
                    f"would exceed throttle_timeout ({self._bound:g} s, {self.waited:.0f} s of it used). Raise "
                    "throttle_timeout, or set requests_per_minute to the account's budget.",
                    waited=round(self.waited, 1),
                )
                self._end(until, error)  # for those who wait, too
                raise error
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

    def _proof(self, now: float) -> int:
        """How many this window lets through if it lets one more, where that is more than is known; else 0."""
        if self._known_budget(now) or len(self._starts) < self.proven:
            return 0
        older = sum(1 for _start in takewhile(lambda start: start <= now - WINDOW, self._starts))
        return len(self._starts) - older + 1

    def _learn(self, now: float) -> None:
        """What was let through in the window before a refusal is the budget, as far as this run can tell.

        The first window that is closed tells nothing: others may have used it up. And none tells it for long, since a
        share that others leave to this run may grow.
        """
        if self._starts:
            self._starts.pop()  # the refused one used up nothing
        self.proven = sum(1 for start in self._starts if start > now - WINDOW)
        if now < self._learned_until:
            self._learned_until = float("-inf")  # it is less now
        elif now >= self._closed_until > float("-inf"):
            self._learned = max(self.proven, 1)
            self._learned_until = now + TRUSTED * WINDOW

    def _known_budget(self, now: float) -> int | None:
        return self._per_minute or (self._learned if now < self._learned_until else None)

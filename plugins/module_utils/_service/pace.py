# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The pace of requests: how fast they are sent.

Requests start in parallel. After the service has refused a request, the client waits. Then it sends only as many
requests per minute as the service has accepted before.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from .._errors import LinkEngageError, NotSent, Throttled
from .._machine.locks import SILENT
from .._machine.store import Budget
from .shared_pace import Limit, SharedBudget, SharedPace

WINDOW = 60.0  # seconds: the contract counts requests per minute
MARGIN = 0.1  # seconds: the clock of the service can be a little slower than the clock of this machine
ROUNDING = 1.0  # seconds: Retry-After is a whole number of seconds
TRUSTED = 5  # number of windows for which a confirmed budget is kept; each further confirmation doubles this number
LOOK_AGAIN = 0.5  # seconds between two checks whether the run may still send
THROTTLED = "the service is throttled"
LONG_AGO, FOREVER = float("-inf"), float("inf")


class Traffic:
    """The requests of this process to one account in the last window, and what they show about the throttle.

    All workers and clients of the account share this object. The lock of ``changed`` protects it. Times are those of
    ``clock``.

    The service can count in fixed windows (from minute to minute) or in sliding windows (the last 60 seconds). If it
    counts in fixed windows, the last 60 seconds can contain twice its budget. So only half of the observed requests can
    safely be sent in parallel. The other half is sent one at a time, so that the limit is found with a single refused
    request.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, changed: threading.Condition | None = None) -> None:
        self.clock = clock
        self.changed = changed or threading.Condition()
        self._under_way: dict[int, float] = {}  # by worker: the time when its current request started
        self._passed: deque[tuple[float, float]] = deque()  # start and end of each request that was not refused
        self._forgotten = LONG_AGO  # the end of the last request that no longer counts
        self._uncounted: deque[float] = deque()  # the end times of requests that are not counted in the store
        self._learned_at = 0.0  # the time when a refusal of any process was learned, in seconds since 1970
        self._seen = 0  # the number of accepted requests in a window; 0 before the first refusal
        self._published = 0  # the number that other processes know
        self._closed_until = LONG_AGO
        self._kept_until = LONG_AGO  # until this time, the run does not try a larger budget
        self._trusted = TRUSTED

    def opens(self, now: float, per_minute: int | None) -> tuple[float, str]:
        """Return the time when the next request may start, and the reason.

        The time is FOREVER if an answer to an earlier request must arrive first.
        """
        self._forget(now)
        used = len(self._under_way) + len(self._passed)
        if now < self._closed_until:
            return self._closed_until, THROTTLED
        if per_minute and used >= per_minute:
            return self._leaves(used - per_minute), f"requests_per_minute ({per_minute}) is used up"
        if not self._seen or used < (self._seen + 1) // 2:
            return now, ""
        if self._under_way:
            return FOREVER, ""
        if used >= self._seen and now < self._kept_until:
            return self._leaves(used - self._seen), f"the service accepts {self._seen} requests per minute"
        return now, ""

    def begin(self, worker: int) -> None:
        """Record that *worker* starts a request."""
        self._under_way[worker] = self.clock()

    def end(self, worker: int, answered: bool, counted: bool = False) -> None:
        """Record that the request of *worker* has ended. It counts unless the service refused it.

        *answered* is True if the request got an answer. *counted* is True if the request is counted in the store.
        """
        start = self._under_way.pop(worker, None)
        if start is not None:
            now = self.clock()
            self._passed.append((start, now))
            if not counted:
                self._uncounted.append(now)
            if answered and len(self._passed) > self._seen > 0 and now >= self._closed_until:
                self._seen = max(self._seen, self._count(now))
        self.changed.notify_all()

    def refuse(self, worker: int, retry_after: float | None, accepted: int = 0) -> tuple[float, float]:
        """Record that the request of *worker* was refused.

        Returns the end of the pause, and the added seconds of waiting.

        *accepted* is the number of accepted requests of all processes in the window, as far as it is known.
        """
        now = self.clock()
        start = self._under_way.pop(worker, now)
        if now < self._closed_until:
            until = max(self._closed_until, now + (retry_after or 0))
            return until, until - self._closed_until
        pause = WINDOW if retry_after is None else retry_after
        self._forget(now)
        shorter = self._is_shorter(pause, start, now)
        over = len(self._passed) - self._seen
        # A run that has used up its budget would also have to wait if it had not been refused.
        budget = self._leaves(over) if self._seen and over >= 0 and not shorter else now
        if 0 < self._seen <= accepted and not shorter:  # the budget was used up, partly by other processes
            budget = now + pause
        self._learn(now, shorter, accepted)
        return now + pause, max(pause - max(budget - now, 0.0), 0.0)

    def close(self, until: float) -> None:
        """Let no worker start a request before *until*."""
        self._closed_until = until

    # Exchange with other processes

    def uncounted(self) -> list[float]:
        """Return when accepted requests ended that are not counted in the store, in seconds since 1970.

        Each request is returned only once.
        """
        self._forget(self.clock())
        found, ahead = list(self._uncounted), time.time() - self.clock()
        self._uncounted.clear()
        return [end + ahead for end in found]

    def learned(self, closed_until: float) -> Budget:
        """Return what this process has learned, for other processes."""
        self._learned_at, self._published = time.time(), self._seen
        ahead = self._learned_at - self.clock()
        closed, kept = (max(until + ahead, 0.0) for until in (closed_until, self._kept_until))
        return Budget(self._learned_at, self._seen, closed, kept, self._trusted)

    def adopt(self, budget: Budget, most: float) -> float:
        """Use what another process has learned. Returns the added seconds of waiting, which are at most *most*.

        If this process already knew the budget and the budget is used up, no seconds are added. This process would also
        have to wait if no request had been refused.
        """
        if budget.at == self._learned_at:  # since this refusal, other processes may have found a larger budget
            self._seen, self._published = max(self._seen, budget.requests), budget.requests
        if budget.at <= self._learned_at <= time.time() + WINDOW:  # a later time is that of a clock that was wrong
            return 0.0
        known = 0 < self._seen <= budget.requests
        now, ahead = self.clock(), self.clock() - time.time()
        self._learned_at, self._seen, self._trusted = budget.at, budget.requests, budget.trusted
        self._published = budget.requests
        self._kept_until = budget.kept_until + ahead if budget.kept_until else LONG_AGO
        until, begun = budget.closed_until + ahead, max(now, self._closed_until)
        if begun < until <= begun + (WINDOW if known else most):
            self._closed_until = until
            return 0.0 if known else until - begun
        return 0.0

    def limit(self) -> Limit | None:
        """Return the learned budget, plus one request if it is time to try a larger budget.

        None before the first refusal.
        """
        if not self._seen:
            return None
        tested = self.clock() >= self._kept_until
        return Limit(self._seen + tested, tested, f"the service accepts {self._seen} requests per minute")

    def grow(self, accepted: int) -> tuple[float, int] | None:
        """Return the time of the last refusal and a larger budget, if other processes know only a smaller budget.

        *accepted* is the number of accepted requests of all processes in the window.
        """
        grown = max(self._seen, accepted)
        if not self._seen or grown <= self._published or self.clock() < self._closed_until:
            return None
        self._seen = self._published = grown
        return self._learned_at, grown

    def _learn(self, now: float, shorter: bool, accepted: int) -> None:
        """Set the budget to the number of requests that were accepted in the window before this refusal.

        The first refusal may show only a part of the budget, because other processes may have used the rest. A later
        refusal confirms the budget for some windows. After these windows the run tries a larger budget, because other
        processes may use less. If Retry-After is *shorter* than the rest of the window, the client trusts the service
        instead.

        A refusal after less than half of the known budget confirms nothing: other programs have used the rest, or a
        clock was changed.
        """
        found = max(self._count(now), accepted)
        confirmed = 0 < self._seen <= 2 * found and now >= self._kept_until and not shorter
        self._seen = max(found, 1)
        self._kept_until = now + (1 + self._trusted) * WINDOW if confirmed else LONG_AGO
        self._trusted = self._trusted * 2 if confirmed else TRUSTED

    def _is_shorter(self, pause: float, start: float, now: float) -> bool:
        """Return whether Retry-After shows that the window of the service is shorter than WINDOW.

        In a sliding window, Retry-After is the time until the service no longer counts the oldest request. The service
        counts a request between its start and its end. So the answer to a request that began at *start* can depend on
        a request that this process has forgotten by *now*.
        """
        oldest = min((start, *self._under_way.values(), *(begun for begun, _end in self._passed)))
        forgotten = self._forgotten > start + pause - WINDOW - ROUNDING
        return not forgotten and now + pause + ROUNDING < oldest + WINDOW

    def _count(self, now: float) -> int:
        return sum(start > now - WINDOW for start, _end in self._passed)

    def _leaves(self, place: int) -> float:
        """Return when the accepted request at this position no longer counts."""
        return self._passed[place][1] + WINDOW + MARGIN if place < len(self._passed) else FOREVER

    def _forget(self, now: float) -> None:
        while self._passed and self._leaves(0) <= now:
            self._forgotten = self._passed.popleft()[1]
        while self._uncounted and self._uncounted[0] + WINDOW + MARGIN <= now:
            self._uncounted.popleft()


def _now() -> float:
    """Return the time of this machine, in seconds since 1970."""
    return time.time()


class Pace:
    """Decides when the next request of a task may start.

    - *per_minute* is the budget in an option, or None.
    - *shared* is the store in which other processes count their requests.
    - *bound* is the maximum number of seconds that a task waits because of refusals. With 0, the first refusal is an
      error.
    - *permit* is a function that raises NotSent if the run may not send any more.
    - ``on_wait`` is called for every refusal, and for every other wait that is longer than SILENT seconds.
    """

    def __init__(
        self,
        per_minute: int | None,
        bound: float,
        permit: Callable[[], None] | None = None,
        traffic: Traffic | None = None,
        shared: SharedBudget | None = None,
    ) -> None:
        self.traffic = traffic or Traffic()
        self._shared = SharedPace(shared, per_minute, _now)
        self._refused_ids: set[int] = set()
        self.refusals = 0
        self.waited = 0.0
        self.on_wait: Callable[[str], None] | None = None
        self._per_minute = per_minute
        self._bound = bound
        self._permit = permit
        self._reported_until = LONG_AGO
        self._over: LinkEngageError | None = None  # the error that every request raises until _over_until
        self._over_until = LONG_AGO

    def renew(self) -> None:
        """Begin a new task on this client. Reports and limits start again, and the learned budget stays."""
        self.refusals, self.waited, self._over = 0, 0.0, None
        self._shared.renew()

    def announce(self, why: str, seconds: float) -> None:
        """Report a wait of a request that does not wait for its turn, if it is long."""
        if seconds > SILENT and self.on_wait:
            self.on_wait(_report_of_wait(why, seconds))

    def stop(self, why: str) -> None:
        """Stop all further requests of this task. Workers that wait get NotSent."""
        with self.traffic.changed:
            self._end(FOREVER, NotSent(why))

    def _end(self, until: float, why: LinkEngageError) -> None:
        self._over, self._over_until = why, until
        self.traffic.changed.notify_all()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until a request may start.

        The caller makes the request inside this context. Raises Throttled, NotSent.
        """
        worker = threading.get_ident()
        ticket = self._take_shared_turn()
        while news := self._start_or_wait(worker):
            if self.on_wait:
                self.on_wait(news)
        answered = False
        self._refused_ids.discard(worker)
        try:
            yield
            answered = True
        finally:
            with self.traffic.changed:
                self.traffic.end(worker, answered, bool(ticket))
            if ticket:
                self._end_shared_turn(ticket, worker not in self._refused_ids)

    def _take_shared_turn(self) -> str:
        """Wait until the budget of all processes has room for a request. Returns the id of the request in the store.

        The id is empty if the store does not count requests.
        """
        id, begun = "", self.traffic.clock()
        while True:
            news = self._shared.news(WINDOW)
            if news:
                with self.traffic.changed:
                    self.waited += self.traffic.adopt(news, self._bound - self.waited)
            if not self._shared.counts:
                return ""
            id = id or uuid.uuid4().hex
            with self.traffic.changed:
                limit = self.traffic.limit()
            shortly = self.traffic.clock() - begun < SILENT
            seconds, why = self._shared.take(id, limit, WINDOW + MARGIN, shortly)
            if not seconds:
                return id
            self._pause(why, seconds)

    def _end_shared_turn(self, ticket: str, counts: bool) -> None:
        self._shared.end(ticket, counts)
        with self.traffic.changed:
            limit = self.traffic.limit()
        if counts and limit and limit.tested:
            accepted = self._shared.accepted([], WINDOW)
            with self.traffic.changed:
                grown = self.traffic.grow(accepted)
            if grown:
                self._shared.grow(*grown)

    def _pause(self, why: str, seconds: float) -> None:
        """Wait for a part of *seconds*. Raises NotSent or Throttled if no request may start any more."""
        now = self.traffic.clock()
        if seconds > SILENT and now + seconds > self._reported_until + SILENT:
            self._reported_until = now + seconds
            if self.on_wait:
                self.on_wait(_report_of_wait(why, seconds))
        with self.traffic.changed:
            if self._over and now < self._over_until:
                raise self._over
            if self._permit:
                self._permit()
            self.traffic.changed.wait(min(seconds, LOOK_AGAIN))

    def _start_or_wait(self, worker: int) -> str:
        """Wait, and start a request. If the wait must be reported, return at once with a text about it."""
        traffic = self.traffic
        with traffic.changed:
            while True:
                now = traffic.clock()
                if self._over and now < self._over_until:
                    raise self._over
                until, why = traffic.opens(now, self._per_minute)
                if until <= now:
                    traffic.begin(worker)
                    return ""
                if self._permit:
                    self._permit()
                if now + SILENT < until < FOREVER and until > self._reported_until + SILENT:
                    self._reported_until = until
                    return _report_of_wait(why, until - now)
                seconds = min(until - now, LOOK_AGAIN if self._permit else FOREVER)
                traffic.changed.wait(None if seconds == FOREVER else seconds)

    def refused(self, retry_after: float | None, request: str = "a request") -> None:
        """Record that the service refused this request. Every worker then pauses for the rest of the window.

        The pause is ``Retry-After`` if the answer has it (contract: assumptions). Raises Throttled if the task would
        wait too long. *request* is the name of the request in this error.
        """
        traffic, worker = self.traffic, threading.get_ident()
        with traffic.changed:
            uncounted = traffic.uncounted()
        accepted = self._shared.accepted(uncounted, WINDOW)
        with traffic.changed:
            self.refusals += 1
            self._refused_ids.add(worker)
            until, seconds = traffic.refuse(worker, retry_after, accepted)
            learned = traffic.learned(until)
            pause = until - traffic.clock()
            error = self._too_long(request, seconds if self._bound else pause)
            if error:
                self._end(until, error)  # workers that wait get this error too
            else:
                self.waited += seconds
                traffic.close(until)
            news = not error and until > self._reported_until and self.on_wait
            self._reported_until = max(self._reported_until, until)
        self._shared.learn(learned)
        if error:
            raise error
        if news:
            news(_report_of_wait(THROTTLED, pause))

    def _too_long(self, request: str, seconds: float) -> Throttled | None:
        """Return the error for a task that would have to wait too long, or None."""
        if self._bound and self.waited + seconds <= self._bound:
            return None
        used, more, total = "", "", ""
        if self.waited >= 1:
            used, more, total = f"The task has already waited {self.waited:.0f} s. ", " more", " in total"
        return Throttled(
            "The service is throttled: it accepts a limited number of requests per minute, and has refused "
            f"{request}. {used}Before the next attempt, the task would have to wait {seconds:.0f} s{more}, but "
            f"throttle_timeout allows only {self._bound:g} s{total}. Raise throttle_timeout, or set "
            "requests_per_minute to the limit of the account.",
            waited=round(self.waited, 1),
        )

    def report(self) -> list[str]:
        """Return sentences about the pace, for the result."""
        alone = (
            [
                "requests_per_minute: the limit does not count the requests of other tasks, because the store failed: "
                f"{self._shared.failure}"
            ]
            if self._shared.failure
            else []
        )
        if not self.refusals:
            return alone
        advice = "To prevent these pauses, set requests_per_minute to the limit of the account."
        if self._per_minute:
            advice = (
                f"requests_per_minute ({self._per_minute}) is more than the service accepts, or another job uses the "
                "account at the same time. Reduce requests_per_minute."
            )
        return [
            *alone,
            f"The service throttled this run {self.refusals} time{'' if self.refusals == 1 else 's'}. The run waited "
            f"{self.waited:.0f} s. {advice}",
        ]


def _report_of_wait(why: str, seconds: float) -> str:
    end = datetime.now() + timedelta(seconds=seconds)
    return f"{why}; waiting {seconds:.0f} s, until {end:%H:%M:%S}"

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pace of requests on a simulated clock: threads, and services that count in fixed or in sliding windows."""

from __future__ import annotations

import math
import random
import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Union

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support import examples
from virtual_time import VirtualTime

from ansible_collections.community.linkengage.plugins.module_utils._errors import NotSent, Throttled
from ansible_collections.community.linkengage.plugins.module_utils._service.pace import (
    MARGIN,
    TRUSTED,
    WINDOW,
    Pace,
    Traffic,
)

EVER = float("inf")


@dataclass
class Sliding:
    """A service that accepts at most *budget* requests in the window that ends at the current time."""

    budget: int
    passed: list[float] = field(default_factory=list)

    def lets_through(self, now: float) -> bool:
        self.passed = [time for time in self.passed if time > now - WINDOW]
        if len(self.passed) >= self.budget:
            return False
        self.passed.append(now)
        return True

    def retry_after(self, now: float) -> float:
        return max(math.ceil(self.passed[0] + WINDOW - now), 1)


@dataclass
class Fixed:
    """A service that accepts at most *budget* requests in each full minute of its clock."""

    budget: int
    offset: float = 0.0
    passed: Counter[int] = field(default_factory=Counter)

    def window(self, now: float) -> int:
        return math.floor((now + self.offset) / WINDOW)

    def lets_through(self, now: float) -> bool:
        if self.passed[self.window(now)] >= self.budget:
            return False
        self.passed[self.window(now)] += 1
        return True

    def retry_after(self, now: float) -> float:
        return max(math.ceil((self.window(now) + 1) * WINDOW - self.offset - now), 1)


Service = Union[Sliding, Fixed]


class Run:
    """Workers that send requests to a service, on a simulated clock."""

    def __init__(
        self, service: Service | None = None, per_minute: int | None = None, bound: float = EVER, **more: Any
    ) -> None:
        self.time = VirtualTime()
        self.service = service or Sliding(10**9)
        self.traffic = Traffic(self.time.clock, self.time.changed)
        self.reports: list[str] = []
        self.refused: list[float] = []  # times of all refusals since the start
        self.sent = 0
        self._began = self.time.now
        self._latency: Callable[[], float] = more.get("latency", lambda: 0.1)
        self._retry_after = more.get("retry_after", False)
        self.pace = self.task(per_minute, bound)

    def task(self, per_minute: int | None = None, bound: float = EVER) -> Pace:
        """Return another client of the same account in the same process."""
        pace = Pace(per_minute, bound, traffic=self.traffic)
        pace.on_wait = self.reports.append
        return pace

    @property
    def seconds(self) -> float:
        return self.time.now - self._began

    def send(self, pace: Pace | None = None) -> None:
        """Send one request, and repeat it until the service accepts it."""
        pace = pace or self.pace
        passed = False
        while not passed:
            with pace.turn():
                there, back = self._latency() / 2, self._latency() / 2
                self.time.sleep(there)
                passed = self.service.lets_through(self.time.now)
                wait = self.service.retry_after(self.time.now) if self._retry_after and not passed else None
                self.refused += [] if passed else [self.seconds]
                self.time.sleep(back)
                if not passed:
                    pace.refused(wait)
        self.sent += 1

    def work(self, requests: int, workers: int = 1, pace: Pace | None = None, *others: Callable[[], None]) -> Run:
        """Send requests with several workers at a time."""
        left = list(range(requests))

        def worker() -> None:
            while left:
                left.pop()
                self.send(pace)

        self.time.run(*[worker] * workers, *others)
        return self

    def windows(self, after: int) -> list[int]:
        """Return the number of refusals in each window of the service.

        Only windows with a refusal *after* this number of refusals are counted.
        """
        assert isinstance(self.service, Fixed)
        return list(Counter(self.service.window(self._began + time) for time in sorted(self.refused)[after:]).values())

    def pauses(self) -> list[int]:
        """Return the number of refusals in each pause. The first pause begins with the first refusal."""
        found: list[list[float]] = []
        for time in sorted(self.refused):
            if not found or time >= found[-1][0] + WINDOW:
                found.append([])
            found[-1].append(time)
        return list(map(len, found))


def latencies(seed: int, longest: float) -> Callable[[], float]:
    chosen = random.Random(seed)
    return lambda: chosen.uniform(longest / 10, longest)


budgets = st.integers(1, 40)
services = st.one_of(st.builds(Sliding, budgets), st.builds(Fixed, budgets, st.floats(0, WINDOW)))
workers_at_once = st.integers(1, 8)
seeds = st.integers(0, 2**16)
longest_latencies = st.sampled_from([0.01, 0.2, 2.0, 15.0])


# Without a throttle


@pytest.mark.parametrize(("workers", "seconds"), [(1, 80), (2, 40), (8, 10)])
def test_workers_send_side_by_side_from_the_first_request_on(workers: int, seconds: float) -> None:
    run = Run().work(800, workers)
    assert run.seconds == pytest.approx(seconds, rel=1e-3)
    assert (run.pace.report(), run.reports, run.pace.waited) == ([], [], 0)


# A budget that is set


@settings(max_examples=60)
@given(services, workers_at_once, seeds, longest_latencies)
def test_a_known_budget_is_never_refused(service: Service, workers: int, seed: int, latency: float) -> None:
    run = Run(service, service.budget, latency=latencies(seed, latency))
    run.work(3 * service.budget + 5, workers)
    assert (run.refused, run.sent) == ([], 3 * service.budget + 5)


@settings(max_examples=30)
@given(services, workers_at_once, st.lists(st.integers(1, 30), min_size=2, max_size=4), seeds)
def test_tasks_in_a_row_keep_one_budget(service: Service, workers: int, sizes: list[int], seed: int) -> None:
    run = Run(service, latency=latencies(seed, 0.5))
    for size in sizes:
        run.work(size, workers, run.task(service.budget))
    assert (run.refused, run.sent) == ([], sum(sizes))


def test_a_known_budget_is_used_up_in_every_window() -> None:
    run = Run(Sliding(60), 60).work(300, 8)
    assert run.refused == []
    assert run.seconds == pytest.approx(4 * WINDOW, abs=6)


def test_a_wait_for_a_known_budget_is_reported_once_with_its_end() -> None:
    run = Run(Sliding(5), 5).work(9, 4)
    (text,) = run.reports
    assert re.fullmatch(r"requests_per_minute \(5\) is used up; waiting 60 s, until \d\d:\d\d:\d\d", text)
    assert run.pace.report() == []


def test_a_wait_of_up_to_three_seconds_is_not_reported() -> None:
    run = Run(Sliding(2), 2)
    run.send()
    run.time.sleep(WINDOW - 2.5)
    run.send()
    run.send()
    assert run.reports == []
    run.send()
    assert len(run.reports) == 1


# A budget that is not set


@settings(max_examples=examples(150))
@given(services, workers_at_once, seeds, longest_latencies)
@example(Fixed(20, 59.9), 8, 0, 0.2)
@example(Fixed(12, 45), 8, 3, 15.0)
@example(Fixed(1, 14), 4, 0, 15.0)  # slow answers in the first pause are in two windows of the service
def test_the_first_window_refuses_each_worker_at_most_once_and_later_ones_once_in_all(
    service: Service, workers: int, seed: int, latency: float
) -> None:
    run = Run(service, latency=latencies(seed, latency)).work(4 * service.budget + 10, workers)
    assert run.sent == 4 * service.budget + 10
    assert run.pace.refusals == len(run.refused)
    first, *later = run.pauses() or [0]
    assert first <= workers
    assert all(refusals == 1 for refusals in later)
    if isinstance(service, Fixed):
        assert all(refusals == 1 for refusals in run.windows(after=first))


@settings(max_examples=50)
@given(services, seeds)
def test_the_whole_budget_is_used(service: Service, seed: int) -> None:
    """Two windows may be lost: the pause after the first refusal, and the search for the limit."""
    run = Run(service, latency=latencies(seed, 0.1)).work(5 * service.budget, 8)
    assert run.seconds <= (5 + 2) * WINDOW


def test_the_budget_is_found_in_the_second_window_and_kept_then() -> None:
    run = Run(Sliding(60)).work(60 * (TRUSTED + 1), 8)
    assert run.pauses() == [8, 1]
    assert run.seconds == pytest.approx(TRUSTED * WINDOW, abs=15)


def test_after_some_windows_the_budget_is_tested_again_and_then_kept_for_longer() -> None:
    run = Run(Sliding(10)).work(10 * 6 * TRUSTED, 8)
    assert run.pauses() == [8, 1, 1, 1]
    first, second, third = (run.refused[place] for place in (-3, -2, -1))
    assert second - first == pytest.approx((TRUSTED + 1) * WINDOW, abs=10)
    assert third - second == pytest.approx((2 * TRUSTED + 1) * WINDOW, abs=20)


def test_a_run_of_hours_waits_less_than_the_default_throttle_timeout() -> None:
    run = Run(Sliding(30), bound=180).work(30 * 60 * 5, 4)
    assert run.seconds > 4 * 3600
    assert run.pace.waited < 120


def test_a_first_refusal_that_others_have_caused_does_not_slow_the_run_down_for_good() -> None:
    service = Sliding(60)
    run = Run(service)
    service.passed += [run.time.now] * 58
    run.work(2 + 60 + 60, 8)
    assert run.seconds < 4 * WINDOW
    assert run.pauses()[1:] in ([], [1], [1, 1])


# Other programs that use the account


@settings(max_examples=60)
@given(services, workers_at_once, seeds, st.floats(0.1, 0.9))
def test_with_another_consumer_each_pause_has_at_most_one_refusal_of_each_worker_and_all_is_sent(
    service: Service, workers: int, seed: int, share: float
) -> None:
    run = Run(service, latency=latencies(seed, 0.5))
    others = random.Random(seed + 1)

    def another() -> None:
        while run.sent < 60:
            run.time.sleep(others.expovariate(share * service.budget / WINDOW))
            service.lets_through(run.time.now)

    run.work(60, workers, None, another)
    assert run.sent == 60
    assert all(refusals <= workers for refusals in run.pauses())


def test_a_known_budget_that_others_also_use_is_refused_and_reported() -> None:
    service = Sliding(20)
    run = Run(service, 20)
    service.passed += [run.time.now] * 12
    run.work(15, 4)
    assert 1 <= len(run.refused) <= 4
    (report,) = run.pace.report()
    assert "requests_per_minute (20) is more than the service accepts" in report


# Refusals


def test_every_worker_pauses_for_the_window_after_a_refusal() -> None:
    run = Run(Sliding(20)).work(30, 8)
    assert len(run.refused) == 8
    assert WINDOW < run.seconds < WINDOW + 3
    assert run.pace.waited == WINDOW
    assert [text.partition(", until ")[0] for text in run.reports] == ["the service is throttled; waiting 60 s"]


def refuse(run: Run, retry_after: float | None = None, pace: Pace | None = None) -> None:
    """Send one request that the service refuses at once."""
    pace = pace or run.pace
    with pace.turn():
        pace.refused(retry_after)


def test_the_wait_is_retry_after_if_it_is_given() -> None:
    run = Run()
    refuse(run, 7)
    run.send()
    assert run.seconds == pytest.approx(7.1)
    assert run.pace.waited == 7


def test_a_longer_retry_after_in_the_same_pause_adds_the_difference() -> None:
    run = Run()

    def worker(retry_after: float) -> None:
        with run.pace.turn():
            run.time.sleep(1)
            run.pace.refused(retry_after)
        run.send()

    run.time.run(*(lambda wait=wait: worker(wait) for wait in (10, 25, 5)))
    assert run.pace.waited == pytest.approx(25)
    assert run.seconds == pytest.approx(26, abs=0.5)


@settings(max_examples=50)
@given(services, workers_at_once, seeds)
def test_with_retry_after_a_run_is_not_refused_more_often_than_without(
    service: Service, workers: int, seed: int
) -> None:
    run = Run(service, latency=latencies(seed, 0.2), retry_after=True).work(3 * service.budget, workers)
    assert run.sent == 3 * service.budget
    assert run.seconds <= 5 * WINDOW
    assert len(run.refused) <= workers + run.seconds // WINDOW


@settings(max_examples=20)
@given(st.builds(Sliding, budgets), workers_at_once, seeds, longest_latencies)
@example(Sliding(7), 7, 8895, 5.0)
@example(Sliding(10), 3, 5007, 5.0)
@example(Sliding(5), 5, 6, 15.0)
@example(Sliding(8), 7, 24557, 5.0)
def test_retry_after_of_a_slow_service_is_not_taken_for_a_shorter_window(
    service: Sliding, workers: int, seed: int, latency: float
) -> None:
    """The service counts a request before its answer comes, so its window ends earlier than the answer suggests."""
    run = Run(service, latency=latencies(seed, latency), retry_after=True).work(8 * service.budget, workers)
    assert all(refusals == 1 for refusals in run.pauses()[2:])


def test_a_request_without_an_answer_explains_a_retry_after_of_less_than_a_minute() -> None:
    """The service counts the slow request of worker 1 from its start, so its Retry-After is 51 seconds."""
    time = VirtualTime()
    traffic = Traffic(time.clock, time.changed)
    traffic.refuse(2, None)  # the first refusal never confirms a budget
    time.now += WINDOW
    traffic.begin(1)
    time.now += 7
    traffic.begin(3)
    time.now += 1
    traffic.end(3, answered=True)
    traffic.begin(2)
    time.now += 1
    traffic.refuse(2, 51)
    assert traffic.learned(0).kept_until > 0  # confirmed, as after a whole minute


def test_a_retry_after_that_is_shorter_than_a_minute_is_obeyed() -> None:
    """The run never waits for a whole minute."""
    run = Run(bound=EVER)
    for _window in range(5):
        run.work(3)
        refuse(run, 1)
    run.work(3)
    assert run.seconds < 10


def test_a_refusal_for_another_reason_does_not_bind_the_run_to_a_budget() -> None:
    run = Run()
    refuse(run, 5)
    run.work(1000, 8)
    assert run.seconds < WINDOW + 60


def test_a_refusal_that_others_have_caused_does_not_confirm_a_tiny_budget() -> None:
    run = Run(Sliding(30)).work(45, 1)
    run.time.sleep(2 * WINDOW)
    for _request in range(30):  # another program uses the whole budget
        assert run.service.lets_through(run.time.now)
    begun = run.seconds
    run.work(100, 4)
    assert run.seconds - begun < 5 * WINDOW


@pytest.mark.parametrize(("bound", "refusals"), [(180, 3), (179, 2), (60, 1), (59, 0), (0, 0)])
@pytest.mark.parametrize("workers", [1, 8])
def test_waiting_ends_at_throttle_timeout(bound: float, refusals: int, workers: int) -> None:
    run = Run(Sliding(0), bound=bound)
    with pytest.raises(Throttled) as caught:
        run.work(1, 1)
    assert run.pace.waited == refusals * WINDOW <= bound
    assert run.seconds == pytest.approx(refusals * WINDOW, abs=1)
    for text in ("throttled", "throttle_timeout", "requests_per_minute"):
        assert text in str(caught.value)
    assert caught.value.failure == {"kind": "throttled", "waited": refusals * WINDOW}


def test_without_waiting_the_error_names_the_request_and_the_whole_pause() -> None:
    run = Run(Sliding(10), bound=0).work(10, 1)
    for _time in range(2):  # the second time, the run knows that its budget is used up
        with run.pace.turn(), pytest.raises(Throttled) as caught:
            run.pace.refused(None, "POST /messages")
        assert (
            "has refused POST /messages. Before the next attempt, the task would have to wait 60 s, but "
            "throttle_timeout allows only 0 s."
        ) in str(caught.value)
        run.time.sleep(WINDOW)
        run.work(10, 1)


def test_after_the_limit_no_other_request_is_sent_in_the_window() -> None:
    run = Run(bound=0)
    for _time in range(3):
        with pytest.raises(Throttled):
            refuse(run)
    assert run.pace.refusals == 1
    run.time.sleep(WINDOW)
    run.send()


def test_after_throttle_timeout_all_waiting_workers_fail() -> None:
    run = Run(Sliding(0), bound=60)
    failed: list[float] = []

    def worker() -> None:
        try:
            run.send()
        except Throttled:
            failed.append(run.seconds)

    run.time.run(*[worker] * 8)
    assert len(failed) == 8
    assert max(failed) < WINDOW + 1
    assert len(run.refused) == 9


def test_each_task_has_its_own_throttle_timeout_and_keeps_the_found_budget() -> None:
    run = Run(Sliding(10), bound=60).work(15, 8)
    assert run.pace.waited == WINDOW
    run.pace.renew()
    assert (run.pace.waited, run.pace.report()) == (0, [])
    run.work(30, 8)
    assert run.pauses()[1:] == [1]


def test_a_second_client_of_the_account_knows_what_the_first_has_learned() -> None:
    run = Run(Sliding(10)).work(25, 8)
    known = len(run.refused)
    run.work(20, 8, run.task())
    assert len(run.refused) == known


def test_the_report_says_how_often_and_how_long() -> None:
    run = Run()
    refuse(run, 10)
    refuse(run, 20)
    (text,) = run.pace.report()
    assert "2 times" in text
    assert "30 s" in text
    assert "requests_per_minute" in text


# The end of a run


def test_workers_that_wait_when_the_run_is_stopped_send_nothing() -> None:
    run = Run(Sliding(0))
    stopped: list[tuple[str, float]] = []

    def worker() -> None:
        try:
            run.send()
        except NotSent as error:
            stopped.append((str(error), run.seconds))

    def stop() -> None:
        run.time.sleep(5)
        run.pace.stop("It is over.")

    run.time.run(*[worker] * 4, stop)
    assert [text for text, _seconds in stopped] == ["It is over."] * 4
    assert all(seconds == pytest.approx(5, abs=0.01) for _text, seconds in stopped)
    with pytest.raises(NotSent):
        run.send()
    run.pace.renew()
    run.service = Sliding(10)
    run.send()


def test_a_run_that_may_send_no_more_stops_while_it_waits() -> None:
    run = Run()
    over: list[float] = []

    def permit() -> None:
        if over and run.time.now > over[0]:
            raise NotSent("The run is over.")

    pace = Pace(None, EVER, permit, run.traffic)
    refuse(run, None, pace)
    over.append(run.time.now + 10)
    with pytest.raises(NotSent):
        run.send(pace)
    assert run.seconds < 11


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_a_request_that_fails_ends_its_turn(error: type[BaseException]) -> None:
    run = Run(Sliding(2), 2)
    with pytest.raises(error), run.pace.turn():
        raise error
    run.send()
    run.send()
    assert run.seconds == pytest.approx(WINDOW + MARGIN, abs=0.2)


def test_all_requests_are_sent_with_real_threads_and_a_real_clock() -> None:
    pace, passed = Pace(1000, EVER), []

    def work() -> None:
        for _request in range(50):
            with pace.turn():
                passed.append(1)

    workers = [threading.Thread(target=work) for _worker in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(passed) == 400

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._errors import Throttled
from ansible_collections.community.linkengage.plugins.module_utils._pace import GLANCE, MARGIN, WINDOW, Pace


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.naps: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.naps.append(seconds)
        self.now += seconds


def paced(per_minute: int | None = None, bound: float = 180.0) -> tuple[Pace, Clock]:
    clock = Clock()
    return Pace(per_minute, bound, clock, clock.sleep), clock


def request(pace: Pace) -> None:
    """One request, whose answer comes at once."""
    with pace.turn():
        pass


def test_without_a_budget_nothing_waits() -> None:
    pace, clock = paced()
    for _request in range(1000):
        request(pace)
    assert clock.naps == []
    assert pace.report() == []


@given(st.integers(1, 30), st.lists(st.floats(0, 20), min_size=1, max_size=80))
def test_no_window_ever_sees_more_than_the_budget(budget: int, idle: list[float]) -> None:
    pace, clock = paced(budget)
    starts = []
    for pause in idle:
        clock.now += pause
        request(pace)
        starts.append(clock.now)
    for first, last in zip(starts, starts[budget:]):
        assert last - first >= WINDOW + MARGIN - 1e-6


def test_within_the_budget_nothing_waits() -> None:
    pace, clock = paced(5)
    for _request in range(5):
        request(pace)
    assert clock.naps == []
    request(pace)
    assert clock.naps == [WINDOW + MARGIN]


def test_a_refusal_holds_the_next_request_for_the_window() -> None:
    pace, clock = paced()
    pace.refused(None)
    request(pace)
    assert clock.naps == [WINDOW]


def test_retry_after_is_what_is_waited_where_it_comes() -> None:
    pace, clock = paced()
    pace.refused(7)
    request(pace)
    assert clock.naps == [7]
    assert pace.waited == 7


def test_refusals_in_the_same_wait_are_waited_out_once() -> None:
    pace, clock = paced(bound=60)
    for _worker in range(4):
        pace.refused(60)
    request(pace)
    assert (pace.refusals, pace.waited, clock.naps) == (4, 60, [60])


def test_the_budget_is_learned_from_the_first_window_that_is_used_up_from_its_beginning() -> None:
    pace, clock = paced(bound=1000)

    def request_until_refused(allowed: int, refusals: int = 1) -> None:
        for _request in range(allowed + refusals):
            request(pace)
            clock.now += 0.01
        for _refusal in range(refusals):
            pace.refused(None)

    request_until_refused(3, refusals=4)  # others have used the rest of this window
    request_until_refused(20)
    for _request in range(80):
        request(pace)
    assert pace.refusals == 5
    elapsed = sum(clock.naps)
    assert elapsed == pytest.approx(2 * WINDOW + 3 * (WINDOW + MARGIN), abs=2)


def test_what_goes_beyond_the_window_before_goes_alone() -> None:
    clock = Clock()
    naps: list[float] = []
    pace = Pace(None, 180, clock, lambda seconds: naps.append(seconds) or time.sleep(seconds))
    for _request in range(3):
        request(pace)
    pace.refused(None)  # two were let through
    clock.now += WINDOW + MARGIN
    with pace.turn(), pace.turn():
        assert naps == []
        waiting = threading.Thread(target=request, args=(pace,), daemon=True)
        waiting.start()
        waiting.join(timeout=0.2)
        assert waiting.is_alive()
    waiting.join(timeout=5)
    assert not waiting.is_alive()
    assert set(naps) == {GLANCE}


def test_a_refusal_soon_after_the_window_opened_does_not_slow_the_run_for_good() -> None:
    pace, clock = paced(bound=1000)
    for _refusal in range(2):
        request(pace)
        pace.refused(None)
    for _request in range(100):
        request(pace)
    assert sum(clock.naps) < 10 * WINDOW


def test_a_longer_refusal_in_the_same_wait_adds_the_difference() -> None:
    pace, _clock = paced()
    pace.refused(10)
    pace.refused(25)
    assert pace.waited == 25


@pytest.mark.parametrize(("bound", "refusals"), [(180, 3), (179, 2), (60, 1), (59, 0), (0, 0)])
def test_waiting_ends_at_the_bound(bound: float, refusals: int) -> None:
    pace, clock = paced(bound=bound)
    for _refusal in range(refusals):
        pace.refused(None)
        request(pace)
    with pytest.raises(Throttled) as caught:
        pace.refused(None)
    assert sum(clock.naps) == pace.waited <= bound
    assert "throttled" in str(caught.value)
    assert "throttle_timeout" in str(caught.value)
    assert "requests_per_minute" in str(caught.value)
    assert caught.value.failure == {"kind": "throttled", "waited": pace.waited}


def test_the_report_says_how_often_and_how_long() -> None:
    pace, _clock = paced()
    pace.refused(10)
    request(pace)
    pace.refused(20)
    (text,) = pace.report()
    assert "2 time(s)" in text
    assert "30 s" in text
    assert "requests_per_minute" in text


def test_all_workers_wait_for_one_refusal() -> None:
    pace = Pace(None, 10)
    pace.refused(0.2)
    passed: list[float] = []

    def work() -> None:
        request(pace)
        passed.append(1)

    workers = [threading.Thread(target=work) for _worker in range(4)]
    for worker in workers:
        worker.start()
    assert passed == []
    for worker in workers:
        worker.join(timeout=5)
    assert len(passed) == 4

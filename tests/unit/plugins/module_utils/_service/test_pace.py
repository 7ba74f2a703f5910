# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._errors import NotSent, Throttled
from ansible_collections.community.linkengage.plugins.module_utils._service.pace import MARGIN, WINDOW, Pace


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


def request(pace: Pace, refused: bool = False, retry_after: float | None = None) -> None:
    """One request, whose answer comes at once."""
    with pace.turn():
        if refused:
            pace.refused(retry_after)


def waits(pace: Pace) -> threading.Thread:
    """A request that another worker would like to make, and that may not start yet."""
    waiting = threading.Thread(target=request, args=(pace,), daemon=True)
    waiting.start()
    waiting.join(timeout=0.2)
    assert waiting.is_alive()
    return waiting


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
    request(pace, refused=True)
    request(pace)
    assert clock.naps == [WINDOW]


def test_retry_after_is_what_is_waited_where_it_comes() -> None:
    pace, clock = paced()
    request(pace, refused=True, retry_after=7)
    request(pace)
    assert clock.naps == [7]
    assert pace.waited == 7


def test_refusals_in_the_same_wait_are_waited_out_once() -> None:
    pace, clock = paced(bound=60)
    pace.proven = 4  # which is no longer so
    with ExitStack() as under_way:
        for _worker in range(4):
            under_way.enter_context(pace.turn())
        for _worker in range(4):
            pace.refused(60)
    request(pace)
    assert (pace.refusals, pace.waited, clock.naps) == (4, 60, [60])


def test_the_budget_is_learned_from_the_first_window_that_is_used_up_from_its_beginning() -> None:
    pace, clock = paced(bound=1000)

    for allowed in (3, 20):  # others have used the rest of the first window
        for _request in range(allowed):
            request(pace)
            clock.now += 0.01
        request(pace, refused=True)
    for _request in range(80):
        request(pace)
    assert pace.refusals == 2
    elapsed = sum(clock.naps)
    assert elapsed == pytest.approx(2 * WINDOW + 3 * (WINDOW + MARGIN), abs=2)


def test_so_many_go_side_by_side_as_a_window_was_seen_to_let_through() -> None:
    pace, clock = paced()
    for proven in range(1, 4):
        request(pace)
        assert pace.proven == proven
    clock.now += WINDOW + MARGIN
    with pace.turn(), pace.turn(), pace.turn(), pace.turn():
        assert clock.naps == []
        waiting = waits(pace)
    waiting.join(timeout=5)
    assert not waiting.is_alive()
    assert pace.proven == 5


def test_what_is_refused_or_never_answered_proves_nothing() -> None:
    pace, _clock = paced()
    for _request in range(3):
        request(pace)
    with pytest.raises(OSError), pace.turn():
        raise OSError
    assert pace.proven == 3
    request(pace, refused=True)
    assert pace.proven == 4  # the one without an answer may have been let through


def test_a_learned_budget_that_is_refused_is_no_longer_trusted() -> None:
    pace, clock = paced(bound=1000)
    for allowed in (5, 5, 3):
        for _request in range(allowed):
            request(pace)
        request(pace, refused=True)
    assert pace.proven == 3
    clock.now += WINDOW + MARGIN
    with ExitStack() as under_way:
        for _request in range(4):
            under_way.enter_context(pace.turn())
        waiting = waits(pace)
    waiting.join(timeout=5)
    assert not waiting.is_alive()


def test_who_waits_when_the_run_is_stopped_sends_nothing() -> None:
    pace = Pace(None, 180)
    raised: list[str] = []

    def work() -> None:
        try:
            request(pace)
        except NotSent as error:
            raised.append(str(error))

    with pace.turn():
        waiting = [threading.Thread(target=work, daemon=True) for _worker in range(4)]
        for each in waiting:
            each.start()
        pace.stop("It is over.")
        for each in waiting:
            each.join(timeout=5)
    assert raised == ["It is over."] * 4
    pace.renew()
    request(pace)


def test_past_the_bound_nobody_else_asks_in_that_window() -> None:
    pace, clock = paced(bound=0)
    for _time in range(3):
        with pytest.raises(Throttled):
            request(pace, refused=True)
    assert pace.refusals == 1
    clock.now += WINDOW
    request(pace)


def test_a_refusal_that_comes_first_holds_the_one_that_waits() -> None:
    pace = Pace(None, 10)
    with pace.turn():
        waiting = waits(pace)
        pace.refused(1.0)
    waiting.join(timeout=0.5)
    assert waiting.is_alive()
    waiting.join(timeout=5)
    assert not waiting.is_alive()


@given(st.integers(1, 20), st.lists(st.floats(0, 3), min_size=1, max_size=120), st.integers(0, 40))
def test_a_service_that_lets_the_same_number_through_refuses_once_a_window(
    rate: int, idle: list[float], remembered: int
) -> None:
    pace, clock = paced(bound=float("inf"))
    pace.proven = min(remembered, rate)
    let_through: list[float] = []
    refusals: list[float] = []
    for pause in idle:
        clock.now += pause
        with pace.turn():
            full = sum(start > clock.now - WINDOW for start in let_through) >= rate
            (refusals if full else let_through).append(clock.now)
            if full:
                pace.refused(None)
        assert pace.proven <= rate
    assert all(after - before >= WINDOW - 1e-6 for before, after in zip(refusals, refusals[1:]))


def test_a_refusal_soon_after_the_window_opened_does_not_slow_the_run_for_good() -> None:
    pace, clock = paced(bound=1000)
    for _refusal in range(2):
        request(pace)
        request(pace, refused=True)
    for _request in range(100):
        request(pace)
    assert sum(clock.naps) < 10 * WINDOW


def test_a_longer_refusal_in_the_same_wait_adds_the_difference() -> None:
    pace, _clock = paced()
    with pace.turn():
        pace.refused(10)
        pace.refused(25)
    assert pace.waited == 25


@pytest.mark.parametrize(("bound", "refusals"), [(180, 3), (179, 2), (60, 1), (59, 0), (0, 0)])
def test_waiting_ends_at_the_bound(bound: float, refusals: int) -> None:
    pace, clock = paced(bound=bound)
    for _refusal in range(refusals):
        request(pace, refused=True)
    with pytest.raises(Throttled) as caught:
        request(pace, refused=True)
    assert sum(clock.naps) == pace.waited <= bound
    assert "throttled" in str(caught.value)
    assert "throttle_timeout" in str(caught.value)
    assert "requests_per_minute" in str(caught.value)
    assert caught.value.failure == {"kind": "throttled", "waited": pace.waited}


def test_the_report_says_how_often_and_how_long() -> None:
    pace, _clock = paced()
    request(pace, refused=True, retry_after=10)
    request(pace, refused=True, retry_after=20)
    (text,) = pace.report()
    assert "2 time(s)" in text
    assert "30 s" in text
    assert "requests_per_minute" in text


def test_all_workers_wait_for_one_refusal() -> None:
    pace = Pace(None, 10)
    request(pace, refused=True, retry_after=0.2)
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

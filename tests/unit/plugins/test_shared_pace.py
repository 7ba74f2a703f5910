# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks that follow each other, or run at the same time, share one budget of requests per minute.

The budget is set in an option, or the first refused request of any task shows it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sms_child
from virtual_time import VirtualTime

from ansible_collections.community.linkengage.plugins.module_utils._errors import NotSent, Throttled
from ansible_collections.community.linkengage.plugins.module_utils._machine import postgres as _postgres
from ansible_collections.community.linkengage.plugins.module_utils._machine.locks import Waiting
from ansible_collections.community.linkengage.plugins.module_utils._machine.open_store import open_store
from ansible_collections.community.linkengage.plugins.module_utils._machine.store import Budget, Store
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import CONTACT
from ansible_collections.community.linkengage.plugins.module_utils._service import pace as _pace
from ansible_collections.community.linkengage.plugins.module_utils._service import shared_pace as _shared_pace
from ansible_collections.community.linkengage.plugins.module_utils._service.client import Client

WINDOW, BUDGET = 2.0, 6


@pytest.fixture
def options(simulator, store_options: dict[str, Any], monkeypatch) -> dict[str, Any]:
    monkeypatch.setattr(_pace, "WINDOW", WINDOW)
    simulator.options(rate=BUDGET, window=WINDOW)
    login = {"username": simulator.username, "domain": simulator.domain, "password": simulator.password}
    return {"api_url": simulator.api(2), "requests_per_minute": BUDGET, **login, **store_options}


def task(options: dict[str, Any]) -> Client:
    """Return the client of a new task that has not seen any request."""
    connection = sms_child.module_util("_service.connection")
    params = {**{name: option.get("default") for name, option in connection.CONNECTION_SPEC.items()}, **options}
    client: Client = connection.connect(params.get)
    return client


def read(options: dict[str, Any], requests: int) -> list[str]:
    client = task(options)
    for _request in range(requests):
        client.list_records(CONTACT)
    return client.warnings()


def test_tasks_in_a_row_keep_one_budget(simulator, options) -> None:
    assert [read(options, 4) for _task in range(4)] == [[]] * 4
    assert [entry["throttled"] for entry in simulator.log()] == [False] * 16


def test_tasks_at_the_same_time_keep_one_budget(simulator, options) -> None:
    warnings: list[list[str]] = []
    tasks = [threading.Thread(target=lambda: warnings.append(read(options, 4))) for _task in range(4)]
    for one in tasks:
        one.start()
    for one in tasks:
        one.join()
    assert warnings == [[]] * 4
    assert [entry["throttled"] for entry in simulator.log()] == [False] * 16


def test_a_refused_request_does_not_count(simulator, options) -> None:
    simulator.options(rate=0)
    refusal = {"action": "status", "status": 503, "headers": {"Retry-After": "1"}, "body": "x"}
    simulator.faults([{"match": {}, **refusal}])
    client = task(options)
    client.list_records(CONTACT)
    assert len(client.store._run("SELECT id FROM pace")) == 1


def test_without_a_store_a_task_keeps_its_own_budget(simulator, options, tmp_path) -> None:
    (tmp_path / "file").touch()
    (warning,) = read({**options, "store": str(tmp_path / "file")}, 3)
    assert warning.startswith(
        "requests_per_minute: the limit does not count the requests of other tasks, because the store failed: store: "
    )
    assert len(simulator.log()) == 3


def test_a_long_wait_is_reported(simulator, options, monkeypatch) -> None:
    """The window is long, so the test also passes on a slow machine. It does not wait for the end of the window."""
    monkeypatch.setattr(_pace, "WINDOW", 3600.0)
    read(options, BUDGET)
    client, reports = task(options), []

    def end(text: str) -> None:
        reports.append(text)
        raise NotSent("The test has seen enough.")

    client.on_wait(end)
    with pytest.raises(NotSent, match="has seen enough"):
        client.list_records(CONTACT)
    (report,) = reports
    assert report.startswith("requests_per_minute (6) is used up; waiting")


@pytest.mark.parametrize("hours", [-3, 3])
def test_machines_with_different_clocks_keep_one_budget(postgres, postgres_store, monkeypatch, hours: int) -> None:
    """The database has the times of its own clock.

    The clock of one machine is hours wrong, or is corrected by hours.
    """
    wrong = [hours * 3600.0]
    clock = SimpleNamespace(monotonic=time.monotonic, sleep=time.sleep, time=lambda: time.time() + wrong[0])
    budget = Budget(time.time(), 5, time.time() + 60.0, 0.0, 5)
    right, other = (open_store(*postgres_store.values(), "account", Waiting()) for _machine in range(2))
    for number in range(4):
        assert right.take_turn(f"right {number}", 4, 60.0, time.time()) == 0.0
        right.end_turn(f"right {number}", time.time(), counts=True)
    right.learn(budget)
    with monkeypatch.context() as patch:
        patch.setattr(_postgres, "time", clock)
        assert 50 < other.take_turn("other", 4, 60.0, clock.time()) <= 60
        assert other.accepted_since(clock.time() - 60.0) == 4
        found = other.budget()
        assert found is not None
        assert (found.requests, found.kept_until) == (5, 0.0)
        assert abs(found.at - budget.at - wrong[0]) < 5
        other.learn(found)
        wrong[0] = 0.0
        assert 50 < other.take_turn("other", 4, 60.0, clock.time()) <= 60
        other.count_accepted([clock.time()])
    assert right.budget() == budget
    assert 50 < right.take_turn("one more", 4, 60.0, time.time()) <= 60
    assert right.accepted_since(time.time() - 60.0) == 5


# A budget that is not set, on a simulated clock


class Machines:
    """Processes that share one store. Each has its own pace. All use the same clock and the same service."""

    def __init__(self, options: dict[str, Any], budget: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.time = VirtualTime()
        self.budget = budget
        self.passed: list[float] = []
        self.refused: list[float] = []
        self.reports: list[str] = []
        self._options = options
        monkeypatch.setattr(_pace, "time", SimpleNamespace(time=self.now))
        monkeypatch.setattr(_pace, "LOOK_AGAIN", 10.0)  # there are fewer statements, so that a test takes less time

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        return 1e9 + self.time.now

    def store(self) -> Store:
        return open_store(self._options["store"], self._options.get("store_schema"), "account", Waiting())

    def process(self, per_minute: int | None = None, bound: float = 180.0) -> _pace.Pace:
        traffic = _pace.Traffic(self.time.clock, self.time.changed)
        return _pace.Pace(per_minute, bound, None, traffic, self.store())

    def _accepts(self) -> bool:
        now = self.time.now
        self.passed = [time for time in self.passed if time > now - _pace.WINDOW]
        if len(self.passed) >= self.budget:
            self.refused.append(now)
            return False
        self.passed.append(now)
        return True

    def send(self, pace: _pace.Pace, requests: int) -> None:
        for _request in range(requests):
            accepted = False
            while not accepted:
                with pace.turn():
                    self.time.sleep(0.05)
                    accepted = self._accepts()
                    self.time.sleep(0.05)
                    if not accepted:
                        pace.refused(None)


@pytest.fixture
def machines(store_options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Machines:
    return Machines(store_options, 4, monkeypatch)


def test_without_a_refusal_nothing_is_written(machines, store_options) -> None:
    pace = machines.process()
    machines.send(pace, 4)
    assert pace.report() == []
    if "store_schema" not in store_options:
        assert not Path(store_options["store"]).exists()
    store = open_store(store_options["store"], store_options.get("store_schema"), "account", Waiting())
    assert store._run("SELECT id FROM pace", reads=True) == []


def test_without_a_refusal_a_task_reads_the_store_once(machines, monkeypatch) -> None:
    pace = machines.process()
    reads: list[str] = []
    monkeypatch.setattr(Store, "budget", lambda store: reads.append("read"))
    machines.send(pace, 4)
    assert len(reads) == 1


def test_a_later_task_keeps_the_budget_that_an_earlier_task_has_found(machines) -> None:
    machines.send(machines.process(), 9)
    known = len(machines.refused)
    assert known == 2  # the budget and its confirmation
    for _task in range(3):
        machines.send(machines.process(), 4)
    assert len(machines.refused) == known


def test_a_later_task_waits_until_the_end_of_the_pause(machines) -> None:
    first = machines.process(bound=0)
    with pytest.raises(Throttled):
        machines.send(first, 5)
    second = machines.process()
    reports: list[str] = []
    second.on_wait = reports.append
    machines.send(second, 1)
    assert len(machines.refused) == 1
    assert [report.partition(";")[0] for report in reports] == ["the service is throttled"]
    assert second.waited > 50


def test_a_task_that_may_not_wait_tries_and_fails(machines) -> None:
    for _task in range(2):
        with pytest.raises(Throttled):
            machines.send(machines.process(bound=0), 5)
    assert len(machines.refused) == 2


def test_tasks_at_the_same_time_keep_one_budget_that_nobody_knew(machines) -> None:
    tasks = [machines.process() for _task in range(3)]
    machines.time.run(*(lambda pace=pace: machines.send(pace, 12) for pace in tasks))
    windows: list[float] = []
    for moment in machines.refused:  # a window begins with the first refusal that is not in an earlier window
        if not windows or moment >= windows[-1] + _pace.WINDOW:
            windows.append(moment)
    # In the first window, each task can be refused. Later, only one task tries a larger budget.
    assert len(machines.refused) <= 3 + len(windows) - 1
    assert len(windows) <= 3
    assert machines.time.now - 1000 < 11 * _pace.WINDOW


def test_short_tasks_in_a_row_find_the_budget_and_use_it(machines) -> None:
    """Each task of a playbook is a process of its own, which often sends only one or two requests."""
    machines.budget = 12
    for _task in range(30):
        machines.send(machines.process(), 2)
    assert len(machines.refused) <= 2
    assert machines.time.now - 1000 < 5.5 * _pace.WINDOW


def test_a_wait_for_a_test_of_another_process_is_reported_if_it_lasts(machines) -> None:
    machines.send(machines.process(), 5)  # one refusal: the budget may be larger
    lost = machines.process()
    with lost.turn():
        machines.time.sleep(0.1)
        waiting = machines.process()
        waiting.on_wait = machines.reports.append
        machines.send(waiting, 4)
    texts = [text.partition("; waiting")[0] for text in machines.reports]
    assert texts == ["the service accepts 4 requests per minute"]


def test_what_was_learned_is_forgotten(machines) -> None:
    machines.send(machines.process(), 5)
    machines.time.sleep(_shared_pace.AGE * _pace.WINDOW + 1)
    pace = machines.process()
    machines.send(pace, 1)
    assert not pace._shared.counts


def test_a_known_budget_that_is_too_high_is_corrected_for_all(machines) -> None:
    machines.send(machines.process(per_minute=6), 9)
    known = len(machines.refused)
    assert known <= 2
    machines.send(machines.process(per_minute=6), 9)
    assert len(machines.refused) == known


def before(part: Any, name: str, work: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let *work* run once, between the decision of a process and its next call of this method of the store."""
    method, left = getattr(part, name), [work]

    def run(*arguments: Any) -> Any:
        if left:
            left.pop()()
        return method(*arguments)

    monkeypatch.setattr(part, name, run)


@pytest.mark.parametrize("last", ["the growth", "the refusal"])
def test_a_larger_budget_of_a_process_keeps_the_pause_of_another_process(machines, monkeypatch, last: str) -> None:
    """A process is refused while another process finds a larger budget. Either can be the last to write."""
    machines.send(machines.process(), 5)
    refused, growing, later = (machines.process() for _process in range(3))
    with refused.turn():
        machines.time.sleep(_pace.WINDOW + 1)  # the store no longer counts this request
        machines.budget = 5
        machines.send(growing, 4)
        growth, refusal = partial(machines.send, growing, 1), partial(refused.refused, None)
        if last == "the growth":
            before(growing._shared, "grow", refusal, monkeypatch)
            growth()
        else:
            before(refused._shared, "learn", growth, monkeypatch)
            refusal()
    found = machines.store().budget()
    assert found is not None
    assert found.closed_until > machines.now() + 50
    assert found.kept_until > machines.now() + _pace.TRUSTED * _pace.WINDOW
    known, begun = len(machines.refused), machines.time.now
    machines.time.run(lambda: machines.send(later, 1), lambda: machines.send(growing, 1))
    assert len(machines.refused) == known
    assert min(machines.passed[-2:]) > begun + 50


def test_a_larger_budget_that_a_process_has_found_is_used_by_all(machines) -> None:
    machines.send(machines.process(), 5)
    first, second = machines.process(), machines.process()
    machines.send(second, 1)
    machines.budget, begun = 9, machines.time.now
    machines.send(first, 4)
    machines.send(second, 2)
    assert machines.time.now < begun + 5


def test_a_process_adopts_refusals_after_its_clock_was_corrected(monkeypatch) -> None:
    time, wrong = VirtualTime(), [3600.0]
    monkeypatch.setattr(_pace, "time", SimpleNamespace(time=lambda: 1e9 + time.now + wrong[0]))
    traffic = _pace.Traffic(time.clock, time.changed)
    traffic.learned(0.0)
    wrong[0] = 0.0
    now = 1e9 + time.now
    assert traffic.adopt(Budget(now, 7, now + 60, 0.0, 5), 180.0) == pytest.approx(60, abs=0.1)


def test_a_store_that_fails_does_not_fail_a_request(machines, monkeypatch) -> None:
    def failing(store: Store, *_arguments: Any) -> None:
        raise store._unusable("it is away")

    for method in ("budget", "learn", "grow", "count_accepted", "accepted_since", "take_turn", "end_turn"):
        monkeypatch.setattr(Store, method, failing)
    pace = machines.process()
    machines.send(pace, 5)
    assert len(machines.refused) == 1
    (report,) = pace.report()
    assert "throttled this run 1 time." in report

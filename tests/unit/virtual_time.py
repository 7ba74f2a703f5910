# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Threads on a simulated clock. One thread runs at a time, in a fixed order. Only sleeping moves the clock by much."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from types import TracebackType

TICK = 1e-7  # seconds between two readings of the clock, because two readings of a real clock also differ
READINGS = 3_000_000  # a test needs fewer readings; with more readings, threads probably wait for each other


class Stuck(Exception):
    """Threads wait for something that will never happen."""


class _Worker:
    def __init__(self) -> None:
        self.go = threading.Semaphore(0)
        self.alive = True
        self.turn = 0  # the worker's only valid entry in the queue
        self.failure: BaseException | None = None


class _Ended(BaseException):
    """Ends a thread that would wait forever."""


class VirtualTime:
    """A simulated clock. ``now`` is its time, and ``changed`` is a condition on it.

    Outside ``run``, sleeping moves the clock at once.
    """

    def __init__(self) -> None:
        self.now = 1000.0
        self.naps: list[float] = []
        self.changed = VirtualCondition(self)
        self._queue: list[tuple[float, int, _Worker]] = []
        self._order = 0
        self._back = threading.Semaphore(0)
        self._current: _Worker | None = None
        self._over = False
        self._readings = 0

    def clock(self) -> float:
        self._readings += 1
        if self._readings > READINGS:
            raise Stuck("The clock is read again and again")
        self.now += TICK
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.naps.append(seconds)
        if self._current is None:
            self.now += seconds
        else:
            self.wake(self._current, self.now + seconds)
            self.rest()

    def run(self, *jobs: Callable[[], None]) -> None:
        """Run the jobs in parallel until all are done. Raises an error of a job, and Stuck."""
        workers = [_Worker() for _job in jobs]
        threads = [threading.Thread(target=self._work, args=pair, daemon=True) for pair in zip(workers, jobs)]
        for worker, thread in zip(workers, threads):
            thread.start()
            self.wake(worker, self.now)
        self._follow()
        waiting = [worker for worker in workers if worker.alive]
        self._over = True
        for worker in waiting:
            self._let(worker)
        self._over = False
        failures = [worker.failure for worker in workers if worker.failure]
        if failures:
            raise failures[0]
        if waiting:
            raise Stuck(f"{len(waiting)} of {len(jobs)} wait for ever")

    def _follow(self) -> None:
        while self._queue:
            time, order, worker = heapq.heappop(self._queue)
            if worker.alive and worker.turn == order:
                self.now = max(self.now, time)
                self._let(worker)

    def _let(self, worker: _Worker) -> None:
        self._current = worker
        worker.go.release()
        self._back.acquire()
        self._current = None

    def _work(self, worker: _Worker, job: Callable[[], None]) -> None:
        worker.go.acquire()
        try:
            job()
        except _Ended:
            pass
        except BaseException as error:
            worker.failure = error
        worker.alive = False
        self._back.release()

    # Methods for VirtualCondition

    def current(self) -> _Worker | None:
        return self._current

    def wake(self, worker: _Worker, time: float) -> None:
        """Let a worker continue at a time. Its earlier times are forgotten."""
        self._order += 1
        worker.turn = self._order
        heapq.heappush(self._queue, (time, self._order, worker))

    def rest(self) -> None:
        """Let other workers run until the time of this worker has come."""
        worker = self._current
        assert worker is not None
        self._back.release()
        worker.go.acquire()
        if self._over:
            raise _Ended


class VirtualCondition(threading.Condition):
    """A condition whose waits take no real time.

    Its lock is free whenever a thread runs, because only one thread runs.
    """

    def __init__(self, time: VirtualTime) -> None:
        super().__init__()
        self._time = time
        self._waiters: list[_Worker] = []

    def __enter__(self) -> bool:
        return True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    def wait(self, timeout: float | None = None) -> bool:
        worker = self._time.current()
        if worker is None:
            if timeout is None:
                raise Stuck("Nobody else is there")
            self._time.sleep(timeout)
            return False
        self._waiters.append(worker)
        if timeout is not None:
            self._time.naps.append(timeout)
            self._time.wake(worker, self._time.now + timeout)
        self._time.rest()
        if worker in self._waiters:
            self._waiters.remove(worker)
        return True

    def notify(self, n: int = 1) -> None:
        woken, self._waiters = self._waiters[:n], self._waiters[n:]
        for worker in woken:
            self._time.wake(worker, self._time.now)

    def notify_all(self) -> None:
        self.notify(len(self._waiters))

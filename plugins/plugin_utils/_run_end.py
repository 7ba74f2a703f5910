# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Sends a last report if the process ends before its run: after a signal, an interruption or an error.

The process then ends as it would end without the report: with the same exit status, or by the same signal.
"""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

# These signals end a process at once. Python does not call functions of atexit after them.
ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]

# While the main thread runs code of these files, it holds locks that a report needs. Ansible starts a worker, displays,
# logs or imports there.
LOCKED = (
    "multiprocessing/popen_fork.py",
    "ansible/executor/process/worker.py",
    "ansible/utils/display.py",
    "logging/__init__.py",
    "<frozen importlib._bootstrap>",
)
DELAY, DELAYS = 0.02, 50  # seconds until a report that is too early is tried again, and maximum of such attempts


class RunEnd:
    """Calls *report* once if the process ends before ``over`` is called.

    The argument of *report* is True if the run was interrupted. *stop* ends the wait of the report, after a second
    Ctrl-C.
    """

    def __init__(self, report: Callable[[bool], None], stop: Callable[[], None]) -> None:
        self._report, self._stop = report, stop
        self._interrupted = self._reported = False
        self._delays = 0
        self._process = os.getpid()
        self._before: dict[int, Any] = {}

    def watch(self) -> None:
        """Begin to watch for the end of the process. Python allows signal handlers only in the main thread."""
        atexit.register(self._at_exit)
        if threading.current_thread() is threading.main_thread():
            self._replace(signal.SIGINT, self._on_interrupt)
            for number in ENDING:
                self._replace(number, self._on_end)

    def over(self) -> None:
        """End the watch, because the run has ended and nothing is left to report."""
        self._reported = True
        atexit.unregister(self._at_exit)
        for number, before in self._before.items():
            if signal.getsignal(number) in (self._on_interrupt, self._on_end):
                signal.signal(number, before)

    def _replace(self, number: int, handler: Callable[[int, Any], None]) -> None:
        before = signal.getsignal(number)
        if before not in (None, signal.SIG_IGN):  # an ignored signal stays ignored, such as SIGHUP with nohup
            self._before[number] = before
            signal.signal(number, handler)

    def _on_interrupt(self, number: int, frame: Any) -> None:
        """Pass the interruption on to Ansible, which ends the run with an exception or continues it (as its debugger
        does).

        Ansible can wait forever for a worker process that was interrupted. Then the next signal ends the process.
        """
        self._interrupted = True
        try:
            self._pass_on(number, frame)
        finally:
            if signal.getsignal(number) == signal.SIG_DFL:
                self._before[number] = signal.SIG_DFL
                signal.signal(number, self._on_end)

    def _on_end(self, number: int, frame: Any) -> None:
        if self._is_too_early(frame):
            self._delays += 1
            signal.signal(signal.SIGALRM, lambda _alarm, later: self._on_end(number, later))
            signal.setitimer(signal.ITIMER_REAL, DELAY)
            return
        try:
            if os.getpid() == self._process:
                self._end_tasks(number)
                self._last_report(interrupted=True)
        finally:
            self._pass_on(number, frame)

    def _is_too_early(self, frame: Any) -> bool:
        """Return whether a report would wait forever for a lock of the code that the signal interrupted."""
        if self._reported or self._delays >= DELAYS or os.getpid() != self._process:
            return False
        while frame is not None:
            if frame.f_code.co_filename.endswith(LOCKED):
                return True
            frame = frame.f_back
        return False

    def _end_tasks(self, number: int) -> None:
        """End the running tasks if Ansible would end them, so that a cancelled run does not continue during the
        report.
        """
        if callable(self._before[number]):
            for worker in multiprocessing.active_children():
                with contextlib.suppress(ProcessLookupError):
                    if worker.pid:
                        os.kill(worker.pid, number)

    def _at_exit(self) -> None:
        if os.getpid() == self._process:
            self._last_report(self._interrupted)

    def _last_report(self, interrupted: bool) -> None:
        """Report.

        During the report, a second Ctrl-C ends the wait, and other signals to end the process are ignored.
        """
        if self._reported:
            return
        for number in self._before:
            signal.signal(number, signal.SIG_IGN)
        if signal.SIGINT in self._before:
            signal.signal(signal.SIGINT, lambda *_args: self._stop())
        self._report(interrupted)
        self._reported = True

    def _pass_on(self, number: int, frame: Any) -> None:
        """Do what would have happened without the report."""
        before = self._before[number]
        if callable(before) and os.getpid() == self._process:
            before(number, frame)
        else:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

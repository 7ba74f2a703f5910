# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The progress of long work: one changing line on a terminal, or a line from time to time elsewhere."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable

from ansible.utils.display import Display

# Variables of ansible-runner, which keeps all output, although it looks like a terminal.
RUNNER = {"AWX_ISOLATED_DATA_DIR", "RUNNER_OMIT_EVENTS"}
# Checked when plugins are loaded, because the processes of tasks have no terminal.
TERMINAL = sys.stderr.isatty() and not RUNNER & set(os.environ)
SHORT = 3.0  # seconds: shorter work shows nothing
REDRAW, LOG_LINE = 0.2, 30.0  # seconds between two lines, on a terminal and elsewhere


class ProgressLine:
    """Shows the completed changes, an estimate of the remaining time, and waits for the throttle. Thread-safe."""

    def __init__(self, terminal: bool = TERMINAL, clock: Callable[[], float] = time.monotonic) -> None:
        self._terminal = terminal
        self._clock = clock
        self._lock = threading.Lock()
        self._began = clock()
        self._last = self._began + SHORT - (REDRAW if terminal else LOG_LINE)
        self._open = False

    def advance(self, done: int, total: int, waited: float) -> None:
        """*done* of *total* changes are made; the throttle was waited for *waited* seconds so far."""
        with self._lock:
            now = self._clock()
            over = done == total
            if now - self._last < (REDRAW if self._terminal else LOG_LINE) and not (over and self._open):
                return
            self._last = now
            throttle = f", {_span(waited)} of it waiting for the throttle" if waited else ""
            left = (now - self._began) / done * (total - done)
            end = "done" if over else f"about {_span(left)} left"
            self._say(f"{done} of {total} changes made, {_span(now - self._began)} so far{throttle}; {end}", over)

    def waiting(self, text: str) -> None:
        """The task waits; the text says for what, how long, and until when."""
        with self._lock:
            self._say(text, False)

    def locked(self, text: str) -> None:
        """Another process holds a lock; the text says which one, and how long the task waits for it."""
        with self._lock:
            self._say(text, True)

    def _say(self, text: str, over: bool) -> None:
        text = f"linkengage: {text}"
        if not self._terminal:  # stderr, because Ansible buffers stdout
            Display().display(text, stderr=True)
            return
        self._open = not over
        Display().display("\r" + text.ljust(100), stderr=True, screen_only=True, newline=over)


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The progress of long work: on a terminal one line that changes, elsewhere a new line from time to time."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

from ansible.utils.display import Display

# Environment variables of ansible-runner. It keeps all output, although its output looks like a terminal.
RUNNER = {"AWX_ISOLATED_DATA_DIR", "RUNNER_OMIT_EVENTS"}
DUMB = ("dumb", "unknown")  # terminals that cannot overwrite a line
SHORT = 3.0  # progress is shown only for work that takes more seconds
REDRAW, LOG_LINE = 0.2, 30.0  # seconds between two lines, on a terminal and elsewhere
NAME = "linkengage"
USUAL = 80  # columns of a terminal that does not report its width
SHORTEST_BAR, LONGEST_BAR = 6, 40

Columns = Callable[[], int]


def find_terminal() -> Columns | None:
    """Return a function that returns the current number of columns of the terminal.

    Returns None if standard error is not a terminal on which a line can be overwritten.
    """
    if not sys.stderr.isatty() or RUNNER & set(os.environ) or os.environ.get("TERM") in DUMB:
        return None
    return partial(_columns, os.dup(sys.stderr.fileno()))


def _columns(terminal: int) -> int:
    try:
        return os.get_terminal_size(terminal).columns or USUAL
    except OSError:
        return USUAL


# Opened when plugins are loaded, because the worker processes of Ansible have no standard error.
TERMINAL = find_terminal()


class ProgressLine:
    """Shows the number of finished changes, the estimated remaining time, and waits for the throttle. Thread-safe."""

    def __init__(self, terminal: Columns | None = TERMINAL, clock: Callable[[], float] = time.monotonic) -> None:
        self._terminal = terminal
        self._clock = clock
        self._lock = threading.Lock()
        self._pause = REDRAW if terminal else LOG_LINE
        self._open = False
        self._begin(0.0)

    def _begin(self, waited: float) -> None:
        self._began, self._waited = self._clock(), waited
        self._last = self._began + SHORT - self._pause

    def advance(self, done: int, total: int, waited: float) -> None:
        """Show that *done* of *total* changes are made. If *done* is 0, the changes begin, and nothing is shown.

        *waited* is the number of seconds of waiting for the throttle so far.
        """
        with self._lock:
            if not done:
                self._begin(waited)
                return
            now = self._clock()
            over = done == total
            if now - self._last < self._pause and not (over and self._open):
                return
            self._last = now
            seconds, waited = now - self._began, waited - self._waited
            if self._terminal and not over:
                self._draw(progress_line(self._room(), done, total, seconds, waited))
            else:
                self._leave(sentence(done, total, seconds, waited))

    def waiting(self, text: str) -> None:
        """Show that the task waits. The text says for what, how long, and until when."""
        with self._lock:
            if self._terminal:
                room = self._room()
                self._draw(longest([f"{NAME}: {text}", text], room) or f"{text[: room - 3]}...")
            else:
                self._leave([f"{NAME}: {text}"])

    def locked(self, text: str) -> None:
        """Show that another process holds a lock.

        The text says which process, and how long the task waits for the lock.
        """
        with self._lock:
            self._erase()
            Display().display(f"{NAME}: {text}", stderr=True, screen_only=bool(self._terminal))

    def close(self) -> None:
        """Erase the line, because the task is over."""
        with self._lock:
            self._erase()

    def _draw(self, text: str) -> None:
        """Overwrite the line.

        It is shorter than the terminal is wide, because a full line would begin the next line.
        """
        self._open = True
        self._display("\r" + text.ljust(self._room()))

    def _erase(self) -> None:
        if self._open:
            self._display("\r" + " " * self._room() + "\r")
        self._open = False

    def _leave(self, texts: Sequence[str]) -> None:
        """Write a line that stays: on a terminal the first text that fits, elsewhere the first text."""
        self._erase()
        text = longest(texts, self._room()) if self._terminal else texts[0]
        Display().display(text, stderr=True, screen_only=bool(self._terminal))

    def _room(self) -> int:
        return self._terminal() - 1 if self._terminal else 0

    def _display(self, text: str) -> None:
        # stderr, because stdout of a worker process is shown late.
        Display().display(text, stderr=True, screen_only=True, newline=False)


def sentence(done: int, total: int, seconds: float, waited: float) -> list[str]:
    """Return sentences that say what was done in *seconds*, from the full form to the shortest form."""
    throttle = f", including {_span(waited)} of waiting for the throttle" if waited else ""
    left = f"about {_span(seconds / done * (total - done))} left" if done < total else "done"
    made = f"{NAME}: {done} of {total} changes made"
    return [f"{made}, {_span(seconds)} so far{throttle}; {left}", f"{made} in {_span(seconds)}", made, f"{done} made"]


def progress_line(room: int, done: int, total: int, seconds: float, waited: float) -> str:
    """Return one line with a bar, the count, the time left, the rate and the waits, as far as they fit into *room*."""
    rate = done / max(seconds, 0.1)
    parts = [
        f"{done}/{total}",
        f"{_clock((total - done) / rate)} left",
        f"{rate:.0f}/s" if rate >= 1 else f"{rate * 60:.0f}/min",
        *([f"throttled {_clock(waited)}"] if waited else []),
    ]
    texts = [", ".join(parts[:count]) for count in range(len(parts), 0, -1)]
    frame = len(f"{NAME} [] ")
    text = longest(texts[:-1], room - frame - SHORTEST_BAR)
    if not text:  # if there is no room for both, the time left is more useful than a bar
        return longest([f"{NAME} {text}" for text in texts], room) or parts[0][:room]
    length = min(room - frame - len(text), LONGEST_BAR)
    full = length * done // total
    return f"{NAME} [{'#' * full}{'.' * (length - full)}] {text}"


def longest(texts: Sequence[str], room: int) -> str:
    """Return the first text that fits, or an empty text."""
    return next((text for text in texts if len(text) <= room), "")


def _clock(seconds: float) -> str:
    return "{}:{:02}".format(*divmod(round(seconds), 60))


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"

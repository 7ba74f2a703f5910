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
from collections.abc import Callable, Sequence
from functools import partial

from ansible.utils.display import Display

# Variables of ansible-runner, which keeps all output, although it looks like a terminal.
RUNNER = {"AWX_ISOLATED_DATA_DIR", "RUNNER_OMIT_EVENTS"}
DUMB = ("dumb", "unknown")  # terminals that cannot write a line again
SHORT = 3.0  # seconds: shorter work shows nothing
REDRAW, LOG_LINE = 0.2, 30.0  # seconds between two lines, on a terminal and elsewhere
NAME = "linkengage"
USUAL = 80  # columns of a terminal that does not report them
SHORTEST_BAR, LONGEST_BAR = 6, 40

Columns = Callable[[], int]


def find_terminal() -> Columns | None:
    """Returns the columns of the terminal, again at each call. None if standard error is no terminal to draw on."""
    if not sys.stderr.isatty() or RUNNER & set(os.environ) or os.environ.get("TERM") in DUMB:
        return None
    return partial(_columns, os.dup(sys.stderr.fileno()))


def _columns(terminal: int) -> int:
    try:
        return os.get_terminal_size(terminal).columns or USUAL
    except OSError:
        return USUAL


# Opened when plugins are loaded, because the processes of tasks have no standard error.
TERMINAL = find_terminal()


class ProgressLine:
    """Shows the completed changes, an estimate of the remaining time, and waits for the throttle. Thread-safe."""

    def __init__(self, terminal: Columns | None = TERMINAL, clock: Callable[[], float] = time.monotonic) -> None:
        self._terminal = terminal
        self._clock = clock
        self._lock = threading.Lock()
        self._began = clock()
        self._pause = REDRAW if terminal else LOG_LINE
        self._last = self._began + SHORT - self._pause
        self._open = False

    def advance(self, done: int, total: int, waited: float) -> None:
        """*done* of *total* changes are made; the throttle was waited for *waited* seconds so far."""
        with self._lock:
            now = self._clock()
            over = done == total
            if now - self._last < self._pause and not (over and self._open):
                return
            self._last = now
            seconds = now - self._began
            if self._terminal and not over:
                self._draw(progress_line(self._room(), done, total, seconds, waited))
            else:
                self._leave(sentence(done, total, seconds, waited))

    def waiting(self, text: str) -> None:
        """The task waits; the text says for what, how long, and until when."""
        with self._lock:
            if self._terminal:
                room = self._room()
                self._draw(longest([f"{NAME}: {text}", text], room) or f"{text[: room - 3]}...")
            else:
                self._leave([f"{NAME}: {text}"])

    def locked(self, text: str) -> None:
        """Another process holds a lock; the text says which one, and how long the task waits for it."""
        with self._lock:
            self._erase()
            Display().display(f"{NAME}: {text}", stderr=True, screen_only=bool(self._terminal))

    def close(self) -> None:
        """Erase a line that would still change, because the task is over."""
        with self._lock:
            self._erase()

    def _draw(self, text: str) -> None:
        """Write the line again. It is shorter than the terminal is wide, because a full line begins the next one."""
        self._open = True
        self._display("\r" + text.ljust(self._room()))

    def _erase(self) -> None:
        if self._open:
            self._display("\r" + " " * self._room() + "\r")
        self._open = False

    def _leave(self, texts: Sequence[str]) -> None:
        """Leave the first text that fits in one line behind; elsewhere than on a terminal, the first."""
        self._erase()
        text = longest(texts, self._room()) if self._terminal else texts[0]
        Display().display(text, stderr=True, screen_only=bool(self._terminal))

    def _room(self) -> int:
        return self._terminal() - 1 if self._terminal else 0

    def _display(self, text: str) -> None:
        Display().display(text, stderr=True, screen_only=True, newline=False)  # stderr, because stdout comes late


def sentence(done: int, total: int, seconds: float, waited: float) -> list[str]:
    """What was done in so many seconds, in full, and in shorter forms."""
    throttle = f", {_span(waited)} of it waiting for the throttle" if waited else ""
    left = f"about {_span(seconds / done * (total - done))} left" if done < total else "done"
    made = f"{NAME}: {done} of {total} changes made"
    return [f"{made}, {_span(seconds)} so far{throttle}; {left}", f"{made} in {_span(seconds)}", made, f"{done} made"]


def progress_line(room: int, done: int, total: int, seconds: float, waited: float) -> str:
    """One line with a bar, the count, the time left, the rate and the waits, as far as there is room for them."""
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
    if not text:  # the time left is worth more than a bar
        return longest([f"{NAME} {text}" for text in texts], room) or parts[0][:room]
    length = min(room - frame - len(text), LONGEST_BAR)
    full = length * done // total
    return f"{NAME} [{'#' * full}{'.' * (length - full)}] {text}"


def longest(texts: Sequence[str], room: int) -> str:
    """The first text that fits, or an empty text."""
    return next((text for text in texts if len(text) <= room), "")


def _clock(seconds: float) -> str:
    return "{}:{:02}".format(*divmod(round(seconds), 60))


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"

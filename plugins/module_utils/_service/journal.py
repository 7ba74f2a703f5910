# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Records the requests and changes of a task, for the report of a task that fails before its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .calls import Answer, Call, Http

NAMED = 20  # maximum number of changes that a report lists
Value = TypeVar("Value")


class Journal:
    """The requests of one task. Thread-safe."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Start a new task."""
        self.last = ""  # the current request, or the last request if none is under way
        self.made: list[str] = []  # the first changes that were made
        self.count = 0  # the number of all changes that were made

    def ask(self, http: Http, call: Call, read: Callable[[Answer], Value]) -> Value:
        """Make a request and record it. It is recorded as a change as soon as the service has confirmed it."""
        self.last = call.shown
        value = http.ask(call, read)
        if call.method != "GET":
            self.confirm(call)
        return value

    def confirm(self, call: Call) -> None:
        """Record a change that was certainly made."""
        self.count += 1
        if len(self.made) < NAMED:
            self.made.append(call.shown)

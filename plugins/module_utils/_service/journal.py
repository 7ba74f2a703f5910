# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""What a task has asked the service for and changed there, for the report of a task that fails half way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .http import Answer, Call, Http

NAMED = 20  # changes that a report names
Value = TypeVar("Value")


class Journal:
    """The requests of one task. Several threads may write in it."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """A new task."""
        self.last = ""  # the request under way, or the last one
        self.made: list[str] = []  # the first of the changes that were made
        self.count = 0  # of all of them

    def ask(self, http: Http, call: Call, read: Callable[[Answer], Value]) -> Value:
        """Ask and note it: as a change once the service has confirmed it."""
        self.last = call.shown
        value = http.ask(call, read)
        if call.method != "GET":
            self.count += 1
            if len(self.made) < NAMED:
                self.made.append(call.shown)
        return value

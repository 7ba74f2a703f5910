# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The log of the requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from . import wire
from .clock import Clock
from .exchange import Call

Entry = dict[str, Any]
KEPT = 5000  # number of the newest entries that a stored state keeps


class Log:
    """The log of requests: one entry for each.

    The entry is added when the request arrives; the answer adds its status.
    """

    def __init__(self) -> None:
        self.name = uuid4().hex
        self.entries: list[Entry] = []
        self._next = 1

    def open(self, call: Call, clock: Clock, connection: int) -> Entry:
        """Add an entry for a request."""
        entry: Entry = {
            "n": self._next,
            "time": clock.to_iso(clock.now()),
            "method": call.method,
            "wire_method": call.wire_method,
            "path": call.path,
            "raw_path": call.raw_path,
            "version": call.version,
            "query": dict(call.query),
            "headers": {name: value for name, value in call.headers.items() if name.lower() != "authorization"},
            "username": call.consumer or None,
            "authorised": False,
            "body": call.body.decode("utf-8", errors="replace"),
            "format": wire.request_format(call.headers) if call.body else None,
            "connection": connection,
            "status": None,
            "throttled": False,
            "fault": None,
        }
        self._next += 1
        self.entries.append(entry)
        return entry

    def clear(self) -> None:
        """Delete all entries."""
        self.entries.clear()

    def kept(self) -> dict[str, Any]:
        """Return the newest entries, for ``restore``."""
        return {"next": self._next, "entries": self.entries[-KEPT:]}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Replace the entries with a result of ``kept``."""
        self._next, self.entries = int(kept["next"]), list(kept["entries"])

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The log of the requests."""

from __future__ import annotations

import itertools
from typing import Any

from . import wire
from .clock import Clock
from .exchange import Call

Entry = dict[str, Any]


class Log:
    """One entry per request. The entry is created when the request arrives, and the status is added with the answer."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._numbers = itertools.count(1)

    def open(self, call: Call, clock: Clock, connection: int) -> Entry:
        """Add an entry for a request."""
        entry: Entry = {
            "n": next(self._numbers),
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
        self.entries.append(entry)
        return entry

    def clear(self) -> None:
        """Delete all entries."""
        self.entries.clear()

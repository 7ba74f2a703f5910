# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The limit of requests in a sliding window, for each consumer of the API (contract page, "Transport")."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from datetime import datetime, timedelta

from .errors import ThrottledError
from .options import Options

MESSAGE = "Number of allowed API requests per minute exceeded"


class Throttle:
    """Counts the accepted requests of each consumer. A rejected request does not count."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._seen: defaultdict[str, deque[datetime]] = defaultdict(deque)

    def clear(self) -> None:
        """Delete all counts."""
        self._seen.clear()

    def check(self, consumer: str, now: datetime) -> None:
        """Count this request. Raises ThrottledError if there are too many requests in the window."""
        if not self._options.rate:
            return
        seen, window = self._seen[consumer], timedelta(seconds=self._options.window)
        while seen and seen[0] <= now - window:
            seen.popleft()
        if len(seen) >= self._options.rate:
            wait = math.ceil((seen[0] + window - now).total_seconds())
            raise ThrottledError(MESSAGE, max(wait, 1))
        seen.append(now)

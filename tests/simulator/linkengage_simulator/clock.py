# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clock of the service and its date formats (contract page, "Wire details")."""

from __future__ import annotations

import re
import shlex
import sys
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from .errors import NonsenseError

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MILLISECOND = timedelta(milliseconds=1)
JSON_DATE = re.compile(r"/Date\((-?\d+)([+-]\d{4})?\)/")
ISO_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?(Z|[+-]\d\d:\d\d)?")


class Clock:
    """The clock of the service. Times are in UTC with whole milliseconds. The service writes them in one zone."""

    def __init__(self, zone: str) -> None:
        try:
            self.zone = ZoneInfo(zone)
        except (KeyError, ValueError) as error:  # ZoneInfoNotFoundError is a subclass of KeyError
            install = f"{shlex.quote(sys.executable)} -m pip install tzdata"
            raise NonsenseError(
                f"This machine has no time zone {zone}. If the name is correct, install the time zones: {install}"
            ) from error
        self.shift = timedelta(0)
        self.start: datetime | None = None  # a test can set a fixed time of the machine here

    def now(self) -> datetime:
        """Return the current time, moved forward as tests have asked."""
        present = (self.start or datetime.now(timezone.utc)) + self.shift
        return present.replace(microsecond=present.microsecond // 1000 * 1000)

    def read(self, text: str) -> datetime:
        """Read a time in any format of the service. A time without a zone is in the zone of the service."""
        try:
            return self._read(text.strip())
        except (ValueError, OverflowError) as error:
            raise NonsenseError(f"{text!r} is not a date") from error

    def _read(self, text: str) -> datetime:
        wire = JSON_DATE.fullmatch(text)
        if wire:
            return EPOCH + int(wire[1]) * MILLISECOND
        iso = ISO_DATE.fullmatch(text)
        if not iso:
            raise ValueError(text)
        moment = datetime.fromisoformat(iso[1] + (iso[3] or "").replace("Z", "+00:00"))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.zone)
        return moment.astimezone(timezone.utc) + int((iso[2] or "").ljust(3, "0")[:3]) * MILLISECOND

    def to_json(self, moment: datetime) -> str:
        """Return the JSON format of .NET: milliseconds since 1970, and the offset of the zone."""
        return _to_json(moment, self.zone)

    def to_iso(self, moment: datetime) -> str:
        """Return a time in ISO 8601 with the offset of the zone."""
        return moment.astimezone(self.zone).isoformat(timespec="milliseconds")

    def to_xml(self, moment: datetime) -> str:
        """Return the XML format of .NET: local time without the zone, and a fraction without trailing zeros."""
        local = moment.astimezone(self.zone).replace(tzinfo=None)
        return local.isoformat(timespec="milliseconds").rstrip("0").rstrip(".")


@lru_cache(maxsize=10_000)
def _to_json(moment: datetime, zone: ZoneInfo) -> str:
    return f"/Date({(moment - EPOCH) // MILLISECOND}{moment.astimezone(zone):%z})/"

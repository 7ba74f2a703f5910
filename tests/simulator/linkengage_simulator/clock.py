# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service's clock and its ways to write a date (contract page, "Wire details")."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from .errors import NonsenseError

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MILLISECOND = timedelta(milliseconds=1)
JSON_DATE = re.compile(r"/Date\((-?\d+)([+-]\d{4})?\)/")
ISO_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?(Z|[+-]\d\d:\d\d)?")


class Clock:
    """Moments are aware datetimes in UTC, in whole milliseconds; people see them in one zone."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self.shift = timedelta(0)

    def now(self) -> datetime:
        """The present moment, shifted as a test has asked."""
        present = datetime.now(timezone.utc) + self.shift
        return present.replace(microsecond=present.microsecond // 1000 * 1000)

    def read(self, text: str) -> datetime:
        """A moment from any of the forms that the service takes; without a zone it is the service's own."""
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
        """As .NET writes it in JSON: milliseconds, and the zone's offset for show."""
        return f"/Date({(moment - EPOCH) // MILLISECOND}{moment.astimezone(self.zone):%z})/"

    def to_iso(self, moment: datetime) -> str:
        """ISO 8601 with the zone's offset."""
        return moment.astimezone(self.zone).isoformat(timespec="milliseconds")

    def to_xml(self, moment: datetime) -> str:
        """As .NET writes it in XML: the zone's time without saying the zone, the fraction without closing zeros."""
        local = moment.astimezone(self.zone).replace(tzinfo=None)
        return local.isoformat(timespec="milliseconds").rstrip("0").rstrip(".")

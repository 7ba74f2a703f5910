# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Times: the moment that a text means, and how a result shows a moment. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo

from .._errors import InvalidInput

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# Assumption: times in XML have no zone. The contract shows one contact in JSON and in XML. Both times are equal if the
# time in XML is Norwegian time.
SERVICE_ZONE = "Europe/Oslo"
# Zones differ from UTC by a multiple of STEP, between the limits WEST and EAST.
SECOND, STEP, HOUR = timedelta(seconds=1), timedelta(minutes=15), timedelta(hours=1)
WEST, EAST = timedelta(hours=-12), timedelta(hours=14)
# Two moments this close have the same offset from UTC, unless the clocks were changed between them.
NEAR = timedelta(hours=2)
JSON_DATE = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
ISO_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(Z|[+-]\d\d:?\d\d)?")


def parse_time(text: str) -> datetime | None:
    """Return the moment that a date of the service means, in UTC. The dates of JSON and of XML are accepted.

    A date without a zone is in the local time of the service. Returns None if the text is not a date, or if this
    machine has no data about time zones.
    """
    try:
        json_date = JSON_DATE.fullmatch(text)
        if json_date:
            return EPOCH + timedelta(milliseconds=int(json_date.group(1)))
        iso = ISO_DATE.fullmatch(text)
        if not iso:
            return None
        seconds, fraction, zone = iso.groups()
        moment = datetime.fromisoformat(seconds).replace(microsecond=int((fraction or "0").ljust(6, "0")))
        known_zone = _zone(zone)
        return moment.replace(tzinfo=known_zone).astimezone(timezone.utc) if known_zone else None
    except (ValueError, OverflowError):
        return None


def is_local(text: str) -> bool:
    """Return whether a date of the service has no zone. Such a date is in the local time of the service."""
    iso = ISO_DATE.fullmatch(text)
    return iso is not None and iso[3] is None


@dataclass(frozen=True)
class ServiceZone:
    """What is known about the time zone of the service. Its dates without a zone are in this zone.

    ``offset`` is the difference from UTC that a message has shown for the moment ``at``. It is None until a message has
    shown it, and until then no zone is assumed.
    """

    offset: timedelta | None = None
    at: datetime = EPOCH

    def readings(self, text: str) -> tuple[datetime, ...]:
        """Return the moments that a date can mean, earliest first.

        There is one moment if the meaning is certain, and no moment if *text* is not a date.
        """
        if not is_local(text):
            moment = parse_time(text)
            return () if moment is None else (moment,)
        local = parse_time(f"{text}Z")
        if local is None:
            return ()
        try:
            return tuple(sorted({local - offset for offset in self._offsets(local)}))
        except OverflowError:  # the date is at the end of the calendar
            return ()

    def likely(self, text: str) -> tuple[datetime, ...]:
        """Return the moments for a result. If the zone is not known, the assumed zone decides."""
        assumed = parse_time(text) if self.offset is None else None
        return (assumed,) if assumed else self.readings(text)

    def shown(self, text: str) -> str:
        """Return a date for a result: in UTC, or as the service wrote it if it can mean several moments."""
        found = self.likely(text)
        return iso_utc(found[0]) if len(found) == 1 else text

    def learned(self, text: str, moment: datetime, tolerance: timedelta = SECOND) -> ServiceZone:
        """Return what is known after a message has shown that its date *text* means *moment*.

        The difference from UTC must be a multiple of 15 minutes, with an error of at most *tolerance*. Otherwise
        nothing is learned.
        """
        local = parse_time(f"{text}Z") if is_local(text) else None
        if local is None:
            return self
        offset = round((local - moment) / STEP) * STEP
        if not WEST <= offset <= EAST or abs(local - moment - offset) > tolerance:
            return self
        return ServiceZone(offset, moment)

    def _offsets(self, local: datetime) -> list[timedelta]:
        if self.offset is None:
            return [WEST + STEP * count for count in range((EAST - WEST) // STEP + 1)]
        zone = _zone(None)
        if zone and self.at.astimezone(zone).utcoffset() == self.offset:
            naive = local.replace(tzinfo=None)  # an hour that is repeated or skipped at a clock change has two meanings
            return [naive.replace(tzinfo=zone, fold=fold).utcoffset() or self.offset for fold in (0, 1)]
        if abs(local - self.offset - self.at) < NEAR:
            return [self.offset]
        # The dates on which summer time begins and ends are not known.
        return [self.offset - HOUR, self.offset, self.offset + HOUR]


def parse_moment(text: str, option: str) -> datetime:
    """Return the moment in the text of an option. Raises InvalidInput if the text is not a time or has no zone."""
    moment = parse_time(text)
    if moment is None or not re.search(r"(Z|[+-]\d\d:?\d\d)$", text):
        raise InvalidInput(
            f"{option}: {text!r} is not a time in ISO 8601 with a time zone. Write a time such as "
            "2026-01-31T08:00:00Z or 2026-01-31T09:00:00+01:00."
        )
    return moment


def iso_utc(moment: datetime) -> str:
    """Return a moment in ISO 8601 and UTC, to the second: ``2014-01-01T12:00:00Z``."""
    return moment.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def find_zone(name: str, option: str) -> tzinfo:
    """Return a time zone by its name. Raises InvalidInput."""
    try:
        from zoneinfo import ZoneInfo

        return ZoneInfo(name)
    except (ImportError, KeyError, ValueError, OSError) as error:
        raise InvalidInput(
            f"{option}: there is no time zone {name!r} on this machine. If the name is correct, install the Python "
            "package tzdata. Otherwise write a name such as Europe/Oslo."
        ) from error


def _zone(text: str | None) -> tzinfo | None:
    if text == "Z":
        return timezone.utc
    if text:
        minutes = int(text[1:3]) * 60 + int(text[-2:])
        return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
    try:
        return find_zone(SERVICE_ZONE, "")
    except InvalidInput:
        return None

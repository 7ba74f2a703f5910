# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Times: the moment that a text means, and how a result shows a moment. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo

from .._errors import InvalidInput

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# Assumption: times in XML have no zone. The contract shows one contact in both formats; both agree in Norwegian time.
SERVICE_ZONE = "Europe/Oslo"
JSON_DATE = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
ISO_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(Z|[+-]\d\d:?\d\d)?")


def parse_time(text: str) -> datetime | None:
    """The moment, in UTC, that a date of the service means, in both formats.

    A date without a zone is the local time of the service. None if the text is not a date, or if this machine has no
    zone data.
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


def parse_moment(text: str, option: str) -> datetime:
    """The moment that the text of an option means. Raises InvalidInput if it is not a time or has no zone."""
    moment = parse_time(text)
    if moment is None or not re.search(r"(Z|[+-]\d\d:?\d\d)$", text):
        raise InvalidInput(
            f"{option}: {text!r} is not a time in ISO 8601 with a zone. Write it as in 2026-01-31T08:00:00Z or "
            "2026-01-31T09:00:00+01:00."
        )
    return moment


def iso_utc(moment: datetime) -> str:
    """ISO 8601 in UTC, to the second: ``2014-01-01T12:00:00Z``."""
    return moment.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def find_zone(name: str, option: str) -> tzinfo:
    """A zone by its name. Raises InvalidInput."""
    try:
        from zoneinfo import ZoneInfo

        return ZoneInfo(name)
    except (ImportError, KeyError, ValueError, OSError) as error:
        raise InvalidInput(
            f"{option}: there is no time zone {name!r} on this machine. Write a name such as Europe/Oslo. If the name "
            "is right, install the package tzdata."
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

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The time to send: absolute and relative times, and quiet hours. Pure: the current time is an argument."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone, tzinfo
from typing import Any

from .._errors import InvalidInput
from .._model.times import find_zone, iso_utc, parse_time
from .._model.values import is_number, read_as

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LONGEST = 3650 * SECONDS["d"]
LAST_YEAR = 9000  # calculations with quiet hours and zones need some years before the end of the calendar
DURATION = re.compile(r"(?:[0-9]{1,12}[smhd]){1,20}")
NAMED_ZONE = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?) ([A-Za-z][\w+/-]*)")
OFFSET = re.compile(r"(Z|[+-]\d\d:?\d\d)$")
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class PastTime(InvalidInput):
    """The time is valid, but it is in the past."""


def parse_duration(text: str, option: str, shortest: int = 1) -> timedelta:
    """Return the duration in a text such as ``90m``, ``24h`` or ``1d12h``: from *shortest* seconds to ten years.

    Raises InvalidInput.
    """
    if not DURATION.fullmatch(text):
        raise InvalidInput(f"{option}: {text!r} is not a duration. Write a duration such as 90m, 24h or 1d12h.")
    seconds = sum(int(count) * SECONDS[unit] for count, unit in re.findall(r"(\d+)([smhd])", text))
    if not shortest <= seconds <= LONGEST:
        longest = LONGEST // SECONDS["d"]
        raise InvalidInput(f"{option}: {text!r} is not between {shortest}s and {longest}d. Write another duration.")
    return timedelta(seconds=seconds)


def parse_send_at(text: str, now: datetime) -> datetime:
    """Return the moment that *text* means, in UTC.

    The text is relative (``+90m``), has an offset (``2026-01-31T09:00:00+01:00``), or has the name of a zone
    (``2026-01-31 09:00 Europe/Oslo``). Raises InvalidInput for a time without a zone, for a time in the past, and for a
    time that does not exist in its zone or exists twice.
    """
    text = text.strip()
    if text.startswith("+"):
        return now + parse_duration(text[1:], "send_at")
    named = NAMED_ZONE.fullmatch(text)
    moment = _in_zone(*named.groups()) if named else _with_offset(text)
    if moment.year > LAST_YEAR:
        raise InvalidInput(f"send_at: {text} is too far in the future. Write a time before the year {LAST_YEAR + 1}.")
    if moment < now:
        shown = text if text == iso_utc(moment) else f"{text} ({iso_utc(moment)})"
        raise PastTime(f"send_at: {shown} is in the past. It is now {iso_utc(now)}. Write a later time.")
    return moment


def as_asked(text: str | None) -> str:
    """Return the option ``send_at`` in one spelling that does not depend on the current time; "" if it is not set.

    Raises InvalidInput.
    """
    stripped = (text or "").strip()
    if not stripped or stripped.startswith("+"):
        return stripped
    return iso_utc(parse_send_at(stripped, datetime.min.replace(tzinfo=timezone.utc)))


def _with_offset(text: str) -> datetime:
    iso = text.replace(" ", "T", 1)
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(Z|[+-]\d\d:?\d\d)?", iso):
        iso = iso[:16] + ":00" + iso[16:]
    if not OFFSET.search(iso) and parse_time(iso + "Z"):
        raise InvalidInput(
            f"send_at: {text} has no time zone. Write the time zone, as in {iso}Z or {iso.replace('T', ' ')} "
            "Europe/Oslo."
        )
    moment = parse_time(iso)
    if moment is None:
        raise InvalidInput(
            f"send_at: {text!r} is not a time. Write a time such as +90m, 2026-01-31T09:00:00+01:00 or "
            "2026-01-31 09:00 Europe/Oslo."
        )
    return moment


def _in_zone(date: str, clock: str, zone_name: str) -> datetime:
    zone = find_zone(zone_name, "send_at")
    try:
        naive = datetime.fromisoformat(f"{date}T{clock}")
    except ValueError as error:
        raise InvalidInput(f"send_at: {date} {clock} is not a time ({error}). Correct the time.") from error
    first, second = (naive.replace(tzinfo=zone, fold=fold).astimezone(timezone.utc) for fold in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) != naive:
        raise InvalidInput(
            f"send_at: {date} {clock} does not exist in {zone_name}, because clocks are put forward at this time. "
            f"Write another time, such as {iso_utc(first)} or {iso_utc(second)}."
        )
    if first != second:
        raise InvalidInput(
            f"send_at: {date} {clock} exists twice in {zone_name}, because clocks are put back at this time. "
            f"Write {iso_utc(first)} or {iso_utc(second)}."
        )
    return first


@dataclass(frozen=True)
class QuietHours:
    """A period of each day in which no message is sent, in the local time of a zone. It can include midnight."""

    start: time
    end: time
    zone: tzinfo
    postpone: bool

    def over_at(self, moment: datetime) -> datetime | None:
        """Return the end of the quiet hours at *moment*, in UTC; None if *moment* is not in quiet hours."""
        local = moment.astimezone(self.zone)
        clock = local.time()
        inside = self.start <= clock < self.end if self.start < self.end else clock >= self.start or clock < self.end
        if not inside:
            return None
        day = local.date() + timedelta(days=1 if self.start > self.end and clock >= self.start else 0)
        end = datetime.combine(day, self.end, tzinfo=self.zone)
        # When clocks go back, the end of the quiet hours can exist twice on that day. The first can already be in the
        # past.
        over = (end.replace(fold=fold).astimezone(timezone.utc) for fold in (0, 1))
        return next(one for one in over if one > moment)


def parse_quiet_hours(option: Mapping[str, Any]) -> QuietHours:
    """Return the quiet hours in the option ``quiet_hours``. Raises InvalidInput."""
    start, end = (_clock(option[name], f"quiet_hours.{name}") for name in ("from", "to"))
    if start == end:
        raise InvalidInput("quiet_hours: `from` and `to` are the same time. Write two different times.")
    return QuietHours(start, end, find_zone(option["zone"], "quiet_hours.zone"), option["action"] == "postpone")


def _clock(value: Any, option: str) -> time:
    found = CLOCK.fullmatch(value) if isinstance(value, str) else None
    if not found:
        if isinstance(value, str):
            raise InvalidInput(f'{option}: a time of day is expected, such as "22:00", but the value is {value!r}.')
        remedy = "quote it" if is_number(value) else "write a time and quote it"
        hint = " Without quotes, YAML reads 22:30 as the number 1350." if is_number(value) else ""
        raise InvalidInput(
            f'{option}: a time of day in quotes is expected, such as "22:00", but the value is {read_as(value)}; '
            f"{remedy}.{hint}"
        )
    return time(int(found.group(1)), int(found.group(2)))

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time to send: valid times, and errors for ambiguous times."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput
from ansible_collections.community.linkengage.plugins.module_utils._model.times import find_zone
from ansible_collections.community.linkengage.plugins.module_utils._sms.schedule import (
    PastTime,
    parse_duration,
    parse_quiet_hours,
    parse_send_at,
)

NOW = datetime(2026, 1, 30, 12, 0, tzinfo=timezone.utc)
OSLO = "Europe/Oslo"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=timezone.utc)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("+90m", utc(2026, 1, 30, 13, 30)),
        ("+1d12h", utc(2026, 2, 1, 0, 0)),
        ("+30s", utc(2026, 1, 30, 12, 0, 30)),
        ("2026-01-31T09:00:00+01:00", utc(2026, 1, 31, 8, 0)),
        ("2026-01-31T09:00:00+0100", utc(2026, 1, 31, 8, 0)),
        ("2026-01-31T09:00+01:00", utc(2026, 1, 31, 8, 0)),
        ("2026-01-31 09:00:00+01:00", utc(2026, 1, 31, 8, 0)),
        ("2026-01-31T09:00:00Z", utc(2026, 1, 31, 9, 0)),
        (" 2026-01-31T09:00Z ", utc(2026, 1, 31, 9, 0)),
        ("2026-01-31 09:00 Europe/Oslo", utc(2026, 1, 31, 8, 0)),
        ("2026-01-31T09:00:30 Europe/Oslo", utc(2026, 1, 31, 8, 0, 30)),
        ("2026-07-31 09:00 Europe/Oslo", utc(2026, 7, 31, 7, 0)),
        ("2026-01-31 09:00 UTC", utc(2026, 1, 31, 9, 0)),
        ("2026-01-31 09:00 Etc/GMT+1", utc(2026, 1, 31, 10, 0)),
        ("2026-01-31 09:00 America/Argentina/Buenos_Aires", utc(2026, 1, 31, 12, 0)),
    ],
)
def test_valid_times_are_read(text: str, moment: datetime) -> None:
    assert parse_send_at(text, NOW) == moment


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-01-31 09:00", ["has no time zone", "2026-01-31T09:00:00Z", "2026-01-31 09:00:00 Europe/Oslo"]),
        ("2026-01-31T09:00:00", ["has no time zone", "2026-01-31T09:00:00Z", "2026-01-31 09:00:00 Europe/Oslo"]),
        ("2026-01-31", ["is not a time"]),
        ("tomorrow", ["is not a time", "+90m"]),
        ("", ["is not a time"]),
        ("90m", ["is not a time", "+90m"]),
        ("09:00", ["is not a time"]),
        ("1769846400", ["is not a time"]),
        ("2026-02-30T09:00:00Z", ["is not a time"]),
        ("2026-02-30 09:00 Europe/Oslo", ["2026-02-30 09:00 is not a time"]),
        ("2026-01-31 09:00 Europe/Olso", ["no time zone 'Europe/Olso'", "tzdata"]),
        ("2026-01-31 09:00 Europe", ["no time zone 'Europe'"]),
        ("2026-01-31 09:00 CEST", ["no time zone 'CEST'"]),
        ("2026-03-29 02:30 Europe/Oslo", ["does not exist", "put forward", "2026-03-29T01:30:00Z"]),
        ("2026-10-25 02:30 Europe/Oslo", ["twice", "put back", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]),
        ("+", ["is not a duration"]),
        ("+90", ["is not a duration"]),
        ("+-5m", ["is not a duration"]),
        ("+0m", ["is not between 1s"]),
        ("+99999999999d", ["is not between", "3650d"]),
    ],
)
def test_invalid_and_ambiguous_times_are_errors(text: str, words: list[str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_send_at(text, NOW)
    assert str(caught.value).startswith("send_at: ")
    assert [word for word in words if word not in str(caught.value)] == []


def test_a_time_in_the_past_is_an_error() -> None:
    now = r"is in the past\. It is now 2026-01-30T12:00:00Z\. Write a later time\."
    with pytest.raises(PastTime, match=rf"^send_at: 2026-01-30 12:59 Europe/Oslo \(2026-01-30T11:59:00Z\) {now}$"):
        parse_send_at("2026-01-30 12:59 Europe/Oslo", NOW)
    with pytest.raises(PastTime, match=rf"^send_at: 2026-01-30T11:59:00Z {now}$"):
        parse_send_at("2026-01-30T11:59:00Z", NOW)


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "5M", "-5m", "1.5h", "5m5", "PT5M", "\u0665m"])
def test_invalid_durations_are_errors(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"^idempotency_window: "):
        parse_duration(text, "idempotency_window")


def test_the_parts_of_a_duration_are_added() -> None:
    assert parse_duration("1d2h3m4s", "x") == timedelta(days=1, hours=2, minutes=3, seconds=4)


# Quiet hours


def quiet(start: Any, end: Any, zone: str = OSLO, action: str = "fail") -> Any:
    return parse_quiet_hours({"from": start, "to": end, "zone": zone, "action": action})


@pytest.mark.parametrize(
    ("span", "moment", "over"),
    [
        (("22:00", "07:00"), utc(2026, 1, 30, 20, 59), None),
        (("22:00", "07:00"), utc(2026, 1, 30, 21, 0), utc(2026, 1, 31, 6, 0)),
        (("22:00", "07:00"), utc(2026, 1, 31, 3, 0), utc(2026, 1, 31, 6, 0)),
        (("22:00", "07:00"), utc(2026, 1, 31, 5, 59, 59), utc(2026, 1, 31, 6, 0)),
        (("22:00", "07:00"), utc(2026, 1, 31, 6, 0), None),
        (("12:00", "14:30"), utc(2026, 1, 30, 11, 0), utc(2026, 1, 30, 13, 30)),
        (("12:00", "14:30"), utc(2026, 1, 30, 13, 30), None),
        (("12:00", "14:30"), utc(2026, 1, 30, 10, 59), None),
        (("23:00", "00:00"), utc(2026, 1, 30, 22, 30), utc(2026, 1, 30, 23, 0)),
        (("00:00", "06:00"), utc(2026, 1, 30, 23, 0), utc(2026, 1, 31, 5, 0)),
        # The nights in which clocks are set forward and back.
        (("22:00", "07:00"), utc(2026, 3, 28, 22, 0), utc(2026, 3, 29, 5, 0)),
        (("22:00", "02:30"), utc(2026, 3, 29, 0, 30), utc(2026, 3, 29, 1, 30)),
        (("22:00", "02:30"), utc(2026, 10, 25, 0, 15), utc(2026, 10, 25, 0, 30)),
        (("22:00", "02:30"), utc(2026, 10, 25, 1, 15), utc(2026, 10, 25, 1, 30)),
    ],
)
def test_the_end_of_the_quiet_hours_is_found(span: tuple[str, str], moment: datetime, over: datetime | None) -> None:
    assert quiet(*span).over_at(moment) == over


@given(
    st.times(), st.times(), st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(timezone.utc))
)
def test_quiet_hours_end_within_a_day_and_after_the_moment(start: Any, end: Any, moment: datetime) -> None:
    first, second = f"{start:%H:%M}", f"{end:%H:%M}"
    if first == second:
        return
    over = quiet(first, second).over_at(moment)
    if over is not None:
        assert moment < over <= moment + timedelta(hours=25)
        local = over.astimezone(find_zone(OSLO, "zone"))
        skipped = local.hour == 3 and second.startswith("02")
        assert skipped or f"{local:%H:%M}" == second


@pytest.mark.parametrize(
    "value", [1320, 79200, 22, 22.5, None, True, "22", "22:0", "24:00", "22:60", "10 pm", ["22:00"]]
)
@pytest.mark.parametrize("place", ["from", "to"])
def test_invalid_times_of_day_are_errors(value: Any, place: str) -> None:
    """YAML 1.1 reads 22:00 without quotes as 1320, because it is a number to the base 60."""
    span = {"from": "21:00", "to": "06:00", place: value}
    quotes = "" if isinstance(value, str) else "in quotes "
    with pytest.raises(InvalidInput, match=rf"^quiet_hours\.{place}: a time of day {quotes}is expected") as caught:
        quiet(span["from"], span["to"])
    assert ("YAML reads 22:30 as the number 1350" in str(caught.value)) == (type(value) in (int, float))


def test_quiet_hours_of_a_whole_day_are_an_error() -> None:
    with pytest.raises(InvalidInput, match="`from` and `to` are the same time"):
        quiet("07:00", "07:00")


@pytest.mark.parametrize("zone", ["Europe/Olso", "", "../../etc/passwd", "/etc/localtime"])
def test_quiet_hours_in_an_unknown_zone_are_an_error(zone: str) -> None:
    with pytest.raises(InvalidInput, match=r"^quiet_hours\.zone: there is no time zone"):
        quiet("22:00", "07:00", zone)

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times without a zone in XML, with any zone of the service, any clock of the service, and any clock of this
machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import support

from ansible_collections.community.linkengage.plugins.module_utils._module import execute
from ansible_collections.community.linkengage.plugins.module_utils._service import calls as _http
from ansible_collections.community.linkengage.plugins.module_utils._service.client import Client
from ansible_collections.community.linkengage.plugins.module_utils._service.connection import connect
from ansible_collections.community.linkengage.plugins.modules.linkengage_sms import TASK
from linkengage_simulator.process import SimulatorProcess

ZONES = ["Europe/Oslo", "America/New_York", "Asia/Tokyo", "Asia/Kolkata", "Pacific/Kiritimati", "Etc/GMT+12", "UTC"]
FAR_EAST = ("Asia/Tokyo", "Asia/Kolkata", "Pacific/Kiritimati")
MINUTE, HOUR, DAY = 60, 3600, 86400
KEYS = pytest.mark.parametrize("key", [None, "incident"], ids=["no key", "key"])
# In Oslo, clocks are set back from 03:00 to 02:00, at 01:00 UTC.
AUTUMN = datetime(2027, 10, 31, tzinfo=timezone.utc)
FIRST, SECOND = AUTUMN + timedelta(minutes=40), AUTUMN + timedelta(minutes=100)


@pytest.fixture(scope="module", params=ZONES)
def any_zone(request) -> Iterator[SimulatorProcess]:
    with SimulatorProcess("--clock-zone", request.param) as process:
        yield process


@pytest.fixture
def zone(request, any_zone: SimulatorProcess) -> str:
    return str(request.node.callspec.params["any_zone"])


class Sms:
    """The module on one account in XML, with its own store."""

    def __init__(self, simulator: SimulatorProcess, store: str, zone: str = "Europe/Oslo") -> None:
        simulator.reset()
        self.connection = {"api_url": simulator.api(2), "username": simulator.username, "domain": simulator.domain}
        self.connection.update(password=simulator.password, data_format="xml")
        self.simulator, self.store, self.zone = simulator, store, zone

    def run(self, **options: Any) -> dict[str, Any]:
        given = {name: value for name, value in options.items() if value is not None}
        return support.run_module("linkengage_sms", **{**self.connection, "store": self.store, **given})

    def send(self, key: str | None = None, **options: Any) -> dict[str, Any]:
        return self.run(text="Hi", numbers=["+4792000004"], idempotency_key=key, **options)

    def cancel(self, id: str, **options: Any) -> dict[str, Any]:
        return self.run(state="absent", message_id=id, **options)

    def lose_an_answer(self) -> None:
        self.simulator.faults([{"match": {"method": "POST"}, "action": "drop_after"}])

    def set_clock(self, moment: datetime) -> None:
        present = datetime.fromisoformat(self.simulator.clock().replace("Z", "+00:00"))
        self.simulator.clock((moment - present).total_seconds())

    def is_there(self, id: str) -> bool:
        return any(message["MessageId"] == id for message in self.simulator.state()["messages"])


@pytest.fixture
def sms(any_zone: SimulatorProcess, zone: str, tmp_path) -> Sms:
    return Sms(any_zone, str(tmp_path / "sends.sqlite3"), zone)


@pytest.fixture
def oslo(simulator: SimulatorProcess, tmp_path) -> Sms:
    return Sms(simulator, str(tmp_path / "sends.sqlite3"))


@pytest.fixture
def no_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the service answer in XML only."""
    monkeypatch.setattr(Client, "time_in_json", lambda _client, _id: None)


@pytest.fixture
def no_date(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let the service send no header Date. ``no_date(hours)`` moves the clock of this machine forward or back."""
    learn = _http.Http._learn_clock
    monkeypatch.setattr(_http.Http, "_learn_clock", lambda http, _date: learn(http, None))
    return lambda hours: skew(monkeypatch, hours)


def skew(monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    class Skewed(_http.datetime):  # type: ignore[name-defined,misc]
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + timedelta(hours=hours)

    monkeypatch.setattr(_http, "datetime", Skewed)


# Any zone


@KEYS
@pytest.mark.parametrize("on_unknown", ["fail", "resend"])
def test_a_lost_answer_is_found(sms: Sms, key: str | None, on_unknown: str) -> None:
    sms.lose_an_answer()
    result = sms.send(key, on_unknown=on_unknown)
    assert result["outcome"] == "sent"
    assert len(sms.simulator.deliveries()) == 1


@KEYS
def test_an_older_message_with_the_same_content_is_not_the_lost_one(sms: Sms, key: str | None) -> None:
    """The older message was sent exactly some hours before, as by a job that runs every hour."""
    for _hour in range(3):
        assert sms.send()["outcome"] == "sent"
        sms.simulator.clock(HOUR)
    sms.simulator.faults([{"match": {"method": "POST"}, "action": "drop_before"}])
    options = {} if key is None else {"idempotency_window": "30m"}
    result = sms.send(key, **options)
    assert (result["failed"], result["failure"]["outcome"]) == (True, "unknown")
    assert len(sms.simulator.deliveries()) == 3


def test_a_sent_message_is_not_cancelled(sms: Sms) -> None:
    id = sms.send()["message"]["message_id"]
    for _time in range(16):
        result = sms.cancel(id)
        assert result["failure"] == {"kind": "guard", "message_id": id}
        assert "was sent at" in result["msg"]
        assert sms.is_there(id)
        sms.simulator.clock(2 * HOUR)


@pytest.mark.parametrize("minutes", [2, 50, 600, 2000])
def test_a_waiting_message_is_cancelled(sms: Sms, minutes: int) -> None:
    sent = sms.send(send_at=f"+{minutes}m")
    result = sms.cancel(sent["message"]["message_id"])
    assert (result["outcome"], result["changed"]) == ("cancelled", True)
    assert result["message"]["handled"] == sent["send_at"] == sent["message"]["handled"]
    sms.simulator.clock(3 * DAY)
    assert sms.simulator.deliveries() == []


def test_a_lost_answer_to_a_later_message_is_found(sms: Sms) -> None:
    sms.lose_an_answer()
    result = sms.send(send_at="+90m")
    assert result["outcome"] == "scheduled"
    assert result["send_at"] == result["message"]["handled"]
    sms.simulator.clock(2 * HOUR)
    assert len(sms.simulator.deliveries()) == 1


def test_the_time_of_a_message_is_shown_in_utc(sms: Sms) -> None:
    sms.set_clock(FIRST)
    shown = sms.send()["message"]["handled"]
    assert shown.startswith("2027-10-31T00:40:")


def test_a_message_of_a_key_that_the_store_does_not_know_is_found(sms: Sms) -> None:
    first = sms.send("incident")
    sms.store += ".other"
    sms.simulator.clock(2 * HOUR)
    again = sms.send("incident", adopt_window="3h")
    assert (again["outcome"], again["message"]["message_id"]) == ("taken_for_sent", first["message"]["message_id"])
    sms.store += ".third"
    sms.simulator.clock(2 * HOUR)
    assert sms.send("incident", adopt_window="3h")["outcome"] == "sent"


# The hour that exists twice


@KEYS
@pytest.mark.parametrize("moment", [FIRST, SECOND], ids=["first", "second"])
def test_a_lost_answer_in_the_repeated_hour_is_found(oslo: Sms, key: str | None, moment: datetime) -> None:
    oslo.set_clock(moment)
    oslo.lose_an_answer()
    result = oslo.send(key, on_unknown="resend")
    assert result["outcome"] == "sent"
    assert result["message"]["handled"].startswith(moment.strftime("%Y-%m-%dT%H:%M:"))
    assert len(oslo.simulator.deliveries()) == 1


@KEYS
def test_an_equal_message_one_hour_earlier_is_another_message(oslo: Sms, key: str | None) -> None:
    oslo.set_clock(FIRST)
    oslo.send()
    oslo.set_clock(FIRST + timedelta(hours=1))
    oslo.simulator.faults([{"match": {"method": "POST"}, "action": "drop_before"}])
    result = oslo.send(key, **({} if key is None else {"idempotency_window": "30m"}))
    assert result["failure"]["outcome"] == "unknown"


def test_a_message_is_cancelled_50_minutes_early(oslo: Sms) -> None:
    oslo.set_clock(FIRST)
    id = oslo.send(send_at="+50m")["message"]["message_id"]
    assert oslo.cancel(id)["outcome"] == "cancelled"
    oslo.simulator.clock(DAY)
    assert oslo.simulator.deliveries() == []


def test_a_message_that_was_sent_50_minutes_ago_is_not_cancelled(oslo: Sms) -> None:
    oslo.set_clock(FIRST)
    id = oslo.send()["message"]["message_id"]
    oslo.simulator.clock(50 * MINUTE)
    assert oslo.cancel(id)["failure"]["kind"] == "guard"
    assert oslo.is_there(id)


# A service that answers in XML only


class TestWithoutJson:
    @pytest.fixture(autouse=True)
    def setup(self, no_json: None) -> None:
        """Apply the fixture no_json to every test of this class."""

    @KEYS
    @pytest.mark.parametrize("on_unknown", ["fail", "resend"])
    def test_nothing_is_claimed_and_nothing_is_sent_twice(self, sms: Sms, key: str | None, on_unknown: str) -> None:
        sms.lose_an_answer()
        result = sms.send(key, on_unknown=on_unknown)
        assert (result["failed"], result["failure"]["kind"]) == (True, "unknown_outcome")
        assert "The send time of this message is not known" in result["msg"]
        assert len(sms.simulator.deliveries()) == 1

    @pytest.mark.parametrize("minutes", [2, 50, 600])
    def test_a_message_that_was_possibly_sent_is_not_cancelled(self, sms: Sms, minutes: int) -> None:
        sent = sms.send(send_at=f"+{minutes}m")
        id = sent["message"]["message_id"]
        result = sms.cancel(id)
        if sms.zone in FAR_EAST:  # the message waits in every possible zone, because no zone is much further east
            assert result.get("failed") or result["outcome"] == "cancelled"
        else:
            assert result["failure"] == {"kind": "guard", "message_id": id}
            assert "the service has possibly sent it already" in result["msg"]
        assert sms.is_there(id) is bool(result.get("failed"))

    @pytest.mark.parametrize("hours", [0, 1, 9, 20])
    def test_a_sent_message_is_not_cancelled(self, sms: Sms, hours: int) -> None:
        id = sms.send()["message"]["message_id"]
        sms.simulator.clock(hours * HOUR)
        assert sms.cancel(id)["failure"]["kind"] == "guard"
        assert sms.is_there(id)

    def test_a_message_that_waits_in_every_zone_is_cancelled(self, sms: Sms) -> None:
        id = sms.send(send_at="+2d")["message"]["message_id"]
        assert sms.cancel(id)["outcome"] == "cancelled"

    @pytest.mark.parametrize("send_at", [None, "+90m"], ids=["sent", "scheduled"])
    def test_a_message_of_this_run_shows_the_zone(self, sms: Sms, send_at: str | None) -> None:
        params = {name: option.get("default") for name, option in TASK.argument_spec.items()}
        params.update(sms.connection, numbers=["+4792000004"], retries=0, store=sms.store)
        client = connect(params.get)
        execute(TASK, {**params, "text": "Known", "send_at": send_at}, client, False, False)
        sms.lose_an_answer()
        result, _warnings = execute(TASK, {**params, "text": "Hi"}, client, False, False)
        assert result["outcome"] == "sent"
        assert result["message"]["handled"] is not None
        later, _warnings = execute(TASK, {**params, "text": "Later", "send_at": "+50m"}, client, False, False)
        absent = {**params, "state": "absent", "message_id": later["message"]["message_id"]}
        assert execute(TASK, absent, client, False, False)[0]["outcome"] == "cancelled"
        absent["message_id"] = result["message"]["message_id"]
        with pytest.raises(Exception, match="was sent at"):
            execute(TASK, absent, client, False, False)


# Clocks


@pytest.mark.parametrize("data_format", ["json", "xml"])
@pytest.mark.parametrize("hours", [-30, -1, 0, 1, 30])
class TestWithoutDateHeader:
    @pytest.fixture(autouse=True)
    def setup(self, oslo: Sms, no_date: Callable[[float], None], hours: int, data_format: str) -> None:
        oslo.connection["data_format"] = data_format
        no_date(hours)

    @KEYS
    def test_a_lost_answer_is_found(self, oslo: Sms, key: str | None) -> None:
        oslo.send()  # a message with the same content that was sent long before, or just now, on any clock
        oslo.lose_an_answer()
        result = oslo.run(text="Hi", numbers=["92000004"], idempotency_key=key, on_unknown="resend")
        assert result["outcome"] == ("sent" if key is None else result["outcome"])
        assert len(oslo.simulator.deliveries()) == (2 if key is None else len(oslo.simulator.deliveries()))
        assert len(oslo.simulator.deliveries()) <= 2

    def test_a_sent_message_is_not_cancelled(self, oslo: Sms) -> None:
        id = oslo.send()["message"]["message_id"]
        oslo.simulator.clock(30 * MINUTE)
        assert oslo.cancel(id)["failure"]["kind"] == "guard"
        assert oslo.is_there(id)

    def test_a_message_that_waits_long_enough_is_cancelled(self, oslo: Sms) -> None:
        id = oslo.send(send_at="+20d")["message"]["message_id"]
        assert oslo.cancel(id)["outcome"] == "cancelled"


@pytest.mark.parametrize("hours", [-30, -1, 1, 30])
@pytest.mark.parametrize("data_format", ["json", "xml"])
def test_with_a_date_header_the_clock_of_this_machine_does_not_matter(
    oslo: Sms, monkeypatch: pytest.MonkeyPatch, data_format: str, hours: int
) -> None:
    oslo.connection["data_format"] = data_format
    skew(monkeypatch, hours)
    oslo.send()
    oslo.simulator.clock(HOUR)
    oslo.lose_an_answer()
    sent = oslo.send(on_unknown="resend")
    assert sent["outcome"] == "sent"
    assert len(oslo.simulator.deliveries()) == 2
    assert oslo.cancel(sent["message"]["message_id"])["failure"]["kind"] == "guard"
    later = oslo.send(send_at="+50m")["message"]["message_id"]
    assert oslo.cancel(later)["outcome"] == "cancelled"

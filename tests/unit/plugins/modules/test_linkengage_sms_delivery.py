# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The delivery of a message: the wait for the reports, with the state in results and the status of the service."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._machine.locks import Waiting
from ansible_collections.community.linkengage.plugins.module_utils._machine.run import Run
from ansible_collections.community.linkengage.plugins.module_utils._model.phone import numbering_of
from ansible_collections.community.linkengage.plugins.module_utils._sms import delivery as _delivery
from ansible_collections.community.linkengage.plugins.module_utils._sms.receivers import Person

EITHER_FORMAT = pytest.mark.parametrize(("data_format", "api_version"), [("json", 2), ("xml", 1)], ids=["json", "xml"])
JSON = pytest.mark.parametrize(("data_format", "api_version"), [("json", 2)], ids=["json"])
TWO = ["+4792000004", "+4792000005"]


class Pauses:
    """A replacement for the module time. It runs an action at the n-th pause, and records the length of each pause."""

    def __init__(self) -> None:
        self.now = 0.0
        self.lengths: list[float] = []
        self.events: dict[int, Any] = {}

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.lengths.append(seconds)
        self.events.get(len(self.lengths), lambda: None)()


@pytest.fixture
def pauses(monkeypatch) -> Pauses:
    pauses = Pauses()
    monkeypatch.setattr(_delivery, "time", pauses)
    return pauses


def last_message(account) -> str:
    return account.simulator.state()["messages"][-1]["MessageId"]


def reports(account, status: str, receiver: str | None = None) -> Any:
    return lambda: account.simulator.delivery_status(last_message(account), status, "2026-01-31T09:00:05", receiver)


@EITHER_FORMAT
def test_it_waits_until_all_have_a_final_state(account, pauses) -> None:
    pauses.events = {1: reports(account, "Delivered", "4792000004"), 3: reports(account, "Failed", "4792000005")}
    result = account.done("sms", text="Hi", numbers=TWO, wait=True)
    assert result["deliveries"] == [
        {"receiver": "4792000004", "state": "delivered", "status": "Delivered", "delivered": "2026-01-31T08:00:05Z"},
        {"receiver": "4792000005", "state": "failed", "status": "Failed", "delivered": "2026-01-31T08:00:05Z"},
    ]
    assert pauses.lengths == [1.0, 2.0, 4.0]
    assert (result["outcome"], result["changed"], account.writes) == ("sent", True, ["POST /messages"])


@JSON
def test_it_gives_up_in_time_with_growing_pauses(account, pauses) -> None:
    result = account.done("sms", text="Hi", numbers=TWO, wait=True, wait_timeout=100)
    assert [row["state"] for row in result["deliveries"]] == ["unknown", "unknown"]
    assert [row["status"] for row in result["deliveries"]] == ["Unknown", "Unknown"]
    assert pauses.lengths == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 9.0]


@JSON
@pytest.mark.parametrize(("timeout", "reports"), [(3, []), (100, ["; at most 97 s more (wait_timeout)"])])
def test_a_wait_of_more_than_three_seconds_is_reported_once(
    account, pauses, monkeypatch, timeout: int, reports: list[str]
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(Waiting, "announce", lambda _waiting, text: seen.append(text))
    account.done("sms", text="Hi", numbers=TWO, wait=True, wait_timeout=timeout)
    assert seen == [f"waiting for the delivery of message {last_message(account)}{end}" for end in reports]


@JSON
def test_a_task_whose_run_is_over_does_not_wait(account, pauses, monkeypatch) -> None:
    pauses.events = {1: lambda: monkeypatch.setattr(Run, "is_over", lambda _run: True)}
    result = account.run("sms", text="Hi", numbers=TWO, wait=True)
    message = last_message(account)
    assert result["msg"].startswith(
        f"Message {message} was sent, but ansible-playbook has ended, so this task no longer"
    )
    assert "Run the playbook again" not in result["msg"]  # without an idempotency key, this would send a second message
    assert (result["failure"]["message_id"], result["failure"]["sent"]) == (message, True)
    assert pauses.lengths == [1.0]


@JSON
def test_a_failed_read_is_repeated(account, pauses) -> None:
    pauses.events = {2: reports(account, "Delivered")}
    account.simulator.faults(
        [{"match": {"method": "GET", "path": "^/folders"}, "action": "status", "status": 500, "times": 4}]
    )
    result = account.done("sms", text="Hi", numbers=TWO, wait=True, retries=0)
    assert [row["state"] for row in result["deliveries"]] == ["delivered", "delivered"]


@JSON
@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Delivered", "delivered"),
        ("DELIVRD", "delivered"),
        (" received ", "delivered"),
        ("Failed", "failed"),
        ("Expired", "failed"),
        ("UNDELIV", "failed"),
        ("EXPIRED", "failed"),
        ("DELETED", "failed"),
        ("REJECTD", "failed"),
        ("FAILED", "failed"),
        ("BARRED", "failed"),
        ("BARREDA", "failed"),
        ("ZEROBAL", "failed"),
        ("UNKNOWN", "unknown"),
        ("NULL", "unknown"),
        ("Unknown", "unknown"),
        ("Sent", "unknown"),
        ("Queued", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_each_status_of_the_service_has_a_state(data_format, api_version, word: str | None, state: str) -> None:
    assert _delivery.state_of(word) == state


@JSON
def test_require_delivery_fails_if_one_delivery_is_missing(account, pauses) -> None:
    pauses.events = {1: reports(account, "Delivered", "4792000004")}
    result = account.run("sms", text="Hi", numbers=TWO, wait=True, wait_timeout=90000, require_delivery=True)
    assert result["failed"] is True
    id = last_message(account)
    assert f"message {id} was sent, but the service confirmed the delivery for 1 of 2 receivers" in result["msg"]
    assert "within wait_timeout (90000 s)" in result["msg"]
    assert "The message was not sent again" in result["msg"]
    assert result["failure"]["message_id"] == id
    assert [row["state"] for row in result["failure"]["deliveries"]] == ["delivered", "unknown"]
    assert account.writes == ["POST /messages"]


@JSON
@pytest.mark.parametrize("key", [None, "a"])
def test_a_later_attempt_of_the_task_is_changed_because_an_earlier_one_has_sent(
    account, pauses, monkeypatch, key: str | None
) -> None:
    monkeypatch.setenv("LINKENGAGE_ATTEMPT", "task 1")
    options = {"text": "Hi", "numbers": TWO, "wait": True, "wait_timeout": 60, "idempotency_key": key}
    for _attempt in range(2):
        result = account.run("sms", **options, require_delivery=True)
        assert (result["failed"], result["changed"]) == (True, True)
    assert account.done("sms", **options)["changed"] is True
    monkeypatch.setenv("LINKENGAGE_ATTEMPT", "task 2")
    if key:
        other = account.run("sms", **options, require_delivery=True)
        assert (other["failed"], other.get("changed", False)) == (True, False)
    assert len(account.simulator.state()["messages"]) == 1


@JSON
def test_require_delivery_succeeds_if_all_messages_are_delivered(account, pauses) -> None:
    pauses.events = {1: reports(account, "Delivered")}
    assert account.done("sms", text="Hi", numbers=TWO, wait=True, require_delivery=True)["outcome"] == "sent"


@JSON
def test_without_delivery_reports_nothing_counts_as_delivered(account, pauses, monkeypatch) -> None:
    monkeypatch.setattr(_delivery, "_rows", lambda client, message: [])
    result = account.run("sms", text="Hi", numbers=TWO, wait=True, require_delivery=True)
    assert "0 of 2 receivers" in result["msg"]


@JSON
@pytest.mark.parametrize("key", ["incident"])
def test_a_second_run_waits_as_well_and_sends_nothing(account, pauses, tmp_path, key: str) -> None:
    options = {"idempotency_key": key, "store": str(tmp_path / "store"), "wait": True, "require_delivery": True}
    assert account.run("sms", text="Hi", numbers=TWO, **options)["failed"] is True
    assert account.run("sms", text="Hi", numbers=TWO, **options)["failed"] is True
    reports(account, "Delivered")()
    result = account.done("sms", text="Hi", numbers=TWO, **options)
    assert (result["outcome"], result["changed"], account.writes) == ("already_sent", False, [])
    assert [row["state"] for row in result["deliveries"]] == ["delivered", "delivered"]


@JSON
def test_options_that_do_not_fit_together_are_errors(account) -> None:
    assert "require_delivery: this option requires `wait: true`" in account.refused(
        "sms", text="Hi", numbers=TWO, require_delivery=True
    )
    message = account.refused("sms", text="Hi", numbers=TWO, wait=True, send_at="+2h")
    assert "but wait_timeout ends before this time" in message
    assert "deliveries" not in account.done("sms", text="Hi", numbers=TWO)


@JSON
def test_a_group_and_a_contact_are_shown_by_name(account, pauses) -> None:
    account.simulator.seed(
        contacts=[
            {"ContactId": 1, "Firstname": "Kari", "PhoneNumber": "92000001"},
            {"ContactId": 2, "PhoneNumber": "92000002"},
        ],
        groups=[{"GroupId": 12, "Name": "On call", "members": [2]}],
    )
    pauses.events = {1: reports(account, "Delivered")}
    result = account.done("sms", text="Hi", contacts=[1], groups=["On call"], wait=True)
    assert sorted(row["receiver"] for row in result["deliveries"]) == ["Kari", "On call"]


GROUP = {"group_id": 12, "name": "On call"}
KARI, OLA, PER = (
    Person("+4792000001", "groups[0]", {"first_name": "Kari", "last_name": "Nordmann"}, GROUP),
    Person("+4792000002", "groups[0]", {"first_name": "Ola", "last_name": ""}, GROUP),
    Person("+4792000003", "numbers[0]"),
)
TWIN = Person("+4792000004", "contacts[1]", {"first_name": "Kari", "last_name": "Nordmann"})


@pytest.mark.parametrize(
    ("people", "rows", "states"),
    [
        ([PER], [("92000003", "delivered")], ["delivered"]),
        ([PER], [], ["unknown"]),
        # Reports for one receiver in different spellings are combined.
        ([PER, OLA], [("92000003", "delivered"), ("+47 92000003", "delivered")], ["delivered", "unknown"]),
        ([PER], [("92000003", "delivered"), ("4792000003", "failed")], ["failed"]),
        ([PER], [("92000003", "failed"), ("4792000003", "unknown")], ["unknown"]),
        ([KARI, PER], [("Kari Nordmann", "delivered"), ("4792000001", "delivered")], ["delivered", "unknown"]),
        # A report for a group counts for all of its members.
        ([KARI, OLA], [("On call", "delivered")], ["delivered", "delivered"]),
        ([KARI, OLA], [("ON  CALL ", "failed")], ["failed", "failed"]),
        ([KARI, OLA, PER], [("On call", "delivered")], ["delivered", "delivered", "unknown"]),
        ([KARI, OLA], [("On call", "delivered"), ("Ola", "failed")], ["delivered", "failed"]),
        # If several people have the same name, there is one report for each of them.
        ([KARI, TWIN], [("Kari Nordmann", "delivered")], ["delivered", "unknown"]),
        ([KARI, TWIN], [("Kari Nordmann", "delivered"), ("Kari Nordmann", "failed")], ["delivered", "failed"]),
        # A report that shows another name counts for a person without a report.
        ([KARI], [("Nordmann, Kari", "delivered")], ["delivered"]),
        ([KARI, PER], [("Nordmann, Kari", "delivered"), ("Nordmann, Kari", "delivered")], ["delivered", "unknown"]),
        ([KARI, PER], [("Nordmann, Kari", "delivered"), ("92000003", "failed")], ["delivered", "failed"]),
        ([KARI, PER], [("Nordmann, Kari", "delivered")], ["delivered", "unknown"]),
        ([PER], [("", "delivered")], ["delivered"]),
        # A report can list several receivers.
        ([KARI, PER], [("Kari Nordmann, 92000003", "delivered")], ["delivered", "delivered"]),
        ([KARI, OLA, PER], [("On call;+4792000003", "failed")], ["failed", "failed", "failed"]),
        ([KARI, OLA, PER], [("On call", "delivered"), ("On call", "delivered")], ["delivered", "delivered", "unknown"]),
    ],
)
def test_each_person_has_a_state(people, rows, states) -> None:
    shown = [{"receiver": receiver, "state": state} for receiver, state in rows]
    assert _delivery.states_of(people, shown, numbering_of("47")) == states
    if len({receiver for receiver, _state in rows}) == len(rows):
        assert sorted(_delivery.states_of(people, shown[::-1], numbering_of("47"))) == sorted(states)


@JSON
@pytest.mark.parametrize(
    ("reported", "delivered"), [(["On call"], 3), (["On call", "4792000004"], 4), (["4792000004"], 1), ([], 0)]
)
def test_require_delivery_counts_people_and_not_addresses(account, pauses, reported: list[str], delivered: int) -> None:
    """A group of three people is one address, and there is one report for it."""
    account.simulator.seed(
        contacts=[{"ContactId": id, "PhoneNumber": f"9200000{id}"} for id in (1, 2, 3)],
        groups=[{"GroupId": 12, "Name": "On call", "members": [1, 2, 3]}],
    )
    pauses.events = {1: lambda: [reports(account, "Delivered", receiver)() for receiver in reported]}
    options = {"text": "Hi", "groups": ["On call"], "numbers": ["92000004"], "wait": True, "require_delivery": True}
    result = account.run("sms", **options)
    if delivered == 4:
        assert result["outcome"] == "sent"
    else:
        assert f"the delivery for {delivered} of 4 receivers" in result["msg"]


@JSON
def test_two_rows_of_one_receiver_are_one_delivery(account, pauses, monkeypatch) -> None:
    """For a message of several parts, there can be several reports."""
    rows = _delivery._rows
    monkeypatch.setattr(_delivery, "_rows", lambda *given: [row for row in rows(*given) for _part in range(2)])
    pauses.events = {1: reports(account, "Delivered", "4792000004")}
    result = account.run("sms", text="Hi", numbers=TWO, wait=True, require_delivery=True)
    assert "the delivery for 1 of 2 receivers" in result["msg"]

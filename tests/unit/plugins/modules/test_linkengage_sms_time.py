# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time when a message is sent, and cancelling a waiting message."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError
from ansible_collections.community.linkengage.plugins.module_utils._machine.store import Store
from ansible_collections.community.linkengage.plugins.module_utils._sms import send as _sms

EITHER_FORMAT = pytest.mark.parametrize(("data_format", "api_version"), [("json", 2), ("xml", 1)], ids=["json", "xml"])
JSON = pytest.mark.parametrize(("data_format", "api_version"), [("json", 2)], ids=["json"])
NUMBERS = ["+4792000004"]
HOUR = 3600


ON_EACH_STORE = pytest.mark.parametrize("store", ["folder", "postgresql"], indirect=True)


@pytest.fixture
def store(request, tmp_path) -> dict[str, Any]:
    """The options of the store. It is a folder unless the test sets another kind of store."""
    if getattr(request, "param", "folder") == "folder":
        return {"store": str(tmp_path / "store")}
    options: dict[str, Any] = request.getfixturevalue("postgres_store")
    return options


@pytest.fixture
def sms(account, store: dict[str, Any]) -> Any:
    """``sms(...)`` and ``sms.fails(...)``: run the module with its own store."""

    def run(**options: Any) -> dict[str, Any]:
        return account.done("sms", **store, **options)

    def fails(**options: Any) -> dict[str, Any]:
        result = account.run("sms", **store, **options)
        assert result.get("failed"), result
        return result

    run.fails = fails  # type: ignore[attr-defined]
    run.account, run.simulator = account, account.simulator  # type: ignore[attr-defined]
    return run


def now(simulator) -> datetime:
    return datetime.fromisoformat(simulator.clock().replace("Z", "+00:00")).astimezone(timezone.utc)


def seconds_until(simulator, text: str) -> float:
    return (datetime.fromisoformat(text.replace("Z", "+00:00")) - now(simulator)).total_seconds()


def clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


# Scheduled messages


@EITHER_FORMAT
@pytest.mark.parametrize("form", ["+90m", "offset", "zone"])
def test_send_at_schedules_the_message_in_every_form(sms, form: str) -> None:
    then = now(sms.simulator) + timedelta(minutes=90)
    forms = {
        "offset": then.astimezone(timezone(timedelta(hours=5))).isoformat(),
        "zone": f"{then:%Y-%m-%d %H:%M:%S} Etc/UTC",
    }
    predicted = sms(check=True, text="Hi", numbers=NUMBERS, send_at=forms.get(form, form))
    result = sms(text="Hi", numbers=NUMBERS, send_at=forms.get(form, form))
    assert (result["outcome"], result["changed"], predicted["outcome"]) == ("scheduled", True, "not_sent")
    for one in (predicted, result):
        assert 5380 < seconds_until(sms.simulator, one["send_at"]) < 5405
        assert one["send_at"] == one["message"]["handled"]
    assert sms.simulator.deliveries() == []
    sms.simulator.clock(5390)
    assert sms.simulator.deliveries() == []
    sms.simulator.clock(20)
    assert len(sms.simulator.deliveries()) == 1


@JSON
def test_the_clock_of_the_service_is_used(sms) -> None:
    sms.simulator.clock(10 * HOUR)
    result = sms(text="Hi", numbers=NUMBERS, send_at="+1h")
    assert HOUR - 20 < seconds_until(sms.simulator, result["send_at"]) < HOUR + 5


@JSON
@pytest.mark.parametrize(
    ("send_at", "words"),
    [
        ("2099-01-31 09:00", ["has no time zone", "2099-01-31T09:00:00Z", "2099-01-31 09:00:00 Europe/Oslo"]),
        ("2020-01-31T09:00:00Z", ["is in the past", "2020-01-31T09:00:00Z"]),
        ("2027-03-28 02:30 Europe/Oslo", ["does not exist"]),
        ("2027-10-31 02:30 Europe/Oslo", ["exists twice"]),
        ("2099-01-31 09:00 Europe/Olso", ["no time zone"]),
        ("soon", ["is not a time"]),
    ],
)
@pytest.mark.parametrize("key", [None, "incident"])
def test_invalid_times_are_errors(sms, send_at: str, words: list[str], key: str | None) -> None:
    for check in (True, False):
        result = sms.fails(check=check, text="Hi", numbers=NUMBERS, send_at=send_at, idempotency_key=key)
        assert result["msg"].startswith("send_at: ")
        assert [word for word in words if word not in result["msg"]] == []
        assert sms.account.writes == []


@JSON
def test_a_message_is_scheduled_once(sms) -> None:
    first = sms(text="Hi", numbers=NUMBERS, send_at="+2h", idempotency_key="incident")
    sms.simulator.clock(HOUR)
    second = sms(text="Hi", numbers=NUMBERS, send_at="+2h", idempotency_key="incident")
    assert (second["outcome"], second["changed"]) == ("already_sent", False)
    assert second["send_at"] == first["send_at"]  # the time at which the message was sent, and not two hours from now
    assert second["message"]["message_id"] == first["message"]["message_id"]


@JSON
def test_a_second_run_after_the_time_finds_the_first_message(sms) -> None:
    """At the second run, the time is in the past, and nothing is sent."""
    then = (now(sms.simulator) + timedelta(hours=1)).isoformat(timespec="seconds")
    first = sms(text="Hi", numbers=NUMBERS, send_at=then, idempotency_key="incident")
    sms.simulator.clock(2 * HOUR)
    for check in (True, False):
        second = sms(check=check, text="Hi", numbers=NUMBERS, send_at=then, idempotency_key="incident")
        assert (second["outcome"], second["changed"]) == ("already_sent", False)
        assert second["send_at"] == first["send_at"]
    assert "is in the past" in sms.fails(text="Hi", numbers=NUMBERS, send_at=then, idempotency_key="other")["msg"]


@ON_EACH_STORE
@EITHER_FORMAT
@pytest.mark.parametrize("kind", ["later", "cancelled"])
def test_a_scheduled_message_is_not_scheduled_again_before_its_time(sms, kind: str) -> None:
    """The window of an idempotency key begins when its message is sent."""
    message = {"text": "Hi", "numbers": NUMBERS, "send_at": (now(sms.simulator) + timedelta(days=10)).isoformat()}
    first = sms(**message, idempotency_key="incident")
    sms.simulator.clock(3 * 24 * HOUR)
    sms(text="Other", numbers=NUMBERS, idempotency_key="other")  # this send removes old keys
    if kind == "cancelled":
        assert sms(state="absent", idempotency_key="incident")["changed"]
    for check in (True, False):
        again = sms(check=check, **message, idempotency_key="incident")
        assert (again["outcome"], again["changed"]) == ("cancelled" if kind == "cancelled" else "already_sent", False)
        assert again["message"]["message_id"] == first["message"]["message_id"]
    sms.simulator.clock(8 * 24 * HOUR + 60)
    assert len(sms.simulator.deliveries()) == (1 if kind == "cancelled" else 2)
    message["send_at"] = (now(sms.simulator) + timedelta(hours=1)).isoformat()
    assert sms(**message, idempotency_key="incident")["outcome"] == "scheduled"


# Quiet hours


def around(simulator, action: str, before: int = 1, after: int = 2) -> dict[str, str]:
    """Return quiet hours that include the current time."""
    start, end = (now(simulator) + timedelta(hours=hours) for hours in (-before, after))
    return {"from": clock(start), "to": clock(end), "zone": "Etc/UTC", "action": action}


@JSON
def test_in_quiet_hours_a_task_can_fail(sms) -> None:
    for check in (True, False):
        result = sms.fails(check=check, text="Hi", numbers=NUMBERS, quiet_hours=around(sms.simulator, "fail"))
        assert result["failure"]["kind"] == "guard"
        assert "within the quiet hours that end at" in result["msg"]
        assert sms.account.writes == []


@EITHER_FORMAT
def test_in_quiet_hours_a_message_can_be_postponed(sms) -> None:
    quiet = around(sms.simulator, "postpone")
    result = sms(text="Hi", numbers=NUMBERS, quiet_hours=quiet)
    assert result["outcome"] == "scheduled"
    assert result["send_at"][11:16] == quiet["to"]
    assert HOUR < seconds_until(sms.simulator, result["send_at"]) <= 2 * HOUR
    sms.simulator.clock(2 * HOUR)
    assert len(sms.simulator.deliveries()) == 1


@JSON
def test_quiet_hours_also_apply_to_send_at(sms) -> None:
    quiet = around(sms.simulator, "postpone", before=-3, after=5)
    assert sms(text="Hi", numbers=NUMBERS, quiet_hours=quiet)["outcome"] == "sent"
    result = sms(text="Hi", numbers=NUMBERS, quiet_hours=quiet, send_at="+4h")
    assert result["send_at"][11:16] == quiet["to"]
    assert sms(text="Hi", numbers=NUMBERS, quiet_hours=quiet, send_at="+6h")["outcome"] == "scheduled"


@JSON
def test_a_second_run_in_the_quiet_hours_finds_the_first_message(sms) -> None:
    quiet = around(sms.simulator, "fail", before=-1, after=3)
    sms(text="Hi", numbers=NUMBERS, quiet_hours=quiet, idempotency_key="incident")
    sms.simulator.clock(2 * HOUR)
    second = sms(text="Hi", numbers=NUMBERS, quiet_hours=quiet, idempotency_key="incident")
    assert (second["outcome"], second["changed"]) == ("already_sent", False)
    assert sms.fails(text="Hi", numbers=NUMBERS, quiet_hours=quiet)["failure"]["kind"] == "guard"


@JSON
@pytest.mark.parametrize("value", [1320, "22", 22.0])
def test_unquoted_times_in_quiet_hours_are_errors(sms, value: Any) -> None:
    quiet = {"from": value, "to": "07:00", "zone": "Europe/Oslo"}
    quotes = "" if isinstance(value, str) else "in quotes "
    message = sms.fails(text="Hi", numbers=NUMBERS, quiet_hours=quiet)["msg"]
    assert f"quiet_hours.from: a time of day {quotes}is expected" in message


# Cancelling


@ON_EACH_STORE
@EITHER_FORMAT
@pytest.mark.parametrize("by", ["message_id", "idempotency_key"])
def test_a_waiting_message_is_cancelled_once(sms, by: str) -> None:
    sent = sms(text="Hi", numbers=NUMBERS, send_at="+2h", idempotency_key="incident")
    name = {"message_id": sent["message"]["message_id"]} if by == "message_id" else {"idempotency_key": "incident"}
    predicted = sms(check=True, state="absent", **name)
    assert sms.account.writes == []
    result = sms(state="absent", **name)
    assert sms.account.writes == [f"DELETE /messages/{sent['message']['message_id']}"]
    for one in (predicted, result):
        assert (one["outcome"], one["changed"]) == ("cancelled", True)
        assert one["message"]["text"] == "Hi"
        assert one["diff"]["before"]["message"]["text"] == "Hi"
    again = sms(state="absent", **name)
    assert (again["outcome"], again["changed"], sms.account.writes) == ("cancelled", False, [])
    sms.simulator.clock(3 * HOUR)
    assert sms.simulator.deliveries() == []


@ON_EACH_STORE
@JSON
def test_a_key_with_a_cancelled_message_sends_no_other_message(sms) -> None:
    sms(text="Hi", numbers=NUMBERS, send_at="+2h", idempotency_key="incident")
    sms(state="absent", idempotency_key="incident")
    for check in (True, False):
        result = sms(check=check, text="Hi", numbers=NUMBERS, send_at="+2h", idempotency_key="incident")
        assert (result["outcome"], result["changed"]) == ("cancelled", False)
        assert sms.account.writes == []


@ON_EACH_STORE
@EITHER_FORMAT
def test_a_sent_message_is_not_deleted(sms) -> None:
    sent = sms(text="Hi", numbers=NUMBERS, idempotency_key="incident")
    id = sent["message"]["message_id"]
    for name in ({"message_id": id}, {"idempotency_key": "incident"}):
        for check in (True, False):
            result = sms.fails(check=check, state="absent", **name)
            assert result["failure"] == {"kind": "guard", "message_id": id}
            assert "Nothing was deleted" in result["msg"]
            assert sms.account.writes == []
    assert [message["MessageId"] for message in sms.simulator.state()["messages"]] == [id]


@ON_EACH_STORE
@JSON
def test_a_message_that_became_due_is_not_deleted(sms) -> None:
    sms(text="Hi", numbers=NUMBERS, send_at="+1h", idempotency_key="incident")
    sms.simulator.clock(HOUR)
    assert sms.fails(state="absent", idempotency_key="incident")["failure"]["kind"] == "guard"
    assert len(sms.simulator.deliveries()) == 1


@ON_EACH_STORE
@JSON
def test_a_message_that_is_almost_due_is_not_deleted(sms) -> None:
    sms(text="Hi", numbers=NUMBERS, send_at="+1h", idempotency_key="incident")
    sms.simulator.clock(HOUR - 4)
    assert sms.fails(state="absent", idempotency_key="incident")["failure"]["kind"] == "guard"


@ON_EACH_STORE
@JSON
def test_a_message_that_became_due_during_the_deletion_is_unknown(sms, monkeypatch) -> None:
    sms(text="Hi", numbers=NUMBERS, send_at="+1h", idempotency_key="incident")
    delete = _sms.Client.delete

    def slow(client: Any, *arguments: Any) -> None:
        sms.simulator.clock(HOUR)
        delete(client, *arguments)

    monkeypatch.setattr(_sms.Client, "delete", slow)
    result = sms.fails(state="absent", idempotency_key="incident")
    assert (result["failure"]["kind"], result["failure"]["outcome"]) == ("unknown_outcome", "unknown")
    assert "is not known whether the message was sent" in result["msg"]


@ON_EACH_STORE
@JSON
def test_a_store_failure_does_not_hide_the_deletion(sms, monkeypatch) -> None:
    sms(text="Hi", numbers=NUMBERS, send_at="+1h", idempotency_key="incident")

    def failing(_store: Any, _id: str) -> None:
        raise LinkEngageError("disk full")

    monkeypatch.setattr(Store, "cancelled", failing)
    result = sms(state="absent", idempotency_key="incident")
    assert (result["outcome"], result["changed"]) == ("cancelled", True)
    assert "disk full" in str(result["warnings"])


@ON_EACH_STORE
@JSON
def test_a_message_to_cancel_must_be_identified(sms) -> None:
    result = sms.fails(state="absent", idempotency_key="never used")
    assert result["failure"]["kind"] == "unknown_record"
    assert "Set message_id instead" in result["msg"]
    assert "both options are empty" in sms.fails(state="absent", message_id="")["msg"]
    assert sms(state="absent", message_id="O_77")["changed"] is False


@ON_EACH_STORE
@JSON
@pytest.mark.parametrize("named", [{"idempotency_key": "incident"}, {"message_id": ""}], ids=str)
def test_check_mode_predicts_a_cancellation_of_a_message_that_is_not_sent_yet(sms, named: dict[str, str]) -> None:
    sms(text="Hi", numbers=NUMBERS, send_at="+1h", idempotency_key="incident", check=True)
    result = sms(state="absent", check=True, **named)
    assert (result["outcome"], result["changed"]) == ("cancelled", True)
    assert "if no earlier task sends the message" in str(result["warnings"])
    assert sms.account.writes == []


PLAYBOOK = """
- hosts: localhost
  gather_facts: false
  tasks:
    - name: Schedule
      community.linkengage.linkengage_sms:
        text: Nobody has looked at web1 yet
        numbers: ["+4792000004"]
        send_at: +30m
        idempotency_key: incident
      register: scheduled
    - name: Cancel by the key
      community.linkengage.linkengage_sms:
        state: absent
        idempotency_key: incident
    - name: Schedule again
      community.linkengage.linkengage_sms:
        text: Somebody has looked at web1
        numbers: ["+4792000004"]
        send_at: +30m
      register: scheduled
    - name: Cancel by the id
      community.linkengage.linkengage_sms:
        state: absent
        message_id: "{{ scheduled.message.message_id }}"
"""


@JSON
@pytest.mark.parametrize("in_process", ["true", "false"])
def test_a_playbook_that_schedules_and_cancels_works_in_check_mode(
    sms, run_playbook, connection_env, tmp_path, in_process: str
) -> None:
    environment = {**connection_env, "XDG_STATE_HOME": str(tmp_path / "state")}
    runs = {}
    for mode in ("--check", "--diff"):
        sms.simulator.clear_log()
        runs[mode] = run_playbook(PLAYBOOK, mode, "-e", f"linkengage_in_process={in_process}", env=environment)
        assert runs[mode].rc == 0, runs[mode].stdout
        writes = [entry["method"] for entry in sms.simulator.log(writes_only=True)]
        assert writes == ([] if mode == "--check" else ["POST", "DELETE", "POST", "DELETE"])
    assert runs["--check"].changed == runs["--diff"].changed
    assert sms.simulator.deliveries() == []


@JSON
def test_a_message_that_is_in_doubt_cannot_be_cancelled_by_its_key(sms) -> None:
    sms.simulator.faults([{"match": {"method": "POST"}, "action": "drop_before"}])
    sms.fails(text="Hi", numbers=NUMBERS, send_at="+1h", idempotency_key="incident")
    assert (
        "is not known whether the message with the key 'incident' was sent"
        in sms.fails(state="absent", idempotency_key="incident")["msg"]
    )

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A message is sent at most once: many processes, several controllers, and lost answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sms_child

from ansible_collections.community.linkengage.plugins.module_utils._service import calls as _http
from ansible_collections.community.linkengage.plugins.module_utils._sms import at_most_once as _dispatch
from linkengage_simulator.process import SimulatorProcess

Json = dict[str, Any]
Send = Callable[..., Json]

# A new folder has no history, so a key is searched in the message folders. A database has the complete history.
NEW_FOLDER = pytest.mark.parametrize("store_options", ["folder"], indirect=True)

ADVICE = "Look in the message folders of the account yourself."


@pytest.fixture(scope="module")
def nursery(collections_path: Path) -> Iterator[sms_child.Nursery]:
    with sms_child.Nursery(collections_path) as nursery:
        yield nursery


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    sms_child.pause_briefly(monkeypatch)


@pytest.fixture
def options(simulator: SimulatorProcess, store_options: Json) -> Json:
    return {
        "api_url": simulator.api(2),
        "username": simulator.username,
        "domain": simulator.domain,
        "password": simulator.password,
        "text": "Disk full",
        "numbers": ["+4792000004"],
        **store_options,
    }


@pytest.fixture
def send(options: Json) -> Send:
    return lambda check=False, **more: sms_child.send({**options, "idempotency_key": "incident", **more}, check)


def posts(simulator: SimulatorProcess) -> int:
    return len(simulator.log(writes_only=True))


def meet(simulator: SimulatorProcess, *actions: Any, method: str = "POST", path: str = "", **more: Any) -> None:
    simulator.faults([{"match": {"method": method, "path": path}, "action": action, **more} for action in actions])


# Many processes at the same time


def test_twenty_processes_with_one_key_make_one_post(simulator, nursery, options) -> None:
    results = nursery.run([{"options": {**options, "idempotency_key": "incident"}}] * 20)
    assert posts(simulator) == 1
    assert len(simulator.deliveries()) == 1
    assert len({result["message"]["message_id"] for result in results}) == 1
    assert sorted(result["changed"] for result in results) == [False] * 19 + [True]
    assert sorted(result["outcome"] for result in results) == ["already_sent"] * 19 + ["sent"]


def test_twenty_processes_with_one_key_and_a_lost_answer_make_one_post(simulator, nursery, options) -> None:
    meet(simulator, "drop_after")
    results = nursery.run([{"options": {**options, "idempotency_key": "incident"}}] * 20)
    assert posts(simulator) == 1
    assert len({result["message"]["message_id"] for result in results}) == 1
    assert sorted(result["outcome"] for result in results) == ["already_sent"] * 19 + ["sent"]


def test_many_keys_at_once_in_one_store_lose_none(simulator, nursery, options) -> None:
    keys = [f"incident {number}" for number in range(24)]
    jobs = [{"options": {**options, "idempotency_key": key, "text": key}} for key in keys]
    first = {result["message"]["message_id"] for result in nursery.run(jobs)}
    assert len(first) == len(keys)
    simulator.clear_log()
    again = nursery.run(jobs)
    assert [result["outcome"] for result in again] == ["already_sent"] * len(keys)
    assert {result["message"]["message_id"] for result in again} == first
    assert posts(simulator) == 0


def test_keys_with_the_same_content_at_once_each_send_a_message(simulator, nursery, options) -> None:
    jobs = [{"options": {**options, "idempotency_key": f"incident {number}"}} for number in range(12)]
    results = nursery.run(jobs)
    assert [result["outcome"] for result in results] == ["sent"] * 12
    assert len({result["message"]["message_id"] for result in results}) == 12
    assert len(simulator.deliveries()) == 12


@NEW_FOLDER
@pytest.mark.parametrize("more", [{}, {"send_at": "2020-01-31T09:00:00Z"}], ids=["timely", "too early"])
def test_a_key_does_not_take_over_a_message_that_another_key_is_sending(simulator, send, monkeypatch, more) -> None:
    """The message folders show the message of the other key before the store knows it."""
    earlier = _dispatch.Keyed.earlier

    def late(keyed: Any) -> Any:
        found = earlier(keyed)
        if keyed.request.key == "second" and not simulator.log(writes_only=True):
            assert send(idempotency_key="first")["outcome"] == "sent"
            with monkeypatch.context() as patch:  # the state before the other key was recorded
                patch.setattr(type(keyed.store), "owned", lambda store, key, ids: set())
                patch.setattr(type(keyed.store), "open_intents", lambda store, *names: [])
                taken = earlier(keyed)
                assert taken.sent.outcome == "taken_for_sent"
                return taken
        return found

    monkeypatch.setattr(_dispatch.Keyed, "earlier", late)
    result = send(idempotency_key="second", **more)
    if more:
        assert "is in the past" in result["msg"]
        assert len(simulator.deliveries()) == 1
    else:
        assert (result["outcome"], result["changed"], result["warnings"]) == ("sent", True, [])
        assert len(simulator.deliveries()) == 2


# Several controllers


@NEW_FOLDER
def test_a_second_controller_finds_the_message_in_the_folders(simulator, send, options, tmp_path, data_format) -> None:
    first = send(data_format=data_format)
    other = {"store": str(tmp_path / "other"), "data_format": data_format, "numbers": ["920 00 004"]}
    second = send(**other)
    assert (second["outcome"], second["changed"]) == ("taken_for_sent", False)
    assert second["message"] == first["message"]
    assert any("the store of this machine does not contain the key" in warning for warning in second["warnings"])
    third = send(**other)
    assert (third["outcome"], third["warnings"]) == ("already_sent", [])
    assert posts(simulator) == 1


@NEW_FOLDER
@pytest.mark.parametrize(
    "more", [{"text": "Disk fuller"}, {"numbers": ["+4792000005"]}, {"sender": "ACME"}, {"idempotency_window": "1s"}]
)
def test_another_message_is_not_taken_over(simulator, send, tmp_path, more) -> None:
    simulator.reset(user={"Settings": {"FREE_SENDER_ID": "True"}})
    send()
    simulator.clock(5)
    assert send(store=str(tmp_path / "other"), **more)["outcome"] == "sent"
    assert posts(simulator) == 2


@NEW_FOLDER
def test_a_message_that_was_taken_over_keeps_its_time(simulator, send, tmp_path) -> None:
    """The window begins when the message was sent, and not when another controller found it."""
    send()
    store = {"store": str(tmp_path / "other"), "idempotency_window": "1h"}
    simulator.clock(800)
    assert send(**store)["outcome"] == "taken_for_sent"
    simulator.clock(2700)
    assert send(**store)["outcome"] == "already_sent"
    simulator.clock(200)
    assert send(**store)["outcome"] == "sent"


@NEW_FOLDER
def test_another_account_has_keys_of_its_own(simulator, send) -> None:
    send()
    # This is the same account, so the message is found in the folders.
    assert send(api_url=simulator.api(1))["outcome"] == "already_sent"
    assert posts(simulator) == 1


# One key


def test_the_window_ends(simulator, send) -> None:
    first = send(idempotency_window="90m")
    simulator.clock(5390)
    assert send(idempotency_window="90m")["message"]["message_id"] == first["message"]["message_id"]
    simulator.clock(20)
    assert send(idempotency_window="90m")["outcome"] == "sent"


@pytest.mark.parametrize(
    "more",
    [
        {"text": "Disk empty"},
        {"numbers": ["+4792000005"]},
        {"sender": "26112"},
        {"numbers": ["+4792000004", "+4792000005"]},
        {"redirect_to": "+4792000009"},
        {"receiver_allowlist": ["+4792000004"]},
    ],
    ids=str,
)
def test_a_key_with_other_content_is_an_error(simulator, send, more) -> None:
    first = send()
    for check in (True, False):
        second = send(check, **more)
        assert second["failure"] == {"kind": "invalid_input", "message_id": first["message"]["message_id"]}
        assert "'incident' was used at 20" in second["msg"]
    assert posts(simulator) == 1


@pytest.mark.parametrize("more", [{"numbers": ["92000004"]}, {"numbers": ["+47 920 00 004", "004792000004"]}])
def test_another_spelling_is_the_same_content(send, more) -> None:
    send()
    assert send(**more)["outcome"] == "already_sent"


@NEW_FOLDER
@pytest.mark.parametrize("key", ["a\0b", "\ud83d"])
def test_a_key_that_no_store_can_record_is_an_error(simulator, send, key) -> None:
    for more in ({}, {"state": "absent", "text": None, "numbers": None}):
        result = send(idempotency_key=key, **more)
        assert (result["failure"]["kind"], simulator.log()) == ("invalid_input", [])


@pytest.mark.parametrize("key", ["", " "])
def test_an_empty_key_is_an_error(simulator, send, key) -> None:
    assert "idempotency_key: the key is empty" in send(idempotency_key=key)["msg"]
    assert simulator.log() == []


def test_a_message_without_its_record_is_reported(simulator, send) -> None:
    first = send()
    simulator.faults([{"action": "hook", "delete": [f"/messages/{first['message']['message_id']}"]}])
    send()
    second = send()
    assert second["outcome"] == "already_sent"
    (warning,) = second["warnings"]
    assert "no longer has this message" in warning


# Lost answers


@pytest.mark.parametrize("key", [None, "incident"])
@pytest.mark.parametrize("action", ["drop_after", "status_after", "truncate"])
def test_a_message_whose_answer_was_lost_is_found(simulator, send, data_format, key, action) -> None:
    meet(simulator, action)
    result = send(idempotency_key=key, data_format=data_format)
    assert (result["outcome"], result["changed"]) == ("sent", True)
    assert result["message"]["message_id"] == simulator.deliveries()[0]["message_id"]
    assert posts(simulator) == 1


@pytest.mark.parametrize("key", [None, "incident"])
@pytest.mark.parametrize("action", ["drop_before", "status"])
def test_a_message_that_is_not_found_is_unknown(simulator, send, key, action) -> None:
    meet(simulator, action)
    result = send(idempotency_key=key)
    assert (result["failure"]["kind"], result["failure"]["outcome"]) == ("unknown_outcome", "unknown")
    assert ADVICE in result["msg"]
    assert posts(simulator) == 1


@pytest.mark.parametrize("key", [None, "incident"])
def test_folders_that_cannot_be_read_leave_it_unknown(simulator, send, options, key) -> None:
    """The task must not report that nothing was sent, and the key must stay in doubt."""
    meet(simulator, "drop_after")
    # With a new folder, a send with a key reads the message folders twice before the POST: for the plan, and under the
    # lock.
    after = 8 if key and "store_schema" not in options else 0
    meet(simulator, "status", method="GET", path="^/folders", times=None, after=after)
    result = send(idempotency_key=key)
    assert (result["failure"]["kind"], result["failure"]["outcome"]) == ("unknown_outcome", "unknown")
    assert "The message folders could not be read" in result["msg"]
    simulator.clear_faults()
    if key:
        assert send()["outcome"] == "already_sent"
    assert len(simulator.deliveries()) == 1


@pytest.mark.parametrize("path", ["^/folders$", "^/folders/"])
@pytest.mark.parametrize("status", [404, 406])
def test_without_a_readable_folder_a_message_in_doubt_is_not_reported_as_missing(simulator, send, status, path) -> None:
    """The error must contain a remedy that works. The folders stay unreadable, so on_unknown has no effect."""
    send(idempotency_key="first", text="so that the history has begun")
    simulator.clock(1000)
    meet(simulator, "drop_after")
    meet(simulator, "status", method="GET", path=path, times=None, status=status)
    for _run in range(2):
        result = send()
        assert (result["failure"]["kind"], result["failure"]["outcome"]) == ("unknown_outcome", "unknown")
        assert "The search in the message folders failed" in result["msg"]
        assert "did not find the message" not in result["msg"]
        assert "on_unknown" not in result["msg"]
        assert result["msg"].endswith("set a new idempotency_key to send it.")
    simulator.clear_faults()
    assert send()["outcome"] == "already_sent"


@NEW_FOLDER
@pytest.mark.parametrize("path", ["^/folders", "^/folders/"])
@pytest.mark.parametrize("status", [404, 406])
def test_a_user_who_may_read_no_folder_can_send(simulator, send, path, status) -> None:
    meet(simulator, "status", method="GET", path=path, times=None, status=status)
    result = send()
    assert result["outcome"] == "sent"
    assert any("sent messages" in warning for warning in result["warnings"])
    assert (send()["outcome"], posts(simulator)) == ("already_sent", 1)


@pytest.mark.parametrize("key", [None, "incident"])
def test_resend_sends_only_once_more(simulator, send, key) -> None:
    meet(simulator, "drop_before", "status")
    result = send(idempotency_key=key, on_unknown="resend")
    assert (result["failure"]["kind"], result["failure"]["outcome"]) == ("unknown_outcome", "unknown")
    assert "was sent again" in result["msg"]
    assert posts(simulator) == 2
    simulator.clear_faults()
    if key:
        assert send()["failure"]["outcome"] == "unknown"
        assert send(on_unknown="resend")["outcome"] == "sent"


@pytest.mark.parametrize("key", [None, "incident"])
def test_a_resend_whose_answer_is_lost_is_found(simulator, send, key) -> None:
    meet(simulator, "drop_before", "drop_after")
    assert send(idempotency_key=key, on_unknown="resend")["outcome"] == "sent"
    assert len(simulator.deliveries()) == 1


@pytest.mark.parametrize("outcome", ["already_sent", "cancelled"])
def test_a_result_of_another_process_is_taken_over(simulator, send, options, monkeypatch, outcome) -> None:
    """The plan was made before the other process sent or cancelled the message."""
    earlier = _dispatch.Keyed.earlier

    def overtaken(keyed: Any) -> Any:
        found = earlier(keyed)
        monkeypatch.setattr(_dispatch.Keyed, "earlier", earlier)
        send(on_unknown="resend", send_at="2099-01-01T09:00:00Z")
        if outcome == "cancelled":
            named: Json = {"text": None, "numbers": None, "state": "absent", "idempotency_key": "incident"}
            sms_child.send({**options, **named})
        return found

    monkeypatch.setattr(_dispatch.Keyed, "earlier", overtaken)
    result = send(send_at="2099-01-01T09:00:00Z")
    assert (result["outcome"], result["changed"]) == (outcome, False)
    assert len([entry for entry in simulator.log(writes_only=True) if entry["method"] == "POST"]) == 1


def test_a_rejected_resend_leaves_the_first_message_in_doubt(simulator, send) -> None:
    meet(simulator, "drop_before")
    meet(simulator, "status", status=400)
    assert send(on_unknown="resend")["failure"]["outcome"] == "unknown"
    assert send()["failure"]["outcome"] == "unknown"


def test_an_intent_in_doubt_stays_when_sending_again_is_refused(simulator, send) -> None:
    meet(simulator, "drop_before")
    assert send()["failure"]["outcome"] == "unknown"
    meet(simulator, "status", status=400)
    assert send(on_unknown="resend")["failure"]["kind"] == "api"
    assert send()["failure"]["outcome"] == "unknown"


def test_check_mode_reports_a_doubt(simulator, send) -> None:
    meet(simulator, "drop_before")
    send()
    (warning,) = send(True)["warnings"]
    assert "It is not known whether this attempt has sent the message" in warning
    assert "the task fails" in warning
    assert send(True, on_unknown="resend")["warnings"] == []
    (warning,) = send(on_unknown="resend")["warnings"]
    assert "the outcome of an earlier attempt is not known" in warning


def test_a_rejected_message_is_not_in_doubt(simulator, send) -> None:
    meet(simulator, "status", status=400)
    assert send()["failure"]["kind"] == "api"
    assert send()["outcome"] == "sent"


@NEW_FOLDER
@pytest.mark.parametrize("hours", [-30, -1, 1, 30])
def test_a_wrong_clock_does_not_hide_a_message(simulator, send, monkeypatch, hours) -> None:
    """When the answer was lost, no answer had shown the clock of the service yet."""
    real = _dispatch.time.time

    class Wrong(_http.datetime):  # type: ignore[name-defined,misc]
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return _http.datetime.fromtimestamp(real(), tz) + timedelta(hours=hours)

    monkeypatch.setattr(_http, "datetime", Wrong)
    meet(simulator, "drop_after")
    assert send(idempotency_key=None, on_unknown="resend")["outcome"] == "sent"
    assert len(simulator.deliveries()) == 1


@NEW_FOLDER
@pytest.mark.parametrize("body", ['"ok"', "true", "[]", "{}", '{"Message": "thanks"}', "null", ""])
def test_an_answer_without_an_id_is_not_a_success(simulator, send, body) -> None:
    meet(simulator, "body", body=body, content_type="application/json")
    assert send(idempotency_key=None)["failure"]["outcome"] == "unknown"


@NEW_FOLDER
@pytest.mark.parametrize("key", [None, "incident"])
def test_without_a_key_every_run_sends(simulator, send, key) -> None:
    send(idempotency_key=key)
    send(idempotency_key=key)
    assert len(simulator.deliveries()) == (1 if key else 2)

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends in each kind of store: keys in doubt, keys of other runners, times and attempts."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sms_child

from ansible_collections.community.linkengage.plugins.module_utils._errors import NotSent
from ansible_collections.community.linkengage.plugins.module_utils._machine import store as _store
from ansible_collections.community.linkengage.plugins.module_utils._machine.folder import FolderStore
from ansible_collections.community.linkengage.plugins.module_utils._machine.locks import Waiting
from ansible_collections.community.linkengage.plugins.module_utils._machine.open_store import open_store
from ansible_collections.community.linkengage.plugins.module_utils._machine.run import Run
from ansible_collections.community.linkengage.plugins.module_utils._machine.store import Store
from ansible_collections.community.linkengage.plugins.module_utils._service import calls as _calls
from ansible_collections.community.linkengage.plugins.module_utils._service.account import account_of
from ansible_collections.community.linkengage.plugins.module_utils._sms import at_most_once as _at_most_once
from ansible_collections.community.linkengage.plugins.module_utils._sms import forgetful as _forgetful
from linkengage_simulator.process import SimulatorProcess

Json = dict[str, Any]
Send = Callable[..., Json]

KARI, OLA, PER = "4790555817", "4741234567", "4792000004"
DAY = 86400


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
    """``send(check, attempt, **options)``: run the module once, with the key ``incident``."""

    def send(check: bool = False, attempt: str = "", **more: Any) -> Json:
        return sms_child.send({**options, "idempotency_key": "incident", **more}, check, attempt)

    return send


@pytest.fixture
def store(simulator: SimulatorProcess, options: Json) -> Store:
    """The store as another process opens it."""
    account = account_of(simulator.login, options["api_url"])
    return open_store(options["store"], options.get("store_schema"), account, Waiting())


@pytest.fixture
def old_history(store: Store) -> None:
    """Give the store a history of one day, so that it counts as complete."""
    store.require_writable(time.time() - DAY)


def new_folder(path: Path) -> Json:
    """Return the options of a store that belongs to a new runner."""
    return {"store": str(path)}


def lose(
    simulator: SimulatorProcess, action: str = "drop_after", method: str = "POST", path: str = "/messages$"
) -> None:
    simulator.faults([{"match": {"method": method, "path": path}, "action": action}])


def hide_folders(simulator: SimulatorProcess) -> None:
    simulator.faults([{"match": {"path": "^/folders"}, "action": "status", "status": 500, "times": None}])


def sent(simulator: SimulatorProcess) -> list[str]:
    """Return the ids of the messages that phones received."""
    return [row["message_id"] for row in simulator.deliveries()]


def posts(simulator: SimulatorProcess) -> int:
    return sum(entry["method"] == "POST" for entry in simulator.log(writes_only=True))


@pytest.mark.usefixtures("old_history")
class TestAnIntent:
    def test_belongs_to_its_key(self, simulator, send, options) -> None:
        """Another key with the same text does not get the message of a key in doubt."""
        lose(simulator)
        hide_folders(simulator)
        assert send(idempotency_key="10:01")["failure"]["outcome"] == "unknown"
        simulator.clear_faults()
        simulator.clock(60)
        second = send(idempotency_key="10:02")
        assert (second["outcome"], second["warnings"]) == ("sent", [])
        first = send(idempotency_key="10:01")
        assert first["outcome"] == "already_sent"
        assert sent(simulator) == [first["message"]["message_id"], second["message"]["message_id"]]

    def test_of_an_earlier_key_takes_no_later_message(self, simulator, send) -> None:
        lose(simulator, "drop_before")
        assert send(idempotency_key="10:01")["failure"]["outcome"] == "unknown"
        simulator.clock(60)
        lose(simulator)
        hide_folders(simulator)
        assert send(idempotency_key="10:02")["failure"]["outcome"] == "unknown"
        simulator.clear_faults()
        assert send(idempotency_key="10:02")["outcome"] == "already_sent"
        assert send(idempotency_key="10:01")["failure"]["outcome"] == "unknown"
        assert len(sent(simulator)) == 1

    def test_is_not_settled_by_an_older_message(self, simulator, send) -> None:
        """Somebody has sent the same text in the web application."""
        simulator.seed(messages=[{"Receivers": PER, "Text": "Disk full"}])
        simulator.clock(60)
        lose(simulator, "drop_before")
        assert send(on_unknown="resend")["outcome"] == "sent"
        assert posts(simulator) == 2

    def test_nine_alerts_with_lost_answers_are_nine_messages(self, simulator, send) -> None:
        keys = [f"10:0{number}" for number in range(1, 10)]
        for number, key in enumerate(keys):
            if number % 3 == 0:
                lose(simulator)
                hide_folders(simulator)
            send(idempotency_key=key)
            simulator.clear_faults()
            simulator.clock(60)
        results = [send(idempotency_key=key) for key in keys]
        assert [result["outcome"] for result in results] == ["already_sent"] * 9
        assert [result["message"]["message_id"] for result in results] == sent(simulator)

    def test_is_waited_for_while_the_service_can_still_act(self, simulator, send, monkeypatch) -> None:
        lose(simulator, "drop_before")
        assert send()["failure"]["outcome"] == "unknown"
        monkeypatch.setattr(_at_most_once, "PATIENCE", 1.0)
        monkeypatch.setattr(_at_most_once, "LOOKS", (0.05,))
        late = threading.Timer(0.5, lambda: simulator.seed(messages=[{"Receivers": PER, "Text": "Disk full"}]))
        late.start()
        try:
            result = send(timeout=30.0, on_unknown="resend")
        finally:
            late.join()
        assert (result["outcome"], posts(simulator)) == ("already_sent", 1)

    def test_is_in_doubt_only_after_the_time_limit(self, simulator, send, monkeypatch) -> None:
        lose(simulator, "drop_before")
        send()
        waits: list[float] = []

        def sleep(_run: Run, seconds: float) -> None:
            waits.append(seconds)
            raise NotSent("It waits.")

        monkeypatch.setattr(_at_most_once, "PATIENCE", 1.0)
        monkeypatch.setattr(Run, "sleep", sleep)
        assert send(timeout=3600.0)["msg"] == "It waits."
        assert waits == [_at_most_once.LOOKS[-1]]
        simulator.clock(7200)
        assert send(timeout=3600.0)["failure"]["outcome"] == "unknown"
        assert len(waits) == 1

    def test_that_is_sent_again_says_that_two_messages_may_exist(self, simulator, send) -> None:
        lose(simulator, "drop_before")
        result = send(on_unknown="resend")
        assert result["outcome"] == "sent"
        (warning,) = result["warnings"]
        assert "the outcome of an earlier attempt is not known" in warning


class TestAShortHistory:
    """The store is a folder whose history of the account is shorter than adopt_window."""

    @pytest.fixture
    def elsewhere(self, tmp_path: Path) -> Json:
        return new_folder(tmp_path / "another runner")

    def test_takes_a_recent_message_for_its_own(self, simulator, send, elsewhere) -> None:
        first = send()
        simulator.clock(60)
        predicted = send(True, **elsewhere)
        result = send(**elsewhere)
        for one in (predicted, result):
            assert (one["outcome"], one["changed"]) == ("taken_for_sent", False)
            assert one["message"]["message_id"] == first["message"]["message_id"]
            assert any("so the task did not send the message again" in warning for warning in one["warnings"])
        again = send(**elsewhere)
        assert (again["outcome"], again["warnings"]) == ("already_sent", [])
        assert len(sent(simulator)) == 1

    def test_does_not_take_the_message_of_yesterday(self, simulator, send, elsewhere) -> None:
        send(idempotency_key="yesterday")
        simulator.clock(DAY)
        result = send(idempotency_key="today", idempotency_window="7d", **elsewhere)
        assert (result["outcome"], result["warnings"]) == ("sent", [])
        assert len(sent(simulator)) == 2

    def test_takes_two_messages_of_one_job_in_a_retry(self, simulator, send, elsewhere) -> None:
        keys = ("begun", "done")
        first = [send(idempotency_key=key, text=key) for key in keys]
        again = [send(idempotency_key=key, text=key, **elsewhere) for key in keys]
        assert [one["outcome"] for one in again] == ["taken_for_sent"] * 2
        assert [one["message"]["message_id"] for one in again] == [one["message"]["message_id"] for one in first]

    def test_the_window_can_be_changed(self, simulator, send, elsewhere) -> None:
        send()
        simulator.clock(3000)
        assert send(True, **elsewhere)["outcome"] == "not_sent"
        assert send(adopt_window="1h", **elsewhere)["outcome"] == "taken_for_sent"

    def test_a_window_of_0s_takes_no_message(self, simulator, send, elsewhere) -> None:
        send(adopt_window="0s")
        assert send(True, adopt_window="0s", **elsewhere)["outcome"] == "not_sent"
        result = send(adopt_window="0s", **elsewhere)
        assert (result["outcome"], result["warnings"]) == ("sent", [])
        assert len(sent(simulator)) == 2

    def test_is_over_after_the_window(self, simulator, send, elsewhere) -> None:
        send(idempotency_key="first", text="another text", **elsewhere)
        simulator.clock(1000)
        send()
        simulator.clear_log()
        result = send(**elsewhere)
        assert (result["outcome"], result["warnings"]) == ("sent", [])
        assert not any(entry["path"].startswith("/folders") for entry in simulator.log())

    @pytest.mark.parametrize("status", [404, 406, 500])
    def test_one_folder_that_cannot_be_read_does_not_stop_a_send(self, simulator, send, elsewhere, status) -> None:
        match = {"path": "^/folders/[0-9]+/messages$"}
        simulator.faults([{"match": match, "action": "status", "status": status, "times": 1}])
        result = send(retries=0, on_unknown="fail", **elsewhere)
        assert result["outcome"] == "sent"

    def test_inbound_folders_are_not_read(self, simulator, send, elsewhere) -> None:
        send(**elsewhere)
        read = {entry["path"] for entry in simulator.log() if entry["path"].startswith("/folders/")}
        assert "/folders/1/messages" not in read
        assert read

    def test_compares_receivers_by_their_phones(self, simulator, send, elsewhere) -> None:
        """After the first send, somebody joins a group, so the message would have other addresses."""
        simulator.seed(
            contacts=[{"ContactId": 1, "PhoneNumber": KARI}, {"ContactId": 2, "PhoneNumber": OLA}],
            groups=[{"GroupId": 12, "Name": "On call", "members": [1]}],
        )
        more: Json = {"groups": ["On call"], "contacts": [2], "numbers": ["+" + PER]}
        first = send(**more)
        simulator.seed(contacts=[{"ContactId": 3, "PhoneNumber": PER}])
        requests_session(simulator, "PUT", "/groups/12/contacts/2")
        requests_session(simulator, "PUT", "/groups/12/contacts/3")
        second = send(**more, **elsewhere)
        assert (second["outcome"], second["message"]) == ("taken_for_sent", first["message"])
        assert len(sent(simulator)) == 3

    def test_other_phones_are_another_message(self, simulator, send, elsewhere) -> None:
        send()
        assert send(numbers=["+" + KARI], **elsewhere)["outcome"] == "sent"
        assert send(idempotency_key="x", numbers=["+" + PER, "+" + OLA], **elsewhere)["outcome"] == "sent"


def requests_session(simulator: SimulatorProcess, method: str, path: str) -> None:
    """Send one request to the service, as another client does."""
    import requests

    session = requests.Session()
    session.trust_env = False
    done = session.request(
        method, f"{simulator.api(2)}{path}", auth=(simulator.login.encode(), simulator.password.encode())
    )
    assert done.status_code < 300


@pytest.mark.parametrize("sender", ["", "LINK"])
def test_a_sender_that_nobody_has_set_is_not_compared(simulator, send, sender: str) -> None:
    simulator.reset(user={"Settings": {"SENDER_ID": sender}})
    lose(simulator)
    assert send()["outcome"] == "sent"
    assert posts(simulator) == 1


class TestOtherRunners:
    """Each run is a separate process, as on another runner with the same store."""

    def test_an_unknown_key_sends_without_a_search(self, simulator, send, store) -> None:
        if not store.shared:
            store.require_writable(time.time() - DAY)
        simulator.seed(messages=[{"Receivers": PER, "Text": "Disk full"}])
        assert send()["outcome"] == "sent"
        assert not any(entry["path"].startswith("/folders") for entry in simulator.log())

    def test_a_key_cancels_the_message_of_another_runner(self, simulator, send, options) -> None:
        waiting = send(send_at="+1h")
        assert waiting["outcome"] == "scheduled"
        cancel = {**options, "text": None, "numbers": None, "state": "absent", "idempotency_key": "incident"}
        assert sms_child.send(cancel)["changed"] is True
        assert sms_child.send(cancel)["changed"] is False
        assert send(send_at="+1h")["outcome"] == "cancelled"
        simulator.clock(7200)
        assert sent(simulator) == []

    def test_a_key_waits_for_the_delivery_of_the_message_of_another_runner(self, simulator, send) -> None:
        first = send()
        simulator.delivery_status(first["message"]["message_id"], "DELIVRD")
        second = send(wait=True, wait_timeout=5)
        assert [row["state"] for row in second["deliveries"]] == ["delivered"]

    def test_the_password_of_a_database_is_not_shown(self, send) -> None:
        result = send(store="postgresql://kari:geheim@127.0.0.1:1/db?password=geheim")
        assert result["failed"]
        assert "geheim" not in str(result)


@pytest.mark.usefixtures("old_history")
class TestTimes:
    def test_are_those_of_the_service(self, simulator, send, store, monkeypatch) -> None:
        class Wrong(_calls.datetime):  # type: ignore[name-defined,misc]
            @classmethod
            def now(cls, tz: Any = None) -> Any:
                return _calls.datetime.fromtimestamp(time.time(), tz) + timedelta(hours=30)

        monkeypatch.setattr(_calls, "datetime", Wrong)
        send()
        entry = store.find("incident")
        assert entry
        assert abs(entry.at - time.time()) < 120
        assert send()["outcome"] == "already_sent"

    def test_in_the_future_are_not_believed(self, simulator, send, store) -> None:
        first = send()
        entry = store.find("incident")
        assert entry
        store.record("incident", replace(entry, at=entry.at + 400 * DAY))
        assert send()["message"]["message_id"] == first["message"]["message_id"]
        simulator.clock(DAY + 60)
        assert send()["outcome"] == "sent"

    def test_of_an_intent_in_the_future_do_not_hide_its_message(self, simulator, send, store) -> None:
        lose(simulator)
        hide_folders(simulator)
        send()
        simulator.clear_faults()
        entry = store.find("incident")
        assert entry
        store.record("incident", replace(entry, at=entry.at + 400 * DAY, tried=entry.tried + 400 * DAY))
        assert send()["outcome"] == "already_sent"

    def test_old_entries_are_removed_by_a_send(self, simulator, send, store) -> None:
        send()
        simulator.clock(2 * DAY)
        send(idempotency_key="another")
        assert store.find("incident") is None
        assert store.find("another")


class TestSendAt:
    @pytest.mark.parametrize("check", [True, False])
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("+1h", "+2h"),
            ("2099-01-01T09:00:00Z", "2099-01-02T09:00:00Z"),
            ("+1h", None),
            ("+1h", "2099-01-01T09:00:00Z"),
        ],
    )
    def test_another_time_of_a_waiting_message_is_an_error(self, simulator, send, before, after, check) -> None:
        send(send_at=before)
        simulator.clear_log()
        result = send(check, send_at=after)
        assert result["failure"]["kind"] == "invalid_input"
        has = f"This task has another send_at: {after}." if after else "This task has no send_at."
        assert f"and send_at {before} was scheduled. {has}" in result["msg"]
        assert (
            "first cancel the message with state: absent, and then send it with a new key. Within idempotency_window"
            in result["msg"]
        )
        assert simulator.log(writes_only=True) == []

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("+1h", "+1h"),
            ("2099-01-01T09:00:00Z", "2099-01-01 10:00 Europe/Oslo"),
            ("2099-01-01T09:00Z", "2099-01-01T09:00:00Z"),
        ],
    )
    def test_the_same_time_changes_nothing(self, simulator, send, before, after) -> None:
        send(send_at=before)
        simulator.clock(60)
        result = send(send_at=after)
        assert (result["outcome"], result["changed"], result["warnings"]) == ("already_sent", False, [])

    def test_a_new_time_after_a_cancel_is_an_error(self, simulator, send, options) -> None:
        send(send_at="+1h")
        sms_child.send({**options, "text": None, "numbers": None, "state": "absent", "idempotency_key": "incident"})
        result = send(send_at="+2h")
        assert "and send_at +1h was cancelled. This task has another send_at: +2h" in result["msg"]
        assert (
            "Use a new key. Within idempotency_window, no message can be sent with the key of a cancelled message."
            in result["msg"]
        )

    def test_a_new_time_of_a_message_that_was_sent_is_a_warning(self, simulator, send) -> None:
        send()
        result = send(send_at="+1h")
        assert (result["outcome"], result["changed"]) == ("already_sent", False)
        (warning,) = result["warnings"]
        assert "so the send_at of this task (+1h) has no effect" in warning


class TestWithoutAKey:
    def test_the_message_of_another_task_is_not_taken(self, simulator, send) -> None:
        assert send(idempotency_key=None)["outcome"] == "sent"
        lose(simulator, "drop_before")
        result = send(idempotency_key=None)
        assert result["failure"]["outcome"] == "unknown"
        assert len(sent(simulator)) == 1

    def test_the_message_of_a_key_is_not_taken(self, simulator, send) -> None:
        assert send()["outcome"] == "sent"
        lose(simulator, "drop_before")
        assert send(idempotency_key=None)["failure"]["outcome"] == "unknown"

    def test_a_key_does_not_take_the_message_of_a_task(self, simulator, send) -> None:
        assert send(idempotency_key=None)["outcome"] == "sent"
        assert send()["outcome"] == "sent"
        assert len(sent(simulator)) == 2


@pytest.mark.usefixtures("old_history")
@pytest.mark.parametrize("key", [None, "incident"])
class TestAttempts:
    """The attempts of one task with until and retries."""

    def test_a_sent_message_is_not_sent_again(self, simulator, send, key) -> None:
        more: Json = {"wait": True, "wait_timeout": 0, "require_delivery": True, "idempotency_key": key}
        simulator.options(latency=0)
        first = send(attempt="one", **more)
        assert "require_delivery" in first["msg"]
        simulator.delivery_status(sent(simulator)[0], "DELIVRD")
        second = send(attempt="one", **more)
        assert second["outcome"] == ("already_sent" if key else "sent")
        assert second["changed"] is True  # an earlier attempt of this task has sent the message
        assert len(sent(simulator)) == 1

    @pytest.mark.parametrize("on_unknown", ["fail", "resend"])
    def test_a_message_in_doubt_is_settled(self, simulator, send, key, on_unknown) -> None:
        lose(simulator)
        hide_folders(simulator)
        assert send(attempt="one", idempotency_key=key)["failure"]["outcome"] == "unknown"
        simulator.clear_faults()
        second = send(attempt="one", idempotency_key=key, on_unknown=on_unknown)
        assert second["message"]["message_id"] == sent(simulator)[0]
        assert len(sent(simulator)) == 1

    def test_a_message_in_doubt_that_is_not_found_is_never_sent_again(self, simulator, send, key) -> None:
        lose(simulator, "drop_before")
        hide_folders(simulator)
        send(attempt="one", idempotency_key=key)
        simulator.clear_faults()
        for _attempt in range(2):
            second = send(attempt="one", idempotency_key=key, on_unknown="resend")
            assert second["failure"]["outcome"] == "unknown"
        assert posts(simulator) == 1

    def test_a_rejected_message_is_sent(self, simulator, send, key) -> None:
        simulator.faults([{"match": {"method": "POST"}, "action": "status", "status": 400}])
        assert send(attempt="one", idempotency_key=key)["failure"]["kind"] == "api"
        assert send(attempt="one", idempotency_key=key)["outcome"] == "sent"

    def test_another_task_sends(self, simulator, send, key) -> None:
        send(attempt="one", idempotency_key=key)
        result = send(attempt="two", idempotency_key=key)
        assert result["outcome"] == ("already_sent" if key else "sent")


def test_many_hosts_on_one_key_get_no_warning(simulator, send, monkeypatch) -> None:
    """The plans of all hosts were made before one of them sent the message."""
    earlier = _at_most_once.Keyed.earlier

    def overtaken(keyed: Any) -> Any:
        found = earlier(keyed)
        monkeypatch.setattr(_at_most_once.Keyed, "earlier", earlier)
        send()
        return found

    monkeypatch.setattr(_at_most_once.Keyed, "earlier", overtaken)
    result = send()
    assert (result["outcome"], result["changed"], result["warnings"]) == ("already_sent", False, [])
    assert len(sent(simulator)) == 1


FAST = [
    _store.RECORD,
    _store.REMOVE,
    f"{_store.SELECT} AND key = ?",
    _store.OPEN,
    "SELECT message_id FROM sends WHERE account = ? AND key <> ? AND message_id IN (?, ?)",
    "UPDATE sends SET state = 'cancelled' WHERE account = ? AND message_id = ?",
]


@pytest.mark.parametrize("sql", FAST)
def test_many_entries_do_not_slow_a_send(tmp_path: Path, sql: str) -> None:
    """No statement reads all entries of the store."""
    store = FolderStore(str(tmp_path / "store"), "account", Waiting())
    store.require_writable(1.0)
    with sqlite3.connect(store.path) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", ["x"] * sql.count("?")).fetchall()
    connection.close()
    # No statement reads all entries of the account either.
    everything = re.compile(r"SCAN (TABLE )?sends|SEARCH .* USING INDEX \w+ \(account=\?\)$")
    assert not [row for row in plan if everything.search(row[3])], plan


PART = 50_000


def fill(store: Store, number: int) -> None:
    """Add the entries of a year with a few statements."""
    series = "generate_series(CAST(? AS INTEGER), CAST(? AS INTEGER))" if store.shared else "series"
    name = "generate_series" if store.shared else "n"
    before = (
        "" if store.shared else "WITH RECURSIVE series (n) AS (SELECT ? UNION ALL SELECT n + 1 FROM series WHERE n < ?)"
    )
    text, now = f"CAST({name} AS TEXT)", time.time()
    columns = ", ".join(_store.COLUMNS)
    for first in range(1, number, PART):
        span = (first, min(first + PART - 1, number))
        store._run(
            f"{before} INSERT INTO sends (account, key, {columns}) SELECT ?, {text}, {text}, 'sent', {text}, "
            f"{now - DAY}, {now}, {now + 365.0 * DAY}, NULL, '', 'look', 'form', '' FROM {series}",
            *((store.account, *span) if store.shared else (*span, store.account)),
        )
    if store.shared:
        store._run("ANALYZE sends")


def test_a_database_with_many_entries_reads_few(postgres, postgres_store) -> None:
    store = open_store(postgres_store["store"], postgres_store["store_schema"], "account", Waiting())
    store.require_writable(1.0)
    fill(store, 20_000)
    values: dict[str, tuple[Any, ...]] = {sql: ("x",) * sql.count("?") for sql in FAST}
    values[_store.RECORD] = ("x", "y", "x", "sent", "x", *(1.0,) * 3, None, *("x",) * 4)
    values[_store.REMOVE] = ("x", "x", 1.0, 1.0)
    for sql in FAST:
        plan = "\n".join(row[0] for row in store._run(f"EXPLAIN {sql}", *values[sql]))
        assert "Seq Scan on sends" not in plan, plan


@pytest.mark.exhaustive
def test_a_million_entries_do_not_slow_a_send(simulator, send, store) -> None:
    """The fastest of several sends is measured, because the machine can be busy."""
    store.require_writable(time.time() - DAY)

    def fastest(name: str) -> float:
        times = []
        for number in range(10):
            begun = time.perf_counter()
            assert send(idempotency_key=f"{name} {number}", text=f"{name} {number}")["outcome"] == "sent"
            times.append(time.perf_counter() - begun)
        return min(times)

    before = fastest("few")
    fill(store, 1_000_000)
    assert fastest("many") <= 3 * before + 0.05


class TestAJob:
    """In AWX and CI, the default store is lost when the job ends."""

    @pytest.mark.parametrize("system", _forgetful.SYSTEMS)
    def test_warns_about_the_default_store(self, send, monkeypatch, system) -> None:
        for variable in _forgetful.SYSTEMS[system]:
            with monkeypatch.context() as patch:
                patch.setenv(variable, "true")
                result = send(store=None, idempotency_key=variable, text=variable)
                (warning,) = result["warnings"]
                assert f"this job runs in {system}" in warning
                assert "LINKENGAGE_STORE" in warning
                assert send(store=None, idempotency_key=None)["warnings"] == []

    def test_with_a_store_does_not_warn(self, send, monkeypatch) -> None:
        monkeypatch.setenv("CI", "true")
        assert send()["warnings"] == []

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source with the simulator: the events in the queue, also after restarts, failures and kills."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import support

from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError
from ansible_collections.community.linkengage.plugins.module_utils._machine.locks import Waiting
from ansible_collections.community.linkengage.plugins.module_utils._machine.open_store import open_store
from ansible_collections.community.linkengage.plugins.module_utils._machine.store import Store
from ansible_collections.community.linkengage.plugins.module_utils._service.account import account_of
from ansible_collections.community.linkengage.plugins.plugin_utils import _event_source
from linkengage_simulator.process import SimulatorProcess

CHILD = Path(support.__file__).with_name("inbox_child.py")
Events = list[dict[str, Any]]
Step = Callable[[], Any]
# The effect of a kill does not depend on the format, so these tests run in JSON only.
kills_in_json = pytest.mark.parametrize(
    ("data_format", "api_version"),
    [("json", 2), pytest.param("xml", 2, marks=pytest.mark.exhaustive)],
    ids=["json-v2", "xml-v2"],
)
one_version = pytest.mark.parametrize("api_version", [2], ids=["v2"])


@pytest.fixture
def source(collections_path: Path) -> str:
    """The path of the event source, as ansible-rulebook uses it."""
    collection = collections_path / "ansible_collections" / "community" / "linkengage"
    return str(collection / "extensions/eda/plugins/event_source/linkengage_inbox.py")


@pytest.fixture
def args(connection: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """The arguments of a source with a short interval."""
    return {**connection, "interval": 0.1, "store": str(tmp_path / "state")}


@pytest.fixture
def own_simulator(args: dict[str, Any]) -> Iterator[SimulatorProcess]:
    """A simulator that stops after the test.

    A cancelled source does not wait for its last request, which can be throttled. After the wait, it would otherwise
    reach the simulator of a later test.
    """
    with SimulatorProcess() as process:
        args["api_url"] = process.api(2)
        yield process


def store_of(args: dict[str, Any]) -> Store:
    """Return the store of an event source."""
    username, domain, api_url = (
        args.get(name) or os.environ[f"LINKENGAGE_{name.upper()}"] for name in ("username", "domain", "api_url")
    )
    account = account_of(f"{username}@{domain}", api_url)
    return open_store(args["store"], args.get("store_schema"), account, Waiting(timeout=0.0))


def cursor_in(args: dict[str, Any]) -> str | None:
    return store_of(args).cursor("inbox")[0]


def main_of(source: str) -> Any:
    """Return the entry point of the event source.

    runpy does not find the file, because Ansible's loader is active in this process.
    """
    spec = importlib.util.spec_from_file_location("linkengage_inbox", source)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main


class Listener:
    """Runs the event source in this process, and takes its events from the queue."""

    def __init__(self, source: str, args: dict[str, Any]) -> None:
        self.main = main_of(source)
        self.args = args

    def hear(self, *steps: Step | int, rest: float = 0.4, **args: Any) -> Events:
        """Perform the steps in order. A number waits for this number of events, and a function is called.

        At the end, no more events may arrive. An exception of the source is raised.
        """
        return asyncio.run(self._hear(steps, rest, {**self.args, **args}))

    async def _hear(self, steps: tuple[Step | int, ...], rest: float, args: dict[str, Any]) -> Events:
        queue: asyncio.Queue[Any] = asyncio.Queue(1)
        events: Events = []
        wanted = 0

        async def take() -> None:
            while True:
                events.append(await queue.get())

        tasks = [asyncio.create_task(self.main(queue, args)), asyncio.create_task(take())]
        try:
            await self._until(tasks[0], lambda: self._has_read(args))
            for step in steps:
                if callable(step):
                    await asyncio.to_thread(step)
                else:
                    wanted += step
                    await self._until(tasks[0], lambda wanted=wanted: len(events) >= wanted)
            await asyncio.wait(tasks[:1], timeout=rest)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        if not isinstance(ended[0], asyncio.CancelledError):
            raise ended[0]
        return events

    @staticmethod
    def _has_read(args: dict[str, Any]) -> bool:
        try:
            return cursor_in(args) is not None
        except (KeyError, LinkEngageError):
            return False

    @staticmethod
    async def _until(source: asyncio.Task[None], reached: Callable[[], bool], patience: float = 120.0) -> None:
        deadline = time.monotonic() + patience
        while not reached() and not source.done():
            assert time.monotonic() < deadline, "waited in vain"
            await asyncio.sleep(0.02)


@pytest.fixture
def listener(source: str, args: dict[str, Any]) -> Iterator[Listener]:
    yield Listener(source, args)
    # A cancelled source does not wait for its last request. This request must not reach the simulator of the next test.
    for thread in threading.enumerate():
        if thread.name == "linkengage_inbox":
            thread.join(1)


def messages(events: Events) -> list[dict[str, Any]]:
    return [event["linkengage"] for event in events]


def ids(events: Events) -> list[str]:
    return [message["message_id"] for message in messages(events)]


def texts(events: Events) -> list[str]:
    return [message["text"] for message in messages(events)]


class TestAnEvent:
    def test_contains_the_message(self, simulator, listener) -> None:
        simulator.seed(contacts=[{"Firstname": "Kari", "Lastname": "Nordmann", "PhoneNumber": "905 55 817"}])
        text = "ack,  INC-4711 Å!"
        step = partial(simulator.inbound, "90555817", text, time="2026-01-31T08:00:00.750Z")
        (event,) = listener.hear(step, 1, start="oldest")
        (id,) = [line["MessageId"] for line in simulator.state()["folder_messages"]["1"]]
        assert event["linkengage"] == {
            "message_id": id,
            "folder_id": 1,
            "folder": "Inbox",
            "sender": "+4790555817",
            "sender_name": "Kari Nordmann",
            "receiver": "26112",
            "text": text,
            "command": "ACK",
            "argument": "INC-4711 Å",
            "received_at": "2026-01-31T08:00:00Z",
            "redelivered": False,
        }
        assert set(event["meta"]) == {"uuid"}
        json.dumps(event)

    @support.in_json
    @pytest.mark.parametrize(
        ("text", "command", "argument"),
        [
            ("", "", ""),
            (" \n", "", ""),
            ("ja", "JA", ""),
            ("Restart\nweb.", "RESTART", "web"),
            ("STOP!!! ... now", "STOP", "now"),
            ("-- {{ 7 * 7 }} {% x %} 'a' $(b) ;c", "7", "7 x a b c"),
        ],
    )
    def test_has_a_command_and_an_argument(self, simulator, listener, text: str, command: str, argument: str) -> None:
        (message,) = messages(listener.hear(lambda: simulator.inbound("90555817", text), 1, rest=0))
        assert (message["command"], message["argument"]) == (command, argument)

    @support.in_json
    def test_is_not_a_template(self, simulator, listener) -> None:
        simulator.seed(contacts=[{"Firstname": "{{{x", "Lastname": "{%y", "PhoneNumber": "90555817"}])
        steps = [lambda: simulator.inbound("90555817", "{{ 7 }} {% if %} {# #} {7} { {"), 1]
        steps += [lambda: simulator.inbound("{{a}}", "x"), 1]
        first, second = messages(listener.hear(*steps))
        assert first["text"] == "{ { 7 }} { % if %} { # #} {7} { {"
        assert first["sender_name"] == "{ { {x { %y"
        assert second["sender"] == "{ {a}}"

    @support.in_json
    def test_has_no_half_characters_and_says_so_once(self, simulator, listener, caplog) -> None:
        steps = [lambda: [simulator.inbound("90555817", f"{text} \ud83d") for text in "ab"], 2]
        assert texts(listener.hear(*steps)) == ["a \ufffd", "b \ufffd"]
        said = [record.getMessage() for record in caplog.records if "half a character" in record.getMessage()]
        assert len(said) == 1

    @support.in_xml
    def test_says_once_that_the_zone_is_not_known(self, simulator, listener, caplog) -> None:
        for text in "ab":
            simulator.inbound("90555817", text)
        listener.hear(2, start="oldest")
        said = [record.getMessage() for record in caplog.records if "no time zone" in record.getMessage()]
        assert len(said) == 1


class TestTheStart:
    def test_now_ignores_earlier_messages(self, simulator, listener, caplog) -> None:
        for index in range(3):
            simulator.inbound("90555817", f"old {index}")
        assert texts(listener.hear(lambda: simulator.inbound("90555817", "new"), 1)) == ["new"]
        (warning,) = [text for text in caplog.messages if "has no cursor" in text]
        assert re.search(r"has no cursor inbox, so only messages since 20\d\d-.*Z create events", warning)
        caplog.clear()
        assert listener.hear() == []
        assert caplog.messages == []

    def test_now_ignores_an_old_message_that_is_moved_to_an_empty_folder(self, simulator, listener) -> None:
        steps = [lambda: simulator.inbound("90555817", "old", time="2025-01-01T08:00:00Z")]
        steps += [lambda: simulator.inbound("90555817", "new"), 1]
        assert texts(listener.hear(*steps)) == ["new"]

    def test_oldest_delivers_earlier_messages_in_order(self, simulator, listener) -> None:
        for day in (3, 1, 2):
            simulator.inbound("90555817", f"day {day}", time=f"2026-01-0{day}T08:00:00Z")
        assert texts(listener.hear(3, start="oldest")) == ["day 1", "day 2", "day 3"]
        assert listener.hear(start="oldest") == []

    def test_in_an_empty_folder_delivers_the_first_message(self, simulator, listener) -> None:
        assert listener.hear() == []
        simulator.inbound("90555817", "the first")
        assert texts(listener.hear(1)) == ["the first"]

    def test_continues_after_a_restart(self, simulator, listener) -> None:
        heard = listener.hear(lambda: simulator.inbound("90555817", "1"), 1)
        for text in "23":
            simulator.inbound("90555817", text)
        heard += listener.hear(2)
        heard += listener.hear()
        assert texts(heard) == ["1", "2", "3"]
        assert not any(message["redelivered"] for message in messages(heard))
        assert simulator.log(writes_only=True) == []


@one_version
class TestTime:
    @pytest.fixture(autouse=True)
    def oldest(self, listener) -> None:
        """Start from the oldest message, because the times of the messages are in the past."""
        listener.args["start"] = "oldest"

    def test_many_messages_can_have_the_same_second(self, simulator, listener) -> None:
        def inbound(*names: int) -> None:
            for name in names:
                simulator.inbound("90555817", str(name), time="2026-01-31T08:00:00Z")

        heard = listener.hear(lambda: inbound(*range(7)), 7)
        inbound(7, 8, 9)
        heard += listener.hear(3, lambda: inbound(10, 11), 2)
        assert texts(heard) == [str(name) for name in range(12)]

    def test_late_messages_within_the_overlap_are_delivered(self, simulator, listener) -> None:
        def inbound(text: str, at: str) -> Step:
            return lambda: simulator.inbound("90555817", text, time=f"2026-01-31T{at}Z")

        heard = listener.hear(
            inbound("newest", "12:00:00"),
            1,
            inbound("late", "10:00:00"),
            1,
            inbound("too late", "09:59:59"),
            inbound("late too", "11:00:00"),
            1,
        )
        assert texts(heard) == ["newest", "late", "late too"]
        assert listener.hear(overlap=86400) == []

    def test_the_repeated_hour_in_autumn_loses_no_message(self, simulator, listener) -> None:
        moments = ["2026-10-25T00:59:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:58:00Z", "2026-10-25T02:30:00Z"]
        steps: list[Any] = []
        for moment in moments:
            steps += [lambda at=moment: simulator.inbound("90555817", at, time=at), 1]
        assert texts(listener.hear(*steps)) == moments

    def test_a_time_in_the_future_hides_no_later_message(self, simulator, listener) -> None:
        heard = listener.hear(lambda: simulator.inbound("90555817", "future", time="2099-01-01T00:00:00Z"), 1)
        heard += listener.hear(lambda: simulator.inbound("90555817", "present"), 1)
        assert texts(heard) == ["future", "present"]

    def test_an_emptied_and_restored_inbox_is_not_delivered_again(self, simulator, listener) -> None:
        listener.hear(lambda: simulator.inbound("90555817", "1"), 1)
        simulator.faults([{"match": {"path": "/messages$"}, "action": "body", "body": "", "times": 3}])
        assert listener.hear(rest=1) == []


@support.in_json
class TestFolders:
    @pytest.fixture(autouse=True)
    def twins(self, simulator) -> None:
        simulator.seed(folders=[{"Name": "Twin"}, {"Name": "Twin"}])

    def test_can_be_given_by_name_or_id(self, simulator, listener) -> None:
        def inbound() -> None:
            for folder in (1, 4, 5, 6, 7):
                simulator.inbound("90555817", f"in {folder}", folder=folder)

        heard = listener.hear(inbound, 4, folders=["Inbox", "Archive", 6, 7])
        assert texts(heard) == ["in 1", "in 5", "in 6", "in 7"]
        assert [message["folder"] for message in messages(heard)] == ["Inbox", "Archive", "Twin", "Twin"]

    def test_added_later_start_then(self, simulator, listener) -> None:
        listener.hear(folders=["Inbox"])
        simulator.inbound("90555817", "old", folder=5)
        simulator.inbound("90555817", "new")
        step = [1, lambda: simulator.inbound("90555817", "newer", folder=5), 1]
        assert texts(listener.hear(*step, rest=1, folders=[1, "Archive"])) == ["new", "newer"]

    def test_with_sent_messages_deliver_only_inbound_messages(self, simulator, listener) -> None:
        simulator.seed(messages=[{"Receivers": "90555817", "Text": "out"}])
        assert listener.hear(folders=["Sent", "Inbox"], start="oldest") == []

    @pytest.mark.parametrize(
        ("folders", "complaint"),
        [
            (
                ["Twin"],
                "folders[0]: several folders are named 'Twin' (folder_id 6, 7). Write the id instead of the name.",
            ),
            (
                [1, "inbox"],
                "folders[1]: there is no folder 'inbox', or this user has no right to see the folder. Correct the "
                "name or the id.",
            ),
            (
                [99],
                "folders[0]: there is no folder with id 99, or this user has no right to see the folder. Correct the "
                "name or the id.",
            ),
            ([], "folders: the list is empty"),
            ([1, None], "folders[1]: the name or the id of a folder is expected, but the value was read as null"),
            ([True], "folders[0]: the name or the id of a folder is expected"),
        ],
    )
    def test_that_are_missing_or_ambiguous_are_errors(self, listener, folders: list[Any], complaint: str) -> None:
        with pytest.raises(LinkEngageError) as failure:
            listener.hear(folders=folders)
        assert str(failure.value).startswith(complaint)


@support.in_json
class TestTrouble:
    def test_a_temporary_failure_is_waited_for(self, simulator, listener, caplog) -> None:
        trouble = [{"action": "drop_before"}, {"action": "status", "status": 500}, {"action": "body"}]
        trouble += [{"action": "truncate"}, {"action": "drop_before"}]
        simulator.faults([{"match": {"path": "/folders"}, **each} for each in trouble])
        simulator.inbound("90555817", "1")
        assert texts(listener.hear(1, start="oldest", retries=0)) == ["1"]
        warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
        assert [text.rpartition(". ")[2] for text in warnings[:-1]] == ["Trying again in 0 s."] * 2 + [
            "Trying again in 1 s.",
            "Trying again in 2 s.",
            "Trying again in 3 s.",
        ]
        assert warnings[-1] == "The service answers again."

    def test_waits_for_the_throttle(self, simulator, listener, caplog) -> None:
        simulator.options(rate=4, window=2, retry_after=True)
        simulator.inbound("90555817", "1")
        steps = [1, lambda: simulator.inbound("90555817", "2"), 1, lambda: simulator.inbound("90555817", "3"), 1]
        assert texts(listener.hear(*steps, start="oldest")) == ["1", "2", "3"]
        assert any("throttled; waiting" in record.getMessage() for record in caplog.records)

    def test_the_throttle_increases_the_pause(self, simulator, listener, caplog) -> None:
        simulator.options(rate=3, window=1, retry_after=True)
        steps = [lambda: time.sleep(0.5), lambda: simulator.inbound("90555817", "1"), 1]
        assert texts(listener.hear(*steps, throttle_timeout=0)) == ["1"]
        assert any("Trying again" in record.getMessage() for record in caplog.records)

    def test_the_service_can_be_down_for_a_time(self, source, args, caplog) -> None:
        with SimulatorProcess() as first:
            port = first.url.rpartition(":")[2]
            listener = Listener(source, {**args, "api_url": first.api(2), "retries": 0})
            assert texts(listener.hear(lambda: first.inbound("90555817", "1"), 1)) == ["1"]
        with_port = SimulatorProcess("--port", port)

        def away() -> None:
            time.sleep(0.6)
            with_port.start()
            # A new simulator starts with the same message ids, so the ids of the first simulator are used up first.
            for _before in range(9):
                with_port.inbound("90555817", "other", folder=5)
            with_port.inbound("90555817", "2")

        try:
            assert texts(listener.hear(away, 1)) == ["2"]
        finally:
            with_port.stop()
        assert any("cannot be reached" in record.getMessage() for record in caplog.records)

    def test_a_rejected_login_stops_the_source_at_once(self, simulator, listener) -> None:
        with pytest.raises(LinkEngageError) as failure:
            listener.hear(password="a wrong one")
        assert "With this status, the service rejects a login" in str(failure.value)
        assert "a wrong one" not in str(failure.value)
        assert len(simulator.log()) == 1

    @pytest.mark.parametrize("status", [404, 406, 408, 429])
    def test_a_refusal_after_the_first_reading_is_waited_for(self, simulator, listener, caplog, status: int) -> None:
        def refuse() -> None:
            refusal = {"action": "status", "status": status, "headers": {"Retry-After": "1"}}
            simulator.faults([{"match": {"path": "/messages$"}, "times": 2, **refusal}])
            simulator.inbound("90555817", "1")

        assert texts(listener.hear(refuse, 1, throttle_timeout=0)) == ["1"]
        assert any("Trying again" in record.getMessage() for record in caplog.records)

    @pytest.mark.parametrize("status", [400, 405])
    def test_an_error_that_a_person_must_fix_stops_the_source(self, simulator, listener, status: int) -> None:
        def refuse() -> None:
            simulator.faults([{"match": {}, "action": "status", "status": status, "times": None}])

        with pytest.raises(LinkEngageError, match=f"answered {status}|{status}"):
            listener.hear(refuse, rest=2)

    def test_no_personal_data_is_logged(self, simulator, listener, caplog) -> None:
        caplog.set_level(logging.INFO, logger="linkengage_inbox")
        simulator.faults([{"match": {"path": "/messages$"}, "action": "status", "status": 500, "after": 1}])
        listener.hear(lambda: simulator.inbound("90555817", "the secret word"), 1, retries=0)
        assert "is delivered" in caplog.text
        assert all(text not in caplog.text for text in ("secret", "90555817", simulator.password))


def test_the_pause_after_a_very_long_outage_has_a_limit() -> None:
    error = LinkEngageError("The service cannot be reached.")
    pauses = [_event_source._report_failure(error, failures, 30.0) for failures in (1, 4, 1024, 10**6)]
    assert pauses == [60.0, 300.0, 300.0, 300.0]


@support.in_json
class TestTheEnd:
    @pytest.mark.parametrize("trouble", ["slow", "throttled", "down", "busy"])
    def test_comes_quickly(self, own_simulator, source, args, trouble: str) -> None:
        if trouble == "slow":
            own_simulator.faults([{"match": {"path": "/messages$"}, "action": "delay", "seconds": 30}])
        elif trouble == "throttled":
            own_simulator.options(rate=1)
        elif trouble == "down":
            args["api_url"] = "http://127.0.0.1:9/2"
        else:
            args["start"] = "oldest"
            for _message in range(3):
                own_simulator.inbound("90555817", "x")

        async def run() -> None:
            task = asyncio.create_task(main_of(source)(asyncio.Queue(1), args))
            await asyncio.wait([task], timeout=0.7)
            assert not task.done()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

        began = time.monotonic()
        asyncio.run(run())
        assert time.monotonic() - began < 10

    def test_keeps_messages_that_were_not_taken(self, simulator, source, args, listener) -> None:
        """One message is in the queue, and one message waits for a place.

        Only the first message may have been taken.
        """

        async def run() -> None:
            task = asyncio.create_task(main_of(source)(queue, {**args, "start": "oldest"}))
            while not queue.qsize() and not task.done():
                await asyncio.sleep(0.01)
            await asyncio.wait([task], timeout=0.3)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        for text in "12":
            simulator.inbound("90555817", text)
        queue: asyncio.Queue[Any] = asyncio.Queue(1)
        asyncio.run(run())
        assert queue.qsize() == 1
        found = messages(listener.hear(2, start="oldest"))
        assert [(message["text"], message["redelivered"]) for message in found] == [("1", True), ("2", False)]

    def test_before_a_message_is_in_the_queue_does_not_mark_it_as_redelivered(
        self, simulator, source, args, listener
    ) -> None:
        async def run() -> None:
            queue: asyncio.Queue[Any] = asyncio.Queue(1)
            queue.put_nowait({"another": "source's"})
            task = asyncio.create_task(main_of(source)(queue, {**args, "start": "oldest"}))
            await asyncio.wait([task], timeout=0.7)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        simulator.inbound("90555817", "1")
        asyncio.run(run())
        assert [message["redelivered"] for message in messages(listener.hear(1, start="oldest"))] == [False]


@support.in_json
class TestTheCursor:
    def test_is_private_and_small(self, simulator, listener, args) -> None:
        for month in range(1, 10):
            simulator.inbound("90555817", "the secret word", time=f"2026-0{month}-01T08:00:00Z")
        listener.hear(9, start="oldest")
        file = Path(args["store"]) / "store.sqlite3"
        assert [path.stat().st_mode & 0o777 for path in (file.parent, file)] == [0o700, 0o600]
        content = json.loads(cursor_in(args) or "")
        assert content["cursor"]["since"] == "2026-09-01T06:00:00Z"
        assert list(content["cursor"]["seen"].values()) == ["2026-09-01T08:00:00Z"]
        assert all(text.encode() not in file.read_bytes() for text in ("secret", "90555817", simulator.password))

    @pytest.mark.parametrize("content", ["", "{", "[]", '{"cursor": {}}', "SEEN", "STATE"])
    def test_that_is_damaged_is_an_error(self, simulator, listener, args, content: str) -> None:
        simulator.inbound("90555817", "1")
        listener.hear(1, start="oldest")
        store = store_of(args)
        good = json.loads(cursor_in(args) or "")
        if content in ("SEEN", "STATE"):
            good["cursor"]["seen" if content == "SEEN" else "folders"] = "x"
            content = json.dumps(good)
        store.prepare_cursor("inbox", content)
        store.commit_cursor("inbox")
        simulator.clear_log()
        with pytest.raises(LinkEngageError) as failure:
            listener.hear(start="oldest")
        assert "is damaged" in str(failure.value)
        assert "Restore the store from a backup, or set `cursor` to another name" in str(failure.value)
        assert simulator.log() == []

    def test_can_be_used_by_one_source_at_a_time(self, simulator, listener, args) -> None:
        def second() -> None:
            with pytest.raises(
                LinkEngageError, match=r"the cursor 'inbox' in the store .* is already in use by process"
            ):
                listener.hear()

        assert texts(listener.hear(second, lambda: simulator.inbound("90555817", "1"), 1)) == ["1"]

    def test_that_cannot_be_written_stops_the_source(self, simulator, listener, tmp_path) -> None:
        (tmp_path / "file").touch()
        for path in (tmp_path / "file" / "store", tmp_path / "file"):
            with pytest.raises(LinkEngageError, match=r"^store: .* cannot be used"):
                listener.hear(store=str(path))

    def test_that_can_no_longer_be_written_stops_the_source(self, simulator, listener, args) -> None:
        def block_writing() -> None:
            shutil.rmtree(args["store"])
            Path(args["store"]).touch()
            simulator.inbound("90555817", "1")

        with pytest.raises(LinkEngageError, match=r"^store: .* cannot be used"):
            listener.hear(block_writing, rest=3)

    @pytest.mark.usefixtures("own_simulator")
    def test_has_a_default_path(self, source, args, tmp_path, monkeypatch) -> None:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        place = tmp_path / "community.linkengage" / "store.sqlite3"

        async def run() -> None:
            without = {name: value for name, value in args.items() if name != "store"}
            task = asyncio.create_task(main_of(source)(asyncio.Queue(1), without))
            await Listener._until(task, place.exists)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        asyncio.run(run())
        assert place.exists()


@support.in_json
class TestArguments:
    @pytest.mark.parametrize(
        ("wrong", "complaint"),
        [
            ({"folder": "Inbox"}, "There is no option `folder` (did you mean `folders`?)."),
            ({"start": "yesterday"}, "start: 'yesterday' is not one of now, oldest."),
            ({"interval": "often"}, "interval: 'often' is not a number."),
            ({"interval": None}, "is not valid. interval: the value is null. Omit the argument."),
            ({"interval": 0}, "interval: 0 is too small. The minimum is 0.1 seconds."),
            ({"interval": float("nan")}, "interval: nan is too small"),
            ({"overlap": 60}, "overlap: 60 is too small. The minimum is 3600 seconds."),
            ({"folders": {"a": 1}}, "folders: a list is expected; this is a dictionary."),
            (
                {"password": ""},
                "password: the option is not set. Set this option, or the environment variable LINKENGAGE_PASSWORD.",
            ),
            ({"api_url": "http://api.example.com"}, "api_url: http://api.example.com would send the password"),
            ({"data_format": "yaml"}, "data_format: 'yaml' is not one of json, xml."),
        ],
    )
    def test_that_are_not_valid_are_errors(self, listener, wrong: dict[str, Any], complaint: str) -> None:
        with pytest.raises(LinkEngageError) as failure:
            listener.hear(**wrong)
        assert complaint in str(failure.value)

    @pytest.mark.parametrize(
        ("variable", "value", "complaint"),
        [
            ("LINKENGAGE_TIMEOUT", "30s", "LINKENGAGE_TIMEOUT: '30s' is not a number of seconds."),
            ("LINKENGAGE_RETRIES", "few", "LINKENGAGE_RETRIES: 'few' is not a whole number."),
            ("LINKENGAGE_VALIDATE_CERTS", "maybe", "LINKENGAGE_VALIDATE_CERTS: 'maybe' is not true or false."),
            ("LINKENGAGE_METHOD_OVERRIDE", "x", "LINKENGAGE_METHOD_OVERRIDE: 'x' is not one of auto, always, never."),
        ],
    )
    def test_that_are_wrong_in_the_environment_name_the_variable(
        self, listener, monkeypatch, variable: str, value: str, complaint: str
    ) -> None:
        monkeypatch.setenv(variable, value)
        with pytest.raises(LinkEngageError) as failure:
            listener.hear()
        assert str(failure.value) == f"An argument of the event source is not valid. {complaint}"

    def test_can_come_from_the_environment(self, simulator, source, args, connection_env, monkeypatch) -> None:
        for name, value in connection_env.items():
            monkeypatch.setenv(name, value)
        own = {name: value for name, value in args.items() if f"LINKENGAGE_{name.upper()}" not in connection_env}
        listener = Listener(source, own)
        assert len(listener.hear(lambda: simulator.inbound("90555817", "1"), 1, interval="0.1")) == 1


class Child:
    """Runs the event source in processes that can be killed, one after the other."""

    def __init__(self, source: str, args: dict[str, Any], folder: Path) -> None:
        self.plan = {"source": source, "args": args, "events": str(folder / "events.jsonl")}
        self.complaints = folder / "stderr"

    @contextmanager
    def running(self, env: dict[str, str] | None = None, **plan: Any) -> Iterator[subprocess.Popen[bytes]]:
        """Start a process. At the end, kill it if it still runs."""
        command = [sys.executable, str(CHILD), json.dumps({**self.plan, **plan})]
        with self.complaints.open("ab") as stderr:
            process = subprocess.Popen(
                command, stderr=stderr, stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})}
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def events(self) -> Events:
        """Return the events that the processes have taken so far."""
        file = Path(self.plan["events"])
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def wait(self, count: int) -> None:
        """Wait until this number of different messages has been taken."""
        deadline = time.monotonic() + 120
        while len(set(ids(self.events()))) < count:
            assert time.monotonic() < deadline, self.complaints.read_text()
            time.sleep(0.02)


@pytest.fixture
def child(source: str, args: dict[str, Any], tmp_path: Path) -> Child:
    return Child(source, {**args, "start": "oldest"}, tmp_path)


@support.in_json
class TestConsume:
    """With consume, each delivered message is deleted, and no other message is deleted."""

    @staticmethod
    def until_left(simulator: SimulatorProcess, *ids: str) -> Step:
        """Return a step that waits until only these messages are in the inbox."""

        def wait() -> None:
            deadline = time.monotonic() + 120
            while [row["MessageId"] for row in simulator.state()["folder_messages"]["1"]] != list(ids):
                assert time.monotonic() < deadline, "waited in vain"
                time.sleep(0.05)

        return wait

    def test_deletes_a_message_after_its_event(self, simulator, listener) -> None:
        ignored = simulator.inbound("90555817", "before the start")
        steps = [lambda: simulator.inbound("90555817", "1"), 1, self.until_left(simulator, ignored)]
        assert texts(listener.hear(*steps, consume=True)) == ["1"]
        assert [entry["method"] for entry in simulator.log(writes_only=True)] == ["DELETE"]

    def test_deletes_later_what_cannot_be_deleted_now(self, simulator, listener, caplog) -> None:
        simulator.faults([{"match": {"method": "DELETE"}, "action": "status", "status": 500, "times": 1}])
        steps = [lambda: simulator.inbound("90555817", "1"), 1, self.until_left(simulator)]
        assert texts(listener.hear(*steps, consume=True, retries=0)) == ["1"]
        assert any("was not deleted" in text for text in caplog.messages)

    def test_a_message_that_is_gone_or_stays_does_not_keep_the_others(self, simulator, listener, caplog) -> None:
        """The first message was deleted before a kill or by a person.

        The service refuses to delete the second message.
        """
        sent: list[str] = []

        def inbound() -> None:
            sent.extend(simulator.inbound("90555817", text) for text in "123")
            gone, stays = (f"/messages/{id}$" for id in sent[:2])
            answers = [("DELETE", gone, 404), ("GET", gone, 404), ("DELETE", stays, 400)]
            simulator.faults(
                [
                    {"match": {"method": method, "path": path}, "action": "status", "status": status, "times": None}
                    for method, path, status in answers
                ]
            )

        def wait() -> None:
            deadline = time.monotonic() + 120
            while sent[2] in {row["MessageId"] for row in simulator.state()["folder_messages"]["1"]}:
                assert time.monotonic() < deadline, "waited in vain"
                time.sleep(0.05)

        assert texts(listener.hear(inbound, 3, wait, consume=True)) == ["1", "2", "3"]
        kept = [text for text in caplog.messages if "was not deleted" in text]
        assert kept
        assert all(f"Message {sent[1]} " in text for text in kept)


class WithDatabase:
    """The cursor is in a database that all runners share."""

    @pytest.fixture(autouse=True)
    def on_postgresql(self, args, postgres_store) -> None:
        args.update(postgres_store)


@support.in_json
class TestTheStartOnPostgresql(WithDatabase, TestTheStart):
    """The tests of the start, with a database instead of a folder."""


class TestConsumeOnPostgresql(WithDatabase, TestConsume):
    """The tests of consume, with a database instead of a folder."""


@support.in_json
class TestOnPostgresql(WithDatabase):
    def test_continues_on_another_runner(self, simulator, listener) -> None:
        heard = listener.hear(lambda: simulator.inbound("90555817", "1"), 1)
        simulator.inbound("90555817", "2")
        heard += listener.hear(1)
        assert [(message["text"], message["redelivered"]) for message in messages(heard)] == [
            ("1", False),
            ("2", False),
        ]

    def test_can_be_used_by_one_source_at_a_time(self, simulator, listener, monkeypatch) -> None:
        monkeypatch.setattr(_event_source, "TAKEOVER", 0.3)

        def second() -> None:
            with pytest.raises(LinkEngageError, match="is already in use by process"):
                listener.hear(rest=15)

        assert texts(listener.hear(second, lambda: simulator.inbound("90555817", "1"), 1)) == ["1"]

    def test_waits_for_the_lock_of_a_source_that_was_killed(self, simulator, listener, args, caplog) -> None:
        """The database has not yet noticed that the other machine no longer exists."""
        store = store_of(args)

        def end() -> None:
            held.__exit__(None, None, None)

        held = store.hold("cursor inbox")
        held.__enter__()
        simulator.inbound("90555817", "1")
        ending = threading.Timer(1.0, end)
        ending.start()
        try:
            assert texts(listener.hear(1, start="oldest")) == ["1"]
        finally:
            ending.join()
        (warning,) = [text for text in caplog.messages if "the cursor becomes free soon" in text]
        assert "the cursor 'inbox' in the store postgresql://" in warning

    def test_waits_for_a_database_that_restarts(self, simulator, listener, postgres, caplog) -> None:
        def restart() -> None:
            postgres.restart()
            simulator.inbound("90555817", "2")

        steps = [lambda: simulator.inbound("90555817", "1"), 1, restart, 1]
        heard = listener.hear(*steps)
        assert texts(heard) == ["1", "2"]

    def test_a_database_that_is_away_at_the_start_is_an_error(self, listener, args) -> None:
        with pytest.raises(LinkEngageError, match=r"^store: postgresql://tests@127\.0\.0\.1:1/x .* cannot be used"):
            listener.hear(store="postgresql://tests@127.0.0.1:1/x")


@support.in_json
@pytest.mark.slow
class TestItsOwnCollection:
    """The event source runs in a process that does not find collections, as in ansible-rulebook."""

    def test_is_found(self, simulator, child) -> None:
        simulator.inbound("90555817", "1")
        with child.running():
            child.wait(1)

    def test_is_found_next_to_a_package_of_collections(self, simulator, child, tmp_path) -> None:
        (tmp_path / "ansible_collections" / "community").mkdir(parents=True)
        (tmp_path / "ansible_collections" / "__init__.py").touch()
        simulator.inbound("90555817", "1")
        with child.running({"PYTHONPATH": str(tmp_path)}):
            child.wait(1)


@kills_in_json
@pytest.mark.slow
class TestKilled:
    def test_during_many_messages_each_arrives_once(self, simulator, child, data_format) -> None:
        """The process is killed at random times.

        Only an event that was in doubt at a kill can arrive twice, and it is marked.
        """
        chance, sent = random.Random(f"2026 {data_format}"), []
        interrupted = rounds = 8
        for round in range(rounds):
            second = f"2026-01-31T08:00:{round:02d}Z"
            burst = [lambda at=second: sent.append(simulator.inbound("90555817", "x", time=at))] * 4
            for send in burst:
                send()
            with child.running(busy=0.02) as process:
                child.wait(len(set(ids(child.events()))) + 1)
                for send in burst:
                    send()
                time.sleep(chance.random() * 0.2)
                process.send_signal(signal.SIGKILL)
                process.wait()
            interrupted -= len(set(ids(child.events()))) == len(sent)
        assert interrupted >= rounds / 2
        with child.running():
            child.wait(len(sent))
            time.sleep(0.5)
        arrived = Counter(ids(child.events()))
        assert set(arrived) == set(sent), child.complaints.read_text()
        flagged = {message["message_id"] for message in messages(child.events()) if message["redelivered"]}
        assert {id for id, count in arrived.items() if count > 1} <= flagged
        assert len(flagged) <= rounds

    @pytest.mark.parametrize("persistent", [False, True], ids=["in memory", "with persistence"])
    def test_at_the_moment_of_recording(self, simulator, child, persistent: bool) -> None:
        sent = [simulator.inbound("90555817", "x", time="2026-01-31T08:00:00Z") for _message in range(3)]
        with child.running(die_at=2, persistent=persistent) as process:
            process.wait(20)
        assert ids(child.events()) == sent[:2]
        with child.running(persistent=persistent):
            child.wait(3)
            time.sleep(0.4)
        found = [(message["message_id"], message["redelivered"]) for message in messages(child.events())]
        if persistent:
            assert found == [(id, False) for id in sent]
        else:
            assert found == [(sent[0], False), (sent[1], False), (sent[1], True), (sent[2], False)]
            assert len({event["meta"]["uuid"] for event in child.events()}) == 3

    def test_every_time_with_persistence(self, simulator, child) -> None:
        sent = [simulator.inbound("90555817", "x", time="2026-01-31T08:00:00Z") for _message in range(6)]
        for taken in (1, 1, 2, 3):
            with child.running(die_at=taken, persistent=True) as process:
                process.wait(20)
        with child.running(persistent=True):
            child.wait(6)
        assert ids(child.events()) == sent

    def test_while_a_message_waits_in_the_queue_loses_no_message(self, simulator, child) -> None:
        sent = [simulator.inbound("90555817", "x", time="2026-01-31T08:00:00Z") for _message in range(3)]
        with child.running(busy=60) as process:
            child.wait(1)
            time.sleep(0.4)
            process.kill()
        with child.running():
            child.wait(3)
            time.sleep(0.4)
        assert ids(child.events()) == sent
        assert [message["redelivered"] for message in messages(child.events())] == [False, True, False]


class TestKilledOnPostgresql(WithDatabase, TestKilled):
    """The tests of kills, with a database. Each process continues as on another runner: only the database
    remembers.
    """

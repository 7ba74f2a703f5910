# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which messages are new: each message is new exactly once, in any order of messages, folders and restarts."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._inbox import messages as _messages
from ansible_collections.community.linkengage.plugins.module_utils._inbox.cursor import Cursor
from ansible_collections.community.linkengage.plugins.module_utils._inbox.messages import Inbox, InboxOptions
from ansible_collections.community.linkengage.plugins.module_utils._model.times import iso_utc

NOON = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)
FOLDERS = [{"folder_id": id, "name": str(id), "type": "Inbox", "sub_folders": []} for id in (1, 2)]
PARAMS = {"folders": None, "start": "now", "interval": 30.0, "overlap": 3600, "cursor": "inbox", "consume": False}


class Service:
    """A client that has messages. Its ``time`` advances by minutes with every step."""

    def __init__(self) -> None:
        self.time = NOON
        self.rows: dict[int, list[dict[str, Any]]] = {1: [], 2: []}
        self.count = 0
        self.account = "an account"
        self.numbering = SimpleNamespace(key=str)
        self.clock_known = True
        self.wire = SimpleNamespace(needs_root=False)

    def now(self) -> datetime:
        return self.time

    def list_records(self, resource: Any) -> list[dict[str, Any]]:
        return FOLDERS

    def folder_messages(self, folder_id: int) -> list[dict[str, Any]]:
        return self.rows[folder_id]

    def present(self, resource: Any, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return records

    def receive(self, folder_id: int, late: int, time: str | None = None) -> str:
        """Receive a message that appears *late* minutes after its time."""
        self.count += 1
        id = f"I_{self.count}"
        row = dict.fromkeys(("text", "sender", "sender_number", "receiver"), "x") | {"direction": "I"}
        moment = iso_utc(self.time - timedelta(minutes=late)) if time is None else time
        self.rows[folder_id].insert(0, {**row, "message_id": id, "time": moment})
        return id


def inbox(service: Service, **params: Any) -> Inbox:
    return Inbox(service, InboxOptions.read({**PARAMS, **params}))  # type: ignore[arg-type]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("receive"), st.sampled_from([1, 2]), st.integers(0, 59)),
        st.tuples(st.just("wait"), st.integers(0, 5000)),
        st.tuples(st.just("read")),
        st.tuples(st.just("killed"), st.integers(0, 3)),
        st.tuples(st.just("cleared"), st.sampled_from([1, 2])),
        st.tuples(st.just("moved"), st.sampled_from([1, 2])),
    ),
    max_size=40,
)


@given(STEPS, st.sampled_from(["now", "oldest"]))
def test_each_message_is_new_once(steps: list[tuple[Any, ...]], start: str) -> None:
    service = Service()
    cursor = inbox(service, start=start).read(Cursor()).cursor
    new: Counter[str] = Counter()
    came: set[str] = set()
    for kind, *more in [*steps, ("read",)]:
        if kind == "receive":
            came.add(service.receive(*more))
        elif kind == "wait":
            service.time += timedelta(minutes=more[0])
            came -= unread(service, new, came)
        elif kind == "read":
            cursor = deliver(service, cursor, new, None, start)
        # The process is killed after this number of deliveries, before the end of the reading was saved.
        elif kind == "killed":
            cursor = deliver(service, cursor, new, more[0], start)
        elif kind == "cleared":
            came -= unread(service, new, came)
            service.rows[more[0]] = []
        else:
            other = 3 - more[0]
            service.rows[other] += service.rows[more[0]]
            service.rows[more[0]] = []
    assert new == Counter(came)


def unread(service: Service, new: Counter[str], came: set[str]) -> set[str]:
    """Remove the messages that nobody has read for longer than the overlap. For these, delivery is not promised."""
    gone = came - set(new)
    for rows in service.rows.values():
        rows[:] = [row for row in rows if row["message_id"] not in gone]
    return gone


def deliver(service: Service, cursor: Cursor, new: Counter[str], killed_after: int | None, start: str) -> Cursor:
    reading = inbox(service, start=start).read(cursor)
    for message in reading.messages[:killed_after]:
        new[message.id] += 1
        cursor = cursor.after(message.id, message.time)
    return cursor if killed_after is not None else reading.cursor


def test_the_cursor_never_goes_beyond_the_newest_message() -> None:
    service = Service()
    service.receive(1, 30)
    service.receive(2, 10)
    cursor = inbox(service).read(Cursor()).cursor
    assert cursor.since == "2026-01-31T10:50:00Z"
    service.time += timedelta(days=1)
    assert inbox(service).read(cursor).cursor.since == cursor.since


def test_a_folder_that_was_empty_for_a_while_is_not_new() -> None:
    service = Service()
    service.receive(1, 50000)
    service.receive(1, 0)
    cursor = inbox(service).read(Cursor()).cursor
    rows, service.rows[1] = service.rows[1], []
    cursor = inbox(service).read(cursor).cursor
    service.rows[1] = rows
    assert inbox(service).read(cursor).messages == []


def test_a_larger_overlap_does_not_repeat_messages() -> None:
    service = Service()
    for late in (50, 40, 0):
        service.receive(1, late)
    service.time += timedelta(minutes=70)
    service.receive(1, 0)
    cursor = inbox(service, start="oldest").read(Cursor()).cursor
    assert inbox(service, overlap=86400).read(cursor).messages == []


@pytest.mark.parametrize("time", [None, "", "yesterday"])
def test_a_message_with_an_unreadable_time_is_not_lost(time: str | None) -> None:
    service = Service()
    cursor = inbox(service).read(Cursor()).cursor
    id = service.receive(1, 0)
    service.rows[1][0]["time"] = time
    reading = inbox(service).read(cursor)
    assert [message.id for message in reading.messages] == [id]
    service.receive(1, 0)
    cursor = inbox(service).read(reading.cursor).cursor
    service.time += timedelta(days=1)
    service.receive(1, 0)
    for _reading in range(3):
        assert id in cursor.seen
        cursor = inbox(service).read(cursor).cursor


@pytest.mark.parametrize(("needs_root", "hours"), [(False, 1), (True, 14)], ids=["json", "xml"])
def test_the_start_now_is_the_time_of_the_first_reading(monkeypatch, needs_root: bool, hours: int) -> None:
    """A message that was moved into the folder later is not an event. A message that arrives late is an event."""
    monkeypatch.setattr(_messages.clock, "monotonic", lambda: 0.0)  # the reading itself takes no time
    service = Service()
    service.wire.needs_root = needs_root
    cursor = inbox(service).read(Cursor()).cursor
    assert cursor.starts == {"1": iso_utc(NOON), "2": iso_utc(NOON)}
    service.receive(1, 90 * 24 * 60)
    service.receive(1, hours * 60 + 1)
    late = service.receive(1, hours * 60)
    assert [message.id for message in inbox(service).read(cursor).messages] == [late]


def test_without_a_clock_or_with_start_oldest_there_is_no_start() -> None:
    service = Service()
    assert inbox(service, start="oldest").read(Cursor()).cursor.starts == {}
    service.clock_known = False
    assert inbox(service).read(Cursor()).cursor.starts == {}

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Inbound messages as events: which messages are new since the cursor, and the content of an event."""

from __future__ import annotations

import re
import time as clock
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from .._errors import AmbiguousRecord, InvalidInput, UnknownRecord, UnreadableAnswer
from .._model.fields import Record
from .._model.resources import FOLDER, FOLDER_MESSAGE
from .._model.templates import defused
from .._model.times import iso_utc, parse_time
from .._model.values import read_as
from .._service.client import Client, flattened
from .cursor import Cursor

INBOX_SPEC: dict[str, dict[str, Any]] = {
    "folders": {"type": "list", "elements": "raw"},
    "start": {"choices": ["now", "oldest"], "default": "now"},
    "interval": {"type": "float", "default": 30.0},
    "overlap": {"type": "int", "default": 7200},
    "cursor": {"type": "str", "default": "inbox"},
    "consume": {"type": "bool", "default": False},
    "feedback": {"type": "bool", "default": False},
}
# Seconds. Times in XML have no zone (the guide "The service"), so in autumn they go back by one hour.
LEAST_OVERLAP = 3600
LEAST_INTERVAL = 0.1
ANY_ZONE = timedelta(hours=14)  # the largest difference between a local time and UTC
INBOUND = "I"
WORD = re.compile(r"[\w.-]+")


@dataclass(frozen=True)
class Message:
    """A message to deliver. ``time`` is "" if the time cannot be read."""

    id: str
    time: str
    event: dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """The messages to deliver, oldest first, and the cursor after their delivery."""

    messages: list[Message]
    cursor: Cursor


@dataclass(frozen=True)
class InboxOptions:
    """The options of the event source about messages.

    - ``folders`` are the folders to read.
    - ``from_oldest`` is True if messages from before the first start are events too.
    - ``interval`` is the number of seconds between two readings.
    - ``overlap`` is how late a message may appear in its folder.
    - ``cursor`` is the name of the cursor.
    - ``consume`` is True if delivered messages are deleted.
    """

    folders: Sequence[int | str]
    from_oldest: bool
    interval: float
    overlap: timedelta
    cursor: str
    consume: bool

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> InboxOptions:
        """Read the options. Raises InvalidInput."""
        for name, least in (("overlap", LEAST_OVERLAP), ("interval", LEAST_INTERVAL)):
            if not params[name] >= least:
                raise InvalidInput(f"{name}: {params[name]:g} is too small. The minimum is {least:g} seconds.")
        if not params["cursor"].strip():
            raise InvalidInput("cursor: the name is empty. Write a name, such as inbox.")
        return cls(
            folders=_references(params["folders"]),
            from_oldest=params["start"] == "oldest",
            interval=params["interval"],
            overlap=timedelta(seconds=params["overlap"]),
            cursor=params["cursor"].strip(),
            consume=params["consume"],
        )


class Inbox:
    """The folders that the options name."""

    def __init__(self, client: Client, options: InboxOptions) -> None:
        self._client = client
        self._options = options
        self._folders: dict[int, str] = {}
        self._begun = 0.0

    def read(self, cursor: Cursor) -> Reading:
        """Read every folder once.

        The service returns complete lists (contract: assumptions), so new messages are chosen here.
        """
        self._begun = clock.monotonic()
        self._folders = self._folders or _chosen(self._options.folders, flattened(self._client.list_records(FOLDER)))
        times: dict[str, str] = {}
        messages: dict[str, Message] = {}
        for folder_id in self._folders:
            for row in self._inbound(folder_id):
                id, time = str(row["message_id"]), _time(row)
                times[id] = time
                if self._is_new(cursor, folder_id, id, time):
                    messages[id] = Message(id, time, self._event(row, folder_id, id in cursor.in_doubt))
        ordered = sorted(messages.values(), key=lambda message: (message.time, len(message.id), message.id))
        return Reading(ordered, self._moved(cursor, times))

    def _inbound(self, folder_id: int) -> Iterator[Record]:
        rows = self._client.folder_messages(folder_id)
        return (row for row in rows if row["direction"] == INBOUND and row["message_id"])

    def _is_new(self, cursor: Cursor, folder_id: int, id: str, time: str) -> bool:
        if id in cursor.seen:
            return False
        if folder_id not in cursor.folders:
            return self._options.from_oldest
        return time == "" or time >= max(cursor.since, self._earliest(cursor, folder_id))

    def _earliest(self, cursor: Cursor, folder_id: int) -> str:
        """Return the time of the oldest message that can be new.

        It is not earlier than the first reading minus the overlap.
        """
        start = parse_time(cursor.starts.get(str(folder_id), ""))
        slack = max(self._options.overlap, ANY_ZONE if self._client.wire.needs_root else timedelta())
        return iso_utc(start - slack) if start else ""

    def _moved(self, cursor: Cursor, times: Mapping[str, str]) -> Cursor:
        """Return the cursor after all listed messages are delivered.

        The cursor stays behind the newest message by the overlap, because messages can appear late. It never goes back.
        A time in the future is ignored, because all messages until that time would count as old.
        """
        newest = min(max(times.values(), default=""), iso_utc(self._client.now()))
        since = max(cursor.since, iso_utc(moment - self._options.overlap) if (moment := parse_time(newest)) else "")
        known = {**cursor.seen, **times}
        seen = {id: time for id, time in known.items() if time >= since or (not time and id in times)}
        doubts = [id for id in cursor.in_doubt if id not in times]
        return replace(
            cursor, since=since, folders=sorted(self._folders), seen=seen, in_doubt=doubts, starts=self._starts(cursor)
        )

    def _starts(self, cursor: Cursor) -> dict[str, str]:
        """Return the time of the first reading of each folder. The times are not needed if old messages are events too.

        The times are those of the service's clock. Times of messages in XML have no zone, so they can seem to be
        earlier.
        """
        if self._options.from_oldest or not self._client.clock_known:
            return cursor.starts
        start = iso_utc(self._client.now() - timedelta(seconds=clock.monotonic() - self._begun))
        return {**cursor.starts, **{str(id): start for id in self._folders if id not in cursor.folders}}

    def _event(self, row: Record, folder_id: int, redelivered: bool) -> dict[str, Any]:
        text = row["text"] or ""
        words = [word for word in (found.strip(".-") for found in WORD.findall(text)) if word]
        content = {
            "message_id": row["message_id"],
            "folder_id": folder_id,
            "folder": self._folders[folder_id],
            "sender": self._client.numbering.key((row["sender_number"] or "").strip()),
            "sender_name": (row["sender"] or "").strip(),
            "receiver": row["receiver"],
            "text": text,
            "command": words[0].upper() if words else "",
            "argument": " ".join(words[1:]),
            "received_at": self._client.present(FOLDER_MESSAGE, [row])[0]["time"],
            "redelivered": redelivered,
        }
        # The id of an event is the same at every delivery, so that a rule engine that stores its events recognises the
        # event.
        id = uuid.uuid5(uuid.NAMESPACE_URL, f"{self._client.account} {row['message_id']}")
        return {"linkengage": {name: _untrusted(value) for name, value in content.items()}, "meta": {"uuid": str(id)}}


def _references(folders: list[Any] | None) -> tuple[int | str, ...]:
    """Return the ids and names of the folders. Raises InvalidInput for other values."""
    if folders is not None and not folders:
        raise InvalidInput(
            "folders: the list is empty. Write the name or the id of a folder, or omit the option. Without the "
            "option, all folders of type Inbox are read."
        )
    for index, folder in enumerate(folders or []):
        if isinstance(folder, bool) or not isinstance(folder, (int, str)) or not str(folder).strip():
            read = "" if isinstance(folder, str) else f", but the value was read as {read_as(folder)}"
            raise InvalidInput(
                f"folders[{index}]: the name or the id of a folder is expected{read}. Write the id, or the name in "
                "quotes."
            )
    return tuple(folders or ())


def _chosen(wanted: Sequence[int | str], folders: list[Record]) -> dict[int, str]:
    """Return the names of the folders, by their ids. If no folders are wanted, return the folders of type Inbox."""
    if not folders:
        raise UnreadableAnswer(f"GET {FOLDER.path}: the service returned no folders.")
    if not wanted:
        chosen = [folder for folder in folders if folder["type"] == "Inbox"]
        if not chosen:
            raise UnknownRecord(
                "folders: the account has no folder of type Inbox. In the option folders, name the folders to read."
            )
    else:
        chosen = [_one(f"folders[{index}]", reference, folders) for index, reference in enumerate(wanted)]
    return {folder["folder_id"]: folder["name"] or "" for folder in chosen}


def _one(option: str, reference: int | str, folders: list[Record]) -> Record:
    column = "folder_id" if isinstance(reference, int) else "name"
    found = [folder for folder in folders if folder[column] == reference]
    if not found:
        folder = f"folder with id {reference}" if isinstance(reference, int) else f"folder {reference!r}"
        raise UnknownRecord(
            f"{option}: there is no {folder}, or this user has no right to see the folder. Correct the name or the id."
        )
    if len(found) > 1:
        ids = [folder["folder_id"] for folder in found]
        raise AmbiguousRecord(
            f"{option}: several folders are named {reference!r} (folder_id {', '.join(map(str, ids))}). "
            "Write the id instead of the name.",
            ids=ids,
        )
    return found[0]


def _time(row: Record) -> str:
    moment = parse_time(row["time"] or "")
    return iso_utc(moment) if moment else ""


def _untrusted(value: Any) -> Any:
    """Return a text from outside without template signs, because ansible-rulebook evaluates templates in events."""
    return defused(value) if isinstance(value, str) else value

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Where the account's sent messages are looked for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from .._errors import LinkEngageError
from .._model.fields import Record
from .._model.resources import FOLDER, MESSAGE
from .._model.times import parse_time
from .._service.client import Client, flattened


class Folders:
    """The message folders of the account, to search for sent messages."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def find(self, message: Record, age: timedelta, others: Collection[str] = ()) -> Record | None:
        """The first message with this text, sender and receivers that is not older than *age* and not in *others*."""
        rows: dict[str, datetime] = {}
        folders = flattened(self._client.list_records(FOLDER))
        since = self._client.now() - age  # the clock of the service is known after its first answer
        for folder in folders:
            for row in self._client.folder_messages(folder["folder_id"]):
                moment = _time(row)
                if row["direction"] == "O" and _folded(row["text"]) == _folded(message["text"]) and moment >= since:
                    rows.setdefault(row["message_id"], moment)
        for id in sorted(rows, key=lambda id: (rows[id], id)):
            found = None if id in others else self._client.get(MESSAGE, id)
            if found and self._is(found, message):
                return found
        return None

    def _is(self, found: Record, message: Record) -> bool:
        sender = message.get("sender") or self._client.user()["settings"].get("SENDER_ID", "")
        return self._parts(found["receivers"]) == self._parts(message["receivers"]) and self._key(
            found["sender"]
        ) == self._key(sender)

    def _parts(self, receivers: str | None) -> set[str]:
        parts = (part.strip() for part in (receivers or "").split(";"))
        return {part if part.startswith("/") else self._key(part) for part in parts if part}

    def _key(self, number: str | None) -> str:
        return self._client.numbering.key((number or "").strip())


def _time(row: Record) -> datetime:
    moment = parse_time(row["time"] or "")
    if moment is None:
        raise LinkEngageError(
            "The times of messages are not known, because XML gives them without a zone and this machine has no zone "
            "data. Install the package tzdata, or set data_format to json."
        )
    return moment


def _folded(text: str | None) -> str:
    """The text with single spaces, because the service can trim white space."""
    return " ".join((text or "").split())

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The search for sent messages in the folders of the account."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from .._errors import UnknownOutcome
from .._model.fields import Record
from .._model.resources import FOLDER, MESSAGE
from .._service.client import Client, flattened
from .moments import Span, moments


class Folders:
    """The message folders of the account, to search for sent messages."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def ids(self, message: Record) -> set[str]:
        """The ids of all messages with this text that were or will be sent."""
        return {row["message_id"] for row in self._rows(message)}

    def find(
        self, message: Record, when: Callable[[], Span], others: Collection[str] = (), only_new: bool = False
    ) -> Record | None:
        """The first message with this text, sender and receivers that is within a span and not in *others*.

        *when* gives the span after the folders are read, because an answer can show the clock of the service.
        *only_new*: all messages that were there before are in *others*, so that a new one needs no certain time. Raises
        UnknownOutcome for a message with this content that can be within the span, and can be outside.
        """
        rows = {row["message_id"]: row for row in reversed(self._rows(message)) if row["message_id"] not in others}
        span, doubtful = when(), []
        for id, row in sorted(rows.items(), key=self._order):
            found = None if span.holds(self._readings(row)) is False else self._client.get(MESSAGE, id)
            if not found or not self._is(found, message):
                continue
            certain = self._certain(row, found)
            within = span.holds(certain)
            if within or (within is None and only_new):
                known = len(certain) == 1 and found["handled"] == row["time"]
                return {**found, "handled": certain[0]} if known else found
            if within is None:
                doubtful.append(id)
        if doubtful:
            raise UnknownOutcome(
                f"The folders contain a message with the same text, sender and receivers ({', '.join(doubtful)}). It "
                "is not known when it was sent: the service gives times without a zone, or does not send its clock. "
                "Set data_format to json.",
                outcome="unknown",
                message_ids=doubtful,
            )
        return None

    def _rows(self, message: Record) -> list[Record]:
        folders = flattened(self._client.list_records(FOLDER))
        rows = [row for folder in folders for row in self._client.folder_messages(folder["folder_id"])]
        return [row for row in rows if row["direction"] == "O" and _folded(row["text"]) == _folded(message["text"])]

    def _readings(self, row: Record) -> tuple[datetime, ...]:
        return self._client.zone.readings(row["time"] or "")

    def _certain(self, row: Record, found: Record) -> tuple[datetime, ...]:
        """The possible moments of a row, after its message was read for its time."""
        if len(self._readings(row)) < 2:
            return self._readings(row)
        own = moments(self._client, found)
        readings = self._readings(row)  # with what the message has shown of the zone
        if len(own) == 1 and len(readings) > 1:
            return (min(readings, key=lambda moment: abs(moment - own[0])),)
        return readings

    def _order(self, item: tuple[str, Record]) -> tuple[str, str]:
        id, row = item
        return min(map(str, self._readings(row)), default=""), id

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


def _folded(text: str | None) -> str:
    """The text with single spaces, because the service can trim white space."""
    return " ".join((text or "").split())

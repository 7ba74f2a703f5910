# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The search for sent messages in the folders of the account. A *row* is a message as its folder lists it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .._errors import ApiError, LinkEngageError, NotFound, UnknownOutcome
from .._model.fields import Record
from .._model.frozen import Value
from .._model.resources import CONTACT, FOLDER, GROUP, MESSAGE
from .._service.client import Client, flattened
from .moments import Span, moments

INBOX = "Inbox"  # a folder of this type has no sent messages
BY_HAND = (
    "Look in the message folders in the web application. If the message of this task is not there, set a new "
    "idempotency_key to send it."
)


EXACT = " To prevent this error in later runs, set data_format to json, because times in XML have no time zone."


def digest(content: Any) -> str:
    """Return a hash that is equal for equal contents. Nobody can read the content from the hash."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Sought(Value):
    """A message to search for. ``phones`` are its receivers. ``known`` has the phones of each of its addresses."""

    message: Mapping[str, Any]
    phones: frozenset[str] = frozenset()
    known: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return _folded(self.message["text"])

    @property
    def addresses(self) -> frozenset[str]:
        return _parts(self.message["receivers"])

    @property
    def look(self) -> str:
        """A hash of the text and the phones."""
        return digest([self.text, sorted(self.phones or self.addresses)])

    @property
    def sent_as(self) -> str:
        """A hash of the text and the addresses in the POST."""
        return digest([self.text, sorted(self.addresses)])


def _nothing(_ids: Collection[str]) -> Collection[str]:
    return ()


def _never(_moments: Collection[datetime]) -> bool:
    return False


@dataclass(frozen=True)
class Search:
    """A search for a sent message.

    - ``when`` returns the span of time in which the message was handled. It is called after the folders were read,
      because an answer can show the clock of the service.
    - ``foreign`` returns which of some message ids belong to other sends.
    - ``claimed`` returns whether a message with these possible times belongs to another send.
    - ``only_new`` is True if ``foreign`` returns all messages that existed before the send. Then the time of a message
      need not be certain.
    - ``sent_as`` is the hash of an earlier POST.
    - ``strict`` is True if a folder that cannot be read is an error, unless the message is found.
    """

    sought: Sought
    when: Callable[[], Span]
    foreign: Callable[[Collection[str]], Collection[str]] = _nothing
    claimed: Callable[[Collection[datetime]], bool] = _never
    only_new: bool = False
    sent_as: str = ""
    strict: bool = True


class Folders:
    """The message folders of the account, for the search for sent messages."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._trouble: LinkEngageError | None = None
        self.warnings: list[str] = []

    def ids(self, sought: Sought) -> set[str]:
        """Return the ids of all messages with this text that were or will be sent."""
        rows = self._rows(sought)
        if self._trouble:
            raise self._trouble
        return {row["message_id"] for row in rows}

    def find(self, search: Search) -> Record | None:
        """Return the first message with the wanted text, sender and receivers within the span that belongs to no other
        send.

        Returns None if there is no such message. Raises UnknownOutcome if a message has this content, but it is not
        certain whether it is within the span.
        """
        rows = {row["message_id"]: row for row in reversed(self._rows(search.sought)) if row["message_id"]}
        foreign = set(search.foreign(list(rows)))
        span, doubtful = search.when(), []
        for id, row in sorted(rows.items(), key=self._order):
            passed = id in foreign or span.holds(self._readings(row)) is False
            found = None if passed else self._client.get(MESSAGE, id)
            if not found or not self._is(found, search):
                continue
            certain = self._certain(row, found)
            within = span.holds(certain)
            if search.claimed(certain):
                continue
            if within or (within is None and search.only_new):
                known = len(certain) == 1 and found["handled"] == row["time"]
                return {**found, "handled": certain[0]} if known else found
            if within is None:
                doubtful.append(id)
        self._require_complete(search, doubtful)
        return None

    def _require_complete(self, search: Search, doubtful: list[str]) -> None:
        """Raise an error if the message was not found but may still exist."""
        if doubtful:
            raise UnknownOutcome(
                f"The message folders contain a message (id {', '.join(doubtful)}) with the text, sender and receivers "
                "of this task. The send time of this message is not known exactly, so this is "
                "possibly the message of an earlier task. It is not known whether the message of this task was sent. "
                f"{BY_HAND}{EXACT * self._client.wire.needs_root}",
                outcome="unknown",
                message_ids=doubtful,
            )
        if isinstance(self._trouble, ApiError) and self._trouble.status < 500 and search.strict:
            raise UnknownOutcome(
                "The search in the message folders failed, so it is not known whether the message was sent. "
                f"{self._trouble} {BY_HAND}",
                outcome="unknown",
            )
        if self._trouble and search.strict:
            raise self._trouble

    def _rows(self, sought: Sought) -> list[Record]:
        """Return the rows of sent messages with this text.

        A folder that this user may not read, or that was deleted, is left out. If a folder cannot be read for another
        reason, the error is kept for later. The same happens if all folders are refused. Raises an error if no folder
        can be read.
        """
        rows: list[Record] = []
        refused: LinkEngageError | None = None
        read = 0
        for folder in self._listed():
            if folder["type"] == INBOX:
                continue
            try:
                rows += self._client.folder_messages(folder["folder_id"])
                read += 1
            except LinkEngageError as error:
                refused = error
                if not isinstance(error, ApiError) or error.status >= 500:
                    self._trouble = error
                self.warnings.append(f"Folder {folder['folder_id']} was not searched for sent messages: {error}")
        if refused and not read:
            if self._trouble:
                raise self._trouble
            self._trouble = refused
        return [row for row in rows if row["direction"] == "O" and _folded(row["text"]) == sought.text]

    def _listed(self) -> list[Record]:
        """Return the folders, or an empty list if the service has no folders or if this user may not see them."""
        try:
            return flattened(self._client.list_records(FOLDER))
        except NotFound as error:  # no version of the service has folders (contract: assumptions)
            self._trouble = error
            self.warnings.append(
                f"The service has no message folders, so no search for sent messages is possible: {error}"
            )
        except ApiError as error:
            if error.status >= 500:
                raise
            self._trouble = error
            self.warnings.append(f"The message folders were not searched for sent messages: {error}")
        return []

    def _readings(self, row: Record) -> tuple[datetime, ...]:
        return self._client.zone.readings(row["time"] or "")

    def _certain(self, row: Record, found: Record) -> tuple[datetime, ...]:
        """Return the possible moments of a row.

        If there are several, the message is read, because it can show its exact time.
        """
        if len(self._readings(row)) < 2:
            return self._readings(row)
        own = moments(self._client, found)
        readings = self._readings(row)  # the message may have shown more about the time zone
        if len(own) == 1 and len(readings) > 1:
            return (min(readings, key=lambda moment: abs(moment - own[0])),)
        return readings

    def _order(self, item: tuple[str, Record]) -> tuple[str, str]:
        id, row = item
        return min(map(str, self._readings(row)), default=""), id

    def _is(self, found: Record, search: Search) -> bool:
        """Return whether the sender and the receivers are those of the wanted message.

        If no sender was set, the sender is not compared. The receivers are compared by their phones. In the meantime, a
        number can have become a contact, and a contact can have become a member of a group.
        """
        sender = search.sought.message.get("sender")
        if sender and self._key(found["sender"]) != self._key(sender):
            return False
        parts = _parts(found["receivers"])
        if digest([search.sought.text, sorted(parts)]) in (search.sent_as, search.sought.sent_as):
            return True
        return self._phones(parts, search.sought) == (search.sought.phones or self._phones(search.sought.addresses))

    def _phones(self, parts: Collection[str], sought: Sought | None = None) -> frozenset[str]:
        """Return the phones of addresses. A contact or group that no longer exists counts as a phone of its own."""
        phones: set[str] = set()
        for part in parts:
            known = sought.known.get(part) if sought else None
            phones |= self._phones_of(part) if known is None else known
        return frozenset(phones)

    def _phones_of(self, part: str) -> set[str]:
        path, _slash, id = part.rpartition("/")
        if path == CONTACT.path and id.isdecimal():
            contact = self._client.get(CONTACT, int(id))
            return {self._key(contact["phone_number"]) or part} if contact else {part}
        if path == GROUP.path and id.isdecimal():
            try:
                return {self._key(member["phone_number"]) for member in self._client.members(int(id))} - {""}
            except ApiError:
                return {part}
        return {part if part.startswith("/") else self._key(part)}

    def _key(self, number: str | None) -> str:
        return self._client.numbering.key((number or "").strip())


def _parts(receivers: str | None) -> frozenset[str]:
    return frozenset(part.strip() for part in (receivers or "").split(";") if part.strip())


def _folded(text: str | None) -> str:
    """Return the text with single blanks, because the service can remove white space."""
    return " ".join((text or "").split())

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""All requests of the doctor. They only read; a request that fails does not stop the next one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from .._errors import ApiError, IncompleteList, LinkEngageError, NoCountryCode
from .._model.fields import Record
from .._model.resources import CONTACT, FOLDER, GROUP, MESSAGE
from .._service.client import Client, flattened
from .._service.formats import FORMATS
from .._service.reach import Reach
from .._service.seen import Seen

Value = TypeVar("Value")
NEW_RESOURCES = ("services", "servicepoints", "users", "senders")  # of version 2
FEW_MESSAGES = 500  # a longer folder is not read
MOST_FOLDERS = 3
MOST_MESSAGES = 5  # that are read one by one
UNUSED = "000000000"  # not a phone number


@dataclass(frozen=True)
class Survey:
    """What the requests showed. A value is None if it could not be read; ``errors`` says why, by step."""

    reach: Reach
    seen: Sequence[Seen]
    errors: Mapping[str, LinkEngageError]
    count: int | None
    listed: int | None
    contacts: Sequence[Record] | None
    groups: Sequence[Record] | None
    same_in_both: bool | None
    user: Record | None
    country_code: str | None
    rows: Sequence[Record]  # of some folders
    longest_folder: int  # rows
    receivers: Sequence[int]  # the number of people or groups of some sent messages
    other_spelling_found: bool | None
    new_resources: Mapping[str, int]  # the status of each
    skew: timedelta | None

    @property
    def longest(self) -> int:
        """The number of records of the longest complete list: the others have no shorter limit."""
        return max(len(self.contacts or ()), len(self.groups or ()), self.longest_folder)

    @property
    def logged_in(self) -> bool:
        return self.count is not None


class Surveyor:
    """Makes the requests, and keeps the errors by step."""

    def __init__(self, client: Client) -> None:
        self.client = client
        (other,) = (name for name, form in FORMATS.items() if form().content_type != client.wire.content_type)
        self.own, self.other = client, client.in_format(other)
        self.errors: dict[str, LinkEngageError] = {}

    def attempt(self, step: str, read: Callable[[], Value]) -> Value | None:
        """The result of *read*, or None after an error."""
        try:
            return read()
        except LinkEngageError as error:
            self.errors[step] = error
            return None

    def run(self) -> Survey:
        """Everything. After a refused login, only what needs no login."""
        reach = self.client.reach()
        with self.client.watched() as seen:
            count = self.attempt("login", self.own.count_contacts)
            read = {} if count is None else self._book()
        skew = self.client.skew
        nothing: dict[str, Any] = dict.fromkeys(
            ("listed", "contacts", "groups", "same_in_both", "user", "country_code", "other_spelling_found")
        )
        nothing.update(rows=(), longest_folder=0, receivers=(), new_resources={})
        return Survey(reach=reach, seen=seen, errors=self.errors, count=count, skew=skew, **{**nothing, **read})

    def _book(self) -> dict[str, Any]:
        contacts = self.attempt("contacts", lambda: self.own.list_records(CONTACT))
        groups = self.attempt("groups", lambda: self.own.list_records(GROUP))
        user = self.attempt("user", self.own.user)
        folders = self.attempt("folders", lambda: self.own.list_records(FOLDER)) or []
        filled = [self._rows(some) for some in self._few(folders)]
        rows = [row for some in filled for row in some]
        cut = self.errors.get("contacts")
        return {
            "contacts": contacts,
            "groups": groups,
            "same_in_both": self.attempt("both formats", lambda: self._same(contacts or [], groups)),
            "user": user,
            "country_code": self.attempt("country", self._country_code),
            "listed": cut.facts["length"] if isinstance(cut, IncompleteList) else None if cut else len(contacts or []),
            "rows": rows,
            "longest_folder": max(map(len, filled), default=0),
            "receivers": self.attempt("receivers", lambda: self._receivers(rows)) or (),
            "other_spelling_found": self.attempt("look-up", lambda: self._other_spelling(contacts or [])),
            "new_resources": {name: self._status(f"/{name}") for name in NEW_RESOURCES},
        }

    def _same(self, contacts: list[Record], groups: list[Record] | None) -> bool:
        """Whether the other format has the same records, without their times."""
        self.other.count_contacts()
        same = groups is None or self.other.list_records(GROUP) == groups
        for contact in contacts[:1]:
            found = self.other.get(CONTACT, contact[CONTACT.id]) or {}
            same = same and all(found.get(name) == value for name, value in contact.items() if name != "created")
        return same

    def _country_code(self) -> str | None:
        try:
            return self.own.country_code()
        except NoCountryCode:
            return None

    def _few(self, folders: list[Record]) -> list[Record]:
        filled = [folder for folder in flattened(folders) if 0 < int(folder["message_count"]) <= FEW_MESSAGES]
        return filled[:MOST_FOLDERS]

    def _rows(self, folder: Record) -> list[Record]:
        return self.attempt("messages", lambda: self.own.folder_messages(folder[FOLDER.id])) or []

    def _receivers(self, rows: list[Record]) -> list[int]:
        sent = list(dict.fromkeys(str(row["message_id"]) for row in rows if row["direction"] == "O"))
        messages = [self.own.get(MESSAGE, id) for id in sent[:MOST_MESSAGES]]
        return [len((message["receivers"] or "").split(";")) for message in messages if message]

    def _other_spelling(self, contacts: list[Record]) -> bool | None:
        """Whether the look-up finds a contact by another spelling of its number. Also looks for a number of nobody."""
        self._status(f"/contacts/phonenumber/{UNUSED}")
        numbering = self.own.numbering
        stored = {contact["phone_number"] for contact in contacts}
        for contact in contacts:
            number = contact["phone_number"] or ""
            canonical = numbering.number(number)
            for spelling in filter(None, (canonical.lstrip("+"), canonical and numbering.national(canonical))):
                if number.isdecimal() and spelling not in stored:
                    return bool(content_of(self.own, f"/contacts/phonenumber/{spelling}"))
        return None

    def _status(self, path: str) -> int:
        """The status of an answer; 0 if there is none that can be read."""
        try:
            return int(self.own.request({"method": "GET", "path": path, "body": None, "root": ""})["status"])
        except LinkEngageError as error:
            return int(error.facts.get("status", 0))


def content_of(client: Client, path: str) -> Any:
    """The content of an answer; None for 404 too."""
    try:
        return client.request({"method": "GET", "path": path, "body": None, "root": ""})["content"]
    except ApiError as error:
        if error.status != 404:
            raise
        return None

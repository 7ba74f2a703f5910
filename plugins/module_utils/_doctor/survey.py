# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""All read requests of the doctor. A request that fails does not stop the next request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from .._errors import ApiError, IncompleteList, LinkEngageError, NoCountryCode
from .._model.fields import Record
from .._model.frozen import Value
from .._model.resources import CONTACT, FOLDER, GROUP, MESSAGE
from .._service.client import Client, flattened
from .._service.formats import FORMATS
from .._service.reach import Reach
from .._service.seen import Seen

Result = TypeVar("Result")
NEW_RESOURCES = ("services", "servicepoints", "users", "senders")  # resources that only version 2 has
FEW_MESSAGES = 500  # a folder with more messages is not read
MOST_FOLDERS = 3
MOST_MESSAGES = 5  # number of messages that are read one by one
UNUSED = "000000000"  # cannot be a phone number


@dataclass(frozen=True)
class Survey(Value):
    """What the requests showed. A value is None if it could not be read. ``errors`` has the reason, by step."""

    reach: Reach
    seen: Sequence[Seen]
    errors: Mapping[str, LinkEngageError]
    count: int | None
    listed: int | None
    contacts: Sequence[Record] | None
    groups: Sequence[Record] | None
    same_in_both: bool | None
    user: Mapping[str, Any] | None
    country_code: str | None
    rows: Sequence[Record]  # messages in some folders
    longest_folder: int  # number of messages in the longest folder that was read
    receivers: Sequence[int]  # number of receivers (people or groups) of each of some sent messages
    other_spelling_found: bool | None
    new_resources: Mapping[str, int]  # the status of the answer for each resource
    skew: timedelta | None

    @property
    def longest(self) -> int:
        """The length of the longest complete list. No list has a smaller limit."""
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

    def attempt(self, step: str, read: Callable[[], Result]) -> Result | None:
        """Return the result of *read*, or None after an error."""
        try:
            return read()
        except LinkEngageError as error:
            self.errors[step] = error
            return None

    def run(self) -> Survey:
        """Make all requests. If the login is refused, only make those that need no login."""
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
            "other_spelling_found": self.attempt("lookup", lambda: self._other_spelling(contacts or [])),
            "new_resources": {name: self._status(f"/{name}") for name in NEW_RESOURCES},
        }

    def _same(self, contacts: list[Record], groups: list[Record] | None) -> bool:
        """Return whether the other format shows the same records. Times are not compared."""
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
        """Return whether the lookup finds a contact by another spelling of its number.

        It also looks up a number that nobody has, to see the answer.
        """
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
        """Return the status of the answer; 0 if there is no readable answer."""
        try:
            return int(self.own.request({"method": "GET", "path": path, "body": None, "root": ""})["status"])
        except LinkEngageError as error:
            return int(error.facts.get("status", 0))


def content_of(client: Client, path: str) -> Any:
    """Return the content of an answer; None after the status 404."""
    try:
        return client.request({"method": "GET", "path": path, "body": None, "root": ""})["content"]
    except ApiError as error:
        if error.status != 404:
            raise
        return None

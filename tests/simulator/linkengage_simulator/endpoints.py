# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The endpoints of the contract (contract page, "Resources"): one line for each endpoint, and its function."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any, Callable, Union

from . import wire
from .book import Book, search
from .dialect import Dialect
from .errors import NotFoundError, RefusedError
from .exchange import Call
from .mailbox import Mailbox
from .options import Options
from .schema import CONTACT, FOLDER, FOLDER_MESSAGE, FREE, GROUP, MESSAGE, USER, Kind, ListOf, Record, Resource, Shape
from .store import Store


@dataclass(frozen=True)
class Shown:
    """An answer that shows a value."""

    value: Any
    shape: Shape


@dataclass(frozen=True)
class Created:
    """An answer for a new element. Version 1 answers with the element, version 2 with its id and address."""

    place: str
    ident: int | str
    record: Record
    resource: Resource


@dataclass(frozen=True)
class Done:
    """An answer to PUT and DELETE. The default status depends on the version. The answer can contain the record."""

    status: int | None = None
    record: Record | None = None
    resource: Resource | None = None


Result = Union[Shown, Created, Done]


@dataclass(frozen=True)
class Visit:
    """One call, and the data that it uses."""

    call: Call
    store: Store
    options: Options
    dialect: Dialect

    @property
    def book(self) -> Book:
        """The address book."""
        return self.store.book

    @property
    def mailbox(self) -> Mailbox:
        """The messages."""
        return self.store.mailbox

    def body(self, resource: Resource) -> Record:
        """Return the fields in the body of the request."""
        return wire.decode(self.call, resource, self.dialect)

    def several(self, records: list[Record]) -> list[Record]:
        """Return a list of records. The assumptions can limit its length."""
        limit = self.options.assume.number("list_limit")
        return records if limit is None else records[: int(limit)]

    def require_own(self) -> None:
        """Raise RefusedError if the record belongs to the directory sync and refuses changes."""
        status = self.options.assume.status("owned_records")
        if status and "/".join(self.call.path.split("/")[:3]) in self.store.owned:
            raise RefusedError("The record cannot be changed here", status)


CONTACTS = ListOf(CONTACT)


def show_user(visit: Visit) -> Result:
    return Shown(visit.store.account.record(), USER)


def list_contacts(visit: Visit) -> Result:
    return Shown(visit.several(visit.book.readable(visit.book.contacts)), CONTACTS)


def count_contacts(visit: Visit) -> Result:
    return Shown(len(visit.book.readable(visit.book.contacts)), Kind.INTEGER)


def create_contact(visit: Visit) -> Result:
    contact = visit.book.add_contact(visit.body(CONTACT))
    return Created("/contacts", contact["ContactId"], contact, CONTACT)


def show_contact(visit: Visit, contact: int) -> Result:
    return Shown(visit.book.read(visit.book.contacts, contact), CONTACT)


def replace_contact(visit: Visit, contact: int) -> Result:
    visit.book.contacts.get(contact)
    visit.require_own()
    return Done(record=visit.book.replace_contact(contact, visit.body(CONTACT)), resource=CONTACT)


def delete_contact(visit: Visit, contact: int) -> Result:
    record = visit.book.contacts.get(contact)
    visit.require_own()
    visit.book.remove_contact(contact)
    return Done(record=record, resource=CONTACT)


def contact_with_number(visit: Visit, number: str) -> Result:
    shown, missing = visit.book.readable(visit.book.contacts), visit.options.assume["missing_number"]
    found = [contact for contact in shown if contact["PhoneNumber"] == number]
    if visit.options.assume["number_lookup"] == "any_spelling":
        phone = visit.store.account.phone
        found = [contact for contact in shown if phone(contact["PhoneNumber"] or "") == phone(number)]
    if found or missing == "null":
        return Shown(found[0] if found else None, CONTACT)
    if missing == "empty":
        return Done(200)
    raise NotFoundError(f"No contact has the number {number}")


def search_contacts(visit: Visit, text: str) -> Result:
    return Shown(visit.several(search(visit.book.readable(visit.book.contacts), text)), CONTACTS)


def list_groups(visit: Visit) -> Result:
    return Shown(visit.several(visit.book.readable(visit.book.groups)), ListOf(GROUP))


def create_group(visit: Visit) -> Result:
    group = visit.book.add_group(visit.body(GROUP))
    return Created("/groups", group["GroupId"], group, GROUP)


def show_group(visit: Visit, group: int) -> Result:
    return Shown(visit.book.read(visit.book.groups, group), GROUP)


def replace_group(visit: Visit, group: int) -> Result:
    visit.book.groups.get(group)
    visit.require_own()
    return Done(record=visit.book.replace_group(group, visit.body(GROUP)), resource=GROUP)


def delete_group(visit: Visit, group: int) -> Result:
    record = visit.book.groups.get(group)
    visit.require_own()
    visit.book.remove_group(group)
    return Done(record=record, resource=GROUP)


def list_members(visit: Visit, group: int) -> Result:
    return Shown(visit.several(visit.book.readable_members(group)), CONTACTS)


def add_member(visit: Visit, group: int, contact: int) -> Result:
    visit.book.groups.get(group)
    visit.require_own()
    visit.book.join(group, contact)
    return Done(record=visit.book.contacts.get(contact), resource=CONTACT)


def remove_member(visit: Visit, group: int, contact: int) -> Result:
    visit.book.groups.get(group)
    visit.require_own()
    visit.book.leave(group, contact)
    return Done(record=visit.book.contacts.get(contact), resource=CONTACT)


def search_members(visit: Visit, group: int, text: str) -> Result:
    return Shown(visit.several(search(visit.book.readable_members(group), text)), CONTACTS)


def send_message(visit: Visit) -> Result:
    mail = visit.mailbox.post(visit.body(MESSAGE))
    return Created("/messages", mail.record["MessageId"], visit.mailbox.shown(mail), MESSAGE)


def show_message(visit: Visit, message: str) -> Result:
    return Shown(visit.mailbox.shown(visit.mailbox.read(message)), MESSAGE)


def delete_message(visit: Visit, message: str) -> Result:
    mail = visit.mailbox.get(message)
    visit.mailbox.require_deletable(mail)
    visit.mailbox.remove(message)
    return Done(record=visit.mailbox.shown(mail), resource=MESSAGE)


def list_folders(visit: Visit) -> Result:
    return Shown(visit.mailbox.folder_tree(), ListOf(FOLDER))


def list_folder_messages(visit: Visit, folder: int) -> Result:
    address = f"{visit.call.host}/{visit.call.version}/messages"
    return Shown(visit.several(visit.mailbox.folder_lines(folder, address)), ListOf(FOLDER_MESSAGE))


def list_free(name: str, visit: Visit) -> Result:
    return Shown(visit.store.free[name].all(), ListOf(FREE[name]))


def create_free(name: str, visit: Visit) -> Result:
    record = visit.store.free[name].add(visit.body(FREE[name]))
    return Created(f"/{name}", record["Id"], record, FREE[name])


def show_free(name: str, visit: Visit, ident: int) -> Result:
    return Shown(visit.store.free[name].get(ident), FREE[name])


def replace_free(name: str, visit: Visit, ident: int) -> Result:
    visit.store.free[name].get(ident)
    visit.store.free[name].put(ident, visit.body(FREE[name]))
    return Done()


def delete_free(name: str, visit: Visit, ident: int) -> Result:
    visit.store.free[name].remove(ident)
    return Done()


@dataclass(frozen=True)
class Endpoint:
    """A method and a path. ``{int}`` and ``{text}`` are arguments in the path."""

    method: str
    path: str
    action: Callable[..., Result]
    resource: Resource | None = None
    needs: str = "ALLOW_API"
    versions: tuple[int, ...] = (1, 2)

    def covers(self, segments: tuple[str, ...]) -> bool:
        """Return whether the path matches. The types of the arguments are not checked."""
        own = self.path.split("/")[1:]
        pairs = zip(own, segments)
        return len(own) == len(segments) and all(name.startswith("{") or name == segment for name, segment in pairs)

    def arguments(self, segments: tuple[str, ...]) -> list[int | str] | None:
        """Return the arguments in the path, or None if an argument is not an integer where one is expected."""
        found: list[int | str] = []
        for name, segment in zip(self.path.split("/")[1:], segments):
            if name == "{int}" and not re.fullmatch("-?[0-9]+", segment):
                return None
            if name.startswith("{"):
                found.append(int(segment) if name == "{int}" else segment)
        return found


def _free_endpoints(name: str) -> list[Endpoint]:
    rows = (
        ("GET", f"/{name}", list_free),
        ("POST", f"/{name}", create_free),
        ("GET", f"/{name}/{{int}}", show_free),
        ("PUT", f"/{name}/{{int}}", replace_free),
        ("DELETE", f"/{name}/{{int}}", delete_free),
    )
    return [Endpoint(method, path, partial(action, name), versions=(2,)) for method, path, action in rows]


CONTACT_EDIT, GROUP_EDIT, SEND, READ = "EDIT_CONTACT", "EDIT_GROUP", "SEND_SMS", "READ_SMS"
ENDPOINTS = (
    Endpoint("GET", "/user", show_user, USER),
    Endpoint("GET", "/contacts", list_contacts, CONTACT),
    Endpoint("POST", "/contacts", create_contact, CONTACT, CONTACT_EDIT),
    # This line stands before the line with {int}, which would read "count" as an id.
    Endpoint("GET", "/contacts/count", count_contacts, CONTACT),
    Endpoint("GET", "/contacts/{int}", show_contact, CONTACT),
    Endpoint("PUT", "/contacts/{int}", replace_contact, CONTACT, CONTACT_EDIT),
    Endpoint("DELETE", "/contacts/{int}", delete_contact, CONTACT, CONTACT_EDIT),
    Endpoint("GET", "/contacts/phonenumber/{text}", contact_with_number, CONTACT),
    Endpoint("GET", "/contacts/search/{text}", search_contacts, CONTACT),
    Endpoint("GET", "/groups", list_groups, GROUP),
    Endpoint("POST", "/groups", create_group, GROUP, GROUP_EDIT),
    Endpoint("GET", "/groups/{int}", show_group, GROUP),
    Endpoint("PUT", "/groups/{int}", replace_group, GROUP, GROUP_EDIT),
    Endpoint("DELETE", "/groups/{int}", delete_group, GROUP, GROUP_EDIT),
    Endpoint("GET", "/groups/{int}/contacts", list_members, CONTACT),
    Endpoint("PUT", "/groups/{int}/contacts/{int}", add_member, CONTACT, GROUP_EDIT),
    Endpoint("DELETE", "/groups/{int}/contacts/{int}", remove_member, CONTACT, GROUP_EDIT),
    Endpoint("GET", "/groups/{int}/contacts/search/{text}", search_members, CONTACT),
    Endpoint("POST", "/messages", send_message, MESSAGE, SEND),
    Endpoint("GET", "/messages/{text}", show_message, MESSAGE, READ),
    Endpoint("DELETE", "/messages/{text}", delete_message, MESSAGE),
    Endpoint("GET", "/folders", list_folders, FOLDER, READ),
    Endpoint("GET", "/folders/{int}/messages", list_folder_messages, FOLDER_MESSAGE, READ),
    *(endpoint for name in FREE for endpoint in _free_endpoints(name)),
)

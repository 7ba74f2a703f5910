# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Reading the account as far as the plan of an address book needs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._model.fields import Record
from .._model.phone import Numbering
from .._model.resources import CONTACT, GROUP
from .._service.client import CONTACTS_A_LOOKUP, LISTED, Client
from .declared import Declared
from .planner import Book


def read_book(params: Mapping[str, Any], declared: Declared, client: Client) -> Book:
    """The account: two requests and one a managed group, or a look-up for each contact that is spoken of."""
    spoken = _Spoken(params, declared, client.numbering)
    book = Book(whole=params["read_strategy"] == "list" or bool(params["purge"]) or len(spoken) > LISTED)
    if params["read_strategy"] == "lookup":
        book.whole = False
    if not book.whole and spoken and (params["read_strategy"] == "auto" or spoken.absent):
        book.total = client.count_contacts()
        book.whole = params["read_strategy"] == "auto" and len(spoken) * CONTACTS_A_LOOKUP > book.total
    if book.whole:
        book.contacts = client.list_records(CONTACT)
    if book.whole or declared.groups or (params["absent"] or {}).get("groups"):
        book.groups = client.list_records(GROUP)
    _read_members(book, declared, client)
    if not book.whole:
        book.contacts = _look_up(spoken, book, client)
    return book


class _Spoken:
    """The contacts that a look-up would have to ask for, each once: numbers as they are written, and ids."""

    def __init__(self, params: Mapping[str, Any], declared: Declared, numbering: Numbering) -> None:
        self.absent = list((params["absent"] or {}).get("contacts") or [])
        members = [ref for group in declared.groups for ref in group.members or []]
        self.numbers = {numbering.canonical(value): value for value in self.absent}
        self.numbers.update({ref.number: ref.text for ref in members if ref.id is None})
        self.numbers.update({item.number: item.fields["phone_number"] for item in declared.contacts if item.number})
        ids = [item.id for item in declared.contacts] + [ref.id for ref in members]
        self.ids = list(dict.fromkeys(id for id in ids if id is not None))

    def __len__(self) -> int:
        return len(self.numbers) + len(self.ids)


def _read_members(book: Book, declared: Declared, client: Client) -> None:
    managed = [group for group in declared.groups if group.members is not None]
    names, ids = {group.name for group in managed if group.id is None}, {group.id for group in managed}
    for group in book.groups:
        if group["name"] in names or group["group_id"] in ids:
            book.members[int(group["group_id"])] = client.members(group["group_id"])


def _look_up(spoken: _Spoken, book: Book, client: Client) -> list[Record]:
    """The contacts that are spoken of. A group's members are whole, and need not be asked for by their ids."""
    found = {int(record["contact_id"]): record for members in book.members.values() for record in members}
    for number in spoken.numbers.values():
        found.update({int(record["contact_id"]): record for record in client.contacts_by_number(number)})
    for id in spoken.ids:
        record = None if id in found else client.get(CONTACT, id)
        found.update({id: record} if record else {})
    return list(found.values())

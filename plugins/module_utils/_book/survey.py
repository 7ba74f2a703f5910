# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Reading the account as far as the plan of an address book needs it."""

from __future__ import annotations

from collections.abc import Mapping

from .._model.fields import Record
from .._model.phone import Numbering
from .._model.resources import CONTACT, GROUP
from .._records.lookups import listing_pays
from .._service.client import Client
from .book import Book
from .declared import Declared
from .options import BookOptions


def read_book(options: BookOptions, declared: Declared, client: Client) -> Book:
    """The account: two requests and one a managed group, or a look-up for each contact that is named."""
    named = _Named(options, declared, client.numbering)
    whole, total = _strategy(options, named, client)
    contacts = client.list_records(CONTACT) if whole else []
    groups = client.list_records(GROUP) if whole or declared.groups or options.absent_groups else []
    members = _read_members(groups, declared, client)
    if not whole:
        contacts = _look_up(named, members, client)
    return Book(contacts, groups, members, whole, total)


def _strategy(options: BookOptions, named: _Named, client: Client) -> tuple[bool, int | None]:
    """Whether to read the whole book rather than look up what is named, and how many contacts there are, if asked."""
    auto = options.read_strategy == "auto"
    if options.read_strategy == "list" or options.purge or (auto and listing_pays(len(named))):
        return True, None
    if not (auto and named) and not named.absent:
        return False, None
    total = client.count_contacts()
    return auto and listing_pays(len(named), total), total


class _Named:
    """The contacts that a look-up would have to ask for, each once: numbers as they are written, and ids."""

    def __init__(self, options: BookOptions, declared: Declared, numbering: Numbering) -> None:
        self.absent = options.absent_contacts
        members = [ref for group in declared.groups for ref in group.members or []]
        self.numbers = {numbering.canonical(value): value for value in self.absent}
        self.numbers.update({ref.number: ref.text for ref in members if ref.id is None})
        self.numbers.update({item.number: item.fields["phone_number"] for item in declared.contacts if item.number})
        ids = [item.id for item in declared.contacts] + [ref.id for ref in members]
        self.ids = list(dict.fromkeys(id for id in ids if id is not None))

    def __len__(self) -> int:
        return len(self.numbers) + len(self.ids)


def _read_members(groups: list[Record], declared: Declared, client: Client) -> dict[int, list[Record]]:
    """The members of the groups whose members are managed."""
    managed = [group for group in declared.groups if group.members is not None]
    names, ids = {group.name for group in managed if group.id is None}, {group.id for group in managed}
    return {
        int(group["group_id"]): client.members(group["group_id"])
        for group in groups
        if group["name"] in names or group["group_id"] in ids
    }


def _look_up(named: _Named, members: Mapping[int, list[Record]], client: Client) -> list[Record]:
    """The contacts that are named. A group's members are whole, and need not be asked for by their ids."""
    found = {int(record["contact_id"]): record for records in members.values() for record in records}
    for number in named.numbers.values():
        found.update({int(record["contact_id"]): record for record in client.contacts_by_number(number)})
    for id in named.ids:
        record = None if id in found else client.get(CONTACT, id)
        found.update({id: record} if record else {})
    return list(found.values())

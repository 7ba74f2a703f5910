# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Reads the parts of the account that the plan of an address book needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from .._model.fields import Record
from .._model.guards import SOME
from .._model.names import trimmed
from .._model.phone import Numbering
from .._model.resources import CONTACT, GROUP
from .._records.contacts import ContactRef
from .._records.many import contacts_and_members, listing_pays, members_of
from .._service.client import Client
from .book import Book
from .declared import Declared
from .holders import is_another_person
from .options import BookOptions

COMPARED = 20  # a group is only asked about as renamed if at most this number of groups must be read for the comparison


def read_book(options: BookOptions, declared: Declared, client: Client) -> Book:
    """Read the account.

    This takes two requests and one for each managed group, or one lookup for each contact that an entry names.
    """
    with client.lists_checked_together():
        return _read(options, declared, client)


def _read(options: BookOptions, declared: Declared, client: Client) -> Book:
    named = _Named(options, declared, client.numbering)
    whole, total = _strategy(options, named, client)
    # Groups are read before contacts. If another run creates a contact in between, the list of contacts has it, so it
    # is not created twice.
    groups = client.list_records(GROUP) if whole or declared.groups or options.absent_groups else []
    managed = _managed(groups, declared)
    members: dict[int, Sequence[Record]] = {**members_of(client, managed, options.workers)}
    deleted = set(managed) - members.keys()  # groups that somebody else has deleted after the groups were listed
    groups = [group for group in groups if group["group_id"] not in deleted]
    if whole:
        contacts, members = contacts_and_members(client, members)
    else:
        contacts = _look_up(named, members, client)
    if options.new_holder == "replace" and _new_holders(declared, contacts, client.numbering):
        groups = groups or client.list_records(GROUP)
        more = groups
    else:
        more = _possibly_renamed(groups, declared)
    unread = [id for group in more if (id := int(group["group_id"])) not in members]
    members.update(members_of(client, unread, options.workers))
    return Book(contacts, groups, members, whole, total)


def with_all_members(
    book: Book, contacts: Collection[int], groups: Collection[int], client: Client, workers: int
) -> Book:
    """Return *book* with the members of all groups that lose members if these contacts and groups are deleted."""
    if not contacts and not groups:
        return book
    listed = book.groups or client.list_records(GROUP)
    affected = [int(group["group_id"]) for group in listed]
    unread = [id for id in affected if id not in book.members and (contacts or id in groups)]
    return replace(book, groups=listed, members={**book.members, **members_of(client, unread, workers)})


def _strategy(options: BookOptions, named: _Named, client: Client) -> tuple[bool, int | None]:
    """Return whether to read the whole address book, and the number of all contacts, if it was read.

    Otherwise, single contacts are looked up.
    """
    auto = options.read_strategy == "auto"
    every = options.read_strategy == "list" or options.purge or options.unmanaged == "fail"
    if every or (auto and (listing_pays(named.fewest) or listing_pays(len(named)))):
        return True, None
    # The guards compare the number of additions and deletions with the number of all contacts.
    if not (auto and named) and not named.absent and len(named.numbers) <= SOME:
        return False, None
    total = client.total_contacts()
    return auto and listing_pays(len(named), total), total


class _Named:
    """The contacts to look up, each of them once.

    ``numbers`` has their numbers as they are written, with their places. ``ids`` are their ids.
    """

    def __init__(self, options: BookOptions, declared: Declared, numbering: Numbering) -> None:
        self.absent = options.absent_contacts
        # Each entry has another number or id, so at least this number of contacts is looked up.
        self.fewest = len(declared.contacts)
        self._declared, self._numbering = declared, numbering

    @cached_property
    def numbers(self) -> dict[str, tuple[str, str]]:
        declared, canonical = self._declared, self._numbering.canonical
        numbers = {canonical(value): (value, f"absent.contacts[{index}]") for index, value in enumerate(self.absent)}
        numbers.update({ref.number: (ref.text, ref.option) for ref in self._members if ref.id is None})
        entries = declared.entries(CONTACT)
        numbers.update({number: (number, item.where) for item in entries for number in item.previous})
        # The record of an invalid entry must be known, so that no other entry gets it.
        if declared.contacts or self.absent:
            numbers.update({item.name: (item.name, item.where) for item in declared.broken_contacts if item.name})
        numbers.update(
            {item.number: (item.fields["phone_number"], item.where) for item in declared.contacts if item.number}
        )
        return numbers

    @cached_property
    def ids(self) -> list[int]:
        ids = [item.id for item in self._declared.entries(CONTACT)] + [ref.id for ref in self._members]
        return list(dict.fromkeys(id for id in ids if id is not None))

    @property
    def _members(self) -> list[ContactRef]:
        return [ref for group in self._declared.groups for ref in group.members or []]

    def __len__(self) -> int:
        return len(self.numbers) + len(self.ids)


def _managed(groups: list[Record], declared: Declared) -> list[int]:
    """Return the groups whose members are managed."""
    managed = [group for group in declared.groups if group.members is not None]
    names = {name for group in managed if group.id is None for name in (group.name, *group.previous)}
    ids = {group.id for group in managed}
    return [int(group["group_id"]) for group in groups if trimmed(group["name"]) in names or group["group_id"] in ids]


def _new_holders(declared: Declared, contacts: list[Record], numbering: Numbering) -> bool:
    """Return whether a contact has an entirely different name. It then possibly leaves all of its groups."""
    entries = {item.number: item.fields for item in declared.contacts if item.id is None}
    return any(
        is_another_person(entries[number], record)
        for record in contacts
        if (number := numbering.key(record["phone_number"])) in entries
    )


def _possibly_renamed(groups: list[Record], declared: Declared) -> list[Record]:
    """Return the groups without an entry that a new group with members is compared with.

    The new group can be one of them under another name. The result is empty if there are too many such groups.
    """
    ids = {group.id for group in declared.groups}
    names = {name for group in declared.groups for name in (group.name, *group.previous)}
    stored = {trimmed(group["name"]) for group in groups}
    new = [
        group
        for group in declared.groups
        if group.members and group.id is None and stored.isdisjoint((group.name, *group.previous))
    ]
    left = [group for group in groups if trimmed(group["name"]) not in names and group["group_id"] not in ids]
    return left if new and len(left) <= COMPARED else []


def _look_up(named: _Named, members: Mapping[int, Sequence[Record]], client: Client) -> list[Record]:
    """Return the contacts that entries name.

    Members of a group are already read with all fields, so they need no lookup by id.
    """
    found = {int(record["contact_id"]): record for records in members.values() for record in records}
    for number, where in named.numbers.values():
        found.update({int(record["contact_id"]): record for record in client.contacts_by_number(number, where)})
    for id in named.ids:
        record = None if id in found else client.get(CONTACT, id)
        found.update({id: record} if record else {})
    return list(found.values())

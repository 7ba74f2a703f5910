# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The address book: contacts, groups and their members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import Any

from .clock import Clock
from .errors import NonsenseError, NotFoundError
from .keeping import Keeping
from .schema import CONTACT, GROUP, Record, complete

SEARCHED = ("Firstname", "Lastname", "Description", "Description2", "Description3", "Email", "PhoneNumber")
TEXTS = itemgetter(*SEARCHED)


class Shelf:
    """Records by id. The service never uses an id twice."""

    def __init__(self, key: str, first: int) -> None:
        self.key = key
        self._next = first
        self._records: dict[int, Record] = {}
        # The times when requests created records, by id. Reads can show a new record with a delay.
        self.born: dict[int, datetime] = {}

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        """Iterate over all records, in any order."""
        return iter(self._records.values())

    def all(self) -> list[Record]:
        """Return all records, sorted by id."""
        return [self._records[ident] for ident in sorted(self._records)]

    def get(self, ident: int) -> Record:
        """Return one record. Raises NotFoundError."""
        if ident not in self._records:
            raise NotFoundError(f"There is no {self.key} {ident}")
        return self._records[ident]

    def add(self, record: Record, ident: int | None = None) -> Record:
        """Store a new record with the given id or the next id."""
        ident = self._next if ident is None else ident
        self._next = max(self._next, ident + 1)
        return self.put(ident, record)

    def put(self, ident: int, record: Record) -> Record:
        """Replace the record with this id."""
        self._records[ident] = {**record, self.key: ident}
        return self._records[ident]

    def remove(self, ident: int) -> None:
        """Delete one record."""
        self.get(ident)
        del self._records[ident]

    def kept(self) -> dict[str, Any]:
        """Return the whole state, for ``restore``."""
        return {"next": self._next, "records": self.all(), "born": list(self.born.items())}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Replace the whole state with a result of ``kept``."""
        self._next, self.born = int(kept["next"]), dict(kept["born"])
        self._records = {record[self.key]: record for record in kept["records"]}


class Book:
    """Contacts and groups. Several records can have the same number or name."""

    def __init__(self, clock: Clock, keeping: Keeping) -> None:
        self._clock, self._keeping = clock, keeping
        # Contacts and groups have different ranges of ids, so that a test notices if ids are mixed up.
        self.contacts = Shelf("ContactId", 1001)
        self.groups = Shelf("GroupId", 101)
        self._members: dict[int, set[int]] = {}

    def add_contact(self, values: Record) -> Record:
        """Create a contact with the current date."""
        _require(values, "PhoneNumber")
        keeping = self._keeping
        present = keeping.same_number(values["PhoneNumber"], self.contacts) if keeping.dedupes else None
        if present:
            return present
        keeping.require_new_number(values["PhoneNumber"], self.contacts)
        kept = keeping.stored(CONTACT, {**values, "CreatedDate": self._clock.now()})
        return self._new(self.contacts, complete(CONTACT, kept))

    def _new(self, shelf: Shelf, record: Record) -> Record:
        added = shelf.add(record)
        shelf.born[added[shelf.key]] = self._clock.now()
        return added

    def readable(self, shelf: Shelf) -> list[Record]:
        """Return the records that reads already show, sorted by id."""
        records = shelf.all()
        return [record for record in records if self._shows(shelf, record[shelf.key])] if self._keeping.lag else records

    def read(self, shelf: Shelf, ident: int) -> Record:
        """Return one record, if reads already show it."""
        record = shelf.get(ident)
        if not self._shows(shelf, ident):
            raise NotFoundError(f"There is no {shelf.key} {ident} yet")
        return record

    def _shows(self, shelf: Shelf, ident: int) -> bool:
        born = shelf.born.get(ident)
        return born is None or not self._keeping.lag or born + timedelta(seconds=self._keeping.lag) <= self._clock.now()

    def replace_contact(self, ident: int, values: Record) -> Record:
        """Replace all fields, except those that the service sets."""
        created = self.contacts.get(ident)["CreatedDate"]
        _require(values, "PhoneNumber")
        others = [contact for contact in self.contacts if contact["ContactId"] != ident]
        self._keeping.require_new_number(values["PhoneNumber"], others)
        kept = self._keeping.stored(CONTACT, {**values, "CreatedDate": created})
        return self.contacts.put(ident, complete(CONTACT, kept))

    def remove_contact(self, ident: int) -> None:
        """Delete the contact, and remove it from its groups."""
        self.contacts.remove(ident)
        for members in self._members.values():
            members.discard(ident)

    def add_group(self, values: Record) -> Record:
        """Create an empty group."""
        _require(values, "Name")
        kept = self._keeping.stored(GROUP, values)
        self._keeping.require_new_name(kept["Name"], self.groups)
        return self._new(self.groups, complete(GROUP, kept))

    def replace_group(self, ident: int, values: Record) -> Record:
        """Replace all fields. The members stay."""
        self.groups.get(ident)
        _require(values, "Name")
        kept = self._keeping.stored(GROUP, values)
        self._keeping.require_new_name(kept["Name"], [group for group in self.groups if group["GroupId"] != ident])
        return self.groups.put(ident, complete(GROUP, kept))

    def remove_group(self, ident: int) -> None:
        """Delete the group. Its members stay in the address book."""
        self.groups.remove(ident)
        self._members.pop(ident, None)

    def members(self, group: int) -> list[Record]:
        """Return the members of a group as complete contacts, sorted by id."""
        self.groups.get(group)
        return [self.contacts.get(contact) for contact in sorted(self._members.get(group, ()))]

    def readable_members(self, group: int) -> list[Record]:
        """Return the members whose contacts reads already show."""
        self.read(self.groups, group)
        return [contact for contact in self.members(group) if self._shows(self.contacts, contact["ContactId"])]

    def join(self, group: int, contact: int) -> None:
        """Add a contact to a group. The contact may already be a member."""
        self.groups.get(group)
        self.contacts.get(contact)
        self._members.setdefault(group, set()).add(contact)

    def leave(self, group: int, contact: int) -> None:
        """Remove a contact from a group."""
        self.groups.get(group)
        if contact not in self._members.get(group, ()):
            raise NotFoundError(f"Contact {contact} is not in group {group}")
        self._members[group].remove(contact)

    def kept(self) -> dict[str, Any]:
        """Return the whole state, for ``restore``."""
        members = [(group, sorted(contacts)) for group, contacts in self._members.items()]
        return {"contacts": self.contacts.kept(), "groups": self.groups.kept(), "members": members}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Replace the whole state with a result of ``kept``."""
        self.contacts.restore(kept["contacts"])
        self.groups.restore(kept["groups"])
        self._members = {group: set(contacts) for group, contacts in kept["members"]}

    def with_number(self, number: str) -> list[Record]:
        """Return the contacts whose number is exactly this text, sorted by id."""
        found = [contact for contact in self.contacts if contact["PhoneNumber"] == number]
        return sorted(found, key=itemgetter("ContactId"))


def search(contacts: list[Record], text: str) -> list[Record]:
    """Return the contacts that contain every term. Different terms can be in different fields."""
    terms = [term for term in text.lower().split(" ") if term]
    return [contact for contact in contacts if _has(contact, terms)]


def _has(contact: Record, terms: list[str]) -> bool:
    text = _searched(TEXTS(contact))
    return all(term in text for term in terms)


@lru_cache(maxsize=100_000)
def _searched(texts: tuple[str | None, ...]) -> str:
    """Join the texts to one text. A term contains no blank, so it cannot match across two texts."""
    return " ".join(filter(None, texts)).lower()


def _require(values: Record, name: str) -> None:
    if not (values.get(name) or "").strip():
        raise NonsenseError(f"{name} is missing")

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""An index of records by their ids, and by their numbers or names. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from operator import itemgetter
from typing import Any

from .fields import Record, Resource
from .kept import SHORTEST, is_cut
from .names import keys_of
from .phone import Numbering
from .resources import CONTACT, GROUP


class Index:
    """The records of one resource, by id and by name. If several records have one name, the lowest id comes first."""

    def __init__(
        self,
        resource: Resource,
        name_of: Callable[[Mapping[str, Any]], str],
        records: Collection[Record] = (),
        names: Iterable[str] | None = None,
    ) -> None:
        """*names* are the names of the *records*, if it is faster to find them together."""
        self.resource = resource
        self.name_of = name_of
        self.by_id: dict[int, Record] = {}
        self._by_name: dict[str, list[int]] = {}
        names = map(name_of, records) if names is None else names
        rows = [(int(record[resource.id]), name, record) for record, name in zip(records, names)]
        for id, name, record in sorted(rows, key=itemgetter(0)):
            self.by_id[id] = record
            self._by_name.setdefault(name, []).append(id)

    def id_of(self, record: Record) -> int:
        return int(record[self.resource.id])

    def add(self, record: Record) -> int:
        """Add a record, and return its id."""
        id = self.id_of(record)
        self.by_id[id] = record
        self._by_name.setdefault(self.name_of(record), []).append(id)
        return id

    def move(self, id: int, old: str, new: str) -> None:
        """Record in the index that the name of a record has changed."""
        self._by_name[old].remove(id)
        self._by_name.setdefault(new, []).append(id)

    def ids(self, name: str) -> list[int]:
        """Return the ids of the records with this name.

        If there are none, return the groups whose stored name is a cut-off form of this name.
        """
        found = self._by_name.get(name)
        if found or self.resource is not GROUP or len(name) <= SHORTEST:
            return list(found or ())
        return [id for stored, ids in self._by_name.items() if is_cut(name, stored) for id in ids]

    def only_id(self, name: str) -> int | None:
        """Return the id of the only record with exactly this name; None if there is no such record or several."""
        found = self._by_name.get(name, ())
        return found[0] if len(found) == 1 else None

    def named(self, name: str) -> list[Record]:
        return [self.by_id[id] for id in self.ids(name)]


def by_number(contacts: Iterable[Record], numbering: Numbering) -> Index:
    """Return an index of contacts by their canonical number. A stored text that is not a number is its own key."""
    contacts = list(contacts)
    numbers = numbering.keys(record["phone_number"] for record in contacts)
    return Index(CONTACT, lambda record: numbering.key(record["phone_number"]), contacts, numbers)


def by_name(groups: Iterable[Record]) -> Index:
    """Return an index of groups by their name without outer blanks.

    If another group has exactly this name, a group with outer blanks is listed under its full name.
    """
    groups = list(groups)
    return Index(GROUP, keys_of(groups), groups)

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The records of one resource while a plan is made: their names or numbers, and their entries. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from .._errors import AmbiguousRecord, InvalidInput
from .._model.fields import Record, Resource
from .._model.index import Index
from .._model.names import trimmed
from .._records.contacts import only
from .declared import Broken, Entry
from .matching import Matching


class Register(Index):
    """The records of one resource, by their ids, and by the names or numbers that they will have after the plan.

    ``claimed`` has the place of the entry that each record belongs to.
    """

    def __init__(
        self,
        resource: Resource,
        name_of: Callable[[Mapping[str, Any]], str],
        records: Sequence[Record],
        names: Iterable[str] | None = None,
    ) -> None:
        super().__init__(resource, name_of, records, names)
        self.claimed: dict[int, str] = {}
        self._blocked: dict[int, tuple[str, int]] = {}
        self._matching = Matching(self, [], {})

    def reserve(self, entries: Sequence[Entry], is_fixed: Callable[[Record], bool], on_duplicate: str) -> None:
        """Assign records to the entries that name them by an id or a previous name, even if the entry has another
        error.

        Each record gets its new name if the name is free. A record keeps its name if *is_fixed* is true for it, or if
        its entry is invalid.
        """
        certain = {item.id: item for item in entries if item.id is not None and item.id in self.by_id}
        self._matching = Matching(self, [item for item in entries if item.id is None], certain, on_duplicate)
        wanted = {**certain, **self._matching.moved}
        self.claimed.update({id: item.where for id, item in wanted.items()})
        still = {id for id, item in wanted.items() if isinstance(item, Broken) or is_fixed(self.by_id[id])}
        self._blocked = self._rename({id: item.name for id, item in wanted.items()}, still)

    def find(self, entry: Entry, noun: str, on_duplicate: str) -> Record | None:
        """Return the record of an entry, or None. Raises AmbiguousRecord, and InvalidInput if the new name is not free.

        *noun* is the word for the name or number in errors.
        """
        id = self._matching.places.get(entry.where) if entry.id is None else entry.id
        if id is not None:
            return self._get(id, entry.where, noun)
        doubtful = self._matching.doubtful(entry)
        if doubtful:
            raise AmbiguousRecord(
                f"{entry.where}: the {noun} and the previous {noun} of this entry are used by {len(doubtful)} "
                f"different records "
                f"({self.resource.id} {', '.join(map(str, doubtful))}). If the entry is for the record that already "
                f"has the {noun} of this entry, remove the previous {noun} from the entry. Otherwise add the "
                f"{self.resource.id} of the correct record to the entry, or merge the records.",
                ids=doubtful,
            )
        found = self.named(entry.name)
        if len(found) < 2:
            return found[0] if found else None
        return only(found, self.resource.id, f"{entry.where}: the {noun} of this entry", self.resource.id, on_duplicate)

    def _get(self, id: int, where: str, noun: str) -> Record:
        """Return the record with an id.

        Raises InvalidInput if there is no such record, or if its new name is not free.
        """
        found = self.by_id.get(id)
        if found is None:
            raise InvalidInput(
                f"{where}: there is no {self.resource.name} with id {id}. Correct the id. If the "
                f"{self.resource.name} is new, omit its id, because the service assigns the ids."
            )
        if id in self._blocked:
            (how, other), kind = self._blocked[id], self.resource.name
            raise InvalidInput(
                f"{where}: the {noun} of this entry is {how} the {kind} with id {other}. Correct the {noun}, or merge "
                f"the {kind} with id {other} into the {kind} of this entry (id {id})."
            )
        return found

    def claim(self, record: Record, where: str) -> None:
        """Assign a record to the entry at *where*. Raises InvalidInput if another entry already has the record."""
        id = self.id_of(record)
        first = self.claimed.setdefault(id, where)
        if first != where:
            raise InvalidInput(
                f"{where}: this entry is for the same {self.resource.name} ({self.resource.id} {id}) as the entry in "
                f"{first}. Delete one of the two entries."
            )

    def unclaimed(self, without: Sequence[Record]) -> list[Record]:
        """Return the records without an entry, except the records in *without*."""
        known = {self.id_of(record) for record in without}
        return [record for id, record in self.by_id.items() if id not in self.claimed and id not in known]

    def _has(self, id: int, name: str) -> bool:
        """Return whether a record already has a name. Blanks around the stored name of a group do not count."""
        stored = self.name_of(self.by_id[id])
        return name in (stored, trimmed(stored))

    def _rename(self, wanted: Mapping[int, str], still: Collection[int]) -> dict[int, tuple[str, int]]:
        """Give records their new names, if the names are free or become free.

        Returns each of the other records with the reason, and with the record that has the name or also gets it.

        Records can exchange their names. The records in *still* keep their names.
        """
        moving = {id: name for id, name in wanted.items() if name and not self._has(id, name)}
        rivals: dict[str, list[int]] = {}
        for mover, name in moving.items():
            rivals.setdefault(name, []).append(mover)
        blocked = {
            id: ("also declared for", same[1] if id == same[0] else same[0])
            for same in rivals.values()
            if len(same) > 1
            for id in same
        }
        staying = {id for id in moving if id in blocked or id in still}
        wanting = {name: id for id, name in moving.items() if id not in staying}
        held = [holder for name in wanting for holder in self.ids(name) if holder not in moving or holder in staying]
        while held:
            holder = held.pop()
            id = wanting.pop(self.name_of(self.by_id[holder]), None)
            if id is not None:
                blocked[id] = ("already used by", holder)
                held.append(id)
        for name, id in wanting.items():
            self.move(id, self.name_of(self.by_id[id]), name)
        return blocked

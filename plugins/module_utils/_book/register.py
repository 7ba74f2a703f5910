# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The records of one resource during planning: their names or numbers, and their entries. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from .._errors import InvalidInput
from .._model.fields import Record, Resource
from .._model.index import Index


class Register(Index):
    """The records of one resource by their ids, and by their names or numbers after the plan.

    ``claimed`` has the place of the entry of each record.
    """

    def __init__(self, resource: Resource, name_of: Callable[[Record], str], records: Sequence[Record]) -> None:
        super().__init__(resource, name_of, records)
        self.claimed: dict[int, str] = {}
        self._blocked: dict[int, str] = {}

    def reserve(self, wanted: Mapping[int, tuple[str, str]]) -> None:
        """Claim the records that are declared by their ids, also if their entry has another error.

        *wanted* has the name and the place of each entry. Each record gets its name if the name is free.
        """
        self.claimed.update({id: where for id, (_name, where) in wanted.items() if id in self.by_id})
        self._blocked = self._rename({id: name for id, (name, _where) in wanted.items()})

    def get(self, id: int, where: str, what: str) -> Record:
        """The record with an id. Raises InvalidInput, with *what* for its name, if its new name is not free."""
        found = self.by_id.get(id)
        if found is None:
            raise InvalidInput(
                f"{where}: there is no {self.resource.name} {id}. The service assigns the ids, so omit the id."
            )
        if id in self._blocked:
            raise InvalidInput(f"{where}: {what} is {self._blocked[id]}.")
        return found

    def claim(self, record: Record, where: str) -> None:
        """Record the entry of a record. Raises InvalidInput if another entry has the same record."""
        id = self.id_of(record)
        first = self.claimed.setdefault(id, where)
        if first != where:
            raise InvalidInput(f"{where}: this is the same {self.resource.name} ({id}) as {first}. Delete one entry.")

    def unclaimed(self, without: Sequence[Record]) -> list[Record]:
        """The records without an entry, except the records in *without*."""
        known = {self.id_of(record) for record in without}
        return [record for id, record in self.by_id.items() if id not in self.claimed and id not in known]

    def _rename(self, wanted: Mapping[int, str]) -> dict[int, str]:
        """Give records new names that are free or become free. Returns the other records with the reason."""
        moving = {
            id: name
            for id, name in wanted.items()
            if name and id in self.by_id and name != self.name_of(self.by_id[id])
        }
        times = Counter(moving.values())
        blocked = {id: "also declared for another record" for id, name in moving.items() if times[name] > 1}
        moving = {id: name for id, name in moving.items() if id not in blocked}
        while moving:
            free = [id for id, name in moving.items() if not self.ids(name)]
            if not free:
                break
            for id in free:
                self.move(id, self.name_of(self.by_id[id]), moving.pop(id))
        for id, name in moving.items():
            blocked[id] = f"already used by {self.resource.name} {self.ids(name)[0]}"
        return blocked

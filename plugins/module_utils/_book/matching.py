# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Finds the records that belong to entries with a previous name or number. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .._model.index import Index
from .declared import Entry


class Matching:
    """The records of entries that have no id but a previous name or number.

    - *taken* has the entries with an id, by the ids of their records.
    - ``moved`` has the entry of each record that gets a new name or number.
    - ``places`` has the id of the record, by the place of the entry.

    One record can have the name of an entry while another record has its previous name. Then one of the two records
    possibly belongs to another entry: to the person who now has the previous number, or to the person who gave up the
    number. The records of the other entries decide.
    """

    def __init__(
        self, index: Index, entries: Sequence[Entry], taken: Mapping[int, Entry], on_duplicate: str = "fail"
    ) -> None:
        self._index, self._first = index, on_duplicate == "first"
        self._taken = set(taken)
        self._leaving = {id for id, entry in taken.items() if entry.name and entry.name != self._name(id)}
        self._waiting: dict[int, list[Entry]] = {}
        self._settled: set[str] = set()
        self.moved: dict[int, Entry] = {}
        self._settle(entry for entry in entries if entry.previous)
        for entry in entries if self._waiting else ():
            if not entry.previous:
                self._settle(self._take(index.ids(entry.name)))
        self.places = {entry.where: id for id, entry in self.moved.items()}
        self._doubtful: dict[str, list[int]] = {}
        for id, waiting in self._waiting.items():
            for entry in waiting:
                if entry.where not in self._settled:
                    self._doubtful.setdefault(entry.where, []).append(id)
        del self._index  # the index contains this object: the cycle would keep all records until garbage is collected

    def doubtful(self, entry: Entry) -> list[int]:
        """Return the ids of the records between which it is not clear which one belongs to an entry."""
        found = self._doubtful.get(entry.where)
        return sorted(set(found)) if found else []

    def _name(self, id: int) -> str:
        return self._index.name_of(self._index.by_id[id])

    def _settle(self, entries: Iterable[Entry]) -> None:
        """Find the records of entries with previous names, as far as they are certain."""
        left = list(entries)
        while left:
            entry = left.pop()
            if entry.where in self._settled:
                continue
            here = [id for id in self._index.ids(entry.name) if id not in self._leaving]
            former = sorted(id for name in entry.previous for id in self._index.ids(name) if id not in self._taken)
            if former and (here or not (self._first or len(former) == 1)):
                for id in [*here, *former]:
                    self._waiting.setdefault(id, []).append(entry)
                continue
            self._settled.add(entry.where)
            if former:
                self.moved[former[0]] = entry
                self._leaving.add(former[0])
            left += self._take(former[:1] or here)

    def _take(self, ids: Iterable[int]) -> list[Entry]:
        """Reserve records that no other entry has. Returns the entries whose record can now become certain."""
        new = [id for id in ids if id not in self._taken]
        self._taken.update(new)
        return [entry for id in new for entry in self._waiting.pop(id, ())]

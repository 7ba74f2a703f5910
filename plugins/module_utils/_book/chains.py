# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Changes that depend on each other. A number or a name must be free before another record gets it. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from .._model.changes import Change, Create, RemoveMember, Update
from .._model.fields import Resource
from .._model.plan import differences
from .._model.resources import CONTACT

Key = Callable[[str], str]


@dataclass(frozen=True)
class Chain:
    """Changes that are made one after the other. If one fails, the changes after it must not be made.

    ``parked`` is set if records exchange their numbers or names: its record gets a temporary number or name first.
    """

    changes: Sequence[Change]
    parked: Update | None = None


def parking_of(parked: Update) -> Update:
    """Return the change that gives a record its temporary value. The value is different for each record.

    A temporary number has no digits, so that no message can be sent to it. A temporary name begins with a fixed text.
    So it differs from the real name even if the service cuts it off.
    """
    before, name, id = parked.before, found_by(parked.resource), str(parked.id)
    letters = "".join(chr(ord("a") + int(digit)) for digit in id)
    value = f"moving {letters}" if parked.resource is CONTACT else f"moving {id}: {before[name]}"
    return replace(parked, record={**before, name: value}, managed=(name,))


def after_parking(change: Update, parking: Update) -> Update:
    """Return the change for a record that now has its temporary value."""
    managed = change.managed or tuple(differences(change.record, change.before))
    wanted = {name: change.record[name] for name in managed}
    return replace(change, record={**parking.record, **wanted}, before=parking.record, managed=managed)


def inverse(change: Update) -> Update:
    """Return the change that restores the record as it was before the change."""
    managed = tuple(differences(change.record, change.before))
    return replace(change, record=change.before, before=change.record, managed=managed)


def found_by(resource: Resource) -> str:
    return resource.found_by or ""


def phases(changes: Sequence[Change], key: Key) -> list[list[Chain]]:
    """Return the changes in their order, with one list for each kind and resource.

    The chains of one list can run in parallel.

    *key* returns the canonical form of a stored number. A record that gets the number or name of another record is in
    the same chain as the other record.
    """
    chains = _chains(changes, key)
    linked = {id(change) for own in chains.values() for chain in own for change in chain.changes}
    result = []
    for (kind, resource), group in groupby(changes, key=lambda change: (type(change), change.resource)):
        own = chains.pop(resource, []) if kind is Update else []
        result.append([*own, *(Chain([change]) for change in group if id(change) not in linked)])
    return result


class _Links:
    """Which changes depend on which other changes. A change is identified by its position in the list."""

    def __init__(self, changes: Sequence[Change], key: Key) -> None:
        self.changes, self._key = changes, key
        self.before: dict[int, list[int]] = {}
        self.after: dict[int, list[int]] = {}
        self._link_names()
        self._link_departures()

    def _link_names(self) -> None:
        """Let a record get a number or name only after no other record has it."""
        givers: dict[tuple[str, str], list[int]] = {}
        takers: list[tuple[tuple[str, str], int]] = []
        for index, change in enumerate(self.changes):
            if isinstance(change, Create):
                takers.append(((change.resource.name, change.id.text), index))
            elif isinstance(change, Update) and _differs(change):
                old, new = (self._name(change.resource, record) for record in (change.before, change.record))
                if old != new:
                    givers.setdefault((change.resource.name, old), []).append(index)
                    takers.append(((change.resource.name, new), index))
        for name, index in takers:
            for giver in givers.get(name, ()):
                self._add(giver, index)

    def _name(self, resource: Resource, record: Mapping[str, Any]) -> str:
        text = record.get(found_by(resource)) or ""
        return self._key(text) if resource is CONTACT else text

    def _add(self, first: int, second: int) -> None:
        self.before.setdefault(second, []).append(first)
        self.after.setdefault(first, []).append(second)

    def _link_departures(self) -> None:
        """Let a contact leave the groups of the previous person before it gets the name of the new person."""
        updates = {
            (change.id, change.where): index
            for index, change in enumerate(self.changes)
            if isinstance(change, Update) and change.resource is CONTACT
        }
        for index, change in enumerate(self.changes):
            if isinstance(change, RemoveMember) and (change.member, change.where) in updates:
                self._add(index, updates[change.member, change.where])

    def components(self) -> Iterator[list[int]]:
        """Yield the positions of changes that depend on each other, directly or through other changes."""
        seen: set[int] = set()
        for start in sorted({*self.before, *self.after}):
            found, left = [], [start]
            while left:
                index = left.pop()
                if index not in seen:
                    seen.add(index)
                    found.append(index)
                    left += [*self.before.get(index, ()), *self.after.get(index, ())]
            if found:
                yield sorted(found)


def _differs(change: Update) -> bool:
    name = found_by(change.resource)
    return bool(name) and change.record.get(name) != change.before.get(name)


def _chains(changes: Sequence[Change], key: Key) -> dict[Resource, list[Chain]]:
    """Return the chains, by the resource of their updates."""
    links = _Links(changes, key)
    found: dict[Resource, list[Chain]] = {}
    for component in links.components():
        chain = _chain(links, component)
        resource = next(change.resource for change in chain.changes if isinstance(change, Update))
        found.setdefault(resource, []).append(chain)
    return found


def _chain(links: _Links, component: list[int]) -> Chain:
    """Return the changes in an order in which no change depends on a later one.

    If the changes form a circle, one record gets a temporary value first.
    """
    waits = {index: len(links.before.get(index, ())) for index in component}
    free = deque(index for index in component if not waits[index])
    order: list[int] = []
    parked: int | None = None
    while free or len(order) < len(component):
        if free:
            index = free.popleft()
            order.append(index)
            given = () if index == parked else links.after.get(index, ())
        else:
            parked = next(index for index in component if waits[index] and isinstance(links.changes[index], Update))
            given = links.after[parked]
        for follower in given:
            waits[follower] -= 1
            if not waits[follower]:
                free.append(follower)
    first = None if parked is None else links.changes[parked]
    return Chain([links.changes[index] for index in order], first if isinstance(first, Update) else None)

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""A declared address book and the one that is there to a plan. Pure: no I/O and no Ansible."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Union

from .._errors import GuardError, InvalidInput, LinkEngageError
from .._model.changes import AddMember, Change, Create, Delete, Id, Key, RemoveMember, Update, position
from .._model.fields import Record, Resource
from .._model.phone import Numbering
from .._model.plan import Membership, Value, differences, guard_share
from .._model.resources import CONTACT, GROUP
from .._model.values import mask
from .._records.contacts import ContactRef, only
from .declared import Declared, DeclaredContact, DeclaredGroup
from .scope import Ignored, Scope, title

# What asks for a deletion, where it is no entry.
ABSENT, PURGE = "absent", "purge"

Entry = Union[DeclaredContact, DeclaredGroup]


@dataclass(frozen=True)
class Book:
    """An account's address book.

    ``whole`` is False where only what is declared was looked up; ``total`` is then how many contacts there are, where
    that was asked.
    """

    contacts: Sequence[Record] = ()
    groups: Sequence[Record] = ()
    members: Mapping[int, Sequence[Record]] = field(default_factory=dict)
    whole: bool = True
    total: int | None = None


@dataclass(frozen=True)
class Sync(Value):
    """What there is to do to an address book: changes in the order of their making, and what is left alone."""

    changes: Sequence[Change] = ()
    problems: Sequence[tuple[str, str]] = ()
    unchanged: Mapping[str, int] = field(default_factory=dict)
    unmanaged: Mapping[str, Sequence[str]] = field(default_factory=dict)
    withheld: int = 0

    @property
    def plan_id(self) -> str:
        """The same for the same changes, whatever order the server or the source has them in."""
        text = json.dumps(sorted(_canonical(change) for change in self.changes))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def plan_book(declared: Declared, book: Book, scope: Scope, numbering: Numbering) -> Sync:
    """What makes *book* what is *declared*. Raises GuardError before anything is written, and InvalidInput."""
    return _Planner(declared, book, scope, numbering).plan()


class _Register:
    """The records of one resource by their ids, and by what names them as the plan will leave it."""

    def __init__(self, resource: Resource, records: Sequence[Record], name: Callable[[Record], str]) -> None:
        self.resource, self.name_of = resource, name
        self.by_id = {int(r[resource.id]): r for r in sorted(records, key=lambda r: int(r[resource.id]))}
        self._by_name: dict[str, list[int]] = {}
        for id, record in self.by_id.items():
            self._by_name.setdefault(name(record), []).append(id)

    def named(self, name: str) -> list[Record]:
        return [self.by_id[id] for id in self._by_name.get(name, [])]

    def rename(self, wanted: Mapping[int, str]) -> dict[int, str]:
        """Give records other names, where these are free or become so; those that cannot have theirs, and why."""
        moving = {
            id: name
            for id, name in wanted.items()
            if name and id in self.by_id and name != self.name_of(self.by_id[id])
        }
        times = Counter(moving.values())
        blocked = {id: "declared for another one too" for id, name in moving.items() if times[name] > 1}
        moving = {id: name for id, name in moving.items() if id not in blocked}
        while moving:
            free = [id for id, name in moving.items() if not self._by_name.get(name)]
            if not free:
                break
            for id in free:
                self._by_name[self.name_of(self.by_id[id])].remove(id)
                self._by_name.setdefault(moving.pop(id), []).append(id)
        for id, name in moving.items():
            blocked[id] = f"held by {self.resource.name} {self._by_name[name][0]} already"
        return blocked


class _Planner:
    def __init__(self, declared: Declared, book: Book, scope: Scope, numbering: Numbering) -> None:
        self._declared, self._book, self._scope, self._numbering = declared, book, scope, numbering
        self._ignored = Ignored(scope.ignore, numbering)
        self._changes: list[Change] = []
        self._problems = list(declared.problems)
        self._unchanged: dict[str, int] = {}
        self._unmanaged: dict[str, list[str]] = {}
        self._withheld = 0
        self._contacts = _Register(CONTACT, book.contacts, lambda record: numbering.key(record["phone_number"]))
        self._groups = _Register(GROUP, book.groups, lambda record: record["name"] or "")
        self._blocked: dict[tuple[str, int], str] = {}
        self._claimed: dict[tuple[str, int], str] = {}
        self._coming: dict[str, Key] = {}
        # Contacts that a group needs, and where it says so.
        self._needed: dict[int, str] = {}
        # Members who leave a group, judged once it is known who is deleted.
        self._leaving: list[tuple[DeclaredGroup, int, int, list[int]]] = []

    def plan(self) -> Sync:
        self._refuse_contradictions()
        self._reserve(self._contacts, {c.id: (c.number, c.where) for c in self._declared.contacts if c.id is not None})
        self._reserve(self._groups, {g.id: (g.name, g.where) for g in self._declared.groups if g.id is not None})
        # Those with an id first: what they mean is certain.
        for contact in sorted(self._declared.contacts, key=lambda contact: contact.id is None):
            self._try(contact.where, partial(self._plan_contact, contact))
        for group in sorted(self._declared.groups, key=lambda group: group.id is None):
            self._try(group.where, partial(self._plan_group, group))
        gone = self._plan_deletes()
        for leaving in self._leaving:
            self._plan_removals(*leaving, gone)
        changes = sorted(self._changes, key=position)
        return Sync(changes, self._problems, self._unchanged, self._unmanaged, self._withheld)

    def _reserve(self, register: _Register, wanted: Mapping[int, tuple[str, str]]) -> None:
        """What is declared by its id is declared, whatever else is wrong with the entry; give it its name if we can."""
        resource = register.resource.name
        self._claimed.update({(resource, id): where for id, (_name, where) in wanted.items() if id in register.by_id})
        blocked = register.rename({id: name for id, (name, _where) in wanted.items()})
        self._blocked.update({(resource, id): why for id, why in blocked.items()})

    def _try(self, where: str, step: Callable[[], None]) -> None:
        """Take a step that concerns one entry; what is wrong with it is a problem of that entry."""
        try:
            step()
        except GuardError:
            raise
        except LinkEngageError as error:
            self._problems.append((where, str(error)))

    # Declared records

    def _plan_contact(self, contact: DeclaredContact) -> None:
        actual = self._matching(self._contacts, contact, contact.number, "its number")
        desired = self._scope.marked(CONTACT, contact.fields, actual)
        if contact.number:
            if actual and self._contacts.name_of(actual) == contact.number:
                spelling = actual["phone_number"]  # a stored spelling is not rewritten
            else:
                spelling = self._numbering.written(desired["phone_number"], self._scope.number_format)
            desired = {**desired, "phone_number": spelling}
        key = Key(CONTACT, contact.number)
        if actual is None:
            self._coming[contact.number] = key
        self._converge(CONTACT, key, desired, actual, contact.where)

    def _matching(self, register: _Register, entry: Entry, name: str, what: str) -> Record | None:
        """The record that an entry means, which no other entry may mean. Raises InvalidInput, AmbiguousRecord."""
        resource, where = register.resource, entry.where
        if entry.id is None:
            found = only(register.named(name), resource.id, f"{where}: {what}", resource.id, self._scope.on_duplicate)
        else:
            found = register.by_id.get(entry.id)
            if found is None:
                raise InvalidInput(
                    f"{where}: there is no {resource.name} {entry.id}, and the service gives out ids itself."
                )
            why = self._blocked.get((resource.name, entry.id))
            if why:
                raise InvalidInput(f"{where}: {what} is {why}.")
        if found is not None:
            self._claim(resource, found, where)
        return found

    def _claim(self, resource: Resource, record: Record, where: str) -> None:
        id = int(record[resource.id])
        first = self._claimed.setdefault((resource.name, id), where)
        if first != where:
            raise InvalidInput(f"{where}: it means the same {resource.name} ({id}) as {first}.")
        if self._ignored(resource, record):
            raise InvalidInput(f"{where}: ignore names the {resource.name} that it means ({id}).")

    def _converge(self, resource: Resource, key: Key, desired: Record, actual: Record | None, where: str) -> None:
        if actual is None:
            self._changes.append(Create(resource, key, desired, where))
            return
        changed = differences(desired, actual)
        if changed:
            id, after = int(actual[resource.id]), {**actual, **changed}
            self._changes.append(Update(resource, id, after, actual, where))
        else:
            self._unchanged[resource.name] = self._unchanged.get(resource.name, 0) + 1

    # Groups

    def _plan_group(self, group: DeclaredGroup) -> None:
        actual = self._matching(self._groups, group, group.name, "its name")
        key = Key(GROUP, group.name)
        self._converge(GROUP, key, self._scope.marked(GROUP, group.fields, actual), actual, group.where)
        if group.members is None:
            return
        current = self._current_members(actual)
        wanted, whole = self._wanted(group, current)
        add, remove = Membership(set=frozenset(wanted)).changes(current)
        id: Id = int(actual["group_id"]) if actual else key
        self._changes += [AddMember(id, member, group.where) for member in add]
        if isinstance(id, int) and whole:
            self._leaving.append((group, id, len(current), remove))

    def _current_members(self, actual: Record | None) -> list[int]:
        records = self._book.members.get(int(actual["group_id"]), []) if actual else []
        return [int(record["contact_id"]) for record in records]

    def _wanted(self, group: DeclaredGroup, current: list[int]) -> tuple[list[Id], bool]:
        """The contacts that the members mean, and whether each means one."""
        inside = set(current)
        wanted: list[Id] = []
        whole = group.whole
        for ref in group.members or []:
            try:
                found = self._meant(ref, inside)
            except LinkEngageError as error:
                self._problems.append((ref.option, str(error)))
                whole = False
                continue
            wanted += found
            for id in found:
                if isinstance(id, int):
                    self._needed.setdefault(id, ref.option)
        return wanted, whole

    def _meant(self, ref: ContactRef, inside: set[int]) -> list[Id]:
        """The contacts that a member means. Raises AmbiguousRecord, and InvalidInput for none."""
        if ref.id is not None:
            if ref.id in self._contacts.by_id or ref.id in inside:
                return [ref.id]
        else:
            records = self._contacts.named(ref.number)
            # One number may be several members; all of them are meant.
            members: list[Id] = [id for record in records if (id := int(record["contact_id"])) in inside]
            if members:
                return members
            one = only(records, "contact_id", str(ref), "{contact_id: ...}", self._scope.on_duplicate)
            if one:
                return [int(one["contact_id"])]
            if ref.number in self._coming:
                return [self._coming[ref.number]]
        raise InvalidInput(f"{ref} is not in the address book, nor declared. Declare it, or take it out.")

    def _plan_removals(self, group: DeclaredGroup, id: int, size: int, leaving: list[int], gone: set[int]) -> None:
        remove = [member for member in leaving if member not in gone]
        limit = self._scope.max_delete_percent
        guard_share(len(remove), size, limit, "max_delete_percent", f"members of {group.name or id!r}")
        self._changes += [RemoveMember(id, member, group.where) for member in remove]

    # What is deleted, and what is left alone

    def _plan_deletes(self) -> set[int]:
        """Plan what is absent, and what is purged; a plan with problems purges nothing. The contacts that go."""
        parts = (("contacts", self._contacts), ("groups", self._groups))
        named = {part: self._absent(register) for part, register in parts}
        ours = {part: self._purged(part, register, named[part]) for part, register in parts}
        for record in ours["contacts"]:
            id = int(record["contact_id"])
            if id in self._needed:
                self._problems.append(
                    (
                        self._needed[id],
                        f"{self._needed[id]}: contact {id} is not declared, and purge would delete it; declare it, or "
                        "take it out of the group.",
                    )
                )
        if self._problems:
            self._withheld = sum(map(len, ours.values()))
            ours = {part: [] for part in ours}
        for part, register in parts:
            self._guard(part, register, named[part], ours[part])
            for why, records in ((ABSENT, named[part]), (PURGE, ours[part])):
                self._delete(register.resource, why, records)
            self._tell_unmanaged(part, register, [*named[part], *ours[part]])
        return {int(record["contact_id"]) for record in [*named["contacts"], *ours["contacts"]]}

    def _absent(self, register: _Register) -> list[Record]:
        """The records to delete by name. Raises InvalidInput where one of them is declared, needed or ignored."""
        resource, scope = register.resource, self._scope
        found = []
        for name in sorted(scope.absent_numbers if resource is CONTACT else scope.absent_groups):
            what = f"absent: the {resource.name} {mask(name) if resource is CONTACT else repr(name)}"
            try:
                # Never the first of several: the next run would delete the next one.
                record = only(register.named(name), resource.id, what, f"the {resource.name}'s own module")
            except LinkEngageError as error:
                self._problems.append((ABSENT, str(error)))
                continue
            if record is None:
                continue
            id = int(record[resource.id])
            place = self._claimed.get((resource.name, id)) or (self._needed.get(id) if resource is CONTACT else None)
            if place or self._ignored(resource, record):
                raise InvalidInput(
                    f"absent: {place or 'ignore'} names {resource.name} {id}, which is to be absent. Nothing was "
                    "written."
                )
            found.append(record)
        return found

    def _purged(self, part: str, register: _Register, named: list[Record]) -> list[Record]:
        """What bears our mark, and is neither declared, nor named, nor ignored."""
        if part not in self._scope.purge:
            return []
        return [
            record
            for record in self._rest(register, named)
            if self._scope.is_marked(register.resource, record) and not self._ignored(register.resource, record)
        ]

    def _rest(self, register: _Register, without: list[Record]) -> list[Record]:
        """The records that are not declared."""
        resource = register.resource
        known = {int(record[resource.id]) for record in without}
        return [
            record
            for id, record in register.by_id.items()
            if (resource.name, id) not in self._claimed and id not in known
        ]

    def _guard(self, part: str, register: _Register, named: list[Record], ours: list[Record]) -> None:
        limit = self._scope.max_delete_percent
        managed = len(ours) + sum(1 for name, _id in self._claimed if name == register.resource.name)
        guard_share(len(ours), managed, limit, "max_delete_percent", f"managed {part}")
        partly = register is self._contacts and not self._book.whole
        total = self._book.total if partly and self._book.total is not None else len(register.by_id)
        guard_share(len(ours) + len(named), total, limit, "max_delete_percent", part)

    def _delete(self, resource: Resource, why: str, records: list[Record]) -> None:
        for record in records:
            self._changes.append(Delete(resource, int(record[resource.id]), record, why))

    def _tell_unmanaged(self, part: str, register: _Register, gone: list[Record]) -> None:
        if self._book.whole:
            resource = register.resource
            self._unmanaged[part] = [
                title(resource, record) or f"{resource.name} {record[resource.id]}"
                for record in self._rest(register, gone)
            ]

    def _refuse_contradictions(self) -> None:
        """What is declared must not be ignored or absent as well, as far as that is seen without the account."""
        contacts, groups, scope = self._declared.contacts, self._declared.groups, self._scope
        ignored = [item.where for item in contacts if self._ignored(CONTACT, item.fields)]
        ignored += [item.where for item in groups if self._ignored(GROUP, item.fields)]
        absent = [item.where for item in contacts if item.number in scope.absent_numbers]
        absent += [item.where for item in groups if item.name in scope.absent_groups]
        absent += [ref.option for item in groups for ref in item.members or [] if ref.number in scope.absent_numbers]
        for option, places in (("ignore", ignored), ("absent", absent)):
            if places:
                raise InvalidInput(f"{option}: these are declared too: {', '.join(places[:10])}. Nothing was written.")


def _canonical(change: Change) -> list[Any]:
    def shown(id: Id | str | None) -> Any:
        return ["new", id.text] if isinstance(id, Key) else ["", str(id)]

    after = differences(change.record, before_of(change)) if isinstance(change, (Create, Update)) else {}
    names = [item.name for item in change.resource.writable] if isinstance(change, Delete) else list(after)
    held = before_of(change)
    before = {name: held.get(name) or "" for name in names} if held else {}
    return [
        change.action,
        change.resource.name,
        shown(change.id),
        shown(change.member if isinstance(change, (AddMember, RemoveMember)) else None),
        json.dumps([before, after], sort_keys=True, default=str),
    ]


def before_of(change: Change) -> Record:
    """The record as it is, where a change replaces or deletes one."""
    return change.before if isinstance(change, (Update, Delete)) else {}

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""A declared address book and the one that is there to a plan. Pure: no I/O and no Ansible."""

from __future__ import annotations

import fnmatch
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.community.linkengage.plugins.module_utils._contacts import ContactRef, only
from ansible_collections.community.linkengage.plugins.module_utils._declared import (
    Declared,
    DeclaredContact,
    DeclaredGroup,
)
from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput, LinkEngageError
from ansible_collections.community.linkengage.plugins.module_utils._fields import Record, Resource
from ansible_collections.community.linkengage.plugins.module_utils._phone import Numbering
from ansible_collections.community.linkengage.plugins.module_utils._plan import (
    Change,
    Id,
    Key,
    Membership,
    differences,
    guard_share,
)
from ansible_collections.community.linkengage.plugins.module_utils._resources import CONTACT, GROUP

ORDER = ("create", "update", "add_member", "remove_member", "delete")


@dataclass
class Book:
    """An account's address book. ``whole`` is False where only what is declared was looked up."""

    contacts: list[Record] = field(default_factory=list)
    groups: list[Record] = field(default_factory=list)
    members: dict[int, list[Record]] = field(default_factory=dict)
    whole: bool = True


@dataclass(frozen=True)
class Scope:
    """What is managed beside the declared records, and what must never be."""

    purge: frozenset[str] = frozenset()
    marker: str = ""
    marker_field: str = "description3"
    ignore: tuple[str, ...] = ()
    absent_numbers: frozenset[str] = frozenset()
    absent_groups: frozenset[str] = frozenset()
    number_format: str = "msisdn"
    on_duplicate: str = "fail"
    max_delete_percent: float = 25


@dataclass
class Sync:
    """The plan of a whole address book: changes in the order of their making, and what is left alone."""

    changes: list[Change] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    unchanged: dict[str, int] = field(default_factory=dict)
    unmanaged: dict[str, list[str]] = field(default_factory=dict)
    withheld: int = 0

    @property
    def plan_id(self) -> str:
        """The same for the same changes, whatever order the server or the source has them in."""
        text = json.dumps(sorted(_canonical(change) for change in self.changes))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def plan_book(declared: Declared, book: Book, scope: Scope, numbering: Numbering) -> Sync:
    """What makes *book* what is *declared*. Raises GuardError before anything is written, and InvalidInput."""
    return _Planner(declared, book, scope, numbering).plan()


class _Planner:
    def __init__(self, declared: Declared, book: Book, scope: Scope, numbering: Numbering) -> None:
        self._declared, self._book, self._scope, self._numbering = declared, book, scope, numbering
        self._sync = Sync(problems=list(declared.problems))
        self._contacts: dict[Id, Record] = {int(record["contact_id"]): record for record in book.contacts}
        self._by_number: dict[str, list[Record]] = {}
        for record in sorted(book.contacts, key=lambda record: int(record["contact_id"])):
            self._by_number.setdefault(numbering.key(record["phone_number"]), []).append(record)
        self._claimed: dict[tuple[str, Id], str] = {}
        self._coming: dict[str, Key] = {}

    def plan(self) -> Sync:
        self._refuse_ignored()
        for contact in self._declared.contacts:
            self._try(contact.where, lambda contact=contact: self._plan_contact(contact))
        gone = self._plan_contact_deletes()
        for group in self._declared.groups:
            self._try(group.where, lambda group=group: self._plan_group(group, gone))
        self._plan_group_deletes()
        self._sync.changes.sort(key=lambda change: ORDER.index(change.action))
        return self._sync

    def _try(self, where: str, step: Any) -> None:
        try:
            step()
        except LinkEngageError as error:
            if error.kind == "guard":
                raise
            self._sync.problems.append((where, str(error)))

    def _plan_contact(self, contact: DeclaredContact) -> None:
        actual = self._matching_contact(contact)
        desired = self._marked(CONTACT, self._scope.marker_field, dict(contact.fields), actual)
        if contact.number:
            if actual and self._numbering.key(actual["phone_number"]) == contact.number:
                desired["phone_number"] = actual["phone_number"]  # a stored spelling is not rewritten
            else:
                desired["phone_number"] = self._numbering.written(desired["phone_number"], self._scope.number_format)
        key = Key(CONTACT, contact.number)
        if actual is None:
            self._coming[contact.number] = key
            self._contacts[key] = desired
        self._converge(CONTACT, key, desired, actual, contact.where)

    def _matching_contact(self, contact: DeclaredContact) -> Record | None:
        if contact.id is None:
            found = self._by_number.get(contact.number, [])
            return self._claim(
                CONTACT,
                only(found, "contact_id", f"{contact.where}: its number", "contact_id", self._scope.on_duplicate),
                contact.where,
            )
        if contact.id not in self._contacts:
            raise InvalidInput(f"{contact.where}: there is no contact {contact.id}; the service gives out ids itself.")
        others = [record["contact_id"] for record in self._by_number.get(contact.number, [])]
        moved = contact.number != self._numbering.key(self._contacts[contact.id]["phone_number"])
        if contact.number and others and moved:
            raise InvalidInput(f"{contact.where}: its number is held by contact {others[0]} already.")
        return self._claim(CONTACT, self._contacts[contact.id], contact.where)

    def _claim(self, resource: Resource, record: Record | None, where: str) -> Record | None:
        """A record can be what one entry declares. Raises InvalidInput for a second one."""
        if record is None:
            return None
        id = int(record[resource.id])
        first = self._claimed.setdefault((resource.name, id), where)
        if first != where:
            raise InvalidInput(f"{where}: it means the same {resource.name} ({id}) as {first}.")
        return record

    def _converge(self, resource: Resource, key: Key, desired: Record, actual: Record | None, where: str) -> None:
        if actual is None:
            self._sync.changes.append(Change("create", resource, key, desired, where=where))
            return
        changed = differences(desired, actual)
        if changed:
            id, after = int(actual[resource.id]), {**actual, **changed}
            self._sync.changes.append(Change("update", resource, id, after, before=actual, where=where))
        else:
            self._sync.unchanged[resource.name] = self._sync.unchanged.get(resource.name, 0) + 1

    def _marked(self, resource: Resource, name: str, desired: Record, actual: Record | None) -> Record:
        """With the marker in its field, behind whatever text the field has."""
        marker = self._scope.marker
        if marker:
            text = desired.get(name, (actual or {}).get(name)) or ""
            desired[name] = text if marker in text else f"{text} {marker}".strip()
        return desired

    def _plan_group(self, group: DeclaredGroup, gone: set[Id]) -> None:
        actual = self._matching_group(group)
        desired = self._marked(GROUP, "description", dict(group.fields), actual)
        key = Key(GROUP, group.name)
        if group.members is None:
            self._converge(GROUP, key, desired, actual, group.where)
            return
        current = self._current_members(actual)
        wanted, missing = self._wanted(group, current)
        if missing:
            self._sync.problems += [(ref.option, f"{ref} is not in the address book, nor declared.") for ref in missing]
        self._converge(GROUP, key, desired, actual, group.where)
        add, remove = Membership(set=frozenset(wanted)).changes(current)
        remove = [id for id in remove if id not in gone] if group.whole and not missing else []
        limit = self._scope.max_delete_percent
        guard_share(len(remove), len(current), limit, "max_delete_percent", f"members of {group.name!r}")
        id: Id = int(actual["group_id"]) if actual else key
        for action, members in (("add_member", add), ("remove_member", remove)):
            self._sync.changes += [Change(action, GROUP, id, member=member, where=group.where) for member in members]

    def _current_members(self, actual: Record | None) -> list[int]:
        records = self._book.members.get(int(actual["group_id"]), []) if actual else []
        return [int(record["contact_id"]) for record in records]

    def _matching_group(self, group: DeclaredGroup) -> Record | None:
        if group.id is not None:
            found = [record for record in self._book.groups if int(record["group_id"]) == group.id]
            if not found:
                raise InvalidInput(f"{group.where}: there is no group {group.id}; the service gives out ids itself.")
        else:
            found = sorted(
                (record for record in self._book.groups if record["name"] == group.name),
                key=lambda record: int(record["group_id"]),
            )
        return self._claim(
            GROUP,
            only(found, "group_id", f"{group.where}: its name", "group_id", self._scope.on_duplicate),
            group.where,
        )

    def _wanted(self, group: DeclaredGroup, current: list[int]) -> tuple[list[Id], list[ContactRef]]:
        """The contacts that the members mean, and the members that mean none. Raises AmbiguousRecord."""
        inside = set(current)
        wanted: list[Id] = []
        missing = []
        for ref in group.members or []:
            if ref.id is not None:
                found: list[Id] = [ref.id] if ref.id in self._contacts else []
            else:
                records = self._by_number.get(ref.number, [])
                ids = [int(record["contact_id"]) for record in records]
                # One number may be several members; all of them are meant.
                found = [id for id in ids if id in inside]
                if not found and records:
                    one = only(records, "contact_id", str(ref), "{contact_id: ...}", self._scope.on_duplicate)
                    found = [int(one["contact_id"])] if one else []
                if not found and ref.number in self._coming:
                    found = [self._coming[ref.number]]
            wanted += found
            if not found:
                missing.append(ref)
        return wanted, missing

    def _plan_contact_deletes(self) -> set[Id]:
        named = [r for number in sorted(self._scope.absent_numbers) for r in self._by_number.get(number, [])]
        return self._deletes(CONTACT, "contacts", self._book.contacts, named)

    def _plan_group_deletes(self) -> None:
        named = [record for record in self._book.groups if record["name"] in self._scope.absent_groups]
        self._deletes(GROUP, "groups", self._book.groups, named)

    def _deletes(self, resource: Resource, part: str, records: list[Record], named: list[Record]) -> set[Id]:
        """Delete what is named and what is purged; count what is left alone. A plan with problems purges nothing."""
        ids = {int(record[resource.id]) for record in named}
        rest = [
            record
            for record in records
            if (resource.name, int(record[resource.id])) not in self._claimed and int(record[resource.id]) not in ids
        ]
        ours = [record for record in rest if self._is_ours(resource, record)] if part in self._scope.purge else []
        if ours and self._sync.problems:
            self._sync.withheld += len(ours)
            ours = []
        doomed = [*(("absent", record) for record in named), *(("purge", record) for record in ours)]
        managed = len(ours) + sum(1 for name, _id in self._claimed if name == resource.name)
        limit = self._scope.max_delete_percent
        guard_share(len(ours), managed, limit, "max_delete_percent", f"managed {part}")
        guard_share(len(named), len(records), limit, "max_delete_percent", part)
        for why, record in doomed:
            id = int(record[resource.id])
            self._sync.changes.append(Change("delete", resource, id, before=record, where=why))
        gone: set[Id] = {int(record[resource.id]) for _why, record in doomed}
        if self._book.whole:
            self._sync.unmanaged[part] = [_title(resource, r) for r in rest if int(r[resource.id]) not in gone]
        return gone

    def _is_ours(self, resource: Resource, record: Record) -> bool:
        name = self._scope.marker_field if resource is CONTACT else "description"
        marked = bool(self._scope.marker) and self._scope.marker in (record[name] or "")
        return marked and not self._ignored(resource, record)

    def _ignored(self, resource: Resource, record: Mapping[str, Any]) -> bool:
        texts = [_title(resource, record), str(record.get("phone_number") or "")]
        if resource is CONTACT:
            key = self._numbering.key(record.get("phone_number"))
            texts += [key, key.lstrip("+")]
        return any(fnmatch.fnmatchcase(text, pattern) for text in texts if text for pattern in self._scope.ignore)

    def _refuse_ignored(self) -> None:
        both = [item.where for item in self._declared.contacts if self._ignored(CONTACT, item.fields)]
        both += [item.where for item in self._declared.groups if self._ignored(GROUP, item.fields)]
        gone = [item.where for item in self._declared.contacts if item.number in self._scope.absent_numbers]
        gone += [item.where for item in self._declared.groups if item.name in self._scope.absent_groups]
        if both or gone:
            option, places = ("ignore", both) if both else ("absent", gone)
            raise InvalidInput(f"{option}: these are declared too: {', '.join(places[:10])}. Nothing was sent.")


def _title(resource: Resource, record: Mapping[str, Any]) -> str:
    if resource is GROUP:
        return str(record.get("name") or "")
    return f"{record.get('first_name') or ''} {record.get('last_name') or ''}".strip()


def _canonical(change: Change) -> list[Any]:
    def shown(id: Id | None) -> Any:
        return id.text if isinstance(id, Key) else id

    after = differences(change.record, change.before) if change.action in ("create", "update") else {}
    before = {name: change.before.get(name) for name in after} if change.action == "update" else change.before
    return [
        change.action,
        change.resource.name,
        str(shown(change.id)),
        str(shown(change.member)),
        json.dumps([before, after], sort_keys=True, default=str),
    ]

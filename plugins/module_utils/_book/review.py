# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The changes of an address book for the person who reviews them: deletions first, and people by name. Pure.

A plan of at most ``WHOLE`` changes is shown whole. Of a larger plan, ``SHOWN`` changes of each kind and the first
changed members are shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from .._model.changes import AddMember, Change, Create, Delete, Id, Key, RemoveMember, Update
from .._model.fields import Record, Resource
from .._model.halves import json_text
from .._model.plan import differences
from .._model.readable import printable
from .._model.resources import CONTACT, GROUP, title
from .._model.values import mask
from .book import Book
from .export import options_of

WHOLE = 100
SHOWN = 20
PEOPLE = ("names", "true", "false")
KINDS = (Delete, RemoveMember, Create, Update, AddMember)

Values = dict[str, Any]


def name_of(resource: Resource, record: Mapping[str, Any], people: str = "names") -> str:
    """The name of a group or a contact; of a contact without a name, the masked number; empty if there is neither.

    With *people* ``true``, a contact has its name and its whole number, and with ``false`` only its masked number.
    """
    name = printable(title(resource, record))
    if resource is not CONTACT:
        return name
    number = printable(str(record.get("phone_number") or ""))
    if people == "true":
        return f"{name} ({number})" if name and number else name or number
    return name if name and people == "names" else mask(number)


class Review:
    """The changes in the order of a review, with the names and places of their records.

    *places* has the places of the declared groups that exist, by their ids.
    """

    def __init__(self, changes: Iterable[Change], book: Book, places: Mapping[int, str] | None = None) -> None:
        self.changes = sorted(changes, key=lambda change: KINDS.index(type(change)))
        self._book, self._stored_places = book, places or {}
        self._whole = len(self.changes) <= WHOLE

    def of(self, changes: Iterable[Change]) -> Review:
        """The same for other changes of the same address book."""
        return Review(changes, self._book, self._stored_places)

    @property
    def shown(self) -> Sequence[Change]:
        """The changes in results and diffs."""
        return self.changes if self._whole else self.changes[:SHOWN]

    @property
    def more(self) -> int:
        """The number of the other changes."""
        return len(self.changes) - len(self.shown)

    def lines(self, people: str, whole: bool = False) -> list[str]:
        """Deletions, members by group, new records and updates. *people*: see ``name_of``.

        With *whole*, all changes of a large plan too.
        """
        limit = len(self.changes) if whole or self._whole else SHOWN
        return [
            *self._records(Delete, people, limit),
            *self._groups(people, limit),
            *self._records(Create, people, limit),
            *self._records(Update, people, limit),
        ]

    def row(self, change: Change) -> Values:
        """A change in a result, with the names of its records."""
        row: Values = {"action": change.action, "resource": change.resource.name, "where": change.where}
        row.update(id=_id(change.id), name=self._name(change, "names"))
        if isinstance(change, (AddMember, RemoveMember)):
            row.update(member=_id(change.member), member_name=self._member(change.member, "names"))
        elif isinstance(change, Update):
            after = differences(change.record, change.before)
            row.update(before={name: change.before.get(name) for name in after}, after=after)
        elif isinstance(change, Create):
            row["after"] = change.record
        elif isinstance(change, Delete):
            row.update(before=options_of(change.resource, change.before), memberships=list(change.memberships))
        return row

    def diff(self) -> tuple[Values, Values]:
        """The shown changes as values before and after, by record."""
        before: Values = {}
        after: Values = {}
        for change in self.shown:
            heading = self._heading(change)
            if isinstance(change, (AddMember, RemoveMember)):
                for values in (before, after):
                    values.setdefault(heading, {}).setdefault("members", self._staying(change.id))
                values = after if isinstance(change, AddMember) else before
                values[heading]["members"].append(self._member(change.member, "true"))
            else:
                row = self.row(change)
                for name, values in (("before", before), ("after", after)):
                    if name in row:
                        values.setdefault(heading, {}).update(row[name])
        return before, {**after, **({"more changes": self.more} if self.more else {})}

    # Records

    def _records(self, kind: type, people: str, limit: int) -> Iterator[str]:
        changes = [change for change in self.changes if isinstance(change, kind)]
        for change in changes[:limit]:
            values = ", ".join(_values(change, people == "true"))
            subject = f"{self._subject(change, people)}{_place(change.where)}"
            yield f"- {change.action} {subject}{': ' if values else ''}{values}"
        if len(changes) > limit:
            yield f"- {changes[0].action} {len(changes) - limit} more"

    def _subject(self, change: Change, people: str) -> str:
        """A record with its id, unless it is new, and its name: before and after, if the name changes."""
        people = "names" if people == "true" else people  # its number is one of the values
        name = self._name(change, people)
        if isinstance(change.id, Key):
            return f"{change.resource.name} {name}"
        later = name_of(change.resource, change.record, people) if isinstance(change, Update) else name
        members = len(change.memberships) if isinstance(change, Delete) and change.resource is GROUP else 0
        parts = [
            f"{change.resource.name} {change.id}",
            name,
            f"now {later}" if later != name else "",
            f"with {members} member{'s' if members > 1 else ''}" if members else "",
        ]
        return ", ".join(filter(None, parts))

    def _name(self, change: Change, people: str) -> str:
        if isinstance(change, (Update, Delete)):
            return name_of(change.resource, change.before, people)
        if isinstance(change, Create):
            return name_of(change.resource, change.record, people)
        return self._group(change.id)

    def _heading(self, change: Change) -> str:
        """The record of a change and its place. It is the same for all changes of a record."""
        name, id = self._name(change, "true"), change.id
        subject = f" {name}" if isinstance(id, Key) else f" {id}" + (name and f", {name}")
        place = self._place(id) if change.resource is GROUP else ""
        return f"{change.resource.name}{subject}{_place(place or change.where)}"

    # Members

    def _groups(self, people: str, limit: int) -> Iterator[str]:
        """The changed groups with their members, up to *limit* of both. Members who leave come first."""
        groups: dict[Id, list[tuple[str, Id, str]]] = {}
        for group, sign, member, where in self._members():
            groups.setdefault(group, []).append((sign, member, where))
        room = limit
        for id, members in list(groups.items())[:limit]:
            place = self._place(id)
            counts = Counter(sign for sign, *_member in members)
            shown = " ".join(f"{sign}{counts[sign]}" for sign in "+-" if counts[sign])
            yield f"- {self._group(id) or f'group {id}'}: {shown}{_place(place)}"
            for sign, member, where in members[:room]:
                yield f"  {sign} {self._member(member, people)}{_place(where) if where != place else ''}"
            room -= len(members[:room])
        if len(groups) > limit:
            yield f"- members of {len(groups) - limit} more groups"

    def _members(self) -> Iterator[tuple[Id, str, Id, str]]:
        """The changed members of groups that stay: group, sign, member and place."""
        gone = {change.id for change in self.changes if isinstance(change, Delete) and change.resource is GROUP}
        for change in self.changes:
            if isinstance(change, AddMember):
                yield change.id, "+", change.member, change.where
            elif isinstance(change, RemoveMember):
                yield change.id, "-", change.member, change.where
            elif isinstance(change, Delete) and change.resource is CONTACT:
                left = [group for group in change.memberships if group not in gone]
                yield from ((group, "-", change.id, "the contact is deleted") for group in left)

    def _staying(self, id: Id) -> list[str]:
        """The members that a group keeps, as the first line of its members in a diff."""
        stay = len(self._book.members.get(id, ())) - self._removed[id] if isinstance(id, int) else 0
        return [f"others ({stay})"] if stay > 0 else []

    def _member(self, id: Id, people: str) -> str:
        return name_of(CONTACT, self._contacts.get(id, {}), people) or f"contact {_id(id)}"

    def _group(self, id: Any) -> str:
        return printable(id.text) if isinstance(id, Key) else name_of(GROUP, self._stored_groups.get(id, {}))

    def _place(self, id: Any) -> str:
        return self._places.get(id, "")

    @cached_property
    def _removed(self) -> Counter[Id]:
        return Counter(change.id for change in self.changes if isinstance(change, RemoveMember))

    @cached_property
    def _contacts(self) -> Mapping[Id, Record]:
        """The contacts after the changes: the stored contacts by their ids, and the new contacts by their keys."""
        records = [*(member for members in self._book.members.values() for member in members), *self._book.contacts]
        found: dict[Id, Record] = {int(record["contact_id"]): record for record in records}
        changes = [change for change in self.changes if isinstance(change, (Create, Update))]
        found.update({change.id: change.record for change in changes if change.resource is CONTACT})
        return found

    @cached_property
    def _stored_groups(self) -> Mapping[Id, Record]:
        return {int(record["group_id"]): record for record in self._book.groups}

    @cached_property
    def _places(self) -> Mapping[Any, str]:
        """The places of the declared groups, by their ids or keys."""
        new = {change.id: change.where for change in self.changes if isinstance(change, Create)}
        return {**self._stored_places, **new}


def _values(change: Change, shown: bool) -> Iterator[str]:
    """The fields of a change, if *shown* with their values. A deletion has only values."""
    if isinstance(change, Create):
        before, after = {}, change.record
    elif isinstance(change, Update):
        after = differences(change.record, change.before)
        before = {name: change.before.get(name) for name in after}
    else:
        before, after = {}, options_of(change.resource, change.before) if shown and isinstance(change, Delete) else {}
    for name, value in after.items():
        old = f" {_text(before[name])} becomes" if name in before else ""
        yield f"{name}{old} {_text(value)}" if shown else name


def _text(value: Any) -> str:
    return printable(json_text("" if value is None else value))


def _place(place: str) -> str:
    return place and f" ({place})"


def _id(id: Any) -> Any:
    return id.text if isinstance(id, Key) else id

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The changes of an address book for the person who reviews them. Deletions come first, people have names. Pure.

A plan of at most ``WHOLE`` changes is shown completely. Of a larger plan, ``SHOWN`` changes of each kind are shown.
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

WHOLE = 100
SHOWN = 20
PEOPLE = ("names", "true", "false")
KINDS = (Delete, RemoveMember, Create, Update, AddMember)

Values = dict[str, Any]


def name_of(resource: Resource, record: Mapping[str, Any], people: str = "names") -> str:
    """Return the name of a group or a contact for a review; empty if there is neither a name nor a number.

    A contact without a name is shown as its masked number. With *people* ``true``, a contact is shown with its name and
    its whole number. With ``false``, only the masked number is shown.
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

    *places* has, for each declared group that exists, the place of its entry, by the id of the group.
    """

    def __init__(self, changes: Iterable[Change], book: Book, places: Mapping[int, str] | None = None) -> None:
        self.changes = tuple(sorted(changes, key=lambda change: KINDS.index(type(change))))
        self._book, self._stored_places = book, places or {}
        self._whole = len(self.changes) <= WHOLE

    def of(self, changes: Iterable[Change]) -> Review:
        """Return a review of other changes in the same address book."""
        return Review(changes, self._book, self._stored_places)

    @property
    def shown(self) -> Sequence[Change]:
        """The changes that results and diffs show."""
        return self.changes if self._whole else self.changes[:SHOWN]

    @property
    def more(self) -> int:
        """The number of changes that results and diffs do not show."""
        return len(self.changes) - len(self.shown)

    def lines(self, people: str, whole: bool = False) -> list[str]:
        """Return deletions, changed members by group, new records and updates. *people* is explained at ``name_of``.

        With *whole*, all changes are shown even for a large plan.
        """
        limit = len(self.changes) if whole or self._whole else SHOWN
        return [
            *self._records(Delete, people, limit),
            *self._groups(people, limit),
            *self._records(Create, people, limit),
            *self._records(Update, people, limit),
        ]

    def row(self, change: Change) -> Values:
        """Return a change for the result, with the names of its records."""
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
            row.update(before=_deleted(change), memberships=list(change.memberships))
        return row

    def diff(self) -> tuple[Values, Values]:
        """Return the shown changes as values before and after, by record."""
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
            yield f"- {changes[0].action} {len(changes) - limit} more records"

    def _subject(self, change: Change, people: str) -> str:
        """Return a record with its name, and its id unless it is new. If the name changes, both names are shown."""
        people = "names" if people == "true" else people  # the number is already one of the values
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
        """Return a heading with the record of a change and its place.

        All changes of one record have the same heading.
        """
        name, id = self._name(change, "true"), change.id
        subject = f" {name}" if isinstance(id, Key) else f" {id}" + (name and f", {name}")
        place = self._place(id) if change.resource is GROUP else ""
        return f"{change.resource.name}{subject}{_place(place or change.where)}"

    # Members

    def _groups(self, people: str, limit: int) -> Iterator[str]:
        """Yield the changed groups with their members, at most *limit* of each. Members who leave come first."""
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
            yield f"- change the members of {len(groups) - limit} more groups"

    def _members(self) -> Iterator[tuple[Id, str, Id, str]]:
        """Yield the changed members of groups that are not deleted: group, sign, member and place."""
        gone = {change.id for change in self.changes if isinstance(change, Delete) and change.resource is GROUP}
        for change in self.changes:
            if isinstance(change, AddMember):
                yield change.id, "+", change.member, change.where
            elif isinstance(change, RemoveMember):
                yield change.id, "-", change.member, change.where
            elif isinstance(change, Delete) and change.resource is CONTACT:
                left = [group for group in change.memberships if group not in gone]
                yield from ((group, "-", change.id, "the plan deletes this contact") for group in left)

    def _staying(self, id: Id) -> list[str]:
        """Return how many members of a group stay, as the first line of the group's members in a diff."""
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
    def _contacts(self) -> Mapping[Id, Mapping[str, Any]]:
        """The contacts after the changes: the stored contacts by their ids, and the new contacts by their keys."""
        records = [*(member for members in self._book.members.values() for member in members), *self._book.contacts]
        found: dict[Id, Mapping[str, Any]] = {int(record["contact_id"]): record for record in records}
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
    """Yield the fields of a change, with their values if *shown* is set. A deletion always has values."""
    if isinstance(change, Create):
        before, after = {}, change.record
    elif isinstance(change, Update):
        after = differences(change.record, change.before)
        before = {name: change.before.get(name) for name in after}
    else:
        before, after = {}, _deleted(change) if shown and isinstance(change, Delete) else {}
    for name, value in after.items():
        old = f" {_text(before[name])} becomes" if name in before else ""
        yield f"{name}{old} {_text(value)}" if shown else name


def _deleted(change: Delete) -> Values:
    """Return the fields of a record that is deleted."""
    from .export import options_of  # imported here, because most runs delete nothing

    return options_of(change.resource, change.before)


def _text(value: Any) -> str:
    return printable(json_text("" if value is None else value))


def _place(place: str) -> str:
    return place and f" ({place})"


def _id(id: Any) -> Any:
    return id.text if isinstance(id, Key) else id

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The members of one group: the option ``members``, and the changes of the members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from .._errors import InvalidInput
from .._model.changes import AddMember, Change, Create, Id, Key, RemoveMember
from .._model.fields import Record
from .._model.frozen import Value
from .._model.guards import FIRST, GUARD_FROM, SOME, check_all, guard_additions, guard_removals
from .._model.index import by_number
from .._model.listing import IN_FAILURE, first_of
from .._model.phone import possibly_same
from .._model.plan import Membership
from .._model.resources import CONTACT
from .._service.client import Client
from .contacts import ContactRef, contact_refs
from .many import find_contacts

SHOWN = 20  # number of invalid entries that a message lists


@dataclass(frozen=True)
class MemberOptions(Value):
    """The options about members.

    ``lists`` has the entries of ``set``, ``add`` and ``remove``, as far as they are set.
    """

    lists: Mapping[str, Sequence[Any]]
    unknown: str
    max_removals: int
    max_additions: int
    force: bool
    on_duplicate: str

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> MemberOptions:
        given = params["members"] or {}
        return cls(
            lists={name: tuple(entries) for name, entries in given.items() if entries is not None},
            unknown=params["unknown_members"],
            max_removals=params["max_removals"],
            max_additions=params["max_additions"],
            force=params["force"],
            on_duplicate=params["on_duplicate"],
        )


@dataclass(frozen=True)
class Wanted:
    """The option ``members`` with contacts instead of entries. ``set`` is None if it is omitted."""

    set: list[ContactRef] | None = None
    add: list[ContactRef] = field(default_factory=list)
    remove: list[ContactRef] = field(default_factory=list)

    @property
    def incoming(self) -> list[ContactRef]:
        return [*(self.set or []), *self.add]


def read_members(options: MemberOptions, client: Client) -> Wanted:
    """Convert the entries of the option.

    Raises InvalidInput with all invalid entries, and with all members that are both added and removed.
    """
    problems: list[str] = []
    lists = {
        name: contact_refs(refs, f"members.{name}", client.numbering, problems) for name, refs in options.lists.items()
    }
    wanted = Wanted(**lists)
    coming = {(ref.id, ref.number): ref for ref in wanted.incoming}
    both = [(ref, coming[ref.id, ref.number]) for ref in wanted.remove if (ref.id, ref.number) in coming]
    problems += [f"{ref} is also in {other.option}. Remove the member from one of the lists." for ref, other in both]
    if problems:
        raise InvalidInput("\n".join(first_of(problems, SHOWN, IN_FAILURE)), problems=problems)
    places = {ref.number: ref.option for ref in wanted.incoming if ref.id is None}
    for first, second in client.numbering.possible_pairs(places):
        client.note(possibly_same(places[second], second, first, places[first]))
    return wanted


@dataclass(frozen=True)
class _Coming:
    """The contacts that one entry names, and what to do if the contact does not exist.

    This is a change that creates the contact, a warning, or an error.
    """

    ids: Sequence[Id] = ()
    create: Create | None = None
    warning: str = ""
    unknown: str = ""


@dataclass(frozen=True)
class MembersPlan:
    """The changes of the members, and their part of the diff. ``members`` are the members after the changes."""

    changes: Sequence[Change]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    unknown: Sequence[str]
    warnings: Sequence[str]
    members: Mapping[Id, Record]


def plan_members(
    group: Id, current: Sequence[Record], wanted: Wanted, options: MemberOptions, client: Client
) -> MembersPlan:
    """Plan the changes that lead to the wanted members.

    Raises GuardError if too many members would be removed or added.
    """
    book = _Book(client, current, options)
    book.look_up(wanted.incoming)
    coming = {ref: book.coming(ref) for ref in wanted.incoming}
    added, removed = _membership(wanted, coming, book).changes(book.current)
    named = {id for ref in wanted.remove for id in book.known(ref)}
    _note_similar(client, {ref.number: ref.option for ref in wanted.remove if not book.known(ref)}, current)
    creates = {found.create.id: found.create for found in coming.values() if found.create}
    if isinstance(group, int):
        _guard(len(added), len(removed), len(named.intersection(removed)), len(current), options)
    else:
        _guard_creations(len(creates), options, client)
    before, after = ({"members": book.numbers(ids)} if added or removed else {} for ids in (removed, added))
    gone = set(removed)
    staying = [id for id in book.current if id not in gone]
    return MembersPlan(
        [
            *creates.values(),
            *(AddMember(group, member) for member in added),
            *(RemoveMember(group, member) for member in removed if isinstance(group, int)),
        ],
        before,
        after,
        unknown=[found.unknown for found in coming.values() if found.unknown],
        warnings=[found.warning for found in coming.values() if found.warning],
        members={id: book.record(id) for id in [*staying, *added]},
    )


def _note_similar(client: Client, absent: Mapping[str, str], current: Sequence[Record]) -> None:
    """Warn about members whose number is possibly another form of a number to remove.

    *absent* has the places of the numbers that no member has.
    """
    if not absent:
        return
    members = {client.numbering.key(record["phone_number"]): record["contact_id"] for record in current}
    for pair in client.numbering.possible_pairs([*absent, *members]):
        for number, other in (pair, pair[::-1]):
            if number in absent and other in members:
                client.note(possibly_same(absent[number], number, other, f"the contact with id {members[other]}"))


def _guard(added: int, removed: int, named: int, size: int, options: MemberOptions) -> None:
    """Raise GuardError for large changes.

    If the group has fewer than ten members, all members that ``remove`` names may be removed, as long as somebody stays
    in the group. *named* is how many of the removed members ``remove`` names.
    """
    some_stay = removed < size + added
    confirm = "" if options.force or (named == removed and some_stay) else "force"
    what, limits = "members of the group", (options.max_removals, options.max_additions)
    check_all(
        partial(guard_removals, removed, size, limits[0], "max_removals", what, confirm=confirm, added=added),
        partial(guard_additions, added, size, limits[1], "max_additions", "members"),
    )


def _guard_creations(count: int, options: MemberOptions, client: Client) -> None:
    """Raise GuardError if the account would get many new contacts.

    The members of a new group are not limited, because nobody sends to this group yet.
    """
    total = client.total_contacts() if count > SOME else 0
    if total:
        some = FIRST if total < GUARD_FROM else SOME
        guard_additions(count, total, options.max_additions, "max_additions", "contacts", some)


class _Book:
    """The contacts that the plan needs: the members of the group, and the contacts that were looked up."""

    def __init__(self, client: Client, current: Sequence[Record], options: MemberOptions) -> None:
        self._client = client
        self._options = options
        self._contacts = by_number(current, client.numbering)
        self._expected: dict[Key, Record] = {}
        self.current = [self._contacts.id_of(record) for record in current]

    def known(self, ref: ContactRef) -> list[int]:
        """Return the ids of the contacts that *ref* names, as far as they were read.

        Several members of a group can have the same number.
        """
        if ref.id is not None:
            return [ref.id] if ref.id in self._contacts.by_id else []
        return self._contacts.ids(ref.number)

    def look_up(self, refs: Sequence[ContactRef]) -> None:
        """Read the contacts that were not read yet."""
        unknown = [ref for ref in refs if not self.known(ref)]
        found = find_contacts(self._client, unknown, self._options.on_duplicate)
        read = {self._contacts.id_of(record): record for record in found.values() if record}
        for record in read.values():
            self._contacts.add(record)

    def coming(self, ref: ContactRef) -> _Coming:
        """Return the contacts that *ref* names.

        If the contact does not exist, the option ``unknown_members`` decides.
        """
        found = self.known(ref)
        if found:
            return _Coming(tuple(found))
        if self._options.unknown == "create" and ref.id is None:
            key = self._expect(ref.number)
            return _Coming([key], create=Create(CONTACT, key, {"phone_number": self._expected[key]["phone_number"]}))
        sentence = f"{ref} is not in the address book"
        if self._options.unknown == "warn":
            return _Coming(warning=f"{sentence}, so this member is skipped.")
        return _Coming([] if ref.id is not None else [self._expect(ref.number)], unknown=sentence)

    def _expect(self, number: str) -> Key:
        """Return the key of a contact that does not exist yet."""
        key = Key(CONTACT, number)
        self._expected[key] = {"contact_id": None, "phone_number": self._client.numbering.written(number)}
        return key

    def record(self, id: Id) -> Record:
        return self._expected[id] if isinstance(id, Key) else self._contacts.by_id[id]

    def numbers(self, ids: Iterable[Id]) -> list[str]:
        return sorted(str(self.record(id)["phone_number"]) for id in ids)


def _membership(wanted: Wanted, coming: Mapping[ContactRef, _Coming], book: _Book) -> Membership:
    def ids(refs: Iterable[ContactRef]) -> frozenset[Id]:
        return frozenset(id for ref in refs for id in coming[ref].ids)

    leaving: frozenset[Id] = frozenset(id for ref in wanted.remove for id in book.known(ref))
    return Membership(None if wanted.set is None else ids(wanted.set), ids(wanted.add), leaving)

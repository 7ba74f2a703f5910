# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The plan that restores a backup. Pure, except for ``read_current``.

An existing record is restored by its id. A deleted record is created again and gets a new id. The next run must
recognise this copy, and must not create it again: the copy has an id that is not in the backup, and the same fields.
After the restore of a later backup, a copy has the fields that the record had at the time of the later backup.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .._model.changes import AddMember, Change, Create, Delete, Id, Key, RemoveMember, Update
from .._model.fields import Record
from .._model.index import Index, by_name, by_number
from .._model.listing import listed
from .._model.phone import Numbering
from .._model.plan import Membership, differences
from .._model.resources import CONTACT, GROUP
from .._records.many import contacts_and_members, members_of
from .._service.client import Client
from .backup_file import CREATED, Backup, Saved, content_of, digest_of
from .book import Book, Sync
from .deletions import CREATED_SINCE

SHOWN = 10  # number of records that a message lists
# Updates come first, so that numbers become free before new records use them.
ORDER: tuple[type, ...] = (Update, Create, AddMember, RemoveMember, Delete)
Members = Mapping[int, frozenset[int]]


@dataclass(frozen=True)
class Restoration:
    """The plan, its warnings, and the records that were created after the backup, by part and id."""

    sync: Sync
    created: Mapping[str, Mapping[int, Record]]
    warnings: Sequence[str] = ()


def read_current(backup: Backup, client: Client, workers: int) -> Book:
    """Read all contacts and groups, and the members of the groups that the backup affects. Contacts are read last.

    A newer group is possibly the copy of a group in the backup.
    """
    groups = client.list_records(GROUP)
    ids = [int(group["group_id"]) for group in groups]
    wanted = [id for id in ids if id in backup.members or id in backup.left or id not in backup.groups.ids]
    contacts, members = contacts_and_members(client, members_of(client, wanted, workers))
    return Book(contacts, groups, members)


def plan_restore(backup: Backup, book: Book, numbering: Numbering, remove_created: bool) -> Restoration:
    """Return the changes that restore the backup.

    A record that cannot be restored becomes a problem and is not changed.
    """
    inside = {id: frozenset(int(record["contact_id"]) for record in book.members[id]) for id in book.members}
    people_now, groups_now = by_number(book.contacts, numbering), by_name(book.groups)
    contacts = _Part(backup.contacts, people_now, remove_created, _of_contacts(backup, groups_now, inside))
    groups = _Part(backup.groups, groups_now, remove_created, _of_groups(backup, contacts, inside))
    people = _Memberships(backup, contacts, groups, inside)
    changes = sorted(
        [*contacts.changes(), *groups.changes(), *people.changes], key=lambda change: ORDER.index(type(change))
    )
    unchanged = {part.resource.name: part.unchanged for part in (contacts, groups)}
    sync = Sync(changes, [*contacts.problems(), *groups.problems()], unchanged)
    warnings = [*people.warnings(), *_without_members(backup, groups)]
    return Restoration(sync, {"contacts": contacts.created, "groups": groups.created}, warnings)


def _without_members(backup: Backup, groups: _Part) -> list[str]:
    """Return the warning about groups that are created again, although the run did not change their members."""
    names = {id: backup.groups.records[id]["name"] for id in groups.again if id not in backup.members}
    empty = [f"{name!r} (group_id {id})" for id, name in names.items()]
    if not empty:
        return []
    return [
        f"restore: the task creates these groups again, but without members: {listed(empty, SHOWN)}. Somebody deleted "
        "the groups after the backup was made. The backup does not contain their members, because the run that made "
        "the backup did not change the groups. After the restore, add the members to the groups."
    ]


@dataclass(frozen=True)
class _Relations:
    """Distinguishes copies that have the same fields, by their groups or members (their relations).

    - ``before`` returns the relations of a record in the backup.
    - ``now`` returns the relations of a new record.
    - ``fits`` returns whether a new record with other relations can also be the copy of a record in the backup.
    """

    before: Callable[[int], frozenset[object]]
    now: Callable[[int], frozenset[object]]
    fits: Callable[[int, frozenset[object]], bool]

    def equal(self, id: int, related: frozenset[object]) -> bool:
        return self.before(id) == related


def _of_contacts(backup: Backup, groups: Index, inside: Members) -> _Relations:
    """Return the groups of contacts.

    A group is identified by its id, or by its fields if it was deleted after the backup.
    """
    before, now = defaultdict(set), defaultdict(set)
    for id, members in (*backup.members.items(), *backup.left.items()):
        saved = backup.groups.records.get(id)
        group = id if id in groups.by_id or saved is None else content_of(GROUP, saved)
        for member in members:
            before[member].add(group)
    for id, members in inside.items():
        group = id if id in backup.groups.ids else content_of(GROUP, groups.by_id[id])
        for member in members:
            now[member].add(group)
    return _Relations(lambda id: frozenset(before[id]), lambda id: frozenset(now[id]), lambda _id, _groups: True)


def _of_groups(backup: Backup, contacts: _Part, inside: Members) -> _Relations:
    """Return the members of groups.

    A copy has only members that its group had before the run or got from the run. If the run did not change the
    members, the copy can have any members.
    """
    before = {new: old for old, new in contacts.copies.items()}

    def known(member: int) -> int:
        old = before.get(member, member)
        return old if old in backup.contacts.ids else CREATED

    return _Relations(
        lambda id: backup.members.get(id, frozenset()),
        lambda id: frozenset(map(known, inside.get(id, ()))),
        lambda id, members: (
            id not in backup.members or members <= backup.members[id] | backup.added.get(id, frozenset())
        ),
    )


class _Part:
    """One part of a backup: the contacts or the groups.

    - ``copies`` has the records that were created again: their new ids, by their old ids.
    - ``created`` are the other records that were created after the backup.
    - ``blocked`` are the records that cannot be restored, each with the record that has its number or name.
    """

    def __init__(self, saved: Saved, index: Index, remove: bool, relations: _Relations) -> None:
        self.resource, self._saved, self._now = index.resource, saved, index.by_id
        self._index = index
        self.copies = dict(self._find_copies(relations))
        newer = index.by_id.keys() - saved.ids - set(self.copies.values())
        self.created = {id: record for id, record in index.by_id.items() if id in newer}
        self.removed = frozenset(self.created) if remove else frozenset[int]()
        self._names = {id: index.name_of(record) for id, record in saved.records.items()}
        self.blocked = self._find_blocked()

    @property
    def unchanged(self) -> int:
        """The number of records that are the same as in the backup."""
        return len(self._saved.records) - len(self.blocked) - sum(1 for _change in self._restored())

    @property
    def again(self) -> list[int]:
        """The ids before of the records that are created again."""
        return [id for id in self._saved.records if id not in self.blocked and self._present(id) is None]

    def now(self, id: int) -> Id | None:
        """Return the id or key that a record of the backup has now: its own id, the id of its copy, or a key for a new
        copy.
        """
        if id in self._now:
            return id
        if id in self.copies:
            return self.copies[id]
        return self._key(id) if id in self._saved.records and id not in self.blocked else None

    def changes(self) -> Iterator[Change]:
        yield from self._restored()
        yield from (Delete(self.resource, id, self.created[id], CREATED_SINCE) for id in sorted(self.removed))

    def problems(self) -> list[tuple[str, str]]:
        """Return the records that cannot be restored, each with the reason."""
        return [(self._where(id), self._reason(id, self.blocked[id])) for id in sorted(self.blocked)]

    def _restored(self) -> Iterator[Change]:
        for id, record in self._saved.records.items():
            if id in self.blocked:
                continue
            wanted = {item.name: record[item.name] for item in self.resource.writable}
            actual = self._present(id)
            if actual is None:
                yield Create(self.resource, self._key(id), wanted, self._where(id), again=True)
                continue
            changed = differences(wanted, actual)
            if changed:
                number = int(actual[self.resource.id])
                yield Update(self.resource, number, {**actual, **changed}, actual, self._where(id))

    def _present(self, id: int) -> Record | None:
        """Return the record that had this id at the time of the backup, or its copy, as it is now."""
        return self._now.get(self.copies.get(id, id))

    def _find_copies(self, relations: _Relations) -> Iterator[tuple[int, int]]:
        """Yield the old and the new id of each deleted record that was created again.

        Records that the run did not delete are included, because the restore of a later backup can have created them
        again.
        """
        newer: dict[str, dict[int, frozenset[object]]] = defaultdict(dict)
        for id in sorted(self._now.keys() - self._saved.ids):
            newer[digest_of(self.resource, self._now[id])][id] = relations.now(id)
        gone = dict.fromkeys(sorted(self._saved.ids - self._now.keys()))
        before = {id: digest_of(self.resource, record) for id, record in self._saved.records.items() if id in gone}
        later = {id: digest for id, digest in self._saved.later.items() if id in gone}
        for digests, fits in ((before, relations.equal), (before, relations.fits), (later, relations.fits)):
            for old in [id for id in gone if id in digests]:
                same = newer[digests[old]]
                new = next((id for id, related in same.items() if fits(old, related)), None)
                if new is not None:
                    del same[new]
                    del gone[old]
                    yield old, new

    def _find_blocked(self) -> dict[int, int]:
        """Return the records whose number or name now belongs to another record, each with the other record.

        A record that cannot be restored keeps its present number, which can block another record.
        """
        moving = {id: name for id, name in self._names.items() if name and self._moves(id)}
        held_by, waiting = defaultdict(set), defaultdict(list)
        for id, name in self._planned():
            held_by[name].add(id)
        for id, name in moving.items():
            waiting[name].append(id)
        blocked: dict[int, int] = {}
        unchecked = list(moving)
        while unchecked:
            id = unchecked.pop()
            holders = held_by[moving[id]] - {id} - self._saved.shared.get(id, frozenset())
            if id in blocked or not holders:
                continue
            blocked[id] = min(holders)
            held_by[moving[id]].discard(id)
            actual = self._present(id)
            if actual is not None:
                stays = self._index.name_of(actual)
                held_by[stays].add(id)
                unchecked += waiting[stays]
        return blocked

    def _moves(self, id: int) -> bool:
        """Return whether a record gets a number or a name that it does not have now."""
        actual = self._present(id)
        return actual is None or self._index.name_of(actual) != self._names[id]

    def _planned(self) -> Iterator[tuple[int, str]]:
        """Yield each record with the number or name that it has after the plan, if no record is blocked.

        A record is identified by the id that it had at the time of the backup.
        """
        before = {new: old for old, new in self.copies.items()}
        for id, record in self._now.items():
            old = before.get(id, id)
            if id not in self.removed and old not in self._names:
                yield old, self._index.name_of(record)
        yield from self._names.items()

    def _key(self, id: int) -> Key:
        return Key(self.resource, f"{self.resource.name} {id}")

    def _where(self, id: int) -> str:
        return f"restore: {self.resource.name} {id}"

    def _reason(self, id: int, holder: int) -> str:
        kind = self.resource.name
        what = "number" if self.resource is CONTACT else "name"
        other = f"the {kind} with id {self.copies.get(holder, holder)}"
        option = (
            f" To delete all records that were created after the backup, such as {other}, set remove_created."
            if holder in self.created
            else ""
        )
        return (
            f"restore: the {kind} with id {id} is not restored, because its {what} now belongs to {other}. Change or "
            f"delete {other}, then run the task again.{option}"
        )


class _Memberships:
    """The members of the groups in the backup, and the groups of the deleted contacts."""

    def __init__(self, backup: Backup, contacts: _Part, groups: _Part, inside: Members) -> None:
        self._contacts, self._groups, self._inside = contacts, groups, inside
        self._lost: list[str] = []
        self.changes: list[Change] = []
        for id, members in sorted(backup.members.items()):
            self._restore(id, members, whole=True)
        for id, members in sorted(backup.left.items()):
            self._restore(id, members, whole=False)

    def warnings(self) -> list[str]:
        if not self._lost:
            return []
        return [
            f"restore: these memberships cannot be restored, because the contact or the group no longer exists and is "
            f"not in the backup: {listed(self._lost, SHOWN)}."
        ]

    def _restore(self, id: int, members: frozenset[int], whole: bool) -> None:
        """Add the missing members of a group. If the backup has all members (*whole*), remove the other members."""
        group = self._groups.now(id)
        wanted = {member: self._contacts.now(member) for member in sorted(members)}
        reported = wanted.keys() if id in self._groups.blocked else self._contacts.blocked.keys()
        lost = [one for one in wanted.keys() - reported if group is None or wanted[one] is None]
        self._lost += [f"contact {member} in group {id}" for member in sorted(lost)]
        if group is None:
            return
        there = frozenset(one for one in wanted.values() if one is not None)
        current = self._inside.get(group, frozenset()) if isinstance(group, int) else frozenset[int]()
        membership = Membership(set=there) if whole else Membership(add=there)
        add, remove = membership.changes(current)
        where = f"restore: group {id}"
        self.changes += [AddMember(group, member, where) for member in add]
        if isinstance(group, int):
            leaving = [member for member in remove if member not in self._contacts.removed]
            self.changes += [RemoveMember(group, member, where) for member in leaving]

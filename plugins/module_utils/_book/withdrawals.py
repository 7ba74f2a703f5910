# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""After many creations: deletes this run's copies of records that another run created at the same time.

``_model/copies.py`` explains the rule. The memberships of a copy move to the record that stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._errors import LinkEngageError
from .._model.changes import AddMember, Change, Create, Delete, Id, Key
from .._model.copies import is_as_posted, own_copies
from .._model.fields import Record, Resource
from .._model.frozen import Value
from .._model.index import Index, by_name, by_number
from .._model.listing import listed
from .._model.plan import to_write
from .._model.resources import CONTACT, GROUP
from .._records.many import listing_pays, members_of
from .._service.client import Client
from .apply import Tally, make_all
from .chains import found_by
from .report import SHOWN, counted


@dataclass(frozen=True)
class Withdrawals(Value):
    """The changes of a run without the deleted copies, and sentences for its result."""

    done: Sequence[Change]
    warnings: Sequence[str] = ()
    failed: Sequence[str] = ()


@dataclass(frozen=True)
class _Copies:
    """The copies that this run created.

    The keys of both attributes are pairs of a resource and an id.

    - ``copies`` has, for each copy of this run, the record that stays.
    - ``stays`` has, for each record with the same number or name, the id of the record that stays.

    ``edited`` has a sentence for each copy that somebody has edited since. It is not deleted, so that the edit is kept.
    """

    copies: dict[tuple[str, int], Record]
    stays: dict[tuple[str, int], int]
    edited: list[str]

    def staying(self, resource: Resource, id: int) -> int:
        return self.stays.get((resource.name, id), id)

    def of(self, resource: Resource) -> list[tuple[int, Record]]:
        return [(id, kept) for (name, id), kept in self.copies.items() if name == resource.name]


def withdraw_copies(client: Client, tally: Tally, whole: bool, workers: int) -> Withdrawals:
    """Read the created records again, and delete this run's copies.

    This takes one request for contacts and one request for groups. Without *whole*, a small number of contacts is
    looked up one by one, as for the plan.
    """
    if tally.stopped:
        return Withdrawals(tally.done)
    try:
        found = _find(client, tally, whole)
        moves = _moves(client, tally, found, workers) if found.copies else []
    except LinkEngageError as error:
        doubt = "The module could not check whether another run has created the same records as this run"
        sentence = f"{doubt}: {error} Run the task again."
        return Withdrawals(tally.done, failed=[sentence])
    if not found.copies:
        return Withdrawals(tally.done, failed=found.edited)
    withdrawals = _withdraw(client, tally, found, moves, workers)
    return replace(withdrawals, failed=[*withdrawals.failed, *found.edited])


def _find(client: Client, tally: Tally, whole: bool) -> _Copies:
    found = _Copies({}, {}, [])
    for resource in (CONTACT, GROUP):
        created = [
            change
            for change in tally.done
            if isinstance(change, Create) and change.resource is resource and not change.again
        ]
        own = {change.id.text: int(tally.made[change.id][resource.id]) for change in created}
        lost = client.lost(resource)
        if own or lost:
            index = _read_new(client, resource, own, lost, whole)
            _compare(index, own, lost, found)
            _keep_edited(index, {own[change.id.text]: change for change in created}, found)
    return found


def _keep_edited(index: Index, created: Mapping[int, Create], found: _Copies) -> None:
    """Take the copies that somebody has edited since out of the copies to delete."""
    resource = index.resource
    for id, kept in found.of(resource):
        change, stored = created.get(id), index.by_id[id]
        same = {found_by(resource): stored[found_by(resource)]}  # the service can store it in another spelling
        if change and not is_as_posted(resource, {**change.record, **same}, stored):
            del found.copies[resource.name, id]
            del found.stays[resource.name, id]
            other = kept[resource.id]
            found.edited.append(
                f"{change.where}: two runs created this {resource.name} at the same time. The other run created "
                f"the {resource.name} with id {other}, and this run created the {resource.name} with id {id}. Somebody "
                f"has edited the {resource.name} with id {id}, so this run did not delete this {resource.name}. Write "
                f"the edited values into the {resource.name} with id {other}, and delete the {resource.name} with id "
                f"{id}."
            )


def _read_new(
    client: Client, resource: Resource, own: Mapping[str, int], lost: Sequence[Mapping[str, Any]], whole: bool
) -> Index:
    """Read the records like ``_read``, but wait until a read shows the new records (contract: assumptions, reads that
    lag).

    Otherwise, the next run could miss the new records and create them again.
    """
    index = _read(client, resource, own, lost, whole)
    if not any(id not in index.by_id for id in own.values()):
        return index
    for id in own.values():
        client.await_record(resource, id)
    return _read(client, resource, own, lost, whole)


def _read(
    client: Client, resource: Resource, own: Iterable[str], lost: Sequence[Mapping[str, Any]], whole: bool
) -> Index:
    """Read the records that can be copies."""
    if resource is GROUP:
        return by_name(client.list_records(GROUP))
    numbers = dict.fromkeys([*own, *(record["phone_number"] for record in lost)])
    if whole or listing_pays(len(numbers), client.total_contacts()):
        return by_number(client.list_records(CONTACT), client.numbering)
    records = [record for number in numbers for record in client.contacts_by_number(number)]
    return by_number({record["contact_id"]: record for record in records}.values(), client.numbering)


def _compare(index: Index, own: dict[str, int], lost: Sequence[Mapping[str, Any]], found: _Copies) -> None:
    """Add the copies in *index* to *found*. *own* has the ids of the created records, by number or name."""
    posted: dict[str, list[Mapping[str, Any]]] = {name: [] for name in own}
    for record in lost:
        posted.setdefault(index.name_of(record), []).append(record)
    for name, unanswered in posted.items():
        alike = index.named(name)
        mine = [own[name]] if name in own else []
        for record in alike:
            found.stays[index.resource.name, index.id_of(record)] = index.id_of(alike[0])
        for record in own_copies(index.resource, alike, mine, unanswered):
            found.copies[index.resource.name, index.id_of(record)] = alike[0]


def _moves(client: Client, tally: Tally, found: _Copies, workers: int) -> list[AddMember]:
    """Return the memberships of the copies that the records that stay do not have yet.

    Somebody else can have added a copy to any group.
    """
    ended = dict.fromkeys(_memberships(tally, found))
    present: set[tuple[int, int]] = set()
    groups = {int(kept["group_id"]) for _id, kept in found.of(GROUP)}.union(id for id, _kept in found.of(GROUP))
    if found.of(CONTACT):
        groups |= {int(group["group_id"]) for group in client.list_records(GROUP)}
    for id, records in members_of(client, sorted(groups), workers).items():
        inside = [(id, int(record["contact_id"])) for record in records]
        ended.update(dict.fromkeys(pair for pair in inside if _ends(*pair, found)))
        present.update(inside)
    moved = dict.fromkeys((found.staying(GROUP, group), found.staying(CONTACT, member)) for group, member in ended)
    return [AddMember(group, member) for group, member in moved if (group, member) not in present]


def _ends(group: int, member: int, found: _Copies) -> bool:
    """Return whether a membership ends with a copy."""
    return (GROUP.name, group) in found.copies or (CONTACT.name, member) in found.copies


def _memberships(tally: Tally, found: _Copies) -> list[tuple[int, int]]:
    """Return the memberships that this run has made and that end when its copies are deleted.

    Each is a pair of the ids of a group and a contact.
    """
    made = [
        (_number(change.id, tally), _number(change.member, tally))
        for change in tally.done
        if isinstance(change, AddMember)
    ]
    return [(group, member) for group, member in made if _ends(group, member, found)]


def _number(id: Id, tally: Tally) -> int:
    return int(tally.made[id][id.resource.id]) if isinstance(id, Key) else id


def _withdraw(client: Client, tally: Tally, found: _Copies, moves: Sequence[AddMember], workers: int) -> Withdrawals:
    """Move the memberships, then delete the copies. If a membership cannot be moved, no copy is deleted."""
    deletions = [Delete(resource, id, kept) for resource in (CONTACT, GROUP) for id, kept in found.of(resource)]
    moved = make_all(client, moves, workers)
    left = _left(moved) or _left(make_all(client, deletions, workers))
    if left:
        ids = listed([f"{change.resource.name} {change.id}" for change in deletions], SHOWN)
        return Withdrawals(
            tally.done,
            failed=[
                f"Two runs created the same records at the same time. This run could not delete its duplicates "
                f"({ids}): {left} Delete these records if they still exist."
            ],
        )
    count = counted(len(deletions), "record", "records")
    return Withdrawals(
        [*(change for change in tally.done if not _is_about(change, tally, found)), *moved.done],
        warnings=[
            f"Two runs created the same records at the same time. This run has deleted its duplicates ({count}). The "
            "records of the other run stay in the account."
        ],
        failed=_different(tally, found),
    )


def _left(tally: Tally) -> str:
    """Return the first reason why a change was not made; empty if all changes were made."""
    return next((reason for _change, reason in tally.failed), tally.stopped)


def _is_about(change: Change, tally: Tally, found: _Copies) -> bool:
    """Return whether the change created a copy, or added a member to a copy, or added a copy as a member."""
    if isinstance(change, AddMember):
        return _ends(_number(change.id, tally), _number(change.member, tally), found)
    return isinstance(change, Create) and (change.resource.name, _number(change.id, tally)) in found.copies


def _different(tally: Tally, found: _Copies) -> list[str]:
    """Return a sentence for each entry whose values differ from the record that stays."""
    sentences = []
    for change in tally.done:
        if isinstance(change, Create) and _is_about(change, tally, found):
            kept = found.copies[change.resource.name, _number(change.id, tally)]
            wanted = {name: value for name, value in change.record.items() if name != change.resource.found_by}
            names = ", ".join(to_write(wanted, kept))
            kind = change.resource.name
            sentences += [
                f"{change.where}: another run created this {kind} ({change.resource.id} {kept[change.resource.id]}) at "
                f"the same time. The values of the {kind} differ from the values of this entry: {names}. Run the task "
                "again to write the values of this entry."
            ] * bool(names)
    return sentences

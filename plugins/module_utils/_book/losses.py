# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The members that groups lose: removed members, deleted contacts, deleted groups. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._errors import GuardError
from .._model.changes import AddMember, Change, Delete, RemoveMember
from .._model.guards import all_of, guard_removals
from .._model.listing import listed
from .._model.resources import CONTACT, GROUP
from .book import Book
from .scope import Scope

SHOWN = 10  # number of groups that a message lists


@dataclass(frozen=True)
class Loss:
    """A group and the members that it loses.

    - ``size`` is the number of its members before the plan.
    - ``removed`` are members that are removed from the group.
    - ``deleted`` are members whose contacts are deleted.
    - ``added`` are new members.
    - ``gone`` is True if the group itself is deleted.
    """

    id: int
    name: str
    size: int
    removed: int
    deleted: int
    added: int
    gone: bool

    @property
    def leaving(self) -> int:
        return self.size if self.gone else self.removed + self.deleted


def deleted_ids(changes: Iterable[Change]) -> tuple[frozenset[int], frozenset[int]]:
    """Return the ids of the deleted contacts, and the ids of the deleted groups."""
    deletions = [change for change in changes if isinstance(change, Delete)]
    contacts = frozenset(change.id for change in deletions if change.resource is CONTACT)
    return contacts, frozenset(change.id for change in deletions if change.resource is GROUP)


def with_memberships(changes: Sequence[Change], book: Book) -> list[Change]:
    """Return the changes. Each deletion has the memberships that end with it."""
    groups_of: dict[int, list[int]] = {}
    members = {
        group: sorted(int(record["contact_id"]) for record in records) for group, records in book.members.items()
    }
    for group in sorted(members):
        for contact in members[group]:
            groups_of.setdefault(contact, []).append(group)
    ended = {CONTACT.name: groups_of, GROUP.name: members}
    return [
        replace(change, memberships=tuple(ended[change.resource.name].get(change.id, ())))
        if isinstance(change, Delete)
        else change
        for change in changes
    ]


def losses(changes: Sequence[Change], book: Book) -> list[Loss]:
    """Return the groups that lose members, sorted by id.

    *book* must have the members of all groups that the changes affect.
    """
    contacts, groups = deleted_ids(changes)
    removed, added = _by_group(changes, RemoveMember), _by_group(changes, AddMember)
    names = {int(group["group_id"]): str(group["name"] or "") for group in book.groups}
    found = []
    for id in sorted(book.members):
        inside = {int(record["contact_id"]) for record in book.members[id]}
        deleted = len(inside & contacts)
        loss = Loss(
            id=id,
            name=names.get(id, ""),
            size=len(inside),
            removed=removed.get(id, 0),
            deleted=deleted,
            added=added.get(id, 0),
            gone=id in groups,
        )
        found += [loss] if loss.leaving else []
    return found


def _by_group(changes: Iterable[Change], kind: type) -> dict[Any, int]:
    counts: dict[Any, int] = {}
    for change in changes:
        if isinstance(change, kind):
            counts[change.id] = counts.get(change.id, 0) + 1
    return counts


def guard_losses(found: Sequence[Loss], scope: Scope) -> None:
    """Raise GuardError if a group loses too many members, or is deleted with its members."""
    _guard_deleted_groups([loss for loss in found if loss.gone], scope)
    errors = [error for loss in found if not loss.gone for error in _problem(loss, scope)]
    options = dict.fromkeys(error.facts["option"] for error in errors)
    if errors:
        raise all_of([_together([error for error in errors if error.facts["option"] == option]) for option in options])


def _together(errors: Sequence[GuardError]) -> GuardError:
    """Return one error for all groups that need the same option.

    The largest loss decides which value the option needs.
    """
    first = max(errors, key=lambda error: error.facts["removed"] / error.facts["total"])
    others = [_phrase(error) for error in errors if error is not first]
    also = f" Other groups would also lose too many members: {listed(others, SHOWN)}." if others else ""
    return GuardError(f"{first}{also}", **first.facts)


def _guard_deleted_groups(found: Sequence[Loss], scope: Scope) -> None:
    if not found or scope.force:
        return
    raise GuardError(
        f"These groups have members and would be deleted: "
        f"{listed([f'{loss.name!r} with {_members(loss.size)}' for loss in found], SHOWN)}. Nothing was written. "
        "Set `force` to delete these groups. Deleting a group does not delete its contacts.",
        members=sum(loss.size for loss in found),
        groups=[loss.name for loss in found],
        option="force",
    )


def _problem(loss: Loss, scope: Scope) -> list[GuardError]:
    """Return the error if the group loses too many members, in a list that is otherwise empty."""
    try:
        guard_removals(
            loss.leaving,
            loss.size,
            scope.max_delete_percent,
            "max_delete_percent",
            f"members of {loss.name!r}",
            confirm=scope.confirm,
            added=loss.added,
            detail=_deleted(loss),
        )
    except GuardError as error:
        return [GuardError(str(error), **error.facts, group=loss.name)]
    return []


def _deleted(loss: Loss) -> str:
    """Return the sentence about members whose contacts the task would delete; empty if there are none."""
    if not loss.deleted:
        return ""
    if loss.leaving == 1:
        return " This member is a contact that the task would delete."
    if loss.deleted == loss.leaving:
        return f" These {loss.leaving} members are contacts that the task would delete."
    are = "is a contact" if loss.deleted == 1 else "are contacts"
    return f" {loss.deleted} of these {loss.leaving} members {are} that the task would delete."


def _phrase(error: GuardError) -> str:
    return f"{error.facts['removed']} of {_members(error.facts['total'])} of {error.facts['group']!r}"


def _members(count: int) -> str:
    return f"{count} member{'' if count == 1 else 's'}"

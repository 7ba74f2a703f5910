# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The deletions in a whole address book: absent records and purged records. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .._errors import InvalidInput, LinkEngageError
from .._model.changes import Delete
from .._model.fields import Record
from .._model.guards import guard_removals
from .._model.resources import CONTACT, GROUP
from .._model.values import mask
from .._records.contacts import only
from .._records.groups import refuse_other_blanks
from .book import Book
from .register import Register
from .scope import RecordPatterns, Scope

# The reason for a deletion. It is stored where other changes have the place of their entry.
ABSENT, PURGE, CREATED_SINCE = "absent", "purge", "restore: created after the backup"


@dataclass(frozen=True)
class Kept:
    """The records with the places of their entries.

    ``needed`` has the contacts that groups need, each with the place of the member.
    """

    contacts: Register
    groups: Register
    needed: Mapping[int, str]

    def place(self, register: Register, id: int) -> str:
        """Return the place where a record is declared or needed; empty if there is no such place."""
        return register.claimed.get(id) or (self.needed.get(id, "") if register is self.contacts else "")


@dataclass(frozen=True)
class Deletions:
    """The planned deletions.

    - ``contacts`` has the ids of the contacts that are deleted.
    - ``unmanaged`` has the records without an entry that are neither deleted nor ignored.
    - ``withheld`` is the number of records that would be purged if the plan had no problems.
    """

    changes: Sequence[Delete]
    contacts: frozenset[int]
    problems: Sequence[tuple[str, str]]
    unmanaged: Mapping[str, Sequence[Record]]
    withheld: int


def plan_deletions(kept: Kept, book: Book, scope: Scope, ignored: RecordPatterns, troubled: bool) -> Deletions:
    """Plan to delete absent and purged records. If the plan has problems (*troubled*), nothing is purged.

    Raises InvalidInput if an absent record is also declared, and GuardError.
    """
    parts = (("contacts", kept.contacts), ("groups", kept.groups))
    problems: list[tuple[str, str]] = []
    named = {part: _absent(register, kept, scope, ignored, problems) for part, register in parts}
    ours = {
        part: _purged(register, named[part], scope, ignored) if part in scope.purge else [] for part, register in parts
    }
    problems += [] if troubled else _still_needed(kept, ours["contacts"])
    withheld = 0
    if problems or troubled:
        withheld = sum(map(len, ours.values()))
        ours = {part: [] for part in ours}
    changes = []
    for part, register in parts:
        _guard(part, register, named[part], ours[part], book, scope)
        for why, records in ((ABSENT, named[part]), (PURGE, ours[part])):
            changes += [Delete(register.resource, register.id_of(record), record, why) for record in records]
    gone = frozenset(kept.contacts.id_of(record) for record in [*named["contacts"], *ours["contacts"]])
    unmanaged = {
        part: [
            record
            for record in register.unclaimed([*named[part], *ours[part]])
            if not (ignored and ignored.match(register.resource, record))
        ]
        for part, register in parts
        if book.whole
    }
    return Deletions(changes, gone, problems, unmanaged, withheld)


def _absent(
    register: Register, kept: Kept, scope: Scope, ignored: RecordPatterns, problems: list[tuple[str, str]]
) -> list[Record]:
    """Return the absent records.

    Raises InvalidInput if such a record is also declared, needed by a group, or ignored.
    """
    resource = register.resource
    found = []
    for name in sorted(scope.absent_numbers if resource is CONTACT else scope.absent_groups):
        what = f"absent: the {f'number {mask(name)}' if resource is CONTACT else f'group name {name!r}'}"
        try:
            # If several records have the number or name, none is deleted. Otherwise each run would delete one more
            # record.
            if resource is GROUP:
                # A group with an entry keeps its record, whatever its name is.
                refuse_other_blanks(what, name, register.unclaimed([]))
            option = f"the module linkengage_{resource.name} with {resource.id}"
            record = only(register.named(name), resource.id, what, option)
        except LinkEngageError as error:
            problems.append((ABSENT, str(error)))
            continue
        if record is None:
            continue
        id = register.id_of(record)
        place = kept.place(register, id)
        if place or ignored.match(resource, record):
            other = f"`{place}`" if place else "the option `ignore`"
            raise InvalidInput(
                f"absent: the {resource.name} with id {id} is also in {other}. Nothing was written. Remove the "
                f"{resource.name} from `absent`, or from {other}."
            )
        found.append(record)
    return found


def _purged(register: Register, named: list[Record], scope: Scope, ignored: RecordPatterns) -> list[Record]:
    """Return the records that have the marker and are neither declared nor absent nor ignored."""
    return [
        record
        for record in register.unclaimed(named)
        if scope.is_marked(register.resource, record) and not ignored.match(register.resource, record)
    ]


def _still_needed(kept: Kept, contacts: list[Record]) -> list[tuple[str, str]]:
    """Return a problem for each contact that would be purged although a group needs it."""
    ids = ((kept.contacts.id_of(record), mask(record["phone_number"])) for record in contacts)
    places = [(kept.needed[id], f"the contact with id {id} ({number})") for id, number in ids if id in kept.needed]
    return [
        (
            place,
            f"{place}: {contact} is a member of a declared group, but is not declared as a contact. So `purge` "
            "would delete this contact. Declare the contact, or remove the contact from the group.",
        )
        for place, contact in places
    ]


def _guard(part: str, register: Register, named: list[Record], ours: list[Record], book: Book, scope: Scope) -> None:
    limit = scope.max_delete_percent
    managed = len(ours) + len(register.claimed)
    what = f"managed {part}"
    guard_removals(len(ours), managed, limit, "max_delete_percent", what, confirm=scope.confirm)
    partly = register.resource is CONTACT and not book.whole
    total = book.total if partly and book.total is not None else len(register.by_id)
    # The user lists absent records one by one. So if only absent records are deleted, they may be most of a few
    # records.
    confirm = scope.confirm if ours and register.resource is CONTACT else ""
    guard_removals(len(ours) + len(named), total, limit, "max_delete_percent", part, confirm=confirm)

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Writes a copy of the records that a plan will change or delete, so that they can be restored."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from .._errors import LinkEngageError
from .._machine.files import outdated, write_private
from .._model.changes import AddMember, Change, Delete, RemoveMember, Update
from .._model.fields import Resource
from .._model.index import Index, by_number
from .._model.names import trimmed
from .._model.resources import CONTACT, GROUP
from .._records.many import members_of
from .._service.client import Client
from .backup_file import CREATED, Backup, Saved, digest_of
from .book import Book


def write_backup(path: str, changes: Sequence[Change], book: Book, client: Client, workers: int) -> None:
    """Store the records that the changes replace or delete, and the ids of all records.

    If the file exists, the earlier file is renamed and kept.
    """
    if not changes:
        return
    text = backup_of(changes, _whole(book, changes, client, workers), client).text()
    if outdated({path: text}):
        _set_aside(path)
    write_private({path: text})


def _set_aside(path: str) -> None:
    """Rename an earlier file: a number is added to its name."""
    stem, ending = os.path.splitext(path)
    number = 1
    while os.path.lexists(f"{stem}.{number}{ending}"):
        number += 1
    try:
        if os.path.lexists(path):
            os.rename(path, f"{stem}.{number}{ending}")
    except OSError as error:
        raise LinkEngageError(
            f"backup: the file {path} exists already, and cannot be renamed: {error.strerror}. Nothing was written."
        ) from error


def _whole(book: Book, changes: Sequence[Change], client: Client, workers: int) -> Book:
    """Return the address book with all contacts and groups, and with the members of the groups that the changes
    affect.
    """
    known = {int(record["contact_id"]): record for record in book.contacts}
    contacts = book.contacts if book.whole else [*_others(client, known), *known.values()]
    groups = book.groups or client.list_records(GROUP)
    # A deleted contact leaves all of its groups, so the members of all groups are needed.
    wanted = _ids(changes, GROUP, AddMember, RemoveMember, Delete)
    if _ids(changes, CONTACT, Delete):
        wanted = {int(group["group_id"]) for group in groups}
    unread = sorted(wanted - book.members.keys())
    members = {**book.members, **members_of(client, unread, workers)}
    return replace(book, contacts=contacts, groups=groups, members=members, whole=True)


def _others(client: Client, known: dict[int, dict[str, object]]) -> list[dict[str, object]]:
    return [record for record in client.list_records(CONTACT) if int(record["contact_id"]) not in known]


def backup_of(changes: Sequence[Change], book: Book, client: Client) -> Backup:
    """Return the backup of the records that the changes replace or delete. *book* must have all records."""
    regrouped = _ids(changes, GROUP, AddMember, RemoveMember, Delete)
    contacts = _saved(changes, by_number(book.contacts, client.numbering), set())
    inside = {id: frozenset(int(record["contact_id"]) for record in book.members[id]) for id in book.members}
    # If one of two groups is deleted, a name that differed only in blanks becomes the name of the other group.
    groups = Index(GROUP, lambda group: trimmed(group["name"]), book.groups)
    left = {id: inside[id] & contacts.deleted for id in inside if id not in regrouped}
    return Backup(
        client.account,
        contacts,
        _saved(changes, groups, regrouped),
        {id: inside[id] for id in sorted(regrouped) if id in inside},
        {id: members for id, members in left.items() if members},
        _added(changes),
    )


def _added(changes: Sequence[Change]) -> dict[int, frozenset[int]]:
    """Return the contacts that the changes add to each existing group."""
    added: dict[int, set[int]] = {}
    for change in changes:
        if isinstance(change, AddMember) and isinstance(change.id, int):
            added.setdefault(change.id, set()).add(change.member if isinstance(change.member, int) else CREATED)
    return {id: frozenset(members) for id, members in added.items()}


def _saved(changes: Sequence[Change], index: Index, more: set[int]) -> Saved:
    """Return the records of one resource that the changes or *more* name.

    Records with the same number or name are added.
    """
    touched = sorted((_ids(changes, index.resource, Update, Delete) | more) & index.by_id.keys())
    names = {id: index.name_of(index.by_id[id]) for id in touched}
    shared = {id: frozenset(index.ids(name)) - {id} for id, name in names.items() if name}
    deleted = frozenset(_ids(changes, index.resource, Delete))
    updated = {
        change.id: change.record
        for change in changes
        if isinstance(change, Update) and change.resource is index.resource
    }
    later = {id: updated.get(id, record) for id, record in index.by_id.items() if id not in deleted}
    return Saved(
        {id: index.by_id[id] for id in touched},
        frozenset(index.by_id),
        deleted,
        {id: others for id, others in shared.items() if others},
        {id: digest_of(index.resource, record) for id, record in later.items()},
    )


def _ids(changes: Sequence[Change], resource: Resource, *kinds: type) -> set[int]:
    """Return the ids of the existing records of one resource that changes of these *kinds* affect."""
    return {
        change.id
        for change in changes
        if isinstance(change, kinds) and change.resource is resource and isinstance(change.id, int)
    }

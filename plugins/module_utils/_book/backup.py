# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""A copy of the records that a plan will change or delete, as a source that restores them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from .._errors import LinkEngageError
from .._machine.files import outdated, write_private
from .._model.changes import AddMember, Change, Delete, RemoveMember, Update
from .._model.fields import Record, Resource
from .._model.halves import json_text
from .._model.phone import Numbering
from .._model.resources import CONTACT, GROUP
from .._model.values import UNWRITABLE
from .._service.client import Client
from .book import Book
from .export import options_of, with_number


def write_backup(path: str, changes: Sequence[Change], book: Book, client: Client) -> None:
    """Store the records that the changes replace or delete. An earlier file is renamed and kept."""
    touched = [change for change in changes if isinstance(change.id, int)]
    if not touched:
        return
    text = json_text(_Backup(touched, book, client).entries(), indent=1) + "\n"
    if outdated({path: text}):
        _set_aside(path)
    write_private({path: text})


def _set_aside(path: str) -> None:
    """Rename an earlier file: add a number to its name."""
    stem, ending = os.path.splitext(path)
    number = 1
    while os.path.lexists(f"{stem}.{number}{ending}"):
        number += 1
    try:
        if os.path.lexists(path):
            os.rename(path, f"{stem}.{number}{ending}")
    except OSError as error:
        raise LinkEngageError(f"backup: {path} cannot be renamed: {error.strerror}. Nothing was written.") from error


class _Backup:
    def __init__(self, changes: Sequence[Change], book: Book, client: Client) -> None:
        self._book, self._client = book, client
        self._touched: dict[tuple[type, str], set[Any]] = {}
        for change in changes:
            self._touched.setdefault((type(change), change.resource.name), set()).add(change.id)
        self._deleted = self._ids(CONTACT, Delete)

    def _ids(self, resource: Resource, *kinds: type) -> set[int]:
        return {id for kind in kinds for id in self._touched.get((kind, resource.name), ())}

    def entries(self) -> dict[str, list[dict[str, Any]]]:
        """``contacts`` and ``groups``. Changed records have their id; deleted records have their number or name."""
        contacts = [
            _entry(CONTACT, record, int(record["contact_id"]) in self._deleted, self._client.numbering)
            for record in self._book.contacts
            if int(record["contact_id"]) in self._deleted | self._ids(CONTACT, Update)
        ]
        return {"contacts": contacts, "groups": self._groups()}

    def _groups(self) -> list[dict[str, Any]]:
        deleted = self._ids(GROUP, Delete)
        regrouped = self._ids(GROUP, AddMember, RemoveMember)
        entries = []
        for group in self._book.groups or (self._client.list_records(GROUP) if self._deleted else []):
            id = int(group["group_id"])
            entry = _entry(GROUP, group, id in deleted, self._client.numbering)
            # A contact that is deleted leaves all of its groups.
            members = self._members(id) if self._deleted or id in deleted | regrouped else []
            if id in deleted | regrouped or any(int(member["contact_id"]) in self._deleted for member in members):
                entries.append({**entry, "members": [self._member(record) for record in members]})
            elif id in self._ids(GROUP, Update):
                entries.append(entry)
        return entries

    def _members(self, id: int) -> Sequence[Record]:
        return self._book.members[id] if id in self._book.members else self._client.members(id)

    def _member(self, record: Record) -> Any:
        id = int(record["contact_id"])
        stored = record["phone_number"]
        return self._client.numbering.as_option(stored) or stored if id in self._deleted else {"contact_id": id}


def _entry(resource: Resource, record: Record, goes: bool, numbering: Numbering) -> dict[str, Any]:
    """The options that restore a record: all fields of a changed record, and the filled fields of a deleted record."""
    if goes:
        entry = options_of(resource, record)
        number = numbering.as_option(entry.get("phone_number"))
        return {**entry, "phone_number": number} if number else entry
    values = {item.name: "" if record[item.name] is None else record[item.name] for item in resource.writable}
    entry = {name: value for name, value in values.items() if not UNWRITABLE.search(str(value))}
    if resource is CONTACT:
        entry = with_number(entry, numbering)
    elif not entry.get("name"):
        entry.pop("name", None)
    return {resource.id: record[resource.id], **entry}

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Reads the whole current address book, in the form that playbooks use."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._model.fields import STR, Record, Resource
from .._model.index import by_number
from .._model.listing import listed
from .._model.names import alike_among, trimmed
from .._model.phone import Numbering
from .._model.plan import Plan
from .._model.resources import CONTACT, GROUP
from .._model.values import UNWRITABLE, mask
from .._records.many import contacts_and_members, members_of
from .._service.client import Client
from .yaml import dump

ADDRESS_BOOK_INFO_SPEC: dict[str, Any] = {"dest": {"type": "path"}}
SHOWN = 10  # number of records that one warning lists


@dataclass(frozen=True)
class ExportOptions:
    """The option of the module: the folder for the files, or None."""

    dest: str | None

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> ExportOptions:
        return cls(params["dest"])


def read_address_book(options: ExportOptions, client: Client) -> Plan:
    """Read every contact, and every group with its members.

    This takes two requests, and one request for each group. Contacts are read last.
    """
    groups = _by_id(GROUP, client.list_records(GROUP))
    read = members_of(client, [int(group["group_id"]) for group in groups], 1)
    every, members = contacts_and_members(client, read)
    contacts = _by_id(CONTACT, every)
    # Groups that are missing in members were deleted after the list was read.
    groups = [group for group in groups if group["group_id"] in members]
    book = as_code(contacts, groups, members, client.numbering)
    warnings = [*_oddities(contacts, groups, client.numbering), *alike_among(groups)]
    counts = {"contact_count": len(contacts), "group_count": len(groups)}
    if options.dest is None:
        return Plan(result={**book, **counts}, warnings=warnings)
    files = {
        os.path.join(options.dest, f"{name}.yml"): dump(name, entries, f"The {name} of a LINK Engage address book.")
        for name, entries in book.items()
    }
    return Plan(result={**counts, "files": sorted(files)}, warnings=warnings, files=files)


def as_code(
    contacts: list[Record], groups: list[Record], members: Mapping[int, Sequence[Record]], numbering: Numbering
) -> dict[str, list[dict[str, Any]]]:
    """Return ``contacts`` and ``groups`` in the form of the options. Members are sorted by their ids.

    A contact is named by its number. If it shares its number with another contact, or if its number is not valid, its
    id is added. Empty fields and fields that are false are omitted.
    """
    held = by_number(contacts, numbering)
    names = Counter(trimmed(group["name"]) for group in groups)

    def alone(contact: Record) -> bool:
        number = numbering.number(contact["phone_number"])
        return bool(number) and len(held.ids(number)) == 1

    def contact_entry(contact: Record) -> dict[str, Any]:
        id = {} if alone(contact) else {"contact_id": contact["contact_id"]}
        return {**id, **with_number(options_of(CONTACT, contact), numbering)}

    def group_entry(group: Record) -> dict[str, Any]:
        entry = options_of(GROUP, group)
        name = trimmed(entry.get("name"))
        id = {} if name and names[name] == 1 else {"group_id": group["group_id"]}
        return {**id, **entry, "members": [member(contact) for contact in _by_id(CONTACT, members[group["group_id"]])]}

    def member(contact: Record) -> Any:
        if alone(contact):
            return numbering.as_option(contact["phone_number"])
        return {"contact_id": contact["contact_id"]}

    return {
        "contacts": [contact_entry(contact) for contact in contacts],
        "groups": [group_entry(group) for group in groups],
    }


def with_number(entry: dict[str, Any], numbering: Numbering) -> dict[str, Any]:
    """Return the options of a contact. Its number has a form that the option accepts. An invalid number is left
    out.
    """
    number = numbering.as_option(entry.get("phone_number"))
    if number:
        return {**entry, "phone_number": number}
    return {name: value for name, value in entry.items() if name != "phone_number"}


def _by_id(resource: Resource, records: Iterable[Record]) -> list[Record]:
    return sorted(records, key=lambda record: int(record[resource.id]))


def options_of(resource: Resource, record: Mapping[str, Any]) -> dict[str, Any]:
    values = {field.name: record[field.name] for field in resource.writable}
    return {name: value for name, value in values.items() if value and not _is_unwritable(value)}


def _is_unwritable(value: Any) -> bool:
    """Return whether an option would reject the stored text."""
    return isinstance(value, str) and bool(UNWRITABLE.search(value))


def _oddities(contacts: list[Record], groups: list[Record], numbering: Numbering) -> list[str]:
    """Return warnings about records that the export cannot represent completely."""
    numberless = [
        f"contact_id {contact['contact_id']} ({mask(contact['phone_number'] or '') or 'no number'})"
        for contact in contacts
        if not numbering.number(contact["phone_number"])
    ]
    unwritable = [
        f"{resource.name} {record[resource.id]} ({field.name})"
        for resource, records in ((CONTACT, contacts), (GROUP, groups))
        for record in records
        for field in resource.writable
        if field.kind is STR and _is_unwritable(record[field.name])
    ]
    sentences = (
        (
            "The export identifies these contacts only by their contact_id, because they have no valid phone number",
            numberless,
        ),
        (
            "Some texts contain a control character, or an emoji that was cut in the middle. The export omits these "
            "texts",
            unwritable,
        ),
    )
    return [f"{sentence}: {listed(items, SHOWN)}." for sentence, items in sentences if items]

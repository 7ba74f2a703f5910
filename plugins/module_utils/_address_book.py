# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The whole address book: as it is, in the shape that playbooks take."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from typing import Any

from ansible_collections.community.linkengage.plugins.module_utils._client import Client
from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput
from ansible_collections.community.linkengage.plugins.module_utils._fields import Record, Resource
from ansible_collections.community.linkengage.plugins.module_utils._phone import Numbering, mask
from ansible_collections.community.linkengage.plugins.module_utils._plan import Plan
from ansible_collections.community.linkengage.plugins.module_utils._resources import CONTACT, GROUP
from ansible_collections.community.linkengage.plugins.module_utils._yaml import dump

ADDRESS_BOOK_INFO_SPEC: dict[str, Any] = {"dest": {"type": "path"}}


def read_address_book(params: Mapping[str, Any], client: Client) -> Plan:
    """Every contact, and every group with its members: two requests and one a group."""
    contacts = sorted(client.list_records(CONTACT), key=lambda record: int(record["contact_id"]))
    groups = sorted(client.list_records(GROUP), key=lambda record: int(record["group_id"]))
    members = {group["group_id"]: client.members(group["group_id"]) for group in groups}
    book = as_code(contacts, groups, members, client.numbering)
    plan = Plan(warnings=_oddities(contacts, client.numbering))
    counts = {"contact_count": len(contacts), "group_count": len(groups)}
    if params["dest"] is None:
        plan.result = lambda made: {**book, **counts}
        return plan
    files = {
        os.path.join(params["dest"], f"{name}.yml"): dump(name, entries, f"The {name} of a LINK Engage address book.")
        for name, entries in book.items()
    }
    plan.files = files
    plan.result = lambda made: {**counts, "files": sorted(files)}
    return plan


def as_code(
    contacts: list[Record], groups: list[Record], members: Mapping[int, list[Record]], numbering: Numbering
) -> dict[str, list[dict[str, Any]]]:
    """``contacts`` and ``groups`` as the options that would make them, in a stable order.

    A contact is named by its number; one that shares its number, or has none that is understood, by its id too. What
    is empty or off is left out.
    """
    held = Counter(numbering.key(contact["phone_number"]) for contact in contacts)
    named = Counter(group["name"] for group in groups)

    def reference(contact: Record) -> Any:
        if held[numbering.key(contact["phone_number"])] == 1 and is_number(contact["phone_number"], numbering):
            return contact["phone_number"]
        return {"contact_id": contact["contact_id"]}

    contact_entries = []
    for contact in contacts:
        entry = _options(CONTACT, contact)
        if isinstance(reference(contact), dict):
            entry = {**reference(contact), **entry}
        if not is_number(contact["phone_number"], numbering):
            entry.pop("phone_number", None)
        contact_entries.append(entry)
    group_entries = []
    for group in groups:
        entry = _options(GROUP, group)
        if named[group["name"]] > 1 or not group["name"]:
            entry = {"group_id": group["group_id"], **entry}
        entry["members"] = [reference(contact) for contact in members[group["group_id"]]]
        group_entries.append(entry)
    return {"contacts": contact_entries, "groups": group_entries}


def is_number(stored: str | None, numbering: Numbering) -> bool:
    """Whether what the service holds is a phone number."""
    try:
        return bool(numbering.canonical(stored or ""))
    except InvalidInput:
        return False


def _options(resource: Resource, record: Record) -> dict[str, Any]:
    return {field.name: record[field.name] for field in resource.writable if record[field.name]}


def _oddities(contacts: list[Record], numbering: Numbering) -> list[str]:
    bad = [contact for contact in contacts if not is_number(contact["phone_number"], numbering)]
    if not bad:
        return []
    listed = ", ".join(f"{contact['contact_id']} ({mask(contact['phone_number'] or '')!r})" for contact in bad[:10])
    more = f" and {len(bad) - 10} more" if len(bad) > 10 else ""
    return [
        f"These contacts hold no phone number that can be understood, and are named by their id only: {listed}{more}."
    ]

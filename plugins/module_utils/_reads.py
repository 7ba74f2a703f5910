# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The plans of the info modules: they read, and change nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.community.linkengage.plugins.module_utils._client import Client
from ansible_collections.community.linkengage.plugins.module_utils._contacts import contact_ref, find_contact
from ansible_collections.community.linkengage.plugins.module_utils._errors import UnknownRecord
from ansible_collections.community.linkengage.plugins.module_utils._fields import Record
from ansible_collections.community.linkengage.plugins.module_utils._groups import choose_group, find_group, group_ref
from ansible_collections.community.linkengage.plugins.module_utils._phone import require_text
from ansible_collections.community.linkengage.plugins.module_utils._plan import Plan
from ansible_collections.community.linkengage.plugins.module_utils._resources import CONTACT, GROUP, USER

CONTACT_INFO_SPEC: dict[str, Any] = {
    "phone_number": {"type": "raw"},
    "contact_id": {"type": "int"},
    "search": {"type": "str"},
    "group": {"type": "raw"},
}
CONTACT_INFO_RULES: dict[str, Any] = {
    "mutually_exclusive": [["phone_number", "contact_id", "search"], ["phone_number", "group"], ["contact_id", "group"]]
}


def read_contacts(params: Mapping[str, Any], client: Client) -> Plan:
    """The contacts that the options choose."""
    group = None
    if params["group"] is not None:
        ref = group_ref(params["group"], "group")
        group = find_group(client, ref)
        if group is None:
            raise UnknownRecord(f"{ref} does not exist.")
    records = _chosen(params, client, group["group_id"] if group else None)
    contacts = [CONTACT.present(record) for record in records]
    return Plan(result=lambda made: {"contacts": contacts})


def _chosen(params: Mapping[str, Any], client: Client, group_id: int | None) -> list[Record]:
    if params["phone_number"] is not None:
        number = require_text(params["phone_number"], "phone_number")
        return client.contacts_by_number(number)
    if params["contact_id"] is not None:
        record = client.get(CONTACT, params["contact_id"])
        return [record] if record else []
    if params["search"] is not None:
        return client.search_contacts(params["search"], group_id)
    return client.list_records(CONTACT) if group_id is None else client.members(group_id)


GROUP_INFO_SPEC: dict[str, Any] = {
    "name": {"type": "str"},
    "group_id": {"type": "int"},
    "members": {"type": "bool", "default": False},
}
GROUP_INFO_RULES: dict[str, Any] = {"mutually_exclusive": [["name", "group_id"]]}


def read_groups(params: Mapping[str, Any], client: Client) -> Plan:
    """The groups that the options choose, with whole contacts as members where asked for."""
    if params["group_id"] is not None:
        record = client.get(GROUP, params["group_id"])
        records = [record] if record else []
    elif params["name"] is not None:
        records = client.groups_by_name(params["name"])
    else:
        records = client.list_records(GROUP)
    groups = [GROUP.present(record) for record in records]
    if params["members"]:
        for group in groups:
            group["members"] = [CONTACT.present(record) for record in client.members(group["group_id"])]
    return Plan(result=lambda made: {"groups": groups})


def read_user(params: Mapping[str, Any], client: Client) -> Plan:
    """The current user."""
    user = USER.present(client.user())
    return Plan(result=lambda made: {"user": user})


Finder = Callable[[Any, str], Any]


def _find_contacts(client: Client) -> Finder:
    def find(term: Any, option: str) -> Any:
        record = find_contact(client, contact_ref(term, option, client.numbering))
        return CONTACT.present(record) if record else None

    return find


def _find_groups(client: Client) -> Finder:
    groups: list[Record] = []

    def find(term: Any, option: str) -> Any:
        groups.extend(client.list_records(GROUP) if not groups else [])
        record = choose_group(groups, group_ref(term, option))
        return GROUP.present(record) if record else None

    return find


def _find_members(client: Client) -> Finder:
    find_group_of = _find_groups(client)

    def find(term: Any, option: str) -> Any:
        group = find_group_of(term, option)
        return [CONTACT.present(record) for record in client.members(group["group_id"])] if group else None

    return find


def _find_user(client: Client) -> Finder:
    return lambda term, option: USER.present(client.user())


# What a lookup can look up: a client's function from a term (and how an error names it) to the result or None.
LOOKUPS: dict[str, Callable[[Client], Finder]] = {
    "contact": _find_contacts,
    "group": _find_groups,
    "members": _find_members,
    "user": _find_user,
}

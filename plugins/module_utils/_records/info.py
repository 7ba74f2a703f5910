# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The plans of the info modules, which only read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._errors import InvalidInput, UnknownRecord
from .._model.fields import Record
from .._model.frozen import Value
from .._model.halves import json_text
from .._model.names import alike_among, trimmed
from .._model.plan import Plan
from .._model.resources import CONTACT, FOLDER, FOLDER_MESSAGE, GROUP, USER
from .._model.values import require_text
from .._service.client import Client, flattened
from .groups import GroupRef, find_group, group_ref, groups_named
from .many import members_of

DEST_SPEC: dict[str, Any] = {"dest": {"type": "path"}}


def found(dest: str | None, name: str, records: list[Record]) -> Plan:
    """Return a plan whose result has the records under *name*. With *dest*, the records are in this file."""
    count = len(records)
    if not dest:
        return Plan(result={name: records, "count": count})
    text = json_text({name: records}, indent=1) + "\n"
    return Plan(files={dest: text}, result={name: [], "count": count, "dest": dest})


CONTACT_INFO_SPEC: dict[str, Any] = {
    "phone_number": {"type": "raw"},
    "contact_id": {"type": "int"},
    "search": {"type": "str"},
    "group": {"type": "raw"},
    "count_only": {"type": "bool", "default": False},
    **DEST_SPEC,
}
CONTACT_INFO_RULES: dict[str, Any] = {
    "mutually_exclusive": [["phone_number", "contact_id", "search"], ["phone_number", "group"], ["contact_id", "group"]]
}


@dataclass(frozen=True)
class ContactChoice:
    """The options that select contacts. Without options, all contacts are selected."""

    number: str | None
    id: int | None
    search: str | None
    group: GroupRef | None
    count_only: bool
    dest: str | None

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> ContactChoice:
        """Read the options. Raises InvalidInput."""
        given = [name for name in ("phone_number", "contact_id", "search", "group", "dest") if params[name] is not None]
        if params["count_only"] and given:
            raise InvalidInput(
                f"count_only: with this option, `{given[0]}` would have no effect, because the task always counts all "
                f"contacts. Omit the option `{given[0]}`."
            )
        number, search, group = params["phone_number"], params["search"], params["group"]
        if search is not None and not search.strip(
            " ."
        ):  # dots in a path would lead to another path, and an empty search term would find all contacts
            raise InvalidInput(
                "search: the text contains no search term. Write a search term, or omit `search` to read all contacts."
            )
        return cls(
            number=None if number is None else require_text(number, "phone_number"),
            id=params["contact_id"],
            search=search,
            group=None if group is None else group_ref(group, "group"),
            count_only=params["count_only"],
            dest=params["dest"],
        )


def read_contacts(choice: ContactChoice, client: Client) -> Plan:
    """Read the selected contacts."""
    if choice.count_only:
        return Plan(result={"contacts": [], "count": client.count_contacts()})
    group_id = None
    if choice.group is not None:
        group = find_group(client, choice.group)
        if group is None:
            raise UnknownRecord(f"{choice.group} does not exist. Correct the name or the id.")
        group_id = group["group_id"]
    records = _chosen(choice, client, group_id)
    return found(choice.dest, "contacts", client.present(CONTACT, records))


def _chosen(choice: ContactChoice, client: Client, group_id: int | None) -> list[Record]:
    if choice.number is not None:
        return client.contacts_by_number(choice.number)
    if choice.id is not None:
        record = client.get(CONTACT, choice.id)
        return [record] if record else []
    if choice.search is not None:
        return client.search_contacts(choice.search, group_id)
    return client.list_records(CONTACT) if group_id is None else client.members(group_id)


GROUP_INFO_SPEC: dict[str, Any] = {
    "name": {"type": "str"},
    "group_id": {"type": "int"},
    "members": {"type": "bool", "default": False},
    **DEST_SPEC,
}
GROUP_INFO_RULES: dict[str, Any] = {"mutually_exclusive": [["name", "group_id"]]}


@dataclass(frozen=True)
class GroupChoice:
    """The options that select groups. Without options, all groups are selected."""

    name: str | None
    id: int | None
    members: bool
    dest: str | None

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> GroupChoice:
        name = params["name"]
        return cls(None if name is None else trimmed(name), params["group_id"], params["members"], params["dest"])


def read_groups(choice: GroupChoice, client: Client) -> Plan:
    """Read the selected groups, and their members if the options ask for members.

    With members, a group is left out if somebody has deleted it after the groups were listed.
    """
    if choice.id is not None:
        record = client.get(GROUP, choice.id)
        records = [record] if record else []
    elif choice.name is not None:
        records = groups_named(client, choice.name, "name")
    else:
        records = client.list_records(GROUP)
        for warning in alike_among(records):
            client.note(warning)
    groups = [GROUP.present(record) for record in records]
    if choice.members:
        members = members_of(client, [group["group_id"] for group in groups], 1)
        groups = [group for group in groups if group["group_id"] in members]
        for group in groups:
            group["members"] = client.present(CONTACT, members[group["group_id"]])
    return found(choice.dest, "groups", groups)


FOLDER_INFO_SPEC: dict[str, Any] = {
    "folder_id": {"type": "int"},
    "name": {"type": "str"},
    "type": {"type": "str"},
    "messages": {"type": "bool", "default": False},
    **DEST_SPEC,
}
FOLDER_INFO_RULES: dict[str, Any] = {"mutually_exclusive": [["folder_id", "name", "type"]]}


@dataclass(frozen=True)
class FolderChoice(Value):
    """The options that select folders by ``fields``. Without options, the whole tree of folders is selected."""

    fields: Mapping[str, Any]
    messages: bool
    dest: str | None

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> FolderChoice:
        fields = {name: params[name] for name in ("folder_id", "name", "type") if params[name] is not None}
        return cls(fields, params["messages"], params["dest"])


def read_folders(choice: FolderChoice, client: Client) -> Plan:
    """Read the tree of folders, or the selected folders at all levels of the tree."""
    tree = client.list_records(FOLDER)
    wanted = choice.fields.items()
    records = [folder for folder in flattened(tree) if wanted <= folder.items()] if wanted else tree
    folders = [FOLDER.present(record) for record in records]
    # A folder can be in the result twice: as a selected folder, and inside its parent folder.
    read: dict[int, list[Record]] = {}
    for folder in flattened(folders) if choice.messages else []:
        id = folder["folder_id"]
        if id not in read:
            read[id] = client.present(FOLDER_MESSAGE, client.folder_messages(id))
        folder["messages"] = read[id]
    return found(choice.dest, "folders", folders)


def read_user(_options: None, client: Client) -> Plan:
    """Read the current user."""
    return Plan(result={"user": USER.present(client.user())})

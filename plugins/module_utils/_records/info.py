# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The plans of the info modules: they read, and change nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from .._errors import InvalidInput, UnknownRecord
from .._model.fields import Record
from .._model.plan import Plan
from .._model.resources import CONTACT, FOLDER, FOLDER_MESSAGE, GROUP, MESSAGE, USER
from .._model.times import parse_moment, parse_time
from .._model.values import require_text
from .._service.client import Client, flattened
from .groups import find_group, group_ref

DEST_SPEC: dict[str, Any] = {"dest": {"type": "path"}}


def _found(params: Mapping[str, Any], name: str, records: list[Record]) -> Plan:
    """What was found under its *name*, or in a file where ``dest`` asks for one."""
    count, path = len(records), params["dest"]
    if not path:
        return Plan(result=lambda made: {name: records, "count": count})
    text = json.dumps({name: records}, ensure_ascii=False, indent=1) + "\n"
    return Plan(files={path: text}, result=lambda made: {name: [], "count": count, "dest": path})


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


def read_contacts(params: Mapping[str, Any], client: Client) -> Plan:
    """The contacts that the options choose."""
    if params["count_only"]:
        return _count_contacts(params, client)
    group = None
    if params["group"] is not None:
        ref = group_ref(params["group"], "group")
        group = find_group(client, ref)
        if group is None:
            raise UnknownRecord(f"{ref} does not exist.")
    records = _chosen(params, client, group["group_id"] if group else None)
    return _found(params, "contacts", [CONTACT.present(record) for record in records])


def _count_contacts(params: Mapping[str, Any], client: Client) -> Plan:
    chosen = [name for name in ("phone_number", "contact_id", "search", "group", "dest") if params[name] is not None]
    if chosen:
        raise InvalidInput(f"count_only: it counts all contacts, and reads none; leave out {chosen[0]}.")
    count = client.count_contacts()
    return Plan(result=lambda made: {"contacts": [], "count": count})


def _chosen(params: Mapping[str, Any], client: Client, group_id: int | None) -> list[Record]:
    if params["phone_number"] is not None:
        number = require_text(params["phone_number"], "phone_number")
        return client.contacts_by_number(number)
    if params["contact_id"] is not None:
        record = client.get(CONTACT, params["contact_id"])
        return [record] if record else []
    if params["search"] is not None:
        if not params["search"].strip(" ."):  # a path's dots mean other places, and no term finds everybody
            raise InvalidInput("search: it has nothing to look for; leave it out to read all.")
        return client.search_contacts(params["search"], group_id)
    return client.list_records(CONTACT) if group_id is None else client.members(group_id)


GROUP_INFO_SPEC: dict[str, Any] = {
    "name": {"type": "str"},
    "group_id": {"type": "int"},
    "members": {"type": "bool", "default": False},
    **DEST_SPEC,
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
    return _found(params, "groups", groups)


FOLDER_INFO_SPEC: dict[str, Any] = {
    "folder_id": {"type": "int"},
    "name": {"type": "str"},
    "type": {"type": "str"},
    "messages": {"type": "bool", "default": False},
    **DEST_SPEC,
}
FOLDER_INFO_RULES: dict[str, Any] = {"mutually_exclusive": [["folder_id", "name", "type"]]}


def read_folders(params: Mapping[str, Any], client: Client) -> Plan:
    """The tree of folders, or those that the options choose wherever they are in it."""
    tree = client.list_records(FOLDER)
    chosen = {
        field: params[option]
        for option, field in (("folder_id", "folder_id"), ("name", "name"), ("type", "type"))
        if params[option] is not None
    }
    records = [folder for folder in flattened(tree) if chosen.items() <= folder.items()] if chosen else tree
    folders = [FOLDER.present(record) for record in records]
    read: dict[int, list[Record]] = {}  # a folder may be there by itself and again below its parent
    for folder in flattened(folders) if params["messages"] else []:
        id = folder["folder_id"]
        if id not in read:
            read[id] = [FOLDER_MESSAGE.present(row) for row in client.folder_messages(id)]
        folder["messages"] = read[id]
    return _found(params, "folders", folders)


MESSAGE_CHOICES: dict[str, Any] = {
    "text": {"type": "str"},
    "receiver": {"type": "raw"},
    "sender": {"type": "raw"},
    "direction": {"choices": ["in", "out"]},
    "since": {"type": "str"},
    "until": {"type": "str"},
}
MESSAGE_INFO_SPEC: dict[str, Any] = {"message_id": {"type": "str"}, **MESSAGE_CHOICES, **DEST_SPEC}
MESSAGE_INFO_RULES: dict[str, Any] = {"mutually_exclusive": [["message_id", name] for name in MESSAGE_CHOICES]}


def read_messages(params: Mapping[str, Any], client: Client) -> Plan:
    """One message by its id, or the rows of all folders that the options choose."""
    if params["message_id"] is not None:
        record = client.get(MESSAGE, params["message_id"])
        return _found(params, "messages", [MESSAGE.present(record)] if record else [])
    wanted = _row_tests(params, client)
    folders = flattened(client.list_records(FOLDER))
    rows = (row for folder in folders for row in client.folder_messages(folder["folder_id"]))
    messages = [FOLDER_MESSAGE.present(row) for row in rows if all(test(row) for test in wanted)]
    messages.sort(key=lambda message: (message["time"] or "", message["message_id"] or ""))
    return _found(params, "messages", messages)


RowTest = Callable[[Record], bool]


def _row_tests(params: Mapping[str, Any], client: Client) -> list[RowTest]:
    """What a row must pass. Reads from the service what the tests need to know."""
    tests: list[RowTest] = []
    if params["text"] is not None:
        tests.append(lambda row: params["text"].casefold() in (row["text"] or "").casefold())
    if params["direction"] is not None:
        tests.append(lambda row: row["direction"] == params["direction"][0].upper())
    for option, columns in (("receiver", ("receiver",)), ("sender", ("sender_number", "sender"))):
        if params[option] is not None:
            text = require_text(params[option], option)
            if not text.strip():
                raise InvalidInput(f"{option}: it is empty; a phone number or a name is expected.")
            tests.append(_party_test(text, columns, client))
    for option, sign in (("since", 1), ("until", -1)):
        if params[option] is not None:
            tests.append(_time_test(parse_moment(params[option], option), sign))
    return tests


def _party_test(text: str, columns: tuple[str, ...], client: Client) -> RowTest:
    """A row shows a party as a number in any spelling, or as the name of its contact (contract: assumptions).

    Where it shows a number beside a name, the number decides: two people may have one name.
    """
    key = client.numbering.key(text.strip())
    asked = {key}
    if _is_number(key):
        asked |= {_full_name(contact) for contact in client.contacts_by_number(text)} - {""}

    def test(row: Record) -> bool:
        shown = {client.numbering.key((row[column] or "").strip()) for column in columns}
        numbers = set(filter(_is_number, shown)) if _is_number(key) else set()
        return bool(asked & (numbers or shown))

    return test


def _is_number(key: str) -> bool:
    return key.startswith("+")


def _full_name(contact: Record) -> str:
    return " ".join(filter(None, (contact["first_name"], contact["last_name"]))).strip()


def _time_test(moment: datetime, sign: int) -> RowTest:
    def test(row: Record) -> bool:
        time = parse_time(row["time"] or "")
        return time is not None and (time - moment).total_seconds() * sign >= 0

    return test


def read_user(params: Mapping[str, Any], client: Client) -> Plan:
    """The current user."""
    user = USER.present(client.user())
    return Plan(result=lambda made: {"user": user})

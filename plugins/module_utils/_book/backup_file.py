# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The file of a backup: its form, and the check that it is complete.

The parts ``contacts`` and ``groups`` have the records with their ids, exactly as they were stored, and the members of
the groups. The part ``backup`` has all other data that is needed to restore the records, and a checksum of the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._errors import InvalidInput
from .._machine.files import require_regular
from .._model.fields import Record, Resource
from .._model.halves import json_text
from .._model.resources import CONTACT, GROUP
from .entries import HEADER, VAULT, is_backup

FORMAT = 1
DIGEST = 20  # hexadecimal digits of a digest
CREATED = 0  # stands for the contacts that the run creates, whose ids are not known yet


@dataclass(frozen=True)
class Saved:
    """The records of one resource that the run changes or deletes, as they were before the run.

    - ``ids`` are the ids of all records of the account before the run.
    - ``deleted`` are the ids of the records that the run deletes.
    - ``shared`` is for records with the same number or name: by the id of a record, the ids of the other records.
    - ``later`` has the digests of the records after the run. They identify copies that were created later.
    """

    records: Mapping[int, Record] = field(default_factory=dict)
    ids: frozenset[int] = frozenset()
    deleted: frozenset[int] = frozenset()
    shared: Mapping[int, frozenset[int]] = field(default_factory=dict)
    later: Mapping[int, str] = field(default_factory=dict)


def content_of(resource: Resource, record: Mapping[str, Any]) -> tuple[object, ...]:
    """Return the values of all writable fields. Null and an empty text count as equal."""
    values = (record[item.name] for item in resource.writable)
    return tuple("" if value is None else value for value in values)


def digest_of(resource: Resource, record: Mapping[str, Any]) -> str:
    """Return a digest of all writable fields."""
    return hashlib.sha256(json.dumps(content_of(resource, record)).encode()).hexdigest()[:DIGEST]


@dataclass(frozen=True)
class Backup:
    """A backup.

    - ``members`` has all members of a saved group, if the run changes its members.
    - ``left`` has, for each other group, the deleted contacts that were its members.
    - ``added`` has, for each group, the contacts that the run adds.
    """

    account: str
    contacts: Saved
    groups: Saved
    members: Mapping[int, frozenset[int]] = field(default_factory=dict)
    left: Mapping[int, frozenset[int]] = field(default_factory=dict)
    added: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def text(self) -> str:
        """Return the content of the file."""
        header = {
            "format": FORMAT,
            "account": self.account,
            "contacts": _header_of(self.contacts),
            "groups": _header_of(self.groups),
            "left": {str(id): _joined(self.left[id]) for id in sorted(self.left)},
            "added": {str(id): _joined(self.added[id]) for id in sorted(self.added)},
        }
        tree = {
            HEADER: header,
            "contacts": [_entry(CONTACT, record) for record in self.contacts.records.values()],
            "groups": [{**_entry(GROUP, record), **self._members(id)} for id, record in self.groups.records.items()],
        }
        return json_text({**tree, HEADER: {**header, "checksum": _checksum(tree)}}, indent=1) + "\n"

    def _members(self, id: int) -> dict[str, Any]:
        if id not in self.members:
            return {}
        return {"members": [{CONTACT.id: member} for member in sorted(self.members[id])]}


def read_backup(path: str, account: str, decrypt: Callable[[bytes], bytes]) -> Backup:
    """Read the backup in a file.

    Raises InvalidInput if the file is not a backup, is damaged, or belongs to another account.
    """
    try:
        require_regular(path)
        with open(path, "rb") as file:
            data = file.read()
        if data.startswith(VAULT):
            data = decrypt(data)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _refused(path, f"cannot be read: {reason}. Use a file that the option `backup` has written") from error
    try:
        tree = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _refused(
            path,
            "is not a complete backup: the file is damaged, cut off or of another kind. Use a complete backup file",
        ) from error
    if not is_backup(tree):
        raise _refused(
            path,
            "is not a backup. Use a file that the option `backup` has written. For other files, use the option `src`",
        )
    if tree[HEADER].get("format") != FORMAT:
        raise _refused(
            path,
            "has a format that this version of the collection does not know. Use the version that wrote this file",
        )
    if tree[HEADER].get("checksum") != _checksum(tree):
        raise _refused(path, "is damaged or was edited: its checksum is wrong. Use an unchanged copy of the file")
    if tree[HEADER]["account"] != account:
        raise _refused(
            path,
            "is a backup of another account or another login. Use the login and the api_url of the run that wrote this "
            "file",
        )
    return _backup(tree)


def _refused(path: str, reason: str) -> InvalidInput:
    return InvalidInput(f"restore: {path} {reason}. Nothing was written.")


def as_source(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Return a backup as entries for the option ``src``.

    Deleted records have no ids, because they are created again. As members, deleted contacts are named by their
    numbers. Raises ValueError if the document is not a backup.
    """
    try:
        return _as_source(tree)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("the file is a damaged backup") from error


def _as_source(tree: Mapping[str, Any]) -> dict[str, Any]:
    gone = {part: _ids(tree[HEADER][part]["deleted"]) for part in ("contacts", "groups")}
    numbers = {entry[CONTACT.id]: entry["phone_number"] for entry in tree["contacts"]}

    def member(entry: Mapping[str, Any]) -> Any:
        id = entry[CONTACT.id]
        return numbers[id] if id in gone["contacts"] else entry

    def group(entry: Mapping[str, Any]) -> dict[str, Any]:
        members = {"members": [member(one) for one in entry["members"]]} if "members" in entry else {}
        return {**entry, **members}

    contacts = [_without_id(CONTACT.id, entry, gone["contacts"]) for entry in tree["contacts"]]
    groups = [_without_id(GROUP.id, group(entry), gone["groups"]) for entry in tree["groups"]]
    return {"contacts": contacts, "groups": groups}


def _without_id(name: str, entry: Mapping[str, Any], gone: frozenset[int]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != name or value not in gone}


def _entry(resource: Resource, record: Record) -> dict[str, Any]:
    """Return the writable fields of a record, with an empty text instead of null."""
    values = {item.name: record[item.name] for item in resource.writable}
    filled = {name: "" if value is None else value for name, value in values.items()}
    return {resource.id: record[resource.id], **filled}


def _header_of(saved: Saved) -> dict[str, Any]:
    shared = {str(id): _joined(saved.shared[id]) for id in sorted(saved.shared)}
    later = " ".join(f"{id}:{saved.later[id]}" for id in sorted(saved.later))
    return {"ids": _joined(saved.ids), "deleted": _joined(saved.deleted), "shared": shared, "later": later}


def _backup(tree: Mapping[str, Any]) -> Backup:
    header = tree[HEADER]
    return Backup(
        header["account"],
        _saved(header["contacts"], tree["contacts"], CONTACT.id),
        _saved(header["groups"], tree["groups"], GROUP.id),
        {
            group[GROUP.id]: frozenset(member[CONTACT.id] for member in group["members"])
            for group in tree["groups"]
            if "members" in group
        },
        {int(id): _ids(text) for id, text in header["left"].items()},
        {int(id): _ids(text) for id, text in header.get("added", {}).items()},
    )


def _saved(header: Mapping[str, Any], entries: Iterable[Mapping[str, Any]], id: str) -> Saved:
    return Saved(
        {entry[id]: {name: value for name, value in entry.items() if name != "members"} for entry in entries},
        _ids(header["ids"]),
        _ids(header["deleted"]),
        {int(id): _ids(text) for id, text in header["shared"].items()},
        {int(id): digest for id, _colon, digest in (one.partition(":") for one in header.get("later", "").split())},
    )


def _joined(ids: Iterable[int]) -> str:
    """Return ids as one text, because a list would need one line for each id."""
    return " ".join(map(str, sorted(ids)))


def _ids(text: str) -> frozenset[int]:
    return frozenset(map(int, text.split()))


def _checksum(tree: Mapping[str, Any]) -> str:
    header = {name: value for name, value in tree[HEADER].items() if name != "checksum"}
    text = json.dumps({**tree, HEADER: header}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Adds the records that a test needs, without the checks of the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from . import wire_json
from .clock import EPOCH
from .errors import NonsenseError
from .schema import CONTACT, FREE, GROUP, MESSAGE, Record, Resource, complete
from .store import Store

Ids = dict[str, list[Any]]


def plant(store: Store, seed: Mapping[str, Any]) -> Ids:
    """Add the records of the seed. Returns their ids with the keys of the seed."""
    strange = set(seed) - set(PLANTERS) - {"user", "owned"}
    if strange:
        raise NonsenseError(f"A seed has no part {', '.join(sorted(strange))}")
    store.account.update(seed.get("user", {}))
    store.owned.update(seed.get("owned", ()))
    return {name: [planter(store, entry) for entry in seed.get(name, ())] for name, planter in PLANTERS.items()}


def _typed(store: Store, entry: Mapping[str, Any], resource: Resource) -> Record:
    unknown = [name for name in entry if not resource.member(name)]
    if unknown:
        raise NonsenseError(f"A {resource.name} has no field {', '.join(unknown)}")
    return wire_json.typed(entry, resource, store.clock)


def _contact(store: Store, entry: Mapping[str, Any]) -> int:
    values = {"CreatedDate": store.clock.now(), **_typed(store, entry, CONTACT)}
    return int(store.book.contacts.add(complete(CONTACT, values), values.get("ContactId"))["ContactId"])


def _group(store: Store, entry: Mapping[str, Any]) -> int:
    values = _typed(store, {name: value for name, value in entry.items() if name != "members"}, GROUP)
    ident = int(store.book.groups.add(complete(GROUP, values), values.get("GroupId"))["GroupId"])
    for member in entry.get("members", ()):
        store.book.join(ident, member if isinstance(member, int) else _by_number(store, member))
    return ident


def _by_number(store: Store, number: str) -> int:
    found = store.book.with_number(number)
    if not found:
        raise NonsenseError(f"No contact has the number {number}")
    return int(found[0]["ContactId"])


def _message(store: Store, entry: Mapping[str, Any]) -> str:
    mail = store.mailbox.post(_typed(store, entry, MESSAGE), earliest=EPOCH)
    mail.born = EPOCH
    return str(mail.record["MessageId"])


def _folder(store: Store, entry: Mapping[str, Any]) -> int:
    return int(store.mailbox.folders.add(entry)["FolderId"])


def _free(name: str, store: Store, entry: Mapping[str, Any]) -> int:
    return int(store.free[name].add(dict(entry))["Id"])


def inbound(store: Store, entry: Mapping[str, Any]) -> str:
    """Store a message from a phone, and return its id. *entry* has from and text, and can have time, to and folder."""
    at = store.clock.read(entry["time"]) if entry.get("time") else None
    known = {name: entry[name] for name in ("folder",) if name in entry}
    return str(store.mailbox.receive(entry["from"], entry["text"], at, entry.get("to", "26112"), **known)["MessageId"])


PLANTERS: dict[str, Callable[[Store, Mapping[str, Any]], Any]] = {
    "contacts": _contact,
    "groups": _group,
    "folders": _folder,
    "messages": _message,
    "inbound": inbound,
    **{name: partial(_free, name) for name in FREE},
}


def uproot(store: Store, path: str) -> None:
    """Delete the record with this path, such as /contacts/1001."""
    kind, _slash, ident = path.strip("/").partition("/")
    if kind == "contacts":
        store.book.remove_contact(int(ident))
    elif kind == "groups":
        store.book.remove_group(int(ident))
    elif kind == "messages":
        store.mailbox.remove(ident)
    else:
        raise NonsenseError(f"{path} cannot be deleted")

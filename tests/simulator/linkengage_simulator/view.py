# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of the simulator as the web page shows it: plain data for JSON, without HTTP."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter
from typing import Any

from .folders import OUTBOX
from .log import Entry
from .mailbox import Mail
from .parts import count_parts
from .receiver import NUMBER, full_name
from .schema import Record
from .service import Service
from .store import Store

Json = dict[str, Any]
# Digits of a number with its country code, at least and at most (contract page, limits of the gateway).
SHORTEST, LONGEST = 9, 15
LINES_OF_FOLDER = 200


def revision(service: Service, changes: int) -> str:
    """Return a text that changes when the page must show something else. New log entries alone do not change it."""
    mailbox = service.store.mailbox
    mailbox.settle()
    return f"{changes}.{len(mailbox.deliveries)}.{len(mailbox.all())}"


def book(store: Store) -> Json:
    """Return all contacts and groups.

    A contact is marked if another contact has its number, or its number is unusual.
    """
    contacts = store.book.contacts.all()
    phones = {contact["ContactId"]: store.account.phone(contact["PhoneNumber"] or "") for contact in contacts}
    holders = Counter(filter(None, phones.values()))
    return {
        "contacts": [_contact(contact, phones[contact["ContactId"]], holders) for contact in contacts],
        "groups": [_group(store, group) for group in store.book.groups.all()],
    }


def _contact(contact: Record, phone: str, holders: Counter[str]) -> Json:
    marks = ["same number"] if holders[phone] > 1 else []
    if not NUMBER.fullmatch(contact["PhoneNumber"] or "") or not SHORTEST <= len(phone) <= LONGEST:
        marks.append("unusual number")
    return {
        "id": contact["ContactId"],
        "name": full_name(contact).strip(),
        "number": contact["PhoneNumber"] or "",
        "email": contact["Email"] or "",
        "about": " ".join(filter(None, (contact[name] for name in ("Description", "Description2", "Description3")))),
        "marks": marks,
    }


def _group(store: Store, group: Record) -> Json:
    members = [contact["ContactId"] for contact in store.book.members(group["GroupId"])]
    return {"id": group["GroupId"], "name": group["Name"], "members": members}


def phones(store: Store) -> list[Json]:
    """Return each phone that got, will get or sent a message, with its messages.

    The phone with the newest message comes first.
    """
    found: defaultdict[str, list[Json]] = defaultdict(list)
    mails = {mail.record["MessageId"]: mail for mail in store.mailbox.all()}
    states = {ident: _states(store, mail) for ident, mail in mails.items()}
    for delivery in store.mailbox.deliveries:
        bubble = _bubble(store, delivery.message_id, delivery.text, delivery.at, delivery.sender)
        state = states.get(delivery.message_id, {}).get(delivery.phone, "deleted")
        found[delivery.phone].append({**bubble, "kind": "sent", "state": state})
    for ident, mail in mails.items():
        for phone, kind in _not_delivered(store, mail, states[ident]):
            record = mail.record
            bubble = _bubble(store, ident, record["Text"], record["HandledDate"], record["SenderNumber"])
            found[phone].append({**bubble, "kind": kind, "state": ""})
    names = _names(store)
    shown = [_phone(phone, names.get(phone, ""), bubbles) for phone, bubbles in found.items()]
    return sorted(shown, key=lambda one: str(one["bubbles"][-1]["time"]), reverse=True)


def _phone(phone: str, name: str, bubbles: list[Json]) -> Json:
    return {"phone": phone, "name": name, "bubbles": sorted(bubbles, key=itemgetter("time"))}


def _names(store: Store) -> dict[str, str]:
    names: dict[str, str] = {}
    for contact in store.book.contacts.all():
        names.setdefault(store.account.phone(contact["PhoneNumber"] or ""), full_name(contact).strip())
    return names


def _states(store: Store, mail: Mail) -> dict[str, str]:
    """Return the delivery state of each phone, for a message that was sent to phones."""
    return {
        store.account.phone(number): row.status
        for row in (mail.rows if mail.direction == "O" else ())
        for _contact, number in row.receiver.phones(store.book)
    }


def _not_delivered(store: Store, mail: Mail, states: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the phones that will get a scheduled message, or the phone that sent a reply."""
    if mail.direction == "I":
        yield store.account.phone(mail.record["SenderNumber"]), "reply"
    elif mail.record["FolderId"] == OUTBOX:
        for phone in states:
            yield phone, "scheduled"


def _bubble(store: Store, ident: str, text: str, at: datetime, sender: str) -> Json:
    return {"id": ident, "text": text, "time": store.clock.to_iso(at), "sender": sender, "parts": count_parts(text)}


def folders(store: Store) -> list[Json]:
    """Return the folders in the order of the tree, each with its newest lines."""
    return [_folder(store, folder, depth) for depth, folder in _flat(store.mailbox.folder_tree(), 0)]


def _flat(tree: list[Record], depth: int) -> Iterator[tuple[int, Record]]:
    for folder in tree:
        yield depth, folder
        yield from _flat(folder["SubFolders"], depth + 1)


def _folder(store: Store, folder: Record, depth: int) -> Json:
    lines = store.mailbox.folder_lines(folder["FolderId"], "")
    newest = [
        {
            "time": store.clock.to_iso(line["SendReceiveTime"]),
            "from": line["From"],
            "to": line["To"],
            "text": line["Text"],
            "state": line["DeliverStatus"],
        }
        for line in lines[-LINES_OF_FOLDER:]
    ]
    return {"name": folder["Name"], "depth": depth, "count": len(lines), "lines": newest[::-1]}


def requests(entries: list[Entry], after: int) -> Json:
    """Return the log entries after a number, and the numbers of the first and the last entry in the log."""
    numbers = (entries[0]["n"], entries[-1]["n"]) if entries else (1, 0)
    new = entries[_from(entries, after) :]
    return {"first": numbers[0], "last": numbers[1], "entries": [_entry(entry) for entry in new]}


def _from(entries: list[Entry], after: int) -> int:
    """Return the position of the first entry after a number. The numbers have no gaps."""
    return max(0, after + 1 - entries[0]["n"]) if entries else 0


def _entry(entry: Entry) -> Json:
    names = ("n", "time", "method", "status", "throttled", "fault", "connection")
    return {**{name: entry[name] for name in names}, "path": entry["raw_path"]}

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Reads messages: those messages in the folders that match the options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from .._errors import InvalidInput, NoCountryCode
from .._model.delivery_states import is_permanent, state_of
from .._model.fields import Record
from .._model.plan import Plan
from .._model.resources import FOLDER, FOLDER_MESSAGE, MESSAGE, full_name
from .._model.times import parse_moment
from .._model.values import require_text
from .._service.client import Client, flattened
from .info import DEST_SPEC, found

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


@dataclass(frozen=True)
class MessageChoice:
    """The options that select messages: the ``id`` of one message, or conditions that messages must match."""

    id: str | None
    text: str | None
    receiver: str | None
    sender: str | None
    direction: str | None
    since: datetime | None
    until: datetime | None
    dest: str | None

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> MessageChoice:
        """Read the options. Raises InvalidInput."""
        since, until = (
            None if params[option] is None else parse_moment(params[option], option) for option in ("since", "until")
        )
        return cls(
            id=params["message_id"],
            text=params["text"],
            receiver=_party(params["receiver"], "receiver"),
            sender=_party(params["sender"], "sender"),
            direction=params["direction"],
            since=since,
            until=until,
            dest=params["dest"],
        )


def _party(value: Any, option: str) -> str | None:
    """Return a phone number or a name from an option. Raises InvalidInput."""
    if value is None:
        return None
    text = require_text(value, option)
    if not text.strip():
        raise InvalidInput(f"{option}: the text is empty. Write a phone number or a name.")
    return text


def read_messages(choice: MessageChoice, client: Client) -> Plan:
    """Read one message by its id, or all messages in all folders that match the options."""
    if choice.id is not None:
        record = client.get(MESSAGE, choice.id)
        return found(choice.dest, "messages", client.present(MESSAGE, [record]) if record else [])
    wanted = _row_tests(choice, client)
    messages: list[Record] = []
    for folder in flattened(client.list_records(FOLDER)):
        rows = client.folder_messages(folder["folder_id"])
        messages += client.present(FOLDER_MESSAGE, [row for row in rows if all(test(row) for test in wanted)])
    messages.sort(key=lambda message: (message["time"] or "", message["message_id"] or ""))
    plan = found(choice.dest, "messages", messages)
    return replace(plan, result={**plan.result, "permanently_failed": permanently_failed(messages, client)})


def permanently_failed(messages: Sequence[Mapping[str, Any]], client: Client) -> list[dict[str, Any]]:
    """Return the receivers whose number can never get a message, according to their last known delivery.

    *messages* are in the order of their times. A message in a folder shows a number, or the name of a contact or a
    group (contract: assumptions). If exactly one contact has the name, its number is returned.
    """
    last: dict[str, dict[str, Any]] = {}
    for message in messages:
        status, receiver = message["delivery_status"], (message["receiver"] or "").strip()
        if message["direction"] != "O" or not (is_permanent(status) or state_of(status) == "delivered"):
            continue
        number = _number(receiver, client)
        shown = {name: message[name] for name in ("message_id", "time")}
        last[number or receiver.casefold()] = {
            "phone_number": number or None,
            "receiver": receiver,
            "status": status,
            **shown,
        }
    rows = [row for row in last.values() if is_permanent(row["status"])]
    return [{**row, "phone_number": row["phone_number"] or _number_of(row["receiver"], client)} for row in rows]


def _number_of(name: str, client: Client) -> str | None:
    """Return the number of the contact with this name; None if no contact or several contacts have the name."""
    named = [contact for contact in client.search_contacts(name) if _same(full_name(contact), name)] if name else []
    return _number(named[0]["phone_number"], client) or None if len(named) == 1 else None


def _number(stored: str | None, client: Client) -> str:
    """Return the canonical form of a number; empty if the country of the number is not known."""
    try:
        return client.numbering.number(stored)
    except NoCountryCode:  # the account has no NUMBER_PREFIX, so the country of the number is not known
        return ""


def _same(name: str, other: str) -> bool:
    return " ".join(name.split()).casefold() == " ".join(other.split()).casefold()


RowTest = Callable[[Record], bool]


def _row_tests(choice: MessageChoice, client: Client) -> list[RowTest]:
    """Return the conditions that a message must match. Data for the conditions is read from the service."""
    tests: list[RowTest] = []
    text, direction = choice.text, choice.direction
    if text is not None:
        tests.append(lambda row: text.casefold() in (row["text"] or "").casefold())
    if direction is not None:
        tests.append(lambda row: bool(row["direction"] == direction[0].upper()))
    if choice.receiver is not None:
        tests.append(_party_test(choice.receiver, ("receiver",), client))
    if choice.sender is not None:
        tests.append(_party_test(choice.sender, ("sender_number", "sender"), client))
    if choice.since is not None:
        tests.append(_time_test(choice.since, 1, client))
    if choice.until is not None:
        tests.append(_time_test(choice.until, -1, client))
    return tests


def _party_test(text: str, columns: tuple[str, ...], client: Client) -> RowTest:
    """Return the condition for a sender or receiver.

    A message shows a number in any spelling, or a name (contract: assumptions). If it shows both, the number decides,
    because two people can have the same name.
    """
    key = client.numbering.key(text.strip())
    asked = {key}
    if _is_number(key):
        asked |= {full_name(contact) for contact in client.contacts_by_number(text)} - {""}

    def test(row: Record) -> bool:
        shown = {client.numbering.key((row[column] or "").strip()) for column in columns}
        numbers = set(filter(_is_number, shown)) if _is_number(key) else set()
        return bool(asked & (numbers or shown))

    return test


def _is_number(key: str) -> bool:
    return key.startswith("+")


def _time_test(moment: datetime, sign: int, client: Client) -> RowTest:
    """Return the condition for a time. If the time of a message can mean several moments, one of them is enough."""

    def test(row: Record) -> bool:
        moments = client.zone.likely(row["time"] or "")
        return any((time - moment).total_seconds() * sign >= 0 for time in moments)

    return test

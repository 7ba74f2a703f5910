# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Who gets a message: every phone once, resolved and checked before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._errors import InvalidInput
from .._model.fields import Record
from .._model.resources import CONTACT, GROUP
from .._records.contacts import ContactRef, contact_ref, find_contact
from .._records.groups import GroupRef, choose_group, group_ref
from .._service.client import Client


@dataclass(frozen=True)
class Person:
    """One phone that gets the message: its canonical number, and the contact and the group that it came by, if any."""

    number: str
    option: str
    contact: Mapping[str, Any] | None = field(default=None, compare=False)
    group: Mapping[str, Any] | None = field(default=None, compare=False)

    def present(self) -> dict[str, Any]:
        row: dict[str, Any] = {"phone_number": self.number.lstrip("+"), "type": "number"}
        if self.contact:
            row.update(type="contact", contact_id=self.contact["contact_id"])
        if self.group:
            row.update(group_id=self.group["group_id"], group=self.group["name"])
        return row


@dataclass
class Receivers:
    """The outcome: ``people`` to send to, ``addresses`` as the service takes them, and who is left out and why."""

    people: list[Person] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    blocked: list[dict[str, Any]] = field(default_factory=list)
    redirected: list[dict[str, Any]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass
class Asked:
    """What the options name, understood; nothing was asked of the service for it but perhaps the country code."""

    numbers: list[Person] = field(default_factory=list)
    contacts: list[ContactRef] = field(default_factory=list)
    groups: list[GroupRef] = field(default_factory=list)
    bad: list[tuple[str, str]] = field(default_factory=list)

    def identity(self) -> list[str]:
        """The same for every spelling and order of the same request."""
        contacts = (f"contact {ref.id}" if ref.id is not None else ref.number for ref in self.contacts)
        groups = (f"group {ref.id if ref.id is not None else ref.name!r}" for ref in self.groups)
        return sorted({*(person.number for person in self.numbers), *contacts, *groups})


@dataclass
class Members:
    """A group's members. All are usable unless the service might send to a number that we cannot read."""

    group: Record
    people: list[Person] = field(default_factory=list)
    all_usable: bool = True


def read_receivers(params: Mapping[str, Any], client: Client) -> Asked:
    """Understand the options. Raises InvalidInput that names every bad entry, unless ``skip_invalid`` is set."""
    asked = Asked()
    readers: list[tuple[str, Callable[[Any, str], Any], list[Any]]] = [
        ("numbers", lambda value, option: Person(client.numbering.canonical(value, option), option), asked.numbers),
        ("contacts", lambda value, option: contact_ref(value, option, client.numbering), asked.contacts),
        ("groups", group_ref, asked.groups),
    ]
    for name, read, found in readers:
        for index, value in enumerate(params[name] or []):
            try:
                found.append(read(value, f"{name}[{index}]"))
            except InvalidInput as error:
                asked.bad.append((f"{name}[{index}]", str(error)))
    if asked.bad and not params["skip_invalid"]:
        raise InvalidInput(
            " ".join(reason for _option, reason in asked.bad) + " Nothing was sent.",
            problems=[reason for _option, reason in asked.bad],
        )
    return asked


def resolve(asked: Asked, params: Mapping[str, Any], client: Client) -> Receivers:
    """Look up contacts, groups and their members, and settle who gets the message.

    Raises InvalidInput for too many receivers, or none; AmbiguousRecord.
    """
    found = Receivers(skipped=[{"option": option, "reason": reason} for option, reason in asked.bad])
    contacts = _contacts(asked, client, found)
    groups = _groups(asked, client, found)
    if params["skip_invalid"]:
        found.skipped += [{"option": sentence.partition(":")[0], "reason": sentence} for sentence in found.unknown]
        found.unknown = []
    everyone: dict[str, Person] = {}
    for person in (*(member for members in groups for member in members.people), *contacts, *asked.numbers):
        everyone.setdefault(person.number, person)
    found.people = list(everyone.values())
    limits = receiver_limits(params, client)
    if limits["redirect_to"] is not None and found.people:
        found.redirected = [person.present() for person in found.people]
        found.people = [Person(limits["redirect_to"], "redirect_to")]
    _allow(found, limits["receiver_allowlist"])
    found.addresses = _addresses(found.people, groups)
    _check_count(found, params["max_receivers"])
    return found


def _contacts(asked: Asked, client: Client, found: Receivers) -> list[Person]:
    people = []
    for ref in asked.contacts:
        record = find_contact(client, ref)
        if record is None:
            found.unknown.append(f"{ref} is not in the address book")
            continue
        number = _usable(record, client)
        if number is None:
            found.unknown.append(f"{ref.option}: contact {record['contact_id']} has no usable phone number")
        else:
            people.append(Person(number, ref.option, record))
    return people


def _groups(asked: Asked, client: Client, found: Receivers) -> list[Members]:
    """Each group once, with its members; a member without a usable number is skipped with a warning."""
    groups: dict[int, Members] = {}
    every = client.list_records(GROUP) if asked.groups else []
    for ref in asked.groups:
        group = choose_group(every, ref)
        if group is None:
            found.unknown.append(f"{ref} does not exist")
        elif group["group_id"] not in groups:
            groups[group["group_id"]] = _members(group, ref.option, client, found)
    return list(groups.values())


def _members(group: Record, option: str, client: Client, found: Receivers) -> Members:
    members = Members(group)
    for record in client.members(group["group_id"]):
        number = _usable(record, client)
        if number:
            members.people.append(Person(number, option, record, group))
            continue
        members.all_usable = members.all_usable and not record["phone_number"]
        reason = f"{option}: contact {record['contact_id']} in group {group['name']!r} has no usable phone number"
        found.skipped.append({"option": option, "contact_id": record["contact_id"], "reason": reason})
        found.warnings.append(f"{reason}, and gets no message.")
    return members


def _usable(record: Record, client: Client) -> str | None:
    try:
        return client.numbering.canonical(record["phone_number"] or "")
    except InvalidInput:
        return None


def receiver_limits(params: Mapping[str, Any], client: Client) -> dict[str, Any]:
    """``redirect_to`` and the sorted ``receiver_allowlist``, canonical; None for what is not set.

    Raises InvalidInput.
    """
    canonical, redirect, allowlist = client.numbering.canonical, params["redirect_to"], params["receiver_allowlist"]
    if allowlist is not None:
        named = [(index, value) for index, value in enumerate(allowlist) if value != ""]  # as in an empty variable
        allowlist = sorted({canonical(value, f"receiver_allowlist[{index}]") for index, value in named})
    return {
        "redirect_to": None if redirect is None else canonical(redirect, "redirect_to"),
        "receiver_allowlist": allowlist,
    }


def _allow(found: Receivers, allowed: list[str] | None) -> None:
    """On a staging system nobody gets a message but those on the list; an empty list is nobody."""
    if allowed is not None:
        found.blocked = [person.present() for person in found.people if person.number not in allowed]
        found.people = [person for person in found.people if person.number in allowed]


def _addresses(people: list[Person], groups: list[Members]) -> list[str]:
    """How the service is told, so that no phone gets the message twice.

    A group is named as a group where all of its members, and nobody of them by another way, get the message; else its
    members are named one by one.
    """
    left = {person.number: person for person in people}
    addresses = []
    for members in groups:
        numbers = [member.number for member in members.people]
        whole = all(number in left and left[number].group is members.group for number in numbers)
        if numbers and whole and members.all_usable and len(set(numbers)) == len(numbers):
            addresses.append(f"{GROUP.path}/{members.group['group_id']}")
            for number in numbers:
                del left[number]
    for person in left.values():
        contact = person.contact
        addresses.append(f"{CONTACT.path}/{contact['contact_id']}" if contact else person.number.lstrip("+"))
    return addresses


def _check_count(found: Receivers, limit: int | None) -> None:
    if limit is not None and len(found.people) > limit:
        raise InvalidInput(
            f"max_receivers: {len(found.people)} people would get the message, and {limit} are allowed. "
            "Nothing was sent.",
            receivers=len(found.people),
        )
    if not (found.people or found.unknown or found.blocked):
        why = f" ({'; '.join(row['reason'] for row in found.skipped)})" if found.skipped else ""
        raise InvalidInput(f"numbers, contacts, groups: nobody is left to send to{why}. Nothing was sent.")

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The receivers of a message. Each phone is a receiver once. All are looked up and checked before a message is
sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .._errors import InvalidInput
from .._model.fields import Record
from .._model.frozen import Value
from .._model.phone import Numbering, possibly_same
from .._model.resources import CONTACT, GROUP
from .._model.values import mask
from .._records.contacts import ContactRef, contact_ref
from .._records.groups import GroupRef, choose_group, group_ref
from .._records.many import find_contacts
from .._service.client import Client
from .._service.guard import Guard
from .options import ReceiverOptions

Named = TypeVar("Named")


@dataclass(frozen=True)
class Person(Value):
    """One phone that gets the message: its canonical number, and its contact and group, if it has them.

    ``stored`` is the number of a contact, if the number cannot be read. Then the message is sent to the contact, and
    ``number`` is a text that only this contact has.
    """

    number: str
    option: str
    contact: Mapping[str, Any] | None = field(default=None, compare=False)
    group: Mapping[str, Any] | None = field(default=None, compare=False)
    stored: str = ""

    def is_of(self, group: Mapping[str, Any]) -> bool:
        """Return whether the message reaches this person through the group."""
        return self.group is not None and self.group["group_id"] == group["group_id"]

    @property
    def record(self) -> str:
        """The contact as words in a sentence."""
        inside = f" in group {self.group['name']!r}" if self.group else ""
        return f"the contact with id {self.contact['contact_id']}{inside}" if self.contact else mask(self.number)

    def present(self) -> dict[str, Any]:
        row: dict[str, Any] = {"phone_number": self.stored or self.number.lstrip("+"), "type": "number"}
        if self.contact:
            row.update(type="contact", contact_id=self.contact["contact_id"])
        if self.group:
            row.update(group_id=self.group["group_id"], group=self.group["name"])
        return row


@dataclass(frozen=True)
class Asked:
    """The receivers in the options. Reading them makes no request, except for the country code.

    ``bad`` has the invalid options, each with the reason.
    """

    numbers: Sequence[Person] = ()
    contacts: Sequence[ContactRef] = ()
    groups: Sequence[GroupRef] = ()
    bad: Sequence[tuple[str, str]] = ()

    def identity(self) -> list[str]:
        """Return a value that does not depend on the spelling and the order of the receivers."""
        contacts = (f"contact {ref.id}" if ref.id is not None else ref.number for ref in self.contacts)
        groups = (f"group {ref.id if ref.id is not None else ref.name!r}" for ref in self.groups)
        return sorted({*(person.number for person in self.numbers), *contacts, *groups})


@dataclass(frozen=True)
class Members:
    """The members of a group. ``skipped`` are the members without a number."""

    group: Record
    people: Sequence[Person]
    skipped: Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Receivers:
    """The receivers after the lookup.

    - ``people`` get the message.
    - ``addresses`` are the receivers in the form of the service.
    - ``skipped`` are receivers that were left out.
    """

    people: Sequence[Person]
    addresses: Sequence[str]
    skipped: Sequence[dict[str, Any]]
    blocked: Sequence[dict[str, Any]]
    redirected: Sequence[dict[str, Any]]
    unknown: Sequence[str]
    warnings: Sequence[str]


def read_receivers(options: ReceiverOptions, client: Client) -> Asked:
    """Read the options. Raises InvalidInput with all invalid entries, unless ``skip_invalid`` is set."""
    numbering = client.numbering
    bad: list[tuple[str, str]] = []
    numbers = _understood(options.numbers, "numbers", lambda value, at: Person(numbering.canonical(value, at), at), bad)
    contacts = _understood(options.contacts, "contacts", lambda value, at: contact_ref(value, at, numbering), bad)
    groups = _understood(options.groups, "groups", group_ref, bad)
    if bad and not options.skip_invalid:
        reasons = [reason for _option, reason in bad]
        raise InvalidInput(" ".join(reasons) + " Nothing was sent.", problems=reasons)
    return Asked(numbers, contacts, groups, bad)


def _understood(
    values: Sequence[Any], name: str, read: Callable[[Any, str], Named], bad: list[tuple[str, str]]
) -> list[Named]:
    """Return the valid entries of an option. Invalid entries are added to *bad*."""
    found = []
    for index, value in enumerate(values):
        option = f"{name}[{index}]"
        try:
            found.append(read(value, option))
        except InvalidInput as error:
            bad.append((option, str(error)))
    return found


def resolve(asked: Asked, options: ReceiverOptions, guard: Guard, client: Client) -> Receivers:
    """Look up contacts, groups and their members, and decide who gets the message.

    Raises InvalidInput if there are too many receivers or none, and AmbiguousRecord.
    """
    unknown: list[str] = []
    contacts = _contacts(asked, client, unknown)
    groups = _groups(asked, client, unknown)
    skipped: list[dict[str, Any]] = [{"option": option, "reason": reason} for option, reason in asked.bad]
    skipped += [row for members in groups for row in members.skipped]
    if options.skip_invalid:
        skipped += [{"option": sentence.partition(":")[0], "reason": sentence} for sentence in unknown]
        unknown = []
    everyone: dict[str, Person] = {}
    for person in (*(member for members in groups for member in members.people), *contacts, *asked.numbers):
        everyone.setdefault(person.number, person)
    redirected = list(everyone.values()) if guard.redirect_to is not None else []
    wanted = [Person(guard.redirect_to, "redirect_to")] if guard.redirect_to and redirected else [*everyone.values()]
    # On a staging system, only the numbers in the allowlist get messages. With an empty allowlist, nobody gets a
    # message.
    if guard.allowlist is not None:
        wanted, unjudged = _judged(wanted, options.skip_invalid)
        skipped += unjudged
    people = [person for person in wanted if guard.permits(person.number)]
    found = Receivers(
        people,
        _numbers(people, client) if guard.limited else _addresses(people, groups),
        skipped,
        blocked=[person.present() for person in wanted if not guard.permits(person.number)],
        redirected=[person.present() for person in redirected],
        unknown=unknown,
        warnings=[
            *_nobody(wanted, people),
            *(f"{row['reason']}, so the contact gets no message." for members in groups for row in members.skipped),
            *_possible_repetitions(people, client.numbering),
            *(
                f"{person.option}: the number of {person.record} is not a valid phone number. The message goes to the "
                "contact anyway. If another receiver has the same number, the message goes to this number twice."
                for person in people
                if person.stored
            ),
        ],
    )
    _check_count(found, options.limit)
    return found


def _nobody(wanted: Sequence[Person], people: Sequence[Person]) -> list[str]:
    """Return a warning if nobody is left because of the allowlist."""
    if people or not wanted:
        return []
    none = "the only receiver is not" if len(wanted) == 1 else f"none of the {len(wanted)} receivers is"
    return [f"receiver_allowlist: nobody gets the message, because {none} in the list."]


def _possible_repetitions(people: Sequence[Person], numbering: Numbering) -> list[str]:
    """Return a warning for each pair of receivers that is possibly one phone. The phone would get the message
    twice.
    """
    known = {person.number: person for person in people if not person.stored}
    return [
        possibly_same(known[second].option, second, first, known[first].option)
        for first, second in numbering.possible_pairs(known)
    ]


def _judged(people: Sequence[Person], skip_invalid: bool) -> tuple[list[Person], list[dict[str, Any]]]:
    """Return the people whose number can be compared with the allowlist, and the people who are skipped.

    Raises InvalidInput instead of skipping people, unless *skip_invalid* is set.
    """
    unjudged = [person for person in people if person.stored]
    reasons = [
        f"{person.option}: the number of {person.record} is not a valid phone number and cannot be compared with "
        "receiver_allowlist. Correct the number in the address book."
        for person in unjudged
    ]
    if reasons and not skip_invalid:
        raise InvalidInput(" ".join(reasons) + " Nothing was sent.", problems=reasons)
    skipped = [
        {"option": person.option, "contact_id": (person.contact or {})["contact_id"], "reason": reason}
        for person, reason in zip(unjudged, reasons)
    ]
    return [person for person in people if not person.stored], skipped


def _contacts(asked: Asked, client: Client, unknown: list[str]) -> list[Person]:
    people = []
    for ref, record in find_contacts(client, asked.contacts).items():
        person = _person(record, ref.option, None, client) if record else None
        if record is None:
            unknown.append(f"{ref} is not in the address book")
        elif person is None:
            unknown.append(f"{ref.option}: the contact with id {record['contact_id']} has no valid phone number")
        else:
            people.append(person)
    return people


def _groups(asked: Asked, client: Client, unknown: list[str]) -> list[Members]:
    """Return each group once, with its members."""
    groups: dict[int, Members] = {}
    every = client.list_records(GROUP) if asked.groups else []
    for ref in asked.groups:
        group = choose_group(every, ref, client)
        if group is None:
            unknown.append(f"{ref} does not exist")
        elif group["group_id"] not in groups:
            groups[group["group_id"]] = _members(group, ref.option, client)
    return list(groups.values())


def _members(group: Record, option: str, client: Client) -> Members:
    records = client.members(group["group_id"])
    people = {record["contact_id"]: _person(record, option, group, client) for record in records}
    return Members(
        group,
        [person for person in people.values() if person],
        [
            {
                "option": option,
                "contact_id": id,
                "reason": f"{option}: the contact with id {id} in group {group['name']!r} has no valid phone number",
            }
            for id, person in people.items()
            if person is None
        ],
    )


def _person(record: Record, option: str, group: Record | None, client: Client) -> Person | None:
    """Return a contact as a receiver, or None if its number has no digits."""
    stored = record["phone_number"] or ""
    number = client.numbering.number(stored)
    if number:
        return Person(number, option, record, group)
    if not any(character.isdecimal() for character in stored):
        return None
    return Person(f"contact {record['contact_id']}", option, record, group, stored)


def _numbers(people: Sequence[Person], client: Client) -> list[str]:
    """Return the addresses if the receivers are limited: only numbers.

    A contact or a group could change before the service sends the message.
    """
    return [client.numbering.written(person.number) for person in people]


def _addresses(people: Sequence[Person], groups: Sequence[Members]) -> list[str]:
    """Return the addresses in the form of the service, so that no phone gets the message twice.

    A group is one address if all of its members get the message, and each of them only through this group. Otherwise
    each member has an address.
    """
    left = {person.number: person for person in people}
    addresses = []
    for members in groups:
        numbers = [member.number for member in members.people]
        whole = all(number in left and left[number].is_of(members.group) for number in numbers)
        if numbers and whole and len(set(numbers)) == len(numbers):
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
            f"max_receivers: {len(found.people)} people would get the message, but the limit is {limit}. "
            f"Nothing was sent. To send the message to all {len(found.people)} people, raise max_receivers.",
            receivers=len(found.people),
        )
    if not (found.people or found.unknown or found.blocked):
        place = "numbers, contacts, groups: there is no receiver to send to"
        if found.skipped:
            reasons = [f"{row['reason'].rstrip('.')}." for row in found.skipped]
            raise InvalidInput("\n".join([f"{place}. Nothing was sent. Correct the receivers:", *reasons]))
        raise InvalidInput(
            f"{place}, because the groups have no members. Nothing was sent. Add members to the groups, or choose "
            "other receivers."
        )

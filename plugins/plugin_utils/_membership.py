# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The people in variables of inventory hosts, as a declared address book. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..module_utils._errors import InvalidInput, NoCountryCode
from ..module_utils._model.fields import STR
from ..module_utils._model.listing import listed, marked
from ..module_utils._model.names import trimmed
from ..module_utils._model.phone import Numbering
from ..module_utils._model.resources import CONTACT
from ..module_utils._model.spelling import DIGITS, spelt
from ..module_utils._model.values import misread

TEXTS = [item.name for item in CONTACT.writable if item.kind is STR]
NEEDED = ("name", "hosts", "numbers_from")
SHOWN = 10  # number of hosts that a message lists
IN_INI = " In a line of an INI inventory, quote the number twice: {variable}=\"'+4790555817'\"."


@dataclass
class _Person:
    """A contact in variables of hosts.

    - ``member`` identifies the contact.
    - ``fields`` is None if no host gave fields of the contact.
    - ``place`` is the first host that gave fields, with its variable.
    """

    member: Any
    place: str = ""
    where: dict[str, str] = field(default_factory=dict)
    fields: dict[str, Any] | None = None

    def take_number(self, number: str) -> None:
        """Use this spelling of the number, unless the present spelling also has a country code."""
        if not spelt(self.member).startswith("+"):
            self.member = number
            if self.fields is not None:
                self.fields = {**self.fields, "phone_number": number}


@dataclass
class Gathering:
    """Builds the groups of one address book.

    ``hosts_of`` returns the names of the hosts that a pattern matches. ``value_of`` returns the value of a host's
    variable. It raises KeyError if the host has no such variable, and InvalidInput if the value cannot be evaluated.
    """

    hosts_of: Callable[[str], list[str]]
    value_of: Callable[[str, str], Any]
    numbering: Numbering
    on_missing: str = "fail"
    create_contacts: bool = False
    allow_empty: bool = False
    _people: dict[Any, _Person] = field(default_factory=dict)
    _problems: list[str] = field(default_factory=list)
    unsure: bool = False  # True if a number needs the country code and the country code is not known

    def book(self, groups: list[Any]) -> dict[str, Any]:
        """Return the declared ``contacts`` and ``groups``, and their ``places``.

        Raises InvalidInput with all errors.
        """
        declared = [self._group(index, group) for index, group in enumerate(groups)]
        if self._problems:
            raise InvalidInput(
                "\n".join([*self._problems, "Nothing was written."]),
                problems=self._problems,
            )
        people = [person for person in self._people.values() if person.fields is not None]
        places = {
            "contacts": [person.place for person in people],
            "groups": [f"{group['hosts']}: {group['numbers_from']}" for group in groups],
            "members": [members for _group, members in declared],
        }
        return {
            "contacts": [person.fields for person in people],
            "groups": [group for group, _members in declared],
            "places": places,
        }

    def _group(self, index: int, group: Any) -> tuple[dict[str, Any], list[str]]:
        """Return a declared group, and the places of its members."""
        missing = [name for name in NEEDED if not (isinstance(group, Mapping) and group.get(name) not in (None, ""))]
        if missing:
            self._problems.append(f"Entry {index + 1} in the list of groups: set a value for {marked(missing)}.")
            return {}, []
        changed = [f"`{name}` {misread(group[name])}" for name in NEEDED if not isinstance(group[name], str)]
        if changed:
            self._problems.append(f"Entry {index + 1} in the list of groups: {', '.join(changed)}.")
            return {}, []
        known = len(self._problems)
        hosts = self.hosts_of(str(group["hosts"]))
        people = self._people_of(hosts, str(group["numbers_from"]), str(group["name"]))
        if not people and len(self._problems) == known and not self.allow_empty:
            what = f"the variable {group['numbers_from']} contains no members for {_named(hosts)}"
            self._problems.append(
                f"Group {group['name']!r} would have no members, because "
                + (what if hosts else f"no host of the inventory matches {group['hosts']!r}")
                + ". Set `allow_empty` to allow this."
            )
        fields = {name: value for name, value in group.items() if name not in ("hosts", "numbers_from", "members")}
        fields["name"] = trimmed(group["name"])
        return {**fields, "members": [person.member for person, _place in people]}, [place for _person, place in people]

    def _people_of(self, hosts: list[str], variable: str, group: str) -> list[tuple[_Person, str]]:
        """Return each person once, with the first place, in the order of the hosts."""
        people: dict[int, tuple[_Person, str]] = {}
        lacking = []
        for host in hosts:
            try:
                value = self.value_of(host, variable)
            except KeyError:
                lacking.append(host)
            except InvalidInput as error:
                self._problems.append(f"Host {host}: {variable}: the variable cannot be evaluated: {error}")
            else:
                for person, place in self._named_by(host, variable, value):
                    people.setdefault(id(person), (person, place))
        if lacking and self.on_missing == "fail":
            self._problems.append(
                f"Group {group!r}: the variable {variable} is not set for {_named(lacking)}. Set the variable for "
                "every host. If a host adds no members to the group, set its variable to an empty list. To skip hosts "
                "without this variable, set `on_missing` to `ignore`."
            )
        return list(people.values())

    def _named_by(self, host: str, variable: str, value: Any) -> Iterator[tuple[_Person, str]]:
        several = isinstance(value, list)
        for index, entry in enumerate(value if several else [value]):
            place = f"{host}: {variable}[{index}]" if several else f"{host}: {variable}"
            try:
                yield self._person(entry, place), place
            except InvalidInput as error:
                text = f"Host {error}" if str(error).startswith(place) else str(error)
                if _is_unquoted(entry):
                    text += IN_INI.format(variable=variable)
                if text not in self._problems:  # a host can be in several groups
                    self._problems.append(text)

    def _person(self, entry: Any, where: str) -> _Person:
        """Return the person of an entry, and add the fields of the entry.

        Each person is stored once. Raises InvalidInput.
        """
        given = dict(entry) if isinstance(entry, Mapping) else {"phone_number": entry}
        for name in TEXTS:
            if name in given and not isinstance(given[name], str):
                raise InvalidInput(f"{where}: `{name}` {misread(given[name])}.")
        id, number = given.get("contact_id"), given.get("phone_number")
        if id is None and "phone_number" not in given:
            raise InvalidInput(f"{where}: a contact needs a phone_number. Add the number.")
        key = ("id", str(id)) if id is not None else self._key(number, where)
        member = number if id is None else {"contact_id": id}
        person = self._people.setdefault(key, _Person(member))
        # With its country code, the number means the same whatever the country code of the module is.
        if id is None and isinstance(number, str) and spelt(number).startswith("+"):
            person.take_number(number)
        if (isinstance(entry, Mapping) and list(given) != ["contact_id"]) or (self.create_contacts and id is None):
            _add(person, given, where)
        return person

    def _key(self, number: Any, where: str) -> str:
        """Return a text that is the same for all spellings of a number, as far as it is known without the country
        code.
        """
        try:
            return self.numbering.canonical(number, where)
        except NoCountryCode:
            self.unsure = True
            return DIGITS.sub("", number)


def _add(person: _Person, given: Mapping[str, Any], where: str) -> None:
    """Add the fields that one host gives for a contact. Raises InvalidInput if another host gave different values."""
    known = person.fields or {}
    if "phone_number" in given and given.get("contact_id") is None:
        given = {**given, "phone_number": person.member}
    for name, value in given.items():
        if name in known and name != "phone_number" and known[name] != value:
            host, _blank, variable = person.where[name].partition(": ")
            raise InvalidInput(
                f"{where}: `{name}` of this contact differs from the value in `{variable}` of host {host}. Use the "
                "same value in both places."
            )
    person.place = person.place or where
    person.fields = {**given, **known}
    person.where.update({name: where for name in given if name not in known})


def _is_unquoted(entry: Any) -> bool:
    """Return whether an entry is or contains a number without quotes."""
    number = entry.get("phone_number") if isinstance(entry, Mapping) else entry
    return isinstance(number, (int, float)) and not isinstance(number, bool)


def _named(hosts: list[str]) -> str:
    """Return the names of hosts as words in a sentence."""
    return ("host " if len(hosts) == 1 else "the hosts ") + listed(hosts, SHOWN)

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The declared address book: the entries of all sources, checked and converted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from .._errors import InvalidInput
from .._model.arguments import kind_of
from .._model.fields import Record, Resource
from .._model.listing import first_of
from .._model.phone import Numbering
from .._model.resources import CONTACT, GROUP
from .._model.spelling import spelt
from .._model.values import misread
from .._records.contacts import ContactRef, contact_ref
from .sources import Entries

SHOWN, PROBLEMS = 10, 100  # entries that are declared twice, in a message and in the result
FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class DeclaredContact:
    """``where`` is its place. ``number`` is canonical, and empty for a contact that has only an ``id``."""

    where: str
    number: str
    id: int | None
    fields: Record


@dataclass(frozen=True)
class DeclaredGroup:
    """``members`` is None if they are not managed. ``whole`` is False if a member is invalid."""

    where: str
    name: str
    id: int | None
    fields: Record
    members: list[ContactRef] | None
    whole: bool = True


@dataclass
class Declared:
    """The valid entries. ``problems`` has the place and the reason of each invalid entry.

    ``repeated`` has a sentence for each entry that is equal to an earlier entry. ``without_number`` has the places of
    contacts that were left out because they have no number.
    """

    contacts: list[DeclaredContact] = field(default_factory=list)
    groups: list[DeclaredGroup] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    without_number: list[str] = field(default_factory=list)


def understand(
    entries: Entries,
    numbering: Numbering,
    on_invalid: str = "continue",
    without_number: str = "fail",
    members: Mapping[str, Sequence[str]] | None = None,
) -> Declared:
    """Check every entry. *members* has the places of the members of groups, by the places of the groups.

    With *on_invalid* ``continue``, raises InvalidInput with both places if a number or name is declared twice.
    Otherwise such entries are problems: different entries for one number or name are all rejected, and equal entries
    are used once.
    """
    declared = Declared()
    if on_invalid == "continue":
        # As far as possible without the country code of the account, which can take a request.
        _refuse_twice([_as_spelt(where, entry) for where, entry in entries["contacts"]], "contact")
    for where, entry in entries["contacts"]:
        if without_number == "skip" and _has_no_number(entry):
            declared.without_number.append(where)
            continue
        try:
            declared.contacts.append(_contact(where, entry, numbering))
        except InvalidInput as error:
            declared.problems.append((where, str(error)))
    for where, entry in entries["groups"]:
        try:
            places = (members or {}).get(where, ())
            declared.groups.append(_group(where, entry, places, numbering, declared.problems))
        except InvalidInput as error:
            declared.problems.append((where, str(error)))
    contacts = [(item.id, item.number, item.where) for item in declared.contacts]
    groups = [(item.id, item.name, item.where) for item in declared.groups]
    if on_invalid == "continue":
        _refuse_twice(contacts, "contact")
        _refuse_twice(groups, "group")
    else:
        declared.contacts = _once(declared.contacts, _twice(contacts), "contact", declared)
        declared.groups = _once(declared.groups, _twice(groups), "group", declared)
    return declared


def _has_no_number(entry: Any) -> bool:
    """Whether an entry that could be read names a person who cannot get a message."""
    if not isinstance(entry, Mapping) or entry.get("contact_id"):
        return False
    number = entry.get("phone_number", "")
    return isinstance(number, str) and not number.strip()


def _contact(where: str, entry: Any, numbering: Numbering) -> DeclaredContact:
    fields = _fields(CONTACT, where, entry, ())
    id = entry.get("contact_id")
    number = entry.get("phone_number")
    if number is None and id is None:
        raise InvalidInput(f"{where}: a contact needs a phone_number. Add it.")
    canonical = numbering.canonical(number, f"{where}: phone_number") if number is not None else ""
    return DeclaredContact(where, canonical, _id(where, id), fields)


def _group(
    where: str, entry: Any, places: Sequence[str], numbering: Numbering, problems: list[tuple[str, str]]
) -> DeclaredGroup:
    fields = _fields(GROUP, where, entry, ("members",))
    id, name = entry.get("group_id"), fields.get("name", "")
    if not name and id is None:
        raise InvalidInput(f"{where}: a group needs a name. Add it.")
    members = entry.get("members")
    if members is not None and not isinstance(members, list):
        raise InvalidInput(f"{where}: members must be a list of numbers here; this is {kind_of(members)}.")
    refs: list[ContactRef] = []
    whole = True
    for index, member in enumerate(members or []):
        place = places[index] if index < len(places) else f"{where}: members[{index}]"
        try:
            refs.append(contact_ref(member, place, numbering))
        except InvalidInput as error:
            whole = False
            if place not in [where for where, _reason in problems]:  # a row that is a contact and a member
                problems.append((place, str(error)))
    return DeclaredGroup(where, name, _id(where, id), fields, None if members is None else refs, whole)


def _fields(resource: Resource, where: str, entry: Any, more: tuple[str, ...]) -> Record:
    """The writable fields of an entry, converted to their types. Raises InvalidInput."""
    if isinstance(entry, InvalidInput):  # a row that could not be read
        raise entry
    if not isinstance(entry, (dict, Mapping)):
        raise InvalidInput(f"{where}: a dictionary of fields is expected; this is {kind_of(entry)}.")
    names, texts = _plain_names(resource, more, tuple(entry), tuple(map(type, entry.values())))
    if names and "".join([entry[name] for name in texts]).isprintable():
        return {name: entry[name] for name in names}
    kinds, known = _table(resource, more)
    if not entry.keys() <= known.keys() or None in entry.values():
        _refuse_fields(where, entry, known)
    typed = {name: _typed(where, name, kinds[name], entry[name]) for name in kinds if name in entry}
    try:
        return resource.from_params({name: value for name, value in typed.items() if value is not None})
    except InvalidInput as error:
        raise InvalidInput(f"{where}: {error}") from error


@cache
def _table(resource: Resource, more: tuple[str, ...]) -> tuple[dict[str, str], dict[str, None]]:
    """The types of the writable fields, and the names of all fields of an entry in their order."""
    kinds = {field.name: field.kind.type for field in resource.writable}
    return kinds, dict.fromkeys([resource.id, *kinds, *more])


@lru_cache(maxsize=1000)
def _plain_names(
    resource: Resource, more: tuple[str, ...], names: tuple[Any, ...], types: tuple[type, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The writable fields of entries with these *names*, and those that are texts.

    Empty if a value of these *types* needs a conversion.
    """
    kinds, known = _table(resource, more)
    given = dict(zip(names, types))
    if not given.keys() <= known.keys() or type(None) in types:
        return (), ()
    wanted = [name for name in kinds if name in given]
    plain = all(given[name] is (bool if kinds[name] == "bool" else str) for name in wanted)
    return (tuple(wanted), tuple(name for name in wanted if given[name] is str)) if plain else ((), ())


def _refuse_fields(where: str, entry: Mapping[Any, Any], known: Mapping[str, None]) -> None:
    for name, value in entry.items():
        if name not in known:
            raise InvalidInput(f"{where}: {name!r} is not a field. The fields are {', '.join(known)}.")
        if value is None:
            raise InvalidInput(f"{where}: {name} is null. Omit the field to keep its value, or write '' to clear it.")


def _typed(where: str, name: str, kind: str, value: Any) -> Any:
    if kind == "bool":
        flag = value if isinstance(value, bool) else FLAGS.get(str(value).lower())
        if flag is None and value != "":
            raise InvalidInput(f"{where}: {name} must be true or false, not {value!r}.")
        return flag
    if kind == "str" and not isinstance(value, str):
        raise InvalidInput(f"{where}: {name} {misread(value)}.")
    return value


def _id(where: str, value: Any) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not re.fullmatch("[0-9]+", str(value)):
        raise InvalidInput(f"{where}: the id must be a whole number, not {value!r}.")
    return int(value)


def _as_spelt(where: str, entry: Any) -> tuple[Any, str, str]:
    """The digits of the number of an entry, with the plus sign. An entry with an id is treated as unique here."""
    entry = entry if isinstance(entry, (dict, Mapping)) else {}
    return None if entry.get("contact_id") in (None, "") else where, spelt(entry.get("phone_number")), where


def _twice(entries: list[tuple[Any, str, str]]) -> list[tuple[str, str]]:
    """The places of two entries for one record: with the same id, or with the same name unless both have an id."""
    ids: dict[Any, str] = {}
    names: dict[str, tuple[str, bool]] = {}
    twice = []
    for id, name, where in entries:
        first, certain = names.setdefault(name, (where, id is not None))
        if name and first != where and not (certain and id is not None):
            twice.append((first, where))
        elif id is not None and ids.setdefault(id, where) != where:
            twice.append((ids[id], where))
    return twice


def _refuse_twice(entries: list[tuple[Any, str, str]], what: str) -> None:
    """Raise InvalidInput if two entries are for one record."""
    twice = [f"{first} and {where}" for first, where in _twice(entries)]
    if twice:
        summary = (
            f"The same {what} is declared twice. Nothing was sent. Delete one entry of each pair, or take one of the "
            "files out of src:"
        )
        raise InvalidInput("\n".join([summary, *first_of(twice, SHOWN)]), problems=twice[:PROBLEMS])


def _once(items: list[Any], twice: list[tuple[str, str]], what: str, declared: Declared) -> list[Any]:
    """The entries without different entries for one record. Of equal entries, the first is included."""
    content = {item.where: _content(item) for item in items}
    rejected, repeated = set(), {}
    for first, where in twice:
        differing = sorted(
            name for name in {*content[first], *content[where]} if not _same(name, content, first, where)
        )
        if differing:
            reason = (
                f"{first} and {where}: the same {what} is declared twice, with different {', '.join(differing)}. "
                "None of them is used. Delete one entry."
            )
            declared.problems.append((where, reason))
            rejected |= {first, where}
        else:
            repeated[where] = first
    for where, first in repeated.items():
        used = "" if first in rejected else f" {first} is used."
        declared.repeated.append(
            f"{where}: this is the same {what} as {first}, with the same fields.{used} Delete this entry."
        )
    return [item for item in items if item.where not in rejected | repeated.keys()]


def _same(name: str, content: Mapping[str, Record], *places: str) -> bool:
    """Whether a field has the same value in both places, or is omitted in both."""
    first, second = ((name in content[where], content[where].get(name)) for where in places)
    return first == second


def _content(item: Any) -> Record:
    """The content of an entry, with its number in canonical form."""
    if isinstance(item, DeclaredContact):
        return {**item.fields, "phone_number": item.number, CONTACT.id: item.id}
    members = None if item.members is None else {(ref.id, ref.number) for ref in item.members}
    return {**item.fields, GROUP.id: item.id, "members": (members, item.whole)}

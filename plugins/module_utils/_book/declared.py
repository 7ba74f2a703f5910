# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The declared address book: the entries of all sources, checked and converted."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain
from typing import Any, NamedTuple, TypeVar, Union

from .._errors import InvalidInput, NoCountryCode
from .._model.arguments import did_you_mean
from .._model.fields import Record, Resource
from .._model.listing import IN_FAILURE, first_of
from .._model.names import trimmed
from .._model.phone import Numbering
from .._model.resources import CONTACT, GROUP
from .._model.spelling import SIMPLE, normalised, spelt
from .._model.values import is_id, is_number, kind_of, misread, read_as
from .._records.contacts import ContactRef, contact_ref
from .entries import PREVIOUS_NUMBER, Entries

SHOWN, LISTED = 10, 1000  # entries that are declared twice: how many a message shows, and how many the result lists
PREVIOUS_NAMES = "previous_names"
NEVER_EMPTY = ("phone_number", "name")  # the service has no record without a value of these text fields
NO_TEXTS = {"bool": bool, "int": int}  # types of fields, and the types of their values that need no conversion
WHOLE = re.compile(r"[+-]?[0-9]{1,18}|", re.ASCII)  # an empty text, such as an empty cell of a table, is no number
FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class DeclaredContact(NamedTuple):
    """A valid entry for a contact.

    - ``where`` is the place of the entry.
    - ``number`` is the canonical number, or empty if the entry has only an ``id``.
    - ``previous`` has the previous number, if the entry has one.
    """

    where: str
    number: str
    id: int | None
    fields: Record
    previous: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.number


@dataclass(frozen=True)
class DeclaredGroup:
    """A valid entry for a group.

    - ``members`` is None if the members are not managed.
    - ``whole`` is False if one of the members is invalid.
    - ``previous`` has the previous names of the group.
    """

    where: str
    name: str
    id: int | None
    fields: Record
    members: list[ContactRef] | None
    whole: bool = True
    previous: tuple[str, ...] = ()


@dataclass(frozen=True)
class Broken:
    """An entry that has a problem. Other entries get neither its record nor the number or name that it declares."""

    where: str
    name: str
    id: int | None
    previous: tuple[str, ...] = ()


Entry = Union[DeclaredContact, DeclaredGroup, Broken]
OneEntry = TypeVar("OneEntry", DeclaredContact, DeclaredGroup, Broken)


@dataclass
class Declared:
    """All entries. ``problems`` has the place and the reason of each invalid entry.

    - ``broken_contacts`` and ``broken_groups`` are the invalid entries whose record is known.
    - ``repeated`` has a sentence for each entry that is equal to an earlier entry.
    - ``without_number`` has the places of contacts that were left out because they have no number.
    """

    contacts: list[DeclaredContact] = field(default_factory=list)
    groups: list[DeclaredGroup] = field(default_factory=list)
    broken_contacts: list[Broken] = field(default_factory=list)
    broken_groups: list[Broken] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    without_number: list[str] = field(default_factory=list)

    def entries(self, resource: Resource) -> list[Entry]:
        """Return all entries of a resource. The invalid entries are at the end."""
        if resource is CONTACT:
            return [*self.contacts, *self.broken_contacts]
        return [*self.groups, *self.broken_groups]


def understand(
    entries: Entries,
    numbering: Numbering,
    on_invalid: str = "continue",
    without_number: str = "fail",
    members: Mapping[str, Sequence[str]] | None = None,
    offline: Numbering | None = None,
) -> Declared:
    """Check every entry. *members* has the places of the members of groups, by the places of the groups.

    With *on_invalid* ``continue``, a number or name that is declared twice raises InvalidInput, with both places and
    all other problems. With other values, entries that are declared twice are problems: different entries for one
    number or name are all rejected, and of equal entries the first is used.

    *offline* makes no request. It is used to find numbers that are repeated in the same spelling.
    """
    strict = on_invalid == "continue"
    repeated = _twice_as_spelt(entries["contacts"]) if strict else []
    declared = _read(entries, offline if repeated and offline else numbering, without_number == "skip", members or {})
    twice = {CONTACT.name: repeated, GROUP.name: []}
    former: dict[str, list[tuple[str, str]]] = {}
    for resource, part in ((CONTACT, "contacts"), (GROUP, "groups")):
        items, what = declared.entries(resource), resource.name
        if _all_differ(items):
            continue
        order = {where: index for index, (where, _entry) in enumerate(entries[part])}
        items.sort(key=lambda item: order[item.where])
        if strict:
            pairs = _twice([(item.id, item.name, item.where) for item in items])
            former[what] = [pair for pair in _same_previous(items) if pair not in pairs]
            named = {second for _first, second in pairs}
            known = {item.where: item for item in items}
            twice[what] = [pair for pair in twice[what] if pair[1] not in named]
            twice[what] += [(first, f"{where}{_differing(known[first], known[where])}") for first, where in pairs]
        else:
            _once(items, what, declared, on_invalid == "skip")
    pairs_by_kind = [(_about_twice(what, found), found) for what, found in twice.items()]
    pairs_by_kind += [(_about_previous(what), found) for what, found in former.items()]
    _refuse_pairs(pairs_by_kind, declared.problems)
    return declared


def _read(entries: Entries, numbering: Numbering, numberless: bool, members: Mapping[str, Sequence[str]]) -> Declared:
    """Return the entries that are valid if each is checked alone.

    With *numberless*, contacts without a number are left out.
    """
    declared = Declared()
    printable = _are_printable(entry for _where, entry in entries["contacts"])
    for where, entry in entries["contacts"]:
        simple = _simple_contact(where, entry, numbering, printable)
        if simple:
            declared.contacts.append(simple)
        elif numberless and _has_no_number(entry):
            declared.without_number.append(where)
        else:
            _add(declared, CONTACT, where, entry, numbering)
    for where, entry in entries["groups"]:
        _add(declared, GROUP, where, entry, numbering, members.get(where, ()))
    return declared


def _add(
    declared: Declared, resource: Resource, where: str, entry: Any, numbering: Numbering, places: Sequence[str] = ()
) -> None:
    """Read one entry. An invalid entry becomes a problem. *places* are the places of the members of a group."""
    try:
        if resource is CONTACT:
            declared.contacts.append(_contact(where, entry, numbering))
        else:
            declared.groups.append(_group(where, entry, places, numbering, declared.problems))
    except InvalidInput as error:
        declared.problems.append((where, str(error)))
        broken = declared.broken_contacts if resource is CONTACT else declared.broken_groups
        broken += _broken(resource, where, entry, numbering)


def _broken(resource: Resource, where: str, entry: Any, numbering: Numbering) -> list[Broken]:
    """Return what is known about the record of an invalid entry."""
    if not isinstance(entry, Mapping):
        return []
    id, name = None, ""
    with suppress(InvalidInput):
        id = _id(resource, where, entry.get(resource.id))
    with suppress(InvalidInput, NoCountryCode):
        stated = entry.get("phone_number" if resource is CONTACT else "name", "")
        name = numbering.canonical(stated, where) if resource is CONTACT else stated if isinstance(stated, str) else ""
    return [Broken(where, name, id)] if name or id is not None else []


def _has_no_number(entry: Any) -> bool:
    """Return whether a readable entry names a person who cannot get messages, because the number is missing."""
    if not isinstance(entry, Mapping) or entry.get("contact_id"):
        return False
    number = entry.get("phone_number", "")
    return isinstance(number, str) and not normalised(number).strip()


def _are_printable(entries: Iterable[Any]) -> bool:
    """Return whether all entries have only texts of printable characters, as in most address books."""
    try:
        return "".join(chain.from_iterable(map(dict.values, entries))).isprintable()
    except TypeError:  # an entry is not a dictionary, or a value is not a text
        return False


def _simple_contact(where: str, entry: Any, numbering: Numbering, printable: bool) -> DeclaredContact | None:
    """Return the contact of an entry that has only texts and a clear number; None for other entries.

    Most of thousands of contacts are such entries, so this check is fast. If the entry is known to be *printable*, its
    characters are not checked again.
    """
    try:
        if not _is_texts(tuple(entry)) or not (printable or "".join(entry.values()).isprintable()):
            return None
        number = numbering.simple(entry["phone_number"])
    except (AttributeError, TypeError, InvalidInput):  # not a dictionary, not only texts, or no known country code
        return None
    return DeclaredContact(where, number, None, entry) if number else None


@lru_cache(maxsize=1000)
def _is_texts(names: tuple[Any, ...]) -> bool:
    """Return whether these names are text fields of a contact, with the number, and in the order of the table of
    fields.
    """
    kinds, _known = _table(CONTACT, ())
    return "phone_number" in names and names == tuple(
        name for name in kinds if name in names and kinds[name] not in NO_TEXTS
    )


def _contact(where: str, entry: Any, numbering: Numbering) -> DeclaredContact:
    fields = _fields(CONTACT, where, entry, (PREVIOUS_NUMBER,))
    id = entry.get("contact_id")
    number = entry.get("phone_number")
    if number is None and id is None:
        raise InvalidInput(f"{where}: a contact needs a phone_number. Add the number to the entry.")
    canonical = numbering.simple(number)
    if not canonical and number is not None:
        canonical = numbering.canonical(number, f"{where}: phone_number")
    former = entry.get(PREVIOUS_NUMBER, "")
    previous = numbering.canonical(former, f"{where}: {PREVIOUS_NUMBER}") if former != "" else canonical
    return DeclaredContact(
        where, canonical, _id(CONTACT, where, id), fields, (previous,) if previous != canonical else ()
    )


def _group(
    where: str, entry: Any, places: Sequence[str], numbering: Numbering, problems: list[tuple[str, str]]
) -> DeclaredGroup:
    fields = _fields(GROUP, where, entry, ("members", PREVIOUS_NAMES))
    id, name = entry.get("group_id"), trimmed(fields.get("name"))
    fields = {**fields, "name": name} if "name" in fields else fields
    if not name and id is None:
        raise InvalidInput(f"{where}: a group needs a name. Add a name to the entry.")
    previous = _previous_names(where, entry.get(PREVIOUS_NAMES, []))
    members = entry.get("members")
    if members is not None and not isinstance(members, list):
        raise InvalidInput(
            f"{where}: in this module, `members` must be a list of phone numbers, not {kind_of(members)}."
        )
    refs: list[ContactRef] = []
    whole = True
    for index, member in enumerate(members or []):
        place = places[index] if index < len(places) else f"{where}: members[{index}]"
        try:
            refs.append(contact_ref(member, place, numbering))
        except InvalidInput as error:
            whole = False
            # One row of a file can be a contact and also a member.
            if place not in [where for where, _reason in problems]:
                problems.append((place, str(error)))
    previous = tuple(former for former in previous if former != name)
    return DeclaredGroup(where, name, _id(GROUP, where, id), fields, None if members is None else refs, whole, previous)


def _previous_names(where: str, value: Any) -> tuple[str, ...]:
    names = value if isinstance(value, list) else []
    changed = [f" {PREVIOUS_NAMES}[{i}] {misread(name)}." for i, name in enumerate(names) if not isinstance(name, str)]
    if changed or names is not value or not all(map(trimmed, names)):
        raise InvalidInput(f"{where}: {PREVIOUS_NAMES} must be a list of names, as in [Night watch].{''.join(changed)}")
    return tuple(dict.fromkeys(map(trimmed, value)))


def _fields(resource: Resource, where: str, entry: Any, more: tuple[str, ...]) -> Record:
    """Return the writable fields of an entry, in their order and with values of the right types.

    If the entry already has this form, the entry itself is returned. Raises InvalidInput.
    """
    if isinstance(entry, InvalidInput):  # the row of the file could not be read
        raise entry
    if not isinstance(entry, (dict, Mapping)):
        example = '{phone_number: "+4790555817"}' if resource is CONTACT else "{name: On call}"
        raise InvalidInput(f"{where}: a dictionary of fields is expected, as in {example}; this is {kind_of(entry)}.")
    given = tuple(entry)
    names, texts = _plain_names(resource.name, more, given, tuple(map(type, entry.values())))
    if names and "".join([entry[name] for name in texts]).isprintable():
        return entry if names == given and isinstance(entry, dict) else {name: entry[name] for name in names}
    kinds, known = _table(resource, more)
    if not entry.keys() <= known.keys() or None in entry.values():
        _refuse_fields(where, entry, kinds, known, resource.id in entry)
    typed = {name: _typed(where, name, kinds[name], entry[name]) for name in kinds if name in entry}
    try:
        return resource.from_params({name: value for name, value in typed.items() if value is not None})
    except InvalidInput as error:
        raise InvalidInput(f"{where}: {error}") from error


@cache
def _table(resource: Resource, more: tuple[str, ...]) -> tuple[dict[str, str], dict[str, None]]:
    """Return the types of the writable fields, and the names of all fields of an entry in their order."""
    kinds = {field.name: field.kind.type for field in resource.writable}
    return kinds, dict.fromkeys([resource.id, *kinds, *more])


@lru_cache(maxsize=1000)
def _plain_names(
    resource: str, more: tuple[str, ...], names: tuple[Any, ...], types: tuple[type, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the writable fields of entries of a *resource* with these *names*, and which of these fields are texts.

    Both are empty if a value of these *types* must be converted.
    """
    kinds, known = _table(CONTACT if resource == CONTACT.name else GROUP, more)
    given = dict(zip(names, types))
    if not given.keys() <= known.keys() or type(None) in types:
        return (), ()
    wanted = [name for name in kinds if name in given]
    plain = all(given[name] is NO_TEXTS.get(kinds[name], str) for name in wanted)
    return (tuple(wanted), tuple(name for name in wanted if given[name] is str)) if plain else ((), ())


def _refuse_fields(
    where: str, entry: Mapping[Any, Any], kinds: Mapping[str, str], known: Mapping[str, None], has_id: bool
) -> None:
    for name, value in entry.items():
        if name not in known:
            raise InvalidInput(
                f"{where}: the key {_shown(name)} is not a field{did_you_mean(name, known)}. The fields are "
                f"{', '.join(known)}."
            )
        if value is None:
            raise InvalidInput(f"{where}: `{name}` is null. {_instead_of_null(name, kinds, has_id)}.")


def _instead_of_null(name: str, kinds: Mapping[str, str], has_id: bool) -> str:
    if name == "members":
        return "To keep the members, omit the field. For a group without members, write []"
    if kinds.get(name) == "str" and name not in NEVER_EMPTY:
        return "To keep the value, omit the field. To clear the field, write ''"
    if name in NEVER_EMPTY and not has_id:
        return "Write a value"
    return "Write a value, or remove this field from the entry"


def _typed(where: str, name: str, kind: str, value: Any) -> Any:
    if kind == "bool":
        flag = value if isinstance(value, bool) else FLAGS.get(str(value).lower())
        if flag is None and value != "":
            raise InvalidInput(f"{where}: `{name}` must be true or false, not {_shown(value)}.")
        return flag
    if kind == "int":
        if isinstance(value, bool) or not WHOLE.fullmatch(str(value).strip()):
            raise InvalidInput(f"{where}: `{name}` must be a whole number, not {_shown(value)}.")
        return int(value) if str(value).strip() else None
    if kind == "str" and not isinstance(value, str):
        raise InvalidInput(f"{where}: `{name}` {misread(value)}.")
    return value


def _id(resource: Resource, where: str, value: Any) -> int | None:
    if value is None or value == "":
        return None
    if not is_id(value):
        raise InvalidInput(f"{where}: `{resource.id}` must be a positive whole number, not {_shown(value)}.")
    return int(value)


def _shown(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return f"`{read_as(value)}`"
    return repr(value) if isinstance(value, str) or is_number(value) else read_as(value)


def _twice_as_spelt(entries: Sequence[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Return the places of pairs of entries with the same number, as far as it is known without a country code."""
    return [] if _differ_as_spelt(entries) else _twice([_as_spelt(where, entry) for where, entry in entries])


def _differ_as_spelt(entries: Sequence[tuple[str, Any]]) -> bool:
    """Return whether all entries have simple and different numbers.

    It is fast, because there can be thousands of entries.
    """
    try:
        numbers = [entry["phone_number"] for _where, entry in entries]
        return not _has_twice(numbers) and all(map(SIMPLE.fullmatch, numbers))
    except (KeyError, TypeError):
        return False


def _as_spelt(where: str, entry: Any) -> tuple[Any, str, str]:
    """Return the number of an entry as its digits, with the plus sign if it has one.

    An entry with an id counts as unique here.
    """
    entry = entry if isinstance(entry, (dict, Mapping)) else {}
    return None if entry.get("contact_id") in (None, "") else where, spelt(entry.get("phone_number")), where


def _all_differ(items: Sequence[Entry]) -> bool:
    """Return whether all ids, names and previous names differ.

    It is fast, because there can be thousands of entries.
    """
    ids = [item.id for item in items if item.id is not None]
    previous = [name for item in items for name in item.previous]
    names = [item.name for item in items if item.name]
    return not any(_has_twice(values) for values in (ids, names, previous))


def _has_twice(values: Sequence[object]) -> bool:
    return len(set(values)) < len(values)


def _twice(entries: list[tuple[Any, str, str]]) -> list[tuple[str, str]]:
    """Return the places of pairs of entries for the same record.

    Two entries are for the same record if they have the same id. They are also for the same record if they have the
    same name and at least one of them has no id.
    """
    if not _has_twice([id for id, _name, _where in entries if id is not None]) and not _has_twice(
        [name for _id, name, _where in entries if name]
    ):
        return []
    ids: dict[Any, list[int]] = {}
    names: dict[str, list[int]] = {}
    for index, (id, name, _where) in enumerate(entries):
        if id is not None:
            ids.setdefault(id, []).append(index)
        if name:
            names.setdefault(name, []).append(index)
    pairs = {(same[0], other) for same in ids.values() for other in same[1:]}
    for same in names.values():
        if len(same) > 1 and any(entries[index][0] is None for index in same):
            pairs.update((same[0], other) for other in same[1:])
    return [(entries[first][2], entries[index][2]) for first, index in sorted(pairs, key=lambda pair: pair[::-1])]


def _same_previous(items: Sequence[Entry]) -> list[tuple[str, str]]:
    """Return the places of pairs of entries with the same previous number or name."""
    places: dict[str, str] = {}
    pairs = [
        (places.setdefault(name, item.where), item.where) for item in items if item.id is None for name in item.previous
    ]
    return [(first, where) for first, where in dict.fromkeys(pairs) if first != where]


def _refuse_pairs(pairs: Sequence[tuple[str, Sequence[tuple[str, str]]]], others: Sequence[tuple[str, str]]) -> None:
    """Raise InvalidInput if two entries are for the same record.

    *pairs* has the places of such entries, with a sentence about them. *others* are problems of single entries; they
    are added.
    """
    if not any(places for _summary, places in pairs):
        return
    lines, problems, count = [], [], 0
    for summary, places in pairs:
        found = [f"{first} and {where}" for first, where in places]
        lines += [summary, *first_of(found, SHOWN, IN_FAILURE, most=LISTED)] if found else []
        problems += found[:LISTED]
        count += len(found)
    reasons = list(dict.fromkeys(reason for _where, reason in others if reason))
    lines += ["Correct these entries too:", *first_of(reasons, SHOWN, IN_FAILURE, most=LISTED)] if reasons else []
    problems += reasons[:LISTED]
    raise InvalidInput("\n".join(lines), problems=problems, problem_count=count + len(reasons))


def _about_twice(what: str, places: Sequence[tuple[str, str]]) -> str:
    files = any(first.split(" line ")[0] != where.split(" line ")[0] for first, where in places if " line " in where)
    copies = "If two files have the same content, remove one of these files from `src`. Otherwise, delete"
    remedy = f"{copies if files else 'Delete'} one entry of each pair below:"
    return f"The same {what} is declared twice. Nothing was written. {remedy}"


def _about_previous(what: str) -> str:
    shared, kept, value = _previous_words(what)
    return (
        f"Two entries have the same {shared}, so both entries could change the same {what}. Nothing was written. "
        f"In each pair below, keep {kept} only in the entry of the {what} that had this {value} earlier:"
    )


def _previous_words(what: str) -> tuple[str, str, str]:
    """Return the words for a previous value in two entries: what they share, what to keep, and the kind of value."""
    if what == CONTACT.name:
        return PREVIOUS_NUMBER, PREVIOUS_NUMBER, "number"
    return f"name in {PREVIOUS_NAMES}", "this name", "name"


def _once(items: Sequence[Entry], what: str, declared: Declared, goes_on: bool) -> None:
    """Leave out all entries that are for the same record but differ. Of equal entries, the first is used.

    If the task *goes_on* with the other entries, the problems say which of the entries it uses.
    """
    neither = " The task uses neither entry." if goes_on else ""
    content = {item.where: _content(item) for item in items}
    pairs = _twice([(item.id, item.name, item.where) for item in items])
    rejected, repeated = set(), {}
    for first, where in dict.fromkeys([*pairs, *_same_previous(items)]):
        differing = _different(content[first], content[where])
        if differing:
            shared, kept, value = _previous_words(what)
            reason = (
                f"{first} and {where}: the same {what} is declared twice, with different values of "
                f"{', '.join(differing)}.{neither} Delete one of the two entries."
                if (first, where) in pairs
                else f"{first} and {where}: both entries have the same {shared}, and could change the same {what}."
                f"{neither} Keep {kept} only in the entry of the {what} that had this {value} earlier."
            )
            declared.problems.append((where, reason))
            rejected |= {first, where}
        else:
            repeated[where] = first
    for where, first in repeated.items():
        used = f" The task uses the entry in {first}." if goes_on and first not in rejected else ""
        declared.repeated.append(
            f"{where}: this entry is for the same {what} as the entry in {first}, with the same values.{used} Delete "
            "one of the two entries."
        )
    _leave_out(declared, what, items, rejected, repeated.keys())


def _leave_out(
    declared: Declared, what: str, items: Sequence[Entry], rejected: Collection[str], repeated: Collection[str]
) -> None:
    """Leave out entries. A rejected entry still reserves its record, and the name of the record."""
    out = {*rejected, *repeated}
    broken = [Broken(item.where, item.name, item.id) for item in items if item.where in rejected]
    if what == CONTACT.name:
        declared.contacts = _left(declared.contacts, out)
        declared.broken_contacts = [*_left(declared.broken_contacts, out), *broken]
    else:
        declared.groups = _left(declared.groups, out)
        declared.broken_groups = [*_left(declared.broken_groups, out), *broken]


def _left(items: Iterable[OneEntry], out: Collection[str]) -> list[OneEntry]:
    return [item for item in items if item.where not in out]


def _differing(first: Entry, second: Entry) -> str:
    """Return in words what differs between two entries; empty for an entry whose content is not known."""
    if isinstance(first, Broken) or isinstance(second, Broken):
        return ""
    names = _different(_content(first), _content(second))
    return f", with different values of {', '.join(names)}" if names else ", with the same values"


def _different(first: Record, second: Record) -> list[str]:
    """Return the fields that have different values, or that only one of the records has."""
    omitted = object()
    return sorted(name for name in {*first, *second} if first.get(name, omitted) != second.get(name, omitted))


def _content(item: Entry) -> Record:
    """Return the content of an entry, with its number in canonical form.

    The content of an invalid entry is not known.
    """
    if isinstance(item, Broken):
        return {"fields": item.where}
    if isinstance(item, DeclaredContact):
        previous = {PREVIOUS_NUMBER: item.previous} if item.previous else {}
        return {**item.fields, **previous, "phone_number": item.number, CONTACT.id: item.id}
    members = None if item.members is None else {(ref.id, ref.number) for ref in item.members}
    previous = {PREVIOUS_NAMES: item.previous} if item.previous else {}
    return {**item.fields, **previous, GROUP.id: item.id, "members": (members, item.whole)}

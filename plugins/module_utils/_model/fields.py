# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""What a resource is: a table of fields. Options, records, both wire formats and the documentation derive from it.

A *record* is a ``dict`` of field name to value. A wire name that the tables do not know (a field that a newer version
of the service adds) stays in the record under that wire name, so that a read, change, put-back loses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from .._errors import UnreadableAnswer
from .times import iso_utc, parse_time
from .values import check_text, children

Record = dict[str, Any]

BOOLEANS = {"true": True, "1": True, "false": False, "0": False, "": False}
INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)


def _same(value: Any) -> Any:
    return value


def _show_time(value: Any) -> str | None:
    if not value:
        return None
    moment = value if isinstance(value, datetime) else parse_time(value)
    return iso_utc(moment) if moment else str(value)


# A reader takes whatever the service wrote, and raises ValueError for a value of another type: a wrong guess would be
# written back with the next change of the record.


def _read_bool(value: Any) -> bool:
    if value is True or value is False:
        return value
    found = False if value is None else BOOLEANS.get(_digits_or_text(value).lower())
    if found is None:
        raise ValueError("true or false was expected")
    return found


def _read_int(value: Any) -> int:
    return _read_optional_int(value) or 0


def _read_optional_int(value: Any) -> int | None:
    if value is None or value == "":
        return None
    text = _digits_or_text(value)
    if not INTEGER.fullmatch(text):
        raise ValueError("an integer was expected")
    return int(text)


def _digits_or_text(value: Any) -> str:
    """An integer or a text as text; "?" for anything else."""
    if isinstance(value, str):
        return value.strip()
    # Bounded, because a number of thousands of digits takes long to write, and Python refuses to.
    return str(value) if type(value) is int and abs(value) < 10**18 else "?"


def _read_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise ValueError("a text was expected")


def _read_items(value: Any) -> list[Any]:
    if isinstance(value, (Mapping, list)):
        return children(value)
    if value is None or (isinstance(value, str) and not value.strip()):
        return []
    raise ValueError("a list was expected")


def _read_strings(value: Any) -> list[str]:
    return [_read_text(item) or "" for item in _read_items(value)]


def _read_mapping(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    if value is None or (isinstance(value, str) and not value.strip()):  # an XML element without children
        return {}
    raise ValueError("a record was expected")


def _read_settings(value: Any) -> dict[str, str]:
    pairs = [_read_mapping(item) for item in _read_items(value)]
    return {_read_text(pair.get("Name")) or "": _read_text(pair.get("Value")) or "" for pair in pairs}


@dataclass(frozen=True)
class Kind:
    """How values of one type look as an option (``type``), from the wire (``read``) and in a result (``show``)."""

    type: str
    read: Callable[[Any], Any]
    missing: Any = None  # what an element that is not there means (contract: wire details)
    show: Callable[[Any], Any] = _same
    elements: str | None = None
    contains: Callable[[], Resource] | None = None


STR = Kind("str", _read_text)
PHONE = Kind("raw", _read_text)
BOOL = Kind("bool", _read_bool, False)
INT = Kind("int", _read_int, 0)
OPTIONAL_INT = Kind("int", _read_optional_int)
# Kept as the service wrote it, so that it is put back unchanged; shown as ISO 8601 in UTC.
TIME = Kind("str", _read_text, show=_show_time)
STRINGS = Kind("list", _read_strings, elements="str", show=list)
SETTINGS = Kind("dict", _read_settings, show=dict)


def nested(resource: Callable[[], Resource]) -> Kind:
    """One record inside another."""
    return Kind(
        "dict",
        lambda tree: resource().from_wire(_read_mapping(tree)),
        show=lambda record: resource().present(record or {}),
        contains=resource,
    )


def nested_list(resource: Callable[[], Resource]) -> Kind:
    """A list of records inside another; the resource may be the one that holds it (a tree)."""
    return Kind(
        "list",
        lambda tree: [resource().from_wire(_read_mapping(item)) for item in _read_items(tree)],
        show=lambda records: [resource().present(record) for record in records or []],
        elements="dict",
        contains=resource,
    )


@dataclass(frozen=True)
class Field:
    """One line of a resource's table.

    ``name`` is the option and return value, ``wire`` the API's name, ``sample`` what the documentation shows.
    A ``readonly`` field is no option and is never changed.
    """

    name: str
    wire: str
    kind: Kind
    description: str
    sample: Any = None
    readonly: bool = False


@dataclass(frozen=True)
class Resource:
    """A resource of the API: its table, where it lives, and what derives from the table.

    ``found_by`` is the field by which a record is found again when the answer to its POST was lost; without one no
    record is looked for, and such a POST is never repeated.
    """

    name: str
    wire: str
    path: str
    id: str
    fields: tuple[Field, ...]
    found_by: str | None = None
    _by_wire: dict[str, Field] = field(init=False, repr=False, compare=False, default_factory=dict)
    _by_name: dict[str, Field] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for item in self.fields:
            if not re.fullmatch(r"[a-z][a-z0-9_]*", item.name) or not re.fullmatch(r"[A-Z]\w*", item.wire):
                raise ValueError(f"{self.name}: {item.name!r} / {item.wire!r} is not how names are written")
            if item.name in self._by_name or item.wire in self._by_wire:
                raise ValueError(f"{self.name}: {item.name} ({item.wire}) stands there twice")
            if not item.description.endswith("."):
                raise ValueError(f"{self.name}.{item.name}: the description is a sentence and ends with a full stop")
            self._by_name[item.name] = item
            self._by_wire[item.wire] = item
        if self.id and self.id not in self._by_name:
            raise ValueError(f"{self.name}: the id {self.id!r} is none of its fields")
        if self.found_by is not None and self.found_by not in {item.name for item in self.writable}:
            raise ValueError(f"{self.name}: found_by {self.found_by!r} is not one of its writable fields")

    def __hash__(self) -> int:
        return hash(self.name)

    @cached_property
    def writable(self) -> tuple[Field, ...]:
        return tuple(item for item in self.fields if not item.readonly and item.name != self.id)

    def argument_spec(self) -> dict[str, dict[str, Any]]:
        """The options of the writable fields. None of them has a default: what is left out is not managed."""
        return {item.name: {"type": item.kind.type} for item in self.writable}

    def from_params(self, params: Mapping[str, Any]) -> Record:
        """What the options ask for. Raises InvalidInput for text that the service cannot store."""
        wanted = {item.name: params[item.name] for item in self.writable if params.get(item.name) is not None}
        for name, value in wanted.items():
            if isinstance(value, str):
                check_text(name, value)
        return wanted

    def from_wire(self, tree: Mapping[str, Any]) -> Record:
        """The record that *tree* holds; missing elements get their type's default.

        Raises UnreadableAnswer, naming the field, for a value of another type.
        """
        record: Record = {name: value for name, value in tree.items() if name not in self._by_wire}
        for item in self.fields:
            try:
                record[item.name] = item.kind.read(tree.get(item.wire, item.kind.missing))
            except ValueError as error:
                raise UnreadableAnswer(f"the field {item.wire} is not of its type ({error})") from error
        return record

    def to_wire(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The tree to write: exactly the fields that *record* has, under their wire names."""
        return {self._by_name[name].wire if name in self._by_name else name: value for name, value in record.items()}

    def present(self, record: Mapping[str, Any]) -> Record:
        """The record as results show it: known fields only, times as ISO 8601 in UTC."""
        return {item.name: item.kind.show(record.get(item.name, item.kind.missing)) for item in self.fields}

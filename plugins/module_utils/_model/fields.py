# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Resources as tables of fields. Options, records, JSON, XML and the documentation all follow from these tables.

A *record* is a ``dict`` of field names and values. A newer version of the service can have a field that is unknown
here. The unknown field stays in the record under its API name. So nothing is lost when a record is read, changed and
written back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from operator import itemgetter
from typing import Any

from .._errors import UnreadableAnswer
from .times import ServiceZone, is_local, iso_utc, parse_time
from .values import check_text, children

Record = dict[str, Any]

BOOLEANS = {"true": True, "1": True, "false": False, "0": False, "": False}
DIGITS = 18  # of the largest integer that is read
LARGEST = 10**DIGITS
INTEGER = re.compile(rf"[+-]?[0-9]{{1,{DIGITS}}}", re.ASCII)


def _same(value: Any) -> Any:
    return value


def _show_time(value: Any) -> str | None:
    if not value:
        return None
    moment = value if isinstance(value, datetime) else parse_time(value)
    return iso_utc(moment) if moment else str(value)


# Each reader converts a value of the service. It raises ValueError for a value of another type, because a wrong guess
# would be written back to the service with the next change of the record.


def _read_bool(value: Any) -> bool:
    if value is True or value is False:
        return value
    found = False if value is None else BOOLEANS.get(_digits_or_text(value).lower())
    if found is None:
        raise ValueError("true or false")
    return found


def _read_int(value: Any) -> int:
    return _read_optional_int(value) or 0


def _read_optional_int(value: Any) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool) and -LARGEST < value < LARGEST:
        return value
    text = _digits_or_text(value)
    if not INTEGER.fullmatch(text):
        raise ValueError(f"an integer with at most {DIGITS} digits")
    return int(text)


def _digits_or_text(value: Any) -> str:
    """Return an integer or a text as text, and "?" for anything else."""
    if isinstance(value, str):
        return value.strip()
    # Larger integers are rejected: Python needs a long time to write them, or cannot write them.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST else "?"


def _read_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise ValueError("a text")


def _read_items(value: Any) -> list[Any]:
    if isinstance(value, (Mapping, list)):
        return children(value)
    if value is None or (isinstance(value, str) and not value.strip()):
        return []
    raise ValueError("a list")


def _read_strings(value: Any) -> list[str]:
    return [_read_text(item) or "" for item in _read_items(value)]


def _read_mapping(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    if value is None or (isinstance(value, str) and not value.strip()):  # null, or an XML element without children
        return {}
    raise ValueError("a record")


def _read_settings(value: Any) -> dict[str, str]:
    pairs = [_read_mapping(item) for item in _read_items(value)]
    return {_read_text(_either(pair, "Name")) or "": _read_text(_either(pair, "Value")) or "" for pair in pairs}


def _either(pair: Mapping[str, Any], name: str) -> Any:
    """Return a value by its documented name, or by the lower-case form of this name."""
    return pair.get(name, pair.get(name.lower()))


@dataclass(frozen=True)
class Kind:
    """A type of values: as an option (``type``), how it is read from the service (``read``), and in a result
    (``show``).
    """

    type: str
    read: Callable[[Any], Any]
    missing: Any = None  # the value if the element is missing (contract: wire details)
    show: Callable[[Any], Any] = _same
    elements: str | None = None
    contains: Callable[[], Resource] | None = None
    # The Python types whose values ``read`` returns unchanged.
    kept: frozenset[Any] = frozenset()


TEXT: frozenset[type] = frozenset((str, type(None)))
STR = Kind("str", _read_text, kept=TEXT)
PHONE = Kind("raw", _read_text, kept=TEXT)
BOOL = Kind("bool", _read_bool, False, kept=frozenset((bool,)))
INT = Kind("int", _read_int, 0)
OPTIONAL_INT = Kind("int", _read_optional_int)
# The text is stored as the service wrote it, so that it is written back unchanged. Results show it as ISO 8601 in UTC.
TIME = Kind("str", _read_text, show=_show_time, kept=TEXT)
STRINGS = Kind("list", _read_strings, elements="str", show=list)
SETTINGS = Kind("dict", _read_settings, show=dict)
# The types of options. A time has another text in each format, and the service cannot store an empty text as a time.
OPTIONS = (STR, PHONE, BOOL, INT)


def nested(resource: Callable[[], Resource]) -> Kind:
    """The type of a field that contains one record."""
    return Kind(
        "dict",
        lambda tree: resource().from_wire(_read_mapping(tree)),
        show=lambda record: resource().present(record or {}),
        contains=resource,
    )


def nested_list(resource: Callable[[], Resource]) -> Kind:
    """The type of a field that contains a list of records.

    In a tree, they have the same resource as the outer record.
    """
    return Kind(
        "list",
        lambda tree: [resource().from_wire(_read_mapping(item)) for item in _read_items(tree)],
        show=lambda records: [resource().present(record) for record in records or []],
        elements="dict",
        contains=resource,
    )


@dataclass(frozen=True)
class Field:
    """One line in the table of a resource.

    - ``name``: the name of the option and of the return value.
    - ``wire``: the name in the API.
    - ``sample``: an example value for the documentation.
    - ``readonly``: True if the field is not an option and is never changed.
    """

    name: str
    wire: str
    kind: Kind
    description: str
    sample: Any = None
    readonly: bool = False


@dataclass(frozen=True)
class Resource:
    """A resource of the API: its table of fields, its path, and everything that follows from the table.

    With ``found_by``, a record is searched by this field if the answer to its POST was lost. Without ``found_by``, the
    record is not searched, and the POST is never repeated.
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
                raise ValueError(f"{self.name}: {item.name!r} / {item.wire!r} are not valid names")
            if item.name in self._by_name or item.wire in self._by_wire:
                raise ValueError(f"{self.name}: {item.name} ({item.wire}) is in the table twice")
            if not item.description.endswith("."):
                raise ValueError(f"{self.name}.{item.name}: the description must be a sentence with a full stop")
            self._by_name[item.name] = item
            self._by_wire[item.wire] = item
        if self.id and self.id not in self._by_name:
            raise ValueError(f"{self.name}: the id {self.id!r} is not the name of a field")
        if self.found_by is not None and self.found_by not in {item.name for item in self.writable}:
            raise ValueError(f"{self.name}: found_by {self.found_by!r} is not the name of a writable field")

    def __hash__(self) -> int:
        return hash(self.name)

    @cached_property
    def writable(self) -> tuple[Field, ...]:
        return tuple(item for item in self.fields if not item.readonly and item.name != self.id)

    @cached_property
    def nested(self) -> tuple[tuple[Field, Resource], ...]:
        """The fields that contain records, each with the resource of these records."""
        return tuple((item, item.kind.contains()) for item in self.fields if item.kind.contains)

    @cached_property
    def id_field(self) -> Field:
        return self._by_name[self.id]

    def age(self, record: Mapping[str, Any]) -> tuple[int, str, str]:
        """A key to sort records by: lower ids are older. An id can be a text, in which only the digits count first."""
        text = str(record[self.id])
        digits = "".join(filter(str.isdecimal, text)).lstrip("0")
        return len(digits), digits, text

    @cached_property
    def required(self) -> str:
        """The API name of the field that every answer with a record must have besides the id; empty if there is no such
        field.
        """
        return self._by_name[self.found_by].wire if self.found_by else ""

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(item.name for item in self.fields)

    @cached_property
    def _values_of(self) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
        """A function that returns the values of all fields of a tree.

        The function raises KeyError for a missing field.
        """
        wires = [item.wire for item in self.fields]
        return itemgetter(*wires) if len(wires) > 1 else lambda tree: tuple(tree[wire] for wire in wires)

    def argument_spec(self) -> dict[str, dict[str, Any]]:
        """The options of the writable fields. They have no defaults, because an omitted field is not managed.

        Raises ValueError for a field whose type cannot be the type of an option.
        """
        for item in self.writable:
            if item.kind not in OPTIONS:
                raise ValueError(
                    f"{self.name}.{item.name}: an option cannot have this type. Add readonly=True to the field, or use "
                    "STR, BOOL or INT."
                )
        return {item.name: {"type": item.kind.type} for item in self.writable}

    def from_params(self, params: Mapping[str, Any]) -> Record:
        """Return the fields that the options set. Raises InvalidInput for a text that the service cannot store."""
        wanted = {item.name: params[item.name] for item in self.writable if params.get(item.name) is not None}
        for name, value in wanted.items():
            if isinstance(value, str) and not value.isprintable():
                check_text(name, value)
        return wanted

    def from_wire(self, tree: Mapping[str, Any]) -> Record:
        """Return the record of *tree*, an answer of the service. A missing element has the default of its type.

        Raises UnreadableAnswer for a value of another type. The error names the field.
        """
        tree = self.named(tree)
        record = {name: value for name, value in tree.items() if name not in self._by_wire}
        for item in self.fields:
            try:
                record[item.name] = item.kind.read(tree.get(item.wire, item.kind.missing))
            except ValueError as error:
                raise UnreadableAnswer(f"the field {item.wire} contains a value that is not {error}") from error
        return record

    def named(self, tree: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the tree with the documented names of fields, if its names differ in case (contract: assumptions)."""
        if all(name in self._by_wire or name.lower() not in self._by_lower for name in tree):
            return tree
        return {self._documented(name, tree): value for name, value in tree.items()}

    def _documented(self, name: str, tree: Mapping[str, Any]) -> str:
        item = None if name in self._by_wire else self._by_lower.get(name.lower())
        return item.wire if item and item.wire not in tree else name

    @cached_property
    def _by_lower(self) -> dict[str, Field]:
        return {item.wire.lower(): item for item in self.fields}

    def plain_records(self, trees: Sequence[Any]) -> list[Record] | None:
        """Return the records of trees that need no conversion; None if one of the trees needs conversion.

        A tree needs no conversion if it has exactly the known fields, and each value already has the type of its field.
        Most trees in JSON are such trees. A list can have thousands, so they are checked together, one field at a time.
        """
        rows = self._plain_rows(trees)
        return None if rows is None else [dict(zip(self._names, row)) for row in rows]

    def chosen_plain_records(
        self, trees: Sequence[Any], name: str, wanted: Callable[[Any], bool]
    ) -> list[Record | None] | None:
        """Like ``plain_records``, with None in place of each record for which *wanted* is false.

        *wanted* gets the value of the field *name*.
        """
        rows, place = self._plain_rows(trees), self._names.index(name)
        return None if rows is None else [dict(zip(self._names, row)) if wanted(row[place]) else None for row in rows]

    def _plain_rows(self, trees: Sequence[Any]) -> list[tuple[Any, ...]] | None:
        if set(map(type, trees)) != {dict} or set(map(len, trees)) != {len(self.fields)}:
            return None
        try:
            rows = list(map(self._values_of, trees))
        except KeyError:
            return None
        return rows if all(self._is_plain(item, values) for item, values in zip(self.fields, zip(*rows))) else None

    def _is_plain(self, item: Field, values: Sequence[Any]) -> bool:
        kinds = set(map(type, values))
        if item.name == self.id and kinds == {int}:
            return bool(min(values) > 0 and max(values) < LARGEST)
        return kinds <= item.kind.kept

    def is_flat(self, tree: Mapping[str, Any]) -> bool:
        """Return whether the tree has only known fields that contain no records.

        Its values are then texts, numbers or booleans.
        """
        return not self.nested and tree.keys() <= self._by_wire.keys()

    def to_wire(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return the tree to write: exactly the fields of *record*, under their API names."""
        return {self._by_name[name].wire if name in self._by_name else name: value for name, value in record.items()}

    @cached_property
    def times(self) -> tuple[str, ...]:
        """The names of the fields that are times."""
        return tuple(item.name for item in self.fields if item.kind is TIME)

    def present(self, record: Mapping[str, Any], zone: ServiceZone | None = None) -> Record:
        """Return the record for results: only known fields, and times as ISO 8601 in UTC.

        A time without a zone is read in *zone*. Without *zone*, it is read in the assumed zone.
        """
        shown = {item.name: item.kind.show(record.get(item.name, item.kind.missing)) for item in self.fields}
        if zone:
            local = (name for name in self.times if is_local(str(record.get(name) or "")))
            shown.update({name: zone.shown(record[name]) for name in local})
        return shown

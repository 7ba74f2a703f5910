# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The meaning of the headers of a table: names of fields, headers from the option ``columns``, and known exports."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from .._errors import InvalidInput
from .._model.arguments import did_you_mean
from .._model.frozen import thawed
from .._model.listing import listed
from .._model.resources import CONTACT
from .headers import (
    EXPORT_FROM,
    FIELDS,
    KNOWN,
    LABEL,
    NUMBERED,
    OF_PROGRAMS,
    folded,
    is_unread,
    nearest_field,
    words_of,
)

DIGITS_OF_A_NUMBER = 7
# Ranks of headers: OWN for headers in the option columns, FIELD_NAME for names of fields, GOOGLE for exports of Google
# Contacts. In "Mobil 2", the number 2 adds twice STEP. The header with the lowest rank is preferred.
OWN, FIELD_NAME, STEP, GOOGLE = -1000, 1, 0.01, 10
PLAIN = re.compile(r"[^\W\d_][\w .()/-]*")  # needs no quotes in YAML
WITH_NUMBER = re.compile("([^0-9]+)([1-9])")  # such as "Mobil 2"
NAMES = frozenset(("first_name", "last_name"))
WHOLE_NAMES = frozenset(("name", "fullname", "displayname", "navn", "namn", "nimi"))
LISTED = 6  # number of headers that a warning lists
OF_EXPORTS = {CONTACT.id, "phone_number", "first_name", "last_name", "email"}


@dataclass(frozen=True)
class Head:
    """The header of one table. ``fields`` has the columns of each field, with the preferred column first.

    - ``labels`` has, for a column of a Google export, the column that says which kind of value it is.
    - ``nameless`` are the columns without a header.
    """

    width: int
    fields: Mapping[str, tuple[int, ...]]
    labels: Mapping[int, int]
    nameless: tuple[int, ...]
    warning: str = ""


class Columns:
    """The meaning of headers, for all tables.

    *mapping* is the option ``columns``: a field for each header, or several headers for one field.
    """

    def __init__(self, mapping: Mapping[Any, Any] | None = None, unknown: str = "fail") -> None:
        """Convert the mapping. Raises InvalidInput for an invalid mapping."""
        self._ignore = unknown == "ignore"
        self._own: dict[str, tuple[str, float]] = {}
        self._unmet: dict[str, str] = {}
        for name, headers in (mapping or {}).items():
            for field, header in _pairs(name, headers):
                self._add(field, header)

    def _add(self, field: str, header: str) -> None:
        key = _key(header)
        if not key or key in self._unmet:
            fault = "listed twice. List each header once" if key else "empty. Write the header of a column"
            raise InvalidInput(f"columns: the header {header!r} is {fault}.")
        self._unmet[key] = header
        self._own[key] = (field, OWN + len(self._own))

    def recognised(self, cells: list[str]) -> int:
        """Return the number of cells that are known headers."""
        return sum(1 for cell in cells if self._meaning(cell))

    def understand(self, cells: list[str], line: int = 1) -> Head:
        """Return the fields of the columns. Raises ValueError with all unknown headers."""
        candidates: dict[str, list[tuple[float, int]]] = {}
        for index, cell in enumerate(cells):
            self._unmet.pop(_key(cell), None)
            meaning = self._meaning(cell)
            if meaning:
                candidates.setdefault(meaning[0], []).append((meaning[1], index))
        unknown = [
            " ".join(cell.split()) for cell in cells if _key(cell) and not self._meaning(cell) and not _is_label(cell)
        ]
        export = bool(unknown) and bool(candidates)
        export = export and (len(cells) >= EXPORT_FROM or _is_trimmed_export(cells, unknown, candidates.keys()))
        if unknown and not (self._ignore or export):
            raise ValueError(_complaint(unknown, line))
        if export:  # in an export, other columns can have the name of a field but another meaning
            candidates = {name: f for name, f in candidates.items() if name in OF_EXPORTS or min(f)[0] < 0}
        fields = {name: _chosen(name, found, cells, line) for name, found in candidates.items()}
        if not {"phone_number", CONTACT.id} & set(fields):
            phone = next((header for header in unknown if nearest_field(header) == "phone_number"), "Mobile")
            raise ValueError(
                f"line {line}: no column has a header for phone numbers. If one of the columns contains phone "
                f"numbers, assign its header with the option `columns`, as in {{{_in_yaml(phone)}: phone_number}}"
            )
        warning = _unread(unknown) if unknown and not self._ignore else ""
        nameless = tuple(i for i, cell in enumerate(cells) if not _key(cell)) if not self._ignore else ()
        return Head(len(cells), fields, _labels(cells), nameless, warning)

    def refuse_unmet(self) -> None:
        """Raise InvalidInput for a header in the mapping that no file has."""
        if self._unmet:
            headers = " or ".join(map(repr, self._unmet.values()))
            raise InvalidInput(
                f"columns: no file has a column {headers}. Nothing was written. In the option `columns`, write "
                "the headers as they are in the files."
            )

    def _meaning(self, cell: str) -> tuple[str, float] | None:
        """Return the field of a header, and the rank of the header."""
        own = self._own.get(_key(cell))
        if own:
            return own
        name = folded(cell)
        numbered = NUMBERED.fullmatch(name)
        if numbered:
            return ("phone_number" if numbered["phone"] else "email"), GOOGLE + int(numbered["number"])
        known, number = KNOWN.get(name), WITH_NUMBER.fullmatch(name)
        if known or not number or KNOWN.get(number[1], ("",))[0] not in ("phone_number", "email"):
            return known
        field, rank = KNOWN[number[1]]
        return field, rank + STEP * int(number[2])


def _key(header: str) -> str:
    """Return a header in the form in which headers are compared. A header in the option may consist of marks only."""
    return folded(header) or "".join(header.split())


def _pairs(name: Any, value: Any) -> list[tuple[str, str]]:
    """Return pairs of field and header, from ``{Mobile: phone_number}`` or ``{phone_number: [Mobile, Phone]}``."""
    if isinstance(value, str) and value in FIELDS:
        return [(value, str(name))]
    if name in FIELDS and value and isinstance(value, (str, list, tuple)):
        headers = [value] if isinstance(value, str) else value
        if all(isinstance(header, str) for header in headers):
            return [(name, header) for header in headers]
    hint = "" if name in FIELDS else did_you_mean(value if isinstance(value, str) else name, FIELDS)
    shown = "null" if value is None else repr(thawed(value))
    raise InvalidInput(
        f"columns: the key {name!r} has the wrong value {shown}{hint}. Write a field for each header, as in "
        "{Mobile: phone_number}, or a list of headers for a field, as in {phone_number: [Mobile, Phone]}. "
        f"The fields are {', '.join(FIELDS)}."
    )


def _chosen(name: str, found: list[tuple[float, int]], cells: list[str], line: int) -> tuple[int, ...]:
    """Return the columns of a field, with the preferred column first.

    Raises ValueError for two columns of the same rank.
    """
    found = sorted(found)
    best = found[0][0]
    twice = [index for rank, index in found if rank == best or (best < 0 and rank == FIELD_NAME)]
    if len(twice) > 1:
        headers = " and ".join(repr(cells[index].strip()) for index in twice)
        alike = len({_key(cells[index]) for index in twice}) < len(twice)
        remedy = "Give these columns different headers"
        if not alike:
            example = f"{{{name}: [{_in_yaml(cells[twice[0]].strip())}]}}"
            remedy = f"Choose a column with the option `columns`, as in {example}"
        raise ValueError(f"line {line}: the columns {headers} both belong to the field {name}. {remedy}")
    return tuple(index for rank, index in found if rank < 0 or best > 0)


def _labels(cells: list[str]) -> dict[int, int]:
    """Return, for a column such as "Phone 1 - Value", the column "Phone 1 - Label"."""
    found = [
        (index, LABEL.fullmatch(folded(cell)), NUMBERED.fullmatch(folded(cell))) for index, cell in enumerate(cells)
    ]
    at = {(bool(label["phone"]), label["number"]): index for index, label, _value in found if label}
    wanted = [(index, (bool(value["phone"]), value["number"])) for index, _label, value in found if value]
    return {index: at[key] for index, key in wanted if key in at}


def _is_label(cell: str) -> bool:
    return bool(LABEL.fullmatch(folded(cell)))


def _is_trimmed_export(cells: list[str], unknown: list[str], fields: Collection[str]) -> bool:
    """Return whether this can be an export of Google Contacts or Outlook from which somebody deleted columns."""
    sure = len(unknown) > 1 or any(folded(cell) in OF_PROGRAMS or NUMBERED.fullmatch(folded(cell)) for cell in cells)
    people = "phone_number" in fields and not NAMES.isdisjoint(fields)
    return sure and people and OF_EXPORTS.issuperset(set(fields) - {"private"}) and all(map(is_unread, unknown))


def _unread(headers: list[str]) -> str:
    ignored = "1 column of this file is" if len(headers) == 1 else f"{len(headers)} columns of this file are"
    return f"{ignored} ignored: {listed(list(map(repr, headers)), LISTED)}"


def _in_yaml(header: str) -> str:
    """Return a header as the user must write it in YAML: a header with unusual characters needs quotes."""
    return header if PLAIN.fullmatch(header) else json.dumps(header, ensure_ascii=False)


def _complaint(headers: list[str], line: int) -> str:
    """Return the error for a header line: the header is missing, or some headers are unknown."""
    for header in headers:
        digits = sum(character.isdigit() for character in header)
        if digits >= DIGITS_OF_A_NUMBER and not any(character.isalpha() for character in header):
            return (
                f"line {line} contains a phone number (\N{HORIZONTAL ELLIPSIS}{header.strip()[-2:]}), so the headers "
                "are missing; write the headers of the columns into the first line"
            )
    listed = ", ".join(repr(header) + _nearest(header) for header in headers)
    chosen = next((header for header in headers if nearest_field(header)), headers[0])
    whole = WHOLE_NAMES.intersection(words_of(chosen))
    example = f"{{{_in_yaml(chosen)}: {nearest_field(chosen) or ('first_name' if whole else 'description')}}}"
    return (
        f"line {line}: these headers are not known: {listed}. Assign fields to these headers with the option "
        f"`columns`, as in {example}, or set `unknown_columns` to `ignore`. The fields are {', '.join(FIELDS)}"
    )


def _nearest(header: str) -> str:
    field = nearest_field(header)
    return f" (nearest field: {field})" if field else ""

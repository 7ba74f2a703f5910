# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Contacts from a spreadsheet's CSV: every row is read, or refused by its line. Pure: no I/O and no Ansible.

What concerns a file as a whole is a ValueError without its name, which the caller knows.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from .._errors import InvalidInput
from .._model.resources import CONTACT
from .._model.values import mask

# Where an entry stands, for messages, and the entry; one that cannot be read is the InvalidInput that says why.
Entry = tuple[str, Any]

COLUMNS = (CONTACT.id, *(field.name for field in CONTACT.writable))
UNKNOWN_COLUMNS = ("fail", "ignore")
DELIMITERS = ",;\t"
QUOTED = re.compile('"[^"]*"')
REMEDY = "save it in the spreadsheet as CSV UTF-8"
# What spreadsheets put between thousands, and people between groups of digits.
SPACES = {0xA0: " ", 0x2007: " ", 0x202F: " "}
# What they make of a phone number that is not formatted as text, and what they then write.
ROUNDED = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
DECIMAL = re.compile(r"\+?[0-9]{5,}[.,]0{1,2}")
FAILED = re.compile(r"#(?:[A-ZÄÅÆÖØ/0]{2,}[!?]|N/A|I/T|#+)")


class Columns:
    """What the headers of CSV files mean, whatever their case: the names of the fields, and what *mapping* adds."""

    def __init__(self, mapping: Mapping[Any, Any] | None = None, unknown: str = "fail") -> None:
        """Raises InvalidInput for a mapping that does not make sense."""
        self._ignore = unknown == "ignore"
        self._fields = {name: name for name in COLUMNS}
        self._unmet: dict[str, str] = {}
        for header, name in (mapping or {}).items():
            folded = _folded(str(header))
            if name not in COLUMNS:
                raise InvalidInput(f"columns: {header!r} is {name!r}, which is no field; there are {_listed()}.")
            if not folded or folded in self._unmet:
                raise InvalidInput(f"columns: the header {header!r} is {'given twice' if folded else 'empty'}.")
            self._unmet[folded] = str(header)
            self._fields[folded] = name

    def understand(self, cells: list[str]) -> list[str | None]:
        """The fields that a first line names: empty where a column is not read, None where it has no name.

        Raises ValueError.
        """
        if not any(map(_folded, cells)):
            raise ValueError(f"its first line is empty; the names of the columns are expected ({_listed()})")
        names = [self._field(cell) for cell in cells]
        for name in filter(None, names):
            if names.count(name) > 1:
                headers = " and ".join(repr(cell.strip()) for cell, field in zip(cells, names) if field == name)
                raise ValueError(f"line 1: {name} stands there twice, in the columns {headers}")
        if not {"phone_number", CONTACT.id} & set(names):
            raise ValueError(
                "line 1: no column is the phone_number; say with columns which one it is, as in {Mobile: phone_number}"
            )
        return names

    def refuse_unmet(self) -> None:
        """Raise InvalidInput for a header of the mapping that no file had."""
        if self._unmet:
            raise InvalidInput(
                f"columns: no CSV file has a column {' or '.join(map(repr, self._unmet.values()))}. Nothing was sent."
            )

    def _field(self, cell: str) -> str | None:
        folded = _folded(cell)
        self._unmet.pop(folded, None)
        if folded in self._fields:
            return self._fields[folded]
        if self._ignore:
            return ""
        if not folded:
            return None
        header = cell.strip()
        raise ValueError(
            f"line 1: {header!r} is no field; there are {_listed()}. Say with columns which one it is, as in "
            f"{{{header}: first_name}}, or set unknown_columns to ignore"
        )


def decode(data: bytes) -> str:
    """The text of a CSV file. Raises ValueError, with the line, for anything but UTF-8."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ValueError(f"it is UTF-16, and not UTF-8; {REMEDY}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"line {line} is not UTF-8; most likely the file is Windows-1252, as spreadsheets write plain CSV; {REMEDY}"
        ) from None


def read_table(text: str, file: str, columns: Columns) -> list[Entry]:
    """The contacts, one a row, each with the *file* and its first line. An empty cell is an empty text.

    Raises ValueError where the first line is not understood.
    """
    lines = list(io.StringIO(text, newline=""))
    head = QUOTED.sub("", lines[0] if lines else "")
    reader = csv.reader(lines, delimiter=max(DELIMITERS, key=head.count), strict=True)
    try:
        names = columns.understand(next(reader, []))
    except csv.Error as error:
        raise ValueError(f"line 1: {_complaint(error)}") from error
    return [(where, _contact(where, cells, names)) for where, cells in _rows(reader, lines, f"{file} line".strip())]


def _rows(reader: Any, lines: list[str], label: str) -> Iterator[tuple[str, Any]]:
    """The place and the cells of every row that is not blank; of one that is no row, what is wrong with it."""
    while True:
        start = reader.line_num
        where = f"{label} {start + 1}"
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # With a quote left open, nobody knows where the next row begins.
            rest = "".join(lines[start : reader.line_num]).count('"') % 2
            lost = "; the rows behind it cannot be read" if rest else ""
            yield where, InvalidInput(f"{where}: {_complaint(error)}{lost}.")
            if rest:
                return
            continue
        if any(cell and not cell.isspace() for cell in cells):
            yield where, cells


def _complaint(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end" in text:
        return "a quote opens and is never closed"
    if "expected after" in text:
        return "there is text behind a closing quote; a quote inside a cell is written twice"
    return text


def _contact(where: str, cells: Any, names: list[str | None]) -> Any:
    if isinstance(cells, InvalidInput):
        return cells
    try:
        return _fields(where, cells, names)
    except InvalidInput as error:
        return error


def _fields(where: str, cells: list[str], names: list[str | None]) -> dict[str, str]:
    """Raises InvalidInput for cells that a spreadsheet has spoilt, and for too many or too few of them."""
    if len(cells) != len(names):
        raise InvalidInput(
            f"{where}: it has {len(cells)} cells, where the first line has {len(names)}; a cell with a delimiter in it "
            "stands in quotes."
        )
    fields = {name: cell for name, cell in zip(names, cells) if name}
    if None in names:
        _refuse_nameless(where, cells, names)
    for name, cell in fields.items():
        if cell[:1] == "#" and FAILED.fullmatch(cell):
            raise InvalidInput(f"{where}: {name} is {cell}, an error of the spreadsheet; mend the formula there.")
    if "phone_number" in fields:
        fields["phone_number"] = _number(where, fields["phone_number"])
    return fields


def _refuse_nameless(where: str, cells: list[str], names: list[str | None]) -> None:
    for index, (name, cell) in enumerate(zip(names, cells), 1):
        if name is None and cell.strip():
            raise InvalidInput(f"{where}: cell {index} has a text, and its column has no name.")


def _number(where: str, cell: str) -> str:
    """A phone number as it was typed. Raises InvalidInput where the spreadsheet has calculated with it."""
    number = cell.translate(SPACES).strip()
    if ROUNDED.fullmatch(number):
        spoilt = f"{number} has been rounded"
    elif DECIMAL.fullmatch(number):
        spoilt = f"{mask(number)} has got decimals"
    elif number[:1] == "-":
        spoilt = f"{mask(number)} has been calculated"
    else:
        return number
    raise InvalidInput(
        f"{where}: phone_number: {spoilt} by the spreadsheet; format the column there as text, and enter the number "
        "again, as in +4790555817."
    )


def _folded(header: str) -> str:
    return unicodedata.normalize("NFC", header.strip()).casefold()


def _listed() -> str:
    return ", ".join(COLUMNS)

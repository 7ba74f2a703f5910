# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Contacts from the rows of a table, whatever the kind of file is. Each row is read, or rejected with its line. Pure.

An error about the whole file is a ValueError without the name of the file. The caller adds the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .._errors import InvalidInput
from .._model.resources import CONTACT
from .._model.spelling import normalised
from .._model.values import mask
from .columns import Columns, Head
from .delimited import Row, read_records
from .entries import PREVIOUS_NUMBER, Entry
from .headers import MOBILE_KIND, NO_PHONE_KIND, SEPARATOR, folded

# Forms that a spreadsheet gives to phone numbers if the column is not formatted as text.
ROUNDED = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
DECIMAL = re.compile(r"\+?[0-9]{5,}[.,]0{1,2}")
# Error values of spreadsheets in English, Norwegian, Swedish, Danish, Finnish, German, French, Spanish and Italian.
# LibreOffice also writes error numbers, as in Err:502.
FAILED = re.compile(
    r"#(?:[\u00a1\u00bf]?[A-Z\u00c0-\u00dd/0_]{2,}[!?]|N/A|N/D|I/T|NV|SAKNAS|PUUTTUU|GETTING_DATA|#+)"
    r"|(?:Err|Feil|Fel|Fejl|Virhe|Fehler|Erreur):5[0-9]{2}"
)
# Formulas such as ="Kari" and ="+4790555817". People write them so that a spreadsheet does not change a number.
FORMULA = re.compile(r'="(.*)"', re.DOTALL)
APOSTROPHE = re.compile(r"['\u2019](?=[+0-9])")
NUMBERS = frozenset(("phone_number", PREVIOUS_NUMBER))
PROTECTED = frozenset("= '\u2019\N{NO-BREAK SPACE}")  # the first characters of cells that unwrapped may change
INVISIBLE = "".join(map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF, 0xA0, 0x20)))
TRIMMED = frozenset(("contact_id", "phone_number", "first_name", "last_name", "email"))


def read_text(text: str, file: str, columns: Columns, delimiter: str = "auto") -> tuple[list[Entry], list[str]]:
    """Return the contacts of a delimited text, and warnings. Each row is a contact with the *file* and its first line.

    Raises ValueError if the header is not valid.
    """
    table = read_records(text, columns, delimiter)
    if table is None:
        return [], []
    head = columns.understand(table.head, table.line)
    return list(entries(table.rows, head, file)), warnings_of(head, file)


def warnings_of(head: Head, file: str) -> list[str]:
    """Return the warnings about a valid header."""
    return [f"{file}: {head.warning}." if file else f"{head.warning}."] if head.warning else []


def entries(rows: Iterable[Row], head: Head, file: str) -> Iterator[Entry]:
    """Yield each row as an entry. An empty cell is an empty text. A field without a cell is not managed."""
    label = f"{file} line".strip()
    used = sorted({index for indexes in head.fields.values() for index in indexes})
    for line, cells in rows:
        where = f"{label} {line}"
        try:
            if isinstance(cells, InvalidInput):
                raise cells
            yield where, _contact(_unprotected(cells, used), head)
        except InvalidInput as error:
            yield where, InvalidInput(f"{where}: {error}")


def _unprotected(cells: list[str], used: list[int]) -> list[str]:
    """Return the cells. Those that are used have the text that a spreadsheet displays."""
    marked = [index for index in used if index < len(cells) and cells[index][:1] in PROTECTED]
    if marked:
        cells = list(cells)
    for index in marked:
        cells[index] = unwrapped(cells[index])
    return cells


def _contact(cells: list[str], head: Head) -> dict[str, str]:
    """Return the fields of a contact.

    Raises InvalidInput for cells that a spreadsheet has changed, and for filled cells without a header.
    """
    there = len(cells)
    if there > head.width and any(cell.strip() for cell in cells[head.width :]):
        raise InvalidInput(
            f"the row has {there} cells, but the header has {head.width} cells. Quote cells that contain a delimiter."
        )
    for index in head.nameless:
        if index < there and cells[index].strip():
            raise InvalidInput(
                f"cell {index + 1} has a value, but there is no header above the cell. Add a header, or clear the cell."
            )
    found = {}
    for name, indexes in head.fields.items():
        chosen = indexes[0] if len(indexes) == 1 else _chosen(name, indexes, cells, head)
        if chosen is None:
            found[name] = ""
        elif chosen < there:
            found[name] = _value(name, cells[chosen], head)
    if found.get(CONTACT.id) and not found.get("phone_number"):
        found.pop("phone_number", None)  # the contact has an id, so an empty number must not clear the stored number
    return found


def _chosen(name: str, indexes: tuple[int, ...], cells: list[str], head: Head) -> int | None:
    """Return the column from which a field is read: the first filled cell with a mobile number.

    Otherwise it is the first filled cell, or the first column. None if all numbers are those of a fax or a pager.
    """
    filled = [index for index in indexes if index < len(cells) and _is_filled(name, cells[index])]
    if name != "phone_number" or not filled:
        return (filled or indexes)[0]
    kinds = {index: _kind(index, cells, head) for index in filled}
    phones = [index for index in filled if not NO_PHONE_KIND.search(kinds[index])]
    return min(phones, key=lambda index: not MOBILE_KIND.search(kinds[index]), default=None)


def _is_filled(name: str, cell: str) -> bool:
    """Return whether a cell has a value. For a number, a dash is not a value."""
    return any(map(str.isalnum, cell)) if name in NUMBERS else bool(cell.strip())


def _value(name: str, cell: str, head: Head) -> str:
    """Return the value of a field. Raises InvalidInput."""
    if ("#" in cell or ":5" in cell) and FAILED.fullmatch(cell.strip()):
        shown = cell.strip()
        remedy = "Correct the formula" if shown.strip("#") else "Make the column wider"
        raise InvalidInput(f"{name} is {shown}, an error value of the spreadsheet. {remedy} in the spreadsheet.")
    if SEPARATOR in cell and name in _separated(head):
        cell = next((part for part in cell.split(SEPARATOR) if part.strip()), "")
    if name in NUMBERS:
        return number(cell, name)
    return _trimmed(cell) if name in TRIMMED else cell


def _trimmed(cell: str) -> str:
    """Return a cell without the blanks and the invisible characters around it."""
    text = cell.strip()
    return text if text.isascii() else text.strip(INVISIBLE)


def _separated(head: Head) -> tuple[str, ...]:
    """Return the fields that can have several values in one cell of a Google export."""
    return ("phone_number", "email") if head.labels else ()


def _kind(index: int, cells: list[str], head: Head) -> str:
    """Return the kind of a phone in a Google export; empty for other tables."""
    label = head.labels.get(index)
    return folded(cells[label]) if label is not None and label < len(cells) else ""


def unwrapped(cell: str) -> str:
    """Return the text of a cell without the signs that stop a spreadsheet from calculating."""
    formula = FORMULA.fullmatch(cell.strip()) if cell.lstrip()[:2] == '="' else None
    if formula:
        cell = formula[1].replace('""', '"')
    return cell[1:] if APOSTROPHE.match(cell) else cell


def number(cell: str, name: str = "phone_number") -> str:
    """Return a phone number as it was typed. Raises InvalidInput if the spreadsheet has changed it."""
    if cell.isdecimal() or not cell:
        return cell
    text = normalised(cell).strip()
    if ROUNDED.fullmatch(text):
        damage = f"{text} was rounded"
    elif DECIMAL.fullmatch(text):
        damage = f"{mask(text)} was changed to a decimal number"
    elif not text.strip("-."):  # people write a dash if there is no number
        return ""
    elif text[:1] == "-":
        damage = f"{mask(text)} was read as a formula"
    else:
        return text
    raise InvalidInput(
        f"{name}: {damage} by the spreadsheet. Format the column as text in the spreadsheet, then enter the number "
        "again, as in +4790555817."
    )

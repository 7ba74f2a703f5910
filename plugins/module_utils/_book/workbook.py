# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Spreadsheet files (xlsx, ods): the rows of the first sheet as texts.

They are read with the library python-calamine.
"""

from __future__ import annotations

import io
import re
import traceback
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from .._errors import InvalidInput, MissingLibrary
from .columns import Columns
from .delimited import Row, refuse_title
from .entries import Entry
from .table import entries, warnings_of

try:
    import python_calamine
except ImportError:
    CALAMINE_TRACE = traceback.format_exc()
else:
    CALAMINE_TRACE = ""

EXACT = 10**15  # a spreadsheet keeps only 15 digits of a number
# The library returns an empty text for a cell with an error value. So these cells are read from the file itself.
XLSX_ERROR = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)([0-9]+)"')
ODS_CONTENT = "content.xml"
ODS_ERROR = b'value-type="error"'
ODS_PART = re.compile(rb"<table:(table-row|covered-table-cell|table-cell|table)(?=[\s/>])([^>]*)")
ODS_ROWS = 10_000  # maximum number of repeated rows that are searched for an error value
ODS_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="([0-9]+)"')
XLSX_SHEET = re.compile(rb'<sheet\b(?=[^>]*\bname="([^"]*)")[^>]*\bid="(\w+)"')
XLSX_TARGET = re.compile(rb'<Relationship\b(?=[^>]*\bId="(\w+)")[^>]*\bTarget="/?(?:xl/)?([^"]+)"')


def read_workbook(data: bytes, file: str, columns: Columns) -> tuple[list[Entry], list[str]]:
    """Return the contacts of the first visible sheet, each with the *file* and its row, and warnings.

    *data* is the content of the file. Raises ValueError if it is not a workbook, and MissingLibrary.
    """
    if CALAMINE_TRACE:
        raise MissingLibrary(
            f"src: {file} needs the Python library python-calamine. Install it: pip install python-calamine.",
            library="python-calamine",
            trace=CALAMINE_TRACE,
        )
    sheet, values, others = _first_sheet(data)
    failed = _error_cells(data, sheet)
    rows = [
        (line, _cells(row, failed.get(line, [])))
        for line, row in enumerate(values, 1)
        if line in failed or any(_is_filled(cell) for cell in row)
    ]
    if not rows and others:
        names = ", ".join(map(repr, others))
        raise ValueError(f"the first sheet is empty, but there are other sheets: {names}; delete the empty sheet")
    if not rows:
        return [], []
    head = columns.understand(_header(rows, columns), rows[0][0])
    more = (
        [f"{file}: only the first sheet is read. These sheets are ignored: {', '.join(map(repr, others))}."]
        if others
        else []
    )
    return list(entries(rows[1:], head, file)), warnings_of(head, file) + more


def _first_sheet(data: bytes) -> tuple[int, list[list[Any]], list[str]]:
    """Return the position and the values of the first visible sheet, and the names of other sheets that are not
    empty.
    """
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            visible = [index for index, sheet in enumerate(book.sheets_metadata) if _is_read(sheet)]
            if not visible:
                raise ValueError("the file has no visible sheet; make the sheet with the contacts visible")
            values = book.get_sheet_by_index(visible[0]).to_python(skip_empty_area=False)
            others = [book.get_sheet_by_index(index) for index in visible[1:]]
            return visible[0], values, [sheet.name for sheet in others if sheet.total_height]
    except python_calamine.PasswordError as error:
        raise ValueError("the file is protected by a password; save it without a password") from error
    except python_calamine.CalamineError as error:
        raise ValueError(f"the file is not a readable workbook ({error})") from error


def _is_read(sheet: Any) -> bool:
    kinds, visible = python_calamine.SheetTypeEnum, python_calamine.SheetVisibleEnum
    return bool(sheet.typ == kinds.WorkSheet and sheet.visible == visible.Visible)


def _error_cells(data: bytes, sheet: int) -> Mapping[int, list[str]]:
    """Return the cells with an error value, such as #N/A, by row."""
    found: dict[int, list[str]] = defaultdict(list)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if ODS_CONTENT in archive.namelist():
            content = archive.read(ODS_CONTENT)
            return _ods_error_cells(content, sheet) if ODS_ERROR in content else found
        targets = dict(XLSX_TARGET.findall(archive.read("xl/_rels/workbook.xml.rels")))
        _name, id = XLSX_SHEET.findall(archive.read("xl/workbook.xml"))[sheet]
        for column, row in XLSX_ERROR.findall(archive.read("xl/" + targets[id].decode())):
            found[int(row)].append(f"{column.decode()}{row.decode()}")
    return found


def _ods_error_cells(content: bytes, sheet: int) -> Mapping[int, list[str]]:
    """Return the cells with an error value in the document of an ods file.

    In such a document, one element can stand for several equal rows or cells.
    """
    found: dict[int, list[str]] = defaultdict(list)
    table, rows, column = -1, range(1), 1
    for kind, attributes in ODS_PART.findall(content):
        repeated = ODS_REPEATED.search(attributes)
        count = int(repeated[1]) if repeated else 1
        if kind == b"table":
            table, rows = table + 1, range(1)
        elif kind == b"table-row":
            rows, column = range(rows.stop, rows.stop + count), 1
        else:
            if table == sheet and ODS_ERROR in attributes:
                for row in rows[:ODS_ROWS]:
                    found[row].append(f"{_letters(column)}{row}")
            column += count
    return found


def _letters(column: int) -> str:
    """Return the name of a column: A, Z, AA."""
    name = ""
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def _is_filled(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value is not None


def _header(rows: list[Row], columns: Columns) -> list[str]:
    """Return the header. Raises ValueError if there is a title above the header."""
    line, cells = rows[0]
    if isinstance(cells, InvalidInput):
        raise ValueError(f"line {line}: {cells}")
    below = [(number, other) for number, other in rows[1:] if not isinstance(other, InvalidInput)]
    refuse_title(line, cells, [(number, columns.recognised(other)) for number, other in below[:5]], columns)
    return cells


def _cells(values: list[Any], failed: list[str]) -> list[str] | InvalidInput:
    try:
        if failed:
            raise InvalidInput(
                f"cell {failed[0]} contains an error value of the spreadsheet. Correct the formula in this cell."
            )
        return [_text(index, value) for index, value in enumerate(values, 1)]
    except InvalidInput as error:
        return error


def _text(index: int, value: Any) -> str:
    """Return the text of a cell.

    A whole number becomes its digits. Raises InvalidInput for a date or another number.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)) and value == int(value) and abs(value) < EXACT:
        return str(int(value))
    kinds = (((date, datetime), "a date"), ((time, timedelta), "a time"))
    number = "a number with decimals or with more than 15 digits"
    what = next((words for kind, words in kinds if isinstance(value, kind)), number)
    raise InvalidInput(
        f"the cell in column {_letters(index)} contains {what}. Format the column as text and enter the value again."
    )

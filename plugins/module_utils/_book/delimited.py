# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Delimited text, such as CSV: from bytes to rows of cells. Each row has the number of its first line. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Union

from .._errors import InvalidInput
from .columns import Columns
from .texts import DELIMITERS, is_empty

# The number of the first line of a row, and its cells. If the row cannot be read, it has an error instead of cells.
Row = tuple[int, Union[list[str], InvalidInput]]

CANDIDATES = ";,\t|"
SEPARATOR_LINE = re.compile(r"(\"?)sep=(.)\1\r?\n", re.IGNORECASE)
QUOTED = re.compile('"[^"]*"')
BLANK_AT_QUOTE = re.compile('[ \t\u00a0]"|"[ \t\u00a0]')
FIRST_LINES = 50  # the header is in one of the first lines
TITLES = 6  # number of lines in which the header is searched


@dataclass(frozen=True)
class Table:
    """The records of a text.

    ``head`` is the first record, ``line`` is its line, and ``rows`` are the following records.
    """

    head: list[str]
    line: int
    rows: Iterator[Row]


def read_records(text: str, columns: Columns, delimiter: str = "auto") -> Table | None:
    """Return the records of *text*, or None if all lines are blank. Raises ValueError if there is no header.

    *delimiter* is a name in DELIMITERS, or the character itself. With ``auto``, a line such as ``sep=;`` decides.
    Without such a line, the delimiter is used with which the first record has the most known headers.
    """
    mark = DELIMITERS.get(delimiter, delimiter)
    separator = SEPARATOR_LINE.match(text)
    skipped = 1 if separator else 0
    if separator:
        text, mark = text[separator.end() :], mark or separator[2]
    if is_empty(text):
        return None
    lines = list(io.StringIO(text, newline=""))
    above = _lines_above(lines, columns)
    lines, skipped = lines[above:], skipped + above
    mark = mark or _best(lines, columns)
    padded = BLANK_AT_QUOTE.search(text)
    reader = _reader(list(io.StringIO(_unpadded("".join(lines), mark), newline="")) if padded else lines, mark)
    try:
        head: list[str] = next(reader, [])
    except csv.Error as error:
        raise ValueError(f"line {skipped + 1}: {_complaint(error)}") from error
    below = [(skipped + 1 + index, _known_below(lines[index:], columns)) for index in range(1, min(TITLES, len(lines)))]
    refuse_title(skipped + 1, head, below, columns)
    return Table(head, skipped + 1, _rows(reader, lines, skipped))


def _lines_above(lines: list[str], columns: Columns) -> int:
    """Return the number of comments above the header, and of blank lines after them. A comment begins with #.

    A line that begins with # but has a known header is the header.
    """
    for index, line in enumerate(lines):
        text = line.strip()
        comment = text.startswith("#") and not _known_below([line], columns)
        if not comment and (text or not index):
            return index
    return 0


def _reader(lines: list[str], mark: str) -> Any:
    return csv.reader(lines, delimiter=mark, strict=True)


def _unpadded(text: str, mark: str) -> str:
    """Return the text without blanks around quoted cells. Other blanks belong to the text of a cell."""
    sign, blank = re.escape(mark), "[ \u00a0]" if mark == "\t" else "[ \t\u00a0]"
    cell = re.compile(rf'(?m)(^|{sign}){blank}*("[^"]*(?:""[^"]*)*"){blank}*(?={sign}|[\r\n]|\Z)')
    return cell.sub(r"\1\2", text)


def _best(lines: list[str], columns: Columns) -> str:
    """Return the delimiter with which the first record has the most known headers.

    If there are no known headers, return the most frequent delimiter.
    """
    known = {mark: _recognised(lines, mark, columns) for mark in CANDIDATES}
    if any(known.values()):
        return max(CANDIDATES, key=known.__getitem__)
    head = QUOTED.sub("", lines[0])
    return max(CANDIDATES, key=head.count)


def _recognised(lines: list[str], mark: str, columns: Columns) -> int:
    try:
        head = io.StringIO(_unpadded("".join(lines[:FIRST_LINES]), mark), newline="")
        return columns.recognised(next(_reader(list(head), mark), []))
    except csv.Error:
        return 0


def _known_below(lines: list[str], columns: Columns) -> int:
    return max(_recognised(lines, mark, columns) for mark in CANDIDATES)


def refuse_title(line: int, head: list[str], below: list[tuple[int, int]], columns: Columns) -> None:
    """Raise ValueError if the header is not the first record but is in one of the next lines.

    *below* has the next lines, each with the number of its known headers.
    """
    if columns.recognised(head):
        return
    title = " ".join(" ".join(head).split())
    for number, known in below:
        if known > 1:
            what = f"is a title ({title!r})" if title else "is empty"
            raise ValueError(
                f"line {line} {what}, and the header is in line {number}; delete the lines above the header"
            )


def _rows(reader: Any, lines: list[str], skipped: int) -> Iterator[Row]:
    """Yield all rows that are not blank."""
    while True:
        start = reader.line_num
        line = skipped + start + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # After a quote that is not closed, it is not known where the next row begins.
            rest = "".join(lines[start : reader.line_num]).count('"') % 2
            lost = ", so the rows below this row cannot be read" if rest else ""
            yield line, InvalidInput(f"{_complaint(error, lost)}.")
            if rest:
                return
            continue
        if any(cell and not cell.isspace() for cell in cells):
            yield line, cells


def _complaint(error: csv.Error, lost: str = "") -> str:
    """Return the complaint. *lost* is a part of the sentence about the rows below."""
    text = str(error)
    if "unexpected end" in text:
        return f"the closing quotation mark of a cell is missing{lost}; add the quotation mark"
    if "expected after" in text:
        return (
            f"there is text after the closing quotation mark of a cell{lost}; write each quotation mark inside "
            "a cell twice"
        )
    return f"{text}{lost}"

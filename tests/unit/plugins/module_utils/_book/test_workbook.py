# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workbooks: the first sheet is read like a CSV file.

Values that a spreadsheet has changed are rejected by their cell.
"""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ansible_collections.community.linkengage.plugins.module_utils._book.columns import Columns
from ansible_collections.community.linkengage.plugins.module_utils._book.workbook import read_workbook
from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput

ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet>'
    "</office:body></office:document-content>"
)
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
    'manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry '
    'manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def xlsx(path: Path, *rows: list[Any], more: dict[str, list[list[Any]]] | None = None) -> str:
    book = openpyxl.Workbook()
    for name, lines in {"Folk": rows, **(more or {})}.items():
        sheet = book.active if name == "Folk" else book.create_sheet(name)
        for row in lines:
            sheet.append(row)
    book.save(path)
    return str(path)


def ods(path: Path, *rows: list[str]) -> str:
    cells = ["".join(row) for row in rows]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr(
            "content.xml", ODS.format(rows="".join(f"<table:table-row>{row}</table:table-row>" for row in cells))
        )
    return str(path)


def text(value: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def failed(path: str) -> None:
    """Give the last cell a formula with an error, in the form in which a spreadsheet saves it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    before = parts[sheet]
    parts[sheet] = before.replace(b'"><f>1/0</f><v />', b'" t="e"><f>1/0</f><v>#DIV/0!</v>')
    assert parts[sheet] != before
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def read(path: str) -> list[Any]:
    found, _warnings = read_workbook(Path(path).read_bytes(), "a.xlsx", Columns())
    return [(where, str(value) if isinstance(value, InvalidInput) else value) for where, value in found]


def test_cells_are_texts_and_rows_have_their_lines(tmp_path) -> None:
    path = xlsx(
        tmp_path / "a.xlsx",
        ["Mobil", "Fornavn", "Private"],
        [4790555817, "\u00c5se", True],
        [],
        ["+47 412 34 567", None, None],
    )
    assert read(path) == [
        ("a.xlsx line 2", {"phone_number": "4790555817", "first_name": "\u00c5se", "private": "true"}),
        ("a.xlsx line 4", {"phone_number": "+47 412 34 567", "first_name": "", "private": ""}),
    ]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (90555817.5, "a number with decimals"),
        (4790555817123456789, "with more than 15 digits"),
        (date(2026, 1, 2), "the cell in column A contains a date"),
        ("4.79E+10", "4.79E+10 was rounded"),
    ],
)
def test_a_changed_number_is_rejected_with_its_line(tmp_path, cell: Any, reason: str) -> None:
    ((where, found), (_line, good)) = read(xlsx(tmp_path / "a.xlsx", ["Mobil"], [cell], ["90555817"]))
    assert (where, found.startswith("a.xlsx line 2: ")) == ("a.xlsx line 2", True)
    assert reason in found
    assert good == {"phone_number": "90555817"}


def test_an_error_value_is_never_an_empty_cell(tmp_path) -> None:
    path = xlsx(tmp_path / "a.xlsx", ["Mobil", "Fornavn"], ["90555817", "Kari"], ["90555818", "=1/0"])
    failed(path)
    ((_good, fields), (where, found)) = read(path)
    assert fields == {"phone_number": "90555817", "first_name": "Kari"}
    assert (where, found) == (
        "a.xlsx line 3",
        "a.xlsx line 3: cell B3 contains an error value of the spreadsheet. Correct the formula in this cell.",
    )


def test_an_open_document_is_read_too(tmp_path) -> None:
    rows = [
        [text("Mobil"), text("Fornavn")],
        ['<table:table-cell office:value-type="float" office:value="4790555817"/>', text("Kari")],
    ]
    assert read(ods(tmp_path / "a.ods", *rows)) == [
        ("a.xlsx line 2", {"phone_number": "4790555817", "first_name": "Kari"})
    ]


def test_an_error_value_of_an_open_document_is_named_by_its_cell(tmp_path) -> None:
    error = '<table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error"/>'
    repeated = text("x").replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="2"')
    rows = [
        [text("Mobil"), text("Fornavn"), text("Etternavn"), text("E-post")],
        [text("90555817"), text("Kari")],
        ['</table:table-row><table:table-row table:number-rows-repeated="3">', text("")],
        [text("90555818"), error],
        [text("90555819"), repeated, error],
    ]
    assert read(ods(tmp_path / "a.ods", *rows))[1:] == [
        (
            f"a.xlsx line {line}",
            f"a.xlsx line {line}: cell {cell} contains an error value of the spreadsheet. "
            "Correct the formula in this cell.",
        )
        for line, cell in ((7, "B7"), (8, "D8"))
    ]


def test_only_the_first_sheet_is_read_and_the_others_are_named(tmp_path) -> None:
    path = xlsx(tmp_path / "a.xlsx", ["Mobil"], ["90555817"], more={"Gamle": [["Mobil"], ["90555818"]], "Tom": []})
    found, warnings = read_workbook(Path(path).read_bytes(), "a.xlsx", Columns())
    assert [value for _where, value in found] == [{"phone_number": "90555817"}]
    assert warnings == ["a.xlsx: only the first sheet is read. These sheets are ignored: 'Gamle'."]


def test_an_empty_first_sheet_does_not_hide_another(tmp_path) -> None:
    path = xlsx(tmp_path / "a.xlsx", more={"Kontakter": [["Mobil"], ["90555818"]], "Tom": []})
    with pytest.raises(
        ValueError, match="the first sheet is empty, but there are other sheets: 'Kontakter'; delete the empty sheet"
    ):
        read(path)


def test_a_title_above_the_header_is_named(tmp_path) -> None:
    with pytest.raises(ValueError, match=r"line 1 is a title \('Vaktliste'\), and the header is in line 3; delete"):
        read(xlsx(tmp_path / "a.xlsx", ["Vaktliste"], [], ["Mobil", "Fornavn"], ["90555817", "Kari"]))


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04"])
def test_other_files_are_rejected(tmp_path, data: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(data)
    with pytest.raises(ValueError, match="the file is not a readable workbook"):
        read(str(tmp_path / "a.xlsx"))


def test_an_empty_sheet_has_no_entries(tmp_path) -> None:
    assert read(xlsx(tmp_path / "a.xlsx")) == []

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes exports of address books as other programs write them, with invented people and the quirks of these programs.

Each function returns the lines of the rows that are wrong. About every tenth person has something unusual.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl

GIVEN = ("Åse", "Kari", "Ola", "Jørgen", "Märta", "Väinö", "Søren", "Ingrid", "Nils-Petter", "Þóra", "Zoë")
FAMILY = ("Nordmann", "Ås", "Bjørk", "Ångström", "Mäkinen", "Sørensen", "O'Neill", "von der Lippe", "Li")
COUNT = 1000


@dataclass(frozen=True)
class Person:
    """An invented person with a Norwegian mobile number."""

    given: str
    family: str
    number: str
    email: str


def people(count: int = COUNT) -> list[Person]:
    """Return different people. Each call returns the same people."""
    source = random.Random(2026)
    numbers = source.sample(range(40_000_000, 48_999_999), count)
    return [
        Person(source.choice(GIVEN), source.choice(FAMILY), str(number), f"person{index}@example.com")
        for index, number in enumerate(numbers)
    ]


def spelling(person: Person, index: int) -> str:
    """Return the number in a spelling that people use."""
    n = person.number
    spellings = (
        f"+47 {n[:3]} {n[3:5]} {n[5:]}",
        n,
        f"0047{n}",
        f"+47\N{NO-BREAK SPACE}{n}",
        f"{n[:2]} {n[2:4]} {n[4:6]} {n[6:]}",
        f"(+47) {n[:3]}-{n[3:]}",
    )
    return spellings[index % len(spellings)]


def table(rows: list[list[str]], delimiter: str, ending: str = "\r\n") -> str:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, lineterminator=ending).writerows(rows)
    return file.getvalue()


def google(folder: Path) -> set[int]:
    """Write an export of Google Contacts: many columns, two phones with their kinds, several values in one cell.

    Some rows have additional empty cells.
    """
    head = ["First Name", "Middle Name", "Last Name", "Phonetic First Name", "Nickname", "File As", "Organization Name"]
    head += ["Organization Title", "Birthday", "Notes", "Photo", "Labels", "E-mail 1 - Label", "E-mail 1 - Value"]
    head += [
        "Phone 1 - Label",
        "Phone 1 - Value",
        "Phone 2 - Label",
        "Phone 2 - Value",
        "Address 1 - Label",
        "Custom 1",
    ]
    rows, bad = [head], set()
    for index, person in enumerate(people()):
        phones = ["Mobile", spelling(person, index), "", ""]
        if index % 7 == 0:
            phones = ["Work", "+47 22 00 00 00", "Mobile", f"{spelling(person, index)} ::: +47 22 00 00 01"]
        if index % 50 == 49:
            phones[1], phones[3] = "4.79E+10", ""
            bad.add(index + 2)
        notes = f'Ring "privat",\nikke på jobb {index}' if index % 25 == 3 else ""
        row = [
            person.given,
            "",
            person.family,
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "* myContacts",
            "*",
            person.email,
            *phones,
        ]
        row[9] = notes
        rows.append([*row, "", "", *([""] * (index % 3))])
    (folder / "contacts.csv").write_text(table(rows, ",", "\n"), encoding="utf-8")
    return lines_of_rows(rows, bad)


def lines_of_rows(rows: list[list[str]], bad: set[int]) -> set[int]:
    """Return the lines where rows begin. A cell may contain line breaks, so a row can have several lines."""
    line, found = 1, set()
    for number, row in enumerate(rows, 1):
        if number in bad:
            found.add(line)
        line += 1 + sum(cell.count("\n") for cell in row)
    return found


def outlook(folder: Path) -> set[int]:
    """Write an export of Outlook: dozens of columns, and rows that end before the last column."""
    head = [
        "First Name",
        "Middle Name",
        "Last Name",
        "Title",
        "Suffix",
        "Nickname",
        "E-mail Address",
        "E-mail 2 Address",
    ]
    head += ["Home Phone", "Business Phone", "Mobile Phone", "Pager", "Company", "Job Title", "Notes", "Sensitivity"]
    head += ["Priority", "Private", "Categories", "Web Page", "Birthday", "Anniversary", "Spouse"]
    rows, bad = [head], set()
    for index, person in enumerate(people()):
        number = spelling(person, index)
        if index % 40 == 39:
            number, _wrong = "ring meg", bad.add(index + 2)
        row = [person.given, "", person.family, "", "", "", f" {person.email} ", "", "", "22000000", number]
        rows.append(row if index % 2 else [*row, "", "", "", "", "Normal", "Normal", "False"])
    (folder / "contacts.csv").write_text("\ufeff" + table(rows, ","), encoding="utf-8")
    return bad


def iphone(folder: Path) -> set[int]:
    """Write an export of an iPhone: vCard 3 with a mobile number among other numbers, folded lines and a photo."""
    lines: list[str] = []
    bad = set()
    for index, person in enumerate(people()):
        begin = len(lines) + 1
        lines += ["BEGIN:VCARD", "VERSION:3.0", "PRODID:-//Apple Inc.//iPhone OS 17.5.1//EN"]
        lines += [f"N:{person.family};{person.given};;;", f"FN:{person.given} {person.family}"]
        lines += [f"EMAIL;type=INTERNET;type=HOME;type=pref:{person.email}"]
        if index % 60 == 59:
            lines += ["TEL;type=WORK;type=VOICE:22000000", "TEL;type=HOME;type=VOICE:22000001"]
            bad.add(begin)
        elif index % 3:
            lines += [f"TEL;type=CELL;type=VOICE;type=pref:{spelling(person, index)}", "TEL;type=WORK:22 00 00 00"]
        else:
            lines += [f"item1.TEL;type=IPHONE;type=CELL:{spelling(person, index)}", "item1.X-ABLabel:_$!<Mobile>!$_"]
        lines += [
            "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQEB",
            "  AQEBAQEBAQ==",
        ]
        lines += ["END:VCARD"]
    (folder / "kontakter.vcf").write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    return bad


def excel_norwegian(folder: Path) -> set[int]:
    """Write a file of Excel in Norwegian: semicolons, protected numbers, rounded numbers and error values."""
    rows, bad = [["Fornavn", "Etternavn", "Mobiltelefon", "E-post"]], set()
    for index, person in enumerate(people()):
        number, given = spelling(person, index), person.given
        if index % 11 == 0:
            number = f'="{number}"'
        elif index % 11 == 1:
            number = f"'{person.number}"
        if index % 45 == 44:
            number = "4,79056E+10"
        elif index % 45 == 20:
            given = "#VERDI!"
        if index % 45 in (44, 20):
            bad.add(index + 3)
        rows.append([f" {given}\N{NO-BREAK SPACE}", person.family, number, person.email])
    (folder / "vaktliste.csv").write_text("\ufeffsep=;\r\n" + table(rows, ";"), encoding="utf-8")
    return bad


def excel_swedish(folder: Path) -> set[int]:
    """Write a workbook of Excel in Swedish: phone numbers as numbers, empty rows and a second sheet."""
    book = openpyxl.Workbook(write_only=True)
    sheet, bad, line = book.create_sheet("Jourlista"), set(), 1
    sheet.append(["Förnamn", "Efternamn", "Mobilnummer", "E-postadress"])
    for index, person in enumerate(people()):
        number: object = int(f"47{person.number}") if index % 2 else f"+47{person.number}"
        line += 1
        if index % 30 == 29:
            sheet.append([])
            line += 1
            number = 46.5
            bad.add(line)
        sheet.append([person.given, person.family, number, person.email])
    book.create_sheet("Gamla").append(["Mobilnummer"])
    book.save(folder / "jourlista.xlsx")
    return bad


def syncopy(folder: Path) -> set[int]:
    """Write a file of Syncopy: no header, and groups by the ids of the directory."""
    rows, bad = (
        ["ORGANIZATION;1;Kommunen", "USER;1;7;admin@example.com", "GROUP;1;31;Vakt;", "GROUP;1;32;Beredskap;"],
        set(),
    )
    for index, person in enumerate(people()):
        number, groups = f"47{person.number}", ("31", "32", "31|32", "")[index % 4]
        if index % 70 == 69:
            number, groups, _wrong = "ukjent", "", bad.add(len(rows) + 1)
        rows.append(f"CONTACT;1;{9000 + index};{number};{person.given};{person.family};{person.email};a;b;c;{groups}")
    (folder / "syncopy.csv").write_text("\r\n".join(rows) + "\r\n", encoding="utf-8")
    return bad


EXPORTS: dict[str, Callable[[Path], set[int]]] = {
    "Google Contacts": google,
    "Outlook": outlook,
    "iPhone": iphone,
    "Excel in Norwegian": excel_norwegian,
    "Excel in Swedish": excel_swedish,
    "Syncopy": syncopy,
}

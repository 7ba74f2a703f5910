# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measures how long each format of an address book takes to read, compared with plain CSV.

Reading includes the checks of each entry, because every format passes through the same checks. Run this with ``nox
--session bench -- --formats``; it takes about half a minute.
"""

from __future__ import annotations

import importlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from benchmarks import book
from collections_tree import make_tree

ROWS, ROUNDS = 20_000, 5
# The limit for each format, relative to the time of plain CSV. YAML and JSON have no limit, because they are not
# tables.
LIMITS = {"google": 1.5, "outlook": 1.5, "syncopy": 1.5, "xlsx": 4.0, "vcard": 4.0}
FIELDS = ("phone_number", "first_name", "last_name", "email", "description")
Records = list[dict[str, Any]]


def plain_csv(folder: Path, records: Records) -> Path:
    return _text(folder / "a.csv", [";".join(FIELDS), *(";".join(record.values()) for record in records)])


def google(folder: Path, records: Records) -> Path:
    head = ["First Name", "Last Name", "E-mail 1 - Label", "E-mail 1 - Value", "Phone 1 - Label", "Phone 1 - Value"]
    rows = [
        [record["first_name"], record["last_name"], "*", record["email"], "Mobile", record["phone_number"]]
        for record in records
    ]
    return _text(folder / "google.csv", [",".join(row) for row in (head, *rows)])


def outlook(folder: Path, records: Records) -> Path:
    """Write a file with as many columns as Outlook writes. Most of the columns are empty."""
    head = ["First Name", "Last Name", "E-mail Address", "Mobile Phone", *(f"User {number}" for number in range(88))]
    rows = [[record[name] for name in ("first_name", "last_name", "email", "phone_number")] for record in records]
    return _text(folder / "outlook.csv", [",".join(head), *(",".join([*row, *[""] * 88]) for row in rows)])


def syncopy(folder: Path, records: Records) -> Path:
    rows = [f"CONTACT;1;{index};{';'.join(record.values())};;;" for index, record in enumerate(records)]
    return _text(folder / "syncopy.csv", rows)


def json_document(folder: Path, records: Records) -> Path:
    return _text(folder / "a.json", [json.dumps({"contacts": records})])


def yaml_document(folder: Path, records: Records) -> Path:
    lines = ["contacts:"]
    for record in records:
        fields = [f'{name}: "{value}"' for name, value in record.items()]
        lines += [f"  - {fields[0]}", *(f"    {field}" for field in fields[1:])]
    return _text(folder / "a.yml", lines)


def xlsx(folder: Path, records: Records) -> Path:
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("People")
    sheet.append(list(FIELDS))
    for record in records:
        sheet.append(list(record.values()))
    workbook.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def vcard(folder: Path, records: Records) -> Path:
    cards = [
        f"BEGIN:VCARD\nVERSION:3.0\nN:{record['last_name']};{record['first_name']};;;\n"
        f"FN:{record['first_name']} {record['last_name']}\nEMAIL;type=INTERNET:{record['email']}\n"
        f"TEL;type=CELL;type=pref:{record['phone_number']}\nEND:VCARD"
        for record in records
    ]
    return _text(folder / "a.vcf", cards)


def _text(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


WRITERS: dict[str, Callable[[Path, Records], Path]] = {
    "csv": plain_csv,
    "yaml": yaml_document,
    "json": json_document,
    "syncopy": syncopy,
    "google": google,
    "outlook": outlook,
    "xlsx": xlsx,
    "vcard": vcard,
}


def reader() -> Callable[[str], int]:
    """Return a function that reads and checks a file with the code of this checkout, and returns the number of
    contacts.
    """
    tree = tempfile.mkdtemp()
    sys.path.insert(0, str(make_tree(Path(tree))))
    utils = "ansible_collections.community.linkengage.plugins.module_utils"
    sources, declared, phone = (
        importlib.import_module(f"{utils}.{name}") for name in ("_book.sources", "_book.declared", "_model.phone")
    )

    def read(path: str) -> int:
        numbering = phone.numbering_of("47")
        return len(declared.understand(sources.read_source(path).entries, numbering, "skip").contacts)

    return read


def measure() -> dict[str, float]:
    """Return the median time of each format in seconds.

    The formats are measured in turns, so that a slow minute of the machine affects all of them.
    """
    read, records = reader(), book.contacts(ROWS)
    taken: dict[str, list[float]] = {name: [] for name in WRITERS}
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: str(write(Path(folder), records)) for name, write in WRITERS.items()}
        for _round in range(ROUNDS):
            for name, path in paths.items():
                start = time.perf_counter()
                if read(path) != ROWS:
                    raise SystemExit(f"{name}: not all rows were read")
                taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in taken.items()}


def main() -> int:
    """Print a table. Returns the number of formats that exceed their limit."""
    found = measure()
    missed = 0
    print(f"Reading and checking {ROWS} contacts, median of {ROUNDS}:")
    for name, seconds in found.items():
        ratio = seconds / found["csv"]
        limit = LIMITS.get(name)
        missed += limit is not None and ratio > limit
        print(f"  {name:<8} {seconds:6.2f} s  {ratio:5.2f} x CSV" + (f" (at most {limit:g})" if limit else ""))
    return missed

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The address books of the benchmark: the declared records, the records in the account, and the files."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

GROUPS = 5
CHANGED = 100  # in the state "changed", one of this number of contacts differs from the account
FIRST_NUMBER, FIRST_CONTACT, FIRST_GROUP = 4790100000, 1001, 101
STATES = ("unchanged", "changed", "new")
WIRE = {
    "phone_number": "PhoneNumber",
    "first_name": "Firstname",
    "last_name": "Lastname",
    "email": "Email",
    "description": "Description",
}
Record = dict[str, Any]


def members_of_a_group(size: int) -> int:
    """Return the number of contacts in each group: one percent of all contacts, and at least one."""
    return max(size // 100, 1)


def contacts(size: int) -> list[Record]:
    """Return the declared contacts."""
    return [
        {
            "phone_number": f"+{FIRST_NUMBER + index}",
            "first_name": f"Kari {index}",
            "last_name": "Nordmann",
            "email": f"kari.{index}@example.com",
            "description": f"Department {index % 50}",
        }
        for index in range(size)
    ]


def groups(size: int) -> list[Record]:
    """Return the declared groups with the phone numbers of their members."""
    each = members_of_a_group(size)
    return [
        {
            "name": f"On call {group}",
            "description": "Called at night",
            "members": [f"+{FIRST_NUMBER + index % size}" for index in range(group * each, (group + 1) * each)],
        }
        for group in range(GROUPS if size else 0)
    ]


def writes(size: int, state: str) -> int:
    """Return the number of writes that the account needs: one for each difference."""
    if state == "new":
        return size + GROUPS + GROUPS * members_of_a_group(size)
    return size // CHANGED if state == "changed" else 0


def seed(size: int, state: str) -> dict[str, list[Record]]:
    """Return the records that the account has before a run, with the field names of the API."""
    if state == "new":
        return {"contacts": [], "groups": []}
    held = [_held(index, contact) for index, contact in enumerate(contacts(size))]
    if state == "changed":
        for contact in held[CHANGED - 1 :: CHANGED]:
            contact["Lastname"] = "Hansen"
    return {"contacts": held, "groups": [_held_group(index, group) for index, group in enumerate(groups(size))]}


def _held(index: int, contact: Record) -> Record:
    record = {WIRE[name]: value for name, value in contact.items()}
    return {**record, "PhoneNumber": contact["phone_number"].lstrip("+"), "ContactId": FIRST_CONTACT + index}


def _held_group(index: int, group: Record) -> Record:
    members = [int(number) - FIRST_NUMBER + FIRST_CONTACT for number in group["members"]]
    return {
        "GroupId": FIRST_GROUP + index,
        "Name": group["name"],
        "Description": group["description"],
        "members": members,
    }


def write_sources(folder: Path, size: int) -> dict[str, Path]:
    """Write the declared address book to files.

    There are four forms: json, yaml, csv and vars. csv is a folder, because a CSV file cannot contain groups.
    """
    declared = {"contacts": contacts(size), "groups": groups(size)}
    paths = {"json": folder / f"{size}.json", "yaml": folder / f"{size}.yml", "csv": folder / f"{size}-csv"}
    paths["json"].write_text(json.dumps(declared, indent=1), encoding="utf-8")
    paths["yaml"].write_text(_yaml(declared), encoding="utf-8")
    paths["csv"].mkdir(exist_ok=True)
    _write_csv(paths["csv"] / "contacts.csv", declared["contacts"])
    (paths["csv"] / "groups.yml").write_text(_yaml({"groups": declared["groups"]}), encoding="utf-8")
    paths["vars"] = folder / f"{size}-vars.yml"
    paths["vars"].write_text(_yaml({f"bench_{part}": records for part, records in declared.items()}), encoding="utf-8")
    return paths


def _yaml(parts: dict[str, list[Record]]) -> str:
    """Return YAML in block style. Each scalar is JSON, because JSON is also valid YAML."""
    lines = []
    for part, records in parts.items():
        lines.append(f"{part}:")
        for record in records:
            for place, (name, value) in enumerate(record.items()):
                start = "  - " if place == 0 else "    "
                lines.append(f"{start}{name}:" + ("" if isinstance(value, list) else f" {json.dumps(value)}"))
                lines += [f"      - {json.dumps(item)}" for item in value] if isinstance(value, list) else []
    return "\n".join(lines) + "\n"


def _write_csv(path: Path, records: list[Record]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(records[0]))
        writer.writeheader()
        writer.writerows(records)

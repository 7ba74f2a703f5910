# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A slow and simple model of linkengage_address_book, for the differential test: what an account must contain
afterwards.

The model is written from the documentation of the module. It uses the records of the API, and imports nothing from the
collection. Numbers are Norwegian mobile numbers, so that a few lines can compare their spellings.

To add an option, let ``test_differential.py`` draw its values, and add its step to ``Model``.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]
FIELDS = {
    "phone_number": "PhoneNumber",
    "first_name": "Firstname",
    "last_name": "Lastname",
    "email": "Email",
    "description": "Description",
    "description2": "Description2",
    "description3": "Description3",
    "name": "Name",
}


class Refused(Exception):
    """The module must fail before it writes anything."""


def digits(number: str | None) -> str:
    """Return the eight digits of a Norwegian number in any spelling."""
    text = re.sub(r"[ \-]", "", number or "")
    return re.sub(r"^(\+47|0047|47(?=\d{8}$))", "", text)


@dataclass
class State:
    """The contacts and groups by id. A group has its ``members``. New records have negative ids."""

    contacts: dict[int, Record] = field(default_factory=dict)
    groups: dict[int, Record] = field(default_factory=dict)

    def with_number(self, number: str) -> list[int]:
        return sorted(id for id, record in self.contacts.items() if digits(record["PhoneNumber"]) == digits(number))

    def with_name(self, name: str) -> list[int]:
        return sorted(id for id, record in self.groups.items() if record["Name"] == name)

    def content(self, first_new: int) -> Any:
        """Return the records to compare.

        Ids from *first_new* belong to new records, so their contacts are named by numbers.
        """

        def known(id: int) -> Any:
            return id if 0 < id < first_new else digits(self.contacts[id]["PhoneNumber"])

        contacts = [
            (
                str(known(id)),
                *(str(record.get(name) or "") for name in ("Firstname", "Email", "Description2", "Description3")),
            )
            for id, record in self.contacts.items()
        ]
        groups = [
            (record["Name"], record["Description"] or "", sorted(str(known(member)) for member in record["members"]))
            for record in self.groups.values()
        ]
        return sorted(contacts), sorted(groups)


class Model:
    """The expected state after a run with the *options* of the module. Raises Refused."""

    def __init__(self, before: State, options: dict[str, Any]) -> None:
        self.state = copy.deepcopy(before)
        self.options = options
        self.problems = 0
        self._new = 0
        self._used: set[tuple[str, int]] = set()  # records that entries are for
        self._needed: set[int] = set()  # contacts that declared groups need
        self._absent: list[tuple[str, int]] = []
        self._refuse_contradictions()
        for entry in options.get("contacts", []):
            self._contact(entry)
        for entry in options.get("groups", []):
            self._group(entry)
        self._find_absent()
        self._delete([*self._absent, *self._purged()])

    def _refuse_contradictions(self) -> None:
        declared = {digits(entry.get("phone_number")) for entry in self.options.get("contacts", [])}
        for group in self.options.get("groups", []):
            declared |= {digits(member) for member in group.get("members", []) if isinstance(member, str)}
        names = {group["name"] for group in self.options.get("groups", [])}
        absent = self.options.get("absent", {})
        if declared & set(map(digits, absent.get("contacts", []))) or names & set(absent.get("groups", [])):
            raise Refused

    # Declared records

    def _contact(self, entry: Record) -> None:
        id = entry.get("contact_id")
        found = (
            self.state.with_number(entry["phone_number"]) if id is None else [id] if id in self.state.contacts else []
        )
        if (id is not None and not found) or self._is_ambiguous(found):
            self.problems += 1
            return
        values = {FIELDS[name]: value for name, value in entry.items() if name in FIELDS and name != "phone_number"}
        if not found:
            found = [self._create(self.state.contacts, {"PhoneNumber": "47" + digits(entry["phone_number"])})]
        self._write("contacts", found[0], values, "Description3")

    def _group(self, entry: Record) -> None:
        found = self.state.with_name(entry["name"])
        if self._is_ambiguous(found):
            self.problems += 1
            return
        values = {FIELDS[name]: value for name, value in entry.items() if name in FIELDS}
        if not found:
            found = [self._create(self.state.groups, {"Name": entry["name"], "Description": "", "members": []})]
        self._write("groups", found[0], values, "Description")
        if "members" in entry:
            self._members(self.state.groups[found[0]], entry["members"])

    def _create(self, records: dict[int, Record], record: Record) -> int:
        self._new -= 1
        records[self._new] = record
        return self._new

    def _write(self, kind: str, id: int, values: Record, marker_field: str) -> None:
        self._used.add((kind, id))
        record = getattr(self.state, kind)[id]
        record.update(values)
        text, marker = record.get(marker_field) or "", self.options.get("marker", "")
        if marker and marker not in text.split():
            record[marker_field] = f"{text} {marker}".strip()

    def _is_ambiguous(self, found: list[int]) -> bool:
        return len(found) > 1 and self.options.get("on_duplicate", "fail") == "fail"

    def _members(self, group: Record, entries: list[Any]) -> None:
        before, wanted, complete = set(group["members"]), set(), True
        by_id = {entry["contact_id"] for entry in entries if isinstance(entry, dict)} & set(self.state.contacts)
        for entry in entries:
            found = self._member(entry, before | by_id)
            complete = complete and bool(found)
            wanted |= found
        self._needed |= wanted
        group["members"] = sorted(wanted if complete else wanted | before)

    def _member(self, entry: Any, before: set[int]) -> set[int]:
        """Return the contacts of one entry for a member; empty if the entry is a problem."""
        if isinstance(entry, dict):
            found = {entry["contact_id"]} & set(self.state.contacts)
        else:
            same = self.state.with_number(entry)
            found = set(same) & before or ({same[0]} if same and not self._is_ambiguous(same) else set())
        self.problems += not found
        return found

    # Deletions

    def _find_absent(self) -> None:
        absent = self.options.get("absent", {})
        found = [("contacts", self.state.with_number(number)) for number in absent.get("contacts", [])]
        found += [("groups", self.state.with_name(name)) for name in absent.get("groups", [])]
        for kind, ids in found:
            if len(ids) > 1:
                self.problems += 1
            elif ids and ((kind, ids[0]) in self._used or (kind == "contacts" and ids[0] in self._needed)):
                raise Refused
            elif ids and (kind, ids[0]) not in self._absent:
                self._absent.append((kind, ids[0]))

    def _purged(self) -> list[tuple[str, int]]:
        purge, marker = self.options.get("purge", []), self.options.get("marker", "")
        places = {"contacts": "Description3", "groups": "Description"}
        ours = [
            (kind, id)
            for kind in purge
            for id, record in getattr(self.state, kind).items()
            if marker in (record.get(places[kind]) or "").split() and (kind, id) not in self._used
        ]
        ours = [entry for entry in ours if entry not in self._absent]
        needed = [entry for entry in ours if entry[0] == "contacts" and entry[1] in self._needed]
        self.problems += len(needed)
        return [] if self.problems else ours

    def _delete(self, records: list[tuple[str, int]]) -> None:
        for kind, id in records:
            del getattr(self.state, kind)[id]
            if kind == "contacts":
                for group in self.state.groups.values():
                    group["members"] = [member for member in group["members"] if member != id]

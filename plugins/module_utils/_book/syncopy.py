# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The CSV of Syncopy, the vendor's directory sync (contract: another master: Syncopy).

The file has no header. Each row begins with its kind. The ids in the file come from the directory, not from the
service.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .._errors import InvalidInput
from .documents import Document
from .entries import Entry
from .table import number

KINDS = ("ORGANIZATION", "USER", "GROUP", "CONTACT")
FIELDS = ("phone_number", "first_name", "last_name", "email", "description", "description2", "description3")
FIRST = 3  # cells before the fields of a contact: the kind, the organisation, and the id in the directory
GROUPS = FIRST + len(FIELDS)  # the cell with the ids of the groups of a contact, separated by |


def is_syncopy(text: str) -> bool:
    """Return whether the first row of a text is a row of Syncopy."""
    return text.lstrip("\ufeff \r\n").partition(";")[0] in KINDS


def read_syncopy(text: str, file: str) -> Document:
    """Return the contacts, and the groups with their members, each with the *file* and its line."""
    contacts: list[Entry] = []
    groups: dict[str, tuple[str, dict[str, Any]]] = {}
    members: list[tuple[str, str, str]] = []
    places: dict[str, list[str]] = {}
    for where, cells in _rows(text, file):
        kind = cells[0]
        if kind == "CONTACT":
            entry = _contact(where, cells)
            contacts.append((where, entry))
            ids = cells[GROUPS].split("|") if len(cells) > GROUPS else []
            members += [(where, id.strip(), cells[FIRST].strip()) for id in ids if id.strip() and len(cells) > FIRST]
        elif kind == "GROUP" and len(cells) > FIRST and cells[2].strip() in groups:
            first = groups[cells[2].strip()][0]
            problem = f"this GROUP row has the same id as the GROUP row in {first}. Correct one of the two ids."
            contacts.append((where, InvalidInput(f"{where}: {problem}")))
        elif kind == "GROUP" and len(cells) > FIRST and cells[2].strip():
            groups[cells[2].strip()] = (where, {"name": cells[3].strip(), "members": []})
        elif kind not in KINDS or kind == "GROUP":
            contacts.append((where, InvalidInput(f"{where}: {_known()}")))
    for where, id, phone in members:
        if id in groups:
            groups[id][1]["members"].append(phone)
            places.setdefault(groups[id][0], []).append(where)
        else:
            advice = "Add a GROUP row with this id, or remove the id from this CONTACT row."
            contacts.append((where, InvalidInput(f"{where}: there is no GROUP row with the id {id}. {advice}")))
    return Document({"contacts": contacts, "groups": list(groups.values())}, places)


def _rows(text: str, file: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the rows. They need no quotes, because fields contain no semicolon."""
    for line, row in enumerate(text.splitlines(), 1):
        if row.strip():
            yield f"{file} line {line}", row.split(";")


def _contact(where: str, cells: list[str]) -> Any:
    values = dict(zip(FIELDS, (cell.strip() for cell in cells[FIRST:])))
    try:
        if "phone_number" not in values:
            raise InvalidInput("a CONTACT row needs a phone number. Add the number.")
        if any(cell.strip() for cell in cells[GROUPS + 1 :]):
            raise InvalidInput(f"the row has {len(cells)} cells, but a CONTACT row has {GROUPS + 1} cells.")
        return {**values, "phone_number": number(values["phone_number"])}
    except InvalidInput as error:
        return InvalidInput(f"{where}: {error}")


def _known() -> str:
    kinds = f"{', '.join(KINDS[:-1])} or {KINDS[-1]}"
    return f"each row of a Syncopy file must begin with {kinds}. A GROUP row also needs an id and a name."

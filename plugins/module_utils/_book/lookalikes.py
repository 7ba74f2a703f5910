# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Warnings about records that are possibly the same: names that look alike, and numbers of one subscriber. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from .._model.changes import Change, Create
from .._model.fields import Record
from .._model.phone import Numbering
from .._model.resources import CONTACT
from .._model.values import mask
from .declared import DeclaredGroup


def similar_groups(declared: Iterable[DeclaredGroup], stored: Iterable[Record]) -> list[str]:
    """A warning for each declared group whose name looks like that of another group."""
    places: dict[str, dict[str, str]] = {}
    for record in stored:
        name = str(record["name"] or "")
        places.setdefault(folded_name(name), {}).setdefault(name, f"group {record['group_id']}")
    warnings = []
    for group in declared:
        alike = places.setdefault(folded_name(group.name), {})
        warnings += [
            f"{group.where}: the name {group.name!r} differs from {other!r} ({place}) only in blanks, case or the "
            "composition of characters. Check that two groups are meant."
            for other, place in alike.items()
            if group.name and other != group.name
        ]
        alike.setdefault(group.name, group.where)
    return warnings


def folded_name(name: str) -> str:
    return "".join(unicodedata.normalize("NFC", name).casefold().split())


def similar_contacts(changes: Sequence[Change], stored: Iterable[Record], numbering: Numbering) -> list[str]:
    """A warning for each new contact that is possibly another one, stored or new, in another form of its number."""
    new = [change for change in changes if isinstance(change, Create) and change.resource is CONTACT]
    forms = {change.id.text: numbering.possibly_same(change.id.text) for change in new}
    places = {change.id.text: change.where for change in new}
    wanted = set().union(*forms.values()) if forms else set()
    if not wanted:
        return []
    for record in stored:
        number = numbering.key(record["phone_number"])
        if number in wanted:
            places.setdefault(number, f"contact {record['contact_id']}")
    return [
        f"{change.where}: {mask(change.id.text)} is possibly the same as {mask(other)} ({places[other]}). Write both "
        "in the same way if they are one person."
        for change in new
        for other in sorted(forms[change.id.text])
        if other in places
    ]

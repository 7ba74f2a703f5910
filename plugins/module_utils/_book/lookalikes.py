# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Warnings about records that are possibly the same: similar names of groups, and other forms of a number. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .._model.changes import Change, Create
from .._model.fields import Record
from .._model.names import DIFFERENCE, TWO_MEANT, alike, folded
from .._model.phone import Numbering, possibly_same
from .._model.resources import CONTACT
from .declared import DeclaredGroup


def similar_groups(declared: Sequence[DeclaredGroup], absent: Iterable[str], stored: Sequence[Record]) -> list[str]:
    """Return a warning for each declared or absent group whose name looks like the name of another group."""
    named = [(group.where, group.name) for group in declared] + [("absent", name) for name in sorted(absent)]
    places: dict[str, tuple[str, str]] = {}
    warnings = []
    looks = _by_look(stored)
    for where, name in named:
        look = folded(name)
        warnings += alike(where, name, looks.get(look, []))
        first, place = places.setdefault(look, (name, where))
        if first != name:
            warnings.append(f"{where}: the name {name!r} differs from {first!r} ({place}) {DIFFERENCE}. {TWO_MEANT}")
    return warnings


def _by_look(groups: Iterable[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for group in groups:
        found.setdefault(folded(group["name"] or ""), []).append(group)
    return found


def similar_contacts(changes: Sequence[Change], stored: Iterable[Record], numbering: Numbering) -> list[str]:
    """Return a warning for each new contact whose number is possibly another form of the number of another contact.

    The other contact can be stored or new.
    """
    new = [change for change in changes if isinstance(change, Create) and change.resource is CONTACT]
    forms = {change.id.text: numbering.possibly_same(change.id.text) for change in new}
    places = {change.id.text: change.where for change in new}
    wanted = set().union(*forms.values()) if forms else set()
    if not wanted:
        return []
    for record in stored:
        number = numbering.key(record["phone_number"])
        if number in wanted:
            places.setdefault(number, f"the contact with id {record['contact_id']}")
    warnings, named = [], set()
    for change in new:
        named.add(change.id.text)
        warnings += [
            possibly_same(change.where, change.id.text, other, places[other])
            for other in sorted(forms[change.id.text])
            # For two new contacts, there is only one warning.
            if other in places and (other in named or other not in forms)
        ]
    return warnings

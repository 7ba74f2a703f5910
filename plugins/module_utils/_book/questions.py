# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Questions about a plan: is a new record a stored record whose number or name has changed? Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._model.changes import AddMember, Change, Create, Id
from .._model.fields import Record
from .._model.names import folded
from .._model.phone import Numbering
from .._model.resources import CONTACT, GROUP, title
from .._model.values import mask
from .book import Question
from .entries import PREVIOUS_NUMBER
from .register import Register


def questions_about(
    changes: Sequence[Change],
    contacts: Register,
    groups: Register,
    members: Mapping[int, Sequence[Record]],
    numbering: Numbering,
) -> list[Question]:
    """Return a question for each new record that has something in common with a stored record without an entry."""
    new = [change for change in changes if isinstance(change, Create)]
    people = [change for change in new if change.resource is CONTACT]
    teams = [change for change in new if change.resource is GROUP]
    return [
        *(_about_people(people, contacts, numbering) if people else ()),
        *(_about_groups(teams, changes, groups, members) if teams else ()),
    ]


def _about_people(new: list[Create], contacts: Register, numbering: Numbering) -> list[Question]:
    held: dict[tuple[str, str], Record] = {}
    for record in contacts.unclaimed([]):
        for trait in _traits(record):
            held.setdefault(trait, record)
    questions = []
    for change in new:
        shared = [trait for trait in _traits(change.record) if trait in held]
        if not shared:
            continue
        record = held[shared[-1]]  # an e-mail address identifies a person better than a name
        same = " and ".join(what for what, _value in shared if held[what, _value] is record)
        id, stored = record[CONTACT.id], record["phone_number"] or ""
        number = numbering.as_option(stored)
        questions.append(
            Question(
                change.where,
                f"is this the contact with id {id} ({mask(stored)}) with a changed number? That contact is not "
                f"declared and has the same {same} as this entry.",
                f'{PREVIOUS_NUMBER}: "{number}"' if number else f"{CONTACT.id}: {id}",
                f'{PREVIOUS_NUMBER}: "{mask(number)}" (the return value `questions` contains the complete number)'
                if number
                else "",
            )
        )
    return questions


def _traits(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    name, email = folded(title(CONTACT, record) or ""), (record.get("email") or "").strip().casefold()
    return [trait for trait in (("name", name), ("e-mail address", email)) if trait[1]]


def _about_groups(
    new: list[Create], changes: Sequence[Change], groups: Register, members: Mapping[int, Sequence[Record]]
) -> list[Question]:
    coming: dict[Id, set[Id]] = {}
    for change in changes:
        if isinstance(change, AddMember):
            coming.setdefault(change.id, set()).add(change.member)
    inside: dict[frozenset[Id], Record] = {}
    for record in groups.unclaimed([]):
        ids: frozenset[Id] = frozenset(int(member[CONTACT.id]) for member in members.get(groups.id_of(record), ()))
        if ids:
            inside.setdefault(ids, record)
    questions = []
    for change in new:
        found = inside.get(frozenset(coming.get(change.id, ())))
        if found is not None:
            questions.append(
                Question(
                    change.where,
                    f"was the group with id {found[GROUP.id]} renamed? This group is not declared and has the same "
                    "members as this entry.",
                    f"previous_names: [{_quoted(found['name'] or '')}]",
                )
            )
    return questions


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

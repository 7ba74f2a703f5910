# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Looks up many terms in one or more calls. Each record is read only once, until the task writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._model.fields import Record
from .._model.resources import CONTACT, GROUP, USER
from .._service.client import Client
from .contacts import contact_ref
from .groups import choose_group, group_ref
from .many import find_contacts, key_of


class LookUps:
    """The lookups in one account."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._forget()

    def _forget(self) -> None:
        self._writes = self._client.writes
        self._contacts: dict[Any, Record | None] = {}
        self._groups: list[Record] | None = None
        self._members: dict[int, list[Record]] = {}

    def find(self, resource: str, terms: list[Any]) -> list[Any]:
        """Return one result for each term, or None. *resource* is a key of FINDERS. Raises LinkEngageError."""
        if self._client.writes != self._writes:
            self._forget()
        return FINDERS[resource](self, terms)

    def doubts(self) -> list[str]:
        """Return the warnings about terms since the last call."""
        return self._client.notes()

    def user(self, terms: list[Any]) -> list[Any]:
        return [USER.present(self._client.user())]

    def contacts(self, terms: list[Any]) -> list[Any]:
        refs = [contact_ref(term, f"term {index}", self._client.numbering) for index, term in enumerate(terms, 1)]
        new = [ref for ref in refs if key_of(ref) not in self._contacts]
        self._contacts.update({key_of(ref): record for ref, record in find_contacts(self._client, new).items()})
        found = [self._contacts[key_of(ref)] for ref in refs]
        return [self._client.present(CONTACT, [record])[0] if record else None for record in found]

    def groups(self, terms: list[Any]) -> list[Any]:
        return [GROUP.present(group) if group else None for group in self._chosen(terms)]

    def members(self, terms: list[Any]) -> list[Any]:
        return [self._members_of(group["group_id"]) if group else None for group in self._chosen(terms)]

    def _chosen(self, terms: list[Any]) -> list[Record | None]:
        refs = [group_ref(term, f"term {index}") for index, term in enumerate(terms, 1)]
        if self._groups is None:
            self._groups = self._client.list_records(GROUP)
        return [choose_group(self._groups, ref, self._client) for ref in refs]

    def _members_of(self, group_id: int) -> list[Record]:
        if group_id not in self._members:
            self._members[group_id] = self._client.members(group_id)
        return self._client.present(CONTACT, self._members[group_id])


FINDERS: dict[str, Callable[[LookUps, list[Any]], list[Any]]] = {
    "contact": LookUps.contacts,
    "group": LookUps.groups,
    "members": LookUps.members,
    "user": LookUps.user,
}

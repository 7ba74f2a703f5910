# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""An account's address book as it is, and what there is to do to it. Pure: no I/O and no Ansible."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._model.changes import AddMember, Change, Create, Delete, Id, Key, RemoveMember, Update
from .._model.fields import Record
from .._model.plan import Value, differences


@dataclass(frozen=True)
class Book:
    """An account's address book.

    ``whole`` is False where only what is declared was looked up; ``total`` is then how many contacts there are, where
    that was asked.
    """

    contacts: Sequence[Record] = ()
    groups: Sequence[Record] = ()
    members: Mapping[int, Sequence[Record]] = field(default_factory=dict)
    whole: bool = True
    total: int | None = None


@dataclass(frozen=True)
class Sync(Value):
    """What there is to do to an address book: changes in the order of their making, and what is left alone."""

    changes: Sequence[Change] = ()
    problems: Sequence[tuple[str, str]] = ()
    unchanged: Mapping[str, int] = field(default_factory=dict)
    unmanaged: Mapping[str, Sequence[str]] = field(default_factory=dict)
    withheld: int = 0

    @property
    def plan_id(self) -> str:
        """The same for the same changes, whatever order the server or the source has them in."""
        text = json.dumps(sorted(_canonical(change) for change in self.changes))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _canonical(change: Change) -> list[Any]:
    def shown(id: Id | str | None) -> Any:
        return ["new", id.text] if isinstance(id, Key) else ["", str(id)]

    after = differences(change.record, _before(change)) if isinstance(change, (Create, Update)) else {}
    names = [item.name for item in change.resource.writable] if isinstance(change, Delete) else list(after)
    held = _before(change)
    before = {name: held.get(name) or "" for name in names} if held else {}
    return [
        change.action,
        change.resource.name,
        shown(change.id),
        shown(change.member if isinstance(change, (AddMember, RemoveMember)) else None),
        json.dumps([before, after], sort_keys=True, default=str),
    ]


def _before(change: Change) -> Record:
    """The record as it is, where a change replaces or deletes one."""
    return change.before if isinstance(change, (Update, Delete)) else {}

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The current address book of an account, and the changes that a plan makes in it. Pure: no I/O and no Ansible."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._model.changes import AddMember, Change, Create, Delete, Id, Key, RemoveMember, Update
from .._model.fields import Record
from .._model.frozen import Value
from .._model.plan import differences


@dataclass(frozen=True)
class Book(Value):
    """The address book of an account.

    ``whole`` is False if only the declared contacts were looked up. Then ``total`` is the number of all contacts, if it
    was read.
    """

    contacts: Sequence[Record] = ()
    groups: Sequence[Record] = ()
    members: Mapping[int, Sequence[Record]] = field(default_factory=dict)
    whole: bool = True
    total: int | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether the account certainly has no contacts."""
        return not self.contacts and (self.whole or self.total == 0)


@dataclass(frozen=True)
class Question:
    """A question about a new record.

    - ``sentence`` is the question. It contains no personal data.
    - ``line`` is the line that the user adds to the entry if the answer is yes.
    - ``masked`` is used in logs instead of ``line`` if ``line`` contains personal data.
    """

    where: str
    sentence: str
    line: str
    masked: str = ""

    def shown(self, people: str) -> str:
        """Return the question with the line to add. *people* is ``true`` if personal data may be shown."""
        line = self.line if people == "true" or not self.masked else self.masked
        return f"{self.where}: {self.sentence} If yes, add to the entry: {line}"


@dataclass(frozen=True)
class Sync(Value):
    """The changes of an address book in their order, and the records that are not changed.

    - ``unmanaged`` has the records without an entry, if the whole address book was read.
    - ``notes`` are sentences about records that the user should check.
    - ``questions`` ask whether a new record is a stored record under another number or name.
    - ``places`` has, for each declared group that exists, the place of its entry, by the id of the group.
    """

    changes: Sequence[Change] = ()
    problems: Sequence[tuple[str, str]] = ()
    unchanged: Mapping[str, int] = field(default_factory=dict)
    unmanaged: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    withheld: int = 0
    notes: Sequence[str] = ()
    questions: Sequence[Question] = ()
    places: Mapping[int, str] = field(default_factory=dict)

    @property
    def plan_id(self) -> str:
        """An id that is the same for the same changes, whatever the order in the service and in the source is."""
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
        sorted(change.memberships) if isinstance(change, Delete) else [],
        json.dumps([before, after], sort_keys=True, default=str),
    ]


def _before(change: Change) -> Mapping[str, Any]:
    """Return the current record if the change replaces or deletes a record."""
    return change.before if isinstance(change, (Update, Delete)) else {}

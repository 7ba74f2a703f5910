# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.
"""The kinds of changes that a plan can hold, and the order in which a large plan makes them. Pure.

``action`` is the name of a kind in results. ``id`` is the record that a change is about, and ``where`` is the entry
that asked for the change, in plans with many entries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Union

from .._errors import UnknownChange
from .fields import Record, Resource
from .resources import GROUP, MESSAGE, REQUEST


@dataclass(frozen=True)
class Key:
    """A record that the same plan creates, and that has no id yet: its canonical number or its name."""

    resource: Resource
    text: str


Id = Union[int, Key]


@dataclass(frozen=True)
class Create:
    """Make a record. Later changes of the same plan name it by its key."""

    action: ClassVar[str] = "create"
    resource: Resource
    id: Key
    record: Record
    where: str = ""


@dataclass(frozen=True)
class Update:
    """Replace a record whole; ``before`` is the record as it is."""

    action: ClassVar[str] = "update"
    resource: Resource
    id: int
    record: Record
    before: Record = field(default_factory=dict)
    where: str = ""


@dataclass(frozen=True)
class Delete:
    """Delete a record; ``before`` is the record as it is."""

    action: ClassVar[str] = "delete"
    resource: Resource
    id: int
    before: Record = field(default_factory=dict)
    where: str = ""


@dataclass(frozen=True)
class AddMember:
    """Add a contact to a group. The plan may create either of them."""

    action: ClassVar[str] = "add_member"
    resource: ClassVar[Resource] = GROUP
    id: Id
    member: Id
    where: str = ""


@dataclass(frozen=True)
class RemoveMember:
    """Take a contact out of a group."""

    action: ClassVar[str] = "remove_member"
    resource: ClassVar[Resource] = GROUP
    id: int
    member: int
    where: str = ""


@dataclass(frozen=True)
class Send:
    """Send a message."""

    action: ClassVar[str] = "send"
    resource: ClassVar[Resource] = MESSAGE
    id: Key
    record: Record
    where: str = ""


@dataclass(frozen=True)
class Cancel:
    """Delete a message that waits until it is due."""

    action: ClassVar[str] = "cancel"
    resource: ClassVar[Resource] = MESSAGE
    id: str
    due: datetime
    where: str = ""


@dataclass(frozen=True)
class Request:
    """A request of the user's own, as ``Client.request`` takes it."""

    action: ClassVar[str] = "request"
    resource: ClassVar[Resource] = REQUEST
    id: Key
    record: Record
    where: str = ""


Change = Union[Create, Update, Delete, AddMember, RemoveMember, Send, Cancel, Request]

# Records are there before somebody is added to a group, and a member leaves a group before a record is deleted.
ORDER: tuple[type, ...] = (Create, Update, AddMember, RemoveMember, Delete, Send, Cancel, Request)


def position(change: Change) -> int:
    """The place of a change in a plan that is sorted. Raises UnknownChange."""
    require_known([change], ORDER)
    return ORDER.index(type(change))


def require_known(changes: Iterable[Change], kinds: Iterable[type]) -> None:
    """Raise UnknownChange where a change is of none of the *kinds*."""
    known = set(kinds)
    for change in changes:
        if type(change) not in known:
            raise UnknownChange(
                f"The plan has a change of an unknown kind ({type(change).__name__}). Nothing was written. "
                "This is an error in the collection. Report it."
            )

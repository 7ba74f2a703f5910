# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.
"""The kinds of changes that a plan can contain, and the order in which a large plan makes them. Pure.

Each kind has ``action``, its name in results. ``id`` is the record that is changed. In a plan with many entries,
``where`` is the entry that asked for the change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Union

from .._errors import UnknownChange
from .fields import Resource
from .frozen import Value
from .resources import GROUP, MESSAGE, REQUEST


@dataclass(frozen=True)
class Key:
    """A record that the same plan creates.

    It has no id yet, so ``text`` identifies it: its canonical number or its name.
    """

    resource: Resource
    text: str


Id = Union[int, Key]


@dataclass(frozen=True)
class Create(Value):
    """Create a record. Later changes of the same plan use its key, because the record has no id yet.

    ``again`` is True if the record was deleted earlier. Another record can then have its number or name, so the new
    record is never searched by number or name.
    """

    action: ClassVar[str] = "create"
    resource: Resource
    id: Key
    record: Mapping[str, Any]
    where: str = ""
    again: bool = False


@dataclass(frozen=True)
class Update(Value):
    """Replace a whole record. ``before`` is the record as it is now.

    ``managed`` are the fields whose values are declared, including fields that already have the declared value. If
    ``managed`` is empty, the fields that differ are used.
    """

    action: ClassVar[str] = "update"
    resource: Resource
    id: int
    record: Mapping[str, Any]
    before: Mapping[str, Any] = field(default_factory=dict)
    where: str = ""
    managed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delete(Value):
    """Delete a record. ``before`` is the record as it is now.

    ``memberships`` are the memberships that end with the record, if they are known. For a group these are the ids of
    its members, for a contact the ids of its groups.
    """

    action: ClassVar[str] = "delete"
    resource: Resource
    id: int
    before: Mapping[str, Any] = field(default_factory=dict)
    where: str = ""
    memberships: tuple[int, ...] = ()


@dataclass(frozen=True)
class AddMember(Value):
    """Add a contact to a group. The same plan can create the contact and the group."""

    action: ClassVar[str] = "add_member"
    resource: ClassVar[Resource] = GROUP
    id: Id
    member: Id
    where: str = ""


@dataclass(frozen=True)
class RemoveMember(Value):
    """Remove a contact from a group."""

    action: ClassVar[str] = "remove_member"
    resource: ClassVar[Resource] = GROUP
    id: int
    member: int
    where: str = ""


@dataclass(frozen=True)
class Send(Value):
    """Send a message."""

    action: ClassVar[str] = "send"
    resource: ClassVar[Resource] = MESSAGE
    id: Key
    record: Mapping[str, Any]
    where: str = ""


@dataclass(frozen=True)
class Cancel(Value):
    """Delete a message that is not sent yet."""

    action: ClassVar[str] = "cancel"
    resource: ClassVar[Resource] = MESSAGE
    id: str
    due: datetime
    where: str = ""


@dataclass(frozen=True)
class Request(Value):
    """A request that linkengage_api sends. The fields have the form that ``Client.request`` needs."""

    action: ClassVar[str] = "request"
    resource: ClassVar[Resource] = REQUEST
    id: Key
    record: Mapping[str, Any]
    where: str = ""


Change = Union[Create, Update, Delete, AddMember, RemoveMember, Send, Cancel, Request]

# Members are added after all records exist, and removed before records are deleted.
ORDER: tuple[type, ...] = (Create, Update, AddMember, RemoveMember, Delete, Send, Cancel, Request)


def position(change: Change) -> int:
    """Return the position of a change in a sorted plan. Raises UnknownChange."""
    require_known([change], ORDER)
    return ORDER.index(type(change))


def require_known(changes: Iterable[Change], kinds: Iterable[type]) -> None:
    """Raise UnknownChange if a change is not of one of the *kinds*."""
    known = set(kinds)
    for change in changes:
        if type(change) not in known:
            raise UnknownChange(
                f"The plan of this run has a change of an unknown kind ({type(change).__name__}). Nothing was "
                "written. This is an error of the collection. Report the error as an issue."
            )

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of the resources, with one table for each resource. The order is that of the contract and of XML."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Union

from .clock import Clock
from .errors import NonsenseError, NotAcceptableError

Record = dict[str, Any]


class Kind(Enum):
    """The type of a single value."""

    BOOLEAN = "boolean"
    INTEGER = "int"
    TEXT = "string"
    DATE = "dateTime"


@dataclass(frozen=True)
class ListOf:
    """The type of a list of values of the same shape."""

    item: Kind | Resource


@dataclass(frozen=True)
class Field:
    """One field of a resource."""

    name: str
    shape: Kind | ListOf | Resource


@dataclass(eq=False)
class Resource:
    """A record with a name. A free record has no table, so it can have any fields."""

    name: str
    fields: list[Field] = field(default_factory=list)
    free: bool = False

    def member(self, name: str) -> Field | None:
        """Return the field with exactly this name, or None."""
        return next((member for member in self.fields if member.name == name), None)


Shape = Union[Kind, ListOf, Resource]
DEFAULTS = {Kind.BOOLEAN: False, Kind.INTEGER: 0}


def complete(resource: Resource, values: Record) -> Record:
    """Return all fields in their order. A missing field gets the default of its type."""
    return {member.name: values.get(member.name, _default(member.shape)) for member in resource.fields}


def _default(shape: Shape) -> Any:
    return DEFAULTS.get(shape) if isinstance(shape, Kind) else None


def check_names(resource: Resource, names: Iterable[str]) -> None:
    """Raise an error for the name of a field in the wrong case. Other unknown names are ignored."""
    known = {member.name.lower(): member.name for member in resource.fields}
    for name in names:
        if known.get(name.lower(), name) != name:
            raise NotAcceptableError(f"Unknown parameter {name}")


def from_text(kind: Kind, text: str, clock: Clock) -> Any:
    """Convert a text from XML or from a form to a value."""
    if kind is Kind.TEXT:
        return text
    if kind is Kind.DATE:
        return clock.read(text)
    text = text.strip()
    if kind is Kind.BOOLEAN and text in ("true", "1", "false", "0"):
        return text in ("true", "1")
    if kind is Kind.INTEGER and text.lstrip("-").isdecimal():
        return int(text)
    raise NonsenseError(f"{text!r} is not of type {kind.value}")


def _texts(names: str) -> list[Field]:
    return [Field(name, Kind.TEXT) for name in names.split()]


CONTACT = Resource(
    "Contact",
    [
        Field("CPAAccepted", Kind.BOOLEAN),
        Field("ContactId", Kind.INTEGER),
        Field("CreatedDate", Kind.DATE),
        *_texts("Description Description2 Description3 Email Firstname"),
        Field("IsPrivate", Kind.BOOLEAN),
        *_texts("Lastname PhoneNumber"),
    ],
)
GROUP = Resource(
    "Group",
    [
        Field("Description", Kind.TEXT),
        Field("GroupId", Kind.INTEGER),
        Field("IsPrivate", Kind.BOOLEAN),
        Field("Name", Kind.TEXT),
    ],
)
MESSAGE = Resource(
    "Message",
    [
        Field("FolderId", Kind.INTEGER),
        Field("HandledDate", Kind.DATE),
        Field("IsMergeMessage", Kind.BOOLEAN),
        Field("IsPrivate", Kind.BOOLEAN),
        *_texts("MessageId MessageStatus Receivers SenderNumber"),
        Field("Tariff", Kind.INTEGER),
        Field("Text", Kind.TEXT),
    ],
)
FOLDER = Resource(
    "Folder",
    [
        Field("FolderId", Kind.INTEGER),
        Field("FolderType", Kind.TEXT),
        Field("IsPrivate", Kind.BOOLEAN),
        Field("IsUserDeletable", Kind.BOOLEAN),
        Field("MessagesInFolder", Kind.INTEGER),
        Field("Name", Kind.TEXT),
        Field("ParentFolderId", Kind.INTEGER),
    ],
)
FOLDER.fields.append(Field("SubFolders", ListOf(FOLDER)))
FOLDER_MESSAGE = Resource(
    "FolderMessage",
    [
        Field("DeliverStatus", Kind.TEXT),
        Field("DeliverTime", Kind.DATE),
        *_texts("Direction From FromNumber MessageId MessageType ResourceURI"),
        Field("SendReceiveTime", Kind.DATE),
        *_texts("Text To"),
    ],
)
ORGANIZATION = Resource(
    "Organization", _texts("Description Description1Alias Description2Alias Description3Alias Edition Name")
)
SETTING = Resource("Setting", _texts("Name Value"))
USER = Resource(
    "User",
    [
        Field("AllowedFunctions", ListOf(Kind.TEXT)),
        Field("AllowedSenderIds", ListOf(Kind.TEXT)),
        Field("Organization", ORGANIZATION),
        Field("Settings", ListOf(SETTING)),
    ],
)
#: The additional resources of version 2. Their fields are not published.
FREE = {name: Resource(name[:-1].capitalize(), free=True) for name in ("services", "servicepoints", "users", "senders")}

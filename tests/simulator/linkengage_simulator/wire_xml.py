# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records as XML in the style of the DataContractSerializer of .NET."""

from __future__ import annotations

import re
from typing import Any, NoReturn
from xml.etree import ElementTree

from .clock import Clock
from .dialect import Dialect
from .errors import NonsenseError
from .schema import Kind, ListOf, Record, Resource, Shape, from_text

INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
SCALARS = "http://schemas.microsoft.com/2003/10/Serialization/"

#: Markup, and characters that are invisible or that a reader would change. .NET writes them as numeric references.
SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
#: The name of the elements of a list in a free record.
ITEM = "Item"


def encode(value: Any, shape: Shape, dialect: Dialect) -> bytes:
    """Return the bytes of a record, a list or a single value."""
    default = f' xmlns="{dialect.namespace}"' if dialect.namespace else ""
    attributes = f' xmlns="{SCALARS}"' if isinstance(shape, Kind) else f'{default} xmlns:i="{INSTANCE}"'
    return _element(_name(shape, dialect), value, shape, dialect, attributes).encode("utf-8")


def _name(shape: Shape, dialect: Dialect) -> str:
    if isinstance(shape, ListOf):
        return "ArrayOf" + (_name(shape.item, dialect) if isinstance(shape.item, Resource) else shape.item.value)
    return dialect.element(shape.name if isinstance(shape, Resource) else shape.value)


def _element(tag: str, value: Any, shape: Shape, dialect: Dialect, attributes: str = "") -> str:
    if value is None:
        return f'<{tag}{attributes} i:nil="true" />'
    if isinstance(shape, ListOf) and isinstance(shape.item, Kind):
        attributes += f' xmlns:d2p1="{ARRAYS}"'
    content = dialect.xml_date(value, tag) if shape is Kind.DATE else _content(value, shape, dialect)
    return f"<{tag}{attributes}>{content}</{tag}>"


def _content(value: Any, shape: Shape, dialect: Dialect) -> str:
    if isinstance(shape, ListOf):
        tag = f"d2p1:{shape.item.value}" if isinstance(shape.item, Kind) else _name(shape.item, dialect)
        return "".join([_element(tag, item, shape.item, dialect) for item in value])
    if isinstance(shape, Resource):
        if shape.free:
            return _free_content(value)
        return "".join([_element(member.name, value[member.name], member.shape, dialect) for member in shape.fields])
    if shape is Kind.BOOLEAN:
        return "true" if value else "false"
    return _escape(str(value))


def _free_content(value: Any) -> str:
    if isinstance(value, dict):
        return "".join([_free_element(tag, item) for tag, item in value.items()])
    if isinstance(value, list):
        return "".join([_free_element(ITEM, item) for item in value])
    return str(value).lower() if isinstance(value, bool) else _escape(str(value))


def _free_element(tag: str, value: Any) -> str:
    return f'<{tag} i:nil="true" />' if value is None else f"<{tag}>{_free_content(value)}</{tag}>"


def _escape(text: str) -> str:
    return SPECIAL.sub(lambda found: NAMED.get(found[0]) or f"&#x{ord(found[0]):X};", text)


class _Builder(ElementTree.TreeBuilder):
    def doctype(self, name: str, pubid: str | None, system: str | None) -> NoReturn:
        """Raise an error before a declared entity can be used."""
        raise NonsenseError("A document type is not allowed")


def decode(body: bytes, resource: Resource, dialect: Dialect) -> Record:
    """Return the fields that the service reads: those in its namespace and in the correct order."""
    try:
        root = ElementTree.fromstring(body, ElementTree.XMLParser(target=_Builder()))
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise NonsenseError(f"The body is not XML: {error}") from error
    if root.tag != _tag(resource.name, dialect):
        raise NonsenseError(f"The root is not a {resource.name} of the namespace of the service")
    if resource.free:
        free = _free_value(root)
        return free if isinstance(free, dict) else {}
    return _members(root, resource, dialect)


def _tag(name: str, dialect: Dialect) -> str:
    return f"{{{dialect.namespace}}}{name}" if dialect.namespace else name


def _members(root: ElementTree.Element, resource: Resource, dialect: Dialect) -> Record:
    values: Record = {}
    expected = list(resource.fields)
    for element in root:
        names = [_tag(member.name, dialect) for member in expected]
        if element.tag not in names:
            continue
        place = names.index(element.tag)
        member = expected[place]
        del expected[: place + 1]
        if isinstance(member.shape, Kind):
            values[member.name] = _value(element, member.shape, dialect.clock)
    return values


def _is_nil(element: ElementTree.Element) -> bool:
    return element.get(f"{{{INSTANCE}}}nil", "").strip() in ("true", "1")


def _value(element: ElementTree.Element, kind: Kind, clock: Clock) -> Any:
    if len(element) or (_is_nil(element) and kind is not Kind.TEXT):
        raise NonsenseError(f"{element.tag} is not of type {kind.value}")
    return None if _is_nil(element) else from_text(kind, element.text or "", clock)


def _free_value(element: ElementTree.Element) -> Any:
    if _is_nil(element):
        return None
    names = [child.tag.rpartition("}")[2] for child in element]
    if not names:
        return element.text or ""
    values = [_free_value(child) for child in element]
    return values if set(names) == {ITEM} else dict(zip(names, values))

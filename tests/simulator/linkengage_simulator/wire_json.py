# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records as JSON in the style of .NET."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NoReturn

from .clock import Clock
from .dialect import Dialect, in_camel_case
from .errors import NonsenseError
from .schema import Kind, ListOf, Record, Resource, Shape, check_names

TYPES: Mapping[Kind, Any] = {Kind.BOOLEAN: bool, Kind.INTEGER: int, Kind.TEXT: str, Kind.DATE: str}
UNCHANGED = (Kind.TEXT, Kind.BOOLEAN)  # values of these types look the same in every dialect
HALF = re.compile("[\ud800-\udfff]")
MEMBER_NAME = re.compile(r"[A-Za-z_][\w.-]*")


def encode(value: Any, shape: Shape, dialect: Dialect) -> bytes:
    """Return the bytes of a record, a list or a single value."""
    text = json.dumps(_plain(value, shape, dialect), ensure_ascii=False)
    # JSON contains slashes and half characters only inside strings, so this changes only texts.
    text = text.replace("/", "\\/") if dialect.escape_slashes else text
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return HALF.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode("utf-8")


def _plain(value: Any, shape: Shape, dialect: Dialect, field: str = "") -> Any:
    if value is None:
        return None
    if isinstance(shape, ListOf):
        return [_plain(item, shape.item, dialect) for item in value]
    if isinstance(shape, Resource):
        if shape.free:
            return value
        return {
            shown: value[name] if unchanged else _plain(value[name], kind, dialect, name)
            for name, shown, kind, unchanged in _members(shape, dialect.camel_case)
        }
    return dialect.json_date(value, field) if shape is Kind.DATE else dialect.id(field, value)


@cache
def _members(resource: Resource, camel_case: bool) -> list[tuple[str, str, Shape, bool]]:
    """Return for each field its name in the table, its name in JSON, its shape, and whether its value stays
    unchanged.
    """
    shown = in_camel_case if camel_case else str
    return [(each.name, shown(each.name), each.shape, each.shape in UNCHANGED) for each in resource.fields]


def decode(body: bytes, resource: Resource, dialect: Dialect) -> Record:
    """Return the fields in the body."""
    if dialect.refuses_dates(body):
        raise NonsenseError("The slashes of a date are not escaped")
    try:
        tree = json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NonsenseError(f"The body is not JSON: {error}") from error
    if not isinstance(tree, dict):
        raise NonsenseError(f"A {resource.name} is a JSON object")
    return typed(with_names(tree, resource, dialect), resource, dialect.clock, dialect.assume["ids"] == "texts")


def with_names(tree: Mapping[str, Any], resource: Resource, dialect: Dialect) -> Mapping[str, Any]:
    """Return the fields with the names of the table, if a request may use other names."""
    if dialect.only_camel_case and not resource.free:
        return _from_camel_case(tree, resource, dialect)
    if not dialect.any_case or resource.free:
        return tree
    known = {member.name.lower(): member.name for member in resource.fields}
    return {known.get(name.lower(), name): value for name, value in tree.items()}


def _from_camel_case(tree: Mapping[str, Any], resource: Resource, dialect: Dialect) -> Mapping[str, Any]:
    known = {dialect.name(member.name): member.name for member in resource.fields}
    for name in tree:
        if name not in known and name in known.values():
            raise NonsenseError(f"{name} is not a member; {dialect.name(name)} is expected")
    return {known.get(name, name): value for name, value in tree.items()}


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def typed(tree: Mapping[str, Any], resource: Resource, clock: Clock, text_ids: bool = False) -> Record:
    """Return the known fields of a parsed object, with values of their types."""
    if resource.free:
        _check_free(tree)
        return dict(tree)
    check_names(resource, tree)
    known = ((member.name, member.shape) for member in resource.fields if member.name in tree)
    values = {name: _number(tree[name]) if text_ids and name.endswith("Id") else tree[name] for name in tree}
    return {name: _value(values[name], shape, name, clock) for name, shape in known if isinstance(shape, Kind)}


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _value(value: Any, kind: Kind, name: str, clock: Clock) -> Any:
    if value is None and kind is Kind.TEXT:
        return None
    # In Python, True and False are also integers, but not in JSON.
    if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind is not Kind.BOOLEAN):
        raise NonsenseError(f"{name} is not of type {kind.value}")
    return clock.read(value) if kind is Kind.DATE else value


def _whole_text(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NonsenseError("Half a character in a text") from error
    return text


def _check_free(value: Any) -> None:
    if isinstance(value, str):
        _whole_text(value)
    elif isinstance(value, list):
        for item in value:
            _check_free(item)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if not MEMBER_NAME.fullmatch(name):
                raise NonsenseError(f"{name!r} cannot be the name of a member")
            _check_free(item)

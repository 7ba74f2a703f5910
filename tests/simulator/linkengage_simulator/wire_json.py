# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records as JSON in the style of .NET."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Callable, NoReturn

from .clock import Clock
from .errors import NonsenseError
from .schema import Kind, ListOf, Record, Resource, Shape, check_names

TYPES: Mapping[Kind, Any] = {Kind.BOOLEAN: bool, Kind.INTEGER: int, Kind.TEXT: str, Kind.DATE: str}
HALF = re.compile("[\ud800-\udfff]")
MEMBER_NAME = re.compile(r"[A-Za-z_][\w.-]*")


def encode(value: Any, shape: Shape, write_date: Callable[[datetime], str], escape_slashes: bool) -> bytes:
    """The bytes of a record, a list or a single value."""
    text = json.dumps(_plain(value, shape, write_date), ensure_ascii=False)
    # JSON has slashes and halves of characters only inside strings, so this changes only texts.
    text = HALF.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return (text.replace("/", "\\/") if escape_slashes else text).encode("utf-8")


def _plain(value: Any, shape: Shape, write_date: Callable[[datetime], str]) -> Any:
    if value is None:
        return None
    if isinstance(shape, ListOf):
        return [_plain(item, shape.item, write_date) for item in value]
    if isinstance(shape, Resource):
        members = ((member.name, member.shape) for member in shape.fields)
        return value if shape.free else {name: _plain(value[name], kind, write_date) for name, kind in members}
    return write_date(value) if shape is Kind.DATE else value


def decode(body: bytes, resource: Resource, clock: Clock) -> Record:
    """The fields in the body."""
    try:
        tree = json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NonsenseError(f"The body is not JSON: {error}") from error
    if not isinstance(tree, dict):
        raise NonsenseError(f"A {resource.name} is a JSON object")
    return typed(tree, resource, clock)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def typed(tree: Mapping[str, Any], resource: Resource, clock: Clock) -> Record:
    """The known members of a parsed object with their types."""
    if resource.free:
        _check_free(tree)
        return dict(tree)
    check_names(resource, tree)
    known = ((member.name, member.shape) for member in resource.fields if member.name in tree)
    return {name: _value(tree[name], shape, name, clock) for name, shape in known if isinstance(shape, Kind)}


def _value(value: Any, kind: Kind, name: str, clock: Clock) -> Any:
    if value is None and kind is Kind.TEXT:
        return None
    # In Python a boolean is an integer, but not in JSON.
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

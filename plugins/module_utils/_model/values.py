# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Texts, numbers and lists from users and the service: which values are valid, and how messages show them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Set
from datetime import date, datetime
from typing import Any, TypeVar

from .._errors import InvalidInput

Value = TypeVar("Value")

# Characters that XML 1.0 cannot contain. They are rejected for JSON too, so that both formats accept the same texts.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Python cannot convert a text with thousands of digits to an integer.
ID = re.compile("[0-9]{1,18}")


def children(tree: Any) -> list[Any]:
    """Return the items of an array in a tree, whatever the names of its elements are."""
    if isinstance(tree, Mapping):
        return [item for value in tree.values() for item in (value if isinstance(value, list) else [value])]
    return tree if isinstance(tree, list) else []


def is_id(value: Any) -> bool:
    """Return whether an option has the id of a record, as an integer or as text."""
    return not isinstance(value, bool) and ID.fullmatch(str(value)) is not None


def check_text(name: str, text: str) -> None:
    """Raise InvalidInput if *text* contains a character that XML cannot contain."""
    found = UNWRITABLE.search(text)
    if found:
        kind = "a control character" if found.group() < " " else "not a valid character"
        if "\ud800" <= found.group() <= "\udfff":
            kind = "half a character, for example because an emoji was cut in the middle"
        raise InvalidInput(
            f"{name}: the character at position {found.start() + 1} (U+{ord(found.group()):04X}) is {kind}. The "
            "service cannot store this character. Remove the character."
        )


def require_text(value: Any, option: str) -> str:
    """Return *value* if it is a text. Raises InvalidInput otherwise, for example for an unquoted number."""
    if isinstance(value, str):
        return value
    if is_number(value):
        raise InvalidInput(
            f"{option}: the number was read as {_kind_of_number(value)} ({_hint(value)}), so leading zeros "
            'and plus signs are lost; quote it, as in "+4790555817".'
        )
    remedy = 'Write the number in quotes, as in "+4790555817".'
    if isinstance(value, Mapping):  # YAML reads a template without quotes as a dictionary
        remedy += ' If the value is a template, quote it, as in "{{ number }}".'
    raise InvalidInput(
        f"{option}: a phone number in quotes is expected, but the value was read as {read_as(value)}. {remedy}"
    )


def all_read(values: Iterable[Any], option: str, read: Callable[[Any, str], Value]) -> list[Value]:
    """Convert the *values* of a list.

    *read* gets each value and its place. Raises InvalidInput with all wrong values.
    """
    found, problems = [], []
    for index, value in enumerate(values):
        try:
            found.append(read(value, f"{option}[{index}]"))
        except InvalidInput as error:
            problems.append(str(error))
    if problems:
        raise InvalidInput("\n".join(problems), problems=problems)
    return found


def is_number(value: Any) -> bool:
    """Return whether YAML read a number. True and false are not numbers."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def read_as(value: Any) -> str:
    """Return a value for a message. A phone number is shortened, but can still be recognised."""
    if isinstance(value, bool):
        return str(value).lower()
    if is_number(value):
        return f"the number {_hint(value)}" if len(str(value)) <= 4 else f"a number ({_hint(value)})"
    if isinstance(value, datetime):
        return f"the time {value.isoformat(' ')}"
    if isinstance(value, date):
        return f"the date {value.isoformat()}"
    return kind_of(value)


def kind_of(value: Any) -> str:
    """Return the type of a value, in the terms of YAML."""
    kinds = (
        (type(None), "null"),
        (bool, "a boolean"),
        (Mapping, "a dictionary"),
        (str, "a text"),
        (int, "an integer"),
        (float, "a number"),
        ((list, tuple), "a list"),
        (datetime, "a time"),
        (date, "a date"),
        ((bytes, bytearray), "binary data"),
        (Set, "a set"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), f"a {type(value).__name__}")


def _kind_of_number(value: float) -> str:
    return "an integer" if isinstance(value, int) else "a decimal number"


def _hint(value: float) -> str:
    text = str(value)
    if len(text) <= 4:
        return text
    digits = text.lstrip("-")
    return f"{len(digits)} digits, ending in {digits[-2:]}" if digits.isdigit() else mask(text)


def misread(value: Any, secret: bool = False) -> str:
    """Return the error for a value that should be a text. The place of the value is added before this error."""
    shown = read_as(value)
    if secret and isinstance(value, (int, float, date)) and not isinstance(value, bool):
        shown = "a number" if is_number(value) else kind_of(value)
    if value is None or isinstance(value, (Mapping, list, tuple)):
        return f"was read as {shown}, and not as text; write one text and quote it"
    return f"was read as {shown}, and not as text; quote it"


def mask(number: Any) -> str:
    """Return a number for messages. People can recognise it, but not dial it."""
    text = str(number)
    return f"{text[:3]}...{text[-2:]}" if len(text) > 6 else text

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Values as readable lines for people. The lines are YAML, so that a program can read them too. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from .halves import without_halves

# Matches a text that needs no quotes in YAML. Digits alone would be read as a number, so they are quoted.
PLAIN = re.compile(r"[^\W\d_](?:[\w .,@/()+\[\]'-]*[\w.)\]])?")
OTHER_VALUES = frozenset(("true", "false", "yes", "no", "on", "off", "y", "n", "null"))
INDENT = "  "


def readable(values: Mapping[str, Any]) -> str:
    """Return the values as text, with one line for each value. A nested value is indented below its name."""
    return "".join(f"{line}\n" for line in _lines(without_halves(values)))


def printable(text: str) -> str:
    """Return the text with escapes for characters that a terminal hides, or that change how a terminal shows the
    line.
    """
    return text if text.isprintable() else "".join(char if char.isprintable() else _escape(char) for char in text)


def _lines(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield f"{_scalar(name)}:"
            yield from (INDENT + line for line in _lines(value))
        elif isinstance(value, (list, tuple)) and value:
            yield f"{_scalar(name)}:"
            yield from (INDENT + line for item in value for line in _item(item))
        else:
            yield f"{_scalar(name)}: {_scalar(value)}"


def _item(item: Any) -> Iterator[str]:
    lines = _lines(item) if isinstance(item, Mapping) and item else iter([_scalar(item)])
    for index, line in enumerate(lines):
        yield (INDENT if index else "- ") + line


def _scalar(value: Any) -> str:
    if isinstance(value, str) and value.isprintable() and PLAIN.fullmatch(value) and value.lower() not in OTHER_VALUES:
        return value
    return printable(json.dumps(value, ensure_ascii=False))


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

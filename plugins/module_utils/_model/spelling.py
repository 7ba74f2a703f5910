# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Spellings of phone numbers: one normalisation for all sources, and texts that contain several numbers. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from .values import mask

ALLOWED = frozenset("0123456789 ()+.-/")
DIGITS = re.compile(r"\D+")
BETWEEN = re.compile(r"[\s,;|/&]+|(?=\+)")  # characters between two numbers, or between the digits of a number
FEWEST = 3  # digits of a phone number at least
# Matches if no other spelling of the number looks like this: only digits and a plus sign, not 00.
SIMPLE = re.compile(r"\+?(?!00)[0-9]{3,15}")
MOST_PIECES = 24  # groups of digits in a text; with more groups, it is not clear where each number ends
MINUS = "\u2212"
FULL_WIDTH = 0xFEE0  # difference between the code of a full-width character and the code of its ASCII character


class Spelling(NamedTuple):
    """A text that can be a phone number.

    - ``digits`` are its digits.
    - ``international`` is True if they begin with a country code.
    - ``zeros`` is True if the text begins with 00.
    """

    digits: str
    international: bool
    zeros: bool = False


def normalised(text: str) -> str:
    """Return a number with plain blanks and dashes, and without invisible characters such as direction marks.

    Full-width digits and signs become ASCII. Other characters stay, so that the error can name them.
    """
    return text if text.isascii() else "".join(map(_plain, text))


@lru_cache(maxsize=1024)
def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    if category == "Zs":
        return " "
    if category == "Pd" or character == MINUS:
        return "-"
    if "\uff01" <= character <= "\uff5e" and chr(ord(character) - FULL_WIDTH) in ALLOWED:
        return chr(ord(character) - FULL_WIDTH)
    return character


def spelling(text: str) -> Spelling:
    """Return the parts of a normalised text. Raises ValueError with the reason if it cannot be a phone number."""
    for position, character in enumerate(text, 1):
        if character not in ALLOWED:
            name = unicodedata.name(character, f"U+{ord(character):04X}")
            raise ValueError(
                f"the character at position {position} ({name}) is not allowed in a phone number. Write one number "
                "only, and use only digits, spaces and the characters ( ) + . - / in the number"
            )
    digits = DIGITS.sub("", text)
    if not digits:
        raise ValueError("the phone number is empty; write a number")
    head = text.lstrip(" (")
    if "+" in head[1:]:
        raise ValueError(f"{mask(text)} has a plus sign that is not at the beginning. Write one number only")
    if digits.startswith("00"):
        return Spelling(digits[2:], True, zeros=True)
    return Spelling(digits, head.startswith("+"))


def spelt(value: Any) -> str:
    """Return a text that is equal for all spellings of a number; empty for an invalid number.

    The country is not known here. So a national and an international spelling of a number still differ.
    """
    if isinstance(value, str) and SIMPLE.fullmatch(value):
        return value
    try:
        found = spelling(normalised(value)) if isinstance(value, str) else Spelling("", False)
    except ValueError:
        return ""
    return f"{'+' * found.international}{found.digits}" if len(found.digits) >= FEWEST else ""


def several(text: str, is_number: Callable[[str], bool]) -> list[str]:
    """Return the numbers in a text that contains several numbers and nothing else; otherwise an empty list."""
    pieces = [piece for piece in BETWEEN.split(text) if piece]
    if not 2 <= len(pieces) <= MOST_PIECES:
        return []
    found = next(_divided(pieces, lru_cache(maxsize=None)(is_number)), [])
    return found if len(found) > 1 else []


def _divided(pieces: list[str], is_number: Callable[[str], bool]) -> Iterator[list[str]]:
    """Yield every way to split the pieces into numbers. Short numbers are tried first."""
    if not pieces:
        yield []
    for end in range(1, len(pieces) + 1):
        first = " ".join(pieces[:end])
        if is_number(first):
            yield from ([first, *rest] for rest in _divided(pieces[end:], is_number))

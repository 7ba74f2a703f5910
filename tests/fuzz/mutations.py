# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes inputs that nobody would write: parts of valid inputs are changed at random."""

from __future__ import annotations

from random import Random
from typing import Any

TOKENS = [
    *("", " ", "\0", "\x0c", "\r\n", "\ufeff", "\u2028", "\u202e", "\ud83d", "\udc00", "\uffff", "\N{FIRE}", "٣", "Å"),
    *("null", "true", "NaN", "Infinity", "-1", "0", "1e400", "9" * 30, "9" * 5000, "0.00", "1_0", "0x10"),
    *("{", "}", "[", "]", '"', "\\", "\\ud83d", ":", ",", "[" * 600, '{"a":' * 400, "<", ">", "</", "&", "&#xC;"),
    *("&#xD83D;", "<![CDATA[", "]]>", "<!--", "<!DOCTYPE a [", "<!ENTITY a 'b'>", "<a>" * 600, ' i:nil="true"'),
    *("/Date(", "/Date(99999999999999999999)/", "9999-12-31T23:59:59", "2026-02-30", "+99:99", "T", "Z", "24:00"),
    *("+47", "00", "90555817", "+", "(", "/contacts/", "/groups/", ";", "\t", "'", "%", "{{ 1 }}", "!!python/object:a"),
]
VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1, 4711, 10**15, 10**400, 1.5, float("inf"), float("nan"), "", " ", "x", "90555817"),
    *([], {}, [[]], [None], {"a": 1}, "\ud83d", "9999-12-31T23:00Z", "2026-01-31T08:00:00Z", "24h", "\0", b"x"),
]


def text(random: Random, good: list[str]) -> str:
    """Return one of the valid texts after some changes."""
    found = random.choice(good)
    for _change in range(random.choice((0, 1, 1, 2, 3, 8))):
        place = random.randrange(len(found) + 1)
        end = min(len(found), place + random.choice((0, 1, 1, 2, 5, 40)))
        piece = random.choice((random.choice(TOKENS), chr(random.randrange(0x300)), found[place:end] * 2))
        found = found[:place] + piece + found[end:]
    return found[: random.randrange(len(found) + 1)] if random.random() < 0.1 else found


def data(random: Random, good: list[str]) -> bytes:
    """Return one of the valid texts after some changes, as bytes that may not be UTF-8."""
    found = bytearray(text(random, good).encode("utf-8", random.choice(("surrogatepass", "replace"))))
    for _change in range(random.choice((0, 0, 1, 4))):
        if found:
            found[random.randrange(len(found))] = random.randrange(256)
    return bytes(found)


def value(random: Random, good: Any) -> Any:
    """Return a tree of values in which some values are replaced."""
    if random.random() < 0.08:
        return random.choice(VALUES)
    if isinstance(good, dict):
        return {key: value(random, item) for key, item in good.items() if random.random() > 0.03}
    if isinstance(good, list):
        return [value(random, item) for item in good for _time in range(random.choice((0, 1, 1, 1, 2)))]
    return text(random, [good]) if isinstance(good, str) and random.random() < 0.3 else good

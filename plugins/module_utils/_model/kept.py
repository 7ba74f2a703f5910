# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Texts that the service stores in another form: without outer blanks, cut off, or with other line ends. Pure.

Such a text must not be written again in every run, because the service would change it again each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .halves import HALF, REPLACEMENT

# Lengths at which services usually cut off texts. A stored text with another length was not cut off.
LIMITS = (50, 64, 100, 128, 150, 160, 200, 250, 254, 255, 256, 500, 512, 1000, 1024, 2000, 4000)
# The shortest stored text that can be a cut-off text; the service can also have removed blanks at its end.
SHORTEST = min(LIMITS) // 2


def is_kept(wanted: Any, stored: Any) -> bool:
    """Return whether the service can have stored the text *wanted* in the form *stored*."""
    if not isinstance(wanted, str) or not isinstance(stored, (str, type(None))):
        return False
    if not stored:
        return not wanted.strip()
    text, found = _plain(wanted), _plain(stored)
    return text == found or text.strip() == found or is_cut(wanted, stored)


def is_cut(wanted: str, stored: str) -> bool:
    """Return whether *stored* is *wanted* with its end cut off."""
    text, found = _plain(wanted), _plain(stored)
    if found == text or not SHORTEST <= len(found) <= len(text) or text[:SHORTEST] != found[:SHORTEST]:
        return False
    return any(found in (_plain(cut), _plain(cut).strip()) for cut in _cuts(wanted))


def stored_otherwise(wanted: Mapping[str, Any], actual: Mapping[str, Any]) -> list[str]:
    """Return the fields whose text the service has cut off or trimmed. Other line ends do not count."""
    return [
        name
        for name, value in wanted.items()
        if value != actual.get(name)
        and isinstance(value, str)
        and is_kept(value, actual.get(name))
        and _plain(value) != _plain(actual[name] or "")
    ]


def warning_of(what: str, names: Sequence[str], records: int = 1) -> str:
    """Return the warning about fields that the service stores in a shorter form.

    *what* is the record, or the first of several records.
    """
    more = f" and of {records - 1} more records" if records > 1 else ""
    fields = f"the field{'s' if len(names) > 1 else ''} {', '.join(names)}"
    return (
        f"The service stores {fields} of {what}{more} in a shorter form: it cuts off long texts, and removes spaces "
        "before and after texts. Later runs accept the shorter text. To avoid this warning, shorten the text in "
        "your playbook or file."
    )


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")


def _cuts(text: str) -> Iterator[str]:
    """Yield each form of a text that a service can store after a cut. Services count characters or UTF-16 units."""
    for form in dict.fromkeys((_plain(text), _plain(text).replace("\n", "\r\n"), text.strip())):
        units = form.encode("utf-16-le", "surrogatepass")
        for limit in LIMITS:
            if len(form) > limit:
                yield form[:limit]
            if len(units) > 2 * limit and not form.isascii():
                cut = units[: 2 * limit].decode("utf-16-le", "surrogatepass")
                yield from (cut, HALF.sub("", cut), HALF.sub(REPLACEMENT, cut))

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Lists in messages: names, and the first items of long lists. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

IN_FAILURE = "the return value `failure.problems`"  # the place of the problems that an error message does not show


def listed(items: Sequence[str], limit: int, separator: str = ", ", total: int | None = None) -> str:
    """Return the first items as one text, as in ``a, b and 3 more``.

    With *total*, the number of all items, *items* can have only the first of them.
    """
    more = _left(items, limit) if total is None else max(0, total - limit)
    return separator.join(items[:limit]) + (f" and {more} more" if more else "")


def marked(names: Iterable[str]) -> str:
    """Return names of options or fields for a sentence, as in ```name`, `members```."""
    return ", ".join(f"`{name}`" for name in names)


def first_of(
    sentences: Sequence[str], limit: int, rest: str, noun: str = "problem", most: int | None = None
) -> list[str]:
    """Return the first sentences, and a last sentence such as ``3 more problems are in dest.``

    *rest* is the place of all sentences, such as ``dest``. With *most*, this place has only the first *most* of them.
    Each sentence is about one *noun*.
    """
    more = _left(sentences, limit)
    if not more:
        return [*sentences]
    are = f"{noun} is" if more == 1 else f"{noun}s are"
    last = f"{more} more {are} in {rest}."
    if most is not None and len(sentences) > most:
        last = f"{more} more {are} not shown here. The first {most} {noun}s are in {rest}."
    return [*sentences[:limit], last]


def _left(items: Sequence[str], limit: int) -> int:
    return max(0, len(items) - limit)

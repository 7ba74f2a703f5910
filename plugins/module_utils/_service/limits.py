# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Whether a list can be the first page of a longer list (contract: assumptions, paging). Pure.

The contract has no pages. If the service still has them, all lists have one limit, which is a round number.
"""

from __future__ import annotations

from .._errors import IncompleteList

SMALLEST = 10  # records: shorter pages are improbable
# Round numbers without their zeros, below and from 1,000. A page of thousands is 1,000, 5,000 or 10,000 long.
FEW, MANY = frozenset({"1", "2", "3", "4", "5", "6", "8", "12", "15", "25", "75"}), frozenset({"1", "5"})


def is_round(length: int) -> bool:
    """Whether a list of this length is probably a page, if there are pages at all."""
    power_of_two = length & (length - 1) == 0
    return length >= SMALLEST and (power_of_two or str(length).rstrip("0") in (FEW if length < 1000 else MANY))


def is_counted(length: int) -> bool:
    """Whether a list of all contacts of this length is compared with their count, which takes one more request.

    A short list is compared too, because it costs little.
    """
    return 0 < length < SMALLEST or is_round(length)


class Limits:
    """What the lists of a task show: a list that is longer than another proves that the other has no limit."""

    def __init__(self) -> None:
        self._longest = 0
        self.total: int | None = None  # the number of all contacts, when it was last counted
        self.later: dict[int, str] | None = None  # the paths by the lengths that are checked when all lists are read

    def saw(self, length: int) -> None:
        """A complete list had this length."""
        self._longest = max(self._longest, length)

    def suspects(self, length: int) -> bool:
        """Whether a list of this length can be incomplete, as far as the other lists show."""
        return is_round(length) and self._longest <= length


def incomplete(path: str, length: int, why: str) -> IncompleteList:
    """The error for a list of this length."""
    return IncompleteList(
        f"GET {path}: the list has {length} records and is not complete: {why}. The other records would seem to be "
        "missing, so this task stops. Report this as an issue, because the service does not document it.",
        length=length,
    )

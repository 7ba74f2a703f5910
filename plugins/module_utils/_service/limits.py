# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Decides whether a list can be the first page of a longer list (contract: assumptions, paging). Pure.

The contract describes no pages. If the service has pages, all lists have the same limit, and the limit is a round
number.
"""

from __future__ import annotations

from .._errors import IncompleteList

SMALLEST = 10  # records; shorter pages are improbable
# Round numbers without their zeros: FEW for lengths below 1,000 ("1" means 10 and 100), MANY for larger lengths. A page
# with thousands of records has 1,000, 5,000 or 10,000 records.
FEW, MANY = frozenset({"1", "2", "3", "4", "5", "6", "8", "12", "15", "25", "75"}), frozenset({"1", "5"})


def is_round(length: int) -> bool:
    """Return whether a list of this length is probably a page, if the service has pages."""
    power_of_two = length & (length - 1) == 0
    return length >= SMALLEST and (power_of_two or str(length).rstrip("0") in (FEW if length < 1000 else MANY))


def is_counted(length: int) -> bool:
    """Return whether a list of all contacts with this length is compared with the count of contacts.

    The count takes one more request. A short list is compared too, because it costs little to read it again.
    """
    return 0 < length < SMALLEST or is_round(length)


class Limits:
    """What the lists of a task show about the limit.

    If one list is longer than another list, the shorter list is complete, because all lists have the same limit.
    """

    def __init__(self) -> None:
        self._longest = 0
        self.total: int | None = None  # the number of all contacts at the last count
        # Lengths that are checked after all lists were read, each with the path of its list.
        self.later: dict[int, str] | None = None

    def saw(self, length: int) -> None:
        """Remember that a complete list had this length."""
        self._longest = max(self._longest, length)

    def suspects(self, length: int) -> bool:
        """Return whether a list of this length can be incomplete, as far as the other lists show."""
        return is_round(length) and self._longest <= length


def incomplete(path: str, length: int, why: str, remedy: str = "") -> IncompleteList:
    """Return the error for a list of this length.

    *why* is a sentence, and *remedy* is a sentence with a space at its end.
    """
    return IncompleteList(
        f"GET {path}: the list has {length} records and is not complete. {why} This task stops, because it "
        f"would otherwise act as if the missing records did not exist. {remedy}The documentation of the service does "
        "not mention incomplete lists, so report this error as an issue of the collection.",
        length=length,
    )

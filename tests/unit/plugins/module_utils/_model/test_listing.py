# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Long lists in messages are cut, and the message says how many items are left out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._model.listing import first_of, listed

ITEMS = ["a", "b", "c", "d"]


def test_a_short_list_is_whole() -> None:
    assert listed(ITEMS, 4) == "a, b, c, d"
    assert listed(ITEMS, 5, "; ") == "a; b; c; d"
    assert first_of(ITEMS, 4, "x") == ITEMS
    assert (listed([], 4), first_of([], 4, "x")) == ("", [])


def test_a_long_list_says_how_many_more_there_are() -> None:
    assert listed(ITEMS, 3) == "a, b, c and 1 more"
    assert listed(ITEMS, 2, "; ") == "a; b and 2 more"
    assert first_of(ITEMS, 3, "the file") == ["a", "b", "c", "1 more problem is in the file."]
    assert first_of(ITEMS, 3, "the file", most=4) == ["a", "b", "c", "1 more problem is in the file."]
    assert first_of(ITEMS, 2, "x", "note", most=3) == [
        "a",
        "b",
        "2 more notes are not shown here. The first 3 notes are in x.",
    ]


@given(st.lists(st.just("a")), st.integers(1, 10))
def test_no_item_is_lost_without_an_error(items: list[str], limit: int) -> None:
    shown = first_of(items, limit, "x")
    more = int(shown[-1].split()[0]) if shown and shown[-1] != "a" else 0
    assert shown.count("a") + more == len(items)

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Guards: large removals, additions and updates are rejected, with the counts and the option that allows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._errors import GuardError
from ansible_collections.community.linkengage.plugins.module_utils._model.guards import (
    GUARD_FROM,
    guard_additions,
    guard_removals,
    guard_updates,
)


def refused(guard: Callable[..., None], *arguments: object, **more: object) -> bool:
    try:
        guard(*arguments, **more)
    except GuardError:
        return True
    return False


@pytest.mark.parametrize(
    ("removed", "total", "limit", "stops"),
    [
        (10, 10, 25, True),
        (2, 10, 25, False),
        (3, 10, 25, True),
        (1, 10, 0, True),
        (0, 10, 0, False),
        (5, 20, 25, False),
        (6, 20, 25, True),
        (20, 20, 100, False),
        (20, 20, 99.9, True),
        (0, 0, 0, False),
        (25, 100, 25, False),
        (26, 100, 25, True),
    ],
)
def test_a_share_of_ten_or_more_is_limited(removed: int, total: int, limit: float, stops: bool) -> None:
    assert refused(guard_removals, removed, total, limit, "max_removals", "members", confirm="force") is stops


@pytest.mark.parametrize(
    ("removed", "added", "total", "stops"),
    [
        (8, 0, 9, True),
        (9, 0, 9, True),
        (5, 0, 9, True),
        (4, 0, 9, False),
        (1, 0, 1, True),
        (1, 0, 2, False),
        (2, 0, 3, True),
        (1, 1, 1, False),  # one person on call replaces another person
        (2, 2, 2, False),
        (2, 2, 3, False),
        (2, 1, 2, False),
        (3, 3, 3, True),
        (4, 4, 4, True),
        (9, 9, 9, True),
        (4, 1, 4, True),
        (0, 0, 1, False),
    ],
)
def test_of_fewer_records_at_most_half_can_be_removed(removed: int, added: int, total: int, stops: bool) -> None:
    arguments = (removed, total, 25, "max_removals", "members")
    assert refused(guard_removals, *arguments, confirm="force", added=added) is stops
    assert not refused(guard_removals, *arguments, confirm="", added=added)
    assert not refused(guard_removals, removed, total, 100, "max_removals", "members", confirm="force", added=added)


@given(st.integers(0, 500), st.integers(GUARD_FROM, 500), st.floats(0, 100))
def test_a_lower_limit_never_lets_more_pass(removed: int, total: int, limit: float) -> None:
    removed = min(removed, total)
    if refused(guard_removals, removed, total, limit, "max_removals", "members"):
        assert refused(guard_removals, removed, total, limit / 2, "max_removals", "members")
        assert refused(guard_removals, total, total, limit, "max_removals", "members")


@pytest.mark.parametrize(
    ("added", "total", "limit", "stops"),
    [
        (5000, 8, 100, True),
        (10, 1, 100, False),
        (10, 0, 0, False),
        (11, 10, 100, True),
        (11, 11, 100, False),
        (11, 0, 100, True),
        (11, 1, 110, False),
        (12, 1, 110, True),
        (5000, 0, 50_000, False),
    ],
)
def test_additions_are_limited_and_fewer_records_count_as_ten(
    added: int, total: int, limit: float, stops: bool
) -> None:
    assert refused(guard_additions, added, total, limit, "max_additions", "members") is stops


@pytest.mark.parametrize(
    ("updated", "total", "stops"),
    [(50, 50, True), (25, 50, False), (26, 50, True), (9, 9, True), (5, 9, True), (4, 9, False), (3, 3, False)],
)
def test_overwritten_values_are_limited(updated: int, total: int, stops: bool) -> None:
    arguments = (updated, total, 50, "max_update_percent", "contacts")
    assert refused(guard_updates, *arguments, confirm="force") is stops
    assert refused(guard_updates, *arguments) is (stops and total >= GUARD_FROM)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 99), st.sampled_from([guard_additions, guard_updates]))
def test_the_error_has_the_smallest_limit_that_is_enough(count: int, total: int, limit: int, guard: Any) -> None:
    more = {"confirm": "force"} if guard is guard_updates else {}
    count = min(count, total) if guard is guard_updates else count
    try:
        guard(count, total, limit, "max_x", "records", **more)
    except GuardError as error:
        needed = int(str(error).rpartition("Raise max_x to ")[2].partition(" ")[0])
        assert not refused(guard, count, total, needed, "max_x", "records", **more)
        assert refused(guard, count, total, needed - 1, "max_x", "records", **more)


def test_the_error_has_counts_share_and_option() -> None:
    with pytest.raises(GuardError) as caught:
        guard_removals(7, 20, 25, "max_removals", "members of the group")
    message = str(caught.value)
    assert message.startswith("7 of 20 members of the group would be removed, which is 35 %")
    assert "Raise max_removals to 35 to allow this." in message
    assert "Nothing was written" in message
    assert caught.value.failure == {"kind": "guard", "removed": 7, "total": 20, "limit": 25, "option": "max_removals"}


@pytest.mark.parametrize(("removed", "why"), [(8, "which is more than half"), (9, "so no members would be left")])
def test_the_error_about_a_few_has_the_option_that_confirms(removed: int, why: str) -> None:
    with pytest.raises(GuardError) as caught:
        guard_removals(removed, 9, 25, "max_removals", "members of the group", confirm="force")
    assert str(caught.value) == (
        f"{removed} of 9 members of the group would be removed, {why}. Nothing was written. Set `force` to allow this."
    )


def test_the_error_about_additions_to_a_few_calculates_the_share_for_ten_records() -> None:
    with pytest.raises(GuardError) as caught:
        guard_additions(30, 4, 100, "max_additions", "members of 'On call'")
    assert str(caught.value) == (
        "30 new members of 'On call' would be added to 4 existing members. The percentage is calculated as if 10 "
        "members existed, so 30 new members are 300 %, but max_additions allows only 100 %. Nothing was written. "
        "Raise max_additions to 300 to allow this."
    )
    assert caught.value.failure["total"] == 4

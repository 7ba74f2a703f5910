# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decision whether to list all contacts or to look up single contacts, and the members of several groups."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._records.many import (
    CONTACTS_A_LOOKUP,
    LISTED,
    listing_pays,
    members_of,
)


@pytest.mark.parametrize(
    ("look_ups", "total", "pays"),
    [
        (1, 0, True),
        (1, CONTACTS_A_LOOKUP, True),
        (1, CONTACTS_A_LOOKUP + 1, False),
        (LISTED, LISTED * CONTACTS_A_LOOKUP + 1, False),
        (LISTED + 1, 10**9, True),
        (LISTED, None, False),
        (LISTED + 1, None, True),
        (0, None, False),
    ],
)
def test_a_list_is_read_if_it_costs_less_than_the_look_ups(look_ups: int, total: int | None, pays: bool) -> None:
    assert listing_pays(look_ups, total) is pays


@given(st.integers(0, 300), st.integers(0, 100000))
def test_a_list_also_takes_less_time_for_more_look_ups_and_fewer_contacts(look_ups: int, total: int) -> None:
    if listing_pays(look_ups, total):
        assert listing_pays(look_ups + 1, total)
        assert listing_pays(look_ups, total // 2)
    if listing_pays(look_ups):
        assert listing_pays(look_ups, total)


def test_one_worker_reads_in_the_thread_of_the_caller() -> None:
    """Ctrl-C interrupts only the main thread, and would otherwise wait for the request of the other thread."""
    threads: list[threading.Thread] = []

    def members(_group: int) -> list[Any]:
        threads.append(threading.current_thread())
        return []

    assert members_of(SimpleNamespace(members=members), [12, 13], 1) == {12: [], 13: []}
    assert set(threads) == {threading.current_thread()}

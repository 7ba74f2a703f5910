# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names of hosts and groups are safe, unique, and independent of other records."""

from __future__ import annotations

import re

import pytest
from ansible.inventory.group import to_safe_group_name
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.plugin_utils._inventory import (
    LONGEST,
    OF_ANSIBLE,
    group_names,
    host_name,
)

TEMPLATE = "{{ lookup('pipe', 'id') }}"
# There are few characters and ids, so that equal names are frequent.
NAMES = st.one_of(st.text("a _-1", max_size=4), st.sampled_from(["all", "a_1", "a_1_1", TEMPLATE]), st.text(max_size=8))
GROUPS = st.dictionaries(st.integers(1, 12), NAMES, max_size=12)
TAKEN = st.sets(st.sampled_from(["a", "a_1", "a__1", "_", "group", "group_1"]))


def safe(name: str) -> str:
    return to_safe_group_name(name, force=True, silent=True)


def named(groups: dict[int, str], taken: set[str] | frozenset[str]) -> tuple[dict[int, str], list[str]]:
    return group_names([{"group_id": id, "name": name} for id, name in groups.items()], safe, taken)


@given(GROUPS, TAKEN)
def test_group_names_are_unique_and_not_taken(groups: dict[int, str], taken: set[str]) -> None:
    names, warnings = named(groups, taken)
    assert list(names) == list(groups)
    assert len(set(names.values())) == len(names)
    assert not set(names.values()) & taken
    assert all(re.fullmatch(r"\w+", name) for name in names.values())
    assert all(name.startswith(safe(groups[id])) for id, name in names.items())
    changed = [id for id, name in names.items() if name != (safe(groups[id]) or "group")]
    assert all(any(f"the group with id {id} as {names[id]}" in warning for warning in warnings) for id in changed)
    assert bool(warnings) == bool(changed)


@given(GROUPS, TAKEN)
def test_a_group_is_renamed_only_if_its_name_is_taken(groups: dict[int, str], taken: set[str]) -> None:
    wanted = {id: safe(name) or "group" for id, name in groups.items()}
    names, _warnings = named(groups, taken)
    for id, name in wanted.items():
        if list(wanted.values()).count(name) > 1 or name in taken:
            assert names[id] != name
        elif not any(other.startswith(f"{name}_") or name.startswith(f"{other}_") for other in wanted.values()):
            assert names[id] == name


def test_a_name_with_an_id_can_be_taken_too() -> None:
    names, warnings = named({12: "On call", 13: "On-call", 99: "On call 12"}, OF_ANSIBLE)
    assert names == {12: "On_call_12_12", 13: "On_call_13", 99: "On_call_12_99"}
    assert warnings == [
        "More than one group or host would have the name On_call, so the inventory contains the group with id 12 as "
        "On_call_12_12, the group with id 13 as On_call_13.",
        "More than one group or host would have the name On_call_12, so the inventory contains the group with id 99 as "
        "On_call_12_99.",
    ]


def test_a_group_without_a_name_has_one() -> None:
    assert named({12: "", 13: "!"}, OF_ANSIBLE) == ({12: "group", 13: "_"}, [])


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("Kari", "Nordmann", "contact_7_Kari_Nordmann"),
        ("Kari", None, "contact_7_Kari"),
        (None, "Nordmann", "contact_7_Nordmann"),
        (None, None, "contact_7"),
        (" ", "!?", "contact_7"),
        ("Åse-Marie", "O'Neill & co", "contact_7_Åse_Marie_O_Neill_co"),
        ("A\u030ase", "", "contact_7_Åse"),
        ("web1.example.com", "", "contact_7_web1_example_com"),
        (TEMPLATE, "\u202e[1:9],all\n", "contact_7_lookup_pipe_id_1_9_all"),
        ("x" * 99, "", "contact_7_" + "x" * LONGEST),
    ],
)
def test_a_host_name_has_the_id_and_optionally_the_name(first: str | None, last: str | None, expected: str) -> None:
    contact = {"contact_id": 7, "first_name": first, "last_name": last}
    assert host_name(contact, True) == expected
    assert host_name(contact, False) == "contact_7"


@given(st.integers(1), st.integers(1), st.text(), st.text())
def test_no_two_contacts_share_a_name(id: int, other: int, name: str, other_name: str) -> None:
    first = host_name({"contact_id": id, "first_name": name, "last_name": None}, True)
    second = host_name({"contact_id": other, "first_name": other_name, "last_name": None}, True)
    assert (first == second) <= (id == other)
    assert re.fullmatch(r"contact_\d+(_\w+)?", first)

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries of any source: understood, or refused in words that say where; never anything else."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._declared import Declared, understand
from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput
from ansible_collections.community.linkengage.plugins.module_utils._phone import Numbering
from ansible_collections.community.linkengage.plugins.module_utils._sources import labelled

NUMBERING = Numbering(lambda: "47")
NAMES = ["phone_number", "contact_id", "group_id", "name", "members", "first_name", "private", "nonsense"]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["90555817", "+47 905 55 817", "2000", "yes", "", "²", "0", "007"]),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)
entries = st.one_of(values, st.dictionaries(st.one_of(st.sampled_from(NAMES), scalars), values, max_size=4))


def understood(contacts: list[Any], groups: list[Any]) -> Declared | None:
    try:
        return understand({"contacts": labelled(contacts, "contacts"), "groups": labelled(groups, "groups")}, NUMBERING)
    except InvalidInput as error:
        assert "declared twice" in str(error)
        return None


@settings(max_examples=300, deadline=None)
@given(st.lists(entries, max_size=4), st.lists(entries, max_size=4))
def test_whatever_a_file_holds_is_understood_or_refused_by_its_place(contacts: list[Any], groups: list[Any]) -> None:
    declared = understood(contacts, groups)
    if declared is None:
        return
    places = {f"contacts[{i}]" for i in range(len(contacts))} | {f"groups[{i}]" for i in range(len(groups))}
    fine = {item.where for item in [*declared.contacts, *declared.groups]}
    refused = {where for where, _reason in declared.problems if ": members[" not in where}
    assert fine | refused == places
    assert not fine & refused
    for where, reason in declared.problems:
        assert reason.startswith(where)


@settings(max_examples=100, deadline=None)
@given(st.text("0123456789 +()-./", min_size=1, max_size=14), st.text("0123456789 +()-./", min_size=1, max_size=14))
def test_two_entries_are_twice_the_same_where_their_numbers_are(first: str, second: str) -> None:
    alone = [understood([{"phone_number": text}], []) for text in (first, second)]
    numbers = [item.number for declared in alone if declared for item in declared.contacts]
    if len(numbers) == 2:
        both = understood([{"phone_number": first}, {"phone_number": second}], [])
        assert (both is None) == (numbers[0] == numbers[1])

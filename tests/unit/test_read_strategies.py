# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every read strategy makes the same plan for the same account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from in_memory import Machine, Service
from test_properties import Account, people, thorough

from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError
from ansible_collections.community.linkengage.plugins.module_utils._records import many
from ansible_collections.community.linkengage.plugins.modules import linkengage_address_book

STRATEGIES = ("list", "lookup", "auto")
STORED = [
    "9055581{}",
    "479055581{}",
    "+47 905 55 81{}",
    "9-055581{}",
    "90 55 58 1{}",
    "(0047)9055.58 1{}",
    "9055581{}\u200e",
    "no number 9055581{}",
]
GIVEN = ["9055581{}", "+479055581{}", "905 55 81{}", "0047/905/5581{}"]
# The other contacts make the account so large that lookups can be cheaper than a list.
CROWD = [{"PhoneNumber": f"+46701740{index:03}", "Firstname": "Åsa"} for index in range(150)]

spelt = st.builds(str.format, st.sampled_from(STORED), people)
given_number = st.builds(str.format, st.sampled_from(GIVEN), people)
names = st.sampled_from(["", "Kari", "Ola", "Kari Nordmann"])
ids = st.integers(1001, 1008)


@pytest.fixture(autouse=True, scope="module")
def cheap_look_ups() -> Iterator[None]:
    """Set costs with which ``auto`` also looks up contacts in the small accounts of this test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(many, "CONTACTS_A_LOOKUP", 30)
        yield


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    own = [{"PhoneNumber": number, "Firstname": draw(names)} for number in draw(st.lists(spelt, max_size=8))]
    inside = st.lists(st.integers(1001, 1000 + len(own)), unique=True) if own else st.just([])
    groups = [{"Name": name, "members": draw(inside)} for name in draw(st.lists(st.sampled_from("ABC"), max_size=3))]
    return Account("json", 2, own + (CROWD if draw(st.booleans()) else []), groups)


entries = st.fixed_dictionaries({"phone_number": given_number}, optional={"contact_id": ids, "first_name": names})
members = st.lists(given_number | st.builds(lambda id: {"contact_id": id}, ids), max_size=4)
group_entries = st.fixed_dictionaries({"name": st.sampled_from("ABC")}, optional={"members": members})
declarations = st.fixed_dictionaries(
    {
        "contacts": st.lists(entries, max_size=4),
        "groups": st.lists(group_entries, max_size=2),
        "on_duplicate": st.sampled_from(["fail", "first"]),
        "on_invalid": st.sampled_from(["continue", "skip"]),
    },
    optional={"absent": st.fixed_dictionaries({"contacts": st.lists(given_number, min_size=1, max_size=2)})},
)


def planned(account: Account, strategy: str, declared: dict[str, Any]) -> Any:
    """Return the plan in a form that can be compared, or the error."""
    try:
        result = account.run(linkengage_address_book.TASK, check=True, read_strategy=strategy, **declared)
    except LinkEngageError as error:
        return str(error)
    return result["plan_id"], result["changes"], result["problems"], result["contacts"], result["groups"]


@thorough
@given(accounts(), declarations)
def test_list_lookup_and_auto_make_the_same_plan(account: Account, declared: dict[str, Any]) -> None:
    defaults = {"columns": {}, "purge": [], "ignore": [], "allow_empty": True, "default_country_code": "47"}
    plans = [planned(account, strategy, {**defaults, **declared}) for strategy in STRATEGIES]
    assert plans[0] == plans[1] == plans[2]


def test_many_new_contacts_are_guarded_with_every_strategy() -> None:
    account = Account("json", 2, CROWD[:12], [])
    declared = {"contacts": [{"phone_number": f"+479055{index:04}"} for index in range(15)], "max_create_percent": 50}
    plans = {planned(account, strategy, declared) for strategy in STRATEGIES}
    assert len(plans) == 1
    assert "15 new contacts would be added to 12 existing contacts" in plans.pop()


def test_lists_of_round_lengths_take_no_more_requests_if_another_list_is_longer() -> None:
    numbers = [f"+47905558{index:02}" for index in range(23)]
    contacts = [{"ContactId": 11 + index, "PhoneNumber": number} for index, number in enumerate(numbers)]
    groups = [{"GroupId": 1 + index, "Name": f"G{index}", "members": list(range(11, 21))} for index in range(3)]
    seen: list[str] = []
    machine = Machine(Service(contacts=contacts, groups=groups), before=lambda _method, path: seen.append(path))
    result = machine.run(
        "address_book",
        contacts=[{"phone_number": number} for number in numbers],
        groups=[{"name": f"G{index}", "members": numbers[:10]} for index in range(3)],
        read_strategy="list",
        check=True,
    )
    assert not result["changed"]
    assert sorted(seen) == ["/contacts", "/groups", "/groups/1/contacts", "/groups/2/contacts", "/groups/3/contacts"]

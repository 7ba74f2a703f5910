# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An address book as code: every entry is for exactly one record, and the order of lists does not matter."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._book.export import (
    ExportOptions,
    as_code,
    read_address_book,
)
from ansible_collections.community.linkengage.plugins.module_utils._model.phone import Numbering
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import CONTACT, GROUP

NORWAY = Numbering(lambda: "47")


def contact(id: int, number: str | None, **more: Any) -> dict[str, Any]:
    return {**CONTACT.from_wire({}), "contact_id": id, "phone_number": number, **more}


def group(id: int, name: str | None, **more: Any) -> dict[str, Any]:
    return {**GROUP.from_wire({}), "group_id": id, "name": name, **more}


def contacts_as_code(*contacts: dict[str, Any]) -> list[dict[str, Any]]:
    return as_code(list(contacts), [], {}, NORWAY)["contacts"]


def groups_as_code(*groups: dict[str, Any]) -> list[dict[str, Any]]:
    return as_code([], list(groups), {entry["group_id"]: [] for entry in groups}, NORWAY)["groups"]


def test_a_contact_has_its_number_as_it_is_stored() -> None:
    entry = contact(1, "905 55 817", first_name="Kari", last_name="", email=None, private=True, created="x")
    assert contacts_as_code(entry) == [{"phone_number": "905 55 817", "first_name": "Kari", "private": True}]


def test_an_unknown_field_is_not_exported() -> None:
    assert contacts_as_code(contact(1, "90555817", Shoesize="42")) == [{"phone_number": "90555817"}]


def test_contacts_with_one_number_in_two_spellings_have_their_ids() -> None:
    assert contacts_as_code(contact(1, "90555817"), contact(2, "+47 905 55 817"), contact(3, "41234567")) == [
        {"contact_id": 1, "phone_number": "90555817"},
        {"contact_id": 2, "phone_number": "+47 905 55 817"},
        {"phone_number": "41234567"},
    ]


@pytest.mark.parametrize("number", [None, "", " ", "Kari", "90555817 ext 5", "90555817,41234567", "٩٠٥٥٥٨١٧", "1" * 20])
def test_a_contact_without_a_valid_number_has_only_its_id(number: str | None) -> None:
    assert contacts_as_code(contact(7, number, first_name="Kari")) == [{"contact_id": 7, "first_name": "Kari"}]


def test_two_contacts_without_a_number_are_two_entries() -> None:
    assert contacts_as_code(contact(7, None), contact(8, None)) == [{"contact_id": 7}, {"contact_id": 8}]


def test_groups_with_one_name_or_without_a_name_have_their_ids() -> None:
    entries = groups_as_code(group(1, "A"), group(2, "A"), group(3, ""), group(4, None), group(5, "B", private=True))
    assert entries == [
        {"group_id": 1, "name": "A", "members": []},
        {"group_id": 2, "name": "A", "members": []},
        {"group_id": 3, "members": []},
        {"group_id": 4, "members": []},
        {"name": "B", "private": True, "members": []},
    ]


def test_a_member_is_identified_like_its_contact() -> None:
    twins = [contact(1, "90555817"), contact(2, "4790555817")]
    odd, plain, stranger = contact(3, "?"), contact(4, "41234567"), contact(9, "99999999")
    members = [stranger, plain, odd, *twins]
    book = as_code([*twins, odd, plain], [group(1, "A")], {1: members}, NORWAY)
    assert book["groups"][0]["members"] == [
        *({"contact_id": 1}, {"contact_id": 2}, {"contact_id": 3}),
        "41234567",
        {"contact_id": 9},  # a member that is not in the list of contacts
    ]


def test_a_text_that_no_option_accepts_is_omitted() -> None:
    book = as_code(
        [contact(1, "90555817", description="a\x07b", first_name="half \ud83d", last_name="Nordmann")],
        [group(2, "bell\x07", description="ok")],
        {2: []},
        NORWAY,
    )
    assert book["contacts"] == [{"phone_number": "90555817", "last_name": "Nordmann"}]
    assert book["groups"] == [{"group_id": 2, "description": "ok", "members": []}]


class Service:
    """A client that lists everything in another order."""

    numbering = NORWAY

    def __init__(self, contacts: list[dict[str, Any]], groups: list[dict[str, Any]], seed: int) -> None:
        self.records = {CONTACT: contacts, GROUP: groups}
        self.random = random.Random(seed)

    def list_records(self, resource: Any) -> list[dict[str, Any]]:
        return self.random.sample(self.records[resource], len(self.records[resource]))

    def members(self, group_id: int) -> list[dict[str, Any]]:
        return self.list_records(CONTACT)


def test_files_do_not_depend_on_the_order_of_the_service() -> None:
    contacts = [contact(id, str(90000000 + id % 7), first_name=str(id)) for id in range(1, 12)]
    groups = [group(id, f"G{id}") for id in range(1, 5)]
    written = [read_address_book(ExportOptions("x"), Service(contacts, groups, seed)).files for seed in range(20)]
    assert all(one == other for one, other in itertools.pairwise(written))


def warnings_for(contacts: list[dict[str, Any]], groups: list[dict[str, Any]]) -> list[str]:
    return list(read_address_book(ExportOptions(None), Service(contacts, groups, 0)).warnings)


def test_a_normal_address_book_gives_no_warning() -> None:
    assert warnings_for([contact(1, "90555817"), contact(2, "2000")], [group(1, "A")]) == []


def test_contacts_without_a_valid_number_give_a_warning() -> None:
    (warning,) = warnings_for([contact(1, "90555817"), contact(2, None), contact(3, "90555817 ext 5")], [])
    assert "contact_id 2 (no number), contact_id 3 (905... 5)" in warning


def test_a_long_list_is_cut() -> None:
    (warning,) = warnings_for([contact(id, None) for id in range(1, 31)], [])
    assert warning.endswith("10 (no number) and 20 more.")


def test_an_omitted_text_gives_a_warning() -> None:
    (warning,) = warnings_for([contact(1, "90555817", description="a\x07b")], [group(2, "bell\x07")])
    assert "contact 1 (description), group 2 (name)" in warning
    assert "\x07" not in warning

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._model.fields import BOOL, INT
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import CONTACT

KARI = {"ContactId": 1, "PhoneNumber": "90555817", "Firstname": "Kari", "Lastname": "Nordmann", "Description": "Oslo"}
OLA = {
    "ContactId": 2,
    "PhoneNumber": "4741234567",
    "Firstname": "Ola",
    "Lastname": "Nordmann",
    "Description2": "Bergen",
}
LARS = {"ContactId": 3, "PhoneNumber": "+46701740605", "Firstname": "Lars", "Lastname": "Åkerström"}


@pytest.fixture
def book(account) -> Any:
    """The account with three contacts. Kari and Lars are in a group."""
    account.simulator.seed(
        contacts=[KARI, OLA, LARS], groups=[{"GroupId": 12, "Name": "Vakt / natt", "members": [1, 3]}]
    )
    return account


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({}, [1, 2, 3]),
        ({"phone_number": "+47 905 55 817"}, [1]),
        ({"phone_number": "070-174 06 05", "default_country_code": "46"}, [3]),
        ({"phone_number": "+4799999999"}, []),
        ({"contact_id": 2}, [2]),
        ({"contact_id": 99}, []),
        ({"search": "Nordmann"}, [1, 2]),
        ({"search": "nordmann Oslo"}, [1]),
        ({"search": "Åkerström"}, [3]),
        ({"search": "a/b?c#d%"}, []),
        ({"group": "Vakt / natt"}, [1, 3]),
        ({"group": 12}, [1, 3]),
        ({"group": {"group_id": 12}, "search": "Nordmann"}, [1]),
    ],
    ids=str,
)
def test_the_options_choose_the_records(book, options: dict[str, Any], ids: list[int]) -> None:
    result = book.twice("contact_info", **options)
    assert result["changed"] is False
    assert sorted(contact["contact_id"] for contact in result["contacts"]) == ids


def test_all_contacts_take_one_request(book) -> None:
    book.done("contact_info")
    assert book.reads == ["/contacts", "/contacts/count"]


def test_contacts_come_with_all_their_fields(book) -> None:
    (kari,) = book.done("contact_info", contact_id=1)["contacts"]
    assert kari["created"].endswith("Z")
    known = {"phone_number": "90555817", "first_name": "Kari", "last_name": "Nordmann", "description": "Oslo"}
    empty = {item.name: {BOOL: False, INT: 0}.get(item.kind) for item in CONTACT.writable}
    set_by_user = {item.name: kari[item.name] for item in CONTACT.fields if not item.readonly}
    assert set_by_user == {"contact_id": 1, **empty, **known}
    assert list(kari) == [item.name for item in CONTACT.fields]


def test_every_duplicate_of_a_number_is_read(book) -> None:
    book.simulator.seed(contacts=[{"ContactId": 50, "PhoneNumber": "+4790555817"}])
    result = book.twice("contact_info", phone_number="90555817")
    assert [contact["contact_id"] for contact in result["contacts"]] == [1, 50]


def test_a_text_of_the_service_is_returned_unchanged(account) -> None:
    text = " {{ 7 * 7 }} <b>&</b>\r\n\N{FIRE} "
    account.simulator.seed(contacts=[{"PhoneNumber": "90555817", "Firstname": text, "Lastname": ""}])
    (contact,) = account.twice("contact_info")["contacts"]
    assert (contact["first_name"], contact["last_name"]) == (text, "")


@pytest.mark.parametrize("text", ["", "  ", ".", "..", " . "], ids=repr)
def test_an_empty_search_is_rejected_and_does_not_list_all_contacts(json_account, text: str) -> None:
    message = json_account.refused("contact_info", search=text)
    assert message.startswith("search: ")
    assert json_account.requests == []


def test_an_empty_address_book_is_an_empty_list(account) -> None:
    assert account.twice("contact_info")["contacts"] == []


def test_a_group_that_does_not_exist_is_an_error(book) -> None:
    assert (
        book.refused("contact_info", group="Nobody")
        == "group: group 'Nobody' does not exist. Correct the name or the id."
    )


@pytest.mark.parametrize("value", [4790555817, "9O555817", ""])
def test_an_invalid_phone_number_is_rejected_before_any_request(json_account, value: Any) -> None:
    message = json_account.refused("contact_info", phone_number=value, default_country_code="47")
    assert message.startswith("phone_number: ")
    assert json_account.requests == []

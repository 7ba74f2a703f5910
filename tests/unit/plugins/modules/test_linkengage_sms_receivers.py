# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The receivers of a message: each receiver gets it once, and nobody else gets it."""

from __future__ import annotations

from typing import Any

import pytest

EITHER_FORMAT = pytest.mark.parametrize(("data_format", "api_version"), [("json", 2), ("xml", 1)], ids=["json", "xml"])
JSON = pytest.mark.parametrize(("data_format", "api_version"), [("json", 2)], ids=["json"])


@pytest.fixture
def book(account) -> Any:
    """Three contacts in two groups that overlap, one contact twice, and an empty group."""
    account.simulator.seed(
        contacts=[
            {"ContactId": 1, "Firstname": "Kari", "PhoneNumber": "90555817"},
            {"ContactId": 2, "Firstname": "Ola", "PhoneNumber": "4741234567"},
            {"ContactId": 3, "Firstname": "Per", "PhoneNumber": "+4792000004"},
            {"ContactId": 4, "Firstname": "Kari again", "PhoneNumber": "+4790555817"},
            {"ContactId": 5, "Firstname": "No number", "PhoneNumber": "n/a"},
        ],
        groups=[
            {"GroupId": 11, "Name": "Day", "members": [1, 2]},
            {"GroupId": 12, "Name": "Night", "members": [2, 3]},
            {"GroupId": 13, "Name": "Double", "members": [1, 4]},
            {"GroupId": 14, "Name": "Nobody"},
            {"GroupId": 15, "Name": "Unusable", "members": [3, 5]},
        ],
    )
    return account


def phones(account) -> list[str]:
    return sorted(delivery["phone"] for delivery in account.simulator.deliveries())


# Requests


@JSON
def test_many_contacts_are_read_as_a_list(account) -> None:
    numbers = [f"+47920{number:05}" for number in range(300)]
    account.simulator.seed(contacts=[{"ContactId": 2000 + i, "PhoneNumber": text} for i, text in enumerate(numbers)])
    others = [{"contact_id": 2000 + i} for i in range(150, 300)]
    result = account.done("sms", text="Hi", contacts=[*numbers[:280], *others], default_country_code="47")
    assert len(result["receivers"]) == 300
    assert account.reads[:-1] == ["/contacts", "/contacts/count"]


@JSON
def test_some_contacts_are_counted_before_they_are_read_as_a_list(account) -> None:
    numbers = [f"+47920{number:05}" for number in range(20)]
    account.simulator.seed(contacts=[{"PhoneNumber": text} for text in numbers])
    account.done("sms", text="Hi", contacts=numbers, default_country_code="47")
    assert account.reads[:-1] == ["/contacts/count", "/contacts"]
    account.done("sms", text="Hi", contacts=numbers[:4], default_country_code="47")
    assert all("/search/" in path for path in account.reads[:-1])


@JSON
def test_a_number_of_two_contacts_is_an_error_in_a_list_too(account) -> None:
    numbers = [f"+47920{number:05}" for number in range(300)]
    account.simulator.seed(contacts=[{"PhoneNumber": text} for text in [*numbers, "920 00 007"]])
    message = account.refused("sms", text="Hi", contacts=numbers, default_country_code="47")
    assert message.startswith("contacts[7]: the number +47...07 is used by 2 contacts")


# Each phone is a receiver once


@EITHER_FORMAT
def test_five_hundred_receivers_in_one_post(account) -> None:
    contacts = [{"ContactId": 2000 + number, "PhoneNumber": f"+47920{number:05}"} for number in range(300)]
    account.simulator.seed(
        contacts=contacts, groups=[{"GroupId": 12, "Name": "All", "members": list(range(2000, 2150))}]
    )
    result = account.done(
        "sms",
        text="Hi",
        groups=["All"],
        contacts=[2000 + number for number in range(150, 300)],
        numbers=[f"+47930{number:05}" for number in range(200)],
    )
    assert account.writes == ["POST /messages"]
    expected = [f"47920{number:05}" for number in range(300)] + [f"47930{number:05}" for number in range(200)]
    assert phones(account) == expected
    assert sorted(row["phone_number"] for row in result["receivers"]) == expected
    parts = account.body["Receivers"].split(";")
    assert sorted(parts) == sorted(
        ["/groups/12"]
        + [f"/contacts/{2000 + number}" for number in range(150, 300)]
        + [f"47930{number:05}" for number in range(200)]
    )
    assert result["total_segments"] == 500


@EITHER_FORMAT
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"numbers": ["90555817", "+47 905 55 817", "004790555817"]}, ["4790555817"]),
        ({"numbers": ["90555817"], "contacts": [1], "groups": ["Day"]}, ["4741234567", "4790555817"]),
        ({"groups": ["Day", "Night"]}, ["4741234567", "4790555817", "4792000004"]),
        ({"groups": ["Night", "Day", 11, {"group_id": 12}]}, ["4741234567", "4790555817", "4792000004"]),
        ({"groups": ["Double"]}, ["4790555817"]),
        ({"groups": ["Double", "Day"], "contacts": [1, 4]}, ["4741234567", "4790555817"]),
        ({"groups": ["Day"], "numbers": ["41234567"], "contacts": [2]}, ["4741234567", "4790555817"]),
        ({"groups": ["Nobody", "Day"]}, ["4741234567", "4790555817"]),
    ],
    ids=str,
)
def test_one_phone_in_several_options_is_one_receiver(book, options: dict[str, Any], expected: list[str]) -> None:
    result = book.done("sms", text="Hi", **options)
    assert phones(book) == expected
    assert sorted(row["phone_number"] for row in result["receivers"]) == expected
    assert book.writes == ["POST /messages"]


@JSON
def test_a_group_without_overlap_is_one_receiver_to_the_service(book) -> None:
    book.done("sms", text="Hi", groups=["Day"])
    assert book.body["Receivers"] == "/groups/11"


@JSON
def test_a_member_with_an_unknown_number_gets_the_message(book) -> None:
    """The service accepts more numbers than the library knows."""
    book.simulator.seed(contacts=[{"ContactId": 6, "PhoneNumber": "12345678901234567890"}])
    book.simulator.seed(groups=[{"GroupId": 16, "Name": "Odd", "members": [3, 6]}])
    result = book.done("sms", text="Hi", groups=["Odd"])
    assert phones(book) == ["12345678901234567890", "4792000004"]
    assert book.body["Receivers"] == "/groups/16"
    assert result["skipped_receivers"] == []
    assert [row["contact_id"] for row in result["receivers"]] == [3, 6]
    assert "groups[0]: the number of the contact with id 6 in group 'Odd' is not a valid phone number" in str(
        result["warnings"]
    )


@JSON
@pytest.mark.parametrize("stored", ["923609016", "90000001 90000002", "+47", "905 55 81", "linje 2", "0"])
def test_a_member_with_an_unknown_number_is_addressed_as_a_contact_if_the_group_is_not_complete(
    book, stored: str
) -> None:
    odd = [{"ContactId": id, "PhoneNumber": stored} for id in (6, 7)]
    book.simulator.seed(contacts=odd, groups=[{"GroupId": 16, "Name": "Odd", "members": [1, 6, 7]}])
    book.done("sms", text="Hi", groups=["Odd", "Double"])
    assert sorted(book.body["Receivers"].split(";")) == ["/groups/16"]
    book.done("sms", text="Ho", groups=["Day", "Odd"])
    assert sorted(book.body["Receivers"].split(";")) == ["/contacts/6", "/contacts/7", "/groups/11"]
    book.done("sms", text="Ha", contacts=[6])
    assert book.body["Receivers"] == "/contacts/6"


@JSON
def test_with_an_unclear_number_in_the_allowlist_nothing_is_sent(book) -> None:
    book.simulator.seed(contacts=[{"ContactId": 6, "PhoneNumber": "923609016"}])
    book.simulator.seed(groups=[{"GroupId": 16, "Name": "Odd", "members": [3, 6]}])
    options = {"text": "Hi", "groups": ["Odd"], "receiver_allowlist": ["+4792000004"]}
    message = book.refused("sms", **options)
    assert "the number of the contact with id 6 in group 'Odd' is not a valid phone number" in message
    assert "receiver_allowlist" in message
    assert "Nothing was sent" in message
    assert book.simulator.deliveries() == []
    result = book.done("sms", **options, skip_invalid=True)
    assert phones(book) == ["4792000004"]
    assert [row["contact_id"] for row in result["skipped_receivers"]] == [6]


@JSON
def test_a_redirect_needs_no_number_of_the_receivers(book) -> None:
    book.simulator.seed(contacts=[{"ContactId": 6, "PhoneNumber": "923609016"}])
    book.simulator.seed(groups=[{"GroupId": 16, "Name": "Odd", "members": [6]}])
    result = book.done("sms", text="Hi", groups=["Odd"], redirect_to="+4792000009")
    assert phones(book) == ["4792000009"]
    assert [row["contact_id"] for row in result["redirected_receivers"]] == [6]


# Characters that are not allowed


@JSON
@pytest.mark.parametrize(
    "number",
    [
        "90000001;/groups/5",
        "90000001;90000002",
        "/groups/5",
        "/contacts/1",
        "90000001\n/groups/5",
        "90000001%3B/groups/5",
        "90000001\u037e90000002",
        "\uff19\uff10\uff10\uff10\uff10\uff10\uff10\uff11\uff1b/groups/5",
        "90000001&Receivers=x",
        "9000 0001 x5",
        "+47+4790000001",
        "",
        " ",
    ],
)
@pytest.mark.parametrize("option", ["numbers", "contacts"])
def test_a_receiver_cannot_contain_other_receivers(book, option: str, number: str) -> None:
    message = book.refused("sms", text="Hi", **{option: ["+4790000009", number]})
    assert f"{option}[1]" in message
    assert "Nothing was sent" in message
    assert book.reads == [] or book.reads == ["/user"]


@JSON
@pytest.mark.parametrize("option", ["redirect_to", "receiver_allowlist", "sender"])
def test_other_options_cannot_contain_receivers(book, option: str) -> None:
    value: Any = "90000001;/groups/5"
    message = book.refused(
        "sms", text="Hi", numbers=["+4790000009"], **{option: [value] if "list" in option else value}
    )
    assert option in message


@JSON
def test_all_bad_receivers_are_reported_by_index(book) -> None:
    result = book.run(
        "sms", text="Hi", numbers=["+4790000009", "9000000l", 90000001], contacts=[True], groups=["Day", ""]
    )
    assert [problem.split(":")[0] for problem in result["failure"]["problems"]] == [
        "numbers[1]",
        "numbers[2]",
        "contacts[0]",
        "groups[1]",
    ]
    assert book.writes == []


@JSON
def test_skip_invalid_sends_to_the_others_and_lists_the_skipped_receivers(book) -> None:
    options = {"numbers": ["+4790000009", "9000000l"], "contacts": [2, 77, 5], "groups": ["Day", "Gone"]}
    predicted = book.done("sms", check=True, text="Hi", skip_invalid=True, **options)
    result = book.done("sms", text="Hi", skip_invalid=True, **options)
    assert phones(book) == ["4741234567", "4790000009", "4790555817"]
    assert [row["option"] for row in result["skipped_receivers"]] == [
        "numbers[1]",
        "contacts[1]",
        "contacts[2]",
        "groups[1]",
    ]
    assert "contacts[2]: the contact with id 5 has no valid phone number" in str(result["skipped_receivers"])
    assert predicted["skipped_receivers"] == result["skipped_receivers"]


@JSON
def test_no_remaining_receiver_is_an_error_with_the_reasons(book) -> None:
    message = book.refused("sms", text="Hi", skip_invalid=True, numbers=["nobody"], groups=["Nobody"])
    assert "there is no receiver to send to. Nothing was sent. Correct the receivers:\nnumbers[0]: " in message


@JSON
def test_an_empty_group_is_an_error(book) -> None:
    message = book.refused("sms", text="Hi", groups=["Nobody"])
    assert (
        "there is no receiver to send to, because the groups have no members. Nothing was sent. Add members" in message
    )


@JSON
def test_the_integer_0_is_an_id_and_not_the_group_without_a_name(book) -> None:
    book.simulator.seed(groups=[{"GroupId": 16, "Name": "", "members": [1, 2]}])
    result = book.run("sms", text="Hi", groups=[0], contacts=[0])
    assert result["failure"]["problems"] == [
        "contacts[0]: the contact with id 0 is not in the address book",
        "groups[0]: the group with id 0 does not exist",
    ]
    assert book.writes == []


def test_unknown_receivers_fail_and_in_check_mode_warn(book) -> None:
    options = {"contacts": ["99000001", 77], "groups": ["Soon"], "numbers": ["+4790000009"]}
    result = book.run("sms", text="Hi", **options)
    assert result["failure"]["kind"] == "unknown_record"
    assert len(result["failure"]["problems"]) == 3
    assert book.writes == []
    result = book.done("sms", check=True, text="Hi", **options)
    assert result["changed"] is True
    assert "this task fails if no earlier task creates the missing record" in str(result["warnings"])


# Staging systems


@JSON
def test_an_allowlist_blocks_all_other_receivers(book) -> None:
    for check in (True, False):
        result = book.done("sms", check=check, text="Hi", groups=["Day", "Night"], receiver_allowlist=["41234567"])
        assert [row["phone_number"] for row in result["receivers"]] == ["4741234567"]
        assert [row["phone_number"] for row in result["blocked_receivers"]] == ["4790555817", "4792000004"]
        assert result["total_segments"] == 1
    assert phones(book) == ["4741234567"]
    assert book.body["Receivers"] == "4741234567"


@JSON
@pytest.mark.parametrize("key", [None, "incident"])
@pytest.mark.parametrize("allowlist", [[], ["+4790000000"]])
def test_an_empty_allowlist_blocks_all_receivers(book, tmp_path, allowlist: list[str], key: str | None) -> None:
    options = {"receiver_allowlist": allowlist, "idempotency_key": key, "store": str(tmp_path / "store")}
    result = book.done("sms", text="Hi", groups=["Day"], **options)
    assert (result["outcome"], result["changed"], result["receivers"]) == ("not_sent", False, [])
    assert len(result["blocked_receivers"]) == 2
    assert book.writes == []
    assert not (tmp_path / "store").exists()


@JSON
@pytest.mark.parametrize(
    ("value", "expected"),
    [("41234567", ["4741234567"]), ("+4741234567,90555817,", ["4741234567", "4790555817"])],
)
def test_the_allowlist_can_come_from_the_environment(book, monkeypatch, value: str, expected: list[str]) -> None:
    monkeypatch.setenv("LINKENGAGE_RECEIVER_ALLOWLIST", value)
    result = book.done("sms", text="Hi", groups=["Day", "Night"])
    assert phones(book) == expected
    assert len(result["blocked_receivers"]) == 3 - len(expected)


@JSON
def test_redirect_to_sends_everything_to_one_number(book) -> None:
    result = book.done("sms", text="Hi", groups=["Day", "Night"], redirect_to="92000009")
    assert phones(book) == ["4792000009"]
    assert [row["phone_number"] for row in result["receivers"]] == ["4792000009"]
    assert [row["phone_number"] for row in result["redirected_receivers"]] == ["4790555817", "4741234567", "4792000004"]


@JSON
def test_redirect_to_can_come_from_the_environment(book, monkeypatch) -> None:
    monkeypatch.setenv("LINKENGAGE_REDIRECT_TO", "+4792000009")
    book.done("sms", text="Hi", groups=["Day"])
    assert phones(book) == ["4792000009"]


@JSON
def test_an_empty_redirect_is_an_error(book) -> None:
    assert "redirect_to: the phone number is empty" in book.refused("sms", text="Hi", groups=["Day"], redirect_to="")


@JSON
def test_empty_variables_are_not_set(book, monkeypatch, tmp_path) -> None:
    for name in ("RECEIVER_ALLOWLIST", "REDIRECT_TO"):
        monkeypatch.setenv(f"LINKENGAGE_{name}", "")
    result = book.done("sms", text="Hi", groups=["Day", "Night"])
    assert (len(phones(book)), result["blocked_receivers"], result["redirected_receivers"]) == (3, [], [])


@JSON
def test_an_unquoted_redirect_is_an_error(book) -> None:
    assert "quote it" in book.refused("sms", text="Hi", groups=["Day"], redirect_to=4792000009)


@JSON
def test_the_allowlist_also_applies_to_a_redirect(book) -> None:
    options = {"groups": ["Day"], "redirect_to": "92000009"}
    result = book.done("sms", text="Hi", receiver_allowlist=["90555817"], **options)
    assert (result["outcome"], phones(book)) == ("not_sent", [])
    assert [row["phone_number"] for row in result["blocked_receivers"]] == ["4792000009"]
    book.done("sms", text="Hi", receiver_allowlist=["92000009"], **options)
    assert phones(book) == ["4792000009"]


@JSON
def test_more_people_than_max_receivers_are_an_error(book) -> None:
    result = book.run("sms", text="Hi", groups=["Day", "Night"], max_receivers=2)
    assert "max_receivers: 3 people would get the message, but the limit is 2" in result["msg"]
    assert book.writes == []
    assert book.done("sms", text="Hi", groups=["Day", "Night"], max_receivers=3)["outcome"] == "sent"

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

EITHER_FORMAT = pytest.mark.parametrize(("data_format", "api_version"), [("json", 2), ("xml", 1)], ids=["json", "xml"])


@pytest.fixture
def book(account) -> Any:
    """The account with two contacts. One of them is in a group."""
    account.simulator.seed(
        contacts=[{"ContactId": 4711, "PhoneNumber": "90555817"}, {"ContactId": 4712, "PhoneNumber": "4741234567"}],
        groups=[{"GroupId": 12, "Name": "On call", "members": [4712]}],
    )
    return account


def addresses(account) -> set[str]:
    """Return the different receivers in the request."""
    parts = (account.body["Receivers"] or "").split(";")
    assert len(set(parts)) == len(parts)
    return set(parts)


def phones(account) -> list[str]:
    return sorted(delivery["phone"] for delivery in account.simulator.deliveries())


def test_one_post_reaches_all_kinds_of_receivers(book) -> None:
    result = book.done(
        "sms", text="Disk full", numbers=["920 00 004"], contacts=["+47 905 55 817"], groups=["On call"], sender="LINK"
    )
    assert book.writes == ["POST /messages"]
    assert result["changed"] is True
    assert addresses(book) == {"/contacts/4711", "4792000004", "/groups/12"}
    assert book.body["Text"] == "Disk full"
    assert book.body["SenderNumber"] == "LINK"
    people = {row["phone_number"]: row for row in result["receivers"]}
    assert {number: row["type"] for number, row in people.items()} == {
        "4741234567": "contact",
        "4790555817": "contact",
        "4792000004": "number",
    }
    assert people["4790555817"]["contact_id"] == 4711
    assert people["4741234567"]["group"] == "On call"
    assert phones(book) == ["4741234567", "4790555817", "4792000004"]


def test_the_message_is_returned_as_the_service_stores_it(book) -> None:
    result = book.done("sms", text="Disk full", numbers=["+4792000004"])
    message = result["message"]
    assert message["message_id"].startswith("O_")
    assert (message["status"], message["text"], message["receivers"]) == ("Sent", "Disk full", "4792000004")


def test_every_run_sends(book) -> None:
    for _time in range(2):
        assert book.done("sms", text="Hi", groups=["On call"])["changed"] is True
    assert phones(book) == ["4741234567", "4741234567"]


def test_check_mode_sends_nothing_and_predicts_the_receivers(book) -> None:
    result = book.done("sms", check=True, text="Hi", groups=["On call"], contacts=[4711])
    assert book.writes == []
    assert book.simulator.deliveries() == []
    assert result["changed"] is True
    assert sorted(receiver["phone_number"] for receiver in result["receivers"]) == ["4741234567", "4790555817"]
    assert (result["message"]["message_id"], result["message"]["status"]) == (None, None)
    assert result["diff"]["after"]["message"]["text"] == "Hi"
    done = book.done("sms", text="Hi", groups=["On call"], contacts=[4711])
    assert (done["diff"], done["receivers"]) == (result["diff"], result["receivers"])


def test_a_receiver_that_is_named_twice_gets_one_message(book) -> None:
    book.done(
        "sms",
        text="Hi",
        numbers=["90555817", "+4790555817", "92000004", "+47 920 00 004", "412 34 567"],
        contacts=["90555817", 4711],
        groups=["On call", {"group_id": 12}, 12],
    )
    assert addresses(book) == {"/contacts/4711", "4792000004", "/groups/12"}
    assert phones(book) == ["4741234567", "4790555817", "4792000004"]


@EITHER_FORMAT
@pytest.mark.parametrize(
    "text",
    [
        "Blåbærsyltetøy på Ås",
        "\N{FIRE} brann \N{FIRE}",
        "<a> & \"b\" 'c' ]]>",
        "  spaces  ",
        "one\ntwo\n\nthree",
        "100 % {sure} } }",
        "long " * 300,
    ],
)
def test_any_text_reaches_the_phone_unchanged(book, text: str) -> None:
    result = book.done("sms", text=text, numbers=["92000004"])
    (delivery,) = book.simulator.deliveries()
    assert delivery["text"] == text
    assert result["message"]["text"] == text


# Errors before the message is sent


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"numbers": ["90000001;/groups/5"]}, ["numbers[0]", "SEMICOLON"]),
        ({"numbers": ["+4790555817", "90000001,90000002"]}, ["numbers[1]", "looks like two numbers"]),
        ({"numbers": ["/groups/5"]}, ["numbers[0]", "LATIN SMALL LETTER G"]),
        ({"numbers": ["/contacts/1"]}, ["numbers[0]", "LATIN SMALL LETTER C"]),
        ({"numbers": [4711223344]}, ["numbers[0]", "quote it"]),
        ({"numbers": [""]}, ["numbers[0]", "empty"]),
        ({"numbers": [{"phone_number": "1"}]}, ["numbers[0]", "dict"]),
        ({"contacts": ["9O555817"]}, ["contacts[0]", "LATIN CAPITAL LETTER O"]),
        ({"contacts": [4790555817]}, ["contacts[0]", "quote it"]),
        ({"groups": [""]}, ["groups[0]"]),
        ({"groups": [True]}, ["groups[0]"]),
        ({"groups": [{"group_id": "12;13"}]}, ["groups[0]"]),
        ({"numbers": ["+4790555817"], "sender": 4790555817}, ["sender", "quote it"]),
        ({"numbers": ["+4790555817"], "text": ""}, ["text"]),
        ({"numbers": ["+4790555817"], "text": "\x07"}, ["text", "U+0007"]),
        ({"numbers": []}, ["numbers, contacts, groups"]),
        ({}, ["numbers", "contacts", "groups"]),
    ],
    ids=str,
)
def test_bad_options_are_rejected_before_any_request(json_account, options: dict[str, Any], words: list[str]) -> None:
    message = json_account.refused("sms", **{"text": "Hi", "default_country_code": "47", **options})
    assert [word for word in words if word not in message] == []
    assert json_account.requests == []


def test_all_unknown_receivers_are_reported_at_once_and_nothing_is_sent(book) -> None:
    result = book.run(
        "sms",
        text="Hi",
        numbers=["92000004"],
        contacts=["99000001", 77, 4711],
        groups=["On call", "Nobody", {"group_id": 9}],
    )
    assert result["failure"]["kind"] == "unknown_record"
    assert [problem.split(":")[0] for problem in result["failure"]["problems"]] == [
        "contacts[0]",
        "contacts[1]",
        "groups[1]",
        "groups[2]",
    ]
    assert book.simulator.deliveries() == []
    assert book.writes == []


def test_in_check_mode_an_unknown_receiver_is_a_warning(book) -> None:
    result = book.done("sms", check=True, text="Hi", contacts=["99000001"], groups=["Soon"])
    assert result["changed"] is True
    (warning,) = result["warnings"]
    assert "contacts[0]" in str(warning)
    assert "'Soon'" in str(warning)


def test_two_groups_with_one_name_are_rejected(book) -> None:
    book.simulator.seed(groups=[{"GroupId": 31, "Name": "On call"}])
    result = book.run("sms", text="Hi", groups=["On call"])
    assert result["failure"] == {"kind": "ambiguous_record", "ids": [12, 31]}
    assert book.writes == []
    assert not book.run("sms", text="Hi", groups=[{"group_id": 12}]).get("failed")


def test_two_contacts_with_one_number_are_rejected(book) -> None:
    book.simulator.seed(contacts=[{"ContactId": 5000, "PhoneNumber": "+4790555817"}])
    result = book.run("sms", text="Hi", contacts=["90555817"])
    assert result["failure"] == {"kind": "ambiguous_record", "ids": [4711, 5000]}
    assert book.writes == []


# At most once


@pytest.mark.parametrize("action", ["drop_after", "status_after", "truncate"])
def test_a_message_whose_answer_was_lost_is_found_and_not_sent_again(book, action: str) -> None:
    book.simulator.faults([{"match": {"method": "POST"}, "action": action}])
    result = book.done("sms", text="Hi", numbers=["92000004"])
    assert result["changed"] is True
    assert book.writes == ["POST /messages"]
    assert phones(book) == ["4792000004"]
    assert result["message"]["message_id"].startswith("O_")


@pytest.mark.parametrize("action", ["drop_before", "status"])
def test_a_message_that_is_not_found_is_not_sent_again_either(book, action: str) -> None:
    book.simulator.faults([{"match": {"method": "POST"}, "action": action}])
    result = book.run("sms", text="Hi", numbers=["92000004"])
    assert result["failed"] is True
    assert result["failure"]["kind"] == "unknown_outcome"
    assert book.writes == ["POST /messages"]
    assert phones(book) == []


def test_a_message_that_cannot_be_read_back_counts_as_sent(book) -> None:
    book.simulator.faults([{"match": {"path": "^/messages/"}, "action": "status", "status": 400, "times": None}])
    result = book.done("sms", text="Hi", numbers=["92000004"])
    assert result["changed"] is True
    assert result["message"]["message_id"].startswith("O_")
    assert phones(book) == ["4792000004"]


@EITHER_FORMAT
def test_the_throttle_does_not_send_twice(book) -> None:
    book.simulator.faults(
        [
            {
                "match": {"method": "POST"},
                "action": "status",
                "status": 503,
                "body": "Number of allowed API requests per minute exceeded",
                "headers": {"Retry-After": "1"},
            }
        ]
    )
    result = book.done("sms", text="Hi", numbers=["92000004"])
    assert phones(book) == ["4792000004"]
    assert any("throttled" in str(warning) for warning in result["warnings"])

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Phone numbers in accounts and files: mistyped, foreign, badly copied, and numbers that are in no plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

KARI = "+4790555817"
# Numbers without a plus sign that an account may contain: national, foreign, badly copied, and texts that are not
# numbers.
STORED = [
    "4790555817",
    "41234567",
    "46701740605",
    "4520123456",
    "358401234567",
    "447400123456",
    "12015550123",
    "298212345",
    "46\u00a070\u00a0174\u00a006\u00a007",
    "+47 905\u2011555\u201118",
    "2000",
    "580012345678",
    "923609016",
    "0",
    "+47",
    "linje 2",
    "",
]


def seed(account: Any, code: str, numbers: list[str]) -> None:
    account.simulator.seed(
        contacts=[{"ContactId": 100 + index, "PhoneNumber": number} for index, number in enumerate(numbers)],
        user={"Settings": {"NUMBER_PREFIX": code}},
    )


# Mistyped and foreign numbers


@pytest.mark.parametrize("text", ["905558170", "923609016", "201234567"])
def test_with_a_mistyped_number_nothing_is_sent(account, text: str) -> None:
    for numbers in ([text], [f"{text[:4]} {text[4:]}"]):
        message = account.refused("sms", text="Hello", numbers=numbers)
        assert "9 digits, but a Norwegian number has 8 digits. Correct the number. For a foreign number" in message
        assert account.simulator.deliveries() == []


@pytest.mark.parametrize("entry", ["90000001 90000002", "90000001/90000002", "+4790000001 , +4790000002"])
def test_two_numbers_in_one_entry_send_nothing(account, entry: str) -> None:
    assert "two numbers" in account.refused("sms", text="Hello", numbers=[entry])
    assert "two numbers" in account.refused("contact", phone_number=entry)
    assert account.simulator.deliveries() == []


@pytest.mark.parametrize("code", ["47", "46", "45", "358", "49"])
@pytest.mark.parametrize("foreign_numbers", ["any", "plus_only"])
def test_an_export_loads_back_unchanged(json_account, tmp_path: Path, code: str, foreign_numbers: str) -> None:
    seed(json_account, code, STORED)
    json_account.simulator.seed(groups=[{"Name": "All", "members": [100 + index for index in range(len(STORED))]}])
    before = json_account.contacts(), json_account.groups()
    options = {"foreign_numbers": foreign_numbers}
    json_account.done("address_book_info", dest=str(tmp_path), **options)
    loaded = json_account.done("address_book", src=str(tmp_path), fail_on_drift=True, **options)
    assert (loaded["changed"], loaded["problem_count"]) == (False, 0)
    assert json_account.writes == []
    assert (json_account.contacts(), json_account.groups()) == before


@pytest.mark.parametrize("foreign_numbers", ["any", "plus_only"])
def test_a_stored_foreign_number_is_the_one_with_its_plus_sign(account, foreign_numbers: str) -> None:
    seed(account, "47", ["46701740605", "298212345"])
    for number in ("+46701740605", "+298 212345"):
        result = account.done("contact", phone_number=number, foreign_numbers=foreign_numbers)
        assert result["changed"] is False
        assert account.writes == []


def test_plus_only_requires_and_writes_the_plus_sign(account) -> None:
    options = {"foreign_numbers": "plus_only"}
    message = account.refused("contact", phone_number="46701740605", **options)
    assert "but `foreign_numbers: plus_only` requires the plus sign. Write the number with a plus sign" in message
    account.twice("contact", phone_number="0046 70 174 06 05", **options)
    assert account.numbers() == ["+46701740605"]
    account.twice("contact", phone_number="905 55 817", **options)
    assert account.numbers() == ["+46701740605", "4790555817"]


# Invisible characters


@pytest.mark.parametrize(
    "stored",
    [
        "905\u00a055\u00a0817",
        "+47\u2009905\u200955\u2009817",
        "+47 90\u201155\u201158\u201117",
        "90555817\u200b",
        "\u200e4790555817",
        "\u202a+47 905 55 817\u202c",
        "\u202d90555817\u202c",
        "＋４７９０５５５８１７",
    ],
)
def test_a_badly_copied_number_creates_no_second_contact(account, tmp_path: Path, stored: str) -> None:
    account.simulator.seed(contacts=[{"ContactId": 7, "PhoneNumber": stored}], groups=[{"Name": "A", "GroupId": 1}])
    path = tmp_path / "contacts.csv"
    path.write_text(f"phone_number\n{stored}\n", encoding="utf-8")
    account.done("address_book", contacts=[{"phone_number": KARI}])
    assert account.writes == []
    account.done("address_book", src=str(path))
    assert account.writes == []
    account.twice("group", name="A", members={"add": [stored]})
    assert account.members(1) == {7}
    sent = account.done("sms", text="Hello", contacts=[stored], numbers=["90555817"])
    assert [row["contact_id"] for row in sent["receivers"]] == [7]
    assert account.numbers() == [stored]


@pytest.mark.parametrize("stored", ["\t90555817", "905\t55 817\r\n", "90555817\n", "90555817\u2028"])
def test_a_stored_number_with_tabs_or_line_breaks_is_the_same_person(account, stored: str) -> None:
    account.simulator.seed(contacts=[{"ContactId": 7, "PhoneNumber": stored}])
    account.twice("address_book", contacts=[{"phone_number": KARI}])
    account.twice("contact", phone_number=KARI)
    assert account.writes == []


# Numbers that are in no plan


def test_a_machine_is_national_and_a_long_number_is_a_warning(account) -> None:
    account.twice("contact", phone_number="58 00 12 34 56 78")
    assert account.numbers() == ["47580012345678"]
    result = account.run("contact", phone_number="+47 580012345678")
    assert (result["changed"], account.writes) == (False, [])
    assert any("too long for its country" in str(warning) for warning in result["warnings"])


def test_an_address_book_warns_of_long_numbers_too(json_account) -> None:
    contacts = [{"phone_number": "+4712345678901"}, {"phone_number": "+468123"}, {"phone_number": KARI}]
    result = json_account.run("address_book", contacts=contacts)
    assert not result.get("failed")
    assert len(result["warnings"]) == 2
    assert all(f"contacts[{index}]: " in str(warning) for index, warning in enumerate(result["warnings"]))
    assert json_account.run("address_book", contacts=contacts)["changed"] is False


# Texts that are not numbers


@pytest.mark.parametrize("text", ["0", "+47", "linje 2", "12"])
def test_an_invalid_number_is_rejected_and_is_not_a_duplicate(account, text: str) -> None:
    account.refused("contact", phone_number=text)
    seed(account, "47", [text, text, "linje 3", "0", "+47"])
    book = account.done("address_book_info")
    assert all("phone_number" not in entry for entry in book["contacts"])
    result = account.done("address_book", contacts=[{"phone_number": KARI}, *book["contacts"]])
    assert (result["contacts"]["created"], result["contacts"]["unchanged"]) == (1, 5)


@pytest.mark.parametrize("texts", [["linje 2", "rom 2"], ["0", "0"], ["+47", "+47"], ["linje 2", "2"]])
def test_texts_that_are_not_numbers_are_listed(json_account, texts: list[str]) -> None:
    result = json_account.run("address_book", contacts=[{"phone_number": text} for text in texts])
    assert result["failed"]
    assert "declared twice" not in result["msg"]
    assert len(result["failure"]["problems"]) == 2


# Several numbers of one subscriber


@pytest.mark.parametrize(
    ("stored", "declared"),
    [
        ("5215512345678", "+525512345678"),
        ("+525512345678", "+52 1 55 1234 5678"),
        ("551187654321", "+55 11 98765-4321"),
        ("5511987654321", "+55 11 8765-4321"),
        ("04000", "+4704000"),
        ("4704000", "04000"),
    ],
)
def test_two_numbers_of_one_subscriber_are_one_contact(account, stored: str, declared: str) -> None:
    seed(account, "47", [stored])
    account.done("contact", phone_number=declared)
    assert account.writes == []
    account.done("address_book", contacts=[{"phone_number": declared}], read_strategy="lookup")
    assert account.writes == []
    account.done("address_book", contacts=[{"phone_number": declared}], read_strategy="list")
    assert account.writes == []


# Numbers that are written and read again


@pytest.mark.parametrize(
    ("code", "declared"),
    [
        ("358", ["+4790555817", "+4520123456", "+358401234567", "+46701740605"]),
        ("49", ["+491701234567", "+493012345", "+4790555817"]),
        ("46", ["+46812345678", "+468123456", "+46701740605", "+4790555817"]),
        ("1", ["+12015550123", "+4741234567", "+46701740605"]),
        ("39", ["+393123456789", "+390669812345", "+4790555817"]),
    ],
)
def test_a_written_number_is_found_again(account, code: str, declared: list[str]) -> None:
    seed(account, code, [])
    entries = [{"phone_number": number} for number in declared]
    account.twice("address_book", contacts=entries)
    assert len(account.numbers()) == len(declared)
    for number in declared:
        account.twice("contact", phone_number=number, first_name="Kari")
    assert len(account.numbers()) == len(declared)
    for number in declared:
        assert account.twice("contact", phone_number=number, state="absent")["changed"] is True
    assert account.numbers() == []


@pytest.mark.parametrize(
    ("code", "stored", "declared"),
    [
        ("47", "+541123456789", "+5491123456789"),
        ("54", "+5491123456789", "+541123456789"),
        ("47", "+4726112", "26112"),
        ("358", "4790555817", "+4790555817"),  # this stored number is read as a Finnish number
    ],
)
def test_possibly_equal_subscribers_are_reported(json_account, code: str, stored: str, declared: str) -> None:
    seed(json_account, code, [stored])
    result = json_account.run("address_book", contacts=[{"phone_number": declared}], read_strategy="list")
    assert "contacts[0]: " in str(result["warnings"])
    assert "is possibly the same phone number as" in str(result["warnings"])
    assert "(the contact with id 100)" in str(result["warnings"])


def test_two_entries_for_possibly_one_subscriber_are_reported(json_account) -> None:
    contacts = [{"phone_number": "+541123456789"}, {"phone_number": "+5491123456789"}, {"phone_number": KARI}]
    warning = only_pair(json_account.run("address_book", contacts=contacts))
    assert (
        "contacts[1]: +54...89 is possibly the same phone number as +54...89 (contacts[0]). The first number has an "
        "additional 9 after +54." in warning
    )


def only_pair(result: dict[str, Any]) -> str:
    """Return the only warning about two numbers that are possibly the same."""
    (warning,) = [text for text in map(str, result["warnings"]) if "is possibly the same phone number as" in text]
    assert warning.count("is possibly the same phone number as") == 1
    return warning


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("+541123456789", "+5491123456789", "The first number has an additional 9 after +54."),
        ("+5491123456789", "+541123456789", "The second number has an additional 9 after +54."),
        ("+54 9 351 234-5678", "+54 351 234-5678", "The second number has an additional 9 after +54."),
    ],
)
def test_a_pair_is_one_warning_that_names_both_and_the_difference(
    json_account, tmp_path, first: str, second: str, words: str
) -> None:
    seed(json_account, "47", [])
    rows = tmp_path / "a.csv"
    rows.write_text(f"Mobil;Fornavn\n{first};A\n{second};B\n", encoding="utf-8")
    result = json_account.run("address_book", src=str(rows), check=True)
    warning = only_pair(result)
    assert "a.csv line 3: +54..." in warning
    assert "(a.csv line 2)" in warning
    assert words in warning
    result = json_account.run("group", name="A", members={"set": [first, second]}, unknown_members="warn")
    warning = only_pair(result)
    assert words in warning
    json_account.simulator.seed(contacts=[{"ContactId": 7, "PhoneNumber": first}])
    result = json_account.run("contact", phone_number=second, check=True)
    warning = only_pair(result)
    assert "(the contact with id 7)" in warning
    assert words in warning


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("+47905558170000000", "17 digits, but a phone number has at most 15 digits, including its country code"),
        (
            "004790555817000000000",
            "19 digits after 00, but a phone number has at most 15 digits, including its country code",
        ),
        ("1234567890123456", "16 digits, but a Norwegian number has 8 digits"),
        ("47905558170000000", "17 digits, but a phone number has at most 15 digits, including its country code"),
        ("47905558179", "9 digits after 47, but a Norwegian number has 8 digits"),
        ("479055581799", "10 digits after 47, but a Norwegian number has 8 digits"),
        ("+47 9", "1 digit after +47, but a Norwegian number has 8 digits"),
        ("+4790", "2 digits after +47, but a Norwegian number has 8 digits"),
        ("+45 12", "2 digits after +45, but a Danish number has 8 digits"),
        ("905558170", "9 digits, but a Norwegian number has 8 digits"),
        ("9055581", "7 digits, but a Norwegian number has 8 digits"),
        ("+46 7", "1 digit after +46, but a Swedish number has 7 to 9 digits"),
    ],
)
def test_an_error_counts_the_digits(json_account, number: str, words: str) -> None:
    message = json_account.refused("contact", phone_number=number, default_country_code="47")
    assert f"{words}. Correct the number." in message


@pytest.mark.parametrize(
    ("code", "stored", "declared"),
    [
        ("47", "+541123456789", "+5491123456789"),
        ("47", "+54 9 11 2345-6789", "+541123456789"),
        ("47", "+4726112", "26112"),
        ("47", "26112", "+4726112"),
        ("358", "4790555817", "+4790555817"),
    ],
)
class TestPossiblyOneSubscriber:
    def said(self, account, module: str, place: str, /, **options: Any) -> dict[str, Any]:
        for check in (True, False):
            result = account.run(module, check=check, **options)
            warnings = [str(warning) for warning in result.get("warnings", ())]
            assert [text for text in warnings if place in text and "is possibly the same phone number as" in text], (
                warnings
            )
        return result

    def test_a_new_contact_is_reported(self, account, code: str, stored: str, declared: str) -> None:
        seed(account, code, [stored])
        result = self.said(account, "contact", "phone_number: ", phone_number=declared)
        assert result["changed"] is True
        assert not account.run("contact", phone_number=declared).get("warnings")

    def test_a_contact_that_is_not_deleted_is_reported(self, account, code: str, stored: str, declared: str) -> None:
        seed(account, code, [stored])
        result = self.said(account, "contact", "(the contact with id 100)", phone_number=declared, state="absent")
        assert result["changed"] is False

    def test_an_unknown_member_is_reported(self, account, code: str, stored: str, declared: str) -> None:
        seed(account, code, [stored])
        account.simulator.seed(groups=[{"GroupId": 1, "Name": "A", "members": [100]}])
        members = {"add": [declared]}
        for unknown in ("fail", "warn", "create"):
            options = {"name": "A", "members": members, "unknown_members": unknown}
            self.said(account, "group", "members.add[0]: ", **options)
        assert account.contacts().keys() > {100}

    def test_a_member_that_is_not_removed_is_reported(self, account, code: str, stored: str, declared: str) -> None:
        seed(account, code, [stored])
        account.simulator.seed(groups=[{"GroupId": 1, "Name": "A", "members": [100]}])
        self.said(account, "group", "members.remove[0]: ", name="A", members={"remove": [declared]})
        assert account.members(1) == {100}

    def test_a_receiver_that_is_not_found_is_reported(self, account, code: str, stored: str, declared: str) -> None:
        seed(account, code, [stored])
        result = self.said(account, "sms", "contacts[0]: ", text="Hello", contacts=[declared])
        assert result["failed"]

    def test_two_receivers_are_reported(self, account, code: str, stored: str, declared: str) -> None:
        seed(account, code, [stored])
        account.simulator.seed(groups=[{"GroupId": 1, "Name": "A", "members": [100]}])
        self.said(account, "sms", "numbers[0]", text="Hello", groups=["A"], numbers=[declared])

    def test_a_looked_up_contact_is_reported(self, account, code: str, stored: str, declared: str) -> None:
        seed(account, code, [stored])
        options = {"contacts": [{"phone_number": declared}], "read_strategy": "lookup"}
        self.said(account, "address_book", "contacts[0]: ", **options)


@pytest.mark.parametrize("text", ["0", "+47", "linje 2", "12", "rom 2"])
def test_a_text_that_is_not_a_number_is_no_member_and_no_receiver(account, text: str) -> None:
    seed(account, "47", [text, "90555817"])
    account.simulator.seed(groups=[{"GroupId": 1, "Name": "A", "members": [100, 101]}])
    for name in ("set", "add", "remove"):
        assert f"members.{name}[0]: " in account.refused("group", name="A", members={name: [text]})
    for name in ("numbers", "contacts"):
        assert f"{name}[0]: " in account.refused("sms", text="Hello", **{name: [text]})
    account.twice("group", name="A", members={"set": [{"contact_id": 100}, "+4790555817"]})
    assert account.members(1) == {100, 101}


@pytest.mark.parametrize(
    ("stored", "declared"),
    [
        ("5215512345678", "+525512345678"),
        ("+525512345678", "+52 1 55 1234 5678"),
        ("551187654321", "+55 11 98765-4321"),
        ("5511987654321", "+55 11 8765-4321"),
        ("04000", "+4704000"),
        ("4704000", "04000"),
    ],
)
def test_two_numbers_of_one_subscriber_are_one_member_and_one_receiver(account, stored: str, declared: str) -> None:
    seed(account, "47", [stored])
    account.simulator.seed(groups=[{"GroupId": 1, "Name": "A", "members": [100]}])
    for name in ("set", "add"):
        account.done("group", name="A", members={name: [declared]}, unknown_members="create")
        assert account.writes == []
    sent = account.done("sms", text="Hello", groups=["A"], contacts=[declared], numbers=[declared, stored])
    assert len(sent["receivers"]) == 1
    account.done("group", name="A", members={"remove": [declared]}, force=True)
    assert account.members(1) == set()

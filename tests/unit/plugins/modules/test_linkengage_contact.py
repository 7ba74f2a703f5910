# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.module_utils import _module
from ansible_collections.community.linkengage.plugins.module_utils._model.fields import BOOL, INT, STR
from ansible_collections.community.linkengage.plugins.module_utils._model.phone import Numbering
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import CONTACT

EITHER_FORMAT = pytest.mark.parametrize(("data_format", "api_version"), [("json", 2), ("xml", 1)], ids=["json", "xml"])

# Every text option and every boolean option, with its name in the API. Other tests cover the number.
TEXT_OPTIONS = {item.name: item.wire for item in CONTACT.writable if item.kind is STR}
SWITCHES = {item.name: item.wire for item in CONTACT.writable if item.kind is BOOL}
NUMBERS = {item.name: item.wire for item in CONTACT.writable if item.kind is INT}  # the contract has none
SET_BY_SERVICE = {name for item in CONTACT.fields if item.readonly for name in (item.name, item.wire)}
KARI = {
    # A value in every field. The fields of the contract are below.
    **{wire: f"an old {wire}" for wire in TEXT_OPTIONS.values()},
    **dict.fromkeys(SWITCHES.values(), True),
    **dict.fromkeys(NUMBERS.values(), 7),
    "ContactId": 4711,
    "CPAAccepted": True,
    "CreatedDate": "2014-01-01T13:00:00.123",
    "Description": "On call",
    "Description2": "Oslo",
    "Description3": "",
    "Email": "kari@example.com",
    "Firstname": "Kari",
    "IsPrivate": True,
    "Lastname": "Nordmann",
    "PhoneNumber": "90555817",
}
TEXTS = {
    "norwegian": "Ærlig Øystein Åsen",
    "emoji": "\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4} \N{FAMILY}",
    "markup": "<b>\"Kari\" & 'Ola'</b> ]]> &amp;",
    "spaces": "  before and after  ",
    "only spaces": "   ",
    "line feed": "one\ntwo\n",
    "carriage return": "one\rtwo",
    "both": "one\r\ntwo\r\n",
    "tab": "\tone\ttwo",
    "template": "{{ lookup('pipe', 'id') }}",
    "number": "007",
    "boolean": "true",
    "null": "null",
}


def set_by_user(contact: dict[str, Any]) -> dict[str, Any]:
    """Return the contact without the fields that only the service sets, such as the creation date."""
    return {name: value for name, value in contact.items() if name not in SET_BY_SERVICE}


@pytest.fixture
def kari(account) -> Any:
    """The account with one contact that has a value in every field."""
    account.simulator.seed(contacts=[KARI])
    return account


# Creating


def test_a_new_contact_is_created_with_one_post(account) -> None:
    result = account.twice("contact", phone_number="+47 905 55 817", first_name="Kari", email="kari@example.com")
    assert result["changed"] is True
    assert account.writes == ["POST /contacts"]
    assert account.body == {"Firstname": "Kari", "Email": "kari@example.com", "PhoneNumber": "4790555817"}
    (id,) = account.contacts()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", result["contact"]["created"])
    known = {"contact_id": id, "phone_number": "4790555817", "first_name": "Kari", "email": "kari@example.com"}
    assert set_by_user(result["contact"]) == {
        **dict.fromkeys(TEXT_OPTIONS),
        **dict.fromkeys(SWITCHES, False),
        **dict.fromkeys(NUMBERS, 0),
        **known,
    }


def test_check_mode_shows_the_new_contact(account) -> None:
    result = account.done("contact", check=True, phone_number="905 55 817", first_name="Kari")
    assert result["changed"] is True
    assert result["contact"]["contact_id"] is None
    assert result["contact"]["phone_number"] == "4790555817"
    assert result["contact"]["first_name"] == "Kari"
    assert account.contacts() == {}


def test_every_field_of_a_new_contact_is_set(account) -> None:
    options = {name: f"a {name}" for name in TEXT_OPTIONS}
    other = {**dict.fromkeys(SWITCHES, True), **dict.fromkeys(NUMBERS, 7)}
    result = account.twice("contact", phone_number="90555817", **other, **options)
    assert {name: result["contact"][name] for name in options} == options
    (stored,) = account.contacts().values()
    assert {wire: stored[wire] for wire in TEXT_OPTIONS.values()} == {
        wire: f"a {name}" for name, wire in TEXT_OPTIONS.items()
    }
    assert {wire: stored[wire] for wire in SWITCHES.values()} == dict.fromkeys(SWITCHES.values(), True)
    assert {name: account.body[wire] for name, wire in TEXT_OPTIONS.items()} == options
    assert {account.body[wire] for wire in SWITCHES.values()} == {"true"}
    assert {wire: stored[wire] for wire in NUMBERS.values()} == dict.fromkeys(NUMBERS.values(), 7)


@pytest.mark.parametrize(
    ("number_format", "given", "stored"),
    [
        ("msisdn", "905 55 817", "4790555817"),
        ("e164", "905 55 817", "+4790555817"),
        ("national", "+47 905 55 817", "90555817"),
        ("national", "+46 70 174 06 05", "46701740605"),
        ("as_given", "+47 905-55-817", "+47 905-55-817"),
    ],
)
def test_a_new_number_is_written_in_number_format(account, number_format: str, given: str, stored: str) -> None:
    account.twice("contact", phone_number=given, number_format=number_format)
    assert account.numbers() == [stored]


# Changing


@pytest.mark.parametrize("option", TEXT_OPTIONS)
def test_one_field_is_changed_and_all_others_are_kept(kari, option: str) -> None:
    result = kari.twice("contact", phone_number="90555817", **{option: "New"})
    wire = TEXT_OPTIONS[option]
    assert kari.writes == ["PUT /contacts/4711"]
    others = {**dict.fromkeys(SWITCHES.values(), "true"), **dict.fromkeys(NUMBERS.values(), "7")}
    expected = {**KARI, **others, wire: "New", "ContactId": "4711"}
    assert set_by_user(kari.body) == set_by_user(expected)
    assert result["diff"] == {"before": {option: KARI[wire]}, "after": {option: "New"}}


def test_the_creation_date_survives_a_change(kari) -> None:
    before = kari.contacts()[4711]["CreatedDate"]
    result = kari.twice("contact", phone_number="90555817", first_name="Ola")
    assert kari.contacts()[4711]["CreatedDate"] == before
    assert result["contact"]["created"] == "2014-01-01T12:00:00Z"


@pytest.mark.parametrize("option", TEXT_OPTIONS)
def test_an_empty_string_clears_a_field_and_no_other(account, option: str) -> None:
    wire = TEXT_OPTIONS[option]
    account.simulator.seed(contacts=[{**KARI, wire: "Old"}])
    before = account.contacts()[4711]
    result = account.twice("contact", phone_number="90555817", **{option: ""})
    assert account.writes == ["PUT /contacts/4711"]
    assert account.body[wire] == ""
    assert account.contacts()[4711] == {**before, wire: ""}
    assert result["diff"] == {"before": {option: "Old"}, "after": {option: ""}}


def test_an_omitted_field_is_not_managed(kari) -> None:
    result = kari.twice("contact", phone_number="90555817")
    assert result["changed"] is False
    assert kari.contacts()[4711]["Email"] == "kari@example.com"


def test_clearing_a_null_field_is_not_a_change(account) -> None:
    account.simulator.seed(contacts=[{"PhoneNumber": "90555817"}])
    assert account.twice("contact", phone_number="90555817", email="", description="")["changed"] is False


@pytest.mark.parametrize("option", SWITCHES)
def test_false_is_a_value(kari, option: str) -> None:
    result = kari.twice("contact", phone_number="90555817", **{option: False})
    assert result["diff"] == {"before": {option: True}, "after": {option: False}}
    assert result["contact"][option] is False


@EITHER_FORMAT
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_survives_both_ways(kari, text: str) -> None:
    result = kari.twice("contact", phone_number="90555817", last_name=text, description=text)
    assert kari.contacts()[4711]["Lastname"] == text
    assert kari.contacts()[4711]["Description"] == text
    assert (result["contact"]["last_name"], result["contact"]["description"]) == (text, text)


@EITHER_FORMAT
@pytest.mark.parametrize("text", ["bell \x07", "escape \x1b", "\ufffe"])
def test_a_text_that_xml_cannot_contain_is_rejected_in_both_formats(kari, text: str) -> None:
    message = kari.refused("contact", phone_number="90555817", first_name=text, default_country_code="47")
    assert message.startswith("first_name: the character at position ")
    assert kari.requests == []


def test_a_contact_takes_a_search_and_a_read_of_the_country_code(kari) -> None:
    kari.done("contact", phone_number="90555817", first_name="Kari")
    assert kari.reads == ["/user", "/contacts/search/9 0 5 8 1 7"]


def test_with_a_country_code_a_contact_takes_one_request(kari) -> None:
    kari.done("contact", phone_number="90555817", first_name="Kari", default_country_code="47")
    assert kari.reads == ["/contacts/search/9 0 5 8 1 7"]


@pytest.mark.parametrize("size", [30, 300])
def test_a_look_up_compares_few_numbers_although_its_search_finds_many(account, size: int, monkeypatch) -> None:
    numbers = range(4790100100, 4790100100 + size)
    account.simulator.seed(contacts=[{"PhoneNumber": str(number), "Firstname": "Kari"} for number in numbers])
    compared: list[str] = []
    key = Numbering.key
    monkeypatch.setattr(Numbering, "key", lambda self, stored: compared.append(stored) or key(self, stored))
    account.done("contact", phone_number="90100110", first_name="Kari", default_country_code="47")
    assert account.reads == ["/contacts/search/9 0 1"]
    assert account.writes == []
    assert set(compared) == {"4790100110"}


def test_without_diff_mode_there_is_no_diff(kari) -> None:
    assert "diff" not in kari.done("contact", diff=False, phone_number="90555817", first_name="Ola")


def test_a_diff_shows_only_what_changes(kari) -> None:
    result = kari.twice("contact", phone_number="90555817", first_name="Ola", last_name="Nordmann", private=True)
    assert result["diff"] == {"before": {"first_name": "Kari"}, "after": {"first_name": "Ola"}}


# Removing


def test_absent_deletes_the_contact_and_shows_it(kari) -> None:
    result = kari.twice("contact", phone_number="+47 905 55 817", state="absent")
    assert kari.writes == ["DELETE /contacts/4711"]
    assert kari.contacts() == {}
    assert result["contact"]["first_name"] == "Kari"
    assert result["diff"]["after"] == {}


def test_absent_succeeds_without_a_contact(kari) -> None:
    result = kari.twice("contact", phone_number="41234567", state="absent")
    assert (result["changed"], result["contact"]) == (False, {})
    assert list(kari.contacts()) == [4711]


def test_a_contact_that_is_deleted_meanwhile_is_deleted(kari) -> None:
    kari.simulator.faults([{"match": {"method": "DELETE"}, "action": "hook", "delete": ["/contacts/4711"]}])
    result = kari.done("contact", phone_number="90555817", state="absent")
    assert result["changed"] is True
    assert kari.contacts() == {}


# Options


@pytest.mark.parametrize("option", ["phone_number", "previous_phone_number"])
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (4711223344, "quote it"),
        (0o4711223344, "quote it"),
        (4790555817.0, "the number was read as a decimal number ("),
        (True, "read as true. Write"),
        (["90555817"], "read as a list. Write"),
        ("", "is empty"),
        ("   ", "is empty"),
        ("90000001;/groups/5", "SEMICOLON"),
        ("90000001,90000002", "looks like two numbers"),
        ("9O555817", "LATIN CAPITAL LETTER O"),
        ("\u0669\u0660\u0665\u0665\u0665\u0668\u0661\u0667", "ARABIC-INDIC DIGIT NINE"),
        ("90555817 ext 5", "LATIN SMALL LETTER E"),
        ("90555817\n", "U+000A"),
    ],
)
def test_an_invalid_phone_number_is_rejected_before_any_request(
    json_account, option: str, value: Any, words: str
) -> None:
    options = {"phone_number": "41234567", "default_country_code": "47", option: value}
    message = json_account.refused("contact", **options)
    assert message.startswith(f"{option}: ")
    assert words in message
    assert json_account.requests == []


def test_neither_number_nor_id_is_refused(json_account) -> None:
    message = json_account.refused("contact", first_name="Kari")
    assert "phone_number" in message
    assert "contact_id" in message
    assert json_account.requests == []


# Identity: one number means one contact

COUNTRIES = {
    "47": [
        (
            "90555817",
            ["+47 905 55 817", "004790555817", "4790555817", "905 55 817", "(+47) 90 55 58 17", "90.55.58.17"],
        ),
        ("4790555817", ["90555817", "+4790555817", "0047 905 55 817"]),
        ("+4790555817", ["90555817", "4790555817"]),
        ("46701740605", ["+46 70 174 06 05", "0046701740605", "+46 (0)70-174 06 05", "46 70 174 06 05"]),
        ("+4520123456", ["4520123456", "0045 20 12 34 56"]),
    ],
    "46": [
        ("0701740605", ["+46 70 174 06 05", "46701740605", "070-174 06 05", "0046701740605", "+46 (0)70 174 06 05"]),
        ("46701740605", ["0701740605", "070 174 06 05"]),
        ("+4790555817", ["4790555817"]),
    ],
    "45": [("20123456", ["+45 20 12 34 56", "004520123456", "4520123456", "20 12 34 56"])],
    "358": [("0401234567", ["+358 40 1234567", "358401234567", "00358401234567", "040 123 4567"])],
    "44": [
        ("07400123456", ["+44 7400 123456", "447400123456", "00447400123456", "+44 (0)7400 123456", "07400-123456"])
    ],
    "39": [
        ("0669812345", ["+39 06 6981 2345", "390669812345", "00390669812345", "06 69812345"]),
        ("3123456789", ["+39 312 345 6789", "393123456789", "0039 312 3456789"]),
    ],
    "1": [("2015550123", ["+1 201-555-0123", "12015550123", "(201) 555-0123", "1-201-555-0123", "0012015550123"])],
}
SPELLINGS = [
    pytest.param(code, stored, spelling, id=f"{code} {stored} as {spelling}")
    for code, numbers in COUNTRIES.items()
    for stored, spellings in numbers
    for spelling in [stored, *spellings]
]


@EITHER_FORMAT
@pytest.mark.parametrize(("country_code", "stored", "spelling"), SPELLINGS)
def test_every_spelling_of_a_number_is_the_stored_contact(account, country_code, stored, spelling) -> None:
    account.simulator.seed(contacts=[{"PhoneNumber": stored, "Firstname": "Kari"}])
    account.simulator.seed(user={"Settings": {"NUMBER_PREFIX": country_code}})
    result = account.run("contact", phone_number=spelling, first_name="Kari")
    assert not result.get("failed"), result
    assert result["changed"] is False
    assert account.writes == []
    assert result["contact"]["phone_number"] == stored
    assert len(account.reads) <= 3


@pytest.mark.parametrize("spelling", ["+47 905 55 817", "004790555817", "4790555817", "905 55 817", "90555817"])
def test_a_change_keeps_the_stored_spelling(kari, spelling: str) -> None:
    kari.twice("contact", phone_number=spelling, first_name="Ola")
    assert kari.body["PhoneNumber"] == "90555817"


def test_a_number_that_only_ends_the_same_is_another_contact(account) -> None:
    account.simulator.seed(contacts=[{"PhoneNumber": "+4520123456"}, {"PhoneNumber": "90555817", "Email": "20123456"}])
    account.twice("contact", phone_number="+46 20 123 456", first_name="Ola")
    assert len(account.contacts()) == 3


@pytest.mark.parametrize("answer", ["404", "empty", "null"])
def test_every_empty_search_result_is_understood(account, answer: str) -> None:
    account.simulator.assume(missing_number=answer)
    try:
        assert account.twice("contact", phone_number="90555817")["changed"] is True
    finally:
        account.simulator.assume(missing_number="404")


def test_a_number_stored_with_spaces_is_found(account) -> None:
    account.simulator.seed(contacts=[{"PhoneNumber": "905 55 817"}])
    assert account.twice("contact", phone_number="905 55 817", first_name="")["changed"] is False


def test_a_short_code_is_a_separate_number(account) -> None:
    account.simulator.seed(contacts=[{"PhoneNumber": "2000"}])
    assert account.twice("contact", phone_number="2000")["changed"] is False


def test_a_contact_with_an_invalid_number_is_ignored(account) -> None:
    account.simulator.seed(contacts=[{"PhoneNumber": "switchboard 90555817"}, {"PhoneNumber": ""}])
    account.twice("contact", phone_number="90555817")
    assert len(account.contacts()) == 3


def test_an_account_without_prefix_asks_for_a_country_code(account) -> None:
    account.simulator.seed(user={"Settings": {"NUMBER_PREFIX": ""}})
    message = account.refused("contact", phone_number="90555817")
    assert "default_country_code" in message
    assert "NUMBER_PREFIX" in message


# Duplicates


@pytest.fixture
def twins(account) -> Any:
    """The account with two contacts that have the same number in two spellings."""
    account.simulator.seed(
        contacts=[
            {"ContactId": 31, "PhoneNumber": "4790555817", "Firstname": "Second"},
            {"ContactId": 7, "PhoneNumber": "90555817", "Firstname": "First"},
        ]
    )
    return account


@pytest.mark.parametrize("state", ["present", "absent"])
def test_two_contacts_with_one_number_are_an_error_with_their_ids(twins, state: str) -> None:
    result = twins.run("contact", phone_number="+4790555817", state=state, first_name="Ola")
    assert result["failed"] is True
    assert result["failure"] == {"kind": "ambiguous_record", "ids": [7, 31]}
    assert "7, 31" in result["msg"]
    assert "contact_id" in result["msg"]
    assert twins.writes == []


def test_on_duplicate_first_uses_the_lowest_id(twins) -> None:
    twins.twice("contact", phone_number="+4790555817", on_duplicate="first", first_name="Ola")
    assert twins.writes == ["PUT /contacts/7"]


def test_a_contact_id_chooses_among_duplicates(twins) -> None:
    twins.twice("contact", phone_number="+4790555817", contact_id=31, first_name="Ola")
    assert twins.writes == ["PUT /contacts/31"]
    assert twins.body["PhoneNumber"] == "4790555817"


def test_a_contact_id_deletes_one_of_the_duplicates(twins) -> None:
    twins.twice("contact", contact_id=31, state="absent")
    assert list(twins.contacts()) == [7]


# Contacts by their id


def test_an_id_alone_manages_the_contact(kari) -> None:
    result = kari.twice("contact", contact_id=4711, first_name="Ola")
    assert kari.writes == ["PUT /contacts/4711"]
    assert kari.reads == ["/contacts/4711"]
    assert result["contact"]["phone_number"] == "90555817"


def test_an_id_with_another_number_changes_the_number(kari) -> None:
    kari.twice("contact", contact_id=4711, phone_number="41234567")
    assert kari.writes == ["PUT /contacts/4711"]
    assert kari.numbers() == ["4741234567"]


def test_an_id_cannot_take_the_number_of_another(kari) -> None:
    kari.simulator.seed(contacts=[{"ContactId": 5, "PhoneNumber": "41234567"}])
    result = kari.run("contact", contact_id=4711, phone_number="+4741234567")
    assert result["failure"] == {"kind": "ambiguous_record", "ids": [4711, 5]}
    assert kari.writes == []


def test_an_unknown_id_cannot_be_created(account) -> None:
    message = account.refused("contact", contact_id=99, phone_number="90555817")
    assert (
        message == "contact_id: there is no contact with id 99. Correct the id. The service assigns the ids, so omit "
        "contact_id for a new contact."
    )


def test_an_unknown_id_is_absent(account) -> None:
    assert account.twice("contact", contact_id=99, state="absent")["changed"] is False


# Changes of the number


def test_a_previous_number_is_changed_with_one_put(kari) -> None:
    kari.simulator.seed(groups=[{"GroupId": 12, "Name": "On call", "members": [4711]}])
    result = kari.twice("contact", phone_number="+47 412 34 567", previous_phone_number="+47 905 55 817")
    assert kari.writes == ["PUT /contacts/4711"]
    assert kari.numbers() == ["4741234567"]
    assert kari.members(12) == {4711}
    assert kari.contacts()[4711]["Email"] == "kari@example.com"
    assert result["diff"] == {"before": {"phone_number": "90555817"}, "after": {"phone_number": "4741234567"}}


def test_a_previous_number_without_a_contact_is_ignored(account) -> None:
    account.twice("contact", phone_number="41234567", previous_phone_number="90555817")
    assert account.numbers() == ["4741234567"]


def test_two_spellings_of_one_number_are_not_a_change(kari) -> None:
    result = kari.twice("contact", phone_number="+4790555817", previous_phone_number="905 55 817")
    assert result["changed"] is False


def test_a_previous_number_of_another_contact_is_rejected(kari) -> None:
    kari.simulator.seed(contacts=[{"ContactId": 5, "PhoneNumber": "41234567"}])
    result = kari.run("contact", phone_number="41234567", previous_phone_number="90555817")
    assert result["failure"] == {"kind": "ambiguous_record", "ids": [4711, 5]}
    assert kari.writes == []


# Existing contacts, races and lost answers

SAME_NUMBER = {"PhoneNumber": "90555817", "Firstname": "Kari", "Email": "hers@example.com"}


def test_a_contact_that_appears_before_our_post_is_kept(account) -> None:
    account.simulator.faults([{"match": {"method": "POST"}, "action": "hook", "seed": {"contacts": [SAME_NUMBER]}}])
    result = account.done("contact", phone_number="90555817", first_name="Ola")
    (stored,) = account.contacts().values()
    assert (stored["Firstname"], stored["Email"]) == ("Ola", "hers@example.com")
    assert result["contact"]["contact_id"] == stored["ContactId"]
    assert account.twice("contact", phone_number="90555817", first_name="Ola")["changed"] is False


def test_a_contact_that_appears_between_two_reads_is_used(account) -> None:
    after_the_first_look = {"match": {"path": "^/contacts/search/"}, "after": 1, "action": "hook"}
    account.simulator.faults([{**after_the_first_look, "seed": {"contacts": [SAME_NUMBER]}}])
    result = account.done("contact", phone_number="90555817", first_name="Ola")
    (id,) = account.contacts()
    assert account.writes == [f"PUT /contacts/{id}"]
    assert result["contact"]["email"] == "hers@example.com"


def test_a_contact_that_appears_after_ours_does_not_replace_ours(account) -> None:
    account.simulator.faults(
        [{"match": {"path": "^/contacts/search/"}, "after": 2, "action": "hook", "seed": {"contacts": [SAME_NUMBER]}}]
    )
    account.done("contact", phone_number="90555817", first_name="Ola")
    assert account.writes == ["POST /contacts"]
    assert len(account.contacts()) == 2


def test_a_new_contact_takes_two_reads_one_post_and_one_check(account, new_machine) -> None:
    account.done("contact", phone_number="90555817", first_name="Ola")
    looks = ["/contacts/search/9 0 5 8 1 7", "/contacts/search/90555817", "/contacts/search/9 0 5 8 1 7"]
    assert [read for read in account.reads if "/search/" in read] == looks
    assert account.writes == ["POST /contacts"]
    assert len(account.requests) == 5, "and one for the user's settings"


def test_it_reads_again_if_another_run_held_the_lock(account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_module, "last_holder", lambda account: b"somebody before that")
    account.done("contact", phone_number="90555817", first_name="Ola")
    assert account.reads.count("/contacts/search/9 0 5 8 1 7") == 3


LOST = {
    "drop_after": {"action": "drop_after"},
    "drop_before": {"action": "drop_before"},
    "error after": {"action": "status_after", "status": 500},
    "error before": {"action": "status", "status": 502},
    "truncated": {"action": "truncate"},
    "html after": {"action": "body", "act": True},
    "empty after": {"action": "body", "act": True, "body": "", "content_type": "text/plain"},
}


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_a_post_with_a_lost_answer_creates_one_contact(account, fault: dict[str, Any]) -> None:
    account.simulator.faults([{"match": {"method": "POST"}, **fault}])
    result = account.done("contact", phone_number="90555817", first_name="Kari")
    (stored,) = account.contacts().values()
    assert result["contact"]["contact_id"] == stored["ContactId"]
    assert result["changed"] is True
    acted = fault["action"] not in ("drop_before", "status")
    assert account.writes == ["POST /contacts"] * (1 if acted else 2)
    assert account.twice("contact", phone_number="90555817", first_name="Kari")["changed"] is False


def test_a_lost_answer_and_another_contact_are_reported_as_unknown(account) -> None:
    account.simulator.faults(
        [{"match": {"method": "POST"}, "action": "drop_after", "seed": {"contacts": [{"PhoneNumber": "4790555817"}]}}]
    )
    result = account.run("contact", phone_number="90555817")
    assert result["failed"] is True
    assert result["failure"] == {"kind": "ambiguous_record", "ids": sorted(account.contacts())}
    assert account.writes == ["POST /contacts"]


@EITHER_FORMAT
def test_a_slow_post_is_waited_for(account, monkeypatch) -> None:
    monkeypatch.setattr("ansible_collections.community.linkengage.plugins.module_utils._service.client.SETTLE", 0.4)
    account.simulator.faults([{"match": {"method": "POST"}, "action": "delay", "seconds": 0.35}])
    account.done("contact", phone_number="90555817", timeout=0.15)
    assert account.writes == ["POST /contacts"]
    assert account.numbers() == ["4790555817"]


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
@pytest.mark.parametrize("options", [{"email": "new@example.com"}, {"state": "absent"}], ids=["put", "delete"])
def test_a_put_or_delete_with_a_lost_answer_is_repeated(kari, fault: str, options: dict[str, str]) -> None:
    kari.simulator.faults(
        [{"match": {"method": "PUT"}, "action": fault}, {"match": {"method": "DELETE"}, "action": fault}]
    )
    result = kari.done("contact", phone_number="90555817", **options)
    assert result["changed"] is True
    assert len(kari.writes) == 2
    assert kari.twice("contact", phone_number="90555817", **options)["changed"] is False


def test_a_contact_is_never_deleted_and_created_again(kari) -> None:
    kari.twice(
        "contact", phone_number="41234567", previous_phone_number="90555817", first_name="Ola", private=False, email=""
    )
    assert kari.writes == ["PUT /contacts/4711"]


@pytest.mark.parametrize(
    "stored", ["905 55 817", "90 55 58 17", "+47 905 55 817", "(+47) 9055-5817", "9055 5817", "9-0-5-5-5-8-1-7"]
)
def test_a_number_stored_with_separators_is_found_and_not_changed(account, stored) -> None:
    account.simulator.seed(contacts=[{"ContactId": 7, "PhoneNumber": stored, "Firstname": "Kari"}])
    for given in ("90555817", "+4790555817", "905 55 817"):
        result = account.done("contact", phone_number=given, first_name="Kari")
        assert (result["changed"], result["contact"]["contact_id"]) == (False, 7)
        assert account.writes == []
        assert "/contacts" not in account.reads


@pytest.mark.parametrize("other", ["905 55 817", "9-0555817", "+47 90 55 58 17", "0047\u200b90555817"])
@pytest.mark.parametrize("options", [{"state": "absent"}, {"first_name": "Ola"}], ids=["absent", "present"])
def test_a_twin_with_separators_is_an_error_with_both_ids(account, other: str, options: dict[str, str]) -> None:
    account.simulator.seed(
        contacts=[{"ContactId": 7, "PhoneNumber": "90555817"}, {"ContactId": 31, "PhoneNumber": other}]
    )
    result = account.run("contact", phone_number="+4790555817", **options)
    assert result["failure"] == {"kind": "ambiguous_record", "ids": [7, 31]}
    assert account.writes == []


@pytest.mark.parametrize("stored", ["08-123 456 78", "+46 8 123 456 78", "+46(0)8-12345678", "08-1-2-3-4-5-6-7-8"])
def test_a_land_line_is_found_in_every_spelling(account, stored: str) -> None:
    account.simulator.seed(contacts=[{"ContactId": 7, "PhoneNumber": stored}])
    account.twice("contact", phone_number="+46812345678", state="absent", default_country_code="46")
    assert account.writes == ["DELETE /contacts/7"]


@pytest.mark.parametrize("number", ["905 55 817", "90555817"])
def test_a_service_that_ignores_short_terms_finds_the_usual_spellings(json_account, number: str) -> None:
    json_account.simulator.seed(contacts=[{"ContactId": 7, "PhoneNumber": number, "Firstname": "Kari"}])
    nothing = {"action": "body", "body": "[]", "content_type": "application/json", "times": None}
    json_account.simulator.faults([{"match": {"method": "GET", "path": "/search/9(%20| )"}, **nothing}])
    result = json_account.done("contact", phone_number=number, first_name="Kari", default_country_code="47")
    assert (result["changed"], result["contact"]["contact_id"]) == (False, 7)


@pytest.mark.parametrize("given", ["90555817", "+4790555817"])
def test_a_useless_exact_look_up_is_omitted(account, given) -> None:
    account.done("contact_info", phone_number=given)
    assert [path for path in account.reads if path != "/user"] == [
        "/contacts/search/9 0 5 8 1 7",
        "/contacts/search/90555817",
    ]

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages: one message by its id, or all messages that match the options in all folders."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from ansible_collections.community.linkengage.plugins.modules import linkengage_message_info

CONTACTS = [
    {"ContactId": 7, "PhoneNumber": "90555817", "Firstname": "Kari", "Lastname": "Nordmann"},
    {"ContactId": 8, "PhoneNumber": "4741234567", "Firstname": "Ola", "Lastname": None},
    {"ContactId": 9, "PhoneNumber": "+46701740605", "Firstname": "Kari", "Lastname": "Nordmann"},
    {"ContactId": 10, "PhoneNumber": "98765432"},
]
IN = [
    ("90555817", "Ja & takk 🎉", "2026-01-31T09:00:00+01:00", 1),
    ("+4741234567", "Nei", "2026-01-31T08:30:00Z", 4),
    ("0046701740605", "Kanske JA", "2026-01-31T10:00:00+01:00", 5),
    ("99999999", "Ukjent", "2026-01-31T12:00:00+01:00", 6),
    ("ACME", "Reklame", "2026-01-31T13:00:00+01:00", 1),
]
OUT = [("/contacts/7", "Til Kari"), ("/contacts/8;+47 900 11 223", "Til to"), ("/groups/12", "Til vakta")]


@pytest.fixture
def mail(account) -> Any:
    """Inbound and outbound messages, in folders of three levels."""
    account.simulator.seed(
        contacts=CONTACTS,
        groups=[{"GroupId": 12, "Name": "Vakt / natt", "members": [7, 8]}],
        folders=[{"Name": "Deep", "ParentFolderId": 5}],
        inbound=[{"from": number, "text": text, "time": at, "folder": folder} for number, text, at, folder in IN],
        messages=[{"Receivers": to, "Text": text, "SenderNumber": "LINK"} for to, text in OUT],
    )
    return account


def texts(result: dict[str, Any]) -> list[str]:
    return [message["text"] for message in result["messages"]]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"text": "ja"}, ["Ja & takk 🎉", "Kanske JA"]),
        ({"text": "🎉"}, ["Ja & takk 🎉"]),
        ({"text": ".*"}, []),
        ({"direction": "in"}, ["Ja & takk 🎉", "Nei", "Kanske JA", "Ukjent", "Reklame"]),
        ({"direction": "out"}, ["Til Kari", "Til to", "Til to", "Til vakta"]),
        ({"sender": "+47 905 55 817"}, ["Ja & takk 🎉"]),
        ({"sender": "004790555817"}, ["Ja & takk 🎉"]),
        ({"sender": "905 55 817"}, ["Ja & takk 🎉"]),
        ({"sender": "412 34 567"}, ["Nei"]),
        ({"sender": "0046 70-174 06 05"}, ["Kanske JA"]),
        ({"sender": "Ola"}, ["Nei"]),
        ({"sender": " Kari Nordmann "}, ["Ja & takk 🎉", "Kanske JA"]),
        ({"sender": "99999999"}, ["Ukjent"]),
        ({"sender": "98765432"}, []),
        ({"sender": "ACME"}, ["Reklame"]),
        ({"sender": "LINK"}, ["Til Kari", "Til to", "Til to", "Til vakta"]),
        ({"sender": "Nobody"}, []),
        ({"receiver": "+4790555817"}, ["Til Kari"]),
        ({"receiver": "90 55 58 17"}, ["Til Kari"]),
        ({"receiver": "Kari Nordmann"}, ["Til Kari"]),
        ({"receiver": "004741234567"}, ["Til to"]),
        ({"receiver": "Ola"}, ["Til to"]),
        ({"receiver": "4790011223"}, ["Til to"]),
        ({"receiver": "Vakt / natt"}, ["Til vakta"]),
        ({"receiver": "26112", "direction": "in"}, ["Ja & takk 🎉", "Nei", "Kanske JA", "Ukjent", "Reklame"]),
        ({"receiver": "98765432"}, []),
        ({"receiver": "90000001;/groups/12"}, []),
        ({"since": "2026-01-31T10:00:00+01:00", "direction": "in"}, ["Kanske JA", "Ukjent", "Reklame"]),
        ({"since": "2026-01-31T09:00:00Z", "until": "2026-01-31T09:00:00Z"}, ["Kanske JA"]),
        ({"until": "2026-01-31T08:30:00Z"}, ["Ja & takk 🎉", "Nei"]),
        ({"until": "2026-01-31T02:59:59-06:00"}, ["Ja & takk 🎉", "Nei"]),
        ({"until": "2026-01-31T08:29:59.999Z"}, ["Ja & takk 🎉"]),
        ({"since": "2999-01-01T00:00:00Z"}, []),
        ({"text": "ja", "sender": "90555817", "direction": "in", "until": "2026-02-01T00:00:00Z"}, ["Ja & takk 🎉"]),
        ({"text": "ja", "direction": "out"}, []),
    ],
    ids=str,
)
def test_the_options_filter_together_in_all_folders(mail, options: dict[str, Any], expected: list[str]) -> None:
    result = mail.twice("message_info", **options)
    assert result["changed"] is False
    assert sorted(texts(result)) == sorted(expected)
    folders = [path for path in mail.reads if path.startswith("/folders/")]
    assert folders == [f"/folders/{id}/messages" for id in range(1, 7)]
    assert mail.reads.count("/folders") == 1


def test_messages_are_sorted_by_time(mail) -> None:
    messages = mail.done("message_info")["messages"]
    times = [message["time"] for message in messages]
    assert times == sorted(times)
    assert texts({"messages": messages})[:3] == ["Ja & takk 🎉", "Nei", "Kanske JA"]


def test_a_contact_with_the_same_name_is_not_found_if_the_number_differs(mail) -> None:
    (message,) = mail.done("message_info", sender="+46701740605")["messages"]
    assert (message["sender"].strip(), message["sender_number"]) == ("Kari Nordmann", "0046701740605")


@pytest.mark.parametrize("dates", [True, False], ids=["iso", "net"])
def test_times_in_both_formats_are_compared(mail, dates: bool) -> None:
    mail.simulator.assume(json_dates="iso_offset" if dates else "date_offset")
    result = mail.done("message_info", since="2026-01-31T09:00:00+01:00", until="2026-01-31T09:00:00+01:00")
    assert [(message["text"], message["time"]) for message in result["messages"]] == [
        ("Ja & takk 🎉", "2026-01-31T08:00:00Z")
    ]


@pytest.mark.parametrize("option", ["since", "until"])
@pytest.mark.parametrize(
    "text",
    ["2026-01-31T08:00:00", "2026-01-31", "08:00", "yesterday", "", "2026-13-31T08:00:00Z", "2026-01-31T08:00:00 CET"],
    ids=str,
)
def test_a_time_without_a_zone_is_rejected(json_account, option: str, text: str) -> None:
    message = json_account.refused("message_info", **{option: text})
    assert message.startswith(f"{option}: ")
    assert "with a time zone" in message
    assert json_account.requests == []


@pytest.mark.parametrize("option", ["sender", "receiver"])
@pytest.mark.parametrize(("value", "words"), [(4790555817, "quote it"), (["x"], "in quotes"), (True, "in quotes")])
def test_a_sender_or_receiver_that_is_not_a_text_is_rejected(json_account, option: str, value: Any, words: str) -> None:
    message = json_account.refused("message_info", **{option: value})
    assert message.startswith(f"{option}: ")
    assert words in message
    assert json_account.requests == []


@pytest.mark.parametrize("option", ["sender", "receiver"])
@pytest.mark.parametrize("value", ["", "  "], ids=repr)
def test_an_empty_sender_or_receiver_is_rejected(json_account, option: str, value: str) -> None:
    assert json_account.refused("message_info", **{option: value}).startswith(f"{option}: ")
    assert json_account.requests == []


def test_reading_all_messages_only_reads(mail) -> None:
    assert len(mail.twice("message_info")["messages"]) == 9
    assert mail.done("message_info", check=True) == mail.done("message_info")


class TestNumbersThatCannotGetMessages:
    """The return value permanently_failed."""

    @pytest.fixture
    def sent(self, mail) -> dict[str, str]:
        """Return the ids of the sent messages, by their text."""
        return {row["text"]: row["message_id"] for row in mail.done("message_info", direction="out")["messages"]}

    def report(self, mail, **options: Any) -> list[tuple[str | None, str, str]]:
        rows = mail.twice("message_info", **options)["permanently_failed"]
        return [(row["phone_number"], row["receiver"], row["status"]) for row in rows]

    def test_has_numbers_of_rows_with_a_number_and_with_a_name(self, mail, sent) -> None:
        assert self.report(mail) == []
        mail.simulator.delivery_status(sent["Til to"], "BARRED")
        assert sorted(self.report(mail), key=str) == [
            ("+4741234567", "Ola", "BARRED"),
            ("+4790011223", "+47 900 11 223", "BARRED"),
        ]
        assert self.report(mail, direction="in") == self.report(mail, text="Til Kari") == []

    def test_has_no_number_for_a_name_of_several_contacts_and_for_a_group(self, mail, sent) -> None:
        mail.simulator.delivery_status(sent["Til Kari"], "UNDELIV")
        mail.simulator.delivery_status(sent["Til vakta"], "undeliv")
        assert sorted(self.report(mail), key=str) == [
            (None, "Kari Nordmann", "UNDELIV"),
            (None, "Vakt / natt", "undeliv"),
        ]

    @pytest.mark.parametrize(
        "status",
        *[["DELIVRD", "EXPIRED", "DELETED", "UNKNOWN", "REJECTD", "FAILED", "NULL", "BARREDA", "ZEROBAL", "Sent", ""]],
    )
    def test_has_no_other_status(self, mail, sent, status: str) -> None:
        mail.simulator.delivery_status(sent["Til to"], status)
        assert self.report(mail) == []

    def test_has_no_number_that_got_a_later_message(self, mail, sent) -> None:
        mail.simulator.delivery_status(sent["Til to"], "UNDELIV")
        mail.simulator.clock(60)
        later = mail.simulator.seed(messages=[{"Receivers": "4741234567", "Text": "Igjen", "SenderNumber": "LINK"}])
        mail.simulator.delivery_status(later["messages"][0], "DELIVRD")
        mail.simulator.delivery_status(sent["Til to"], "DELIVRD", receiver="Ola")
        assert self.report(mail) == [("+4790011223", "+47 900 11 223", "UNDELIV")]

    def test_is_complete_if_the_messages_are_in_a_file(self, mail, sent, tmp_path) -> None:
        mail.simulator.delivery_status(sent["Til to"], "BARRED", receiver="+47 900 11 223")
        result = mail.done("message_info", dest=str(tmp_path / "messages.json"))
        assert [row["phone_number"] for row in result["permanently_failed"]] == ["+4790011223"]

    def test_needs_no_country_code(self, mail, sent) -> None:
        mail.simulator.seed(user={"Settings": {"NUMBER_PREFIX": ""}})
        mail.simulator.delivery_status(sent["Til to"], "BARRED", receiver="Ola")
        assert self.report(mail)[0][1:] == ("Ola", "BARRED")


class TestById:
    def test_a_message_is_read_by_one_request(self, mail) -> None:
        id = mail.done("message_info", text="Til to")["messages"][0]["message_id"]
        (message,) = mail.twice("message_info", message_id=id)["messages"]
        assert mail.reads == [f"/messages/{id}"]
        assert message.pop("handled").endswith("Z")
        assert message == {
            "message_id": id,
            "text": "Til to",
            "receivers": "/contacts/8;+47 900 11 223",
            "sender": "LINK",
            "status": "Sent",
            "merge": False,
            "private": False,
            "tariff": 0,
            "folder_id": 3,
        }

    @pytest.mark.parametrize("id", ["O_999999", "x/y", "a b?c#d%", "å"])
    def test_an_unknown_id_is_an_empty_list(self, mail, id: str) -> None:
        assert mail.done("message_info", message_id=id)["messages"] == []
        (entry,) = mail.requests
        assert entry["path"] == f"/messages/{id}"

    @pytest.mark.parametrize("id", ["", " ", ".", "..", "a\nb"], ids=repr)
    def test_an_impossible_id_is_rejected(self, json_account, id: str) -> None:
        assert json_account.refused("message_info", message_id=id).startswith("message_id: ")
        assert json_account.requests == []

    @pytest.mark.parametrize("option", ["text", "receiver", "sender", "direction", "since", "until"])
    def test_other_options_are_rejected(self, json_account, option: str) -> None:
        message = json_account.refused("message_info", message_id="I_1", **{option: "in"})
        assert message == f"`message_id`, `{option}` are mutually exclusive. Set only one of these options."
        assert json_account.requests == []


def test_the_result_has_the_documented_fields(mail) -> None:
    documented = yaml.safe_load(linkengage_message_info.RETURN)["messages"]["contains"]
    assert list(mail.done("message_info", text="Nei")["messages"][0]) == list(documented)

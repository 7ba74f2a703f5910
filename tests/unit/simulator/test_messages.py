# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending: receivers, senders, dates, folders and deliveries."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def some_data(simulator: Any) -> None:
    contacts = [
        {"ContactId": 1, "Firstname": "Kari", "Lastname": "Nordmann", "PhoneNumber": "41234567"},
        {"ContactId": 2, "Firstname": "Ola", "PhoneNumber": "+47 905 55 817"},
        {"ContactId": 3, "Firstname": "No number"},
        {"ContactId": 4, "PhoneNumber": "0046701234567"},
    ]
    groups = [{"GroupId": 12, "Name": "Vakt", "members": [1, 2, 3]}, {"GroupId": 13, "Name": "Empty"}]
    simulator.seed(contacts=contacts, groups=groups)


def send(wire: Any, receivers: str = "90011223", **fields: Any) -> str:
    response = wire.write("POST", "/messages", "Message", **{"Receivers": receivers, "Text": "Hei", **fields})
    return str(wire.created(response, "/messages", "MessageId"))


def refused(wire: Any, **fields: Any) -> None:
    response = wire.write("POST", "/messages", "Message", **{"Receivers": "90011223", "Text": "Hei", **fields})
    assert response.status_code == 400


def ahead(hours: int) -> str:
    return f"{datetime.now(timezone.utc) + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"


def test_every_phone_gets_its_text(wire: Any, simulator: Any) -> None:
    ident = send(wire, " 90011223;/contacts/1 ;/groups/12;/groups/13;;/contacts/4;", Text="Hei {{ x }} #Fornavn#")
    deliveries = simulator.deliveries()
    assert [(one["contact_id"], one["number"], one["phone"]) for one in deliveries] == [
        (None, "90011223", "4790011223"),
        (1, "41234567", "4741234567"),
        (1, "41234567", "4741234567"),
        (2, "+47 905 55 817", "4790555817"),
        (4, "0046701234567", "46701234567"),
    ]
    assert {(one["message_id"], one["sender"], one["text"]) for one in deliveries} == {
        (ident, "LINK", "Hei {{ x }} #Fornavn#")
    }


def test_a_repeated_post_sends_again(wire: Any, simulator: Any) -> None:
    assert send(wire) != send(wire)
    assert len(simulator.deliveries()) == 2


@pytest.mark.parametrize(
    "receivers",
    ["", ";", None, "/contacts/9", "/groups/9", "/contacts/x", "/contacts/1/", "/Contacts/1", "Kari", "+", "1;Kari"],
)
def test_invalid_receivers_are_refused(wire: Any, simulator: Any, receivers: str | None) -> None:
    refused(wire, Receivers=receivers)
    assert simulator.deliveries() == []


@pytest.mark.parametrize("text", ["", " \n", None])
def test_a_missing_text_is_refused(wire: Any, text: str | None) -> None:
    refused(wire, Text=text)


@pytest.mark.parametrize(
    ("sender", "accepted"),
    [
        ("Elevenchars", True),
        ("A-Team!", True),
        ("Twelvechars!", False),
        ("A B", False),
        ("Å", False),
        ("+47 12 34 56 78 90", True),
    ],
)
def test_a_free_sender_has_at_most_eleven_characters_or_is_a_number(
    wire: Any, simulator: Any, sender: str, accepted: bool
) -> None:
    if accepted:
        send(wire, SenderNumber=sender)
        assert [one["sender"] for one in simulator.deliveries()] == [sender]
    else:
        refused(wire, SenderNumber=sender)


def test_a_listed_sender_can_have_any_form(wire: Any, simulator: Any) -> None:
    simulator.seed(user={"AllowedSenderIds": ["Intouch Demo", "Å"]})
    for sender in ("Intouch Demo", "Å"):
        send(wire, SenderNumber=sender)
    assert [one["sender"] for one in simulator.deliveries()] == ["Intouch Demo", "Å"]


def test_without_free_senders_only_the_listed_senders_are_accepted(wire: Any, simulator: Any) -> None:
    settings = {"FREE_SENDER_ID": "False", "SENDER_ID": "Acme"}
    simulator.seed(user={"Settings": settings, "AllowedSenderIds": ["2612"]})
    for sender in ("2612", "Acme", "", None):
        send(wire, SenderNumber=sender)
    refused(wire, SenderNumber="Other")
    assert [one["sender"] for one in simulator.deliveries()] == ["2612", "Acme", "Acme", "Acme"]


def test_a_tariff_up_to_the_maximum_is_accepted(wire: Any, simulator: Any) -> None:
    simulator.seed(user={"Settings": {"MAX_TARIFF": "500"}})
    ident = send(wire, Tariff=500, IsMergeMessage=True, IsPrivate=True)
    shown = wire.read("GET", f"/messages/{ident}")
    assert (shown["Tariff"], shown["IsMergeMessage"], shown["IsPrivate"]) == ("500", "true", "true")
    refused(wire, Tariff=501)
    refused(wire, Tariff=-1)


def test_fields_that_the_service_sets(wire: Any) -> None:
    ident = send(wire, MessageId="O_1", MessageStatus="Unknown", FolderId=1, HandledDate="2014-01-01T12:00:00")
    shown = wire.read("GET", f"/messages/{ident}")
    assert (shown["MessageId"], shown["MessageStatus"], shown["FolderId"]) == (ident, "Sent", "3")
    assert datetime.now(timezone.utc) - wire.moment(shown["HandledDate"]) < timedelta(minutes=1)


def test_a_message_of_the_past_keeps_its_date_in_a_new_account(wire: Any, simulator: Any) -> None:
    simulator.seed(messages=[{"Receivers": "90011223", "Text": "Hei", "HandledDate": "2014-01-01T12:00:00Z"}])
    (row,) = wire.read("GET", "/folders/3/messages")
    shown = wire.read("GET", f"/messages/{row['MessageId']}")
    assert wire.moment(shown["HandledDate"]) == datetime(2014, 1, 1, 12, tzinfo=timezone.utc)


def test_a_scheduled_message_is_sent_at_its_time(wire: Any, simulator: Any) -> None:
    due = ahead(2)
    ident = send(wire, "/groups/12", HandledDate=due)
    waiting = wire.read("GET", f"/messages/{ident}")
    assert (waiting["MessageStatus"], waiting["FolderId"]) == ("Unknown", "2")
    assert [row["To"] for row in wire.read("GET", "/folders/2/messages")] == ["Vakt"]
    simulator.clock(3600)
    assert simulator.deliveries() == []
    wire.send("DELETE", "/contacts/2")
    simulator.clock(3601)
    sent = wire.read("GET", f"/messages/{ident}")
    assert (sent["MessageStatus"], sent["FolderId"]) == ("Sent", "3")
    assert wire.read("GET", "/folders/2/messages") == []
    assert [(one["contact_id"], one["at"]) for one in simulator.deliveries()] == [(1, due.replace("Z", ".000Z"))]


def test_later_changes_do_not_affect_a_sent_message(wire: Any, simulator: Any) -> None:
    send(wire, "/groups/12", HandledDate=ahead(1))
    simulator.clock(3600 * 2)
    wire.done(wire.send("DELETE", "/groups/12"))
    assert len(simulator.deliveries()) == 2
    assert [row["To"] for row in wire.read("GET", "/folders/3/messages")] == ["Vakt"]


def test_a_receiver_can_be_deleted_before_the_time(wire: Any, simulator: Any) -> None:
    send(wire, "/groups/12;/contacts/1;90011223", HandledDate=ahead(1))
    wire.done(wire.send("DELETE", "/groups/12"))
    wire.done(wire.send("DELETE", "/contacts/1"))
    simulator.clock(3600 * 2)
    assert [one["number"] for one in simulator.deliveries()] == ["90011223"]
    assert wire.read("GET", "/folders/3/messages")[0]["To"] == "/groups/12"


def test_a_message_that_is_deleted_before_its_time_is_not_sent(wire: Any, simulator: Any) -> None:
    ident = send(wire, HandledDate=ahead(1))
    wire.done(wire.send("DELETE", f"/messages/{ident}"))
    simulator.clock(3600 * 2)
    assert simulator.deliveries() == []
    assert wire.read("GET", "/folders/3/messages") == []


def test_a_sent_message_has_a_row_for_each_receiver(wire: Any, simulator: Any) -> None:
    ident = send(wire, "/contacts/1;/contacts/2;/contacts/4;/groups/12;90011223", SenderNumber="Acme")
    rows = wire.read("GET", "/folders/3/messages")
    assert [row.pop("To") for row in rows] == ["Kari Nordmann", "Ola", "0046701234567", "Vakt", "90011223"]
    assert all(row == rows[0] for row in rows)
    assert wire.moment(rows[0].pop("SendReceiveTime"))
    assert rows[0] == {
        "DeliverStatus": "Unknown",
        "DeliverTime": None,
        "Direction": "O",
        "From": "Acme",
        "FromNumber": "Acme",
        "MessageId": ident,
        "MessageType": "SMS",
        "ResourceURI": f"{simulator.api(wire.version)}/messages/{ident}",
        "Text": "Hei",
    }
    assert wire.read("GET", "/folders")[2]["MessagesInFolder"] == "5"


def test_the_delivery_status_can_be_set_for_all_or_one_receiver(wire: Any, simulator: Any) -> None:
    ident = send(wire, "/contacts/1;90011223")
    assert simulator.delivery_status(ident, "Delivered", "2030-01-01T12:00:00Z") == 2
    assert simulator.delivery_status(ident, "Failed", receiver="90011223") == 1
    assert simulator.delivery_status(ident, "Read", receiver="Kari Nordmann") == 1
    assert simulator.delivery_status(ident, "Seen", receiver="/contacts/1") == 1
    rows = wire.read("GET", "/folders/3/messages")
    assert [(row["DeliverStatus"], row["DeliverTime"]) for row in rows] == [("Seen", None), ("Failed", None)]
    simulator.delivery_status(ident, "Delivered", "2030-01-01T12:00:00Z")
    shown = wire.moment(wire.read("GET", "/folders/3/messages")[0]["DeliverTime"])
    assert shown == datetime(2030, 1, 1, 12, tzinfo=timezone.utc)


def test_an_inbound_message_is_in_its_folder(wire: Any, simulator: Any) -> None:
    ident = simulator.inbound("90555817", "Hei\r\n på deg ", folder=5, to="2077")
    shown = wire.read("GET", f"/messages/{ident}")
    assert ident.startswith("I_")
    expected = {"FolderId": "5", "Receivers": "2077", "SenderNumber": "90555817", "Text": "Hei\r\n på deg "}
    assert {name: shown[name] for name in expected} == expected
    (row,) = wire.read("GET", "/folders/5/messages")
    assert (row["From"], row["FromNumber"], row["To"], row["Direction"]) == ("Ola ", "90555817", "2077", "I")
    wire.done(wire.send("DELETE", f"/messages/{ident}"))
    assert wire.read("GET", "/folders/5/messages") == []

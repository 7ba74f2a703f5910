# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every endpoint of the contract, in both formats and both versions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from linkengage_simulator.endpoints import ENDPOINTS
from linkengage_simulator.schema import CONTACT, GROUP, Kind, complete

#: The tables of the contract page, row by row.
CONTRACT = """
GET /user
GET /contacts
POST /contacts
GET /contacts/count
GET /contacts/{id}
PUT /contacts/{id}
DELETE /contacts/{id}
GET /contacts/phonenumber/{number}
GET /contacts/search/{text}
GET /groups
POST /groups
GET /groups/{id}
PUT /groups/{id}
DELETE /groups/{id}
GET /groups/{id}/contacts
PUT /groups/{id}/contacts/{contactId}
DELETE /groups/{id}/contacts/{contactId}
GET /groups/{id}/contacts/search/{text}
POST /messages
GET /messages/{id}
DELETE /messages/{id}
GET /folders
GET /folders/{id}/messages
GET /{services|servicepoints|users|senders}
POST /{services|servicepoints|users|senders}
GET /{services|servicepoints|users|senders}/{id}
PUT /{services|servicepoints|users|senders}/{id}
DELETE /{services|servicepoints|users|senders}/{id}
"""
COVERED: set[str] = set()
Test = Callable[..., None]

# The fields are in the order of the contract. The schema may have additional fields of a newer version of the service.
CONTACT_FIELDS = [member.name for member in CONTACT.fields]
CONTACT_DATES = [member.name for member in CONTACT.fields if member.shape is Kind.DATE]
NEW_CONTACT = {name: None if value is None else json.dumps(value) for name, value in complete(CONTACT, {}).items()}
GROUP_FIELDS = [member.name for member in GROUP.fields]
NEW_GROUP = {name: None if value is None else json.dumps(value) for name, value in complete(GROUP, {}).items()}
MESSAGE_FIELDS = [
    "FolderId",
    "HandledDate",
    "IsMergeMessage",
    "IsPrivate",
    "MessageId",
    "MessageStatus",
    "Receivers",
    "SenderNumber",
    "Tariff",
    "Text",
]
FOLDER_FIELDS = [
    "FolderId",
    "FolderType",
    "IsPrivate",
    "IsUserDeletable",
    "MessagesInFolder",
    "Name",
    "ParentFolderId",
    "SubFolders",
]
FOLDER_MESSAGE_FIELDS = [
    "DeliverStatus",
    "DeliverTime",
    "Direction",
    "From",
    "FromNumber",
    "MessageId",
    "MessageType",
    "ResourceURI",
    "SendReceiveTime",
    "Text",
    "To",
]
KARI = {"Firstname": "Kari", "Lastname": "Nordmann", "PhoneNumber": "41234567"}
OLA = {"Firstname": "Ola", "Lastname": "Nordmann", "PhoneNumber": "4790555817", "Email": "ola@acme.example"}
FREE = ["services", "servicepoints", "users", "senders"]


def covers(*rows: str) -> Callable[[Test], Test]:
    """Mark a test with the rows of the contract that it covers."""
    COVERED.update(rows)
    return lambda test: test


def test_every_row_has_a_test() -> None:
    assert set(CONTRACT.strip().splitlines()) == COVERED


def test_the_simulator_has_exactly_these_rows() -> None:
    own = {f"{row.method} {row.path}" for row in ENDPOINTS}
    expected = set()
    for row in CONTRACT.strip().splitlines():
        for name in FREE if "|" in row else [""]:
            path = row.replace("{services|servicepoints|users|senders}", name)
            for integer in ("{id}", "{contactId}"):
                path = path.replace(integer, "{text}" if "/messages/{id}" in path else "{int}")
            expected.add(path.replace("{number}", "{text}"))
    assert own == expected


@covers("GET /user")
def test_the_user_has_settings_and_senders(wire: Any, simulator: Any) -> None:
    simulator.seed(user={"Settings": {"SENDER_ID": "Acme"}, "AllowedSenderIds": ["Acme", "2612"]})
    user = wire.read("GET", "/user")
    assert list(user) == ["AllowedFunctions", "AllowedSenderIds", "Organization", "Settings"]
    assert "SEND_SMS" in user["AllowedFunctions"]
    assert user["AllowedSenderIds"] == ["Acme", "2612"]
    assert user["Organization"]["Name"] == "Acme"
    assert user["Organization"]["Description1Alias"] == "Department"
    settings = {entry["Name"]: entry["Value"] for entry in user["Settings"]}
    assert settings["SENDER_ID"] == "Acme"
    assert settings["NUMBER_PREFIX"] == "47"
    assert all(isinstance(value, str) for value in settings.values())


def test_the_lists_of_a_user_have_their_namespace_in_xml(xml: Any) -> None:
    arrays = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
    text = xml.send("GET", "/user").text
    assert f'<AllowedSenderIds xmlns:d2p1="{arrays}"><d2p1:string>LINK</d2p1:string>' in text


@covers("GET /contacts", "GET /contacts/count")
def test_contacts_are_listed_and_counted(wire: Any, simulator: Any) -> None:
    assert wire.read("GET", "/contacts") == []
    simulator.seed(contacts=[KARI, OLA, KARI])
    contacts = wire.read("GET", "/contacts")
    assert [contact["Firstname"] for contact in contacts] == ["Kari", "Ola", "Kari"]
    assert list(contacts[0]) == CONTACT_FIELDS
    assert wire.read("GET", "/contacts/count") == "3"


def without_dates(contact: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in contact.items() if name not in CONTACT_DATES}


def test_the_schema_has_the_fields_of_the_contract_in_ordinal_order() -> None:
    contract = "CPAAccepted ContactId CreatedDate Description Description2 Description3 Email Firstname IsPrivate"
    assert {*contract.split(), "Lastname", "PhoneNumber"} <= set(CONTACT_FIELDS)
    assert sorted(CONTACT_FIELDS) == CONTACT_FIELDS


@covers("POST /contacts", "GET /contacts/{id}")
def test_a_contact_is_created(wire: Any) -> None:
    response = wire.write("POST", "/contacts", "Contact", **OLA, ContactId=7, Description="a\n b", IsPrivate=True)
    ident = wire.created(response, "/contacts", "ContactId")
    contact = wire.read("GET", f"/contacts/{ident}")
    assert list(contact) == CONTACT_FIELDS
    assert all(contact[name] for name in CONTACT_DATES)
    given = {**OLA, "ContactId": ident, "Description": "a\n b", "IsPrivate": "true"}
    assert without_dates(contact) == {**without_dates(NEW_CONTACT), **given}


def test_version_1_returns_the_whole_new_contact(wire: Any) -> None:
    if wire.version == 1:
        shown = wire.parse(wire.write("POST", "/contacts", "Contact", **KARI))
        assert shown == wire.read("GET", f"/contacts/{shown['ContactId']}")


def test_a_second_post_creates_a_second_contact(wire: Any) -> None:
    first, second = (wire.write("POST", "/contacts", "Contact", **KARI) for _turn in range(2))
    assert wire.created(first, "/contacts", "ContactId") != wire.created(second, "/contacts", "ContactId")


@covers("PUT /contacts/{id}")
def test_a_contact_is_replaced(wire: Any, simulator: Any) -> None:
    (ident,) = simulator.seed(contacts=[{**OLA, "IsPrivate": True, "CreatedDate": "2014-01-01T13:00:00"}])["contacts"]
    before = wire.read("GET", f"/contacts/{ident}")
    wire.done(wire.write("PUT", f"/contacts/{ident}", "Contact", ContactId=5, PhoneNumber="1", Firstname="Per"))
    after = wire.read("GET", f"/contacts/{ident}")
    kept = {name: before[name] for name in ("ContactId", *CONTACT_DATES)}
    assert after == {**NEW_CONTACT, **kept, "Firstname": "Per", "PhoneNumber": "1"}


@covers("DELETE /contacts/{id}")
def test_a_contact_is_deleted(wire: Any, simulator: Any) -> None:
    ids = simulator.seed(contacts=[KARI, OLA], groups=[{"Name": "All", "members": ["41234567", "4790555817"]}])
    (kari, ola), (group,) = ids["contacts"], ids["groups"]
    wire.done(wire.send("DELETE", f"/contacts/{kari}"))
    assert wire.send("GET", f"/contacts/{kari}").status_code == 404
    assert [member["ContactId"] for member in wire.read("GET", f"/groups/{group}/contacts")] == [str(ola)]


@covers("GET /contacts/phonenumber/{number}")
def test_a_contact_is_found_by_its_number(wire: Any, simulator: Any) -> None:
    simulator.seed(contacts=[OLA, KARI, {**KARI, "Firstname": "Kari the second"}, {"PhoneNumber": "+47 900/1"}])
    assert wire.read("GET", "/contacts/phonenumber/41234567")["Firstname"] == "Kari"
    assert wire.send("GET", "/contacts/phonenumber/90555817").status_code == 404
    assert wire.read("GET", "/contacts/phonenumber/+47%20900%2F1")["PhoneNumber"] == "+47 900/1"


@covers("GET /contacts/search/{text}")
def test_contacts_are_searched(wire: Any, simulator: Any) -> None:
    simulator.seed(contacts=[KARI, OLA])
    found = wire.read("GET", "/contacts/search/NORD%2090555")
    assert [contact["Firstname"] for contact in found] == ["Ola"]
    assert wire.read("GET", "/contacts/search/nobody") == []


@covers("GET /groups")
def test_groups_are_listed(wire: Any, simulator: Any) -> None:
    assert wire.read("GET", "/groups") == []
    simulator.seed(groups=[{"Name": "A"}, {"Name": "A", "Description": "d"}])
    groups = wire.read("GET", "/groups")
    assert [list(group) for group in groups] == [GROUP_FIELDS] * 2
    assert [(group["Name"], group["Description"]) for group in groups] == [("A", None), ("A", "d")]


@covers("POST /groups", "GET /groups/{id}")
def test_a_group_is_created(wire: Any) -> None:
    response = wire.write("POST", "/groups", "Group", Name="Vakt", Description="På vakt", IsPrivate=True)
    ident = wire.created(response, "/groups", "GroupId")
    expected = {**NEW_GROUP, "Description": "På vakt", "GroupId": ident, "IsPrivate": "true", "Name": "Vakt"}
    assert wire.read("GET", f"/groups/{ident}") == expected


@covers("PUT /groups/{id}")
def test_a_group_is_replaced(wire: Any, simulator: Any) -> None:
    ids = simulator.seed(contacts=[KARI], groups=[{"Name": "A", "Description": "d", "members": ["41234567"]}])
    (group,) = ids["groups"]
    wire.done(wire.write("PUT", f"/groups/{group}", "Group", GroupId=3, Name="B"))
    expected = {**NEW_GROUP, "GroupId": str(group), "IsPrivate": "false", "Name": "B"}
    assert wire.read("GET", f"/groups/{group}") == expected
    assert len(wire.read("GET", f"/groups/{group}/contacts")) == 1


@covers("DELETE /groups/{id}")
def test_a_group_is_deleted(wire: Any, simulator: Any) -> None:
    (group,) = simulator.seed(contacts=[KARI], groups=[{"Name": "A", "members": ["41234567"]}])["groups"]
    wire.done(wire.send("DELETE", f"/groups/{group}"))
    assert wire.send("GET", f"/groups/{group}").status_code == 404
    assert wire.send("GET", f"/groups/{group}/contacts").status_code == 404
    assert wire.read("GET", "/contacts/count") == "1"


@covers(
    "GET /groups/{id}/contacts",
    "PUT /groups/{id}/contacts/{contactId}",
    "DELETE /groups/{id}/contacts/{contactId}",
)
def test_members_are_added_listed_and_removed(wire: Any, simulator: Any) -> None:
    ids = simulator.seed(contacts=[KARI, OLA], groups=[{"Name": "A"}])
    (kari, ola), (group,) = ids["contacts"], ids["groups"]
    place = f"/groups/{group}/contacts"
    for contact in (ola, kari, ola):
        wire.done(wire.send("PUT", f"{place}/{contact}", b""))
    assert wire.read("GET", place) == wire.read("GET", "/contacts")
    wire.done(wire.send("DELETE", f"{place}/{kari}"))
    assert wire.send("DELETE", f"{place}/{kari}").status_code == 404
    assert [member["Firstname"] for member in wire.read("GET", place)] == ["Ola"]
    assert wire.read("GET", "/contacts/count") == "2"


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_members_that_do_not_exist_are_404(plain: Any, simulator: Any, method: str) -> None:
    ids = simulator.seed(contacts=[KARI], groups=[{"Name": "A"}])
    assert plain.send(method, f"/groups/{ids['groups'][0]}/contacts/1").status_code == 404
    assert plain.send(method, f"/groups/1/contacts/{ids['contacts'][0]}").status_code == 404


@covers("GET /groups/{id}/contacts/search/{text}")
def test_members_are_searched(wire: Any, simulator: Any) -> None:
    ids = simulator.seed(contacts=[KARI, OLA], groups=[{"Name": "A", "members": ["41234567"]}])
    place = f"/groups/{ids['groups'][0]}/contacts/search"
    assert [member["Firstname"] for member in wire.read("GET", f"{place}/nordmann")] == ["Kari"]
    assert wire.read("GET", f"{place}/ola") == []
    assert wire.send("GET", "/groups/1/contacts/search/ola").status_code == 404


@covers("POST /messages", "GET /messages/{id}")
def test_a_message_is_sent(wire: Any, simulator: Any) -> None:
    (kari,) = simulator.seed(contacts=[KARI])["contacts"]
    receivers = f"90011223;/contacts/{kari}"
    response = wire.write("POST", "/messages", "Message", MessageStatus="Unknown", Receivers=receivers, Text="Hei")
    ident = wire.created(response, "/messages", "MessageId")
    message = wire.read("GET", f"/messages/{ident}")
    assert list(message) == MESSAGE_FIELDS
    assert ident.startswith("O_")
    expected = {"MessageStatus": "Sent", "Receivers": receivers, "SenderNumber": "LINK", "Tariff": "0", "Text": "Hei"}
    assert {name: message[name] for name in expected} == expected


@covers("DELETE /messages/{id}")
def test_a_message_is_deleted(wire: Any, simulator: Any) -> None:
    (ident,) = simulator.seed(messages=[{"Receivers": "1", "Text": "Hei"}])["messages"]
    wire.done(wire.send("DELETE", f"/messages/{ident}"))
    assert wire.send("GET", f"/messages/{ident}").status_code == 404
    assert wire.send("DELETE", f"/messages/{ident}").status_code == 404
    assert len(simulator.deliveries()) == 1


@covers("GET /folders")
def test_folders_are_listed_with_their_subfolders(wire: Any, simulator: Any) -> None:
    simulator.inbound("41234567", "Ja")
    folders = wire.read("GET", "/folders")
    assert [list(folder) for folder in folders] == [FOLDER_FIELDS] * 4
    types = [(folder["FolderType"], folder["MessagesInFolder"]) for folder in folders]
    assert types == [("Inbox", "1"), ("Outbox", "0"), ("Sent", "0"), ("UserFolder", "0")]
    assert [folder["ParentFolderId"] for folder in folders] == [None] * 4
    (inner,) = folders[3]["SubFolders"]
    assert (inner["ParentFolderId"], inner["SubFolders"]) == (folders[3]["FolderId"], [])


@covers("GET /folders/{id}/messages")
def test_the_messages_of_a_folder_are_listed(wire: Any, simulator: Any) -> None:
    simulator.seed(contacts=[{"Firstname": "Kari", "PhoneNumber": "41234567"}])
    simulator.inbound("+47 412 34 567", "Ja", time="2026-01-01T12:00:00.5Z", to="26112")
    simulator.inbound("99999999", "Nei")
    known, unknown = wire.read("GET", "/folders/1/messages")
    assert list(known) == FOLDER_MESSAGE_FIELDS
    assert wire.moment(known.pop("SendReceiveTime")).isoformat() == "2026-01-01T12:00:00.500000+00:00"
    assert known == {
        "DeliverStatus": "Unknown",
        "DeliverTime": None,
        "Direction": "I",
        "From": "Kari ",
        "FromNumber": "+47 412 34 567",
        "MessageId": "I_5001",
        "MessageType": "SMS",
        "ResourceURI": f"{simulator.api(wire.version)}/messages/I_5001",
        "Text": "Ja",
        "To": "26112",
    }
    assert unknown["From"] == "99999999"
    assert wire.read("GET", "/messages/I_5001")["Text"] == "Ja"
    assert wire.send("GET", "/folders/99/messages").status_code == 404


@covers(
    "GET /{services|servicepoints|users|senders}",
    "POST /{services|servicepoints|users|senders}",
    "GET /{services|servicepoints|users|senders}/{id}",
    "PUT /{services|servicepoints|users|senders}/{id}",
    "DELETE /{services|servicepoints|users|senders}/{id}",
)
@pytest.mark.parametrize("name", FREE)
def test_the_resources_without_documented_fields_have_all_four_methods(wire: Any, name: str) -> None:
    root = name[:-1].capitalize()
    if wire.version == 1:
        assert wire.send("GET", f"/{name}").status_code == 404
        assert wire.write("POST", f"/{name}", root, Anything="x").status_code == 404
        return
    ident = wire.created(wire.write("POST", f"/{name}", root, Anything="x", Missing=None), f"/{name}", "Id")
    assert wire.read("GET", f"/{name}/{ident}") == {"Anything": "x", "Missing": None, "Id": ident}
    wire.done(wire.write("PUT", f"/{name}/{ident}", root, Other="y"))
    assert wire.read("GET", f"/{name}") == [{"Other": "y", "Id": ident}]
    wire.done(wire.send("DELETE", f"/{name}/{ident}"))
    assert wire.send("GET", f"/{name}/{ident}").status_code == 404
    assert wire.read("GET", f"/{name}") == []

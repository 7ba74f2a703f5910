# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Formats, names, order, texts and dates (contract page, "Transport" and "Wire details")."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from linkengage_simulator.schema import CONTACT, Kind, complete

NAMESPACE = "http://schemas.datacontract.org/2004/07/PSWinCom.Intouch.API.Resources"
JSON, XML, TEXT_XML, FORM = "application/json", "application/xml", "text/xml", "application/x-www-form-urlencoded"
CONTACT_DATES = [member.name for member in CONTACT.fields if member.shape is Kind.DATE]
TEXTS = [
    "Kari Æøå ß 你好 \U0001f600 e\u0301",
    "  spaces  ",
    "line\nbreaks\r\nof\rall kinds\t.",
    "<b>&amp;</b> \"quoted\" 'text' ]]>",
    "{{ lookup('pipe', 'id') }}",
    "a/b\\c \\/Date(1)\\/",
    "\u2028\u2029\u00a0\ufeff\x7f\x85",
    "",
]


@pytest.mark.parametrize(
    ("accept", "content_type", "expected"),
    [
        (None, None, JSON),
        ("*/*", None, JSON),
        ("*/*", JSON, JSON),
        ("*/*", XML, XML),
        (None, TEXT_XML, TEXT_XML),
        ("*/*", "text/xml; charset=utf-8", TEXT_XML),
        ("*/*", FORM, JSON),
        ("*/*", "text/plain", JSON),
        (JSON, XML, JSON),
        (XML, JSON, XML),
        (TEXT_XML, JSON, TEXT_XML),
        ("Application/JSON", XML, JSON),
        ("text/*", JSON, TEXT_XML),
        ("application/*", XML, XML),
        ("application/xml;q=0.5, application/json", XML, JSON),
        ("application/json;q=0.5, application/xml;q=0.9", JSON, XML),
        ("application/xml, application/json", JSON, XML),
        ("application/json;q=0, */*", JSON, XML),
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", JSON, XML),
        ("text/html, */*;q=0.1", None, JSON),
        ("text/html", JSON, None),
        ("application/json;q=0", JSON, None),
        ("application/json;q=much", JSON, None),
        (FORM, FORM, None),
    ],
)
def test_the_headers_decide_the_format_of_the_answer(
    plain: Any, accept: str | None, content_type: str | None, expected: str | None
) -> None:
    response = plain.send("GET", "/contacts", Accept=accept, Content_Type=content_type)
    if expected is None:
        assert response.status_code == 406
    else:
        assert response.headers["Content-Type"] == f"{expected}; charset=utf-8"
        assert response.text.startswith("[" if expected == JSON else "<ArrayOfContact ")


def test_nothing_is_done_if_the_format_of_the_answer_is_unknown(plain: Any, simulator: Any) -> None:
    assert plain.send("POST", "/contacts", '{"PhoneNumber": "1"}', Accept="text/html").status_code == 406
    assert simulator.state()["contacts"] == []


def test_a_request_in_one_format_can_have_an_answer_in_the_other(wire: Any) -> None:
    if wire.version == 1:
        return
    other = XML if wire.format == "json" else JSON
    response = wire.send("POST", "/contacts", wire.document("Contact", {"PhoneNumber": "1"}), Accept=other)
    scalars = "http://schemas.microsoft.com/2003/10/Serialization/"
    assert response.text == (f'<int xmlns="{scalars}">1001</int>' if other == XML else "1001")


def test_the_id_of_a_new_message_is_a_text(xml: Any, plain: Any) -> None:
    fields = {"Receivers": "1", "Text": "Hei"}
    scalars = "http://schemas.microsoft.com/2003/10/Serialization/"
    assert plain.write("POST", "/messages", "Message", **fields).text == '"O_5001"'
    assert xml.write("POST", "/messages", "Message", **fields).text == f'<string xmlns="{scalars}">O_5002</string>'


@pytest.mark.parametrize("media", ["text/plain", "application/octet-stream", "application/jsonp"])
def test_a_body_in_no_format_is_406(plain: Any, media: str) -> None:
    assert plain.send("POST", "/contacts", '{"PhoneNumber": "1"}', Content_Type=media).status_code == 406


def test_json_is_assumed(plain: Any) -> None:
    assert plain.send("POST", "/contacts", '{"PhoneNumber": "1"}', Content_Type=None).status_code == 201
    assert plain.send("POST", "/contacts", b'\xef\xbb\xbf{"PhoneNumber": "1"}').status_code == 201


def test_a_form_is_read_like_a_document(wire: Any) -> None:
    fields = {"Firstname": "Kåre & co", "PhoneNumber": "+47 1", "IsPrivate": "1", "CreatedDate": "2014-01-01T13:00:00"}
    response = wire.send("POST", "/contacts", urlencode(fields), Content_Type=FORM)
    ident = wire.created(response, "/contacts", "ContactId")
    contact = wire.read("GET", f"/contacts/{ident}")
    assert (contact["Firstname"], contact["PhoneNumber"], contact["IsPrivate"]) == ("Kåre & co", "+47 1", "true")
    assert contact["Lastname"] is None
    wire.done(wire.send("PUT", f"/contacts/{ident}", ' {"PhoneNumber": "2", "Lastname": "Ås"}', Content_Type=FORM))
    assert wire.read("GET", f"/contacts/{ident}")["Lastname"] == "Ås"


@pytest.mark.parametrize(
    "body", ["", "PhoneNumber", "PhoneNumber=1&IsPrivate=", "PhoneNumber=%ff", b"PhoneNumber=\xff"]
)
def test_an_invalid_form_is_400(plain: Any, body: str) -> None:
    assert plain.send("POST", "/contacts", body, Content_Type=FORM).status_code == 400


def test_a_message_and_a_free_resource_can_be_forms(plain: Any) -> None:
    message = plain.send("POST", "/messages", "Receivers=1;2&Text=Hei+du&Tariff=100", Content_Type=FORM)
    assert plain.read("GET", f"/messages/{message.json()}")["Text"] == "Hei du"
    service = plain.send("POST", "/services", "Name=x", Content_Type=FORM)
    assert plain.read("GET", f"/services/{service.json()}") == {"Name": "x", "Id": "1"}


@pytest.mark.parametrize("text", TEXTS)
def test_texts_are_unchanged(wire: Any, simulator: Any, text: str) -> None:
    response = wire.write("POST", "/contacts", "Contact", Description=text, PhoneNumber="1")
    ident = wire.created(response, "/contacts", "ContactId")
    assert simulator.state()["contacts"][0]["Description"] == text
    assert wire.read("GET", f"/contacts/{ident}")["Description"] == text


def test_texts_of_messages_are_unchanged(wire: Any, simulator: Any) -> None:
    text = "".join(TEXTS)
    response = wire.write("POST", "/messages", "Message", Receivers="1", Text=text)
    ident = wire.created(response, "/messages", "MessageId")
    assert wire.read("GET", f"/messages/{ident}")["Text"] == text
    assert wire.read("GET", "/folders/3/messages")[0]["Text"] == text
    assert simulator.deliveries()[0]["text"] == text


def test_control_characters_are_references_in_xml(plain: Any, xml: Any) -> None:
    plain.write("POST", "/contacts", "Contact", Firstname="a\x01b\ufffe", PhoneNumber="1")
    assert plain.read("GET", "/contacts/1001")["Firstname"] == "a\x01b\ufffe"
    assert "<Firstname>a&#x1;b&#xFFFE;</Firstname>" in xml.send("GET", "/contacts/1001").text


def test_a_contact_in_json_has_exactly_this_text(plain: Any, simulator: Any) -> None:
    dates = dict.fromkeys(CONTACT_DATES, "/Date(1388577600000+0100)/")
    fields = {"ContactId": 4711, **dates, "Description": ""}
    simulator.seed(contacts=[{**fields, "Firstname": "Kari", "Lastname": "Nordmann", "PhoneNumber": "41234567"}])
    texts = {
        **{name: json.dumps(dates.get(name, value)) for name, value in complete(CONTACT, {}).items()},
        "CPAAccepted": "false",
        "ContactId": "4711",
        "CreatedDate": '"/Date(1388577600000+0100)/"',
        "Description": '""',
        "Description2": "null",
        "Description3": "null",
        "Email": "null",
        "Firstname": '"Kari"',
        "IsPrivate": "false",
        "Lastname": '"Nordmann"',
        "PhoneNumber": '"41234567"',
    }
    expected = "{" + ", ".join(f'"{name}": {text}' for name, text in texts.items()) + "}"
    assert plain.send("GET", "/contacts/4711").text == expected.replace("/", "\\/")
    simulator.options(plain_slashes=True)
    assert plain.send("GET", "/contacts/4711").text == expected


def element(name: str, value: Any) -> str:
    """Return the XML of a field without a value, also of a field that the contract does not have."""
    return f'<{name} i:nil="true" />' if value is None else f"<{name}>{json.dumps(value)}</{name}>"


def test_a_contact_in_xml_has_exactly_this_text(xml: Any, simulator: Any) -> None:
    fields = {"ContactId": 4711, **dict.fromkeys(CONTACT_DATES, "2014-01-01T12:00:00.123Z"), "Description": ""}
    simulator.seed(contacts=[{**fields, "Firstname": "Kari", "Lastname": "Nordmann", "PhoneNumber": "41234567"}])
    texts = {
        **{name: element(name, value) for name, value in complete(CONTACT, {}).items()},
        **{name: f"<{name}>2014-01-01T13:00:00.123</{name}>" for name in CONTACT_DATES},
        "CPAAccepted": "<CPAAccepted>false</CPAAccepted>",
        "ContactId": "<ContactId>4711</ContactId>",
        "CreatedDate": "<CreatedDate>2014-01-01T13:00:00.123</CreatedDate>",
        "Description": "<Description></Description>",
        "Description2": '<Description2 i:nil="true" />',
        "Description3": '<Description3 i:nil="true" />',
        "Email": '<Email i:nil="true" />',
        "Firstname": "<Firstname>Kari</Firstname>",
        "IsPrivate": "<IsPrivate>false</IsPrivate>",
        "Lastname": "<Lastname>Nordmann</Lastname>",
        "PhoneNumber": "<PhoneNumber>41234567</PhoneNumber>",
    }
    contact = "".join(texts.values()) + "</Contact>"
    namespaces = f' xmlns="{NAMESPACE}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">'
    assert xml.send("GET", "/contacts/4711").text == f"<Contact{namespaces}{contact}"
    assert xml.send("GET", "/contacts").text == f"<ArrayOfContact{namespaces}<Contact>{contact}</ArrayOfContact>"


def contact(*elements: str, attributes: str = "") -> str:
    """Return a contact in XML with the elements in the given order."""
    return f'<Contact xmlns="{NAMESPACE}"{attributes}>{"".join(elements)}</Contact>'


FIRST, LAST, PHONE = (
    "<Firstname>Kari</Firstname>",
    "<Lastname>Nordmann</Lastname>",
    "<PhoneNumber>1</PhoneNumber>",
)
NIL = ' xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'


@pytest.mark.parametrize(
    ("body", "first", "last"),
    [
        (contact(FIRST, LAST, PHONE), "Kari", "Nordmann"),
        (contact("\n  ", FIRST, "\n  ", LAST, "<!-- x -->", PHONE, "\n"), "Kari", "Nordmann"),
        (contact(LAST, FIRST, PHONE), None, "Nordmann"),
        (contact(LAST, PHONE, FIRST), None, "Nordmann"),
        (contact(FIRST, PHONE, LAST), "Kari", None),
        (contact(FIRST, "<Unknown>x</Unknown>", LAST, PHONE), "Kari", "Nordmann"),
        (contact("<firstname>x</firstname>", FIRST, LAST, PHONE), "Kari", "Nordmann"),
        (contact(FIRST, "<Firstname>Ola</Firstname>", LAST, PHONE), "Kari", "Nordmann"),
        (contact('<Firstname xmlns="">Kari</Firstname>', LAST, PHONE), None, "Nordmann"),
        (contact('<Firstname xmlns="urn:x">Kari</Firstname>', LAST, PHONE), None, "Nordmann"),
        (contact('<Firstname i:nil="true" />', LAST, PHONE, attributes=NIL), None, "Nordmann"),
        (contact("<Firstname />", LAST, PHONE), "", "Nordmann"),
        (contact("<Firstname><![CDATA[<Kari>]]></Firstname>", LAST, PHONE), "<Kari>", "Nordmann"),
        ('<?xml version="1.0" encoding="utf-8"?>' + contact(FIRST, LAST, PHONE), "Kari", "Nordmann"),
        (f'<x:Contact xmlns:x="{NAMESPACE}"><x:PhoneNumber>1</x:PhoneNumber></x:Contact>', None, None),
    ],
)
@pytest.mark.parametrize("media", [XML, TEXT_XML])
def test_xml_is_read_in_order(
    xml: Any, simulator: Any, body: str, first: str | None, last: str | None, media: str
) -> None:
    assert xml.send("POST", "/contacts", body, Content_Type=media).status_code == 201
    (kept,) = simulator.state()["contacts"]
    assert (kept["Firstname"], kept["Lastname"], kept["PhoneNumber"]) == (first, last, "1")


def test_a_number_out_of_order_is_missing(xml: Any) -> None:
    fields = "<PhoneNumber>1</PhoneNumber><Text>Hei</Text><Receivers>1</Receivers>"
    assert xml.send("POST", "/messages", f'<Message xmlns="{NAMESPACE}">{fields}</Message>').status_code == 400


def test_blanks_around_a_value_in_xml_are_ignored(xml: Any) -> None:
    elements = "<CPAAccepted> 1 </CPAAccepted><ContactId> 5 </ContactId>", "<IsPrivate>true</IsPrivate>", PHONE
    assert xml.send("POST", "/contacts", contact(*elements)).status_code == 201
    kept = xml.read("GET", "/contacts/1001")
    assert (kept["CPAAccepted"], kept["IsPrivate"]) == ("true", "true")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/Date(1893499200000)/", "2030-01-01T12:00:00+00:00"),
        ("/Date(1893499200000+0100)/", "2030-01-01T12:00:00+00:00"),
        ("/Date(1893499200000-0930)/", "2030-01-01T12:00:00+00:00"),
        ("2030-01-01T12:00:00Z", "2030-01-01T12:00:00+00:00"),
        ("2030-01-01T12:00:00.5Z", "2030-01-01T12:00:00.500000+00:00"),
        ("2030-01-01T12:00:00.1239999Z", "2030-01-01T12:00:00.123000+00:00"),
        ("2030-01-01T12:00:00+05:30", "2030-01-01T06:30:00+00:00"),
        ("2030-01-01T12:00:00", "2030-01-01T11:00:00+00:00"),
        ("2030-07-01T12:00:00.123", "2030-07-01T10:00:00.123000+00:00"),
    ],
)
def test_dates_are_read_in_both_forms(wire: Any, text: str, expected: str) -> None:
    response = wire.write("POST", "/messages", "Message", HandledDate=text, Receivers="1", Text="Hei")
    ident = wire.created(response, "/messages", "MessageId")
    assert wire.moment(wire.read("GET", f"/messages/{ident}")["HandledDate"]).isoformat() == expected


@pytest.mark.parametrize("text", ["2030-01-01", "12:00", "2030-13-01T00:00:00", "/Date(1)", "2030-01-01 12:00:00", ""])
def test_an_invalid_date_is_400(wire: Any, text: str) -> None:
    fields = {"HandledDate": text, "Receivers": "1", "Text": "Hei"}
    assert wire.write("POST", "/messages", "Message", **fields).status_code == 400


def test_written_dates_are_in_the_zone(plain: Any, xml: Any, simulator: Any) -> None:
    dates = ["2014-01-01T12:00:00Z", "2014-07-01T12:00:00.12Z", "1969-12-31T23:59:59.999Z"]
    simulator.seed(contacts=[{"CreatedDate": date} for date in dates])
    shown = [contact["CreatedDate"] for contact in plain.read("GET", "/contacts")]
    assert shown == ["/Date(1388577600000+0100)/", "/Date(1404216000120+0200)/", "/Date(-1+0100)/"]
    shown = [contact["CreatedDate"] for contact in xml.read("GET", "/contacts")]
    assert shown == ["2014-01-01T13:00:00", "2014-07-01T14:00:00.12", "1970-01-01T00:59:59.999"]


def test_iso_dates_in_version_2(wire: Any, simulator: Any) -> None:
    simulator.assume(json_dates="iso_offset")
    simulator.seed(contacts=[{"CreatedDate": "2014-01-01T12:00:00Z"}])
    shown = wire.read("GET", "/contacts")[0]["CreatedDate"]
    others = {"xml": "2014-01-01T13:00:00", "json": "/Date(1388577600000+0100)/"}
    iso = wire.version == 2 and wire.format == "json"
    assert shown == ("2014-01-01T13:00:00.000+01:00" if iso else others[wire.format])


def test_created_date_is_now_and_read_only(wire: Any, simulator: Any) -> None:
    written = "2014-01-01T12:00:00"
    wire.write("POST", "/contacts", "Contact", CreatedDate=written, PhoneNumber="1")
    before = wire.read("GET", "/contacts/1001")
    assert abs((wire.moment(before["CreatedDate"]) - datetime.now(timezone.utc)).total_seconds()) < 60
    wire.done(wire.write("PUT", "/contacts/1001", "Contact", CreatedDate=written, PhoneNumber="1"))
    assert wire.read("GET", "/contacts/1001") == before


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ("a/b", [1]),
        ("c+d", [2]),
        ("c d", [1, 2, 3, 6]),
        ("a\tb", []),
        ("%41", [3]),
        ("A/B C+", []),
        ("ØRN", [4]),
        ("?x=1&y", [5]),
        ("#;", [6]),
        (" ", [1, 2, 3, 4, 5, 6]),
        ("desc 2@", [6]),
        ("dnord", []),
    ],
)
def test_a_search_finds_the_decoded_term(plain: Any, simulator: Any, terms: str, found: list[int]) -> None:
    texts = ["a/b cd", "c+d", "%41 cd", "Ørnulf", "?x=1&y", "#;"]
    contacts = [{"ContactId": number, "Firstname": text} for number, text in enumerate(texts, 1)]
    contacts[5].update(Description3="a DESC", Email="2@b", Lastname="Nord", Description="d")
    simulator.seed(contacts=contacts)
    shown = plain.send("GET", f"/contacts/search/{quote(terms, safe='')}").json()
    assert [contact["ContactId"] for contact in shown] == found


def test_plus_in_a_path_is_a_plus(plain: Any, simulator: Any) -> None:
    simulator.seed(contacts=[{"Firstname": "a b"}, {"Firstname": "a+b"}])
    assert [contact["Firstname"] for contact in plain.read("GET", "/contacts/search/a+b")] == ["a+b"]


def test_free_resources_are_stored_unchanged(plain: Any, xml: Any) -> None:
    record = {"Name": "a < b", "Flag": True, "Number": 5, "List": [1, None, {"Deep": "x"}], "Empty": {}, "Nil": None}
    ident = plain.send("POST", "/services", json.dumps(record)).json()
    shown = plain.send("GET", f"/services/{ident}")
    assert shown.json() == {**record, "Id": ident}
    text = xml.send("GET", f"/services/{ident}").text
    again = xml.send("POST", "/services", text)
    assert again.status_code == 201
    copy = plain.send("GET", "/services").json()[1]
    assert copy["List"] == ["1", None, {"Deep": "x"}]
    assert (copy["Name"], copy["Flag"], copy["Id"]) == ("a < b", "true", 2)
    for nonsense in ('{"a b": 1}', "[]", '{"a": {"<": 1}}'):
        assert plain.send("POST", "/services", nonsense).status_code == 400

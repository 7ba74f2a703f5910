# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which answers are accepted: one table for each kind of answer, in both formats."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._errors import UnreadableAnswer
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import (
    CONTACT,
    FOLDER,
    FOLDER_MESSAGE,
    GROUP,
    MESSAGE,
    USER,
)
from ansible_collections.community.linkengage.plugins.module_utils._service.answers import Answers
from ansible_collections.community.linkengage.plugins.module_utils._service.bodies import Body
from ansible_collections.community.linkengage.plugins.module_utils._service.calls import Answer
from ansible_collections.community.linkengage.plugins.module_utils._service.formats import Json
from ansible_collections.community.linkengage.plugins.module_utils._service.xml_format import INSTANCE, Xml

AS_JSON, AS_XML = Answers(Json()), Answers(Xml())
PAGE = b"<!DOCTYPE html><html><head><title>Blocked</title></head><body><p>Blocked</p></body></html>"
XHTML = b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>5</p></body></html>'
ERROR = b"<Error><Message>No</Message></Error>"
FAULT = b'<Fault xmlns="http://schemas.microsoft.com/ws/2005/05/envelope/none"><Code>5</Code></Fault>'
SOAP = b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault/></s:Body></s:Envelope>'
NIL = f'xmlns:i="{INSTANCE}" i:nil="true"'.encode()


def answer(body: bytes | str, media: str | None = "", status: int = 200, **headers: str) -> Answer:
    data = body if isinstance(body, bytes) else body.encode()
    if media == "":
        media = "application/xml" if data.lstrip().startswith(b"<") else "application/json"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {**({"Content-Type": media} if media else {}), **named}, Body(data))


def wire_of(body: bytes | str) -> Answers:
    """Return the reader of XML for a body that looks like XML, otherwise the reader of JSON."""
    return AS_XML if answer(body).body.head.lstrip().startswith(b"<") else AS_JSON


NOT_A_RECORD: list[bytes | str] = [
    b"",
    b" \r\n",
    "null",
    "{}",
    "[]",
    "5",
    '"OK"',
    "true",
    '{"Message": "No"}',
    '{"ContactId": 0}',
    '{"ContactId": -5}',
    '{"ContactId": null}',
    '{"ContactId": true}',
    '{"ContactId": 5.5}',
    '{"ContactId": "x"}',
    '{"ContactId": "٥"}',
    '{"ContactId": 1e400}',
    '{"ContactId": Infinity}',
    '{"ContactId": ' + "9" * 5000 + "}",
    '{"ContactId": [5]}',
    '[{"ContactId": 5}]',
    '{"GroupId": 5, "Name": "On call"}',
    PAGE,
    XHTML,
    ERROR,
    FAULT,
    SOAP,
    b"<Contact/>",
    b"<Contact></Contact>",
    b"<Contact>5</Contact>",
    b"<Contact " + NIL + b"/>",
    b"<Contact><ContactId/></Contact>",
    b"<Contact><ContactId>0</ContactId></Contact>",
    b"<Contact><Firstname>Kari</Firstname></Contact>",
    b"<Group><GroupId>5</GroupId></Group>",
    b"<int>5</int>",
]


@pytest.mark.parametrize("body", NOT_A_RECORD, ids=lambda body: repr(body)[:50])
def test_an_invalid_record_is_never_a_record(body: bytes | str) -> None:
    for id in (None, 5):
        with pytest.raises(UnreadableAnswer):
            wire_of(body).record(CONTACT, id)(answer(body))


@pytest.mark.parametrize(
    "body",
    [
        '{"ContactId": 5, "PhoneNumber": ""}',
        '{"contactId": 5, "phoneNumber": ""}',
        '{"ContactId": "5", "PhoneNumber": null, "Firstname": null, "Extra": 1}',
        b"<Contact><ContactId>5</ContactId><PhoneNumber/></Contact>",
        b'<a:Contact xmlns:a="urn:a"><a:ContactId> 5 </a:ContactId><a:PhoneNumber/></a:Contact>',
        b"<Whatever><ContactId>5</ContactId><PhoneNumber/></Whatever>",
    ],
    ids=str,
)
def test_a_record_needs_its_id_and_number_and_missing_fields_are_defaults(body: bytes | str) -> None:
    record = wire_of(body).record(CONTACT, 5)(answer(body))
    assert (record["contact_id"], record["private"]) == (5, False)
    assert not record["phone_number"]


@pytest.mark.parametrize(
    ("resource", "body", "missing"),
    [
        (CONTACT, '{"ContactId": 5, "Firstname": "Kari"}', "PhoneNumber"),
        (GROUP, '{"GroupId": 5, "Description": "x"}', "Name"),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_a_record_in_json_without_its_number_or_name_is_rejected(resource: Any, body: str, missing: str) -> None:
    # If this answer were accepted, the next change would clear the number.
    for read, given in ((AS_JSON.record(resource, 5), body), (AS_JSON.records(resource), f"[{body}]")):
        with pytest.raises(
            UnreadableAnswer, match=f"the answer has no {missing}, a required field of every {resource.name}"
        ):
            read(answer(given))


def test_a_record_in_xml_without_its_number_has_the_default() -> None:
    body = b"<Contact><ContactId>5</ContactId></Contact>"
    assert AS_XML.record(CONTACT, 5)(answer(body))["phone_number"] is None
    assert len(AS_XML.records(CONTACT)(answer(b"<A>" + body + b"</A>"))) == 1


@pytest.mark.parametrize("body", ['{"ContactId": 6}', b"<Contact><ContactId>6</ContactId></Contact>"], ids=str)
def test_another_record_is_rejected(body: bytes | str) -> None:
    with pytest.raises(UnreadableAnswer, match="the answer contains the contact with id 6, but id 5 was requested"):
        wire_of(body).record(CONTACT, 5)(answer(body))


@pytest.mark.parametrize(
    ("asked", "given", "same"),
    [
        ("I_1234", "I_1234", True),
        ("i_1234", "I_1234", True),
        ("I_1234", "1234", True),
        ("63472", "I_1234", True),  # as in the public sample
        ("I_1234", "I_1235", False),
        ("I_1234", "O_1234", False),
        ("I_1234", "1235", False),
        ("strange", "I_1234", False),
    ],
)
def test_the_ids_of_messages_are_compared_in_all_their_forms(asked: str, given: str, same: bool) -> None:
    read = AS_JSON.record(MESSAGE, asked)
    body = json.dumps({"MessageId": given, "Text": "Hi"})
    if same:
        assert read(answer(body))["message_id"] == given
    else:
        with pytest.raises(UnreadableAnswer, match="was requested"):
            read(answer(body))


def test_a_message_may_have_a_bare_number() -> None:
    assert AS_JSON.record(MESSAGE)(answer('{"MessageId": 7}'))["message_id"] == "7"


@pytest.mark.parametrize(
    "given", ["", None, "OK", "I_", "_5", True, "I_1234/../5", "I_" + "9" * 50, 0, "0", "O_0", "O_000", -5], ids=repr
)
def test_a_message_needs_a_valid_id(given: Any) -> None:
    with pytest.raises(UnreadableAnswer, match="MessageId"):
        AS_JSON.record(MESSAGE)(answer(json.dumps({"MessageId": given})))


@pytest.mark.parametrize("body", ["{}", '{"Message": "No"}', "null", "[]", b"<User/>", b"<User>x</User>", ERROR, PAGE])
def test_a_user_has_the_fields_of_a_user(body: bytes | str) -> None:
    with pytest.raises(UnreadableAnswer):
        wire_of(body).record(USER)(answer(body))


def test_one_field_is_enough_for_a_user() -> None:
    assert AS_JSON.record(USER)(answer('{"Settings": []}'))["settings"] == {}


# Lists

NOT_A_LIST: list[bytes | str] = [
    b"",
    "null",
    "{}",
    '{"Message": "No"}',
    "5",
    '"none"',
    "[null]",
    "[[]]",
    '["OK"]',
    "[{}]",
    '[{"ContactId": 5}, {"ContactId": 0}]',
    '[{"ContactId": 5}, {"Message": "No"}]',
    '[{"GroupId": 5}]',
    PAGE,
    XHTML,
    ERROR,
    b"<Error/>",
    FAULT,
    b"<Fault/>",
    SOAP,
    b"<html/>",
    b"<Contact/>",
    b"<a:Contact xmlns:a='urn:a'></a:Contact>",
    b"<ArrayOfContact " + NIL + b"/>",
    b"<ArrayOfContact>none</ArrayOfContact>",
    b"<Status>OK</Status>",
    b"<ArrayOfContact><Contact/></ArrayOfContact>",
    b"<ArrayOfContact><Contact>5</Contact></ArrayOfContact>",
    b"<Contact><ContactId>5</ContactId><Firstname>Kari</Firstname></Contact>",
    b"<ArrayOfGroup><Group><GroupId>5</GroupId></Group></ArrayOfGroup>",
]


@pytest.mark.parametrize("body", NOT_A_LIST, ids=lambda body: repr(body)[:50])
def test_an_invalid_list_is_never_an_empty_list(body: bytes | str) -> None:
    with pytest.raises(UnreadableAnswer):
        wire_of(body).records(CONTACT)(answer(body))


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        ("[]", []),
        ('[{"ContactId": 5, "PhoneNumber": "1"}]', [5]),
        ('[{"ContactId": 5, "PhoneNumber": "1"}, {"ContactId": 5, "PhoneNumber": "1"}]', [5]),
        (b"<ArrayOfContact/>", []),
        (b"<ArrayOfContact>\n</ArrayOfContact>", []),
        (
            b"<Whatever><X><ContactId>5</ContactId>N</X><X><ContactId>6</ContactId>N</X></Whatever>".replace(
                b"N", b"<PhoneNumber/>"
            ),
            [5, 6],
        ),
    ],
    ids=str,
)
def test_lists_with_any_element_names_are_read(body: bytes | str, ids: list[int]) -> None:
    assert [record["contact_id"] for record in wire_of(body).records(CONTACT)(answer(body))] == ids


@pytest.mark.parametrize(
    "other", ['{"ContactId": 5, "PhoneNumber": "2"}', '{"ContactId": 5, "PhoneNumber": "1", "A": 1}']
)
def test_a_list_has_no_two_records_with_one_id(other: str) -> None:
    body = f'[{{"ContactId": 5, "PhoneNumber": "1"}}, {other}]'
    with pytest.raises(UnreadableAnswer, match="the list contains contact 5 twice, with different values"):
        AS_JSON.records(CONTACT)(answer(body))


def test_a_record_that_is_listed_twice_is_chosen_once() -> None:
    one, other = '{"ContactId": 5, "PhoneNumber": "1"}', '{"ContactId": 6, "PhoneNumber": "2"}'
    read = AS_JSON.chosen(CONTACT, "phone_number", lambda number: number == "1")
    assert [row and row["contact_id"] for row in read(answer(f"[{one}, {other}, {one}]"))] == [5, None]


def test_a_message_can_have_several_rows_in_a_folder() -> None:
    body = '[{"MessageId": "O_5", "To": "A"}, {"MessageId": "O_5", "To": "B"}]'
    assert len(AS_JSON.records(FOLDER_MESSAGE)(answer(body))) == 2


@pytest.mark.parametrize("resource", [FOLDER, FOLDER_MESSAGE, GROUP, MESSAGE], ids=lambda resource: resource.name)
def test_every_list_needs_ids(resource: Any) -> None:
    for body in ("[{}]", '[{"Text": "Hi", "Name": "x"}]', b"<A><B><Name>x</Name></B></A>"):
        with pytest.raises(UnreadableAnswer, match="Id, a required field of every"):
            wire_of(body).records(resource)(answer(body))


@pytest.mark.parametrize("text", ["null", "[]", '""'])
def test_a_folder_can_have_no_subfolders(text: str) -> None:
    body = f'[{{"FolderId": 1, "SubFolders": {text}}}]'
    assert AS_JSON.records(FOLDER)(answer(body))[0]["sub_folders"] == []


@pytest.mark.parametrize("text", ['"x"', "5", "true", '["x"]', "[null]", "[[]]", "[{}]", '{"F": "x"}'])
def test_subfolders_of_another_type_are_rejected(text: str) -> None:
    body = f'[{{"FolderId": 1, "SubFolders": {text}}}]'
    with pytest.raises(UnreadableAnswer, match=r"SubFolders|FolderId"):
        AS_JSON.records(FOLDER)(answer(body))


@pytest.mark.parametrize("depth", [90, 101, 900, 3000])
@pytest.mark.parametrize("wire", [AS_JSON, AS_XML], ids=["json", "xml"])
def test_folders_that_are_nested_too_deeply_are_rejected(wire: Answers, depth: int) -> None:
    if wire is AS_JSON:
        body = '[{"FolderId": 1, "SubFolders": ' * depth + "[]" + "}]" * depth
    else:
        body = "<A>" + "<F><FolderId>1</FolderId><SubFolders>" * depth + "</SubFolders></F>" * depth + "</A>"
    if depth < 100:
        assert len(wire.records(FOLDER)(answer(body))) == 1
    else:
        with pytest.raises(UnreadableAnswer, match="too deeply"):
            wire.records(FOLDER)(answer(body))


@pytest.mark.parametrize("root", ["Contact", "int", "Group", "boolean", "Whatever"])
def test_an_empty_element_is_not_an_empty_list_unless_its_name_is_not_known(root: str) -> None:
    for body in (f"<{root}/>", f'<x:{root} xmlns:x="u"></x:{root}>'):
        with pytest.raises(UnreadableAnswer, match=f"the answer must be a list, but is the XML element {root}"):
            AS_XML.records(GROUP)(answer(body.encode()))
        assert AS_XML.records(FOLDER_MESSAGE)(answer(body.encode())) == []


# Types of fields


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("IsPrivate", "maybe"),
        ("IsPrivate", 2),
        ("IsPrivate", []),
        ("Firstname", True),
        ("Firstname", {"a": 1}),
        ("Firstname", ["a"]),
        ("PhoneNumber", {}),
        ("CreatedDate", []),
    ],
)
def test_a_value_of_another_type_is_named_and_not_guessed(field: str, value: Any) -> None:
    with pytest.raises(UnreadableAnswer, match=f"the field {field} contains a value that is not "):
        AS_JSON.record(CONTACT, 5)(answer(json.dumps({"ContactId": 5, field: value})))


def test_the_error_about_an_integer_that_is_too_large_gives_the_limit() -> None:
    with pytest.raises(
        UnreadableAnswer, match="FolderId contains a value that is not an integer with at most 18 digits"
    ):
        AS_JSON.records(FOLDER)(answer(json.dumps([{"FolderId": 10**18}])))


# Types of content


@pytest.mark.parametrize(
    "media", ["application/json", "text/json", "Application/JSON; charset=utf-8", "a/b+json", None]
)
def test_every_content_type_of_json_is_accepted(media: str | None) -> None:
    assert AS_JSON.record(CONTACT, 5)(answer('{"ContactId": 5, "PhoneNumber": ""}', media))["contact_id"] == 5


@pytest.mark.parametrize("media", ["application/xml", "text/xml", "text/xml; charset=utf-8", "a/b+xml", None])
def test_every_content_type_of_xml_is_accepted(media: str | None) -> None:
    body = b"<Contact><ContactId>5</ContactId><PhoneNumber/></Contact>"
    assert AS_XML.record(CONTACT, 5)(answer(body, media))["contact_id"] == 5


@pytest.mark.parametrize("media", ["text/html", "text/plain", "application/octet-stream", "application/xml", "x"])
def test_other_types_are_not_read(media: str) -> None:
    for read in (AS_JSON.record(CONTACT, 5), AS_JSON.records(CONTACT)):
        with pytest.raises(UnreadableAnswer, match="but the request was for application/json"):
            read(answer('{"ContactId": 5, "PhoneNumber": ""}', media))


@pytest.mark.parametrize("media", ["application/xhtml+xml", "application/soap+xml", "text/html", "application/json"])
def test_other_types_are_not_read_as_xml(media: str) -> None:
    with pytest.raises(UnreadableAnswer, match="but the request was for application/xml"):
        AS_XML.record(CONTACT, 5)(answer(b"<Contact><ContactId>5</ContactId></Contact>", media))


def test_a_part_of_a_document_is_rejected() -> None:
    with pytest.raises(UnreadableAnswer, match="206"):
        AS_JSON.records(CONTACT)(answer("[]", status=206))


# Bare values


@pytest.mark.parametrize(
    ("body", "media"),
    [("7", ""), ('"7"', ""), (b"<int>7</int>", ""), (b"<x>\n7 </x>", ""), ("7\r\n", "text/plain"), ("7", None)],
)
def test_a_count_is_read_in_every_form(body: bytes | str, media: str | None) -> None:
    assert wire_of(body).count()(answer(body, media)) == 7


@pytest.mark.parametrize(
    "body", ["", "null", "-1", "1.5", "true", "[7]", "{}", '{"count": 7}', "x", "9" * 400, PAGE, b"<Error>7</Error>"]
)
def test_invalid_counts_are_rejected(body: bytes | str) -> None:
    with pytest.raises(UnreadableAnswer):
        wire_of(body).count()(answer(body))


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("155", {}),
        ('"155"', {}),
        ("155", {"media": "text/plain"}),
        ('"155"', {"media": "text/plain; charset=utf-8"}),
        (b"<int>155</int>", {}),
        ('{"ContactId": 155, "IsPrivate": "odd", "CreatedDate": []}', {}),
        (b"<Contact><ContactId>155</ContactId><IsPrivate>odd</IsPrivate></Contact>", {}),
        ("", {"Location": "http://h/2/contacts/155"}),
        ("", {"Location": "/2/contacts/155/"}),
        (PAGE, {"Location": "https://h/contacts/155"}),
    ],
    ids=str,
)
def test_the_id_of_a_new_record_is_read_in_every_form(body: bytes | str, headers: dict[str, str]) -> None:
    given = {"media": "", **headers}
    assert wire_of(body).new_id(CONTACT)(answer(body, status=201, **given)) == 155


@pytest.mark.parametrize(
    ("body", "location"),
    [
        ("", ""),
        ("null", ""),
        ("0", ""),
        ("true", ""),
        ('"ok"', ""),
        ("{}", ""),
        ('{"Message": "thanks"}', ""),
        ("[155]", ""),
        ("9" * 5000, ""),
        (PAGE, ""),
        (b"<Error>155</Error>", ""),
        ("", "http://h/login/155"),
        ("", "http://h/2/groups/155"),
        ("", "http://h/2/contacts/abc"),
        ("", "http://["),
        ("", "http://h/2/contacts/" + "9" * 5000),
    ],
    ids=lambda text: repr(text)[:40],
)
def test_answers_without_a_new_id_are_rejected(body: bytes | str, location: str) -> None:
    with pytest.raises(UnreadableAnswer):
        wire_of(body).new_id(CONTACT)(answer(body, Location=location))


@pytest.mark.parametrize(
    ("body", "id"),
    [
        ("9" * 5000, "9" * 5000),
        (f'"O_{"9" * 5000}"', "O_" + "9" * 5000),
        (f'{{"MessageId": "O_5", "FolderId": {"9" * 5000}, "Tariff": "0.00", "Text": []}}', "O_5"),
        (f"<string>O_{'9' * 5000}</string>".encode(), "O_" + "9" * 5000),
        (b"<Message><FolderId>x</FolderId><MessageId>O_5</MessageId><Tariff>0.00</Tariff></Message>", "O_5"),
    ],
    ids=lambda text: repr(text)[:40],
)
def test_a_new_message_needs_only_an_id(body: bytes | str, id: str) -> None:
    assert wire_of(body).new_id(MESSAGE)(answer(body, status=201)) == id


@pytest.mark.parametrize(
    "body", ["0", '"0"', '"O_0"', "true", '{"MessageId": "O_0"}', '{"MessageId": 0}', b"<string>0</string>"]
)
def test_a_message_with_the_id_0_was_not_sent(body: bytes | str) -> None:
    with pytest.raises(UnreadableAnswer, match="the answer has no MessageId"):
        wire_of(body).new_id(MESSAGE)(answer(body, status=201))


# Answers whose end is only the end of the connection


def until_close(body: bytes | str, **more: Any) -> Answer:
    return dataclasses.replace(answer(body, **more), delimited=False)


@pytest.mark.parametrize("body", ["", " ", "\r\n", "1", "15", "155", "-1"])
def test_a_possible_beginning_of_an_answer_is_rejected(body: str) -> None:
    readers = [
        AS_JSON.record(CONTACT),
        AS_JSON.record_or_nothing(CONTACT),
        AS_JSON.records(CONTACT),
        AS_JSON.count(),
        AS_JSON.new_id(CONTACT),
        AS_JSON.done((CONTACT, 155)),
        AS_JSON.anything(),
    ]
    for read in readers:
        with pytest.raises(UnreadableAnswer):
            read(until_close(body))


@pytest.mark.parametrize("body", ["", "15", '{"ContactId": 155', PAGE])
def test_a_new_id_in_the_header_needs_a_complete_answer(body: bytes | str) -> None:
    with pytest.raises(UnreadableAnswer):
        AS_JSON.new_id(CONTACT)(until_close(body, status=201, Location="/2/contacts/155"))


@pytest.mark.parametrize("media", ["text/plain", "application/json"])
def test_a_number_before_a_line_end_is_complete(media: str) -> None:
    assert AS_JSON.count()(until_close("155\r\n", media=media)) == 155


@pytest.mark.parametrize(
    "body", ['{"ContactId": 155, "PhoneNumber": ""}', b"<C><ContactId>155</ContactId><PhoneNumber/></C>"]
)
def test_a_document_with_an_end_is_complete(body: bytes | str) -> None:
    wire = wire_of(body)
    assert wire.record(CONTACT)(until_close(body))["contact_id"] == 155
    assert wire.new_id(CONTACT)(until_close(body)) == 155
    wire.done((CONTACT, 155))(until_close(body))


def test_plain_text_has_no_visible_end() -> None:
    with pytest.raises(UnreadableAnswer):
        AS_JSON.new_id(MESSAGE)(until_close("O_50", media="text/plain"))


@pytest.mark.parametrize("body", ["O_5001", '"O_5001"'])
def test_the_id_of_a_new_message_can_be_plain_text(body: str) -> None:
    assert AS_JSON.new_id(MESSAGE)(answer(body, "text/plain")) == "O_5001"


# Empty answers


@pytest.mark.parametrize(
    ("body", "media"),
    [
        ("", ""),
        ("\r\n", ""),
        ("", "text/html"),
        ("null", ""),
        ('{"ContactId": 5, "Firstname": "Kari"}', ""),
        (b"<Contact><ContactId>5</ContactId></Contact>", ""),
    ],
)
def test_the_answers_that_confirm_a_change_are_accepted(body: bytes | str, media: str) -> None:
    wire_of(body).done((CONTACT, 5))(answer(body, media))


@pytest.mark.parametrize(
    "body",
    ["{}", "[]", "true", '"OK"', "5", '{"Message": "No"}', '{"ContactId": 6}', PAGE, XHTML, ERROR, SOAP, b"<Contact/>"],
)
def test_other_answers_do_not_confirm_a_change(body: bytes | str) -> None:
    with pytest.raises(UnreadableAnswer):
        wire_of(body).done((CONTACT, 5))(answer(body))


def test_a_record_does_not_say_that_it_is_deleted() -> None:
    with pytest.raises(UnreadableAnswer, match="the body of the answer must be empty, but has content"):
        AS_JSON.done()(answer('{"ContactId": 5}'))


# Answers if nobody has the number


@pytest.mark.parametrize("body", ["", "null", b"<Contact " + NIL + b"/>"])
def test_an_empty_answer_is_valid_where_the_contract_allows_it(body: bytes | str) -> None:
    assert wire_of(body).record_or_nothing(CONTACT)(answer(body)) is None


@pytest.mark.parametrize("body", ["{}", '{"Message": "No"}', PAGE, ERROR, b"<Contact/>", '"none"'])
def test_other_answers_are_not_empty_answers(body: bytes | str) -> None:
    with pytest.raises(UnreadableAnswer):
        wire_of(body).record_or_nothing(CONTACT)(answer(body))


# Personal data in messages


@pytest.mark.parametrize(
    ("body", "private"),
    [
        ('{"Message": "No"}', False),
        (PAGE, False),
        ('{"ContactId": 6, "Firstname": "Kari"}', True),
        (b"<Contact><PhoneNumber>90555817</PhoneNumber>", True),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', True),
    ],
)
def test_messages_contain_no_personal_data(body: bytes | str, private: bool) -> None:
    with pytest.raises(UnreadableAnswer) as caught:
        wire_of(body).record(CONTACT, 5)(answer(body))
    assert caught.value.facts["private"] is private

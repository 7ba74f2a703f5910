# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that are complete but do not belong to the request: a page of a firewall, another record, an error with
200.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

PAGE = "<!DOCTYPE html><html><head><title>Blocked</title></head><body><p>This site is blocked.</p></body></html>"
XHTML = (
    '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>This site is blocked.</p></body></html>'
)
SOAP = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault/></s:Body></s:Envelope>'
WRONG: dict[str, dict[str, Any]] = {
    "page": {"body": PAGE},
    "page as json": {"body": PAGE, "content_type": "application/json"},
    "page as xml": {"body": PAGE, "content_type": "application/xml"},
    "xhtml": {"body": XHTML, "content_type": "application/xhtml+xml"},
    "xhtml as xml": {"body": XHTML, "content_type": "application/xml"},
    "soap": {"body": SOAP, "content_type": "text/xml"},
    "fault": {"body": "<Fault><Code>5</Code></Fault>", "content_type": "application/xml"},
    "empty fault": {"body": "<Fault/>", "content_type": "application/xml"},
    "error": {"body": "<Error><Message>No</Message></Error>", "content_type": "application/xml"},
    "message": {"body": '{"Message": "No"}', "content_type": "application/json"},
    "empty record": {"body": "{}", "content_type": "application/json"},
    "empty element": {"body": "<Contact/>", "content_type": "application/xml"},
    "word": {"body": "OK", "content_type": "text/plain"},
}
EITHER_FORMAT = pytest.mark.parametrize(("data_format", "api_version"), [("json", 2), ("xml", 1)], ids=["json", "xml"])
NAMESPACE = "http://schemas.datacontract.org/2004/07/PSWinCom.Intouch.API.Resources"
FAR = "2999-01-01T00:00:00"
# By name: the method, the path of the write request, the module and its options.
WRITES: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "update": ("PUT", "/contacts/1", "contact", {"phone_number": "90555817", "first_name": "New"}),
    "delete": ("DELETE", "/contacts/1", "contact", {"phone_number": "90555817", "state": "absent"}),
    "rename": ("PUT", "/groups/12", "group", {"name": "On call", "description": "New"}),
    "join": ("PUT", "/groups/12/contacts/2", "group", {"name": "On call", "members": {"add": [2]}}),
    "leave": (
        "DELETE",
        "/groups/12/contacts/1",
        "group",
        {"name": "On call", "members": {"remove": [1]}, "force": True},
    ),
    "drop": ("DELETE", "/groups/12", "group", {"name": "On call", "state": "absent", "force": True}),
    "cancel": ("DELETE", "/messages/O_5001", "sms", {"message_id": "O_5001", "state": "absent"}),
    "book": ("PUT", "/contacts/1", "address_book", {"contacts": [{"phone_number": "90555817", "first_name": "New"}]}),
}


@pytest.fixture
def book(account):
    """Two contacts, one of them in a group, and a message that waits."""
    account.simulator.seed(
        contacts=[
            {"ContactId": 1, "PhoneNumber": "90555817", "Firstname": "Kari"},
            {"ContactId": 2, "PhoneNumber": "41234567", "Firstname": "Ola"},
        ],
        groups=[{"GroupId": 12, "Name": "On call", "members": [1]}],
        messages=[{"Receivers": "90011223", "Text": "Hi", "HandledDate": FAR}],
    )
    return account


def state(account) -> dict[str, Any]:
    whole = account.simulator.state()
    return {name: whole[name] for name in ("contacts", "groups", "messages")}


def go(account, module: str, options: dict[str, Any]) -> dict[str, Any]:
    more = {"workers": 1} if module == "address_book" else {}
    return account.run(module, retries=1, **options, **more)


@EITHER_FORMAT
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_write_with_wrong_answers_is_not_made(book, write: Any, wrong: dict[str, Any]) -> None:
    method, path, module, options = write
    before = state(book)
    book.simulator.faults(
        [{"match": {"method": method, "path": f"^{path}$"}, "action": "body", "times": None, **wrong}]
    )
    result = go(book, module, options)
    book.simulator.clear_faults()
    assert result.get("failed") is True
    assert state(book) == before
    assert "the answer cannot be read" in result["msg"]
    assert "The service has not made the change: a later request does not show the change." in result["msg"]
    assert book.writes == [f"{method} {path}"] * 2


@EITHER_FORMAT
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_write_that_is_made_with_wrong_answers_is_reported_as_made(book, write: Any) -> None:
    method, path, module, options = write
    page = {"action": "body", "body": PAGE, "act": True, "times": None}
    book.simulator.faults([{"match": {"method": method, "path": f"^{path}$"}, **page}])
    result = go(book, module, options)
    book.simulator.clear_faults()
    assert not result.get("failed"), result["msg"]
    assert result["changed"] is True
    assert "the answer could not be read, but a later request shows that the change was made" in str(result["warnings"])
    assert go(book, module, options)["changed"] is False


@EITHER_FORMAT
@pytest.mark.parametrize("act", [False, True], ids=["before acting", "after acting"])
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_write_with_one_wrong_answer_is_made(book, write: Any, act: bool) -> None:
    method, path, module, options = write
    page = {"action": "body", "body": PAGE, "act": act}
    book.simulator.faults([{"match": {"method": method, "path": f"^{path}$"}, **page}])
    result = go(book, module, options)
    assert not result.get("failed"), result["msg"]
    assert result["changed"] is True
    assert book.writes == [f"{method} {path}"] * 2
    again = go(book, module, options)
    assert (again.get("failed", False), again["changed"]) == (False, False)
    assert book.writes == []


@EITHER_FORMAT
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("options", [{"phone_number": "90555817", "first_name": "New"}, {"phone_number": "98765432"}])
def test_nothing_is_written_after_a_wrong_answer_to_a_list(book, options: Any, wrong: dict[str, Any]) -> None:
    book.simulator.faults([{"match": {"method": "GET", "path": "/search/"}, "action": "body", "times": None, **wrong}])
    message = book.refused("contact", retries=1, **options)
    book.simulator.clear_faults()
    assert message.startswith("GET /contacts/search/...: the answer cannot be read. ")


@EITHER_FORMAT
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_nothing_is_written_after_a_wrong_answer_to_a_record(book, wrong: dict[str, Any]) -> None:
    wrong = {
        "body": "{}" if wrong["body"].startswith("<") and book.connection["data_format"] == "json" else "",
        **wrong,
    }
    book.simulator.faults(
        [{"match": {"method": "GET", "path": "/contacts/1$"}, "action": "body", "times": None, **wrong}]
    )
    options = {"contact_id": 1, "phone_number": "90555817", "first_name": "New"}
    assert "the answer cannot be read" in book.refused("contact", retries=1, **options)
    book.simulator.clear_faults()


@EITHER_FORMAT
def test_nothing_is_written_after_another_contact_is_returned(book, data_format: str) -> None:
    body = {"json": json.dumps({"ContactId": 2, "PhoneNumber": "90555817", "Firstname": "Ola"})}
    body["xml"] = "<Contact><ContactId>2</ContactId><Firstname>Ola</Firstname></Contact>"
    wrong = {"action": "body", "body": body[data_format], "content_type": f"application/{data_format}", "times": None}
    book.simulator.faults([{"match": {"method": "GET", "path": "/contacts/1$"}, **wrong}])
    message = book.refused("contact", contact_id=1, phone_number="90555817", first_name="New", retries=1)
    book.simulator.clear_faults()
    assert "The answer contains the contact with id 2, but id 1 was requested" in message
    assert "Ola" not in message


@EITHER_FORMAT
def test_a_read_with_a_wrong_answer_is_repeated(book) -> None:
    book.simulator.faults([{"match": {"method": "GET", "path": "/search/"}, "action": "body", "body": PAGE}])
    book.twice("contact", phone_number="90555817", first_name="New")
    assert book.writes == ["PUT /contacts/1"]


@EITHER_FORMAT
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_post_with_a_wrong_answer_is_not_repeated(book, wrong: dict[str, Any]) -> None:
    book.simulator.faults([{"match": {"method": "POST"}, "action": "body", "times": None, "act": True, **wrong}])
    result = book.run("sms", text="Hello", numbers=["90011224"], retries=1)
    book.simulator.clear_faults()
    assert book.writes == ["POST /messages"]
    assert result["outcome"] == "sent"  # the message was found in the folders
    assert len(book.simulator.deliveries()) == 1


@EITHER_FORMAT
@pytest.mark.parametrize(
    ("module", "options", "path"),
    [("contact", {"phone_number": "98765432"}, "^/contacts/(search/|[0-9])"), ("group", {"name": "New"}, "^/groups")],
    ids=["contact", "group"],
)
def test_a_new_record_that_reads_do_not_show_is_posted_once(book, module: str, options: Any, path: str) -> None:
    kind = f"ArrayOf{module.capitalize()}"
    wire = book.connection["data_format"]
    empty = {
        "body": {"json": "[]", "xml": f'<{kind} xmlns="{NAMESPACE}"/>'}[wire],
        "content_type": f"application/{wire}",
    }
    book.simulator.faults(
        [
            {
                "match": {"method": "GET", "path": "^/(contacts|groups)/[0-9]+$"},
                "action": "status",
                "status": 404,
                "times": None,
            },
            {"match": {"method": "GET", "path": path}, "action": "body", **empty, "times": None},
        ]
    )
    result = go(book, module, options)
    book.simulator.clear_faults()
    assert not result.get("failed"), result["msg"]
    assert result["changed"] is True
    assert book.writes == [f"POST /{module}s"]
    assert "was created, but the service does not find the record" in str(result["warnings"])
    assert result[module].get("name", result[module].get("phone_number"))

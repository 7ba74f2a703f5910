# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that are cut off at any byte: an incomplete answer is never accepted, and no further request is based on
it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hostile_server import FRAMINGS, GOODBYE, KEEP, Certificates, HostileServer, cuts, served

from ansible_collections.community.linkengage.plugins.module_utils._errors import (
    ConnectionFailed,
    LinkEngageError,
    UnknownOutcome,
    UnreadableAnswer,
)
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import (
    CONTACT,
    FOLDER,
    GROUP,
    MESSAGE,
)
from ansible_collections.community.linkengage.plugins.module_utils._service.client import Client
from ansible_collections.community.linkengage.plugins.module_utils._service.connection import CONNECTION_SPEC, connect

CONTACT_7 = '{"ContactId": 7, "PhoneNumber": "90555817"}'
XML_7 = "<Contact><ContactId>7</ContactId><PhoneNumber>90555817</PhoneNumber></Contact>"
FOLDERS = '[{"FolderId": 1, "SubFolders": []}]'
API = {"method": "GET", "path": "/senders", "body": None, "root": None}


@dataclass(frozen=True)
class Operation:
    """An operation of a client, and a complete answer to it."""

    do: Callable[[Client], Any]
    body: str
    method: str = "GET"
    status: int = 200
    found: Any = None  # a text in the result for the complete answer


OPERATIONS = {
    "list": Operation(lambda client: client.list_records(CONTACT, CONTACT.path), f"[{CONTACT_7}]", found="90555817"),
    "empty list": Operation(lambda client: client.list_records(CONTACT, CONTACT.path), "[]", found="[]"),
    "list in XML": Operation(
        lambda client: client.list_records(CONTACT, CONTACT.path),
        f"<ArrayOfContact>{XML_7}</ArrayOfContact>",
        found="7",
    ),
    "search": Operation(lambda client: client.search_contacts("Kari"), f"[{CONTACT_7}]", found="90555817"),
    "members": Operation(lambda client: client.members(12), f"[{CONTACT_7}]", found="90555817"),
    "folders": Operation(lambda client: client.list_records(FOLDER), FOLDERS, found="folder_id"),
    "messages": Operation(lambda client: client.folder_messages(1), '[{"MessageId": "I_1"}]', found="I_1"),
    "record": Operation(lambda client: client.get(CONTACT, 7), CONTACT_7, found="90555817"),
    "record in XML": Operation(lambda client: client.get(CONTACT, 7), XML_7, found="7"),
    "user": Operation(lambda client: client.user(), '{"Username": "k", "Settings": []}', found="settings"),
    "count": Operation(lambda client: client.count_contacts(), "155\n", found="155"),
    "phone number": Operation(
        lambda client: client._contact_by_exact_number("905 55 817"), CONTACT_7, found="90555817"
    ),
    "no phone number": Operation(lambda client: client._contact_by_exact_number("905 55 817"), "null", found="None"),
    "not found": Operation(lambda client: client.get(CONTACT, 7), '{"Message": "No"}', status=404, found="None"),
    "request": Operation(lambda client: client.request(API), '[{"Name": "A"}]', found="Name"),
    "create": Operation(lambda client: client.post(CONTACT, {"phone_number": "1"}), "155\n", "POST", 201, "155"),
    "create in version 1": Operation(
        lambda client: client.post(GROUP, {"name": "A"}), '{"GroupId": 12}', "POST", found="12"
    ),
    "send": Operation(lambda client: client.post(MESSAGE, {"text": "Hei"}), '"O_5001"', "POST", 201, "O_5001"),
    "update": Operation(lambda client: client.put(CONTACT, 7, {}), CONTACT_7, "PUT", found="None"),
    "delete": Operation(lambda client: client.delete(CONTACT, 7), "null", "DELETE", found="None"),
    "add a member": Operation(lambda client: client.add_member(12, 7), "null", "PUT", found="None"),
    "remove a member": Operation(lambda client: client.remove_member(12, 7), "null", "DELETE", found="None"),
}


@pytest.fixture(scope="module")
def certificates() -> Certificates:
    return Certificates()


# TLS hides where an answer ends, so each framing is also tested over TLS. Only make test-all tests all operations over
# TLS.
OVER_TLS = ("list", "record in XML", "send", "delete")


def framings(name: str) -> list[Any]:
    """Return each framing for an operation, plain and over TLS."""
    rest = () if name in OVER_TLS else (pytest.mark.exhaustive,)
    return [
        pytest.param(kind, name, framing, id=f"{kind}-{name}-{framing}", marks=rest if kind == "tls" else ())
        for kind in ("plain", "tls")
        for framing in FRAMINGS
    ]


@pytest.fixture(scope="module", params=["plain", "tls"])
def server(request: pytest.FixtureRequest, certificates: Certificates) -> Iterator[HostileServer]:
    with HostileServer(tls=certificates.server() if request.param == "tls" else None) as running:
        yield running


@pytest.fixture
def client_of(server: HostileServer, certificates: Certificates, tmp_path) -> Callable[..., Client]:
    def make(operation: Operation, retries: int = 0) -> Client:
        options = {
            **{name: spec.get("default") for name, spec in CONNECTION_SPEC.items()},
            "api_url": server.url,
            "username": "kari@acme.example",
            "password": "secret",
            "ca_path": certificates.write(tmp_path / "ca.pem"),
            "data_format": "xml" if operation.body.startswith("<") else "json",
            "default_country_code": "47",
            "retries": retries,
        }
        client = connect(options.get)
        client.limit_receivers(None, None)
        return client

    return make


def answer_to(operation: Operation, framing: str) -> bytes:
    media = "application/xml" if operation.body.startswith("<") else "application/json"
    return served(framing, operation.body, operation.status, content_type=media)


@pytest.mark.parametrize(
    ("server", "name", "framing"), [case for name in OPERATIONS for case in framings(name)], indirect=["server"]
)
def test_a_cut_answer_is_never_a_complete_answer(server, client_of, name: str, framing: str) -> None:
    operation = OPERATIONS[name]
    client = client_of(operation)
    whole = answer_to(operation, framing)
    # So that only HTTP can show that the answer is cut off.
    ending = [GOODBYE] if server.url.startswith("https") else []
    for cut in cuts(whole):
        server.answer(cut, *ending)
        with pytest.raises(LinkEngageError) as caught:
            found = operation.do(client)
            pytest.fail(f"{cut!r} gives {found!r}")
        kinds = (ConnectionFailed, UnreadableAnswer) if operation.method == "GET" else (UnknownOutcome,)
        assert isinstance(caught.value, kinds), (cut, caught.value)
        first, *later = [request.method for request in server.requests]
        assert (first, later) in ((operation.method, []), (operation.method, ["GET"])), cut
        assert not later or operation.method in ("PUT", "DELETE"), cut
    server.answer(whole)
    assert operation.found in str(operation.do(client))


@pytest.mark.parametrize("name", ["update", "delete", "add a member", "remove a member"])
def test_after_a_wrong_answer_the_effect_is_read_once(server, client_of, name: str) -> None:
    operation = OPERATIONS[name]
    # The connection stays open. Otherwise a GET could fail, because the server closes the connection in the meantime.
    server.answer(served("length", "<html></html>", content_type="text/html"), KEEP)
    with pytest.raises(UnknownOutcome, match="It is not known whether the service has executed"):
        operation.do(client_of(operation))
    assert [request.method for request in server.requests] == [operation.method, "GET"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_only_a_post_is_not_repeated_after_a_cut(server, client_of, monkeypatch, name: str) -> None:
    operation = OPERATIONS[name]
    whole = answer_to(operation, "length")
    answers = iter([whole[:-1], whole[:20], whole])
    server.requests.clear()
    server.script = lambda request: [next(answers)]
    client = client_of(operation, retries=2)
    if operation.method == "POST":
        with pytest.raises(UnknownOutcome):
            operation.do(client)
    else:
        assert operation.found in str(operation.do(client))
    assert [request.method for request in server.requests] == [operation.method] * (
        1 if operation.method == "POST" else 3
    )

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client: the requests of each change, and the search for a new record."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, ClassVar

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._book.apply import make_all
from ansible_collections.community.linkengage.plugins.module_utils._errors import (
    ApiError,
    NotFound,
    UnknownChange,
    UnknownOutcome,
)
from ansible_collections.community.linkengage.plugins.module_utils._model.changes import (
    ORDER,
    AddMember,
    Cancel,
    Create,
    Delete,
    Key,
    RemoveMember,
    Request,
    Send,
    Update,
)
from ansible_collections.community.linkengage.plugins.module_utils._model.fields import INT, STR, Field, Resource
from ansible_collections.community.linkengage.plugins.module_utils._model.plan import Plan
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import (
    CONTACT,
    GROUP,
    MESSAGE,
    REQUEST,
)
from ansible_collections.community.linkengage.plugins.module_utils._module import Task, execute, no_options
from ansible_collections.community.linkengage.plugins.module_utils._service import client as _client
from ansible_collections.community.linkengage.plugins.module_utils._service.bodies import Body
from ansible_collections.community.linkengage.plugins.module_utils._service.calls import Answer, Settings
from ansible_collections.community.linkengage.plugins.module_utils._service.client import MAKERS, Client
from ansible_collections.community.linkengage.plugins.module_utils._service.formats import FORMATS
from ansible_collections.community.linkengage.plugins.module_utils._service.pace import Pace

SERVICE_FIELDS = (Field("service_id", "ServiceId", INT, "Number."), Field("name", "Name", STR, "Name."))
SERVICE = Resource("service", "Service", "/services", "service_id", SERVICE_FIELDS)
NAMED_SERVICE = Resource("service", "Service", "/services", "service_id", SERVICE_FIELDS, found_by="name")


class Service:
    """A service without a network. It records the requests and returns *answer*."""

    def __init__(self, answer: Callable[[str, str], Any]) -> None:
        self.requests: list[str] = []
        self.settings = Settings("https://127.0.0.1", "kari", "secret")
        self.pace = Pace(None, 180)
        self._answer = answer

    def ask(self, call: Any, read: Callable[[Answer], Any]) -> Any:
        self.requests.append(f"{call.method} {call.path}")
        found = self._answer(call.method, call.path)
        if isinstance(found, Exception):
            raise found
        return read(Answer(200, {}, Body(json.dumps(found).encode())))


def client_of(answer: Callable[[str, str], Any]) -> tuple[Client, list[str]]:
    service = Service(answer)
    client = Client(service, FORMATS["json"](), "47")  # type: ignore[arg-type]
    client.limit_receivers(None, None)
    return client, service.requests


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_client, "SETTLE", 0.0)


# Changes


@dataclass(frozen=True)
class Frobnicate:
    """A change of an unknown kind."""

    action: ClassVar[str] = "frobnicate"
    resource: Resource = GROUP
    id: int = 12
    member: int = 7
    where: str = ""


UNKNOWN: Any = Frobnicate()
CHANGES = {
    Create: (Create(NAMED_SERVICE, Key(NAMED_SERVICE, "A"), {"name": "A"}), ["POST /services", "GET /services"]),
    Update: (Update(CONTACT, 7, {"email": ""}), ["PUT /contacts/7"]),
    Delete: (Delete(GROUP, 12), ["DELETE /groups/12"]),
    AddMember: (AddMember(12, 7), ["PUT /groups/12/contacts/7"]),
    RemoveMember: (RemoveMember(12, 7), ["DELETE /groups/12/contacts/7"]),
    Send: (Send(Key(MESSAGE, ""), {"text": "A"}), ["POST /messages", "GET /messages/7"]),
    Cancel: (Cancel("O_7", datetime(2026, 1, 31, tzinfo=timezone.utc)), ["DELETE /messages/O_7"]),
    Request: (
        Request(Key(REQUEST, ""), {"method": "PUT", "path": "/services/7", "body": None, "root": "Body"}),
        ["PUT /services/7"],
    ),
}


def one(method: str, path: str) -> Any:
    """Return an account with one record of each kind."""
    return 7 if method == "POST" else [{"ServiceId": 7, "Name": "A"}] if path == "/services" else None


def test_every_kind_of_change_has_a_function_that_makes_it() -> None:
    assert set(MAKERS) == set(ORDER) == set(CHANGES)


@pytest.mark.parametrize("kind", ORDER, ids=lambda kind: kind.__name__)
def test_each_kind_of_change_sends_exactly_its_requests(kind: type) -> None:
    change, expected = CHANGES[kind]
    client, requests = client_of(one)
    client.apply([change])
    assert requests == expected


def test_an_unknown_change_makes_no_request() -> None:
    client, requests = client_of(one)
    with pytest.raises(UnknownChange):
        client.make(UNKNOWN, {})
    assert requests == []


def test_an_unknown_change_after_others_makes_no_request() -> None:
    client, requests = client_of(one)
    with pytest.raises(UnknownChange):
        client.apply([*(change for change, _requests in CHANGES.values()), UNKNOWN])
    assert requests == []


def test_an_unknown_change_in_a_large_plan_makes_no_request() -> None:
    client, requests = client_of(one)
    with pytest.raises(UnknownChange):
        make_all(client, [*(Update(CONTACT, id, {}) for id in range(100)), UNKNOWN], workers=8)
    assert requests == []


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_module_that_plans_an_unknown_change_makes_no_request(check_mode: bool) -> None:
    client, requests = client_of(one)
    task = Task(no_options, lambda _options, _client: Plan([AddMember(12, 7), UNKNOWN]), {})
    with pytest.raises(UnknownChange, match="Nothing was written"):
        execute(task, {}, client, check_mode, diff=True)
    assert requests == []


def test_members_are_added_to_a_group_of_the_same_plan() -> None:
    group, contact = Key(NAMED_SERVICE, "A"), Key(NAMED_SERVICE, "B")
    client, requests = client_of(one)
    client.apply([Create(NAMED_SERVICE, group, {"name": "A"}), AddMember(group, 9)])
    assert requests[-1] == "PUT /groups/7/contacts/9"
    assert client.apply([Create(NAMED_SERVICE, contact, {"name": "A"})]) == {contact: {"service_id": 7, "name": "A"}}


# The search for a new record

LOST = UnknownOutcome("the answer was lost")


@pytest.mark.parametrize("resource", [SERVICE, NAMED_SERVICE], ids=["found by nothing", "found by its name"])
def test_a_new_record_is_returned_as_the_service_stores_it(resource: Resource) -> None:
    stored = {"ServiceId": 7, "Name": "A", "Colour": "red"}
    answers = {"POST /services": 7, "GET /services/7": stored, "GET /services": [stored]}
    client, _requests = client_of(lambda method, path: answers[f"{method} {path}"])
    assert client.create(resource, {"name": "A"}) == {"service_id": 7, "name": "A", "Colour": "red"}


def test_a_resource_without_found_by_is_not_searched() -> None:
    client, requests = client_of(one)
    client.create(SERVICE, {"name": "A"})
    assert requests == ["POST /services", "GET /services/7"]


@pytest.mark.parametrize("trouble", [LOST, None], ids=["an error", "nothing"])
def test_a_created_record_that_cannot_be_read_counts_as_created(trouble: Any) -> None:
    client, _requests = client_of(lambda method, path: 7 if method == "POST" else trouble)
    assert client.create(SERVICE, {"name": "A"}) == {"service_id": 7, "name": "A"}


def test_a_resource_without_found_by_is_not_posted_again() -> None:
    client, requests = client_of(lambda method, path: LOST)
    with pytest.raises(
        UnknownOutcome, match=r"was lost The request was not repeated.* check whether the service exists"
    ):
        client.create(SERVICE, {"name": "A"})
    assert requests == ["POST /services"]


def test_a_record_without_the_found_by_field_is_not_posted_again() -> None:
    client, requests = client_of(lambda method, path: LOST)
    with pytest.raises(UnknownOutcome):
        client.create(NAMED_SERVICE, {"name": ""})
    assert requests == ["POST /services"]


def test_a_resource_with_found_by_is_searched_before_it_is_posted_again() -> None:
    other = [{"ServiceId": 7, "Name": "B"}]
    answers: list[Any] = [LOST, [], [], [], LOST, other, other, other, 8, [{"ServiceId": 8, "Name": "A"}]]
    client, requests = client_of(lambda method, path: answers.pop(0))
    assert client.create(NAMED_SERVICE, {"name": "A"}) == {"service_id": 8, "name": "A"}
    looks = ["POST /services", *["GET /services"] * 3]  # reads can show a new record with a delay
    assert requests == [*looks, *looks, *looks[:2]]


KEYWORD = Resource(
    "keyword",
    "Keyword",
    "/keywords",
    "keyword_id",
    (Field("keyword_id", "KeywordId", STR, "Id."), Field("name", "Name", STR, "Name.")),
    found_by="name",
)


def test_a_resource_whose_ids_are_texts_is_found_again_and_its_oldest_record_stays() -> None:
    """A number in the id counts as a number: K_9 is older than K_10."""
    copies = [{"KeywordId": id, "Name": "A"} for id in ("K_10", "K_9")]
    answers = {"POST /keywords": "K_10", "GET /keywords": copies, "DELETE /keywords/K_10": None}
    client, requests = client_of(lambda method, path: answers[f"{method} {path}"])
    assert client.create(KEYWORD, {"name": "A"}) == {"keyword_id": "K_9", "name": "A"}
    assert requests == ["POST /keywords", "GET /keywords", "DELETE /keywords/K_10"]


def test_an_id_that_is_a_text_is_quoted_in_every_path() -> None:
    client, requests = client_of(lambda method, path: None)
    client.put(KEYWORD, "A/B", {"name": "A"})
    client.delete(KEYWORD, "A/B")
    assert requests == ["PUT /keywords/A%2FB", "DELETE /keywords/A%2FB"]


def test_without_a_check_only_the_id_is_returned() -> None:
    for resource in (SERVICE, NAMED_SERVICE):
        client, requests = client_of(one)
        assert client.create(resource, {"name": "A"}, verify=False) == {"service_id": 7}
        assert requests == ["POST /services"]


def test_found_by_is_a_field_that_can_be_written() -> None:
    for name in ("service_id", "nonsense"):
        with pytest.raises(ValueError, match="found_by"):
            Resource("service", "Service", "/services", "service_id", SERVICE_FIELDS, found_by=name)


# Answers that a later read does not confirm


def absent(path: str) -> NotFound:
    return NotFound(f"{path}: the service answered 404.", status=404)


DELETES: dict[str, tuple[Callable[[Client], None], str, list[Any]]] = {
    "contact": (lambda client: client.delete(CONTACT, 7), "/contacts/7", []),
    "group": (lambda client: client.delete(GROUP, 12), "/groups/12", []),
    "message": (lambda client: client.delete(MESSAGE, "O_7"), "/messages/O_7", []),
    "member": (
        lambda client: client.remove_member(12, 7),
        "/groups/12/contacts",
        [{"ContactId": 7, "PhoneNumber": ""}],
    ),
}
FOUND = {"ContactId": 7, "PhoneNumber": "", "GroupId": 12, "Name": "A", "MessageId": "O_7"}


@pytest.mark.parametrize("case", DELETES)
def test_a_delete_with_404_is_an_error_if_the_record_is_still_there(case: str) -> None:
    delete, read, members = DELETES[case]
    client, requests = client_of(lambda method, path: absent(path) if method == "DELETE" else members or FOUND)
    with pytest.raises(ApiError, match="Perhaps a proxy blocks DELETE requests") as caught:
        delete(client)
    assert caught.value.status == 404
    assert requests[1:] == [f"GET {read}"]


@pytest.mark.parametrize("case", DELETES)
@pytest.mark.parametrize("gone", [True, False], ids=["no record", "no member"])
def test_a_delete_with_404_is_made_if_a_read_confirms_it(case: str, gone: bool) -> None:
    delete, _read, members = DELETES[case]
    client, requests = client_of(lambda method, path: [] if method == "GET" and members and not gone else absent(path))
    delete(client)
    assert [request.split()[0] for request in requests] == ["DELETE", "GET"]


@pytest.mark.parametrize(
    ("resource", "record"), [(CONTACT, {"phone_number": "90555817"}), (GROUP, {"name": "A"})], ids=["contact", "group"]
)
def test_a_new_record_that_no_read_shows_is_not_posted_again(resource: Resource, record: dict[str, Any]) -> None:
    def answer(method: str, path: str) -> Any:
        if method == "POST":
            return 7
        return absent(path) if path.endswith("/7") else []

    client, requests = client_of(answer)
    assert client.create(resource, record) == {**record, resource.id: 7}
    assert sum(request.startswith("POST") for request in requests) == 1
    assert f"The {resource.name} with id 7 was created, but the service does not find the record" in " ".join(
        client.warnings()
    )

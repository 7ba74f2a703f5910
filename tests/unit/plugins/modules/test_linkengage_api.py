# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module for any request: resources without a table of fields, with the same rules as for all requests."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest

KARI = {"ContactId": 7, "PhoneNumber": "90555817", "Firstname": "Kari", "Lastname": "Æ/ø"}
NEW = {"Name": "Alarm <&> \N{FIRE}", "Note": "æøå"}
ROOTS = {"services": "Service", "servicepoints": "Servicepoint", "users": "User", "senders": "Sender"}
JSON_ON_2 = [("json", 2)]


@pytest.fixture
def api(account) -> Any:
    """The account with one contact."""
    account.simulator.seed(contacts=[KARI], groups=[{"GroupId": 12, "Name": "A", "members": [7]}])
    return account


def stored(account: Any, resource: str) -> list[dict[str, Any]]:
    """Return the stored records, without their ids."""
    records = account.simulator.state()[resource]
    return [{name: value for name, value in record.items() if name != "Id"} for record in records]


@pytest.mark.parametrize("api_version", [2])
@pytest.mark.parametrize("resource", sorted(ROOTS))
class TestTheResourcesOfVersion2:
    def test_live_through_all_four_methods(self, api, resource: str, data_format: str) -> None:
        root = ROOTS[resource]
        made = api.done("api", path=f"/{resource}", method="POST", body=NEW, root=root)
        assert made["changed"] is True
        assert made["response"]["status"] == 201
        assert stored(api, resource) == [NEW]
        id = int(made["response"]["content"])
        assert made["response"]["location"] == f"{api.connection['api_url']}/{resource}/{id}"
        assert [(entry["format"], entry["status"]) for entry in api.requests] == [(data_format, 201)]

        path = f"/{resource}/{id}"
        read = api.twice("api", path=path)
        assert read["changed"] is False
        content = read["response"]["content"]
        assert {name: str(value) for name, value in content.items()} == {**NEW, "Id": str(id)}
        assert api.reads == [path]

        replaced = api.done("api", path=path, method="PUT", body={"Name": "B"}, root=root)
        assert replaced["response"] == {"status": 204, "location": None, "content": None}
        assert stored(api, resource) == [{"Name": "B"}]

        gone = api.done("api", path=path, method="DELETE")
        assert gone["changed"] is True
        assert api.writes == [f"DELETE {path}"]
        assert stored(api, resource) == []

    def test_are_listed(self, api, resource: str) -> None:
        api.simulator.seed(**{resource: [{"Name": "A"}, {"Name": "B"}]})
        content = api.twice("api", path=f"/{resource}")["response"]["content"]
        if isinstance(content, dict):  # in XML, a list is a dictionary of its elements
            ((_element, content),) = content.items()
        assert [record["Name"] for record in content] == ["A", "B"]

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
    def test_are_not_written_to_in_check_mode(self, api, resource: str, method: str) -> None:
        path = f"/{resource}" if method == "POST" else f"/{resource}/1"
        api.simulator.seed(**{resource: [{"Id": 1, "Name": "A"}]})
        body = None if method == "DELETE" else NEW
        result = api.done("api", check=True, path=path, method=method, body=body, root=ROOTS[resource])
        assert result["changed"] is True
        assert result["response"] == {"status": None, "location": None, "content": None}
        request = {"method": method, "path": path, **({"body": NEW} if body else {})}
        assert result["diff"] == {"before": {}, "after": {"request": request}}
        assert api.requests == []


@pytest.mark.parametrize("resource", sorted(ROOTS))
def test_version_1_does_not_have_the_resources_of_version_2(json_account, resource: str) -> None:
    json_account.connection["api_url"] = json_account.simulator.api(1)
    assert "the service answered 404" in json_account.refused("api", path=f"/{resource}")


class TestKnownResources:
    def test_are_read(self, api) -> None:
        content = api.twice("api", path="/contacts/7")["response"]["content"]
        assert (content["Firstname"], content["Lastname"], content["Email"]) == ("Kari", "Æ/ø", None)

    def test_a_read_runs_in_check_mode(self, api) -> None:
        assert api.done("api", check=True, path="/contacts/count")["response"]["content"] in (1, "1")
        assert api.reads == ["/contacts/count"]

    def test_are_created_changed_and_deleted(self, api, api_version: int) -> None:
        body = {"PhoneNumber": "41234567", "Firstname": "Ola", "Lastname": "N", "IsPrivate": True}
        response = api.done("api", path="/contacts", method="POST", root="Contact", body=body)["response"]
        assert response["status"] == {1: 200, 2: 201}[api_version]
        (id,) = set(api.contacts()) - {7}
        assert {name: api.contacts()[id][name] for name in body} == body  # XML keeps the order of its elements

        response = api.done("api", path=f"/contacts/{id}", method="PUT", root="Contact", body={**body, "Email": "a@b"})
        assert response["response"]["status"] == {1: 200, 2: 204}[api_version]
        assert api.contacts()[id]["Email"] == "a@b"

        api.done("api", path=f"/groups/12/contacts/{id}", method="PUT")
        assert api.members(12) == {7, id}
        assert api.requests[0]["body"] == ""
        api.done("api", path=f"/contacts/{id}", method="DELETE")
        assert set(api.contacts()) == {7}

    def test_text_in_a_path_is_encoded_once(self, api) -> None:
        for path in ("/contacts/search/kari Æ", "/contacts/search/kari%20%C3%86", "/contacts/search/%C3%86%2F%C3%B8"):
            content = api.done("api", path=path)["response"]["content"]
            content = content["Contact"] if isinstance(content, dict) else next(iter(content))
            assert content["PhoneNumber"] == "90555817"

    def test_a_trailing_slash_is_allowed(self, api) -> None:
        assert api.done("api", path="/contacts/7/")["response"]["status"] == 200


@pytest.mark.parametrize(("data_format", "api_version"), JSON_ON_2)
class TestQuery:
    def sent(self, api: Any, query: dict[str, Any]) -> list[tuple[str, str]]:
        api.done("api", path="/services", query=query)
        return parse_qsl(api.requests[0]["raw_path"].partition("?")[2], keep_blank_values=True)

    def test_is_appended_and_encoded(self, api) -> None:
        assert self.sent(api, {"a b": "x&y=z#ø?", "n": 5}) == [("a b", "x&y=z#ø?"), ("n", "5")]

    def test_can_have_booleans_and_lists(self, api) -> None:
        assert self.sent(api, {"a": [1, "2"], "b": True, "c": False, "d": ""}) == [
            *(("a", "1"), ("a", "2"), ("b", "true"), ("c", "false"), ("d", "")),
        ]

    def test_may_be_empty(self, api) -> None:
        assert self.sent(api, {}) == []
        assert "?" not in api.requests[0]["raw_path"]

    @pytest.mark.parametrize("value", [None, {"x": 1}, [None], [[1]]], ids=repr)
    def test_rejects_invalid_values(self, api, value: Any) -> None:
        message = api.refused("api", path="/services", query={"color": value})
        assert message.startswith("query.color: ")
        assert api.requests == []

    def test_in_a_wrong_case_is_explained(self, api) -> None:
        message = api.refused("api", path="/contacts", query={"firstname": "x"})
        assert "406" in message


@pytest.mark.parametrize(("data_format", "api_version"), JSON_ON_2)
class TestChanged:
    @pytest.mark.parametrize(
        ("method", "path", "value", "changed"),
        [
            ("GET", "/services", None, False),
            ("GET", "/services", True, True),
            ("POST", "/services", None, True),
            ("POST", "/services", False, False),
            ("DELETE", "/contacts/7", False, False),
        ],
    )
    @pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
    def test_follows_the_method_by_default(
        self, api, method: str, path: str, value: bool | None, changed: bool, check: bool
    ) -> None:
        body = {} if method == "POST" else None
        result = api.done("api", check=check, path=path, method=method, body=body, changed=value)
        assert result["changed"] is changed

    def test_is_no_reason_to_write_in_check_mode(self, api) -> None:
        api.done("api", check=True, path="/contacts/7", method="DELETE", changed=False)
        assert api.requests == []


AMBIGUOUS = [
    {"action": "drop_after"},
    {"action": "drop_before"},
    {"action": "status_after", "status": 500},
    {"action": "status", "status": 502, "body": "<html>", "content_type": "text/html"},
    {"action": "truncate"},
    {"action": "body", "act": True, "body": "<html><p>Welcome"},
]


class TestWhenTheAnswerIsLost:
    @pytest.mark.parametrize("fault", AMBIGUOUS, ids=lambda fault: fault["action"])
    def test_a_post_is_never_repeated(self, api, fault: dict[str, Any]) -> None:
        api.simulator.faults([{"match": {"method": "POST"}, "times": None, **fault}])
        body = {"PhoneNumber": "41234567"}
        result = api.run("api", path="/contacts", method="POST", root="Contact", body=body)
        assert result["failed"]
        assert api.writes == ["POST /contacts"]
        assert result["failure"]["kind"] in ("unknown_outcome", "unreadable_answer")
        assert "has executed the request" in result["msg"]

    @pytest.mark.parametrize(
        ("method", "action"),
        [
            ("GET", "truncate"),
            *((method, action) for method in ("GET", "PUT", "DELETE") for action in ("drop_before", "drop_after")),
        ],
    )
    def test_every_other_method_is_repeated(self, api, method: str, action: str) -> None:
        api.simulator.faults([{"match": {"method": method}, "action": action}])
        body = {"PhoneNumber": "41234567"} if method == "PUT" else None
        result = api.run("api", path="/contacts/7", method=method, root="Contact", body=body)
        assert len(api.requests) == 2
        if method == "DELETE" and action == "drop_after":
            # This is correct, because the first request had already deleted the record.
            assert result["failure"]["kind"] == "not_found"
        else:
            assert not result.get("failed"), result["msg"]

    def test_waits_for_the_throttle(self, api) -> None:
        throttled = {"action": "status", "status": 503, "body": "Number of allowed API requests per minute exceeded"}
        api.simulator.faults([{"match": {"method": "POST"}, **throttled, "headers": {"Retry-After": "1"}}])
        body = {"PhoneNumber": "41234567"}
        api.done("api", path="/contacts", method="POST", root="Contact", body=body)
        assert [entry["status"] for entry in api.requests] == [503, api.requests[-1]["status"]]
        assert len(api.contacts()) == 2


OUTSIDE = [
    "",
    "services",
    " /services",
    "//evil.example/services",
    "/\\evil.example",
    "\\\\evil.example",
    "http://evil.example/services",
    "https:/evil.example",
    "@evil.example",
    ":80/services",
    "/%2Fevil.example",
    "/%2f%2fevil.example",
    "/%5Cevil.example",
]
UPWARDS = [
    "/..",
    "/../1/contacts",
    "/services/..",
    "/services/../contacts/7",
    "/services/./12",
    "/.",
    "/services/%2e%2e/contacts/7",
    "/services/%2E./contacts/7",
    "/services/.%2e/contacts/7",
    "/services/%2e/12",
    "/services/..%2fcontacts%2f7",
    "/services%2F..%2Fcontacts",
    "/services/%252e%252e/contacts/7",
    "/services/%25252e%25252e/contacts/7",
    "/services/..;/contacts/7",
    "/services/..;x=1/contacts/7",
    "/services/..%3b/contacts/7",
    "/services/.. /contacts/7",
    "/services/..%20/contacts/7",
    "/services/.../contacts/7",
    "/services/..\\contacts",
    "/services/..%5ccontacts",
    "/services/%c0%ae%c0%ae/contacts",
    "/services//contacts",
]
SMUGGLED = [
    "/services?x=1",
    "/services#x",
    "/services\r\nX-Evil: 1",
    "/services\nGET /contacts HTTP/1.1",
    "/services\tx",
    "/services%0d%0aX-Evil: 1",
    "/services%250d%250aX-Evil: 1",
    "/services%00",
    "/services\x00",
    "/services\x7f",
    "/services\x85",
    "/services\u2028",
    "/services/100%",
    "/services/%zz",
    "/services/%u002e%u002e/",
    "/services/%ff",
]


@pytest.mark.parametrize(("data_format", "api_version"), JSON_ON_2)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("path", [*OUTSIDE, *UPWARDS, *SMUGGLED], ids=ascii)
def test_a_path_stays_below_the_address_of_the_service(api, path: str, method: str) -> None:
    message = api.refused("api", path=path, method=method)
    assert message.startswith("path: ")
    assert api.requests == []
    assert set(api.contacts()) == {7}


@pytest.mark.parametrize(("data_format", "api_version"), JSON_ON_2)
@pytest.mark.parametrize(
    ("path", "raw"),
    [
        ("/services/12", "/2/services/12"),
        ("/services/a@b.c:d", "/2/services/a@b.c:d"),
        ("/services/å b", "/2/services/%C3%A5%20b"),
        ("/services/a%2Fb%3Fc%23d", "/2/services/a%2Fb%3Fc%23d"),
        ("/services/100%25", "/2/services/100%25"),
        ("/services/a..b", "/2/services/a..b"),
        ("/services/.hidden", "/2/services/.hidden"),
        ("/services/'\"<>|^`{}[]&=!$()*", "/2/services/%27%22%3C%3E%7C%5E%60%7B%7D%5B%5D%26%3D%21%24%28%29%2A"),
    ],
    ids=ascii,
)
def test_a_path_is_encoded_correctly(api, path: str, raw: str) -> None:
    api.run("api", path=path)
    (entry,) = api.requests
    assert entry["raw_path"] == raw


@pytest.mark.parametrize(("data_format", "api_version"), JSON_ON_2)
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"path": "/services/99"}, ["GET /services/99", "404", "There is no such record"]),
        ({"path": "/nothing"}, ["404"]),
        ({"path": "/contacts/abc"}, ["405", "does not allow this HTTP method"]),
        ({"path": "/contacts/7", "method": "POST", "body": {}}, ["POST /contacts/7", "405"]),
        ({"path": "/contacts", "password": "wrong"}, ["406", "kari@acme.example", "API feature"]),
        ({"path": "/contacts", "method": "POST", "body": {"phonenumber": "1"}}, ["406"]),
        ({"path": "/contacts", "method": "POST", "body": {}}, ["400", "changed nothing"]),
        ({"path": "/contacts/phonenumber/4790555800"}, ["GET /contacts/phonenumber/...", "404"]),
    ],
    ids=str,
)
def test_errors_say_what_failed_and_what_to_do(api, options: dict[str, Any], words: list[str]) -> None:
    result = api.run("api", **options)
    assert result["failed"]
    for word in words:
        assert word in result["msg"]
    assert "wrong" not in result["msg"].replace("a parameter is wrong", "")
    assert result["failure"]["method"] == options.get("method", "GET")
    assert len(api.requests) == 1


class TestBody:
    @pytest.mark.parametrize(("data_format", "api_version"), JSON_ON_2)
    @pytest.mark.parametrize("body", [{"a": [1, 2.5, None, {"b": "æ"}]}, {}, {"a b": True}], ids=str)
    def test_is_sent_unchanged(self, api, body: Any) -> None:
        api.run("api", path="/services", method="POST", body=body)
        assert api.requests[0]["headers"]["Content-Type"] == "application/json"
        assert json.loads(api.requests[0]["body"]) == body

    @pytest.mark.parametrize(("data_format", "api_version"), JSON_ON_2)
    def test_of_a_read_is_refused(self, api) -> None:
        assert (
            api.refused("api", path="/services", body={})
            == "body: a GET request has no body. Use the option `query` instead."
        )
        assert api.requests == []

    @pytest.mark.parametrize(("data_format", "api_version"), JSON_ON_2)
    def test_no_body_is_sent_without_a_type(self, api) -> None:
        api.done("api", path="/contacts/7", method="DELETE")
        assert "Content-Type" not in api.requests[0]["headers"]

    @pytest.mark.parametrize("text", ["a\x07b", "\x00", "\ufffe"], ids=ascii)
    def test_with_a_control_character_is_refused(self, api, text: str) -> None:
        message = api.refused("api", path="/services", method="POST", root="Service", body={"a": [{"b": text}]})
        assert message.startswith("body.a[0].b: ")
        assert api.requests == []


@pytest.mark.parametrize(("data_format", "api_version"), [("xml", 2)])
class TestXml:
    def test_a_body_needs_a_root(self, api) -> None:
        message = api.refused("api", path="/services", method="POST", body={})
        assert message == "root: an XML body needs the name of its root element, such as Service."
        assert api.requests == []

    def test_a_write_without_a_body_needs_no_root(self, api) -> None:
        assert api.done("api", path="/contacts/7", method="DELETE")["changed"] is True

    def test_the_root_holds_the_elements_in_their_order(self, api) -> None:
        body = {"b": 1, "a": {"d": None, "c": True}, "Z": ["x", "y"]}
        api.done("api", path="/services", method="POST", root="Service", body=body)
        text = api.requests[0]["body"]
        assert text.index("<Service ") < text.index("<Z>x</Z><Z>y</Z>") < text.index("<a><c>true</c><d ")
        assert text.index("</a>") < text.index("<b>1</b>")

    @pytest.mark.parametrize("root", ["a b", "<x>", "Service/", 'S x="1"', "1a", "a:b", "@a", "#text", "-"])
    def test_an_invalid_root_is_rejected(self, api, root: str) -> None:
        message = api.refused("api", path="/services", method="POST", root=root, body={})
        assert message.startswith("root: ")
        assert api.requests == []

    @pytest.mark.parametrize("name", ["a b", "<x>", "@a", "#text", "", "a:b", 'x="1"'])
    def test_an_invalid_name_is_rejected(self, api, name: str) -> None:
        body = {"list": [{name: "x"}]}
        message = api.refused("api", path="/services", method="POST", root="Service", body=body)
        assert message.startswith("body.list[0]: ")
        assert api.requests == []

    @pytest.mark.parametrize("body", [[1], {"a": [[1]]}], ids=str)
    def test_a_list_without_a_name_is_refused(self, api, body: Any) -> None:
        message = api.refused("api", path="/services", method="POST", root="Service", body=body)
        assert "in XML, a list needs a name for its elements" in message
        assert api.requests == []

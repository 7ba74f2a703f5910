# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The limits on receivers: every request that can send a message passes one function.

No code can avoid this function.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import support
from collections_tree import CHECKOUT

from ansible_collections.community.linkengage.plugins.module_utils._errors import GuardError
from ansible_collections.community.linkengage.plugins.module_utils._model.changes import Create, Key, Request, Send
from ansible_collections.community.linkengage.plugins.module_utils._model.phone import numbering_of
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import MESSAGE, REQUEST
from ansible_collections.community.linkengage.plugins.module_utils._service.calls import Call
from ansible_collections.community.linkengage.plugins.module_utils._service.connection import CONNECTION_SPEC, connect
from ansible_collections.community.linkengage.plugins.module_utils._service.formats import FORMATS
from ansible_collections.community.linkengage.plugins.module_utils._service.guard import (
    Guard,
    can_send,
    misnamed_limit,
    require_permitted,
)

STRANGER, TESTER, SECOND = "+4790000001", "+4792000009", "+4792000008"
BASE = "https://intouchapi.pswin.com/2"
LIMITS: list[dict[str, Any]] = [
    {"redirect_to": TESTER},
    {"receiver_allowlist": [TESTER]},
    {"receiver_allowlist": []},
    {"receiver_allowlist": [TESTER, SECOND], "redirect_to": TESTER},
]
# Spellings of the path that servers and proxies may read as /messages.
PATHS = [
    "/messages",
    "/messages/",
    "/Messages",
    "/MESSAGES",
    "/%6Dessages",
    "/%6d%65ssages/",
    "/%256Dessages",
    "/messages%2F",
    "/messages;v=1",
    "/messages%20",
    "/messages.",
    "/messages.json",
    "/message",
    "/%EF%BD%8Dessages",
    "/folders/3/messages",
]
BODIES: list[Any] = [
    {"Text": "Hi", "Receivers": STRANGER},
    {"Text": "Hi", "Receivers": f"{TESTER};{STRANGER}"},
    {"Text": "Hi", "Receivers": "/contacts/1"},
    {"Text": "Hi", "Receivers": "/groups/12"},
    {"Text": "Hi", "Receivers": f"{TESTER}; /groups/12"},
    {"Text": "Hi", "Receivers": 4790000001},
    {"Text": "Hi", "receivers": STRANGER},
    {"Text": "Hi", "Receivers": TESTER, "receivers": STRANGER},
    {"Text": "Hi", "Receivers": [TESTER, STRANGER]},
    {"Text": "Hi", "Receivers": ""},
    {"Text": "Hi", "Receivers": None},
    {"Text": "Hi", "Receivers": f"{TESTER},{STRANGER}"},
    {"Text": "Hi", "Receivers": f"{TESTER}\n{STRANGER}"},
    {"Text": "Hi"},
    {"Message": {"Text": "Hi", "Receivers": STRANGER}},
]


@pytest.fixture
def book(account) -> Any:
    account.simulator.seed(
        contacts=[{"ContactId": 1, "PhoneNumber": "90000001"}, {"ContactId": 2, "PhoneNumber": "92000009"}],
        groups=[{"GroupId": 12, "Name": "On call", "members": [1, 2]}, {"GroupId": 13, "Name": "Test", "members": [2]}],
    )
    return account


def phones(book) -> set[str]:
    return {delivery["phone"] for delivery in book.simulator.deliveries()}


def post(book, path: str, body: Any, **options: Any) -> dict[str, Any]:
    return book.run("api", **{"method": "POST", "path": path, "body": body, "root": "Message", **options})


class TestRequests:
    """Requests of linkengage_api."""

    @pytest.mark.parametrize("limit", LIMITS, ids=str)
    @pytest.mark.parametrize("path", PATHS)
    def test_to_any_spelling_of_the_path_send_nothing_to_a_stranger(self, book, path: str, limit) -> None:
        for check in (True, False):
            result = post(book, path, BODIES[0], check=check, **limit)
            assert result["failed"]
            assert result["failure"]["kind"] == "guard"
            assert "Nothing was sent" in result["msg"]
        assert book.writes == []

    @pytest.mark.parametrize("path", ["//messages", "/./messages", "/x/../messages", "/messages//", "/%2Fmessages"])
    def test_to_a_path_with_an_empty_part_or_dots_are_rejected(self, book, path: str) -> None:
        assert post(book, path, BODIES[0], redirect_to=TESTER)["failed"]
        assert book.writes == []

    @pytest.mark.parametrize("body", BODIES, ids=str)
    def test_with_any_form_of_the_body_send_nothing_to_a_stranger(self, book, body: Any) -> None:
        result = post(book, "/messages", body, receiver_allowlist=[TESTER])
        assert result["failed"]
        assert book.writes == []

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
    @pytest.mark.parametrize("override", ["auto", "always", "never"])
    def test_with_any_method_send_nothing_to_a_stranger(self, book, method: str, override: str) -> None:
        options = {"method": method, "method_override": override, "redirect_to": TESTER}
        assert post(book, "/messages", BODIES[0], **options)["failure"]["kind"] == "guard"
        assert book.writes == []

    def test_with_receivers_in_the_query_send_nothing(self, book) -> None:
        body = {"Text": "Hi", "Receivers": TESTER}
        for query in ({"Receivers": STRANGER}, {"receivers[]": STRANGER}, {"a": 1}):
            assert post(book, "/messages", body, query=query, redirect_to=TESTER)["failure"]["kind"] == "guard"
        assert book.writes == []

    @pytest.mark.parametrize("api_url", ["{url}/2/messages", "{url}/2/%6Dessages/"])
    def test_to_an_address_that_ends_with_the_path_send_nothing(self, book, api_url: str) -> None:
        address = api_url.format(url=book.simulator.url)
        assert post(book, "/", BODIES[0], api_url=address, redirect_to=TESTER)["failure"]["kind"] == "guard"
        assert book.writes == []

    @pytest.mark.parametrize("variable", ["REDIRECT_TO", "RECEIVER_ALLOWLIST"])
    def test_obey_the_variables(self, book, monkeypatch, variable: str) -> None:
        monkeypatch.setenv(f"LINKENGAGE_{variable}", TESTER)
        assert post(book, "/messages", BODIES[0])["failure"]["kind"] == "guard"
        assert book.writes == []
        assert post(book, "/messages", {"Text": "Hi", "Receivers": "92000009"})["changed"]
        assert phones(book) == {"4792000009"}

    @pytest.mark.parametrize("limit", [LIMITS[0], LIMITS[1], LIMITS[3], {}], ids=str)
    def test_to_permitted_numbers_are_sent(self, book, limit) -> None:
        assert post(book, "/messages", {"Text": "Hi", "Receivers": "004792000009; 92000009"}, **limit)["changed"]
        assert phones(book) == {"4792000009"}

    def test_that_cannot_send_are_not_limited(self, book) -> None:
        limit = {"receiver_allowlist": [], "changed": True}
        book.simulator.seed(messages=[{"Receivers": "90000001", "Text": "Later", "HandledDate": "2099-01-01T12:00:00"}])
        (ident,) = [message["MessageId"] for message in book.simulator.state()["messages"]]
        assert "failed" not in book.run("api", path="/messages/" + ident, **limit)
        assert "failed" not in book.run("api", path="/messages/" + ident, method="DELETE", **limit)
        contact = {"path": "/contacts/1", "method": "PUT", "body": {"PhoneNumber": "90000002"}, "root": "Contact"}
        assert "failed" not in book.run("api", **contact, **limit)
        assert book.simulator.deliveries() == []


class TestMessages:
    """Messages of linkengage_sms."""

    @pytest.mark.parametrize("limit", [{"redirect_to": TESTER}, {"receiver_allowlist": [TESTER]}], ids=str)
    @pytest.mark.parametrize("receivers", [{"groups": ["Test"]}, {"contacts": [2]}, {"numbers": ["92000009"]}], ids=str)
    def test_are_sent_to_numbers(self, book, limit, receivers) -> None:
        book.done("sms", text="Hi", **receivers, **limit)
        assert book.body["Receivers"] == "4792000009"

    @pytest.mark.parametrize("limit", [{"redirect_to": TESTER}, {"receiver_allowlist": [TESTER]}], ids=str)
    def test_that_wait_do_not_reach_a_member_who_joins_later(self, book, limit) -> None:
        book.done("sms", text="Hi", groups=["Test"], send_at="+1h", **limit)
        assert not book.run("api", path="/groups/13/contacts/1", method="PUT").get("failed")
        assert not book.run(
            "api", path="/contacts/2", method="PUT", body={"PhoneNumber": "90000001"}, root="Contact"
        ).get("failed")
        book.simulator.clock(2 * 3600)
        assert phones(book) == {"4792000009"}

    @pytest.mark.parametrize("option", ["redirect_to", "receiver_allowlist"])
    @pytest.mark.parametrize("value", [None, ""])
    def test_with_a_limit_that_is_null_or_empty_reach_nobody(self, book, monkeypatch, option: str, value: Any) -> None:
        monkeypatch.setenv(f"LINKENGAGE_{option.upper()}", TESTER)
        options = {**book.connection, "text": "Hi", "groups": ["On call"], option: value}
        result = support.run_module("linkengage_sms", **options)
        assert book.simulator.deliveries() == []
        assert option in str(result.get("msg") or result["warnings"])
        if value is None:
            assert result["msg"].startswith(f"{option}: the value is null.")

    def test_to_nobody_give_a_warning(self, book, monkeypatch) -> None:
        monkeypatch.setenv("LINKENGAGE_RECEIVER_ALLOWLIST", SECOND)
        for check in (True, False):
            result = book.done("sms", text="Hi", groups=["On call"], check=check)
            assert result["outcome"] == "not_sent"
            assert "LINKENGAGE_RECEIVER_ALLOWLIST: nobody gets the message" in str(result["warnings"])

    def test_with_merge_codes_give_a_warning(self, book) -> None:
        book.simulator.seed(contacts=[{"ContactId": 3, "PhoneNumber": "92000008", "Description": "Operations"}])
        options = {"text": "Hi Department", "contacts": [3], "merge": True}
        for limit in ({"redirect_to": TESTER}, {"receiver_allowlist": [SECOND]}):
            result = book.done("sms", **options, **limit)
            assert "The service possibly does not replace the merge codes" in str(result["warnings"])
        assert phones(book) == {"4792000008", "4792000009"}


class TestEveryPath:
    """The client uses the network in one place only.

    The guard is in this place, and rejects everything until a limit is read.
    """

    def test_to_the_network_leads_through_one_function_of_the_client(self) -> None:
        assert users("ask", "journal") == {"plugins/module_utils/_service/client.py _ask"}
        assert users("ask", "http") == {"plugins/module_utils/_service/journal.py ask"}
        assert users("send", "http") == set()
        (sender,) = users("exchange", "_transport")
        assert sender.startswith("plugins/module_utils/_service/calls.py ")

    def test_to_the_network_passes_the_guard_first(self) -> None:
        client = CHECKOUT / "plugins/module_utils/_service/client.py"
        (door,) = [function for function in functions(client) if function.name == "_ask"]
        assert ast.unparse(door.body[0]) == "self._require_permitted(call)"

    def test_to_a_message_is_closed_until_the_options_are_read(self, book) -> None:
        spec = {name: option.get("default") for name, option in CONNECTION_SPEC.items()}
        client = connect({**spec, **book.connection}.get)
        wire = {"text": "Hi", "receivers": STRANGER, "status": "Unknown"}
        request = {"method": "POST", "path": "/Messages/", "body": {"Receivers": STRANGER}, "root": "Message"}
        ways = [
            lambda: client.send(wire),
            lambda: client.post(MESSAGE, wire),
            lambda: client.create(MESSAGE, wire),
            lambda: client.put(MESSAGE, "O_1", wire),
            lambda: client.request(request),
            lambda: client.apply([Send(Key(MESSAGE, ""), wire)]),
            lambda: client.apply([Create(MESSAGE, Key(MESSAGE, ""), wire)]),
            lambda: client.apply([Request(Key(REQUEST, ""), request)]),
        ]
        for limit in (None, {"redirect_to": TESTER, "allowlist": None}):
            if limit:
                client.limit_receivers(**limit)
            for way in ways:
                with pytest.raises(GuardError):
                    way()
        assert book.simulator.log(writes_only=True) == []

    def test_to_a_message_is_closed_again_for_each_task(self, book) -> None:
        spec = {name: option.get("default") for name, option in CONNECTION_SPEC.items()}
        client = connect({**spec, **book.connection}.get)
        client.limit_receivers(None, None)
        client.renew()
        with pytest.raises(GuardError):
            client.send({"text": "Hi", "receivers": STRANGER})


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def users(method: str, of: str) -> set[str]:
    """Return the files and functions that call a method of an object with this name."""
    found = set()
    for path in [*CHECKOUT.glob("plugins/**/*.py"), *CHECKOUT.glob("extensions/**/*.py")]:
        for function in functions(path):
            called = {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
            if any(name == f"{of}.{method}" or name.endswith(f".{of}.{method}") for name in called):
                found.add(f"{path.relative_to(CHECKOUT)} {function.name}")
    return found


NUMBERING = numbering_of("47")


@pytest.mark.parametrize("wire", ["json", "xml"])
@pytest.mark.parametrize(
    ("receivers", "permitted"),
    [
        (TESTER, True),
        ("92000009", True),
        ("0047 920 00 009", True),
        (f"{TESTER};92000009;", True),
        (STRANGER, False),
        (f"{TESTER};90000001", False),
        ("/contacts/2", False),
        (" ; ", False),
        ("nobody", False),
    ],
)
def test_a_body_is_compared_with_the_limit(wire: str, receivers: str, permitted: bool) -> None:
    form = FORMATS[wire]()
    call = Call("POST", "/messages", form.content_type, form.dumps("Message", {"Receivers": receivers, "Text": "Hi"}))
    for guard in (Guard(redirect_to=TESTER), Guard(allowlist=[TESTER])):
        if permitted:
            require_permitted(call, guard, form, NUMBERING)
        else:
            with pytest.raises(GuardError):
                require_permitted(call, guard, form, NUMBERING)
    require_permitted(call, Guard(), form, NUMBERING)


@pytest.mark.parametrize(
    ("method", "path", "base", "expected"),
    [
        *(("POST", path, BASE, True) for path in PATHS),
        ("PUT", "/messages/O_1", BASE, True),
        ("POST", "/", f"{BASE}/messages", True),
        ("GET", "/messages", BASE, False),
        ("POST", "/contacts", BASE, False),
        ("POST", "/contacts", "https://proxy.example/messages/2", False),
        ("POST", "/contacts", "https://proxy.example/messages", False),
        ("POST", "/services", BASE, False),
    ],
)
def test_a_request_that_can_send_is_recognised(method: str, path: str, base: str, expected: bool) -> None:
    assert can_send(Call(method, path, "application/json", b"{}"), base) is expected


def test_a_request_without_content_cannot_send() -> None:
    assert not can_send(Call("DELETE", "/messages/O_1", "application/json"), BASE)
    assert not can_send(Call("POST", "/messages", "application/json"), BASE)
    assert can_send(Call("POST", "/messages?%52eceivers=1", "application/json"), BASE)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("LINKENGAGE_RECEIVER_ALLOW_LIST", "LINKENGAGE_RECEIVER_ALLOWLIST"),
        ("LINKENGAGE_RECEIVERS_ALLOWLIST", "LINKENGAGE_RECEIVER_ALLOWLIST"),
        ("LINKENGAGE_RECEIVR_ALOWLIST", "LINKENGAGE_RECEIVER_ALLOWLIST"),
        ("LINKENGAGE_SMS_RECEIVER_ALLOWLIST", "LINKENGAGE_RECEIVER_ALLOWLIST"),
        ("LINKENGAGE_ALLOWED_NUMBERS", "LINKENGAGE_RECEIVER_ALLOWLIST"),
        ("LINKENGAGE_WHITELIST", "LINKENGAGE_RECEIVER_ALLOWLIST"),
        ("LINKENGAGE_REDIRECT", "LINKENGAGE_REDIRECT_TO"),
        ("LINKENGAGE_NOTIFY_REDIRECT_TO", "LINKENGAGE_REDIRECT_TO"),
        ("LINKENGAGE_REDRIECT_TO", "LINKENGAGE_REDIRECT_TO"),
        ("linkengage_redirect_to", "LINKENGAGE_REDIRECT_TO"),
    ],
)
def test_a_limit_in_a_variable_with_a_wrong_name_is_an_error(name: str, meant: str) -> None:
    assert f"{name}: the collection does not use this environment variable (did you mean {meant}?)" in str(
        misnamed_limit({name: "+47"}, {})
    )
    assert misnamed_limit({name: " "}, {}) is None
    assert misnamed_limit({name: "+47", meant: "+47"}, {}) is None
    assert misnamed_limit({name: "+47"}, {"redirect_to": "+4790555817"}) is None


def test_other_variables_are_not_taken_for_a_limit() -> None:
    page = "".join(path.read_text(encoding="utf-8") for path in (CHECKOUT / "docs").rglob("*.rst"))
    documented = {*re.findall(r"LINKENGAGE_[A-Z_]+[A-Z]", page), "LINKENGAGE_ALLOW_HTTP", "LINKENGAGE_PASSWORD2"}
    limits = {"LINKENGAGE_RECEIVER_ALLOWLIST", "LINKENGAGE_REDIRECT_TO", "LINKENGAGE_RECEIVER_ALLOW_LIST"}
    assert limits < documented
    others = {*(documented - limits), "REDIRECT_TO", "OTHER_RECEIVER_ALLOWLIST"}
    assert misnamed_limit(dict.fromkeys(others, "1"), {}) is None

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control endpoints, used through SimulatorProcess or directly."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from linkengage_simulator.process import SimulatorError


def test_the_log_shows_each_request_without_the_login(wire: Any, simulator: Any) -> None:
    body = wire.document("Contact", {"Firstname": "Åse", "PhoneNumber": "1"})
    wire.send("POST", "/contacts/7?a=b%20c", body, X_HTTP_Method_Override="PUT", X_Test="yes")
    wire.send("GET", "/contacts/search/%C3%A5%2F+")
    first, second = simulator.log()
    headers = first.pop("headers")
    assert (headers["X-Test"], headers["Content-Type"]) == ("yes", f"application/{wire.format}")
    assert "Authorization" not in headers
    assert simulator.password not in str(first)
    assert first.pop("time")
    assert first.pop("connection") == second["connection"]
    assert first == {
        "n": 1,
        "method": "PUT",
        "wire_method": "POST",
        "path": "/contacts/7",
        "raw_path": f"/{wire.version}/contacts/7?a=b%20c",
        "version": wire.version,
        "query": {"a": "b c"},
        "username": simulator.login,
        "authorised": True,
        "body": body,
        "format": wire.format,
        "status": 404,
        "throttled": False,
        "fault": None,
    }
    assert (second["n"], second["path"], second["method"]) == (2, "/contacts/search/å/+", "GET")
    assert (second["body"], second["format"], second["status"]) == ("", None, 200)
    assert simulator.log(writes_only=True) == [simulator.log()[0]]
    simulator.clear_log()
    assert simulator.log() == []


def test_the_log_shows_missing_and_wrong_logins(simulator: Any) -> None:
    requests.get(simulator.url + "/elsewhere", timeout=60)
    requests.get(simulator.api() + "/user", auth=("eve", "x"), timeout=60)
    first, second = simulator.log()
    assert (first["username"], first["authorised"], first["version"]) == (None, False, None)
    assert (first["path"], first["status"]) == ("/elsewhere", 406)
    assert (second["username"], second["authorised"], second["status"]) == ("eve", False, 406)


def test_connections_are_counted(plain: Any, simulator: Any) -> None:
    for _turn in range(3):
        plain.send("GET", "/user")
        requests.get(simulator.api() + "/user", timeout=60)
    connections = [entry["connection"] for entry in simulator.log()]
    assert len(set(connections)) == 4
    assert len(set(connections[::2])) == 1


def test_the_state_shows_what_was_seeded(simulator: Any) -> None:
    ids = simulator.seed(
        contacts=[{"ContactId": 4711, "PhoneNumber": "41234567", "CreatedDate": "2014-01-01T13:00:00.5"}],
        groups=[{"GroupId": 12, "Name": "A", "members": [4711, "41234567"]}, {"Name": "B"}],
        folders=[{"Name": "Old", "ParentFolderId": 4}],
        messages=[{"Receivers": "/groups/12", "Text": "Hei"}],
        inbound=[{"from": "41234567", "text": "Ja", "time": "2014-01-01T13:00:00", "folder": 6}],
        services=[{"Name": "x"}],
        user={"Settings": {"SENDER_ID": 2612}},
    )
    assert ids == {
        "contacts": [4711],
        "groups": [12, 101],
        "folders": [6],
        "messages": ["O_5001"],
        "inbound": ["I_5002"],
        "services": [1],
        "servicepoints": [],
        "users": [],
        "senders": [],
    }
    state = simulator.state()
    assert state["contacts"][0]["CreatedDate"] == "2014-01-01T12:00:00.500Z"
    assert [group["members"] for group in state["groups"]] == [[4711], []]
    assert [message["MessageId"] for message in state["messages"]] == ["O_5001", "I_5002"]
    assert [row["To"] for row in state["folder_messages"]["3"]] == ["A"]
    assert [row["Text"] for row in state["folder_messages"]["6"]] == ["Ja"]
    assert state["services"] == [{"Name": "x", "Id": 1}]
    assert {"Name": "SENDER_ID", "Value": "2612"} in state["user"]["Settings"]
    assert simulator.seed(contacts=[{"PhoneNumber": "1"}])["contacts"] == [4712]


def test_ids_are_not_used_twice(plain: Any, simulator: Any) -> None:
    (first,) = simulator.seed(contacts=[{}])["contacts"]
    plain.done(plain.send("DELETE", f"/contacts/{first}"))
    assert simulator.seed(contacts=[{}])["contacts"] == [first + 1]


def test_a_reset_removes_records_faults_options_and_the_log(plain: Any, simulator: Any) -> None:
    simulator.seed(contacts=[{}], groups=[{"Name": "A"}], user={"Settings": {"SENDER_ID": "x"}})
    simulator.faults([{"action": "status", "times": None}])
    simulator.options(rate=1)
    simulator.clock(100000)
    plain.send("GET", "/user")
    assert simulator.reset(contacts=[{"Firstname": "Kari"}])["contacts"] == [1001]
    assert simulator.log() == []
    assert [plain.send("GET", "/contacts").status_code for _turn in range(2)] == [200, 200]
    state = simulator.state()
    assert [contact["Firstname"] for contact in state["contacts"]] == ["Kari"]
    assert state["groups"] == []
    assert {"Name": "SENDER_ID", "Value": "LINK"} in state["user"]["Settings"]


def test_the_clock_can_be_advanced(simulator: Any) -> None:
    before = simulator.clock()
    after = simulator.clock(86400)
    assert before[:10] < after[:10]


def test_options_can_be_changed_and_read(simulator: Any) -> None:
    options = simulator.options(rate=5, assume={"missing_number": "null"})
    assert options.pop("assume")["missing_number"] == "null"
    assert options == {
        "rate": 5,
        "window": 60.0,
        "retry_after": False,
        "latency": 0.0,
        "block_methods": False,
        "plain_slashes": False,
    }
    assert simulator.control("GET", "options")["rate"] == 5


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "nothing", None),
        ("PUT", "seed", {}),
        ("POST", "seed", {"contact": []}),
        ("POST", "seed", []),
        ("POST", "seed", {"contacts": [{"firstname": "x"}]}),
        ("POST", "seed", {"contacts": [{"Nickname": "x"}]}),
        ("POST", "seed", {"contacts": [{"Firstname": 1}]}),
        ("POST", "seed", {"groups": [{"Name": "A", "members": [9]}]}),
        ("POST", "seed", {"groups": [{"Name": "A", "members": ["9"]}]}),
        ("POST", "faults", [{"action": "explode"}]),
        ("POST", "faults", [{"action": "delay"}]),
        ("POST", "faults", [{"action": "status", "match": {"path": "("}}]),
        ("POST", "faults", [{"action": "status", "macth": {}}]),
        ("POST", "faults", [{"action": "status", "match": {"url": "x"}}]),
        ("POST", "options", {"rat": 1}),
        ("POST", "options", {"rate": "x"}),
        ("POST", "options", {"assume": {"missing_number": "500"}}),
        ("POST", "assumptions", {"missing_number": "500"}),
        ("POST", "assumptions", {"missing": "404"}),
        ("POST", "assumptions", {"list_limit": "many"}),
        ("POST", "clock", {}),
        ("POST", "inbound", {"text": "x"}),
        ("POST", "inbound", {"from": "1", "text": "x", "folder": 99}),
        ("POST", "delivery-status", {"message": "O_1", "status": "x"}),
    ],
)
def test_mistakes_are_errors(simulator: Any, method: str, path: str, body: Any) -> None:
    with pytest.raises(SimulatorError, match="error"):
        simulator.control(method, path, body)


def test_a_body_that_is_not_json_is_400(simulator: Any) -> None:
    answer = requests.post(simulator.url + "/_control/seed", data=b"{", timeout=60)
    assert answer.status_code == 400
    assert "error" in answer.json()

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbooks can use the whole API: each endpoint of the contract appears in the request log.

``ROWS`` are the endpoints of the contract. ``WAYS`` are the tasks that use them. The tests fail if no task uses an
endpoint, or if a task does not use its endpoint.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from ansible.plugins.loader import lookup_loader

from linkengage_simulator.endpoints import ENDPOINTS

Row = tuple[str, str]

# The additional resources of version 2. Their endpoints are not published, so they have the usual endpoints.
EXTRA = {"services": "Service", "servicepoints": "Servicepoint", "users": "User", "senders": "Sender"}
ROWS: dict[str, list[Row]] = {
    "User": [("GET", "/user")],
    "Contacts": [
        ("GET", "/contacts"),
        ("POST", "/contacts"),
        ("GET", "/contacts/count"),
        ("GET", "/contacts/{id}"),
        ("PUT", "/contacts/{id}"),
        ("DELETE", "/contacts/{id}"),
        ("GET", "/contacts/phonenumber/{text}"),
        ("GET", "/contacts/search/{text}"),
    ],
    "Groups": [
        ("GET", "/groups"),
        ("POST", "/groups"),
        ("GET", "/groups/{id}"),
        ("PUT", "/groups/{id}"),
        ("DELETE", "/groups/{id}"),
        ("GET", "/groups/{id}/contacts"),
        ("PUT", "/groups/{id}/contacts/{id}"),
        ("DELETE", "/groups/{id}/contacts/{id}"),
        ("GET", "/groups/{id}/contacts/search/{text}"),
    ],
    "Messages": [("POST", "/messages"), ("GET", "/messages/{text}"), ("DELETE", "/messages/{text}")],
    "Folders": [("GET", "/folders"), ("GET", "/folders/{id}/messages")],
    **{
        name: [
            ("GET", f"/{name}"),
            ("POST", f"/{name}"),
            ("GET", f"/{name}/{{id}}"),
            ("PUT", f"/{name}/{{id}}"),
            ("DELETE", f"/{name}/{{id}}"),
        ]
        for name in EXTRA
    },
}
ALL = {row for rows in ROWS.values() for row in rows}
VERSION_2_ONLY = {row for name in EXTRA for row in ROWS[name]}

SEED: dict[str, Any] = {
    "contacts": [
        {"ContactId": 7, "PhoneNumber": "90555817", "Firstname": "Kari"},
        {"ContactId": 8, "PhoneNumber": "412 34 567", "Firstname": "Ola"},
    ],
    "groups": [{"GroupId": 12, "Name": "On call", "members": [7]}],
    "inbound": [{"from": "90555817", "text": "Ja"}],
    **{name: [{"Name": "A"}] for name in EXTRA},
}


def extra_ways(name: str, root: str) -> dict[Row, tuple[str, dict[str, Any]]]:
    """Return tasks with the module linkengage_api, for endpoints that have no other module."""
    write = {"root": root, "body": {"Name": "B"}}
    return {
        ("GET", f"/{name}"): ("api", {"path": f"/{name}"}),
        ("POST", f"/{name}"): ("api", {"path": f"/{name}", "method": "POST", **write}),
        ("GET", f"/{name}/{{id}}"): ("api", {"path": f"/{name}/1"}),
        ("PUT", f"/{name}/{{id}}"): ("api", {"path": f"/{name}/1", "method": "PUT", **write}),
        ("DELETE", f"/{name}/{{id}}"): ("api", {"path": f"/{name}/1", "method": "DELETE"}),
    }


CANCEL: dict[str, Any] = {"state": "absent", "message_id": "O_5002"}
# For each row: the module without its prefix, or "lookup" with its terms, and the options.
WAYS: dict[Row, tuple[str, dict[str, Any]]] = {
    ("GET", "/user"): ("user_info", {}),
    ("GET", "/contacts"): ("contact_info", {}),
    ("POST", "/contacts"): ("contact", {"phone_number": "98765432"}),
    ("GET", "/contacts/count"): ("contact_info", {"count_only": True}),
    ("GET", "/contacts/{id}"): ("lookup", {"terms": [{"contact_id": 7}]}),
    ("PUT", "/contacts/{id}"): ("contact", {"phone_number": "+4790555817", "first_name": "Åse"}),
    ("DELETE", "/contacts/{id}"): ("contact", {"phone_number": "+4790555817", "state": "absent"}),
    ("GET", "/contacts/phonenumber/{text}"): ("api", {"path": "/contacts/phonenumber/412%2034%20567"}),
    ("GET", "/contacts/search/{text}"): ("contact_info", {"search": "Kari"}),
    ("GET", "/groups"): ("lookup", {"terms": ["On call"], "resource": "group"}),
    ("POST", "/groups"): ("group", {"name": "Kitchen"}),
    ("GET", "/groups/{id}"): ("group_info", {"group_id": 12}),
    ("PUT", "/groups/{id}"): ("group", {"name": "Night", "previous_names": ["On call"]}),
    ("DELETE", "/groups/{id}"): ("group", {"name": "On call", "state": "absent", "force": True}),
    ("GET", "/groups/{id}/contacts"): ("lookup", {"terms": ["On call"], "resource": "members"}),
    ("PUT", "/groups/{id}/contacts/{id}"): ("group", {"name": "On call", "members": {"add": [8]}}),
    ("DELETE", "/groups/{id}/contacts/{id}"): (
        "group",
        {"name": "On call", "members": {"remove": ["90555817"]}, "force": True},
    ),
    ("GET", "/groups/{id}/contacts/search/{text}"): ("contact_info", {"group": "On call", "search": "Kari"}),
    ("POST", "/messages"): ("sms", {"numbers": ["90011223"], "text": "Hei"}),
    ("GET", "/messages/{text}"): ("message_info", {"message_id": "I_5001"}),
    ("DELETE", "/messages/{text}"): ("sms", CANCEL),
    ("GET", "/folders"): ("folder_info", {}),
    ("GET", "/folders/{id}/messages"): ("message_info", {"text": "Ja"}),
    **{row: way for name, root in EXTRA.items() for row, way in extra_ways(name, root).items()},
}


def rows_of(entry: dict[str, Any]) -> set[Row]:
    """Return the row that a successful request in the log has used, if there is one."""
    segments = entry["raw_path"].partition("?")[0].split("/")[2:]
    if not 200 <= (entry["status"] or 0) < 300:
        return set()
    found = {row for row in ALL if row[0] == entry["method"] and covers(row[1], "/" + "/".join(segments))}
    literal = {row for row in found if row[1].endswith("/count")}
    return literal or found


def covers(template: str, path: str) -> bool:
    pattern = re.escape(template).replace(r"\{id\}", r"\d+").replace(r"\{text\}", "[^/]+")
    return re.fullmatch(pattern, path) is not None


@pytest.fixture
def go(simulator, connection, run_module) -> Callable[[Row], list[dict[str, Any]]]:
    """``go(row)``: run the task of a row with a new account. Returns the request log."""

    def take(row: Row) -> list[dict[str, Any]]:
        simulator.reset(**SEED)
        tool, options = WAYS[row]
        if options is CANCEL:
            simulator.seed(messages=[{"Receivers": "90011223", "Text": "Hei", "HandledDate": "2999-01-01T00:00:00"}])
        if tool == "lookup":
            more = {name: value for name, value in options.items() if name != "terms"}
            lookup_loader.get("community.linkengage.linkengage").run(
                options["terms"], variables={}, **more, **connection
            )
        else:
            result = run_module(f"linkengage_{tool}", **options)
            assert not result.get("failed"), result
        return simulator.log()

    return take


def test_every_endpoint_is_used(go, api_version: int) -> None:
    reachable = ALL - (VERSION_2_ONLY if api_version == 1 else set())
    reached: set[Row] = set()
    missed: dict[Row, list[str]] = {}
    for row in sorted(reachable & set(WAYS)):
        log = go(row)
        seen = {found for entry in log for found in rows_of(entry)}
        if row not in seen:
            missed[row] = [f"{entry['method']} {entry['path']} {entry['status']}" for entry in log]
        reached |= seen
    assert not missed
    assert not reachable - reached, "No task uses these rows: add a task to WAYS"


def test_every_task_belongs_to_an_endpoint() -> None:
    assert set(WAYS) == ALL


def test_the_endpoints_here_and_in_the_simulator_are_the_same() -> None:
    """Both lists were copied from the contract independently, so a row that is missing in one of them is found."""
    simulated = {
        (endpoint.method, re.sub("{[a-z]*}", "{}", endpoint.path), endpoint.versions) for endpoint in ENDPOINTS
    }
    here = {(method, re.sub("{[a-z]*}", "{}", path), versions((method, path))) for method, path in ALL}
    assert here == simulated


def versions(row: Row) -> tuple[int, ...]:
    return (2,) if row in VERSION_2_ONLY else (1, 2)


@pytest.mark.parametrize(("data_format", "api_version"), [("json", 2)])
def test_a_rejected_request_uses_no_endpoint(simulator, run_module) -> None:
    run_module("linkengage_api", path="/services/99")
    (entry,) = simulator.log()
    assert entry["status"] == 404
    assert rows_of(entry) == set()

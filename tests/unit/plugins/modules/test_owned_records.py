# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records that the vendor's directory sync owns refuse PUT and DELETE. The error says so (contract: Syncopy)."""

from __future__ import annotations

from typing import Any

import pytest

OWNED = "imported by the directory sync (Syncopy)"
REMEDY = "in the directory that Syncopy reads"
STATUSES = [400, 403, 405, 406, 409, 500]


def refuse(account: Any, status: int, path: str, methods: tuple[str, ...] = ("PUT", "DELETE")) -> None:
    account.simulator.seed(
        contacts=[
            {"ContactId": 7, "PhoneNumber": "90555817", "Firstname": "K"},
            {"ContactId": 8, "PhoneNumber": "41234567"},
        ],
        groups=[{"GroupId": 12, "Name": "On call", "members": [7]}],
    )
    account.simulator.faults(
        [
            {"match": {"method": method, "path": f"{path}$"}, "action": "status", "status": status, "times": None}
            for method in methods
        ]
    )


def says_so(result: dict[str, Any]) -> str:
    assert result.get("failed"), result
    assert OWNED in result["msg"], result["msg"]
    assert REMEDY in result["msg"]
    return result["msg"]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(
    ("module", "options", "path"),
    [
        ("contact", {"phone_number": "90555817", "first_name": "Kari"}, "/contacts/7"),
        ("contact", {"phone_number": "90555817", "state": "absent"}, "/contacts/7"),
        ("group", {"name": "On call", "description": "x"}, "/groups/12"),
        ("group", {"name": "On call", "state": "absent", "force": True}, "/groups/12"),
        ("group", {"name": "On call", "members": {"add": ["41234567"]}}, "/groups/12/contacts/8"),
        ("group", {"name": "On call", "members": {"remove": ["90555817"]}, "force": True}, "/groups/12/contacts/7"),
        ("address_book", {"contacts": [{"phone_number": "90555817", "first_name": "Kari"}]}, "/contacts/7"),
        ("address_book", {"absent": {"contacts": ["90555817"]}, "allow_empty": True}, "/contacts/7"),
        (
            "address_book",
            {"groups": [{"name": "On call", "members": ["90555817", "41234567"]}]},
            "/groups/12/contacts/8",
        ),
        ("api", {"method": "PUT", "path": "/contacts/7", "body": {"Firstname": "K"}, "root": "Contact"}, "/contacts/7"),
        ("api", {"method": "DELETE", "path": "/groups/12"}, "/groups/12"),
    ],
    ids=str,
)
def test_the_error_names_the_directory_sync(
    json_account, status: int, module: str, options: dict[str, Any], path: str
) -> None:
    refuse(json_account, status, path)
    json_account.connection = {**json_account.connection, "retries": 0, "method_override": "never"}
    result = json_account.run(module, **options)
    if module == "api" and status == 406:  # for the first answer of a run, the login may also be wrong
        assert "Check the user name" in result["msg"]
    else:
        assert f"the service answered {status}" in says_so(result)


@pytest.mark.parametrize(
    ("method", "path", "remedy"),
    [
        ("PUT", "/contacts/7", "change the contact in the directory that Syncopy reads, and remove the contact from"),
        ("DELETE", "/groups/12", "delete the group in the directory that Syncopy reads."),
        ("PUT", "/groups/12/contacts/8", "change the members in the directory that Syncopy reads."),
        ("DELETE", "/groups/12/contacts/7", "change the members in the directory that Syncopy reads."),
    ],
)
def test_the_remedy_depends_on_the_change(json_account, method: str, path: str, remedy: str) -> None:
    refuse(json_account, 400, path)
    assert remedy in says_so(json_account.run("api", method=method, path=path))


@pytest.mark.parametrize("status", STATUSES)
def test_the_other_records_of_an_address_book_are_written(account, status: int) -> None:
    refuse(account, status, "/contacts/7")
    contacts = [
        {"phone_number": "90555817", "first_name": "Kari"},
        {"phone_number": "41234567", "first_name": "Ola"},
        {"phone_number": "46701740605"},
    ]
    account.connection = {**account.connection, "retries": 0, "method_override": "never"}
    message = says_so(account.run("address_book", contacts=contacts, workers=1))
    assert "contacts[0]: PUT /contacts/7: " in message
    assert message.count(OWNED) == 1
    assert {row["PhoneNumber"]: row["Firstname"] for row in account.contacts().values()} == {
        "90555817": "K",
        "41234567": "Ola",
        "46701740605": None,
    }


@pytest.mark.parametrize(("module", "options"), [("contact_info", {}), ("group_info", {"name": "On call"})])
def test_a_refused_read_is_not_about_the_directory_sync(json_account, module: str, options: dict[str, Any]) -> None:
    json_account.simulator.faults([{"match": {"method": "GET"}, "action": "status", "status": 400, "times": None}])
    assert OWNED not in json_account.refused(module, **options)


@pytest.mark.parametrize("status", [404, 502, 503])
def test_a_missing_record_and_a_broken_service_are_not_about_the_directory_sync(json_account, status: int) -> None:
    refuse(json_account, status, "/contacts/7")
    json_account.connection = {**json_account.connection, "retries": 0, "throttle_timeout": 0}
    result = json_account.run("contact", phone_number="90555817", first_name="Kari")
    assert result["failed"]
    assert OWNED not in result["msg"]


def test_a_new_record_is_not_owned(json_account) -> None:
    json_account.simulator.faults([{"match": {"method": "POST"}, "action": "status", "status": 400, "times": None}])
    result = json_account.run("contact", phone_number="90555817")
    assert result["failed"]
    assert OWNED not in result["msg"]

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An unexpected exception becomes one error with the place in the code and a remedy. It contains no values."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible.errors import AnsibleError, AnsibleFilterError
from ansible.plugins.loader import lookup_loader

from ansible_collections.community.linkengage.plugins.filter import phone as _phone_filter
from ansible_collections.community.linkengage.plugins.module_utils import _errors
from ansible_collections.community.linkengage.plugins.module_utils._service.client import Client
from ansible_collections.community.linkengage.plugins.plugin_utils._plugin import ansible_errors

PRIVATE = "Kari Nordmann +4790555817"
ERRORS = [
    ValueError(PRIVATE),
    KeyError(PRIVATE),
    RecursionError(PRIVATE),
    UnicodeDecodeError("utf-8", b"", 0, 1, PRIVATE),
]


@pytest.fixture(params=ERRORS, ids=lambda error: type(error).__name__)
def broken(request, monkeypatch: pytest.MonkeyPatch) -> Exception:
    """Let every deletion fail because of an error in the code."""

    def delete(*_args: Any, **_more: Any) -> None:
        raise request.param

    monkeypatch.setattr(Client, "delete", delete)
    monkeypatch.setattr(Client, "put", delete)
    return request.param


def check(result: dict[str, Any], kind: str) -> None:
    assert result["failed"] is True
    assert "Kari Nordmann" not in json.dumps(result)
    assert f"an unexpected error ({kind} in " in result["msg"]
    assert "Report the error as an issue" in result["msg"]


def test_a_module_reports_an_unexpected_error(json_account, broken: Exception) -> None:
    json_account.simulator.seed(contacts=[{"ContactId": 1, "PhoneNumber": "90555817"}])
    result = json_account.run("contact", phone_number="90555817", state="absent")
    kind = type(broken).__name__
    check(result, kind)
    assert result["failure"] == {"kind": "unforeseen", "error": kind, "place": result["failure"]["place"]}
    assert result["msg"].startswith("GET /contacts/search/...: ")
    assert not result.get("changed")


def test_the_address_book_makes_the_other_changes(json_account, broken: Exception) -> None:
    json_account.simulator.seed(contacts=[{"ContactId": 1, "PhoneNumber": "90555817"}])
    contacts = [{"phone_number": "90555817", "first_name": "Kari"}, {"phone_number": "41234567"}]
    result = json_account.run("address_book", contacts=contacts)
    check(result, type(broken).__name__)
    assert result["failure"]["kind"] == "partial_failure"
    assert result["changed"] is True
    assert "contacts[0]: " in result["msg"]
    assert result["msg"].endswith("Report the error as an issue, with the output of this command.")
    assert json_account.numbers() == ["90555817", "4741234567"]


def test_earlier_changes_are_reported(json_account, monkeypatch: pytest.MonkeyPatch) -> None:
    json_account.simulator.seed(contacts=[{"ContactId": 1, "PhoneNumber": "90555817"}])

    def add_member(*_args: Any) -> None:
        raise ValueError

    monkeypatch.setattr(Client, "add_member", add_member)
    result = json_account.run("group", name="On call", members={"add": [1]})
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["failure"]["made"] == ["POST /groups"]
    assert "These changes were made before the error: POST /groups." in result["msg"]


def test_a_rejected_change_also_reports_the_earlier_changes(json_account) -> None:
    json_account.simulator.seed(contacts=[{"ContactId": id, "PhoneNumber": f"9055581{id}"} for id in (1, 2, 3)])
    refusal = {"action": "status", "status": 400, "body": "No", "times": None}
    json_account.simulator.faults([{"match": {"method": "PUT", "path": "/contacts/2$"}, **refusal}])
    result = json_account.run("group", name="On call", members={"add": [1, 2, 3]})
    json_account.simulator.clear_faults()
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["failure"]["made"] == ["POST /groups", "PUT /groups/101/contacts/1"]
    assert (result["failure"]["made_count"], result["failure"]["kind"]) == (2, "api")


def test_without_a_change_the_result_is_not_changed(json_account) -> None:
    refusal = {"action": "status", "status": 400, "body": "No", "times": None}
    json_account.simulator.faults([{"match": {"method": "POST"}, **refusal}])
    result = json_account.run("group", name="On call")
    json_account.simulator.clear_faults()
    assert "made" not in result["failure"]
    assert not result.get("changed")


def test_a_plugin_reports_an_unexpected_error(json_account, monkeypatch: pytest.MonkeyPatch) -> None:
    def search(*_args: Any) -> None:
        raise ValueError(PRIVATE)

    monkeypatch.setattr(Client, "search_contacts", search)
    plugin = lookup_loader.get("community.linkengage.linkengage")
    with pytest.raises(
        AnsibleError, match=r"linkengage lookup: there was an unexpected error \(ValueError in "
    ) as caught:
        plugin.run(["90555817"], variables={}, **json_account.connection)
    assert "Kari" not in str(caught.value)


def test_a_filter_reports_an_unexpected_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_phone_filter, "numbering_of", lambda _code: 1 / 0)
    with pytest.raises(AnsibleFilterError, match="phone: there was an unexpected error"):
        _phone_filter.phone("+4790555817")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(), AnsibleError("undefined")], ids=repr)
def test_other_exceptions_are_not_converted(error: BaseException) -> None:
    with pytest.raises(type(error)) as caught, ansible_errors("lookup"):
        raise error
    assert caught.value is error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1)], ids=repr)
def test_an_interrupt_is_not_an_error(error: BaseException) -> None:
    with pytest.raises(type(error)), _errors.foreseen(lambda: "x"):
        raise error


def test_the_trace_and_the_cause_are_kept_for_debugging() -> None:
    with pytest.raises(_errors.Unforeseen) as caught, _errors.foreseen(lambda: "PUT /contacts/7"):
        raise ValueError(PRIVATE)
    assert caught.value.trace.startswith("Traceback")
    assert caught.value.trace.endswith("ValueError")
    assert isinstance(caught.value.__cause__, ValueError)
    assert str(caught.value).startswith("PUT /contacts/7: ")

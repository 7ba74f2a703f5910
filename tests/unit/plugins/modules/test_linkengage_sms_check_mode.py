# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The predictions of check mode, and secrets in results and logs."""

from __future__ import annotations

import syslog
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from ansible.module_utils import basic

EITHER_FORMAT = pytest.mark.parametrize(("data_format", "api_version"), [("json", 2), ("xml", 1)], ids=["json", "xml"])
JSON = pytest.mark.parametrize(("data_format", "api_version"), [("json", 2)], ids=["json"])
TEXT = "Disk full on web1 \u2026"


@pytest.fixture
def book(account) -> Any:
    account.simulator.seed(
        contacts=[
            {"ContactId": 1, "PhoneNumber": "90555817", "Description": "IT"},
            {"ContactId": 2, "PhoneNumber": "4741234567", "Description": "HR"},
        ],
        groups=[{"GroupId": 12, "Name": "On call", "members": [1, 2]}],
    )
    return account


# Check mode

SENDS: list[dict[str, Any]] = [
    {"numbers": ["920 00 004", "90555817"], "contacts": [1], "groups": ["On call"]},
    {"groups": ["On call"], "sender": "ACME", "unsupported_characters": "replace", "max_total_segments": 9},
    {"groups": ["On call"], "receiver_allowlist": ["41234567"], "skip_invalid": True, "contacts": [77]},
    {"groups": ["On call"], "redirect_to": "+4792000009"},
    {"groups": ["On call"], "tariff": 100, "allow_premium": True},
    {"groups": ["On call"], "merge": True, "text": "Hi Department"},
    {"groups": ["On call"], "send_at": "2099-01-31 09:00 Europe/Oslo"},
    {"groups": ["On call"], "quiet_hours": {"from": "00:00", "to": "23:59", "zone": "Etc/UTC", "action": "postpone"}},
    {"numbers": ["+4792000004"]},
]


@EITHER_FORMAT
@pytest.mark.parametrize("keyed", [False, True])
@pytest.mark.parametrize("options", SENDS, ids="+".join)
def test_check_mode_returns_the_same_as_a_send(book, tmp_path: Path, options: dict[str, Any], keyed: bool) -> None:
    store = tmp_path / "state" / "store"
    key = {"idempotency_key": "incident", "store": str(store)} if keyed else {}
    predicted = book.done("sms", check=True, **{"text": TEXT, **options, **key})
    assert book.writes == []
    assert book.simulator.deliveries() == []
    assert not store.parent.exists()
    result = book.done("sms", **{"text": TEXT, **options, **key})
    assert set(predicted) == set(result)
    assert set(predicted["message"]) == set(result["message"])
    # Check mode cannot know values that the service sets: the id, the status, the folder, and the sender and time if
    # they were not set.
    assert (predicted["message"]["message_id"], predicted["message"]["status"]) == (None, None)
    assert (predicted["outcome"], predicted["changed"]) == ("not_sent", result["changed"])
    own = {"message_id", "status", "folder_id", *(["sender"] if "sender" not in options else [])}
    own |= set() if result["send_at"] else {"handled"}
    shown = [{name: value for name, value in one["message"].items() if name not in own} for one in (predicted, result)]
    assert shown[0] == shown[1]
    for name in set(result) - {"message", "outcome", "invocation"}:
        assert predicted[name] == result[name], name


@EITHER_FORMAT
def test_check_mode_finds_an_earlier_message(book, tmp_path: Path) -> None:
    options = {"text": TEXT, "groups": ["On call"], "idempotency_key": "incident"}
    first = book.done("sms", store=str(tmp_path / "one"), **options)
    for store, outcome in (("one", "already_sent"), ("other", "taken_for_sent")):
        result = book.done("sms", check=True, store=str(tmp_path / store), **options)
        assert (result["outcome"], result["changed"]) == (outcome, False)
        assert result["message"]["message_id"] == first["message"]["message_id"]
        assert "diff" not in result
    assert not (tmp_path / "other").exists()


@JSON
def test_a_second_run_has_no_diff(book, tmp_path: Path) -> None:
    options = {"text": TEXT, "groups": ["On call"], "idempotency_key": "incident", "store": str(tmp_path / "one")}
    assert book.done("sms", **options)["diff"]["after"]["message"]["text"] == TEXT
    assert "diff" not in book.done("sms", **options)


# Secrets and personal data


@JSON
@pytest.mark.parametrize("fault", [None, "drop_before", "status"])
def test_the_system_log_has_the_option_names_and_no_values(book, fault: str | None) -> None:
    lines: list[str] = []
    if fault:
        book.simulator.faults([{"match": {"method": "POST"}, "action": fault}])
    with (
        mock.patch.object(syslog, "syslog", lambda *words: lines.append(str(words))),
        mock.patch.object(basic, "has_journal", False),
    ):
        book.run(
            "sms",
            text="Disk full on web1",
            numbers=["920 00 004"],
            contacts=["+47 905 55 817"],
            groups=["On call"],
            receiver_allowlist=["92000004", "90555817"],
            sender="ACME",
            redirect_to="92000009",
            idempotency_key=None,
        )
    written = "\n".join(lines)
    secrets = [book.simulator.password, "Disk", "web1", "920", "905 55", "On call", "ACME", "92000009", "90555817"]
    assert [secret for secret in secrets if secret in written] == []
    assert "Invoked with" in written and "numbers" in written


@JSON
@pytest.mark.parametrize("fault", [None, "drop_before", "status", "truncate"])
def test_no_result_holds_the_password(book, fault: str | None) -> None:
    if fault:
        body = f"login kari@acme.example:{book.simulator.password} failed" if fault == "status" else ""
        book.simulator.faults([{"match": {"method": "POST"}, "action": fault, "status": 400, "body": body}])
    result = book.run("sms", text="Hi", groups=["On call"])
    assert book.simulator.password not in str(result)


@JSON
def test_minus_vvv_shows_no_password(book, run_playbook) -> None:
    playbook = """
- hosts: localhost
  gather_facts: false
  tasks:
    - name: Send
      community.linkengage.linkengage_sms:
        text: Disk full on web1
        groups: [On call]
        api_url: "{{ lookup('env', 'TEST_URL') }}"
        username: kari
        domain: acme.example
        password: "{{ lookup('env', 'TEST_PASSWORD') }}"
"""
    secrets = {"TEST_URL": book.simulator.api(2), "TEST_PASSWORD": book.simulator.password}
    run = run_playbook(playbook, "-vvv", env=secrets)
    assert run.rc == 0, run.stdout
    assert run.result("Send")["outcome"] == "sent"
    assert book.simulator.password not in run.stdout
    assert "p:ssw" not in run.stdout

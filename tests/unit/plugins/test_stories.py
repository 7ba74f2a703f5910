# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole playbooks: afterwards, the service has the declared records, and a second run changes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

PLAYBOOK = """
- hosts: localhost
  gather_facts: false
  module_defaults:
    group/community.linkengage.linkengage: "{{ connection }}"
  tasks:
    - name: Contact
      community.linkengage.linkengage_contact:
        phone_number: "+47 905 55 817"
        first_name: Åse
        description: "{{ '<&>' }} \N{FIRE} {{ '{{' }} 7 * 7 }}"
    - name: Group
      community.linkengage.linkengage_group:
        name: On call
        members:
          set: ["905 55 817"]
    - name: SMS
      community.linkengage.linkengage_sms:
        text: "Blåbær\\nog <fløte>"
        groups: [On call]
"""
TEXT = "Blåbær\nog <fløte>"


@pytest.fixture
def play(run_playbook, tmp_path) -> Any:
    """``play(text, *arguments, variables=..., env=...)``: run a playbook without the settings of this machine."""
    config = tmp_path / "ansible.cfg"
    config.write_text("", encoding="utf-8")

    def run(text: str, *arguments: str, variables: Any = None, env: dict[str, str] | None = None) -> Any:
        file = tmp_path / "variables.json"
        file.write_text(json.dumps(variables or {}), encoding="utf-8")
        environment = {"ANSIBLE_CONFIG": str(config), "ANSIBLE_PIPELINING": "true", **(env or {})}
        return run_playbook(text, "-e", f"@{file}", *arguments, env=environment)

    return run


@pytest.fixture
def run(account, play) -> Any:
    """``run(text, *arguments)``: run a playbook with the connection in a variable."""
    return lambda text, *arguments: play(text, *arguments, variables={"connection": account.connection})


TASKS: list[tuple[str, dict[str, Any]]] = [
    ("contact", {"phone_number": "+47 905 55 817", "first_name": "Åse", "description": "<&> \N{FIRE}"}),
    ("contact", {"phone_number": "004741234567", "last_name": "O'Hara", "private": True}),
    ("group", {"name": "On call", "members": {"set": ["905 55 817", "412 34 567"]}}),
    ("sms", {"text": TEXT, "groups": ["On call"]}),
]


def test_contact_group_and_sms_change_nothing_in_a_second_run(account) -> None:
    assert [account.done(module, **options)["changed"] for module, options in TASKS] == [True] * 4
    first, second = account.contacts()
    (group_id,) = account.groups()
    assert account.members(group_id) == {first, second}
    sent = [(delivery["phone"], delivery["text"]) for delivery in account.simulator.deliveries()]
    assert sorted(sent) == [("4741234567", TEXT), ("4790555817", TEXT)]
    for module, options in TASKS[:-1]:
        assert account.done(module, **options)["changed"] is False
        assert account.writes == []


def test_check_mode_predicts_a_first_run_without_a_write(account) -> None:
    for module, options in TASKS:
        result = account.done(module, check=True, **options)
        assert result["changed"] is True
        assert result["diff"]["after"]
        assert account.writes == []
    assert (account.contacts(), account.groups(), account.simulator.deliveries()) == ({}, {}, [])


@pytest.mark.parametrize(("data_format", "api_version"), [("json", 2), ("xml", 1)], ids=["json-v2", "xml-v1"])
def test_a_playbook_is_predicted_then_applied_then_changes_nothing(account, run) -> None:
    predicted = run(PLAYBOOK, "--check", "--diff")
    assert predicted.rc == 0, predicted.stdout
    assert predicted.changed == ["Contact", "Group", "SMS"]
    assert account.simulator.log(writes_only=True) == []

    first = run(PLAYBOOK, "--diff")
    assert first.rc == 0, first.stdout
    assert first.changed == ["Contact", "Group", "SMS"]
    ((id, contact),) = account.contacts().items()
    assert (contact["PhoneNumber"], contact["Firstname"]) == ("4790555817", "Åse")
    assert contact["Description"] == "<&> \N{FIRE} {{ 7 * 7 }}"
    ((group_id, group),) = account.groups().items()
    assert (group["Name"], group["members"]) == ("On call", [id])
    assert [(delivery["phone"], delivery["text"]) for delivery in account.simulator.deliveries()] == [
        ("4790555817", TEXT)
    ]
    assert first.result("Group")["group"]["group_id"] == group_id
    assert account.connection["password"] not in predicted.stdout + first.stdout

    account.simulator.clear_log()
    second = run(PLAYBOOK, "--diff")
    assert second.rc == 0, second.stdout
    assert second.changed == ["SMS"]
    writes = account.simulator.log(writes_only=True)
    assert [(entry["method"], entry["path"]) for entry in writes] == [("POST", "/messages")]


@pytest.mark.parametrize(("data_format", "api_version"), [("json", 2)], ids=["json-v2"])
class TestInAPlaybook:
    def test_unquoted_numbers_are_rejected(self, account, run) -> None:
        text = PLAYBOOK.replace('"+47 905 55 817"', "004711223344")
        result = run(text)
        assert result.failed == ["Contact"]
        message = result.result("Contact")["msg"]
        assert message.startswith("phone_number: ")
        assert "quote it" in message
        assert account.simulator.log() == []

    def test_the_lookup_reads_environment_and_variables(self, account, play, connection_env) -> None:
        account.simulator.seed(
            contacts=[{"PhoneNumber": "90555817", "Firstname": "{{ lookup('pipe', 'echo evil') }}", "Lastname": "Ås"}]
        )
        password = connection_env.pop("LINKENGAGE_PASSWORD")
        text = """
- hosts: localhost
  gather_facts: false
  vars:
    secret: "%s"
    linkengage_password: "{{ secret }}"
  tasks:
    - name: Lookup
      ansible.builtin.debug:
        msg: "{{ query('community.linkengage.linkengage', '+4790555817', '90555817') }}"
    - name: Nobody
      ansible.builtin.debug:
        msg: "{{ query('community.linkengage.linkengage', '+4799999999') }}"
"""
        result = play(text % password, env=connection_env)
        found = result.result("Lookup")["msg"]
        assert [contact["last_name"] for contact in found] == ["Ås", "Ås"]
        assert found[0]["first_name"] == "{{ lookup('pipe', 'echo evil') }}"
        assert result.failed == ["Nobody"]
        assert "LINK Engage has no record for term" in str(result.result("Nobody")["msg"])

    def test_the_password_is_not_shown_at_any_verbosity(self, account, run) -> None:
        text = PLAYBOOK.split("    - name: Group", maxsplit=1)[0]
        result = run(text, "-vvvv", "--diff")
        assert result.rc == 0, result.stdout
        assert account.connection["password"] not in result.stdout

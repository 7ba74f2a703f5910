# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role that sets the members of groups from the inventory."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import support

PLAY = """
- hosts: {hosts}
  gather_facts: false
  become: true
  tasks:
    - name: Meet them
      ansible.builtin.raw: echo
      changed_when: false
      check_mode: false
      become: false
      ignore_unreachable: {ignore}
    - ansible.builtin.include_role:
        name: community.linkengage.group_membership
      vars:
        group_membership_groups:
          - {{name: On call web, hosts: web, numbers_from: on_call}}
"""
INVENTORY = """
all:
  children:
    web:
      hosts:
        web1: {on_call: "905 55 817", ansible_connection: local}
        # Nobody listens there.
        web2:
          on_call: [{phone_number: "+4741234567", first_name: Ola}, "4790555817"]
          ansible_host: 127.0.0.1
          ansible_port: 1
    others:
      hosts:
        other1: {ansible_connection: local}
    nobody: {}
"""
# The smallest number of members to which the limit applies.
CROWD = [f"+4799000{index:03}" for index in range(12)]
Role = Callable[..., support.PlaybookRun]


@pytest.fixture
def account(simulator) -> Any:
    """Kari, Ola and another contact, who is a member of the group and of a second group."""
    simulator.reset(
        contacts=[
            {"ContactId": 1, "PhoneNumber": "4790555817", "Firstname": "Kari"},
            {"ContactId": 2, "PhoneNumber": "41234567", "Firstname": "Ole", "Lastname": "Nordmann"},
            {"ContactId": 3, "PhoneNumber": "46000001"},
        ],
        groups=[
            {"GroupId": 12, "Name": "On call web", "Description": "Woken at night", "members": [3]},
            {"GroupId": 13, "Name": "Kitchen", "members": [3]},
        ],
    )
    return simulator


@pytest.fixture
def role(run_playbook, connection_env, tmp_path) -> Role:
    """``role(*arguments, inventory=..., hosts="web", ignore=True)``: run a play with the role."""

    def run(
        *arguments: str,
        inventory: str = INVENTORY,
        name: str = "inventory.yml",
        hosts: str = "web",
        ignore: bool = True,
    ) -> support.PlaybookRun:
        path = Path(tmp_path, name)
        path.write_text(inventory, encoding="utf-8")
        return run_playbook(
            PLAY.format(hosts=hosts, ignore=str(ignore).lower()),
            *("-i", str(path), *arguments),
            env={**connection_env, "ANSIBLE_TIMEOUT": "2"},
        )

    return run


def members(account: Any) -> dict[str, list[int]]:
    return {group["Name"]: group["members"] for group in account.state()["groups"]}


@support.in_xml
def test_the_members_are_those_of_the_inventory(account, role) -> None:
    predicted = role("--check")
    assert predicted.rc == 0, predicted.stdout
    assert len(predicted.changed) == 1
    assert account.log(writes_only=True) == []

    first = role()
    assert first.rc == 0, first.stdout
    assert members(account) == {"On call web": [1, 2], "Kitchen": [3]}
    ola = account.state()["contacts"][1]
    assert (ola["Firstname"], ola["Lastname"], ola["PhoneNumber"]) == ("Ola", "Nordmann", "41234567")
    assert account.state()["groups"][0]["Description"] == "Woken at night"
    assert len(account.state()["contacts"]) == 3

    account.clear_log()
    assert role().changed == []
    assert account.log(writes_only=True) == []


@support.in_json
def test_the_plan_and_the_errors_have_the_host_and_the_variable(account, role) -> None:
    predicted = role("--check", "--diff")
    assert predicted.rc == 0, predicted.stdout
    *_others, result = [entry["result"] for entry in predicted.results if "plan" in entry["result"]]
    assert result["plan"][4:] == [
        "- On call web: +2 -1 (web: on_call)",
        "  - 460...01",
        "  + Kari (web1: on_call)",
        "  + Ola Nordmann (web2: on_call[0])",
        "- update contact 2, Ole Nordmann, now Ola Nordmann (web2: on_call[0]): first_name",
    ]
    assert "+    - Kari (4790555817)" in predicted.stdout
    failed = role(inventory=INVENTORY.replace('"4790555817"', '"+4799999999"'))
    assert failed.rc == 2, failed.stdout
    assert "web2: on_call[1]: the number +47...99 is not in the address book and is not declared." in failed.stdout
    assert "contacts[" not in predicted.stdout + failed.stdout


@support.in_json
@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (["--limit", "web1"], {}),
        ([], {"hosts": "others"}),
        ([], {"hosts": "localhost"}),
        ([], {"hosts": "web:others", "ignore": False}),
    ],
    ids=["limited", "other hosts", "the controller", "one is gone"],
)
def test_all_hosts_of_the_inventory_are_read(account, role, arguments: list[str], options: dict[str, Any]) -> None:
    done = role(*arguments, **options)
    assert done.rc == (4 if options.get("ignore") is False else 0), done.stdout
    assert members(account)["On call web"] == [1, 2]


@support.in_json
@pytest.mark.parametrize(
    ("inventory", "reason"),
    [
        (
            INVENTORY.replace("web:", "db:"),
            "no host of the inventory matches 'web'. Set `group_membership_allow_empty` to allow this.",
        ),
        (INVENTORY.replace("on_call:", "standby:"), "the variable on_call is not set for the hosts web1, web2"),
        (
            "all: {children: {web: {hosts: {web1: {on_call: []}, web2: {on_call: []}}}}}",
            "no members for the hosts web1, web2. Set `group_membership_allow_empty` to allow this.",
        ),
        (INVENTORY.replace('"905 55 817"', "4790555817"), "Host web1: on_call: the number was read as an integer"),
        (INVENTORY.replace('"905 55 817"', '"{{ nowhere }}"'), "Host web1: on_call"),
    ],
    ids=["no hosts", "no variable", "nobody", "unquoted", "undefined"],
)
def test_a_group_is_unchanged_if_the_inventory_is_wrong(account, role, inventory: str, reason: str) -> None:
    done = role(inventory=inventory, hosts="localhost")
    assert done.rc == 2, done.stdout
    assert reason in str(done.results)
    assert done.stdout.count(reason) == 1
    options = re.findall(r"\w*(?:allow_empty|on_missing)", done.stdout)
    assert [option for option in options if not option.startswith("group_membership_")] == []
    assert account.log(writes_only=True) == []


@support.in_json
def test_an_unquoted_number_in_ini_is_rejected_with_advice(account, role) -> None:
    line = '[web]\nweb1 on_call="+4790555817"\n'
    done = role(inventory=line, name="inventory.ini", hosts="localhost")
    assert done.rc == 2
    remedy = "In a line of an INI inventory, quote the number twice: on_call=\"'+4790555817'\""
    assert remedy in str(done.results).replace("\\", "")
    assert account.log() == []
    quoted = line.replace('"+4790555817"', "\"'+4790555817'\"")
    for changed in (1, 0):
        done = role(inventory=quoted, name="inventory.ini", hosts="localhost")
        assert done.rc == 0, done.stdout
        assert len(done.changed) == changed
    assert members(account)["On call web"] == [1]


@support.in_json
def test_a_group_is_emptied_with_allow_empty(account, role) -> None:
    empty = INVENTORY.replace("web:", "db:")
    for changed in (1, 0):
        done = role("-e", "group_membership_allow_empty=true", inventory=empty, hosts="localhost")
        assert done.rc == 0, done.stdout
        assert len(done.changed) == changed
    assert members(account) == {"On call web": [], "Kitchen": [3]}


@support.in_json
def test_a_host_without_the_variable_is_skipped_with_ignore(account, role) -> None:
    inventory = INVENTORY.replace('on_call: "905 55 817"', "standby: true")
    assert role(inventory=inventory, hosts="localhost").rc == 2
    done = role("-e", "group_membership_on_missing=ignore", inventory=inventory, hosts="localhost")
    assert done.rc == 0, done.stdout
    assert members(account)["On call web"] == [1, 2]


@support.in_json
def test_a_number_becomes_a_contact_with_create_contacts(account, role) -> None:
    inventory = INVENTORY.replace("905 55 817", "+46701740605")
    refused = role(inventory=inventory, hosts="localhost")
    assert refused.rc == 2
    assert "is not in the address book and is not declared" in str(refused.results)
    assert 3 in members(account)["On call web"]
    for _time in range(2):
        account.clear_log()
        done = role("-e", "group_membership_create_contacts=true", inventory=inventory, hosts="localhost")
        assert done.rc == 0, done.stdout
    assert account.log(writes_only=True) == []
    made = account.state()["contacts"][-1]
    assert (made["PhoneNumber"], made["ContactId"] in members(account)["On call web"]) == ("46701740605", True)


@support.in_json
def test_removing_many_members_is_limited(account, role) -> None:
    ids = account.seed(contacts=[{"PhoneNumber": number} for number in CROWD])["contacts"]
    account.reset(
        contacts=[{"ContactId": id, "PhoneNumber": number} for id, number in zip(ids, CROWD)],
        groups=[{"GroupId": 12, "Name": "On call web", "members": ids}],
    )
    one = f'all: {{children: {{web: {{hosts: {{web1: {{on_call: "{CROWD[0]}"}}}}}}}}}}'
    done = role(inventory=one, hosts="localhost")
    assert done.rc == 2
    assert "11 of 12 members of" in str(done.results)
    assert "Raise group_membership_max_delete_percent to 92 to allow this" in str(done.results)
    assert account.log(writes_only=True) == []
    done = role("-e", "group_membership_max_delete_percent=100", inventory=one, hosts="localhost")
    assert done.rc == 0, done.stdout
    assert members(account) == {"On call web": [ids[0]]}

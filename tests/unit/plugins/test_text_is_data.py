# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts of the service stay plain texts in every version of ansible-core.

Ansible really runs with an address book in which every text is a template. An evaluated template would write a file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import support
import yaml

pytestmark = pytest.mark.parametrize(
    ("data_format", "api_version"), [("json", 2), ("xml", 1)], ids=["json-v2", "xml-v1"]
)
CONTACT_TEXTS = ("phone_number", "first_name", "last_name", "email", "description", "description2", "description3")
# Features of an inventory that make new values from its variables.
COMPOSE = {
    "same": "linkengage_first_name",
    "joined": "'Hello ' ~ linkengage_first_name",
    "listed": "[linkengage_first_name, linkengage_email] | select | list",
    "mapped": "{'name': linkengage_first_name}",
    "filtered": "linkengage_first_name | trim | string",
    "chosen": "linkengage_last_name if linkengage_contact_id else ''",
    "grouped": "linkengage_groups | join",
}
INVENTORY = {
    "plugin": "community.linkengage.linkengage",
    "strict": True,
    "compose": COMPOSE,
    "groups": {"composed": "linkengage_first_name == linkengage_last_name"},
    "keyed_groups": [
        {"key": "linkengage_first_name", "prefix": "keyed", "parent_group": "{{ linkengage_last_name }}"},
        {"key": "linkengage_groups", "prefix": "listed"},
    ],
    "cache": True,
    "cache_plugin": "ansible.builtin.jsonfile",
}
PLAY = """
- hosts: all
  connection: local
  gather_facts: false
  vars:
    again: "{{ joined }}"
  tasks:
    - name: Variables
      ansible.builtin.debug:
        msg: "{{ lookup('ansible.builtin.vars', 'linkengage_' ~ item) }}"
      loop: TEXTS
    - name: Variables of hostvars
      ansible.builtin.debug:
        msg: "{{ hostvars[inventory_hostname]['linkengage_' ~ item] }}"
      loop: TEXTS
    - name: Composed
      ansible.builtin.debug:
        msg: ["{{ same }}", "{{ joined }}", "{{ listed }}", "{{ mapped.name }}", "{{ filtered }}", "{{ chosen }}",
              "{{ grouped }}", "{{ again }}"]
    - name: Show
      ansible.builtin.debug:
        var: mapped
    - name: Groups
      ansible.builtin.debug:
        msg: "{{ item }}"
      loop: "{{ linkengage_groups }}"
    - name: Set
      ansible.builtin.set_fact:
        fact: "{{ linkengage_first_name }}"
    - name: Fact
      ansible.builtin.debug:
        msg: "{{ fact }}"
    - name: "Notify {{ linkengage_first_name }}"
      ansible.builtin.copy:
        content: "{{ linkengage_description }}"
        dest: "{{ folder }}/written"
        mode: "0600"
      vars:
        ansible_python_interpreter: "{{ ansible_playbook_python }}"
    - name: Compare
      ansible.builtin.assert:
        that: linkengage_first_name == fact and linkengage_last_name is search('touch')
"""
LOOKUP = """
- hosts: localhost
  gather_facts: false
  vars:
    plugin: community.linkengage.linkengage
    contact: "{{ lookup(plugin, 7, resource='contact') }}"
    member: "{{ query(plugin, 12, resource='members') | flatten | first }}"
    group: "{{ lookup(plugin, 12, resource='group') }}"
    user: "{{ lookup(plugin, resource='user') }}"
  tasks:
    - name: Contact
      ansible.builtin.debug:
        msg: "{{ contact[item] }}"
      loop: TEXTS
    - name: Member
      ansible.builtin.debug:
        msg: "{{ member[item] }}"
      loop: TEXTS
    - name: Group and organisation
      ansible.builtin.debug:
        msg: ["{{ group.name }}", "{{ group.description }}", "{{ user.organization.name }}"]
    - name: Joined
      ansible.builtin.debug:
        msg: "Hello {{ contact.first_name }}"
    - name: Loop
      ansible.builtin.debug:
        msg: "{{ item.first_name }}"
      with_community.linkengage.linkengage: [7]
    - name: Set
      ansible.builtin.set_fact:
        fact: "{{ contact }}"
    - name: Fact
      ansible.builtin.debug:
        msg: "{{ fact.first_name }}"
"""


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    """The file that exists only if a text was evaluated."""
    return tmp_path / "evaluated"


@pytest.fixture
def text(simulator, trace: Path) -> str:
    """The template in all texts of the account."""
    lookup = f"lookup('pipe', 'touch {trace}; id')"
    text = f"{{{{ {lookup} }}}}{{% set x = {lookup} %}}{{{{ 6 * 7 }}}}"
    names = ("PhoneNumber", "Firstname", "Lastname", "Email", "Description", "Description2", "Description3")
    simulator.reset(
        contacts=[{"ContactId": 7, **dict.fromkeys(names, text)}],
        groups=[{"GroupId": 12, "Name": text, "Description": text, "members": [7]}],
        user={"Organization": {"Name": text}},
    )
    return text


@pytest.fixture
def inventory(tmp_path: Path) -> str:
    path = tmp_path / "linkengage.yml"
    path.write_text(yaml.safe_dump({**INVENTORY, "cache_connection": str(tmp_path / "cache")}), encoding="utf-8")
    return str(path)


def messages(run: support.PlaybookRun, task: str) -> list[Any]:
    """Return the output of a task with a loop."""
    return [result["msg"] for result in run.result(task)["results"]]


def test_a_text_in_an_inventory_is_not_evaluated(
    run_playbook, simulator, connection_env, inventory: str, text: str, trace: Path
) -> None:
    play = PLAY.replace("TEXTS", json.dumps(CONTACT_TEXTS))
    for requests in (2, 0):  # first from the service, then from the cache
        simulator.clear_log()
        ran = run_playbook(play, "-i", inventory, "-e", f"folder={trace.parent}", env=connection_env)
        assert ran.rc == 0, ran.stdout
        assert len(simulator.log()) == requests
        assert messages(ran, "Variables") == [text] * len(CONTACT_TEXTS)
        assert messages(ran, "Variables of hostvars") == [text] * len(CONTACT_TEXTS)
        greeting = f"Hello {text}"
        assert ran.result("Composed")["msg"] == [text, greeting, [text, text], text, text, text, text, greeting]
        assert ran.result("Show")["mapped"] == {"name": text}
        assert messages(ran, "Groups") == [text]
        assert ran.result("Fact")["msg"] == text
        assert (trace.parent / "written").read_text(encoding="utf-8") == text
        assert not trace.exists()


@pytest.mark.slow
def test_a_text_that_ansible_inventory_shows_is_not_evaluated(
    collections_path, connection_env, inventory: str, text: str, trace: Path
) -> None:
    def shown(*arguments: str) -> str:
        done = support.run_inventory(
            inventory, *arguments, collections_path=collections_path, folder=trace.parent, env=connection_env
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    facts = json.loads(shown("--host", "contact_7"))
    for name in (*(f"linkengage_{name}" for name in CONTACT_TEXTS), "same"):
        value = facts[name]
        assert (value["__ansible_unsafe"] if isinstance(value, dict) else value) == text
    tree = yaml.safe_load(shown("--list"))
    assert tree["_meta"]["hostvars"]["contact_7"].keys() == facts.keys()
    assert tree["composed"] == {"hosts": ["contact_7"]}
    assert "@keyed_" in shown("--graph", "--vars")
    assert not trace.exists()


def test_a_text_in_a_lookup_is_not_evaluated(run_playbook, connection_env, text: str, trace: Path) -> None:
    ran = run_playbook(LOOKUP.replace("TEXTS", json.dumps(CONTACT_TEXTS)), env=connection_env)
    assert ran.rc == 0, ran.stdout
    for task in ("Contact", "Member"):
        assert messages(ran, task) == [text] * len(CONTACT_TEXTS)
    assert ran.result("Group and organisation")["msg"] == [text] * 3
    assert ran.result("Joined")["msg"] == f"Hello {text}"
    assert messages(ran, "Loop") == [text]
    assert ran.result("Fact")["msg"] == text
    assert not trace.exists()

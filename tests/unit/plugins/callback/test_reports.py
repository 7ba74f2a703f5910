# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The text of the message at the end of a run: real runs of ansible-playbook, each with its text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import support
from ansible.parsing.vault import VaultLib, VaultSecret
from warm import Warm

HEAD = "- hosts: all\n  gather_facts: false\n"
SERIAL = """  serial: 1
  tasks:
    - name: Install
      ansible.builtin.fail: {msg: It is not available}
      when: item == "nginx"
      loop: [vim, nginx, less]
"""
LATER = """  tasks:
    - ansible.builtin.fail: {msg: "no"}
      when: inventory_hostname == "web1"
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
"""
CLEARED = """  tasks:
    - ansible.builtin.fail: {msg: "no"}
      when: inventory_hostname == "web1"
    - ansible.builtin.meta: clear_host_errors
    - ansible.builtin.debug:
"""
NOT_CLEARED = CLEARED.replace("clear_host_errors", "clear_host_errors\n      when: false")
HIDDEN = """  vars:
    pin: 123456
  tasks:
    - name: Set the PIN {{ pin }}
      ansible.builtin.fail: {msg: "{{ pin }}"}
      no_log: true
"""
OWN_WORDS = """  tasks:
    - name: Log in
      ansible.builtin.fail: {msg: "The password is not set. Set the token, or password: hunter2"}
"""
BATCHES = """  serial: 2
  max_fail_percentage: 30
  tasks:
    - ansible.builtin.fail: {msg: "no"}
      when: inventory_hostname == "web1"
"""
NO_NAME = "  tasks: []\n- hosts: '{{ a_variable_that_is_not_defined }}'\n  gather_facts: false\n  tasks: []\n"
REMARK = "The password is not set. Set the token, or password: ***"


@pytest.fixture
def report(
    warm: Warm, simulator: Any, connection_env: dict[str, str], tmp_path: Path
) -> Callable[..., tuple[int, str]]:
    """``report(text, *arguments, **environment)``: run a playbook, and return the exit status and the output."""

    def run(text: str, *arguments: str, **environment: str) -> tuple[int, str]:
        base = {
            **connection_env,
            "ANSIBLE_CALLBACKS_ENABLED": "community.linkengage.linkengage_sms",
            "LINKENGAGE_SMS_NUMBERS": "+4790000001",
            "XDG_STATE_HOME": str(tmp_path / "state"),
        }
        hosts = ("--inventory", "web1,web2,web3", "--connection", "local")
        run = warm.start(text, *arguments, *hosts, env={**base, **environment}, folder=tmp_path)
        return run.end(), " ".join(run.stdout.split())

    return run


def texts(simulator: Any) -> list[str]:
    return [row["text"] for row in simulator.deliveries()]


@support.in_json
@pytest.mark.parametrize(
    ("play", "environment", "status", "text"),
    [
        (SERIAL, {}, 2, "FAILED playbook.yml, 1 of 3 hosts: web1. Install (item nginx): It is not available"),
        (LATER, {}, 2, "FAILED playbook.yml, 1 of 4 hosts: web1. fail: no"),
        (CLEARED, {"LINKENGAGE_SMS_SEND_ON": "always"}, 0, "OK playbook.yml, 3 hosts"),
        (NOT_CLEARED, {}, 2, "FAILED playbook.yml, 1 of 3 hosts: web1. fail: no"),
        (HIDDEN, {}, 2, "FAILED playbook.yml, 3 of 3 hosts: web1, web2, web3. Set the PIN ***: hidden by no_log"),
        (OWN_WORDS, {}, 2, f"FAILED playbook.yml, 3 of 3 hosts: web1, web2, web3. Log in: {REMARK}"),
        (BATCHES, {}, 2, "FAILED playbook.yml, 1 of 3 hosts: web1. fail: no"),
        (NO_NAME, {}, 4, "FAILED playbook.yml, 3 hosts. ansible-playbook ended with an error"),
        ("  tasks: []\n", {"LINKENGAGE_SMS_SEND_ON": "always"}, 0, "OK playbook.yml, 3 hosts"),
        (
            "  strategy: free\n" + LATER,
            {"LINKENGAGE_SMS_IDEMPOTENCY_KEY": "1001-deploy"},
            2,
            "FAILED playbook.yml, 1 of 4 hosts: web1. fail: no (1001-deploy)",
        ),
    ],
    ids=["item", "later play", "cleared", "not cleared", "no_log", "own words", "batches", "error", "no task", "key"],
)
def test_each_run_has_its_text(play, environment, status, text, report, simulator) -> None:
    done, output = report(HEAD + play, **environment)
    assert done == status, output
    assert texts(simulator) == [text.replace("fail: no", "ansible.builtin.fail: no")]
    assert "linkengage: 1 SMS to 1 person" in output
    assert "WARNING" not in output


@support.in_json
def test_a_run_without_hosts_says_so(report, simulator) -> None:
    text = HEAD.replace("all", "nobody") + "  tasks: []\n"
    done, _output = report(text, LINKENGAGE_SMS_SEND_ON="always")
    assert done == 0
    assert texts(simulator) == ["NOTHING RUN playbook.yml, no matching host"]


@support.in_json
@pytest.mark.parametrize(
    ("environment", "changed", "text"),
    [
        ({}, "false", "FAILED playbook.yml, 3 hosts. broken.yml did not run: ansible-playbook ended with an error"),
        (
            {"LINKENGAGE_SMS_SEND_ON": "change"},
            "true",
            "FAILED playbook.yml, 3 of 3 hosts changed: web1, web2, web3. broken.yml did not run: ansible-playbook "
            "ended with an error",
        ),
    ],
    ids=["failure", "change"],
)
def test_a_second_playbook_that_cannot_be_read_is_a_failure(
    environment: dict[str, str], changed: str, text: str, report, simulator, tmp_path
) -> None:
    (tmp_path / "broken.yml").write_text("- hosts: all\n  tasks: [\n", encoding="utf-8")
    play = f"  tasks:\n    - ansible.builtin.debug:\n      changed_when: {changed}\n"
    done, output = report(HEAD + play, str(tmp_path / "broken.yml"), **environment)
    assert done not in (0, 2, 99), output
    assert texts(simulator) == [text]


VAULT = """  vars:
    single: !vault |
{single}
  vars_files: [secrets.yml]
  tasks:
    - name: Log in {{{{ in_the_file }}}}
      ansible.builtin.fail:
        msg: "{{{{ single }}}} and x{{{{ nested.deep[0] }}}}y and {{{{ short }}}} of 12 and {{{{ number }}}}"
"""


@support.in_json
def test_values_of_ansible_vault_are_not_sent(report, simulator, tmp_path) -> None:
    vault = VaultLib([("default", VaultSecret(b"of the vault"))])
    single = vault.encrypt("correct horse").decode()
    file = "in_the_file: battery staple\nnested: {deep: [zaq12wsx]}\nshort: '1'\nnumber: 471147\nport: 3\n"
    (tmp_path / "secrets.yml").write_bytes(vault.encrypt(file))
    (tmp_path / "password").write_text("of the vault", encoding="utf-8")
    play = VAULT.format(single="".join(f"      {line}\n" for line in single.splitlines()))
    done, output = report(HEAD + play, "--vault-password-file", str(tmp_path / "password"))
    assert done == 2, output
    assert texts(simulator) == [
        "FAILED playbook.yml, 3 of 3 hosts: web1, web2, web3. Log in ***: *** and x***y and *** of 12 and ***"
    ]


@support.in_json
def test_values_of_ansible_vault_of_another_host_are_not_sent(report, simulator, tmp_path) -> None:
    """A task can use these values through hostvars, even if no play runs on that host."""
    secret = VaultLib([("default", VaultSecret(b"of the vault"))]).encrypt("correct horse").decode()
    value = "".join(f"  {line}\n" for line in secret.splitlines())
    (tmp_path / "host_vars").mkdir()
    (tmp_path / "host_vars" / "db1.yml").write_text(f"its_secret: !vault |\n{value}", encoding="utf-8")
    (tmp_path / "hosts").write_text("web1\n[databases]\ndb1\n", encoding="utf-8")
    (tmp_path / "password").write_text("of the vault", encoding="utf-8")
    play = """- hosts: web1
  gather_facts: false
  vars: {dsn: "postgresql://{{ hostvars['db1'].its_secret }}"}
  tasks:
    - name: Log in
      ansible.builtin.fail: {msg: "It cannot use {{ dsn }}"}
"""
    files = ("--vault-password-file", str(tmp_path / "password"), "--inventory", str(tmp_path / "hosts"))
    done, output = report(play, *files, "--limit", "web1")
    assert done == 2, output
    assert texts(simulator) == ["FAILED playbook.yml, 1 of 1 host: web1. Log in: It cannot use postgresql://***"]


@support.in_json
@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"LINKENGAGE_RECEIVER_ALLOWLIST": "+4790000009"}, "no SMS, because no receiver is allowed."),
        ({"LINKENGAGE_SMS_NUMBERS": "", "LINKENGAGE_SMS_GROUPS": "Nobody here"}, "'Nobody here'"),
    ],
    ids=["allowlist", "unknown"],
)
def test_a_message_to_nobody_is_a_warning(environment: dict[str, str], words: str, report, simulator) -> None:
    done, output = report(HEAD + LATER, **environment)
    assert done == 2
    assert texts(simulator) == []
    assert words in output.partition("[WARNING]: linkengage_sms callback: ")[2], output

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real runs of ansible-playbook with the callback plugin, and what the service and the phones received."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
import support
from ansible.plugins.loader import callback_loader
from ansible.utils.display import Display
from support import PlaybookRun

NAME = "community.linkengage.linkengage_sms"
LOCAL = ("--connection", "local", "--forks", "10")

FAILING = """
- hosts: all
  gather_facts: false
  tasks:
    - name: Install nginx
      ansible.builtin.fail:
        msg: No package matching 'nginx' found
"""
FINE = """
- hosts: all
  gather_facts: false
  tasks:
    - name: Look
      ansible.builtin.debug:
"""


class Runs:
    """Runs playbooks on an account, with the callback plugin enabled and one receiver."""

    def __init__(self, simulator, run_playbook, environment: dict[str, str], folder: Path) -> None:
        self.simulator = simulator
        self.folder = folder
        self.environment = {
            **environment,
            "ANSIBLE_CALLBACKS_ENABLED": NAME,
            "LINKENGAGE_SMS_NUMBERS": "+47 900 00 001",
            "XDG_STATE_HOME": str(folder / "state"),
        }
        self._run = run_playbook

    def __call__(self, text: str, *arguments: str, hosts: str = "web1,", **env: str | None) -> PlaybookRun:
        """Run a playbook. Keywords in upper case are environment variables, and None removes a variable."""
        self.simulator.clear_log()
        environment = {name: value for name, value in {**self.environment, **env}.items() if value is not None}
        done = self._run(text, *arguments, "--inventory", hosts, *LOCAL, env=environment)
        assert self.simulator.password not in done.stdout.partition("linkengage_sms callback")[2]
        return done

    def cfg(self, text: str) -> None:
        (self.folder / "ansible.cfg").write_text(text, encoding="utf-8")

    @property
    def sent(self) -> list[str]:
        """The write requests of the last run."""
        return [f"{entry['method']} {entry['path']}" for entry in self.simulator.log(writes_only=True)]

    @property
    def text(self) -> str:
        """The text that the phones received in the last run. The run must have sent one message."""
        assert self.sent == ["POST /messages"]
        return self.simulator.control("GET", "deliveries")[-1]["text"]

    @property
    def phones(self) -> list[str]:
        """The phones that received messages in all runs."""
        return sorted(delivery["phone"] for delivery in self.simulator.control("GET", "deliveries"))


@pytest.fixture
def runs(simulator, run_playbook, connection_env, tmp_path) -> Runs:
    return Runs(simulator, run_playbook, connection_env, tmp_path)


def warnings_of(done: PlaybookRun) -> str:
    """Return the output without its line breaks."""
    return " ".join(done.stdout.split())


@support.in_xml
def test_thirty_failed_hosts_are_one_message_and_a_failed_run_stays_one(runs, simulator) -> None:
    simulator.seed(
        contacts=[
            {"ContactId": 1, "PhoneNumber": "4790000001"},
            {"ContactId": 2, "PhoneNumber": "41234567"},
            {"ContactId": 3, "PhoneNumber": "90000003"},
        ],
        groups=[{"GroupId": 12, "Name": "On call", "members": [1, 2]}],
    )
    hosts = ",".join([*(f"web{number}" for number in range(1, 31)), "fine1", "fine2"])
    done = runs(
        FAILING + '      when: inventory_hostname is match("web")\n',
        hosts=hosts,
        LINKENGAGE_SMS_GROUPS="On call",
        LINKENGAGE_SMS_CONTACTS="90000003,+4799999999",
    )
    assert done.rc == 2
    assert runs.text == (
        "FAILED playbook.yml, 30 of 32 hosts: web1, web2, web3, +27. Install nginx: No package matching 'nginx' found"
    )
    assert runs.phones == ["4741234567", "4790000001", "4790000003"]
    assert "LINKENGAGE_SMS_CONTACTS[1]" in warnings_of(
        done
    )  # one receiver is not in the address book, and the other receivers still get the message


NOTHING_WRONG = """
- hosts: all
  gather_facts: false
  ignore_unreachable: true
  tasks:
    - name: Cannot be reached
      ansible.builtin.raw: "true"
      vars:
        ansible_connection: ssh
        ansible_ssh_executable: "{{ playbook_dir }}/no-ssh"
- hosts: all
  gather_facts: false
  tasks:
    - name: Fails and is ignored
      ansible.builtin.raw: "false"
      loop: [1, 2]
      ignore_errors: true
    - block:
        - name: Fails in an include and is rescued
          ansible.builtin.include_tasks: failing.yml
      rescue:
        - name: Fails in a rescue and is rescued
          block:
            - ansible.builtin.import_tasks: failing.yml
          rescue:
            - ansible.builtin.debug:
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with files for playbooks: tasks that fail, and an ssh that cannot connect."""
    (tmp_path / "failing.yml").write_text("- ansible.builtin.fail: {msg: rescued}\n", encoding="utf-8")
    (tmp_path / "no-ssh").write_text("#!/bin/sh\nexit 255\n", encoding="utf-8")
    (tmp_path / "no-ssh").chmod(0o755)
    return tmp_path


@support.in_json
def test_an_ignored_or_rescued_error_is_not_a_failure(runs, folder, simulator) -> None:
    done = runs(NOTHING_WRONG, hosts="web1,web2,")
    assert done.rc == 0, done.stdout
    assert "rescued=2" in done.stdout
    assert "ignored=2" in done.stdout
    assert simulator.log() == []
    assert "linkengage_sms" not in done.stdout


HARD = r"""
- hosts: all
  gather_facts: false
  tasks:
    - block:
        - ansible.builtin.import_tasks: failing.yml
      rescue:
        - ansible.builtin.debug:
    - when: inventory_hostname != "dark"
      block:
        - name: Drain the pool
          ansible.builtin.fail:
            msg: "{{ item }}"
          loop: "{{ errors }}"
          delegate_to: "{{ balancer }}"
          failed_when: item is truthy
          vars:
            balancer: lb1
            token: secret
      always:
        - block:
            - ansible.builtin.include_tasks: failing.yml
          rescue:
            - ansible.builtin.debug:
    - block:
        - name: Reach it
          ansible.builtin.raw: "true"
          vars:
            ansible_connection: ssh
            ansible_ssh_executable: "{{ playbook_dir }}/no-ssh"
      rescue:
        - ansible.builtin.debug:
  vars:
    errors:
      - ""
      - "\e[31mfetch https://bob:hunter2@x/y?sig=abc failed\e[0m,\n password=hunter2 \u201cp:ssw\u00f8rd\u201d \u2717"
      - later
"""


@support.in_json
def test_the_first_error_is_sent_without_its_secrets(runs, folder) -> None:
    (folder / "more.yml").write_text(FINE, encoding="utf-8")
    done = runs(HARD, str(folder / "more.yml"), hosts="dark,web2,web10,", LINKENGAGE_SMS_MAX_SEGMENTS="3")
    assert done.rc != 0
    assert runs.text == (
        "FAILED playbook.yml, 3 of 3 hosts (1 unreachable): web2, web10, dark. "
        'Drain the pool on lb1: fetch https://***@x/y failed, password=*** "***" ?'
    )


NO_LOG = """
- hosts: all
  gather_facts: false
  tasks:
    - name: Set the password
      ansible.builtin.command: /bin/false hunter2
      no_log: true
      loop: [hunter2]
"""


@support.in_json
def test_nothing_of_a_result_with_no_log_is_sent(runs) -> None:
    assert runs(NO_LOG).rc == 2
    assert runs.text == "FAILED playbook.yml, 1 of 1 host: web1. Set the password: hidden by no_log"


CFG = """
[linkengage]
username = kari@acme.example
[callback_linkengage_sms]
groups = Nobody here, On call
numbers =
send_on = change
max_segments = 3
title = Deploy {name}
"""
CHANGING = """
- hosts: web1
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
- hosts: web2
  gather_facts: false
  strategy: free
  tasks:
    - ansible.builtin.debug:
      changed_when: true
"""


@support.in_json
def test_options_come_from_ansible_cfg(runs, simulator, tmp_path) -> None:
    simulator.seed(
        contacts=[{"ContactId": 1, "PhoneNumber": "4790000001"}],
        groups=[{"GroupId": 12, "Name": "On call", "members": [1]}],
    )
    runs.cfg(CFG.replace("{name}", "shop " * 60))
    (tmp_path / "more.yml").write_text(CHANGING.replace("web2", "web1"), encoding="utf-8")
    from_cfg = {"LINKENGAGE_USERNAME": None, "LINKENGAGE_DOMAIN": None, "LINKENGAGE_SMS_NUMBERS": None}
    done = runs(CHANGING, str(tmp_path / "more.yml"), hosts="web1,web2,", **from_cfg)
    assert done.rc == 0
    assert runs.text.startswith("CHANGED Deploy shop shop ")
    assert runs.text.endswith("..., 2 of 2 hosts: web1, web2")  # both playbooks have ended
    assert "'Nobody here' does not exist" in warnings_of(done)
    assert runs(FINE, **from_cfg).rc == 0
    assert runs.sent == []


VARIABLES = """
- hosts: all
  gather_facts: false
  vars:
    number: "+47 412 34 567"
    linkengage_sms_numbers: ["{{ number }}"]
    linkengage_sms_send_on: always
    linkengage_sms_title: "{{ 'Nightly' ~ ' run' }}"
    linkengage_password: "{{ lookup('env', 'SECRET') }}"
  tasks:
    - ansible.builtin.debug:
- hosts: nobody
  gather_facts: false
  vars:
    linkengage_sms_sender: LINK
"""


@support.in_json
def test_options_come_from_variables_of_plays_before_the_environment(runs, simulator) -> None:
    environment = {"LINKENGAGE_PASSWORD": "wrong", "SECRET": simulator.password, "LINKENGAGE_SMS_SEND_ON": "failure"}
    done = runs(VARIABLES, "-v", hosts="web1,web2", **environment)
    assert done.rc == 0
    assert runs.text == "OK Nightly run, 2 hosts"
    assert runs.phones == ["4741234567"]
    assert "linkengage_sms callback: sent; receivers: 1, segments for each receiver: 1" in warnings_of(done)


@support.in_json
def test_check_mode_is_silent_unless_asked(runs) -> None:
    assert runs(FAILING, "--check").rc == 2
    assert runs.simulator.log() == []
    assert runs(FAILING, "--check", "--extra-vars", "linkengage_sms_in_check_mode=true").rc == 2
    assert runs.text.startswith("FAILED (check mode) playbook.yml, 1 of 1 host: web1. Install nginx: No package")


@support.in_json
def test_a_key_sends_once_for_each_status(runs) -> None:
    key = {"LINKENGAGE_SMS_IDEMPOTENCY_KEY": "job 4711", "LINKENGAGE_SMS_SEND_ON": "always"}
    assert runs(FAILING, **key).rc == 2
    assert runs.text.startswith("FAILED ")
    again = runs(FAILING, "-v", **key)
    assert (again.rc, runs.sent) == (2, [])
    assert "already_sent" in again.stdout
    assert "WARNING" not in again.stdout
    other = runs(FAILING, hosts="web2,", **key)
    assert (other.rc, runs.sent) == (2, [])
    assert "was used at" in warnings_of(other)
    assert runs(FINE, **key).rc == 0
    assert runs.text == "OK playbook.yml, 1 host (job 4711)"


@support.in_json
def test_the_limits_of_a_staging_system_apply(runs) -> None:
    assert runs(FAILING, LINKENGAGE_RECEIVER_ALLOWLIST="+4790000009").rc == 2
    assert runs.sent == []
    assert runs(FAILING, LINKENGAGE_REDIRECT_TO="+4741234567").rc == 2
    assert runs.phones == ["4741234567"]


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@support.in_json
@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"LINKENGAGE_API_URL": f"http://127.0.0.1:{closed_port()}/2"}, "cannot be reached"),
        ({"LINKENGAGE_PASSWORD": "wrong secret"}, "the service answered 406"),
        ({"LINKENGAGE_SMS_MAX_WAIT": "0.5"}, "took longer than max_wait (0.5 s)"),
        ({"LINKENGAGE_SMS_SEND_ON": "never"}, "Failed to load callback|unable to load due to"),
    ],
    ids=["down", "refused", "slow", "option"],
)
def test_a_failure_to_send_is_a_warning(runs, environment: dict[str, str], words: str) -> None:
    runs.simulator.faults([{"match": {"method": "POST"}, "action": "delay", "seconds": 5}])
    done = runs(FAILING, **environment)
    assert done.rc == 2
    assert any(word in warnings_of(done) for word in words.split("|")), done.stdout
    assert "wrong secret" not in done.stdout
    assert runs.simulator.control("GET", "deliveries") == []


@support.in_json
@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("NUMBERS", "", "there is no receiver"),
        ("MAX_WAIT", "-1", "LINKENGAGE_SMS_MAX_WAIT: a number of seconds above 0"),
    ],
)
def test_invalid_options_are_reported_before_the_first_task(runs, variable: str, value: str, words: str) -> None:
    done = runs(FINE, **{f"LINKENGAGE_SMS_{variable}": value})
    assert done.rc == 0
    before, _task, after = done.stdout.partition("TASK")
    assert words in " ".join(before.split())
    assert "linkengage_sms" not in after
    assert runs.simulator.log() == []


class Broken:
    """An argument of a hook that the callback plugin does not expect."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"{name}: no, and password=hunter2, p:sswørd is secret")


@pytest.mark.parametrize(
    ("hook", "options"),
    [
        ("v2_playbook_on_start", {}),
        ("v2_playbook_on_play_start", {}),
        ("v2_runner_item_on_failed", {}),
        ("v2_runner_on_failed", {"ignore_errors": False}),
        ("v2_runner_on_unreachable", {}),
        ("v2_playbook_on_stats", {}),
    ],
)
def test_a_hook_that_fails_is_a_warning_without_secrets(hook: str, options: dict[str, Any], monkeypatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda self, text, *args, **kwargs: warnings.append(text))
    callback = callback_loader.get(NAME)
    callback.set_options(direct={"password": "p:sswørd"})
    getattr(callback, hook)(Broken(), **options)
    (warning,) = warnings
    assert warning.startswith("linkengage_sms callback: RuntimeError: ")
    assert warning.endswith(": no, and password=*** *** is secret")

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Situations in which the callback plugin, the role and the module send the message of a run.

For each situation, the number of messages that arrive is known. A situation is a table of starts of ansible-playbook. A
sender is a list of tasks that send the message of a run.
"""

from __future__ import annotations

import signal
from collections.abc import Mapping
from dataclasses import dataclass, field

HOSTS = ("web1", "web2", "web3")
# All optional variables of the collection and of the callback plugin, set to the empty text, as CI systems set
# undefined variables.
EMPTY = {
    f"LINKENGAGE_{name}": ""
    for name in (
        *("RECEIVER_ALLOWLIST", "STORE", "STORE_SCHEMA", "CA_PATH", "TIMEOUT", "ANSWER_TIMEOUT", "RETRIES"),
        *("THROTTLE_TIMEOUT", "REQUESTS_PER_MINUTE", "LOCK_TIMEOUT", "METHOD_OVERRIDE", "DEFAULT_COUNTRY_CODE"),
        *("FOREIGN_NUMBERS", "ALLOW_HTTP", "VALIDATE_CERTS", "MAX_ANSWER_SIZE"),
        *("SMS_CONTACTS", "SMS_GROUPS", "SMS_TITLE", "SMS_SENDER", "SMS_MAX_SEGMENTS", "SMS_SEND_ON", "SMS_MAX_WAIT"),
        *("SMS_IN_CHECK_MODE", "SMS_IDEMPOTENCY_WINDOW"),
    )
}


@dataclass(frozen=True)
class Start:
    """One start of ansible-playbook for a ``run`` of a pipeline, on a ``runner`` with its own store.

    ``signal`` is sent while the run pauses. Without ``signal``, the run does not pause.
    """

    run: str = "1001"
    runner: str = "one"
    signal: int = 0


@dataclass(frozen=True)
class Situation:
    """What happens, and the number of messages that have arrived at the end.

    ``play`` has keywords of the play. ``arguments`` are those of ansible-playbook.
    """

    name: str
    messages: int
    starts: tuple[Start, ...] = (Start(),)
    play: str = ""
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sender:
    """The tasks that send the message of a run, the exit status of an ended run, and the hosts that did not fail."""

    name: str
    tasks: str
    status: int
    alive: tuple[str, ...] = HOSTS
    environment: Mapping[str, str] = field(default_factory=dict)

    def playbook(self, situation: Situation, more: str = "") -> str:
        """Return the playbook, with more tasks at its end."""
        play = f"  {situation.play}\n" if situation.play else ""
        return f"- hosts: all\n  gather_facts: false\n{play}  tasks:\n{self.tasks}{more}"


SITUATIONS = [
    Situation("fresh runner", 3, tuple(Start(str(run), f"runner {run}") for run in (1001, 1002, 1003))),
    Situation("retry", 1, (Start(), Start())),
    Situation("retry on a fresh runner", 1, (Start(), Start(runner="two"))),
    Situation("serial", 1, play="serial: 1"),
    Situation("free", 1, play="strategy: free"),
    Situation("check", 0, arguments=("--check",)),
    Situation("interrupted", 1, (Start(signal=signal.SIGINT), Start())),
    Situation("terminated", 1, (Start(signal=signal.SIGTERM), Start())),
    Situation("empty variables", 1, environment=EMPTY),
    Situation("become", 1, play="become: true"),
    Situation("remote", 1, arguments=("--connection", "ssh")),
]
# The callback plugin reports that a host failed. The other senders send from a task.
SENDERS = [
    Sender(
        "callback",
        """    - name: Deploy
      ansible.builtin.fail: {msg: The deployment failed}
      when: inventory_hostname == "web1"
""",
        2,
        ("web2", "web3"),
        {"ANSIBLE_CALLBACKS_ENABLED": "community.linkengage.linkengage_sms"},
    ),
    Sender(
        "role",
        """    - name: Notify
      ansible.builtin.include_role: {name: community.linkengage.notify}
      vars:
        notify_text: The deployment failed
        notify_numbers: ["+4790000001"]
""",
        0,
        HOSTS,
        {"GITLAB_CI": "true", "CI_SERVER_HOST": "gitlab.example", "CI_JOB_NAME": "deploy", "CI_JOB_ID": "5"},
    ),
    Sender(
        "module",
        """    - name: Notify
      community.linkengage.linkengage_sms:
        text: The deployment {{ lookup('ansible.builtin.env', 'CI_PIPELINE_ID') }} failed
        numbers: ["+4790000001"]
        idempotency_key: deployment {{ lookup('ansible.builtin.env', 'CI_PIPELINE_ID') }}
""",
        0,
    ),
]

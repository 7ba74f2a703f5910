# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The campaign of endings: random runs end by themselves, by an error, by Ctrl-C or by a signal, with faults.

However a run ends, it never sends two messages, and it always sends a message that is due. The exit status is the same
as in a run without the callback plugin. A seed makes the runs repeatable. The counts are printed at the end of the test
run.
"""

from __future__ import annotations

import json
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import support
from warm import Warm, pause, waiting

ENDINGS, AT_ONCE = 300, 10
STATUSES = {"failure": ("failed",), "change": ("failed", "changed"), "always": ("failed", "changed", "ok")}
HEAD = "- hosts: all\n  gather_facts: false\n  strategy: {strategy}\n  tasks:\n"
TASKS = {
    "ok": "    - {name: Look, ansible.builtin.debug: }\n",
    "changed": "    - {name: Change, ansible.builtin.debug: , changed_when: inventory_hostname == 'web2'}\n",
    "failed": "    - {name: Fail, ansible.builtin.fail: , when: inventory_hostname == 'web1'}\n",
    "all failed": "    - {name: Fail, ansible.builtin.fail: }\n",
    "loop": "    - {name: Loop, ansible.builtin.fail: , when: item and inventory_hostname == 'web3', loop: [0, 1]}\n",
    "ignored": "    - {name: Ignore, ansible.builtin.fail: , ignore_errors: true}\n",
    "rescued": (
        "    - block: [{name: Rescued, ansible.builtin.fail: }]\n"
        "      rescue: [{name: Rescue, ansible.builtin.debug: }]\n"
    ),
    "unreachable": (
        "    - name: Reach\n      ansible.builtin.raw: 'true'\n      when: inventory_hostname == 'web2'\n"
        "      vars: {ansible_connection: ssh, ansible_ssh_executable: '{{ playbook_dir }}/no-ssh'}\n"
    ),
}
BROKEN, FINE = "- hosts: all\n  tasks: [\n", HEAD.format(strategy="linear") + TASKS["ok"]
FAULTS: dict[str, list[dict[str, Any]]] = {
    "none": [],
    "slow": [{"match": {"method": "POST"}, "action": "delay", "seconds": 0.3}],
    "lost answer": [{"match": {"method": "POST"}, "action": "drop_after", "times": 1}],
    "throttled": [
        {
            "match": {"method": "POST"},
            "action": "status",
            "status": 503,
            "body": "Number of allowed API requests per minute exceeded",
            "headers": {"Retry-After": "1"},
            "times": 1,
        }
    ],
}


@dataclass(frozen=True)
class Ending:
    """A run and how it ends. ``signal`` is sent ``pause`` seconds after a number of results; 0 means no signal.

    Ctrl-C is sent when all hosts that did not fail are waiting.
    """

    tasks: tuple[str, ...]
    strategy: str
    second: str
    send_on: str
    key: bool
    fault: str
    signal: int
    results: int
    pause: float

    @classmethod
    def pick(cls, seed: int) -> Ending:
        pick = random.Random(f"ending {seed}")
        return cls(
            tuple(pick.choices(list(TASKS), k=pick.randint(1, 4))),
            pick.choice(["linear", "linear", "free"]),
            pick.choice(["", "", FINE, BROKEN]),
            pick.choice(list(STATUSES)),
            pick.random() < 0.5,
            pick.choice(list(FAULTS)),
            pick.choice([0, signal.SIGINT, signal.SIGTERM, signal.SIGHUP]),
            pick.randint(1, 9),
            pick.choice([0.0, 0.0, 0.1, 0.4]),
        )

    @property
    def text(self) -> str:
        return HEAD.format(strategy=self.strategy) + "".join(TASKS[task] for task in self.tasks)

    @property
    def alive(self) -> set[str]:
        """The hosts that reach the end of the play."""
        lost = {"failed": {"web1"}, "loop": {"web3"}, "unreachable": {"web2"}, "all failed": {"web1", "web2", "web3"}}
        return {"web1", "web2", "web3"}.difference(*(lost.get(task, set()) for task in self.tasks))

    def is_due(self, results: list[dict[str, Any]], *, complete: bool) -> bool:
        """Return whether a message is due after these results.

        The callback result_recorder has recorded the results.
        """
        failed = [row for row in results if row["status"] in ("failed", "unreachable") and row["task"] != "Rescued"]
        changed = any(row["result"].get("changed") for row in results)
        aborted = complete and self.second == BROKEN
        status = "failed" if failed or aborted else "changed" if changed else "ok"
        return bool(complete or results) and status in STATUSES[self.send_on]


class Campaign:
    def __init__(self, warm: Warm, simulator: Any, environment: dict[str, str], folder: Path) -> None:
        self._warm, self._simulator, self._folder = warm, simulator, folder
        self._environment = environment
        self.counts: Counter[str] = Counter()
        (folder / "no-ssh").write_text("#!/bin/sh\nexit 255\n", encoding="utf-8")
        (folder / "no-ssh").chmod(0o700)

    def run(self, seed: int) -> None:
        ending = Ending.pick(seed)
        plain, _results = self._start(ending, {"ANSIBLE_CALLBACKS_ENABLED": "result_recorder"}, 0)
        self._simulator.reset()
        self._simulator.faults(FAULTS[ending.fault])
        environment = {
            "ANSIBLE_CALLBACKS_ENABLED": "result_recorder,community.linkengage.linkengage_sms",
            "LINKENGAGE_SMS_NUMBERS": "+4790000001",
            "LINKENGAGE_SMS_SEND_ON": ending.send_on,
            "LINKENGAGE_SMS_IDEMPOTENCY_KEY": str(seed) if ending.key else "",
            "XDG_STATE_HOME": str(self._folder / str(seed)),
        }
        status, results = self._start(ending, environment, ending.signal)
        ended = {signal.SIGINT: 99, signal.SIGTERM: -15, signal.SIGHUP: -1}
        killed = bool(ending.signal) and status == ended[ending.signal]
        assert killed or status == plain, f"{seed}: {status}, and {plain} without the callback. {ending}"
        messages = len(self._simulator.deliveries())
        # The signal can arrive before the callback plugin has seen the last result.
        known = [
            ending.is_due(seen, complete=not killed) for seen in ([results[:-1], results] if killed else [results])
        ]
        assert messages in {int(due) for due in known}, f"{seed}: {messages} messages. {ending}"
        how = signal.Signals(ending.signal).name if killed else "error" if ending.second == BROKEN else "itself"
        self.counts[f"ended by {how}, {messages} message{'' if messages == 1 else 's'}"] += 1

    def _start(self, ending: Ending, environment: dict[str, str], number: int) -> tuple[int, list[dict[str, Any]]]:
        """Return the exit status and the recorded results of a run. The run gets a signal, unless *number* is 0."""
        more = []
        if ending.second:
            (self._folder / "second.yml").write_text(ending.second, encoding="utf-8")
            more = [str(self._folder / "second.yml")]
        hosts = ("--inventory", "web1,web2,web3", "--connection", "local")
        waits = pause(self._folder) if number == signal.SIGINT and ending.alive else ""
        for path in self._folder.glob("*.waits"):
            path.unlink()
        run = self._warm.start(
            ending.text + waits, *more, *hosts, env={**self._environment, **environment}, folder=self._folder
        )
        if number:
            if waits:
                run.until(lambda: waiting(self._folder) == ending.alive)
            else:
                run.until(lambda: run.recorded.count("\n") >= ending.results)
            time.sleep(ending.pause)
            if waits or number != signal.SIGINT:
                run.kill(number)
        status = run.end()
        return status, [json.loads(line) for line in run.recorded.splitlines() if line.endswith("}")]


@support.in_json
@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.exhaustive) for part in range(1, ENDINGS // AT_ONCE))]
)
def test_a_run_sends_what_is_due_once(part: int, warm, simulator, connection_env, tmp_path, record_property) -> None:
    campaign = Campaign(warm, simulator, connection_env, tmp_path)
    for seed in range(part * AT_ONCE, (part + 1) * AT_ONCE):
        campaign.run(seed)
    record_property("endings", dict(campaign.counts))

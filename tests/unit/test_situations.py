# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The callback plugin, the role and the module in the same situations: how many messages arrive, and at which
phone.
"""

from __future__ import annotations

import sys
from typing import Any

import pytest
import support
from controller import STRANGER, TESTER, Machine
from situations import HOSTS, SENDERS, SITUATIONS, Sender, Situation, Start
from warm import Warm, pause, waiting


class Stage:
    """A controller on which a sender runs in a situation. All messages are redirected to the phone of the tester."""

    def __init__(self, warm: Warm, machine: Machine, environment: dict[str, str]) -> None:
        self._warm, self._machine, self._environment = warm, machine, environment
        self._inventory = machine.folder / "hosts.ini"
        variables = f"ansible_host=192.0.2.1 ansible_python_interpreter={sys.executable}"
        self._inventory.write_text("".join(f"{host} {variables}\n" for host in HOSTS), encoding="utf-8")

    def run(self, sender: Sender, situation: Situation, start: Start) -> tuple[int, str]:
        """Return the exit status of ansible-playbook, and its output."""
        home = self._machine.folder / start.runner
        home.mkdir(exist_ok=True)
        environment = {
            **self._environment,
            "CI_PIPELINE_ID": start.run,
            "LINKENGAGE_SMS_NUMBERS": f"+{STRANGER}",
            "LINKENGAGE_SMS_IDEMPOTENCY_KEY": start.run,
            "LINKENGAGE_REDIRECT_TO": f"+{TESTER}",
            "HOME": str(home),
            "XDG_STATE_HOME": str(home),
            **sender.environment,
            **situation.environment,
        }
        folder = self._machine.folder
        text = sender.playbook(situation, pause(folder) if start.signal else "")
        arguments = ("--inventory", str(self._inventory), "--connection", "local", *situation.arguments)
        run = self._warm.start(text, *arguments, env=environment, folder=folder)
        if start.signal:
            run.until(lambda: waiting(folder) == set(sender.alive))
            run.kill(start.signal)
        return run.end(), run.stdout


@pytest.fixture
def stage(warm, simulator, run_playbook, connection_env, tmp_path) -> Stage:
    machine = Machine(simulator, run_playbook, tmp_path)
    environment = {name: value for name, value in machine.environment().items() if name not in machine.variables}
    return Stage(warm, machine, {**environment, **connection_env})


def expected_status(sender: Sender, situation: Situation, start: Start) -> int:
    if start.signal:
        return {2: 99, 15: -15}[start.signal]
    return sender.status


@support.in_json
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
@pytest.mark.parametrize("sender", SENDERS, ids=lambda sender: sender.name)
def test_a_message_arrives_once(sender: Sender, situation: Situation, stage: Stage, simulator: Any) -> None:
    for start in situation.starts:
        status, output = stage.run(sender, situation, start)
        assert status == expected_status(sender, situation, start), output
    assert [row["phone"] for row in simulator.deliveries()] == [TESTER] * situation.messages, output

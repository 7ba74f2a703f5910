# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A controller on which modules run in another environment: with a fake sudo, with a fake ssh, or with async."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support import PlaybookRun

from linkengage_simulator.process import SimulatorProcess

STRANGER, TESTER = "4790000001", "4792000009"
# The scripts remove the variables of ansible-playbook. They also record their arguments, as a list of processes would
# show them.
SUDO = """#!/bin/sh
echo "$@" >> {log}
while [ "$1" != /bin/sh ]; do shift; done
exec env -i PATH="$PATH" HOME="$HOME" "$@"
"""
SSH = """#!/bin/sh
[ "$#" -gt 2 ] || exit 0
echo "$@" >> {log}
for last; do :; done
exec env -i PATH="$PATH" HOME="$HOME" LINKENGAGE_RETRIES=7 LINKENGAGE_LOCK_TIMEOUT=77 sh -c "$last"
"""


class Machine:
    """A controller with environment variables, a fake sudo and a fake ssh."""

    def __init__(self, simulator: SimulatorProcess, run_playbook: Callable[..., PlaybookRun], folder: Path) -> None:
        self.simulator, self._run, self.folder = simulator, run_playbook, folder
        self.seed: dict[str, Any] = {
            "contacts": [{"ContactId": 1, "PhoneNumber": STRANGER, "Firstname": "Kari"}],
            "groups": [{"GroupId": 12, "Name": "On call", "members": [1]}],
        }
        self.processes = folder / "processes.log"
        for name, script in (("sudo", SUDO), ("ssh", SSH)):
            path = folder / name
            path.write_text(script.format(log=self.processes), encoding="utf-8")
            path.chmod(0o700)
        self.inventory = folder / "inventory.ini"
        hosts = ("far ansible_host=192.0.2.1 ansible_connection=ssh", "localhost ansible_connection=local")
        lines = [f"{host} ansible_python_interpreter={sys.executable}\n" for host in hosts]
        self.inventory.write_text("".join(lines), encoding="utf-8")
        (folder / "ca.pem").touch()
        values = {
            "api_url": simulator.api(2),
            "username": simulator.username,
            "domain": simulator.domain,
            "password": simulator.password,
            "data_format": "json",
            "validate_certs": "false",
            "ca_path": str(folder / "ca.pem"),
            "allow_http": "true",
            "timeout": "21",
            "answer_timeout": "22",
            "max_answer_size": "23",
            "retries": "2",
            "throttle_timeout": "24",
            "requests_per_minute": "2500",
            "lock_timeout": "26",
            "method_override": "never",
            "default_country_code": "47",
            "foreign_numbers": "plus_only",
            "store": str(folder / "store"),
            "store_schema": "tests",
            "receiver_allowlist": f"+{TESTER},",
            "redirect_to": f"+{TESTER}",
        }
        self.variables = {f"LINKENGAGE_{name.upper()}": value for name, value in values.items()}

    def __call__(self, text: str, *arguments: str, **variables: str) -> PlaybookRun:
        self.simulator.reset(**self.seed)
        return self._run(text, *arguments, "-i", str(self.inventory), env=self.environment(**variables))

    def environment(self, **variables: str) -> dict[str, str]:
        return {
            "ANSIBLE_ASYNC_DIR": str(self.folder / "async"),
            "ANSIBLE_INJECT_INVOCATION": "true",
            "ANSIBLE_BECOME_ALLOW_SAME_USER": "true",
            "ANSIBLE_BECOME_EXE": str(self.folder / "sudo"),
            "ANSIBLE_SSH_EXECUTABLE": str(self.folder / "ssh"),
            "ANSIBLE_SSH_ARGS": "",
            "ANSIBLE_SSH_TRANSFER_METHOD": "piped",
            "XDG_STATE_HOME": str(self.folder / "state"),
            **self.variables,
            **variables,
        }

    @property
    def phones(self) -> set[str]:
        return {delivery["phone"] for delivery in self.simulator.deliveries()}

    def secrets(self) -> list[str]:
        password = self.simulator.password
        token = base64.b64encode(f"{self.simulator.login}:{password}".encode()).decode()
        return [password, json.dumps(password)[1:-1], token, base64.b64encode(password.encode()).decode()]

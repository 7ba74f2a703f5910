# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show the collection in a terminal: run a playbook, show the account, run the playbook again.

The account is in a simulator of the service. The simulator runs on this machine and stops with the demo.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "simulator")]

from collections_tree import make_tree  # noqa: E402

from linkengage_simulator.process import SimulatorProcess  # noqa: E402

# No word that is in the output otherwise, because Ansible hides each text that equals the password.
PASSWORD = secrets.token_urlsafe(16)
PLAYBOOK = ROOT / "demo" / "playbook.yml"


def say(text: str) -> None:
    print(f"\n=== {text}\n", flush=True)


def account(*arguments: str) -> SimulatorProcess:
    """Return a simulator with an empty account, and with more arguments."""
    return SimulatorProcess(*arguments, username="demo", domain="example.com", password=PASSWORD)


def environment(folder: Path, simulator: SimulatorProcess) -> dict[str, str]:
    """Return the environment for Ansible: this collection, files in *folder*, and the connection to the simulator."""
    return {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(make_tree(folder / "collections")),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_LOCAL_TEMP": str(folder / "local_tmp"),
        "ANSIBLE_REMOTE_TEMP": str(folder / "remote_tmp"),
        "ANSIBLE_CONFIG": str(ROOT / "demo" / "ansible.cfg"),
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "LC_ALL": "C.UTF-8",
        "LINKENGAGE_STORE": str(folder / "store"),
        "LINKENGAGE_API_URL": simulator.api(2),
        "LINKENGAGE_USERNAME": simulator.login,
        "LINKENGAGE_PASSWORD": simulator.password,
    }


def ansible_playbook(*arguments: str) -> list[str]:
    """Return the command line to run playbooks on this machine."""
    return [sys.executable, "-m", "ansible.cli.playbook", "-i", "localhost,", "-c", "local", *arguments]


def run_playbook(folder: Path, simulator: SimulatorProcess, *arguments: str) -> None:
    """Run the playbook of the demo with its output on the terminal. Raises CalledProcessError."""
    command = ansible_playbook(*arguments, str(PLAYBOOK))
    subprocess.run(command, env=environment(folder, simulator), stdin=subprocess.DEVNULL, check=True)


def show(state: dict[str, Any]) -> None:
    """Print the contacts, groups and messages of the account."""
    contacts = {contact["ContactId"]: contact for contact in state["contacts"]}
    for contact in contacts.values():
        name = f"{contact['Firstname']} {contact['Lastname']}"
        email = contact["Email"] or ""
        print(f"  contact {contact['ContactId']:>3}  {contact['PhoneNumber']:<13}  {name:<16}  {email}".rstrip())
    for group in state["groups"]:
        names = ", ".join(contacts[id]["Firstname"] for id in group["members"])
        print(f"  group   {group['GroupId']:>3}  {group['Name']}: {names}")
    for message in state["messages"]:
        print(f"  message {message['MessageId']}  to {message['Receivers']}: {message['Text']}")


def demonstrate(simulator: SimulatorProcess, folder: Path) -> None:
    say(f"Show what the playbook would do in the empty account at {simulator.api(2)} (ansible-playbook --check)")
    run_playbook(folder, simulator, "--check")
    say("Run the playbook (ansible-playbook)")
    run_playbook(folder, simulator)
    say("The account in the service")
    show(simulator.state())
    say("Run the playbook again: nothing changes, and no message is sent twice")
    simulator.clear_log()
    run_playbook(folder, simulator)
    print(f"Writes in the service's request log: {len(simulator.log(writes_only=True))}")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, account() as simulator:
        try:
            demonstrate(simulator, Path(folder))
        except subprocess.CalledProcessError as error:
            return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())

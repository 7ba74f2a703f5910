# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts the simulator for the playbook ``sandbox``, prints as JSON what the playbook needs, and ends.

The simulator stays in the background until ansible-playbook has ended, for any reason.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from .lifetime import parent_of
from .process import SimulatorError, SimulatorProcess
from .seeding import NoSeed, find, prepare

USER, DOMAIN = "demo", "example.com"


def parse() -> argparse.Namespace:
    """Read the options of the command line."""
    parser = argparse.ArgumentParser("linkengage_simulator.sandbox", description="Start the simulator for a playbook.")
    add = parser.add_argument
    add("--worker", type=int, required=True, help="a child of ansible-playbook; the simulator ends with the parent")
    add("--folder", required=True, help="the folder in which relative paths start")
    add("--seed", default="", help="a file or folder with an address book, or the name of an example")
    add("--state", default="", help="keep the account in this file")
    add("--env-file", default="", help="write the variables to this private file; by default to a new file")
    add("--port", default="0", help="the port; 0 (default) uses a free port")
    add("--password", default="", help="the password; by default a new password")
    return parser.parse_args()


def start(given: argparse.Namespace) -> dict[str, Any]:
    """Start the simulator. Raises SimulatorError, NoSeed."""
    path = find(given.seed) if given.seed else None
    state = _path(given.state) if given.state else None
    # The simulator creates this private file, and deletes it when it ends.
    env = _path(given.env_file or f"{tempfile.gettempdir()}/linkengage-sandbox-{secrets.token_hex(4)}.env")
    arguments = ["--parent", str(parent_of(given.worker)), "--port", given.port, "--env-file", str(env)]
    arguments += ["--state", str(state)] if state else []
    # A random password, because Ansible hides every text in the output that equals the password. A common word would
    # hide other output too.
    password = given.password or secrets.token_hex(12)
    simulator = SimulatorProcess(*arguments, username=USER, domain=DOMAIN, password=password, detached=True).start()
    return {
        "url": simulator.url,
        "username": simulator.login,
        "password": simulator.password,
        "seed": str(path) if path and prepare(simulator, path) else "",
        "env_file": str(env),
    }


def _path(text: str) -> Path:
    return Path(os.path.expandvars(text)).expanduser().absolute()


def main() -> None:
    """Start the simulator. If this fails, one line on stderr says why."""
    given = parse()
    os.chdir(given.folder)
    try:
        print(json.dumps(start(given)))
    except SimulatorError as error:
        sys.exit(str(error).strip().splitlines()[-1])
    except (NoSeed, OSError, ValueError, subprocess.CalledProcessError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

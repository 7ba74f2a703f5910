# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``make sandbox``: a shell with Ansible, this collection and an empty account.

The account is in a simulator of the service. The simulator runs on this machine and stops with the shell. The shell
starts in the folder ``sandbox``, which is kept if it contains files.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from demo import ROOT, environment
from linkengage_simulator.process import SimulatorProcess

WELCOME = """\
This shell has Ansible, the collection community.linkengage, and an empty account in a simulator of the service:

    LINKENGAGE_API_URL={url}
    LINKENGAGE_USERNAME={login}

You are in the folder {here}. "exit" closes the shell and deletes the account.
"""


def main() -> int:
    here = ROOT / "sandbox"
    here.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        SimulatorProcess(username="demo", domain="example.com", password="demo") as simulator,
    ):
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        variables = {**environment(Path(folder), simulator), "PATH": path}
        print(WELCOME.format(url=simulator.api(2), login=simulator.login, here=here), flush=True)
        # Ignore the exit status of the last command in the shell.
        subprocess.run([os.environ.get("SHELL") or "/bin/sh"], cwd=here, env=variables, check=False)
    with contextlib.suppress(OSError):  # keep a folder with files
        here.rmdir()
    return 0


if __name__ == "__main__":
    sys.exit(main())

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``make sandbox``: a shell with Ansible, this collection, and an account to try it on.

The account is a stand-in for the service, a process on this machine that is gone when the shell ends. Files are made in
the folder ``sandbox``, which stays if there are any.
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
This shell has Ansible, the collection community.linkengage, and an empty account of a stand-in for the service:

    LINKENGAGE_API_URL={url}
    LINKENGAGE_USERNAME={login}

You are in the folder {here}. The account is gone when you leave with "exit".
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
        # How the last command in there ended is no matter of the sandbox.
        subprocess.run([os.environ.get("SHELL") or "/bin/sh"], cwd=here, env=variables, check=False)
    with contextlib.suppress(OSError):  # there are files in it
        here.rmdir()
    return 0


if __name__ == "__main__":
    sys.exit(main())

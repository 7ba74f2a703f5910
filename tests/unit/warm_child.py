# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs ansible-playbook in forks of this process, which has imported everything. See warm.py.

Each line of the input is a run as JSON. The answers are a line with the process id, and a line with the exit status.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any


def main() -> None:
    from ansible.cli import playbook

    for name in sys.argv[1:]:
        importlib.import_module(name)
    for line in sys.stdin:
        sys.stdout.flush()
        child = os.fork()
        if not child:
            become(json.loads(line))
            playbook.PlaybookCLI.cli_executor()
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def become(run: dict[str, Any]) -> None:
    """Be a new process, with the environment, the folder and the output of the run."""
    os.environ.clear()
    os.environ.update(run["environment"])
    os.chdir(run["folder"])
    output = os.open(run["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream, target in ((0, os.open(os.devnull, os.O_RDONLY)), (1, output), (2, output)):
        os.dup2(target, stream)
    sys.argv = ["ansible-playbook", *run["arguments"]]
    from ansible import constants

    importlib.reload(constants)  # reads ANSIBLE_* from the environment


if __name__ == "__main__":
    main()

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Another process that holds the lock of an account. A test can stop, continue and kill this process.

As a script, it takes the lock like a worker of the playbook ``other.yml`` and prints ``held``. It holds the lock until
it reads a line. The arguments are the temporary folder and the account.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONTROLLER = 4711  # the process that supposedly started this process


@contextmanager
def holding(account: str, folder: Path, collections_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Yield the other process as soon as it holds the lock. It is killed at the end."""
    command = [sys.executable, "-W", "ignore", __file__, str(folder), account]
    environment = {**os.environ, "PYTHONPATH": str(collections_path)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def main() -> None:
    from ansible_collections.community.linkengage.plugins.module_utils._machine.locks import Waiting, account_lock
    from ansible_collections.community.linkengage.plugins.module_utils._machine.run import Run

    tempfile.tempdir = sys.argv[1]
    with account_lock(sys.argv[2], Waiting(Run("other.yml", CONTROLLER, os.getpid()))):
        print("held", flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    main()

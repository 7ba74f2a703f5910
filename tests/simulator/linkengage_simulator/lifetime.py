# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether another process still runs, for ``--parent``."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
from pathlib import Path

PAUSE = 0.2  # seconds between two checks, if the system does not report the end of a process


async def until_ended(pid: int) -> None:
    """Wait until this process has ended, for any reason."""
    descriptor = None
    if hasattr(os, "pidfd_open"):
        with contextlib.suppress(OSError):  # the process has ended, or the system does not support pidfd_open
            descriptor = os.pidfd_open(pid)
    if descriptor is None:
        while is_running(pid):
            await asyncio.sleep(PAUSE)
        return
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(descriptor, ended.set)
    try:
        await ended.wait()
    finally:
        asyncio.get_running_loop().remove_reader(descriptor)
        os.close(descriptor)


def is_running(pid: int) -> bool:
    """Return whether this process runs. A zombie process (ended, but its parent has not waited for it) does not
    run.
    """
    status = _status(pid)
    if status:
        return status[0] != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def parent_of(pid: int) -> int:
    """Return the id of the process that started this process. Raises OSError, ValueError, CalledProcessError."""
    status = _status(pid)
    if status:
        return int(status[1])
    command = ["ps", "-o", "ppid=", "-p", str(pid)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _status(pid: int) -> list[str]:
    """Return the state and the parent of a process; empty without /proc.

    The fields follow the name of the process, which can contain any characters.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()[:2]

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The run that a process works for: what a person started, and whether that is still there."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .._errors import NotSent

# How the action plugin tells a module on the same machine which run it belongs to. It is no option.
VARIABLE = "LINKENGAGE_STARTED_BY"
LONGEST = 80  # characters of a program's name
SLICE = 0.2  # seconds between two looks whether the run is still there


@dataclass(frozen=True)
class Run:
    """What a person started: the playbooks by their names, or a program.

    ``controller`` is the process id of ansible-playbook, and ``worker`` that of its child which this process is, or
    was started by. Both are 0 where this process does not depend on another.
    """

    program: str
    controller: int = 0
    worker: int = 0

    def __str__(self) -> str:
        """For the environment of a module; ``run_of`` reads it."""
        return f"{self.controller}:{self.worker}:{self.program}"

    def is_over(self) -> bool:
        """Whether ansible-playbook has ended without ending this process, as after SIGKILL."""
        if not self.controller:
            return False
        if self.worker == os.getpid():
            return os.getppid() != self.controller
        parent = _parent_of(self.worker)
        if parent is None:  # no /proc, or it hides other users' processes
            return not (_exists(self.controller) and _exists(self.worker))
        return parent != self.controller

    def require(self) -> None:
        """Raise NotSent where the run is over."""
        if self.is_over():
            raise NotSent(
                f"ansible-playbook (process {self.controller}) has ended, so this task stopped before its next "
                "request. What was written stays written; run it again to do the rest."
            )

    def sleep(self, seconds: float, sleep: Callable[[float], None] = time.sleep) -> None:
        """Sleep as long as the run is there. Raises NotSent soon after it is over."""
        end = time.monotonic() + seconds
        while seconds > 0:
            self.require()
            sleep(min(seconds, SLICE) if self.controller else seconds)
            seconds = end - time.monotonic()


def shown(text: str) -> str:
    """The name of a playbook or program, fit for a line in a file or on a terminal."""
    return "".join(character for character in text if character.isprintable())[:LONGEST] or "python"


def run_of(text: str | None) -> Run:
    """The run that a module was told, or else the program that this process is."""
    controller, worker, program = [*(text or "").split(":", 2), "", "", ""][:3]
    if controller.isdecimal() and worker.isdecimal():
        return Run(shown(program), int(controller), int(worker))
    return Run(shown(os.path.basename(sys.argv[0] if sys.argv else "").removesuffix(".py")))


def this_run() -> Run:
    """The run that this process was started for."""
    return run_of(os.environ.get(VARIABLE))


def _parent_of(pid: int) -> int | None:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return int(status.rpartition(")")[2].split()[1])  # after the program's name, which may hold anything


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True

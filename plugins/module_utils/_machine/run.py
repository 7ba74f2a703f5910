# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The run that a process belongs to: the playbook or program, and whether it still runs."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .._errors import NotSent

# The action plugin sets this variable for a module on the same machine. It has the run as text. It is not an option.
VARIABLE = "LINKENGAGE_STARTED_BY"
# The action plugin sets this variable to an id that stays the same in all attempts of a task (until, retries). It is
# not an option.
ATTEMPT = "LINKENGAGE_ATTEMPT"
LONGEST = 80  # characters of the name of a program at most
SLICE = 0.2  # seconds between two checks whether the run still runs


@dataclass(frozen=True)
class Run:
    """A run: the names of its playbooks, or a program.

    ``controller`` is the process id of ansible-playbook. ``worker`` is the process id of its child process: this
    process, or the process that started this process. Both are 0 if this process does not depend on another process.
    """

    program: str
    controller: int = 0
    worker: int = 0

    def __str__(self) -> str:
        """Return the text for the environment of a module. The function ``run_of`` reads it."""
        return f"{self.controller}:{self.worker}:{self.program}"

    def is_over(self) -> bool:
        """Return whether ansible-playbook has ended while this process still runs, for example after SIGKILL."""
        if not self.controller:
            return False
        if self.worker == os.getpid():
            return os.getppid() != self.controller
        parent = _parent_of(self.worker)
        if parent is None:  # /proc is missing, or it hides the processes of other users
            return not (_exists(self.controller) and _exists(self.worker))
        return parent != self.controller

    def require(self) -> None:
        """Raise NotSent if the run is over."""
        if self.is_over():
            raise NotSent(
                f"ansible-playbook (process {self.controller}) has ended, so this task stopped before its next "
                "request. The changes so far stay in the account. Run the playbook again to make the remaining changes."
            )

    def sleep(self, seconds: float, sleep: Callable[[float], None] = time.sleep) -> None:
        """Sleep, but raise NotSent soon after the run is over."""
        end = time.monotonic() + seconds
        while seconds > 0:
            self.require()
            sleep(min(seconds, SLICE) if self.controller else seconds)
            seconds = end - time.monotonic()


def shown(text: str) -> str:
    """Return the name of a playbook or program as one line without control characters."""
    return "".join(character for character in text if character.isprintable())[:LONGEST] or "python"


def run_of(text: str | None) -> Run:
    """Return the run in the environment of a module. If *text* has no run, the run is the program of this process."""
    controller, worker, program = [*(text or "").split(":", 2), "", "", ""][:3]
    if controller.isdecimal() and worker.isdecimal():
        return Run(shown(program), int(controller), int(worker))
    return Run(shown(os.path.basename(sys.argv[0] if sys.argv else "").removesuffix(".py")))


def this_run() -> Run:
    """Return the run that started this process."""
    return run_of(os.environ.get(VARIABLE))


def _parent_of(pid: int) -> int | None:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The numbers follow the name of the program, which can contain any characters.
    return int(status.rpartition(")")[2].split()[1])


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True

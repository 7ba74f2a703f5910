# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""One client for each account in a process, and its lookups. The items of a loop and lookup plugins share them."""

from __future__ import annotations

import os
from collections.abc import Callable
from multiprocessing import parent_process
from typing import TYPE_CHECKING, Any

from ansible import context

from ..module_utils._machine.run import Run, shown, this_run
from ..module_utils._service.client import Client
from ..module_utils._service.connection import CONNECTION_SPEC, connect
from ..module_utils._service.pace import Traffic
from ._progress import ProgressLine

if TYPE_CHECKING:
    from ..module_utils._records.lookups import LookUps

# The key includes the process, because connections must not be shared with the parent process.
CLIENTS: dict[tuple[Any, ...], Client] = {}
LOOK_UPS: dict[tuple[Any, ...], LookUps] = {}
# The key is only the account, so that a forked process knows the requests of its parent process.
TRAFFIC: dict[str, Traffic] = {}
LINES: list[ProgressLine] = []


def _key(option: Callable[[str], Any]) -> tuple[Any, ...]:
    return (os.getpid(), *(repr(option(name)) for name in CONNECTION_SPEC))


def client_of(option: Callable[[str], Any]) -> Client:
    """Return the client for the account in the options. Raises InvalidInput, MissingLibrary."""
    key = _key(option)
    if key not in CLIENTS:
        CLIENTS[key] = connect(option, run_of_controller())
        CLIENTS[key].share(TRAFFIC)
        line = ProgressLine()
        LINES.append(line)
        CLIENTS[key].progress = line.advance
        CLIENTS[key].on_wait(line.waiting)
        CLIENTS[key].waiting.on_wait = line.locked
    return CLIENTS[key]


def close_lines() -> None:
    """Erase the progress lines of a finished task, so that the next output starts on a line of its own."""
    for line in LINES:
        line.close()


def run_of_controller() -> Run:
    """Return the run of ansible-playbook to which this worker process belongs; otherwise the run of this program."""
    # Only ansible-playbook has the argument start_at_task.
    arguments = context.CLIARGS.get("args") if "start_at_task" in context.CLIARGS else ()
    program = ", ".join(os.path.basename(str(path)) for path in arguments or ())
    program = shown(program) if program else this_run().program
    parent = parent_process()
    return Run(program) if parent is None else Run(program, parent.pid or 0, os.getpid())


def look_ups_of(option: Callable[[str], Any]) -> LookUps:
    """Return the lookups of this task.

    Each task has its own process. The main process of the controller runs too long to keep answers.
    """
    from ..module_utils._records.lookups import LookUps  # imported here, because only plugins look up records

    client = client_of(option)
    if parent_process() is None:
        return LookUps(client)
    return LOOK_UPS.setdefault(_key(option), LookUps(client))

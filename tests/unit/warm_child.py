# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs ansible-playbook and related commands in forks of this process, which has already imported everything (warm.py).

The arguments are the number of a listening socket, a collections path, and modules to import. A client sends its
streams, and a run as a line of JSON. The answers are a line with the process id, and a line with the exit status. This
process ends when its input ends.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import socket
import sys
import time
from pathlib import Path
from typing import Any

COLLECTION = "ansible_collections.community.linkengage"


def main() -> None:
    listener = socket.socket(fileno=int(sys.argv[1]))
    clis = import_programs()
    for name in sys.argv[3:]:
        importlib.import_module(name)
    import_collection(sys.argv[2])
    # The garbage collectors of the forks do not search the objects that exist now.
    gc.collect()
    gc.freeze()
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        connection = listener.accept()[0]
        if not os.fork():
            listener.close()
            serve(connection, clis)
        connection.close()
        forget_the_ended()


def import_programs() -> dict[str, Any]:
    from ansible.cli import adhoc, inventory, playbook

    return {"playbook": playbook.PlaybookCLI, "inventory": inventory.InventoryCLI, "adhoc": adhoc.AdHocCLI}


def serve(connection: socket.socket, clis: dict[str, Any]) -> None:
    """Run one program, and send its process id and its exit status. Then this process ends."""
    streams = socket.recv_fds(connection, 1, 3)[1]
    with connection.makefile(encoding="utf-8") as lines:
        run = json.loads(lines.readline())
    child = os.fork()
    if not child:
        connection.close()
        become(run, streams)
        clis[run["cli"]].cli_executor()
        sys.exit()
    for stream in streams:
        os.close(stream)
    try:
        connection.sendall(f"{child}\n".encode())
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        connection.sendall(f"{status}\n".encode())
    finally:
        os._exit(0)  # no other code of this process may run in the fork


def forget_the_ended() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:  # there is no child process
        return


def import_collection(path: str) -> None:
    """Import the Python files. Each fork loads the collection again."""
    from ansible.plugins.loader import init_plugin_loader
    from ansible.utils.collection_loader import _collection_finder

    init_plugin_loader([path])
    plugins = Path(path, *COLLECTION.split("."), "plugins")
    for kind in ("module_utils", "plugin_utils", "modules"):
        for file in sorted(plugins.glob(f"{kind}/**/[!.]*.py")):
            parts = [part for part in file.relative_to(plugins).with_suffix("").parts if part != "__init__"]
            importlib.import_module(".".join((COLLECTION, "plugins", *parts)))
    _collection_finder._AnsibleCollectionFinder._remove()
    del sys.modules[COLLECTION]


def become(run: dict[str, Any], streams: list[int]) -> None:
    """Make this process like a new process, with the environment, the folder and the streams of the run."""
    os.environ.clear()
    os.environ.update(run["environment"])
    time.tzset()
    os.chdir(run["folder"])
    sys.path[0] = run["folder"]
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.argv = [f"ansible-{run['cli']}", *run["arguments"]]
    from ansible import constants

    importlib.reload(constants)  # reads ANSIBLE_* from the environment


if __name__ == "__main__":
    main()

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs ansible-playbook in forks of this process, which has imported everything. See warm.py.

The first argument is a collections path, and the others are modules to import. Each line of the input is a run as JSON.
The answers are a line with the process id, and a line with the exit status.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

COLLECTION = "ansible_collections.community.linkengage"


def main() -> None:
    from ansible.cli import playbook

    for name in sys.argv[2:]:
        importlib.import_module(name)
    import_collection(sys.argv[1])
    # The forks do not search these objects for garbage.
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        sys.stdout.flush()
        child = os.fork()
        if not child:
            become(json.loads(line))
            playbook.PlaybookCLI.cli_executor()
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def import_collection(path: str) -> None:
    """Import the Python files. Each fork loads the collection itself."""
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


def become(run: dict[str, Any]) -> None:
    """Be a new process, with the environment, the folder and the output of the run."""
    os.environ.clear()
    os.environ.update(run["environment"])
    time.tzset()
    os.chdir(run["folder"])
    sys.path[0] = run["folder"]
    output = os.open(run["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream, target in ((0, os.open(os.devnull, os.O_RDONLY)), (1, output), (2, output)):
        os.dup2(target, stream)
    sys.argv = ["ansible-playbook", *run["arguments"]]
    from ansible import constants

    importlib.reload(constants)  # reads ANSIBLE_* from the environment


if __name__ == "__main__":
    main()

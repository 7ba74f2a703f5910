# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real runs of ansible-playbook without the time for its imports, for tests that need many runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import support

CHILD = Path(__file__).with_name("warm_child.py")
OUTPUT, RESULTS = "output.txt", "results.jsonl"
# Variables that Ansible and Python read when they are imported. A run with another value of these starts cold.
AT_IMPORT = re.compile(r"PYTHON|LC_|LANG|ANSIBLE_(\w+_PLUGINS|COLLECTIONS_PATH|FORCE_COLOR|LIBRARY|LOG_PATH|NOCOLOR)$")
IMPORTS = ("requests", "xmltodict", "phonenumbers", "ansible.plugins.strategy.linear", "ansible.plugins.strategy.free")


def pause(folder: Path) -> str:
    """A task that waits for a signal on each host, and creates a file for each host that waits.

    A worker that is interrupted while it writes a result makes Ansible wait forever. These workers write nothing.
    """
    return f"    - ansible.builtin.raw: touch {folder}/{{{{ inventory_hostname }}}}.waits; exec sleep 600\n"


def waiting(folder: Path) -> set[str]:
    """The hosts that wait."""
    return {path.stem for path in folder.glob("*.waits")}


def at_import(environment: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if AT_IMPORT.match(name)}


class Started:
    """A run of ansible-playbook that has begun."""

    def __init__(self, server: subprocess.Popen[str], folder: Path) -> None:
        assert server.stdout
        self._lines = server.stdout
        self._folder = folder
        self.pid = int(self._lines.readline())

    @property
    def stdout(self) -> str:
        """All output, as far as it is written."""
        return (self._folder / OUTPUT).read_text(encoding="utf-8")

    @property
    def recorded(self) -> str:
        """The results of the tasks so far, from the callback result_recorder."""
        return (self._folder / RESULTS).read_text(encoding="utf-8")

    def until(self, reached: Callable[[], bool]) -> None:
        """Wait until the run has reached a point, or has ended."""
        while not reached() and Path(f"/proc/{self.pid}").exists():
            time.sleep(0.01)

    def kill(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return

    def end(self) -> int:
        """The exit status; negative for a signal."""
        return int(self._lines.readline())


class Warm:
    """Starts runs of ansible-playbook, one at a time."""

    def __init__(self, collections_path: Path, folder: Path) -> None:
        self._environment = support.ansible_environment(collections_path, folder)
        self._folder = folder
        self._server = subprocess.Popen(
            [sys.executable, str(CHILD), str(collections_path), *IMPORTS],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, text: str, *arguments: str, env: dict[str, str], folder: Path | None = None) -> Started:
        """Start a playbook in a folder."""
        home = folder or self._folder
        home.mkdir(parents=True, exist_ok=True)
        (home / "playbook.yml").write_text(text, encoding="utf-8")
        for name in (OUTPUT, RESULTS):
            (home / name).write_text("", encoding="utf-8")
        environment = {**self._environment, "RESULT_RECORDER_FILE": str(home / RESULTS), **env}
        return self._start([str(home / "playbook.yml"), *arguments], home, environment, home)

    def run(
        self, arguments: Sequence[str], folder: Path, environment: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run ansible-playbook in a folder with exactly this environment. Return its exit status and all its output."""
        if at_import(environment) != at_import(self._environment):
            command = [sys.executable, "-m", "ansible.cli.playbook", *arguments]
            return support.run_command(command, folder, environment)
        started = self._start(arguments, folder, environment, self._folder)
        status = started.end()
        return subprocess.CompletedProcess(["ansible-playbook", *arguments], status, started.stdout, "")

    def _start(self, arguments: Sequence[str], folder: Path, environment: dict[str, str], files: Path) -> Started:
        run = {
            "environment": environment,
            "folder": str(folder),
            "output": str(files / OUTPUT),
            "arguments": list(arguments),
        }
        assert self._server.stdin
        self._server.stdin.write(json.dumps(run) + "\n")
        self._server.stdin.flush()
        return Started(self._server, files)

    def close(self) -> None:
        assert self._server.stdin
        self._server.stdin.close()
        self._server.wait()

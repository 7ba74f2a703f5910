# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts real ansible-playbook processes without the time for their imports, for tests that need many runs."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

import support

CHILD = Path(__file__).with_name("warm_child.py")
PROGRAMS = {"ansible-playbook": "playbook", "ansible-inventory": "inventory", "ansible": "adhoc"}
OUTPUT, RESULTS = "output.txt", "results.jsonl"
# Variables that Ansible and Python read at import. A run with other values of these variables starts in the usual way.
AT_IMPORT = re.compile(r"PYTHON|LC_|LANG|ANSIBLE_(\w+_PLUGINS|COLLECTIONS_PATH|FORCE_COLOR|LIBRARY|LOG_PATH|NOCOLOR)$")
IMPORTS = ("requests", "xmltodict", "phonenumbers", "ansible.plugins.strategy.linear", "ansible.plugins.strategy.free")


def pause(folder: Path) -> str:
    """Return a task that waits on each host, and creates a file for each host that waits.

    If a worker is interrupted while it writes a result, Ansible waits forever. The workers of this task write nothing.
    """
    return f"    - ansible.builtin.raw: touch {folder}/{{{{ inventory_hostname }}}}.waits; exec sleep 600\n"


def waiting(folder: Path) -> set[str]:
    """Return the hosts that wait."""
    return {path.stem for path in folder.glob("*.waits")}


def at_import(environment: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if AT_IMPORT.match(name)}


class Started:
    """A run of ansible-playbook that has begun."""

    def __init__(self, answers: IO[str], folder: Path) -> None:
        self._answers = answers
        self._folder = folder
        self.pid = int(answers.readline())

    @property
    def stdout(self) -> str:
        """The output so far."""
        return (self._folder / OUTPUT).read_text(encoding="utf-8")

    @property
    def recorded(self) -> str:
        """The results of the tasks so far. The callback plugin result_recorder has recorded them."""
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
        """Wait for the end, and return the exit status. It is negative for a signal."""
        with self._answers:
            return int(self._answers.readline())


# Passes its arguments, its environment and its streams to the process that has already imported everything.
PROGRAM = """\
#!{python} -IS
import json, os, re, socket, sys

environment = dict(os.environ)
at_import = re.compile({pattern!r})
if {{name: value for name, value in environment.items() if at_import.match(name)}} != {variables!r}:
    os.execv({python!r}, [{python!r}, "-m", "ansible.cli.{cli}", *sys.argv[1:]])
run = {{"cli": "{cli}", "arguments": sys.argv[1:], "environment": environment, "folder": os.getcwd()}}
with socket.socket(socket.AF_UNIX) as connection:
    connection.connect({address!r})
    socket.send_fds(connection, [b"\\n"], [0, 1, 2])
    connection.sendall(json.dumps(run).encode() + b"\\n")
    answer = connection.makefile().read()
status = int(answer.split()[1])
sys.exit(status if status >= 0 else 128 - status)
"""


class Warm:
    """Starts runs of ansible-playbook."""

    def __init__(self, collections_path: Path, folder: Path) -> None:
        self._environment = support.ansible_environment(collections_path, folder)
        self._folder = folder
        self._own = tempfile.TemporaryDirectory(prefix="warm-")  # the path of a socket must be short
        self._address = str(Path(self._own.name, "socket"))
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self._address)
            listener.listen()
            self._server = subprocess.Popen(
                [sys.executable, str(CHILD), str(listener.fileno()), str(collections_path), *IMPORTS],
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                pass_fds=[listener.fileno()],
            )
        self._write_programs()

    def path(self) -> str:
        """PATH with programs that start without the time for imports, for tests of commands in a shell."""
        return os.pathsep.join([str(Path(self._own.name, "bin")), self._environment["PATH"]])

    def _write_programs(self) -> None:
        folder = Path(self._own.name, "bin")
        folder.mkdir()
        known = {"python": sys.executable, "pattern": AT_IMPORT.pattern, "variables": at_import(self._environment)}
        for name, cli in PROGRAMS.items():
            (folder / name).write_text(PROGRAM.format(cli=cli, address=self._address, **known), encoding="utf-8")
            (folder / name).chmod(0o755)

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
        """Run ansible-playbook in a folder with exactly this environment.

        Returns its exit status and all its output.
        """
        if at_import(environment) != at_import(self._environment):
            command = [sys.executable, "-m", "ansible.cli.playbook", *arguments]
            return support.run_command(command, folder, environment)
        started = self._start(arguments, folder, environment, self._folder)
        status = started.end()
        return subprocess.CompletedProcess(["ansible-playbook", *arguments], status, started.stdout, "")

    def _start(self, arguments: Sequence[str], folder: Path, environment: dict[str, str], files: Path) -> Started:
        run = {"cli": "playbook", "arguments": list(arguments), "environment": environment, "folder": str(folder)}
        connection = socket.socket(socket.AF_UNIX)
        with connection, open(os.devnull, "rb") as nothing, (files / OUTPUT).open("wb") as output:
            connection.connect(self._address)
            socket.send_fds(connection, [b"\n"], [nothing.fileno(), output.fileno(), output.fileno()])
            connection.sendall(json.dumps(run).encode() + b"\n")
            return Started(connection.makefile(encoding="ascii"), files)

    def close(self) -> None:
        assert self._server.stdin
        self._server.stdin.close()
        self._server.wait()
        self._own.cleanup()

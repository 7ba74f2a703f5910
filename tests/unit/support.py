# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run modules and playbooks of this checkout from tests."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from ansible.module_utils import basic
from ansible.module_utils.common import warnings as warnings_of_modules
from hypothesis import settings

COLLECTION = "ansible_collections.community.linkengage"
# A slow story runs in one format with one version. The stories of the modules run in all combinations.
in_json = pytest.mark.parametrize(("data_format", "api_version"), [("json", 2)], ids=["json-v2"])
in_xml = pytest.mark.parametrize(("data_format", "api_version"), [("xml", 1)], ids=["xml-v1"])
CALLBACKS = Path(__file__).resolve().parent / "callback_plugins"


def examples(number: int) -> int:
    """Return a number of hypothesis examples. ``make check`` tries fewer, with the profile quick."""
    return max(number * settings.default.max_examples // 100, 10)


@contextlib.contextmanager
def module_arguments(arguments: dict[str, Any]) -> Iterator[None]:
    """Pass the arguments to the next ``AnsibleModule``."""
    try:
        from ansible.module_utils.testing import patch_module_args
    except ImportError:  # before ansible-core 2.19
        text = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
        with mock.patch.object(basic, "_ANSIBLE_ARGS", text):
            yield
    else:
        with patch_module_args(arguments):
            yield


def run_module(name: str, /, *, check: bool = False, diff: bool = True, **params: Any) -> dict[str, Any]:
    """Run a module in this process as Ansible does. Returns its result, even after a failure.

    For a failure, ``result["failed"]`` is true. The result is converted to JSON and back, so that a test gets the same
    values as a playbook.
    """
    module = importlib.import_module(f"{COLLECTION}.plugins.modules.{name}")
    # ansible-playbook always adds these arguments.
    arguments = {"_ansible_check_mode": check, "_ansible_diff": diff, "_ansible_no_log": False, **params}
    output = io.StringIO()
    captured = contextlib.redirect_stdout(output)
    with module_arguments(arguments), own_process(), captured, contextlib.suppress(SystemExit):
        module.main()
    return with_diff_values(json.loads(output.getvalue()))


def with_diff_values(result: dict[str, Any]) -> dict[str, Any]:
    """Return the result with the values of its diff. The diff is readable text in YAML."""
    for name, text in result.get("diff", {}).items():
        assert isinstance(text, str)
        result["diff"][name] = yaml.safe_load(text) or {}
    return result


@contextlib.contextmanager
def own_process() -> Iterator[None]:
    """Let a module run as in a separate process: without earlier warnings and without a controller."""
    names = ("_global_deprecations", "_global_warnings")
    empty = {name: type(getattr(warnings_of_modules, name))() for name in names}
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.multiple(warnings_of_modules, **empty))
        with contextlib.suppress(ImportError):  # before ansible-core 2.19
            from ansible.module_utils import _internal as internal

            if hasattr(internal, "is_controller"):  # in ansible-core 2.18, this package is empty
                stack.enter_context(mock.patch.object(internal, "is_controller", False))
        yield


@dataclass
class PlaybookRun:
    """The result of one run of ansible-playbook."""

    rc: int
    stdout: str
    results: list[dict[str, Any]] = field(default_factory=list)

    def result(self, task: str) -> dict[str, Any]:
        """Return the result of the task with this name."""
        (found,) = [entry["result"] for entry in self.results if entry["task"] == task]
        return found

    @property
    def changed(self) -> list[str]:
        """The names of the tasks that changed something."""
        return [entry["task"] for entry in self.results if entry["result"].get("changed")]

    @property
    def failed(self) -> list[str]:
        """The names of the tasks that failed, without ignored failures."""
        return [entry["task"] for entry in self.results if entry["status"] in ("failed", "unreachable")]


def ansible_environment(collections_path: Path, home: Path) -> dict[str, str]:
    """Return an environment that uses nothing of the Ansible on this machine, except the interpreter."""
    return {
        "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
        "ANSIBLE_CALLBACKS_ENABLED": "result_recorder",
        "ANSIBLE_COLLECTIONS_PATH": str(collections_path),
        "ANSIBLE_CONFIG": str(home / "ansible.cfg"),
        "ANSIBLE_HOME": str(home / ".ansible"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_LOCAL_TEMP": str(home / "local_tmp"),
        "ANSIBLE_NOCOLOR": "true",
        "ANSIBLE_NOCOWS": "true",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "ANSIBLE_REMOTE_TEMP": str(home / "remote_tmp"),
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "RESULT_RECORDER_FILE": str(home / "results.jsonl"),
    }


def run_command(command: list[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command. Return its exit status and all its output."""
    return subprocess.run(
        command,
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def run_playbook(
    text: str,
    *arguments: str,
    run: Callable[[Sequence[str], Path, dict[str, str]], subprocess.CompletedProcess[str]],
    collections_path: Path,
    folder: Path,
    env: dict[str, str] | None = None,
) -> PlaybookRun:
    """Run ansible-playbook with the text of a playbook in a separate folder."""
    playbook = folder / "playbook.yml"
    playbook.write_text(text, encoding="utf-8")
    environment = {**ansible_environment(collections_path, folder), **(env or {})}
    recorded = Path(environment["RESULT_RECORDER_FILE"])
    recorded.write_text("", encoding="utf-8")
    Path(environment["ANSIBLE_CONFIG"]).touch()
    done = run([str(playbook), *arguments], folder, environment)
    lines = recorded.read_text(encoding="utf-8").splitlines()
    return PlaybookRun(done.returncode, done.stdout, [json.loads(line) for line in lines])


def run_inventory(
    path: str, *arguments: str, collections_path: Path, folder: Path, env: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run ansible-inventory with its own home folder. An inventory that cannot be read is a failure."""
    strict = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}
    return subprocess.run(
        [sys.executable, "-m", "ansible.cli.inventory", "-i", path, *arguments],
        env={**ansible_environment(collections_path, folder), **strict, **env},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

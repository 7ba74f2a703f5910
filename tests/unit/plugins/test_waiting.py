# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run whose account is locked by another process: its reports, its time limit, and what it must not do."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import lock_child
import pytest
import support

from ansible_collections.community.linkengage.plugins.module_utils._machine import locks as _locks
from ansible_collections.community.linkengage.plugins.module_utils._service.account import account_of

EITHER_FORMAT = pytest.mark.parametrize(("data_format", "api_version"), [("json", 2), ("xml", 1)], ids=["json", "xml"])
BOOK = {"contacts": [{"phone_number": "4790555817"}], "read_strategy": "list"}
# Modules that create a record under the lock, and modules that only read.
CREATES = [
    ("contact", {"phone_number": "+4790555817"}),
    ("group", {"name": "On call"}),
    ("address_book", BOOK),
]
READS = [("contact_info", {}), ("group_info", {}), ("address_book_info", {}), ("user_info", {})]

Lock = Callable[[Any], Any]
Start = Callable[..., "subprocess.Popen[str]"]

LATENCY = 300  # milliseconds
MANY: dict[str, Any] = {
    "contacts": [{"phone_number": f"+47{40_000_000 + index}"} for index in range(200)],
    "read_strategy": "list",
    "workers": 4,
}


@pytest.fixture
def lock(new_machine, collections_path: Path) -> Lock:
    """``lock(account)``: a context in which another process (a Popen) holds the lock of the account."""

    def holding(account: Any) -> Any:
        name = account_of(account.simulator.login, account.simulator.api(2))
        return lock_child.holding(name, Path(tempfile.gettempdir()), collections_path)

    return holding


def who(process: subprocess.Popen[str]) -> str:
    """Return a pattern for the name of the other process in a message."""
    started = rf"process {process.pid} \(other\.yml, parent process {lock_child.CONTROLLER}\)"
    return rf"{started} since \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


def waited_for(process: subprocess.Popen[str]) -> str:
    """Return a pattern for the warning about a wait."""
    return rf"This task waited \d+ s for the lock of this account\. The lock was held by {who(process)}\."


class TestLockTimeout:
    @EITHER_FORMAT
    @pytest.mark.parametrize("stopped", [False, True], ids=["running", "stopped"])
    @pytest.mark.parametrize(("module", "options"), CREATES, ids=[name for name, _options in CREATES])
    def test_ends_the_wait_with_an_error_that_names_the_holder(
        self, account, lock: Lock, module: str, options: dict[str, Any], stopped: bool
    ) -> None:
        with lock(account) as process:
            process.send_signal(signal.SIGSTOP if stopped else signal.SIGCONT)
            result = account.run(module, **options, lock_timeout=0.2)
        expected = f"lock_timeout: the lock of this account is held by {who(process)}, and did not become free within "
        assert re.match(expected, result["msg"])
        assert "Nothing was written." in result["msg"]
        assert result["failure"]["kind"] == "locked"
        assert result["failure"]["holder"]["pid"] == process.pid
        assert result["failure"]["holder"]["program"] == "other.yml"
        assert account.writes == []
        assert account.done(module, **options, lock_timeout=0)["changed"] is True, "the lock ends with its process"
        account.done(module, **options, lock_timeout=0)
        assert account.writes == []

    @pytest.mark.parametrize(("module", "options"), READS, ids=[name for name, _options in READS])
    def test_does_not_delay_reads(self, json_account, lock: Lock, module: str, options: dict[str, Any]) -> None:
        with lock(json_account):
            json_account.done(module, **options, lock_timeout=0)

    @pytest.mark.parametrize(("module", "options"), CREATES, ids=[name for name, _options in CREATES])
    def test_does_not_matter_in_check_mode(
        self, json_account, lock: Lock, module: str, options: dict[str, Any]
    ) -> None:
        with lock(json_account):
            assert json_account.done(module, check=True, **options, lock_timeout=0)["changed"] is True
            assert json_account.writes == []

    def test_does_not_delay_the_error_of_a_wrong_file(self, json_account, lock: Lock, tmp_path: Path) -> None:
        (tmp_path / "contacts.yml").write_text("contacts: [", encoding="utf-8")
        with lock(json_account):
            message = json_account.refused("address_book", src=str(tmp_path / "contacts.yml"), lock_timeout=0)
        assert "contacts.yml" in message
        assert "lock_timeout" not in message

    @pytest.mark.parametrize("value", [-1, "nan", "soon"])
    def test_must_be_a_number_of_seconds(self, json_account, value: Any) -> None:
        assert "lock_timeout" in json_account.refused("contact", phone_number="+4790555817", lock_timeout=value)


# A module in a separate process. It writes to a file that it waits. A wait is reported at the first check.
NOTES = """
import runpy, sys
from ansible_collections.community.linkengage.plugins.module_utils._machine import locks
locks.SILENT = 0.0
note, name = sys.argv.pop(1), sys.argv.pop(1)
until = locks.Waiting.until
def noted(self, is_taken, holder, what):
    sleep = self._sleep
    def slept(seconds):
        open(note, "w").close()
        sleep(seconds)
    self._sleep = slept
    until(self, is_taken, holder, what)
locks.Waiting.until = noted
modules = "ansible_collections.community.linkengage.plugins.modules."
runpy.run_module(modules + name, run_name="__main__", alter_sys=True)
"""


def wait_for(process: subprocess.Popen[str], condition: Callable[[], Any]) -> None:
    """Wait until the condition is true. The process must still run then."""
    while not condition():
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.02)


def test_a_module_reports_the_wait_in_its_result(
    json_account, lock: Lock, collections_path: Path, tmp_path: Path
) -> None:
    arguments, note = tmp_path / "arguments.json", tmp_path / "waits"
    options = {**json_account.connection, "phone_number": "+4790555817"}
    arguments.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": options}), encoding="utf-8")
    command = [sys.executable, "-W", "ignore", "-c", NOTES, str(note), "linkengage_contact", str(arguments)]
    environment = {**os.environ, "PYTHONPATH": str(collections_path), "TMPDIR": tempfile.gettempdir()}
    with lock(json_account) as process:
        waiting = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        wait_for(waiting, note.exists)
        process.communicate("\n")
        result = json.loads(waiting.communicate(timeout=600)[0])
    assert result["changed"] is True
    assert re.search(waited_for(process), str(result["warnings"]))
    assert json_account.numbers() == ["4790555817"]


def test_a_task_that_fails_after_the_wait_reports_the_wait_too(json_account, lock: Lock, monkeypatch) -> None:
    monkeypatch.setattr(_locks, "SILENT", 0.0)
    json_account.simulator.faults(
        [{"match": {"method": "POST"}, "action": "status", "status": 400, "body": "Too late"}]
    )
    with lock(json_account) as process:
        monkeypatch.setattr(_locks.Waiting, "announce", lambda self, text: process.communicate("\n"))
        result = json_account.run("contact", phone_number="+4790555817")
    assert "Too late" in result["msg"]
    assert re.search(waited_for(process), str(result["warnings"]))


# Whole playbooks


@pytest.fixture
def start(json_account, new_machine, collections_path: Path, tmp_path: Path) -> Iterator[Start]:
    """``start(module, options, **variables)``: start a playbook with one task.

    Returns a Popen whose output is lines of text.
    """
    started: list[subprocess.Popen[str]] = []
    environment = {**support.ansible_environment(collections_path, tmp_path), "TMPDIR": tempfile.gettempdir()}
    Path(environment["ANSIBLE_CONFIG"]).touch()

    def run(module: str, options: dict[str, Any], **variables: Any) -> subprocess.Popen[str]:
        task = {"name": "The task", f"community.linkengage.linkengage_{module}": {**json_account.connection, **options}}
        play = {"hosts": "localhost", "gather_facts": False, "vars": variables, "tasks": [task]}
        playbook = tmp_path / "slow.yml"
        playbook.write_text(json.dumps([play]), encoding="utf-8")
        command = [sys.executable, "-m", "ansible.cli.playbook", str(playbook)]
        said = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        started.append(subprocess.Popen(command, env=environment, cwd=tmp_path, **said))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.wait()


def result_of(folder: Path) -> dict[str, Any]:
    (line,) = (folder / "results.jsonl").read_text(encoding="utf-8").splitlines()
    return json.loads(line)["result"]


@pytest.mark.slow
def test_the_terminal_shows_the_wait_while_it_lasts(json_account, lock: Lock, start: Start, tmp_path: Path) -> None:
    with lock(json_account) as process:
        playbook = start("contact", {"phone_number": "+4790555817", "lock_timeout": 300})
        lines = list(until(playbook, "linkengage: waiting for the lock"))
        expected = rf"linkengage: waiting for the lock of this account, held by {who(process)}; at most 29\d s more "
        assert re.match(expected, lines[-1])
        assert json_account.simulator.log(writes_only=True) == []
        process.communicate("\n")
    said = playbook.communicate(timeout=600)[0]
    assert playbook.returncode == 0, said
    assert re.search(waited_for(process), str(result_of(tmp_path)["warnings"]))
    assert json_account.numbers() == ["4790555817"]


def until(process: subprocess.Popen[str], text: str) -> Iterator[str]:
    """Yield the lines that a process prints, up to the first line that contains *text*."""
    assert process.stdout is not None
    for line in process.stdout:
        yield line
        if text in line:
            return
    raise AssertionError(f"it never said {text!r}")


class TestKill:
    """ansible-playbook is killed by SIGKILL, so it cannot stop its worker processes."""

    @pytest.mark.slow
    @pytest.mark.parametrize("in_process", [True, False], ids=["in process", "module"])
    @pytest.mark.parametrize(
        ("limits", "requests"),
        [({"requests_per_minute": 60000}, 12), ({"requests_per_minute": 12}, 12)],
        ids=["while it writes", "while it waits for the throttle"],
    )
    def test_stops_the_writes_within_a_second_and_releases_the_lock(
        self, json_account, start: Start, limits: dict[str, Any], requests: int, in_process: bool
    ) -> None:
        simulator = json_account.simulator
        simulator.options(latency=LATENCY)
        playbook = start("address_book", {**MANY, **limits}, linkengage_in_process=in_process)
        wait_for(playbook, lambda: len(simulator.log()) >= requests)

        second = another_contact(json_account, lock_timeout=0)
        assert "slow.yml" in second["msg"]
        assert f"parent process {playbook.pid}" in second["msg"]

        playbook.kill()
        # Or a moment earlier, because the kill does not need the answer.
        killed = datetime.fromisoformat(simulator.clock())
        playbook.wait()
        after = another_contact(json_account, lock_timeout=60)
        assert after["changed"] is True
        assert not after.get("warnings"), "it had to wait for the lock for more than three seconds"

        time.sleep(1.5)
        simulator.options(latency=0)
        own = [entry for entry in simulator.log(writes_only=True) if OTHER in entry["body"]]
        written = [entry for entry in simulator.log(writes_only=True) if entry not in own]
        assert len(own) == 1
        assert 0 < len(written) < 150
        late = [e for e in written if datetime.fromisoformat(e["time"]) > killed + timedelta(seconds=1)]
        assert late == []

        json_account.done("address_book", **MANY)
        assert len(json_account.contacts()) == 201
        json_account.done("address_book", **MANY)
        assert json_account.writes == []


OTHER = "41234567"


def another_contact(account, **options: Any) -> dict[str, Any]:
    """Create a contact while the playbook runs. The request log stays unchanged."""
    return support.run_module("linkengage_contact", **account.connection, phone_number=f"+47{OTHER}", **options)

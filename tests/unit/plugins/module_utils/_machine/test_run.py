# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run that a process belongs to: real processes whose parent processes are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._errors import NotSent
from ansible_collections.community.linkengage.plugins.module_utils._machine import run as _run
from ansible_collections.community.linkengage.plugins.module_utils._machine.run import VARIABLE, Run, run_of, this_run

GONE = 2**22 + 1  # no process has this id, because it is larger than the largest possible id

# A controller forks a worker process, which forks a module process. Both say whether their run is over, before and
# after the controller is killed. The run is passed to the module as text.
FAMILY = r"""
import os, signal, sys, time
from ansible_collections.community.linkengage.plugins.module_utils._machine import run as _run
from ansible_collections.community.linkengage.plugins.module_utils._machine.run import Run, run_of
if sys.argv[1] == "hidden":
    _run._parent_of = lambda pid: None
controller = os.getpid()
read_end, write_end = os.pipe()
if not os.fork():
    run = Run("site.yml", controller, os.getpid())
    if not os.fork():
        run = run_of(str(run))
    before = run.is_over()
    os.write(write_end, b"x")
    while os.getppid() == controller or not (after := run.is_over()):
        time.sleep(0.01)
    os.write(1, f"{before} {after}\n".encode())
    os._exit(0)
os.read(read_end, 1)
if not os.read(read_end, 1):
    sys.exit("a child has ended")
os.kill(controller, signal.SIGKILL)
"""


@pytest.fixture
def python(collections_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(collections_path)}
        command = [sys.executable, "-W", "ignore", "-c", script, *arguments]
        return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False, timeout=60)

    return run


@pytest.mark.parametrize("processes", ["seen", "hidden"])
def test_a_worker_and_its_module_see_that_the_controller_was_killed(python, processes: str) -> None:
    """Information about processes may be hidden: there is no /proc, or its files belong to another user."""
    done = python(FAMILY, processes)
    assert done.returncode == -signal.SIGKILL
    assert sorted(done.stdout.splitlines()) == ["False True", "False True"]


def test_a_module_sees_that_its_worker_was_killed() -> None:
    assert Run("site.yml", os.getppid(), GONE).is_over()


def test_a_run_without_a_controller_is_never_over() -> None:
    assert not Run("ansible-rulebook").is_over()
    Run("ansible-rulebook").require()


@pytest.mark.parametrize("name", ["site.yml", "a: b.yml", "\N{LATIN SMALL LETTER A WITH RING ABOVE} b.yml", ""])
def test_a_run_is_passed_as_text(name: str) -> None:
    assert run_of(str(Run(name or "python", 1, 2))) == Run(name or "python", 1, 2)


@pytest.mark.parametrize("text", [None, "", "site.yml", ":", "1:2", "a:b:c", "1::site.yml"])
def test_without_the_text_of_a_run_the_program_is_the_run(monkeypatch: pytest.MonkeyPatch, text: str | None) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/lib/linkengage_contact.py", "--password", "secret"])
    expected = Run("python", 1, 2) if text == "1:2" else Run("linkengage_contact")
    assert run_of(text) == expected


def test_a_module_reads_its_run_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1:2:site.yml")
    assert this_run() == Run("site.yml", 1, 2)


def test_a_name_is_short_and_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["\x1b[31mred\nline" + "e" * 1000])
    assert run_of(None).program == ("[31mredline" + "e" * 1000)[:80]


def test_sleep_ends_when_the_run_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(Run, "is_over", lambda self: len(slept) == 3)
    with pytest.raises(NotSent, match=r"ansible-playbook \(process 4711\) has ended"):
        Run("site.yml", 4711, 4712).sleep(1000, slept.append)
    assert slept == [_run.SLICE] * 3


def test_sleep_is_over_when_its_time_is() -> None:
    slept: list[float] = []
    Run("ansible-rulebook").sleep(0.0, slept.append)
    assert slept == []
    Run("ansible-rulebook").sleep(0.001)
    Run("ansible-rulebook").sleep(-1.0, slept.append)
    assert slept == []

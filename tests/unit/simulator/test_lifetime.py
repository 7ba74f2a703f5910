# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``--parent`` ends the simulator together with another process. Failures at the start are one line."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from linkengage_simulator import lifetime
from linkengage_simulator.process import SimulatorError, SimulatorProcess


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs until its stdin is closed."""
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        yield process
        process.kill()


def test_the_parent_of_a_process_is_found_with_and_without_proc(
    child: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lifetime.parent_of(child.pid) == os.getpid()
    monkeypatch.setattr(lifetime, "_status", lambda _pid: [])  # simulates a system without /proc
    assert lifetime.parent_of(child.pid) == os.getpid()


@pytest.mark.parametrize("system", ["pidfd", "proc", "other"])
def test_the_end_of_a_process_is_noticed(
    child: subprocess.Popen[bytes], system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if system != "pidfd":
        monkeypatch.delattr(os, "pidfd_open", raising=False)
    if system == "other":
        monkeypatch.setattr(lifetime, "_status", lambda _pid: [])

    async def story() -> None:
        waiting = asyncio.create_task(lifetime.until_ended(child.pid))
        await asyncio.sleep(0.5)
        assert not waiting.done()
        child.kill()
        if system == "other":  # on such a system, a process counts as ended when its parent has noticed the end
            child.wait()
        await waiting
        await lifetime.until_ended(child.pid)

    asyncio.run(story())


def test_the_simulator_ends_with_its_parent(child: subprocess.Popen[bytes], tmp_path: Path) -> None:
    state, env = tmp_path / "account.json", tmp_path / "env"
    arguments = ("--parent", str(child.pid), "--state", str(state), "--env-file", str(env))
    with SimulatorProcess(*arguments, detached=True) as simulator:
        assert stat.S_IMODE(env.stat().st_mode) == 0o600
        assert os.getsid(simulator.pid) == simulator.pid
        simulator.seed(contacts=[{"PhoneNumber": "41234567"}])
        child.kill()
        assert simulator._running().wait() == 0
        assert simulator.complaints() == ""
    assert "41234567" in state.read_text(encoding="utf-8")
    assert not env.exists()


def test_a_shell_reads_the_variables_with_eval(tmp_path: Path) -> None:
    env = tmp_path / "env"
    with SimulatorProcess("--env-file", str(env), password="it's a $HOME") as simulator:
        script = f'eval "$(cat {env})"; echo "$LINKENGAGE_API_URL|$LINKENGAGE_USERNAME|$LINKENGAGE_PASSWORD"'
        shown = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
        assert shown == f"{simulator.api()}|{simulator.login}|{simulator.password}\n"
        done = subprocess.run(["sh", "-c", f". {env}; env"], capture_output=True, text=True, check=True).stdout
        assert f"LINKENGAGE_API_URL={simulator.api()}\n" in done


def test_a_missing_library_is_one_line_with_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raises = "raise ModuleNotFoundError(\"No module named 'aiohttp'\", name='aiohttp')\n"
    (tmp_path / "aiohttp.py").write_text(raises, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(SimulatorError) as caught:
        SimulatorProcess().start()
    assert str(caught.value).splitlines()[1:] == [
        f"The simulator needs the Python library aiohttp, which {sys.executable} does not have. "
        f"Install it: {sys.executable} -m pip install aiohttp tzdata"
    ]


def test_a_time_zone_that_is_not_known_is_one_line() -> None:
    with pytest.raises(SimulatorError) as caught:
        SimulatorProcess("--clock-zone", "Nowhere").start()
    assert str(caught.value).splitlines()[1:] == [
        "This machine has no time zone Nowhere. If the name is correct, install the time zones: "
        f"{sys.executable} -m pip install tzdata"
    ]

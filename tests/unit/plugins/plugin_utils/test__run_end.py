# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Processes that end before their run: they report once, and then end as they would end without the report."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

# The report waits for a line of the test, or for stop(). The work of each test follows at the end.
PROGRAM = """
import atexit, os, queue, signal, sys, threading, time
from ansible_collections.community.linkengage.plugins.plugin_utils._run_end import RunEnd

waiting = queue.SimpleQueue()
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests can be run with nohup

# In one piece, because two processes write; and without a buffer, because a signal can interrupt another print.
def print(*texts, flush=True):
    os.write(1, (" ".join(map(str, texts)) + chr(10)).encode())

# In short waits, because a signal just before a wait does not end it.
def first(waiting):
    while True:
        try:
            return waiting.get(timeout=0.01)
        except queue.Empty:
            pass

def report(interrupted):
    print("interrupted" if interrupted else "ended", flush=True)
    if "wait" in sys.argv:
        threading.Thread(target=lambda: waiting.put(sys.stdin.readline()), daemon=True).start()
        print("waited for", first(waiting).strip() or "stop", flush=True)

def sleep():
    print("sleeping", flush=True)
    while True:
        time.sleep(0.01)

def handler(number, frame):
    print("handler", flush=True)
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)

{before}
end = RunEnd(report, lambda: waiting.put(""))
end.watch()
{work}
"""
AS_ANSIBLE = "try:\n    sleep()\nexcept KeyboardInterrupt:\n    sys.exit(99)"


class Process:
    def __init__(self, collections_path: Path, work: str, *arguments: str, before: str = "") -> None:
        program = PROGRAM.format(work=work, before=before)
        self._process = subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            env={**os.environ, "PYTHONPATH": str(collections_path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def end(self, text: str = "") -> tuple[int, list[str]]:
        """Return the exit status, and the rest of the output."""
        output, _errors = self._process.communicate(text)
        return self._process.returncode, output.split("\n")[:-1]


@pytest.mark.parametrize(
    ("work", "status", "lines"),
    [
        ("sys.exit(3)", 3, ["ended"]),
        ("raise SystemExit", 0, ["ended"]),
        ("end.over(); sys.exit(2)", 2, []),
        ("if not os.fork():\n    sys.exit(0)\nos.wait(); end.over()", 0, []),
    ],
    ids=["error", "no status", "over", "child"],
)
def test_a_process_that_ends_reports_once(work: str, status: int, lines: list[str], collections_path) -> None:
    assert Process(collections_path, work).end() == (status, lines)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(
    ("before", "lines"),
    [
        ("", ["interrupted"]),
        ("signal.signal({number}, handler)", ["interrupted", "handler"]),
    ],
    ids=["default", "handler"],
)
def test_a_signal_ends_the_process_after_the_report(number, before: str, lines: list[str], collections_path) -> None:
    process = Process(collections_path, AS_ANSIBLE, before=before.format(number=int(number)))
    assert process.line() == "sleeping"
    process.signal(number)
    assert process.end() == (-number, lines)


def test_a_signal_waits_until_the_locks_of_a_fork_are_free(collections_path) -> None:
    """While Ansible forks its workers, it holds locks that a report needs.

    The signal arrives while a hook of a fork runs.
    """
    before = (
        "held, _report = threading.Lock(), report\n"
        "def report(interrupted):\n    print('locked' if held.locked() else 'free'); _report(interrupted)\n"
        "fork = compile('with held: sleeping(); time.sleep(0.3)', 'multiprocessing/popen_fork.py', 'exec')\n"
        "sleeping = lambda: print('sleeping', flush=True)"
    )
    process = Process(collections_path, "exec(fork)\nwhile True: time.sleep(0.01)", before=before)
    assert process.line() == "sleeping"
    process.signal(signal.SIGTERM)
    assert process.end() == (-signal.SIGTERM, ["free", "interrupted"])


def test_an_ignored_signal_stays_ignored(collections_path) -> None:
    process = Process(collections_path, AS_ANSIBLE, before="signal.signal(signal.SIGHUP, signal.SIG_IGN)")
    assert process.line() == "sleeping"
    process.signal(signal.SIGHUP)
    process.signal(signal.SIGINT)
    assert process.end() == (99, ["interrupted"])


def test_an_interruption_keeps_its_exit_status(collections_path) -> None:
    process = Process(collections_path, AS_ANSIBLE)
    assert process.line() == "sleeping"
    process.signal(signal.SIGINT)
    assert process.end() == (99, ["interrupted"])


def test_a_second_interruption_ends_a_process_that_does_not_end(collections_path) -> None:
    """This is the case for Ansible: its handler interrupts a run once, and it can then wait forever for a worker."""
    before = (
        "def once(number, frame):\n    signal.signal(number, signal.SIG_DFL)\n    raise KeyboardInterrupt\n"
        "signal.signal(signal.SIGINT, once)"
    )
    process = Process(collections_path, "try:\n    sleep()\nexcept KeyboardInterrupt:\n    sleep()", before=before)
    for _time in range(2):
        assert process.line() == "sleeping"
        process.signal(signal.SIGINT)
    assert process.end() == (-signal.SIGINT, ["interrupted"])


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
def test_a_second_interruption_ends_the_wait(first: int, collections_path) -> None:
    process = Process(collections_path, AS_ANSIBLE, "wait")
    assert process.line() == "sleeping"
    process.signal(first)
    assert process.line() == "interrupted"
    process.signal(signal.SIGTERM)  # this signal changes nothing
    process.signal(signal.SIGINT)
    assert process.line() == "waited for stop"
    assert process.end() == (99 if first == signal.SIGINT else -signal.SIGTERM, [])


def test_a_forked_process_does_not_report(collections_path) -> None:
    """Ansible forks its worker processes, and ends them with SIGTERM."""
    work = "child = os.fork()\nif not child:\n    sleep()\nprint(child, flush=True)\nprint(os.wait()[1])\nend.over()"
    process = Process(collections_path, work)
    lines = [process.line(), process.line()]
    os.kill(int(next(line for line in lines if line.isdigit())), signal.SIGTERM)
    assert process.end() == (0, [str(int(signal.SIGTERM))])


def test_the_workers_of_a_terminated_run_end_before_the_report(collections_path) -> None:
    # signal.pause would never return if the signal arrived just before it. A signal just after a fork would be lost.
    work = (
        "import multiprocessing\n"
        "def rest():\n    print('resting')\n    while True:\n        time.sleep(0.01)\n"
        "worker = multiprocessing.get_context('fork').Process(target=rest)\nworker.start()\n"
        f"{AS_ANSIBLE}"
    )
    before = "signal.signal(signal.SIGTERM, handler)"
    joined = "\n".join(["_report = report", "def report(interrupted):", "    worker.join(); _report(interrupted)"])
    process = Process(collections_path, work, before=f"{before}\n{joined}")
    assert {process.line(), process.line()} == {"sleeping", "resting"}
    process.signal(signal.SIGTERM)
    assert process.end() == (-signal.SIGTERM, ["interrupted", "handler"])

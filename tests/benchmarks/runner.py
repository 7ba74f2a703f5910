# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a case as a whole process with the simulator, and measures the process."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks import book
from benchmarks.cases import EMPTY, LOOPS, SOURCES, Case
from benchmarks.results import Result, merged
from collections_tree import make_tree

from linkengage_simulator.process import SimulatorProcess

HERE = Path(__file__).resolve().parent
PLAYBOOKS = {"empty": "empty", "inline": "inline", "contact": "contact_loop", "contact-module": "contact_loop"}
PLAYBOOKS |= {"uri": "uri_loop", "reread": "src"} | dict.fromkeys(SOURCES, "src")
FOUND = re.compile(r"throttled this run (\d+) time")


class BenchError(Exception):
    """A measured run failed, or did not do its task."""


class Runner:
    """Runs cases in *folder*, all with one simulator."""

    def __init__(self, folder: Path, simulator: SimulatorProcess) -> None:
        self.folder, self.simulator = folder, simulator
        self._sources: dict[int, dict[str, Path]] = {}
        self._empty: list[Result] = []
        self._tree = tree = make_tree(folder / "collections")
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "LINKENGAGE_"))},
            "ANSIBLE_COLLECTIONS_PATH": str(tree),
            "ANSIBLE_HOME": str(folder / "ansible"),
            "ANSIBLE_LOCAL_TEMP": str(folder / "local_tmp"),
            "ANSIBLE_REMOTE_TEMP": str(folder / "remote_tmp"),
            "ANSIBLE_CONFIG": str(HERE.parent.parent / "demo" / "ansible.cfg"),
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "LC_ALL": "C.UTF-8",
            "LINKENGAGE_API_URL": simulator.api(2),
            "LINKENGAGE_USERNAME": simulator.login,
            "LINKENGAGE_PASSWORD": simulator.password,
            "LINKENGAGE_DEFAULT_COUNTRY_CODE": "47",
        }

    def scene(self, cases: list[Case]) -> Iterator[Result]:
        """Measure the cases of one scene in turns.

        Each turn also runs an empty playbook, whose result ``empty`` returns.
        """
        self.prepare(cases[0])
        results: dict[Case, list[Result]] = {case: [] for case in cases}
        nothing: list[Result] = []
        for turn in range(max(case.repeat for case in cases)):
            nothing.append(self.once(EMPTY))
            for case in cases:
                if turn < case.repeat:
                    results[case].append(self.once(case))
        self._empty += nothing
        for found in results.values():
            result = merged(found)
            result.empty_seconds = merged(nothing).seconds
            yield result

    def empty(self) -> Result:
        """Return the result of the empty playbook in all turns so far."""
        return merged(self._empty)

    def prepare(self, case: Case) -> None:
        """Fill the account for a case."""
        self.simulator.reset(**book.seed(case.size, case.state))
        self.simulator.options(latency=case.latency)

    def once(self, case: Case, **environment: str) -> Result:
        """Run a case once. Raises BenchError if the run fails or makes another number of writes than expected."""
        if case.state != "unchanged":
            self.prepare(case)
        self.simulator.clear_log()
        environment = {**self._new_machine(), **environment, "LINKENGAGE_DATA_FORMAT": case.wire}
        output, figures = self._launch(self.command(case), environment)
        log = self.simulator.log()
        answered = [entry for entry in log if not entry["throttled"]]
        result = Result(
            case,
            [figures["seconds"]],
            figures["peak_mib"],
            figures["cpu_seconds"],
            reads=sum(entry["method"] == "GET" for entry in answered),
            writes=sum(entry["method"] != "GET" for entry in answered),
            refused=len(log) - len(answered),
            connections=len({entry["connection"] for entry in log}),
            reported_refused=sum(int(times) for times in FOUND.findall(" ".join(output.split()))),
        )
        check(result)
        if case.method == "contact":
            result.request_seconds = self._replay(case, answered)
        return result

    def play(self, playbook: str, variables: dict[str, Any]) -> tuple[float, list[dict[str, Any]]]:
        """Run a playbook with variables, as on a new machine. Returns its seconds and its requests."""
        self.simulator.clear_log()
        _output, figures = self._launch(self._playbook(playbook, variables), self._new_machine())
        return figures["seconds"], self.simulator.log()

    def sends(self, stores: dict[str, dict[str, str]], rounds: int) -> dict[str, list[float]]:
        """Send messages with idempotency keys, with each store in turns. Returns the milliseconds of each send."""
        self.simulator.reset()
        environment = {**self._new_machine(), "PYTHONPATH": str(self._tree)}
        command = [sys.executable, str(HERE / "send.py"), json.dumps(stores), str(rounds)]
        text, _figures = self._launch(command, environment)
        times: dict[str, list[float]] = json.loads(text.splitlines()[0])
        return times

    def refusals(self) -> list[float]:
        """Return the times at which the simulator refused requests of the last run, in seconds."""
        return [
            datetime.fromisoformat(entry["time"]).timestamp() for entry in self.simulator.log() if entry["throttled"]
        ]

    def _new_machine(self) -> dict[str, str]:
        """Return an environment in which nothing is left from an earlier run."""
        folder = tempfile.mkdtemp(prefix="machine-", dir=self.folder)
        return {"TMPDIR": folder, "XDG_STATE_HOME": folder}

    def command(self, case: Case) -> list[str]:
        """Return the command line of a case."""
        if case.method == "floor":
            return [sys.executable, str(HERE / "floor.py"), str(self._source(case.size, "json")), case.wire]
        variables: dict[str, Any] = {"bench_workers": case.workers}
        if case.method in SOURCES:
            variables["bench_src"] = str(self._source(case.size, case.method.partition("-")[2]))
        elif case.method == "reread":
            variables |= {"bench_src": str(self._source(case.size, "json")), "bench_reread": "always"}
        elif case.method != "empty":
            variables["bench_vars"] = str(self._source(case.size, "vars"))
        if case.method == "contact-module":
            variables["linkengage_in_process"] = False
        return self._playbook(PLAYBOOKS[case.method], variables)

    def _playbook(self, name: str, variables: dict[str, Any]) -> list[str]:
        options = ["-i", "localhost,", "-c", "local", "-e", json.dumps(variables)]
        return [sys.executable, "-m", "ansible.cli.playbook", *options, str(HERE / "playbooks" / f"{name}.yml")]

    def _source(self, size: int, kind: str) -> Path:
        if size not in self._sources:
            self._sources[size] = book.write_sources(self.folder, size)
        return self._sources[size][kind]

    def _launch(self, command: list[str], more: dict[str, str]) -> tuple[str, dict[str, float]]:
        path = self.folder / "output.txt"
        with path.open("w", encoding="utf-8") as output:
            done = subprocess.run(
                [sys.executable, "-S", str(HERE / "launch.py"), *command],
                env={**self._environment, **more},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.PIPE,
                text=True,
                check=True,
            )
        *errors, last = done.stderr.splitlines()
        text = "\n".join([path.read_text(encoding="utf-8"), *errors])
        figures: dict[str, float] = json.loads(last)
        if figures["status"]:
            raise BenchError(f"{' '.join(command)} ended with {figures['status']}:\n{text[-3000:]}")
        return text, figures

    def _replay(self, case: Case, log: list[dict[str, Any]]) -> float:
        self.prepare(case)
        kept = ("Accept", "Content-Type")
        calls = [
            [
                entry["method"],
                entry["raw_path"],
                {k: v for k, v in entry["headers"].items() if k in kept},
                entry["body"],
            ]
            for entry in log
        ]
        path = self.folder / "calls.json"
        path.write_text(json.dumps(calls), encoding="utf-8")
        text, _figures = self._launch([sys.executable, str(HERE / "replay.py"), str(path)], {})
        return float(text.split()[0])


def check(result: Result) -> None:
    """Raise BenchError if a run made more or fewer writes than expected."""
    case = result.case
    if case == EMPTY:
        expected = 0
    elif case.method in LOOPS:
        expected = case.size if case.state == "new" else 0
    else:
        expected = book.writes(case.size, case.state)
    if result.writes != expected:
        raise BenchError(f"{case} made {result.writes} writes, but {expected} were expected")


@contextmanager
def runner(folder: Path, *arguments: str) -> Iterator[Runner]:
    """Yield a runner with its own simulator, which gets the *arguments*."""
    folder.mkdir(parents=True, exist_ok=True)
    with SimulatorProcess(*arguments, deadline=120) as simulator:
        yield Runner(folder, simulator)

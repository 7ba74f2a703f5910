# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find inputs that raise an undocumented error: ``python tests/fuzz/fuzz.py --seconds 60``.

Each target runs in its own process. A target ends at its first failure, and prints the command that repeats the
failure.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ONE_TARGET = Path(__file__).resolve().parent / "one_target.py"
STARTING = 2  # seconds in which a process imports the tested code


class Share(NamedTuple):
    """What a target gets: of 1000 inputs, and of 100 seconds. Some inputs take longer than others."""

    inputs: int
    seconds: int


SHARES = {
    "answers": Share(400, 22),
    "store": Share(5, 13),
    "tables": Share(12, 11),
    "connection": Share(8, 11),
    "receivers": Share(80, 10),
    "texts": Share(60, 9),
    "documents": Share(25, 9),
    "dates": Share(150, 6),
    "numbers": Share(120, 5),
    "cursor": Share(80, 2),
    "columns": Share(60, 2),
}


class Found(NamedTuple):
    """The result of one target."""

    target: str
    inputs: int
    failure: str


def start() -> tuple[str, ...]:
    """Return the beginning of a command. With fixed memory addresses, atheris makes the same inputs in each run."""
    fixed = ("setarch", "--addr-no-randomize")
    allowed = (
        shutil.which(fixed[0]) and subprocess.run((*fixed, "true"), capture_output=True, check=False).returncode == 0
    )
    return (*(fixed if allowed else ()), sys.executable, str(ONE_TARGET))


def run(target: str, engine: str, *arguments: object) -> Found:
    """Run one target. All its files are in a folder that is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="linkengage-fuzz-") as folder:
        command = (*start(), target, "--engine", engine, "--folder", folder, *map(str, arguments))
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        done = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
    counted = re.search(r"number_of_executed_units:\s+(\d+)", done.stdout)
    inputs = int(counted[1]) if counted else 0
    return Found(target, inputs, done.stdout if done.returncode or not inputs else "")


def main() -> int:
    installed = "atheris" if importlib.util.find_spec("atheris") else "hypothesis"
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--seed", type=int, default=1, help="the seed of the random inputs")
    add("--seconds", type=int, default=280, help="stop after this number of seconds")
    add("--inputs", type=int, default=1_000_000, help="stop after this number of inputs")
    add("--processes", type=int, default=2, help="the number of parallel processes")
    add("--engine", choices=("atheris", "hypothesis"), default=installed, help="the library that makes the inputs")
    add("--only", choices=SHARES, help="test only this target")
    add("--repeat", nargs=2, metavar=("TARGET", "INPUT"), help="repeat one input, as a failure prints it")
    given = parser.parse_args()
    if given.repeat:
        found = run(given.repeat[0], "atheris", "--given", given.repeat[1])
        print(found.failure)
        return int("no failure" not in found.failure)
    begun = time.monotonic()
    with ThreadPoolExecutor(given.processes) as pool:
        results = list(pool.map(lambda target: share(target, given), [given.only] if given.only else SHARES))
    return report(given, results, time.monotonic() - begun)


def share(target: str, given: argparse.Namespace) -> Found:
    """Run one target with its share of the inputs and of the time."""
    whole = given.seconds * given.processes - STARTING * len(SHARES)
    seconds = max(1, given.seconds if given.only else whole * SHARES[target].seconds // 100)
    inputs = max(1, given.inputs if given.only else given.inputs * SHARES[target].inputs // 1000)
    return run(target, given.engine, "--seed", given.seed, "--inputs", inputs, "--seconds", seconds)


def report(given: argparse.Namespace, results: list[Found], seconds: float) -> int:
    failed = [found for found in results if found.failure]
    for found in failed:
        print(f"{found.target}:\n{found.failure}")
    total = sum(found.inputs for found in results)
    print(", ".join(f"{found.target} {found.inputs}" for found in results))
    print(f"seed {given.seed}, {given.engine}: {total} inputs in {seconds:.0f} s, {len(failed)} failures")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())

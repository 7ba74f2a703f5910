# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``make bench``: measure the ways to manage an address book. Each measurement is a whole process.

The targets are ratios and counts within one run, never seconds. The results are written to tests/output/bench.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "simulator")]

from benchmarks import book, cases, plot, reading, report, sending  # noqa: E402
from benchmarks.results import Result, Run, Throttled, windows  # noqa: E402
from benchmarks.runner import BenchError, runner  # noqa: E402
from benchmarks.targets import judge  # noqa: E402

OUTPUT = ROOT / "tests" / "output" / "bench"
RESULTS = "results.json"
PAGE = ROOT / "docs" / "docsite" / "rst" / "performance.rst"
README = ROOT / "README.md"
# A run with a throttle takes minutes, so its address book is small. Its requests fit into three time windows, but not
# into two.
RATE, SIZE = 60, 150


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="measure for three minutes instead of about twenty")
    for name, kind, known in (
        ("method", str, tuple(cases.METHODS)),
        ("size", int, cases.SIZES),
        ("state", str, book.STATES),
        ("latency", int, cases.LATENCIES),
    ):
        only = f"measure only this {name}; the option can be repeated"
        parser.add_argument(f"--{name}", action="append", type=kind, choices=known, default=[], help=only)
    parser.add_argument(
        "--minutes", type=float, default=20.0, help="start no measurement later than this (default: 20)"
    )
    parser.add_argument("--throttle", action="store_true", help="also measure with a throttle (three minutes)")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="the folder for the results")
    parser.add_argument(
        "--publish", action="store_true", help="also write the figures to the documentation and README.md"
    )
    parser.add_argument("--formats", action="store_true", help="only compare the formats of src (half a minute)")
    parser.add_argument("--again", action="store_true", help="do not measure; report the results of the last run")
    return parser.parse_args()


def machine() -> str:
    """Return a description of the machine, without names and paths."""
    names = ("ansible-core", "requests", "xmltodict", "phonenumberslite", "PyYAML")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    hardware = f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}"
    return f"{hardware}, Python {platform.python_version()}, {versions}."


def measure(wanted: list[cases.Case], folder: Path, minutes: float) -> list[Result]:
    """Measure the cases until the time is over. Returns the results."""
    results: list[Result] = []
    until = time.monotonic() + minutes * 60
    with runner(folder) as here:
        for scene in cases.scenes(wanted):
            if time.monotonic() > until:
                print(f"Not measured, because {minutes:g} minutes are over: {', '.join(map(str, scene))}", flush=True)
                continue
            for result in here.scene(scene):
                results.append(result)
                show(result)
        return [here.empty(), *results]


def show(result: Result) -> None:
    """Print one result on the terminal, to show the progress."""
    case = result.case
    what = f"{case.method:15} {case.size:6} {case.state:9} {case.wire:4} {case.latency:2} ms"
    print(f"{what}  {case.workers} workers  {result.seconds:8.2f} s  {result.peak_mib:5.0f} MiB", flush=True)


def under_throttle(folder: Path, paced: bool, workers: int) -> Throttled:
    """Create a new address book with a simulator that allows RATE requests per minute."""
    case = cases.Case("src-json", SIZE, "new", workers=workers)
    with runner(folder, "--rate", str(RATE)) as here:
        result = here.once(case, **{"LINKENGAGE_REQUESTS_PER_MINUTE": str(RATE)} if paced else {})
        refused = windows(here.refusals())
    return Throttled(RATE, paced, workers, result.seconds, result.writes, refused, result.reported_refused)


def throttled(folder: Path) -> list[Throttled]:
    """Do the runs with a throttle. They run in parallel, because they only wait."""
    ways = [(paced, workers) for paced in (False, True) for workers in (cases.WORKERS, cases.RATE_WORKERS)]
    with ThreadPoolExecutor(len(ways)) as pool:
        jobs = [pool.submit(under_throttle, folder / f"{paced}-{workers}", paced, workers) for paced, workers in ways]
        return [job.result() for job in jobs]


def run(options: argparse.Namespace) -> Run:
    """Run the chosen cases. Raises BenchError."""
    choice = (options.method, options.size, options.state, options.latency)
    wanted = cases.chosen(cases.quick() if options.quick else cases.full(), *choice)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        results = measure(wanted, Path(name), options.minutes)
        waits = throttled(Path(name)) if options.throttle or not (options.quick or any(choice)) else []
        with runner(Path(name, "reads")) as here:
            reads, sends = ([], []) if any(choice) else (reading.measure(here), sending.measure(here))
    where = (
        f"{machine()} Load average of the machine: {load:.1f} before the run, {os.getloadavg()[0]:.1f} after the run."
    )
    return Run(where, results, waits, reads, sends)


def publish(done: Run, text: str) -> None:
    """Write the figures to the page about performance, to its picture, and to the table in the README."""
    for path, part in ((PAGE, text), (README, report.readme(done.results, done.machine))):
        path.write_text(report.replaced(path.read_text(encoding="utf-8"), part), encoding="utf-8")
    plot.draw(done.results, PAGE.with_suffix(".svg"))


def save(options: argparse.Namespace, done: Run) -> bool:
    """Print and write all results. Returns whether all targets were met."""
    targets = judge(done.results, done.throttled, done.reads, done.sends)
    print("\n" + report.plain(report.HEAD, report.rows(done.results), 5))
    print(report.plain(report.TARGET_HEAD, report.target_rows(targets), 4))
    options.output.mkdir(parents=True, exist_ok=True)
    everything = {**done.as_json(), "targets": [target.as_json() for target in targets]}
    (options.output / RESULTS).write_text(json.dumps(everything, indent=1) + "\n", encoding="utf-8")
    text = report.document(done.results, targets, done.machine, options.quick)
    (options.output / "results.rst").write_text(f"{report.heading('Benchmark', '=')}\n\n{text}", encoding="utf-8")
    plot.draw(done.results, options.output / "performance.svg")
    if options.publish:
        publish(done, text)
    return all(target.passed is not False for target in targets)


def main() -> int:
    options = arguments()
    if options.formats:
        from benchmarks import formats  # imported here, because only the option --formats needs its libraries

        return formats.main()
    started = time.monotonic()
    try:
        if options.again:
            done = Run.from_json(json.loads((options.output / RESULTS).read_text(encoding="utf-8")))
        else:
            done = run(options)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 2
    met = save(options, done)
    print(f"{done.machine} {time.monotonic() - started:.0f} s.")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())

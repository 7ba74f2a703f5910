# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables of the results, for a terminal and as reStructuredText. Pure."""

from __future__ import annotations

from benchmarks.cases import EMPTY, LOOPS, METHODS, Case
from benchmarks.results import Result
from benchmarks.targets import Target

STATES = {"unchanged": "unchanged contacts", "changed": "1 % changed contacts", "new": "new contacts"}
VERDICTS = {True: "pass", False: "FAIL", None: ""}
Row = tuple[str, ...]
HEAD: Row = (
    *("method", "contacts", "state", "format", "latency", "workers"),
    *("time", "ratio to the plain script", "time per item", "reads", "writes", "connections", "peak MiB"),
)


def table(head: Row, rows: list[Row]) -> str:
    """Return a table of reStructuredText."""
    entries = [
        "\n".join(f"{'   * - ' if not place else '     - '}{_code(cell) or 'n/a'}" for place, cell in enumerate(row))
        for row in (head, *rows)
    ]
    return "\n".join([".. list-table::", "   :header-rows: 1", "", *entries]) + "\n"


def heading(text: str, line: str) -> str:
    """Return a heading of reStructuredText. The line under the text sets the level."""
    return f"{text}\n{line * len(text)}"


def _code(text: str) -> str:
    return text.replace("`", "``")


def plain(head: Row, rows: list[Row], numbers: int) -> str:
    """Return a table for a terminal."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    lines = [
        "  ".join(
            cell.ljust(width) if place < numbers else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths))
        ).rstrip()
        for row in (head, *rows)
    ]
    return "\n".join(lines) + "\n"


def rows(results: list[Result]) -> list[Row]:
    """Return one row for each case.

    Only loops have a time per item. It is the time of the loop divided by the number of contacts in the row.
    """
    floors = {_place(result): result.seconds for result in results if _is_floor(result)}
    return [_row(result, floors.get(_place(result))) for result in results]


def _place(result: Result) -> tuple[object, ...]:
    return (*result.case.scene, result.case.wire)


def _is_floor(result: Result) -> bool:
    return result.case.method == "floor"


def _row(result: Result, floor: float | None) -> Row:
    case = result.case
    looped = case.method in LOOPS
    multiple = "" if floor is None or _is_floor(result) else f"{max(result.own_seconds, 0) / floor:.1f}"
    if case.method == "empty":
        return (METHODS["empty"], *[""] * 5, f"{result.seconds:.2f} s", *[""] * 5, f"{result.peak_mib:.0f}")
    return (
        METHODS[case.method],
        f"{case.size:,}",
        STATES[case.state],
        case.wire.upper(),
        f"{case.latency} ms",
        "1" if looped or _is_floor(result) else str(case.workers),
        f"{result.seconds:.2f} s",
        multiple,
        f"{result.own_seconds / case.size * 1000:.1f} ms" if looped else "",
        f"{result.reads:,}",
        f"{result.writes:,}",
        f"{result.connections:,}",
        f"{result.peak_mib:.0f}",
    )


def target_rows(targets: list[Target]) -> list[Row]:
    return [(target.name, target.limit, target.measured, VERDICTS[target.passed]) for target in targets]


TARGET_HEAD: Row = ("target", "limit", "measured", "result")
README_HEAD: Row = ("task", "time", "requests", "what a second run writes")
COMMAND = ".venv/bin/nox --session bench"
# The lines between which the results are written: in a page of the documentation, and in the README.
MARKS = ((".. measured-begin\n", ".. measured-end\n"), ("<!--measured-begin-->\n", "<!--measured-end-->\n"))
EXPLANATION = """\
Most times are the median of three or five runs. The slowest cases ran only once. The time of a run is the time from the
start to the end of the process. The plain script is the file ``tests/benchmarks/floor.py``, and does not use Ansible.
The benchmark calculates the values of two columns:

- "ratio to the plain script": the benchmark subtracts the time of an empty playbook from the time of the run, and
  divides the result by the time of the plain script for the same contacts and the same format.
- "time per item": the benchmark subtracts the time of an empty playbook from the time of the loop, and divides the
  result by the number of contacts.

The column "format" shows the ``data_format`` of the requests and answers. If a run has several processes, the column
"peak MiB" shows the peak memory of the process that needs the most memory. The columns "reads" and "writes" show
numbers of requests, and the column "connections" shows the number of HTTP connections. If a column would have the same
value in all rows of a table, the table omits this column. "n/a" means that there is no value.
"""


def section(results: list[Result], state: str, late: bool, command: str) -> str:
    """Return the table of one state, with or without latency, and the command that repeats the measurement."""
    found = [r for r in results if r.case.state == state and (r.case.latency > 0) == late and r.case.size]
    if not found:
        return ""
    latencies = sorted({r.case.latency for r in found})
    title = STATES[state].capitalize() + (", with latency" if late else "")
    options = " ".join([f"--state {state}", *(f"--latency {latency}" for latency in latencies)])
    head, kept = narrowed(HEAD, rows(results), results, found)
    return "\n\n".join(
        [heading(title, "~"), f"To repeat these measurements, run ``{command} {options}``.", table(head, kept)]
    )


def narrowed(head: Row, table: list[Row], results: list[Result], kept: list[Result]) -> tuple[Row, list[Row]]:
    """Return the rows of the *kept* results, without the columns that have the same value in all of these rows."""
    chosen = [row for row, result in zip(table, results) if result in kept]
    useful = [i for i in range(len(head)) if i == 0 or len({row[i] for row in chosen}) > 1]
    return tuple(head[i] for i in useful), [tuple(row[i] for i in useful) for row in chosen]


def document(results: list[Result], targets: list[Target], machine: str, quick: bool = False) -> str:
    """Return all results as reStructuredText, for a page with a heading, with the commands that repeat the
    measurements.
    """
    results = sorted(results, key=lambda result: (result.case.latency, result.case.size))
    arguments = " --quick" * quick
    measure = f"To measure all targets, run ``{COMMAND}{' --' * quick}{arguments}``."
    command = f"{COMMAND} --{arguments}"
    parts = [f"Machine: {machine}", heading("Targets", "-"), measure, table(TARGET_HEAD, target_rows(targets))]
    parts += [heading("Measurements", "-"), EXPLANATION]
    parts += [section(results, state, late, command) for late in (False, True) for state in STATES]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def readme(results: list[Result], machine: str) -> str:
    """Return the table of the README, in Markdown. Raises KeyError if the results lack one of its cases."""
    found = {result.case: result for result in results}
    programmed = "depends on your playbook"
    rows = [
        _readme_row("`ansible.builtin.uri` in a loop", found[Case("uri", 100)], programmed),
        _readme_row("`linkengage_contact` in a loop", found[Case("contact", 100)]),
        _readme_row("`linkengage_address_book` with `src`", found[Case("src-json", 100)]),
        _readme_row("`linkengage_address_book` with `src`, 10,000 contacts", found[Case("src-json", 10_000)]),
    ]
    lines = [f"| {' | '.join(row)} |" for row in (README_HEAD, ("---",) * len(README_HEAD), *rows)]
    lines[1] = lines[1].replace(" ", "")
    empty = next(result.seconds for result in results if result.case == EMPTY)
    cores = machine.partition(",")[0]
    text = f"""\
The command `.venv/bin/nox --session bench` measured these times on a machine with {cores}. The simulator ran
on the same machine as `ansible-playbook`. An empty playbook takes about {empty:.1f} s. All times in the table include
this time."""
    return "\n".join([*lines, "", text]) + "\n"


def _readme_row(task: str, result: Result, writes: str = "nothing") -> Row:
    seconds = f"{result.seconds:.0f} s" if result.seconds >= 10 else f"{result.seconds:.1f} s"
    return task, seconds, f"{result.reads + result.writes:,}", writes


def replaced(page: str, text: str) -> str:
    """Return a page with *text* between the marked lines. Raises ValueError if the page has no such lines."""
    begin, end = next((marks for marks in MARKS if marks[0] in page), MARKS[0])
    before, rest = page[: page.index(begin)], page[page.index(end) :]
    return f"{before}{begin}\n{text}\n{rest}"

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pure parts of the benchmark: the cases, the targets and the tables. No test depends on measured times."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
import yaml
from benchmarks import book, cases, report, targets
from benchmarks.cases import EMPTY, Case
from benchmarks.results import Read, Result, Run, Sends, Throttled, merged, windows


def result(case: Case, seconds: float = 1.0, peak_mib: float = 50.0, reads: int = 7, **more: float) -> Result:
    writes = book.writes(case.size, case.state) if case.size else 0
    counted = {
        "empty_seconds": min(seconds, 1.0),
        "cpu_seconds": seconds,
        "refused": 0,
        "connections": 1,
        "reads": reads,
        "writes": writes,
        **more,
    }
    return Result(case, [seconds], peak_mib, **counted)  # type: ignore[arg-type]


def verdicts(*results: Result) -> dict[tuple[str, str], bool | None]:
    return {(target.name, target.limit): target.passed for target in targets.judge(list(results), [])}


@pytest.mark.parametrize("state", book.STATES)
@pytest.mark.parametrize("size", cases.SIZES[:3])
def test_the_number_of_expected_writes_is_the_number_of_differences(size: int, state: str) -> None:
    seed = book.seed(size, state)
    held = {contact["PhoneNumber"]: contact for contact in seed["contacts"]}
    differing = 0
    for contact in book.contacts(size):
        there = held.get(contact["phone_number"].lstrip("+"), {})
        wanted = {book.WIRE[name]: value for name, value in contact.items() if name != "phone_number"}
        differing += any(there.get(name) != value for name, value in wanted.items())
    if not seed["groups"]:
        differing += sum(1 + len(group["members"]) for group in book.groups(size))
    assert differing == book.writes(size, state)


def test_every_source_declares_the_same(tmp_path: Path) -> None:
    paths = book.write_sources(tmp_path, 20)
    declared = json.loads(paths["json"].read_text(encoding="utf-8"))
    assert declared == {"contacts": book.contacts(20), "groups": book.groups(20)}
    assert yaml.safe_load(paths["yaml"].read_text(encoding="utf-8")) == declared
    assert yaml.safe_load(paths["vars"].read_text(encoding="utf-8"))["bench_contacts"] == declared["contacts"]
    with (paths["csv"] / "contacts.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == declared["contacts"]
    assert yaml.safe_load((paths["csv"] / "groups.yml").read_text(encoding="utf-8")) == {"groups": declared["groups"]}


@pytest.mark.parametrize("planned", [cases.quick(), cases.full()], ids=["quick", "full"])
def test_a_run_measures_each_case_once_and_loops_only_in_small_sizes(planned: list[Case]) -> None:
    assert planned[0] == EMPTY
    assert len(set(planned)) == len(planned)
    assert all(case.size <= 1_000 for case in planned if case.method in cases.LOOPS)
    assert all(case.size in cases.SIZES and case.latency in cases.LATENCIES for case in planned[1:])
    shared = cases.scenes(planned)
    assert sum(map(len, shared)) == len(planned) - 1
    assert all(len({case.scene for case in scene}) == 1 for scene in shared)


def test_the_full_run_measures_every_target_but_the_throttle() -> None:
    measured = [
        result(case, 0.5 if case == EMPTY else 1 + case.size / 10, 50 + case.size / 100, request_seconds=1.0)
        for case in cases.full()
    ]
    judged = targets.judge(measured, [])
    unmeasured = [target.name for target in judged if target.passed is None]
    assert unmeasured == [target.name for target in judged][-6:]
    assert all("the service limits the requests" in name for name in unmeasured[-2:])


def test_filters_choose_the_cases() -> None:
    chosen = cases.chosen(cases.full(), ["floor"], [1_000], ["new"], [0])
    assert {(case.method, case.size, case.state, case.latency) for case in chosen[1:]} == {("floor", 1_000, "new", 0)}
    assert chosen[0] == EMPTY
    assert cases.chosen(cases.quick()) == cases.quick()


@pytest.mark.parametrize(
    ("method", "size", "seconds", "floors", "passed"),
    [
        ("json", 10_000, 3.0, 2, True),
        ("json", 10_000, 3.1, 2, False),
        ("json", 100_000, 3.0, 2, True),
        ("json", 100_000, 3.1, 2, False),
        ("csv", 10_000, 4.0, 3, True),
        ("csv", 10_000, 4.1, 3, False),
    ],
)
def test_the_limit_for_src_depends_on_the_empty_playbook_and_the_floor(
    method: str, size: int, seconds: float, floors: int, passed: bool
) -> None:
    floor, ours = Case("floor", size), Case(f"src-{method}", size)
    found = verdicts(result(EMPTY, 1.0), result(floor, 1.0), result(ours, seconds))
    name = f"time for {size:,} unchanged contacts, with `src` in {method.upper()} and `data_format: json`"
    assert found[name, f"at most the time of an empty playbook + {floors} x the time of the plain script"] is passed
    name = "time for 10,000 unchanged contacts, with `src` in YAML and `data_format: json`"
    assert found[name, "at most the time of an empty playbook + 3 x the time of the plain script"] is None


@pytest.mark.parametrize(("peak", "passed"), [(150.0, True), (151.0, False)])
def test_the_limit_for_memory_depends_on_the_floor(peak: float, passed: bool) -> None:
    found = verdicts(result(EMPTY), result(Case("floor", 50_000), 1, 100.0), result(Case("src-json", 50_000), 1, peak))
    name = "peak memory with `src` and 50,000 unchanged contacts"
    assert found[name, "at most 50 % more memory than the plain script"] is passed


@pytest.mark.parametrize(
    ("reads", "passed"),
    [
        ([Read("groups", "1", 4.0, 202), Read("groups", "16", 1.0, 202)], [True, None, None]),
        ([Read("groups", "1", 3.9, 202), Read("groups", "16", 1.0, 202)], [False, None, None]),
        (
            [Read("strategy", way, time, 3) for way, time in (("list", 1), ("lookup", 9), ("auto", 1.25))],
            [None, True, None],
        ),
        (
            [Read("strategy", way, time, 3) for way, time in (("list", 1), ("lookup", 9), ("auto", 9))],
            [None, False, None],
        ),
        ([Read("message", "5000", 1.0, 5)], [None, None, True]),
        ([Read("message", "5000", 1.0, 5007)], [None, None, False]),
    ],
)
def test_reading_has_its_targets(reads: list[Read], passed: list[bool | None]) -> None:
    judged = targets.judge([result(EMPTY)], [], reads)
    assert [target.passed for target in judged[-6:-3]] == passed


@pytest.mark.parametrize(("database", "passed"), [([20.0, 35.0, 90.0], True), ([20.0, 35.1, 90.0], False), ([], None)])
def test_a_database_may_take_a_few_milliseconds_more_than_a_folder(database: list[float], passed: bool | None) -> None:
    sends = [Sends("folder", [30.0, 20.0, 5.0])] + ([Sends("postgresql", database)] if database else [])
    assert targets.judge([result(EMPTY)], [], [], sends)[-3].passed is passed


@pytest.mark.parametrize(("reads", "writes", "passed"), [(7, 0, True), (8, 0, True), (9, 0, False), (7, 1, False)])
def test_an_additional_read_or_write_misses_the_target(reads: int, writes: int, passed: bool) -> None:
    found = verdicts(result(EMPTY), result(Case("src-csv", 10_000), reads=reads, writes=writes))
    name = "number of requests for unchanged contacts, with `src` in JSON, YAML and CSV, and with contacts in variables"
    limit = "at most 8 read requests and 0 write requests"
    assert found[name, limit] is passed


@pytest.mark.parametrize(("seconds", "passed"), [(3.4, True), (3.6, False)])
def test_the_limit_for_a_loop_excludes_the_empty_playbook_and_the_requests(seconds: float, passed: bool) -> None:
    loop = result(Case("contact", 100), seconds, request_seconds=1.0)
    found = verdicts(result(EMPTY, 1.0), loop)
    name = "time of `linkengage_contact` in a loop"
    assert found[name, "at most 15 ms per item, without the time of the requests"] is passed


@pytest.mark.parametrize(("largest", "passed"), [(157.0, True), (169.0, True), (170.0, False)])
def test_the_memory_per_contact_must_not_grow(largest: float, passed: bool) -> None:
    peaks = {10_000: 77.0, 25_000: 107.0, 50_000: largest}  # 2 MiB for each thousand contacts
    books = [
        result(Case("src-json", size, wire=wire), 1 + size / 10_000, peak)
        for wire in ("json", "xml")
        for size, peak in peaks.items()
    ]
    found = verdicts(result(EMPTY), *books)
    large, small = "25,000 to 50,000 contacts", "10,000 to 25,000 contacts"
    memory = "memory for each additional contact"
    name = f"{memory} in an address book of {large}, compared with {small}"
    limit = f"with {large}, at most 25 % more {memory} than with {small}"
    assert found[name, limit] is passed


@pytest.mark.parametrize(
    ("paced", "seconds", "refused", "reported", "passed"),
    [
        (False, 140.0, [4, 1, 1], 6, True),
        (False, 140.0, [1], 1, True),
        (False, 140.0, [], 0, True),
        (False, 140.0, [5], 5, False),
        (False, 140.0, [4, 1, 2], 7, False),
        (False, 140.0, [1], 0, False),
        (False, 151.0, [1], 1, False),
        (True, 140.0, [], 0, True),
        (True, 140.0, [1], 1, False),
    ],
)
def test_the_throttle_target_checks_minutes_and_refusals(
    paced: bool, seconds: float, refused: list[int], reported: int, passed: bool
) -> None:
    run = Throttled(60, paced, 4, seconds, 90, refused, reported)
    judged = targets.judge([result(EMPTY)], [run])[-2:]
    assert [target.passed for target in judged if target.measured != "not measured"] == [passed]


def test_refusals_are_counted_per_minute() -> None:
    assert windows([]) == []
    assert windows([103.0, 100.0, 159.9, 160.0, 400.0, 459.0]) == [3, 1, 2]


@pytest.mark.parametrize(("seconds", "passed"), [(6.0, True), (6.1, False)])
def test_the_rate_target_compares_workers_with_one_worker(seconds: float, passed: bool) -> None:
    cases_of = {workers: Case("src-json", 1_000, "new", 20, workers=workers) for workers in (1, 8)}
    found = verdicts(result(EMPTY), result(cases_of[1], 31.0), result(cases_of[8], seconds))
    name = "time for 1,000 new contacts, with a latency of 20 ms and 8 workers"
    assert found[name, "at least 6 times as fast as one worker"] is passed


def test_a_result_has_the_median_time_and_the_largest_counts() -> None:
    case = Case("floor", 100)
    found = merged([result(case, seconds, peak) for seconds, peak in ((3.0, 10.0), (1.0, 30.0), (2.0, 20.0))])
    assert (found.seconds, found.peak_mib, found.runs) == (2.0, 30.0, [3.0, 1.0, 2.0])


def test_a_run_can_be_saved_and_read_again() -> None:
    loop = result(Case("contact", 100, repeat=3), request_seconds=0.5)
    throttled = [Throttled(60, False, 4, 60.0, 90, [4, 1], 5)]
    run = Run("2 cores", [result(EMPTY), loop], throttled, [Read("groups", "1", 6.0, 202)], [Sends("folder", [9.5])])
    assert Run.from_json(json.loads(json.dumps(run.as_json()))) == run


def test_a_table_omits_columns_with_one_value() -> None:
    table = [("a", "1", "x"), ("b", "1", "y"), ("c", "2", "x")]
    results = [result(Case("floor", size)) for size in (1, 2, 3)]
    head, rows = report.narrowed(("name", "n", "mark"), table, results, results[:2])
    assert (head, rows) == (("name", "mark"), [("a", "x"), ("b", "y")])
    lines = [".. list-table::", "   :header-rows: 1", "", "   * - name", "     - mark"]
    assert report.table(head, [("`a`", "")]) == "\n".join([*lines, "   * - ``a``", "     - n/a", ""])


def test_the_document_shows_multiples_of_the_floor_and_times_per_item() -> None:
    results = [
        result(EMPTY, 1.0),
        result(Case("floor", 1_000), 0.5),
        result(Case("src-json", 1_000), 2.0),
        result(Case("uri", 10), 6.0),
        result(Case("src-yaml", 100), 6.0),
    ]
    table = {row[0]: row for row in report.rows(results)}
    assert table[cases.METHODS["src-json"]][report.HEAD.index("ratio to the plain script")] == "2.0"
    assert table[cases.METHODS["uri"]][report.HEAD.index("time per item")] == "500.0 ms"
    text = report.document(results, targets.judge(results, []), "2 cores")
    assert "--state unchanged --latency 0" in text
    assert re.findall(r"^   \* - .+\n     - ([0-9,]+)$", text, re.MULTILINE) == ["10", "100", "1,000", "1,000"]
    for begin, end in report.MARKS:
        page = f"# Title\n\n{begin}of last year\n{end}\nRest\n"
        assert report.replaced(report.replaced(page, text), text) == report.replaced(page, text)
        assert "of last year" not in report.replaced(page, text)


def test_the_readme_has_a_table_of_the_same_results() -> None:
    found = [
        result(EMPTY, 0.5),
        result(Case("uri", 100), 27.7, reads=100),
        result(Case("contact", 100), 1.25, reads=100),
        result(Case("src-json", 100), 0.59, reads=8),
        result(Case("src-json", 10_000), 0.99),
    ]
    text = report.readme(found, "2 cores (x86_64), Linux, Python 3.13.0")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    assert [row[1:] for row in rows[1:]] == [
        ["28 s", "100", "depends on your playbook"],
        ["1.2 s", "100", "nothing"],
        ["0.6 s", "8", "nothing"],
        ["1.0 s", "7", "nothing"],
    ]
    assert "on a machine with 2 cores (x86_64). The simulator" in text
    assert "about 0.5 s" in text


@pytest.mark.parametrize("page", ["README.md", "docs/docsite/rst/performance.rst"])
def test_the_pages_have_a_place_for_the_figures(page: str) -> None:
    text = Path(__file__).parent.parent.parent.joinpath(page).read_text(encoding="utf-8")
    assert "new figures" in report.replaced(text, "new figures")

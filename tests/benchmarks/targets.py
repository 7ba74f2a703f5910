# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The targets of the benchmark. Each target is a ratio or a count within one run. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks import book
from benchmarks.cases import (
    BETWEEN,
    HUGE,
    LARGEST,
    RATE_LATENCY,
    RATE_SIZE,
    RATE_WORKERS,
    SOURCES,
    TARGET_SIZE,
    Case,
)
from benchmarks.results import Read, Result, Sends, Throttled

FLOORS, XML_TIMES, RATE_TIMES, ITEM_MS, URI_TIMES, MEMORY_TIMES = 3, 2, 6, 15, 25, 1.5
JSON_FLOORS, JSON_SIZES = 2, (TARGET_SIZE, LARGEST, HUGE)  # for a JSON file and the data format JSON
# Number of milliseconds by which a send with a key may be slower with a local database than with a folder.
STORE_MS = 15
GROUP_TIMES, AUTO_TIMES, MESSAGE_REQUESTS = 4, 1.25, 5
LINEAR = 1.25  # the limit for the cost of a contact in the largest address book, relative to a smaller address book


@dataclass(frozen=True)
class Target:
    """One target. ``passed`` is None if the run did not measure the needed cases."""

    name: str
    limit: str
    measured: str = "not measured"
    passed: bool | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Figures:
    """The results of a run, by case."""

    def __init__(self, results: list[Result]) -> None:
        self.results = results
        self._by_case = {result.case: result for result in results}

    def __getitem__(self, case: Case) -> Result:
        return self._by_case[case]

    def own(self, case: Case) -> float:
        """Return the time of a case in seconds, minus the time of an empty playbook."""
        return self[case].own_seconds

    def per_item(self, method: str, state: str) -> float:
        """Return the time for each item of a loop, at the largest measured size."""
        sizes = [r.case.size for r in self.results if r.case == Case(method, r.case.size, state)]
        if not sizes:
            raise KeyError(method)
        return self.own(Case(method, max(sizes), state)) / max(sizes)


def judge(
    results: list[Result], throttled: list[Throttled], reads: Sequence[Read] = (), sends: Sequence[Sends] = ()
) -> list[Target]:
    """Return all targets, including targets that were not measured."""
    figures = Figures(results)
    makers: list[Callable[[Figures], Iterator[Target]]] = [_speed, _requests, _differences, _rate, _loop, _growth]
    measured = (target for make in makers for target in make(figures))
    return [*measured, *_reading(reads), _sending(sends), *_throttle(throttled)]


def _target(name: str, limit: str, measure: Callable[[], tuple[str, bool]]) -> Target:
    try:
        measured, passed = measure()
    except KeyError:
        return Target(name, limit)
    return Target(name, limit, measured, passed)


def _speed(figures: Figures) -> Iterator[Target]:
    def against(method: str, wire: str, times: int, size: int = TARGET_SIZE, floors: int = FLOORS) -> tuple[str, bool]:
        floor = figures[Case("floor", size)].seconds
        run = figures[Case(method, size, wire=wire)]
        limit = times * (run.empty_seconds + floors * floor)
        script = f"the plain script{' with JSON' if wire == 'xml' else ''}"
        text = (
            f"the time of an empty playbook + {run.own_seconds / floor:.1f} x the time of {script}; "
            f"this whole sum is {_against_limit(run.seconds / limit)}"
        )
        return text, run.seconds <= limit

    for size in JSON_SIZES:
        name = f"time for {size:,} unchanged contacts, with `src` in JSON and `data_format: json`"
        limit = f"at most the time of an empty playbook + {JSON_FLOORS} x the time of the plain script"
        yield _target(name, limit, lambda s=size: against("src-json", "json", 1, s, JSON_FLOORS))  # type: ignore[misc]
    for method in SOURCES[1:]:
        kind = method.partition("-")[2].upper()
        name = f"time for {TARGET_SIZE:,} unchanged contacts, with `src` in {kind} and `data_format: json`"
        limit = f"at most the time of an empty playbook + {FLOORS} x the time of the plain script"
        yield _target(name, limit, lambda c=method: against(c, "json", 1))  # type: ignore[misc]
    name = f"time for {TARGET_SIZE:,} unchanged contacts, with `src` in JSON and `data_format: xml`"
    limit = f"at most {XML_TIMES} x (the time of an empty playbook + {FLOORS} x the time of the plain script with JSON)"
    yield _target(name, limit, lambda: against("src-json", "xml", 2))


def _requests(figures: Figures) -> Iterator[Target]:
    def counted() -> tuple[str, bool]:
        found = [r for r in figures.results if r.case.method in (*SOURCES, "inline") and r.case.state == "unchanged"]
        found = [r for r in found if r.case.size >= 1_000]
        if not found:
            raise KeyError
        reads, writes = {r.reads for r in found}, {r.writes for r in found}
        text = f"{_set(reads)} read requests and {_set(writes)} write requests in each of {len(found)} cases"
        return text, reads <= {2 + book.GROUPS, 3 + book.GROUPS} and writes == {0}

    # If the number of contacts is a round number, the run also reads their count, because the list may be incomplete.
    limit = f"at most {3 + book.GROUPS} read requests and 0 write requests"
    name = "number of requests for unchanged contacts, with `src` in JSON, YAML and CSV, and with contacts in variables"
    yield _target(name, limit, counted)


def _differences(figures: Figures) -> Iterator[Target]:
    def counted() -> tuple[str, bool]:
        found = [r for r in figures.results if r.case.method in SOURCES and r.case.state == "changed"]
        if not found:
            raise KeyError
        wanted = [book.writes(r.case.size, "changed") for r in found]
        text = ", ".join(dict.fromkeys(f"{r.writes:,} of {r.case.size:,}" for r in found))
        return f"contacts that the run wrote: {text}", [r.writes for r in found] == wanted

    yield _target(
        "number of write requests if 1 % of the contacts have changed",
        "one write request for each changed contact",
        counted,
    )


def _rate(figures: Figures) -> Iterator[Target]:
    def rates() -> tuple[str, bool]:
        one, many = (
            figures.own(Case("src-json", RATE_SIZE, "new", RATE_LATENCY, workers=workers))
            for workers in (1, RATE_WORKERS)
        )
        return f"{one / many:.1f} times as fast as one worker", one / many >= RATE_TIMES

    name = f"time for {RATE_SIZE:,} new contacts, with a latency of {RATE_LATENCY} ms and {RATE_WORKERS} workers"
    yield _target(name, f"at least {RATE_TIMES} times as fast as one worker", rates)


def _loop(figures: Figures) -> Iterator[Target]:
    def overhead() -> tuple[str, bool]:
        found = [r for r in figures.results if r.case.method == "contact" and r.request_seconds is not None]
        if not found:
            raise KeyError
        costs = [(r.own_seconds - (r.request_seconds or 0)) / r.case.size * 1000 for r in found]
        return f"{min(costs):.1f} to {max(costs):.1f} ms per item in {len(costs)} cases", max(costs) <= ITEM_MS

    def connections() -> tuple[str, bool]:
        found = {r.connections for r in figures.results if r.case.method == "contact"}
        if not found:
            raise KeyError
        return f"{_set(found)} HTTP connections" if found != {1} else "one HTTP connection for all items", found == {1}

    def against_uri(state: str) -> tuple[str, bool]:
        ratio = figures.per_item("uri", state) / figures.per_item("contact", state)
        return f"{ratio:.0f} times as fast as a loop of `uri`", ratio >= URI_TIMES

    name = "time of `linkengage_contact` in a loop"
    yield _target(name, f"at most {ITEM_MS} ms per item, without the time of the requests", overhead)
    yield _target(
        "number of HTTP connections of `linkengage_contact` in a loop", "one HTTP connection for all items", connections
    )
    for state in ("unchanged", "new"):
        name = f"time of `linkengage_contact` in a loop, with {state} contacts"
        limit = f"at least {URI_TIMES} times as fast as a loop of `uri`"
        yield _target(name, limit, lambda s=state: against_uri(s))  # type: ignore[misc]


def _growth(figures: Figures) -> Iterator[Target]:
    def grows(growth: Callable[[str], float], what: str) -> tuple[str, bool]:
        ratios = [growth(wire) for wire in ("json", "xml")]
        return f"JSON: {_more(ratios[0])}, XML: {_more(ratios[1])} {what}", max(ratios) <= LINEAR

    def in_time(wire: str) -> float:
        large, small = (figures.own(Case("src-json", size, wire=wire)) / size for size in (LARGEST, TARGET_SIZE))
        return large / small

    def in_memory(wire: str) -> float:
        small, between, large = (
            figures[Case("src-json", size, wire=wire)].peak_mib for size in (TARGET_SIZE, BETWEEN, LARGEST)
        )
        if between <= small:
            return float("inf")
        return ((large - between) / (LARGEST - BETWEEN)) / ((between - small) / (BETWEEN - TARGET_SIZE))

    def peaks(size: int) -> tuple[str, bool]:
        ours, floor = figures[_src(size)].peak_mib, figures[Case("floor", size)].peak_mib
        return f"{_more(ours / floor)} memory than the plain script", ours <= MEMORY_TIMES * floor

    name = f"time per contact in an address book of {LARGEST:,} contacts, compared with {TARGET_SIZE:,} contacts"
    large, small = f"with {LARGEST:,} contacts", f"than with {TARGET_SIZE:,} contacts"
    limit = f"{large}, at most {_more(LINEAR)} time per contact {small}"
    yield _target(name, limit, lambda: grows(in_time, "time per contact"))
    # In smaller address books, the memory of Ansible itself is larger than that of the address book.
    wide, narrow = f"{BETWEEN:,} to {LARGEST:,} contacts", f"{TARGET_SIZE:,} to {BETWEEN:,} contacts"
    memory = "memory for each additional contact"
    name = f"{memory} in an address book of {wide}, compared with {narrow}"
    limit = f"with {wide}, at most {_more(LINEAR)} {memory} than with {narrow}"
    yield _target(name, limit, lambda: grows(in_memory, memory))
    # With 10,000 contacts, Ansible alone needs more memory than the plain script.
    for size in JSON_SIZES[1:]:
        name = f"peak memory with `src` and {size:,} unchanged contacts"
        limit = f"at most {_more(MEMORY_TIMES)} memory than the plain script"
        yield _target(name, limit, lambda s=size: peaks(s))  # type: ignore[misc]


def _src(size: int) -> Case:
    return Case("src-json", size)


def _reading(reads: Sequence[Read]) -> Iterator[Target]:
    found = {(read.kind, read.way): read for read in reads}

    def side_by_side() -> tuple[str, bool]:
        times = found["groups", "1"].own_seconds / found["groups", "16"].own_seconds
        return f"{times:.1f} times as fast as one worker", times >= GROUP_TIMES

    def chosen() -> tuple[str, bool]:
        listed, looked_up, auto = (found["strategy", way].own_seconds for way in ("list", "lookup", "auto"))
        text = f"`auto` {auto:.2f} s, `list` {listed:.2f} s, `lookup` {looked_up:.2f} s"
        return text, auto <= AUTO_TIMES * min(listed, looked_up)

    def message() -> tuple[str, bool]:
        requests = found["message", "5000"].requests
        return f"{requests} requests in total", requests <= MESSAGE_REQUESTS

    yield _target(
        "time to read 200 groups, with a latency of 30 ms and 16 workers",
        f"at least {GROUP_TIMES} times as fast as one worker",
        side_by_side,
    )
    with_what = "200 declared contacts, 20,000 contacts in the account, and a latency of 30 ms"
    name = f"time of `read_strategy: auto`, with {with_what}"
    limit = f"at most {_percent(AUTO_TIMES)} slower than `list` or `lookup`, whichever is faster"
    yield _target(name, limit, chosen)
    name = "number of requests for an SMS to the phone numbers of 5,000 contacts"
    yield _target(name, f"at most {MESSAGE_REQUESTS} requests in total", message)


def _sending(sends: Sequence[Sends]) -> Target:
    medians = {one.store: one.median for one in sends}

    def more() -> tuple[str, bool]:
        folder, database = medians["folder"], medians["postgresql"]
        text = f"{database:.1f} ms with the database; {folder:.1f} ms with the folder"
        return text, database - folder <= STORE_MS

    name = "time for an SMS with an idempotency key, with a local PostgreSQL database as the store"
    return _target(name, f"at most {STORE_MS} ms longer than with a folder as the store", more)


def _throttle(runs: list[Throttled]) -> Iterator[Target]:
    for paced in (False, True):
        found = [run for run in runs if run.paced == paced]
        limited = (
            f"the service limits the requests per minute and `requests_per_minute` is {'' if paced else 'not '}set"
        )
        refusals = (
            "no response with status 503"
            if paced
            else "in the first minute, at most one response with status 503 for each worker; in each later minute, at "
            "most one response with status 503 for all workers together; the task reports the number of responses "
            "with status 503"
        )
        time = "at most W / R + 1 minutes for W writes, if the service accepts R requests per minute"
        limit = f"{time}; {refusals}"
        if not found:
            yield Target(f"time and rejected requests of a run, if {limited}", limit)
        for run in found:
            name = f"time and rejected requests of a run with {run.workers} workers, if {limited}"
            in_time = run.seconds <= (run.writes / run.rate + 1) * 60
            first, *later = run.refused or [0]
            few = not run.refused if paced else first <= run.workers and max(later, default=0) <= 1
            text = (
                f"{run.seconds / 60:.2f} minutes for {run.writes} writes: the service accepted {run.rate} requests in "
                f"each of the first {run.writes // run.rate} minutes, and the other requests soon after (limit: "
                f"{run.writes} / {run.rate} + 1 = {run.writes / run.rate + 1:.2f} minutes); "
            )
            minutes = ", ".join([f"{first} in the first minute", *(f"{count} in a later minute" for count in later)])
            text += f"responses with status 503: {minutes}" if run.refused else "no response with status 503"
            text += f"; the task reported {run.reported} responses" if run.refused or run.reported else ""
            yield Target(name, limit, text, in_time and few and run.reported == sum(run.refused))


def _percent(ratio: float) -> str:
    """Return the difference between a ratio and 1, without a sign."""
    return f"{abs(ratio - 1) * 100:.0f} %"


def _against_limit(ratio: float) -> str:
    return f"{_percent(ratio)} {'above' if ratio > 1 else 'below'} the limit"


def _more(ratio: float) -> str:
    return f"{_percent(ratio)} {'more' if ratio >= 1 else 'less'}"


def _set(values: set[int]) -> str:
    return " or ".join(map(str, sorted(values)))

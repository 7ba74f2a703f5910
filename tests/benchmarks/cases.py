# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The measured ways to manage an address book, and the cases of the quick and the full run. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

METHODS = {
    "empty": "an empty playbook",
    "floor": "the plain script",
    "src-json": "`linkengage_address_book`, `src` in JSON",
    "src-yaml": "`linkengage_address_book`, `src` in YAML",
    "src-csv": "`linkengage_address_book`, `src` in CSV",
    "reread": "`linkengage_address_book`, `src` in JSON, `reread: always`",
    "inline": "`linkengage_address_book`, contacts in variables",
    "contact": "`linkengage_contact` in a loop",
    "contact-module": "`linkengage_contact` in a loop, `linkengage_in_process: false`",
    "uri": "`ansible.builtin.uri` in a loop",
}
LOOPS = ("contact", "contact-module", "uri")
BULK = ("floor", "src-json", "src-yaml", "src-csv", "inline")
SOURCES = ("src-json", "src-yaml", "src-csv")
BOOKS = (100, 1_000, 10_000, 50_000)
# A third size, to check that memory grows linearly.
BETWEEN = 25_000
HUGE = 100_000  # this size is measured only with JSON, for the plain script and for src
SIZES = (10, 20, *BOOKS, BETWEEN, HUGE)
LATENCIES = (0, 20, 80)
TARGET_SIZE, LARGEST = 10_000, 50_000
# For the rate of workers: the number of new contacts, the latency in milliseconds, and the number of workers.
RATE_SIZE, RATE_LATENCY, RATE_WORKERS = 1_000, 20, 8
WORKERS = 4  # the default of the module


@dataclass(frozen=True)
class Case:
    """One measurement. ``latency`` is in milliseconds. The result is the median of ``repeat`` runs."""

    method: str
    size: int
    state: str = "unchanged"
    latency: int = 0
    wire: str = "json"
    workers: int = WORKERS
    repeat: int = field(default=1, compare=False)

    @property
    def scene(self) -> tuple[int, str, int]:
        """Cases with the same scene run in turns with one account."""
        return self.size, self.state, self.latency


# An empty playbook. It runs before each turn of each scene, because other results are compared with it.
EMPTY = Case("empty", 0)


def quick() -> list[Case]:
    """Return the cases for most of the targets. They take about two minutes."""
    return [
        EMPTY,
        *(Case(name, size, repeat=3) for size in (100, 1_000, 10_000) for name in ("floor", "src-json")),
        *(Case(name, TARGET_SIZE, wire="xml", repeat=3) for name in ("floor", "src-json")),
        *(Case(name, 1_000) for name in ("src-yaml", "src-csv", "inline")),
        *(Case(name, 1_000, "changed") for name in ("floor", "src-json")),
        *_rates((1, RATE_WORKERS)),
        *(Case("contact", 100, state, repeat=3) for state in ("unchanged", "new")),
        *(Case(name, 10, state) for state in ("unchanged", "new") for name in LOOPS[1:]),
    ]


def full() -> list[Case]:
    """Return all cases. The slowest cases are last, because the time of a run can be limited."""
    return list(dict.fromkeys([*_unchanged(), *_changed(), *_late(), *_loops(), *_new()]))


def _unchanged() -> Iterator[Case]:
    yield EMPTY
    for size in BOOKS:
        repeat = 3 if size == LARGEST else 5
        yield from (Case(name, size, wire=wire, repeat=repeat) for wire in ("json", "xml") for name in BULK[:2])
        yield from (Case(name, size, repeat=3) for name in ("src-yaml", "src-csv"))
        yield Case("inline", size, repeat=1 if size == LARGEST else 3)
    yield from (Case(name, HUGE, repeat=3) for name in BULK[:2])
    yield from (Case(name, BETWEEN, wire=wire, repeat=3) for wire in ("json", "xml") for name in BULK[:2])


def _changed() -> Iterator[Case]:
    for size in BOOKS:
        repeat = 1 if size == LARGEST else 3
        yield from (
            Case(name, size, "changed", wire=wire, repeat=repeat) for wire in ("json", "xml") for name in BULK[:2]
        )
    yield Case("reread", TARGET_SIZE, "changed", repeat=3)


def _new() -> Iterator[Case]:
    for size in BOOKS:
        repeat = 1 if size > 1_000 else 3
        yield from (Case(name, size, "new", repeat=repeat) for name in BULK[:2])
        if size <= 1_000:
            yield from (Case(name, size, "new", wire="xml", repeat=repeat) for name in BULK[:2])


def _late() -> Iterator[Case]:
    for latency in LATENCIES[1:]:
        yield from (Case(name, TARGET_SIZE, latency=latency, repeat=3) for name in BULK[:2])
        yield Case("contact", 100, latency=latency)
        yield Case("contact-module", 20, latency=latency)
    yield from _rates((1, 2, WORKERS, RATE_WORKERS))
    yield Case("src-json", TARGET_SIZE, "new", RATE_LATENCY, workers=RATE_WORKERS)
    yield Case("floor", RATE_SIZE, "new", RATE_LATENCY)
    yield from (Case("src-json", RATE_SIZE, "new", 80, workers=workers) for workers in (WORKERS, RATE_WORKERS))
    yield Case("floor", 100, "new", 80)


def _rates(workers: Collection[int]) -> Iterator[Case]:
    # The time of one worker depends on the latency, and the time of many workers also on the speed of the machine.
    for count in workers:
        yield Case("src-json", RATE_SIZE, "new", RATE_LATENCY, workers=count, repeat=1 if count == 1 else 3)


def _loops() -> Iterator[Case]:
    for state in ("unchanged", "new"):
        yield Case("contact", 100, state, repeat=3)
        yield Case("contact", 1_000, state)
        yield from (Case(name, 100 if state == "unchanged" else 20, state) for name in LOOPS[1:])
    yield Case("contact", 100, wire="xml", repeat=3)


def chosen(
    cases: list[Case],
    methods: Collection[str] = (),
    sizes: Collection[int] = (),
    states: Collection[str] = (),
    latencies: Collection[int] = (),
) -> list[Case]:
    """Return the cases that match the filters, and the empty playbook. An empty filter matches all cases."""

    def wanted(case: Case) -> bool:
        filters = ((methods, case.method), (sizes, case.size), (states, case.state), (latencies, case.latency))
        return all(not names or value in names for names, value in filters)

    return [case for case in cases if case == EMPTY or wanted(case)]


def scenes(cases: list[Case]) -> list[list[Case]]:
    """Return the groups of cases that run in turns. So a slow minute of the machine affects all cases of a group."""
    found: dict[tuple[int, str, int], list[Case]] = {}
    for case in cases:
        if case != EMPTY:
            found.setdefault(case.scene, []).append(case)
    return list(found.values())

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The results as values that can be written to a file and read again. Pure."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.cases import Case


@dataclass
class Result:
    """The figures of a case.

    - ``seconds`` is the median of ``runs``.
    - ``peak_mib`` is the peak memory of the largest process, in MiB.
    - ``request_seconds`` is the time of the requests alone over one session, if it was measured.
    - ``empty_seconds`` is the time of an empty playbook that ran between these runs. It is subtracted. So a slow minute
      of the machine changes the difference less.
    """

    case: Case
    runs: list[float]
    peak_mib: float
    cpu_seconds: float
    reads: int
    writes: int
    refused: int
    connections: int
    request_seconds: float | None = None
    reported_refused: int = 0
    empty_seconds: float = 0.0

    @property
    def seconds(self) -> float:
        return statistics.median(self.runs)

    @property
    def own_seconds(self) -> float:
        """The time in seconds, minus the time of an empty playbook."""
        return self.seconds - self.empty_seconds

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "seconds": self.seconds}

    @classmethod
    def from_json(cls, tree: dict[str, Any]) -> Result:
        values = {name: value for name, value in tree.items() if name not in ("case", "seconds")}
        return cls(case=Case(**tree["case"]), **values)


@dataclass(frozen=True)
class Throttled:
    """A run with a throttle of ``rate`` requests per minute.

    ``paced`` is True if an option gives this rate to the run.
    """

    rate: int
    paced: bool
    workers: int
    seconds: float
    writes: int
    refused: list[int]
    reported: int


@dataclass(frozen=True)
class Read:
    """A way to read the account: its seconds minus those of an empty playbook, and its requests.

    ``kind`` is ``groups`` (the way is the number of workers), ``strategy`` (the way is a read_strategy) or ``message``.
    """

    kind: str
    way: str
    own_seconds: float
    requests: int


@dataclass(frozen=True)
class Sends:
    """The milliseconds of each send with an idempotency key, for one kind of store."""

    store: str
    milliseconds: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.milliseconds)


@dataclass
class Run:
    """All results of one run of the benchmark, and its machine."""

    machine: str
    results: list[Result]
    throttled: list[Throttled]
    reads: list[Read]
    sends: list[Sends]

    def as_json(self) -> dict[str, Any]:
        results = [result.as_json() for result in self.results]
        others = {name: [asdict(each) for each in getattr(self, name)] for name in ("throttled", "reads", "sends")}
        return {"machine": self.machine, "results": results, **others}

    @classmethod
    def from_json(cls, tree: dict[str, Any]) -> Run:
        results = [Result.from_json(item) for item in tree["results"]]
        throttled = [Throttled(**item) for item in tree["throttled"]]
        reads, sends = (
            [kind(**item) for item in tree.get(name, [])] for name, kind in (("reads", Read), ("sends", Sends))
        )
        return cls(tree["machine"], results, throttled, reads, sends)


def windows(times: list[float]) -> list[int]:
    """Return the number of refusals in each minute.

    A minute begins with the first refusal that is not in an earlier minute.
    """
    found: list[list[float]] = []
    for time in sorted(times):
        if not found or time >= found[-1][0] + 60:
            found.append([])
        found[-1].append(time)
    return [len(minute) for minute in found]


def merged(results: list[Result]) -> Result:
    """Combine the runs of one case to one result, with the largest counts and the median time."""
    timed = [result.request_seconds for result in results if result.request_seconds is not None]
    return Result(
        results[0].case,
        [run for result in results for run in result.runs],
        max(result.peak_mib for result in results),
        statistics.median(result.cpu_seconds for result in results),
        max(result.reads for result in results),
        max(result.writes for result in results),
        max(result.refused for result in results),
        max(result.connections for result in results),
        statistics.median(timed) if timed else None,
        max(result.reported_refused for result in results),
    )

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measures how a run reads the account: groups in parallel, a list or lookups, and the receivers of a message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks import book
from benchmarks.cases import EMPTY
from benchmarks.results import Read
from benchmarks.runner import BenchError, Runner

LATENCY = 30  # milliseconds of each request
GROUPS, WORKERS = 200, (1, 16)
DECLARED, ACCOUNT = 200, 20_000
STRATEGIES = ("list", "lookup", "auto")
RECEIVERS = 5_000


def measure(here: Runner) -> list[Read]:
    """Measure each way to read."""
    return [*_groups(here), *_strategies(here), _message(here)]


def _groups(here: Runner) -> list[Read]:
    names = [f"Group {index}" for index in range(GROUPS)]
    number = book.contacts(1)[0]["phone_number"]
    first = book.seed(1, "unchanged")["contacts"][0]
    groups = [{"Name": name, "members": [book.FIRST_CONTACT]} for name in names]
    _fill(here, contacts=[first], groups=groups)
    source = _source(here.folder, "groups", groups=[{"name": name, "members": [number]} for name in names])
    return [
        _run(here, "groups", str(workers), "src", bench_src=source, bench_workers=workers, bench_read="list")
        for workers in WORKERS
    ]


def _strategies(here: Runner) -> list[Read]:
    _fill(here, contacts=book.seed(ACCOUNT, "unchanged")["contacts"])
    source = _source(here.folder, "few", contacts=book.contacts(DECLARED))
    return [
        _run(here, "strategy", strategy, "src", bench_src=source, bench_workers=4, bench_read=strategy)
        for strategy in STRATEGIES
    ]


def _message(here: Runner) -> Read:
    _fill(here, contacts=book.seed(RECEIVERS, "unchanged")["contacts"])
    numbers = [contact["phone_number"] for contact in book.contacts(RECEIVERS)]
    file = here.folder / "receivers.json"
    file.write_text(json.dumps({"bench_receivers": numbers}), encoding="utf-8")
    return _run(here, "message", str(RECEIVERS), "sms", bench_vars=str(file))


def _fill(here: Runner, **seed: Any) -> None:
    here.simulator.reset(**seed)
    here.simulator.options(latency=LATENCY)


def _source(folder: Path, name: str, **declared: Any) -> str:
    path = folder / f"{name}.json"
    path.write_text(json.dumps(declared), encoding="utf-8")
    return str(path)


def _run(here: Runner, kind: str, way: str, playbook: str, **variables: Any) -> Read:
    """Run a playbook. Raises BenchError if an address book is changed."""
    seconds, log = here.play(playbook, variables)
    written = [entry for entry in log if entry["method"] != "GET"]
    if kind != "message" and written:
        raise BenchError(f"{kind} by {way}: {len(written)} writes, but none were expected")
    return Read(kind, way, seconds - here.once(EMPTY).seconds, len(log))

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The campaign of the event source on PostgreSQL: it is killed at random moments and restarted on another machine.

A moment is a line in the code of the source or its store, so it does not depend on the speed of the machine. A seed
makes the moments repeatable. Each process has new, empty folders and another host name. Only the database remembers.
The counts are printed at the end of the test run.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import support

from linkengage_simulator.process import SimulatorProcess

CHILD = Path(support.__file__).with_name("inbox_child.py")
AT_ONCE = 3  # number of new messages before each kill
Json = dict[str, Any]


class Machines:
    """Runs the event source, each time on a new machine."""

    def __init__(self, source: str, args: Json, folder: Path) -> None:
        self.folder = folder
        self.plan = {"source": source, "args": args, "events": str(folder / "events.jsonl")}
        self.count = 0
        self.complaints = folder / "stderr"
        with self.complaints.open("ab") as stderr:
            self._nursery = subprocess.Popen(
                [sys.executable, str(CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True
            )

    def run(self, wanted: int, die_at_line: int | None = None) -> int | None:
        """Run the source until *wanted* messages are taken, or until it is killed.

        Returns the number of executed lines.
        """
        self.count += 1
        home = self.folder / f"machine-{self.count}"
        home.mkdir()
        assert self._nursery.stdin and self._nursery.stdout
        plan = {**self.plan, "home": str(home), "wanted": wanted, "die_at_line": die_at_line}
        self._nursery.stdin.write(json.dumps(plan) + "\n")
        self._nursery.stdin.flush()
        answer = self._nursery.stdout.readline()
        assert answer, self.complaints.read_text()
        lines: int | None = json.loads(answer)
        return lines

    def taken(self) -> list[Json]:
        """Return the messages of all events so far."""
        file = Path(self.plan["events"])
        lines = file.read_text().splitlines() if file.exists() else []
        return [json.loads(line)["linkengage"] for line in lines]

    def end(self) -> None:
        assert self._nursery.stdin and self._nursery.stdout
        self._nursery.stdin.close()
        self._nursery.wait(timeout=60)
        self._nursery.stdout.close()


@pytest.fixture
def machines(
    simulator: SimulatorProcess, postgres_store: Json, collections_path: Path, tmp_path: Path
) -> Iterator[Machines]:
    collection = collections_path / "ansible_collections" / "community" / "linkengage"
    login = {"username": simulator.username, "domain": simulator.domain, "password": simulator.password}
    args = {"api_url": simulator.api(2), "interval": 0.1, "start": "oldest", **login, **postgres_store}
    found = Machines(str(collection / "extensions/eda/plugins/event_source/linkengage_inbox.py"), args, tmp_path)
    yield found
    found.end()


@pytest.mark.slow
@pytest.mark.parametrize("moments", [12, pytest.param(200, marks=pytest.mark.exhaustive)])
def test_killed_at_seeded_moments_and_restarted_elsewhere_it_loses_no_event(
    simulator: SimulatorProcess, machines: Machines, moments: int, tmp_path: Path, record_property: Any
) -> None:
    sent: list[str] = []

    def inbound() -> None:
        for _message in range(AT_ONCE):
            at = f"2026-01-31T08:{len(sent) // 60:02d}:{len(sent) % 60:02d}Z"
            sent.append(simulator.inbound("90555817", f"message {len(sent)}", time=at))

    inbound()
    longest = machines.run(len(sent))  # to find out how many lines a run executes
    assert longest
    pick = random.Random("the moments of 2026")
    kills = 0
    while kills < moments:
        inbound()
        kills += machines.run(len(sent), pick.randint(longest // 4, 2 * longest)) is None
        assert machines.count <= 2 * moments + 10
    machines.run(len(sent))
    taken = machines.taken()
    counts = Counter(message["message_id"] for message in taken)
    assert set(counts) == set(sent), machines.complaints.read_text()
    ids = [message["message_id"] for message in taken]
    repeated = [message for place, message in enumerate(taken) if message["message_id"] in ids[:place]]
    assert all(message["redelivered"] for message in repeated)
    flagged = {message["message_id"] for message in taken if message["redelivered"]}
    assert len(flagged) <= kills  # each killed process can leave one message in doubt
    left = [path for home in tmp_path.glob("machine-*") for path in home.rglob("*") if path.is_file()]
    assert left == []  # no machine has stored anything
    summary = {
        "kills": kills,
        "machines": machines.count,
        "messages": len(sent),
        "events": len(taken),
        "repeated": len(repeated),
        "flagged": len(flagged),
    }
    record_property("inbox", [f"{moments} moments", summary])

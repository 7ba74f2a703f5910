# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The campaign of runners: 50 runners share 20 keys in a database. Runners are killed, and the database restarts.

Each runner is a process with an empty state folder. Whatever happens, a phone gets the message of a key at most once.
At the end, it has got the message exactly once. The counts are printed at the end of the test run.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sms_child

from linkengage_simulator.process import SimulatorProcess

Json = dict[str, Any]

pytestmark = pytest.mark.slow

RUNNERS, KEYS, AT_ONCE = 50, 20, 10
RUNNER = """
import json, sys
import sms_child
with sms_child.short_pauses():
    sms_child.module_util("_sms.at_most_once").PATIENCE = 0.1  # two seconds
    for options in json.loads(sys.argv[1]):
        print(json.dumps(sms_child.send(options)), flush=True)
"""


class Runners:
    """Starts processes. Some of them are killed after a random time."""

    def __init__(self, tree: Path, folder: Path, seed: str) -> None:
        self.pick = random.Random(seed)
        self.folder = folder
        self.paths = os.pathsep.join([str(tree), str(Path(sms_child.__file__).parent)])
        self.results: list[Json] = []
        self.killed = 0

    def run(self, number: int, tasks: list[Json], patience: float | None) -> None:
        """Run one runner with a new state folder. If it still runs after *patience* seconds, it is killed."""
        home = self.folder / f"runner {number}"
        home.mkdir()
        environment = {**os.environ, "PYTHONPATH": self.paths, "XDG_STATE_HOME": str(home), "HOME": str(home)}
        command = [sys.executable, "-c", RUNNER, json.dumps(tasks)]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            self.killed += 1
        assert process.stdout
        with process.stdout as lines:
            self.results += [json.loads(line) for line in lines if line.endswith("}\n")]


def tasks_of(simulator: SimulatorProcess, store: Json, keys: list[str], **more: Any) -> list[Json]:
    login = {"username": simulator.username, "domain": simulator.domain, "password": simulator.password}
    base = {"api_url": simulator.api(2), "numbers": ["+4792000004"], "timeout": 20.0, **login, **store, **more}
    return [{**base, "idempotency_key": key, "text": f"Alert of {key}"} for key in keys]


@pytest.mark.parametrize("latency", [100, *(pytest.param(ms, marks=pytest.mark.exhaustive) for ms in (0, 300))])
def test_fifty_runners_with_twenty_keys_send_each_message_once(
    latency: int, simulator, postgres, postgres_store, collections_path, tmp_path, record_property
) -> None:
    simulator.options(latency=latency)
    runners = Runners(collections_path, tmp_path, f"runners {latency}")
    keys = [f"key {number}" for number in range(KEYS)]
    places = threading.Semaphore(AT_ONCE)

    def work(number: int, tasks: list[Json], patience: float | None) -> None:
        with places:
            runners.run(number, tasks, patience)

    threads = []
    for number in range(RUNNERS):
        mine = runners.pick.sample(keys, 4)
        patience = runners.pick.uniform(0.6, 3.0) if runners.pick.random() < 0.5 else None
        tasks = tasks_of(simulator, postgres_store, mine)
        threads.append(threading.Thread(target=work, args=(number, tasks, patience)))
    for thread in threads:
        thread.start()
    time.sleep(2.0)
    postgres.restart(signal.SIGINT if latency else signal.SIGQUIT)  # one of the restarts is like a crash
    for thread in threads:
        thread.join()
    time.sleep(2.0)  # until then, the service can still act on the requests of killed runners
    during = Counter(row["text"] for row in simulator.deliveries())
    assert all(count == 1 for count in during.values()), during
    # The key of a runner that was killed before its POST stays in doubt. The next run sends the message of this key.
    runners.run(RUNNERS, tasks_of(simulator, postgres_store, keys, on_unknown="resend"), None)
    after = Counter(row["text"] for row in simulator.deliveries())
    assert after == Counter(f"Alert of {key}" for key in keys)
    posts = Counter(json.loads(entry["body"])["Text"] for entry in simulator.log(writes_only=True))
    assert posts == after
    outcomes = Counter(result.get("outcome") or result["failure"]["kind"] for result in runners.results)
    assert outcomes["already_sent"] > 0
    assert set(outcomes) <= {"sent", "already_sent", "unknown_outcome", "store"}, outcomes
    counts = {**outcomes, "killed": runners.killed, "POST": sum(posts.values())}
    record_property("runners", [f"{latency} ms per request", counts])

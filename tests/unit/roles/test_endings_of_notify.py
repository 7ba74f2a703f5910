# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The campaign of the role notify: runs end at random moments in different ways, and are then repeated.

Nobody gets the message of a run twice. If a repeated run succeeds, it has sent the message, or its pipeline has sent it
before. A run that cannot know whether the message was sent fails and says so. A seed makes the moments repeatable. The
counts are printed at the end of the test run.
"""

from __future__ import annotations

import random
import shutil
import signal
import tempfile
import time
import weakref
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import support
from warm import Warm

pytestmark = [pytest.mark.slow, support.in_json]

PLAY = """
- hosts: all
  gather_facts: false
{keywords}
  tasks:
    - ansible.builtin.include_role:
        name: community.linkengage.notify
      vars:
        notify_text: Deploy done
        notify_numbers: ["+4790555817"]
"""
GITLAB = {"GITLAB_CI": "true", "CI_SERVER_HOST": "gitlab.example", "CI_PIPELINE_ID": "1001", "CI_JOB_NAME": "deploy"}
POST = {"match": {"method": "POST", "path": "^/messages$"}, "times": 1}
FAULTS = {
    "lost before": {**POST, "action": "drop_before"},
    "lost after": {**POST, "action": "drop_after"},
    "rejected": {**POST, "action": "status", "status": 400},
    "server error": {**POST, "action": "status", "status": 500},
    "server error after": {**POST, "action": "status_after", "status": 500},
    "half an answer": {**POST, "action": "truncate"},
    "throttled": {**POST, "action": "status", "status": 503, "headers": {"Retry-After": "1"}},
}
SIGNALS = {"killed": signal.SIGKILL, "terminated": signal.SIGTERM, "interrupted": signal.SIGINT}
# In this order, a short campaign also has a mixture of all kinds.
KINDS = ("lost after", "killed", "throttled", "interrupted", "check", "store", *FAULTS, *SIGNALS, "none")
REQUESTS = 8  # a run makes fewer requests
PATIENCE = 30.0  # seconds that a process may still run after its run has ended


@dataclass(frozen=True)
class Ending:
    """How a first run ends. ``moment`` is the number of requests before a signal."""

    kind: str
    moment: int
    keywords: str
    in_pipeline: bool
    fresh: bool

    @classmethod
    def of(cls, seed: int) -> Ending:
        pick = random.Random(f"notify {seed}")
        return cls(
            KINDS[seed % len(KINDS)],
            pick.randint(1, REQUESTS),
            pick.choice(["", "  serial: 1", "  strategy: free"]),
            in_pipeline=pick.random() < 0.75,
            fresh=pick.random() < 0.4,
        )


class Campaign:
    """Runs pipelines with a simulator."""

    def __init__(self, warm: Warm, simulator: Any, environment: dict[str, str], folder: Path) -> None:
        self._warm, self._simulator, self._environment, self._folder = warm, simulator, environment, folder
        self._runs = 0
        folder.mkdir()
        # The path is short, because Ansible creates a socket there.
        self._temporary = tempfile.mkdtemp(prefix="n-")
        weakref.finalize(self, shutil.rmtree, self._temporary, ignore_errors=True)

    def ended_once(self, seed: int) -> str:
        """Return what happened to a message whose first run ended in this way. Raises AssertionError if it is
        wrong.
        """
        ending = Ending.of(seed)
        self._simulator.reset()
        first = self._run(ending, first=True)
        self._simulator.clear_faults()
        sent = len(self._simulator.deliveries())
        second = self._run(ending, first=False)
        count = len(self._simulator.deliveries())
        result = (seed, ending, first, sent, second, count, self._said)
        assert sent <= 1, result
        if not ending.in_pipeline:  # without a pipeline, the second run counts as another run and also sends
            assert second == 0 and count == sent + 1, result
            return f"{ending.kind}: sent by each run outside a pipeline"
        assert count <= 1, result
        if second:
            assert count == 0 and "It is not known whether this attempt has sent the message" in self._said, result
            return f"{ending.kind}: reported as unknown"
        assert count == 1, result
        return f"{ending.kind}: sent once"

    def _run(self, ending: Ending, *, first: bool) -> int:
        self._runs += 1
        store = self._folder / ("first" if first or not ending.fresh else "another")
        env = {**self._environment, "LINKENGAGE_STORE": str(store), "LINKENGAGE_TIMEOUT": "2"}
        env["TMPDIR"] = self._temporary
        if ending.in_pipeline:
            env.update(GITLAB, CI_JOB_ID=str(self._runs))
        arguments = ["--inventory", "a,b", "--connection", "local"]
        if first and ending.kind == "check":
            arguments.append("--check")
        if first and ending.kind == "store":
            (self._folder / "file").touch()
            env["LINKENGAGE_STORE"] = str(self._folder / "file")
        if first and ending.kind in FAULTS:
            self._simulator.faults([FAULTS[ending.kind]])
        run = self._warm.start(PLAY.format(keywords=ending.keywords), *arguments, env=env, folder=self._folder / "home")
        if first and ending.kind in SIGNALS:
            run.until(lambda: len(self._simulator.log()) >= ending.moment)
            run.kill(SIGNALS[ending.kind])
        status = run.end()
        self._wait_for_orphans()
        self._said = " ".join(run.stdout.split())
        return status

    def _wait_for_orphans(self) -> None:
        """Wait for the processes of a killed run. They end before their next request."""
        deadline = time.monotonic() + PATIENCE
        while self._folder / "home" in working_folders():
            assert time.monotonic() < deadline, "a process of a killed run does not end"
            time.sleep(0.05)


def working_folders() -> set[Path]:
    found = set()
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            found.add(link.readlink())
        except OSError:  # the process has ended
            continue
    return found


ENDINGS, AT_ONCE = 300, 2


@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.exhaustive) for part in range(1, ENDINGS // AT_ONCE))]
)
def test_nobody_gets_a_message_twice_and_none_is_lost(
    part: int, warm, simulator, connection_env, tmp_path, record_property
) -> None:
    counts: Counter[str] = Counter()
    for seed in range(part * AT_ONCE, (part + 1) * AT_ONCE):
        counts[Campaign(warm, simulator, connection_env, tmp_path / str(seed)).ended_once(seed)] += 1
    record_property("notify", dict(counts))

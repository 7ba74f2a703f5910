# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fault campaign: after any fault, nobody gets the message of a key twice, and each reported outcome is true.

Each run is a send with a fault or a kill, followed by three runs of the same task. The deliveries in the simulator show
the true outcome. The counts are printed at the end of the test run.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sms_child

from linkengage_simulator.process import SimulatorProcess

Json = dict[str, Any]

pytestmark = pytest.mark.slow

RUNS = 10  # number of runs of each kind
FEW = 2  # number of runs with a database; all runs are in make test-all
TIMEOUT = 0.25  # seconds, if the fault is a slow service
THROTTLED = "Number of allowed API requests per minute exceeded"

# The fault of the POST: a control request, or a function that makes the control request from random numbers.
FAULTS: dict[str, Any] = {
    "none": None,
    "dropped before acting": {"action": "drop_before"},
    "dropped after acting": {"action": "drop_after"},
    "500 before acting": {"action": "status", "status": 500},
    "500 after acting": {"action": "status_after", "status": 500},
    "503 of the throttle, waited out": {"action": "status", "status": 503, "body": THROTTLED},
    "503 of the throttle, not waited for": {"action": "status", "status": 503, "body": THROTTLED},
    "503 before acting": {"action": "status", "status": 503},
    "503 after acting": {"action": "status_after", "status": 503},
    "time-out before acting": lambda pick: {"action": "delay", "seconds": TIMEOUT + pick.choice([0.02, 0.1, 0.3])},
    "time-out after acting": {"action": "delay_after", "seconds": TIMEOUT + 0.1},
    "answer cut off": {"action": "truncate"},
    "a page instead of an answer, before acting": {"action": "body", "body": "<html>Please log in</html>"},
    "a page instead of an answer, after acting": {"action": "body", "body": "<html>Thanks</html>", "act": True},
    "a word instead of an answer": {"action": "body", "body": '"ok"', "content_type": "application/json"},
    "refused": {"action": "status", "status": 400},
    "refused login": {"action": "status", "status": 406},
}
# These steps happen only after a lost answer, so the POST also gets a fault.
AFTER_A_LOSS = ("answer lost", "message found")
KILLS = (
    "planned",
    "hold taken",
    "intent not yet recorded",
    "intent half recorded",
    "intent recorded",
    "POST not yet sent",
    "POST connected",
    "POST half sent",
    "POST sent",
    "POST answered",
    "answer understood",
    "message read back",
    "outcome not yet recorded",
    "outcome half recorded",
    "outcome recorded",
    "all done",
    *AFTER_A_LOSS,
)
CONTACTS = [
    {"ContactId": 4711, "Firstname": "Kari", "PhoneNumber": "90555817"},
    {"ContactId": 4712, "Firstname": "Ola", "PhoneNumber": "4741234567"},
    {"ContactId": 4713, "Firstname": "Per", "PhoneNumber": "+4792000004"},
]
GROUPS = [{"GroupId": 12, "Name": "On call", "members": [4711, 4712]}]
# Receivers as options, and their phones.
RECEIVERS: list[tuple[Json, list[str]]] = [
    ({"numbers": ["+4792000004"]}, ["4792000004"]),
    ({"groups": ["On call"]}, ["4741234567", "4790555817"]),
    ({"contacts": [4713], "groups": ["On call"]}, ["4741234567", "4790555817", "4792000004"]),
    ({"numbers": ["905 55 817", "92000004"], "groups": ["On call"]}, ["4741234567", "4790555817", "4792000004"]),
]


@pytest.fixture(scope="session")
def nursery(collections_path: Path) -> Iterator[sms_child.Nursery]:
    with sms_child.Nursery(collections_path) as nursery:
        yield nursery


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    sms_child.pause_briefly(monkeypatch)


class Run:
    """One run with a seed. The first send gets *fault*, or is killed at *step*."""

    def __init__(
        self, simulator: SimulatorProcess, folder: Path, seed: str, kind: str, store: Json | None = None
    ) -> None:
        self.pick = random.Random(seed)
        self.seed = seed
        self.simulator = simulator
        simulator.reset(contacts=CONTACTS, groups=GROUPS)
        receivers, self.phones = self.pick.choice(RECEIVERS)
        self.text = f"Disk full, {seed}"
        self.slow = kind.startswith("time-out")
        self.options = {
            "api_url": simulator.api(self.pick.choice([1, 2])),
            "data_format": self.pick.choice(["json", "xml"]),
            "username": simulator.username,
            "domain": simulator.domain,
            "password": simulator.password,
            "timeout": TIMEOUT if self.slow else 10.0,
            "throttle_timeout": 0 if kind.endswith("not waited for") else 30,
            **(store or {"store": str(folder / f"{abs(hash(seed))}")}),
            "idempotency_key": seed,
            "text": self.text,
            **receivers,
        }
        # If a message is sent again while the first message may still arrive, it can arrive twice. This is documented.
        self.first_policy = "fail" if self.slow else self.pick.choice(["fail", "resend"])

    def disturb(self, fault: Any) -> None:
        spec = fault(self.pick) if callable(fault) else fault
        if spec:
            self.simulator.faults([{"match": {"method": "POST", "path": "^/messages$"}, **spec}])
        if self.pick.random() < 0.3:  # in addition, the folders cannot be read for some time, before or after the send
            trouble = self.pick.choice([{"action": "drop_before"}, {"action": "status", "status": 500}])
            times, after = self.pick.choice([1, 4, 8, 12]), self.pick.choice([0, 6, 6, 7, 9])
            match = {"method": "GET", "path": "^/folders"}
            self.simulator.faults([{"match": match, "times": times, "after": after, **trouble}])

    def settle(self) -> None:
        """Wait until the service has finished its requests."""
        self.simulator.clear_faults()
        time.sleep(0.35 if self.slow else 0.02)

    def judge(self, result: Json) -> str:
        """Compare the reported outcome with the deliveries."""
        deliveries = [row for row in self.simulator.deliveries() if row["text"] == self.text]
        each = Counter(row["phone"] for row in deliveries)
        where = f"{self.seed}: {result} {dict(each)}"
        assert all(count == 1 for count in each.values()), f"twice, {where}"
        assert list(each) == [] or sorted(each) == self.phones, f"not to all, {where}"
        if result.get("killed"):
            return "killed"
        if result.get("failed"):
            return self._judge_failure(result, bool(each), where)
        assert result["outcome"] in ("sent", "already_sent"), where
        assert result["changed"] is (result["outcome"] == "sent"), where
        assert {row["message_id"] for row in deliveries} == {result["message"]["message_id"]}, f"a lie, {where}"
        return result["outcome"]

    def _judge_failure(self, result: Json, delivered: bool, where: str) -> str:
        failure = result["failure"]
        if failure["kind"] == "unknown_outcome":
            assert failure["outcome"] == "unknown", where
            assert "The message was not sent again" in result["msg"] or "was sent again" in result["msg"], where
            assert "on_unknown: resend" in result["msg"], where
            return "unknown"
        assert failure["kind"] in ("api", "throttled", "connection"), where
        assert not delivered, f"a lie, {where}"
        return f"failed ({failure['kind']})"

    def rerun(self, on_unknown: str) -> tuple[str, Json]:
        self.simulator.clear_log()
        result = sms_child.send({**self.options, "timeout": 10.0, "on_unknown": on_unknown})
        return self.judge(result), result


def finish(run: Run, first: str) -> list[str]:
    """Run the same task three more times. Returns the outcomes."""
    outcomes = [first]
    run.settle()
    second, _result = run.rerun("fail")
    outcomes.append(second)
    assert second in ("sent", "already_sent", "unknown"), (run.seed, outcomes)
    third, result = run.rerun("resend")
    outcomes.append(third)
    assert third in ("sent", "already_sent"), (run.seed, outcomes, result)
    if "sent" in outcomes[:2] or "already_sent" in outcomes[:2]:
        assert third == "already_sent", (run.seed, outcomes)
    last, _result = run.rerun("resend")
    assert last == "already_sent", (run.seed, outcomes)
    assert run.simulator.log(writes_only=True) == []
    return outcomes


def record_counts(record_property: Any, kind: str, counts: Counter[str], runs: int = RUNS) -> None:
    """Record the counts for the table at the end of the test run."""
    assert sum(counts.values()) == runs
    record_property("campaign", [kind, dict(counts)])


@pytest.mark.parametrize("kind", FAULTS)
def test_after_a_fault_of_the_connection_nobody_gets_a_message_twice(
    kind: str, simulator, tmp_path: Path, record_property
) -> None:
    counts: Counter[str] = Counter()
    for number in range(RUNS):
        run = Run(simulator, tmp_path, f"{kind} {number}", kind)
        run.disturb(FAULTS[kind])
        first = run.judge(sms_child.send({**run.options, "on_unknown": run.first_policy}))
        counts[" > ".join(finish(run, first))] += 1
    record_counts(record_property, kind, counts)


@pytest.mark.parametrize("step", KILLS)
def test_after_a_kill_at_any_step_nobody_gets_a_message_twice(
    step: str, simulator, nursery, tmp_path: Path, record_property
) -> None:
    record_counts(record_property, f"killed: {step}", killed(step, RUNS, simulator, nursery, tmp_path))


@pytest.mark.parametrize("runs", [FEW, pytest.param(RUNS, marks=pytest.mark.exhaustive)])
@pytest.mark.parametrize("step", KILLS)
def test_after_a_kill_at_any_step_with_a_database_nobody_gets_a_message_twice(
    step: str, runs: int, simulator, nursery, tmp_path: Path, postgres_store, record_property
) -> None:
    counts = killed(step, runs, simulator, nursery, tmp_path, postgres_store)
    record_counts(record_property, f"killed, with PostgreSQL: {step}", counts, runs)


def killed(
    step: str, runs: int, simulator: SimulatorProcess, nursery: Any, folder: Path, store: Json | None = None
) -> Counter[str]:
    """Return the outcomes of sends that are killed at a step."""
    counts: Counter[str] = Counter()
    for number in range(runs):
        # The simulator uses the same ids again in each run, so each run has its own store.
        mine = store and {**store, "store_schema": f"{store['store_schema']}_{number}"}
        run = Run(simulator, folder, f"{step} {number}", step, mine)
        if step in AFTER_A_LOSS:
            action = run.pick.choice(["drop_before", "drop_after", "status", "status_after", "truncate"])
            simulator.faults([{"match": {"method": "POST"}, "action": action}])
        options = {**run.options, "on_unknown": run.first_policy}
        (result,) = nursery.run([{"options": options, "step": step}])
        assert result == {"killed": True}, (run.seed, result)
        counts[" > ".join(finish(run, run.judge(result)))] += 1
    return counts


def test_every_step_is_in_the_campaign() -> None:
    assert set(KILLS) == set(sms_child.steps()) == set(sms_child.steps(in_database=True))

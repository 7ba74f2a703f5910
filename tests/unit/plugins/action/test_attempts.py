# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks with until and retries send one message, whatever the attempts report.

This applies to modules inside the controller and in separate processes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import support

WAIT = {"wait": True, "wait_timeout": 0, "require_delivery": True}


@pytest.fixture(params=[True, False], ids=["in the controller", "as a module"])
def play(request, run_playbook, connection_env) -> Callable[..., support.PlaybookRun]:
    """``play(task, ...)``: run the tasks in one play."""

    def run(*tasks: dict[str, Any]) -> support.PlaybookRun:
        variables = {"linkengage_in_process": request.param}
        text = json.dumps([{"hosts": "localhost", "gather_facts": False, "vars": variables, "tasks": list(tasks)}])
        return run_playbook(text, "-i", "localhost,", "-c", "local", env=connection_env)

    return run


def task(name: str, retries: int = 2, **options: Any) -> dict[str, Any]:
    given = {"text": "Disk full", "numbers": ["+4792000004"], **options}
    return {
        "name": name,
        "community.linkengage.linkengage_sms": given,
        "register": "sent",
        "until": "sent is succeeded",
        "retries": retries,
        "delay": 0,
    }


def posts(simulator: Any) -> int:
    return sum(entry["method"] == "POST" for entry in simulator.log(writes_only=True))


@support.in_json
@pytest.mark.parametrize("key", [None, "incident"])
def test_a_delivery_that_is_not_reported_sends_once(simulator, play, key) -> None:
    keyed = {"idempotency_key": key} if key else {}
    done = play(task("Send", **WAIT, **keyed))
    assert done.failed == ["Send"], done.stdout
    assert "require_delivery" in done.result("Send")["msg"]
    assert posts(simulator) == 1


@support.in_json
def test_a_lost_answer_is_settled_by_the_next_attempt(simulator, play) -> None:
    simulator.faults(
        [
            {"match": {"method": "POST"}, "action": "drop_after"},
            {"match": {"path": "^/folders$"}, "action": "status", "status": 500, "times": 3},
        ]
    )
    done = play({**task("Send", 3), "module_defaults": {"community.linkengage.linkengage_sms": {"retries": 0}}})
    assert done.failed == [], done.stdout
    assert done.result("Send")["message"]["message_id"] == simulator.deliveries()[0]["message_id"]
    assert posts(simulator) == 1


@support.in_json
def test_equal_tasks_and_items_each_send(simulator, play) -> None:
    looped = {**task("Loop"), "loop": [1, 2], "loop_control": {"label": "item"}}
    done = play(task("First"), task("Second"), looped)
    assert done.rc == 0, done.stdout
    assert posts(simulator) == 4
    assert len({row["message_id"] for row in simulator.deliveries()}) == 4

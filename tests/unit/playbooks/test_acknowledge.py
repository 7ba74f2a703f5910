# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook acknowledge: it stops an escalation, and always answers the sender of the SMS."""

from __future__ import annotations

import json
from typing import Any

import pytest
import support

pytestmark = [pytest.mark.slow, support.in_json]

KARI, MANAGER = "4790555817", "4741234567"
ESCALATION = {
    "text": "Nobody has acknowledged the incident on web1",
    "numbers": [f"+{MANAGER}"],
    "send_at": "+30m",
    "idempotency_key": "incident-4711-escalation",
}


@pytest.fixture
def escalate(run_module, tmp_path) -> Any:
    """``escalate()``: schedule the escalation as the guide does, with the default store of the playbook's home
    folder.
    """
    store = str(tmp_path / ".local" / "state" / "community.linkengage")
    return lambda: run_module("linkengage_sms", **ESCALATION, store=store)


def event(message_id: str) -> tuple[str, str]:
    """Return the argument with an event, as ansible-rulebook passes it."""
    message = {"sender": f"+{KARI}", "argument": "4711", "message_id": message_id, "command": "ACK"}
    return "-e", json.dumps({"ansible_eda": {"event": {"linkengage": message}}})


@pytest.fixture
def acknowledge(play) -> Any:
    """``acknowledge(*arguments)``: run the playbook, and return the exit status and the output."""

    def run(*arguments: str) -> tuple[int, str]:
        done = play("acknowledge", *arguments)
        return done.returncode, done.stdout + done.stderr

    return run


def answers(simulator: Any) -> list[str]:
    return [entry["text"] for entry in simulator.deliveries() if entry["phone"] == KARI]


def test_a_retry_after_an_acknowledgement_does_not_schedule_again(simulator, escalate, acknowledge) -> None:
    assert escalate()["outcome"] == "scheduled"
    for _time in range(2):  # an event can be delivered twice
        status, output = acknowledge(*event("I_1"))
        assert status == 0, output
        assert answers(simulator) == ["The escalation of 4711 is stopped."]
        assert escalate()["outcome"] == "cancelled"
    simulator.clock(7200)
    assert [entry["phone"] for entry in simulator.deliveries()] == [KARI]


def test_a_late_acknowledgement_gets_an_answer(simulator, escalate, acknowledge) -> None:
    escalate()
    simulator.clock(3600)
    for _time in range(2):
        status, output = acknowledge(*event("I_1"))
        assert status == 0, output
        assert answers(simulator) == ["The escalation of 4711 cannot be stopped. It was already sent to the managers."]
    status, output = acknowledge("-e", "incident=4711")
    assert status == 2
    assert "It was already sent to the managers." in output


def test_an_unknown_incident_gets_an_answer(simulator, escalate, acknowledge) -> None:
    status, output = acknowledge(*event("I_1"))
    assert status == 0, output
    assert answers(simulator) == ["No escalation of 4711 is known, so no escalation was stopped."]
    # The same event arrives again, after the escalation was scheduled.
    escalate()
    assert acknowledge(*event("I_1"))[0] == 0
    assert answers(simulator)[1:] == ["The escalation of 4711 is stopped."]
    status, output = acknowledge("-e", "incident=17")
    assert status == 2
    assert "No escalation of 17 is known" in output

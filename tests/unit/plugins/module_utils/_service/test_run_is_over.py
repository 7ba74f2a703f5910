# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When the run is over, no request is sent: no first request, no repetition, and no request after a wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._errors import NotSent
from ansible_collections.community.linkengage.plugins.module_utils._machine.run import Run
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import CONTACT
from ansible_collections.community.linkengage.plugins.module_utils._service.client import Client
from ansible_collections.community.linkengage.plugins.module_utils._service.connection import CONNECTION_SPEC, connect

RECORD = {**CONTACT.from_wire({}), "phone_number": "4790555817"}
REQUESTS: dict[str, Callable[[Client], Any]] = {
    "GET": lambda client: client.get(CONTACT, 1),
    "POST": lambda client: client.post(CONTACT, RECORD),
    "PUT": lambda client: client.put(CONTACT, 1, RECORD),
    "DELETE": lambda client: client.delete(CONTACT, 1),
}
THROTTLE = {
    "status": 503,
    "body": "Number of allowed API requests per minute exceeded",
    "headers": {"Retry-After": "60"},
}
FAULTS = {"throttle": THROTTLE, "server error": {"status": 500}, "budget": None}
CASES = [(method, fault) for method in REQUESTS for fault in FAULTS if (method, fault) != ("POST", "server error")]


@pytest.fixture
def client(json_account) -> Callable[..., Client]:
    def make(**options: Any) -> Client:
        defaults = {name: spec.get("default") for name, spec in CONNECTION_SPEC.items()}
        return connect({**defaults, **json_account.connection, **options}.get, Run("site.yml", 4711, 4712))

    return make


@pytest.mark.parametrize("method", REQUESTS)
def test_after_the_end_of_a_run_nothing_is_sent(json_account, client, monkeypatch, method: str) -> None:
    monkeypatch.setattr(Run, "is_over", lambda self: True)
    with pytest.raises(NotSent, match=r"ansible-playbook \(process 4711\) has ended"):
        REQUESTS[method](client())
    assert json_account.simulator.log() == []


@pytest.mark.parametrize(("method", "fault"), CASES)
def test_after_the_end_of_a_run_nothing_is_repeated(json_account, client, monkeypatch, method: str, fault: str) -> None:
    """A wait of a minute, or the pause before a repetition, ends soon after the run."""
    simulator = json_account.simulator
    simulator.seed(contacts=[{"ContactId": 1, "PhoneNumber": "4790555817"}])
    made = client(requests_per_minute=1 if fault == "budget" else None)
    if FAULTS[fault]:
        simulator.faults([{"match": {"method": method}, "action": "status", "times": None, **FAULTS[fault]}])
    else:
        monkeypatch.setattr(Run, "is_over", lambda self: False)
        REQUESTS["GET"](made)
    monkeypatch.setattr(Run, "is_over", lambda self: bool(simulator.log()))
    begun = time.monotonic()
    with pytest.raises(NotSent):
        REQUESTS[method](made)
    assert len(simulator.log()) == 1
    assert time.monotonic() - begun < 30, "it waits no longer than it must"

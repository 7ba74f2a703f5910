# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the clients in one process share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from virtual_time import VirtualTime

from ansible_collections.community.linkengage.plugins.module_utils._service import pace as _pace
from ansible_collections.community.linkengage.plugins.module_utils._service.connection import CONNECTION_SPEC
from ansible_collections.community.linkengage.plugins.module_utils._service.pace import WINDOW, Traffic
from ansible_collections.community.linkengage.plugins.plugin_utils import _session


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(_session, "CLIENTS", {})
    monkeypatch.setattr(_session, "TRAFFIC", {})
    yield


def options(username: str = "kari@acme.com", **more: Any) -> Callable[[str], Any]:
    values = {name: option.get("default") for name, option in CONNECTION_SPEC.items()}
    return {**values, "username": username, "password": "secret", **more}.get


def send(option: Callable[[str], Any], requests: int) -> None:
    client = _session.client_of(option)
    for _request in range(requests):
        with client.http.pace.turn():
            pass


def on_virtual_time(monkeypatch: pytest.MonkeyPatch, option: Callable[[str], Any]) -> VirtualTime:
    time = VirtualTime()
    account = _session.client_of(option).account
    monkeypatch.setattr(_session, "CLIENTS", {})
    monkeypatch.setitem(_session.TRAFFIC, account, Traffic(time.clock, time.changed))
    monkeypatch.setattr(_pace, "time", SimpleNamespace(time=time.clock))  # for the budget in the store
    return time


def test_options_of_one_account_share_one_client() -> None:
    assert _session.client_of(options()) is _session.client_of(options())
    assert _session.client_of(options()) is not _session.client_of(options(retries=0))


def test_two_clients_of_one_account_keep_one_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    time = on_virtual_time(monkeypatch, options())
    send(options(requests_per_minute=5), 3)
    send(options(requests_per_minute=5, data_format="xml"), 2)
    assert time.naps == []
    send(options(requests_per_minute=5, timeout=10.0), 1)
    assert sum(time.naps) == pytest.approx(WINDOW, abs=1)


def test_another_account_has_a_budget_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    time = on_virtual_time(monkeypatch, options())
    send(options(requests_per_minute=5), 5)
    send(options("ola@acme.com", requests_per_minute=5), 5)
    assert time.naps == []


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_knows_the_earlier_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    time = on_virtual_time(monkeypatch, options())
    send(options(requests_per_minute=5), 5)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            send(options(requests_per_minute=5), 1)
            status = 0 if time.naps else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

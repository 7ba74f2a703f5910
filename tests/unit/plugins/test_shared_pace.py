# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks that follow each other, or run at the same time, keep one budget of requests per minute."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sms_child

from ansible_collections.community.linkengage.plugins.module_utils._model.resources import CONTACT
from ansible_collections.community.linkengage.plugins.module_utils._service import pace as _pace
from ansible_collections.community.linkengage.plugins.module_utils._service.client import Client

WINDOW, BUDGET = 2.0, 6


@pytest.fixture
def options(simulator, store_options: dict[str, Any], monkeypatch) -> dict[str, Any]:
    monkeypatch.setattr(_pace, "WINDOW", WINDOW)
    simulator.options(rate=BUDGET, window=WINDOW)
    login = {"username": simulator.username, "domain": simulator.domain, "password": simulator.password}
    return {"api_url": simulator.api(2), "requests_per_minute": BUDGET, **login, **store_options}


def task(options: dict[str, Any]) -> Client:
    """The client of a new task, which has not seen any request."""
    connection = sms_child.module_util("_service.connection")
    params = {**{name: option.get("default") for name, option in connection.CONNECTION_SPEC.items()}, **options}
    client: Client = connection.connect(params.get)
    return client


def read(options: dict[str, Any], requests: int) -> list[str]:
    client = task(options)
    for _request in range(requests):
        client.list_records(CONTACT)
    return client.warnings()


def test_tasks_in_a_row_keep_one_budget(simulator, options) -> None:
    assert [read(options, 4) for _task in range(4)] == [[]] * 4
    assert [entry["throttled"] for entry in simulator.log()] == [False] * 16


def test_tasks_at_the_same_time_keep_one_budget(simulator, options) -> None:
    warnings: list[list[str]] = []
    tasks = [threading.Thread(target=lambda: warnings.append(read(options, 4))) for _task in range(4)]
    for one in tasks:
        one.start()
    for one in tasks:
        one.join()
    assert warnings == [[]] * 4
    assert [entry["throttled"] for entry in simulator.log()] == [False] * 16


def test_a_refused_request_does_not_count(simulator, options) -> None:
    simulator.options(rate=0)
    refusal = {"action": "status", "status": 503, "headers": {"Retry-After": "1"}, "body": "x"}
    simulator.faults([{"match": {}, **refusal}])
    client = task(options)
    client.list_records(CONTACT)
    assert len(client.store._run("SELECT id FROM pace")) == 1


def test_without_a_store_a_task_keeps_its_own_budget(simulator, options, tmp_path) -> None:
    (tmp_path / "file").touch()
    (warning,) = read({**options, "store": str(tmp_path / "file")}, 3)
    assert warning.startswith("requests_per_minute: other tasks are not counted, because of the store: store: ")
    assert len(simulator.log()) == 3


def test_a_long_wait_is_reported(simulator, options, monkeypatch) -> None:
    monkeypatch.setattr(_pace, "SILENT", 0.5)
    read(options, BUDGET)
    client, reports = task(options), []
    client.on_wait(reports.append)
    client.list_records(CONTACT)
    (report,) = reports
    assert report.startswith("requests_per_minute (6) is used up; waiting")

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two runs at the same time on one account, in separate processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._errors import Locked
from ansible_collections.community.linkengage.plugins.module_utils._machine.locks import Waiting, take
from ansible_collections.community.linkengage.plugins.module_utils._machine.open_store import open_store
from ansible_collections.community.linkengage.plugins.module_utils._machine.paths import account_path
from ansible_collections.community.linkengage.plugins.module_utils._service.account import account_of
from ansible_collections.community.linkengage.plugins.module_utils._service.connection import CONNECTION_SPEC, connect

LATENCY = 60  # milliseconds; long enough for the requests of both runs to overlap

Together = Callable[..., list[dict[str, Any]]]
EITHER_FORMAT = pytest.mark.parametrize(("data_format", "api_version"), [("json", 2), ("xml", 1)], ids=["json", "xml"])


@pytest.fixture
def together(account, collections_path: Path, tmp_path: Path) -> Iterator[Together]:
    """``together(module, *options, machines=1, delay=0)``: run a module several times at once, and return the results.

    Each run starts *delay* seconds after the previous run.
    """

    def run(module: str, *options: dict[str, Any], machines: int = 1, delay: float = 0) -> list[dict[str, Any]]:
        processes = []
        for number, mine in enumerate(options):
            time.sleep(delay if number else 0)
            machine = tmp_path / f"machine{number % machines}"
            machine.mkdir(exist_ok=True)
            arguments = machine / f"{number}.json"
            arguments.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": {**account.connection, **mine}}), encoding="utf-8")
            name = f"ansible_collections.community.linkengage.plugins.modules.linkengage_{module}"
            environment = {**os.environ, "PYTHONPATH": str(collections_path), "TMPDIR": str(machine)}
            command = [sys.executable, "-W", "ignore", "-m", name, str(arguments)]
            processes.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True))
        return [json.loads(process.communicate(timeout=600)[0]) for process in processes]

    account.simulator.options(latency=LATENCY)
    yield run
    account.simulator.options(latency=0)


def posts(account) -> int:
    return [entry["method"] for entry in account.simulator.log()].count("POST")


@EITHER_FORMAT
def test_two_runs_on_one_machine_create_one_contact_with_one_post(account, together) -> None:
    spellings = ("905 55 817", "+4790555817")
    results = together("contact", *({"phone_number": spelling, "first_name": "Kari"} for spelling in spellings))
    assert account.numbers() == ["4790555817"]
    assert posts(account) == 1
    assert sorted(result["changed"] for result in results) == [False, True]
    assert results[0]["contact"]["contact_id"] == results[1]["contact"]["contact_id"]


@pytest.mark.parametrize("spelling", ["host", "version", "slash"])
def test_two_spellings_of_one_address_are_one_account(json_account, together, spelling: str) -> None:
    url = json_account.simulator.api(2)
    other = {
        "host": url.replace("127.0.0.1", "localhost"),
        "version": json_account.simulator.api(1),
        "slash": f"{url}/",
    }
    assert other[spelling] != url
    results = together(
        "contact", *({"phone_number": "+4790555817", "api_url": address} for address in (url, other[spelling]))
    )
    assert sorted(result["changed"] for result in results) == [False, True], results
    assert json_account.numbers() == ["4790555817"]
    assert posts(json_account) == 1


@EITHER_FORMAT
def test_two_first_runs_on_a_machine_make_both_their_contacts(account, together) -> None:
    results = together("contact", {"phone_number": "90555817"}, {"phone_number": "41234567"})
    assert [result["changed"] for result in results] == [True, True]
    assert sorted(account.numbers()) == ["4741234567", "4790555817"]
    assert posts(account) == 2


@EITHER_FORMAT
def test_two_runs_on_one_machine_create_one_group_with_both_members(account, together) -> None:
    account.simulator.seed(
        contacts=[{"ContactId": 1, "PhoneNumber": "90555817"}, {"ContactId": 2, "PhoneNumber": "41234567"}]
    )
    together("group", *({"name": "On call", "members": {"add": [id]}} for id in (1, 2)))
    ((_id, group),) = account.groups().items()
    assert sorted(group["members"]) == [1, 2]
    assert posts(account) == 1


@pytest.mark.parametrize(("data_format", "api_version"), [("json", 2)], ids=["json"])
def test_two_machines_with_one_database_create_one_contact_with_one_post(account, together, postgres_store) -> None:
    options = {"phone_number": "+4790555817", "first_name": "Kari", **postgres_store}
    results = together("contact", options, options, machines=2)
    assert sorted(result["changed"] for result in results) == [False, True]
    assert posts(account) == 1


@pytest.mark.parametrize(("data_format", "api_version"), [("json", 2)], ids=["json"])
def test_a_lock_of_another_machine_is_waited_for_and_shown(account, postgres_store) -> None:
    name = account_of(account.simulator.login, account.simulator.api(2))
    other = open_store(postgres_store["store"], postgres_store["store_schema"], name, Waiting())
    options = {"phone_number": "+4790555817", "first_name": "Kari", **postgres_store}
    with other.hold("account"):
        result = account.run("contact", **options, lock_timeout=0.2)
        assert result["failure"]["kind"] == "locked"
        assert result["failure"]["holder"]["pid"] == os.getpid()
        assert account.writes == []
    assert account.done("contact", **options, lock_timeout=0.2)["changed"] is True


def test_the_locks_of_the_machine_and_of_the_database_share_one_lock_timeout(json_account, postgres_store) -> None:
    defaults = {name: option.get("default") for name, option in CONNECTION_SPEC.items()}
    client = connect({**defaults, **json_account.connection, **postgres_store, "lock_timeout": 10.0}.get)
    local = [take(account_path(client.account, "lock"), Waiting(), "the lock")]
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds
        if now[0] > 6 and local:
            local.pop().release()

    client.waiting._clock, client.waiting._sleep = lambda: now[0], sleep
    other = open_store(postgres_store["store"], postgres_store["store_schema"], client.account, Waiting())
    with other.hold("account"), pytest.raises(Locked), client.lock():
        pass
    assert 10 <= now[0] < 10.2


@EITHER_FORMAT
def test_two_runs_on_two_machines_leave_one_contact_with_both_changes(account, together) -> None:
    fields = ({"first_name": "Kari"}, {"last_name": "Nordmann"})
    results = together("contact", *({"phone_number": "90555817", **mine} for mine in fields), machines=2)
    assert [result.get("msg") for result in results if result.get("failed")] == []
    (contact,) = account.contacts().values()
    assert (contact["Firstname"], contact["Lastname"]) == ("Kari", "Nordmann")


@EITHER_FORMAT
@pytest.mark.parametrize(
    "repetition", [pytest.param(number, marks=[pytest.mark.exhaustive] * (number > 1)) for number in range(10)]
)
def test_two_machines_create_300_contacts_and_10_groups_once(
    account, together, repetition: int, tmp_path: Path
) -> None:
    """Both runs start together, or 0.2 seconds apart."""
    numbers = [f"+47{40_000_000 + index}" for index in range(300)]
    declared = {
        "contacts": [{"phone_number": number, "first_name": "Kari"} for number in numbers],
        "groups": [{"name": f"G{index}", "members": numbers[30 * index : 30 * index + 30]} for index in range(10)],
    }
    source = tmp_path / "book.json"
    source.write_text(json.dumps(declared), encoding="utf-8")
    options = {"src": str(source), "workers": 8}
    account.simulator.options(latency=0)
    results = together("address_book", options, options, machines=2, delay=0.2 * (repetition % 2))
    assert [result.get("msg") for result in results if result.get("failed")] == []
    names = Counter(group["Name"] for group in account.groups().values())
    assert sorted(Counter(account.numbers()).values()) == [1] * 300
    assert names == dict.fromkeys((f"G{index}" for index in range(10)), 1)
    assert {len(group["members"]) for group in account.groups().values()} == {30}
    account.done("address_book", **options)
    assert account.writes == []

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook sync while another run changes the same account: it waits, plans, and succeeds."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import lock_child
import pytest
import support

from ansible_collections.community.linkengage.plugins.module_utils._service.account import account_of

pytestmark = [pytest.mark.slow, support.in_json]

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def machine() -> Iterator[Path]:
    """A temporary folder that no other run uses. Its path is short, because ansible-core creates a socket in it."""
    with tempfile.TemporaryDirectory(prefix="le-") as folder:
        yield Path(folder)


@pytest.fixture
def start(collections_path, tmp_path, machine, connection_env) -> Iterator[Start]:
    """``start(contacts, *arguments)``: start sync with a file that declares these contacts."""
    started = []

    def sync(contacts: list[dict[str, str]], *arguments: str) -> subprocess.Popen[str]:
        home = tmp_path / f"home{len(started)}"
        home.mkdir()
        (home / "contacts.json").write_text(json.dumps({"contacts": contacts}), encoding="utf-8")
        command = [sys.executable, "-m", "ansible.cli.playbook", "community.linkengage.sync"]
        options = ["-e", f"src={home / 'contacts.json'}", "-e", "apply=true", "-e", "address_book_read_strategy=list"]
        environment = {
            **support.ansible_environment(collections_path, home),
            **connection_env,
            "TMPDIR": str(machine),
        }
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            [*command, *options, *arguments],
            env=environment,
            cwd=home,
            stdout=pipe,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield sync
    for process in started:
        process.kill()
        process.communicate()


def done(process: subprocess.Popen[str]) -> str:
    text = process.communicate(timeout=600)[0]
    assert process.returncode == 0, text
    return text


KARI = {"phone_number": "+4790555817", "first_name": "Kari"}
OLA = {"phone_number": "+4741234567", "first_name": "Ola"}


def test_the_plan_waits_for_the_other_run(simulator, machine: Path, start: Start, collections_path: Path) -> None:
    account = account_of(simulator.login, simulator.api(2))
    with lock_child.holding(account, machine, collections_path):
        process = start([KARI, OLA])
        assert process.stdout is not None
        assert any("waiting for the lock of this account" in line for line in process.stdout)
        assert [entry for entry in simulator.log() if entry["path"] == "/contacts"] == []
        simulator.seed(contacts=[{"PhoneNumber": "4790555817", "Firstname": "Kari"}])
    text = done(process)
    assert "Contacts: 1 to create, 0 to update, 0 to delete, 1 as declared." in text
    assert simulator.log(writes_only=True)[0]["method"] == "POST"
    assert len(simulator.log(writes_only=True)) == 1


def test_the_plan_is_made_again_if_the_account_has_changed_since(simulator, start: Start) -> None:
    other = {"contacts": [{"PhoneNumber": "4790555817", "Firstname": "K"}]}
    simulator.faults([{"match": {"method": "GET", "path": "^/contacts$"}, "after": 1, "action": "hook", "seed": other}])
    text = done(start([KARI, OLA]))
    assert "Contacts: 2 to create, 0 to update, 0 to delete, 0 as declared." in text
    assert (
        "The account or the files have changed since the first plan, so a new plan was made. This plan was applied:"
        in text
    )
    assert "Contacts: 1 to create, 1 to update, 0 to delete, 0 as declared." in text
    assert sorted(contact["Firstname"] for contact in simulator.state()["contacts"]) == ["Kari", "Ola"]


def test_an_expected_plan_is_never_replaced(simulator, start: Start) -> None:
    process = start([KARI], "-e", "address_book_expect_plan_id=0000000000000000")
    text = process.communicate(timeout=600)[0]
    assert process.returncode == 2, text
    assert "expect_plan_id: the id of the plan is" in text
    assert simulator.log(writes_only=True) == []


def test_two_runs_with_different_files_both_succeed(simulator, start: Start) -> None:
    simulator.options(latency=20)
    people = [{"phone_number": f"+47{40_000_000 + index}", "first_name": "Kari"} for index in range(30)]
    texts = [done(process) for process in [start(people[:20]), start(people[10:])]]
    assert len({contact["PhoneNumber"] for contact in simulator.state()["contacts"]}) == 30
    assert len(simulator.state()["contacts"]) == 30
    assert all("changed=1" in text or "changed=0" in text for text in texts)
    simulator.clear_log()
    done(start(people))
    assert simulator.log(writes_only=True) == []

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook restore: it shows the changes that restore a backup, and makes them only with apply=true."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import support

pytestmark = [pytest.mark.slow, support.in_json]

APPLY = ("-e", "apply=true")
FILE = ("-e", "restore=./before.json")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def restore(play) -> Run:
    """``restore(*arguments)``: run the playbook of the collection in the folder of the backup."""
    return partial(play, "restore")


@pytest.fixture
def changed(simulator, run_module, tmp_path) -> Any:
    """An account after a run with a backup: one contact was deleted, one was changed, and one is new."""
    simulator.reset(
        contacts=[
            {"ContactId": 1, "PhoneNumber": "905 55 817", "Firstname": "Kari"},
            {"ContactId": 2, "PhoneNumber": "41234567", "Firstname": "Ola"},
        ],
        groups=[{"GroupId": 12, "Name": "On call", "members": [1, 2]}],
    )
    result = run_module(
        "linkengage_address_book",
        contacts=[
            {"contact_id": 1, "phone_number": "90555818"},
            {"phone_number": "99000001", "first_name": "New"},
        ],
        absent={"contacts": ["41234567"]},
        backup=str(tmp_path / "before.json"),
    )
    assert not result.get("failed"), result
    simulator.clear_log()
    return simulator


def names(simulator: Any) -> list[tuple[str, str]]:
    return sorted((contact["Firstname"], contact["PhoneNumber"]) for contact in simulator.state()["contacts"])


def done(ran: subprocess.CompletedProcess[str]) -> str:
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def refused(ran: subprocess.CompletedProcess[str]) -> str:
    assert ran.returncode == 2, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


OLD = [("Kari", "905 55 817"), ("Ola", "41234567")]


def test_the_plan_is_shown_and_applied_once(changed, restore) -> None:
    new = max(contact["ContactId"] for contact in changed.state()["contacts"])
    shown = done(restore(*FILE))
    assert "Contacts: 1 to create, 1 to update, 0 to delete, 0 as in the backup." in shown
    assert "- update contact 1, Kari (restore: contact 1): phone_number" in shown
    assert "1 contact is newer than the backup, and kept: New." in shown
    assert f"these records were created after the backup, and the task keeps them: contact {new}." in shown
    assert "Nothing was written." in shown
    assert [word for word in ("41234567", "4799000001") if word in shown] == []
    done(restore(*FILE, *APPLY, "--check"))
    assert changed.log(writes_only=True) == []

    (plan_id,) = re.findall("Plan ([0-9a-f]{16}): ", shown)
    applied = done(restore(*FILE, *APPLY, "-e", f"address_book_expect_plan_id={plan_id}"))
    assert "changed=1" in applied
    assert names(changed) == sorted([*OLD, ("New", "4799000001")])
    assert len(changed.state()["groups"][0]["members"]) == 2

    changed.clear_log()
    again = done(restore(*FILE, *APPLY))
    assert "The account is as in the backup." in again
    assert "changed=0" in again
    assert changed.log(writes_only=True) == []


def test_new_records_are_deleted_with_remove_created(changed, restore) -> None:
    done(restore(*FILE, *APPLY, "-e", "remove_created=true"))
    assert names(changed) == OLD


def test_a_conflict_stops_everything_unless_it_is_skipped(changed, restore) -> None:
    changed.seed(contacts=[{"ContactId": 70, "PhoneNumber": "+4741234567", "Firstname": "Somebody"}])
    text = refused(restore(*FILE, *APPLY))
    conflict = "the contact with id 2 is not restored, because its number now belongs to the contact with id 70"
    assert f"restore: {conflict}" in " ".join(text.split())
    assert changed.log(writes_only=True) == []
    done(restore(*FILE, *APPLY, "-e", "address_book_skip_invalid=true"))
    assert ("Kari", "905 55 817") in names(changed)
    assert ("Ola", "41234567") not in names(changed)


@pytest.mark.parametrize("arguments", [(), ("-e", "restore=")])
def test_a_missing_file_is_an_error(changed, restore, arguments: tuple[str, ...]) -> None:
    assert "Set the file to restore: -e restore=./before.json" in refused(restore(*arguments))
    assert changed.log() == []


def test_the_role_needs_one_source(changed, restore) -> None:
    assert "Set either address_book_src or address_book_restore." in refused(restore(*FILE, "-e", "address_book_src=x"))
    assert changed.log() == []

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Info modules can write their result to a file instead of returning it."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

MODULES = {"contact_info": "contacts", "group_info": "groups", "folder_info": "folders", "message_info": "messages"}


@pytest.fixture(params=MODULES)
def module(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def book(account) -> Any:
    """The account with a contact, a group and a message."""
    account.simulator.seed(
        contacts=[{"ContactId": 1, "PhoneNumber": "90555817", "Firstname": "Kåre"}],
        groups=[{"GroupId": 12, "Name": "On call", "members": [1]}],
    )
    account.simulator.inbound("4790555817", "ACK")
    return account


def test_the_file_contains_the_result_of_the_task(book, module: str, tmp_path: Path) -> None:
    name, dest = MODULES[module], tmp_path / "new" / "found.json"
    returned = book.done(module)
    written = book.twice(module, dest=str(dest))
    assert returned["count"] == written["count"] == len(returned[name]) > 0
    assert (written["changed"], written[name], written["dest"]) == (True, [], str(dest))
    assert json.loads(dest.read_text(encoding="utf-8")) == {name: returned[name]}
    assert stat.S_IMODE(dest.stat().st_mode) == 0o600


def test_check_mode_predicts_the_file_and_writes_nothing(book, module: str, tmp_path: Path) -> None:
    dest = tmp_path / "found.json"
    assert book.done(module, check=True, dest=str(dest))["changed"] is True
    assert not dest.exists()
    book.done(module, dest=str(dest))
    assert book.done(module, check=True, dest=str(dest))["changed"] is False


def test_an_unwritable_path_is_an_error(book, module: str) -> None:
    assert "/proc/found.json cannot be written" in book.refused(module, dest="/proc/found.json")


def test_a_count_cannot_have_a_dest(book, tmp_path: Path) -> None:
    assert "Omit the option `dest`" in book.refused("contact_info", count_only=True, dest=str(tmp_path / "count.json"))

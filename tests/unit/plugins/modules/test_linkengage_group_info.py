# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from assumed import Account

from ansible_collections.community.linkengage.plugins.module_utils._model.resources import GROUP
from ansible_collections.community.linkengage.plugins.module_utils._service import client


@pytest.fixture
def book(account) -> Any:
    """The account with three groups. Two of them have the same name, and the first has members."""
    account.simulator.seed(
        contacts=[{"ContactId": 1, "PhoneNumber": "90555817", "Firstname": "Kari"}],
        groups=[
            {"GroupId": 12, "Name": "On call", "Description": "Woken at night", "IsPrivate": True, "members": [1]},
            {"GroupId": 13, "Name": "Stab Øst"},
            {"GroupId": 14, "Name": "Stab Øst"},
        ],
    )
    return account


@pytest.mark.parametrize(
    ("options", "ids", "requests"),
    [
        ({}, [12, 13, 14], ["/groups"]),
        ({"name": "Stab Øst"}, [13, 14], ["/groups"]),
        ({"name": "stab øst"}, [], ["/groups"]),
        ({"group_id": 13}, [13], ["/groups/13"]),
        ({"group_id": 99}, [], ["/groups/99"]),
    ],
    ids=str,
)
def test_the_options_choose_the_records(book, options: dict[str, Any], ids: list[int], requests: list[str]) -> None:
    result = book.twice("group_info", **options)
    assert [group["group_id"] for group in result["groups"]] == ids
    assert book.reads == requests


def test_groups_come_with_all_their_fields(book) -> None:
    (group,) = book.done("group_info", group_id=12)["groups"]
    known = {"group_id": 12, "name": "On call", "description": "Woken at night", "private": True}
    assert group == {**GROUP.from_wire({}), **known}


def test_members_are_read_with_members_true(book) -> None:
    result = book.twice("group_info", members=True)
    assert [[contact["first_name"] for contact in group["members"]] for group in result["groups"]] == [["Kari"], [], []]
    assert result["groups"][0]["members"][0]["phone_number"] == "90555817"


@pytest.mark.parametrize(
    ("options", "left"), [({}, [12, 14]), ({"name": "Stab Øst"}, [14]), ({"group_id": 13}, [])], ids=str
)
def test_a_group_that_is_deleted_while_it_is_read_is_left_out(book, options: dict[str, Any], left: list[int]) -> None:
    deleted = {"action": "hook", "delete": ["/groups/13"]}
    book.simulator.faults([{"match": {"path": "^/groups/13/contacts"}, **deleted}])
    result = book.done("group_info", members=True, **options)
    assert [group["group_id"] for group in result["groups"]] == left
    assert result["count"] == len(left)


@pytest.mark.parametrize("data_format", ["json", "xml"])
def test_members_that_the_service_cuts_off_are_an_error(data_format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [{"ContactId": id, "PhoneNumber": f"9055{id:04}"} for id in range(1, 16)]
    groups = [{"GroupId": 12, "Name": "On call", "members": list(range(1, 16))}]
    account = Account({"list_limit": "10"}, data_format, contacts=people, groups=groups)
    monkeypatch.setattr(client, "time", account)
    result = account.run("group_info", members=True)
    assert result["msg"].startswith(
        "GET /groups/12/contacts: the list has 10 records and is not complete. The service cuts off long lists. "
        "For example, the list of all contacts has only 10 of 15 contacts. This task stops, because it would"
    )
    assert result["failure"]["kind"] == "incomplete_list"


def test_no_groups_are_an_empty_list(account) -> None:
    assert account.twice("group_info", members=True)["groups"] == []

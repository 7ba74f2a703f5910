# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Members that groups lose in linkengage_address_book: they are counted in every group, and the report names the
group.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

MARKER = "[ansible]"
STRATEGIES = pytest.mark.parametrize("strategy", ["list", "lookup", "auto"])


def number(id: int) -> str:
    return f"479000{id:04}"


def people(*ids: int) -> list[dict[str, Any]]:
    return [{"phone_number": number(id)} for id in ids]


@pytest.fixture
def crowd(json_account) -> Any:
    """100 contacts with the marker. The group *On call* has twenty of them, *Night* has four, and *Day* has ninety."""
    json_account.simulator.reset(
        contacts=[{"ContactId": id, "PhoneNumber": number(id), "Description3": MARKER} for id in range(1, 101)],
        groups=[
            {"GroupId": 12, "Name": "On call", "members": list(range(1, 21))},
            {"GroupId": 13, "Name": "Night", "members": [18, 19, 20, 21]},
            {"GroupId": 14, "Name": "Day", "members": list(range(11, 101))},
            {"GroupId": 15, "Name": "Empty"},
        ],
    )
    return json_account


class TestDeletedContacts:
    @STRATEGIES
    def test_count_in_groups_that_are_not_declared(self, crowd, strategy: str) -> None:
        absent = {"contacts": [number(id) for id in range(1, 20)]}
        for check in (True, False):
            result = crowd.run("address_book", absent=absent, read_strategy=strategy, check=check)
            assert result["msg"].startswith(
                "19 of 20 members of 'On call' would be removed, which is 95 %, but max_delete_percent allows only "
                "25 %. These 19 members are contacts that the task would delete. Nothing was written. Raise "
                "max_delete_percent to 95 to allow this."
            )
            assert (result["failure"]["kind"], result["failure"]["group"]) == ("guard", "On call")
            assert crowd.writes == []
        result = crowd.twice("address_book", absent=absent, read_strategy=strategy, max_delete_percent=100)
        assert result["members"] == {"added": 0, "removed": 19 + 2 + 9}
        assert result["losses"] == [
            {"group": "On call", "group_id": 12, "members": 20, "removed": 19},
            {"group": "Night", "group_id": 13, "members": 4, "removed": 2},
            {"group": "Day", "group_id": 14, "members": 90, "removed": 9},
        ]
        assert result["change_count"] == 19

    def test_count_in_a_declared_group_together_with_removed_members(self, crowd) -> None:
        declared = {
            "contacts": people(*range(5, 101)),
            "groups": [{"name": "On call", "members": [number(id) for id in range(7, 21)]}],
        }
        options = {**declared, "marker": MARKER, "purge": ["contacts"]}
        message = crowd.refused("address_book", **options)
        assert message.startswith("6 of 20 members of 'On call' would be removed")
        assert "4 of these 6 members are contacts that the task would delete." in message
        result = crowd.twice("address_book", **options, max_delete_percent=30)
        assert result["losses"] == [{"group": "On call", "group_id": 12, "members": 20, "removed": 6}]
        assert crowd.members(12) == set(range(7, 21))

    def test_count_in_a_declared_group_without_members(self, crowd) -> None:
        options = {"groups": [{"name": "On call"}], "absent": {"contacts": [number(id) for id in range(1, 20)]}}
        assert "19 of 20 members of 'On call'" in crowd.refused("address_book", **options)

    def test_a_small_group_keeps_half_of_its_members(self, crowd) -> None:
        message = crowd.refused("address_book", absent={"contacts": [number(id) for id in (19, 20, 21)]})
        assert message.startswith("3 of 4 members of 'Night' would be removed, which is")
        assert "which is more than half. These 3 members are contacts that the task would delete. Nothing" in message
        assert "Set `allow_empty` to allow this." in message
        crowd.twice("address_book", absent={"contacts": [number(id) for id in (20, 21)]})

    def test_every_group_is_reported(self, crowd) -> None:
        message = crowd.refused("address_book", absent={"contacts": [number(id) for id in range(1, 22)]})
        assert message.startswith("20 of 20 members of 'On call'")
        assert "\n4 of 4 members of 'Night' would be removed, so no members would be left. These 4 members" in message

    def test_are_not_read_if_no_record_is_deleted(self, crowd) -> None:
        crowd.done("address_book", contacts=people(1, 2), read_strategy="list")
        assert "/groups/12/contacts" not in crowd.reads

    def test_members_are_read_once_also_for_a_backup(self, crowd, tmp_path) -> None:
        crowd.done("address_book", absent={"contacts": [number(1)]}, backup=str(tmp_path / "before.json"))
        assert sorted(path for path in crowd.reads if path.endswith("/contacts") and path != "/contacts") == [
            f"/groups/{id}/contacts" for id in (12, 13, 14, 15)
        ]


class TestDeletedGroups:
    PURGE: dict[str, Any] = {"groups": [{"name": "Empty"}], "marker": MARKER, "purge": ["groups"]}  # noqa: RUF012

    @pytest.fixture
    def teams(self, json_account) -> Any:
        json_account.simulator.reset(
            contacts=[{"ContactId": id, "PhoneNumber": number(id)} for id in range(1, 6)],
            groups=[
                {"GroupId": 12, "Name": "On call", "Description": MARKER, "members": [1, 2]},
                {"GroupId": 13, "Name": "Empty", "Description": MARKER},
            ],
        )
        return json_account

    @pytest.mark.parametrize("options", [{"absent": {"groups": ["On call"]}}, PURGE], ids=["absent", "purge"])
    def test_with_members_need_force(self, teams, options: dict[str, Any]) -> None:
        for check in (True, False):
            result = teams.run("address_book", **options, check=check)
            assert "These groups have members and would be deleted: 'On call' with 2 members." in result["msg"]
            assert "Set `force`" in result["msg"]
            assert (result["failure"]["kind"], result["failure"]["option"]) == ("guard", "force")
            assert teams.writes == []
        result = teams.twice("address_book", **options, force=True)
        assert "DELETE /groups/12" in teams.writes
        assert result["losses"] == [{"group": "On call", "group_id": 12, "members": 2, "removed": 2}]
        assert len(teams.contacts()) == 5

    def test_without_members_need_no_confirmation(self, teams) -> None:
        teams.twice("address_book", absent={"groups": ["Empty"]})
        assert teams.writes == ["DELETE /groups/13"]

    def test_allow_empty_includes_force(self, teams) -> None:
        teams.twice("address_book", absent={"groups": ["On call"]}, allow_empty=True)

    def test_force_does_not_allow_to_empty_other_groups(self, teams) -> None:
        message = teams.refused("address_book", absent={"contacts": [number(1), number(2)]}, force=True)
        assert message.startswith("2 of 2 members of 'On call' would be removed")
        assert "These 2 members are contacts that the task would delete." in message


class TestThePlanId:
    def plan_id(self, account, **options: Any) -> str:
        return account.done("address_book", **options, check=True, force=True)["plan_id"]

    def test_of_a_deleted_group_depends_on_its_members(self, crowd) -> None:
        options: dict[str, Any] = {"absent": {"groups": ["Night"]}}
        first = self.plan_id(crowd, **options)
        assert self.plan_id(crowd, **options) == first
        crowd.done("group", name="Night", members={"add": [number(50)]})
        result = crowd.run("address_book", **options, force=True, expect_plan_id=first)
        assert result["msg"].startswith("expect_plan_id: the id of the plan is ")
        assert crowd.writes == []
        crowd.done("group", name="Night", members={"remove": [number(50)]})
        crowd.done("address_book", **options, force=True, expect_plan_id=first)

    def test_of_a_deleted_contact_depends_on_its_groups(self, crowd) -> None:
        options: dict[str, Any] = {"absent": {"contacts": [number(1)]}}
        first = self.plan_id(crowd, **options)
        crowd.done("group", name="Empty", members={"add": [number(1), number(2)]})
        assert self.plan_id(crowd, **options) != first

    def test_is_the_same_for_each_read_strategy(self, crowd) -> None:
        options: dict[str, Any] = {"absent": {"contacts": [number(1)], "groups": ["Night"]}}
        ids = {self.plan_id(crowd, **options, read_strategy=strategy) for strategy in ("list", "lookup", "auto")}
        assert len(ids) == 1

    def test_the_members_of_a_deleted_group_are_in_the_plan_file(self, crowd, tmp_path) -> None:
        file = tmp_path / "plan.json"
        crowd.done("address_book", absent={"groups": ["Night"]}, check=True, force=True, dest=str(file))
        (change,) = json.loads(file.read_text(encoding="utf-8"))
        assert change["memberships"] == [18, 19, 20, 21]

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole address book in one task: afterwards, the account has the declared records, and a second run writes
nothing.
"""

from __future__ import annotations

import json
import threading
from typing import Any
from unittest import mock

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._records import many
from ansible_collections.community.linkengage.plugins.module_utils._service.client import Client

CONTACTS = [
    {"ContactId": 1, "PhoneNumber": "90555817", "Firstname": "Kari", "Email": "kari@example.com"},
    {"ContactId": 2, "PhoneNumber": "4741234567", "Firstname": "Ola"},
    {"ContactId": 3, "PhoneNumber": "+46701740605", "Firstname": "Åsa"},
]
GROUPS = [
    {"GroupId": 12, "Name": "On call", "Description": "At night", "members": [1, 2]},
    {"GroupId": 13, "Name": "Empty"},
]
NONE = {"created": 0, "updated": 0, "deleted": 0, "unchanged": 0}


def size(result: dict[str, Any]) -> int:
    """Return the size of a result without the arguments.

    Older versions of ansible-core add the arguments to the result.
    """
    return len(str({name: value for name, value in result.items() if name != "invocation"}))


def actions(result: dict[str, Any]) -> list[str]:
    return [f"{change['action']} {change['resource']}" for change in result["changes"]]


class TestContacts:
    def test_are_created_updated_or_left_as_they_are(self, book) -> None:
        declared = [
            {"phone_number": "+4790555817", "first_name": "Kari", "last_name": "Nordmann"},
            {"phone_number": "412 34 567", "first_name": "Ola"},
            {"phone_number": "0047 990 00 001", "first_name": "Per", "private": True, "email": ""},
        ]
        result = book.twice("address_book", contacts=declared, read_strategy="list")
        assert result["contacts"] == {"created": 1, "updated": 1, "deleted": 0, "unchanged": 1}
        assert actions(result) == ["create contact", "update contact"]
        assert book.writes == ["POST /contacts", "PUT /contacts/1"]
        stored = book.contacts()
        assert (stored[1]["Lastname"], stored[1]["Email"]) == ("Nordmann", "kari@example.com")
        assert stored[3]["Firstname"] == "Åsa"
        (new,) = [contact for id, contact in stored.items() if id > 3]
        assert (new["PhoneNumber"], new["Firstname"], new["IsPrivate"]) == ("4799000001", "Per", True)

    def test_keep_omitted_fields_and_clear_empty_fields(self, book) -> None:
        book.twice("address_book", contacts=[{"phone_number": "90555817", "email": "", "description": "Oslo"}])
        contact = book.contacts()[1]
        assert (contact["Email"] or "", contact["Description"], contact["Firstname"]) == ("", "Oslo", "Kari")

    def test_that_are_not_declared_are_counted_and_not_written(self, book) -> None:
        result = book.done("address_book", contacts=[{"phone_number": "90555817"}], read_strategy="list")
        assert result["unmanaged"]["contacts"] == {"count": 2, "sample": ["Ola", "Åsa"]}
        assert result["unmanaged"]["groups"] == {"count": 2, "sample": ["On call", "Empty"]}
        assert (result["changed"], book.writes) == (False, [])

    @pytest.mark.parametrize("spelling", ["+47 905 55 817", "004790555817", "4790555817", "905-55-817"])
    def test_are_found_by_every_spelling_of_their_number(self, one_book, spelling: str) -> None:
        declared = [{"phone_number": spelling, "first_name": "Kari"}]
        for strategy in ("list", "lookup"):
            result = one_book.done("address_book", contacts=declared, read_strategy=strategy)
            assert result["contacts"] == {**NONE, "unchanged": 1}
            assert one_book.writes == []

    @pytest.mark.parametrize("strategy", ["list", "lookup"])
    def test_that_are_stored_as_they_are_declared_are_found(self, one_book, strategy: str) -> None:
        one_book.simulator.seed(contacts=[{"ContactId": 4, "PhoneNumber": "922 22 222", "Firstname": "Stored"}])
        declared = [{"phone_number": "922 22 222", "first_name": "New"}]
        one_book.twice("address_book", contacts=declared, read_strategy=strategy)
        assert one_book.writes == ["PUT /contacts/4"]
        assert one_book.contacts()[4]["PhoneNumber"] == "922 22 222"

    @pytest.mark.parametrize(
        ("number_format", "stored"),
        [("msisdn", "4799000001"), ("e164", "+4799000001"), ("national", "99000001"), ("as_given", "990 00 001")],
    )
    def test_are_stored_in_number_format(self, one_book, number_format: str, stored: str) -> None:
        declared = [{"phone_number": "990 00 001"}]
        one_book.twice("address_book", contacts=declared, number_format=number_format, read_strategy="list")
        assert one_book.numbers()[-1] == stored

    def test_get_another_number_by_their_id(self, book) -> None:
        declared = [{"contact_id": 1, "phone_number": "99000001"}]
        result = book.twice("address_book", contacts=declared, read_strategy="list")
        assert actions(result) == ["update contact"]
        assert book.contacts()[1]["PhoneNumber"] == "4799000001"

    def test_cannot_take_the_number_of_another_contact(self, one_book) -> None:
        result = one_book.run("address_book", contacts=[{"contact_id": 1, "phone_number": "41234567"}])
        assert "contacts[0]: the number of this entry is already used by the contact with id 2." in result["msg"]
        assert "or merge the contact with id 2 into the contact of this entry (id 1)." in result["msg"]
        assert one_book.writes == []

    def test_cannot_take_a_number_that_is_declared_for_another_contact(self, one_book) -> None:
        declared = [{"contact_id": 1, "phone_number": "99000001"}, {"phone_number": "+4799000001"}]
        message = one_book.refused("address_book", contacts=declared, default_country_code="47")
        assert "contacts[0] and contacts[1]" in message
        assert one_book.requests == []

    def test_cannot_both_take_one_number(self, one_book) -> None:
        declared = [{"contact_id": 1, "phone_number": "99000001"}, {"contact_id": 2, "phone_number": "99000001"}]
        message = one_book.refused("address_book", contacts=declared)
        for place, other, own in (("contacts[0]", 2, 1), ("contacts[1]", 1, 2)):
            assert (
                f"{place}: the number of this entry is also declared for the contact with id {other}. Correct "
                f"the number, or merge the contact with id {other} into the contact of this entry (id {own})."
            ) in message

    def test_can_take_a_number_that_another_contact_gives_up(self, one_book) -> None:
        declared = [{"contact_id": 1, "phone_number": "41234567"}, {"contact_id": 2, "phone_number": "99000001"}]
        one_book.twice("address_book", contacts=declared, read_strategy="list")
        assert [one_book.contacts()[id]["PhoneNumber"] for id in (1, 2)] == ["4741234567", "4799000001"]

    def test_with_a_number_that_is_given_up_are_created(self, one_book) -> None:
        declared = [{"phone_number": "90555817", "first_name": "B"}, {"contact_id": 1, "phone_number": "99000001"}]
        one_book.twice("address_book", contacts=declared, read_strategy="list")
        assert sorted(one_book.writes) == ["POST /contacts", "PUT /contacts/1"]

    def test_an_unknown_id_is_a_problem(self, one_book) -> None:
        result = one_book.run("address_book", contacts=[{"contact_id": 99, "first_name": "Nobody"}])
        assert "contacts[0]: there is no contact with id 99" in result["msg"]

    def test_one_record_in_two_entries_is_written_once(self, one_book) -> None:
        declared = [{"contact_id": 1, "first_name": "A"}, {"phone_number": "90555817", "first_name": "B"}]
        result = one_book.run("address_book", contacts=declared, read_strategy="list")
        assert (
            "contacts[1]: this entry is for the same contact (contact_id 1) as the entry in contacts[0]"
            in result["msg"]
        )
        assert one_book.writes == ["PUT /contacts/1"]
        assert one_book.contacts()[1]["Firstname"] == "A"

    def test_two_records_with_one_number_are_a_problem_or_the_first_is_used(self, one_book) -> None:
        one_book.simulator.seed(contacts=[{"ContactId": 9, "PhoneNumber": "+4790555817"}])
        declared = [{"phone_number": "90555817", "first_name": "New"}]
        result = one_book.run("address_book", contacts=declared)
        assert "contact_id 1, 9" in result["msg"]
        assert one_book.writes == []
        one_book.twice("address_book", contacts=declared, on_duplicate="first")
        assert one_book.writes == ["PUT /contacts/1"]


class TestGroups:
    def test_are_created_and_filled_in_one_run(self, book) -> None:
        result = book.twice(
            "address_book",
            contacts=[{"phone_number": "99000001", "first_name": "Per"}],
            groups=[{"name": "New", "description": "Ny", "members": ["+4799000001", "90555817", {"contact_id": 3}]}],
            read_strategy="list",
        )
        assert result["members"] == {"added": 3, "removed": 0}
        assert result["groups"] == {**NONE, "created": 1}
        ((id, group),) = [item for item in book.groups().items() if item[0] not in (12, 13)]
        assert (group["Name"], group["Description"]) == ("New", "Ny")
        numbers = {contact["PhoneNumber"] for key, contact in book.contacts().items() if key in book.members(id)}
        assert numbers == {"4799000001", "90555817", "+46701740605"}

    def test_have_exactly_their_members(self, book) -> None:
        groups = [{"name": "On call", "members": ["412 34 567", "+46701740605"]}]
        result = book.twice("address_book", groups=groups)
        assert result["members"] == {"added": 1, "removed": 1}
        assert book.writes == ["PUT /groups/12/contacts/3", "DELETE /groups/12/contacts/1"]
        assert book.members(12) == {2, 3}

    def test_keep_their_members_if_no_members_are_declared(self, book) -> None:
        book.twice("address_book", groups=[{"name": "On call", "description": "By day"}])
        assert book.writes == ["PUT /groups/12"]
        assert book.members(12) == {1, 2}
        assert "/groups/12/contacts" not in book.reads

    def test_are_emptied_by_an_empty_list_only_with_allow_empty(self, book) -> None:
        groups = [{"name": "On call", "members": []}]
        assert "Set `allow_empty` to allow this" in book.refused("address_book", groups=groups)
        book.twice("address_book", groups=groups, allow_empty=True)
        assert book.members(12) == set()

    def test_are_not_written_for_a_member_named_twice(self, one_book) -> None:
        members = ["90555817", "+4790555817", {"contact_id": 1}, 1, "41234567"]
        result = one_book.done("address_book", groups=[{"name": "On call", "members": members}])
        assert (result["changed"], one_book.writes) == (False, [])

    @pytest.mark.parametrize("strategy", ["list", "lookup"])
    @pytest.mark.parametrize("member", [3, {"contact_id": 3}, "+46701740605", {"phone_number": "0046701740605"}])
    def test_find_their_members_with_each_read_strategy(self, one_book, strategy: str, member: Any) -> None:
        one_book.twice("address_book", groups=[{"name": "Empty", "members": [member]}], read_strategy=strategy)
        assert one_book.members(13) == {3}

    def test_are_renamed_by_their_id(self, book) -> None:
        book.twice("address_book", groups=[{"group_id": 12, "name": "Night watch"}])
        assert book.writes == ["PUT /groups/12"]
        assert (book.groups()[12]["Name"], book.members(12)) == ("Night watch", {1, 2})

    def test_cannot_take_the_name_of_another_group(self, one_book) -> None:
        result = one_book.run("address_book", groups=[{"group_id": 12, "name": "Empty"}])
        assert "groups[0]: the name of this entry is already used by the group with id 13" in result["msg"]
        assert one_book.writes == []

    def test_a_name_declared_with_and_without_an_id_is_rejected(self, one_book) -> None:
        groups = [{"group_id": 12, "name": "Night"}, {"name": "Night"}]
        assert "groups[0] and groups[1]" in one_book.refused("address_book", groups=groups)
        assert one_book.requests == []

    def test_with_one_name_are_a_problem(self, one_book) -> None:
        one_book.simulator.seed(groups=[{"GroupId": 14, "Name": "Empty"}])
        result = one_book.run("address_book", groups=[{"name": "Empty", "members": [1]}])
        assert "group_id 13, 14" in result["msg"]
        assert one_book.writes == []

    def test_find_a_member_who_gets_the_number_in_the_same_run(self, one_book) -> None:
        result = one_book.twice(
            "address_book",
            contacts=[{"contact_id": 3, "phone_number": "99000001"}],
            groups=[{"name": "Empty", "members": ["99000001"]}],
            read_strategy="list",
        )
        assert actions(result) == ["update contact", "add_member group"]
        assert one_book.members(13) == {3}

    def test_do_not_find_a_member_by_the_number_that_is_given_up_in_the_same_run(self, one_book) -> None:
        options = {
            "contacts": [{"contact_id": 1, "phone_number": "99000001"}],
            "groups": [{"name": "On call", "members": ["90555817", "41234567"]}],
        }
        result = one_book.run("address_book", **options, read_strategy="list")
        assert "groups[0]: members[0]" in result["msg"]
        assert "not in the address book" in result["msg"]
        assert one_book.members(12) == {1, 2}

    def test_an_unknown_member_is_a_problem_and_the_group_loses_no_members(self, one_book) -> None:
        groups = [{"name": "On call", "members": ["99000009", "+46701740605"]}]
        result = one_book.run("address_book", groups=groups)
        assert (
            "groups[0]: members[0]: the number 990...09 is not in the address book and is not declared" in result["msg"]
        )
        assert one_book.members(12) == {1, 2, 3}


class TestOrder:
    def test_is_creates_updates_additions_removals_deletes(self, one_book) -> None:
        result = one_book.done(
            "address_book",
            contacts=[{"phone_number": "99000001"}, {"phone_number": "90555817", "first_name": "New"}],
            groups=[{"name": "On call", "members": ["99000001", "90555817"]}, {"name": "Other"}],
            absent={"contacts": ["+46701740605"], "groups": ["Empty"]},
            read_strategy="list",
            workers=1,
        )
        new = one_book.contacts().keys() - {1, 2, 3}
        assert one_book.writes == [
            "POST /contacts",
            "POST /groups",
            "PUT /contacts/1",
            f"PUT /groups/12/contacts/{new.pop()}",
            "DELETE /groups/12/contacts/2",
            "DELETE /contacts/3",
            "DELETE /groups/13",
        ]
        assert actions(result)[:2] == ["delete contact", "delete group"]  # a reviewer reads the deletions first

    def test_a_group_is_never_empty_in_between(self, one_book) -> None:
        one_book.done("address_book", groups=[{"name": "On call", "members": [3]}], workers=8)
        kinds = [write.split()[0] for write in one_book.writes]
        assert kinds == ["PUT", "DELETE", "DELETE"]


class TestAbsent:
    def test_contacts_and_groups_are_deleted_by_name(self, book) -> None:
        absent = {"contacts": ["905 55 817", "99999999"], "groups": ["Empty", "Unknown"]}
        result = book.twice("address_book", absent=absent, read_strategy="list")
        assert (result["contacts"]["deleted"], result["groups"]["deleted"]) == (1, 1)
        assert sorted(book.writes) == ["DELETE /contacts/1", "DELETE /groups/13"]
        assert book.members(12) == {2}

    @pytest.mark.parametrize("strategy", ["auto", "lookup"])
    def test_contacts_are_found_without_a_list(self, one_book, strategy: str) -> None:
        one_book.twice("address_book", absent={"contacts": ["+4790555817"]}, read_strategy=strategy)
        assert one_book.writes == ["DELETE /contacts/1"]

    def test_a_number_of_two_contacts_is_not_picked_silently(self, one_book) -> None:
        one_book.simulator.seed(contacts=[{"ContactId": 9, "PhoneNumber": "+4790555817"}])
        for on_duplicate in ("fail", "first"):
            result = one_book.run("address_book", absent={"contacts": ["90555817"]}, on_duplicate=on_duplicate)
            assert "contact_id 1, 9" in result["msg"]
            assert one_book.writes == []

    def test_a_name_of_two_groups_is_not_picked_silently(self, one_book) -> None:
        one_book.simulator.seed(groups=[{"GroupId": 14, "Name": "Empty"}])
        result = one_book.run("address_book", absent={"groups": ["Empty"]})
        assert "group_id 13, 14" in result["msg"]
        assert one_book.writes == []

    @pytest.mark.parametrize(
        "declared",
        [
            {"contacts": [{"phone_number": "90555817"}]},
            {"contacts": [{"contact_id": 1}]},
            {"groups": [{"name": "On call", "members": ["+4790555817"]}]},
            {"groups": [{"name": "On call", "members": [{"contact_id": 1}]}]},
        ],
        ids=["number", "id", "member", "member's id"],
    )
    def test_a_record_that_is_also_declared_is_rejected(self, one_book, declared: dict[str, Any]) -> None:
        message = one_book.refused("address_book", **declared, absent={"contacts": ["90555817"]}, read_strategy="list")
        assert message.startswith("absent: ")

    def test_an_unquoted_number_is_rejected(self, one_book) -> None:
        message = one_book.refused("address_book", absent={"contacts": [90555817]})
        assert "absent.contacts[0]" in message
        assert "quote it" in message
        assert one_book.requests == []


class TestInvalidEntries:
    @pytest.mark.parametrize("part", ["contacts", "groups"])
    def test_a_repeated_entry_names_both_places_and_sends_nothing(self, one_book, part: str) -> None:
        twice = {
            "contacts": [
                {"phone_number": "905 55 817"},
                {"phone_number": "41234567"},
                {"phone_number": "004790555817"},
            ],
            "groups": [{"name": "A"}, {"name": "B"}, {"name": "A"}],
        }
        message = one_book.refused("address_book", **{part: twice[part]}, default_country_code="47")
        assert f"{part}[0] and {part}[2]" in message
        assert "Nothing was written" in message
        assert one_book.requests == []

    @pytest.mark.parametrize(
        ("entry", "complaint"),
        [
            (None, "contacts[1]: a dictionary of fields is expected"),
            ("90555817", "contacts[1]: a dictionary of fields is expected"),
            ({}, "contacts[1]: a contact needs a phone_number"),
            ({"phone_number": 90555817}, "contacts[1]: phone_number: "),
            ({"phone_number": None}, "contacts[1]: `phone_number` is null"),
            ({"phone_number": "99000001", "first_name": None}, "contacts[1]: `first_name` is null"),
            ({"phone_number": "99000001", "fist_name": "Per"}, "contacts[1]: the key 'fist_name' is not a field"),
            (
                {"phone_number": "99000001", "first_name": 7},
                "contacts[1]: `first_name` was read as the number 7, and not as text; quote it",
            ),
            ({"phone_number": "99000001", "private": "perhaps"}, "contacts[1]: `private` must be true or false"),
            (
                {"phone_number": "99000001", "first_name": "A\x07"},
                "contacts[1]: first_name: the character at position 2",
            ),
            (
                {"phone_number": "99000001", "contact_id": "²"},
                "contacts[1]: `contact_id` must be a positive whole number",
            ),
            (
                {"phone_number": "99000001", "contact_id": True},
                "contacts[1]: `contact_id` must be a positive whole number, not `true`",
            ),
            (
                {"phone_number": "99000001", "contact_id": "1" * 5000},
                "contacts[1]: `contact_id` must be a positive whole",
            ),
            (
                {"phone_number": "99000001", "contact_id": -12},
                "contacts[1]: `contact_id` must be a positive whole number, not -12",
            ),
            ({"phone_number": "90555817x"}, "contacts[1]: phone_number: the character at position 9"),
        ],
    )
    def test_an_invalid_contact_is_reported_and_the_others_are_written(
        self, one_book, entry: Any, complaint: str
    ) -> None:
        declared = [{"phone_number": "41234567", "last_name": "Nordmann"}, entry, {"phone_number": "99000002"}]
        result = one_book.run("address_book", contacts=declared, read_strategy="list")
        assert result["failed"] is True
        assert result["changed"] is True
        assert result["failure"]["kind"] == "partial_failure"
        assert [problem for problem in result["failure"]["problems"] if problem.startswith(complaint)], result
        assert complaint in result["msg"]
        assert sorted(one_book.writes) == ["POST /contacts", "PUT /contacts/2"]
        one_book.run("address_book", contacts=declared, read_strategy="list")
        assert one_book.writes == []

    @pytest.mark.parametrize(
        ("entry", "complaint"),
        [
            ({"members": []}, "groups[0]: a group needs a name"),
            ({"name": "", "members": []}, "groups[0]: a group needs a name"),
            ({"name": None}, "groups[0]: `name` is null"),
            ({"name": "On call", "members": None}, "groups[0]: `members` is null"),
            (
                {"name": "On call", "members": "90555817"},
                "groups[0]: in this module, `members` must be a list of phone numbers",
            ),
            ({"name": "On call", "members": [90555817]}, "groups[0]: members[0]: the integer with 8 digits"),
            ({"name": "On call", "members": [None]}, "groups[0]: members[0]"),
            (
                {"name": "On call", "members": [{"contact_id": "²"}]},
                "groups[0]: members[0]: contact_id must be a whole",
            ),
            ({"name": "On call", "number": "90555817"}, "groups[0]: the key 'number' is not a field"),
            ({"group_id": 99}, "groups[0]: there is no group with id 99"),
        ],
    )
    def test_an_invalid_group_is_reported_and_loses_no_members(self, one_book, entry: Any, complaint: str) -> None:
        result = one_book.run("address_book", groups=[entry])
        assert complaint in result["msg"]
        assert one_book.writes == []
        assert one_book.members(12) == {1, 2}

    def test_a_problem_is_a_warning_in_check_mode(self, one_book) -> None:
        declared = [{"phone_number": 90555817}, {"phone_number": "99000001"}]
        result = one_book.done("address_book", contacts=declared, check=True)
        assert any("contacts[0]" in str(warning) for warning in result["warnings"])
        assert result["contacts"]["created"] == 1

    def test_many_problems_stay_readable(self, one_book) -> None:
        declared = [{"phone_number": "9"} for _index in range(500)] + [{"phone_number": 1} for _index in range(500)]
        result = one_book.run("address_book", contacts=declared, check=True, default_country_code="47")
        assert size(result) < 20_000
        result = one_book.run("address_book", contacts=declared[500:], default_country_code="47")
        assert size(result) < 40_000
        assert "500" in result["msg"]

    def test_an_empty_declaration_is_an_error_without_allow_empty(self, one_book) -> None:
        for empty in ({"contacts": []}, {"groups": []}, {"absent": {"contacts": []}}, {"absent": {}}):
            assert "allow_empty" in one_book.refused("address_book", **empty)
            assert one_book.requests == []
        assert one_book.done("address_book", contacts=[], allow_empty=True)["changed"] is False

    def test_workers_have_bounds(self, one_book) -> None:
        for workers in (0, -1, 1000):
            message = one_book.refused("address_book", contacts=[{"phone_number": "99000001"}], workers=workers)
            assert message.startswith("workers: ")
            assert one_book.requests == []
        for share in (-1, 101):
            message = one_book.refused("address_book", contacts=[], allow_empty=True, max_delete_percent=share)
            assert message.startswith("max_delete_percent: ")


class TestReading:
    def seeded(self, account, count: int) -> Any:
        numbers = [f"{40_000_000 + index}" for index in range(count)]
        account.simulator.seed(contacts=[{"PhoneNumber": number} for number in numbers])
        return account

    def reads(self, account) -> list[str]:
        return [path.partition("/search/")[0] for path in account.reads if path != "/user"]

    def test_looks_up_a_small_share_of_the_book(self, json_account, monkeypatch) -> None:
        monkeypatch.setattr(many, "CONTACTS_A_LOOKUP", 100)
        account = self.seeded(json_account, 301)
        declared = [{"phone_number": f"{40_000_000 + index}"} for index in range(4)]
        assert account.done("address_book", contacts=declared[:2])["contacts"]["unchanged"] == 2
        assert self.reads(account) == ["/contacts/count", "/contacts", "/contacts"]
        assert all("/search/" in path for path in account.reads[-2:])
        account.done("address_book", contacts=declared)
        assert self.reads(account) == ["/contacts/count", "/groups", "/contacts"]

    def test_lists_without_a_count_if_many_contacts_are_declared(self, json_account) -> None:
        account = self.seeded(json_account, 251)
        declared = [{"phone_number": f"{40_000_000 + index}"} for index in range(201)]
        account.done("address_book", contacts=declared)
        assert self.reads(account) == ["/groups", "/contacts"]

    def test_lists_if_this_costs_less_than_the_look_ups(self, json_account) -> None:
        account = self.seeded(json_account, 301)
        result = account.done("address_book", contacts=[{"phone_number": f"{40_000_000 + i}"} for i in range(20)])
        assert result["contacts"]["unchanged"] == 20
        assert self.reads(account) == ["/contacts/count", "/groups", "/contacts"]

    @pytest.mark.parametrize("workers", [1, 5])
    def test_reads_groups_in_parallel_up_to_workers(self, json_account, workers: int) -> None:
        """The test uses a barrier instead of a clock: each request waits until *workers* requests have started."""
        names = [f"G{index}" for index in range(10)]
        json_account.simulator.seed(
            contacts=[{"ContactId": 1, "PhoneNumber": "40000001"}],
            groups=[{"Name": name, "members": [1]} for name in names],
        )
        meeting = threading.Barrier(workers)
        read = Client.members

        def together(client: Client, group_id: int) -> Any:
            meeting.wait(timeout=60)
            return read(client, group_id)

        declared = [{"name": name, "members": ["40000001"]} for name in names]
        with mock.patch.object(Client, "members", together):
            result = json_account.done("address_book", groups=declared, workers=workers, read_strategy="list")
        assert result["groups"]["unchanged"] == 10
        assert len([path for path in json_account.reads if path.startswith("/groups/")]) == 10

    def test_follows_read_strategy(self, json_account) -> None:
        account = self.seeded(json_account, 301)
        account.done("address_book", contacts=[{"phone_number": "40000001"}], read_strategy="list")
        assert self.reads(account) == ["/groups", "/contacts"]
        result = account.done("address_book", contacts=[{"phone_number": "40000001"}], read_strategy="lookup")
        assert self.reads(account) == ["/contacts"]
        assert "unmanaged" not in result or "contacts" not in result["unmanaged"]

    def test_lists_for_a_purge(self, json_account) -> None:
        account = self.seeded(json_account, 301)
        declared = {"contacts": [{"phone_number": "40000001", "description3": "x"}]}
        account.done("address_book", **declared, purge=["contacts"], marker="[a]")
        assert self.reads(account) == ["/groups", "/contacts"]
        message = account.refused("address_book", **declared, purge=["groups"], marker="[a]", read_strategy="lookup")
        assert message.startswith("purge: ")

    def test_reads_only_what_the_groups_need(self, json_account) -> None:
        account = self.seeded(json_account, 301)
        account.simulator.seed(groups=[{"Name": "On call"}])
        account.done("address_book", groups=[{"name": "On call"}])
        assert self.reads(account) == ["/groups"]

    def test_of_2000_contacts_and_5_groups_takes_7_requests_and_3_differences_3_writes(self, json_account) -> None:
        contacts = [
            {"ContactId": 1 + i, "PhoneNumber": f"47{40_000_000 + i}", "Firstname": f"N{i}"} for i in range(2000)
        ]
        groups = [
            {"GroupId": 5001 + i, "Name": f"G{i}", "members": list(range(1 + 10 * i, 9 + 10 * i))} for i in range(5)
        ]
        json_account.simulator.seed(contacts=contacts, groups=groups)
        declared = {
            "contacts": [{"phone_number": f"+{c['PhoneNumber']}", "first_name": c["Firstname"]} for c in contacts],
            "groups": [
                {"name": g["Name"], "members": [f"+47{40_000_000 + id - 1}" for id in g["members"]]} for g in groups
            ],
        }
        declared["contacts"][17]["first_name"] = "Changed"
        declared["contacts"].append({"phone_number": "+4799000001"})
        declared["groups"][3]["members"].append("+4740001000")
        result = json_account.done("address_book", **declared, default_country_code="47")
        assert len(json_account.reads) == 8  # the contacts are read once more, because one was created
        assert sorted(json_account.writes) == ["POST /contacts", "PUT /contacts/18", "PUT /groups/5004/contacts/1001"]
        assert size(result) < 10_000
        json_account.done("address_book", **declared)
        assert len(json_account.reads) == 8  # without default_country_code, the user is read for the country code
        assert json_account.writes == []


class TestTheReviewOfAPlan:
    def test_has_all_members_by_name_or_masked_number(self, one_book) -> None:
        one_book.simulator.seed(contacts=[{"ContactId": 4, "PhoneNumber": "99000009"}])
        result = one_book.twice(
            "address_book",
            contacts=[{"phone_number": "99000001", "first_name": "Per"}],
            groups=[{"name": "On call", "members": ["99000001", "90555817", "99000009"]}],
            absent={"groups": ["Empty"]},
        )
        assert result["plan"][4:9] == [
            "- delete group 13, Empty (absent)",
            "- On call: +2 -1 (groups[0])",
            "  - Ola",
            "  + 990...09 (groups[0]: members[2])",
            "  + Per (groups[0]: members[0])",
        ]
        members = [(row["member_name"], row["where"]) for row in result["changes"] if "member" in row]
        assert members == [
            ("Ola", "groups[0]"),
            ("990...09", "groups[0]: members[2]"),
            ("Per", "groups[0]: members[0]"),
        ]

    def test_shows_all_of_a_small_plan_and_a_summary_of_a_large_one(self, json_account, tmp_path) -> None:
        declared = [{"phone_number": f"{40_000_000 + index}"} for index in range(101)]
        options = {"contacts": declared, "check": True, "dest": str(tmp_path / "plan.json")}
        assert len(json_account.done("address_book", **{**options, "contacts": declared[:100]})["changes"]) == 100
        result = json_account.done("address_book", **options)
        assert len(result["changes"]) == 20
        assert f"The whole plan is in {tmp_path / 'plan.json'}." in result["plan"]
        assert len(json.loads((tmp_path / "plan.json").read_text())) == 101
        text = json_account.done("address_book", **{**options, "dest": str(tmp_path / "plan.txt")})
        assert sum(line in (tmp_path / "plan.txt").read_text() for line in text["plan"]) > 20
        assert (tmp_path / "plan.txt").read_text().count("\n- create ") == 101
        without = json_account.done("address_book", contacts=declared, check=True)
        assert "This is a summary. Set dest to write the whole plan to a file." in without["plan"]

    @pytest.mark.parametrize(
        ("show_people", "line"),
        [
            ("names", "- update contact 1, Kari (contacts[0]): email"),
            (True, '- update contact 1, Kari (contacts[0]): email "kari@example.com" becomes "k@acme.example"'),
            (False, "- update contact 1, 905...17 (contacts[0]): email"),
        ],
    )
    def test_shows_people_as_asked(self, one_book, show_people: str | bool, line: str) -> None:
        entry = {"phone_number": "90555817", "email": "k@acme.example"}
        result = one_book.done("address_book", contacts=[entry], show_people=show_people, check=True)
        assert line in result["plan"]

    def test_uses_the_places_of_inline_entries(self, one_book) -> None:
        options = {
            "contacts": [{"phone_number": "99000001"}, {"phone_number": "1"}],
            "groups": [{"name": "On call", "members": ["90555817", "99000001", "99000002"]}],
            "places": {"contacts": ["web00: on_call"], "groups": ["web: on_call"], "members": [["a", "b", "c: d"]]},
            "default_country_code": "47",
        }
        result = one_book.run("address_book", **options)
        assert result["failure"]["problems"][0].startswith("contacts[1]: phone_number: ")
        assert result["failure"]["problems"][1].startswith("c: d: the number 990...02 is not in the address book")
        assert [row["where"] for row in result["failure"]["changes"]] == ["web00: on_call", "b"]


class TestUnmanagedRecords:
    def test_are_a_failure_on_request(self, one_book) -> None:
        options = {"contacts": [{"phone_number": "90555817", "first_name": "New"}], "unmanaged": "fail"}
        for check in (True, False):
            message = one_book.refused("address_book", **options, check=check)
            assert message.splitlines() == [
                "unmanaged: the account differs from the declared address book by 1 change and 4 records that are not "
                "declared. Nothing was written. Declare these records, delete them, or add them to the option "
                "`ignore`.",
                "- update contact 1, 905...17 (contacts[0]): first_name",
                "2 contacts are in the account, but not declared: 474...67, +46...05.",
                "2 groups are in the account, but not declared: On call, Empty.",
            ]

    def test_are_a_failure_without_other_changes_too(self, one_book) -> None:
        options = {"contacts": [{"phone_number": "90555817"}], "unmanaged": "fail"}
        result = one_book.run("address_book", **options)
        assert result["failure"]["kind"] == "drift"
        assert result["failure"]["unmanaged"] == {"contacts": {"count": 2}, "groups": {"count": 2}}

    def test_are_not_a_failure_if_they_are_ignored(self, one_book) -> None:
        options = {"contacts": [{"phone_number": "90555817"}], "ignore": ["Ola", "+46 70 174 06 05", "On call", "E*"]}
        result = one_book.done("address_book", **options, unmanaged="fail")
        assert result["unmanaged"] == {part: {"count": 0, "sample": []} for part in ("contacts", "groups")}

    def test_of_a_large_account_are_listed_in_the_file_of_the_whole_plan(self, json_account, tmp_path) -> None:
        json_account.simulator.seed(contacts=[{"PhoneNumber": f"{90_000_000 + index}"} for index in range(25)])
        options = {"contacts": [{"phone_number": "99000001"}], "dest": str(tmp_path / "plan.txt")}
        result = json_account.done("address_book", **options, read_strategy="list", check=True)
        assert result["plan"][-1].endswith(", 900...19 and 5 more.")
        assert (tmp_path / "plan.txt").read_text().splitlines()[-1].endswith(", 90000023, 90000024.")

    def test_are_reported_or_not(self, one_book) -> None:
        options = {"contacts": [{"phone_number": "90555817"}], "read_strategy": "list"}
        assert one_book.done("address_book", **options)["plan"][-2:] == [
            "2 contacts are in the account, but not declared: Ola, Åsa.",
            "2 groups are in the account, but not declared: On call, Empty.",
        ]
        result = one_book.done("address_book", **options, unmanaged="ignore")
        assert result["unmanaged"] == {}
        assert not [line for line in result["plan"] if "not declared" in line]

    def test_cannot_be_found_by_looking_up(self, one_book) -> None:
        options = {"contacts": [{"phone_number": "90555817"}], "read_strategy": "lookup", "unmanaged": "fail"}
        assert one_book.refused("address_book", **options).startswith(
            "unmanaged: with this option, the task must read all contacts."
        )


class TestProblems:
    def test_are_shown_once_and_one_in_a_line(self, one_book) -> None:
        declared = [{"phone_number": "x1"}, {"phone_number": "90555817", "nonsense": 1}, {"phone_number": "99000001"}]
        for options in ({}, {"on_invalid": "refuse"}):
            result = one_book.run("address_book", contacts=declared, **options)
            lines = result["msg"].splitlines()
            problems = result["failure"]["problems"]
            assert len(problems) == 2
            assert [lines.count(problem) for problem in problems] == [1, 1]

    @pytest.mark.parametrize(
        ("members", "others"),
        [
            (["90555817", "+4741234567"], "1 more change"),
            (["90555817", "+4741234567", "+46701740605"], "2 more changes"),
        ],
    )
    def test_of_a_group_that_cannot_be_created_are_not_repeated_for_its_members(
        self, one_book, members: list[str], others: str
    ) -> None:
        match = {"path": "^/groups$", "method": "POST"}
        one_book.simulator.faults([{"match": match, "action": "status", "status": 400, "times": None}])
        result = one_book.run("address_book", groups=[{"name": "New", "members": members}])
        assert len(result["failure"]["problems"]) == 2
        ending = f" For the same reason, {others} to the members of this group failed."
        assert result["failure"]["problems"][1].endswith(ending)


class TestResults:
    def test_stay_small_for_a_large_book(self, json_account) -> None:
        declared = [{"phone_number": f"{40_000_000 + index}", "first_name": "x" * 50} for index in range(300)]
        result = json_account.done("address_book", contacts=declared, workers=8, read_strategy="list")
        assert result["contacts"]["created"] == 300
        assert len(result["changes"]) == 20
        assert result["diff"]["after"]["more changes"] == 280
        assert size(result) < 20_000
        assert len(json_account.contacts()) == 300

    def test_list_the_changes(self, one_book) -> None:
        result = one_book.done("address_book", contacts=[{"phone_number": "90555817", "first_name": "New"}], check=True)
        assert result["changes"] == [
            {
                "action": "update",
                "resource": "contact",
                "where": "contacts[0]",
                "id": 1,
                "name": "Kari",
                "before": {"first_name": "Kari"},
                "after": {"first_name": "New"},
            }
        ]

    def test_a_sample_includes_records_without_a_name(self, json_account) -> None:
        json_account.simulator.seed(contacts=[{"ContactId": 7, "PhoneNumber": "90555817"}])
        result = json_account.done("address_book", contacts=[], allow_empty=True, read_strategy="list")
        assert result["unmanaged"]["contacts"]["sample"] == ["905...17"]

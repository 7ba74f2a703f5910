# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Protection against unwanted deletions in linkengage_address_book: scope, guards, expected plan, backup."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml

MARKER = "[ansible]"
OURS = {"marker": MARKER, "purge": ["contacts", "groups"], "force": True}
CONTACTS = [
    {"ContactId": 1, "PhoneNumber": "90555817", "Firstname": "Kari", "Description3": f"Oslo {MARKER}"},
    {"ContactId": 2, "PhoneNumber": "4741234567", "Firstname": "Ola", "Description3": MARKER},
    {"ContactId": 3, "PhoneNumber": "+4792000003", "Firstname": "Åsa", "Email": "asa@example.com"},
    {"ContactId": 4, "PhoneNumber": "92000004", "Firstname": "Per", "Description3": f"x{MARKER}"},
    {"ContactId": 5, "PhoneNumber": "92000005", "Firstname": "Liv", "Description2": MARKER},
]
GROUPS = [
    {"GroupId": 12, "Name": "On call", "Description": MARKER, "members": [1, 3]},
    {"GroupId": 13, "Name": "Old", "Description": f"Old {MARKER}", "members": [2, 3]},
    {"GroupId": 14, "Name": "Foreign", "members": [1, 2, 3]},
]
KARI = {"phone_number": "90555817", "first_name": "Kari"}
ON_CALL = {"name": "On call", "members": ["90555817", "+4792000003"]}
DECLARED: dict[str, Any] = {"contacts": [KARI], "groups": [ON_CALL]}


def crowd(account, count: int, **fields: Any) -> list[dict[str, Any]]:
    """Create contacts 1001, ... with the numbers 40000000, ... Returns their entries."""
    contacts = [{"ContactId": 1001 + i, "PhoneNumber": f"{40_000_000 + i}", **fields} for i in range(count)]
    account.simulator.seed(contacts=contacts)
    return [{"phone_number": contact["PhoneNumber"]} for contact in contacts]


class TestPurge:
    def test_deletes_records_with_the_marker_that_are_not_declared(self, book) -> None:
        result = book.twice("address_book", **DECLARED, **OURS)
        assert sorted(book.writes) == ["DELETE /contacts/2", "DELETE /groups/13"]
        assert book.contacts().keys() == {1, 3, 4, 5}
        assert book.groups().keys() == {12, 14}
        assert result["unmanaged"]["contacts"] == {"count": 3, "sample": ["Åsa", "Per", "Liv"]}
        assert result["unmanaged"]["groups"] == {"count": 1, "sample": ["Foreign"]}

    @pytest.mark.parametrize(("part", "write"), [("contacts", "DELETE /contacts/2"), ("groups", "DELETE /groups/13")])
    def test_deletes_only_the_chosen_parts(self, one_book, part: str, write: str) -> None:
        one_book.twice("address_book", **DECLARED, marker=MARKER, purge=[part], force=True)
        assert one_book.writes == [write]

    def test_is_off_by_default(self, one_book) -> None:
        result = one_book.done("address_book", **DECLARED, marker=MARKER, read_strategy="list")
        assert (result["changed"], one_book.writes) == (False, [])
        assert result["unmanaged"]["contacts"]["count"] == 4

    @pytest.mark.parametrize("marker", [None, "", "  ", "a\x07"])
    def test_needs_a_marker(self, one_book, marker: str | None) -> None:
        message = one_book.refused("address_book", **DECLARED, purge=["contacts"], marker=marker)
        assert "marker" in message
        assert one_book.requests == []

    def test_needs_declarations_of_the_part(self, one_book) -> None:
        for part in ("contacts", "groups"):
            for rest in ({}, {part: []}):
                declared = {**{name: value for name, value in DECLARED.items() if name != part}, **rest}
                message = one_book.refused("address_book", **declared, marker=MARKER, purge=[part])
                assert message.startswith(f"purge: no {part} are declared")
                assert "allow_empty" in message
                assert one_book.requests == []
        options = {"groups": [{"name": "On call"}], "marker": MARKER, "purge": ["contacts"], "allow_empty": True}
        one_book.done("address_book", **options)
        assert sorted(one_book.writes) == ["DELETE /contacts/1", "DELETE /contacts/2"]

    def test_waits_until_problems_are_fixed(self, one_book) -> None:
        problems: list[dict[str, Any]] = [
            {**DECLARED, "contacts": [KARI, {"phone_number": 41234567}]},
            {**DECLARED, "contacts": [KARI, {"contact_id": 99}]},
            {**DECLARED, "groups": [{"name": "On call", "members": ["90555817", "99999999"]}]},
            {**DECLARED, "groups": [ON_CALL, {"group_id": 99}]},
        ]
        for declared in problems:
            result = one_book.run("address_book", **declared, **OURS)
            assert result["failed"] is True
            assert result["failure"]["withheld"] == 2
            assert "2 removals wait" in result["msg"]
            assert one_book.writes == []
            predicted = one_book.done("address_book", **declared, **OURS, check=True)
            assert any("2 deletions wait" in str(warning) for warning in predicted["warnings"])

    def test_waits_while_the_service_rejects_a_change(self, one_book) -> None:
        one_book.simulator.faults(
            [{"match": {"method": "PUT", "path": "^/contacts/1$"}, "action": "status", "status": 400}]
        )
        declared = {**DECLARED, "contacts": [{**KARI, "last_name": "Nordmann"}]}
        result = one_book.run("address_book", **declared, **OURS)
        assert one_book.writes == ["PUT /contacts/1"]
        assert result["failure"]["withheld"] == 2
        assert (result["failure"]["contacts"]["deleted"], result["failure"]["groups"]["deleted"]) == (0, 0)
        assert result["changed"] is False
        one_book.twice("address_book", **declared, **OURS)
        assert sorted(one_book.writes) == ["DELETE /contacts/2", "DELETE /groups/13", "PUT /contacts/1"]

    def test_keeps_a_needed_member_and_reports_it(self, one_book) -> None:
        declared = {**DECLARED, "groups": [{"name": "On call", "members": ["90555817", "41234567"]}]}
        result = one_book.run("address_book", **declared, **OURS)
        assert (
            "groups[0]: members[1]: the contact with id 2 (474...67) is a member of a declared group, but is not "
            "declared as a contact" in result["msg"]
        )
        assert not [write for write in one_book.writes if write.startswith("DELETE /contacts/")]

    def test_of_a_contact_takes_it_out_of_its_groups_without_a_request(self, one_book) -> None:
        declared = {**DECLARED, "groups": [ON_CALL, {"name": "Old", "members": ["+4792000003"]}]}
        one_book.twice("address_book", **declared, **OURS)
        assert one_book.writes == ["DELETE /contacts/2"]
        assert one_book.members(13) == {3}

    def test_does_not_find_the_marker_in_a_longer_marker(self, one_book) -> None:
        one_book.simulator.seed(contacts=[{"ContactId": 6, "PhoneNumber": "92000006", "Description3": "team2"}])
        one_book.done("address_book", contacts=[KARI], marker="team", purge=["contacts"])
        assert 6 in one_book.contacts()
        assert one_book.writes == ["PUT /contacts/1"]

    def test_uses_marker_field(self, one_book) -> None:
        one_book.done("address_book", contacts=[KARI], marker=MARKER, purge=["contacts"], marker_field="description2")
        assert one_book.writes == ["PUT /contacts/1", "DELETE /contacts/5"]


class TestMarker:
    @pytest.mark.parametrize(
        ("declared", "stored"),
        [({}, f"Bergen {MARKER}"), ({"description3": "Oslo"}, f"Oslo {MARKER}"), ({"description3": ""}, MARKER)],
    )
    def test_is_added_after_the_text(self, one_book, declared: dict[str, str], stored: str) -> None:
        one_book.simulator.seed(contacts=[{"ContactId": 6, "PhoneNumber": "92000006", "Description3": "Bergen"}])
        one_book.twice("address_book", contacts=[{"phone_number": "92000006", **declared}], marker=f" {MARKER} ")
        assert one_book.contacts()[6]["Description3"] == stored

    def test_is_written_to_new_records(self, book) -> None:
        book.twice("address_book", contacts=[{"phone_number": "99000001"}], groups=[{"name": "New"}], marker=MARKER)
        assert [c["Description3"] for c in book.contacts().values() if c["PhoneNumber"] == "4799000001"] == [MARKER]
        assert [g["Description"] for g in book.groups().values() if g["Name"] == "New"] == [MARKER]

    def test_can_be_next_to_another_marker(self, one_book) -> None:
        for marker in ("[b]", "[c]", "[b]"):
            one_book.done("address_book", contacts=[KARI], marker=marker)
        assert one_book.contacts()[1]["Description3"] == f"Oslo {MARKER} [b] [c]"
        assert one_book.writes == []


class TestIgnore:
    @pytest.mark.parametrize("pattern", ["Ola", "O*", "41234567", "+4741*", "4741234567", "412 34 567", "004741234567"])
    def test_keeps_names_and_numbers(self, one_book, pattern: str) -> None:
        one_book.twice("address_book", contacts=[KARI], marker=MARKER, purge=["contacts"], ignore=[pattern, "Nobody"])
        assert one_book.writes == []

    def test_keeps_groups(self, one_book) -> None:
        one_book.twice("address_book", groups=[ON_CALL], marker=MARKER, purge=["groups"], ignore=["Ol?"])
        assert one_book.writes == []

    @pytest.mark.parametrize(
        ("pattern", "place"), [("90555817", "contacts[0]"), ("K*", "contacts[0]"), ("On*", "groups[0]")]
    )
    def test_of_a_declared_record_is_an_error(self, one_book, pattern: str, place: str) -> None:
        message = one_book.refused("address_book", **DECLARED, **OURS, ignore=[pattern])
        assert message.startswith("ignore: these records are also declared: ")
        assert place in message

    def test_of_a_stored_name_is_an_error_too(self, one_book) -> None:
        options = {"contacts": [{"phone_number": "90555817", "email": "x@example.com"}], "ignore": ["Kari"]}
        result = one_book.run("address_book", **options)
        assert "contacts[0]: the contact with id 1 is also in the option `ignore`" in result["msg"]
        assert one_book.writes == []

    def test_of_an_absent_record_is_an_error(self, one_book) -> None:
        message = one_book.refused("address_book", absent={"contacts": ["41234567"]}, ignore=["Ola"])
        assert message.startswith("absent: ")

    def test_of_an_unquoted_number_is_rejected(self, one_book) -> None:
        message = one_book.refused("address_book", contacts=[KARI], ignore=["Ola", 41234567])
        assert message.startswith("ignore[1]: ")
        assert one_book.requests == []


class TestGuards:
    def test_30_of_100_deletes_fail_before_any_write(self, json_account) -> None:
        declared = crowd(json_account, 100, Description3=MARKER)
        options = {"contacts": [*declared[30:], {"phone_number": "99000001"}], "marker": MARKER, "purge": ["contacts"]}
        for check in (True, False):
            message = json_account.refused("address_book", **options, check=check)
            assert "30 of 100 managed contacts" in message
            assert "30 %" in message
            assert "max_delete_percent" in message
            assert "25 %" in message
            assert "Nothing was written" in message
        result = json_account.done("address_book", **options, max_delete_percent=30, workers=8)
        assert (result["contacts"]["deleted"], len(json_account.contacts())) == (30, 71)

    @pytest.mark.parametrize("strategy", ["list", "lookup"])
    def test_30_of_100_by_name_too(self, json_account, strategy: str) -> None:
        absent = {"contacts": [entry["phone_number"] for entry in crowd(json_account, 100)[:30]]}
        assert "30 of 100 contacts" in json_account.refused("address_book", absent=absent, read_strategy=strategy)
        absent["contacts"] = absent["contacts"][:25]
        assert json_account.done("address_book", absent=absent, read_strategy=strategy)["contacts"]["deleted"] == 25

    def test_count_groups(self, json_account) -> None:
        json_account.simulator.seed(groups=[{"Name": f"G{i}", "Description": MARKER} for i in range(10)])
        options = {"groups": [{"name": f"G{i}"} for i in range(7)], "marker": MARKER, "purge": ["groups"]}
        assert "3 of 10 managed groups" in json_account.refused("address_book", **options)

    def test_count_the_members_of_each_group(self, json_account) -> None:
        declared = crowd(json_account, 12)
        json_account.simulator.seed(groups=[{"GroupId": 12, "Name": "G", "members": list(range(1001, 1013))}])
        numbers = [entry["phone_number"] for entry in declared]
        options = {"contacts": [{"phone_number": "99000001"}], "groups": [{"name": "G", "members": numbers[4:]}]}
        message = json_account.refused("address_book", **options)
        assert "4 of 12 members of 'G'" in message
        assert "max_delete_percent" in message
        assert json_account.done("address_book", **options, max_delete_percent=34)["members"]["removed"] == 4

    def test_do_not_apply_below_ten_records(self, one_book) -> None:
        one_book.simulator.reset(contacts=CONTACTS)
        one_book.done("address_book", absent={"contacts": ["90555817", "41234567", "92000003", "92000004"]})
        assert one_book.contacts().keys() == {5}


class TestThePlan:
    def test_of_check_mode_is_applied_by_its_id(self, book) -> None:
        predicted = book.done("address_book", **DECLARED, **OURS, check=True)
        result = book.done("address_book", **DECLARED, **OURS, expect_plan_id=predicted["plan_id"])
        assert result["plan_id"] == predicted["plan_id"]
        assert len(book.writes) == 2
        again = book.done("address_book", **DECLARED, **OURS, expect_plan_id=predicted["plan_id"])
        assert (again["changed"], book.writes) == (False, [])

    def test_is_not_applied_if_it_has_changed(self, one_book) -> None:
        options = {**DECLARED, **OURS, "allow_empty": True}
        predicted = one_book.done("address_book", **options, check=True)
        one_book.simulator.seed(contacts=[{"ContactId": 9, "PhoneNumber": "92000009", "Description3": MARKER}])
        result = one_book.run("address_book", **options, expect_plan_id=predicted["plan_id"])
        assert result["failed"] is True
        assert result["msg"].startswith("expect_plan_id: ")
        assert result["failure"]["plan_id"] != predicted["plan_id"]
        assert one_book.writes == []

    def test_is_the_same_in_both_formats(self, book) -> None:
        ids = {
            book.done("address_book", **DECLARED, **OURS, check=True, data_format=data_format)["plan_id"]
            for data_format in ("json", "xml")
        }
        assert len(ids) == 1

    @pytest.mark.parametrize("check", [True, False])
    def test_fails_on_drift(self, one_book, tmp_path, check: bool) -> None:
        file = tmp_path / "plan.json"
        result = one_book.run("address_book", **DECLARED, **OURS, fail_on_drift=True, dest=str(file), check=check)
        assert (result["failed"], result["failure"]["kind"]) == (True, "drift")
        assert "by 2 changes" in result["msg"]
        assert result["failure"]["contacts"]["deleted"] == 1
        assert len(json.loads(file.read_text(encoding="utf-8"))) == 2
        assert one_book.writes == []

    @pytest.mark.parametrize("check", [True, False])
    def test_an_entry_with_a_problem_is_drift(self, one_book, check: bool) -> None:
        group = {"name": "On call", "members": ["90555817", "+4792000003", "41000040"]}
        one_book.done("address_book", groups=[ON_CALL])
        result = one_book.run("address_book", groups=[group], fail_on_drift=True, check=check)
        assert result["failed"]
        assert (
            "fail_on_drift: 1 entry has to be corrected before the comparison with the account. Nothing was"
            in result["msg"]
        )
        assert "groups[0]" in result["msg"]
        assert one_book.writes == []

    def test_without_drift_does_not_fail(self, one_book) -> None:
        one_book.done("address_book", **DECLARED, **OURS)
        assert one_book.done("address_book", **DECLARED, **OURS, fail_on_drift=True)["changed"] is False

    @pytest.mark.parametrize("check", [True, False])
    def test_is_written_whole_to_a_file(self, json_account, tmp_path, check: bool) -> None:
        file = tmp_path / "new" / "plan.json"
        declared = [{"phone_number": f"{40_000_000 + i}", "first_name": "Åse"} for i in range(30)]
        options = {"contacts": declared, "dest": str(file), "read_strategy": "list"}
        assert json_account.done("address_book", **options, check=check)["changed"] is True
        assert len(json.loads(file.read_text(encoding="utf-8"))) == 30
        assert file.stat().st_mode & 0o777 == 0o600
        json_account.done("address_book", **options)
        again = json_account.done("address_book", **options)
        assert (again["changed"], json.loads(file.read_text(encoding="utf-8"))) == (False, [])

    @pytest.mark.parametrize("option", ["backup", "dest"])
    def test_is_not_written_into_the_source(self, one_book, tmp_path, option: str) -> None:
        (tmp_path / "book.yml").write_text("contacts: []", encoding="utf-8")
        for source in (tmp_path, tmp_path / "book.yml"):
            file = tmp_path / "other.json" if source == tmp_path else source
            message = one_book.refused("address_book", src=str(source), **{option: str(file)}, allow_empty=True)
            assert message.startswith(f"{option}: ")
            assert (tmp_path / "book.yml").read_text(encoding="utf-8") == "contacts: []"


class TestBackup:
    CHANGES: ClassVar[dict[str, Any]] = {
        "contacts": [
            {**KARI, "email": "new@example.com", "private": True},
            {"contact_id": 3, "phone_number": "92000033", "email": ""},
        ],
        "groups": [{"name": "On call", "description": "New", "members": ["90555817", "92000004"]}],
        "absent": {"groups": ["Foreign"]},
    }

    def state(self, account) -> Any:
        """Return all stored records, without their ids."""
        contacts = account.contacts()

        def person(id: int) -> tuple[Any, ...]:
            fields = {name: value or "" for name, value in contacts[id].items()}
            number = str(fields.pop("PhoneNumber"))[-8:]
            return (
                number,
                *sorted((name, value) for name, value in fields.items() if name not in ("ContactId", "CreatedDate")),
            )

        groups = [
            (g["Name"], g["Description"] or "", g["IsPrivate"], sorted(map(person, g["members"])))
            for g in account.groups().values()
        ]
        return sorted(map(person, contacts)), sorted(groups)

    def test_restores_everything(self, book, tmp_path) -> None:
        file = tmp_path / "backup" / "before.json"
        before = self.state(book)
        options = {**self.CHANGES, **OURS, "backup": str(file)}
        book.twice("address_book", **options)
        assert self.state(book) != before
        assert file.stat().st_mode & 0o777 == 0o600
        book.done("address_book", src=str(file))
        assert self.state(book) == before
        assert book.done("address_book", src=str(file), read_strategy="list")["changed"] is False

    def test_is_not_written_in_check_mode(self, one_book, tmp_path) -> None:
        one_book.done("address_book", **self.CHANGES, force=True, backup=str(tmp_path / "b.json"), check=True)
        assert list(tmp_path.iterdir()) == []

    def test_contains_only_changed_records(self, one_book, tmp_path) -> None:
        file = tmp_path / "before.json"
        one_book.done("address_book", contacts=[{**KARI, "email": "new@example.com"}], backup=str(file))
        (entry,) = json.loads(file.read_text(encoding="utf-8"))["contacts"]
        assert (entry["contact_id"], entry["email"], entry["phone_number"]) == (1, "", "90555817")

    def test_is_not_written_if_nothing_is_to_do(self, one_book, tmp_path) -> None:
        file = tmp_path / "before.json"
        file.write_text("earlier", encoding="utf-8")
        one_book.done("address_book", contacts=[KARI], backup=str(file))
        assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["earlier"]

    def test_of_a_run_that_only_creates_has_no_records(self, one_book, tmp_path) -> None:
        """The backup has the ids of all records, so that restore recognises the new records."""
        file = tmp_path / "before.json"
        one_book.done("address_book", contacts=[KARI, {"phone_number": "99000001"}], backup=str(file))
        assert one_book.writes == ["POST /contacts"]
        tree = json.loads(file.read_text(encoding="utf-8"))
        assert (tree["contacts"], tree["groups"]) == ([], [])
        assert tree["backup"]["contacts"]["ids"] == "1 2 3 4 5"

    def test_does_not_replace_an_earlier_one(self, one_book, tmp_path) -> None:
        file = tmp_path / "before.json"
        for name in ("A", "B", "C"):
            one_book.done("address_book", contacts=[{"phone_number": "90555817", "first_name": name}], backup=str(file))
        names = {
            path.name: json.loads(path.read_text(encoding="utf-8"))["contacts"][0]["first_name"]
            for path in tmp_path.iterdir()
        }
        assert names == {"before.1.json": "Kari", "before.2.json": "A", "before.json": "B"}

    def test_that_cannot_be_written_stops_everything(self, one_book, tmp_path) -> None:
        (tmp_path / "file").write_text("", encoding="utf-8")
        message = one_book.refused("address_book", **self.CHANGES, **OURS, backup=str(tmp_path / "file" / "b.json"))
        assert "cannot be written" in message

    def test_is_written_before_the_first_change(self, one_book, tmp_path) -> None:
        file = tmp_path / "before.json"
        one_book.simulator.faults([{"match": {"method": "PUT"}, "action": "status", "status": 406, "times": None}])
        result = one_book.run("address_book", **self.CHANGES, **OURS, backup=str(file))
        one_book.simulator.clear_faults()
        assert result["failed"] is True
        assert file.exists()


class TestExport:
    def test_can_be_declared_again_without_a_write(self, book, tmp_path) -> None:
        book.simulator.seed(
            contacts=[
                {"ContactId": 21, "PhoneNumber": "93 00 00 21", "Firstname": "{{ 7 * 7 }}", "Lastname": "#jinja2:x"},
                {
                    "ContactId": 22,
                    "PhoneNumber": "+4793000022",
                    "Firstname": "yes",
                    "Lastname": "1e3",
                    "IsPrivate": True,
                },
                {"ContactId": 23, "PhoneNumber": "93000022", "Description": "- a: 'b'\u2028\n\tc", "CPAAccepted": True},
                {"ContactId": 24, "PhoneNumber": None, "Firstname": "Nobody", "Description": "a"},
                {"ContactId": 25, "PhoneNumber": "2000", "Firstname": ""},
            ],
            groups=[
                {"GroupId": 31, "Name": "Twice", "members": [21, 22, 23, 24]},
                {"GroupId": 32, "Name": "Twice", "Description": "%{~}"},
            ],
        )
        book.done("address_book_info", dest=str(tmp_path))
        result = book.done("address_book", src=str(tmp_path), marker=None, read_strategy="list")
        assert (result["changed"], book.writes) == (False, [])
        assert result["contacts"] == {"created": 0, "updated": 0, "deleted": 0, "unchanged": 10}
        assert result["groups"]["unchanged"] == 5

    def test_with_a_purge_deletes_no_record(self, one_book, tmp_path) -> None:
        one_book.done("address_book_info", dest=str(tmp_path))
        one_book.simulator.seed(contacts=[{"ContactId": 77, "PhoneNumber": "93000077", "Description3": MARKER}])
        result = one_book.done("address_book", src=str(tmp_path), **OURS)
        assert result["contacts"]["deleted"] == 1
        assert one_book.writes[-1] == "DELETE /contacts/77"
        assert len(yaml.safe_load(Path(tmp_path / "contacts.yml").read_text(encoding="utf-8"))["contacts"]) == 5


class TestGuardsOfFewRecordsAndAdditions:
    @pytest.fixture
    def nine(self, json_account) -> Any:
        contacts = [
            {"ContactId": id, "PhoneNumber": f"4790000{id:03}", "Firstname": f"Kari {id}", "Description3": MARKER}
            for id in range(1, 10)
        ]
        groups = [{"GroupId": 12, "Name": "On call", "members": list(range(1, 9))}]
        json_account.simulator.reset(contacts=contacts, groups=groups)
        return json_account

    def test_a_purge_of_eight_of_nine_needs_allow_empty(self, nine) -> None:
        options = {"contacts": [{"phone_number": "4790000001"}], "marker": MARKER, "purge": ["contacts"]}
        message = nine.refused("address_book", **options)
        assert message.startswith("8 of 9 managed contacts would be removed, which is more than half.")
        nine.twice("address_book", **options, allow_empty=True)
        assert nine.numbers() == ["4790000001"]

    @pytest.mark.parametrize("members", [[], ["4790000001"], ["4790000001", "4790000002", "4790000003"]])
    def test_a_group_keeps_at_least_half_of_its_members(self, nine, members: list[str]) -> None:
        groups = [{"name": "On call", "members": members}]
        assert "Set `allow_empty` to allow this." in nine.refused("address_book", groups=groups)
        assert "Set `force` to allow this." in nine.refused("group", name="On call", members={"set": members})
        nine.twice("group", name="On call", members={"set": members}, force=True)
        assert len(nine.members(12)) == len(members)

    def test_one_person_on_call_can_replace_another(self, nine) -> None:
        nine.done("group", name="On call", members={"set": ["4790000001"]}, force=True)
        nine.twice("group", name="On call", members={"set": ["4790000002"]})
        assert nine.members(12) == {2}

    def test_members_in_remove_can_be_removed_except_the_last_one(self, nine) -> None:
        numbers = [f"4790000{id:03}" for id in range(1, 9)]
        assert "Set `force` to allow this." in nine.refused("group", name="On call", members={"remove": numbers})
        nine.twice("group", name="On call", members={"remove": numbers[1:]})
        assert nine.members(12) == {1}
        nine.twice("group", name="On call", members={"remove": numbers}, force=True)
        assert nine.members(12) == set()

    @pytest.mark.parametrize("module", ["address_book", "group"])
    def test_a_wrong_file_does_not_fill_a_group(self, nine, module: str) -> None:
        people = [{"ContactId": id, "PhoneNumber": f"4791000{id:03}"} for id in range(100, 150)]
        nine.simulator.seed(contacts=people)
        numbers = [f"4790000{id:03}" for id in range(1, 9)] + [person["PhoneNumber"] for person in people]
        options: dict[str, Any] = {
            "address_book": {"groups": [{"name": "On call", "members": numbers}]},
            "group": {"name": "On call", "members": {"set": numbers}},
        }[module]
        message = nine.refused(module, **options)
        assert "50 new members" in message
        assert "but max_additions allows only 100 %" in message
        nine.twice(module, **options, max_additions=1000)
        assert len(nine.members(12)) == 58

    def test_a_wrong_file_does_not_add_its_people(self, nine) -> None:
        nine.simulator.seed(contacts=[{"ContactId": 10, "PhoneNumber": "4790000010"}])
        contacts = [{"phone_number": f"+47920000{index:02}"} for index in range(11)]
        message = nine.refused("address_book", contacts=contacts)
        assert message.startswith(
            "11 new contacts would be added to 10 existing contacts, which is 110 %, but max_create_percent allows"
        )
        nine.twice("address_book", contacts=contacts, max_create_percent=200)

    def test_a_file_that_knows_most_of_the_contacts_may_add_many(self, nine) -> None:
        contacts = [{"phone_number": f"4790000{index:03}"} for index in range(1, 60)]
        assert nine.twice("address_book", contacts=contacts)["contacts"]["created"] == 50

    def test_overwritten_names_are_rejected(self, json_account) -> None:
        people = [{"ContactId": id, "PhoneNumber": f"479000{id:04}", "Firstname": "Kari"} for id in range(1, 51)]
        json_account.simulator.reset(contacts=people)
        contacts = [{"phone_number": person["PhoneNumber"], "first_name": "Ola"} for person in people]
        message = json_account.refused("address_book", contacts=contacts)
        assert message.startswith("Values in 50 of 50 contacts would be overwritten, which is 100 %, but max_upd")
        json_account.twice("address_book", contacts=contacts, max_update_percent=100)

    def test_filled_in_values_and_markers_are_not_overwritten_values(self, json_account) -> None:
        people = [{"ContactId": id, "PhoneNumber": f"479000{id:04}", "Description3": "x"} for id in range(1, 51)]
        json_account.simulator.reset(contacts=people)
        contacts = [{"phone_number": person["PhoneNumber"], "first_name": "Ola"} for person in people]
        assert json_account.twice("address_book", contacts=contacts, marker=MARKER)["contacts"]["updated"] == 50

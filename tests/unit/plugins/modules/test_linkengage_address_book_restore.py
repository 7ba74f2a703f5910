# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""linkengage_address_book restores a backup, and never takes the number or the name of another record."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

MARKER = "[ansible]"
CONTACTS = [
    {"ContactId": 1, "PhoneNumber": "905 55 817", "Firstname": "Kari", "Email": "kari@example.com"},
    {"ContactId": 2, "PhoneNumber": "+4741234567", "Firstname": "Ola", "Description3": MARKER},
    {"ContactId": 3, "PhoneNumber": "92000003", "Firstname": "Åsa", "IsPrivate": True},
    {"ContactId": 4, "PhoneNumber": "92000004", "Firstname": "Per", "Description3": MARKER},
]
GROUPS = [
    {"GroupId": 12, "Name": "On call", "Description": "Night", "members": [1, 3]},
    {"GroupId": 13, "Name": "Managers", "members": [2, 3]},
    {"GroupId": 14, "Name": "Undeclared", "members": [1, 2, 3, 4]},
]
RUN: dict[str, Any] = {
    "contacts": [
        {"contact_id": 1, "phone_number": "90555818", "email": "", "last_name": "Nordmann"},
        {"phone_number": "92000003", "private": False},
        {"phone_number": "99000001", "first_name": "New"},
    ],
    "groups": [
        {"name": "On call", "description": "Day", "members": ["90555818", "99000001"]},
        {"name": "New", "members": ["99000001", "92000003"]},
    ],
    "absent": {"contacts": ["41234567"], "groups": ["Managers"]},
    "max_delete_percent": 100,
    "allow_empty": True,
    "force": True,
}


def state(account: Any) -> Any:
    """Return all records without their ids. Null and an empty text are equal."""
    contacts = account.contacts()

    def content(record: dict[str, Any]) -> Any:
        left_out = ("ContactId", "GroupId", "CreatedDate", "members")
        return sorted((name, str(value or "")) for name, value in record.items() if name not in left_out)

    groups = account.groups().values()
    members = [(content(group), sorted(content(contacts[id]) for id in group["members"])) for group in groups]
    return sorted(map(content, contacts.values())), sorted(members)


def run_with_backup(account: Any, tmp_path: Path, **options: Any) -> str:
    """Make a run with a backup. Returns the path of the backup."""
    file = str(tmp_path / "before.json")
    account.done("address_book", **{**RUN, **options}, backup=file)
    return file


class TestRestore:
    def test_undoes_a_run_in_one_task(self, book, tmp_path) -> None:
        before, ids = state(book), (book.contacts().keys(), book.groups().keys())
        file = run_with_backup(book, tmp_path)
        assert state(book) != before
        result = book.twice("address_book", restore=file, remove_created=True)
        assert state(book) == before
        assert book.contacts()[1]["PhoneNumber"] == "905 55 817"
        assert book.contacts().keys() - ids[0] == {max(book.contacts())}  # Ola was created again and has a new id
        assert book.groups().keys() & ids[1] == {12, 14}
        assert result["contacts"] == {"created": 1, "updated": 2, "deleted": 1, "unchanged": 0}
        assert result["groups"] == {"created": 1, "updated": 1, "deleted": 1, "unchanged": 0}

    def test_is_not_stopped_by_guards(self, json_account, tmp_path) -> None:
        contacts = [
            {"ContactId": 1001 + i, "PhoneNumber": f"{40_000_000 + i}", "Description3": MARKER} for i in range(40)
        ]
        group = {"GroupId": 12, "Name": "G", "members": [1001 + i for i in range(40)]}
        json_account.simulator.seed(contacts=contacts, groups=[group])
        before = state(json_account)
        options = {
            "contacts": [{"phone_number": f"{50_000_000 + i}", "first_name": "B"} for i in range(60)],
            "groups": [{"name": "G", "members": [f"{50_000_000 + i}" for i in range(60)]}],
            "marker": MARKER,
            "purge": ["contacts"],
            **{f"max_{what}_percent": 100 for what in ("delete", "update")},
            **{"max_create_percent": 1000, "max_additions": 1000, "allow_empty": True},
        }
        file = str(tmp_path / "before.json")
        json_account.done("address_book", **options, backup=file)
        assert len(json_account.contacts()) == 60
        json_account.twice("address_book", restore=file, remove_created=True, max_delete_percent=0)
        assert state(json_account) == before

    def test_lists_records_that_are_newer_and_keeps_them(self, one_book, tmp_path) -> None:
        file = run_with_backup(one_book, tmp_path)
        one_book.simulator.seed(contacts=[{"ContactId": 77, "PhoneNumber": "92000077", "Firstname": "Later"}])
        newer = sorted(one_book.contacts().keys() - {1, 2, 3, 4})
        result = one_book.twice("address_book", restore=file)
        assert result["created_since"]["contacts"]["ids"] == newer
        assert result["created_since"]["contacts"]["count"] == 2
        assert set(result["created_since"]["contacts"]["sample"]) == {"New", "Later"}
        assert result["created_since"]["groups"]["sample"] == ["New"]
        assert any(
            "created after the backup, and the task keeps them: contact 77, " in str(w) for w in result["warnings"]
        )
        assert newer[0] in one_book.contacts()
        assert one_book.groups()[12]["members"] == [1, 3]

    def test_leaves_other_records_alone(self, one_book, tmp_path) -> None:
        """Other people may change values, members and records that the run did not change."""
        file = str(tmp_path / "before.json")
        one_book.done("address_book", contacts=[{"phone_number": "92000003", "last_name": "Dahl"}], backup=file)
        one_book.done("contact", contact_id=1, last_name="Other")
        one_book.done("group", group_id=13, description="Other", members={"add": ["92000004"]})
        one_book.twice("address_book", restore=file)
        assert one_book.writes == ["PUT /contacts/3"]

    def test_adds_a_deleted_contact_to_undeclared_groups_and_removes_nobody_there(self, one_book, tmp_path) -> None:
        file = str(tmp_path / "before.json")
        one_book.done("address_book", absent={"contacts": ["41234567"]}, backup=file)
        one_book.done("group", group_id=14, members={"remove": ["92000003"]})
        one_book.done("group", group_id=13, members={"add": ["92000004"]})
        one_book.twice("address_book", restore=file)
        new = max(one_book.contacts())
        assert one_book.groups()[14]["members"] == [1, 4, new]
        assert one_book.groups()[13]["members"] == [3, 4, new]

    def test_restores_exchanged_numbers_and_names(self, one_book, tmp_path) -> None:
        before = state(one_book)
        first, second = str(tmp_path / "1.json"), str(tmp_path / "2.json")
        one_book.done("address_book", contacts=[{"contact_id": 1, "phone_number": "99000009"}], backup=first)
        entries = [{"contact_id": 3, "phone_number": "90555817"}, {"contact_id": 1, "phone_number": "92000003"}]
        groups = [{"group_id": 12, "name": "Old"}, {"group_id": 13, "name": "On call"}]
        one_book.done("address_book", contacts=entries, groups=groups, backup=second)
        for file in (second, first):
            one_book.twice("address_book", restore=file)
        assert state(one_book) == before

    @pytest.mark.parametrize("strategy", ["list", "lookup"])
    def test_finds_new_records_whatever_the_run_has_read(self, one_book, tmp_path, strategy: str) -> None:
        before = state(one_book)
        file = str(tmp_path / "before.json")
        created = [{"phone_number": "99000001"}]
        one_book.done("address_book", contacts=created, backup=file, read_strategy=strategy)
        one_book.twice("address_book", restore=file, remove_created=True)
        assert state(one_book) == before

    def test_has_its_own_plan_and_backup(self, one_book, tmp_path) -> None:
        file, undo, plan = run_with_backup(one_book, tmp_path), tmp_path / "undo.json", tmp_path / "plan.json"
        after = state(one_book)
        predicted = one_book.done("address_book", restore=file, check=True, dest=str(plan))
        assert one_book.writes == []
        assert {row["where"] for row in json.loads(plan.read_text(encoding="utf-8"))} >= {"restore: contact 1"}
        message = one_book.refused("address_book", restore=file, expect_plan_id="0" * 16)
        assert message.startswith("expect_plan_id: ")
        drift = one_book.run("address_book", restore=file, fail_on_drift=True)
        assert drift["failure"]["kind"] == "drift"
        assert drift["msg"].startswith("fail_on_drift: the account differs from the backup by ")
        options = {"restore": file, "expect_plan_id": predicted["plan_id"], "backup": str(undo)}
        assert one_book.done("address_book", **options)["plan_id"] == predicted["plan_id"]
        one_book.twice("address_book", restore=str(undo), remove_created=True)
        assert state(one_book) == after

    @pytest.mark.parametrize("path", ["^/contacts$", "^/groups$", "^/groups/[0-9]+/contacts/"])
    def test_that_failed_can_be_run_again(self, book, tmp_path, path: str) -> None:
        before = state(book)
        file = run_with_backup(book, tmp_path)
        methods = "PUT" if "contacts/" in path else "POST"
        fault = {"match": {"method": methods, "path": path}, "action": "status", "status": 400, "times": 1}
        book.simulator.faults([fault])
        failed = book.run("address_book", restore=file, remove_created=True)
        assert failed["failed"] is True
        book.simulator.clear_faults()
        book.twice("address_book", restore=file, remove_created=True)
        assert state(book) == before

    def test_recognises_a_record_whose_answer_was_lost(self, one_book, tmp_path) -> None:
        before = state(one_book)
        file = run_with_backup(one_book, tmp_path)
        fault = {"match": {"method": "POST", "path": "^/contacts$"}, "action": "drop_after", "times": 1}
        one_book.simulator.faults([fault])
        assert one_book.run("address_book", restore=file, remove_created=True)["failed"] is True
        one_book.simulator.clear_faults()
        one_book.twice("address_book", restore=file, remove_created=True)
        assert state(one_book) == before


class TestConflict:
    def test_of_a_number_is_reported_and_the_rest_is_restored(self, book, tmp_path) -> None:
        file = run_with_backup(book, tmp_path)
        taken = {"ContactId": 70, "PhoneNumber": "412 34 567", "Firstname": "Somebody else"}
        book.simulator.seed(contacts=[taken])
        result = book.run("address_book", restore=file)
        assert result["failed"] is True
        assert (
            "restore: the contact with id 2 is not restored, because its number now belongs to the contact with id 70"
            in result["msg"]
        )
        assert book.contacts()[70]["Firstname"] == "Somebody else"
        assert [c["ContactId"] for c in book.contacts().values() if c["PhoneNumber"].endswith("41234567")] == []
        assert book.contacts()[1]["PhoneNumber"] == "905 55 817"
        again = book.run("address_book", restore=file)
        assert (again["failed"], book.writes) == (True, [])
        refused = book.refused("address_book", restore=file, on_invalid="refuse")
        assert "the contact with id 70" in refused
        assert book.done("address_book", restore=file, on_invalid="skip")["changed"] is False

    def test_of_a_name_is_reported(self, one_book, tmp_path) -> None:
        file = run_with_backup(one_book, tmp_path)
        one_book.simulator.seed(groups=[{"GroupId": 70, "Name": "Managers", "members": [4]}])
        result = one_book.run("address_book", restore=file)
        assert (
            "restore: the group with id 13 is not restored, because its name now belongs to the group with id 70"
            in result["msg"]
        )
        assert one_book.groups()[70]["members"] == [4]

    def test_with_a_new_record_ends_if_it_is_removed(self, one_book, tmp_path) -> None:
        """The run gave the number of a contact to a new contact."""
        before = state(one_book)
        file = str(tmp_path / "before.json")
        one_book.done("address_book", contacts=[{"contact_id": 1, "phone_number": "99000009"}], backup=file)
        one_book.simulator.seed(contacts=[{"ContactId": 70, "PhoneNumber": "90555817"}])
        result = one_book.run("address_book", restore=file)
        assert "now belongs to the contact with id 70" in result["msg"]
        assert (
            "all records that were created after the backup, such as the contact with id 70, set remove_created."
            in result["msg"]
        )
        assert result["msg"].count("un the task again") == 1
        assert one_book.contacts()[1]["PhoneNumber"] == "4799000009"
        one_book.twice("address_book", restore=file, remove_created=True)
        assert state(one_book) == before

    def test_of_a_record_that_keeps_its_number_blocks_the_next_record(self, one_book, tmp_path) -> None:
        file = str(tmp_path / "before.json")
        moves = [{"contact_id": 3, "phone_number": "99000009"}, {"contact_id": 1, "phone_number": "92000003"}]
        one_book.done("address_book", contacts=moves, backup=file)
        one_book.simulator.seed(contacts=[{"ContactId": 70, "PhoneNumber": "90555817"}])
        result = one_book.run("address_book", restore=file)
        assert (
            "contact with id 1 is not restored, because its number now belongs to the contact with id 70"
            in result["msg"]
        )
        assert (
            "contact with id 3 is not restored, because its number now belongs to the contact with id 1"
            in result["msg"]
        )
        assert one_book.writes == []

    def test_does_not_arise_from_a_number_that_was_shared_before(self, one_book, tmp_path) -> None:
        twins = [{"ContactId": 20 + i, "PhoneNumber": "93000001", "Description3": MARKER} for i in range(3)]
        twins += [{"ContactId": 30, "PhoneNumber": "Kari", "Description3": MARKER, "Firstname": "No number"}]
        groups = [{"GroupId": 50 + i, "Name": "Twice", "Description": MARKER, "members": [20 + i]} for i in range(2)]
        one_book.simulator.seed(contacts=twins, groups=groups)
        before = state(one_book)
        options = {"contacts": [{"contact_id": 20, "first_name": "Stays"}], "marker": MARKER, **OURS}
        file = str(tmp_path / "before.json")
        one_book.done("address_book", **options, backup=file)
        assert one_book.contacts().keys() == {1, 3, 20}
        one_book.twice("address_book", restore=file)
        assert state(one_book) == before


OURS = {"purge": ["contacts", "groups"], "allow_empty": True, "max_delete_percent": 100, "force": True}


class TestTheFile:
    @pytest.fixture
    def file(self, one_book, tmp_path) -> Path:
        return Path(run_with_backup(one_book, tmp_path))

    def test_is_refused_if_it_is_cut(self, one_book, file) -> None:
        data = file.read_bytes()
        for length in range(0, len(data) - 1, 97):
            file.write_bytes(data[:length])
            message = one_book.refused("address_book", restore=str(file))
            assert message.startswith(f"restore: {file} is not a complete backup"), length
            assert one_book.requests == []

    def test_is_refused_if_a_value_is_damaged(self, one_book, file) -> None:
        text = file.read_text(encoding="utf-8")
        for old, new in (("905 55 817", "905 55 818"), ('"contact_id": 1,', '"contact_id": 4,'), ("Kari", "Karl")):
            file.write_text(text.replace(old, new, 1), encoding="utf-8")
            message = one_book.refused("address_book", restore=str(file))
            assert message.startswith(f"restore: {file} is damaged or was edited")
            assert one_book.requests == []

    @pytest.mark.parametrize(
        "text",
        ["[]", "null", "{}", '{"contacts": [], "groups": []}', '{"backup": {}}', '{"backup": []}', "a: 1", "\x00"],
    )
    def test_of_something_else_is_refused(self, one_book, tmp_path, text: str) -> None:
        file = tmp_path / "other.json"
        file.write_text(text, encoding="utf-8")
        message = one_book.refused("address_book", restore=str(file))
        assert message.startswith(f"restore: {file} ")
        assert "Nothing was written" in message
        assert one_book.requests == []

    def test_of_another_login_is_refused(self, one_book, file) -> None:
        message = one_book.refused("address_book", restore=str(file), username="somebody", domain="else")
        assert "is a backup of another account or another login" in message
        assert one_book.requests == []

    def test_of_another_service_is_refused(self, one_book, file) -> None:
        url = one_book.connection["api_url"].replace("127.0.0.1", "192.0.2.1").replace("http:", "https:")
        assert "another account" in one_book.refused("address_book", restore=str(file), api_url=url)

    def test_can_be_a_missing_file_or_a_pipe(self, one_book, tmp_path) -> None:
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        for path in (tmp_path / "none.json", tmp_path, pipe):
            message = one_book.refused("address_book", restore=str(path))
            assert message.startswith(f"restore: {path} cannot be read")

    def test_is_kept_although_it_is_also_the_next_backup(self, one_book, file) -> None:
        message = one_book.refused("address_book", restore=str(file), backup=str(file))
        assert message.startswith("backup: ")

    def test_can_still_be_read_by_src_with_a_warning(self, one_book, file) -> None:
        result = one_book.run("address_book", src=str(file), max_delete_percent=100, allow_empty=True)
        assert any("Use the option `restore` instead of `src`" in str(warning) for warning in result["warnings"])
        assert not result.get("failed"), result["msg"]

    def test_is_private_and_has_every_record_that_the_run_changed(self, file) -> None:
        tree = json.loads(file.read_text(encoding="utf-8"))
        assert file.stat().st_mode & 0o777 == 0o600
        assert [entry["contact_id"] for entry in tree["contacts"]] == [1, 2, 3]
        assert [entry["group_id"] for entry in tree["groups"]] == [12, 13]


@pytest.mark.parametrize(
    "options", [{"contacts": []}, {"groups": []}, {"src": "x.json"}, {"absent": {}}, {"marker": "x"}]
)
def test_restore_excludes_a_declaration(one_book, tmp_path, options: dict[str, Any]) -> None:
    message = one_book.refused("address_book", restore=str(tmp_path / "b.json"), **options)
    assert "restore" in message
    assert one_book.requests == []


def test_remove_created_needs_restore(one_book) -> None:
    assert one_book.refused("address_book", contacts=[], remove_created=True).startswith("remove_created: ")

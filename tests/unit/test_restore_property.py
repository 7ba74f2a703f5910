# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Any run with a backup can be undone: after the restore, the account is as before. Only new copies have other ids.

``make test`` tries 200 cases. The session ``restores`` of ``make test-all`` tries 2,000.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from in_memory import Machine, Service
from support import examples

CASES = int(os.environ.get("LINKENGAGE_RESTORE_CASES") or examples(200))
MARKER = "[code]"
NUMBERS = ["9055581{}", "479055581{}", "+479055581{}", "9055 581{}"]
UNREADABLE = ["Kari", "1;2", "90555817 ext 5", " "]
NAMES = ["A", "B", "C", " A", "a"]
FREE: dict[str, Any] = {
    "max_delete_percent": 100,
    "max_create_percent": 1000,
    "max_update_percent": 100,
    "max_additions": 1000,
    "allow_empty": True,
    "force": True,
}
Record = dict[str, Any]
texts = st.sampled_from([None, "", "x", "Å\n<&>", "{{ y }}", MARKER])
people = st.integers(0, 4)


@st.composite
def numbers(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(NUMBERS)).format(draw(people))


@st.composite
def books(draw: st.DrawFn) -> Record:
    """Contacts and groups. Some of them share their number or name, or have an unreadable number."""
    stored = st.one_of(numbers(), numbers(), numbers(), st.sampled_from(UNREADABLE[:3]))
    contacts: list[Record] = [
        {
            "ContactId": 11 + index,
            "PhoneNumber": draw(stored),
            "Firstname": draw(texts),
            "Description3": draw(texts),
            "IsPrivate": draw(st.booleans()),
        }
        for index in range(draw(st.integers(0, 6)))
    ]
    # The service accepts no new contact without a number, so a run must not delete or change these contacts.
    contacts += [{"ContactId": 31, "PhoneNumber": None, "Firstname": "Nobody"}] * draw(st.integers(0, 1))
    ids = [contact["ContactId"] for contact in contacts]
    groups = [
        {
            "GroupId": 41 + index,
            "Name": draw(st.sampled_from(NAMES)),
            "Description": draw(texts),
            "members": draw(st.lists(st.sampled_from(ids), unique=True)) if ids else [],
        }
        for index in range(draw(st.integers(0, 4)))
    ]
    return {"contacts": contacts, "groups": groups}


@st.composite
def runs(draw: st.DrawFn, book: Record) -> Record:
    """The options of a run: entries by number, name and id, deletions, and a purge."""
    ids = [contact["ContactId"] for contact in book["contacts"] if contact["PhoneNumber"]]
    groups = [group["GroupId"] for group in book["groups"]]
    fields = {"first_name": texts.filter(lambda text: text is not None), "private": st.booleans()}
    by_number = st.fixed_dictionaries({"phone_number": numbers()}, optional=fields)
    by_id = st.fixed_dictionaries(
        {"contact_id": st.sampled_from(ids or [99])}, optional={**fields, "phone_number": numbers()}
    )
    member = st.one_of(numbers(), st.sampled_from([{"contact_id": id} for id in ids] or ["90555810"]))
    more = {"description": st.sampled_from(["", "new"]), "members": st.lists(member, max_size=3)}
    by_name = st.fixed_dictionaries({"name": st.sampled_from([*NAMES, "D"])}, optional=more)
    group_by_id = st.fixed_dictionaries(
        {"group_id": st.sampled_from(groups or [99])}, optional={**more, "name": st.sampled_from(NAMES)}
    )
    purge = draw(st.sets(st.sampled_from(["contacts", "groups"])))
    absent = {
        "contacts": draw(st.lists(numbers(), max_size=2)),
        "groups": draw(st.lists(st.sampled_from(NAMES), max_size=2)),
    }
    return {
        "contacts": draw(st.lists(st.one_of(by_number, by_id), max_size=4)),
        "groups": draw(st.lists(st.one_of(by_name, group_by_id), max_size=3)),
        "absent": draw(st.sampled_from([None, absent])),
        "read_strategy": "auto" if purge else draw(st.sampled_from(["auto", "list", "lookup"])),
        **({"marker": MARKER, "purge": sorted(purge)} if purge else {}),
    }


def content(record: Record) -> Any:
    """Return the writable fields. Null and an empty text are equal."""
    left_out = ("ContactId", "GroupId", "CreatedDate", "members")
    return sorted((name, str(value or "")) for name, value in record.items() if name not in left_out)


def state(account: Service) -> Any:
    """Return all records without their ids: each contact with its groups, and each group with its members."""
    contacts, groups = account.contacts, account.groups

    def groups_of(id: int) -> Any:
        return sorted(content(group) for group in groups.values() if id in group["members"])

    return (
        sorted((content(record), groups_of(id)) for id, record in contacts.items()),
        sorted((content(group), sorted(content(contacts[id]) for id in group["members"])) for group in groups.values()),
    )


@settings(max_examples=CASES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.data(), books())
def test_restore_undoes_any_run(data: st.DataObject, book: Record) -> None:
    account, options = Service(**book), data.draw(runs(book))
    machine = Machine(account)
    before, contacts, groups = state(account), account.contacts, account.groups
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "before.json")
        failed = machine.run("address_book", **options, **FREE, backup=str(file)).get("failure", {})
        assert failed.get("kind") != "unforeseen"
        if not file.exists():  # the run had nothing to do, or the entries contradict each other
            assert state(account) == before
        assume(file.exists())
        undo = {"restore": str(file), "remove_created": True}
        writes = len(account.writes)
        predicted = machine.run("address_book", **undo, check=True)
        assert len(account.writes) == writes
        result = machine.run("address_book", **undo, expect_plan_id=predicted["plan_id"])
        assert not result.get("failed"), result
        assert result["changed"] == predicted["changed"]
        assert state(account) == before
        for now, then in ((account.contacts, contacts), (account.groups, groups)):
            assert all(content(now[id]) == content(then[id]) for id in now.keys() & then.keys())
        writes = len(account.writes)
        again = machine.run("address_book", **undo)
        assert (again["changed"], len(account.writes)) == (False, writes)


TWO_PEOPLE: Record = {
    "contacts": [
        {"ContactId": 11, "PhoneNumber": "90555810", "Firstname": "Kari"},
        {"ContactId": 12, "PhoneNumber": "90555811", "Firstname": "Ola"},
    ],
    "groups": [{"GroupId": 41, "Name": "A", "members": [11, 12]}],
}


def deleting(contacts: list[str], groups: list[str]) -> Record:
    return {"absent": {"contacts": contacts, "groups": groups}}


DELETED = deleting(["90555810"], ["A"])


class TestTwoBackups:
    """The later backup is restored first.

    Then the restore of the earlier backup recognises the copies of its records.
    """

    def undo(
        self, first: Record, folder: Path, remove_created: bool = False, second: Record | None = None
    ) -> list[Record]:
        """Make a run, delete records in another run, and restore both backups. Returns the results of the restores."""
        account = Service(**TWO_PEOPLE)
        machine, before = Machine(account), state(account)
        for name, options in (("first", first), ("second", second or DELETED)):
            result = machine.run("address_book", **options, **FREE, backup=str(folder / name))
            assert not result.get("failed"), result
        results = [
            machine.run("address_book", restore=str(folder / name), remove_created=remove_created)
            for name in ("second", "first")
        ]
        assert [result.get("msg") for result in results if result.get("failed")] == []
        assert state(account) == before
        return results

    def test_records_that_the_first_run_did_not_change_are_not_new_records(self, tmp_path: Path) -> None:
        first = {"contacts": [{"phone_number": "90555811", "email": "ola@example.com"}]}
        results = self.undo(first, tmp_path, remove_created=True)
        created = [result["created_since"] for result in results]
        assert [found[part]["count"] for found in created for part in ("contacts", "groups")] == [0] * 4

    @pytest.mark.parametrize("remove_created", [False, True])
    def test_records_that_the_first_run_updated_get_back_their_values(
        self, remove_created: bool, tmp_path: Path
    ) -> None:
        first = {
            "contacts": [{"phone_number": "90555810", "first_name": "Kari Anne"}],
            "groups": [{"name": "A", "description": "new"}],
        }
        self.undo(first, tmp_path, remove_created)

    def test_a_number_that_the_first_run_changed_is_restored(self, tmp_path: Path) -> None:
        first = {
            "contacts": [{"contact_id": 11, "phone_number": "90555819"}],
            "groups": [{"group_id": 41, "name": "B"}],
        }
        self.undo(first, tmp_path, second=deleting(["90555819"], ["B"]))

    def test_the_number_of_the_copy_is_free_for_another_record(self, tmp_path: Path) -> None:
        first = {
            "contacts": [
                {"contact_id": 11, "phone_number": "90555811"},
                {"contact_id": 12, "phone_number": "90555810"},
            ]
        }
        self.undo(first, tmp_path, second=deleting(["90555810", "90555811"], []))


class TestABackupBeforeTheDeletionOfItsGroup:
    """The group is created again by the restore of the later backup. The earlier backup recognises it."""

    BOOK: ClassVar[Record] = {
        "contacts": [{"ContactId": 11 + index, "PhoneNumber": f"9055581{index}"} for index in range(3)],
        "groups": [{"GroupId": 41, "Name": "A", "members": [11, 12]}],
    }
    ONE, TWO, THREE = "90555810", "90555811", "90555812"

    @pytest.mark.parametrize(
        "first",
        [
            {"groups": [{"name": "A", "description": "new"}]},
            {"groups": [{"name": "B", "previous_names": ["A"]}]},
            {"groups": [{"name": "A", "members": [ONE, TWO, THREE]}]},
            {"groups": [{"name": "A", "members": [ONE, THREE]}]},
            {"groups": [{"name": "A", "members": [ONE]}]},
            {"groups": [{"name": "B", "previous_names": ["A"], "members": [ONE, TWO, THREE]}]},
            {"absent": {"contacts": [TWO]}},
            {"absent": {"contacts": [TWO]}, "groups": [{"name": "A", "members": [ONE, THREE]}]},
        ],
        ids=lambda first: " ".join(first) + str(first.get("groups", "")),
    )
    @pytest.mark.parametrize("remove_created", [False, True])
    def test_is_restored_after_the_later_backup(self, first: Record, remove_created: bool, tmp_path: Path) -> None:
        account = Service(**self.BOOK)
        machine, before = Machine(account), state(account)
        for file, options in (("first", first), ("second", deleting([], ["A", "B"]))):
            assert not machine.run("address_book", **options, **FREE, backup=str(tmp_path / file)).get("failed")
        for file in ("second", "first"):
            result = machine.run("address_book", restore=str(tmp_path / file), remove_created=remove_created)
            assert not result.get("failed"), result["msg"]
        assert state(account) == before
        account.writes.clear()
        for remove in (True, False):
            again = machine.run("address_book", restore=str(tmp_path / "first"), remove_created=remove)
            assert (again["changed"], account.writes) == (False, [])

    def test_that_was_deleted_by_a_person_comes_back_with_a_warning_about_its_members(self, tmp_path: Path) -> None:
        account, file = Service(**self.BOOK), str(tmp_path / "before")
        machine = Machine(account)
        machine.run("address_book", groups=[{"name": "A", "description": "new"}], **FREE, backup=file)
        account.uproot("/groups/41")
        results = [machine.run("address_book", restore=file, check=check) for check in (True, False)]
        assert all("'A' (group_id 41)" in "".join(map(str, result["warnings"])) for result in results)
        assert [group["Name"] for group in account.groups.values()] == ["A"]
        assert machine.run("address_book", restore=file)["warnings"] == []

    def test_with_new_members_is_restored(self, tmp_path: Path) -> None:
        account = Service(**self.BOOK)
        machine = Machine(account)
        first = {
            "contacts": [{"phone_number": "90555819"}],
            "groups": [{"name": "A", "members": [self.ONE, "90555819"]}],
        }
        for file, options in (("first", first), ("second", deleting([], ["A"]))):
            assert not machine.run("address_book", **options, **FREE, backup=str(tmp_path / file)).get("failed")
        for file in ("second", "first"):
            result = machine.run("address_book", restore=str(tmp_path / file))
            assert not result.get("failed"), result["msg"]
        ((id, group),) = account.groups.items()
        assert id != 41
        assert sorted(group["members"]) == [11, 12]


@pytest.mark.parametrize("deleted", ["A", " A", "B"])
def test_a_group_is_restored_next_to_a_name_that_differs_in_blanks(deleted: str, tmp_path: Path) -> None:
    names = {"A": 41, " A": 42, "B": 43}
    account = Service(groups=[{"GroupId": id, "Name": name} for name, id in names.items()])
    machine, file = Machine(account), str(tmp_path / "before.json")
    before = state(account)
    undone = machine.run("address_book", groups=[{"group_id": names[deleted], "name": "C"}], backup=file)
    assert not undone.get("failed")
    account.uproot(f"/groups/{names[deleted]}")
    result = machine.run("address_book", restore=file)
    assert not result.get("failed"), result
    assert state(account) == before

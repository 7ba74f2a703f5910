# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which record an entry means: exchanges, previous numbers and names, new holders, entries with problems, markers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, ClassVar

import pytest
import yaml

CONTACTS = [
    {
        "ContactId": 1,
        "PhoneNumber": "4790000001",
        "Firstname": "Kari",
        "Lastname": "Nordmann",
        "Email": "k@example.com",
    },
    {"ContactId": 2, "PhoneNumber": "900 00 002", "Firstname": "Ola", "Lastname": "Hansen"},
    {"ContactId": 3, "PhoneNumber": "+4790000003", "Firstname": "Åse"},
]
GROUPS = [
    {"GroupId": 12, "Name": "On call", "members": [1, 2]},
    {"GroupId": 13, "Name": "Door", "members": [1, 3]},
]
ONE, TWO, THREE, NEW = "90000001", "90000002", "90000003", "90000009"


def warnings(result: dict[str, Any]) -> list[str]:
    return list(map(str, result.get("warnings", ())))


def numbers(account) -> dict[int, str]:
    """Return the last eight digits of each stored number."""
    return {id: contact["PhoneNumber"].replace(" ", "")[-8:] for id, contact in account.contacts().items()}


def values(account, resource: str, field: str, start: dict[int, str]) -> list[list[str]]:
    """Return all values of a field after each PUT, according to the request log."""
    now, states = dict(start), []
    for entry in account.requests:
        head, _slash, id = entry["path"].rpartition("/")
        if entry["method"] == "PUT" and head == resource:
            now[int(id)] = json.loads(entry["body"])[field].replace(" ", "")[-8:]
            states.append(list(now.values()))
    return states


class TestExchanges:
    SWAP: ClassVar[Any] = ({"contact_id": 1, "phone_number": TWO}, {"contact_id": 2, "phone_number": ONE})

    def test_of_two_numbers_take_three_puts(self, book) -> None:
        result = book.twice("address_book", contacts=list(self.SWAP), read_strategy="list")
        assert result["contacts"]["updated"] == 2
        assert [write.split()[0] for write in book.writes] == ["PUT"] * 3
        assert numbers(book) == {1: TWO, 2: ONE, 3: THREE}
        assert book.members(12) == {1, 2}

    def test_never_let_two_contacts_have_one_number(self, one_book) -> None:
        circle = [
            {"contact_id": 1, "phone_number": TWO},
            {"contact_id": 2, "phone_number": THREE},
            {"contact_id": 3, "phone_number": ONE},
        ]
        before = numbers(one_book)
        one_book.twice("address_book", contacts=circle, workers=8)
        states = values(one_book, "/contacts", "PhoneNumber", before)
        assert len(states) == 4
        assert not any(map(str.isdigit, states[0][0]))
        assert all(len(state) == len(set(state)) for state in states)
        assert numbers(one_book) == {1: TWO, 2: THREE, 3: ONE}

    def test_of_two_names_take_three_puts(self, book) -> None:
        groups = [{"group_id": 12, "name": "Door"}, {"group_id": 13, "name": "On call"}]
        book.twice("address_book", groups=groups)
        assert book.writes == ["PUT /groups/12", "PUT /groups/13", "PUT /groups/12"]
        assert {id: group["Name"] for id, group in book.groups().items()} == {12: "Door", 13: "On call"}
        assert (book.members(12), book.members(13)) == ({1, 2}, {1, 3})

    def test_a_failure_counts_the_lines_of_its_list(self, one_book) -> None:
        path = "^/groups/12($|/contacts/3$)"
        one_book.simulator.faults(
            [{"match": {"method": "PUT", "path": path}, "action": "status", "status": 400, "times": None}]
        )
        groups = [{"name": "On call", "description": "New", "members": [ONE, TWO, THREE]}]
        result = one_book.run("address_book", groups=groups, retries=0)
        first, *lines, _remedy = result["msg"].splitlines()
        assert first == "2 problems occurred, so some changes could not be applied. Nothing was written."
        assert [line.split(": PUT ")[0] for line in lines] == ["groups[0]", "groups[0]: members[2]"]
        assert lines == result["failure"]["problems"]

    @pytest.mark.parametrize("failing", [1, 2, 3])
    def test_are_undone_after_a_failure(self, one_book, failing: int) -> None:
        fault = {"match": {"method": "PUT"}, "after": failing - 1, "action": "status", "status": 400}
        before = one_book.contacts()
        one_book.simulator.faults([fault])
        result = one_book.run("address_book", contacts=list(self.SWAP))
        if failing == 1:  # the service rejects the temporary value, so the contacts exchange their numbers without it
            assert (result["changed"], numbers(one_book)) == (True, {1: TWO, 2: ONE, 3: THREE})
            return
        assert result["failed"] is True
        assert result["failure"]["contacts"]["updated"] == 0
        assert one_book.contacts() == before
        one_book.simulator.clear_faults()
        one_book.twice("address_book", contacts=list(self.SWAP))
        assert numbers(one_book) == {1: TWO, 2: ONE, 3: THREE}

    @pytest.mark.parametrize("owned", ["/contacts/1", "/contacts/2", "/groups/12", "/groups/13"])
    def test_with_a_record_that_cannot_be_changed_change_nothing(self, one_book, owned: str) -> None:
        fault = {"match": {"method": "PUT", "path": f"{owned}$"}, "action": "status", "status": 400, "times": None}
        one_book.simulator.faults([fault])
        groups = [{"group_id": 12, "name": "Door"}, {"group_id": 13, "name": "On call"}]
        part = {"contacts": list(self.SWAP)} if "contacts" in owned else {"groups": groups}
        before = one_book.contacts(), one_book.groups()
        for _run in range(2):
            result = one_book.run("address_book", **part)
            assert result["failed"] is True
            assert (one_book.contacts(), one_book.groups()) == before

    @pytest.mark.parametrize("lost", ["/contacts/1", "/contacts/2"])
    def test_whose_answers_are_lost_are_complete(self, one_book, lost: str) -> None:
        """A read shows that the service has acted."""
        fault = {"match": {"method": "PUT", "path": f"{lost}$"}, "action": "drop_after", "times": None}
        one_book.simulator.faults([fault])
        result = one_book.run("address_book", contacts=list(self.SWAP), retries=0)
        assert (result["changed"], numbers(one_book)) == (True, {1: TWO, 2: ONE, 3: THREE})

    def test_that_were_interrupted_are_finished_by_the_next_run(self, one_book) -> None:
        one_book.simulator.seed(contacts=[{**CONTACTS[0], "PhoneNumber": "moving b"}])
        one_book.twice("address_book", contacts=list(self.SWAP))
        assert numbers(one_book) == {1: TWO, 2: ONE, 3: THREE}

    def test_a_number_that_is_given_up_is_taken_afterwards(self, one_book) -> None:
        before = numbers(one_book)
        contacts = [{"contact_id": 1, "phone_number": TWO}, {"contact_id": 2, "phone_number": NEW}]
        one_book.twice("address_book", contacts=contacts, workers=8)
        assert one_book.writes == ["PUT /contacts/2", "PUT /contacts/1"]
        assert all(len(state) == len(set(state)) for state in values(one_book, "/contacts", "PhoneNumber", before))

    def test_a_number_that_could_not_be_given_up_is_not_taken(self, one_book) -> None:
        fault = {"match": {"method": "PUT", "path": "/contacts/1$"}, "action": "status", "status": 400}
        one_book.simulator.faults([fault])
        contacts = [{"contact_id": 1, "phone_number": NEW}, {"phone_number": ONE, "first_name": "Per"}]
        result = one_book.run("address_book", contacts=contacts)
        assert "contacts[1]: this entry depends on another change, which failed (contacts[0])." in result["msg"]
        assert one_book.writes == ["PUT /contacts/1"]
        one_book.simulator.clear_faults()
        one_book.twice("address_book", contacts=contacts)
        assert one_book.writes == ["PUT /contacts/1", "POST /contacts"]


class TestPreviousNumbers:
    ENTRY: ClassVar[dict[str, Any]] = {
        "phone_number": NEW,
        "previous_phone_number": "+47 900 00 001",
        "first_name": "Kari",
    }

    @pytest.mark.parametrize("strategy", ["list", "lookup"])
    def test_take_one_put_and_keep_the_groups(self, book, strategy: str) -> None:
        book.twice("address_book", contacts=[self.ENTRY], read_strategy=strategy)
        assert book.writes == ["PUT /contacts/1"]
        assert numbers(book)[1] == NEW
        assert (book.contacts()[1]["Email"], book.members(12), book.members(13)) == ("k@example.com", {1, 2}, {1, 3})

    @pytest.mark.parametrize("ending", ["yml", "json", "csv"])
    def test_are_read_from_files(self, one_book, tmp_path, ending: str) -> None:
        file = tmp_path / f"people.{ending}"
        table = f"phone_number,previous_phone_number,first_name\n{NEW},{ONE},Kari\n{TWO},,Ola\n"
        entries = {"contacts": [self.ENTRY, {"phone_number": TWO, "first_name": "Ola"}]}
        file.write_text({"yml": yaml.safe_dump(entries), "json": json.dumps(entries), "csv": table}[ending])
        one_book.twice("address_book", src=str(file))
        assert one_book.writes == ["PUT /contacts/1"]
        assert numbers(one_book)[1] == NEW

    def test_without_a_contact_create_it(self, one_book) -> None:
        one_book.twice("address_book", contacts=[{"phone_number": NEW, "previous_phone_number": "90000008"}])
        assert one_book.writes == ["POST /contacts"]

    def test_of_two_contacts_are_an_error_with_both_ids(self, one_book) -> None:
        entry = {"phone_number": TWO, "previous_phone_number": ONE}
        result = one_book.run("address_book", contacts=[entry])
        assert (
            "contacts[0]: the number and the previous number of this entry are used by 2 different records "
            "(contact_id 1, 2)" in result["msg"]
        )
        assert one_book.writes == []

    def test_of_two_entries_are_an_error(self, one_book) -> None:
        contacts = [{"phone_number": NEW, "previous_phone_number": ONE}, {"phone_number": "90000008", **self.ENTRY}]
        contacts[1]["phone_number"] = "90000008"
        message = one_book.refused("address_book", contacts=contacts)
        assert "Two entries have the same previous_phone_number, so both entries could change" in message
        assert "keep previous_phone_number only in the entry of the contact that had this number earlier:" in message
        assert "contacts[0] and contacts[1]" in message
        assert "Delete one of the two entries" not in message
        message = one_book.refused("address_book", contacts=contacts, on_invalid="skip")
        assert "contacts[0] and contacts[1]: both entries have the same previous_phone_number" in message

    def test_are_named_in_the_error_about_a_member_that_still_has_the_old_number(self, one_book) -> None:
        groups = [{"name": "On call", "members": [ONE]}]
        result = one_book.run("address_book", contacts=[self.ENTRY], groups=groups)
        assert (
            "groups[0]: members[0]: the number 900...01 is the previous number of the contact in contacts[0]. Write "
            in result["msg"]
        )
        assert one_book.members(12) == {1, 2}

    def test_let_a_new_person_have_the_old_number(self, one_book) -> None:
        contacts = [self.ENTRY, {"phone_number": ONE, "first_name": "Per"}]
        one_book.twice("address_book", contacts=contacts)
        assert one_book.writes == ["PUT /contacts/1", "POST /contacts"]
        (new,) = one_book.contacts().keys() - {1, 2, 3}
        assert (numbers(one_book)[1], numbers(one_book)[new]) == (NEW, ONE)
        assert one_book.members(12) == {1, 2}

    @pytest.mark.parametrize("order", [1, -1])
    def test_that_follow_one_another_are_one_run(self, one_book, order: int) -> None:
        """Each person gets the number of the next person. A second run does not move the numbers again."""
        contacts = [
            {"phone_number": TWO, "previous_phone_number": ONE, "first_name": "Kari"},
            {"phone_number": THREE, "previous_phone_number": TWO, "first_name": "Ola"},
            {"phone_number": NEW, "previous_phone_number": THREE, "first_name": "Åse"},
            {"phone_number": ONE, "first_name": "Per"},
        ]
        one_book.twice("address_book", contacts=contacts[::order])
        assert sorted(one_book.writes) == ["POST /contacts", *(f"PUT /contacts/{id}" for id in (1, 2, 3))]
        assert {id: number for id, number in numbers(one_book).items() if id < 4} == {1: TWO, 2: THREE, 3: NEW}

    def test_must_be_quoted(self, one_book) -> None:
        result = one_book.run("address_book", contacts=[{"phone_number": NEW, "previous_phone_number": 90000001}])
        assert "contacts[0]: previous_phone_number: " in result["msg"]
        assert one_book.writes == []

    def test_work_with_absent(self, book) -> None:
        book.twice("contact", phone_number=NEW, previous_phone_number=ONE, state="absent")
        assert book.writes == ["DELETE /contacts/1"]

    def test_of_two_contacts_are_not_deleted(self, one_book) -> None:
        result = one_book.run("contact", phone_number=TWO, previous_phone_number=ONE, state="absent")
        assert result["failure"] == {"kind": "ambiguous_record", "ids": [1, 2]}
        assert one_book.writes == []


class TestPreviousNames:
    @pytest.mark.parametrize("strategy", ["list", "lookup"])
    def test_rename_a_group_with_one_put_and_keep_its_members(self, book, strategy: str) -> None:
        groups = [{"name": "Night watch", "previous_names": ["Night", "On call"], "members": [ONE, TWO]}]
        book.twice("address_book", groups=groups, read_strategy=strategy)
        assert book.writes == ["PUT /groups/12"]
        assert (book.groups()[12]["Name"], book.members(12)) == ("Night watch", {1, 2})

    def test_of_two_groups_are_an_error_with_both_ids(self, one_book) -> None:
        groups = [{"name": "Night watch", "previous_names": ["Door", "On call"]}]
        result = one_book.run("address_book", groups=groups)
        assert "group_id 12, 13" in result["msg"]
        assert one_book.writes == []

    @pytest.mark.parametrize("names", ["On call", [1], [""], {"a": 1}])
    def test_must_be_a_list_of_names(self, one_book, names: Any) -> None:
        result = one_book.run("address_book", groups=[{"name": "Night watch", "previous_names": names}])
        assert "groups[0]: previous_names must be a list of names" in result["msg"]


class TestQuestions:
    def test_ask_whether_a_number_was_changed(self, one_book) -> None:
        contacts = [{"phone_number": NEW, "first_name": "Kari", "last_name": "Nordmann"}]
        result = one_book.done("address_book", contacts=contacts, check=True, read_strategy="list")
        (question,) = result["questions"]
        assert question.startswith("contacts[0]: is this the contact with id 1 (479...01) with a changed number? ")
        line = question.rpartition("add to the entry: ")[2]
        assert [warning for warning in warnings(result) if "changed number?" in warning and "4790000001" not in warning]
        masked = 'previous_phone_number: "479...01" (the return value `questions` contains the complete number)'
        assert [line for line in result["plan"] if line.endswith(f"If yes, add to the entry: {masked}")]
        one_book.twice("address_book", contacts=[{**contacts[0], **yaml.safe_load(line)}])
        assert one_book.writes == ["PUT /contacts/1"]

    def test_ask_about_an_equal_email_address(self, one_book) -> None:
        contacts = [{"phone_number": NEW, "first_name": "Karin", "email": "K@example.com"}]
        result = one_book.done("address_book", contacts=contacts, check=True, read_strategy="list")
        assert (
            "changed number? That contact is not declared and has the same e-mail address as this entry."
            in result["questions"][0]
        )

    def test_ask_nothing_about_declared_contacts(self, one_book) -> None:
        same = {"first_name": "Kari", "last_name": "Nordmann"}
        contacts = [{"phone_number": NEW, **same}, {"phone_number": ONE, **same}]
        assert one_book.done("address_book", contacts=contacts, check=True, read_strategy="list")["questions"] == []

    def test_ask_whether_a_group_was_renamed(self, one_book) -> None:
        groups = [{"name": "Night watch", "members": [ONE, TWO]}]
        result = one_book.done("address_book", groups=groups, check=True)
        (question,) = result["questions"]
        assert question.startswith(
            "groups[0]: was the group with id 12 renamed? This group is not declared and has the same members as this "
            "entry."
        )
        line = question.rpartition("add to the entry: ")[2]
        assert any(line in warning for warning in warnings(result))
        one_book.twice("address_book", groups=[{**groups[0], **yaml.safe_load(line)}])
        assert one_book.writes == ["PUT /groups/12"]


class TestNewHolders:
    PER: ClassVar[dict[str, Any]] = {"phone_number": ONE, "first_name": "Per", "last_name": "Berg"}

    def run(self, book, **options: Any) -> dict[str, Any]:
        return book.run("address_book", contacts=[self.PER], **options)

    def warned(self, result: dict[str, Any]) -> bool:
        return any(
            "the contact with id 1 has the phone number of this entry, but a completely different name" in warning
            for warning in warnings(result)
        )

    def test_are_reported(self, one_book) -> None:
        assert self.warned(self.run(one_book, check=True))
        assert self.warned(self.run(one_book))
        assert one_book.contacts()[1]["Email"] == "k@example.com"
        assert not self.warned(self.run(one_book))

    def test_are_not_reported_with_keep(self, one_book) -> None:
        assert not self.warned(self.run(one_book, new_holder="keep"))
        assert one_book.writes == ["PUT /contacts/1"]

    def test_are_wrong_entries_with_refuse(self, one_book) -> None:
        result = self.run(one_book, new_holder="refuse")
        assert (
            "contacts[0]: the contact with id 1 has the phone number of this entry, but a completely different name"
            in result["msg"]
        )
        assert one_book.writes == []

    @pytest.mark.parametrize("strategy", ["list", "lookup"])
    def test_with_replace_inherit_nothing(self, book, strategy: str) -> None:
        groups = [{"name": "On call", "members": [ONE, TWO]}]
        book.twice("address_book", contacts=[self.PER], groups=groups, new_holder="replace", read_strategy=strategy)
        assert sorted(book.writes) == ["DELETE /groups/13/contacts/1", "PUT /contacts/1"]
        stored = book.contacts()[1]
        assert (stored["Firstname"], stored["Lastname"], stored["Email"] or "") == ("Per", "Berg", "")
        assert (book.members(12), book.members(13)) == ({1, 2}, {3})

    def test_leave_the_groups_first_so_that_a_rerun_is_complete(self, one_book) -> None:
        fault = {"match": {"method": "DELETE", "path": "/groups/13/"}, "action": "status", "status": 400}
        one_book.simulator.faults([fault])
        result = self.run(one_book, new_holder="replace")
        assert (result["failed"], result["failure"]["problem_count"]) == (True, 1)
        assert result["msg"].startswith("1 problem occurred, so some changes could not be applied.")
        assert one_book.contacts()[1]["Firstname"] == "Kari"
        one_book.simulator.clear_faults()
        one_book.twice("address_book", contacts=[self.PER], new_holder="replace")
        assert (one_book.members(12), one_book.members(13)) == ({2}, {3})

    @pytest.mark.parametrize(
        "entry",
        [
            {"phone_number": ONE, "first_name": "Kari", "last_name": "Berg"},
            {"phone_number": ONE, "first_name": "Per"},
            {"phone_number": ONE, "first_name": "Per", "last_name": "Berg", "email": "k@example.com"},
            {"contact_id": 1, "first_name": "Per", "last_name": "Berg"},
            {"phone_number": NEW, "previous_phone_number": ONE, "first_name": "Per", "last_name": "Berg"},
            {"phone_number": THREE, "first_name": "Ase"},
        ],
    )
    def test_are_not_people_who_are_the_same(self, one_book, entry: dict[str, Any]) -> None:
        one_book.done("address_book", contacts=[entry], new_holder="refuse")


class TestEntriesWithProblems:
    BROKEN: ClassVar[dict[str, Any]] = {"contact_id": 1, "phone_number": NEW, "first_name": 7}

    @pytest.mark.parametrize("on_invalid", ["continue", "skip"])
    def test_keep_their_record(self, one_book, on_invalid: str) -> None:
        contacts = [self.BROKEN, {"phone_number": ONE, "first_name": "Per"}]
        result = one_book.run("address_book", contacts=contacts, on_invalid=on_invalid)
        assert (
            "contacts[1]: this entry is for the same contact (contact_id 1) as the entry in contacts[0]"
            in f"{result.get('msg')} {result}"
        )
        assert one_book.writes == []

    def test_keep_the_number_that_an_ignored_record_does_not_give_up(self, one_book) -> None:
        contacts = [{"contact_id": 1, "phone_number": NEW}, {"phone_number": ONE, "first_name": "Per"}]
        result = one_book.run("address_book", contacts=contacts, ignore=["Kari*"])
        assert "the contact with id 1 is also in the option `ignore`" in result["msg"]
        assert one_book.writes == []
        assert sorted(numbers(one_book).values()) == [ONE, TWO, THREE]

    def test_for_one_id_are_all_skipped(self, one_book) -> None:
        contacts = [
            {"phone_number": TWO, "first_name": "A"},
            {"contact_id": 1, "phone_number": TWO, "first_name": "B"},
            {"contact_id": 1, "phone_number": NEW, "first_name": "C"},
            {"phone_number": THREE, "first_name": "D"},
        ]
        one_book.done("address_book", contacts=contacts, on_invalid="skip")
        assert one_book.writes == ["PUT /contacts/3"]

    @pytest.mark.parametrize("on_invalid", ["continue", "skip"])
    def test_count_for_an_id_that_is_declared_twice(self, one_book, on_invalid: str) -> None:
        contacts = [self.BROKEN, {"contact_id": 1, "first_name": "Karin"}, {"phone_number": THREE, "first_name": "D"}]
        result = one_book.run("address_book", contacts=contacts, on_invalid=on_invalid)
        assert "contacts[0] and contacts[1]" in f"{result.get('msg')} {result}"
        assert one_book.writes == ([] if on_invalid == "continue" else ["PUT /contacts/3"])

    def test_a_row_with_an_id_and_no_number_changes_the_record(self, one_book, tmp_path) -> None:
        file = tmp_path / "people.csv"
        file.write_text("contact_id,phone_number,first_name\n1,,Karin\n", encoding="utf-8")
        one_book.twice("address_book", src=str(file))
        assert one_book.writes == ["PUT /contacts/1"]
        assert numbers(one_book)[1] == ONE


class TestMarkers:
    WORDS = "managed by ansible"
    ENTRY: ClassVar[dict[str, Any]] = {"phone_number": ONE, "first_name": "Kari"}

    def seeded(self, account, texts: Iterable[str], field: str = "Description3") -> Any:
        account.simulator.seed(
            contacts=[
                {"ContactId": 51 + index, "PhoneNumber": f"9100000{index}", field: text}
                for index, text in enumerate(texts)
            ]
        )
        return account

    def purged(self, account, **options: Any) -> dict[str, Any]:
        return account.done("address_book", contacts=[self.ENTRY], purge=["contacts"], **options)

    def test_of_ordinary_words_delete_no_foreign_record(self, one_book) -> None:
        book = self.seeded(one_book, [f"NOT {self.WORDS}", self.WORDS, f"[{self.WORDS}] x", f"x [{self.WORDS}]"])
        result = self.purged(book, marker=self.WORDS)
        assert book.writes == ["PUT /contacts/1", "DELETE /contacts/54"]
        assert book.contacts()[1]["Description3"] == f"[{self.WORDS}]"
        (said,) = [warning for warning in warnings(result) if "no brackets" in warning]
        assert "3 records (contact 51, contact 52, contact 53)" in said
        self.purged(book, marker=self.WORDS)
        assert book.writes == []

    def test_in_an_older_form_are_renewed(self, one_book) -> None:
        book = self.seeded(one_book, [self.WORDS, f"[{self.WORDS}] Oslo"])
        contacts = [{"phone_number": "91000000"}, {"phone_number": "91000001"}]
        result = book.done("address_book", contacts=contacts, marker=self.WORDS)
        assert [book.contacts()[id]["Description3"] for id in (51, 52)] == [f"[{self.WORDS}]", f"Oslo [{self.WORDS}]"]
        assert any(
            "marker: in 2 records (contact 51, contact 52), the marker has no brackets" in warning
            for warning in warnings(result)
        )
        assert book.done("address_book", contacts=contacts, marker=self.WORDS)["changed"] is False

    @pytest.mark.parametrize(
        ("contact", "group", "field"),
        [
            ("[m] Oslo", "Night", "`description3`"),
            ("Oslo", "[m] Night", "`description`"),
            ("[m] Oslo", "[m] Night", "`description3` (contacts) or `description` (groups)"),
            (
                "Oslo [m",
                "Night [m",
                "`description3` (contacts) or `description` (groups), or choose another marker_field",
            ),
            ("Oslo", "Night [m", "`description`"),
        ],
    )
    def test_are_reported_with_their_field(self, one_book, contact: str, group: str, field: str) -> None:
        """In a group, the marker is always in the description."""
        one_book.simulator.seed(
            contacts=[{"ContactId": 51, "PhoneNumber": "91000000", "Description3": contact}],
            groups=[{"GroupId": 9, "Name": "Night watch", "Description": group}],
        )
        declared = {"contacts": [{"phone_number": "91000000"}], "groups": [{"name": "Night watch"}]}
        result = one_book.done("address_book", **declared, marker="[m]")
        (said,) = [warning for warning in warnings(result) if "marker: " in warning]
        assert f"the field {field}.'" in said

    def test_move_to_another_field(self, one_book) -> None:
        book = self.seeded(one_book, ["Oslo [a]", "[a]"])
        options = {"contacts": [{"phone_number": "91000000"}], "marker": "[a]", "marker_field": "description2"}
        result = book.done("address_book", **options, purge=["contacts"])
        assert book.writes == ["PUT /contacts/51"]
        assert (book.contacts()[51]["Description2"], book.contacts()[51]["Description3"]) == ("[a]", "Oslo")
        assert any(
            "marker: in 1 record (contact 52), the marker is not in the field `description2`, but in another field"
            in said
            for said in warnings(result)
        )
        book.twice("address_book", **options, purge=["contacts"])
        assert book.writes == []

    def test_replace_previous_markers(self, one_book) -> None:
        book = self.seeded(one_book, ["Oslo [a] [other]", "[a]", "[b]"])
        options = {"contacts": [{"phone_number": "91000000"}], "marker": "b", "previous_markers": ["a"]}
        book.done("address_book", **options, purge=["contacts"], allow_empty=True)
        assert sorted(book.writes) == ["DELETE /contacts/52", "DELETE /contacts/53", "PUT /contacts/51"]
        assert book.contacts()[51]["Description3"] == "Oslo [other] [b]"
        book.twice("address_book", **options, purge=["contacts"])
        assert book.writes == []

    def test_next_to_another_marker_ask_for_previous_markers(self, one_book) -> None:
        book = self.seeded(one_book, ["Oslo [a]"])
        result = book.done("address_book", contacts=[{"phone_number": "91000000"}], marker="[b]")
        assert any("previous_markers" in said for said in warnings(result))
        assert book.contacts()[51]["Description3"] == "Oslo [a] [b]"

    @pytest.mark.parametrize("declared", [{}, {"description3": "A long text"}])
    def test_that_the_service_has_cut_off_are_reported_and_not_written_again(self, one_book, declared) -> None:
        book = self.seeded(one_book, ["A long text [ansi", "[ansib"])
        options = {"contacts": [{"phone_number": "91000000", **declared}], "marker": "[ansible]", "purge": ["contacts"]}
        result = book.done("address_book", **options)
        assert (result["changed"], book.writes) == (False, [])
        cut = "cut off the marker of 2 records (contact 51, contact 52), so the option `purge` does not recognise these"
        assert any(cut in said for said in warnings(result))

    @pytest.mark.parametrize("kept", [45, 55, 60])
    def test_that_are_cut_off_are_reported_by_the_run_that_wrote_them(self, one_book, kept: int) -> None:
        """The service keeps *kept* characters of a text; 60 characters are the whole text."""
        text = f"{'x' * 50} [ansible]"
        assert len(text) == 60
        cut = {"match": {"method": "GET", "path": "^/contacts/1$"}, "action": "hook"}
        cut["seed"] = {"contacts": [{**CONTACTS[0], "Description3": text[:kept]}]}
        one_book.simulator.faults([cut])
        entry = {**self.ENTRY, "description3": "x" * 50}
        result = one_book.done("address_book", contacts=[entry], marker="[ansible]", reread="never")
        cut_text = "cut off description3 of the contact with id 1 after"
        said = [warning for warning in warnings(result) if cut_text in warning]
        assert len(said) == (kept < 60)
        assert all(f"1 text with more than {kept} characters. Shorten this text" in warning for warning in said)
        assert one_book.reads.count("/contacts/1") == 1

    @pytest.mark.parametrize(
        ("options", "start"),
        [
            ({"marker": "a [b]"}, "marker: square brackets"),
            ({"marker": "[]"}, "marker: the marker is empty"),
            ({"marker": "a", "previous_markers": ["b]"]}, "previous_markers[0]: square brackets"),
            ({"previous_markers": ["b"]}, "previous_markers: this option requires the option `marker`"),
        ],
    )
    def test_are_checked_before_any_request(self, one_book, options: dict[str, Any], start: str) -> None:
        assert one_book.refused("address_book", contacts=[self.ENTRY], **options).startswith(start)
        assert one_book.requests == []

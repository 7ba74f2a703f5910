# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All problems are reported in one run, each once and with its place. The simulator runs in this process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from in_memory import Machine, Service

KARI, OLA, PER = "+4790555817", "+4741234567", "+4792000004"
WRONG = [{"phone_number": 4790555818}, {"phone_number": "+47 1"}, {"phone_number": "99000001", "colour": "red"}]


def service(**group: Any) -> Service:
    contacts = [{"ContactId": id, "PhoneNumber": number} for id, number in enumerate((KARI, OLA, PER), 1)]
    return Service(contacts=contacts, groups=[{"GroupId": 9001, "Name": "On call", "members": [1, 2], **group}])


class TestEntriesThatAreDeclaredTwice:
    @pytest.mark.parametrize("number", [KARI, "90555817", "905 55 817"])
    def test_do_not_hide_other_problems(self, number: str) -> None:
        account = service()
        contacts = [{"phone_number": number}, *WRONG, {"phone_number": number, "first_name": "Kari"}]
        groups = [{"name": "A"}, {"name": "B", "members": ["x", KARI]}, {"name": "A "}, {"members": []}]
        result = Machine(account).run("address_book", contacts=contacts, groups=groups)
        lines = result["msg"].splitlines()
        assert lines[1] == "contacts[0] and contacts[4], with different values of first_name"
        assert "groups[0] and groups[2], with the same values" in lines
        assert [line.split(":")[0] for line in lines[lines.index("Correct these entries too:") + 1 :]] == [
            "contacts[1]",
            "contacts[2]",
            "contacts[3]",
            "groups[1]",
            "groups[3]",
        ]
        assert result["failure"]["problem_count"] == len(result["failure"]["problems"]) == 7
        assert account.writes == []

    def test_take_no_request_if_the_spelling_is_the_same(self) -> None:
        """Without the country code, national numbers cannot be checked, so they are not reported."""
        asked: list[str] = []
        machine = Machine(service(), before=lambda _method, path: asked.append(path), country_code=None)
        contacts = [{"phone_number": "90555817"}, {"phone_number": "123"}, {"phone_number": "90555817"}, *WRONG]
        result = machine.run("address_book", contacts=contacts)
        assert "contacts[0] and contacts[2]" in result["msg"]
        assert result["failure"]["problem_count"] == 4
        assert asked == []


class TestManyProblems:
    MANY = [{"phone_number": f"+47 {index}"} for index in range(31)]  # noqa: RUF012

    def test_are_all_in_the_result_of_a_failure(self) -> None:
        for options in ({"on_invalid": "refuse"}, {}):
            result = Machine(service()).run("address_book", contacts=[*self.MANY, {"phone_number": KARI}], **options)
            assert "11 more problems are in the return value `failure.problems`" in result["msg"]
            assert len(result["failure"]["problems"]) == 31

    def test_that_are_skipped_are_all_in_the_result(self) -> None:
        options = {"contacts": [*self.MANY, {"phone_number": KARI}], "on_invalid": "skip"}
        result = Machine(service()).run("address_book", **options)
        assert "11 more problems are in the return value `problems`." in result["warnings"]
        assert len(result["problems"]) == result["problem_count"] == 31
        assert len([line for line in result["plan"] if line.startswith("Skipped: ")]) == 31
        quiet = Machine(service()).run("address_book", **options, warn_skipped=False)
        assert quiet["warnings"] == []
        assert quiet["plan"] == result["plan"]

    def test_in_check_mode_are_all_in_the_result(self) -> None:
        result = Machine(service()).run("address_book", contacts=self.MANY, check=True)
        assert "11 more problems are in the return value `problems`." in result["warnings"]
        assert len(result["problems"]) == 31

    @pytest.mark.parametrize("file", [None, "plan.txt"])
    def test_of_more_than_a_hundred_the_first_are_in_the_result(self, tmp_path: Path, file: str | None) -> None:
        contacts = [{"phone_number": f"x{index}"} for index in range(150)] + [{"phone_number": KARI}]
        dest = str(tmp_path / file) if file else None
        rest = f"All problems are in {dest}." if dest else "To write all problems to a file, set `dest`."
        more = "130 more problems are not shown here. The first 100 problems are in the return value"
        planned = Machine(service()).run("address_book", contacts=contacts, dest=dest, check=True)
        assert f"{more} `problems`. {rest}" in planned["warnings"]
        assert dest is None or "contacts[149]: phone_number" in Path(dest).read_text(encoding="utf-8")
        failed = Machine(service()).run("address_book", contacts=contacts, dest=dest)
        assert f"{more} `failure.problems`. {rest}" in failed["msg"]
        assert len(planned["problems"]) == len(failed["failure"]["problems"]) == 100

    @pytest.mark.parametrize("file", [None, "plan.txt"])
    def test_of_more_than_a_thousand_that_are_skipped_the_first_are_in_the_result(
        self, tmp_path: Path, file: str | None
    ) -> None:
        contacts = [{"phone_number": f"x{index}"} for index in range(1010)] + [{"phone_number": KARI}]
        dest = str(tmp_path / file) if file else None
        rest = f"All problems are in {dest}." if dest else "To write all problems to a file, set `dest`."
        first = f"not shown here. The first 1000 problems are in the return value `problems`. {rest}"
        result = Machine(service()).run("address_book", contacts=contacts, dest=dest, on_invalid="skip")
        assert f"990 more problems are {first}" in result["warnings"]
        assert f"10 more problems are {first}" in result["plan"]
        assert (len(result["problems"]), result["problem_count"]) == (1000, 1010)
        assert dest is None or "contacts[1009]: phone_number" in Path(dest).read_text(encoding="utf-8")

    def test_of_more_than_a_thousand_the_first_are_in_the_result_of_a_failure(self) -> None:
        wrong = [{"phone_number": f"x{index}"} for index in range(1010)]
        twice = [{"phone_number": f"+479{index:07}"} for index in range(1010)] * 2
        for contacts, hidden in ((wrong, 990), (twice, 1000)):
            choice = "continue" if contacts is twice else "refuse"
            result = Machine(service()).run("address_book", contacts=contacts, on_invalid=choice)
            more = f"{hidden} more problems are not shown here. The first 1000 problems are in the return value"
            assert f"{more} `failure.problems`." in result["msg"]
            assert len(result["failure"]["problems"]) == 1000

    @pytest.mark.parametrize("on_invalid", ["continue", "skip"])
    def test_are_all_in_the_file_of_the_plan(self, tmp_path: Path, on_invalid: str) -> None:
        contacts = [{"phone_number": f"x{index}"} for index in range(150)] + [{"phone_number": KARI}]
        for name in ("plan.txt", "plan.json"):
            file = tmp_path / name
            Machine(service()).run("address_book", contacts=contacts, dest=str(file), on_invalid=on_invalid)
            text = file.read_text(encoding="utf-8")
            assert [f"contacts[{index}]: phone_number" in text for index in range(150)] == [True] * 150

    def test_notes_are_all_in_the_result(self) -> None:
        people = [{"ContactId": id, "PhoneNumber": f"+479{id:07}", "Firstname": "Kari"} for id in range(1, 32)]
        contacts = [{"phone_number": person["PhoneNumber"], "first_name": "Ola"} for person in people]
        account = Service(contacts=people, groups=[])
        result = Machine(account).run("address_book", contacts=contacts, max_update_percent=100)
        assert "11 more notes are in the return value `notes`." in result["warnings"]
        assert len(result["notes"]) == 31


class TestMembersOfAGroup:
    @pytest.mark.parametrize("part", ["set", "add", "remove"])
    def test_all_wrong_entries_are_reported(self, part: str) -> None:
        members = {part: ["x", KARI, 4790555818, {"contact_id": "y"}, "+47 1"]}
        account = service()
        result = Machine(account).run("group", name="On call", members=members)
        places = [f"members.{part}[{index}]" for index in (0, 2, 3, 4)]
        assert [line.split(":")[0] for line in result["msg"].splitlines()] == places
        assert [line.split(":")[0] for line in result["failure"]["problems"]] == places
        assert account.writes == []

    def test_the_lists_are_checked_together(self) -> None:
        members = {"set": ["x", OLA], "add": ["y", KARI], "remove": ["z", KARI, OLA]}
        result = Machine(service()).run("group", name="On call", members=members)
        assert [line.split(":")[0] for line in result["failure"]["problems"]] == [
            "members.set[0]",
            "members.add[0]",
            "members.remove[0]",
            "members.remove[1]",
            "members.remove[2]",
        ]

    def test_many_are_all_in_the_result(self) -> None:
        result = Machine(service()).run("group", name="On call", members={"add": [f"x{index}" for index in range(31)]})
        assert result["msg"].splitlines()[-1] == "11 more problems are in the return value `failure.problems`."
        assert len(result["failure"]["problems"]) == 31

    def test_unknown_members_are_reported_one_in_a_line(self) -> None:
        members = {"add": [KARI, "+4799000001", "+4799000002"]}
        result = Machine(service()).run("group", name="On call", members=members)
        assert result["msg"].splitlines() == [
            "members.add[1]: the number +47...01 is not in the address book.",
            "members.add[2]: the number +47...02 is not in the address book.",
            "Nothing was written. Correct the task or the address book.",
        ]


def test_all_wrong_numbers_of_absent_and_ignore_are_reported() -> None:
    for name, options in {
        "absent.contacts": {"absent": {"contacts": [1, KARI, 2, True]}},
        "ignore": {"contacts": [{"phone_number": KARI}], "ignore": [1, "Kari*", 2, True]},
    }.items():
        result = Machine(service()).run("address_book", **options)
        assert [line.split(":")[0] for line in result["msg"].splitlines()] == [f"{name}[{i}]" for i in (0, 2, 3)]
    result = Machine(service()).run("address_book", absent={"contacts": ["x", KARI, "y"]})
    assert [line.split(":")[0] for line in result["failure"]["problems"]] == [f"absent.contacts[{i}]" for i in (0, 2)]


class TestThePlaceOfAGroup:
    @pytest.mark.parametrize("stored", ["On call", "On call ", "\u00a0On call\t", "On call\n"])
    @pytest.mark.parametrize("key", ["name", "group_id", "previous_names"])
    def test_is_in_the_plan(self, tmp_path: Path, stored: str, key: str) -> None:
        entry = {"name": "name: On call", "group_id": "group_id: 9001", "previous_names": "previous_names: [On call]"}
        name = "Night" if key == "previous_names" else "On call"
        text = f'groups:\n  - {entry[key]}\n    name: {name}\n    members: ["{KARI}", "{PER}"]\n'
        text = text.replace("    name: On call\n", "") if key == "name" else text
        (tmp_path / "groups.yml").write_text(text, encoding="utf-8")
        result = Machine(service(Name=stored)).run("address_book", src=str(tmp_path), check=True)
        (line,) = [line for line in result["plan"] if "+1 -1" in line]
        assert line.endswith(": +1 -1 (groups.yml line 2)")
        assert "groups.yml line 2" in str(result["diff"]["after"])


class TestMembershipsOfContactsThatTheListDoesNotHave:
    """Another run creates or deletes contacts while this run reads the account."""

    def run(self, moment: str, change: Any, account: Service, module: str = "address_book", **options: Any) -> Any:
        """Return the result if *change* happens before the first request for *moment*."""
        waiting = [change]

        def before(_method: str, path: str) -> None:
            if path == moment and waiting:
                waiting.pop()()

        return Machine(account, before=before).run(module, **options)

    OPTIONS: dict[str, Any] = {  # noqa: RUF012
        "contacts": [{"phone_number": number} for number in (KARI, OLA, PER, "+4799000001")],
        "groups": [{"name": "On call", "members": [KARI, OLA, "+4799000001"]}],
        "read_strategy": "list",
    }

    @pytest.mark.parametrize("moment", ["/contacts", "/groups", "/groups/9001/contacts"])
    def test_a_new_contact_in_the_group_is_not_created_again(self, moment: str) -> None:
        account = service()

        def create() -> None:
            account.plant(contacts=[{"ContactId": 77, "PhoneNumber": "+4799000001"}])
            account.answer("PUT", "/groups/9001/contacts/77", {}, None)

        result = self.run(moment, create, account, **self.OPTIONS)
        assert not result.get("failed"), result["msg"]
        assert len(account.contacts) == 4
        assert sorted(account.groups[9001]["members"]) == [1, 2, 77]

    @pytest.mark.parametrize("moment", ["/contacts", "/groups", "/groups/9001/contacts"])
    def test_a_deleted_member_is_neither_an_error_nor_a_loss(self, moment: str) -> None:
        account = service()
        options = {"contacts": [{"phone_number": KARI}], "groups": [{"name": "On call", "members": [KARI]}]}
        result = self.run(moment, lambda: account.uproot("/contacts/2"), account, **options, read_strategy="list")
        assert not result.get("failed"), result["msg"]
        assert (result["changed"], result["members"]["removed"]) == (False, 0)

    @pytest.mark.parametrize("moment", ["/contacts", "/groups", "/groups/9001/contacts"])
    def test_an_export_during_another_run_loads_back(self, moment: str) -> None:
        account = service()

        def change() -> None:
            account.uproot("/contacts/2")
            account.plant(contacts=[{"ContactId": 77, "PhoneNumber": "+4799000001"}])
            account.answer("PUT", "/groups/9001/contacts/77", {}, None)

        book = self.run(moment, change, account, "address_book_info")
        declared = {"contacts": book["contacts"], "groups": book["groups"]}
        result = Machine(account).run("address_book", **declared, check=True)
        assert result["problem_count"] == 0, result["problems"]

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks sync and drift, and their role: nothing is written before the plan is shown and applied."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import support
from ansible.parsing.vault import VaultLib, VaultSecret

pytestmark = pytest.mark.slow

PEOPLE = "phone_number;first_name;last_name\n+4790555817;Kari;Nordmann\n41234567;Ola;Nordmann\n"
GROUPS = 'groups: [{name: On call, members: ["90555817", "41234567"]}]\n'
NUMBERS = ("90555817", "41234567", "99000001")
PRIVATE = (*NUMBERS, "Kari", "Ola", "Nordmann")
APPLY = ("-e", "apply=true")
MARKED = ("-e", "address_book_marker=[code]", "-e", "address_book_purge=contacts")
GROUP = "group/community.linkengage.linkengage"
BOOK = "community.linkengage.linkengage_address_book"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def book(tmp_path) -> Path:
    folder = tmp_path / "address book"
    folder.mkdir()
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (folder / "groups.yml").write_text(GROUPS, encoding="utf-8")
    return folder


SRC = ("-e", '{"src": "./address book"}')


def done(ran: subprocess.CompletedProcess[str]) -> str:
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def refused(ran: subprocess.CompletedProcess[str]) -> str:
    assert ran.returncode == 2, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def plan_id(text: str) -> str:
    (found,) = re.findall("Plan ([0-9a-f]{16}): ", text)
    return found


@support.in_json
class TestSync:
    def test_shows_the_plan_then_applies_it_once(self, simulator, play, book) -> None:
        shown = done(play("sync", *SRC))
        assert "Contacts: 2 to create, 0 to update, 0 to delete, 0 as declared." in shown
        assert "- create contact Kari Nordmann (people.csv line 2): phone_number, first_name, last_name" in shown
        assert "- On call: +2 (groups.yml line " in shown
        assert "Nothing was written. To apply the plan, set address_book_apply to true." in shown
        assert "changed=0" in shown
        predicted = done(play("sync", *SRC, *APPLY, "--check"))
        assert "Nothing is written in check mode." in predicted
        assert "changed=1" in predicted
        assert simulator.log(writes_only=True) == []

        applied = done(play("sync", *SRC, *APPLY, "-e", f"address_book_expect_plan_id={plan_id(shown)}"))
        assert "changed=1" in applied
        assert sorted(contact["PhoneNumber"] for contact in simulator.state()["contacts"]) == [
            "4741234567",
            "4790555817",
        ]
        assert len(simulator.state()["groups"][0]["members"]) == 2

        simulator.clear_log()
        again = done(play("sync", *SRC, *APPLY))
        assert "The account is as declared." in again
        assert "changed=0" in again
        assert simulator.log(writes_only=True) == []
        assert len(simulator.log()) > 2

    def test_writes_nothing_if_one_entry_is_invalid(self, simulator, play, book) -> None:
        with (book / "people.csv").open("a", encoding="utf-8") as file:
            file.write("4.79E+10;x;y\n99000001;z;y;x\n")
        text = refused(play("sync", *SRC, *APPLY))
        assert "2 entries have to be corrected. Nothing was written." in text
        for line in ("people.csv line 4: phone_number: 4.79E+10 was rounded", "people.csv line 5: the row has 4 cells"):
            assert text.count(line) == 1
        shown = [json.loads(line.strip().rstrip(",")) for line in text.splitlines() if '"people.csv line ' in line]
        assert [problem.partition(": ")[0] for problem in shown] == ["people.csv line 4", "people.csv line 5"]
        assert simulator.log(writes_only=True) == []
        ran = play("sync", *SRC, *APPLY, "-e", "address_book_skip_invalid=true")
        done(ran)
        assert (ran.stdout + ran.stderr).count("people.csv line 4: ") == 1
        assert "Skipped: people.csv line 4: " in ran.stdout
        assert len(simulator.state()["contacts"]) == 2
        simulator.clear_log()
        assert "changed=0" in done(play("sync", *SRC, *APPLY, "-e", "address_book_skip_invalid=true"))
        assert simulator.log(writes_only=True) == []

    def test_decrypts_files_and_values_with_the_secrets_of_the_play(self, simulator, play, book, tmp_path) -> None:
        vault = VaultLib([("default", VaultSecret(b"hush"))])
        (tmp_path / "secret").write_text("hush", encoding="utf-8")
        workbook = openpyxl.Workbook()
        workbook.active.append(["Mobil"])
        workbook.active.append(["90555813"])
        workbook.save(tmp_path / "plain.xlsx")
        card = "BEGIN:VCARD\nVERSION:3.0\nFN:Kari\nTEL:90555814\nEND:VCARD\n"
        sealed = {
            "a.yml": 'contacts: [{phone_number: "90555811"}]',
            "b.csv": "Mobil\n90555812\n",
            "c.xlsx": (tmp_path / "plain.xlsx").read_bytes(),
            "d.vcf": card,
        }
        for name, content in sealed.items():
            (book / name).write_bytes(vault.encrypt(content))
        value = vault.encrypt("90555815").decode().strip().replace("\n", "\n      ")
        (book / "e.yml").write_text(f"contacts:\n  - phone_number: !vault |\n      {value}\n", encoding="utf-8")
        done(play("sync", *SRC, *APPLY, "--vault-password-file", str(tmp_path / "secret")))
        stored = {contact["PhoneNumber"] for contact in simulator.state()["contacts"]}
        assert stored == {"4790555817", "4741234567", *(f"479055581{last}" for last in range(1, 6))}

    def test_purges_marked_records_but_not_with_a_skipped_row(self, simulator, play, book) -> None:
        simulator.seed(contacts=[{"PhoneNumber": "99000001", "Firstname": "Gone", "Description3": "[code]"}])
        people = book / "people.csv"
        people.write_text(PEOPLE + "9.9E+7;Gone;\n", encoding="utf-8")
        done(play("sync", *SRC, *APPLY, *MARKED, "-e", "address_book_skip_invalid=true"))
        assert len(simulator.state()["contacts"]) == 3
        people.write_text(PEOPLE, encoding="utf-8")
        done(play("sync", *SRC, *APPLY, *MARKED))
        assert [contact["Description3"] for contact in simulator.state()["contacts"]] == ["[code]", "[code]"]


@support.in_json
class TestTheRole:
    def test_shows_people_as_far_as_show_people_says(self, simulator, play, book) -> None:
        simulator.reset(
            contacts=[
                {"ContactId": 1, "PhoneNumber": "90555817", "Firstname": "{{ 7 * 7 }}"},
                {"ContactId": 2, "PhoneNumber": "99000001", "Firstname": "Gone", "Description3": "[code]"},
            ]
        )
        named = done(play("sync", *SRC, *MARKED))
        assert [word for word in NUMBERS if word in named] == [], named
        assert "- update contact 1, {{ 7 * 7 }}, now Kari Nordmann (people.csv line 2): first_name, last_name" in named
        assert "- delete contact 2, Gone (purge)" in named
        masked = done(play("sync", *SRC, *MARKED, "-e", "address_book_show_people=false"))
        assert [word for word in PRIVATE if word in masked] == [], masked
        assert "- update contact 1, 905...17 (people.csv line 2): first_name, last_name, description3" in masked
        assert "- delete contact 2, 990...01 (purge)" in masked
        shown = done(play("sync", *SRC, *MARKED, "-e", "address_book_show_people=true"))
        assert [word for word in PRIVATE if word not in shown] == []
        assert 'first_name \\"{{ 7 * 7 }}\\" becomes \\"Kari\\"' in shown
        assert 'first_name \\"{{ 7 * 7 }}\\" becomes \\"Kari\\"' in done(play("sync", *SRC, *MARKED, "--diff"))
        assert simulator.log(writes_only=True) == []

    def test_uses_columns_and_writes_a_backup_and_the_whole_plan(self, simulator, play, book, tmp_path) -> None:
        simulator.reset(contacts=[{"ContactId": 1, "PhoneNumber": "90555817", "Firstname": "K"}])
        (book / "people.csv").write_text("Mobil;Navn;Avd\n90555817;Kari;x\n41234567;Ola;y\n", encoding="utf-8")
        columns = {"address_book_columns": {"mobil": "phone_number", "NAVN": "first_name"}}
        options = {
            **columns,
            "address_book_unknown_columns": "ignore",
            "address_book_backup": f"{tmp_path}/before.json",
        }
        text = refused(play("sync", *SRC, "-e", json.dumps(columns)))
        assert "line 1: these headers are not known: 'Avd'" in text
        options["address_book_dest"] = f"{tmp_path}/plan.json"
        done(play("sync", *SRC, *APPLY, "-e", json.dumps(options)))
        assert sorted(contact["Firstname"] for contact in simulator.state()["contacts"]) == ["Kari", "Ola"]
        assert json.loads((tmp_path / "before.json").read_text())["contacts"][0]["first_name"] == "K"
        assert json.loads((tmp_path / "plan.json").read_text())[0]["action"] == "create"

    def test_applies_only_the_expected_plan(self, simulator, play, book) -> None:
        text = refused(play("sync", *SRC, *APPLY, "-e", "address_book_expect_plan_id=0000000000000000"))
        assert "expect_plan_id: the id of the plan is" in text
        assert simulator.log(writes_only=True) == []

    def test_names_its_variable_in_the_error_about_groups_with_members(self, simulator, play, book) -> None:
        simulator.reset(contacts=[{"ContactId": 1}], groups=[{"GroupId": 12, "Name": "Old", "members": [1]}])
        text = refused(play("sync", *SRC, *APPLY, "-e", '{"address_book_absent": {"groups": ["Old"]}}'))
        assert "Set `address_book_force` to delete these groups." in text

    def test_writes_nothing_inside_a_block_in_check_mode(self, simulator, run_playbook, connection_env, book) -> None:
        text = f"""
- hosts: localhost
  gather_facts: false
  tasks:
    - check_mode: true
      block:
        - ansible.builtin.include_role:
            name: community.linkengage.address_book
          vars:
            address_book_src: {json.dumps(str(book))}
            address_book_apply: true
"""
        ran = run_playbook(text, env=connection_env)
        assert ran.rc == 0, ran.stdout
        assert len(simulator.log()) > 2
        assert simulator.log(writes_only=True) == []

    @pytest.mark.parametrize(
        ("defaults", "code", "stored"),
        [
            (GROUP, "", "46701740605"),
            (BOOK, "47", "4770174060"),
            pytest.param(GROUP, "47", "4770174060", marks=pytest.mark.exhaustive),
            pytest.param(GROUP, "1", "17017406050", marks=pytest.mark.exhaustive),
            pytest.param(BOOK, "", "46701740605", marks=pytest.mark.exhaustive),
            pytest.param(BOOK, "1", "17017406050", marks=pytest.mark.exhaustive),
        ],
    )
    def test_takes_the_connection_from_module_defaults(
        self, simulator, run_playbook, connection, book, defaults: str, code: str, stored: str
    ) -> None:
        number = {"46701740605": "0701740605", "4770174060": "70174060", "17017406050": "7017406050"}[stored]
        (book / "people.csv").write_text(f"phone_number\n{number}\n", encoding="utf-8")
        text = f"""
- hosts: localhost
  gather_facts: false
  module_defaults:
    {defaults}: {json.dumps({**connection, "default_country_code": "46"})}
  roles:
    - role: community.linkengage.address_book
      vars:
        address_book_src: {json.dumps(str(book / "people.csv"))}
        address_book_default_country_code: "{code}"
        address_book_apply: true
"""
        ran = run_playbook(text)
        assert ran.rc == 0, ran.stdout
        assert [contact["PhoneNumber"] for contact in simulator.state()["contacts"]] == [stored]

    @pytest.mark.parametrize("name", ["sync", "drift"])
    @pytest.mark.parametrize("arguments", [[], ["-e", "src="]], ids=["none", "empty"])
    def test_a_missing_source_is_an_error(self, simulator, play, name: str, arguments: list[str]) -> None:
        assert "-e src=./address-book" in refused(play(name, *arguments))
        assert simulator.log() == []


@support.in_xml
class TestDrift:
    def test_is_reported_by_the_exit_status_and_never_corrected(self, simulator, play, book) -> None:
        text = refused(play("drift", *SRC, "-e", "address_book_apply=true", *APPLY))
        assert f"The account differs from {book}, by 5 change(s). Nothing was written." in text
        assert [word for word in NUMBERS if word in text] == []
        assert "Apply it with" not in text
        assert simulator.log(writes_only=True) == []
        done(play("sync", *SRC, *APPLY))
        simulator.clear_log()
        assert "The account is as declared." in done(play("drift", *SRC))
        id = simulator.state()["groups"][0]["GroupId"]
        simulator.reset(contacts=simulator.state()["contacts"], groups=[{"GroupId": id, "Name": "On call"}])
        assert "by 2 change(s)" in refused(play("drift", *SRC))
        assert simulator.log(writes_only=True) == []

    def test_shows_the_plan_of_the_other_entries_if_one_is_wrong(self, simulator, play, book) -> None:
        with (book / "people.csv").open("a", encoding="utf-8") as file:
            file.write("4.79E+10;x;y\n")
        text = refused(play("drift", *SRC))
        assert "- create contact Kari Nordmann (people.csv line 2): phone_number, first_name, last_name" in text
        assert text.count("people.csv line 4: phone_number: 4.79E+10 was rounded") == 1
        assert "by 5 change(s) and 1 wrong entry. Nothing was written." in text
        assert simulator.log(writes_only=True) == []

    def test_reports_records_that_are_not_in_the_files_and_can_fail_because_of_them(
        self, simulator, play, book
    ) -> None:
        done(play("sync", *SRC, *APPLY))
        simulator.seed(contacts=[{"PhoneNumber": "99000001", "Firstname": "Gone"}], groups=[{"Name": "Foreign"}])
        fail = {"sync": "address_book_unmanaged=fail", "drift": "unmanaged=fail"}  # two variables for the same option
        for name in ("sync", "drift"):
            simulator.clear_log()
            reported = done(play(name, *SRC))
            assert "1 contact is in the account, but not in the files: Gone." in reported
            assert "1 group is in the account, but not in the files: Foreign." in reported
            failed = refused(play(name, *SRC, "-e", fail[name]))
            assert f"differs from {book}, by 2 record(s) that are not in the files. Nothing was written." in failed
            ignored = done(play(name, *SRC, "-e", '{"unmanaged": "fail", "address_book_ignore": ["Gone", "Foreign"]}'))
            assert "not in the files" not in ignored
            assert simulator.log(writes_only=True) == []
        assert "not in the files" not in done(play("sync", *SRC, "-e", "unmanaged=ignore"))

    def test_shows_a_partial_failure_once_and_one_problem_in_a_line(self, simulator, play, book) -> None:
        match = {"method": "POST", "path": "^/contacts$", "body": "41234567"}
        simulator.faults([{"match": match, "action": "status", "status": 400, "times": None}])
        text = refused(play("sync", *SRC, *APPLY))
        assert text.count("people.csv line 3: POST /contacts: ") == 1
        assert "2 problems occurred, so some changes could not be applied. 3 changes were made." in text
        assert "changed=1" in text

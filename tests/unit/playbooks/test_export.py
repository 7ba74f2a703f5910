# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook export: it writes an account to files, and loading these files changes nothing."""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import support
import yaml

HARD = [
    "Ærlig Øystein Åse",
    "\N{FIRE}\N{FAMILY}",
    "a\x85b",
    "a\u2028b\u2029c",
    "a\xa0b",
    "\"no\" and 'yes'",
    "key: value # no comment",
    "- dash",
    "---",
    "C:\\temp\\{x}",
    "{{ lookup('pipe', 'id') }}",
    "{% raw %}x",
    "{# gone #}",
    "#jinja2: trim_blocks: False\n{{ 1 }}",
    "!unsafe x",
    "&a *b !c %d @e `f",
    "trailing  ",
    "  leading",
    "line\nbreak\n",
    "carriage\r\nreturn\r",
    "tab\tstop",
    "yes",
    "null",
    "0012",
    "12:30:45",
    "<&>\"';",
    "]]>",
    "e\u0301\u202e",
    "",
    None,
]
TEXT_FIELDS = ("Firstname", "Lastname", "Email", "Description", "Description2", "Description3")
NO_NUMBER = [None, "", " ", "Kari", "90555817 ext 5", "90000001,90000002", "٩٠٥٥٥٨١٧"]
SPELLINGS = ["{0}", "47{0}", "+47{0}", "0047{0}", "+47 {0}", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]} {0[5]}{0[6]}{0[7]}"]


def large_book() -> dict[str, Any]:
    """500 contacts and 8 groups with many difficult values."""
    chance = random.Random(2026)
    contacts = []
    for index in range(500):
        number: str | None = chance.choice(SPELLINGS).format(f"9{index:03d}{index * 7919 % 10000:04d}")
        if index % 20 == 0 and contacts:  # an existing number again, in any format
            digits = "".join(filter(str.isdigit, contacts[index - 1]["PhoneNumber"] or ""))[-8:]
            number = chance.choice(SPELLINGS).format(digits) if len(digits) == 8 else None
        elif index % 50 == 7:
            number = NO_NUMBER[index // 50 % len(NO_NUMBER)]
        elif index % 50 == 9:
            number = chance.choice(["+46701740605", "004520123456", "+1 202-555-0123", "2000", "+39 06 1234 5678"])
        texts = {name: chance.choice(HARD) for name in TEXT_FIELDS}
        switches = {name: chance.random() < 0.3 for name in ("IsPrivate", "CPAAccepted")}
        contacts.append({"ContactId": 1000 + index, "PhoneNumber": number, **texts, **switches})
    names = ["Vakt", "Vakt", "vakt", " Vakt ", "{{ lookup('pipe', 'id') }}", "\N{FIRE}: 'x'\u2028", "", "- Åse"]
    groups = [
        {
            "GroupId": 100 + index,
            "Name": name,
            "Description": chance.choice(HARD),
            "IsPrivate": chance.random() < 0.5,
            "members": chance.sample(range(1000, 1500), index * 20),
        }
        for index, name in enumerate(names)
    ]
    return {"contacts": contacts, "groups": groups}


class Reader(yaml.CSafeLoader):
    """PyYAML with support for the tag !unsafe, which is read as a text."""


Reader.add_constructor("!unsafe", lambda reader, node: reader.construct_scalar(node))


def read(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the data in the files. PyYAML reads them."""
    texts = [(folder / name).read_text(encoding="utf-8") for name in ("contacts.yml", "groups.yml")]
    return {name: value for text in texts for name, value in yaml.load(text, Loader=Reader).items()}


@support.in_xml
@pytest.mark.slow
class TestALargeBook:
    @pytest.fixture
    def exported(self, simulator, run_module, tmp_path) -> dict[str, list[dict[str, Any]]]:
        simulator.reset(**large_book())
        result = run_module("linkengage_address_book_info", dest=str(tmp_path / "book"))
        assert not result.get("failed"), result
        assert (result["contact_count"], result["group_count"]) == (500, 8)
        return read(tmp_path / "book")

    def test_can_be_loaded_without_a_write(self, simulator, run_module, exported) -> None:
        simulator.clear_log()
        for entry in exported["contacts"]:
            result = run_module("linkengage_contact", **entry)
            assert result.get("changed") is False, (entry, result)
        for entry in exported["groups"]:
            result = run_module("linkengage_group", **{**entry, "members": {"set": entry["members"]}})
            assert result.get("changed") is False, (entry, result)
        assert simulator.log(writes_only=True) == []

    def test_contains_every_text_of_every_record(self, simulator, exported) -> None:
        names = {"first_name": "Firstname", "last_name": "Lastname", "email": "Email", "private": "IsPrivate"}
        names |= {"description": "Description", "description2": "Description2", "description3": "Description3"}
        names |= {"cpa_accepted": "CPAAccepted"}
        state = simulator.state()
        assert len(exported["contacts"]) == len(state["contacts"])
        for entry, stored in zip(exported["contacts"], state["contacts"]):
            assert {name: entry.get(name) or "" for name in names} == {
                name: stored[wire] or "" for name, wire in names.items()
            }
        assert [entry.get("name", "") for entry in exported["groups"]] == [group["Name"] for group in state["groups"]]
        assert [len(entry["members"]) for entry in exported["groups"]] == [index * 20 for index in range(8)]

    def test_contains_each_contact_once(self, exported) -> None:
        for kind, names in (("contacts", ("contact_id", "phone_number")), ("groups", ("group_id", "name"))):
            keys = [next(str(entry[name]) for name in names if name in entry) for entry in exported[kind]]
            assert len(set(keys)) == len(keys)
        numberless = [entry for entry in exported["contacts"] if "phone_number" not in entry]
        twins = [entry for entry in exported["contacts"] if {"contact_id", "phone_number"} <= set(entry)]
        assert len(numberless) >= 10
        assert len(twins) >= 40

    def test_is_written_once_in_a_stable_order(self, simulator, run_module, exported, tmp_path) -> None:
        before = {path: path.read_bytes() for path in (tmp_path / "book").iterdir()}
        simulator.clear_log()
        assert run_module("linkengage_address_book_info", dest=str(tmp_path / "book"))["changed"] is False
        assert simulator.log(writes_only=True) == []
        assert {path: path.read_bytes() for path in (tmp_path / "book").iterdir()} == before

    def test_has_every_number_in_quotes(self, exported, tmp_path) -> None:
        lines = (tmp_path / "book" / "contacts.yml").read_text(encoding="utf-8").splitlines()
        numbers = [line.partition(": ")[2] for line in lines if "phone_number: " in line]
        assert len(numbers) > 450
        assert all(number[0] == number[-1] == '"' for number in numbers)


SMALL: dict[str, Any] = {
    "contacts": [
        {"ContactId": 7, "PhoneNumber": "905 55 817", "Firstname": "Åse \N{FIRE}", "Description": "TEMPLATE"},
        {"ContactId": 8, "PhoneNumber": "41234567", "Lastname": "- x: \"y\" 'z'\u2028\x85", "Email": None},
        {"ContactId": 9, "PhoneNumber": "+4741234567", "Description2": "a\r\nb  ", "IsPrivate": True},
        {"ContactId": 10, "PhoneNumber": None, "Firstname": "TEMPLATE", "Description3": "{% x"},
    ],
    "groups": [
        {"GroupId": 12, "Name": "TEMPLATE", "Description": "0012", "members": [7, 9, 10]},
        {"GroupId": 13, "Name": "Vakt"},
        {"GroupId": 14, "Name": "Vakt", "members": [8]},
    ],
}
CONTACT_TASK = """
      community.linkengage.linkengage_contact:
        contact_id: "{{ item.contact_id | default(omit) }}"
        phone_number: "{{ item.phone_number | default(omit) }}"
        first_name: "{{ item.first_name | default(omit) }}"
        last_name: "{{ item.last_name | default(omit) }}"
        email: "{{ item.email | default(omit) }}"
        description: "{{ item.description | default(omit) }}"
        description2: "{{ item.description2 | default(omit) }}"
        description3: "{{ item.description3 | default(omit) }}"
        private: "{{ item.private | default(omit) }}"
        cpa_accepted: "{{ item.cpa_accepted | default(omit) }}"
      loop: "{{ book.contacts }}"
"""
GROUP_TASK = """
      community.linkengage.linkengage_group:
        group_id: "{{ item.group_id | default(omit) }}"
        name: "{{ item.name | default(omit) }}"
        description: "{{ item.description | default(omit) }}"
        private: "{{ item.private | default(omit) }}"
        members:
          set: "{{ item.members }}"
      loop: "{{ book.groups }}"
"""
LOAD = f"""
- hosts: localhost
  gather_facts: false
  tasks:
    - name: Load
      ansible.builtin.include_vars:
        dir: "{{{{ folder }}}}"
        name: book
    - name: Show
      ansible.builtin.debug:
        var: book
    - name: Contacts{CONTACT_TASK}
    - name: Groups{GROUP_TASK}
"""
COPY = f"""
- hosts: localhost
  gather_facts: false
  tasks:
    - name: Read
      community.linkengage.linkengage_address_book_info:
      register: book
    - name: Show
      ansible.builtin.debug:
        msg: "{{{{ book.contacts | map('dict2items') | list }}}} {{{{ book.groups[0].name }}}}"
    - name: Contacts{CONTACT_TASK}
    - name: Groups{GROUP_TASK}
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def template(tmp_path) -> str:
    """A template that creates a file if it is evaluated."""
    return f"{{{{ lookup('pipe', 'touch {tmp_path}/evaluated') }}}}"


@pytest.fixture
def small_book(simulator, template) -> Any:
    """A small address book with a template in its texts."""
    simulator.reset(**json.loads(json.dumps(SMALL).replace("TEMPLATE", template)))
    return simulator


@pytest.fixture
def export(warm, collections_path, tmp_path, connection_env) -> Run:
    """``export(*arguments, cwd=...)``: run the playbook of the collection."""

    def run(*arguments: str, cwd: Path = tmp_path, **env: str) -> subprocess.CompletedProcess[str]:
        environment = {**support.ansible_environment(collections_path, tmp_path), **connection_env, **env}
        return warm.run(["community.linkengage.export", *arguments], cwd, environment)

    return run


def records(simulator: Any) -> dict[str, Any]:
    """Return the records of the service, without times."""
    return {name: value for name, value in simulator.state().items() if name != "now"}


@support.in_json
class TestThePlaybook:
    def test_writes_the_book_and_changes_nothing_in_a_second_run(self, small_book, export, tmp_path, template) -> None:
        book = tmp_path / "book"
        predicted = export("-e", f"dest={book}", "--check")
        assert predicted.returncode == 0, predicted.stdout
        assert "changed=1" in predicted.stdout
        assert "would be written to" in predicted.stdout
        assert not book.exists()

        first = export("-e", f"dest={book}")
        assert first.returncode == 0, first.stdout
        assert f"4 contacts and 3 groups are in {book}/contacts.yml and {book}/groups.yml" in first.stdout
        assert "changed=1" in first.stdout
        assert "because they have no valid phone number: contact_id 10 (no number)" in first.stdout + first.stderr
        assert [path.stat().st_mode & 0o777 for path in (book, *sorted(book.iterdir()))] == [0o700, 0o600, 0o600]
        assert [entry.get("phone_number") for entry in read(book)["contacts"]] == [
            *("905 55 817", "41234567", "+4741234567", None)
        ]
        assert read(book)["contacts"][0]["description"] == template

        second = export("-e", f"dest={book}")
        assert second.returncode == 0, second.stdout
        assert "changed=0" in second.stdout
        assert small_book.log(writes_only=True) == []
        assert not (tmp_path / "evaluated").exists()

    def test_a_relative_folder_starts_in_the_current_folder(self, small_book, export, tmp_path) -> None:
        elsewhere = tmp_path / "else where"
        elsewhere.mkdir()
        for dest in ("dest=./book", '{"dest": "inner/Å bok"}'):
            done = export("-e", dest, cwd=elsewhere, PWD="/nowhere")
            assert done.returncode == 0, done.stdout
        assert sorted(os.listdir(elsewhere)) == ["book", "inner"]
        assert sorted(os.listdir(elsewhere / "inner" / "Å bok")) == ["contacts.yml", "groups.yml"]

    @pytest.mark.parametrize("dest", ["~/book", "$HOME/book"])
    def test_a_folder_can_be_in_the_home_folder(self, small_book, export, tmp_path, dest: str) -> None:
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        done = export("-e", f"dest={dest}", cwd=elsewhere)
        assert done.returncode == 0, done.stdout
        assert sorted(os.listdir(tmp_path / "book")) == ["contacts.yml", "groups.yml"]

    @pytest.mark.parametrize("arguments", [[], ["-e", "dest="]], ids=["none", "empty"])
    def test_a_missing_folder_is_an_error(self, small_book, export, arguments: list[str]) -> None:
        done = export(*arguments)
        assert done.returncode == 2
        assert "Set the folder to write to: -e dest=./address-book" in done.stdout + done.stderr
        assert small_book.log() == []

    def test_fails_if_the_module_fails(self, small_book, export, tmp_path) -> None:
        done = export("-e", f"dest={tmp_path}/book", LINKENGAGE_PASSWORD="a wrong one")
        assert done.returncode == 2
        assert "the service answered 406" in done.stdout + done.stderr
        assert "a wrong one" not in done.stdout + done.stderr
        assert not (tmp_path / "book").exists()


@support.in_json
class TestWhatWasExported:
    def test_can_be_loaded_without_a_write_and_is_not_evaluated(
        self, small_book, run_module, run_playbook, connection_env, tmp_path, template
    ) -> None:
        book = tmp_path / "book"
        run_module("linkengage_address_book_info", dest=str(book))
        before = records(small_book)
        small_book.clear_log()
        done = run_playbook(LOAD, "-e", f"folder={book}", "-v", env=connection_env)
        assert done.rc == 0, done.stdout
        assert done.changed == []
        assert len(small_book.log()) > 7
        assert small_book.log(writes_only=True) == []
        assert records(small_book) == before
        assert done.result("Show")["book"]["contacts"] == read(book)["contacts"]
        assert not (tmp_path / "evaluated").exists()

    def test_restores_a_text_that_looks_like_a_template(
        self, small_book, run_module, run_playbook, connection_env, tmp_path, template
    ) -> None:
        book = tmp_path / "book"
        run_module("linkengage_address_book_info", dest=str(book))
        run_module("linkengage_contact", contact_id=7, description="drift")
        small_book.clear_log()
        done = run_playbook(LOAD, "-e", f"folder={book}", env=connection_env)
        assert done.rc == 0, done.stdout
        assert [entry["path"] for entry in small_book.log(writes_only=True)] == ["/contacts/7"]
        assert small_book.state()["contacts"][0]["Description"] == template
        assert not (tmp_path / "evaluated").exists()

    @pytest.mark.parametrize("in_process", ["true", "false"], ids=["in process", "as a module"])
    def test_a_returned_text_is_not_evaluated(
        self, small_book, run_playbook, connection_env, tmp_path, in_process: str
    ) -> None:
        done = run_playbook(COPY, "-e", f"linkengage_in_process={in_process}", env=connection_env)
        assert done.rc == 0, done.stdout
        assert done.changed == []
        assert small_book.log(writes_only=True) == []
        assert "lookup('pipe', 'touch" in str(done.result("Show")["msg"])
        assert not (tmp_path / "evaluated").exists()

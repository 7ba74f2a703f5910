# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An address book in files, converged: the same as inline, with errors by file and line."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

BOOK: dict[str, Any] = {
    "contacts": [
        {"phone_number": "+4790555817", "first_name": "Åse", "private": True},
        {"phone_number": "41234567", "first_name": "yes", "description": "a; \"b\", 'c'\n#d"},
    ],
    "groups": [{"name": "On call", "members": ["90555817", "412 34 567"]}],
}
CSV = (
    "\ufeffphone_number;first_name;private;description\r\n"
    "+4790555817;Åse;true;\r\n"
    '41234567;yes;;"a; ""b"", \'c\'\n#d"\r\n'
)
FORMS = {
    "book.json": {"book.json": json.dumps(BOOK)},
    "book.yml": {"book.yml": yaml.safe_dump(BOOK, allow_unicode=True)},
    "folder": {"folder/people.csv": CSV, "folder/groups.yaml": yaml.safe_dump({"groups": BOOK["groups"]})},
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_converged_to_the_same(account, tmp_path, form: str) -> None:
    (tmp_path / "folder").mkdir()
    for name, text in FORMS[form].items():
        (tmp_path / name).write_bytes(text.encode())
    result = account.twice("address_book", src=str(tmp_path / form))
    assert (result["contacts"]["created"], result["groups"]["created"], result["members"]["added"]) == (2, 1, 2)
    first, second = sorted(account.contacts().values(), key=lambda contact: contact["PhoneNumber"], reverse=True)
    assert (first["PhoneNumber"], first["Firstname"], first["IsPrivate"]) == ("4790555817", "Åse", True)
    assert (second["Firstname"], second["Description"]) == ("yes", "a; \"b\", 'c'\n#d")
    account.done("address_book", **BOOK)
    assert account.writes == []


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("a.csv", "phone_number\n90555817\n4.79E+10\n", "a.csv line 3: phone_number: character 5"),
        ("a.csv", "phone_number,private\n90555817,\n41234567,perhaps\n", "a.csv line 3: private is true or false"),
        ("a.yml", "contacts:\n- {phone_number: '90555817'}\n- {phone_number: +4741234567}\n", "a.yml: contacts[1]: "),
        ("a.json", '{"contacts": [{"phone_number": "90555817"}, {"phone_number": 41234567}]}', "a.json: contacts[1]: "),
    ],
)
def test_a_mangled_number_is_named_by_its_file_and_line(
    json_account, tmp_path, name: str, text: str, place: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    result = json_account.run("address_book", src=str(tmp_path))
    assert place in result["msg"]
    assert json_account.numbers() == ["4790555817"]


def test_a_number_in_two_files_names_both(json_account, tmp_path) -> None:
    (tmp_path / "a.csv").write_text("phone_number\n90555817\n", encoding="utf-8")
    (tmp_path / "b.yml").write_text('contacts: [{phone_number: "905 55 817"}]', encoding="utf-8")
    message = json_account.refused("address_book", src=str(tmp_path))
    assert "a.csv line 2 and b.yml: contacts[0]" in message
    assert json_account.requests == []


@pytest.mark.parametrize("text", ["contacts: []", "groups: []", "contacts: []\ngroups: []"])
def test_an_empty_source_is_an_error_unless_it_is_meant(json_account, tmp_path, text: str) -> None:
    (tmp_path / "a.yml").write_text(text, encoding="utf-8")
    assert "allow_empty" in json_account.refused("address_book", src=str(tmp_path / "a.yml"))
    assert json_account.requests == []
    assert json_account.done("address_book", src=str(tmp_path / "a.yml"), allow_empty=True)["changed"] is False


def test_a_source_and_inline_entries_exclude_each_other(json_account) -> None:
    assert "mutually exclusive" in json_account.refused("address_book", src="a.yml", contacts=[])
    assert "required" in json_account.refused("address_book")

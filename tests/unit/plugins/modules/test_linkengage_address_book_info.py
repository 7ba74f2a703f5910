# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The address book as code. It is returned or written to private files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.community.linkengage.plugins.module_utils._model.fields import BOOL, INT
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import CONTACT

CONTACTS = [
    {"ContactId": 7, "PhoneNumber": "905 55 817", "Firstname": "Åse", "Lastname": "", "Description": "{{ 7 * 7 }}"},
    {"ContactId": 8, "PhoneNumber": "41234567", "Email": "a@b.no", "IsPrivate": True, "CPAAccepted": True},
    {"ContactId": 9, "PhoneNumber": "+4741234567", "Description3": "- x: 'y'\u2028\N{FIRE}"},
    {"ContactId": 10, "PhoneNumber": None, "Firstname": "Nobody"},
]
GROUPS = [
    {"GroupId": 12, "Name": "On call", "Description": "Woken: at night", "members": [10, 9, 7]},
    {"GroupId": 13, "Name": "Empty", "IsPrivate": True},
    {"GroupId": 14, "Name": "Empty"},
]
BOOK = {
    "contacts": [
        {"phone_number": "905 55 817", "first_name": "Åse", "description": "{{ 7 * 7 }}"},
        {"contact_id": 8, "phone_number": "41234567", "email": "a@b.no", "cpa_accepted": True, "private": True},
        {"contact_id": 9, "phone_number": "+4741234567", "description3": "- x: 'y'\u2028\N{FIRE}"},
        {"contact_id": 10, "first_name": "Nobody"},
    ],
    "groups": [
        {
            "name": "On call",
            "description": "Woken: at night",
            "members": ["905 55 817", {"contact_id": 9}, {"contact_id": 10}],
        },
        {"group_id": 13, "name": "Empty", "private": True, "members": []},
        {"group_id": 14, "name": "Empty", "members": []},
    ],
}
READS = ["/groups", *(f"/groups/{id}/contacts" for id in (12, 13, 14)), "/contacts", "/contacts/count"]


@pytest.fixture
def book(account) -> Any:
    account.simulator.seed(contacts=CONTACTS, groups=GROUPS)
    return account


def test_the_result_has_the_form_of_the_options(book) -> None:
    result = book.twice("address_book_info")
    assert {name: result[name] for name in BOOK} == BOOK
    assert (result["contact_count"], result["group_count"], result["changed"]) == (4, 3, False)


def test_it_costs_two_requests_and_one_for_each_group(book) -> None:
    book.done("address_book_info")
    assert [path for path in book.reads if path != "/user"] == READS
    assert book.reads.count("/user") <= 1  # one request for the country code of national numbers is allowed


def value_of(item: Any) -> Any:
    """Return a value for a field of a contact: a phone number, a boolean, a number or a text."""
    if item.name == "phone_number":
        return "90555817"
    return {BOOL: True, INT: 7}.get(item.kind, f"a {item.name}")


def test_every_field_is_exported_and_loaded_back(account) -> None:
    values = {item.name: value_of(item) for item in CONTACT.writable}
    wires = [item.wire for item in CONTACT.writable]
    account.simulator.seed(contacts=[{item.wire: value_of(item) for item in CONTACT.writable}])
    stored = [{wire: contact[wire] for wire in wires} for contact in account.contacts().values()]
    exported = account.done("address_book_info")["contacts"]
    assert exported == [values]
    account.simulator.reset()
    account.twice("address_book", contacts=exported)
    assert account.writes == ["POST /contacts"]
    loaded = [{wire: contact[wire] for wire in wires} for contact in account.contacts().values()]
    assert loaded == [{**contact, "PhoneNumber": "4790555817"} for contact in stored]


def test_every_field_is_a_column_of_a_table(account, tmp_path) -> None:
    values = {item.name: value_of(item) for item in CONTACT.writable}
    table = tmp_path / "people.csv"
    table.write_text(",".join(values) + "\n" + ",".join(map(str, values.values())) + "\n", encoding="utf-8")
    account.twice("address_book", src=str(table))
    (stored,) = account.contacts().values()
    assert {item.name: stored[item.wire] for item in CONTACT.writable} == {**values, "phone_number": "4790555817"}


def test_its_entries_are_options(book) -> None:
    result = book.done("address_book_info")
    for entry in result["contacts"]:
        assert book.done("contact", **entry)["changed"] is False
        assert book.writes == []
    for entry in result["groups"]:
        options = {**entry, "members": {"set": entry["members"]}}
        assert book.done("group", **options)["changed"] is False
        assert book.writes == []


def test_a_contact_without_a_usable_number_is_warned_about(book) -> None:
    (warning,) = book.done("address_book_info")["warnings"]
    assert "10 (no number)" in str(warning)


def test_an_empty_book_is_two_empty_lists(account) -> None:
    result = account.done("address_book_info")
    assert (result["contacts"], result["groups"], result["contact_count"], result["group_count"]) == ([], [], 0, 0)
    assert "warnings" not in result


class TestFiles:
    def test_are_written_once_and_for_their_owner_only(self, book, tmp_path) -> None:
        folder = tmp_path / "Å bok" / "inner"
        result = book.twice("address_book_info", dest=str(folder))
        assert result["changed"] is True
        assert result["files"] == [str(folder / "contacts.yml"), str(folder / "groups.yml")]
        assert [oct(Path(path).stat().st_mode & 0o777) for path in [folder, *result["files"]]] == [
            *("0o700", "0o600", "0o600")
        ]
        assert not {"contacts", "groups"} & set(result)
        assert (result["contact_count"], result["group_count"]) == (4, 3)

    def test_contain_what_would_be_returned(self, book, tmp_path) -> None:
        book.done("address_book_info", dest=str(tmp_path))
        text = (tmp_path / "contacts.yml").read_text(encoding="utf-8")
        assert 'description: !unsafe "{{ 7 * 7 }}"' in text
        assert yaml.safe_load(text.replace("!unsafe ", "")) == {"contacts": BOOK["contacts"]}
        groups = (tmp_path / "groups.yml").read_text(encoding="utf-8")
        assert yaml.safe_load(groups) == {"groups": BOOK["groups"]}

    def test_are_not_written_in_check_mode(self, book, tmp_path) -> None:
        result = book.done("address_book_info", check=True, dest=str(tmp_path / "new"))
        assert result["changed"] is True
        assert result["files"] == [str(tmp_path / "new" / name) for name in ("contacts.yml", "groups.yml")]
        assert not (tmp_path / "new").exists()

    def test_are_written_again_if_one_is_outdated(self, book, tmp_path) -> None:
        book.done("address_book_info", dest=str(tmp_path))
        before = (tmp_path / "groups.yml").stat().st_mtime_ns
        book.simulator.seed(contacts=[{"PhoneNumber": "98765432"}])
        assert book.done("address_book_info", dest=str(tmp_path))["changed"] is True
        assert '"98765432"' in (tmp_path / "contacts.yml").read_text(encoding="utf-8")
        assert (tmp_path / "groups.yml").stat().st_mtime_ns == before

    def test_that_others_can_read_become_private(self, book, tmp_path) -> None:
        book.done("address_book_info", dest=str(tmp_path))
        (tmp_path / "contacts.yml").chmod(0o644)
        assert book.twice("address_book_info", dest=str(tmp_path))["changed"] is True
        assert (tmp_path / "contacts.yml").stat().st_mode & 0o777 == 0o600

    def test_that_cannot_be_written_are_a_clear_error(self, book, tmp_path) -> None:
        (tmp_path / "file").write_text("", encoding="utf-8")
        message = book.refused("address_book_info", dest=str(tmp_path / "file"))
        assert message == f"{tmp_path / 'file' / 'contacts.yml'} cannot be written: Not a directory. Use another path."

    def test_are_not_changed_when_the_service_fails(self, book, tmp_path) -> None:
        book.done("address_book_info", dest=str(tmp_path))
        before = {path: path.read_bytes() for path in tmp_path.iterdir()}
        fault = {"match": {"path": "^/groups/14/contacts$"}, "action": "status", "status": 500, "times": None}
        book.simulator.faults([fault])
        assert "GET /groups/14/contacts" in book.refused("address_book_info", dest=str(tmp_path))
        assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before

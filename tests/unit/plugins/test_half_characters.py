# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts that the service has cut inside an emoji. JSON keeps them and writes them back; results show U+FFFD."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import inventory_loader, lookup_loader
from ansible.utils.display import Display

HALF = "Kari \ud83d"
SHOWN = "Kari \N{REPLACEMENT CHARACTER}"


@pytest.fixture
def book(json_account):
    """An account in which every record has a text with half a character."""
    json_account.simulator.seed(
        contacts=[
            {"ContactId": 1, "PhoneNumber": "90555817", "Firstname": HALF, "Description": HALF},
            {"ContactId": 2, "PhoneNumber": "41234567", "Firstname": "Ola"},
        ],
        groups=[{"GroupId": 12, "Name": "On call", "Description": HALF, "members": [1]}, {"GroupId": 13, "Name": HALF}],
        inbound=[{"from": "90555817", "text": HALF}],
        messages=[{"Receivers": "90555817", "Text": HALF}],
    )
    return json_account


def written(book: Any) -> dict[str, Any]:
    (entry,) = [entry for entry in book.requests if entry["method"] == "PUT"]
    assert r"\ud83d" in entry["body"]
    return json.loads(entry["body"])


def check_result(result: dict[str, Any]) -> None:
    """Check that the result can be printed, and that it says what it does not show."""
    json.dumps(result, ensure_ascii=False).encode()
    assert any("half a character" in str(warning) for warning in result["warnings"])


def test_an_update_keeps_half_characters(book) -> None:
    result = book.twice("contact", phone_number="90555817", email="kari@acme.example")
    check_result(result)
    assert result["contact"]["first_name"] == SHOWN
    assert (written(book)["Firstname"], written(book)["Email"]) == (HALF, "kari@acme.example")
    assert book.contacts()[1]["Firstname"] == HALF


def test_an_update_may_replace_half_characters(book) -> None:
    result = book.done("contact", phone_number="90555817", first_name="Kari")
    check_result(result)
    assert result["diff"]["before"] == {"first_name": SHOWN}
    assert book.contacts()[1]["Firstname"] == "Kari"
    assert book.contacts()[1]["Description"] == HALF


def test_a_contact_and_a_group_with_half_characters_can_be_deleted(book) -> None:
    check_result(book.done("contact", phone_number="90555817", state="absent"))
    check_result(book.done("group", name="On call", state="absent"))
    assert sorted(book.contacts()) == [2]
    assert sorted(book.groups()) == [13]


def test_a_group_with_half_characters_can_be_changed(book) -> None:
    book.twice("group", name="On call", private=True, members={"add": [2]})
    assert book.groups()[12]["Description"] == HALF
    assert book.members(12) == {1, 2}


def test_an_address_book_keeps_half_characters_and_writes_all_its_files(book, tmp_path: Path) -> None:
    files = {name: str(tmp_path / f"{name}.json") for name in ("backup", "dest")}
    contacts = [
        {"phone_number": "90555817", "email": "kari@acme.example"},
        {"phone_number": "41234567", "first_name": "Åse"},
    ]
    result = book.done("address_book", contacts=contacts, **files)
    check_result({**result, "warnings": ["half a character"]})
    assert result["contacts"]["updated"] == 2
    assert book.contacts()[1]["Firstname"] == HALF
    backup = json.loads(Path(files["backup"]).read_text(encoding="utf-8"))
    assert [entry["contact_id"] for entry in backup["contacts"]] == [1, 2]
    assert json.loads(Path(files["dest"]).read_text(encoding="utf-8"))
    assert book.done("address_book", contacts=contacts)["changed"] is False


@pytest.mark.parametrize(
    ("module", "options", "name"),
    [
        ("contact_info", {}, "contacts"),
        ("group_info", {"members": True}, "groups"),
        ("message_info", {}, "messages"),
        ("message_info", {"message_id": "I_5002"}, "messages"),
        ("folder_info", {"messages": True}, "folders"),
    ],
)
def test_half_characters_are_shown_and_written_to_files(
    book, tmp_path: Path, module: str, options: Any, name: str
) -> None:
    result = book.done(module, **options)
    check_result(result)
    assert SHOWN in json.dumps(result[name], ensure_ascii=False)
    path = tmp_path / "dest.json"
    assert book.done(module, dest=str(path), **options)["changed"] is True
    assert repr(HALF) in repr(json.loads(path.read_text(encoding="utf-8")))
    assert book.done(module, dest=str(path), **options)["changed"] is False


def test_an_export_warns_about_half_characters(book, tmp_path: Path) -> None:
    result = book.done("address_book_info", dest=str(tmp_path))
    assert any("cut in the middle" in str(warning) for warning in result["warnings"])
    assert yaml.safe_load((tmp_path / "contacts.yml").read_text(encoding="utf-8"))["contacts"]


def test_a_lookup_shows_and_warns_about_half_characters(book, monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _self, text, *_args, **_kwargs: warnings.append(str(text)))
    plugin = lookup_loader.get("community.linkengage.linkengage")
    (found,) = plugin.run(["90555817"], variables={}, **book.connection)
    assert found["first_name"] == SHOWN
    assert any("half a character" in text for text in warnings)


def test_an_inventory_shows_half_characters(book, tmp_path: Path) -> None:
    path = tmp_path / "linkengage.yml"
    path.write_text(yaml.safe_dump({"plugin": "community.linkengage.linkengage", **book.connection}), encoding="utf-8")
    found = InventoryData()
    plugin = inventory_loader.get("community.linkengage.linkengage")
    plugin.parse(found, DataLoader(), str(path), cache=False)
    names = [host.vars["linkengage_first_name"] for host in found.hosts.values()]
    assert names == [SHOWN]
    "".join([*found.hosts, *found.groups]).encode()

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which file a seed names, and which of its records have ids."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linkengage_simulator.process import SimulatorProcess
from linkengage_simulator.seeding import EXAMPLES, NoSeed, find, prepare, records_with_ids

EXPORT = """
contacts:
  - {contact_id: 7, phone_number: "+4790555817", first_name: Kari}
  - {contact_id: 8, phone_number: "+4790555817"}
  - {contact_id: 9}
  - {phone_number: "+4741234567", description: !unsafe "{{ x }}"}
groups:
  - {group_id: 3, name: Same, members: [{contact_id: 7}]}
  - {name: Other}
"""
WITH_IDS = {
    "contacts": [
        {"ContactId": 7, "PhoneNumber": "+4790555817"},
        {"ContactId": 8, "PhoneNumber": "+4790555817"},
        {"ContactId": 9, "PhoneNumber": None},
    ],
    "groups": [{"GroupId": 3, "Name": "Same"}],
}
NOTHING: dict[str, Any] = {"contacts": [], "groups": []}


def test_a_seed_is_a_path_or_an_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find("address-book") == EXAMPLES / "address-book"
    (tmp_path / "address-book").mkdir()
    assert find("address-book") == find("~/address-book") == find("$HOME/address-book") == tmp_path / "address-book"


def test_another_seed_is_an_error_that_lists_the_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NoSeed) as caught:
        find("nowhere")
    assert str(caught.value) == (
        f"{tmp_path}/nowhere does not exist. A seed is a file, a folder, or an example: address-book."
    )


@pytest.mark.parametrize("name", ["book.yml", "deep/book.yaml"])
def test_the_records_of_an_export_with_an_id_are_found(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(EXPORT, encoding="utf-8")
    assert records_with_ids(tmp_path) == records_with_ids(file) == WITH_IDS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("book.json", '{"contacts": [{"contact_id": "7"}, 1, null], "groups": {"group_id": 1}}'),
        ("book.json", "[]"),
        ("book.json", "{"),
        ("book.yml", "contacts: ["),
        ("book.yml", "$ANSIBLE_VAULT;1.1;AES256\n6162"),
        ("book.yml", "x: !vault {a: b}"),
        ("book.yml", ""),
        ("book.csv", "contact_id,phone_number\n7,+4790555817\n"),
        ("book.yml.bak", EXPORT),
    ],
)
def test_other_files_are_left_to_the_collection(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert records_with_ids(tmp_path) == NOTHING


def test_only_an_empty_account_is_prepared(simulator: SimulatorProcess, tmp_path: Path) -> None:
    (tmp_path / "book.yml").write_text(EXPORT, encoding="utf-8")
    assert prepare(simulator, tmp_path)
    assert [contact["ContactId"] for contact in simulator.state()["contacts"]] == [7, 8, 9]
    assert not prepare(simulator, tmp_path)
    assert len(simulator.state()["contacts"]) == 3

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paths that are not regular files, and damaged files: the error has the path, and nothing blocks or is changed."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError
from ansible_collections.community.linkengage.plugins.module_utils._inbox.cursor import Cursor, StoredCursor
from ansible_collections.community.linkengage.plugins.module_utils._machine.folder import FolderStore
from ansible_collections.community.linkengage.plugins.module_utils._machine.locks import Waiting
from ansible_collections.community.linkengage.plugins.module_utils._machine.store import Entry

KINDS = ["pipe", "socket", "folder", "device", "link to a device"]
CONTACTS = [{"phone_number": "90555817", "first_name": "New"}]


@pytest.fixture(params=KINDS)
def special(request, tmp_path: Path) -> Path:
    path = tmp_path / "special.json"
    if request.param == "pipe":
        os.mkfifo(path)
    elif request.param == "socket":
        with socket.socket(socket.AF_UNIX) as listener:
            os.chdir(tmp_path)
            listener.bind(path.name)
    elif request.param == "folder":
        path.mkdir()
    elif request.param == "device":
        return Path("/dev/null")
    else:
        path.symlink_to("/dev/null")
    return path


@pytest.fixture(autouse=True)
def here() -> Any:
    before = os.getcwd()
    yield
    os.chdir(before)


@pytest.mark.parametrize("option", ["backup", "dest"])
def test_an_address_book_does_not_write_to_a_special_file(json_account, special: Path, option: str) -> None:
    json_account.simulator.seed(contacts=[{"ContactId": 1, "PhoneNumber": "90555817"}])
    before = stat.S_IFMT(os.lstat(special).st_mode)
    message = json_account.refused("address_book", contacts=CONTACTS, **{option: str(special)})
    assert str(special) in message
    assert "expected a regular file" in message or "Is a directory" in message
    assert stat.S_IFMT(os.lstat(special).st_mode) == before


@pytest.mark.parametrize("check", [True, False])
def test_a_result_is_not_written_to_a_special_file(json_account, special: Path, check: bool) -> None:
    before = stat.S_IFMT(os.lstat(special).st_mode)
    result = json_account.run("contact_info", dest=str(special), check=check)
    assert result["failed"] is True
    assert str(special) in result["msg"]
    assert stat.S_IFMT(os.lstat(special).st_mode) == before


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("name", "why"), [("a\0b", "the path contains a null character"), ("folder/", "Is a directory")], ids=repr
)
def test_a_path_that_no_file_can_have_is_an_error(
    json_account, tmp_path: Path, name: str, why: str, check: bool
) -> None:
    result = json_account.run("contact_info", dest=f"{tmp_path}/{name}", check=check)
    assert result["msg"] == f"{tmp_path}/{name} cannot be written: {why}. Use another path."
    assert not list(tmp_path.iterdir())


def test_a_null_character_is_not_in_the_path_of_a_store(json_account, tmp_path: Path) -> None:
    message = json_account.refused("user_info", store=f"{tmp_path}/a\0b")
    assert message == "store: the text contains a null character. Remove the character."


def test_a_pipe_is_not_a_lock(json_account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    json_account.done("contact", phone_number="90555817")
    (lock,) = tmp_path.glob("*/*.lock")
    lock.unlink()
    os.mkfifo(lock)
    message = json_account.refused("contact", phone_number="90555818")
    assert message.startswith("The lock of this account cannot be used: ")
    assert "expected a regular file, but got a pipe" in message


def test_a_link_to_a_regular_file_is_written(json_account, tmp_path: Path) -> None:
    (tmp_path / "file.json").write_text("", encoding="utf-8")
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "file.json")
    assert json_account.done("contact_info", dest=str(link))["changed"] is True
    assert json.loads(link.read_text(encoding="utf-8")) == {"contacts": []}


def store_in(folder: Path) -> FolderStore:
    return FolderStore(str(folder), "account", Waiting(timeout=0.0))


def test_a_special_file_is_not_a_store(json_account, special: Path) -> None:
    if special.is_dir():
        return
    message = json_account.refused("sms", text="Hi", numbers=["+4790555817"], idempotency_key="x", store=str(special))
    assert message.startswith(f"store: the folder {special} cannot be used: ")


def test_a_special_file_is_not_the_store_of_a_cursor(special: Path) -> None:
    if special.is_dir():
        assert store_in(special).cursor("inbox") == (None, None)
        return
    with pytest.raises(LinkEngageError, match=r"^store: .*the path is not a folder"):
        store_in(special).cursor("inbox")


# Damaged files


@pytest.mark.parametrize(
    "changes",
    [
        {"content": b"\xff"},
        {"state": "strange"},
        {"state": 5},
        {"message_id": b"x"},
        {"message_id": 5.5},
        {"at": "x"},
        {"at": 9e999},
        {"at": -1},
        {"at": 1e300},
    ],
    ids=str,
)
def test_a_damaged_entry_of_the_store_is_an_error(json_account, tmp_path: Path, changes: dict[str, Any]) -> None:
    store = store_in(tmp_path)
    store.record("key", Entry("hash", "sent", "O_1", 1.0))
    ((name, value),) = changes.items()
    with sqlite3.connect(store.path) as connection:
        connection.execute(f"UPDATE sends SET {name} = ?", (value,))
    connection.close()
    try:
        found = store.find("key")
    except LinkEngageError as error:
        assert str(error).startswith(f"store: the folder {tmp_path} cannot be used: ")
    else:
        # The column turns the number into a text.
        assert (name, found) == ("message_id", Entry("hash", "sent", "5.5", 1.0))


@pytest.mark.parametrize("place", [0, 16, 24, 100, 1024, 4096, 5000, 8191])
def test_a_damaged_page_of_the_store_gives_no_wrong_entry(tmp_path: Path, place: int) -> None:
    store = store_in(tmp_path)
    path = Path(store.path)
    for number in range(30):
        store.record(f"key {number}", Entry("hash", "sent", f"O_{number}", 1.0))
    data = bytearray(path.read_bytes())
    data[place : place + 64] = b"\xff" * len(data[place : place + 64])
    path.write_bytes(data)
    for number in range(30):
        try:
            assert store.find(f"key {number}") in (None, Entry("hash", "sent", f"O_{number}", 1.0))
        except LinkEngageError as error:
            assert str(tmp_path) in str(error)


GOOD: dict[str, Any] = {"since": "", "folders": [1], "seen": {"I_1": ""}, "in_doubt": ["I_2"], "consumed": ["I_1"]}


@pytest.mark.parametrize(
    "changes",
    [
        {"in_doubt": [["I_2"]]},
        {"in_doubt": [None]},
        {"seen": {"I_1": 5}},
        {"seen": {"I_1": ["x"]}},
        {"folders": ["1"]},
        {"folders": [[1]]},
        {"folders": [True]},
        {"since": None},
        {"consumed": [5]},
        {"starts": {"1": 5}},
    ],
    ids=str,
)
def test_a_cursor_with_values_of_wrong_types_is_an_error(tmp_path: Path, changes: dict[str, Any]) -> None:
    store = store_in(tmp_path)
    stored = StoredCursor(store, "inbox")
    stored.save(Cursor(**GOOD))
    assert stored.load() == Cursor(**GOOD)
    content = json.loads(store.cursor("inbox")[0] or "")
    content["cursor"].update(changes)
    replace_cursor(store, json.dumps(content))
    with pytest.raises(LinkEngageError, match=r"^cursor: the cursor 'inbox' in the store .* is damaged"):
        stored.load()


def replace_cursor(store: FolderStore, text: str) -> None:
    store.prepare_cursor("inbox", text)
    store.commit_cursor("inbox")


@pytest.mark.parametrize("text", ["[" * 100_000, "{}", "null", "5", '"x"'])
def test_a_cursor_that_is_another_document_is_an_error(tmp_path: Path, text: str) -> None:
    store = store_in(tmp_path)
    replace_cursor(store, text)
    with pytest.raises(LinkEngageError, match=r"^cursor: the cursor 'inbox' in the store .* is damaged"):
        StoredCursor(store, "inbox").load()


@pytest.mark.parametrize("date", ["2026-02-30", "2026-13-01", "2026-02-30T10:00:00Z", "9999-99-99"])
def test_an_impossible_date_in_yaml_is_an_error_with_its_place(json_account, tmp_path: Path, date: str) -> None:
    path = tmp_path / "book.yml"
    path.write_text(f"contacts:\n  - phone_number: '90555817'\n    description: {date}\n", encoding="utf-8")
    message = json_account.refused("address_book", src=str(path))
    assert "book.yml" in message
    assert "unforeseen" not in message

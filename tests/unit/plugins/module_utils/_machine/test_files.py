# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files with personal data: only the owner can read them, and they are written completely or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError
from ansible_collections.community.linkengage.plugins.module_utils._machine import files as _files
from ansible_collections.community.linkengage.plugins.module_utils._machine.files import (
    commit,
    outdated,
    stage,
    write_private,
)

TEXT = "Åse\r\n\u2028\N{FIRE}\n"


def stage_and_commit(path: str) -> None:
    stage(f"{path}.next", TEXT)
    assert not os.path.exists(path)
    commit(f"{path}.next", path)
    assert Path(path).read_bytes() == TEXT.encode()
    assert not os.path.exists(f"{path}.next")


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    """Set a umask with which files would be readable for everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_can_read_a_file_and_its_new_folder(tmp_path) -> None:
    file = tmp_path / "new" / "book.yml"
    assert write_private({str(file): TEXT}) == [str(file)]
    assert file.read_bytes() == TEXT.encode()
    assert (mode(file), mode(file.parent)) == (0o600, 0o700)


def test_nothing_else_is_left_in_the_folder(tmp_path) -> None:
    write_private({str(tmp_path / "a"): "1", str(tmp_path / "b"): "2"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_second_time_nothing_is_written(tmp_path) -> None:
    files = {str(tmp_path / "a"): TEXT}
    write_private(files)
    before = os.stat(tmp_path / "a")
    assert outdated(files) == []
    assert write_private(files) == []
    after = os.stat(tmp_path / "a")
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_another_text_is_replaced(tmp_path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"\xff\xfe")
    file.chmod(0o600)
    assert outdated({str(file): TEXT}) == [str(file)]
    write_private({str(file): TEXT})
    assert file.read_bytes() == TEXT.encode()


@pytest.mark.parametrize("open_mode", [0o644, 0o640, 0o666, 0o400])
def test_a_file_that_others_can_read_becomes_private(tmp_path, open_mode: int) -> None:
    file = tmp_path / "a"
    file.write_bytes(TEXT.encode())
    file.chmod(open_mode)
    assert write_private({str(file): TEXT}) == [str(file)]
    assert mode(file) == 0o600


def test_a_link_is_replaced_and_its_target_is_not_changed(tmp_path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("theirs", encoding="utf-8")
    link.symlink_to(target)
    write_private({str(link): TEXT})
    assert target.read_text(encoding="utf-8") == "theirs"
    assert not link.is_symlink()


def test_a_file_in_the_working_folder_needs_no_folder(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert write_private({"book.yml": TEXT}) == ["book.yml"]


@pytest.mark.parametrize("write", [lambda path: write_private({path: TEXT}), stage_and_commit])
def test_a_text_is_on_the_disk_before_the_file_is_replaced(tmp_path, monkeypatch, write) -> None:
    events: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(handle: int) -> None:
        events.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else f"{os.fstat(handle).st_size} bytes")
        fsync(handle)

    def replaced(source: str, target: str) -> None:
        events.append("replace")
        replace(source, target)

    monkeypatch.setattr(_files.os, "fsync", synced)
    monkeypatch.setattr(_files.os, "replace", replaced)
    write(str(tmp_path / "a"))
    assert events == [f"{len(TEXT.encode())} bytes", "folder", "replace", "folder"]
    assert (tmp_path / "a").read_bytes() == TEXT.encode()


@pytest.mark.parametrize("number", sorted(_files.NO_FOLDER_SYNC))
def test_a_folder_that_cannot_be_synced_is_accepted(tmp_path, monkeypatch, number: int) -> None:
    fsync = os.fsync

    def synced(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(number, os.strerror(number))
        fsync(handle)

    monkeypatch.setattr(_files.os, "fsync", synced)
    assert write_private({str(tmp_path / "a"): TEXT}) == [str(tmp_path / "a")]


def test_a_disk_that_fails_is_an_error(tmp_path, monkeypatch) -> None:
    def failing(handle: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(_files.os, "fsync", failing)
    with pytest.raises(LinkEngageError, match="Input/output error"):
        write_private({str(tmp_path / "a"): TEXT})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "Make space on the disk, or use another path."),
        (errno.EDQUOT, "Make space on the disk, or use another path."),
        (errno.ENOENT, "Use another path."),
        (errno.EROFS, "Use another path."),
    ],
)
def test_a_failure_names_the_file_and_keeps_the_old_one(tmp_path, monkeypatch, number: int, remedy: str) -> None:
    file = tmp_path / "a"
    file.write_text("old", encoding="utf-8")

    def full(*arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(_files.os, "replace", full)
    with pytest.raises(LinkEngageError) as caught:
        write_private({str(file): TEXT})
    assert str(caught.value) == f"{file} cannot be written: {os.strerror(number)}. {remedy}"
    assert file.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("inner", ["", "below"])
def test_a_file_where_a_folder_belongs_is_a_clear_error(tmp_path, inner: str) -> None:
    (tmp_path / "book").write_text("", encoding="utf-8")
    with pytest.raises(LinkEngageError, match=r"cannot be written: (File exists|Not a directory)\."):
        write_private({str(tmp_path / "book" / inner / "contacts.yml"): TEXT})


def test_a_folder_where_a_file_belongs_is_a_clear_error(tmp_path) -> None:
    (tmp_path / "contacts.yml").mkdir()
    with pytest.raises(LinkEngageError, match=r"contacts\.yml cannot be written: Is a directory\."):
        write_private({str(tmp_path / "contacts.yml"): TEXT})

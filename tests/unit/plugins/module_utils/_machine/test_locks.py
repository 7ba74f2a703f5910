# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError
from ansible_collections.community.linkengage.plugins.module_utils._machine.locks import account_lock, last_holder


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder that no other test shares."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def held_elsewhere(folder: Path) -> bool:
    """Whether another process finds the lock held."""
    (lock,) = folder.glob("community.linkengage-*/*.lock")
    code = f"import fcntl; fcntl.flock(open({str(lock)!r}), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    return subprocess.run([sys.executable, "-c", code], stderr=subprocess.DEVNULL, check=False).returncode != 0


def test_the_lock_is_held_inside_and_free_after(own_folder: Path) -> None:
    with account_lock("kari https://example.com"):
        assert held_elsewhere(own_folder)
    assert not held_elsewhere(own_folder)


def test_the_lock_is_free_after_an_error(own_folder: Path) -> None:
    with pytest.raises(RuntimeError, match="inside"), account_lock("kari"):
        raise RuntimeError("inside")
    assert not held_elsewhere(own_folder)


def test_two_holders_of_one_account_take_turns() -> None:
    inside: list[str] = []

    def work(name: str) -> None:
        with account_lock("kari"):
            inside.append(f"{name} in")
            inside.append(f"{name} out")

    with account_lock("kari"):
        workers = [threading.Thread(target=work, args=(name,)) for name in "ab"]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=0.1)
        assert inside == []
    for worker in workers:
        worker.join(timeout=5)
    assert sorted(zip(inside[::2], inside[1::2])) == [("a in", "a out"), ("b in", "b out")]


def test_other_accounts_do_not_wait() -> None:
    with account_lock("kari"), account_lock("ola"):
        pass


def test_the_file_is_private_and_tells_no_name(own_folder: Path) -> None:
    with account_lock("kari@acme.example https://example.com"):
        (folder,) = own_folder.iterdir()
        (file,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert re.fullmatch(r"[0-9a-f]{32}\.lock", file.name)
    assert len(file.read_bytes()) == 16
    assert b"kari" not in file.read_bytes()


def test_the_mark_stays_while_nobody_holds_the_lock() -> None:
    seen = last_holder("kari")
    with account_lock("kari") as before:
        assert before == seen
    assert last_holder("kari") == last_holder("kari") != seen


def test_the_mark_is_not_to_be_had_while_somebody_holds_the_lock() -> None:
    with account_lock("kari"):
        assert last_holder("kari") is None
        assert last_holder("ola") is not None


def test_the_mark_tells_that_somebody_has_held_the_lock_meanwhile() -> None:
    seen = last_holder("kari")
    with account_lock("kari"):
        pass
    with account_lock("kari") as before:
        assert before != seen


def test_a_full_disk_leaves_no_mark_that_could_be_taken_for_an_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with account_lock("kari"):
        pass
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        with account_lock("kari"):
            pass
    assert last_holder("kari") == b""


def full(*_arguments: object) -> int:
    raise OSError(28, "No space left on device")


def test_the_mark_tells_of_a_holder_that_was_killed(own_folder: Path, collections_path: Path) -> None:
    seen = last_holder("kari")
    code = (
        "import os, tempfile; tempfile.tempdir = os.environ['LOCKS']\n"
        "from ansible_collections.community.linkengage.plugins.module_utils._machine.locks import account_lock\n"
        "with account_lock('kari'): os.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "LOCKS": str(own_folder), "PYTHONPATH": str(collections_path)}
    killed = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert killed.returncode == -9
    with account_lock("kari") as before:
        assert before != seen


def test_a_link_in_place_of_the_folder_is_refused(own_folder: Path, tmp_path: Path) -> None:
    with account_lock("kari"):
        (folder,) = own_folder.iterdir()
    (lock,) = folder.iterdir()
    lock.unlink()
    folder.rmdir()
    target = tmp_path / "elsewhere"
    target.mkdir()
    folder.symlink_to(target)
    with pytest.raises(LinkEngageError, match="TMPDIR"), account_lock("kari"):
        pass
    assert list(target.iterdir()) == []


def test_a_link_in_place_of_the_file_is_refused(own_folder: Path, tmp_path: Path) -> None:
    with account_lock("kari"):
        (folder,) = own_folder.iterdir()
    (lock,) = folder.iterdir()
    lock.unlink()
    target = tmp_path / "victim"
    target.write_text("precious", encoding="utf-8")
    lock.symlink_to(target)
    with pytest.raises(LinkEngageError, match="cannot be had"), account_lock("kari"):
        pass
    assert target.read_text(encoding="utf-8") == "precious"


def test_no_folder_at_all_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/proc/nowhere")
    with pytest.raises(LinkEngageError, match="two runs"), account_lock("kari"):
        pass
    assert last_holder("kari") is None, "a run that makes nothing needs no lock"

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Locks: only one process holds a lock, messages name this process, and every wait has an end."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import lock_child
import pytest

from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError, Locked, NotSent
from ansible_collections.community.linkengage.plugins.module_utils._machine import locks as _locks
from ansible_collections.community.linkengage.plugins.module_utils._machine.locks import (
    Holder,
    Waiting,
    account_lock,
    last_holder,
    take,
)
from ansible_collections.community.linkengage.plugins.module_utils._machine.run import Run

RUN = Run("site.yml")
SINCE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder that only this test uses."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def hold(account: str = "kari", timeout: float = 60.0, run: Run = RUN):
    return account_lock(account, Waiting(run, timeout))


@pytest.fixture
def other_process(own_folder: Path, collections_path: Path) -> Callable[..., object]:
    """A context in which another process (a Popen) holds the lock."""
    return lambda: lock_child.holding("kari", own_folder, collections_path)


def is_held(account: str = "kari") -> bool:
    try:
        with hold(account, 0.0):
            return False
    except Locked:
        return True


class Clock:
    """A clock that advances only while somebody sleeps. ``at`` has functions that are called at a given time."""

    def __init__(self) -> None:
        self.now = 0.0
        self.at: dict[float, Callable[[], None]] = {}

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds
        for moment in [moment for moment in self.at if moment <= self.now]:
            self.at.pop(moment)()

    def waiting(self, timeout: float, run: Run = RUN) -> tuple[Waiting, list[tuple[float, str]]]:
        """Return an object that waits by this clock, and a list of the reports about waits, each with its time."""
        said: list[tuple[float, str]] = []
        waiting = Waiting(run, timeout, lambda: self.now, self.sleep)
        waiting.on_wait = lambda text: said.append((self.now, text))
        return waiting, said


# One holder


def test_a_lock_is_held_inside_the_block_and_free_after_it() -> None:
    with hold():
        assert is_held()
    assert not is_held()


def test_the_lock_is_free_after_an_error() -> None:
    with pytest.raises(RuntimeError, match="inside"), hold():
        raise RuntimeError("inside")
    assert not is_held()


def test_threads_take_turns() -> None:
    inside: list[str] = []

    def work(name: str) -> None:
        for _time in range(20):
            with hold():
                inside.append(f"{name} in")
                inside.append(f"{name} out")

    workers = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    with hold():
        for worker in workers:
            worker.start()
        assert inside == []
    for worker in workers:
        worker.join()
    assert len(inside) == 120
    assert all(f"{entered[0]} out" == left for entered, left in zip(inside[::2], inside[1::2]))


def test_processes_take_turns(other_process) -> None:
    with other_process() as process:
        assert is_held()
        process.communicate("\n")
        assert not is_held()


def test_other_accounts_do_not_wait() -> None:
    with hold("kari"), hold("ola", 0.0):
        pass


@pytest.mark.parametrize("keep", [True, False])
def test_the_file_of_a_lock_may_be_deleted_with_the_lock(tmp_path: Path, keep: bool) -> None:
    """A process that waits for a deleted file takes the lock of a new file.

    No process takes the lock of the old file.
    """
    path = tmp_path / "locks" / "one"
    inside: list[int] = []

    def work(number: int) -> None:
        for _time in range(20):
            lock = take(str(path), Waiting(RUN, 60.0), "the lock", keep)
            inside.extend([number, number])
            lock.release()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(inside) == 160
    assert inside[::2] == inside[1::2]
    assert path.exists() is keep


# The file


def test_the_file_is_private_and_names_the_process_and_the_playbook_only(own_folder: Path) -> None:
    with hold("kari@acme.example example.com", run=Run("site.yml", 4711, os.getpid())):
        (folder,) = own_folder.iterdir()
        (file,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert re.fullmatch(r"[0-9a-f]{32}\.lock", file.name)
    record = json.loads(file.read_text(encoding="utf-8"))
    assert re.fullmatch(SINCE, record.pop("since"))
    assert re.fullmatch("[0-9a-f]{32}", record.pop("mark"))
    assert record == {"pid": os.getpid(), "program": "site.yml", "started_by": 4711}


def test_a_shorter_record_replaces_a_longer_one(own_folder: Path) -> None:
    for name in ("a-playbook-with-a-long-name.yml", "b.yml"):
        with hold(run=Run(name)):
            pass
    (file,) = own_folder.glob("*/*.lock")
    assert json.loads(file.read_text(encoding="utf-8"))["program"] == "b.yml"


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"pid": "x"}', '{"pid": 1}', "\udcff", "0123456789abcdef"], ids=repr
)
def test_a_record_that_cannot_be_read_is_another_process(own_folder: Path, content: str) -> None:
    with hold():
        (file,) = own_folder.glob("*/*.lock")
        file.write_bytes(content.encode("utf-8", "surrogateescape"))
        with pytest.raises(Locked, match="is held by another process, and did not become free"), hold(timeout=0.0):
            pass


# Waiting


def test_a_short_wait_is_not_reported() -> None:
    clock = Clock()
    waiting, said = clock.waiting(600.0)
    held = take_kari()
    clock.at[2.9] = held.release
    with account_lock("kari", waiting):
        pass
    assert (said, waiting.report()) == ([], [])


def test_after_three_seconds_it_says_who_holds_the_lock_since_when_and_until_when_it_waits() -> None:
    clock = Clock()
    waiting, said = clock.waiting(600.0)
    held = take_kari(Run("other.yml", 4711, os.getpid()))
    clock.at[70.0] = held.release
    with account_lock("kari", waiting):
        ((moment, text),) = said
    assert 3.0 <= moment < 3.1
    who = rf"process {os.getpid()} \(other\.yml, parent process 4711\) since {SINCE}"
    expected = rf"waiting for the lock of this account, held by {who}; at most 597 s more \(lock_timeout\)"
    assert re.fullmatch(expected, text)
    (warning,) = waiting.report()
    assert re.fullmatch(rf"This task waited 70 s for the lock of this account\. The lock was held by {who}\.", warning)
    waiting.renew()
    assert waiting.report() == []


def test_a_new_holder_is_reported_too() -> None:
    clock = Clock()
    waiting, said = clock.waiting(600.0)
    held = [take_kari(Run("first.yml"))]

    def change() -> None:
        held.pop().release()
        held.append(take_kari(Run("second.yml")))

    clock.at[10.0] = change
    clock.at[20.0] = lambda: held.pop().release()
    with account_lock("kari", waiting):
        assert ["first.yml" in text for _moment, text in said] == [True, False]
        assert ["second.yml" in text for _moment, text in said] == [False, True]


@pytest.mark.parametrize("timeout", [0.0, 1.0, 600.0])
def test_after_the_timeout_an_error_names_the_holder(timeout: float) -> None:
    clock = Clock()
    waiting, said = clock.waiting(timeout)
    with hold(run=Run("other.yml")):
        with pytest.raises(Locked) as caught, account_lock("kari", waiting):
            pass
        assert is_held()
    assert timeout <= clock.now < timeout + 0.1
    assert len(said) == (1 if timeout > 3 else 0)
    who = rf"process {os.getpid()} \(other\.yml\) since {SINCE}"
    assert re.fullmatch(
        rf"lock_timeout: the lock of this account is held by {who}, and did not become free within {timeout:.0f} s\. "
        r"Nothing was written\. Run the task again when that process has ended. If the process hangs, "
        r"end the process. If the process only needs more time, raise lock_timeout\.",
        str(caught.value),
    )
    holder = caught.value.failure["holder"]
    assert re.fullmatch(SINCE, holder.pop("since"))
    assert holder == {"pid": os.getpid(), "program": "other.yml", "started_by": 0}
    assert caught.value.failure["kind"] == "locked"
    assert caught.value.failure["waited"] == timeout


def test_several_locks_of_a_task_share_one_timeout() -> None:
    clock = Clock()
    waiting, _said = clock.waiting(10.0)
    first = take_kari()
    clock.at[6.0] = first.release
    with ExitStack() as locks:
        locks.enter_context(hold("ola"))
        locks.enter_context(waiting.together())
        locks.enter_context(account_lock("kari", waiting))
        with pytest.raises(Locked) as caught:
            locks.enter_context(account_lock("ola", waiting))
    assert 10.0 <= clock.now < 10.1
    assert "did not become free within 10 s" in str(caught.value)
    (warning,) = waiting.report()
    assert warning.startswith("This task waited 6 s for the lock of this account")
    with hold("ola"), pytest.raises(Locked), account_lock("ola", waiting):
        pass
    assert 20.0 <= clock.now < 20.2


def test_a_short_wait_for_the_second_lock_is_not_reported() -> None:
    clock = Clock()
    waiting, said = clock.waiting(10.0)
    first, second = take_kari(), take(_locks.account_path("ola", "lock"), Waiting(RUN), "the lock")
    clock.at = {6.0: first.release, 6.5: second.release}
    with waiting.together(), account_lock("kari", waiting), account_lock("ola", waiting):
        pass
    assert len(waiting.report()) == len(said) == 1


def test_a_holder_that_is_stopped_does_not_block_for_ever(other_process) -> None:
    with other_process() as process:
        process.send_signal(signal.SIGSTOP)
        who = rf"process {process.pid} \(other\.yml, parent process 4711\)"
        with pytest.raises(Locked, match=who), hold(timeout=0.3):
            pass
        process.send_signal(signal.SIGCONT)
        process.communicate("\n")
        assert not is_held()


def test_a_holder_that_is_killed_holds_nothing(other_process) -> None:
    with other_process() as process:
        process.kill()
        process.wait()
        assert not is_held()


def test_a_process_that_waits_stops_when_its_run_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    waiting, _said = clock.waiting(600.0, Run("site.yml", 4711, os.getpid()))
    monkeypatch.setattr(Run, "is_over", lambda self: clock.now > 5)
    with hold(), pytest.raises(NotSent, match="process 4711"), account_lock("kari", waiting):
        pass
    assert clock.now < 6


def take_kari(run: Run = RUN) -> _locks.Lock:
    return take(_locks.account_path("kari", "lock"), Waiting(run, 0.0), "the lock")


# The last holder


def test_the_record_stays_while_nobody_holds_the_lock() -> None:
    seen = last_holder("kari")
    assert seen, "on a machine that has not seen the account too"
    with hold() as before:
        assert before == seen
    assert last_holder("kari") == last_holder("kari") != seen


def test_there_is_no_record_while_somebody_holds_the_lock() -> None:
    with hold():
        assert last_holder("kari") is None
        assert last_holder("ola") is not None


@pytest.mark.parametrize("known", [True, False], ids=["known account", "new account"])
def test_the_record_shows_that_somebody_held_the_lock_meanwhile(known: bool) -> None:
    if known:
        with hold():
            pass
    seen = last_holder("kari")
    with hold():
        pass
    with hold() as before:
        assert before != seen


def test_the_record_shows_a_holder_that_was_killed(other_process) -> None:
    seen = last_holder("kari")
    with other_process() as process:
        process.kill()
        process.wait()
    with hold() as before:
        assert before != seen


def test_a_full_disk_leaves_no_record_that_could_be_taken_for_an_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with hold():
        pass
    seen = last_holder("kari")
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        with hold():
            pass
        assert last_holder("kari") is None
    with hold() as before:
        assert before == "" != seen


def full(*_arguments: object) -> int:
    raise OSError(28, "No space left on device")


# What can go wrong


def test_a_link_in_place_of_the_folder_is_refused(own_folder: Path, tmp_path: Path) -> None:
    with hold():
        (folder,) = own_folder.iterdir()
    (lock,) = folder.iterdir()
    lock.unlink()
    folder.rmdir()
    target = tmp_path / "elsewhere"
    target.mkdir()
    folder.symlink_to(target)
    with pytest.raises(LinkEngageError, match="TMPDIR"), hold():
        pass
    assert list(target.iterdir()) == []


def test_a_link_in_place_of_the_file_is_refused(own_folder: Path, tmp_path: Path) -> None:
    with hold():
        (folder,) = own_folder.iterdir()
    (lock,) = folder.iterdir()
    lock.unlink()
    target = tmp_path / "victim"
    target.write_text("precious", encoding="utf-8")
    lock.symlink_to(target)
    with pytest.raises(LinkEngageError, match="cannot be used"), hold():
        pass
    assert last_holder("kari") is None
    assert target.read_text(encoding="utf-8") == "precious"


def test_no_folder_at_all_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/proc/nowhere")
    with pytest.raises(LinkEngageError, match="two runs"), hold():
        pass
    assert last_holder("kari") is None, "a run that makes nothing needs no lock"


def test_a_file_system_without_locks_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(*_arguments: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(_locks.fcntl, "flock", flock)
    with pytest.raises(LinkEngageError, match="No locks available"), hold():
        pass


# The lock of a file


def test_a_holder_without_a_record_is_another_process() -> None:
    assert str(Holder()) == "another process"

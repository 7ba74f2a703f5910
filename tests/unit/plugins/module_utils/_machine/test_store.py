# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The store is private, stays consistent, and is shared by processes, even if it fails.

All tests use each kind of store.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sms_child

from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput, Locked
from ansible_collections.community.linkengage.plugins.module_utils._machine import folder as _folder
from ansible_collections.community.linkengage.plugins.module_utils._machine import locks as _locks
from ansible_collections.community.linkengage.plugins.module_utils._machine import paths as _paths
from ansible_collections.community.linkengage.plugins.module_utils._machine import postgres as _postgres
from ansible_collections.community.linkengage.plugins.module_utils._machine import store as _store
from ansible_collections.community.linkengage.plugins.module_utils._machine.folder import FolderStore
from ansible_collections.community.linkengage.plugins.module_utils._machine.locks import Waiting
from ansible_collections.community.linkengage.plugins.module_utils._machine.open_store import open_store
from ansible_collections.community.linkengage.plugins.module_utils._machine.store import (
    Budget,
    Entry,
    Store,
    StoreFailed,
)
from ansible_collections.community.linkengage.plugins.module_utils._service.account import account_of
from ansible_collections.community.linkengage.plugins.plugin_utils import _event_source
from linkengage_simulator.process import SimulatorProcess

Json = dict[str, Any]
Send = Callable[..., Json]

TEXT = "Disk full on web1"
ENTRY = Entry("hash", "sent", "O_1", 1000.0, 1001.0, 2000.0, 3000.0, "+1h", "look", "form", "task")
Open = Callable[..., Store]


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    sms_child.pause_briefly(monkeypatch)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The folder of the store."""
    return tmp_path / "state" / "store"


def folder_store(path: Path, account: str = "kari", **waiting: Any) -> FolderStore:
    return FolderStore(str(path), account, Waiting(**waiting))


def test_the_tables_are_made_in_one_transaction(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_folder, "TABLES", (*_store.TABLES, "CREATE nonsense"))
    with pytest.raises(StoreFailed):
        folder_store(path).record("key", ENTRY)
    with closing(sqlite3.connect(path / "store.sqlite3")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    monkeypatch.undo()
    folder_store(path).record("key", ENTRY)
    assert folder_store(path).find("key") == ENTRY


@pytest.fixture
def opened(store_options: Json) -> Open:
    """``opened(account, timeout=...)``: return the store as another process opens it."""

    def opened(account: str = "kari", **waiting: Any) -> Store:
        return open_store(store_options["store"], store_options.get("store_schema"), account, Waiting(**waiting))

    return opened


@pytest.fixture
def options(simulator: SimulatorProcess, path: Path) -> Json:
    return {
        "api_url": simulator.api(2),
        "username": simulator.username,
        "domain": simulator.domain,
        "password": simulator.password,
        "store": str(path),
        "idempotency_key": "incident-4711",
        "text": TEXT,
        "numbers": ["+4792000004"],
    }


@pytest.fixture
def send(options: Json) -> Send:
    return lambda check=False, **more: sms_child.send({**options, **more}, check)


@pytest.fixture
def child(collections_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a script with an argument in a separate process."""
    paths = [str(collections_path), str(Path(sms_child.__file__).parent)]

    def run(script: str, argument: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        arguments = [sys.executable, "-c", script, argument]
        return subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False, timeout=60)

    return run


# The file


def test_only_the_owner_can_read_it(send, path) -> None:
    old = os.umask(0)
    try:
        send()
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o700
    assert {entry.name: entry.stat().st_mode & 0o777 for entry in path.iterdir()} == {
        "store.sqlite3": 0o600,
        "locks": 0o700,
    }


def test_it_holds_no_text_number_or_password(simulator, send, path) -> None:
    send()
    raw = b"".join(entry.read_bytes() for entry in path.rglob("*") if entry.is_file())
    assert b"incident-4711" in raw
    for secret in (TEXT, "92000004", simulator.password, "Disk"):
        assert secret.encode() not in raw


def test_a_link_to_nowhere_gets_a_private_folder(send, path, tmp_path) -> None:
    path.parent.mkdir(mode=0o700)
    path.symlink_to(tmp_path / "elsewhere")
    assert send()["outcome"] == "sent"
    assert (tmp_path / "elsewhere" / "store.sqlite3").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("of", ["folder", "file"])
def test_links_to_a_store_are_the_same_store(path, tmp_path, of: str) -> None:
    folder_store(path).record("key", ENTRY)
    link = tmp_path / "link"
    if of == "folder":
        link.symlink_to(path)
    else:
        link.mkdir()
        (link / "store.sqlite3").symlink_to(path / "store.sqlite3")
    assert folder_store(link).find("key") == ENTRY
    with folder_store(path).hold("key"), pytest.raises(Locked), folder_store(link, timeout=0.0).hold("key"):
        pass


def test_check_mode_makes_no_file(simulator, send, path) -> None:
    assert send(True)["changed"] is True
    assert not path.parent.exists()
    assert simulator.log(writes_only=True) == []


def test_the_folder_can_be_in_the_home_folder(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert open_store("~/store", None, "kari", Waiting()).name == str(tmp_path / "store")


def test_a_user_without_a_home_folder_gets_no_folder_named_after_a_tilde(monkeypatch) -> None:
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(_paths.os, "getuid", lambda: 54321)
    assert open_store(None, None, "kari", Waiting()).name == "/.local/state/community.linkengage"


@pytest.mark.parametrize(
    ("store", "schema", "complaint"),
    [
        ("mysql://user:secret@host/db", None, r"store: mysql://user:\*+@host/db is an unknown kind of store"),
        ("account", None, "store: the account cannot be used as the store"),
        ("host=db dbname=x password=secret", None, "store: parameters such as host=... are not accepted"),
        ("service=secret", None, r"postgresql://\?service=name"),
        ("folder", "no-name", "store_schema: a name of letters, digits and _ is expected"),
    ],
)
def test_another_kind_of_store_is_an_error(store: str, schema: str | None, complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint) as caught:
        open_store(store, schema, "kari", Waiting())
    assert "secret" not in str(caught.value)


# Entries


def test_accounts_and_keys_do_not_mix(opened: Open) -> None:
    first, second = opened("kari"), opened("ola")
    assert (first.find("key"), first.owned("key", ["O_1"]), first.since()) == (None, set(), None)
    first.record("key", ENTRY)
    assert opened("kari").find("key") == ENTRY
    assert (second.find("key"), first.find("other")) == (None, None)
    assert (first.owned("key", ["O_1", "O_2"]), first.owned("other", ["O_1", "O_2"])) == (set(), {"O_1"})
    assert second.owned("other", ["O_1"]) == set()
    second.cancelled("O_1")
    assert first.find("key") == ENTRY
    first.cancelled("O_1")
    assert opened("kari").find("key") == replace(ENTRY, state="cancelled")
    first.forget("key")
    assert opened("kari").find("key") is None


def test_an_open_intent_of_another_key_is_found_by_its_look_or_its_form(opened: Open) -> None:
    store, intent = opened(), replace(ENTRY, state="intent", message_id=None)
    store.record("first", intent)
    store.record("sent", ENTRY)
    assert store.open_intents("first", "look", "form") == []
    assert store.open_intents("second", "look", "other") == [intent]
    assert store.open_intents("second", "other", "form") == [intent]
    assert store.open_intents("second", "other", "other") == []
    assert opened("ola").open_intents("second", "look", "form") == []


def test_the_history_of_an_account_begins_once(opened: Open) -> None:
    opened().require_writable(1000.0)
    opened().require_writable(2000.0)
    assert (opened().since(), opened("ola").since()) == (1000.0, None)


def test_old_settled_entries_are_removed(opened: Open) -> None:
    store = opened()
    intent = replace(ENTRY, state="intent", message_id=None)
    for key, entry in {"old": ENTRY, "new": replace(ENTRY, until=9000.0), "doubtful": intent}.items():
        store.record(key, entry)
    store.require_writable(2001.0)
    assert [key for key in ("old", "new", "doubtful") if store.find(key)] == ["new", "doubtful"]
    store.require_writable(2001.0 + _store.KEPT)
    assert not store.find("doubtful")


def test_many_entries_are_removed_in_small_parts(opened: Open, monkeypatch) -> None:
    monkeypatch.setattr(_store, "REMOVE", _store.REMOVE.replace(f"LIMIT {_store.REMOVED}", "LIMIT 2"))
    store = opened()
    for number in range(5):
        store.record(str(number), ENTRY)
    left = []
    for _send in range(3):
        store.require_writable(5000.0)
        left.append(sum(store.find(str(number)) is not None for number in range(5)))
    assert left == [3, 1, 0]


def test_tables_of_a_newer_release_are_an_error(opened: Open, monkeypatch) -> None:
    monkeypatch.setattr(_store, "VERSION", 1)
    opened().record("key", ENTRY)
    for module in ("folder", "postgres"):
        monkeypatch.setattr(sms_child.module_util(f"_machine.{module}"), "VERSION", 0)
    with pytest.raises(
        StoreFailed,
        match="the tables of the store have version 1, but this release of the collection supports version 0",
    ) as caught:
        opened().find("key")
    assert "A newer release of the collection has used this store. Install that release here too." in str(caught.value)
    assert "damaged" not in str(caught.value)


def test_keys_and_cursors_can_have_any_length(opened: Open) -> None:
    """A database cannot index long texts, so long keys need special treatment."""
    store, long = opened(), "".join(map(chr, range(1000, 9000)))
    store.record(long, ENTRY)
    store.prepare_cursor(long, "text")
    store.commit_cursor(long)
    assert store.find(long) == ENTRY
    assert store.find(long + "x") is None
    assert store.cursor(long) == ("text", None)
    assert store.owned(long, ["O_1"]) == set()
    assert store.owned("key", ["O_1"]) == {"O_1"}
    store.forget(long)
    assert store.find(long) is None


def test_the_budget_of_a_minute_is_shared(opened: Open) -> None:
    first, second = opened(), opened()
    assert [first.take_turn(str(number), 3, 60.0, 1000.0 + number) for number in range(2)] == [0.0, 0.0]
    assert second.take_turn("a", 3, 60.0, 1010.0) == 0.0
    assert second.take_turn("b", 3, 60.0, 1020.0) == pytest.approx(40.0)
    assert opened("ola").take_turn("c", 3, 60.0, 1020.0) == 0.0
    second.end_turn("0", 1030.0, counts=True)
    assert first.take_turn("d", 3, 60.0, 1030.0) == pytest.approx(31.0)
    first.end_turn("a", 1030.0, counts=False)
    assert first.take_turn("e", 3, 60.0, 1030.0) == 0.0
    assert first.take_turn("f", 3, 60.0, 1091.0) == 0.0


def test_processes_never_take_more_than_the_budget(opened: Open) -> None:
    taken: list[float] = []

    def work(name: str) -> None:
        mine = opened()
        taken.extend(mine.take_turn(f"{name} {number}", 10, 60.0, 1000.0) for number in range(8))

    workers = [threading.Thread(target=work, args=(str(number),)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert taken.count(0.0) == 10


def test_the_last_refusal_counts_in_any_order_of_writing(opened: Open) -> None:
    store, refusal = opened(), Budget(1000.0, 5, 1060.0, 1360.0, 10)
    store.learn(refusal)
    store.learn(Budget(999.0, 9, 1059.0, 0.0, 5))
    assert opened().budget() == refusal
    later = Budget(1001.0, 4, 1061.0, 0.0, 5)
    store.learn(later)
    assert opened().budget() == later
    assert opened("ola").budget() is None


def test_a_refusal_in_the_far_future_does_not_count(opened: Open) -> None:
    """The clock of a machine was wrong by hours, and was then corrected."""
    store, refusal = opened(), Budget(1000.0, 5, 1060.0, 0.0, 5)
    store.learn(refusal.moved(3600.0))
    store.learn(refusal)
    assert store.budget() == refusal


def test_more_requests_change_only_the_number_of_the_same_refusal(opened: Open) -> None:
    store, refusal = opened(), Budget(1000.25, 5, 1060.0, 1360.0, 10)
    store.grow(1000.25, 9)
    assert store.budget() is None
    store.learn(refusal)
    store.grow(999.0, 9)
    opened("ola").grow(1000.25, 9)
    assert store.budget() == refusal
    for at, requests in ((1000.75, 7), (1000.25, 6)):
        opened().grow(at, requests)
        assert store.budget() == replace(refusal, requests=7)


STORE = """
import json, os, signal, sys
from ansible_collections.community.linkengage.plugins.module_utils._machine.open_store import open_store
from ansible_collections.community.linkengage.plugins.module_utils._machine.locks import Waiting
options = json.loads(sys.argv[1])
def store():
    return open_store(options["store"], options.get("store_schema"), "kari", Waiting())
"""
DIES_WITHIN = """
with store().hold("key", "content"):
    os.kill(os.getpid(), signal.SIGKILL)
"""
IN_ANY_ORDER = """
children = []
for number in range(8):
    child = os.fork()
    if not child:
        mine = store()
        for _time in range(50):
            with mine.hold(*(["one", "two"] if number % 2 else ["two", "one"])):
                os.close(os.open(options["inside"], os.O_CREAT | os.O_EXCL))
                os.unlink(options["inside"])
        os._exit(0)
    children.append(child)
print([os.waitpid(child, 0)[1] for child in children])
"""


def test_a_hold_ends_with_its_process(opened: Open, store_options, child) -> None:
    done = child(STORE + DIES_WITHIN, json.dumps(store_options))
    assert done.returncode == -signal.SIGKILL, done.stderr
    with opened().hold("key", "content"):
        pass


def test_holds_in_any_order_do_not_wait_for_each_other_forever(store_options, tmp_path, child) -> None:
    done = child(STORE + IN_ANY_ORDER, json.dumps({**store_options, "inside": str(tmp_path / "inside")}))
    assert done.stdout.strip() == str([0] * 8), done.stderr


def test_threads_of_one_process_hold_one_after_the_other(opened: Open) -> None:
    inside: list[int] = []

    def work(number: int) -> None:
        for _time in range(20):
            with opened().hold("key", str(number)):
                inside.extend([number, number])

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(inside) == 160
    assert inside[::2] == inside[1::2]


def test_holds_of_other_keys_and_accounts_do_not_wait(opened: Open) -> None:
    stores = [opened(account, timeout=0.0) for account in ("kari", "ola")]
    with stores[0].hold("key", "content"), stores[0].hold("other", "text"), stores[1].hold("key", "content"):
        pass


@pytest.mark.parametrize("names", [("key", "other text"), ("other key", "content")], ids=["key", "content"])
def test_a_hold_that_does_not_end_is_a_clear_error(opened: Open, names: tuple[str, str]) -> None:
    with opened().hold("key", "content"):
        with pytest.raises(Locked) as caught, opened(timeout=0.0).hold(*names):
            pass
        assert str(caught.value).startswith(
            f"lock_timeout: the lock of this message is held by process {os.getpid()} ("
        )
        assert " Nothing was sent. " in str(caught.value)
    with opened(timeout=0.0).hold(*names):
        pass


def test_a_folder_keeps_no_files_of_locks(path) -> None:
    with folder_store(path).hold("key", "content"):
        assert len(list((path / "locks").iterdir())) == 2
    assert list((path / "locks").iterdir()) == []


def test_a_send_that_waits_for_another_send_without_an_end_sends_nothing(simulator, send, path, options) -> None:
    account = account_of(simulator.login, options["api_url"])
    with folder_store(path, account).hold(options["idempotency_key"], "another text"):
        result = send(lock_timeout=0.2)
    assert result["failure"]["kind"] == "locked"
    assert result["failure"]["holder"]["pid"] == os.getpid()
    assert simulator.log(writes_only=True) == []
    assert simulator.deliveries() == []
    assert send(lock_timeout=0.2)["outcome"] == "sent"


# Failures


def full_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_store(path).record("key", ENTRY)

    def run(_self: Any, _sql: str, *_values: Any, **_kind: bool) -> None:
        raise _self._unusable(sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr(FolderStore, "_run", run)


def device_that_is_full(path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    path.mkdir(parents=True)
    (path / "store.sqlite3").symlink_to("/dev/full")


def below_a_file(path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.write_text("", encoding="utf-8")


def read_only_home(path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.symlink_to("/proc/self")


def corrupt(path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    path.mkdir(parents=True)
    (path / "store.sqlite3").write_bytes(b"This is no database, and it is long enough to look like one.\n" * 100)


def cut_off(path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(100):
        folder_store(path).record(f"key {number}", ENTRY)
    raw = (path / "store.sqlite3").read_bytes()
    (path / "store.sqlite3").write_bytes(raw[: len(raw) // 2] + b"\0" * 100)


def another_database(path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    path.mkdir(parents=True)
    connection = sqlite3.connect(path / "store.sqlite3")
    connection.execute("CREATE TABLE sends (recipe TEXT)")
    connection.close()


def folder_in_its_place(path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    (path / "store.sqlite3").mkdir(parents=True)


def file_in_place_of_the_folder(path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.mkdir()
    path.touch()


def file_in_place_of_the_locks(path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    path.mkdir(parents=True)
    (path / "locks").touch()


def locks_that_fail(_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(*_arguments: Any) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(_locks.fcntl, "flock", flock)


TROUBLES = [
    full_disk,
    device_that_is_full,
    below_a_file,
    read_only_home,
    corrupt,
    cut_off,
    another_database,
    folder_in_its_place,
    file_in_place_of_the_folder,
    file_in_place_of_the_locks,
    locks_that_fail,
]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_an_unusable_store_is_a_clear_error_before_sending(simulator, send, path, monkeypatch, trouble) -> None:
    trouble(path, monkeypatch)
    result = send()
    assert result["failed"], result
    assert result["failure"] == {"kind": "store", "store": str(path)}
    assert f"store: the folder {path} cannot be used" in result["msg"]
    assert (
        "Depending on the cause, make space on the disk, fix the permissions, or remove the damaged file"
        in result["msg"]
    )
    assert simulator.log(writes_only=True) == []
    assert simulator.deliveries() == []


def read_only(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let os.access answer as for a read-only file system. It gives the same answer to root."""
    folder_store(path).record("key", ENTRY)
    access = os.access
    monkeypatch.setattr(os, "access", lambda file, mode: access(file, mode) and not mode & os.W_OK)


@pytest.mark.parametrize(
    "trouble", [below_a_file, file_in_place_of_the_folder, folder_in_its_place, corrupt, cut_off, read_only]
)
def test_check_mode_predicts_that_nothing_can_be_recorded(simulator, send, path, monkeypatch, trouble) -> None:
    trouble(path, monkeypatch)
    before = sorted(path.rglob("*")) if path.is_dir() else []
    result = send(True)
    assert result["failure"] == {"kind": "store", "store": str(path)}
    assert "cannot be written" not in result["msg"]
    assert (sorted(path.rglob("*")) if path.is_dir() else []) == before
    assert simulator.log(writes_only=True) == []


def test_check_mode_predicts_that_a_message_cannot_be_taken_for_sent(simulator, send, path, tmp_path) -> None:
    """A message can be taken for sent only if its key can be recorded."""
    assert send(store=str(tmp_path / "another"))["outcome"] == "sent"
    path.parent.write_text("", encoding="utf-8")
    assert [send(check)["failure"]["kind"] for check in (True, False)] == ["store", "store"]
    assert len(simulator.deliveries()) == 1


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.usefixtures("new_machine")
def test_without_a_key_an_unusable_store_is_ignored(send, path, monkeypatch, trouble) -> None:
    trouble(path, monkeypatch)
    result = send(idempotency_key=None)
    assert (result["outcome"], result["warnings"]) == ("sent", [])


@pytest.mark.parametrize("trouble", [trouble for trouble in TROUBLES if trouble not in (full_disk, locks_that_fail)])
@pytest.mark.usefixtures("new_machine")
def test_on_store_failure_can_continue(simulator, send, path, monkeypatch, trouble) -> None:
    """The key is recorded in the temporary folder instead."""
    trouble(path, monkeypatch)
    first = send(on_store_failure="continue")
    assert first["outcome"] == "sent"
    (warning,) = first["warnings"]
    assert f"store: the folder {path} cannot be used" in warning
    assert "this run records the message in the temporary folder" in warning
    assert send(on_store_failure="continue")["outcome"] == "already_sent"
    assert len(simulator.deliveries()) == 1


@pytest.mark.usefixtures("new_machine")
def test_check_mode_can_continue_too(simulator, send, path, monkeypatch) -> None:
    corrupt(path, monkeypatch)
    result = send(True, on_store_failure="continue")
    assert (result["outcome"], result["changed"]) == ("not_sent", True)
    assert "cannot be used" in result["warnings"][0]
    assert simulator.log(writes_only=True) == []


def test_without_any_folder_it_can_continue_without_a_record(simulator, send, path, monkeypatch, tmp_path) -> None:
    """The file system of the container is read-only."""
    corrupt(path, monkeypatch)
    (tmp_path / "file").touch()
    monkeypatch.setattr(_paths.tempfile, "tempdir", str(tmp_path / "file"))
    result = send(on_store_failure="continue")
    assert (result["outcome"], result["changed"]) == ("sent", True)
    (warning,) = result["warnings"]
    assert "The temporary folder cannot be used either: " in warning
    assert "A retried task sends the message again" in warning
    assert send()["failure"]["kind"] == "store"
    assert len(simulator.deliveries()) == 1


AS_ANYBODY = """
import json, os, sys, tempfile
import sms_child
options = json.loads(sys.argv[1])
sms_child.module_util("_module"), __import__(f"{sms_child.COLLECTION}.modules.linkengage_sms")  # only root may read it
if os.geteuid() == 0:
    os.setgroups([]), os.setgid(54321), os.setuid(54321)
os.environ.update(HOME="/", TMPDIR=options.pop("temporary"))
os.environ.pop("XDG_STATE_HOME", None)
print(json.dumps([sms_child.send({**options, "on_store_failure": policy}) for policy in ("fail", "continue")]))
"""


def test_a_user_without_a_home_folder_can_continue(simulator, options, child, tmp_path_factory) -> None:
    """In a container, a user can have any id, no name, and the home folder /."""
    temporary = tmp_path_factory.getbasetemp() / f"temporary-{uuid.uuid4().hex}"
    temporary.mkdir()
    temporary.chmod(0o1777)
    for folder in (temporary, *temporary.parents):
        if folder.stat().st_uid == os.getuid() and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    done = child(AS_ANYBODY, json.dumps({**options, "store": None, "temporary": str(temporary)}))
    refused, sent = json.loads(done.stdout or "[{}, {}]")
    assert (refused.get("failure") or {}).get("kind") == "store", done.stderr
    assert "/.local/state/community.linkengage cannot be used" in refused["msg"]
    assert sent["outcome"] == "sent"
    assert any("this run records the message in the temporary folder" in warning for warning in sent["warnings"])
    assert len(simulator.deliveries()) == 1


FULL = """
import json, resource, signal, sys
sys.dont_write_bytecode = True  # a cache cut off by the limit would break the imports of other processes
import sms_child
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
options = json.loads(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (options.pop("room"), resource.RLIM_INFINITY))
print(json.dumps(sms_child.send(options)))
"""


@pytest.mark.parametrize("room", [0, 100, 4096, 8191])
def test_on_a_really_full_disk_nothing_is_sent(simulator, send, options, child, room) -> None:
    """The process cannot write files that are longer than *room* bytes."""
    done = child(FULL, json.dumps({**options, "room": room}))
    assert "cannot be used" in json.loads(done.stdout)["msg"], done.stderr
    assert simulator.log(writes_only=True) == []
    assert send()["outcome"] == "sent"  # when the disk has free space again, no message is in doubt


def fail_to_record(monkeypatch: pytest.MonkeyPatch, path: Path, state: str = "intent") -> None:
    """Let the disk become full between two statements."""
    record = Store.record

    def failing(self: Store, key: str, entry: Entry) -> None:
        if self.name == str(path) and entry.state == state:
            raise self._unusable(sqlite3.OperationalError("database or disk is full"))
        record(self, key, entry)

    monkeypatch.setattr(Store, "record", failing)


@pytest.mark.usefixtures("new_machine")
class TestAStoreThatFailsJustBeforeThePost:
    def test_refuses_a_key(self, simulator, send, path, monkeypatch) -> None:
        fail_to_record(monkeypatch, path)
        assert send()["failure"]["kind"] == "store"
        assert simulator.deliveries() == []

    def test_can_continue(self, simulator, send, path, monkeypatch) -> None:
        fail_to_record(monkeypatch, path)
        result = send(on_store_failure="continue", adopt_window="0s")
        assert result["outcome"] == "sent"
        assert "this run records the message in the temporary folder" in result["warnings"][0]
        assert send(on_store_failure="continue", adopt_window="0s")["outcome"] == "already_sent"
        assert len(simulator.deliveries()) == 1

    def test_does_not_stop_a_send_without_a_key(self, simulator, send, path, monkeypatch) -> None:
        fail_to_record(monkeypatch, path)
        result = send(idempotency_key=None)
        assert (result["outcome"], result["warnings"]) == ("sent", [])
        assert len(simulator.deliveries()) == 1

    @pytest.mark.parametrize("action", ["drop_before", "drop_after"])
    def test_does_not_send_again_what_is_in_doubt(self, simulator, send, path, monkeypatch, action) -> None:
        """The store can still be read. It shows that an earlier run has begun to send."""
        folders = {"match": {"path": "^/folders"}, "action": "status", "status": 500, "times": None}
        simulator.faults([{"match": {"method": "POST"}, "action": action}, folders])
        assert send(adopt_window="0s")["failure"]["outcome"] == "unknown"
        simulator.clear_faults()
        simulator.clock(3600)

        def full(self: Store, _now: float) -> None:
            if self.name == str(path):
                raise self._unusable(sqlite3.OperationalError("database or disk is full"))

        monkeypatch.setattr(Store, "require_writable", full)
        result = send(on_store_failure="continue")
        if action == "drop_after":
            assert (result["outcome"], result["changed"]) == ("already_sent", False)
            assert "disk is full" in str(result["warnings"])
        else:
            assert result["failure"]["outcome"] == "unknown"
        assert len(simulator.deliveries()) == (action == "drop_after")

    def test_does_not_hide_that_a_message_in_doubt_was_found(self, simulator, send, path, monkeypatch) -> None:
        folders = {"match": {"path": "^/folders"}, "action": "status", "status": 500, "times": None}
        simulator.faults([{"match": {"method": "POST"}, "action": "drop_after"}, folders])
        assert send(adopt_window="0s")["failure"]["outcome"] == "unknown"
        simulator.clear_faults()
        fail_to_record(monkeypatch, path, "sent")
        result = send(on_store_failure="continue")
        assert result["outcome"] == "already_sent"
        assert "disk is full" in str(result["warnings"])
        assert len(simulator.deliveries()) == 1


def test_a_store_that_fails_right_after_the_post_does_not_hide_that_it_was_sent(simulator, send, monkeypatch) -> None:
    record = Store.record

    def failing(self: Store, key: str, entry: Entry) -> None:
        if entry.state == "sent":
            raise self._unusable(sqlite3.OperationalError("database or disk is full"))
        record(self, key, entry)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "record", failing)
        result = send()
    assert (result["outcome"], result["changed"]) == ("sent", True)
    (warning,) = result["warnings"]
    assert "The message was sent, but the store could not record the message" in warning
    assert "disk is full" in warning
    assert send()["outcome"] == "already_sent"
    assert len(simulator.deliveries()) == 1


def test_a_database_that_is_lost_after_the_post_is_reported_and_settled_later(
    simulator, send, postgres, postgres_store, monkeypatch
) -> None:
    """The message was sent, but it was not recorded. The next run finds it."""
    monkeypatch.setattr(_postgres, "PATIENCE_OF_OUTCOME", 0.2)
    client = sms_child.module_util("_service.client").Client
    post = client.send

    def and_lose(self: Any, *arguments: Any) -> Any:
        answer = post(self, *arguments)
        postgres.stop()
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(client, "send", and_lose)
        result = send(**postgres_store)
    assert (result["outcome"], result["changed"]) == ("sent", True)
    (warning,) = result["warnings"]
    assert "The message was sent, but the store could not record the message" in warning
    postgres.start()
    again = send(**postgres_store)
    assert (again["outcome"], again["message"]) == ("already_sent", result["message"])
    assert len(simulator.deliveries()) == 1


def test_a_rejected_message_is_reported_if_the_store_fails_too(simulator, send, monkeypatch) -> None:
    def failing(self: Store, _key: str) -> None:
        raise self._unusable(sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr(Store, "forget", failing)
    simulator.faults([{"match": {"method": "POST"}, "action": "status", "status": 400, "body": "No such receiver"}])
    assert "No such receiver" in send()["msg"]


# A database


@pytest.mark.parametrize(
    ("url", "passwords", "shown"),
    [
        ("postgresql://engage@db/engage", set(), "postgresql://engage@db/engage"),
        ("postgresql://engage:geheim@db/engage", {"geheim"}, "postgresql://engage:********@db/engage"),
        ("postgresql://engage:ge%23heim@db/x", {"ge%23heim", "ge#heim"}, "postgresql://engage:********@db/x"),
        ("postgresql://engage:ge@h/e?im@db/x", {"ge@h/e?im"}, "postgresql://engage:********@db/x"),
        ("postgresql://:geheim@db/x", {"geheim"}, "postgresql://:********@db/x"),
        ("postgresql://engage@db:5432/x?password=geheim", {"geheim"}, "postgresql://engage@db:5432/x"),
        ("postgresql://db/x?user=a&password=ge%26&sslpassword=two", {"ge%26", "ge&", "two"}, "postgresql://db/x"),
        ("/var/lib/engage", set(), "/var/lib/engage"),
    ],
)
def test_passwords_in_an_address_are_found_and_hidden(url: str, passwords: set[str], shown: str) -> None:
    assert _postgres.passwords_of(url) == passwords
    assert _postgres.masked(url) == shown


def test_a_password_in_the_address_is_not_shown(postgres) -> None:
    url = postgres.url(password="geheim", user="nobody")
    store = open_store(f"{url}?connect_timeout=5", None, "kari", Waiting())
    assert store.name == postgres.url(password="********", user="nobody")
    with pytest.raises(StoreFailed) as caught:
        store.find("key")
    assert "geheim" not in f"{caught.value} {caught.value.facts}"
    assert "nobody" in str(caught.value)


def test_the_password_can_come_from_the_environment_or_a_file(postgres, monkeypatch, tmp_path) -> None:
    role = f"r{uuid.uuid4().hex}"
    postgres.run(f"CREATE ROLE {role} LOGIN PASSWORD 'geheim'")
    postgres.run(f"GRANT CREATE ON DATABASE postgres TO {role}")
    hba = postgres.data / "pg_hba.conf"
    before = hba.read_text()
    hba.write_text(f"host all {role} 127.0.0.1/32 scram-sha-256\n{before}")
    postgres.run("SELECT pg_reload_conf()")
    try:
        url = postgres.url(user=role)
        schema = f"s{uuid.uuid4().hex}"
        with pytest.raises(StoreFailed, match="no password supplied"):
            open_store(url, schema, "kari", Waiting()).record("key", ENTRY)
        with monkeypatch.context() as patch:
            patch.setenv("PGPASSWORD", "geheim")
            open_store(url, schema, "kari", Waiting()).record("key", ENTRY)
        file = tmp_path / "pgpass"
        file.write_text(f"*:*:*:{role}:geheim\n")
        file.chmod(0o600)
        monkeypatch.setenv("PGPASSFILE", str(file))
        assert open_store(url, schema, "kari", Waiting()).find("key") == ENTRY
    finally:
        hba.write_text(before)
        postgres.run("SELECT pg_reload_conf()")


def test_the_documented_rights_are_enough(postgres) -> None:
    role, schema = f"r{uuid.uuid4().hex}", f"s{uuid.uuid4().hex}"
    postgres.run(f"CREATE ROLE {role} LOGIN")
    other = open_store(postgres.url(user=role), schema, "kari", Waiting())
    with pytest.raises(StoreFailed, match="permission denied for database"):
        other.record("key", ENTRY)
    open_store(postgres.url(), schema, "kari", Waiting()).record("key", ENTRY)
    postgres.run(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
    postgres.run(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}")
    assert other.find("key") == ENTRY
    other.record("other", ENTRY)
    other.require_writable(1.0)


def test_an_intent_is_durable_before_the_post(postgres, postgres_store) -> None:
    """A database can be configured for speed. It then loses the last transactions in a crash."""
    database = f"d{uuid.uuid4().hex}"
    postgres.run(f"CREATE DATABASE {database}")
    postgres.run(f"ALTER DATABASE {database} SET synchronous_commit = off")
    store = open_store(postgres.url(database=database), None, "kari", Waiting())
    assert store._run("SELECT current_setting('synchronous_commit')") == [("on",)]


def test_the_server_notices_soon_that_a_machine_has_died(postgres, postgres_store) -> None:
    """With its default settings, the server keeps the locks of a dead machine for more than two hours."""
    store = open_store(postgres_store["store"], postgres_store["store_schema"], "kari", Waiting())
    idle, interval, count = (
        int(store._run(f"SHOW tcp_keepalives_{name}")[0][0]) for name in ("idle", "interval", "count")
    )
    assert 0 < idle + interval * count <= _event_source.TAKEOVER


def test_a_database_without_an_encoding_answers_with_texts(postgres) -> None:
    database = f"d{uuid.uuid4().hex}"
    postgres.run(f"CREATE DATABASE {database} ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    store = open_store(postgres.url(database=database), None, "kari", Waiting())
    store.record("nøkkel", ENTRY)
    assert store.find("nøkkel") == ENTRY


def test_check_mode_makes_no_tables(simulator, send, postgres, postgres_store) -> None:
    assert send(True, **postgres_store)["changed"] is True
    assert postgres.run(f"SELECT to_regnamespace('{postgres_store['store_schema']}')") == [(None,)]


def test_a_lost_lock_records_no_intent(postgres, postgres_store) -> None:
    """Another process may hold the lock now, so a POST could be the second one. An outcome is still recorded."""
    store = open_store(postgres_store["store"], postgres_store["store_schema"], "kari", Waiting())
    with store.hold("key"):
        store.record("key", replace(ENTRY, state="intent"))
        postgres.restart()
        with pytest.raises(StoreFailed):
            store.record("key", replace(ENTRY, state="intent"))
        store.record("key", ENTRY)
        with pytest.raises(
            StoreFailed, match="the connection to the database was lost, so the task has lost its locks"
        ):
            store.find("key")
    assert store.find("key") == ENTRY
    with store.hold("key"):
        store.record("key", replace(ENTRY, state="intent"))


def test_a_database_that_restarts_is_waited_for(postgres, postgres_store) -> None:
    store = open_store(postgres_store["store"], postgres_store["store_schema"], "kari", Waiting())
    store.record("key", ENTRY)
    postgres.stop()
    starting = threading.Timer(0.5, postgres.start)
    starting.start()
    try:
        assert store.find("key") == ENTRY
    finally:
        starting.join()


def test_a_database_that_is_away_sends_nothing(simulator, send, monkeypatch) -> None:
    monkeypatch.setattr(_postgres, "PATIENCE", 0.0)
    result = send(store="postgresql://kari:geheim@127.0.0.1:1/sms")
    assert result["failure"] == {"kind": "store", "store": "postgresql://kari:********@127.0.0.1:1/sms"}
    assert "geheim" not in result["msg"]
    assert simulator.log(writes_only=True) == []


def test_psycopg_is_optional(monkeypatch, send) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "pip install psycopg[binary]" in send(store="postgresql://kari@127.0.0.1/sms")["msg"]
    assert send()["outcome"] == "sent"

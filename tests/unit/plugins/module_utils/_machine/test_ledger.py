# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ledger of sends: private, never corrupt, and correct also when it fails."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sms_child

from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError, Locked
from ansible_collections.community.linkengage.plugins.module_utils._machine import locks as _locks
from ansible_collections.community.linkengage.plugins.module_utils._machine.ledger import Entry, Ledger
from ansible_collections.community.linkengage.plugins.module_utils._machine.locks import Waiting
from ansible_collections.community.linkengage.plugins.module_utils._service.account import account_of
from linkengage_simulator.process import SimulatorProcess

Json = dict[str, Any]
Send = Callable[..., Json]

TEXT = "Disk full on web1"
ENTRY = Entry("hash", "sent", "O_1", 1000.0)


@pytest.fixture(autouse=True)
def short_pauses() -> Iterator[None]:
    with sms_child.short_pauses():
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "sends.sqlite3"


@pytest.fixture
def options(simulator: SimulatorProcess, path: Path) -> Json:
    return {
        "api_url": simulator.api(2),
        "username": simulator.username,
        "domain": simulator.domain,
        "password": simulator.password,
        "ledger_path": str(path),
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
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert {entry.name: entry.stat().st_mode & 0o777 for entry in path.parent.iterdir()} == {
        "sends.sqlite3": 0o600,
        "sends.sqlite3.locks": 0o700,
    }


def test_it_holds_no_text_number_or_password(simulator, send, path) -> None:
    send()
    raw = b"".join(entry.read_bytes() for entry in path.parent.rglob("*") if entry.is_file())
    assert b"incident-4711" in raw
    for secret in (TEXT, "92000004", simulator.password, "Disk"):
        assert secret.encode() not in raw


def test_a_link_to_nowhere_gets_a_private_file(send, path, tmp_path) -> None:
    path.parent.mkdir(mode=0o700)
    path.symlink_to(tmp_path / "elsewhere")
    assert send()["outcome"] == "sent"
    assert (tmp_path / "elsewhere").stat().st_mode & 0o777 == 0o600


def test_check_mode_makes_no_file(simulator, send, path) -> None:
    assert send(True)["changed"] is True
    assert not path.parent.exists()
    assert simulator.log(writes_only=True) == []


def test_without_a_key_there_is_no_file(send, path) -> None:
    send(idempotency_key=None)
    assert not path.parent.exists()


# Entries


def test_accounts_and_keys_do_not_mix(path) -> None:
    first, second = Ledger(str(path), "kari"), Ledger(str(path), "ola")
    first.record("key", ENTRY)
    assert first.find("key") == ENTRY
    assert (second.find("key"), first.find("other")) == (None, None)
    assert (first.other_messages("key"), first.other_messages("other")) == (set(), {"O_1"})
    assert second.other_messages("other") == set()
    second.cancelled("O_1")
    assert first.find("key") == ENTRY
    first.cancelled("O_1")
    assert first.find("key") == Entry("hash", "cancelled", "O_1", 1000.0)
    first.forget("key")
    assert first.find("key") is None


LEDGER = """
import os, signal, sys
from ansible_collections.community.linkengage.plugins.module_utils._machine.ledger import Ledger
ledger = Ledger(sys.argv[1], "kari")
"""
DIES_WITHIN = """
with ledger.hold("key", "content"):
    os.kill(os.getpid(), signal.SIGKILL)
"""
IN_ANY_ORDER = """
children = []
for number in range(8):
    child = os.fork()
    if not child:
        for _time in range(50):
            with ledger.hold(*(["one", "two"] if number % 2 else ["two", "one"])):
                os.close(os.open(sys.argv[1] + ".inside", os.O_CREAT | os.O_EXCL))
                os.unlink(sys.argv[1] + ".inside")
        os._exit(0)
    children.append(child)
print([os.waitpid(child, 0)[1] for child in children])
"""


def test_a_hold_ends_with_its_process(path, child) -> None:
    assert child(LEDGER + DIES_WITHIN, str(path)).returncode == -signal.SIGKILL
    with Ledger(str(path), "kari").hold("key", "content"):
        pass


def test_holds_in_any_order_do_not_wait_for_each_other_forever(path, child) -> None:
    assert child(LEDGER + IN_ANY_ORDER, str(path)).stdout.strip() == str([0] * 8)


def test_threads_of_one_process_hold_one_after_the_other(path) -> None:
    inside: list[int] = []

    def work(number: int) -> None:
        for _time in range(20):
            with Ledger(str(path), "kari").hold("key", str(number)):
                inside.extend([number, number])

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(inside) == 160
    assert inside[::2] == inside[1::2]


def test_holds_of_other_keys_and_accounts_do_not_wait(path) -> None:
    ledgers = [Ledger(str(path), account, Waiting(timeout=0.0)) for account in ("kari", "ola")]
    with ledgers[0].hold("key", "content"), ledgers[0].hold("other", "text"), ledgers[1].hold("key", "content"):
        pass


@pytest.mark.parametrize("names", [("key", "other text"), ("other key", "content")], ids=["key", "content"])
def test_a_hold_that_does_not_end_is_a_clear_error(path, names: tuple[str, str]) -> None:
    with Ledger(str(path), "kari").hold("key", "content"):
        with pytest.raises(Locked) as caught, Ledger(str(path), "kari", Waiting(timeout=0.0)).hold(*names):
            pass
        assert str(caught.value).startswith(
            f"lock_timeout: the lock of this idempotency_key or text is held by process {os.getpid()} ("
        )
    with Ledger(str(path), "kari", Waiting(timeout=0.0)).hold(*names):
        pass
    assert list(path.with_name("sends.sqlite3.locks").iterdir()) == []


def test_a_send_behind_one_that_does_not_end_sends_nothing(simulator, send, path, options) -> None:
    account = account_of(simulator.login, options["api_url"])
    with Ledger(str(path), account).hold(options["idempotency_key"], "another text"):
        result = send(lock_timeout=0.2)
    assert result["failure"]["kind"] == "locked"
    assert result["failure"]["holder"]["pid"] == os.getpid()
    assert simulator.log(writes_only=True) == []
    assert simulator.deliveries() == []
    assert send(lock_timeout=0.2)["outcome"] == "sent"


# Failures


def full_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.mkdir()
    Ledger(str(path), "kari").record("key", ENTRY)

    def run(_self: Any, _sql: str, *_values: Any) -> None:
        raise _self._unusable(sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr(Ledger, "_run", run)


def device_that_is_full(path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.mkdir()
    path.symlink_to("/dev/full")


def below_a_file(path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.write_text("", encoding="utf-8")


def read_only_home(path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.symlink_to("/proc")


def corrupt(path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.mkdir()
    path.write_bytes(b"This is no database, and it is long enough to look like one.\n" * 100)


def cut_off(path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.mkdir()
    for number in range(100):
        Ledger(str(path), "kari").record(f"key {number}", ENTRY)
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2] + b"\0" * 100)


def another_database(path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE sends (recipe TEXT)")
    connection.close()


def folder_in_its_place(path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    path.mkdir(parents=True)


def file_in_place_of_the_locks(path: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.mkdir()
    Path(f"{path}.locks").touch()


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
    file_in_place_of_the_locks,
    locks_that_fail,
]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_an_unusable_ledger_is_a_clear_error_before_sending(simulator, send, path, monkeypatch, trouble) -> None:
    trouble(path, monkeypatch)
    result = send()
    assert result["failed"], result
    assert result["failure"] == {"kind": "error", "ledger": str(path)}
    assert f"ledger_path: the ledger of sends {path} cannot be used" in result["msg"]
    assert "Free space on the disk, fix the permissions, move a damaged file" in result["msg"]
    assert simulator.log(writes_only=True) == []
    assert simulator.deliveries() == []


def test_without_a_key_an_unusable_ledger_is_ignored(send, path, monkeypatch) -> None:
    corrupt(path, monkeypatch)
    assert send(idempotency_key=None)["outcome"] == "sent"


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
def test_a_disk_that_is_really_full(simulator, send, options, child, room) -> None:
    """The process cannot write files longer than this."""
    done = child(FULL, json.dumps({**options, "room": room}))
    assert "cannot be used" in json.loads(done.stdout)["msg"], done.stderr
    assert simulator.log(writes_only=True) == []
    assert send()["outcome"] == "sent"  # with free space again, nothing is in doubt


def test_a_ledger_that_fails_right_after_the_post_does_not_hide_that_it_was_sent(simulator, send, monkeypatch) -> None:
    record = Ledger.record

    def failing(self: Ledger, key: str, entry: Entry) -> None:
        if entry.state == "sent":
            raise self._unusable(sqlite3.OperationalError("database or disk is full"))
        record(self, key, entry)

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "record", failing)
        result = send()
    assert (result["outcome"], result["changed"]) == ("sent", True)
    (warning,) = result["warnings"]
    assert "The message was sent, but the ledger could not record this" in warning
    assert "disk is full" in warning
    assert send()["outcome"] == "already_sent"
    assert len(simulator.deliveries()) == 1


def test_a_rejected_message_is_reported_if_the_ledger_fails_too(simulator, send, monkeypatch) -> None:
    def failing(self: Ledger, _key: str) -> None:
        raise self._unusable(sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr(Ledger, "forget", failing)
    simulator.faults([{"match": {"method": "POST"}, "action": "status", "status": 400, "body": "No such receiver"}])
    assert "No such receiver" in send()["msg"]


def test_an_error_names_the_file(path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(LinkEngageError, match="Without the ledger, no message with an idempotency_key is sent"):
        Ledger(str(path), "kari").record("key", ENTRY)

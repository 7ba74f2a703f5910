# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Locks: an exclusive lock on a file. The lock ends when its process ends, and the file says which process holds it.

The file has the last holder as JSON: process ids, the name of the program or playbook, and a time. A process that waits
for the lock reports it after three seconds, and gives up after ``lock_timeout``.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any

from .._errors import LinkEngageError, Locked
from .files import PRIVATE_FILE, PRIVATE_FOLDER, reason, require_regular
from .paths import account_path
from .run import Run, this_run

SILENT = 3.0  # seconds; a shorter wait of any kind is not reported
PAUSE = 0.05  # seconds between two attempts
RECORD = 4096  # bytes of the record of a holder at most
FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
DEFAULT_TIMEOUT = 600.0  # seconds
LOCK_OF_SEND = "the lock of this message"


@dataclass(frozen=True)
class Holder:
    """The process that holds a lock.

    - ``pid`` is its process id, or 0 if the file of the lock does not say it.
    - ``program`` is its program or playbook.
    - ``since`` is the time in ISO 8601 when it took the lock.
    - ``started_by`` is the id of the process that started it.
    """

    pid: int = 0
    program: str = ""
    since: str = ""
    started_by: int = 0

    def __str__(self) -> str:
        if not self.pid:
            return "another process"
        parent = f", parent process {self.started_by}" if self.started_by else ""
        return f"process {self.pid} ({self.program}{parent}) since {self.since}"


class Waiting:
    """How long the tasks of one account wait for locks, and where they report it.

    ``on_wait`` is called with a text during a wait. ``report`` returns the texts after the wait.
    """

    def __init__(
        self,
        run: Run | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.run = run or this_run()
        self.timeout = timeout
        self.on_wait: Callable[[str], None] | None = None
        self._clock = clock
        self._sleep = sleep
        self._waits: list[str] = []
        self._begun: float | None = None  # when the first of several waits that share one timeout began

    def renew(self) -> None:
        """Delete the reports about waits of the previous task."""
        self._waits = []

    def report(self) -> list[str]:
        """Return sentences about the waits, for the result of the task."""
        return list(self._waits)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let all waits in this context share one ``timeout``, because one task takes several locks."""
        before, self._begun = self._begun, self._clock() if self._begun is None else self._begun
        try:
            yield
        finally:
            self._begun = before

    def until(self, is_taken: Callable[[], bool], holder: Callable[[], Holder], what: str) -> None:
        """Try again and again to take a lock. Raises Locked after ``timeout``, and NotSent if the run is over."""
        begun, reported = self._clock(), None
        since = begun if self._begun is None else self._begun
        while not is_taken():
            self.run.require()
            waited, now = self._clock() - since, holder()
            if waited >= self.timeout:
                raise _too_long(now, waited, what)
            if self._clock() - begun >= SILENT and now != reported:
                reported = now
                left = self.timeout - waited
                self.announce(f"waiting for {what}, held by {now}; at most {left:.0f} s more (lock_timeout)")
            self._sleep(min(PAUSE, self.timeout - waited))
        if reported:
            lasted = self._clock() - begun
            self._waits.append(f"This task waited {lasted:.0f} s for {what}. The lock was held by {reported}.")

    def announce(self, text: str) -> None:
        """Pass a report about a wait to ``on_wait`` while the wait lasts, if ``on_wait`` is set."""
        if self.on_wait:
            self.on_wait(text)


def _too_long(holder: Holder, waited: float, what: str) -> Locked:
    return Locked(
        f"lock_timeout: {what} is held by {holder}, and did not become free within {waited:.0f} s. "
        f"Nothing was {'sent' if what == LOCK_OF_SEND else 'written'}. Run the task again when that process has ended. "
        "If the process hangs, end the process. If the process only needs more time, raise lock_timeout.",
        holder=asdict(holder),
        waited=round(waited, 1),
    )


class Lock:
    """A lock that is held until ``release``. ``before`` is the record of the previous holder."""

    def __init__(self, path: str, handle: int, run: Run, keep: bool) -> None:
        self._path, self._handle, self._keep = path, handle, keep
        self.before = _read(handle)
        _write(handle, run)

    def release(self) -> None:
        """Release the lock."""
        if not self._keep:
            with suppress(OSError):
                os.unlink(self._path)
        os.close(self._handle)


def take(path: str, waiting: Waiting, what: str, keep: bool = True) -> Lock:
    """Wait for the lock of a file and take it. Without *keep*, the file is removed when the lock is released.

    *what* is the name of the lock in messages. Raises OSError, Locked, NotSent.
    """
    os.makedirs(os.path.dirname(path) or ".", mode=PRIVATE_FOLDER, exist_ok=True)
    taken: list[int] = []

    def is_taken() -> bool:
        taken.extend(_try(path, fcntl.LOCK_EX))
        return bool(taken)

    waiting.until(is_taken, lambda: holder_of(path), what)
    return Lock(path, taken[0], waiting.run, keep)


def _try(path: str, kind: int) -> list[int]:
    """Return the handle of the locked file in a list, or an empty list if another process holds the lock."""
    require_regular(path)
    handle = os.open(path, FLAGS, PRIVATE_FILE)
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
        if os.path.samestat(os.stat(path, follow_symlinks=False), os.fstat(handle)):
            return [handle]
    except (BlockingIOError, FileNotFoundError):  # another process holds the lock, or has just removed the file
        pass
    except BaseException:
        os.close(handle)
        raise
    os.close(handle)
    return []


def holder_of(path: str) -> Holder:
    """Return the current or last holder of the lock of a file."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return Holder()
    try:
        return _holder(_read(handle))
    finally:
        os.close(handle)


def _holder(record: str) -> Holder:
    with suppress(ValueError, TypeError, KeyError):
        found = json.loads(record)
        return Holder(int(found["pid"]), str(found["program"]), str(found["since"]), int(found["started_by"]))
    return Holder()


def _read(handle: int) -> str:
    return os.pread(handle, RECORD, 0).decode("utf-8", "replace")


def _write(handle: int, run: Run) -> None:
    """Write the holder into the file of the lock. The random mark makes each record different."""
    since = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    started_by = run.controller if run.controller != os.getpid() else 0
    record: dict[str, Any] = asdict(Holder(os.getpid(), run.program, since, started_by))
    text = json.dumps({**record, "mark": uuid.uuid4().hex}).encode()
    try:
        os.pwrite(handle, text, 0)
        os.ftruncate(handle, len(text))
    except OSError:  # the disk is full
        os.ftruncate(handle, 0)


@contextmanager
def account_lock(account: str, waiting: Waiting) -> Iterator[str]:
    """Hold the lock of *account* on this machine, and yield the record of its previous holder.

    *account* is any text that identifies the account. Raises LinkEngageError.
    """
    try:
        lock = take(account_path(account, "lock"), waiting, "the lock of this account")
    except OSError as error:  # the folder cannot be created, or its file system has no locks
        raise LinkEngageError(
            f"The lock of this account cannot be used: {reason(error)}. Without this lock, two runs could create the "
            "same record twice. Set the environment variable TMPDIR to a folder on a local "
            "disk."
        ) from error
    try:
        yield lock.before
    finally:
        lock.release()


def last_holder(account: str) -> str | None:
    """Return the record of the last holder, or None if the lock is held or cannot be used.

    If ``account_lock`` yields the same record later, no process held the lock in the meantime.
    """
    try:
        taken = _try(account_path(account, "lock"), fcntl.LOCK_SH)
    except (LinkEngageError, OSError):
        return None
    for handle in taken:
        try:
            return _read(handle) or _first(handle)
        finally:
            os.close(handle)
    return None


def _first(handle: int) -> str | None:
    """Write a first record to a file that has no record. Returns the record, or None if it cannot be written."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not _read(handle):
            os.pwrite(handle, uuid.uuid4().hex.encode(), 0)
        return _read(handle) or None
    except OSError:
        return None

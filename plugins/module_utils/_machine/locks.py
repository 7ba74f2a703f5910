# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""One at a time on this machine: of the creators for an account, and of those who keep a file."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from .._errors import LinkEngageError
from .files import account_file

MARK = 16  # bytes


@contextmanager
def account_lock(account: str) -> Iterator[bytes]:
    """Hold the lock of *account* (any text that names it), and give the mark of who held it before.

    It ends with the process, however that ends. The file lies in a folder of this user under the temporary folder, and
    holds nothing but a random mark of its last holder. Raises LinkEngageError.
    """
    handle = _opened(account)
    try:
        yield _take(handle)
    finally:
        os.close(handle)


def last_holder(account: str) -> bytes | None:
    """The mark of who held the lock last, or None while somebody holds it or where there can be no lock.

    Where ``account_lock`` gives the same mark later, nobody has held the lock in between. An empty one tells nothing.
    """
    try:
        handle = _opened(account)
    except LinkEngageError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return os.pread(handle, MARK, 0)
    except OSError:
        return None
    finally:
        os.close(handle)


def _take(handle: int) -> bytes:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError as error:  # a file system without locks
        raise _unavailable(error) from error
    before = os.pread(handle, MARK, 0)
    try:
        os.pwrite(handle, os.urandom(MARK), 0)
    except OSError:  # a full disk
        os.ftruncate(handle, 0)
    return before


def _opened(account: str) -> int:
    try:
        path = account_file(account, "lock")
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unavailable(error) from error


def _unavailable(error: OSError) -> LinkEngageError:
    return LinkEngageError(f"The lock that keeps two runs from making one record twice cannot be had: {error}.")


@contextmanager
def file_lock(path: str, what: str) -> Iterator[None]:
    """Hold the lock of the file *path*, which is an empty file beside it. It ends with the process, however that ends.

    Raises LinkEngageError, naming *what*, where another process or another holder in this one has it.
    """
    try:
        os.makedirs(os.path.dirname(path) or ".", mode=0o700, exist_ok=True)
        handle = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise LinkEngageError(f"{what}: {path} cannot be used: {error.strerror or error}.") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise LinkEngageError(f"{what}: {path} is in use already; give each its own.") from error
    finally:
        os.close(handle)

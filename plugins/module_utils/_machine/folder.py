# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The store of one machine: a folder with an SQLite file, and a file for each lock."""

from __future__ import annotations

import errno
import hashlib
import os
import traceback
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import Any

from .._errors import MissingLibrary
from .files import PRIVATE_FILE, PRIVATE_FOLDER, obstacle, reason, require_regular
from .locks import LOCK_OF_SEND, Lock, Waiting, take
from .store import TABLES, VERSION, NewerTables, Store, StoreFailed

try:
    import sqlite3
except ImportError:
    SQLITE_TRACE = traceback.format_exc()
else:
    SQLITE_TRACE = ""

FILE, LOCKS = "store.sqlite3", "locks"
BUSY = 30.0  # how many seconds to wait for the transaction of another process; it usually takes milliseconds


class FolderStore(Store):
    """A store in a folder on a local disk.

    Different paths to one folder are the same store. Reading creates no files.
    """

    def __init__(self, folder: str, account: str, waiting: Waiting) -> None:
        if SQLITE_TRACE:
            raise MissingLibrary(
                "The Python module sqlite3 is missing. Install sqlite3, or set the option `store` to a database.",
                library="sqlite3",
                trace=SQLITE_TRACE,
            )
        super().__init__(folder, account, waiting)
        self.path = os.path.realpath(os.path.join(folder, FILE))

    def _run(
        self,
        sql: str,
        *values: Any,
        reads: bool = False,
        alone: bool = False,
        outcome: bool = False,
        brief: bool = False,
    ) -> Sequence[Any]:
        try:
            if reads and self._is_missing():
                return []
            self._make()
            with closing(sqlite3.connect(self.path, timeout=BUSY, isolation_level=None)) as connection:
                # A count of requests may be lost if the machine crashes, so the write does not wait for the disk.
                connection.execute(f"PRAGMA synchronous = {'OFF' if alone else 'FULL'}")
                self._upgrade(connection)
                return connection.execute(sql, values).fetchall()
        except (sqlite3.Error, OSError, ValueError) as error:  # sqlite3 raises ValueError for a damaged text
            raise self._unusable(error) from error

    def _upgrade(self, connection: Any) -> None:
        """Create the tables if they are missing. Raises NewerTables if a newer release has created them."""
        ((version,),) = connection.execute("PRAGMA user_version").fetchall()
        if version > VERSION:
            raise NewerTables(version, VERSION)
        if version < VERSION:  # one transaction for all statements, because each transaction waits for the disk
            connection.execute("BEGIN IMMEDIATE")
            for statement in TABLES:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute("COMMIT")

    @contextmanager
    def hold(self, *names: str, what: str = LOCK_OF_SEND) -> Iterator[None]:
        digests = {hashlib.sha256(f"{self.account}\0{name}".encode()).hexdigest() for name in names}
        with ExitStack() as held:
            with self._waiting.together():
                for digest in sorted(digests):
                    held.callback(self._take(digest, what).release)
            yield

    def _take(self, digest: str, what: str) -> Lock:
        path = os.path.join(os.path.dirname(self.path), LOCKS, digest[:32])
        try:
            self._make()
            return take(path, self._waiting, what, keep=False)
        except OSError as error:
            raise self._unusable(error) from error

    def require_possible(self) -> None:
        try:
            require_regular(self.path)
        except OSError as error:
            raise self._unusable(error) from error
        found = obstacle(os.path.dirname(self.path))
        if not found and os.path.exists(self.path) and not os.access(self.path, os.R_OK | os.W_OK):
            found = f"{self.path} is not writable"
        if found:
            raise self._unusable(found)

    def _is_missing(self) -> bool:
        """Return whether nothing was stored yet. Raises OSError if the path of the folder is not a folder."""
        if os.path.exists(self.name) and not os.path.isdir(self.name):
            raise NotADirectoryError(errno.ENOTDIR, "the path is not a folder")
        return not os.path.lexists(self.path)

    def _make(self) -> None:
        self._is_missing()
        os.makedirs(os.path.dirname(self.path), mode=PRIVATE_FOLDER, exist_ok=True)
        require_regular(self.path)
        if not os.path.exists(self.path):
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE))

    def _unusable(self, error: object) -> StoreFailed:
        remedy = (
            error.remedy
            if isinstance(error, NewerTables)
            else "Depending on the cause, make space on the disk, fix the permissions, or remove the damaged file. "
            "Otherwise, set `store` to another folder."
        )
        return StoreFailed(
            f"store: the folder {self.name} cannot be used: {reason(error).rstrip('.')}. Without the store, no message "
            f"with an idempotency_key is sent. {remedy}",
            store=self.name,
        )

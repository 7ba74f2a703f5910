# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The ledger of sends, for at most one message per key: an SQLite file, safe for many processes at the same time.

It contains keys, message ids, times and a hash of the content. It contains no texts and no phone numbers.
"""

from __future__ import annotations

import hashlib
import os
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Any

from .._errors import LinkEngageError, MissingLibrary
from .files import PRIVATE_FILE, PRIVATE_FOLDER, require_regular
from .locks import Lock, Waiting, take

try:
    import sqlite3
except ImportError:
    SQLITE_TRACE = traceback.format_exc()
else:
    SQLITE_TRACE = ""

# A send is an intent until its outcome is known. If no process works on an intent, its outcome is in doubt.
INTENT, SENT, CANCELLED = "intent", "sent", "cancelled"
SCHEMA = """
    CREATE TABLE IF NOT EXISTS sends (
        account TEXT NOT NULL, key TEXT NOT NULL, content TEXT NOT NULL, state TEXT NOT NULL,
        message_id TEXT, at REAL NOT NULL, PRIMARY KEY (account, key)
    )
"""
LATEST = 32503680000  # 3000-01-01, in seconds since 1970
BUSY = 30.0  # seconds to wait for the transaction of another process, which takes milliseconds


@dataclass(frozen=True)
class Entry:
    """The send of a key. ``at`` is its start, in seconds since 1970."""

    content: str
    state: str
    message_id: str | None
    at: float


class Ledger:
    """The part of one account in a ledger file. Every method raises LinkEngageError if the file cannot be used."""

    def __init__(self, path: str, account: str, waiting: Waiting | None = None) -> None:
        if SQLITE_TRACE:
            raise MissingLibrary("The Python module sqlite3 is required.", library="sqlite3", trace=SQLITE_TRACE)
        self.path = path
        self._account = account
        self._waiting = waiting or Waiting()

    def find(self, key: str) -> Entry | None:
        """The entry of a key, or None. A missing file has no entries, and it is not created."""
        if not os.path.lexists(self.path):
            return None
        rows = self._run("SELECT content, state, message_id, at FROM sends WHERE account = ? AND key = ?", key)
        return self._entry(*rows[0]) if rows else None

    def _entry(self, content: Any, state: Any, message_id: Any, at: Any) -> Entry:
        """Raises LinkEngageError for values that no process of ours wrote."""
        known = isinstance(content, str) and state in (INTENT, SENT, CANCELLED)
        if not known or not isinstance(message_id, (str, type(None))) or not isinstance(at, (int, float)):
            raise self._unusable(ValueError("an entry is damaged"))
        if not 0 <= at < LATEST:
            raise self._unusable(ValueError("an entry is damaged"))
        return Entry(content, state, message_id, float(at))

    def other_messages(self, key: str) -> set[str]:
        """The ids of the messages of all other keys."""
        if not os.path.lexists(self.path):
            return set()
        sql = "SELECT message_id FROM sends WHERE account = ? AND key != ? AND message_id IS NOT NULL"
        return {str(row[0]) for row in self._run(sql, key)}

    def record(self, key: str, entry: Entry) -> None:
        """Record the entry of a key. It is on the disk when this returns."""
        self._run(
            "INSERT OR REPLACE INTO sends (account, key, content, state, message_id, at) VALUES (?, ?, ?, ?, ?, ?)",
            key,
            entry.content,
            entry.state,
            entry.message_id,
            entry.at,
        )

    def forget(self, key: str) -> None:
        """Delete the entry of a key, because its message was certainly not sent."""
        self._run("DELETE FROM sends WHERE account = ? AND key = ?", key)

    def cancelled(self, message_id: str) -> None:
        """Record that a message was cancelled, for any key."""
        if os.path.lexists(self.path):
            self._run(f"UPDATE sends SET state = '{CANCELLED}' WHERE account = ? AND message_id = ?", message_id)

    @contextmanager
    def hold(self, *names: str) -> Iterator[None]:
        """Lock the names: each name has one holder at a time. The locks end with the process, also after SIGKILL.

        All holders lock their names in the same order, so that two holders never wait for each other. Raises Locked.
        """
        digests = {hashlib.sha256(f"{self._account}\0{name}".encode()).hexdigest() for name in names}
        with ExitStack() as held:
            for digest in sorted(digests):
                held.callback(self._take(digest).release)
            yield

    def _take(self, digest: str) -> Lock:
        path = os.path.join(f"{self.path}.locks", digest[:32])
        try:
            self._make_folder()
            return take(path, self._waiting, "the lock of this idempotency_key or text", keep=False)
        except OSError as error:
            raise self._unusable(error) from error

    def _run(self, sql: str, *values: Any) -> list[Any]:
        try:
            require_regular(self.path)
            self._make_folder()
            with closing(sqlite3.connect(self.path, timeout=BUSY, isolation_level=None)) as connection:
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute(SCHEMA)
                return connection.execute(sql, (self._account, *values)).fetchall()
        except (sqlite3.Error, OSError, ValueError) as error:  # a damaged text is a ValueError
            raise self._unusable(error) from error

    def _make_folder(self) -> None:
        folder = os.path.dirname(self.path) or "."
        os.makedirs(folder, mode=PRIVATE_FOLDER, exist_ok=True)
        if not os.path.exists(self.path):
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE))

    def _unusable(self, error: Exception) -> LinkEngageError:
        return LinkEngageError(
            f"ledger_path: the ledger of sends {self.path} cannot be used: {error}. Without the ledger, no message "
            "with an idempotency_key is sent. Free space on the disk, fix the permissions, move a damaged file, or set "
            "ledger_path to another file.",
            ledger=self.path,
        )

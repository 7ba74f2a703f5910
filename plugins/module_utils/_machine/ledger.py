# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The record of sends, for at most one message a key: an SQLite file, safe for many processes at once.

It holds keys, message ids, times and a hash of the content; no text and no phone number.
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
from .files import PRIVATE_FILE, PRIVATE_FOLDER
from .locks import Lock, Waiting, take

try:
    import sqlite3
except ImportError:
    SQLITE_TRACE = traceback.format_exc()
else:
    SQLITE_TRACE = ""

# A send is an intent until its outcome is known: an intent that nobody is at work on is in doubt.
INTENT, SENT, CANCELLED = "intent", "sent", "cancelled"
SCHEMA = """
    CREATE TABLE IF NOT EXISTS sends (
        account TEXT NOT NULL, key TEXT NOT NULL, content TEXT NOT NULL, state TEXT NOT NULL,
        message_id TEXT, at REAL NOT NULL, PRIMARY KEY (account, key)
    )
"""
BUSY = 30.0  # seconds to wait for another process's transaction, which takes milliseconds


@dataclass(frozen=True)
class Entry:
    """What is known of a key's send. ``at`` is when it was begun, in seconds since 1970."""

    content: str
    state: str
    message_id: str | None
    at: float


class Ledger:
    """One account's part of a ledger file. Every method raises LinkEngageError where the file cannot be used."""

    def __init__(self, path: str, account: str, waiting: Waiting | None = None) -> None:
        if SQLITE_TRACE:
            raise MissingLibrary("Python's sqlite3 is needed.", library="sqlite3", trace=SQLITE_TRACE)
        self.path = path
        self._account = account
        self._waiting = waiting or Waiting()

    def find(self, key: str) -> Entry | None:
        """What is known of a key. A file that is not there knows nothing, and is not made."""
        if not os.path.lexists(self.path):
            return None
        rows = self._run("SELECT content, state, message_id, at FROM sends WHERE account = ? AND key = ?", key)
        return Entry(*rows[0]) if rows else None

    def other_messages(self, key: str) -> set[str]:
        """The ids of the messages of all other keys."""
        if not os.path.lexists(self.path):
            return set()
        sql = "SELECT message_id FROM sends WHERE account = ? AND key != ? AND message_id IS NOT NULL"
        return {row[0] for row in self._run(sql, key)}

    def record(self, key: str, entry: Entry) -> None:
        """Put down what is known of a key; it is on the disk when this returns."""
        self._run(
            "INSERT OR REPLACE INTO sends (account, key, content, state, message_id, at) VALUES (?, ?, ?, ?, ?, ?)",
            key,
            entry.content,
            entry.state,
            entry.message_id,
            entry.at,
        )

    def forget(self, key: str) -> None:
        """A key whose message is known not to have been sent."""
        self._run("DELETE FROM sends WHERE account = ? AND key = ?", key)

    def cancelled(self, message_id: str) -> None:
        """Note for whatever key it has that a message was cancelled."""
        if os.path.lexists(self.path):
            self._run(f"UPDATE sends SET state = '{CANCELLED}' WHERE account = ? AND message_id = ?", message_id)

    @contextmanager
    def hold(self, *names: str) -> Iterator[None]:
        """One holder at a time for each of the names. The hold ends with the process, however that ends.

        All holders take their names in the same order, so that no two wait for each other for ever. Raises Locked.
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
            self._make_folder()
            with closing(sqlite3.connect(self.path, timeout=BUSY, isolation_level=None)) as connection:
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute(SCHEMA)
                return connection.execute(sql, (self._account, *values)).fetchall()
        except (sqlite3.Error, OSError) as error:
            raise self._unusable(error) from error

    def _make_folder(self) -> None:
        folder = os.path.dirname(self.path) or "."
        os.makedirs(folder, mode=PRIVATE_FOLDER, exist_ok=True)
        if not os.path.exists(self.path):
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE))

    def _unusable(self, error: Exception) -> LinkEngageError:
        return LinkEngageError(
            f"ledger_path: the record of sends, {self.path}, cannot be used: {error}. Without it no message with an "
            "idempotency_key is sent. Free the disk, mend the permissions, move a damaged file away, or set "
            "ledger_path to another place.",
            ledger=self.path,
        )

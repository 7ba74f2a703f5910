# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The store: what processes remember or share.

It has sends by key, locks, cursors, and the pace of an account's requests. The store contains keys, message ids, times
and hashes. It contains no texts of messages and no phone numbers. All kinds of stores have the same tables. A kind of
store only defines how it runs a statement and how it locks a name.
"""

from __future__ import annotations

import hashlib
import uuid
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import astuple, dataclass, fields, replace
from typing import Any

from .._errors import LinkEngageError
from .locks import LOCK_OF_SEND, Waiting

# A send is an intent until its outcome is known. If no process works on an intent, the outcome of the send is in doubt.
INTENT, SENT, CANCELLED = "intent", "sent", "cancelled"
LATEST = 32503680000  # 3000-01-01, in seconds since 1970
VERSION = 1  # version of the tables
REMOVED = 500  # entries that one send removes at most, so that the send stays fast
KEPT = 30 * 86400.0  # seconds for which a send without a known outcome is kept after its time window
LONGEST_NAME = 500  # characters: a database cannot index a longer text, so the hash of a longer key is stored
FUTURE = 60.0  # seconds: a later time in the store was written while the clock of a machine was wrong
SOON = 0.01  # seconds to wait if another process has just taken the place of a request, or has just left it
TABLES = (
    """CREATE TABLE IF NOT EXISTS sends (
        account TEXT NOT NULL, key TEXT NOT NULL, content TEXT NOT NULL, state TEXT NOT NULL, message_id TEXT,
        at DOUBLE PRECISION NOT NULL, tried DOUBLE PRECISION NOT NULL, until DOUBLE PRECISION NOT NULL,
        due DOUBLE PRECISION, asked TEXT NOT NULL, look TEXT NOT NULL, sent_as TEXT NOT NULL, attempt TEXT NOT NULL,
        PRIMARY KEY (account, key)
    )""",
    "CREATE INDEX IF NOT EXISTS sends_of_messages ON sends (account, message_id)",
    # Only a few sends are in doubt, even if there are a million sends with the same text.
    f"CREATE INDEX IF NOT EXISTS sends_in_doubt ON sends (account, state) WHERE state = '{INTENT}'",
    "CREATE INDEX IF NOT EXISTS sends_until ON sends (account, until)",
    "CREATE TABLE IF NOT EXISTS accounts (account TEXT NOT NULL PRIMARY KEY, since DOUBLE PRECISION NOT NULL)",
    """CREATE TABLE IF NOT EXISTS cursors (
        account TEXT NOT NULL, name TEXT NOT NULL, present TEXT, next TEXT, PRIMARY KEY (account, name)
    )""",
    """CREATE TABLE IF NOT EXISTS pace (
        account TEXT NOT NULL, id TEXT NOT NULL PRIMARY KEY, at DOUBLE PRECISION NOT NULL,
        accepted INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE INDEX IF NOT EXISTS pace_of_accounts ON pace (account, at)",
    """CREATE TABLE IF NOT EXISTS budgets (
        account TEXT NOT NULL PRIMARY KEY, at DOUBLE PRECISION NOT NULL, requests INTEGER NOT NULL,
        closed_until DOUBLE PRECISION NOT NULL, kept_until DOUBLE PRECISION NOT NULL, trusted INTEGER NOT NULL
    )""",
)


class StoreFailed(LinkEngageError):
    """The store cannot be used. ``facts`` has ``store``, the name of the store without a password."""

    kind = "store"


class NewerTables(ValueError):
    """A newer release has created the tables of the store. *version* is their version."""

    remedy = (
        "A newer release of the collection has used this store. Install that release here too. Do not delete the store."
    )

    def __init__(self, version: int, known: int) -> None:
        super().__init__(
            f"the tables of the store have version {version}, but this release of the collection supports version "
            f"{known}"
        )


@dataclass(frozen=True)
class Entry:
    """The send of an idempotency key. Times are those of the service's clock, in seconds since 1970.

    - ``at`` is the start of the first POST, and ``tried`` is the start of the last POST.
    - ``due`` is the time of a scheduled message, and ``asked`` is ``send_at`` as the user wrote it.
    - ``content`` is a hash of the options.
    - ``look`` is a hash of the text and the phones.
    - ``sent_as`` is a hash of the text and the receivers in the POST.
    - ``attempt`` identifies the task that sent the message.
    - The entry can be removed after ``until``.
    """

    content: str
    state: str
    message_id: str | None
    at: float
    tried: float = 0.0
    until: float = 0.0
    due: float | None = None
    asked: str = ""
    look: str = ""
    sent_as: str = ""
    attempt: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError for values that the collection never writes."""
        texts = (self.content, self.asked, self.look, self.sent_as, self.attempt, self.message_id or "")
        times = (self.at, self.tried, self.until, self.due or 0.0)
        known = self.state in (INTENT, SENT, CANCELLED) and all(isinstance(text, str) for text in texts)
        if not known or not all(isinstance(time, (int, float)) and 0 <= time < LATEST for time in times):
            raise ValueError("a record of a message is damaged")


@dataclass(frozen=True)
class Budget:
    """What the last refused request showed about the throttle. Times are those of machines, in seconds since 1970.

    - ``requests`` is the number of requests that the service accepted in the time window before the refusal. If the
      service accepts more requests in a later window, it is the number of these requests.
    - ``at`` is the time of the refusal.
    - ``closed_until`` is the time until which no requests are sent.
    - ``kept_until`` is the time until which no process tries a larger number of requests.
    - ``trusted`` is the number of time windows for which the next confirmation is kept.
    """

    at: float
    requests: int
    closed_until: float
    kept_until: float
    trusted: int

    def moved(self, seconds: float) -> Budget:
        """Return the budget for a clock that is this number of seconds ahead."""
        times = {name: getattr(self, name) for name in ("at", "closed_until", "kept_until")}
        return replace(self, **{name: max(time + seconds, 0.0) for name, time in times.items() if time})


COLUMNS = [field.name for field in fields(Entry)]
SELECT = f"SELECT {', '.join(COLUMNS)} FROM sends WHERE account = ?"
OPEN = f"{SELECT} AND key <> ? AND state = '{INTENT}' AND (look = ? OR sent_as = ?)"
RECORD = (
    f"INSERT INTO sends (account, key, {', '.join(COLUMNS)}) VALUES (?, ?, {', '.join('?' * len(COLUMNS))}) "
    f"ON CONFLICT (account, key) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in COLUMNS)}"
)

BUDGET = [field.name for field in fields(Budget)]
LEARN = (
    f"INSERT INTO budgets (account, {', '.join(BUDGET)}) VALUES (?, {', '.join('?' * len(BUDGET))}) "
    f"ON CONFLICT (account) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in BUDGET)} "
    f"WHERE budgets.at <= excluded.at OR budgets.at > excluded.at + {FUTURE}"
)
GROW = "UPDATE budgets SET requests = ? WHERE account = ? AND ABS(at - ?) < 1 AND requests < ?"
AT_ONCE = 200  # rows in one statement; SQLite allows 999 values

REMOVE = (
    "DELETE FROM sends WHERE account = ? AND key IN (SELECT key FROM sends WHERE account = ? AND until < ? "
    f"AND (state <> '{INTENT}' OR until < ?) ORDER BY until LIMIT {REMOVED})"
)


class Store(ABC):
    """One account's part of a store. Every method raises StoreFailed if the store cannot be used.

    - ``name`` is the name that users see.
    - ``shared`` is True if all runners use this store, so that it has all sends.
    - ``is_default`` is True if no option has set the store.
    """

    shared = False
    is_default = False

    def __init__(self, name: str, account: str, waiting: Waiting) -> None:
        self.name = name
        self.account = account
        self._waiting = waiting

    # What each kind of store defines

    @abstractmethod
    def _run(
        self,
        sql: str,
        *values: Any,
        reads: bool = False,
        alone: bool = False,
        outcome: bool = False,
        brief: bool = False,
    ) -> Sequence[Any]:
        """Run a statement, and return its rows. The change is durable when the method returns.

        - *reads*: if the tables are missing, the result has no rows, and the tables are not created.
        - *alone*: no other process runs such a statement at the same time.
        - *outcome*: the statement records something that has already happened.
        - *brief*: if the store cannot be reached, the statement is not tried again.
        """

    @abstractmethod
    def hold(self, *names: str, what: str = LOCK_OF_SEND) -> AbstractContextManager[None]:
        """Return a context that locks the names.

        A name is locked by one process at a time, and the lock ends with the process.

        All processes lock their names in the same order, so that two processes never wait for each other. Raises
        Locked.
        """

    def require_writable(self, now: float) -> None:
        """Start the history of this account, and remove old entries.

        Raises StoreFailed if the store cannot be written.
        """
        with self.hold(f"probe {uuid.uuid4().hex}"):
            pass
        self._run(
            "INSERT INTO accounts (account, since) VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET since = "
            "accounts.since",
            self.account,
            now,
        )
        self._run(REMOVE, self.account, self.account, now, now - KEPT)

    # Sends

    def require_possible(self) -> None:
        """Raise StoreFailed if it is already clear that the store cannot be written.

        Nothing is written for this check.
        """
        self.since()

    def find(self, key: str) -> Entry | None:
        """Return the entry of an idempotency key, or None."""
        rows = self._run(f"{SELECT} AND key = ?", self.account, _short(key), reads=True)
        return self._entry(rows[0]) if rows else None

    def open_intents(self, key: str, look: str, sent_as: str) -> list[Entry]:
        """Return sends of other keys that have no known outcome and whose message looks like this message."""
        return [self._entry(row) for row in self._run(OPEN, self.account, _short(key), look, sent_as, reads=True)]

    def owned(self, key: str, ids: Collection[str]) -> set[str]:
        """Return those of the message ids that belong to other keys."""
        if not ids:
            return set()
        sql = "SELECT message_id FROM sends WHERE account = ? AND key <> ? AND message_id IN "
        rows = self._run(f"{sql}({', '.join('?' * len(ids))})", self.account, _short(key), *ids, reads=True)
        return {str(row[0]) for row in rows}

    def since(self) -> float | None:
        """Return the time of the first record of this account, or None if the account has no records."""
        rows = self._run("SELECT since FROM accounts WHERE account = ?", self.account, reads=True)
        return float(rows[0][0]) if rows else None

    def record(self, key: str, entry: Entry) -> None:
        """Record the entry of an idempotency key. It is durable when the method returns."""
        self._run(RECORD, self.account, _short(key), *astuple(entry), outcome=entry.state != INTENT)

    def forget(self, key: str) -> None:
        """Delete the entry of a key, because its message was certainly not sent."""
        self._run("DELETE FROM sends WHERE account = ? AND key = ?", self.account, _short(key))

    def cancelled(self, message_id: str) -> None:
        """Record that a message was cancelled, for any key."""
        sql = f"UPDATE sends SET state = '{CANCELLED}' WHERE account = ? AND message_id = ?"
        self._run(sql, self.account, message_id, reads=True, outcome=True)

    # Cursors

    def cursor(self, name: str) -> tuple[str | None, str | None]:
        """Return the present and the next text of a cursor."""
        sql = "SELECT present, next FROM cursors WHERE account = ? AND name = ?"
        rows = self._run(sql, self.account, _short(name), reads=True)
        return (rows[0][0], rows[0][1]) if rows else (None, None)

    def prepare_cursor(self, name: str, text: str) -> None:
        """Store the next text of a cursor, and keep its present text."""
        self._run(
            "INSERT INTO cursors (account, name, next) VALUES (?, ?, ?) "
            "ON CONFLICT (account, name) DO UPDATE SET next = excluded.next",
            self.account,
            _short(name),
            text,
        )

    def commit_cursor(self, name: str) -> None:
        """Replace the present text of a cursor with its next text."""
        sql = "UPDATE cursors SET present = next, next = NULL WHERE account = ? AND name = ? AND next IS NOT NULL"
        self._run(sql, self.account, _short(name))

    # The pace of requests. A count may be lost if the machine crashes, so no count waits for the disk. The methods take
    # times of this machine's clock. The store keeps times of its own clock, because the clocks of machines can differ
    # by hours.

    def ahead(self) -> float:
        """Return how many seconds the clock of the store is ahead of the clock of this machine."""
        return 0.0

    def take_turn(self, id: str, budget: int, window: float, now: float) -> float:
        """Count a request and return 0, if the last *window* seconds have fewer than *budget* requests.

        Otherwise, return the number of seconds until another request is possible.
        """
        now += self.ahead()
        sql = "DELETE FROM pace WHERE account = ? AND (at <= ? OR at > ?)"
        self._run(sql, self.account, now - window, now + window, alone=True)
        self._run(
            "INSERT INTO pace (account, id, at) SELECT ?, ?, ? WHERE (SELECT count(*) FROM pace WHERE account = ?) < ?",
            self.account,
            id,
            now,
            self.account,
            budget,
            alone=True,
        )
        if self._run("SELECT 1 FROM pace WHERE id = ?", id):
            return 0.0
        rows = self._run("SELECT at FROM pace WHERE account = ? ORDER BY at DESC", self.account)
        return max(float(rows[budget - 1][0]) + window - now, SOON) if len(rows) >= budget else SOON

    def end_turn(self, id: str, now: float, counts: bool) -> None:
        """Record that a request has ended.

        With *counts*, it counts from now. Otherwise the service refused it, so it does not count.
        """
        now += self.ahead()
        if counts:
            sql = "INSERT INTO pace (account, id, at, accepted) VALUES (?, ?, ?, 1) ON CONFLICT (id) DO UPDATE SET "
            self._run(f"{sql}at = excluded.at, accepted = 1", self.account, id, now, alone=True)
        else:
            self._run("DELETE FROM pace WHERE account = ? AND id = ?", self.account, id, alone=True)

    def count_accepted(self, times: Sequence[float]) -> None:
        """Count requests that the service accepted at these times, before the store counted each request."""
        ahead = self.ahead() if times else 0.0
        for start in range(0, len(times), AT_ONCE):
            part = [time + ahead for time in times[start : start + AT_ONCE]]
            values = [value for time in part for value in (self.account, uuid.uuid4().hex, time)]
            rows = ", ".join(["(?, ?, ?, 1)"] * len(part))
            self._run(f"INSERT INTO pace (account, id, at, accepted) VALUES {rows}", *values, alone=True)

    def accepted_since(self, time: float) -> int:
        """Return how many requests of all processes the service has accepted after *time*."""
        sql = "SELECT count(*) FROM pace WHERE account = ? AND at > ? AND accepted = 1"
        rows = self._run(sql, self.account, time + self.ahead(), reads=True)
        return int(rows[0][0]) if rows else 0

    def budget(self) -> Budget | None:
        """Return what the processes of this account have learned about the throttle.

        An unreachable database is not waited for.
        """
        sql = f"SELECT {', '.join(BUDGET)} FROM budgets WHERE account = ?"
        rows = self._run(sql, self.account, reads=True, brief=True)
        return Budget(*rows[0]).moved(-self.ahead()) if rows else None

    def learn(self, budget: Budget) -> None:
        """Record what a refused request has shown about the throttle, unless a later refusal is already recorded."""
        self._run(LEARN, self.account, *astuple(budget.moved(self.ahead())), alone=True)

    def grow(self, at: float, requests: int) -> None:
        """Record that the service accepts more requests than the refusal at the time *at* has shown.

        Nothing changes if another refusal is recorded. Two times with less than a second between them are the same
        refusal. The times of the refusal never change.
        """
        self._run(GROW, requests, self.account, at + self.ahead(), requests, alone=True)

    # Helpers

    def _entry(self, row: Sequence[Any]) -> Entry:
        try:
            return Entry(*row)
        except (TypeError, ValueError) as error:
            raise self._unusable(error) from error

    @abstractmethod
    def _unusable(self, error: object) -> StoreFailed:
        """Return the error for a store that cannot be used because of *error*."""


def _short(name: str) -> str:
    """Return a key or the name of a cursor in the form in which it is stored."""
    return name if len(name) <= LONGEST_NAME else f"sha256 {hashlib.sha256(name.encode()).hexdigest()}"

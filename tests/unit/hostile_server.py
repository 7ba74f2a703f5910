# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server on the loopback interface that sends exactly the bytes of a test, valid or not, with or without TLS.

::

  def script(request):
      yield head(200, "Content-Length: 2")
      yield 0.5           # seconds to wait
      yield b"[]"
      yield KEEP          # read the next request on this connection; otherwise the connection is closed

  with HostileServer(script) as server:
      ...                 # server.url, server.requests, server.writes

``FRAMINGS`` are the three ways in which an answer can say where it ends. ``served`` makes an answer in one of these
ways. ``cuts`` yields every beginning of an answer.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Union

import trustme

KEEP = "keep"  # the connection stays open for the next request
RESET = "reset"  # the connection is closed with a TCP reset
GOODBYE = "goodbye"  # TLS is closed in the regular way; otherwise only the connection ends

Piece = Union[bytes, float, str]
NO_LINGER = struct.pack("ii", 1, 0)
IDLE = 30.0  # seconds after which a connection without a request is closed


@dataclass(frozen=True)
class Request:
    """One request as it arrived. The names of the headers are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path after the version of the API, such as /contacts/7."""
        return "/" + self.target.split("/", 2)[2] if self.target.count("/") > 1 else self.target


Script = Callable[[Request], Iterable[Piece]]
Handler = Callable[[socket.socket], None]


def head(status: int = 200, *lines: str, reason: str = "OK", version: str = "1.1") -> bytes:
    """Return a status line, the given header lines, and the empty line that ends the headers."""
    return "\r\n".join([f"HTTP/{version} {status} {reason}", *lines, "", ""]).encode("latin-1")


def by_length(body: bytes, status: int = 200, *lines: str) -> bytes:
    """Return an answer whose header has the length of its body."""
    return head(status, *lines, f"Content-Length: {len(body)}") + body


def by_chunks(body: bytes, status: int = 200, *lines: str, size: int = 40) -> bytes:
    """Return an answer in chunks of *size* bytes."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return head(status, *lines, "Transfer-Encoding: chunked") + chunks + b"0\r\n\r\n"


def by_close(body: bytes, status: int = 200, *lines: str) -> bytes:
    """Return an answer that ends when the connection ends."""
    return head(status, *lines, "Connection: close") + body


FRAMINGS: dict[str, Callable[..., bytes]] = {"length": by_length, "chunks": by_chunks, "close": by_close}


def served(framing: str, body: str, status: int = 200, *lines: str, content_type: str = "application/json") -> bytes:
    """Return a complete answer of the service in one of the framings."""
    return FRAMINGS[framing](body.encode(), status, f"Content-Type: {content_type}", *lines)


def cuts(answer: bytes) -> Iterator[bytes]:
    """Yield every beginning of an answer, except the whole answer."""
    return (answer[:length] for length in range(len(answer)))


@dataclass
class Certificates:
    """A certificate authority for a test, and a certificate that it has signed for the server."""

    authority: trustme.CA = field(default_factory=trustme.CA)

    def server(self, *names: str) -> ssl.SSLContext:
        """Return the TLS context of a server with the given names, by default with the names of this machine."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(*(names or ("127.0.0.1", "localhost"))).configure_cert(context)
        return context

    def write(self, path: object) -> str:
        """Write the certificate of the authority to a file for ``ca_path``. Returns the path of the file."""
        self.authority.cert_pem.write_to_path(str(path))
        return str(path)


class HostileServer:
    """A context manager: the server answers inside the block.

    *script* yields the pieces of the answer to a request. It may be replaced at any time. With *raw*, no request is
    read: *script* gets each new connection before any TLS.
    """

    def __init__(self, script: Script | None = None, tls: ssl.SSLContext | None = None, raw: Handler | None = None):
        self.script: Script = script or (lambda request: [])
        self.requests: list[Request] = []
        self.connections = 0
        self._tls = tls
        self._raw = raw
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        """The value for ``api_url``."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/2"

    @property
    def writes(self) -> list[str]:
        """The requests that change something, as in ``POST /contacts``."""
        return [f"{request.method} {request.path}" for request in self.requests if request.method != "GET"]

    def answer(self, *pieces: Piece) -> None:
        """Answer every request from now on with these pieces, and clear the list of requests."""
        self.requests.clear()
        self.script = lambda request: pieces

    def __enter__(self) -> HostileServer:
        self._start(self._accept)
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        # This connection wakes the thread that accepts connections.
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._threads[0].join()
        self._listener.close()
        for connection in tuple(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        # The thread that accepts connections stays the first in the list.
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            connection, _address = self._listener.accept()
            if self._over.is_set():
                connection.close()
                return
            self.connections += 1
            connection.settimeout(IDLE)
            self._open.add(connection)
            self._start(self._serve, connection)

    def _serve(self, plain: socket.socket) -> None:
        connection = plain
        try:
            if self._raw:
                self._raw(connection)
                return
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._open.add(connection)
            with connection.makefile("rb") as reader:
                while self._exchange(connection, reader):
                    pass
        # The client has closed the connection, or has sent something that is not a request.
        except (OSError, ValueError):
            return
        finally:
            self._open -= {plain, connection}
            connection.close()
            plain.close()

    def _exchange(self, connection: socket.socket, reader: BinaryIO) -> bool:
        """Read a request and answer it. Returns whether the connection stays open."""
        first = reader.readline()
        if not first:
            return False
        request = _request(first, reader)
        self.requests.append(request)
        for piece in self.script(request):
            if isinstance(piece, bytes):
                connection.sendall(piece)
            elif piece == KEEP:
                return True
            elif piece == RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            elif piece == GOODBYE:
                connection.unwrap()  # type: ignore[attr-defined]
            elif self._over.wait(float(piece)):
                return False
        return False


def _request(first: bytes, reader: BinaryIO) -> Request:
    method, target, _version = first.decode("latin-1").split()
    headers: dict[str, str] = {}
    for line in iter(reader.readline, b"\r\n"):
        name, _colon, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    return Request(method, target, headers, reader.read(int(headers.get("content-length", 0))))

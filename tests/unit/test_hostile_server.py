# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hostile server sends exactly what a test gives it. Other tests rely on this."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
from collections.abc import Callable, Iterator

import pytest
from hostile_server import (
    FRAMINGS,
    GOODBYE,
    KEEP,
    RESET,
    Certificates,
    HostileServer,
    Piece,
    Request,
    cuts,
    head,
    served,
)

ASKED = b"PUT /2/contacts/7 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"


@pytest.fixture(params=["plain", "tls"])
def talk(request) -> Iterator[Callable[..., bytes]]:
    """``talk(*pieces)``: return the received bytes when the server answers one request with these pieces."""
    certificates = Certificates()
    secure = request.param == "tls"
    context = ssl.create_default_context()
    certificates.authority.configure_trust(context)
    with HostileServer(tls=certificates.server() if secure else None) as server:

        def exchange(*pieces: Piece, answers: Iterator[list[Piece]] | None = None, requests: int = 1) -> bytes:
            server.answer(*pieces)
            if answers:
                server.script = lambda request: next(answers)
            with socket.create_connection(("127.0.0.1", server.port), timeout=20) as plain:
                connection = context.wrap_socket(plain, server_hostname="127.0.0.1") if secure else plain
                for _request in range(requests):
                    connection.sendall(ASKED)
                with connection.makefile("rb") as reader:
                    return reader.read()

        exchange.server = server  # type: ignore[attr-defined]
        yield exchange


def test_it_sends_the_pieces_and_closes(talk) -> None:
    assert talk(b"HTTP/1.1 2", 0.01, b"00") == b"HTTP/1.1 200"
    assert talk() == b""


def test_it_notes_the_requests(talk) -> None:
    talk(b"x")
    expected = Request("PUT", "/2/contacts/7", {"host": "x", "content-length": "3"}, b"abc")
    assert talk.server.requests == [expected]
    assert talk.server.writes == ["PUT /contacts/7"]


def test_a_connection_can_stay_open(talk) -> None:
    assert talk(answers=iter([[b"a", KEEP], [b"b"]]), requests=2) == b"ab"


def test_a_connection_can_be_reset() -> None:
    with HostileServer() as server:
        server.answer(RESET)
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
            connection.sendall(ASKED)
            with pytest.raises(ConnectionResetError):
                connection.recv(1)


@pytest.mark.parametrize(("pieces", "ends_well"), [((b"x",), False), ((b"x", GOODBYE), True)])
def test_tls_is_closed_properly_only_on_request(pieces: tuple, ends_well: bool) -> None:
    certificates = Certificates()
    context = ssl.create_default_context()
    certificates.authority.configure_trust(context)
    with HostileServer(tls=certificates.server()) as server:
        server.answer(*pieces)
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as plain:
            connection = context.wrap_socket(plain, server_hostname="127.0.0.1", suppress_ragged_eofs=False)
            connection.sendall(ASKED)
            assert connection.recv(1) == b"x"
            if ends_well:
                assert connection.recv(1) == b""
            else:
                with pytest.raises(ssl.SSLEOFError):
                    connection.recv(1)


def test_it_ends_while_a_client_waits() -> None:
    with HostileServer() as server:
        server.answer(60.0)
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        connection.sendall(ASKED)
    # A server that closes a connection with unread bytes resets the connection.
    with connection, contextlib.suppress(ConnectionResetError):
        assert connection.recv(1) == b""


@pytest.mark.parametrize("framing", FRAMINGS)
def test_the_framings_are_http(framing: str) -> None:
    with HostileServer() as server:
        server.answer(served(framing, "x" * 100, 201, "Location: /2/contacts/7"))
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        connection.request("GET", "/2/contacts")
        response = connection.getresponse()
        assert (response.status, response.read()) == (201, b"x" * 100)
        connection.close()


def test_every_beginning_of_an_answer_is_a_cut() -> None:
    assert list(cuts(b"abc")) == [b"", b"a", b"ab"]
    assert head(204, "A: b", reason="No Content") == b"HTTP/1.1 204 No Content\r\nA: b\r\n\r\n"

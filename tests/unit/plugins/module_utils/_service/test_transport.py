# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests over real sockets to a hostile server: plain, over TLS and through a proxy."""

from __future__ import annotations

import contextlib
import gc
import gzip
import http.client
import importlib.util
import io
import socket
import ssl
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
import trustme
from hostile_server import (
    FRAMINGS,
    GOODBYE,
    KEEP,
    RESET,
    Certificates,
    HostileServer,
    Piece,
    by_chunks,
    by_close,
    by_length,
    cuts,
    head,
    served,
)

from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput, MissingLibrary
from ansible_collections.community.linkengage.plugins.module_utils._service import transport as _transport
from ansible_collections.community.linkengage.plugins.module_utils._service.transport import (
    Limits,
    Lost,
    Received,
    Transport,
)

LOGIN, PASSWORD = "kari@acme.example", "s3cret pøkelse"
PATIENT = Limits(timeout=20, answer_timeout=60, size=1024 * 1024)
PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
# A host name that only a proxy gets. It is never resolved here.
ELSEWHERE = "elsewhere.invalid"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXY_VARIABLES, *map(str.upper, PROXY_VARIABLES), "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def certificates() -> Certificates:
    return Certificates()


@pytest.fixture(scope="module")
def ca_path(certificates: Certificates, tmp_path_factory: pytest.TempPathFactory) -> str:
    return certificates.write(tmp_path_factory.mktemp("ca") / "ca.pem")


@pytest.fixture(params=["plain", "tls"])
def server(request: pytest.FixtureRequest, certificates: Certificates) -> Iterator[HostileServer]:
    with HostileServer(tls=certificates.server() if request.param == "tls" else None) as running:
        yield running


@pytest.fixture
def transport_to(ca_path: str) -> Callable[..., Transport]:
    def make(url: str, verify: bool | str | None = None, limits: Limits = PATIENT) -> Transport:
        return Transport(url, LOGIN, PASSWORD, ca_path if verify is None else verify, limits)

    return make


def ask(transport: Transport, method: str = "GET", body: bytes | None = None) -> Received:
    return transport.exchange(method, "/contacts", {"Accept": "application/json"}, body)


def lost(transport: Transport, method: str = "GET") -> Lost:
    with pytest.raises(Lost) as caught:
        ask(transport, method)
    return caught.value


# The form of a request


def test_a_request_is_sent_unchanged(server, transport_to) -> None:
    server.answer(by_length(b"[]"))
    transport = transport_to(server.url)
    transport.exchange("PUT", "/contacts/7?x=%C3%B8", {"Accept": "application/json", "X-A": "b"}, b"{}")
    (request,) = server.requests
    assert (request.method, request.target, request.body) == ("PUT", "/2/contacts/7?x=%C3%B8", b"{}")
    assert (request.headers["accept"], request.headers["x-a"]) == ("application/json", "b")
    assert request.headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize("body", [b'{"a": 1}', None])
def test_a_request_is_sent_as_one_part(server, transport_to, monkeypatch, body: bytes | None) -> None:
    parts: list[bytes] = []
    send = http.client.HTTPConnection.send
    monkeypatch.setattr(
        http.client.HTTPConnection, "send", lambda self, data: (parts.append(data), send(self, data))[1]
    )
    server.answer(by_length(b"[]"))
    ask(transport_to(server.url), "POST", body)
    (whole,) = parts
    assert whole.startswith(b"POST /2/contacts HTTP/1.1\r\n")
    assert whole.partition(b"\r\n\r\n")[2] == (body or b"")


def test_the_login_is_sent_as_utf_8_whatever_netrc_says(server, transport_to, monkeypatch, tmp_path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    server.answer(by_length(b"[]"))
    ask(transport_to(server.url))
    token = "a2FyaUBhY21lLmV4YW1wbGU6czNjcmV0IHDDuGtlbHNl"
    assert server.requests[0].headers["authorization"] == f"Basic {token}"


@pytest.mark.parametrize("location", ["/2/elsewhere", "http://["])
@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("body", ["", "<html>Moved</html>"])
def test_a_redirect_is_an_answer_like_others(server, transport_to, body: str, framing: str, location: str) -> None:
    answer = served(framing, body, 302, f"Location: {location}", "Set-Cookie: a=b")
    server.answer(answer, *([] if framing == "close" else [KEEP]))
    transport = transport_to(server.url)
    found = [ask(transport, "POST") for _request in range(2)]
    assert [(each.status, each.headers["location"], each.body.head) for each in found] == [
        (302, location, body.encode())
    ] * 2
    assert [(request.target, "cookie" in request.headers) for request in server.requests] == [
        ("/2/contacts", False)
    ] * 2


@pytest.mark.parametrize(
    "answer",
    [
        by_length(b"[]"),
        by_length(b""),
        by_chunks(b"[]" * 100),
        head(204),
        by_length(gzip.compress(b"[]", mtime=0), 200, "Content-Encoding: gzip"),
    ],
    ids=["length", "empty", "chunks", "204", "gzip"],
)
def test_a_connection_is_used_again(server, transport_to, answer: bytes) -> None:
    server.answer(answer, KEEP)
    transport = transport_to(server.url)
    for _request in range(3):
        ask(transport)
    assert server.connections == 1


@pytest.mark.parametrize("size", [200, io.DEFAULT_BUFFER_SIZE, 2 * io.DEFAULT_BUFFER_SIZE])
def test_an_answer_that_comes_before_its_request_is_not_used(server, transport_to, size: int) -> None:
    # Over TLS, the rest of a record is already decrypted, and the socket does not show it.
    first = by_length(b" " * (2 * size - len(by_length(b" " * size))))
    answers = iter([first + by_length(b"early"), by_length(b"right")])
    server.script = lambda _request: [next(answers), KEEP]
    transport = transport_to(server.url)
    assert ask(transport).body.blank
    assert ask(transport).body.head == b"right"


def test_no_connection_stays_open_after_its_transport(server, transport_to) -> None:
    server.answer(by_length(b"[]"), KEEP)
    transport = transport_to(server.url)
    ask(transport)
    ended = weakref.ref(transport._adapter)
    del transport
    gc.collect()
    assert ended() is None


# Complete and incomplete answers


BODY = '{"ContactId": 7, "Firstname": "Kari"}'


@pytest.mark.parametrize("framing", FRAMINGS)
def test_a_complete_answer_says_whether_it_has_an_end(server, transport_to, framing: str) -> None:
    server.answer(served(framing, BODY, 201, "Location: /2/contacts/7"))
    found = ask(transport_to(server.url))
    assert (found.status, found.body.head, found.headers["location"]) == (201, BODY.encode(), "/2/contacts/7")
    assert found.delimited is (framing != "close")


@pytest.mark.parametrize("ending", [None, GOODBYE, RESET])
@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_a_cut_answer_is_never_an_answer(server, transport_to, framing: str, ending: str | None) -> None:
    """This applies to every way in which TLS can be closed."""
    transport = transport_to(server.url)
    for cut in cuts(served(framing, BODY)):
        server.answer(cut, *([ending] if ending and server.url.startswith("https") else []))
        error = lost(transport)
        assert (error.sent, error.passing) == (True, True), cut


@pytest.mark.parametrize("ending", [None, GOODBYE])
def test_an_answer_that_ends_with_the_connection_is_not_delimited(server, transport_to, ending) -> None:
    transport = transport_to(server.url)
    answer = served("close", BODY)
    begins = answer.index(b"\r\n\r\n") + 4
    for cut in cuts(answer):
        server.answer(cut, *([ending] if ending and server.url.startswith("https") else []))
        if len(cut) < begins:
            assert lost(transport).sent
        else:
            found = ask(transport)
            assert (found.body.head, found.delimited) == (cut[begins:], False)


@pytest.mark.parametrize(
    ("answer", "body", "delimited"),
    [
        (head(102) + head(103, "Link: </a>") + head(100) + by_length(b"[]"), b"[]", True),
        (head(204), b"", True),
        (head(204, "Transfer-Encoding: chunked"), b"", True),
        (head(304, "Content-Length: 9"), b"", True),
        (head(200, "Content-Length: 2", "Content-Length: 2") + b"[]", b"[]", True),
        (head(200, "Content-Length: 2, 2") + b"[]", b"[]", True),
        (head(200, "Transfer-Encoding: Chunked") + b"2;a=b\r\n[]\r\n0\r\nX: y\r\n\r\n", b"[]", True),
        (head(200, version="1.0") + b"[]", b"[]", False),
        (b"HTTP/1.1 200\r\n\r\n[]", b"[]", False),
    ],
)
def test_valid_http_is_read(server, transport_to, answer: bytes, body: bytes, delimited: bool) -> None:
    server.answer(answer)
    found = ask(transport_to(server.url))
    assert (found.body.head, found.delimited) == (body, delimited)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"", "cut off"),
        (b"SSH-2.0-OpenSSH_9\r\n", "SSH-2.0"),
        (b"HTTP/1.1 twohundred OK\r\n\r\n", "broke"),
        (head(101), "switched to another protocol"),
        (b"HTTP/1.1 200 OK\r\nwithout a colon\r\nContent-Length: 2\r\n\r\n[]", "header of the answer cannot be read"),
        (b"HTTP/1.1 200 OK\r\n folded: 1\r\nContent-Length: 2\r\n\r\n[]", "header of the answer cannot be read"),
        (head(200, *(f"A{number}: b" for number in range(200))) + b"[]", "broke"),
        (head(200, "A: " + "b" * 100000) + b"[]", "too long"),
        (head(100) * 100000, "larger than 1024 KiB"),
        *(
            (head(200, *lines) + b"[]", "length in the header of the answer cannot be read")
            for lines in (
                ["Content-Length: 2, 3"],
                ["Content-Length: 2", "Content-Length: 3"],
                ["Content-Length: 0", "Content-Length: 2"],
                ["Content-Length: -1"],
                ["Content-Length: +2"],
                ["Content-Length: 0x2"],
                ["Content-Length: " + "9" * 30],
                ["Content-Length:"],
            )
        ),
        *(
            (
                head(200, f"Transfer-Encoding: {coding}") + b"2\r\n[]\r\n0\r\n\r\n",
                "transfer encoding of the answer is not known",
            )
            for coding in ("gzip, chunked", "identity", "chunked, chunked", "xchunked")
        ),
        *(
            (
                head(200, "Transfer-Encoding: chunked") + chunk + b"\r\n[]\r\n0\r\n\r\n",
                "size of an HTTP chunk",
            )
            for chunk in (b"-2", b"0x2", b" 2", b"2_0", b"", b"two", b"f" * 20)
        ),
        (
            head(200, "Transfer-Encoding: chunked") + b"1\r\n[]\r\n0\r\n\r\n",
            "size of an HTTP chunk",
        ),
        (head(200, "Transfer-Encoding: chunked") + b"2\r\n[]\r\n0\r\n" + b"A: b\r\n" * 200000, "larger than"),
        (by_length(b"[]", 200, "Content-Encoding: br"), "damaged"),
        (by_length(b"[]", 200, "Content-Encoding: gzip"), "damaged"),
        (by_length(gzip.compress(b"[]", mtime=0)[:-1], 200, "Content-Encoding: gzip"), "damaged"),
        (by_close(gzip.compress(b"[]", mtime=0)[:-1], 200, "Content-Encoding: gzip"), "damaged"),
    ],
    ids=lambda value: repr(value[:60]),
)
def test_invalid_http_is_a_lost_answer(server, transport_to, answer: bytes, said: str) -> None:
    server.answer(answer)
    error = lost(transport_to(server.url))
    assert said in str(error)
    assert error.sent


# Limits of time and size


def drip(*pieces: Piece) -> Callable[..., Iterator[Piece]]:
    """Return a script that sends the pieces. Then it repeats the last piece every tenth of a second."""

    def script(_request: object) -> Iterator[Piece]:
        yield from pieces
        while True:
            yield 0.1
            yield pieces[-1]

    return script


@pytest.mark.parametrize(
    "script",
    [
        drip(b"H"),
        drip(head(100)),
        drip(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"),
        drip(b"HTTP/1.1 200 OK\r\n", b"A"),
        drip(head(200, "Content-Length: 100000"), b"["),
        drip(head(200, "Connection: close"), b"["),
        drip(head(200, "Transfer-Encoding: chunked"), b"1\r\n[\r\n"),
        drip(head(200, "Transfer-Encoding: chunked") + b"1\r\n[\r\n", b"0"),
    ],
    ids=["status", "100", "headers", "a header", "length", "close", "chunks", "a chunk's size"],
)
def test_an_endless_answer_is_stopped(server, transport_to, script: Any) -> None:
    server.script = script
    begin = time.monotonic()
    error = lost(transport_to(server.url, limits=Limits(timeout=20, answer_timeout=0.8)))
    assert time.monotonic() - begin < 15
    assert str(error) == "the answer was not complete after 0.8 s (option answer_timeout)"
    assert (error.sent, error.passing) == (True, False)


def test_a_silent_server_is_waited_for_until_timeout(server, transport_to) -> None:
    server.answer(60.0)
    error = lost(transport_to(server.url, limits=Limits(timeout=0.3, answer_timeout=60)))
    assert str(error) == "the request timed out, because no answer came for 0.3 s (option `timeout`)"
    assert (error.sent, error.passing) == (True, True)


def endless(first: bytes, then: bytes) -> Callable[..., Iterator[Piece]]:
    def script(_request: object) -> Iterator[Piece]:
        yield first
        while True:
            yield then

    return script


BOMB = gzip.compress(gzip.compress(bytes(8_000_000), mtime=0), mtime=0)
TOO_LARGE = {
    "length": endless(head(200, "Content-Length: 999999999999"), bytes(65536)),
    "close": endless(head(200, "Connection: close"), bytes(65536)),
    "chunks": endless(head(200, "Transfer-Encoding: chunked"), b"10000\r\n" + bytes(65536) + b"\r\n"),
    "gzip in gzip": lambda _request: [by_length(BOMB, 200, "Content-Encoding: gzip, gzip")],
    "gzip in two headers": lambda _request: [by_length(BOMB, 200, "Content-Encoding: gzip", "Content-Encoding: gzip")],
    "a redirect": endless(head(302, "Location: /2/elsewhere", "Connection: close"), bytes(65536)),
    "an error": lambda _request: [by_length(BOMB, 500, "Content-Encoding: gzip, gzip")],
}


@pytest.mark.parametrize("case", TOO_LARGE)
def test_a_too_large_answer_is_stopped(server, transport_to, case: str) -> None:
    server.script = TOO_LARGE[case]
    error = lost(transport_to(server.url))
    assert str(error) == "the answer is larger than 1 MiB (option max_answer_size)"
    assert (error.sent, error.passing, error.too_large) == (True, False, True)


# Failures before the request is sent


def said_by(handler: Callable[[socket.socket], None], transport_to: Callable[..., Transport], **more: Any) -> Lost:
    with HostileServer(raw=handler) as server:
        begin = time.monotonic()
        error = lost(transport_to(f"https://127.0.0.1:{server.port}/2", **more), "POST")
        assert time.monotonic() - begin < 15
        assert server.connections == 1
    return error


def closes(connection: socket.socket) -> None:
    connection.recv(5)


def closes_well(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.shutdown(socket.SHUT_WR)
    connection.recv(65536)


def alerts(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(bytes.fromhex("15030300020228"))  # the TLS alert "handshake failure", which is fatal


def answers_http(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(by_length(b"Bad request", 400))


def begins_a_handshake(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(bytes.fromhex("160303"))


@pytest.mark.parametrize("handler", [closes, closes_well, alerts, answers_http, begins_a_handshake])
def test_without_tls_nothing_is_sent(transport_to, handler) -> None:
    error = said_by(handler, transport_to)
    assert str(error).startswith("there is no TLS connection to 127.0.0.1:")
    assert (error.sent, error.passing) == (False, False)


def test_after_a_slow_handshake_nothing_is_sent(transport_to) -> None:
    def trickles(connection: socket.socket) -> None:
        connection.recv(65536)
        for _byte in range(200):
            connection.sendall(bytes.fromhex("1603030001"))
            time.sleep(0.05)

    error = said_by(lambda connection: time.sleep(2), transport_to, limits=Limits(timeout=0.3, answer_timeout=60))
    assert "cannot be reached" in str(error)
    assert not error.sent
    assert not said_by(trickles, transport_to, limits=Limits(timeout=0.3, answer_timeout=0.5)).sent


def test_without_a_common_cipher_nothing_is_sent(transport_to, certificates) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificates.authority.issue_cert("127.0.0.1", key_type=trustme.KeyType.RSA).configure_cert(context)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-ECDSA-AES256-GCM-SHA384")  # this cipher needs a key of another type
    with HostileServer(tls=context) as server:
        error = lost(transport_to(server.url), "POST")
    assert str(error).startswith("there is no TLS connection to 127.0.0.1:")
    assert not error.sent


def test_a_server_that_requires_a_client_certificate_has_not_acted(transport_to, certificates) -> None:
    """In TLS 1.3, the client has already sent its request, and the server has not read it.

    If the server closes the connection while the client is writing, the alert can be lost. Then the outcome is unknown.
    """
    context = certificates.server()
    context.verify_mode = ssl.CERT_REQUIRED
    certificates.authority.configure_trust(context)
    with HostileServer(tls=context) as server:
        error = lost(transport_to(server.url), "POST")
        assert server.requests == []
    alert = str(error).startswith("there is no TLS connection to 127.0.0.1:")
    assert alert or str(error).startswith("the connection broke (")
    assert error.sent is not alert


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:{closed}/2", "127.0.0.1:{closed} cannot be reached: "),
        ("https://127.0.0.1:{closed}/2", "127.0.0.1:{closed} cannot be reached: "),
        ("http://nowhere.invalid/2", "nowhere.invalid cannot be reached: "),
    ],
)
def test_an_unreachable_host_is_a_temporary_error(transport_to, method: str, url: str, said: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    error = lost(transport_to(url.format(closed=closed)), method)
    assert str(error).startswith(said.format(closed=closed))
    assert (error.sent, error.passing) == (False, True)


def test_an_impossible_host_name_is_a_final_error(transport_to) -> None:
    error = lost(transport_to(f"http://{'a' * 64}.example/2"), "POST")
    assert "cannot be reached" in str(error)
    assert (error.sent, error.passing) == (False, False)


@pytest.mark.parametrize("ending", [None, RESET])
def test_an_interrupted_request_has_an_unknown_outcome(server, transport_to, ending) -> None:
    server.answer(*([ending] if ending else []))
    error = lost(transport_to(server.url), "POST")
    assert (error.sent, error.passing) == (True, True)
    assert len(server.requests) == 1


# Trusted certificates


def test_with_a_wrong_certificate_nothing_is_sent(transport_to, certificates, ca_path) -> None:
    for names, verify in ((["127.0.0.1"], True), (["other.example"], ca_path)):
        with HostileServer(tls=certificates.server(*names)) as server:
            server.answer(by_length(b"[]"))
            error = lost(transport_to(server.url, verify=verify), "POST")
            assert server.requests == []
        assert str(error).startswith("there is no trusted TLS connection to 127.0.0.1:")
        assert "ca_path" in error.advice
        assert (error.sent, error.passing) == (False, False)


def test_a_name_is_checked_too(transport_to, certificates, ca_path) -> None:
    with HostileServer(tls=certificates.server("localhost")) as server:
        server.answer(by_length(b"[]"))
        assert ask(transport_to(server.url.replace("127.0.0.1", "localhost"))).status == 200
        assert str(lost(transport_to(server.url))).startswith("there is no trusted TLS connection to 127.0.0.1:")


@pytest.mark.filterwarnings("error::urllib3.exceptions.InsecureRequestWarning")
def test_without_verification_every_certificate_is_trusted_without_a_warning_by_urllib3(
    transport_to, certificates
) -> None:
    with HostileServer(tls=certificates.server("other.example")) as server:
        server.answer(by_length(b"[]"))
        assert ask(transport_to(server.url, verify=False)).status == 200


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_certificates_of_the_system_and_their_variables_are_used(
    transport_to, certificates, ca_path, monkeypatch, variable
) -> None:
    with HostileServer(tls=certificates.server()) as server:
        server.answer(by_length(b"[]"))
        monkeypatch.setenv(variable, ca_path)
        assert ask(transport_to(server.url, verify=True)).status == 200
        monkeypatch.setenv(variable, "")
        assert not lost(transport_to(server.url, verify=True)).sent


def test_the_certificates_of_requests_are_not_used(transport_to, certificates, monkeypatch, ca_path) -> None:
    monkeypatch.setattr(_transport.requests.adapters, "DEFAULT_CA_BUNDLE_PATH", ca_path)
    with HostileServer(tls=certificates.server()) as server:
        server.answer(by_length(b"[]"))
        assert not lost(transport_to(server.url, verify=True)).sent


def test_a_path_without_certificates_is_named_before_anything_is_sent(transport_to, tmp_path) -> None:
    with pytest.raises(InvalidInput, match=r"^ca_path: /nope\.pem does not exist\.$"):
        transport_to("https://127.0.0.1:1/2", verify="/nope.pem")


# Proxies


@pytest.fixture
def proxy() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST"])
def test_loopback_never_uses_a_proxy(proxy, server, transport_to, monkeypatch, host: str) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    server.answer(by_length(b"[]"))
    assert ask(transport_to(server.url.replace("127.0.0.1", host))).status == 200
    assert proxy.connections == 0


def test_other_hosts_use_the_proxy_of_the_environment(proxy, transport_to, monkeypatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://kari:p%2Fx@127.0.0.1:{proxy.port}")
    proxy.answer(by_length(b"[]"))
    assert ask(transport_to(f"http://{ELSEWHERE}/2")).status == 200
    (request,) = proxy.requests
    assert request.target == f"http://{ELSEWHERE}/2/contacts"
    assert request.headers["proxy-authorization"] == "Basic a2FyaTpwL3g="
    monkeypatch.setenv("no_proxy", ELSEWHERE)
    assert "cannot be reached" in str(lost(transport_to(f"http://{ELSEWHERE}/2")))
    assert len(proxy.requests) == 1


def test_the_first_requests_through_a_proxy_are_read_strictly_if_they_are_parallel(
    proxy, transport_to, monkeypatch
) -> None:
    original = requests.adapters.HTTPAdapter.proxy_manager_for

    def slow_at_first(adapter: Any, proxy_url: str, **more: Any) -> Any:
        known = proxy_url in adapter.proxy_manager
        manager = original(adapter, proxy_url, **more)
        time.sleep(0 if known else 0.2)
        return manager

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "proxy_manager_for", slow_at_first)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
    proxy.answer(by_length(b"[]"))
    transport = transport_to(f"http://{ELSEWHERE}/2")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _number: ask(transport), range(2)))
    assert [(answer.status, answer.delimited) for answer in answers] == [(200, True)] * 2


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (head(407, reason="Proxy Authentication Required"), "407 Proxy Authentication Required"),
        (head(403, reason="hemmelig \x1b[31mno"), "403 ******** no"),
        (head(502, reason="Bad gateway"), "502 Bad gateway"),
        (b"HTTP/1.1 200 Connection", "there is no TLS connection"),
        (b"", "there is no TLS connection"),
        (b"nonsense\r\n", "there is no TLS connection"),
        (head(200), "there is no TLS connection"),
    ],
)
def test_if_a_proxy_does_not_connect_nothing_is_sent(proxy, transport_to, monkeypatch, answer, said) -> None:
    monkeypatch.setenv("https_proxy", f"http://kari:hemmelig@127.0.0.1:{proxy.port}")
    proxy.answer(answer)
    error = lost(transport_to(f"https://{ELSEWHERE}/2"), "POST")
    assert said in str(error)
    assert (error.sent, error.passing) == (False, False)
    assert str(error).isprintable()
    (request,) = proxy.requests
    assert request.method == "CONNECT"
    assert "authorization" not in request.headers


def tunnel_to(server: HostileServer) -> Callable[[socket.socket], None]:
    """Return a handler for a proxy that connects every tunnel to the server."""

    def pump(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def handle(connection: socket.socket) -> None:
        asked = b""
        while not asked.endswith(b"\r\n\r\n"):
            asked += connection.recv(1)
        with socket.create_connection(("127.0.0.1", server.port)) as beyond:
            connection.sendall(head(200))
            back = threading.Thread(target=pump, args=(beyond, connection))
            back.start()
            pump(connection, beyond)
            back.join()

    return handle


def test_a_tunnel_is_read_strictly(transport_to, certificates, monkeypatch) -> None:
    with HostileServer(tls=certificates.server(ELSEWHERE)) as server, HostileServer(raw=tunnel_to(server)) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        transport = transport_to(f"https://{ELSEWHERE}/2")
        server.answer(by_length(b"[]"))
        assert ask(transport).body.head == b"[]"
        server.answer(by_length(b"[]")[:-1])
        assert str(lost(transport)) == "the answer was cut off"
        server.script = drip(b"H")
        patient = transport_to(f"https://{ELSEWHERE}/2", limits=Limits(timeout=20, answer_timeout=0.8))
        assert "answer_timeout" in str(lost(patient))


def test_a_lost_answer_behind_a_proxy_is_not_a_failed_connection(proxy, transport_to, monkeypatch):
    """An older urllib3 reports both as an error of the proxy. If a POST were repeated then, it could be sent twice."""
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
    proxy.answer(RESET)
    assert lost(transport_to(f"http://{ELSEWHERE}/2"), "POST").sent


def test_a_missing_proxy_is_named(transport_to, monkeypatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    for scheme in ("http", "https"):
        monkeypatch.setenv(f"{scheme}_proxy", f"http://kari:hemmelig@127.0.0.1:{closed}")
        error = lost(transport_to(f"{scheme}://{ELSEWHERE}/2"), "POST")
        assert str(error).startswith(f"the proxy 127.0.0.1:{closed} cannot be reached: ")
        assert (error.sent, error.passing) == (False, True)


@pytest.mark.parametrize(
    "proxy_url",
    [
        "http://kari:hem/melig@office:3128",
        "http://kari:12/melig@office:3128",
        "kari:hem/melig@office:3128",
        "http://kari:hem?melig@office:3128",
        "http://kari:hem#melig@office:3128",
        "http://kari:hem[melig@office:3128",
        "http://kari:melig@office:port",
        "http://",
        "ftp://kari:melig@office:3128",
        "socks9://kari:melig@office:3128",
    ],
)
@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "ALL_PROXY"])
def test_a_proxy_with_an_invalid_address_is_named_without_the_address(transport_to, monkeypatch, proxy_url, variable):
    monkeypatch.setenv(variable, proxy_url)
    error = lost(transport_to(f"https://{ELSEWHERE}/2"), "POST")
    assert str(error).startswith(f"{variable} ")
    assert not error.sent
    assert not [word for word in ("hem", "melig", "kari", "office") if word in f"{error} {error.advice}"]


def test_a_socks_proxy_needs_a_library(transport_to, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "socks", None)
    monkeypatch.setenv("https_proxy", "socks5://kari:hemmelig@127.0.0.1:1")
    error = lost(transport_to(f"https://{ELSEWHERE}/2"), "POST")
    assert not error.sent
    assert "hemmelig" not in str(error)
    if importlib.util.find_spec("socks") is None:
        assert "PySocks" in str(error)


def test_an_empty_variable_is_not_a_proxy(transport_to, monkeypatch) -> None:
    monkeypatch.setenv("https_proxy", "")
    monkeypatch.setenv("HTTPS_PROXY", "")
    assert "cannot be reached" in str(lost(transport_to(f"https://{ELSEWHERE}/2")))


# The text of errors


def test_a_status_line_has_no_secrets_and_no_control_sequences(server, transport_to) -> None:
    server.answer(f"{PASSWORD} \x1b[31m\u202ered\r\n".encode())
    assert str(lost(transport_to(server.url))) == "the connection broke (******** red)"


def test_without_the_library_the_error_says_how_to_install_it(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    monkeypatch.delitem(sys.modules, _transport.__name__)
    parent, _dot, name = _transport.__name__.rpartition(".")
    monkeypatch.setattr(sys.modules[parent], name, _transport)
    module = importlib.import_module(_transport.__name__)
    with pytest.raises(MissingLibrary) as caught:
        module.Transport("https://api.example", LOGIN, PASSWORD, True, module.Limits())
    assert caught.value.facts["library"] == "requests"
    assert "ModuleNotFoundError" in caught.value.facts["trace"]
    assert str(caught.value) == (
        "Install the Python libraries: `pip install requests xmltodict phonenumberslite`, in the Python that runs "
        f"Ansible ({sys.executable}). The library requests is missing."
    )

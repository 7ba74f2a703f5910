# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import importlib
import io
import ssl
import sys
from collections.abc import Callable
from http.client import RemoteDisconnected
from typing import Any

import pytest
import requests
import urllib3.exceptions
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
)
from virtual_time import VirtualTime

from ansible_collections.community.linkengage.plugins.module_utils._errors import (
    ApiError,
    ConnectionFailed,
    LinkEngageError,
    MissingLibrary,
    NotFound,
    Throttled,
    UnknownOutcome,
)
from ansible_collections.community.linkengage.plugins.module_utils._service import http as _http
from ansible_collections.community.linkengage.plugins.module_utils._service.http import Call, Http, Settings
from ansible_collections.community.linkengage.plugins.module_utils._service.pace import Pace, Traffic

LOGIN, PASSWORD = "kari@acme.example", "s3cret pøkelse"
TOKEN = base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
THROTTLED = "Number of allowed API requests per minute exceeded"


class Raw(io.BytesIO):
    """The bytes that came; all of them have been read."""

    def __init__(self, length: int) -> None:
        super().__init__(b"." * length)
        self.seek(length)


def answer(status: int = 200, body: str = "", *, came: int | None = None, **headers: str) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = body.encode()
    response.raw = Raw(len(response.content) if came is None else came)
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


def lost(reason: Exception) -> requests.ConnectionError:
    return requests.ConnectionError(MaxRetryError(None, "/2/contacts", reason))  # type: ignore[arg-type]


REFUSED = lost(NewConnectionError(None, "[Errno 111] Connection refused"))  # type: ignore[arg-type]
# urllib3 1.26 has one kind of error for both.
UNRESOLVED = getattr(urllib3.exceptions, "NameResolutionError", None)
UNKNOWN_HOST = lost(UNRESOLVED("api.example", None, OSError("unknown"))) if UNRESOLVED else REFUSED
CONNECT_TIMEOUT = requests.ConnectTimeout(MaxRetryError(None, "", ConnectTimeoutError("slow")))  # type: ignore[arg-type]
BROKEN = requests.ConnectionError(ProtocolError("Connection aborted.", RemoteDisconnected("closed")))
READ_TIMEOUT = requests.ReadTimeout(ReadTimeoutError(None, "/2", "Read timed out."))  # type: ignore[arg-type]
CUT_IN_A_CHUNK = requests.exceptions.ChunkedEncodingError(ProtocolError("IncompleteRead"))


class Service:
    """What answers instead of the service, one entry a request, the last one for all further ones."""

    def __init__(self, *script: Any) -> None:
        self.script = list(script)
        self.calls: list[tuple[str, str, dict[str, Any]]] = []

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        self.calls.append((method, url, options))
        outcome = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    @property
    def methods(self) -> list[str]:
        """As ``PUT``, or ``PUT as POST`` with the override header."""
        shown = []
        for method, _url, options in self.calls:
            meant = options["headers"].get("X-HTTP-Method-Override")
            shown.append(f"{meant} as {method}" if meant else method)
        return shown


class Fake:
    def __init__(self, *script: Any, bound: float = 0, **settings: Any) -> None:
        self.service = Service(*script)
        time = VirtualTime()
        self.naps = time.naps
        options = {"api_url": "https://api.example/2", "login": LOGIN, "password": PASSWORD, "retries": 2, **settings}
        self.pace = Pace(None, bound, traffic=Traffic(time.clock, time.changed))
        self.http = Http(Settings(**options), self.pace, time.sleep)
        self.http._session.request = self.service.request  # type: ignore[method-assign]

    def send(self, method: str = "GET", path: str = "/contacts/7", **more: Any) -> Any:
        return self.http.send(Call(method, path, "application/json", integer_id=path[-1].isdigit(), **more))


METHODS = pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])


# What may be repeated


@METHODS
@pytest.mark.parametrize("outcome", [REFUSED, UNKNOWN_HOST, CONNECT_TIMEOUT], ids=["refused", "unknown", "timeout"])
def test_where_nothing_was_sent_every_method_is_repeated(method: str, outcome: Exception) -> None:
    fake = Fake(outcome)
    with pytest.raises(ConnectionFailed) as caught:
        fake.send(method)
    assert fake.service.methods == [method] * 3
    assert "Nothing was sent" in str(caught.value)
    assert "api.example" in str(caught.value)


@METHODS
@pytest.mark.parametrize(
    "outcome",
    [
        BROKEN,
        READ_TIMEOUT,
        CUT_IN_A_CHUNK,
        answer(200, '{"A": ', came=6, Content_Length="12"),
        answer(500),
        answer(502, "Bad gateway"),
        answer(503, "Down for maintenance"),
    ],
    ids=["broken", "timeout", "chunk", "cut", "500", "502", "503"],
)
def test_after_a_lost_answer_all_but_a_post_is_repeated(method: str, outcome: Any) -> None:
    fake = Fake(outcome)
    with pytest.raises(LinkEngageError) as caught:
        fake.send(method)
    assert fake.service.methods == [method] * (1 if method == "POST" else 3)
    if method == "POST":
        assert isinstance(caught.value, UnknownOutcome)


@METHODS
@pytest.mark.parametrize("status", [300, 302, 400, 401, 403, 404, 405, 406, 409, 418, 429])
def test_an_answer_that_says_no_is_final(method: str, status: int) -> None:
    fake = Fake(answer(status, "No"), method_override="never")
    with pytest.raises(ApiError) as caught:
        fake.send(method)
    assert fake.service.methods == [method]
    assert caught.value.status == status
    assert str(caught.value).startswith(f"{method} /contacts/7: the service answered {status} (No). ")
    assert caught.value.failure["method"] == method
    assert caught.value.failure["path"] == "/contacts/7"
    assert isinstance(caught.value, NotFound) is (status == 404)


def tls_error(cause: Exception) -> requests.exceptions.SSLError:
    return requests.exceptions.SSLError(MaxRetryError(None, "/", cause))  # type: ignore[arg-type]


def test_a_post_over_tls_that_breaks_later_may_have_been_acted_on() -> None:
    fake = Fake(tls_error(ssl.SSLError(1, "EOF occurred in violation of protocol")))
    with pytest.raises(UnknownOutcome, match="EOF occurred"):
        fake.send("POST")
    assert fake.service.methods == ["POST"]


@METHODS
def test_tls_trouble_is_final_and_nothing_was_sent(method: str) -> None:
    fake = Fake(tls_error(ssl.SSLCertVerificationError(1, "certificate verify failed")))
    with pytest.raises(ConnectionFailed, match="certificate verify failed") as caught:
        fake.send(method)
    assert fake.service.methods == [method]
    assert "ca_path" in str(caught.value)


def test_pauses_double(monkeypatch) -> None:
    monkeypatch.setattr(_http, "BACKOFF", 0.5)
    fake = Fake(BROKEN, retries=4)
    with pytest.raises(ConnectionFailed):
        fake.send()
    assert fake.naps == [0.5, 1.0, 2.0, 4.0]


def test_without_retries_there_is_one_request() -> None:
    fake = Fake(BROKEN, retries=0)
    with pytest.raises(ConnectionFailed):
        fake.send()
    assert fake.service.methods == ["GET"]
    assert fake.naps == []


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_repetition_that_succeeds_is_a_success(status: int) -> None:
    fake = Fake(BROKEN, answer(500), answer(status, "x", Location="http://api.example/2/contacts/7"))
    found = fake.send("PUT")
    assert (found.status, found.body, found.headers["location"]) == (status, b"x", "http://api.example/2/contacts/7")
    assert fake.service.methods == ["PUT"] * 3


# What is sent


def test_a_request_is_as_the_contract_has_it() -> None:
    fake = Fake(answer(), verify="/ca.pem", timeout=7.5)
    fake.send("PUT", body=b"{}", content_type="application/json")
    ((method, url, options),) = fake.service.calls
    assert (method, url, options["data"]) == ("PUT", "https://api.example/2/contacts/7", b"{}")
    assert options["headers"] == {"Accept": "application/json", "Content-Type": "application/json"}
    assert (options["verify"], options["timeout"], options["allow_redirects"]) == ("/ca.pem", 7.5, False)


def test_the_login_is_sent_as_utf_8(monkeypatch) -> None:
    sent: list[requests.PreparedRequest] = []
    fake = Fake(answer())
    del fake.http._session.request  # type: ignore[attr-defined]
    monkeypatch.setattr(fake.http._session, "send", lambda request, **kwargs: sent.append(request) or answer())
    fake.send()
    (request,) = sent
    assert request.headers["Authorization"] == f"Basic {TOKEN}"


def test_a_login_for_another_host_in_netrc_is_not_used(monkeypatch, tmp_path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    test_the_login_is_sent_as_utf_8(monkeypatch)


# Method override


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_blocked_method_is_tried_once_as_post_and_then_always(method: str) -> None:
    fake = Fake(answer(405), answer(204))
    for _request in range(3):
        fake.send(method)
    assert fake.service.methods == [method, *[f"{method} as POST"] * 3]


def test_reads_and_posts_are_sent_as_they_are_all_the_same() -> None:
    fake = Fake(answer(200), method_override="always")
    for method in ("GET", "POST", "PUT", "DELETE"):
        fake.send(method)
    assert fake.service.methods == ["GET", "POST", "PUT as POST", "DELETE as POST"]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_where_the_override_does_not_help_it_is_given_up(method: str) -> None:
    fake = Fake(answer(405), answer(405), answer(405), answer(204))
    with pytest.raises(ApiError, match="method_override"):
        fake.send(method)
    assert fake.service.methods == [method, f"{method} as POST"]
    fake.send(method)
    assert fake.service.methods[2:] == [method, f"{method} as POST"]


@pytest.mark.parametrize(
    ("method", "path", "mode"),
    [
        ("GET", "/contacts/7", "auto"),
        ("POST", "/contacts/7", "auto"),
        ("DELETE", "/messages/O_a", "auto"),
        ("PUT", "/contacts/7", "never"),
        ("DELETE", "/contacts/7", "never"),
    ],
)
def test_what_is_not_tried_as_post(method: str, path: str, mode: str) -> None:
    fake = Fake(answer(405), method_override=mode)
    with pytest.raises(ApiError):
        fake.send(method, path)
    assert fake.service.methods == [method]


def test_an_overridden_put_is_repeated_as_a_put_is() -> None:
    fake = Fake(BROKEN, answer(204), method_override="always")
    fake.send("PUT")
    assert fake.service.methods == ["PUT as POST"] * 2


# The throttle


@METHODS
def test_the_throttle_is_waited_out_for_every_method(method: str) -> None:
    fake = Fake(answer(503, THROTTLED), answer(503, THROTTLED, Retry_After="9"), answer(200), bound=100)
    fake.send(method)
    assert fake.service.methods == [method] * 3
    assert fake.naps == [60, 9]
    assert fake.pace.refusals == 2


@METHODS
def test_past_the_bound_it_is_throttled(method: str) -> None:
    fake = Fake(answer(503, THROTTLED), bound=0)
    with pytest.raises(Throttled):
        fake.send(method)
    assert fake.service.methods == [method]
    assert fake.naps == []


@pytest.mark.parametrize(
    ("header", "waited"), [("5", 5), ("0", 1), ("Wed, 21 Oct 2026 07:28:00 GMT", 60), ("-3", 60), ("1.5", 60), ("", 60)]
)
def test_a_retry_after_that_is_no_number_of_seconds_is_a_whole_window(header: str, waited: float) -> None:
    fake = Fake(answer(503, THROTTLED, Retry_After=header), answer(200), bound=100)
    fake.send()
    assert fake.naps == [waited]


# Redirects


@METHODS
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_error_that_names_the_other_host(method: str, status: int) -> None:
    target = f"http://{LOGIN}:{PASSWORD}@evil.example/login?token={TOKEN}"
    fake = Fake(answer(status, Location=target))
    with pytest.raises(ApiError) as caught:
        fake.send(method)
    assert "http://evil.example" in str(caught.value)
    assert PASSWORD not in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert len(fake.service.calls) == 1


# 406


def test_406_is_the_login_until_something_has_succeeded() -> None:
    fake = Fake(answer(406, "<html/>", Content_Type="text/html"), answer(200), answer(406))
    with pytest.raises(ApiError) as caught:
        fake.send()
    assert LOGIN in str(caught.value)
    assert "user@domain" in str(caught.value)
    assert "API feature" in str(caught.value)
    assert "<html" not in str(caught.value)
    fake.send()
    with pytest.raises(ApiError) as caught:
        fake.send()
    assert "wrong parameter" in str(caught.value)
    assert LOGIN not in str(caught.value)


# Secrets and people's data

SECRETIVE: list[Callable[[str], Any]] = [
    lambda secret: answer(400, f"You said {secret}!"),
    lambda secret: answer(400, "." * 190 + secret),
    lambda secret: answer(400, f"a\n {secret}\n b"),
    lambda secret: answer(500, secret),
    lambda secret: answer(406, secret),
    lambda secret: answer(418, secret),
    lambda secret: BROKEN,
    lambda secret: REFUSED,
]


@METHODS
@pytest.mark.parametrize("secret", [PASSWORD, TOKEN, "two  spaces"], ids=["password", "token", "spaces"])
@pytest.mark.parametrize("outcome", SECRETIVE)
def test_no_message_shows_a_secret(method: str, secret: str, outcome: Callable[[str], Any]) -> None:
    fake = Fake(outcome(secret), retries=0, password=PASSWORD if secret == TOKEN else secret)
    with pytest.raises(LinkEngageError) as caught:
        fake.send(method)
    said = f"{caught.value} {caught.value.failure}"
    pieces = {secret[start : start + 6] for start in range(len(secret) - 5)}
    assert [piece for piece in pieces if piece in said] == []


def test_settings_do_not_show_the_password() -> None:
    assert PASSWORD not in repr(Settings("https://api.example", LOGIN, PASSWORD))


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/contacts/search/Kari%20Nordmann", "/contacts/search/..."),
        ("/contacts/phonenumber/4790555817", "/contacts/phonenumber/..."),
        ("/groups/12/contacts/search/Kari", "/groups/12/contacts/search/..."),
        ("/groups/12/contacts/7", "/groups/12/contacts/7"),
    ],
)
def test_names_and_numbers_in_a_path_stay_out_of_messages(path: str, shown: str) -> None:
    fake = Fake(answer(400))
    with pytest.raises(ApiError) as caught:
        fake.send(path=path)
    assert str(caught.value).startswith(f"GET {shown}: ")
    assert caught.value.failure["path"] == shown


def test_an_error_page_is_left_out_and_a_long_text_is_cut() -> None:
    with pytest.raises(ApiError) as caught:
        Fake(answer(400, "<html><body>Go away</body></html>", Content_Type="text/html; charset=utf-8")).send()
    assert "Go away" not in str(caught.value)
    with pytest.raises(ApiError) as caught:
        Fake(answer(400, "x" * 5000)).send()
    assert len(str(caught.value)) < 400


def test_without_the_library_the_error_names_it(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    module = importlib.reload(_http)
    try:
        with pytest.raises(MissingLibrary) as caught:
            module.Http(module.Settings("https://api.example", LOGIN, PASSWORD), Pace(None, 0))
        assert caught.value.facts["library"] == "requests"
    finally:
        monkeypatch.undo()
        importlib.reload(_http)

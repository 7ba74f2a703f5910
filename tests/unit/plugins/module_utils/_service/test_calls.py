# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest
from requests.structures import CaseInsensitiveDict
from virtual_time import VirtualTime

from ansible_collections.community.linkengage.plugins.module_utils._errors import (
    ApiError,
    ConnectionFailed,
    LinkEngageError,
    NotFound,
    Throttled,
    UnknownOutcome,
    UnreadableAnswer,
)
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import GROUP
from ansible_collections.community.linkengage.plugins.module_utils._service import calls as _http
from ansible_collections.community.linkengage.plugins.module_utils._service.answers import Answers
from ansible_collections.community.linkengage.plugins.module_utils._service.bodies import Body
from ansible_collections.community.linkengage.plugins.module_utils._service.calls import Call, Http, Settings
from ansible_collections.community.linkengage.plugins.module_utils._service.formats import FORMATS
from ansible_collections.community.linkengage.plugins.module_utils._service.pace import Pace, Traffic
from ansible_collections.community.linkengage.plugins.module_utils._service.shown import Shown
from ansible_collections.community.linkengage.plugins.module_utils._service.transport import Lost, Received

LOGIN, PASSWORD = "kari@acme.example", "s3cret pøkelse"
TOKEN = base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
THROTTLED = "Number of allowed API requests per minute exceeded"


def answer(status: int = 200, body: str = "", *, delimited: bool = True, **headers: str) -> Received:
    given = CaseInsensitiveDict({name.replace("_", "-"): value for name, value in headers.items()})
    return Received(status, given, Body(body.encode()), delimited)


UNREACHED = Lost("api.example cannot be reached: refused", "Check it.", passing=True)
UNTRUSTED = Lost("there is no trusted TLS connection to api.example: self-signed", "Name it in ca_path.")
BROKEN = Lost("the connection broke (closed)", passing=True)
OVERDUE = Lost("the answer was not complete after 300 s")
TOO_LARGE = Lost("the answer is larger than 256 MiB", too_large=True)


class Service:
    """A replacement for the service: one answer for each request. The last answer is used for all further requests."""

    def __init__(self, script: tuple[Any, ...], password: str) -> None:
        self.script = list(script)
        self.calls: list[tuple[str, str, Mapping[str, str], bytes | None]] = []
        self.shown = Shown(password, f"{LOGIN}:{password}")

    def exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Received:
        self.calls.append((method, path, headers, body))
        outcome = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    @property
    def methods(self) -> list[str]:
        """The methods of the requests, such as ``PUT``, or ``PUT as POST`` with the override header."""
        shown = []
        for method, _path, headers, _body in self.calls:
            meant = headers.get("X-HTTP-Method-Override")
            shown.append(f"{meant} as {method}" if meant else method)
        return shown


class Fake:
    def __init__(self, *script: Any, bound: float = 0, **settings: Any) -> None:
        options = {"api_url": "https://api.example/2", "login": LOGIN, "password": PASSWORD, "retries": 2, **settings}
        self.service: Any = Service(script, options["password"])
        time = VirtualTime()
        self.naps = time.naps
        self.pace = Pace(None, bound, traffic=Traffic(time.clock, time.changed))
        self.http = Http(Settings(**options), self.pace, time.sleep, transport=self.service)

    def send(self, method: str = "GET", path: str = "/contacts/7", **more: Any) -> Any:
        return self.http.send(Call(method, path, "application/json", integer_id=path[-1].isdigit(), **more))


METHODS = pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])


# Repetition of requests


@METHODS
def test_every_method_is_repeated_if_nothing_was_sent(method: str) -> None:
    fake = Fake(UNREACHED)
    with pytest.raises(ConnectionFailed) as caught:
        fake.send(method)
    assert fake.service.methods == [method] * 3
    assert str(caught.value) == (
        f"{method} /contacts/7: api.example cannot be reached: refused. Nothing was sent. Check it."
    )


@METHODS
@pytest.mark.parametrize(
    "outcome",
    [BROKEN, answer(500), answer(502, "Bad gateway"), answer(503, "Down for maintenance")],
    ids=["broken", "500", "502", "503"],
)
def test_after_a_lost_answer_every_method_except_post_is_repeated(method: str, outcome: Any) -> None:
    fake = Fake(outcome)
    with pytest.raises(LinkEngageError) as caught:
        fake.send(method)
    assert fake.service.methods == [method] * (1 if method == "POST" else 3)
    if method == "POST":
        assert isinstance(caught.value, UnknownOutcome)


def test_a_long_pause_before_a_repetition_is_reported_with_its_end(monkeypatch) -> None:
    monkeypatch.setattr(_http, "BACKOFF", 0.5)
    fake = Fake(answer(500), retries=5)
    reports: list[str] = []
    fake.pace.on_wait = reports.append
    with pytest.raises(ApiError):
        fake.send()
    assert fake.naps == [0.5, 1.0, 2.0, 4.0, 8.0]
    assert [report.partition(", until ")[0] for report in reports] == [
        "GET /contacts/7 failed and is repeated; waiting 4 s",
        "GET /contacts/7 failed and is repeated; waiting 8 s",
    ]


@METHODS
@pytest.mark.parametrize("outcome", [OVERDUE, TOO_LARGE], ids=["overdue", "too large"])
def test_a_request_with_a_too_large_or_slow_answer_is_not_repeated(method: str, outcome: Lost) -> None:
    fake = Fake(outcome)
    with pytest.raises(LinkEngageError) as caught:
        fake.send(method)
    assert fake.service.methods == [method]
    of_a_read = UnreadableAnswer if outcome is TOO_LARGE else ConnectionFailed
    assert caught.value.__class__ is (of_a_read if method == "GET" else UnknownOutcome)
    assert str(outcome) in str(caught.value)


# Lost answers


@METHODS
@pytest.mark.parametrize(
    "body",
    ["", " ", "Not fou", '{"Message": "', "<Error><Message>No", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "15"],
)
def test_a_404_that_can_be_cut_off_is_a_lost_answer(method: str, body: str) -> None:
    fake = Fake(answer(404, body, delimited=False))
    with pytest.raises(UnknownOutcome if method != "GET" else ConnectionFailed, match="answer was cut off"):
        fake.send(method)
    assert fake.service.methods == [method] * (1 if method == "POST" else 3)


@METHODS
@pytest.mark.parametrize("body", ['{"Message": "No"}', "<Error><Message>No</Message></Error>\r\n"])
def test_a_404_with_a_whole_document_is_complete(method: str, body: str) -> None:
    with pytest.raises(NotFound):
        Fake(answer(404, body, delimited=False)).send(method)


@METHODS
@pytest.mark.parametrize("status", [400, 406])
def test_a_throttle_answer_is_recognised_if_it_is_cut_off(method: str, status: int) -> None:
    with pytest.raises(ApiError, match=f"answered {status}"):
        Fake(answer(status, "N", delimited=False)).send(method)


def test_a_reader_knows_whether_the_body_has_an_end() -> None:
    fake = Fake(answer(200, "[1]", delimited=False), answer(200, "[2]"))
    assert [(found.body.head, found.delimited) for found in (fake.send(), fake.send())] == [
        (b"[1]", False),
        (b"[2]", True),
    ]


# Error statuses


@METHODS
@pytest.mark.parametrize("status", [300, 302, 400, 401, 403, 404, 405, 406, 409, 418])
def test_an_error_status_is_final(method: str, status: int) -> None:
    fake = Fake(answer(status, "No"), method_override="never")
    with pytest.raises(ApiError) as caught:
        fake.send(method)
    assert fake.service.methods == [method]
    assert caught.value.status == status
    assert str(caught.value).startswith(f'{method} /contacts/7: the service answered {status} ("No"). ')
    assert caught.value.failure["method"] == method
    assert caught.value.failure["path"] == "/contacts/7"
    assert isinstance(caught.value, NotFound) is (status == 404)


@METHODS
def test_a_tls_error_is_final_and_nothing_was_sent(method: str) -> None:
    fake = Fake(UNTRUSTED)
    with pytest.raises(ConnectionFailed, match="Nothing was sent") as caught:
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
    assert (found.status, found.body.head, found.headers["location"]) == (
        status,
        b"x",
        "http://api.example/2/contacts/7",
    )
    assert fake.service.methods == ["PUT"] * 3


# The form of a request


def test_a_request_has_the_form_of_the_contract() -> None:
    fake = Fake(answer())
    fake.send("PUT", body=b"{}", content_type="application/json")
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    assert fake.service.calls == [("PUT", "/contacts/7", headers, b"{}")]


# Method override


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_blocked_method_is_tried_once_as_post_and_then_always(method: str) -> None:
    fake = Fake(answer(405), answer(204))
    for _request in range(3):
        fake.send(method)
    assert fake.service.methods == [method, *[f"{method} as POST"] * 3]


def test_get_and_post_are_still_sent_unchanged() -> None:
    fake = Fake(answer(200), method_override="always")
    for method in ("GET", "POST", "PUT", "DELETE"):
        fake.send(method)
    assert fake.service.methods == ["GET", "POST", "PUT as POST", "DELETE as POST"]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_the_override_is_not_used_again_if_it_does_not_help(method: str) -> None:
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
def test_some_requests_are_never_tried_as_post(method: str, path: str, mode: str) -> None:
    fake = Fake(answer(405), method_override=mode)
    with pytest.raises(ApiError):
        fake.send(method, path)
    assert fake.service.methods == [method]


def test_a_put_sent_as_post_is_repeated_like_a_put() -> None:
    fake = Fake(BROKEN, answer(204), method_override="always")
    fake.send("PUT")
    assert fake.service.methods == ["PUT as POST"] * 2


# The throttle


@METHODS
def test_every_method_waits_for_the_throttle(method: str) -> None:
    fake = Fake(answer(503, THROTTLED), answer(503, THROTTLED, Retry_After="9"), answer(200), bound=100)
    fake.send(method)
    assert fake.service.methods == [method] * 3
    assert fake.naps == pytest.approx([60, 9])
    assert fake.pace.refusals == 2


@METHODS
def test_after_throttle_timeout_the_error_is_throttled(method: str) -> None:
    fake = Fake(answer(503, THROTTLED), bound=0)
    with pytest.raises(Throttled):
        fake.send(method)
    assert fake.service.methods == [method]
    assert fake.naps == []


@METHODS
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("body", ["", "Slow down", "<html>busy</html>"])
def test_status_429_and_503_with_retry_after_are_the_throttle(method: str, status: int, body: str) -> None:
    fake = Fake(answer(status, body, Retry_After="9"), answer(200), bound=100)
    fake.send(method)
    assert fake.service.methods == [method] * 2
    assert fake.naps == pytest.approx([9])


def in_seconds(seconds: float) -> str:
    """Return a date in this number of seconds. One second is added, because the header has only whole seconds."""
    return format_datetime(datetime.now(timezone.utc) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("5", 5, 5),
        (" 5 ", 5, 5),
        ("1.5", 1.5, 1.5),
        ("0", 1, 1),
        (".5", 1, 1),
        (lambda: in_seconds(40), 30, 41),
        (lambda: in_seconds(-40), 1, 1),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 1, 1),
        ("Wed, 99 Oct 2015 07:28:00 GMT", 60, 60),
        ("-3", 60, 60),
        ("soon", 60, 60),
        ("nan", 60, 60),
        ("", 60, 60),
    ],
)
def test_retry_after_is_a_number_of_seconds_or_a_date_or_else_a_whole_window(header: Any, least, most) -> None:
    fake = Fake(answer(503, THROTTLED, Retry_After=header() if callable(header) else header), answer(200), bound=100)
    fake.send()
    (nap,) = fake.naps
    assert least - 0.01 <= nap <= most + 0.01


def test_a_date_to_wait_for_is_read_by_the_service_s_own_clock() -> None:
    now = datetime.now(timezone.utc) + timedelta(days=1000)
    dates = {"Date": format_datetime(now), "Retry_After": format_datetime(now + timedelta(seconds=30))}
    fake = Fake(answer(503, THROTTLED, **dates), answer(200), bound=100)
    fake.send()
    (nap,) = fake.naps
    assert 29 <= nap <= 31


@pytest.mark.parametrize("header", ["86400", "9" * 5000, "1e99", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_no_wait_is_longer_than_its_limit(header: str) -> None:
    fake = Fake(answer(503, THROTTLED, Retry_After=header), answer(200), bound=50)
    with pytest.raises(Throttled):
        fake.send()
    assert fake.naps == []


@pytest.mark.parametrize("date", ["9" * 20, "Wed, 21 Oct 99999999999 07:28:00 GMT", "Mon, 01 Jan 0001 00:00:00 +2359"])
def test_an_invalid_date_does_not_change_the_clock(date: str) -> None:
    fake = Fake(answer(200, Date=date))
    fake.send()
    assert abs(fake.http.service_now() - datetime.now(timezone.utc)) < timedelta(seconds=5)


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


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("http://[", "to another path"),
        ("/login", "to another path"),
        ("", "to another path"),
        ("https://evil.example:99/a", "to https://evil.example."),
        ("https://e\x07vil\u202e.example/a", "to https://evil.example."),
    ],
)
def test_a_redirect_says_where_to_in_plain_text(location: str, said: str) -> None:
    with pytest.raises(ApiError) as caught:
        Fake(answer(302, Location=location)).send()
    assert said in str(caught.value)
    assert str(caught.value).isprintable()


# Status 406


def test_406_is_a_login_error_until_a_request_has_succeeded() -> None:
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
    assert "Most likely a parameter is wrong" in str(caught.value)
    assert "or this user lacks a right" in str(caught.value)
    assert LOGIN not in str(caught.value)


def test_405_after_a_get_is_not_about_put_and_delete() -> None:
    with pytest.raises(ApiError) as caught:
        Fake(answer(405)).send()
    assert "method_override" not in str(caught.value)
    assert "Check the path, and api_url." in str(caught.value)


@pytest.mark.parametrize("succeeded", [False, True])
@pytest.mark.parametrize(
    "body",
    [
        "Unknown parameter firstname",
        '{"Message": "Unknown parameter firstname."}',
        "<Error><Message>Unknown parameter firstname</Message></Error>",
    ],
)
def test_406_with_a_text_about_the_request_is_a_wrong_request(body: str, succeeded: bool) -> None:
    fake = Fake(*([answer(200)] if succeeded else []), answer(406, body))
    if succeeded:
        fake.send()
    with pytest.raises(ApiError) as caught:
        fake.send("PUT")
    assert caught.value.status == 406
    assert str(caught.value) == (
        "PUT /contacts/7: the service answered 406. The service rejected the request: Unknown parameter firstname. "
        "Names are case-sensitive: Firstname."
    )


@pytest.mark.parametrize(
    "body",
    ["", "Not Acceptable", "Authentication failed", "Unknown user", "Invalid user name or password", "Access denied"],
)
def test_406_about_the_login_or_without_a_text_is_a_login_error(body: str) -> None:
    with pytest.raises(ApiError, match="With this status, the service rejects a login"):
        Fake(answer(406, body)).send()


# Secrets and personal data

SECRETIVE: list[Callable[[str], Any]] = [
    lambda secret: answer(400, f"You said {secret}!"),
    lambda secret: answer(400, "." * 190 + secret),
    lambda secret: answer(400, f"a\n {secret}\n b"),
    lambda secret: answer(500, secret),
    lambda secret: answer(406, secret),
    lambda secret: answer(418, secret),
    lambda secret: BROKEN,
    lambda secret: UNREACHED,
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


def test_an_error_page_is_omitted_and_a_long_text_is_cut() -> None:
    with pytest.raises(ApiError) as caught:
        Fake(answer(400, "<html><body>Go away</body></html>", Content_Type="text/html; charset=utf-8")).send()
    assert "Go away" not in str(caught.value)
    with pytest.raises(ApiError) as caught:
        Fake(answer(400, "x" * 5000)).send()
    assert len(str(caught.value)) < 400


def test_the_text_of_an_answer_that_cannot_be_read_is_quoted_as_it_is() -> None:
    text = r"It's down: C:\api"
    fake = Fake(answer(200, text, Content_Type="text/plain"), retries=0)
    with pytest.raises(UnreadableAnswer) as caught:
        fake.http.ask(Call("GET", "/groups", "application/json"), Answers(FORMATS["json"]()).records(GROUP))
    assert f' The answer contains the text "{text}".' in str(caught.value)


@pytest.mark.parametrize("before", ["", "a" * 95], ids=["first", "last"])
@pytest.mark.parametrize("wire", ["json", "xml"])
def test_a_password_with_capital_letters_in_a_type_or_a_name_is_masked(wire: str, before: str) -> None:
    secret = "GeHeim-123456789"
    kind, body = {"json": (f"{before}{secret}", "[]"), "xml": ("application/xml", f"<{before}{secret}/>")}[wire]
    fake = Fake(answer(200, body, **{"Content-Type": kind}), retries=0, password=secret)
    with pytest.raises(UnreadableAnswer) as caught:
        fake.http.ask(Call("GET", "/groups", "application/json"), Answers(FORMATS[wire]()).records(GROUP))
    assert "********" in str(caught.value)
    assert secret[:5].lower() not in str(caught.value).lower()

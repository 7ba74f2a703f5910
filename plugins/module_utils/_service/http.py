# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""HTTP: the only file that imports ``requests``. One session, Basic auth, TLS, retry, throttle, method override.

What may be repeated (contract: transport): GET, PUT and DELETE after a lost connection or a 5xx; a POST only where the
service says that it did not act (the throttle) or where nothing was sent.
"""

from __future__ import annotations

import base64
import re
import ssl
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any, TypeVar
from urllib.parse import urlsplit

from .._errors import (
    ApiError,
    ConnectionFailed,
    LinkEngageError,
    MissingLibrary,
    NotFound,
    UnknownOutcome,
    UnreadableAnswer,
)
from .._model.values import mask
from .pace import Pace

try:
    import requests
except ImportError:
    REQUESTS_TRACE = traceback.format_exc()
else:
    REQUESTS_TRACE = ""

THROTTLE_TEXT = b"Number of allowed API requests"
OVERRIDE_HEADER = "X-HTTP-Method-Override"
# A number or a name in a path is personal data and stays out of messages.
PERSONAL = re.compile(r"/(search|phonenumber)/.*")
NUMBER = re.compile(r"\d{7,}")
BACKOFF = 0.5  # seconds before the first repetition, doubled for each further one
EXCERPT = 200  # characters of an error's body that a message shows

Value = TypeVar("Value")


@dataclass(frozen=True)
class Settings:
    """How to reach the service. ``login`` is what Basic auth sends; ``verify`` is a flag or a path of certificates."""

    api_url: str
    login: str
    password: str = field(repr=False)
    verify: bool | str = True
    timeout: float = 30.0
    retries: int = 3
    method_override: str = "auto"
    connections: int = 64


@dataclass(frozen=True)
class Call:
    """A request as data. ``path`` is quoted and begins with a slash; ``integer_id`` says that its last part is one."""

    method: str
    path: str
    accept: str
    body: bytes | None = None
    content_type: str | None = None
    integer_id: bool = False

    @property
    def repeatable(self) -> bool:
        return self.method != "POST"

    @property
    def shown(self) -> str:
        return f"{self.method} {self.shown_path}"

    @property
    def shown_path(self) -> str:
        return PERSONAL.sub(r"/\1/...", self.path)


@dataclass(frozen=True)
class Answer:
    """A successful answer."""

    status: int
    headers: Any
    body: bytes


class Http:
    """Sends calls. Thread-safe: workers share the session, the pace and what was learned."""

    def __init__(
        self,
        settings: Settings,
        pace: Pace,
        sleep: Callable[[float], None] = time.sleep,
        permit: Callable[[], None] = lambda: None,
    ) -> None:
        if REQUESTS_TRACE:
            raise MissingLibrary("The Python library requests is needed.", library="requests", trace=REQUESTS_TRACE)
        self.settings = settings
        self.pace = pace
        self._sleep = sleep
        self._permit = permit  # raises NotSent where nothing may be sent any more
        self._override = settings.method_override == "always"
        self.writes = 0
        self._succeeded = False
        self._skew = timedelta()
        # As bytes: requests would encode text as Latin-1, and the API speaks UTF-8.
        self._auth: Any = (settings.login.encode(), settings.password.encode())
        self._session = requests.Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = requests.adapters.HTTPAdapter(pool_maxsize=settings.connections)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def send(self, call: Call) -> Answer:
        """The answer to *call*, whatever it holds. Waits, repeats and raises as ``ask`` does."""
        return self.ask(call, lambda answer: answer)

    def ask(self, call: Call, read: Callable[[Answer], Value]) -> Value:
        """What *read* makes of the answer to *call*, after whatever waiting and repeating is safe.

        An answer for which *read* raises UnreadableAnswer is a lost answer. Raises ConnectionFailed (nothing was sent),
        UnreadableAnswer (a GET), UnknownOutcome (a write that may have been acted on), Throttled, NotFound, ApiError.
        """
        if call.method != "GET":
            self.writes += 1
        for repetition in range(self.settings.retries):
            try:
                return self._understood(call, self._send_paced(call), read)
            except LinkEngageError as error:
                if not _may_repeat(call, error):
                    raise
            self._sleep(BACKOFF * 2**repetition)
        return self._understood(call, self._send_paced(call), read)

    def service_now(self) -> datetime:
        """The time on the service's clock, as its last answer told it; this machine's before any answer."""
        return datetime.now(timezone.utc) + self._skew

    def _learn_clock(self, date: str | None) -> None:
        try:
            told = parsedate_to_datetime(date or "")
        except (TypeError, ValueError):
            return
        self._skew = told.replace(tzinfo=told.tzinfo or timezone.utc) - datetime.now(timezone.utc)

    def _send_paced(self, call: Call) -> Any:
        tried_override = False
        while True:
            with self.pace.turn():
                response = self._send_once(call)
                refused = response.status_code == 503 and THROTTLE_TEXT in response.content
                if refused:
                    self.pace.refused(_seconds(response.headers.get("Retry-After")))
            if refused:
                continue
            if response.status_code == 405 and self._may_override(call):
                self._override = tried_override = True
            else:
                if response.status_code == 405 and tried_override:
                    self._override = False
                return response

    def _may_override(self, call: Call) -> bool:
        return (
            self.settings.method_override == "auto"
            and not self._override
            and call.method in ("PUT", "DELETE")
            and call.integer_id
        )

    def _send_once(self, call: Call) -> Any:
        headers = {"Accept": call.accept}
        if call.content_type:
            headers["Content-Type"] = call.content_type
        method = call.method
        if self._override and method in ("PUT", "DELETE"):
            method, headers[OVERRIDE_HEADER] = "POST", method
        settings = self.settings
        self._permit()
        try:
            response = self._session.request(
                method,
                settings.api_url + call.path,
                data=call.body,
                headers=headers,
                auth=self._auth,
                timeout=settings.timeout,
                verify=settings.verify,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise self._transport_error(call, error) from None
        self._learn_clock(response.headers.get("Date"))
        expected = response.headers.get("Content-Length")
        if expected and expected.isdecimal() and response.raw.tell() < int(expected):
            raise self._broken(call, "the answer was cut off")
        return response

    def _transport_error(self, call: Call, error: Exception) -> LinkEngageError:
        host = urlsplit(self.settings.api_url).netloc
        if _no_handshake(error):
            return ConnectionFailed(
                f"{call.shown}: no trusted TLS connection to {host}: {_innermost(error)}. Nothing was sent. "
                "Check the host in api_url, or name your CA's certificates in ca_path."
            )
        if _nothing_sent(error):
            return ConnectionFailed(
                f"{call.shown}: {host} cannot be reached: {_innermost(error)}. Nothing was sent. "
                "Check api_url, the network, and the proxy variables.",
                passing=True,
            )
        return self._broken(call, f"the connection broke ({_innermost(error)})")

    def _broken(self, call: Call, what: str) -> LinkEngageError:
        if call.method == "GET":
            return ConnectionFailed(f"{call.shown}: {what}.", passing=True)
        return UnknownOutcome(
            f"{call.shown}: {what}, so it is not known whether the service acted.",
            method=call.method,
            path=call.shown_path,
        )

    def _checked(self, call: Call, response: Any) -> Answer:
        status = response.status_code
        if 200 <= status < 300:
            return Answer(status, response.headers, response.content)
        if 300 <= status < 400:
            target = urlsplit(response.headers.get("Location", ""))
            raise self._api_error(
                call,
                response,
                f"It redirects to {target.scheme}://{target.hostname}, which is not followed, so that credentials stay "
                "with api_url. Set api_url to the service's own address.",
            )
        if status == 404:
            advice = "No such record, or this user may not see it."
            if not self._succeeded:
                advice += " If nothing is found at all, api_url may lack the version at its end, such as /2."
            raise self._api_error(call, response, advice, NotFound)
        if status >= 500 and not call.repeatable:
            raise self._broken(call, f"the service answered {status}{self._excerpt(response)}")
        raise self._api_error(call, response, self._advice(status))

    def _understood(self, call: Call, response: Any, read: Callable[[Answer], Value]) -> Value:
        answer = self._checked(call, response)
        try:
            value = read(answer)
        except UnreadableAnswer as error:
            raise self._unreadable(call, response, error) from error
        self._succeeded = True
        return value

    def _unreadable(self, call: Call, response: Any, error: UnreadableAnswer) -> LinkEngageError:
        excerpt = "" if error.facts.get("private") else self._excerpt(response)
        text = f"{call.shown}: the answer cannot be read: {error}{excerpt}."
        kind: type[LinkEngageError] = UnreadableAnswer
        if call.method != "GET":
            kind, text = UnknownOutcome, f"{text} It is not known whether the service acted."
        return kind(
            f"{text} Check that api_url is the address of the API, and not that of a proxy or a web site.",
            method=call.method,
            path=call.shown_path,
        )

    def _advice(self, status: int) -> str:
        if status == 406 and self._succeeded:
            return "Earlier requests of this run succeeded, so this is most likely a wrong parameter, not the login."
        if status == 406:
            return (
                f"That is how the service refuses a login: check the user name ({self.settings.login}, which is "
                "user@domain), the password, and that the API feature is enabled for the user or the organisation."
            )
        if status == 405:
            return "It does not allow this method here. If a proxy blocks PUT and DELETE, set method_override."
        if status == 400:
            return "The request makes no sense to the service; nothing was done."
        if status >= 500:
            return "Try again later, and ask the service's support if it stays."
        return "This status is not part of the API; is api_url right?"

    def _api_error(self, call: Call, response: Any, advice: str, kind: type[ApiError] = ApiError) -> ApiError:
        status = response.status_code
        return kind(
            f"{call.shown}: the service answered {status}{self._excerpt(response)}. {advice}",
            status=status,
            method=call.method,
            path=call.shown_path,
        )

    def _excerpt(self, response: Any) -> str:
        """The beginning of a plain body, on one line and without credentials; markup says nothing to a person."""
        if "html" in response.headers.get("Content-Type", ""):
            return ""
        text = response.content.decode("utf-8", "replace")
        token = base64.b64encode(f"{self.settings.login}:{self.settings.password}".encode()).decode()
        for secret in (self.settings.password, token):  # before the cut, which could leave a part of one
            text = text.replace(secret, "********") if secret else text
        text = NUMBER.sub(lambda found: mask(found.group()), " ".join(text.split())[:EXCERPT])
        return f" ({text})" if text else ""


def _may_repeat(call: Call, error: LinkEngageError) -> bool:
    if isinstance(error, ConnectionFailed):
        return bool(error.facts.get("passing"))
    lost = isinstance(error, (UnknownOutcome, UnreadableAnswer)) or (
        isinstance(error, ApiError) and error.status >= 500
    )
    return lost and call.repeatable


def _seconds(retry_after: str | None) -> float | None:
    return max(float(retry_after), 1.0) if retry_after and retry_after.isdecimal() else None


def _no_handshake(error: BaseException) -> bool:
    """Whether TLS failed before anything was said: a certificate that is not trusted, or no TLS at all."""
    return any(
        isinstance(cause, ssl.SSLCertVerificationError) or getattr(cause, "reason", None) == "WRONG_VERSION_NUMBER"
        for cause in _causes(error)
    )


def _nothing_sent(error: Exception) -> bool:
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    reason = getattr(reason, "original_error", reason)  # of a proxy, which urllib3 1.26 blames for any lost connection
    known = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")
    return type(reason).__name__ in known or str(reason).startswith("Tunnel connection failed")


def _innermost(error: BaseException) -> str:
    """What went wrong in the words of the lowest layer, which has no URL in it."""
    lowest = list(_causes(error))[-1]
    text = (lowest.strerror or str(lowest)) if isinstance(lowest, OSError) else str(lowest).rpartition(": ")[2]
    return text or type(lowest).__name__


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what is inside it, layer by layer."""
    cause: Any = error
    while cause is not None:
        yield cause
        reason = getattr(cause, "reason", None)
        inner = next((argument for argument in cause.args if isinstance(argument, BaseException)), None)
        cause = reason if isinstance(reason, BaseException) else inner

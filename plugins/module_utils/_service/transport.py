# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Sends one request and reads its answer, with connections, TLS, proxies and limits.

Only this file imports ``requests``. It repeats no request and does not know the service. Its error is ``Lost``, which
says whether the service may have acted.
"""

from __future__ import annotations

import ssl
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from http.client import IncompleteRead
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .._errors import MissingLibrary
from .bodies import ACCEPTED, PIECE, Body, Damaged, TooLarge, read_body
from .streams import MEMORY
from .strict import CUT, Connection, Exchange, Pool, Unfinished
from .trust import is_loopback, proxy_complaint, proxy_secrets, trusted, untrusting

if TYPE_CHECKING:
    from .shown import Shown

try:
    import requests
    import urllib3
except ImportError:
    REQUESTS_TRACE = traceback.format_exc()
else:
    REQUESTS_TRACE = ""

# TLS alerts of a server that has not read the request. In TLS 1.3, the client has already sent the request by then.
REFUSALS = (
    "CERTIFICATE_REQUIRED",
    "HANDSHAKE_FAILURE",
    "BAD_CERTIFICATE",
    "CERTIFICATE_UNKNOWN",
    "UNKNOWN_CA",
    "ACCESS_DENIED",
    "UNRECOGNIZED_NAME",
    "NO_APPLICATION_PROTOCOL",
)
# If validate_certs is false, urllib3 would print its own warnings in addition to the warning of the client.
VERIFIED = property(lambda _connection: True, lambda _connection, _value: None)
REACH = "Check api_url, the network, and the proxy environment variables."
TRUST = "Check the host in api_url, or set ca_path to the certificates of your CA."
SECURE = (
    "Check that the server in api_url supports TLS. Check the proxies and firewalls between this machine and the "
    "server."
)
PROXY = "Check the proxy environment variables, and the log of the proxy."
SOCKS = "Install PySocks, or remove the SOCKS proxy from the proxy environment variables."


class Lost(Exception):
    """No complete answer arrived. ``str(error)`` is the reason and can be shown to the user.

    *advice* is set if the request did not reach the service. *passing* is True if a repetition can help.
    """

    def __init__(self, what: str, advice: str = "", passing: bool = False, too_large: bool = False) -> None:
        super().__init__(what)
        self.advice = advice
        self.passing = passing
        self.too_large = too_large

    @property
    def sent(self) -> bool:
        """Whether the service may have acted on the request."""
        return not self.advice


@dataclass(frozen=True)
class Limits:
    """The limits of an exchange.

    - ``timeout``: seconds of each wait.
    - ``answer_timeout``: seconds of the whole exchange.
    - ``size``: bytes of a body.
    - ``connections``: number of parallel connections.
    """

    timeout: float = 30.0
    answer_timeout: float = 300.0
    size: int = 256 * 1024 * 1024
    connections: int = 64

    @property
    def memory(self) -> int:
        """The maximum bytes of memory for the content of an answer."""
        return max(MEMORY, self.size // 2)


@dataclass(frozen=True)
class Received:
    """A complete answer of any status. *delimited* is True if the end of the body is certain."""

    status: int
    headers: Mapping[str, str]
    body: Body
    delimited: bool = True


class Transport:
    """Connections to one address, with one login. Thread-safe.

    *verify* is False, True for the certificates of the system, or a file or folder of certificates. Raises InvalidInput
    for a path without certificates, and MissingLibrary.
    """

    def __init__(self, url: str, login: str, password: str, verify: bool | str, limits: Limits) -> None:
        if REQUESTS_TRACE:
            raise MissingLibrary.of("requests", REQUESTS_TRACE)
        self._url, self._limits, self._verify = url, limits, bool(verify)
        # As bytes, because requests would encode text as Latin-1, and the API uses UTF-8.
        self._auth: Any = (login.encode(), password.encode())
        parts = urlsplit(url)
        self._host = parts.netloc
        self._proxies = _proxies(url)
        self._proxy = proxy_of(url)
        self._secrets = (password, f"{login}:{password}", *proxy_secrets(self._proxy or ""))
        self._under_way = threading.local()
        self._headers = {**requests.utils.default_headers(), "Accept-Encoding": ACCEPTED}
        # Not a session of requests: it would read the body of a redirect without a limit, and keep cookies.
        self._adapter = self._new_adapter(parts.scheme, verify)

    @cached_property
    def shown(self) -> Shown:
        """Prepares texts of the service for errors."""
        from .shown import Shown  # imported here, because most runs have no errors

        return Shown(*self._secrets)

    def _new_adapter(self, scheme: str, verify: bool | str) -> Any:
        context = None
        if scheme == "https":
            context = trusted(None if verify is True else verify) if verify else untrusting()
            if not hasattr(urllib3, "BaseHTTPResponse"):  # urllib3 before 2.0 compares names and addresses itself
                context.check_hostname = False
        # The function below must not refer to self. urllib3 keeps connections open while their pool exists, so the
        # connections must not keep the pool alive.
        under_way = self._under_way
        return _adapter(lambda: under_way.exchange, context, self._limits.connections)

    def exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None, api_url: str = ""
    ) -> Received:
        """Send one request, and return the complete answer of any status. Raises Lost.

        *api_url* is the address of another version of the service on the same host.
        """
        if self._proxy and (complaint := proxy_complaint(self._proxy)):
            raise Lost(complaint, PROXY)
        limits = self._limits
        under_way = self._under_way.exchange = Exchange(limits.timeout, limits.answer_timeout)
        try:
            with self._adapter.send(
                self._prepared(method, (api_url or self._url) + path, headers, body),
                stream=True,
                timeout=min(limits.timeout, limits.answer_timeout),
                verify=self._verify,
                proxies=self._proxies,
            ) as response:
                content = read_body(
                    _pieces(response.raw, under_way, limits.size),
                    response.headers.get("Content-Encoding", ""),
                    limits.size,
                )
            if not 200 <= response.status_code < 300:
                content = content.close()  # an error message shows only the beginning of the body
            return Received(response.status_code, response.headers, content, under_way.delimited)
        except Exception as error:  # the libraries raise many kinds of errors, and some of them are not documented
            raise self._lost(list(_causes(error)), under_way) from None

    def _prepared(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Any:
        """Return a request that contains nothing from the environment, such as netrc, and no cookies."""
        request = requests.Request(method, url, {**self._headers, **headers}, data=body, auth=self._auth)
        return request.prepare()

    def _lost(self, causes: list[BaseException], under_way: Exchange) -> Lost:
        if not under_way.sent or (not under_way.heard and _refused(causes)):
            return self._unsent(causes, under_way)
        if under_way.overdue:
            return Lost(f"the answer was not complete after {self._limits.answer_timeout:g} s (option answer_timeout)")
        if any(isinstance(cause, TooLarge) for cause in causes):
            mebibytes = self._limits.size / 1024**2
            return Lost(f"the answer is larger than {mebibytes:g} MiB (option max_answer_size)", too_large=True)
        said = [words for words in map(self._said, causes) if words]
        return Lost(said[0] if said else f"the connection broke ({self._words(causes)})", passing=True)

    def _said(self, cause: BaseException) -> str:
        """Return a text of this collection for a known error, or an empty text."""
        if isinstance(cause, Damaged):
            return f"the answer is damaged: {cause}"
        if isinstance(cause, Unfinished):
            return str(cause)
        if isinstance(cause, IncompleteRead):
            return CUT
        if isinstance(cause, requests.exceptions.Timeout) or type(cause).__name__ == "ReadTimeoutError":
            return f"the request timed out, because no answer came for {self._limits.timeout:g} s (option `timeout`)"
        return ""

    def _unsent(self, causes: list[BaseException], under_way: Exchange) -> Lost:
        words, last = self._words(causes), causes[-1]
        if any(isinstance(cause, ssl.SSLCertVerificationError) or _is_mismatch(cause) for cause in causes):
            return Lost(f"there is no trusted TLS connection to {self._host}: {words}", TRUST)
        if any(str(cause).startswith("Tunnel connection failed") for cause in causes):
            return Lost(f"the proxy does not connect to {self._host}: {words}", PROXY)
        if "SOCKS" in str(last) and isinstance(last, requests.exceptions.InvalidSchema):
            return Lost(
                "an environment variable sets a SOCKS proxy, but the Python library PySocks is not installed", SOCKS
            )
        if under_way.connected and not isinstance(causes[0], requests.exceptions.Timeout):
            return Lost(f"there is no TLS connection to {self._host}: {words}", SECURE)
        there = self._host if under_way.connected or not self._proxy else f"the proxy {_place(self._proxy)}"
        impossible = any(isinstance(cause, ValueError) for cause in causes)  # for example, the host name is impossible
        return Lost(f"{there} cannot be reached: {words}", REACH, passing=not impossible)

    def _words(self, causes: list[BaseException]) -> str:
        """Return the text of the innermost error, because its text contains no URL."""
        last = causes[-1]
        text = (last.strerror or str(last)) if isinstance(last, OSError) else str(last).rpartition(": ")[2]
        return self.shown.text(text) or type(last).__name__


def _place(proxy: str) -> str:
    return urlsplit(proxy if "://" in proxy else f"http://{proxy}").netloc.rpartition("@")[2]


def _pieces(raw: Any, under_way: Exchange, limit: int) -> Iterator[bytes]:
    """Yield the body as it is transferred. Raises Unfinished, TooLarge."""
    if under_way.length is not None and under_way.length > limit:
        raise TooLarge
    count = 0
    for piece in raw.stream(PIECE, decode_content=False):
        count += len(piece)
        yield piece
    if under_way.length is not None and count < under_way.length:
        raise Unfinished(CUT)


def _adapter(under_way: Callable[[], Exchange], context: ssl.SSLContext | None, connections: int) -> Any:
    """Return an adapter for requests that reads answers strictly. *context* is for TLS."""
    security: dict[str, Any] = {"ssl_context": context} if context else {}
    making = threading.Lock()  # no other worker may use a manager before it is strict

    class Adapter(requests.adapters.HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **more: Any) -> None:
            super().init_poolmanager(*arguments, **{**more, **security})
            _make_strict(self.poolmanager, under_way)

        def proxy_manager_for(self, proxy: str, **more: Any) -> Any:
            with making:
                known = proxy in self.proxy_manager
                manager = super().proxy_manager_for(proxy, **{**more, **security})
                if not known:
                    _make_strict(manager, under_way)
            return manager

        def build_connection_pool_key_attributes(self, *arguments: Any, **more: Any) -> Any:
            """Keep the TLS context, because some releases of requests replace it."""
            host, pool = super().build_connection_pool_key_attributes(*arguments, **more)
            return host, {**pool, **security}

        def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
            """Stop requests from adding its own certificates, because the context already has the trusted
            certificates.
            """
            conn.cert_reqs = "CERT_REQUIRED" if verify else "CERT_NONE"

    return Adapter(pool_maxsize=connections)


def _make_strict(manager: Any, under_way: Callable[[], Exchange]) -> None:
    """Make a pool manager of urllib3 create strict pools and connections."""
    strict = {}
    for scheme, pool in manager.pool_classes_by_scheme.items():
        kind = pool.ConnectionCls
        own = {"exchange": staticmethod(under_way), "is_verified": VERIFIED, "proxy_is_verified": VERIFIED}
        connection = type(kind.__name__, (Connection, kind), own)
        strict[scheme] = type(pool.__name__, (Pool, pool), {"ConnectionCls": connection})
    manager.pool_classes_by_scheme = strict


def _proxies(url: str) -> Any:
    return {} if is_loopback(urlsplit(url).hostname or "") else requests.utils.get_environ_proxies(url)


def proxy_of(url: str) -> str | None:
    """Return the address of the proxy that the environment sets for *url*. It can contain a password."""
    proxy: str | None = requests.utils.select_proxy(url, _proxies(url))
    return proxy


def _refused(causes: list[BaseException]) -> bool:
    reasons = [str(getattr(cause, "reason", "")) for cause in causes if isinstance(cause, ssl.SSLError)]
    return any(refusal in reason for reason in reasons for refusal in REFUSALS)


def _is_mismatch(cause: BaseException) -> bool:
    """Return whether the certificate has another host name. An older urllib3 compares names itself."""
    return type(cause).__name__ == "CertificateError"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and its causes, from the outermost to the innermost."""
    cause: Any = error
    while cause is not None:
        yield cause
        reason = getattr(cause, "reason", None)
        inner = next((argument for argument in cause.args if isinstance(argument, BaseException)), None)
        cause = reason if isinstance(reason, BaseException) else inner

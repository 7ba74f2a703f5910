# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""The connection options and the function ``connect``, for modules and plugins.

The options are documented in ``doc_fragments/connection.py``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, urlsplit

from .._errors import InvalidInput
from .._machine.locks import Waiting
from .._machine.open_store import SCHEMA, open_store
from .._machine.run import Run, this_run
from .._model.phone import FOREIGN_NUMBERS, calling_code
from .account import account_of
from .calls import Http, Settings
from .client import Client
from .fallback import from_environment
from .formats import FORMATS
from .pace import Pace
from .transport import Limits
from .trust import is_loopback

MEBIBYTE = 1024 * 1024
PATIENCE = 10  # if answer_timeout is omitted, the maximum time for a whole answer is PATIENCE times timeout
LONGEST = 10.0**8  # seconds, about three years: longer than any useful wait, and small enough for every clock


def _option(name: str, type: str = "str", **more: Any) -> dict[str, Any]:
    return {"type": type, "fallback": (from_environment, [_variable(name)]), **more}


def _variable(name: str) -> str:
    return f"LINKENGAGE_{name.upper()}"


CONNECTION_SPEC: dict[str, dict[str, Any]] = {
    "api_url": _option("api_url", default="https://intouchapi.pswin.com/2"),
    "username": _option("username"),
    "domain": _option("domain"),
    "password": _option("password", no_log=True),
    "data_format": _option("data_format", choices=["json", "xml"], default="json"),
    "validate_certs": _option("validate_certs", "bool", default=True),
    "ca_path": _option("ca_path", "path"),
    "allow_http": _option("allow_http", "bool", default=False),
    "timeout": _option("timeout", "float", default=30.0),
    "answer_timeout": _option("answer_timeout", "float"),
    "max_answer_size": _option("max_answer_size", "int", default=256),
    "retries": _option("retries", "int", default=3),
    "throttle_timeout": _option("throttle_timeout", "int", default=180),
    "requests_per_minute": _option("requests_per_minute", "int"),
    "lock_timeout": _option("lock_timeout", "float", default=600.0),
    "method_override": _option("method_override", choices=["auto", "always", "never"], default="auto"),
    "default_country_code": _option("default_country_code", "raw"),
    "store": _option("store", no_log=False),
    "store_schema": _option("store_schema", default=SCHEMA),
    "foreign_numbers": _option("foreign_numbers", choices=list(FOREIGN_NUMBERS), default="any"),
}


def connect(option: Callable[[str], Any], run: Run | None = None) -> Client:
    """Return a client for the account in the options. Sends no request yet.

    *option* is a function that returns the value of an option. The client stops sending when *run* is over; by default,
    *run* is the run of this process. Raises InvalidInput for invalid options, and MissingLibrary.
    """
    settings = Settings(
        api_url=_api_url(option("api_url"), option("allow_http")),
        login=_login(option("username"), option("domain")),
        password=_password(option("password")),
        verify=_existing(option("ca_path")) if option("validate_certs") else False,
        retries=int(_number(option, "retries", 0)),
        method_override=option("method_override"),
        limits=_limits(option),
    )
    budget = option("requests_per_minute")
    if budget is not None:
        _number(option, "requests_per_minute", 1)
    run = run or this_run()
    waiting = Waiting(run, _number(option, "lock_timeout", 0))
    account = account_of(settings.login, settings.api_url)
    store = open_store(option("store"), option("store_schema"), account, waiting)
    pace = Pace(budget, _number(option, "throttle_timeout", 0), permit=run.require, shared=store)
    http = Http(settings, pace, sleep=run.sleep, permit=run.require)
    code = calling_code(option("default_country_code"))
    return Client(http, FORMATS[option("data_format")](), code, waiting, option("foreign_numbers"), store)


def _api_url(text: str, allow_http: bool) -> str:
    url = _split(text.strip())
    if url is None or url.scheme not in ("http", "https") or not url.hostname or url.query or url.fragment:
        raise InvalidInput("api_url: an address such as https://intouchapi.pswin.com/2 is expected.")
    if url.username is not None or url.password is not None:
        raise InvalidInput("api_url: the address must not contain credentials. Use the options username and password.")
    if url.scheme == "http" and not allow_http and not is_loopback(url.hostname):
        raise InvalidInput(
            f"api_url: http://{url.hostname} would send the password in clear text. Use https://, "
            "or set allow_http to allow an unencrypted connection."
        )
    return text.strip().rstrip("/")


def _split(address: str) -> SplitResult | None:
    try:
        url = urlsplit(address)
        return None if url.port == 0 else url
    except ValueError:  # the address has an unmatched bracket or an invalid port
        return None


def _existing(ca_path: str | None) -> str | bool:
    """Return the path of certificates, or True for the certificates of the system. Raises InvalidInput."""
    if ca_path and not os.path.exists(ca_path):
        raise InvalidInput(f"{_place('ca_path', ca_path)}: {ca_path} does not exist.")
    return ca_path or True


def _login(username: str | None, domain: str | None) -> str:
    """Return the login for Basic auth: ``user@domain``.

    An e-mail login can contain two @ (contract: authentication).
    """
    if not username:
        raise InvalidInput(
            "username: the option is not set. Set this option, or the environment variable LINKENGAGE_USERNAME."
        )
    if ":" in username + (domain or ""):
        raise InvalidInput(
            "username: a colon is not allowed in username and domain, because of HTTP Basic authentication. Remove the "
            "colon."
        )
    _encodable("username", username)
    _encodable("domain", domain or "")
    suffix = "@" + domain.lstrip("@") if domain else ""
    return username if username.endswith(suffix) else username + suffix


def _password(password: str | None) -> str:
    if not password:
        raise InvalidInput(
            "password: the option is not set. Set this option, or the environment variable LINKENGAGE_PASSWORD."
        )
    return _encodable("password", password)


def _encodable(name: str, text: str) -> str:
    """Return *text*, if a login can contain it. Raises InvalidInput otherwise."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidInput(
            f"{_place(name, text)}: the value is not UTF-8 text, but the service expects UTF-8. Set the value again in "
            "a terminal or a file that uses UTF-8."
        ) from None
    return text


def _limits(option: Callable[[str], Any]) -> Limits:
    timeout = _number(option, "timeout", 0.001)
    whole = timeout * PATIENCE if option("answer_timeout") is None else _number(option, "answer_timeout", 0.001)
    return Limits(timeout, min(whole, LONGEST), int(_number(option, "max_answer_size", 1) * MEBIBYTE))


def _number(option: Callable[[str], Any], name: str, least: float) -> float:
    """Return the value of an option, which must be from *least* to LONGEST. Raises InvalidInput otherwise."""
    value = option(name)
    if not value >= least:
        raise InvalidInput(f"{_place(name, value)}: the number is too small; at least {least:g} is expected.")
    if value > LONGEST:
        raise InvalidInput(f"{_place(name, value)}: the number is too large; at most {LONGEST:.0f} is expected.")
    return float(value)


def _place(name: str, value: Any) -> str:
    """Return where a value comes from: the name of its environment variable, or the name of the option."""
    text = os.environ.get(_variable(name), "")
    try:
        same = text == value or (isinstance(value, (int, float)) and float(text) == value)
    except (OverflowError, ValueError):
        same = False
    return _variable(name) if text and same else name

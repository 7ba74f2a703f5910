# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""How the service is reached, found out without a request: name resolution, proxy and certificate."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .transport import proxy_of
from .trust import trusted

DAY = 86400


@dataclass(frozen=True)
class Reach:
    """The result of the checks.

    ``unresolved`` and ``untrusted`` are the reasons of failures, or "" if there is no failure.

    ``issuer`` and ``days`` belong to the certificate. They are None if the certificate was not read.
    """

    encrypted: bool
    proxied: bool
    unresolved: str = ""
    untrusted: str = ""
    issuer: str | None = None
    days: int | None = None


def reach(api_url: str, verify: bool | str, timeout: float) -> Reach:
    """Look up the host and read its certificate.

    The certificate is not read if a proxy is used, or if certificates are not checked.
    """
    url = urlsplit(api_url)
    encrypted, proxied = url.scheme == "https", bool(proxy_of(api_url))
    host, port = url.hostname or "", url.port or (443 if encrypted else 80)
    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        return Reach(
            encrypted, proxied, unresolved=getattr(error, "strerror", None) or "the name of the host is not valid"
        )
    if not encrypted or proxied or not verify:
        return Reach(encrypted, proxied)
    context = trusted(None if verify is True else verify)
    context.check_hostname = True
    try:
        with socket.create_connection((host, port), timeout) as plain:  # noqa: SIM117
            with context.wrap_socket(plain, server_hostname=host) as line:
                certificate: Mapping[str, Any] = line.getpeercert() or {}
    except (OSError, ValueError) as error:
        reason = getattr(error, "verify_message", None) or getattr(error, "strerror", None) or type(error).__name__
        return Reach(encrypted, proxied, untrusted=str(reason))
    return Reach(encrypted, proxied, issuer=_issuer(certificate), days=_days(certificate))


def _issuer(certificate: Mapping[str, Any]) -> str:
    names = {name: value for part in certificate.get("issuer", ()) for name, value in part}
    return str(names.get("organizationName") or names.get("commonName") or "unknown")


def _days(certificate: Mapping[str, Any]) -> int | None:
    until = certificate.get("notAfter")
    return int((ssl.cert_time_to_seconds(until) - time.time()) // DAY) if until else None

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Which servers a connection trusts: TLS certificates, loopback addresses, and the proxies in the environment."""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from .._errors import InvalidInput

# Environment variables for certificates, with the same meaning as ca_path. The order is that of requests.
CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
HASHED = re.compile(r"[0-9a-f]{8}\.\d+")  # the names of certificates in a folder that OpenSSL prepared
CERTIFICATES = (".pem", ".crt", ".cer")
PROXIES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")


def trusted(ca_path: str | None) -> ssl.SSLContext:
    """Return a TLS context that trusts the certificates in the file or folder *ca_path*, or those of the system.

    If *ca_path* is None, ``REQUESTS_CA_BUNDLE`` or ``CURL_CA_BUNDLE`` is used instead. ``SSL_CERT_FILE`` and
    ``SSL_CERT_DIR`` of OpenSSL replace the certificates of the system. Raises InvalidInput for a path without
    certificates.
    """
    name, path = "ca_path", ca_path
    for variable in CA_VARIABLES:
        if not path:
            name, path = variable, os.environ.get(variable)
    if not path:
        return ssl.create_default_context()
    if not os.path.exists(path):
        raise InvalidInput(f"{name}: {path} does not exist.")
    try:
        return _of_folder(Path(path)) if os.path.isdir(path) else ssl.create_default_context(cafile=path)
    except (OSError, ValueError):  # ssl.SSLError is a subclass of OSError
        raise InvalidInput(
            f"{name}: no certificates in PEM format can be read from {path}. Use another file or folder."
        ) from None


def untrusting() -> ssl.SSLContext:
    """Return a TLS context that trusts every certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _of_folder(folder: Path) -> ssl.SSLContext:
    """Return a TLS context that trusts all certificates in a folder.

    OpenSSL reads only files whose name is a hash. Other files are read here.
    """
    context = ssl.create_default_context(capath=str(folder))
    files = sorted(folder.iterdir())
    for file in files:
        if file.suffix in CERTIFICATES and file.is_file():
            context.load_verify_locations(cafile=str(file))
    if not context.cert_store_stats()["x509"] and not any(HASHED.fullmatch(file.name) for file in files):
        raise ValueError("no certificates")
    return context


def is_loopback(host: str) -> bool:
    """Return whether *host* is a name or an address of this machine."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host.lower().rstrip(".") == "localhost"
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def proxy_complaint(proxy: str) -> str | None:
    """Return what is wrong with the address of a proxy.

    The text does not contain the address, because the address can have a password.
    """
    url = _split(proxy)
    if url is None or not url.hostname or "@" in url.path + url.query + url.fragment:
        return (
            f"{_variable(proxy)} is not the address of a proxy, such as http://proxy.example:3128. In the user name "
            "and password, write / as %2F, @ as %40, # as %23 and ? as %3F"
        )
    if url.scheme not in PROXIES:
        return f"{_variable(proxy)} does not begin with one of {', '.join(f'{scheme}://' for scheme in PROXIES)}"
    return None


def proxy_secrets(proxy: str) -> Iterator[str]:
    """Yield both forms of the password of a proxy: decoded, and as it is written in the address."""
    url = _split(proxy)
    for password in filter(None, [url and url.password]):
        yield password
        yield unquote(password)


def _split(proxy: str) -> SplitResult | None:
    try:
        url = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        return url if url.port != 0 else None
    except ValueError:  # the address has an unmatched bracket, or a port that is not a number
        return None


def _variable(proxy: str) -> str:
    """Return the name of the environment variable that has this value."""
    names = [name for name, value in os.environ.items() if value == proxy and name.lower().endswith("_proxy")]
    return names[0] if names else "The proxy setting"

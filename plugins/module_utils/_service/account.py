# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.
"""Identifies an account, whatever the spelling of its address is. Pure."""

from __future__ import annotations

import ipaddress
import posixpath
import re
from urllib.parse import urlsplit

from .trust import is_loopback

USUAL_PORTS = {None, 80, 443}


def account_of(login: str, api_url: str) -> str:
    """Return a text that identifies one account on one service. Locks, sends and cursors are stored under this text.

    Different addresses of the same account give the same text. The following makes no difference: http or https, the
    version at the end of the path, additional slashes and dots in the path, the names of this machine, upper and lower
    case.
    """
    url = urlsplit(api_url)
    port = "" if url.port in USUAL_PORTS else f":{url.port}"
    path = posixpath.normpath(f"/{url.path.lstrip('/')}")
    without_version = re.sub(r"/\d*$", "", path)
    return f"{login.casefold()} {_host(url.hostname or '')}{port}{without_version}"


def _host(name: str) -> str:
    """Return the host in one spelling. All names of this machine become ``localhost``."""
    if is_loopback(name):
        return "localhost"
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name.rstrip(".")

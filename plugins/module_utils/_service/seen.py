# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""What an answer of any status showed. The doctor compares this with the open questions about the service."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .calls import Call
from .transport import Received

VERSION = re.compile(r"/(\d+)$")


@dataclass(frozen=True)
class Seen:
    """One answer. ``version`` is the version of the API in the address of the request, or "" if the address has none.

    ``text`` is the beginning of the body. It can contain personal data, so it must never be shown.
    """

    method: str
    path: str
    version: str
    status: int
    media: str
    text: str = field(repr=False)
    retry_after: str | None
    location: str | None = field(repr=False)
    seconds: float


def seen_in(call: Call, received: Received, seconds: float, api_url: str) -> Seen:
    """Return what the answer *received* showed."""
    version = VERSION.search(call.api_url or api_url)
    return Seen(
        method=call.method,
        path=call.path,
        version=version[1] if version else "",
        status=received.status,
        media=received.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
        text=received.body.head.decode("utf-8", "replace"),
        retry_after=received.headers.get("Retry-After"),
        location=received.headers.get("Location"),
        seconds=seconds,
    )

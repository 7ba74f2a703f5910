# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A request and its answer as plain data, so that only one file uses HTTP."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qsl, unquote


@dataclass(frozen=True)
class Call:
    """One request. The names of headers are not case-sensitive."""

    wire_method: str
    raw_path: str
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def method(self) -> str:
        """The method after a method override."""
        override = self.headers.get("X-HTTP-Method-Override", "")
        return override.strip().upper() if override and self.wire_method == "POST" else self.wire_method

    @property
    def _raw_segments(self) -> list[str]:
        return self.raw_path.partition("?")[0].split("/")[1:]

    @cached_property
    def version(self) -> int | None:
        """The version in the path, or None."""
        first = self._raw_segments[0] if self._raw_segments else ""
        return int(first) if first in ("1", "2") else None

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The parts of the path after the version.

        They are split before they are decoded, so a term can contain a slash.
        """
        raw = self._raw_segments[1 if self.version else 0 :]
        if raw and raw[-1] == "":
            raw = raw[:-1]
        return tuple(unquote(segment) for segment in raw)

    @cached_property
    def path(self) -> str:
        """The decoded path after the version."""
        return "/" + "/".join(self.segments)

    @property
    def query(self) -> list[tuple[str, str]]:
        """The decoded query parameters."""
        return parse_qsl(self.raw_path.partition("?")[2], keep_blank_values=True)

    @cached_property
    def credentials(self) -> tuple[str, str] | None:
        """The login and the password of HTTP Basic, or None."""
        scheme, _space, token = self.headers.get("Authorization", "").partition(" ")
        try:
            pair = base64.b64decode(token.strip(), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            return None
        login, colon, password = pair.partition(":")
        return (login, password) if scheme.lower() == "basic" and colon else None

    @property
    def consumer(self) -> str:
        """The user of the call. The throttle counts requests by this name, which does not contain the password."""
        return self.credentials[0] if self.credentials else ""

    @property
    def host(self) -> str:
        """The address of the service in answers. It begins with http, even after a request with https."""
        return "http://" + self.headers.get("Host", "localhost")


@dataclass(frozen=True)
class Answer:
    """One answer."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain"
    headers: dict[str, str] = field(default_factory=dict)

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service without a network. It answers calls."""

from __future__ import annotations

import hmac
from typing import Any

from . import wire, wire_json, wire_xml
from .endpoints import ENDPOINTS, Created, Done, Endpoint, Result, Shown, Visit
from .errors import NotAcceptableError, NotAllowedError, NotFoundError, ServiceError, UnauthorisedError
from .exchange import Answer, Call
from .options import Options
from .schema import Kind, Shape, check_names
from .store import Store

OVERRIDES = ("PUT", "DELETE")
LOGIN_PAGE = b"<html><head><title>406</title></head><body><h1>Not Acceptable</h1></body></html>"


class Api:
    """Checks login, path, formats, parameters and rights in this order. Then performs the request."""

    def __init__(self, store: Store, options: Options, login: str, password: str) -> None:
        self.store = store
        self._options = options
        self._credentials = (login, password)

    def authorised(self, call: Call) -> bool:
        """Whether login and password are correct."""
        given = "\0".join(call.credentials or ())
        return hmac.compare_digest(given.encode("utf-8"), "\0".join(self._credentials).encode("utf-8"))

    def answer(self, call: Call) -> Answer:
        """Perform the call, or answer with the reason of the rejection."""
        try:
            return self._act(call)
        except ServiceError as refusal:
            return refuse(refusal)

    def _act(self, call: Call) -> Answer:
        if not self.authorised(call):
            raise UnauthorisedError
        endpoint, arguments = find(call)
        media = wire.answer_media(call.headers)
        if endpoint.resource:
            check_names(endpoint.resource, dict(call.query))
        if not {"ALLOW_API", endpoint.needs} <= set(self.store.account.functions):
            raise NotAcceptableError(f"The user may not {endpoint.needs}")
        self.store.mailbox.settle()
        result = endpoint.action(Visit(call, self.store, self._options), *arguments)
        return self._render(result, call, media)

    def _render(self, result: Result, call: Call, media: str) -> Answer:
        if isinstance(result, Shown):
            return self._show(200, result.value, result.shape, call, media)
        if isinstance(result, Done):
            return Answer(result.status or (200 if call.version == 1 else 204), content_type=media)
        return self._created(result, call, media)

    def _created(self, result: Created, call: Call, media: str) -> Answer:
        if call.version == 1:
            return self._show(200, result.record, result.resource, call, media)
        kind = Kind.TEXT if isinstance(result.ident, str) else Kind.INTEGER
        answer = self._show(201, result.ident, kind, call, media)
        answer.headers["Location"] = f"{call.host}/{call.version}{result.place}/{result.ident}"
        return answer

    def _show(self, status: int, value: Any, shape: Shape, call: Call, media: str) -> Answer:
        clock = self.store.clock
        if wire.FORMATS[media] == wire.XML:
            return Answer(status, wire_xml.encode(value, shape, clock), media)
        iso = self._options.iso_dates and call.version == 2
        write_date = clock.to_iso if iso else clock.to_json
        return Answer(status, wire_json.encode(value, shape, write_date, not self._options.plain_slashes), media)


def find(call: Call) -> tuple[Endpoint, list[Any]]:
    """The endpoint of the call, and its arguments."""
    if call.wire_method != call.method and call.method not in OVERRIDES:
        raise NotAllowedError(f"POST cannot stand for {call.method}")
    meant = [row for row in ENDPOINTS if call.version in row.versions and row.covers(call.segments)]
    if not meant:
        raise NotFoundError(f"There is no {call.path}")
    for endpoint in meant:
        arguments = endpoint.arguments(call.segments)
        if endpoint.method == call.method and arguments is not None:
            return endpoint, arguments
    raise NotAllowedError(f"{call.path} does not take {call.method}")


def refuse(refusal: ServiceError) -> Answer:
    """The answer to a rejected call."""
    if isinstance(refusal, UnauthorisedError):
        return Answer(refusal.status, LOGIN_PAGE, "text/html")
    return Answer(refusal.status, str(refusal).encode("utf-8", "replace"), "text/plain")

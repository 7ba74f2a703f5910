# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service without a network: it answers calls."""

from __future__ import annotations

import hmac
from typing import Any

from . import wire, wire_json, wire_xml
from .dialect import Dialect
from .endpoints import ENDPOINTS, Created, Done, Endpoint, Result, Shown, Visit
from .errors import (
    NotAcceptableError,
    NotAllowedError,
    NotFoundError,
    ServiceError,
    ThrottledError,
    UnauthorisedError,
)
from .exchange import Answer, Call
from .options import Options
from .schema import Kind, Shape, check_names
from .store import Store

OVERRIDES = ("PUT", "DELETE")
LOGIN_PAGE = b"<html><head><title>406</title></head><body><h1>Not Acceptable</h1></body></html>"


class Api:
    """Checks login, path, formats, parameters and rights, in this order. Then it performs the request."""

    def __init__(self, store: Store, options: Options, login: str, password: str) -> None:
        self.store = store
        self._options = options
        self._credentials = (login, password)

    def authorised(self, call: Call) -> bool:
        """Return whether the login and the password are correct."""
        given = "\0".join(call.credentials or ())
        return hmac.compare_digest(given.encode("utf-8"), "\0".join(self._credentials).encode("utf-8"))

    def answer(self, call: Call) -> Answer:
        """Perform the call, or answer with the reason why it is rejected."""
        try:
            return self._act(call)
        except ServiceError as refusal:
            return self.refuse(refusal, call)

    def dialect(self, call: Call) -> Dialect:
        """Return the form of answers in the version of this call."""
        options = self._options
        return Dialect(options.assume, self.store.clock, call.version, not options.plain_slashes)

    def refuse(self, refusal: ServiceError, call: Call) -> Answer:
        """Return the answer to a rejected call."""
        assume = self._options.assume
        if isinstance(refusal, UnauthorisedError):
            return Answer(int(assume["login_refused"]), LOGIN_PAGE, "text/html")
        status = refusal.status
        if isinstance(refusal, ThrottledError):
            status = int(assume["throttle_status"])
        try:
            media = wire.answer_media(call.headers)
        except NotAcceptableError:
            media = "application/json"
        body, content_type = self.dialect(call).error(str(refusal), status, media)
        return Answer(status, body, content_type)

    def _act(self, call: Call) -> Answer:
        if not self.authorised(call):
            raise UnauthorisedError
        endpoint, arguments = find(call)
        self._require_present(endpoint, call)
        media = wire.answer_media(call.headers)
        if endpoint.resource:
            check_names(endpoint.resource, dict(call.query))
        if not {"ALLOW_API", endpoint.needs} <= set(self.store.account.functions):
            raise NotAcceptableError(f"The user may not {endpoint.needs}")
        self.store.mailbox.settle()
        result = endpoint.action(Visit(call, self.store, self._options, self.dialect(call)), *arguments)
        return self._render(result, call, media)

    def _require_present(self, endpoint: Endpoint, call: Call) -> None:
        """Raise NotFoundError for a resource that this version does not have."""
        root = endpoint.path.split("/")[1]
        where = self._options.assume[root] if root in ("user", "folders") else "version_2"
        if where == "none" or (where == "version_1" and call.version == 2):
            raise NotFoundError(f"There is no {call.path}")

    def _render(self, result: Result, call: Call, media: str) -> Answer:
        if isinstance(result, Shown):
            return self._show(200, result.value, result.shape, call, media)
        if isinstance(result, Done):
            return self._done(result, call, media)
        return self._created(result, call, media)

    def _done(self, result: Done, call: Call, media: str) -> Answer:
        if result.status or call.version == 1:
            return Answer(result.status or 200, content_type=media)
        form = self._options.assume["delete_answer" if call.method == "DELETE" else "put_answer"]
        if form == "record" and result.resource:
            return self._show(200, result.record, result.resource, call, media)
        return Answer(204 if form == "no_content" else 200, content_type=media)

    def _created(self, result: Created, call: Call, media: str) -> Answer:
        form = "record" if call.version == 1 else self._options.assume["post_answer"]
        if form in ("record", "created_record"):
            return self._show(200 if form == "record" else 201, result.record, result.resource, call, media)
        path = f"{result.place}/{result.ident}"
        if form.startswith("location"):
            answer = Answer(201, content_type=media)
        else:
            text = form == "quoted_id" or isinstance(result.ident, str)
            ident = str(result.ident) if text else result.ident
            answer = self._show(201, ident, Kind.TEXT if text else Kind.INTEGER, call, media)
        whole = f"/{call.version}{path}"
        places = {"location_path": whole, "location_name": path.lstrip("/")}
        answer.headers["Location"] = places.get(form, f"{call.host}{whole}")
        return answer

    def _show(self, status: int, value: Any, shape: Shape, call: Call, media: str) -> Answer:
        encode = wire_xml.encode if wire.FORMATS[media] == wire.XML else wire_json.encode
        return Answer(status, encode(value, shape, self.dialect(call)), media)


def find(call: Call) -> tuple[Endpoint, list[Any]]:
    """Return the endpoint of the call, and the arguments in its path."""
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

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only file that uses HTTP: it reads requests, writes answers, and simulates faults."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import MutableMapping
from datetime import timedelta
from email.utils import format_datetime
from weakref import WeakKeyDictionary

from aiohttp import web

from .api import Api
from .control import control
from .errors import NotAllowedError, ServiceError, ThrottledError
from .exchange import Answer, Call
from .faults import NO_FAULT, Planned
from .log import Entry
from .page import page_data, page_file, page_questions
from .seed import plant, uproot
from .service import Service

BLOCKABLE = ("PUT", "DELETE")


class App:
    """Connects a service to aiohttp."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._connections: MutableMapping[asyncio.BaseTransport, int] = WeakKeyDictionary()
        self._numbers = itertools.count(1)
        # Counts the requests that may have changed what the web page shows. After a restart, the count has other
        # values, so that the page never mistakes a new count for an old one.
        self._changes = time.time_ns()
        self._answered = 0

    def progress(self) -> tuple[int, int]:
        """Return values that differ after each request that changed the state or the log."""
        return self._changes, self._answered

    def application(self) -> web.Application:
        """Return the aiohttp application. It accepts bodies of any size."""
        app = web.Application(client_max_size=2**40)
        app.router.add_route("*", "/_control/{rest:.*}", self._control)
        app.router.add_get("/", self._page)
        app.router.add_get("/{name:page[.](?:css|js)}", self._page)
        app.router.add_get("/_page/data", self._page_data)
        app.router.add_get("/_page/questions", self._page_questions)
        app.router.add_route("*", "/{rest:.*}", self._serve)
        app.on_response_prepare.append(self._date)
        return app

    async def _date(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Set the header Date from the clock of the service."""
        response.headers["Date"] = format_datetime(self.service.clock.now(), usegmt=True)

    async def _control(self, request: web.Request) -> web.StreamResponse:
        self._changes += request.method != "GET"
        return _response(control(self.service, await _read(request)))

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return _response(page_file(request.match_info.get("name", "index.html")))

    async def _page_data(self, request: web.Request) -> web.StreamResponse:
        return _response(page_data(self.service, self._changes, request.query))

    async def _page_questions(self, _request: web.Request) -> web.StreamResponse:
        return _response(page_questions())

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        call = await _read(request)
        entry = self.service.log.open(call, self.service.clock, self._connection(request))
        entry["authorised"] = self.service.api.authorised(call)
        try:
            self._admit(call, entry)
            await _wait(self.service.options.latency / 1000)
            return await self._perform(request, call, entry)
        except ServiceError as refusal:
            answer = self.service.api.refuse(refusal, call)
            if isinstance(refusal, ThrottledError):
                answer.headers.update(self._retry_after(refusal.seconds))
            entry["status"] = answer.status
            return _response(answer)
        finally:
            self._answered += 1

    def _retry_after(self, seconds: int) -> dict[str, str]:
        """Return the header Retry-After of a throttled answer, if the options ask for it."""
        options = self.service.options
        if options.assume["retry_after"] == "date":
            return {"Retry-After": format_datetime(self.service.clock.now() + timedelta(seconds=seconds), usegmt=True)}
        wanted = options.retry_after or options.assume["retry_after"] == "seconds"
        return {"Retry-After": str(seconds)} if wanted else {}

    def _connection(self, request: web.Request) -> int:
        """Return the number of the connection, so that a test can count connections."""
        if request.transport is None:
            return 0
        if request.transport not in self._connections:
            self._connections[request.transport] = next(self._numbers)
        return self._connections[request.transport]

    def _admit(self, call: Call, entry: Entry) -> None:
        """Check the request as a proxy does that blocks methods, and check the throttle."""
        if self.service.options.block_methods and call.wire_method in BLOCKABLE:
            entry["fault"] = "block_methods"
            raise NotAllowedError(f"{call.wire_method} is blocked here")
        try:
            self.service.throttle.check(call.consumer, self.service.clock.now())
        except ThrottledError:
            entry["throttled"] = True
            raise

    async def _perform(self, request: web.Request, call: Call, entry: Entry) -> web.StreamResponse:
        # During the wait below, the service may be reset. A late request must change the old service, not the new one.
        api = self.service.api
        planned = self.service.faults.take(call)
        fault = planned.fault if planned else NO_FAULT
        if planned:
            entry["fault"] = planned.name
            _prepare(api, planned)
        await _wait(fault.wait_before)
        answer = api.answer(call) if fault.acts else Answer(200)
        self._changes += call.method != "GET" or bool(planned)
        await _wait(fault.wait_after)
        answer = fault.answer or answer
        if fault.silent:
            return _hang_up(request)
        entry["status"] = answer.status
        return await _send_half(request, answer) if fault.half else _response(answer)


def _prepare(api: Api, planned: Planned) -> None:
    """Make the changes of another client just before this request."""
    plant(api.store, planned.seed)
    for path in planned.delete:
        uproot(api.store, path)


async def _wait(seconds: float) -> None:
    if seconds > 0:
        await asyncio.sleep(seconds)


async def _read(request: web.Request) -> Call:
    return Call(request.method, request.raw_path, request.headers, await request.read())


def _content_type(answer: Answer) -> str:
    return answer.content_type if ";" in answer.content_type else f"{answer.content_type}; charset=utf-8"


def _response(answer: Answer) -> web.Response:
    headers = dict(answer.headers)
    if answer.status != web.HTTPNoContent.status_code:
        headers["Content-Type"] = _content_type(answer)
    return web.Response(status=answer.status, body=answer.body, headers=headers)


def _hang_up(request: web.Request) -> web.StreamResponse:
    """Close the connection. The returned response is not sent."""
    if request.transport:
        request.transport.close()
    return web.Response()


async def _send_half(request: web.Request, answer: Answer) -> web.StreamResponse:
    """Announce the length of the whole body, and close the connection after half of the body."""
    response = web.StreamResponse(status=answer.status, headers=_response(answer).headers)
    response.content_length = len(answer.body)
    await response.prepare(request)
    await response.write(answer.body[: len(answer.body) // 2])
    return _hang_up(request)

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An account in this process whose service answers the open questions in a chosen way. Tests do not wait for it.

Time passes only through sleeping and requests. So reads that lag by seconds take no real time, and a test does not
depend on the clock of the machine.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

from in_memory import LOGIN, PASSWORD, Machine

from ansible_collections.community.linkengage.plugins.module_utils._machine.locks import Waiting
from ansible_collections.community.linkengage.plugins.module_utils._machine.open_store import open_store
from ansible_collections.community.linkengage.plugins.module_utils._machine.run import Run
from ansible_collections.community.linkengage.plugins.module_utils._service.account import account_of
from ansible_collections.community.linkengage.plugins.module_utils._service.bodies import Body
from ansible_collections.community.linkengage.plugins.module_utils._service.calls import Http, Settings
from ansible_collections.community.linkengage.plugins.module_utils._service.client import Client
from ansible_collections.community.linkengage.plugins.module_utils._service.formats import FORMATS
from ansible_collections.community.linkengage.plugins.module_utils._service.pace import Pace, Traffic
from ansible_collections.community.linkengage.plugins.module_utils._service.shown import Shown
from ansible_collections.community.linkengage.plugins.module_utils._service.transport import Lost, Received
from linkengage_simulator import service as simulator
from linkengage_simulator.app import App
from linkengage_simulator.errors import ServiceError, ThrottledError
from linkengage_simulator.exchange import Call
from linkengage_simulator.options import Options

HOST = "https://service.example"
START = datetime(2026, 11, 26, 12, 0, 34, tzinfo=timezone.utc)
ONE_REQUEST = 0.01  # seconds that each request takes
TOKEN = base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()


class VirtualCondition(threading.Condition):
    """A condition that waits on the clock of the service."""

    account: Any = None

    def wait(self, timeout: float | None = None) -> bool:
        self.account.sleep(timeout or 0.1)
        return True


class VirtualRun(Run):
    """A run that sleeps on the clock of the service."""

    clock: Any = None

    def sleep(self, seconds: float, _sleep: Any = None) -> None:
        self.clock.sleep(seconds)


class Account:
    """An account on which tests ``run`` modules. ``state``, ``writes`` and ``deliveries`` show the effects.

    This object also replaces the module ``time`` of the code under test, and its transport.
    """

    def __init__(self, assume: Mapping[str, str], data_format: str, **seed: Any) -> None:
        options = Options()
        options.update({"assume": assume})
        self.service = simulator.Service(simulator.Settings(LOGIN, PASSWORD, options=options, seed=seed))
        self.format = data_format
        self.shown = Shown(PASSWORD)
        self.requests: list[str] = []
        self.lose: str = ""  # the service acts on the next write with this method, but its answer is lost
        self.country_code: str | None = None
        self.service.clock.start = START
        self._turn = threading.Lock()  # because several threads read groups
        changed = VirtualCondition()
        changed.account = self
        self.traffic = Traffic(self.monotonic, changed)

    # The clock

    def sleep(self, seconds: float) -> None:
        self.service.clock.shift += timedelta(seconds=seconds)

    def monotonic(self) -> float:
        return self.service.clock.shift.total_seconds()

    def time(self) -> float:
        return self.now().timestamp()

    def now(self) -> datetime:
        return self.service.clock.now()

    # The transport

    def exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None, api_url: str = ""
    ) -> Received:
        with self._turn:
            self.sleep(ONE_REQUEST)
            return self._exchange(method, path, headers, body, api_url)

    def _exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None, api_url: str
    ) -> Received:
        version = urlsplit(api_url).path or "/2"
        call = Call(method, f"{version}{path}", {**headers, "Authorization": f"Basic {TOKEN}"}, body or b"")
        self.requests.append(f"{method} {call.path}")
        try:
            self.service.throttle.check(call.consumer, self.now())
            answer = self.service.api.answer(call)
        except ServiceError as refusal:
            answer = self.service.api.refuse(refusal, call)
            if isinstance(refusal, ThrottledError):
                answer.headers.update(App(self.service)._retry_after(refusal.seconds))
        if self.lose == method:
            self.lose = ""
            raise Lost("the connection broke", passing=True)
        content = {} if answer.status == 204 else {"Content-Type": f"{answer.content_type}; charset=utf-8"}
        date = self.now().strftime("%a, %d %b %Y %H:%M:%S GMT")
        return Received(answer.status, {**answer.headers, **content, "Date": date}, Body(answer.body))

    # The code under test

    def client(self) -> Client:
        run = VirtualRun("test")
        object.__setattr__(run, "clock", self)
        settings = Settings(f"{HOST}/2", LOGIN, PASSWORD)
        waiting = Waiting(run)
        store = open_store(None, None, account_of(LOGIN, settings.api_url), waiting)
        wire: Any = self
        http = Http(settings, Pace(None, 180, traffic=self.traffic), sleep=self.sleep, transport=wire, now=self.now)
        return Client(http, FORMATS[self.format](), self.country_code, waiting, "any", store)

    def run(self, module: str, /, *, check: bool = False, **params: Any) -> dict[str, Any]:
        """Run ``linkengage_<module>``, and return the result, even of a failure.

        ``requests`` has the requests of this run.
        """
        self.requests = []
        return Runner(self).run(module, check=check, **params)

    # The service

    @property
    def writes(self) -> list[str]:
        return [request for request in self.requests if not request.startswith("GET ")]

    @property
    def state(self) -> dict[str, Any]:
        return self.service.store.state()

    @property
    def book(self) -> list[Any]:
        """The contacts, the groups and the messages."""
        return [self.state[name] for name in ("contacts", "groups", "messages")]

    @property
    def contacts(self) -> dict[str, dict[str, Any]]:
        """The contacts, by the digits of their phone numbers."""
        phone = self.service.store.account.phone
        return {phone(record["PhoneNumber"]): record for record in self.state["contacts"]}

    @property
    def deliveries(self) -> list[tuple[str, str]]:
        """The phone and the text of each delivered text."""
        self.service.store.mailbox.settle()
        return [(delivery.phone, delivery.text) for delivery in self.service.store.mailbox.deliveries]


class Runner(Machine):
    """Runs modules with the client of an account."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def _client(self) -> Client:
        return self._account.client()

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator in this process, without a network: thousands of runs in a minute, and several runs at once.

A ``Machine`` runs modules. Different machines have different locks, like different computers. A test can let something
happen before any request, such as a wait in virtual time or the edit of a person.
"""

from __future__ import annotations

import base64
import importlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from support import COLLECTION

from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError
from ansible_collections.community.linkengage.plugins.module_utils._module import execute, failed
from ansible_collections.community.linkengage.plugins.module_utils._service.bodies import Body
from ansible_collections.community.linkengage.plugins.module_utils._service.calls import Http, Settings
from ansible_collections.community.linkengage.plugins.module_utils._service.client import Client
from ansible_collections.community.linkengage.plugins.module_utils._service.formats import FORMATS
from ansible_collections.community.linkengage.plugins.module_utils._service.pace import Pace
from ansible_collections.community.linkengage.plugins.module_utils._service.shown import Shown
from ansible_collections.community.linkengage.plugins.module_utils._service.transport import Received
from linkengage_simulator import service as simulator
from linkengage_simulator.exchange import Call
from linkengage_simulator.seed import plant, uproot

LOGIN, PASSWORD = "kari@acme.example", "secret"
Before = Callable[[str, str], None]


class Service:
    """The simulator. ``state`` has its contacts and groups. ``plant`` and ``uproot`` change them as a person does."""

    def __init__(self, **seed: Any) -> None:
        self._service = simulator.Service(simulator.Settings(LOGIN, PASSWORD, seed=seed))
        self.writes: list[str] = []
        self._lock = threading.Lock()  # the simulator answers one request after the other, as in its own process

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Received:
        token = base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
        call = Call(method, f"/2{path}", {**headers, "Authorization": f"Basic {token}"}, body or b"")
        with self._lock:
            if call.method != "GET":
                self.writes.append(f"{call.method} {call.path}")
            answer = self._service.api.answer(call)
        content = {} if answer.status == 204 else {"Content-Type": f"{answer.content_type}; charset=utf-8"}
        return Received(answer.status, {**answer.headers, **content}, Body(answer.body))

    def plant(self, **seed: Any) -> None:
        plant(self._service.store, seed)

    def uproot(self, path: str) -> None:
        uproot(self._service.store, path)

    def edit(self, kind: str, id: int, **values: Any) -> None:
        """Change fields of a record, as a person does in the web application."""
        shelf = getattr(self._service.store.book, kind)
        shelf.get(id).update(values)

    @property
    def contacts(self) -> dict[int, dict[str, Any]]:
        return {record["ContactId"]: dict(record) for record in self._service.store.state()["contacts"]}

    @property
    def groups(self) -> dict[int, dict[str, Any]]:
        return {record["GroupId"]: dict(record) for record in self._service.store.state()["groups"]}


@dataclass
class Wire:
    """A transport to the service in this process. ``before`` is called before each request, and can raise Lost."""

    service: Service
    before: Before
    shown: Shown = field(default_factory=lambda: Shown(PASSWORD))

    def exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Received:
        self.before(method, path)
        return self.service.answer(method, path, headers, body)


def nothing(_method: str, _path: str) -> None:
    """Do nothing before a request."""


class Machine:
    """A computer that runs modules: ``run("address_book", contacts=[...])``."""

    def __init__(
        self, service: Service, name: str = "machine", before: Before = nothing, country_code: str | None = "47"
    ) -> None:
        self.service, self.before, self.country_code = service, before, country_code
        self._url = f"https://{name}.example/2"  # the locks of a machine belong to this address

    def run(self, module: str, /, *, check: bool = False, **params: Any) -> dict[str, Any]:
        """Run ``linkengage_<module>``, and return the result, even of a failure."""
        task = importlib.import_module(f"{COLLECTION}.plugins.modules.linkengage_{module}").TASK
        validation = ArgumentSpecValidator(task.argument_spec, **task.rules).validate(json.loads(json.dumps(params)))
        if validation.error_messages:
            return {"failed": True, "msg": "; ".join(validation.error_messages), "failure": {"kind": "invalid_input"}}
        try:
            result, warnings = execute(task, validation.validated_parameters, self._client(), check, diff=True)
        except LinkEngageError as error:
            return {"failed": True, "warnings": error.warnings, **failed(error)}
        return {"warnings": warnings, **result}

    def _client(self) -> Client:
        settings = Settings(self._url, LOGIN, PASSWORD)
        wire: Any = Wire(self.service, self.before)
        return Client(
            Http(settings, Pace(None, 180), sleep=time.sleep, transport=wire), FORMATS["json"](), self.country_code
        )

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An account in memory: the service of the simulator without a network, and the real client."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from ansible_collections.community.linkengage.plugins.module_utils._module import Task, execute
from ansible_collections.community.linkengage.plugins.module_utils._service.calls import Http, Settings
from ansible_collections.community.linkengage.plugins.module_utils._service.client import Client
from ansible_collections.community.linkengage.plugins.module_utils._service.formats import FORMATS
from ansible_collections.community.linkengage.plugins.module_utils._service.pace import Pace
from ansible_collections.community.linkengage.plugins.module_utils._service.shown import Shown
from ansible_collections.community.linkengage.plugins.module_utils._service.transport import Received
from ansible_collections.community.linkengage.plugins.modules import (
    linkengage_address_book_info,
    linkengage_contact,
    linkengage_group,
)
from linkengage_simulator.exchange import Call
from linkengage_simulator.service import Service
from linkengage_simulator.service import Settings as ServiceSettings

STORED = ["9055581{}", "479055581{}", "+479055581{}", "00479055581{}"]  # spellings of the number of a person
Record = dict[str, Any]


class Wire:
    """A connection to the service of the simulator without a network."""

    def __init__(self, service: Service, version: int) -> None:
        self.service, self.version = service, version
        self.requests: list[str] = []
        self.shown = Shown("secret")

    def exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Received:
        login = base64.b64encode(b"kari:secret").decode()
        call = Call(method, f"/{self.version}{path}", {**headers, "Authorization": f"Basic {login}"}, body or b"")
        self.requests.append(f"{call.method} {call.path}")
        answer = self.service.api.answer(call)
        return Received(answer.status, {**answer.headers, "Content-Type": answer.content_type}, answer.body)


class Account:
    """A generated account. hypothesis shows its ``repr``."""

    def __init__(self, data_format: str, version: int, contacts: list[Record], groups: list[Record]) -> None:
        self.seed = {"contacts": contacts, "groups": groups}
        self.data_format, self.version = data_format, version
        self.service = Service(ServiceSettings("kari", "secret", seed=self.seed))
        self.wire = Wire(self.service, version)

    def __repr__(self) -> str:
        return f"Account({self.data_format!r}, {self.version}, {self.seed})"

    def client(self) -> Client:
        wire: Any = self.wire
        http = Http(Settings(f"http://127.0.0.1/{self.version}", "kari", "secret"), Pace(None, 0), transport=wire)
        return Client(http, FORMATS[self.data_format]())

    def run(self, task: Task, check: bool = False, **given: Any) -> Record:
        """Run the task of a module. Return its result. ``writes`` contains the writes."""
        self.wire.requests.clear()
        params = {**{name: option.get("default") for name, option in task.spec.items()}, **given}
        result, _warnings = execute(task, params, self.client(), check, diff=True)
        assert ("diff" in result) == (result["changed"] and task is not linkengage_address_book_info.TASK)
        return result

    def contact(self, **given: Any) -> Record:
        return self.run(linkengage_contact.TASK, **given)

    def group(self, **given: Any) -> Record:
        members = given.pop("members", None)
        if members is not None:
            members = {**dict.fromkeys(("set", "add", "remove")), **members}
        return self.run(linkengage_group.TASK, members=members, **given)

    @property
    def writes(self) -> list[str]:
        return [request for request in self.wire.requests if not request.startswith("GET ")]

    @property
    def contacts(self) -> dict[int, Record]:
        return {record["ContactId"]: dict(record) for record in self.service.store.state()["contacts"]}

    @property
    def groups(self) -> dict[int, Record]:
        return {record["GroupId"]: dict(record) for record in self.service.store.state()["groups"]}

    def holders(self, person: int) -> list[int]:
        """The contacts with the number of a person."""
        numbers = {spelling.format(person) for spelling in STORED}
        return [id for id, record in self.contacts.items() if record["PhoneNumber"] in numbers]

    def named(self, name: str) -> list[int]:
        return [id for id, record in self.groups.items() if record["Name"] == name]

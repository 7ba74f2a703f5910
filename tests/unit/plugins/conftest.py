# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An account for tests: they run modules on it, and check the requests and the stored records."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import tempfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from support import COLLECTION, module_arguments, own_process, with_diff_values

from ansible_collections.community.linkengage.plugins.module_utils._book import converge as _converge
from ansible_collections.community.linkengage.plugins.module_utils._service import calls as _http
from ansible_collections.community.linkengage.plugins.module_utils._service import client as _client
from ansible_collections.community.linkengage.plugins.module_utils._sms import at_most_once as _dispatch
from linkengage_simulator.process import SimulatorProcess

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def fields(entry: dict[str, Any]) -> dict[str, str | None]:
    """Return the fields in the body of a logged request: a text, or None for null.

    The result is equal for both formats.
    """
    if entry["format"] == "json":
        tree = json.loads(entry["body"])
        return {name: value if value is None else _text(value) for name, value in tree.items()}
    root = ElementTree.fromstring(entry["body"].encode())
    return {child.tag.rpartition("}")[2]: None if child.get(NIL) == "true" else child.text or "" for child in root}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


class Account:
    """One account, used in one format with one version of the service.

    ``requests`` is the log of the last run. After ``twice``, it is the log of the first of the two runs.
    """

    def __init__(self, simulator: SimulatorProcess, connection: dict[str, Any]) -> None:
        self.simulator = simulator
        self.connection = connection
        self.requests: list[dict[str, Any]] = []

    def run(self, module: str, /, *, check: bool = False, diff: bool = True, **params: Any) -> dict[str, Any]:
        """Run ``linkengage_<module>`` in this process, and return the result, even of a failure.

        None omits an option.
        """
        self.simulator.clear_log()
        imported = importlib.import_module(f"{COLLECTION}.plugins.modules.linkengage_{module}")
        given = {name: value for name, value in {**self.connection, **params}.items() if value is not None}
        arguments = {**given, "_ansible_check_mode": check, "_ansible_diff": diff}
        output = io.StringIO()
        captured = contextlib.redirect_stdout(output)
        with module_arguments(arguments), own_process(), captured, contextlib.suppress(SystemExit):
            imported.main()
        self.requests = self.simulator.log()
        return with_diff_values(json.loads(output.getvalue()))

    def done(self, module: str, /, **params: Any) -> dict[str, Any]:
        """Run a module that must succeed. Returns the result."""
        result = self.run(module, **params)
        assert not result.get("failed"), result["msg"]
        return result

    def refused(self, module: str, /, **params: Any) -> str:
        """Run a module that must fail and must not write. Returns its message."""
        result = self.run(module, **params)
        assert result.get("failed"), result
        assert self.writes == []
        return result["msg"]

    def twice(self, module: str, /, **params: Any) -> dict[str, Any]:
        """Run a module that must succeed. Returns the result.

        Check mode must first predict the result without a write. A second run must change nothing.
        """
        predicted = self.done(module, check=True, **params)
        assert self.writes == []
        first = self.done(module, **params)
        requests = self.requests
        assert (predicted["changed"], predicted.get("diff")) == (first["changed"], first.get("diff"))
        second = self.done(module, **params)
        assert second["changed"] is False
        assert self.writes == []
        assert "diff" not in second
        self.requests = requests
        return first

    @property
    def writes(self) -> list[str]:
        """The write requests, as in ``POST /contacts``."""
        return [f"{entry['method']} {entry['path']}" for entry in self.requests if entry["method"] != "GET"]

    @property
    def reads(self) -> list[str]:
        """The paths that were read."""
        return [entry["path"] for entry in self.requests if entry["method"] == "GET"]

    @property
    def body(self) -> dict[str, str | None]:
        """The fields in the body of the only write request that has a body."""
        (entry,) = [entry for entry in self.requests if entry["method"] != "GET" and entry["body"]]
        return fields(entry)

    def contacts(self) -> dict[int, dict[str, Any]]:
        """Return the stored contacts, by id."""
        return {contact["ContactId"]: contact for contact in self.simulator.state()["contacts"]}

    def numbers(self) -> list[str]:
        """Return the stored phone numbers."""
        return [contact["PhoneNumber"] for contact in self.contacts().values()]

    def groups(self) -> dict[int, dict[str, Any]]:
        """Return the stored groups with their ``members``, by id."""
        return {group["GroupId"]: group for group in self.simulator.state()["groups"]}

    def members(self, group_id: int) -> set[int]:
        """Return the ids of the members of a group."""
        return set(self.groups()[group_id]["members"])


@pytest.fixture
def account(simulator: SimulatorProcess, connection: dict[str, Any]) -> Account:
    """An empty account, in both formats and both versions."""
    return Account(simulator, connection)


@pytest.fixture
def json_account(simulator: SimulatorProcess) -> Account:
    """An empty account in JSON, for tests in which neither the format nor the version matters."""
    options = {"api_url": simulator.api(2), "username": simulator.username, "domain": simulator.domain}
    return Account(simulator, {**options, "password": simulator.password})


@pytest.fixture
def new_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine that has not used the account yet: its temporary folder is empty.

    The path of the folder is short, because ansible-core creates a socket in it.
    """
    with tempfile.TemporaryDirectory(prefix="le-") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the pauses of the client with pauses that take no time."""
    monkeypatch.setattr(_http, "BACKOFF", 0.01)
    monkeypatch.setattr(_client, "SETTLE", 0.05)
    monkeypatch.setattr(_converge, "PAUSE", 0.01)
    monkeypatch.setattr(_dispatch, "LOOKS", (0.05, 0.05))
    monkeypatch.setattr(_dispatch, "PATIENCE", 0.0)

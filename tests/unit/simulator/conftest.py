# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simple client for the tests of the simulator, in the formats of the contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import pytest
import requests
from requests.auth import HTTPBasicAuth

from linkengage_simulator.process import SimulatorProcess

NAMESPACE = "http://schemas.datacontract.org/2004/07/PSWinCom.Intouch.API.Resources"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
LISTS = ("SubFolders", "AllowedFunctions", "AllowedSenderIds", "Settings")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Wire:
    """Sends requests in one format to one version. In a record, each value is a text or None."""

    def __init__(self, simulator: SimulatorProcess, data_format: str = "json", version: int = 2) -> None:
        self.simulator, self.format, self.version = simulator, data_format, version
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = HTTPBasicAuth(simulator.login.encode("utf-8"), simulator.password.encode("utf-8"))

    def send(self, method: str, path: str, body: str | bytes | None = None, **headers: str | None) -> requests.Response:
        """Send one request. In the names of headers, an underscore stands for a dash."""
        media = f"application/{self.format}"
        given: dict[str, str | None] = {"Accept": media, "Content-Type": media}
        given.update({name.replace("_", "-"): value for name, value in headers.items()})
        data = body.encode("utf-8") if isinstance(body, str) else body
        address = self.simulator.api(self.version) + path
        return self.session.request(method, address, data=data, headers=given, allow_redirects=False, timeout=60)

    def write(self, method: str, path: str, root: str, **fields: Any) -> requests.Response:
        """Send a request with a record as its body."""
        return self.send(method, path, self.document(root, fields))

    def document(self, root: str, fields: dict[str, Any]) -> str:
        """Return a record in the format of the service."""
        return json.dumps(fields) if self.format == "json" else document(root, sorted(fields.items()))

    def read(self, method: str, path: str) -> Any:
        """Read the answer to a successful request."""
        response = self.send(method, path)
        assert response.status_code == 200, response.text
        return self.parse(response)

    def parse(self, response: requests.Response) -> Any:
        """Parse the body of an answer."""
        assert response.headers["Content-Type"] == f"application/{self.format}; charset=utf-8"
        return _texts(response.json()) if self.format == "json" else _tree(ElementTree.fromstring(response.content))

    def created(self, response: requests.Response, path: str, key: str) -> str:
        """Return the id of the record that a POST created, from the answer of either version."""
        if self.version == 1:
            assert response.status_code == 200, response.text
            return str(self.parse(response)[key])
        assert response.status_code == 201, response.text
        ident = str(self.parse(response))
        assert response.headers["Location"] == f"{self.simulator.api()}{path}/{ident}"
        return ident

    def done(self, response: requests.Response) -> None:
        """Check that a PUT or DELETE was successful."""
        assert (response.status_code, response.content) == ({1: 200, 2: 204}[self.version], b"")

    def moment(self, value: str) -> datetime:
        """Read a date of the service as UTC."""
        if self.format == "xml":
            local = datetime.strptime(value, "%Y-%m-%dT%H:%M:%S" + ".%f" * ("." in value))
            return local.replace(tzinfo=ZoneInfo("Europe/Oslo")).astimezone(timezone.utc)
        match = re.fullmatch(r"/Date\((\d+)\+0[12]00\)/", value)
        assert match
        return EPOCH + timedelta(milliseconds=int(match[1]))


def document(root: str, fields: list[tuple[str, Any]], namespace: str = NAMESPACE) -> str:
    """Return XML with the fields in the given order."""
    return f'<{root} xmlns="{namespace}" xmlns:i="{NIL[1:-4]}">{"".join(_element(*field) for field in fields)}</{root}>'


def _element(name: str, value: Any) -> str:
    if value is None:
        return f'<{name} i:nil="true" />'
    text = str(value).lower() if isinstance(value, bool) else escape(str(value), {"\r": "&#xD;"})
    return f"<{name}>{text}</{name}>"


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _texts(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_texts(item) for item in value]
    return json.dumps(value) if isinstance(value, (bool, int)) else value


def _tree(element: ElementTree.Element) -> Any:
    name = element.tag.rpartition("}")[2]
    if element.get(NIL) == "true":
        return None
    if name.startswith("ArrayOf") or name in LISTS:
        return [_tree(child) for child in element]
    if len(element):
        assert {child.tag.rpartition("}")[0] for child in element} == {"{" + NAMESPACE}
        return {child.tag.rpartition("}")[2]: _tree(child) for child in element}
    return element.text or ""


@pytest.fixture
def wire(simulator: SimulatorProcess, data_format: str, api_version: int) -> Iterator[Wire]:
    """The service in both formats and both versions."""
    wire = Wire(simulator, data_format, api_version)
    with wire.session:
        yield wire


@pytest.fixture
def plain(simulator: SimulatorProcess) -> Iterator[Wire]:
    """The service in JSON and version 2, for tests that do not depend on the format."""
    wire = Wire(simulator)
    with wire.session:
        yield wire


@pytest.fixture
def xml(simulator: SimulatorProcess) -> Iterator[Wire]:
    """The service in XML and version 2."""
    wire = Wire(simulator, "xml")
    with wire.session:
        yield wire


@pytest.fixture(autouse=True)
def no_complaints(simulator: SimulatorProcess) -> Iterator[None]:
    """Check that the simulator writes nothing to stderr."""
    yield
    assert simulator.complaints() == ""

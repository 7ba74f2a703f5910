# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of a public PHP client to version 1, byte for byte as PHP's curl sends them.

The client posts forms, puts JSON with the content type of a form (the default of CURLOPT_POSTFIELDS), and deletes.
"""

from __future__ import annotations

import base64
import json
import socket
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from linkengage_simulator.process import SimulatorProcess

FORM = "application/x-www-form-urlencoded"
# http_build_query omits null, and writes true as 1 and false as 0.
CONTACT = {"Firstname": "Kåre & co", "Lastname": "", "PhoneNumber": "+47 905 55 817", "IsPrivate": 0, "CPAAccepted": 1}


@pytest.fixture
def curl(simulator: SimulatorProcess) -> Any:
    """Send a request with the bytes of curl. Returns the status and the body."""

    def request(method: str, path: str, body: bytes = b"", *headers: str) -> tuple[int, bytes]:
        url = urlsplit(simulator.url)
        login = base64.b64encode(f"{simulator.login}:{simulator.password}".encode()).decode()
        lines = [f"{method} /1{path} HTTP/1.1", f"Host: {url.netloc}", f"Authorization: Basic {login}"]
        lines += ["User-Agent: PHP", "Accept: */*", *headers, "Connection: close"]
        with socket.create_connection((url.hostname, url.port), timeout=60) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        head, _separator, content = answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n").partition(b"\r\n\r\n")
        return int(head.split()[1]), content

    return request


def with_body(body: bytes, *headers: str) -> tuple[Any, ...]:
    return (body, f"Content-Length: {len(body)}", f"Content-Type: {FORM}", *headers)


@pytest.mark.parametrize("headers", [(), ("Expect: 100-continue",)], ids=["short", "long"])
def test_the_php_client_creates_changes_and_reads_a_contact(
    simulator: SimulatorProcess, curl: Any, headers: tuple[str, ...]
) -> None:
    status, body = curl("POST", "/contacts", *with_body(urlencode(CONTACT).encode(), *headers))
    contact = json.loads(body)
    assert (status, contact["Firstname"], contact["PhoneNumber"]) == (200, "Kåre & co", "+47 905 55 817")
    assert (contact["IsPrivate"], contact["CPAAccepted"]) == (False, True)
    path = f"/contacts/{contact['ContactId']}"
    # json_encode writes non-ASCII letters as \u, and a slash as \/.
    changed = json.dumps({**contact, "Lastname": "Ås"}).replace("/", "\\/").encode()
    assert curl("PUT", path, *with_body(changed, *headers))[0] == 200
    assert simulator.state()["contacts"][0]["Lastname"] == "Ås"
    assert simulator.state()["contacts"][0]["Firstname"] == "Kåre & co"
    assert json.loads(curl("GET", path)[1])["Lastname"] == "Ås"
    assert curl("DELETE", path)[0] == 200
    assert simulator.state()["contacts"] == []
    assert curl("GET", path)[0] == 404


def test_the_php_client_sends_a_message(simulator: SimulatorProcess, curl: Any) -> None:
    fields = {"Receivers": "90011223;90011224", "Text": "Blåbær & fløte", "SenderNumber": "LINK", "Tariff": 0}
    status, body = curl("POST", "/messages", *with_body(urlencode(fields).encode()))
    assert (status, json.loads(body)["Text"]) == (200, "Blåbær & fløte")
    assert [delivery["phone"] for delivery in simulator.deliveries()] == ["4790011223", "4790011224"]

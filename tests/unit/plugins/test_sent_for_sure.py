# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A message that was sent is never reported as an error. A message that was not sent is reported at once."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import support
from hostile_server import KEEP, HostileServer, Piece, Request, by_length, served

USER = '{"Username": "kari", "Settings": [{"Name": "NUMBER_PREFIX", "Value": "47"}]}'
SMS = {"text": "Hei", "numbers": ["+4790555817"]}
LONG = "9" * 5000


def account(post: Callable[[], list[Piece]], get: Callable[[], list[Piece]]) -> Callable[[Request], Iterator[Piece]]:
    def script(request: Request) -> Iterator[Piece]:
        if request.method == "POST":
            yield from post()
        elif request.path.startswith("/messages/"):
            yield from get()
        else:
            yield served("length", USER if request.path == "/user" else "[]")
            yield KEEP

    return script


def send(api_url: str, **options: Any) -> dict[str, Any]:
    login = {"api_url": api_url, "username": "kari@acme.example", "password": "secret", "retries": 0, "timeout": 20}
    return support.run_module("linkengage_sms", **login, **SMS, **options)


@pytest.mark.parametrize(
    ("status", "body", "message_id"),
    [
        (201, "155", "155"),
        (201, LONG, LONG),
        (201, '"O_5"', "O_5"),
        (200, '{"MessageId": "O_5", "Tariff": "0.00", "FolderId": "Sent", "Text": []}', "O_5"),
        (200, f'{{"MessageId": "O_5", "FolderId": {LONG}, "Receivers": {{}}}}', "O_5"),
    ],
    ids=lambda value: str(value)[:30],
)
@pytest.mark.parametrize(
    "reread",
    [
        by_length(b"No", 404),
        by_length(b"No", 500),
        by_length(b"<html></html>", 200, "Content-Type: text/html"),
        served("length", '{"MessageId": "O_5", "Tariff": "0.00", "FolderId": "Sent"}'),
        served("length", '{"MessageId": "O_5"')[:-5],
        b"",
    ],
    ids=["404", "500", "page", "odd", "cut", "nothing"],
)
def test_only_the_id_of_the_answer_is_needed(status: int, body: str, message_id: str, reread: bytes) -> None:
    with HostileServer(account(lambda: [served("length", body, status)], lambda: [reread])) as server:
        result = send(server.url)
        assert server.writes == ["POST /messages"]
    assert not result.get("failed"), result["msg"]
    assert (result["changed"], result["outcome"], result["message"]["message_id"]) == (True, "sent", message_id)
    sent = f"The message with id {message_id} was sent, so do not send it again. Its record cannot be read. "
    assert sent in str(result["warnings"])
    assert "read: " not in str(result["warnings"])


def refuses_tls(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(bytes.fromhex("15030300020228"))  # the TLS alert "handshake failure", which is fatal


@pytest.mark.parametrize("handler", [refuses_tls, lambda connection: connection.recv(5)], ids=["alert", "closed"])
@pytest.mark.parametrize("on_unknown", ["fail", "resend"])
def test_if_nothing_was_sent_nothing_is_searched(handler: Any, on_unknown: str) -> None:
    with HostileServer(raw=handler) as server:
        result = send(f"https://127.0.0.1:{server.port}/2", on_unknown=on_unknown, default_country_code="47")
        assert server.connections == 1
    assert result["failure"]["kind"] == "connection"
    assert "Nothing was sent" in result["msg"]
    assert "resend" not in result["msg"]

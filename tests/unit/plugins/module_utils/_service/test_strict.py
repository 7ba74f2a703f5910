# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The limits of one exchange. The tests of the transport read whole answers."""

from __future__ import annotations

import socket

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._service.strict import Connection, Exchange


class Socket:
    """A socket that records each change of its timeout."""

    def __init__(self) -> None:
        self.changes: list[float | None] = [None]

    def gettimeout(self) -> float | None:
        return self.changes[-1]

    def settimeout(self, seconds: float) -> None:
        self.changes.append(seconds)


def test_a_socket_waits_only_for_the_rest_of_the_time() -> None:
    now, sock = [0.0], Socket()
    exchange = Exchange(timeout=30, bound=100, clock=lambda: now[0])
    for moment in (0, 20, 69, 70, 95):
        now[0] = moment
        exchange.bound(sock)
    assert sock.changes == [None, 30, 5]  # an equal timeout is not set again
    now[0] = 100
    with pytest.raises(socket.timeout):
        exchange.bound(sock)


class Plain:
    """A connection that records what is sent."""

    auto_open, sock = 0, Socket()

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def request(self, *parts: bytes) -> None:
        for part in parts:
            self.send(part)

    def send(self, data: bytes) -> None:
        self.sent.append(data)


class Strict(Connection, Plain):
    pass


def test_a_request_counts_as_sent_only_if_there_is_time_for_it() -> None:
    connection, in_time, too_late = Strict(), Exchange(timeout=30, bound=100), Exchange(timeout=30, bound=0)
    connection.exchange = lambda: too_late
    with pytest.raises(socket.timeout):
        connection.request(b"head", b"body")
    assert (connection.sent, too_late.sent) == ([], False)
    connection.exchange = lambda: in_time
    connection.request(b"head", b"body")
    assert (connection.sent, in_time.sent) == ([b"headbody"], True)

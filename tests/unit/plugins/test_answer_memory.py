# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No answer makes the process grow without bounds: each is asked for by a process of its own, with the defaults."""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hostile_server import HostileServer, Piece, Request, by_length, head

MOST = 150  # MiB above the start
CHILD = """
import json, resource, sys
sys.path.insert(0, sys.argv[1])
from ansible.plugins.loader import init_plugin_loader
init_plugin_loader([sys.argv[1]])
from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import CONTACT
from ansible_collections.community.linkengage.plugins.module_utils._service.connection import CONNECTION_SPEC, connect

options = {name: spec.get("default") for name, spec in CONNECTION_SPEC.items()}
options.update(api_url=sys.argv[2], username="kari@acme.example", password="secret", retries=0)
client = connect(options.get)
client.list_records(CONTACT)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    client.list_records(CONTACT)
    said = ""
except LinkEngageError as error:
    said = str(error)
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps({"grown": grown / 1024, "said": said}))
"""


@cache
def bomb() -> bytes:
    """345 MB of zeros, compressed twice."""
    data, size = bytes(65536), 345_000_000
    for _layer in range(2):
        packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        pieces = (data for _piece in range(-(-size // len(data)))) if size else (data,)
        data, size = b"".join(map(packer.compress, pieces)) + packer.flush(), 0
    return data


def endless(first: bytes, then: bytes) -> Callable[[], Iterator[Piece]]:
    def pieces() -> Iterator[Piece]:
        yield first
        while True:
            yield then

    return pieces


PIECE = b"[0," * 20000
ANSWERS: dict[str, Callable[[], Iterator[Piece]]] = {
    "a bomb": lambda: iter([by_length(bomb(), 200, "Content-Encoding: gzip, gzip")]),
    "a bomb in an error": lambda: iter([by_length(bomb(), 500, "Content-Encoding: gzip, gzip")]),
    "a length": endless(head(200, "Content-Length: 999999999999"), PIECE),
    "no end": endless(head(200, "Connection: close"), PIECE),
    "chunks": endless(head(200, "Transfer-Encoding: chunked"), b"%x\r\n%s\r\n" % (len(PIECE), PIECE)),
    "a header line": endless(b"HTTP/1.1 200 OK\r\nA: ", b"b" * 65536),
    "header lines": endless(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 1000),
    "100 Continue": endless(b"", head(100) * 1000),
    "the size of a chunk": endless(head(200, "Transfer-Encoding: chunked"), b"0" * 65536),
    "trailers": endless(head(200, "Transfer-Encoding: chunked") + b"0\r\n", b"A: b\r\n" * 1000),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_memory_is_bounded(collections_path: Path, case: str) -> None:
    answers = iter([lambda: iter([by_length(b"[]", 200, "Content-Type: application/json")]), ANSWERS[case]])

    def script(_request: Request) -> Iterator[Piece]:
        return next(answers)()

    with HostileServer(script) as server:
        command = [sys.executable, "-c", CHILD, str(collections_path), server.url]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["said"]
    assert found["grown"] < MOST

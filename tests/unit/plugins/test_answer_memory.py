# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No answer makes the process grow by more than 150 MiB. A separate process requests it with the default options."""

from __future__ import annotations

import gzip
import itertools
import json
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hostile_server import HostileServer, Piece, Request, by_length, head

MOST = 150  # MiB more than at the start
CHILD = """
import json, resource, sys
sys.path.insert(0, sys.argv[1])
from ansible.plugins.loader import init_plugin_loader
init_plugin_loader([sys.argv[1]])
from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import CONTACT, FOLDER
from ansible_collections.community.linkengage.plugins.module_utils._service.connection import CONNECTION_SPEC, connect

def peak():
    # In MiB. Where there is /proc, the peak does not include the memory of the process that started this one.
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

def ask(name):
    try:
        found = OPERATIONS[name]()
        return "", len(found) if isinstance(found, (list, dict)) else 1
    except LinkEngageError as error:
        return str(error), 0

options = {name: spec.get("default") for name, spec in CONNECTION_SPEC.items()}
options.update(api_url=sys.argv[2], username="kari@acme.example", password="secret", retries=0)
options.update(data_format=sys.argv[3])
client = connect(options.get)
OPERATIONS = {
    "list": lambda: client.list_records(CONTACT),
    "folders": lambda: client.list_records(FOLDER),
    "record": lambda: client.get(CONTACT, 1),
    "create": lambda: client.post(CONTACT, {"phone_number": "1"}),
    "update": lambda: client.put(CONTACT, 1, {"phone_number": "1"}),
    "request": lambda: client.request({"method": "GET", "path": "/senders", "body": None, "root": None})["content"],
}
ask("list")
before, results = peak(), {}
for name in sys.argv[4:]:
    said, count = ask(name)
    results[name] = {"said": said, "count": count, "grown": peak() - before}
print(json.dumps(results))
"""
FEW = ["list", "request"]
OPERATIONS = ["list", "folders", "record", "create", "update", "request"]


def asked(collections_path: Path, server: HostileServer, wire: str, names: list[str]) -> dict[str, dict[str, Any]]:
    """Return for each operation its output, the number of records in its result, and the growth of the process."""
    command = [sys.executable, "-c", CHILD, str(collections_path), server.url, wire, *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@cache
def bomb() -> bytes:
    """Return 345 MB of zeros, compressed twice."""
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


EMPTY = {"json": b"[]", "xml": b"<ArrayOfContact/>"}


def answering(wire: str, answer: Callable[[], Iterator[Piece]]) -> Callable[[Request], Iterator[Piece]]:
    """Return a script whose first answer is an empty list. All other answers are *answer*."""
    first = by_length(EMPTY[wire], 200, f"Content-Type: application/{wire}", "Connection: close")
    answers = itertools.chain([lambda: iter([first])], itertools.repeat(answer))

    def script(_request: Request) -> Iterator[Piece]:
        return next(answers)()

    return script


@pytest.mark.parametrize("case", ANSWERS)
def test_memory_is_bounded(collections_path: Path, case: str) -> None:
    with HostileServer(answering("json", ANSWERS[case])) as server:
        found = asked(collections_path, server, "json", ["list"])["list"]
    assert found["said"]
    assert found["grown"] < MOST


# Documents that are complete and smaller than max_answer_size

SIZE = 45_000_000  # bytes
MOST_NUMBERS = 600_000


def document(first: str, item: str, last: str, numbered: bool = False) -> Callable[[], bytes]:
    """Return a function that makes a document of SIZE bytes.

    If the items are *numbered*, the document has many items, and # stands for the number of an item.
    """

    def make() -> bytes:
        count = SIZE // len(item)
        numbers = map(str, range(1, min(count, MOST_NUMBERS)))
        items = "".join(item.replace("#", number) for number in numbers) if numbered else item * count
        return f"{first}{items}{last}".encode()

    return make


LIST = "<ArrayOfContact>", "</ArrayOfContact>"
ALWAYS = (
    "empty lists",
    "empty elements",
    "records with many fields",
    "a long text",
    "elements in elements",
    "lists in lists",
    "declared attributes",
)
DOCUMENTS: dict[str, dict[str, Callable[[], bytes]]] = {
    "json": {
        "empty lists": document("[", "[],", "[]]"),
        "empty dictionaries": document("[", "{},", "{}]"),
        "records with only an id": document("[", '{"ContactId":#,"PhoneNumber":""},', "{}]", numbered=True),
        "records with many fields": document("[", '{"ContactId":#,"PhoneNumber":"","A#":0},', "{}]", numbered=True),
        "small texts": document("[", '"ab",', '"ab"]'),
        "one emoji in each text": document("[", '"a\N{FIRE}",', "1]"),
        "a long text": document('"', "a", '"'),
        "a long text with an emoji": document('["\N{FIRE}', "a", '"]'),
        "a record with a long text": document('[{"ContactId":1,"Firstname":"', "a", '"}]'),
        "a record with all fields": document('{"ContactId":1', ',"#":0', "}", numbered=True),
        "a long number": document("", "1", ""),
        "lists in lists": document("", "[", ""),
        "dictionaries in dictionaries": document("", '{"a":', ""),
        "blanks": document("[", " ", "]"),
    },
    "xml": {
        "empty elements": document("<a>", "<a/>", "</a>"),
        "different elements": document("<a>", "<a#/>", "</a>", numbered=True),
        "elements in elements": document("", "<a>", ""),
        "elements with an attribute": document("<a>", '<a b="">c</a>', "</a>"),
        "records with only an id": document(
            LIST[0], "<Contact><ContactId>#</ContactId><PhoneNumber/></Contact>", LIST[1], True
        ),
        "records with many fields": document(
            LIST[0], '<Contact><ContactId>#</ContactId><PhoneNumber/><N# a=""/></Contact>', LIST[1], numbered=True
        ),
        "a record with all fields": document("<C><ContactId>1</ContactId>", "<N#/>", "</C>", numbered=True),
        "a long text": document("<a>", "b", "</a>"),
        "texts between records": document(
            LIST[0], f"<C><ContactId>#</ContactId><PhoneNumber/></C>{' ' * 9999}", LIST[1], numbered=True
        ),
        "declared attributes": document(
            f'<!DOCTYPE a [<!ATTLIST a b CDATA "{"c" * 60000}">]><a><b>', "<a/>", "</b></a>"
        ),
        "a long attribute": document('<a b="', "c", '"/>'),
        "many attributes": document("<a", ' b#=""', "/>", numbered=True),
        "references": document("<a>", "&lt;", "</a>"),
        "forbidden references": document("<a>", "&#12;", "</a>"),
        "a comment": document("<a><!--", " ", "--></a>"),
    },
}


def compressed(wire: str, body: bytes) -> bytes:
    lines = (f"Content-Type: application/{wire}", "Content-Encoding: gzip", "Connection: close")
    return by_length(gzip.compress(body, 1), 200, *lines)


def some_documents() -> Iterator[Any]:
    """Yield some documents, each for one of two operations.

    In make test-all, all documents are tested for all operations.
    """
    for wire, cases in DOCUMENTS.items():
        for case, operation in zip([case for case in cases if case in ALWAYS], itertools.cycle(FEW)):
            yield pytest.param(wire, case, [operation], id=f"{wire}-{case}")
        for case in cases:
            yield pytest.param(wire, case, OPERATIONS, id=f"{wire}-{case}-all", marks=pytest.mark.exhaustive)


@pytest.mark.slow
@pytest.mark.parametrize(("wire", "case", "operations"), list(some_documents()))
def test_no_document_is_expensive(collections_path: Path, wire: str, case: str, operations: list[str]) -> None:
    answer = compressed(wire, DOCUMENTS[wire][case]())
    with HostileServer(answering(wire, lambda: iter([answer]))) as server:
        found = asked(collections_path, server, wire, operations)
    assert {name: row["grown"] for name, row in found.items() if row["grown"] >= MOST} == {}
    assert [name for name, row in found.items() if row["count"] > 150_000] == []


PERSON = {
    **{"CPAAccepted": False, "ContactId": 0, "CreatedDate": "2014-01-01T13:00:00.123", "Description": "Storgata #"},
    **{"Description2": "Oslo", "Description3": "A remark about this person, number #", "Email": "first#.last@acme.no"},
    **{"Firstname": "Kari Elisabeth #", "IsPrivate": False, "Lastname": "Nordmann-Hansen #", "PhoneNumber": "+4790#"},
}


def people(wire: str) -> bytes:
    """Return 100,000 contacts that are as long as real contacts."""
    if wire == "json":
        row, ends = json.dumps(PERSON), ("[", ",", "]")
    else:
        inner = "".join(f"<{name}>{str(value).lower()}</{name}>" for name, value in PERSON.items())
        row, ends = f"<Contact>{inner}</Contact>", ("<ArrayOfContact>", "", "</ArrayOfContact>")
    row = row.replace('"ContactId": 0', '"ContactId": #').replace("<ContactId>0<", "<ContactId>#<")
    rows = ends[1].join(row.replace("#", str(number)) for number in range(100_001, 200_001))
    return f"{ends[0]}{rows}{ends[2]}".encode()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wire", "name"),
    [
        ("json", "list"),
        ("xml", "list"),
        pytest.param("json", "request", marks=pytest.mark.exhaustive),
        ("xml", "request"),
    ],
)
def test_a_large_address_book_is_read(collections_path: Path, wire: str, name: str) -> None:
    body = people(wire)
    assert len(body) > 35_000_000
    answer = compressed(wire, body)
    with HostileServer(answering(wire, lambda: iter([answer]))) as server:
        found = asked(collections_path, server, wire, [name])[name]
    assert (found["said"], found["count"]) == ("", 1 if (wire, name) == ("xml", "request") else 100_000)
    assert found["grown"] < MOST

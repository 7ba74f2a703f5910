# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that echoes the login and people's numbers in everything it says: no output shows them, at -vvvvv."""

from __future__ import annotations

import base64
import html
import itertools
import json
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
import support
from ansible.module_utils import basic
from hostile_server import Certificates, HostileServer, Piece, Request, by_length, head

PASSWORD = "Zq7<sEcret>+w/\N{LATIN SMALL LETTER O WITH STROKE}%9"
PROXY_PASSWORD = "Pr0xy/Geheim"
LOGIN = "kari@acme.example"
NUMBERS = ["+47 905 55 817", "4790555817", "+47-412-34-567"]

ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "percent": lambda text: quote(text, safe=""),
    "plus": quote_plus,
    "html": html.escape,
    "json": lambda text: json.dumps(text)[1:-1],
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 of the login": lambda text: base64.b64encode(f"{LOGIN}:{text}".encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "repr": lambda text: repr(text.encode())[2:-1],
    "Latin-1": lambda text: text.encode().decode("latin-1"),
}
ECHO = " ".join([*(encode(PASSWORD) for encode in ENCODINGS.values()), *NUMBERS])

ECHOED = ECHO.encode()
ANSWERS: list[bytes] = [
    by_length(ECHOED, 400),
    by_length(ECHOED, 406),
    by_length(ECHOED, 500),
    by_length(ECHOED, 404),
    by_length(json.dumps({"Message": ECHO}).encode(), 400, "Content-Type: application/json"),
    by_length(b"<Error><Message>" + html.escape(ECHO).encode() + b"</Message></Error>", 400),
    by_length(b"", 302, f"Location: https://{LOGIN}:{quote(PASSWORD, safe='')}@evil.example/?{quote(ECHO)}"),
    by_length(b"<html>" + ECHOED, 200, "Content-Type: text/html"),
    by_length(ECHOED, 200, "Content-Type: text/plain"),
    by_length(ECHOED, 200, "Content-Type: " + ECHO.encode().decode("latin-1")),
    ECHOED + b"\r\n\r\n",
    head(200)[:-2] + ECHOED + b"\r\n\r\n",
    by_length(ECHOED, 200)[:-3],
]
TASKS = [
    ("linkengage_api", "path: /senders"),
    ("linkengage_api", "path: /senders\n        method: DELETE"),
    ("linkengage_contact", 'phone_number: "+4799900011"'),
    ("linkengage_group_info", "name: On call"),
    ("linkengage_sms", 'text: Hei\n        numbers: ["+4799900011"]'),
    ("linkengage_address_book_info", "data_format: xml"),
]
PLAYBOOK = (
    """
- hosts: localhost
  gather_facts: false
  tasks:
"""
    + "".join(
        f"""
    - community.linkengage.{module}:
        {options}
      ignore_errors: true
      loop: [1, 2]
"""
        for module, options in TASKS
    )
    + """
    - ansible.builtin.debug:
        msg: "{{ lookup('community.linkengage.linkengage', '+4799900011') }}"
      ignore_errors: true
      loop: [1, 2]
    - ansible.builtin.fail:
        msg: The end
"""
)
SOURCE = """
import asyncio, logging, os, sys, warnings
sys.path.insert(0, sys.argv[1])
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
from ansible_collections.community.linkengage.plugins.plugin_utils._event_source import run
for _attempt in range(14):
    try:
        asyncio.run(asyncio.wait_for(run(asyncio.Queue(), {"interval": 0.1, "retries": 0, "store": "store"}), 1))
    except BaseException as error:
        print(repr(error), error)
"""


@pytest.fixture
def server() -> Iterator[HostileServer]:
    answers = itertools.cycle(ANSWERS)

    def script(_request: Request) -> list[Piece]:
        return [next(answers)]

    with HostileServer(script) as running:
        yield running


@pytest.fixture
def environment(server: HostileServer) -> dict[str, str]:
    return {
        "LINKENGAGE_API_URL": server.url,
        "LINKENGAGE_USERNAME": LOGIN,
        "LINKENGAGE_PASSWORD": PASSWORD,
        "LINKENGAGE_RETRIES": "0",
        "LINKENGAGE_DEFAULT_COUNTRY_CODE": "47",
        "LINKENGAGE_SMS_NUMBERS": "+4799900011",
        "LINKENGAGE_THROTTLE_TIMEOUT": "0",
        "HTTP_PROXY": f"http://kari:{PROXY_PASSWORD}@proxy.example:3128",
        "HTTPS_PROXY": f"http://kari:{PROXY_PASSWORD}@proxy.example:3128",
        "ANSIBLE_CALLBACKS_ENABLED": "result_recorder,community.linkengage.linkengage_sms",
    }


def assert_clean(text: str) -> None:
    forms = {
        f"{secret} as {name}": encode(secret)
        for secret in (PASSWORD, PROXY_PASSWORD)
        for name, encode in ENCODINGS.items()
    }
    forms |= {f"{number} as {name}": encode(number) for number in NUMBERS for name, encode in ENCODINGS.items()}
    assert [name for name, form in forms.items() if form in text] == []


def assert_files_clean(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            assert_clean(path.read_bytes().decode("utf-8", "replace"))


@pytest.mark.slow
@pytest.mark.parametrize("in_process", ["true", "false"])
def test_a_playbook_shows_no_secret(run_playbook, environment, server, tmp_path: Path, in_process: str) -> None:
    book = tmp_path / "book.linkengage.yml"
    book.write_text("plugin: community.linkengage.linkengage\n", encoding="utf-8")
    arguments = ["-vvvvv", "--diff", "-i", str(book), "-i", "localhost,", "-e", f"linkengage_in_process={in_process}"]
    done = run_playbook(
        PLAYBOOK.replace("hosts: localhost", "hosts: localhost\n  connection: local"), *arguments, env=environment
    )
    assert "The end" in done.stdout
    assert len(server.requests) > len(ANSWERS)
    assert_clean(done.stdout)
    assert_files_clean(tmp_path)


@pytest.mark.slow
def test_ansible_runner_keeps_no_secret(collections_path, environment, server, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "playbook.yml").write_text(PLAYBOOK, encoding="utf-8")
    base = support.ansible_environment(collections_path, tmp_path)
    Path(base["ANSIBLE_CONFIG"]).touch()
    command = [sys.executable, "-m", "ansible_runner", "run", str(tmp_path), "-p", "playbook.yml", "-vvvvv"]
    done = support.run_command(command, tmp_path, {**base, **environment})
    assert "The end" in done.stdout, done.stdout[-2000:]
    assert len(server.requests) > len(ANSWERS)
    assert_clean(done.stdout)
    artifacts = tmp_path / "artifacts"
    assert list(artifacts.rglob("*.json"))
    for path in artifacts.rglob("*"):
        if path.is_file() and path.name != "command":  # runner writes its own environment there
            assert_clean(path.read_bytes().decode("utf-8", "replace"))


def test_the_event_source_logs_no_secret(collections_path, environment, server, tmp_path: Path) -> None:
    base = support.ansible_environment(collections_path, tmp_path)
    command = [sys.executable, "-c", SOURCE, str(collections_path)]
    done = support.run_command(command, tmp_path, {**base, **environment})
    assert done.returncode == 0, done.stdout[-2000:]
    assert len(server.requests) >= 10
    assert_clean(done.stdout)


def read_and_say(answer: bytes) -> Callable[[socket.socket], None]:
    """A server, or a proxy, that is not what it should be: it reads something and answers."""

    def handle(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer)

    return handle


@pytest.mark.parametrize("failure", ["unknown authority", "another host", "no handshake", "cut", "proxy"])
def test_a_failure_before_the_request_shows_no_secret(
    environment, monkeypatch, capfd, tmp_path: Path, failure: str
) -> None:
    certificates = Certificates()
    ca_path = certificates.write(tmp_path / "ca.pem")
    servers = {
        "unknown authority": lambda: HostileServer(tls=certificates.server()),
        "another host": lambda: HostileServer(tls=certificates.server("other.example")),
        "no handshake": lambda: HostileServer(raw=read_and_say(ECHOED)),
        "cut": lambda: HostileServer(raw=lambda connection: None),
        "proxy": lambda: HostileServer(raw=read_and_say(b"HTTP/1.1 407 " + ECHOED + b"\r\n\r\n" + ECHOED)),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with servers[failure]() as running:
        monkeypatch.setenv("LINKENGAGE_API_URL", f"https://127.0.0.1:{running.port}/2")
        if failure == "proxy":
            proxy = f"http://kari:{quote(PROXY_PASSWORD, safe='')}@127.0.0.1:{running.port}"
            monkeypatch.setenv("LINKENGAGE_API_URL", "https://api.example/2")
            for name in ("HTTPS_PROXY", "https_proxy"):
                monkeypatch.setenv(name, proxy)
            for name in ("NO_PROXY", "no_proxy"):
                monkeypatch.delenv(name, raising=False)
        if failure != "unknown authority":
            monkeypatch.setenv("LINKENGAGE_CA_PATH", ca_path)
        results = [
            support.run_module("linkengage_contact", phone_number="+47 905 55 817", first_name="Kari"),
            support.run_module("linkengage_sms", text="Hei", numbers=["+4790555817"]),
            support.run_module("linkengage_api", path="/senders", method="DELETE"),
        ]
    assert all(result["failed"] for result in results)
    assert all("Nothing was sent" in result["msg"] for result in results), results
    shown = [{key: value for key, value in result.items() if key != "invocation"} for result in results]
    assert_clean(f"{json.dumps(shown, ensure_ascii=False)} {capfd.readouterr()}")


def test_the_line_in_the_system_log_holds_no_secret_and_nobody_s_data(environment, server, monkeypatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(basic, "has_journal", False)
    monkeypatch.setattr(basic.syslog, "openlog", lambda *_arguments: None)
    monkeypatch.setattr(basic.syslog, "syslog", lambda _level, line: lines.append(str(line)))
    for name in environment.keys() & {"LINKENGAGE_API_URL", "LINKENGAGE_USERNAME", "LINKENGAGE_PASSWORD"}:
        monkeypatch.setenv(name, environment[name])
    assert support.run_module("linkengage_contact", phone_number="+47 905 55 817", first_name="Kari", retries=0)[
        "failed"
    ]
    assert lines
    assert_clean(" ".join(lines))
    assert "Kari" not in " ".join(lines)

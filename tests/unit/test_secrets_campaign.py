# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failures that contain the login and phone numbers: no output shows these values, even with -vvvvv.

A server echoes the login and the numbers in everything that it answers. TLS or a proxy fails before the request. The
tests run modules (inside the controller and shipped), the callback plugin, the inventory and the event source, also
with ansible-runner. They search standard output, standard error, files, artifacts and the system log.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import html
import itertools
import json
import logging
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
import support
from ansible.constants import DEFAULT_VAULT_ID_MATCH
from ansible.module_utils import basic
from ansible.parsing.vault import VaultLib, VaultSecret
from hostile_server import Certificates, HostileServer, Piece, Request, by_length, head

from ansible_collections.community.linkengage.plugins.plugin_utils import _event_source

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
@pytest.mark.parametrize(("in_process", "times", "requests"), [("true", "[1, 2]", len(ANSWERS)), ("false", "[1]", 6)])
def test_a_playbook_shows_no_secret(
    run_playbook, environment, server, tmp_path: Path, in_process: str, times: str, requests: int
) -> None:
    book = tmp_path / "book.linkengage.yml"
    book.write_text("plugin: community.linkengage.linkengage\n", encoding="utf-8")
    arguments = ["-vvvvv", "--diff", "-i", str(book), "-i", "localhost,", "-e", f"linkengage_in_process={in_process}"]
    playbook = PLAYBOOK.replace("hosts: localhost", "hosts: localhost\n  connection: local")
    done = run_playbook(playbook.replace("[1, 2]", times), *arguments, env=environment)
    assert "The end" in done.stdout
    assert len(server.requests) > requests
    assert_clean(done.stdout)
    assert_files_clean(tmp_path)


def run_under_runner(collections_path: Path, folder: Path, playbook: str, environment: dict[str, str]) -> str:
    """Run a playbook with ansible-runner in *folder*, and return all its output."""
    (folder / "project").mkdir(exist_ok=True)
    (folder / "project" / "playbook.yml").write_text(playbook, encoding="utf-8")
    base = support.ansible_environment(collections_path, folder)
    Path(base["ANSIBLE_CONFIG"]).touch()
    command = [sys.executable, "-m", "ansible_runner", "run", str(folder), "-p", "playbook.yml", "-vvvvv"]
    done = support.run_command(command, folder, {**base, **environment})
    assert "The end" in done.stdout, done.stdout[-2000:]
    return done.stdout


def assert_artifacts_clean(folder: Path, given: dict[str, str]) -> None:
    """Search all artifacts. ansible-runner writes its own environment (*given*) to the artifact ``command``; it may
    stay.
    """
    (command,) = folder.glob("artifacts/*/command")
    written = json.loads(command.read_text(encoding="utf-8"))
    assert {name: written["env"].pop(name) for name in given} == given
    assert_clean(json.dumps(written, ensure_ascii=False))
    assert list(folder.glob("artifacts/*/job_events/*.json"))
    for path in folder.glob("artifacts/*/**/*"):
        if path.is_file() and path != command:
            assert_clean(path.read_bytes().decode("utf-8", "replace"))


@pytest.mark.slow
def test_ansible_runner_keeps_no_secret(collections_path, environment, server, tmp_path: Path) -> None:
    assert_clean(run_under_runner(collections_path, tmp_path, PLAYBOOK, environment))
    assert len(server.requests) > len(ANSWERS)
    assert_artifacts_clean(tmp_path, environment)


WITH_A_VAULT = """
- hosts: localhost
  gather_facts: false
  vars_files: [login.yml]
  tasks:
    - community.linkengage.linkengage_sms:
        text: Hei
        numbers: ["+4799900011"]
        username: "{{ login.username }}"
        password: "{{ login.password }}"
      vars:
        linkengage_in_process: "{{ item }}"
      loop: [true, false]
      ignore_errors: true
    - ansible.builtin.fail:
        msg: The end
"""


@pytest.mark.slow
def test_no_artifact_contains_a_login_from_a_vault(collections_path, environment, server, tmp_path: Path) -> None:
    vault = VaultLib([(DEFAULT_VAULT_ID_MATCH, VaultSecret(b"vault-password"))])
    login = vault.encrypt(json.dumps({"login": {"username": LOGIN, "password": PASSWORD}}))
    (tmp_path / "vault").write_text("vault-password", encoding="utf-8")
    given = {name: value for name, value in environment.items() if "PASSWORD" not in name and "PROXY" not in name}
    given["ANSIBLE_VAULT_PASSWORD_FILE"] = str(tmp_path / "vault")
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "login.yml").write_bytes(login)
    output = run_under_runner(collections_path, tmp_path, WITH_A_VAULT, given)
    assert len(server.requests) == 2, output
    assert_clean(output)
    assert_files_clean(tmp_path)


def test_the_event_source_logs_no_secret(collections_path, environment, server, tmp_path: Path) -> None:
    base = support.ansible_environment(collections_path, tmp_path)
    command = [sys.executable, "-c", SOURCE, str(collections_path)]
    done = support.run_command(command, tmp_path, {**base, **environment})
    assert done.returncode == 0, done.stdout[-2000:]
    assert len(server.requests) >= 10
    assert_clean(done.stdout)


def read_and_say(answer: bytes) -> Callable[[socket.socket], None]:
    """Return a handler for a server or proxy that reads something and sends a wrong answer."""

    def handle(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer)

    return handle


@contextlib.contextmanager
def trouble(failure: str, folder: Path) -> Iterator[dict[str, str]]:
    """Start a server with which TLS fails, or a proxy that fails. Yields the environment variables that lead to it."""
    certificates = Certificates()
    servers = {
        "unknown authority": lambda: HostileServer(tls=certificates.server()),
        "another host": lambda: HostileServer(tls=certificates.server("other.example")),
        "no handshake": lambda: HostileServer(raw=read_and_say(ECHOED)),
        "cut": lambda: HostileServer(raw=lambda connection: None),
        "proxy": lambda: HostileServer(raw=read_and_say(b"HTTP/1.1 407 " + ECHOED + b"\r\n\r\n" + ECHOED)),
    }
    with servers[failure]() as running:
        variables = {"LINKENGAGE_API_URL": f"https://127.0.0.1:{running.port}/2", "NO_PROXY": "", "no_proxy": ""}
        if failure != "unknown authority":
            variables["LINKENGAGE_CA_PATH"] = certificates.write(folder / "ca.pem")
        if failure == "proxy":
            proxy = f"http://kari:{quote(PROXY_PASSWORD, safe='')}@127.0.0.1:{running.port}"
            variables.update(LINKENGAGE_API_URL="https://api.example/2", HTTPS_PROXY=proxy, https_proxy=proxy)
        yield variables


FAILURES = ["unknown authority", "another host", "no handshake", "cut", "proxy"]


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_before_the_request_shows_no_secret(
    environment, monkeypatch, capfd, tmp_path: Path, failure: str
) -> None:
    with trouble(failure, tmp_path) as variables:
        for name, value in {**environment, **variables}.items():
            monkeypatch.setenv(name, value)
        results = [
            support.run_module("linkengage_contact", phone_number="+47 905 55 817", first_name="Kari"),
            support.run_module("linkengage_sms", text="Hei", numbers=["+4790555817"]),
            support.run_module("linkengage_api", path="/senders", method="DELETE"),
        ]
    assert all(result["failed"] for result in results)
    assert all("Nothing was sent" in result["msg"] for result in results), results
    shown = [{key: value for key, value in result.items() if key != "invocation"} for result in results]
    assert_clean(f"{json.dumps(shown, ensure_ascii=False)} {capfd.readouterr()}")


@pytest.mark.parametrize("failure", FAILURES)
def test_the_event_source_logs_no_secret_of_a_failed_connection(
    environment, monkeypatch, caplog, capfd, tmp_path: Path, failure: str
) -> None:
    async def follow() -> str:
        source = asyncio.create_task(
            _event_source.run(asyncio.Queue(), {"interval": 0.1, "store": str(tmp_path / "s")})
        )
        while not source.done() and not caplog.messages:
            await asyncio.sleep(0.01)
        source.cancel()
        (ended,) = await asyncio.gather(source, return_exceptions=True)
        return f"{ended!r} {ended}"

    caplog.set_level(logging.DEBUG, "linkengage_inbox")
    with trouble(failure, tmp_path) as variables:
        for name, value in {**environment, **variables}.items():
            monkeypatch.setenv(name, value)
        ended = asyncio.run(follow())
    assert "Nothing was sent" in f"{caplog.text} {ended}"
    assert_clean(f"{caplog.text} {ended} {capfd.readouterr()}")


def in_process_and_shipped(tasks: list[tuple[str, str]]) -> str:
    """Return a playbook that runs each task inside ansible-playbook, and as a separate process."""
    written = "".join(
        f"""
    - community.linkengage.{module}:
        {options}
      vars:
        linkengage_in_process: "{{{{ item }}}}"
      loop: [true, false]
      ignore_errors: true
"""
        for module, options in tasks
    )
    return f"""
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: "{{{{ lookup('community.linkengage.linkengage', '+4799900011') }}}}"
      ignore_errors: true
{written}
    - ansible.builtin.fail:
        msg: The end
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(name, marks=[pytest.mark.exhaustive] * (name not in ("unknown authority", "proxy")))
        for name in FAILURES
    ],
)
def test_a_run_under_ansible_runner_keeps_no_secret_of_a_failed_connection(
    collections_path, environment, tmp_path: Path, failure: str
) -> None:
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "hosts.ini").write_text("localhost\n", encoding="utf-8")
    book = tmp_path / "inventory" / "book.linkengage.yml"
    book.write_text("plugin: community.linkengage.linkengage\n", encoding="utf-8")
    with trouble(failure, tmp_path) as variables:
        given = {**environment, **variables}
        output = run_under_runner(collections_path, tmp_path, in_process_and_shipped(TASKS[2:5]), given)
    for plugin in ("linkengage inventory: GET", "linkengage lookup: GET", "linkengage_sms callback: POST"):
        assert plugin in " ".join(output.split())
    results = [line for line in output.splitlines() if '"msg": "' in line and "Nothing was sent" in line]
    assert len(results) >= 2 * len(TASKS[2:5])
    assert_clean(output)
    assert_artifacts_clean(tmp_path, given)


# Creates a private /dev in which /dev/log is the socket of a test. The arguments are an empty folder ($0), the socket
# ($1), and then the command.
PRIVATE_DEV = """
set -e
mount -t tmpfs none "$0"
for name in null zero full random urandom tty; do
  touch "$0/$name"
  mount --bind "/dev/$name" "$0/$name"
done
mkdir "$0/shm"
touch "$0/log"
mount --bind "$1" "$0/log"
mount --rbind "$0" /dev
shift
exec "$@"
"""


@contextlib.contextmanager
def system_log() -> Iterator[tuple[list[str], list[str]]]:
    """Yield the beginning of a command that logs to a socket of this test, and the lines that arrive at the socket."""
    lines: list[str] = []
    with tempfile.TemporaryDirectory(prefix="log-") as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(f"{folder}/log")
        Path(folder, "dev").mkdir()

        def read() -> None:
            for data in iter(lambda: log.recv(1 << 20), b"end"):
                lines.append(data.decode("utf-8", "replace"))

        reader = threading.Thread(target=read)
        reader.start()
        try:
            unshare = ["unshare", "--user", "--map-root-user", "--mount"]
            yield [*unshare, "sh", "-c", PRIVATE_DEV, f"{folder}/dev", f"{folder}/log"], lines
        finally:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
                last.sendto(b"end", f"{folder}/log")
            reader.join()


@pytest.mark.slow
def test_the_socket_of_the_system_log_gets_no_secret_and_nobody_s_data(
    collections_path, environment, server, tmp_path: Path
) -> None:
    playbook = tmp_path / "playbook.yml"
    tasks = [
        ("linkengage_contact", 'phone_number: "+47 905 55 817"\n        first_name: Kari'),
        ("linkengage_sms", 'text: Hei Kari\n        numbers: ["+4790555817"]'),
    ]
    playbook.write_text(in_process_and_shipped(tasks), encoding="utf-8")
    base = support.ansible_environment(collections_path, tmp_path)
    Path(base["ANSIBLE_CONFIG"]).touch()
    with system_log() as (start, lines):
        if not shutil.which("unshare") or subprocess.run([*start, "test", "-S", "/dev/log"], check=False).returncode:
            pytest.skip("this system does not allow a private /dev/log: unshare or mount failed")
        command = [*start, sys.executable, "-m", "ansible.cli.playbook", "-vvvvv", str(playbook)]
        done = support.run_command(command, tmp_path, {**base, **environment})
    assert "The end" in done.stdout, done.stdout[-2000:]
    for module, _options in tasks:  # inside ansible-playbook, modules log nothing
        assert len([line for line in lines if f"{module}: Invoked with" in line]) == 1, lines
    assert_clean("\n".join(lines))
    assert not any("Kari" in line for line in lines)


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
    lines.clear()
    support.run_module("linkengage_contact", phone_number="+47 905 55 817", retries=0, _ansible_no_log=True)
    assert lines == []

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends messages in separate processes, which can kill themselves at any step of a send.

The script imports everything once, and forks a process for each line of JSON that it reads. For each line, it prints
the result of the send, or that the process was killed.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

Json = dict[str, Any]

COLLECTION = "ansible_collections.community.linkengage.plugins"

# Short pauses, so that hundreds of runs take only seconds.
PAUSES: dict[str, dict[str, Any]] = {
    "_sms.at_most_once": {"LOOKS": (0.01, 0.03, 0.1), "PATIENCE": 0.0},
    "_service.calls": {"BACKOFF": 0.005},
    "_service.pace": {"WINDOW": 0.02},
    "_sms.delivery": {"FIRST_PAUSE": 0.01},
}


def module_util(name: str) -> Any:
    return __import__(f"{COLLECTION}.module_utils.{name}", fromlist=["*"])


@contextlib.contextmanager
def short_pauses() -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for name, values in PAUSES.items():
            stack.enter_context(mock.patch.multiple(module_util(name), **values))
        yield


def pause_briefly(monkeypatch: Any) -> None:
    """Use short pauses until the end of a test. The test can set other pauses with the same monkeypatch."""
    for name, values in PAUSES.items():
        for constant, value in values.items():
            monkeypatch.setattr(module_util(name), constant, value)


def send(options: Json, check: bool = False, attempt: str = "") -> Json:
    """Run the task of the module without Ansible. *options* can omit options that have a default.

    *attempt* identifies the task, for several attempts.
    """
    connection, module = module_util("_service.connection"), module_util("_module")
    task = __import__(f"{COLLECTION}.modules.linkengage_sms", fromlist=["TASK"]).TASK
    params = {**{name: option.get("default") for name, option in task.argument_spec.items()}, **options}
    try:
        client = connection.connect(params.get)
        client.attempt = attempt
        result, warnings = module.execute(task, params, client, check, False)
    except module_util("_errors").LinkEngageError as error:
        return {"failed": True, "msg": str(error), "failure": error.failure}
    return {**result, "warnings": warnings}


# The steps of a send


def die(*_arguments: Any, **_options: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _before(owner: Any, name: str, when: Callable[..., bool] = lambda *a, **k: True) -> Any:
    original = getattr(owner, name)

    def wrapper(*arguments: Any, **options: Any) -> Any:
        if when(*arguments, **options):
            die()
        return original(*arguments, **options)

    return mock.patch.object(owner, name, wrapper)


def _after(owner: Any, name: str, when: Callable[..., bool] = lambda *a, **k: True) -> Any:
    original = getattr(owner, name)

    def wrapper(*arguments: Any, **options: Any) -> Any:
        answer = original(*arguments, **options)
        if when(*arguments, **options):
            die()
        return answer

    return mock.patch.object(owner, name, wrapper)


def _during(owner: Any, name: str, when: Callable[..., bool]) -> Any:
    """Kill the process inside the transaction."""
    original, connect = getattr(owner, name), sqlite3.connect

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> Any:
            if sql.startswith("INSERT INTO sends"):
                super().execute("BEGIN IMMEDIATE")
                super().execute(sql, *values)
                die()
            return super().execute(sql, *values)

    def wrapper(*arguments: Any, **options: Any) -> Any:
        if not when(*arguments, **options):
            return original(*arguments, **options)
        with mock.patch.object(sqlite3, "connect", lambda *a, **k: connect(*a, **{**k, "factory": Connection})):
            return original(*arguments, **options)

    return mock.patch.object(owner, name, wrapper)


def _during_in_database(owner: Any, when: Callable[..., bool]) -> Any:
    """Kill the process inside the transaction of a database."""
    original, recording = owner.record, []
    execute = owner._execute

    def record(self: Any, *arguments: Any) -> Any:
        recording[:] = [self] if when(self, *arguments) else []
        return original(self, *arguments)

    def transaction(self: Any, sql: str, values: Any, *more: Any) -> Any:
        if self in recording and sql.startswith("INSERT INTO sends"):
            connection = self._connected()
            connection.execute("BEGIN")
            connection.execute(sql.replace("?", "%s"), values)
            die()
        return execute(self, sql, values, *more)

    return mock.patch.multiple(owner, record=record, _execute=transaction)


def _in_post(name: str, partly: bool = False) -> Any:
    """Kill the process before a method of the connection on which the POST is sent.

    With *partly*, the method first runs with its argument without the last byte.
    """
    posting: list[http.client.HTTPConnection] = []
    put, original = http.client.HTTPConnection.putrequest, getattr(http.client.HTTPConnection, name)

    def putrequest(self: Any, method: str, *arguments: Any, **options: Any) -> Any:
        posting[:] = [self] if method == "POST" else []
        return put(self, method, *arguments, **options)

    def wrapper(self: Any, *arguments: Any, **options: Any) -> Any:
        if self in posting:
            if partly:
                original(self, arguments[0][:-1])
            die()
        return original(self, *arguments, **options)

    stack = contextlib.ExitStack()
    stack.enter_context(mock.patch.object(http.client.HTTPConnection, "putrequest", putrequest))
    stack.enter_context(mock.patch.object(http.client.HTTPConnection, name, wrapper))
    return stack


def _is_post(_session: Any, method: str, *_rest: Any, **_options: Any) -> bool:
    return method == "POST"


def _second() -> Callable[..., bool]:
    """Return a function that returns False at its first call, and True afterwards."""
    calls: list[int] = []

    def is_second(*_arguments: Any, **_options: Any) -> bool:
        calls.append(1)
        return len(calls) > 1

    return is_second


def _records(state: str) -> Callable[..., bool]:
    return lambda _store, _key, entry: entry.state == state


def steps(in_database: bool = False) -> dict[str, Callable[[], Any]]:
    """Return the steps by name. Each is a context in which the process kills itself at this step."""
    dispatch, client = module_util("_sms.at_most_once"), module_util("_service.client").Client
    store = (
        module_util("_machine.postgres").PostgresStore if in_database else module_util("_machine.folder").FolderStore
    )

    def half_recorded(state: str) -> Any:
        return _during_in_database(store, _records(state)) if in_database else _during(store, "record", _records(state))

    transport = module_util("_service.transport").Transport
    return {
        "planned": lambda: _before(dispatch.Keyed, "send"),
        "hold taken": lambda: _after(store, "_take", _second()),  # the first call only tests the store
        "intent not yet recorded": lambda: _before(store, "record", _records("intent")),
        "intent half recorded": lambda: half_recorded("intent"),
        "intent recorded": lambda: _after(store, "record", _records("intent")),
        "POST not yet sent": lambda: _before(transport, "exchange", _is_post),
        "POST connected": lambda: _in_post("endheaders"),
        "POST half sent": lambda: _in_post("send", partly=True),
        "POST sent": lambda: _in_post("getresponse"),
        "POST answered": lambda: _after(transport, "exchange", _is_post),
        "answer understood": lambda: _after(client, "post"),
        "message read back": lambda: _after(client, "send"),
        "outcome not yet recorded": lambda: _before(store, "record", _records("sent")),
        "outcome half recorded": lambda: half_recorded("sent"),
        "outcome recorded": lambda: _after(store, "record", _records("sent")),
        "all done": lambda: _after(dispatch.Keyed, "send"),
        "answer lost": lambda: _before(dispatch._Look, "found"),
        "message found": lambda: _after(dispatch._Look, "found"),
    }


# The script that forks a process for each send


class Nursery:
    """Starts the script. ``run`` starts several sends, each as ``{"options": ..., "step": name or None}``."""

    def __init__(self, tree: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(tree)}
        self._child = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
        )

    def run(self, jobs: list[Json]) -> list[Json]:
        assert self._child.stdin and self._child.stdout
        self._child.stdin.write(json.dumps(jobs) + "\n")
        self._child.stdin.flush()
        answers: list[Json] = json.loads(self._child.stdout.readline())
        return answers

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_error: object) -> None:
        assert self._child.stdin and self._child.stdout
        self._child.stdin.close()
        self._child.wait(timeout=10)
        self._child.stdout.close()


def _fork(job: Json, start: float) -> tuple[int, int]:
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    os.close(reader)
    status = 1
    try:
        time.sleep(max(0.0, start - time.time()))
        in_database = str(job["options"].get("store")).startswith("postgresql:")
        with short_pauses(), steps(in_database)[job["step"]]() if job.get("step") else contextlib.nullcontext():
            answer = send(job["options"])
        with open(writer, "w", encoding="utf-8") as pipe:
            json.dump(answer, pipe)
        status = 0
    finally:
        os._exit(status)


def _reap(child: int, reader: int) -> Json:
    with open(reader, encoding="utf-8") as pipe:
        text = pipe.read()
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return {"killed": True}
    answer: Json = json.loads(text)
    return answer


def main() -> None:
    __import__(f"{COLLECTION}.modules.linkengage_sms")
    for line in sys.stdin:
        jobs = json.loads(line)
        start = time.time() + (0.05 if len(jobs) > 1 else 0)
        children = [_fork(job, start) for job in jobs]
        print(json.dumps([_reap(*child) for child in children]), flush=True)


if __name__ == "__main__":
    main()

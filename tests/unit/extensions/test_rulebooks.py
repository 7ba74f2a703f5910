# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The source and the rulebooks in ansible-rulebook, with the simulator."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import support
import yaml
from docs.blocks import GUIDES, READMES, blocks

KARI, STRANGER = "90555817", "41234567"
SEARCH_PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


def lacking() -> str:
    """Return the reason why rulebooks cannot run on this machine; empty if they can."""
    if not shutil.which("ansible-rulebook", path=SEARCH_PATH):
        return "ansible-rulebook is not installed"
    java = shutil.which("java")
    if not java:
        return "there is no java on PATH; ansible-rulebook needs Java 17 or newer"
    printed = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', printed)
    return "" if version and int(version[1]) >= 17 else "java is older than 17, which ansible-rulebook needs"


REASON = lacking()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(REASON), reason=f"No rulebook was run: {REASON}"),
    pytest.mark.parametrize(("data_format", "api_version"), [("json", 2)], ids=["json-v2"]),
]


def wait_for(what: Callable[[], Any], complaint: Callable[[], str], patience: float = 60.0) -> Any:
    """Wait until the function returns a true value. Returns this value."""
    deadline = time.monotonic() + patience
    while not (found := what()):
        assert time.monotonic() < deadline, complaint()
        time.sleep(0.1)
    return found


class Rulebooks:
    """Runs ansible-rulebook with its own home folder."""

    def __init__(self, home: Path, env: dict[str, str]) -> None:
        self.home, self.env = home, env
        (home / "inventory").write_text("localhost ansible_connection=local\n", encoding="utf-8")
        (home / "vars.yml").write_text('on_call: ["+47905558176", "+4790555817"]\n', encoding="utf-8")
        self.output = home / "output"

    @contextmanager
    def running(self, rulebook: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run ansible-rulebook. At the end, it gets SIGTERM and must stop within ten seconds."""
        command = [shutil.which("ansible-rulebook", path=SEARCH_PATH), "--rulebook", rulebook, "--print-events"]
        command += ["--inventory", "inventory", "--vars", "vars.yml", *arguments]
        with self.output.open("ab") as output:
            process = subprocess.Popen(
                command, env=self.env, cwd=self.home, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        try:
            yield process
            process.terminate()
            process.wait(10)
        finally:
            process.kill()
            process.wait()

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def wait(self, what: Callable[[], Any]) -> Any:
        return wait_for(what, self.said)

    def wait_for_cursor(self, name: str, file: Path | None = None) -> None:
        """Wait until an event source has read its folders for the first time."""
        file = file or self.home / ".local/state/community.linkengage/store.sqlite3"

        def has_read() -> bool:
            if not file.exists():
                return False
            with contextlib.closing(sqlite3.connect(file)) as connection, contextlib.suppress(sqlite3.Error):
                rows = connection.execute("SELECT 1 FROM cursors WHERE name = ? AND present IS NOT NULL", [name])
                return bool(rows.fetchall())
            return False

        self.wait(has_read)


@pytest.fixture
def rulebooks(collections_path, tmp_path, connection_env) -> Rulebooks:
    env = {**support.ansible_environment(collections_path, tmp_path), **connection_env, "PATH": SEARCH_PATH}
    env["PYTHONUNBUFFERED"] = "1"  # the output about taken events must be visible even after the process was killed
    Path(env["ANSIBLE_CONFIG"]).touch()
    return Rulebooks(tmp_path, env)


ESCALATE = """
- hosts: localhost
  gather_facts: false
  tasks:
    - name: Escalate
      community.linkengage.linkengage_sms:
        text: Nobody has looked at web1 yet
        numbers: ["41234567"]
        send_at: +30m
        idempotency_key: "incident-{{ item }}-escalation"
      loop: ["4711", "4712"]
"""


def test_an_acknowledgement_stops_the_escalation(simulator, rulebooks, run_playbook, connection_env) -> None:
    done = run_playbook(ESCALATE, env=connection_env)
    assert done.rc == 0, done.stdout
    first, second = (message["MessageId"] for message in simulator.state()["messages"])
    with rulebooks.running("community.linkengage.acknowledge"):
        rulebooks.wait_for_cursor("acknowledge")
        simulator.inbound(STRANGER, "ACK 4711")
        simulator.inbound(KARI, "What is 4711?")
        simulator.inbound(KARI, "ACK 4711 or 4712")
        simulator.inbound(KARI, "ack 4712!")
        reply = rulebooks.wait(simulator.deliveries)
    assert [(each["phone"], each["text"]) for each in reply] == [("4790555817", "The escalation of 4712 is stopped.")]
    left = [message["MessageId"] for message in simulator.state()["messages"]]
    assert first in left and second not in left


SHOW = """
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: "SHOWN {{ ansible_eda.event.linkengage.message_id }} {{ ansible_eda.event.linkengage }}"
"""
PAGES = {
    rulebook["name"]: rulebook
    for path in (*GUIDES, *READMES)
    for block in blocks(path)
    if "sources:" in block.text
    for rulebook in yaml.safe_load(block.text)
}


@pytest.mark.parametrize("name", PAGES)
def test_the_rulebooks_on_the_pages_act_on_a_message(simulator, rulebooks, name: str) -> None:
    """The rule on the page runs its playbook for its command. It runs nothing for another command or another
    sender.
    """
    rulebook = copy.deepcopy(PAGES[name])
    (source,), (rule,) = rulebook["sources"], rulebook["rules"]
    options = source["community.linkengage.linkengage_inbox"]
    options.update(store=str(rulebooks.home / "store"), interval=0.2)
    command = re.search(r'command == "(\w+)"', rule["condition"])[1]
    (rulebooks.home / rule["action"]["run_playbook"]["name"]).write_text(SHOW, encoding="utf-8")
    (rulebooks.home / "page.yml").write_text(yaml.safe_dump([rulebook]), encoding="utf-8")
    with rulebooks.running("page.yml"):
        store = rulebooks.home / "store/store.sqlite3"
        rulebooks.wait_for_cursor(options["cursor"], store)
        others = [simulator.inbound(STRANGER, command), simulator.inbound(KARI, f"No {command}")]
        first = simulator.inbound(KARI, f"{command.lower()}!")
        rulebooks.wait(lambda: f"SHOWN {first}" in rulebooks.said())
    assert not any(f"SHOWN {other}" in rulebooks.said() for other in others)


class Controller(BaseHTTPRequestHandler):
    """A minimal controller that can launch jobs. ``jobs`` has the launched jobs."""

    jobs: list[dict[str, Any]]

    def do_GET(self) -> None:
        template = {
            "id": 7,
            "type": "job_template",
            "name": "Restart web",
            "summary_fields": {"organization": {"name": "Default"}},
            "related": {"launch": "/api/v2/job_templates/7/launch/"},
            **{f"ask_{name}_on_launch": True for name in ("limit", "inventory", "variables")},
            "ask_labels_on_launch": False,
        }
        job = {"id": 1, "status": "successful", "created": "2026-01-31T08:00:00Z", "artifacts": {}}
        results = {"unified_job_templates": [template], "jobs": [job]}
        kind = self.path.partition("?")[0].strip("/").rpartition("/")[2]
        self.answer({"version": "4.7.0"} if kind == "config" else {"results": results.get(kind), "next": None})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.jobs.append({"path": self.path, "token": self.headers["Authorization"], "body": body})
        self.answer({"id": 1, "url": "/api/v2/jobs/1/"})

    def answer(self, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def controller() -> Iterator[Any]:
    handler = type("Handler", (Controller,), {"jobs": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        server.jobs = handler.jobs
        yield server
        server.shutdown()
        thread.join()


def test_a_text_runs_a_job_template(simulator, rulebooks, controller) -> None:
    simulator.inbound(KARI, "RESTART web")
    url = f"http://127.0.0.1:{controller.server_port}"
    arguments = ("--controller-url", url, "--controller-token", "a-token")
    with rulebooks.running("community.linkengage.restart_by_sms", *arguments):
        rulebooks.wait_for_cursor("restart_by_sms")
        simulator.inbound(STRANGER, "RESTART web")
        simulator.inbound(KARI, "RESTART webmail")
        simulator.inbound(KARI, "Restart Web")
        rulebooks.wait(lambda: controller.jobs)
        time.sleep(1)
    (job,) = controller.jobs
    assert (job["path"], job["token"]) == ("/api/v2/job_templates/7/launch/", "Bearer a-token")
    assert "linkengage" not in json.dumps(job["body"])


TWO_SOURCES = """
- name: One
  hosts: localhost
  sources: &sources
    - name: inbox
      community.linkengage.linkengage_inbox: {interval: 0.2, start: oldest, password: "{{ secret }}", cursor: one}
  rules:
    - name: Show
      condition: event.linkengage.command == "SHOW"
      action:
        run_playbook:
          name: show.yml
          copy_files: false
- name: Two
  hosts: localhost
  sources:
    - community.linkengage.linkengage_inbox: {interval: 0.2, start: oldest, password: "{{ secret }}", cursor: two}
  rules:
    - name: Never
      condition: event.linkengage.command == "NEVER"
      action:
        debug:
"""


def test_two_sources_get_each_message_once_and_no_text_is_evaluated(simulator, rulebooks) -> None:
    """This includes a kill during many messages. The password comes from a variable."""
    home, trace = rulebooks.home, rulebooks.home / "evaluated"
    template = f"{{{{ lookup('pipe', 'touch {trace}') }}}}"
    simulator.seed(contacts=[{"Firstname": template, "PhoneNumber": KARI}])
    (home / "rulebook.yml").write_text(TWO_SOURCES, encoding="utf-8")
    (home / "show.yml").write_text(SHOW, encoding="utf-8")
    secret = rulebooks.env.pop("LINKENGAGE_PASSWORD")
    (home / "vars.yml").write_text(json.dumps({"secret": secret}), encoding="utf-8")

    def received() -> Counter[tuple[str, str]]:
        """Return how often each ruleset got each message."""
        parts = rulebooks.said().split("[received event]")[1:]
        found = [(re.search(r"Ruleset: (\w+)", part), re.search(r"'message_id': '(\w+)'", part)) for part in parts]
        return Counter((ruleset[1], message[1]) for ruleset, message in found if ruleset and message)

    sent = [simulator.inbound(KARI, f"{index} {template}", time="2026-01-31T08:00:00Z") for index in range(8)]
    with rulebooks.running("rulebook.yml") as process:
        rulebooks.wait(received)
        process.send_signal(signal.SIGKILL)
        process.wait()
        sent += [simulator.inbound(KARI, f"{index} {template}", time="2026-01-31T08:00:00Z") for index in range(4)]
    redelivered_before = rulebooks.said().count("'redelivered': True")
    with rulebooks.running("rulebook.yml"):
        sent.append(simulator.inbound(KARI, f"show {template}"))
        rulebooks.wait(lambda: f"SHOWN {sent[-1]}" in rulebooks.said())
        rulebooks.wait(lambda: set(received()) == {(ruleset, id) for ruleset in ("One", "Two") for id in sent})
    assert redelivered_before == 0
    again = [message for message, count in received().items() if count > 1]
    assert len(again) <= rulebooks.said().count("'redelivered': True") <= 2
    assert not trace.exists()
    assert secret not in rulebooks.said()


PERSISTENT = """
- name: Three
  hosts: localhost
  sources:
    - name: inbox
      community.linkengage.linkengage_inbox: {interval: 0.2, start: oldest, feedback: true, cursor: three}
  rules:
    - name: Show
      condition: event.linkengage.command == "SHOW"
      action:
        debug:
          msg: "SHOWN {{ event.linkengage.message_id }}"
"""


def test_a_kill_loses_no_event_with_persistence(simulator, rulebooks) -> None:
    """The rule engine stores the events. It recognises a repeated event and confirms it to the event source."""
    home = rulebooks.home
    (home / "rulebook.yml").write_text(PERSISTENT, encoding="utf-8")
    (home / "vars.yml").write_text(json.dumps({"drools_db_file_path": str(home / "events")}), encoding="utf-8")
    sent = [simulator.inbound(KARI, "show", time="2026-01-31T08:00:00Z") for _message in range(6)]

    def received() -> set[str]:
        return set(re.findall(r"'message_id': '(\w+)'", rulebooks.said()))

    def shown() -> Counter[str]:
        return Counter(re.findall(r"SHOWN (\w+)", rulebooks.said()))

    with rulebooks.running("rulebook.yml", "--persistence-id", "1", "--id", "1") as process:
        rulebooks.wait(shown)
        process.kill()
    with rulebooks.running("rulebook.yml", "--persistence-id", "1", "--id", "1"):
        rulebooks.wait(lambda: received() == set(sent))
        rulebooks.wait(lambda: sent[-1] in shown())
    # An action that runs when the process is killed can be lost or run again. The rule engine decides this.
    assert sum(shown()[id] != 1 for id in sent) <= 1

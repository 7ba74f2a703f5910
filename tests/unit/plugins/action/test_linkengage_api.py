# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules that run inside the controller or as a separate process ("shipped"): both return the same.

The keywords of a task decide where its module runs.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

SEED: dict[str, Any] = {
    "contacts": [
        {"ContactId": 1, "PhoneNumber": "90555817", "Firstname": "Kari", "CreatedDate": "2014-01-01T13:00:00"},
        {"ContactId": 2, "PhoneNumber": "4741234567", "Firstname": "{{ 7 * 7 }}", "CreatedDate": "2014-01-01T13:00:00"},
    ],
    "groups": [{"GroupId": 12, "Name": "On call", "members": [1, 2]}],
    "inbound": [{"from": "41234567", "text": "Yes {{ 7 * 7 }}", "time": "2026-01-01T12:00:00"}],
}
# Tasks for every module: reads, writes and the kinds of errors.
TASKS: list[tuple[str, Any]] = [
    ("user_info", {}),
    ("contact_info", {"phone_number": "41234567"}),
    ("group_info", {"name": "On call", "members": True}),
    ("folder_info", {"messages": True}),
    ("message_info", {"text": "Yes"}),
    ("address_book_info", {}),
    ("contact", {"phone_number": "+47 990 00 001", "first_name": "Per", "private": "yes"}),
    ("contact", {"phone_number": "90555817", "description": "{{ '{{' }} 7 * 7 }}"}),
    ("contact", {"phone_number": "90555817", "description": "{{ '{{' }} 7 * 7 }}"}),
    ("group", {"name": "New", "members": {"set": ["90555817", 2]}}),
    ("group", {"name": "New", "members": {"add": ["99999999"]}}),
    ("sms", {"text": "Hi", "numbers": ["41234567"]}),
    ("api", {"method": "GET", "path": "/contacts/1"}),
    ("address_book", {"contacts": [{"phone_number": "99000002"}, {"phone_number": 7}], "marker": "[a]"}),
    ("contact", {"phone_number": 90555817}),
    ("contact", {"phone_number": "90555817", "first_nam": "Typo"}),
    ("contact", {"phone_number": "90555817", "state": "gone", "private": "perhaps", "contact_id": "x"}),
    ("contact", {"phone_number": "90555817", "password": "wr0ng"}),
    ("contact_info", {"phone_number": "90555817", "search": "Kari"}),
    ("address_book", {"absent": {"nobody": []}}),
]
# More errors, for make test-all.
MORE: list[tuple[str, Any]] = [
    ("contact", {"first_name": "Nobody"}),
    ("contact", {"phone_number": "90555817", "private": "perhaps"}),
    ("contact", {"phone_number": "90555817", "api_url": "ftp://example.com"}),
    ("group", {"name": "On call", "members": {"set": [1], "nonsense": [2]}}),
    ("address_book", {"src": "a.yml"}),
    ("sms", {"msg": "Hei", "to": ["+4790555817"]}),
    ("group", {"name": "On call", "members": ["+4790555817"]}),
]
# Messages about mistakes. They are the same wherever the module runs. Each problem is reported once.
SAID: list[tuple[str, dict[str, Any], str]] = [
    (
        "sms",
        {"msg": "Hei", "to": ["+4790555817"]},
        "There are no options `msg` and `to` (did you mean `text`, `numbers`?). `text` is required to send.",
    ),
    (
        "group",
        {"name": "On call", "members": ["+4790555817"]},
        'members: a dictionary is expected, as in `{set: ["+4790555817"]}`; this is a list.',
    ),
    (
        "contact_info",
        {"zzz": 1},
        "There is no option `zzz` (`ansible-doc community.linkengage.linkengage_contact_info` lists the options).",
    ),
]
VOLATILE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?|/Date\(\d+[+-]\d+\)/")


def play(*tasks: dict[str, Any], **variables: Any) -> str:
    """Return a playbook in JSON, which is also YAML."""
    defaults = {"group/community.linkengage.linkengage": "{{ connection }}"}
    return json.dumps(
        [
            {
                "hosts": "localhost",
                "gather_facts": False,
                "vars": variables,
                "module_defaults": defaults,
                "tasks": list(tasks),
            }
        ]
    )


def task(module: str, options: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    return {"name": keywords.pop("name", module), f"community.linkengage.linkengage_{module}": options, **keywords}


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    """Return a result without times, and without the keys that depend on where the module ran."""
    own = {"invocation", "ansible_facts", "exception", "_ansible_no_log", "ansible_job_id"}
    kept = {name: value for name, value in result.items() if name not in own}
    return json.loads(VOLATILE.sub("TIME", json.dumps(kept, sort_keys=True)))


@pytest.fixture
def run(json_account, run_playbook, tmp_path) -> Any:
    """``run(text, *arguments, **environment)``: run a playbook on a new account with an empty request log."""

    def run(text: str, *arguments: str, **environment: str) -> Any:
        json_account.simulator.reset(**SEED)
        state = tmp_path / f"state-{len(list(tmp_path.iterdir()))}"
        environment = {"XDG_STATE_HOME": str(state), "ANSIBLE_PIPELINING": "true", "PYTHONHASHSEED": "0", **environment}
        connection = json.dumps({"connection": json_account.connection})
        done = run_playbook(text, "-e", connection, *arguments, env=environment)
        json_account.requests = json_account.simulator.log()
        return done

    return run


def connections(account) -> int:
    """Return the number of TCP connections: one for each shipped module, and one for a loop inside the controller."""
    return len({entry["connection"] for entry in account.requests})


def named(tasks: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    return [task(name, options, name=f"{i} {name}", ignore_errors=True) for i, (name, options) in enumerate(tasks)]


@pytest.mark.parametrize(
    ("mode", "tasks"),
    [
        pytest.param((), named(TASKS), id="run"),
        pytest.param(("--check", "--diff"), named(TASKS[6:14]), id="check and diff"),
        pytest.param((), named(MORE), id="more errors", marks=pytest.mark.exhaustive),
    ],
)
def test_a_module_returns_the_same_in_process_and_shipped(
    json_account, run, mode: tuple[str, ...], tasks: list[dict[str, Any]]
) -> None:
    here = run(play(*tasks), *mode)
    writes_here = json_account.writes
    stored_here = json_account.simulator.state()["contacts"]
    there = run(play(*tasks, linkengage_in_process="no"), *mode)
    assert here.rc == there.rc == 0, here.stdout
    for inside, outside in zip(here.results, there.results):
        assert inside["status"] == outside["status"], (inside, outside)
        assert comparable(inside["result"]) == comparable(outside["result"]), inside["task"]
    assert len(here.results) == len(there.results) == len(tasks)
    assert writes_here == json_account.writes
    stored_there = json_account.simulator.state()["contacts"]
    assert [comparable(contact) for contact in stored_here] == [comparable(contact) for contact in stored_there]
    password = json_account.connection["password"]
    for output in (here.stdout, there.stdout, str(here.results)):
        assert password not in output
        assert "wr0ng" not in output
    if mode:
        assert writes_here == []


@pytest.mark.parametrize("in_process", ["yes", "no"])
def test_a_mistake_in_the_options_is_explained(run, in_process: str) -> None:
    tasks = [task(name, options, ignore_errors=True) for name, options, _said in SAID]
    done = run(play(*tasks, linkengage_in_process=in_process))
    assert [outcome["result"]["msg"] for outcome in done.results] == [said for _name, _options, said in SAID]
    assert {outcome["result"]["failure"]["kind"] for outcome in done.results} == {"invalid_input"}


def loop(name: str, number: str, **keywords: Any) -> dict[str, Any]:
    """Return a task that loops over two contacts whose numbers begin with *number*."""
    numbers = [f"{number}{index}" for index in range(2)]
    return task("contact", {"phone_number": "{{ item }}"}, name=name, loop=numbers, **keywords)


LOOP = loop("contact", "9900000")
# Keywords of a task, and whether its module then runs inside the controller.
CASES: list[tuple[str, dict[str, Any], bool]] = [
    ("nothing", {}, True),
    ("switch", {"vars": {"linkengage_in_process": False}}, False),
    ("templated switch", {"vars": {"off": "no", "linkengage_in_process": "{{ off }}"}}, False),
    ("switch on", {"vars": {"linkengage_in_process": "yes"}}, True),
    ("environment", {"environment": {"LINKENGAGE_TIMEOUT": "20"}}, False),
    ("async", {"async": 30, "poll": 1}, False),
    ("another connection", {"delegate_to": "elsewhere"}, False),
    ("become", {"become": True, "become_method": "pretend"}, False),
    ("become is off", {"become": False, "become_method": "pretend"}, True),
    ("hidden", {"no_log": True}, True),
]


class TestWhereAModuleRuns:
    """A loop of two items uses one connection inside the controller, and two connections if the module is shipped."""

    def test_depends_on_the_keywords_of_the_task(self, json_account, run, tmp_path) -> None:
        # A connection plugin that works like `local` under another name, and a become plugin that does nothing.
        plugins = tmp_path / "plugins"
        plugins.mkdir()
        (plugins / "other.py").write_text(CONNECTION, encoding="utf-8")
        (plugins / "pretend.py").write_text(BECOME, encoding="utf-8")
        inventory = tmp_path / "inventory.ini"
        local, far = "localhost ansible_connection=local", "far ansible_host=192.0.2.1 ansible_connection=ssh"
        inventory.write_text(f"elsewhere ansible_connection=other\n{local}\n{far}\n", encoding="utf-8")
        tasks = [loop(name, f"99000{i:02}", **keywords) for i, (name, keywords, _here) in enumerate(CASES)]
        delegated = play(loop("delegated", "9900099", delegate_to="localhost")).replace(
            '"hosts": "localhost"', '"hosts": "far"'
        )
        environment = {"ANSIBLE_CONNECTION_PLUGINS": str(plugins), "ANSIBLE_BECOME_PLUGINS": str(plugins)}
        environment["ANSIBLE_ASYNC_DIR"] = str(tmp_path / "async")
        done = run(play(*tasks)[:-1] + "," + delegated[1:], "-i", str(inventory), **environment)
        assert done.rc == 0, done.stdout
        posts = [(entry["body"], entry["connection"]) for entry in json_account.requests if entry["method"] == "POST"]
        for i, (name, here) in [*((i, (case[0], case[2])) for i, case in enumerate(CASES)), (99, ("delegated", True))]:
            used = [connection for body, connection in posts if f"4799000{i:02}" in body]
            assert (name, len(used), len(set(used))) == (name, 2, 1 if here else 2)

    def test_a_controller_without_a_library_runs_the_module(self, json_account, run, tmp_path) -> None:
        (tmp_path / "sitecustomize.py").write_text(WITHOUT_REQUESTS, encoding="utf-8")
        done = run(play(LOOP), PYTHONPATH=str(tmp_path))
        assert done.rc == 0, done.stdout
        assert (connections(json_account), len(json_account.writes)) == (2, 2)


CONNECTION = '''
from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = """
name: other
short_description: A local connection of another name
description: For tests.
author: [The community.linkengage contributors]
options:
  pipelining: {description: x, type: bool, default: true, vars: [{name: ansible_pipelining}]}
"""


class Connection(Local):
    transport = "other"
'''
BECOME = '''
from ansible.plugins.become import BecomeBase

DOCUMENTATION = """
name: pretend
short_description: Becomes nobody
description: For tests.
author: [The community.linkengage contributors]
options:
  become_user: {description: x, default: root}
  become_exe: {description: x, default: ""}
  become_flags: {description: x, default: ""}
  become_pass: {description: x, type: str}
"""


class BecomeModule(BecomeBase):
    name = "pretend"

    def build_become_command(self, cmd, shell):
        return cmd
'''
WITHOUT_REQUESTS = """
import sys

if any("ansible" in argument and "playbook" in argument for argument in sys.orig_argv):
    sys.modules["requests"] = None
"""


class TestVariables:
    def test_can_be_vaulted_templated_or_hidden(self, json_account, run, tmp_path) -> None:
        from ansible.parsing.vault import VaultLib, VaultSecret

        (tmp_path / "secret").write_text("hush", encoding="utf-8")
        vault = VaultLib([("default", VaultSecret(b"hush"))])
        sealed = vault.encrypt(json_account.connection["password"]).decode()
        name = vault.encrypt("Sealed").decode()
        indent = "        "
        text = f"""
- hosts: localhost
  gather_facts: false
  vars:
    sealed: !vault |
{indent}{sealed.strip().replace(chr(10), chr(10) + indent)}
    first: !vault |
{indent}{name.strip().replace(chr(10), chr(10) + indent)}
    fields: {{first_name: "{{{{ first }}}}", last_name: "{{{{ ['a', 'b'] | join('-') }}}}"}}
  module_defaults:
    group/community.linkengage.linkengage: "{{{{ connection | combine({{'password': sealed}}) }}}}"
  tasks:
    - name: Contact
      community.linkengage.linkengage_contact: "{{{{ {{'phone_number': '99000001'}} | combine(fields) }}}}"
    - name: Book
      community.linkengage.linkengage_address_book:
        contacts: "{{{{ [{{'phone_number': '99000002'}} | combine(fields)] }}}}"
        workers: "{{{{ 2 }}}}"
    - name: Hidden
      no_log: true
      community.linkengage.linkengage_contact:
        phone_number: "99000003"
        first_name: Hidden
"""
        done = run(text, "--vault-password-file", str(tmp_path / "secret"), "-vvv", "--diff")
        assert done.rc == 0, done.stdout
        people = [(c["Firstname"], c["Lastname"]) for c in json_account.contacts().values()][2:]
        assert people[:2] == [("Sealed", "a-b"), ("Sealed", "a-b")]
        assert people[2][0] == "Hidden"
        assert "Hidden" not in str(done.result("Hidden"))
        assert json_account.connection["password"] not in done.stdout

    def test_from_the_service_are_not_evaluated(self, run) -> None:
        tasks = (
            task("contact_info", {"contact_id": 2}, register="found"),
            {"name": "Show", "ansible.builtin.debug": {"msg": "{{ found.contacts[0].first_name }}"}},
        )
        assert run(play(*tasks)).result("Show")["msg"] == "{{ 7 * 7 }}"

    def test_can_come_from_the_environment(self, json_account, run_playbook) -> None:
        json_account.simulator.reset(**SEED)
        env = {f"LINKENGAGE_{name.upper()}": value for name, value in json_account.connection.items()}
        text = play(task("contact_info", {"contact_id": 1})).replace('"{{ connection }}"', "{}")
        done = run_playbook(text, "-vvv", env=env)
        assert done.result("contact_info")["count"] == 1
        assert json_account.connection["password"] not in done.stdout


def test_an_unexpected_error_is_a_failure_of_the_task(json_account, run, tmp_path) -> None:
    site = Path(tmp_path / "sitecustomize.py")
    site.write_text("import http.cookiejar\n\nhttp.cookiejar.DefaultCookiePolicy = None\n", encoding="utf-8")
    done = run(play(LOOP, task("user_info", {})), PYTHONPATH=str(tmp_path))
    assert done.failed == ["contact"]
    assert json_account.connection["password"] not in done.stdout


def test_a_throttle_warning_is_in_the_result_of_its_item(json_account, run, monkeypatch) -> None:
    fault = {"match": {"method": "POST"}, "action": "status", "status": 503, "headers": {"Retry-After": "1"}}
    fault["body"] = "Number of allowed API requests per minute exceeded"
    reset = json_account.simulator.reset
    monkeypatch.setattr(
        json_account.simulator, "reset", lambda **seed: (reset(**seed), json_account.simulator.faults([fault]))
    )
    done = run(play(LOOP))
    assert done.rc == 0, done.stdout
    assert "throttled this run 1 time." in " ".join(done.stdout.split())
    # Before ansible-core 2.20, the results of the items of a loop contain no warnings.
    assert [bool(item.get("warnings")) for item in done.result("contact")["results"]] in ([True, False], [False] * 2)

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of ansible-playbook apply to every module, also where the module runs with another environment."""

from __future__ import annotations

import base64
import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import support
from collections_tree import CHECKOUT

MODULES = sorted(path.stem for path in (CHECKOUT / "plugins" / "modules").glob("*.py"))
STRANGER, TESTER = "4790000001", "4792000009"
SEED: dict[str, Any] = {
    "contacts": [{"ContactId": 1, "PhoneNumber": STRANGER, "Firstname": "Kari"}],
    "groups": [{"GroupId": 12, "Name": "On call", "members": [1]}],
}
# Options of each module for a task that works.
OPTIONS: dict[str, dict[str, Any]] = {
    "linkengage_address_book": {"contacts": [{"phone_number": "+4790000001"}]},
    "linkengage_api": {"path": "/messages", "method": "POST", "body": {"Text": "Hi", "Receivers": TESTER}},
    "linkengage_contact": {"phone_number": "+4790000001"},
    "linkengage_group": {"name": "On call"},
    "linkengage_message_info": {"text": "Hi"},
    "linkengage_sms": {"text": "Hi", "groups": ["On call"], "numbers": ["+4790000002"]},
}
# Keywords of a task that give the module another environment.
WAYS: dict[str, dict[str, Any]] = {
    "become": {"become": True},
    "ssh": {"delegate_to": "far"},
    "async": {"async": 60, "poll": 1},
    "async over ssh": {"delegate_to": "far", "async": 60, "poll": 1},
    "become over ssh": {"delegate_to": "far", "become": True},
}
# What the scripts run has no variables of ansible-playbook. Their arguments are what a list of processes shows.
SUDO = """#!/bin/sh
echo "$@" >> {log}
while [ "$1" != /bin/sh ]; do shift; done
exec env -i PATH="$PATH" HOME="$HOME" "$@"
"""
SSH = """#!/bin/sh
[ "$#" -gt 2 ] || exit 0
echo "$@" >> {log}
for last; do :; done
exec env -i PATH="$PATH" HOME="$HOME" LINKENGAGE_RETRIES=7 LINKENGAGE_LOCK_TIMEOUT=77 sh -c "$last"
"""


def spec_of(module: str) -> dict[str, Any]:
    task = importlib.import_module(f"{support.COLLECTION}.plugins.modules.{module}").TASK
    return {name: option for name, option in task.argument_spec.items() if "fallback" in option}


def play(*tasks: dict[str, Any], **keywords: Any) -> str:
    return json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": list(tasks), **keywords}])


def task(module: str, name: str = "", options: dict[str, Any] | None = None, **keywords: Any) -> dict[str, Any]:
    given = OPTIONS.get(module, {}) if options is None else options
    return {"name": name or module, f"community.linkengage.{module}": given, **keywords}


class Machine:
    """A controller with variables, a fake sudo and a fake ssh."""

    def __init__(self, simulator, run_playbook, folder: Path) -> None:
        self.simulator, self._run, self.folder = simulator, run_playbook, folder
        self.processes = folder / "processes.log"
        for name, script in (("sudo", SUDO), ("ssh", SSH)):
            path = folder / name
            path.write_text(script.format(log=self.processes), encoding="utf-8")
            path.chmod(0o700)
        self.inventory = folder / "inventory.ini"
        hosts = ("far ansible_host=192.0.2.1 ansible_connection=ssh", "localhost ansible_connection=local")
        lines = [f"{host} ansible_python_interpreter={sys.executable}\n" for host in hosts]
        self.inventory.write_text("".join(lines), encoding="utf-8")
        (folder / "ca.pem").touch()
        values = {
            "api_url": simulator.api(2),
            "username": simulator.username,
            "domain": simulator.domain,
            "password": simulator.password,
            "data_format": "json",
            "validate_certs": "false",
            "ca_path": str(folder / "ca.pem"),
            "allow_http": "true",
            "timeout": "21",
            "answer_timeout": "22",
            "max_answer_size": "23",
            "retries": "2",
            "throttle_timeout": "24",
            "requests_per_minute": "2500",
            "lock_timeout": "26",
            "method_override": "never",
            "default_country_code": "47",
            "foreign_numbers": "plus_only",
            "ledger_path": str(folder / "ledger.sqlite3"),
            "receiver_allowlist": f"+{TESTER},",
            "redirect_to": f"+{TESTER}",
        }
        self.variables = {f"LINKENGAGE_{name.upper()}": value for name, value in values.items()}

    def __call__(self, text: str, *arguments: str, **variables: str) -> Any:
        self.simulator.reset(**SEED)
        return self._run(text, *arguments, "-i", str(self.inventory), env=self.environment(**variables))

    def environment(self, **variables: str) -> dict[str, str]:
        return {
            "ANSIBLE_ASYNC_DIR": str(self.folder / "async"),
            "ANSIBLE_INJECT_INVOCATION": "true",
            "ANSIBLE_BECOME_ALLOW_SAME_USER": "true",
            "ANSIBLE_BECOME_EXE": str(self.folder / "sudo"),
            "ANSIBLE_SSH_EXECUTABLE": str(self.folder / "ssh"),
            "ANSIBLE_SSH_ARGS": "",
            "ANSIBLE_SSH_TRANSFER_METHOD": "piped",
            "XDG_STATE_HOME": str(self.folder / "state"),
            **self.variables,
            **variables,
        }

    @property
    def phones(self) -> set[str]:
        return {delivery["phone"] for delivery in self.simulator.deliveries()}

    def secrets(self) -> list[str]:
        password = self.simulator.password
        token = base64.b64encode(f"{self.simulator.login}:{password}".encode()).decode()
        return [password, json.dumps(password)[1:-1], token, base64.b64encode(password.encode()).decode()]


@pytest.fixture
def machine(simulator, run_playbook, tmp_path) -> Machine:
    return Machine(simulator, run_playbook, tmp_path)


def test_the_table_has_every_variable(machine) -> None:
    known = {
        variable for module in MODULES for option in spec_of(module).values() for variable in option["fallback"][1]
    }
    assert set(machine.variables) == known


@pytest.mark.parametrize("way", WAYS)
def test_every_variable_reaches_every_module(machine, way: str) -> None:
    done = machine(play(*(task(module, **WAYS[way]) for module in MODULES)), "-vvvv")
    assert done.rc == 0, done.stdout
    for module in MODULES:
        given = done.result(module)["invocation"]["module_args"]
        for name, option in spec_of(module).items():
            value = machine.variables[option["fallback"][1][0]]
            expected = value.split(",") if option.get("type") == "list" else value
            if option.get("no_log"):
                assert given[name] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
            else:
                assert str(given[name]).lower() in (str(expected).lower(), f"{expected}.0"), (module, name)
    assert machine.phones == {TESTER}
    if way != "async":  # then there is no other program
        assert machine.processes.read_text(encoding="utf-8")
    assert_hidden(machine, done.stdout)


def assert_hidden(machine: Machine, output: str) -> None:
    """The password is not in the output, in a list of processes, or in a file that stays, such as a file of async."""
    for secret in machine.secrets():
        assert secret not in output
        for path in machine.folder.rglob("*"):
            if path.is_file():
                assert secret.encode() not in path.read_bytes(), path


@pytest.mark.slow
def test_an_ad_hoc_command_uses_the_variables(machine, collections_path) -> None:
    machine.simulator.reset(**SEED)
    base = support.ansible_environment(collections_path, machine.folder)
    Path(base["ANSIBLE_CONFIG"]).touch()
    command = [sys.executable, "-m", "ansible.cli.adhoc", "far", "-i", str(machine.inventory), "--become"]
    command += ["-m", "community.linkengage.linkengage_sms", "-a", "text=Hi groups='On call'"]
    done = support.run_command(command, machine.folder, {**base, **machine.environment()})
    assert done.returncode == 0, done.stdout
    assert machine.phones == {TESTER}


def test_the_order_of_an_option_the_defaults_the_environment_and_the_variables(machine) -> None:
    """An option of the task, module_defaults, `environment`, the controller, and the host that runs the module."""
    away = {"delegate_to": "far"}
    own = {
        "environment": {"LINKENGAGE_TIMEOUT": 33, "LINKENGAGE_REDIRECT_TO": "", "LINKENGAGE_PASSWORD": "{{ secret }}"}
    }
    defaults = {"group/community.linkengage.linkengage": {"answer_timeout": 44, "username": None}}
    message = {"text": "Hi", "numbers": ["+4790000001"]}
    tasks = [
        task("linkengage_sms", "controller", message, **away),
        task("linkengage_sms", "environment", message, **away, **own),
        task("linkengage_sms", "option", {**message, "timeout": 55, "retries": 3}, **away, **own),
        task("linkengage_sms", "loop", message, loop=[1, 2], **away, **own),
    ]
    password, variables = machine.variables["LINKENGAGE_PASSWORD"], machine.variables
    secret = {"secret": password}
    variables["LINKENGAGE_PASSWORD"] = "another"
    variables["LINKENGAGE_LOCK_TIMEOUT"] = " "
    tasks[0]["environment"] = {"LINKENGAGE_PASSWORD": "{{ secret }}"}
    done = machine(play(*tasks, module_defaults=defaults), "-vvvv", "-e", "@" + str(extra(machine.folder, secret)))
    assert done.rc == 0, done.stdout
    given = {name: done.result(name)["invocation"]["module_args"] for name in ("controller", "environment", "option")}
    assert [args["timeout"] for args in given.values()] == [21, 33, 55]
    assert [args["answer_timeout"] for args in given.values()] == [44, 44, 44]
    assert [args["retries"] for args in given.values()] == [2, 2, 3]
    assert [args["lock_timeout"] for args in given.values()] == [77, 77, 77]
    assert machine.phones == {TESTER}
    (machine.folder / "extra.json").unlink()
    assert_hidden(machine, done.stdout)
    assert password not in machine.processes.read_text(encoding="utf-8")


def extra(folder: Path, variables: dict[str, str]) -> Path:
    path = folder / "extra.json"
    path.write_text(json.dumps(variables), encoding="utf-8")
    return path


def test_a_wrong_value_names_its_variable_on_every_host(machine) -> None:
    wrong = {
        "TIMEOUT": "30s",
        "RETRIES": "-1",
        "REDIRECT_TO": "nobody",
        "RECEIVER_ALLOWLIST": "+4792000009,nobody",
        "DATA_FORMAT": "yaml",
        "CA_PATH": "/nope.pem",
        "API_URL": "intouchapi",
        "DEFAULT_COUNTRY_CODE": "Norway",
    }
    tasks = [
        task(
            "linkengage_sms",
            f"{name} {way}",
            {"text": "Hi", "numbers": ["+4790000001"]},
            environment={f"LINKENGAGE_{name}": value},
            ignore_errors=True,
            **({"delegate_to": "far"} if way == "far" else {}),
        )
        for name, value in wrong.items()
        for way in ("here", "far")
    ]
    done = machine(play(*tasks), LINKENGAGE_VALIDATE_CERTS="true", LINKENGAGE_CA_PATH="")
    for outcome in done.results:
        name = outcome["task"].split()[0]
        assert outcome["result"]["msg"].startswith(f"LINKENGAGE_{name}"), outcome["result"]["msg"]
    assert machine.phones == set()


def test_a_wrong_value_of_the_controller_names_its_variable(machine) -> None:
    done = machine(play(task("linkengage_sms", options={"text": "Hi", "numbers": ["1"]})), LINKENGAGE_TIMEOUT="30s")
    assert done.result("linkengage_sms")["msg"] == "LINKENGAGE_TIMEOUT: '30s' is not a number of seconds."


def test_null_does_not_switch_a_limit_off(machine) -> None:
    options = {"text": "Hi", "numbers": ["+4790000001"]}
    values = {"null": None, "default(None)": "{{ nothing | default(None) }}"}
    tasks = [
        task("linkengage_sms", f"{option} {name} {way}", {**options, option: value}, ignore_errors=True, **keywords)
        for option in ("redirect_to", "receiver_allowlist")
        for name, value in values.items()
        for way, keywords in (("here", {}), ("become", {"become": True}))
    ]
    done = machine(play(*tasks))
    assert len(done.results) == len(tasks)
    for outcome in done.results:
        result = outcome["result"]
        assert outcome["status"] == "ignored" or result["outcome"] == "not_sent", outcome
        assert outcome["task"].split()[0] in str(result.get("msg") or result["warnings"])
    assert machine.phones == set()

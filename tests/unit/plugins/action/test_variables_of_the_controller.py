# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The environment variables of ansible-playbook apply to every module, even if the module has another environment."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import support
from collections_tree import CHECKOUT
from controller import TESTER, Machine

MODULES = sorted(path.stem for path in (CHECKOUT / "plugins" / "modules").glob("*.py"))
# Options with which a task of each module succeeds.
OPTIONS: dict[str, dict[str, Any]] = {
    "linkengage_address_book": {"contacts": [{"phone_number": "+4790000001"}]},
    "linkengage_api": {"path": "/messages", "method": "POST", "body": {"Text": "Hi", "Receivers": TESTER}},
    "linkengage_contact": {"phone_number": "+4790000001"},
    "linkengage_group": {"name": "On call"},
    "linkengage_message_info": {"text": "Hi"},
    "linkengage_sms": {"text": "Hi", "groups": ["On call"], "numbers": ["+4790000002"]},
}
# Keywords of a task that give its module another environment.
WAYS: dict[str, dict[str, Any]] = {
    "become": {"become": True},
    "ssh": {"delegate_to": "far"},
    "async": {"async": 60, "poll": 1},
    "async over ssh": {"delegate_to": "far", "async": 60, "poll": 1},
    "become over ssh": {"delegate_to": "far", "become": True},
}


def spec_of(module: str) -> dict[str, Any]:
    task = importlib.import_module(f"{support.COLLECTION}.plugins.modules.{module}").TASK
    return {name: option for name, option in task.argument_spec.items() if "fallback" in option}


def play(*tasks: dict[str, Any], **keywords: Any) -> str:
    return json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": list(tasks), **keywords}])


def task(module: str, name: str = "", options: dict[str, Any] | None = None, **keywords: Any) -> dict[str, Any]:
    given = OPTIONS.get(module, {}) if options is None else options
    return {"name": name or module, f"community.linkengage.{module}": given, **keywords}


@pytest.fixture
def machine(simulator, run_playbook, tmp_path) -> Machine:
    return Machine(simulator, run_playbook, tmp_path)


def test_the_table_has_every_variable(machine) -> None:
    known = {
        variable for module in MODULES for option in spec_of(module).values() for variable in option["fallback"][1]
    }
    assert set(machine.variables) == known


@pytest.mark.parametrize(
    "way", [pytest.param(way, marks=[pytest.mark.exhaustive] if "over" in way else []) for way in WAYS]
)
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
    if way != "async":  # with async, there is no other program
        assert machine.processes.read_text(encoding="utf-8")
    assert_hidden(machine, done.stdout)


def assert_hidden(machine: Machine, output: str) -> None:
    """Check that the password is not in the output, in a list of processes, or in a file that stays, such as one of
    async.
    """
    for secret in machine.secrets():
        assert secret not in output
        for path in machine.folder.rglob("*"):
            if path.is_file():
                assert secret.encode() not in path.read_bytes(), path


@pytest.mark.slow
def test_an_ad_hoc_command_uses_the_variables(machine, collections_path) -> None:
    machine.simulator.reset(**machine.seed)
    base = support.ansible_environment(collections_path, machine.folder)
    Path(base["ANSIBLE_CONFIG"]).touch()
    command = [sys.executable, "-m", "ansible.cli.adhoc", "far", "-i", str(machine.inventory), "--become"]
    command += ["-m", "community.linkengage.linkengage_sms", "-a", "text=Hi groups='On call'"]
    done = support.run_command(command, machine.folder, {**base, **machine.environment()})
    assert done.returncode == 0, done.stdout
    assert machine.phones == {TESTER}


def test_the_order_of_an_option_the_defaults_the_environment_and_the_variables(machine) -> None:
    """The sources are: an option of the task, module_defaults, `environment`, the controller, and the host of the
    module.
    """
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
        assert f"failed: {name.lower()}" not in done.stdout
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


def test_a_limit_in_a_variable_with_a_wrong_name_sends_nothing(machine) -> None:
    options = {"text": "Hi", "numbers": ["+4790000001"]}
    ways = {"here": {}, "become": {"become": True}, "far": {"delegate_to": "far"}}
    tasks = [task("linkengage_sms", way, options, ignore_errors=True, **keywords) for way, keywords in ways.items()]
    empty = {"LINKENGAGE_RECEIVER_ALLOWLIST": "", "LINKENGAGE_REDIRECT_TO": "", "LINKENGAGE_CA_PATH": ""}
    tasks.append(task("linkengage_user_info", "other"))
    done = machine(play(*tasks), LINKENGAGE_RECEIVER_ALLOW_LIST="+4792000009", **empty)
    assert [outcome["status"] for outcome in done.results] == ["ignored", "ignored", "ignored", "ok"]
    for way in ways:
        assert done.result(way)["msg"].startswith("LINKENGAGE_RECEIVER_ALLOW_LIST: the collection does not use this")
    assert machine.phones == set()

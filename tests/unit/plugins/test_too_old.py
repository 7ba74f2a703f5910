# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Python or an ansible-core that is too old: one sentence says what to do, and there is no traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.plugin_utils._versions import core_too_old, python_too_old


@pytest.mark.parametrize(
    ("version", "old"),
    [
        ("2.15.13", True),
        ("2.9.27", True),
        ("2.16.0", False),
        ("2.16.0b1", False),
        ("2.21.0", False),
        ("3.0", False),
        ("devel", False),
    ],
)
def test_old_versions_of_ansible_core_are_recognised(version: str, old: bool) -> None:
    assert bool(core_too_old(version)) is old


@pytest.mark.parametrize(
    ("version", "old"),
    [("2.7.18\r\n", True), ("3.6.15", True), ("3.8.18\n", True), ("3.9.0", False), ("3.13.0", False), ("", False)],
)
def test_old_versions_of_python_are_recognised(version: str, old: bool) -> None:
    said = python_too_old(version.strip(), "/usr/bin/python")
    assert bool(said) is old
    assert said.count(". ") == 0


# Programs that replace an old Python. They print its error for a module that it cannot read, and its version.
SYNTAX_ERROR = """#!/bin/sh
case "$*" in *sys.version*) echo 3.6.15; exit 0;; esac
echo 'SyntaxError: future feature annotations is not defined' >&2
exit 1
"""
TRACEBACK = """#!/bin/sh
case "$*" in *sys.version*) echo 3.8.18; exit 0;; esac
echo "Traceback (most recent call last): TypeError: 'ABCMeta' object is not subscriptable" >&2
exit 1
"""
LOOKUP = "{{ lookup('community.linkengage.linkengage', '+4790555817') }}"


def play(*tasks: dict[str, Any]) -> str:
    return json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": list(tasks)}])


@pytest.mark.parametrize(("script", "version"), [(SYNTAX_ERROR, "3.6.15"), (TRACEBACK, "3.8.18")])
def test_an_old_python_on_a_host_is_explained(run_playbook, tmp_path: Path, script: str, version: str) -> None:
    python = tmp_path / "python"
    python.write_text(script, encoding="utf-8")
    python.chmod(0o700)
    variables = {"ansible_python_interpreter": str(python), "linkengage_in_process": False}
    ways: list[dict[str, Any]] = [{}, {"async": 30, "poll": 1}]
    tasks = [
        {
            "name": str(way),
            "community.linkengage.linkengage_user_info": {},
            "vars": variables,
            "ignore_errors": True,
            **way,
        }
        for way in ways
    ]
    done = run_playbook(play(*tasks), env={"ANSIBLE_ASYNC_DIR": str(tmp_path / "async")})
    assert len(done.results) == len(ways)
    for outcome in done.results:
        assert outcome["result"]["msg"] == (
            f"Python {version} ({python}) is too old: community.linkengage needs Python 3.9 or newer; set "
            "ansible_python_interpreter to the path of a newer Python."
        )
        assert outcome["result"]["failure"]["kind"] == "too_old"
    assert "Error:" not in done.stdout


@pytest.mark.parametrize(
    "task", [{"community.linkengage.linkengage_user_info": {}}, {"ansible.builtin.debug": {"msg": LOOKUP}}], ids=list
)
def test_an_old_ansible_core_is_explained(run_playbook, tmp_path: Path, task: dict[str, Any]) -> None:
    site = tmp_path / "sitecustomize.py"
    site.write_text("import ansible.release\nansible.release.__version__ = '2.15.13'\n", encoding="utf-8")
    done = run_playbook(play(task), env={"PYTHONPATH": str(tmp_path)})
    assert done.rc != 0
    said = "ansible-core 2.15.13 is too old: community.linkengage needs ansible-core 2.16 or newer; update ansible-core"
    assert said in " ".join(done.stdout.split())
    assert "Traceback" not in done.stdout

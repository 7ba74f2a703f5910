# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exports of other programs go through the playbook sync.

Afterwards, the playbooks export and drift agree with them.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import support
from exports import COUNT, EXPORTS, people

pytestmark = pytest.mark.slow

SKIP = ("-e", "address_book_skip_invalid=true", "-e", "address_book_workers=16")
APPLY = (*SKIP, "-e", "apply=true")
Play = Callable[..., str]
# Other tests cover Google Contacts and Excel in Norwegian, whose files are similar.
ALIKE = ("Outlook", "Excel in Swedish")


@pytest.fixture
def play(warm, collections_path, tmp_path, connection_env) -> Play:
    """``play("sync", *arguments)``: run a playbook of the collection, which must succeed. Returns its output."""

    def run(name: str, *arguments: str) -> str:
        environment = {**support.ansible_environment(collections_path, tmp_path), **connection_env}
        done = warm.run([f"community.linkengage.{name}", *arguments], tmp_path, environment)
        assert done.returncode == 0, done.stdout
        return done.stdout

    return run


@support.in_json
@pytest.mark.parametrize(
    "program",
    [pytest.param(name, marks=[pytest.mark.exhaustive] if name in ALIKE else []) for name in EXPORTS],
)
def test_an_export_goes_through_sync(simulator, play, tmp_path: Path, program: str) -> None:
    source, exported = tmp_path / "source", tmp_path / "exported"
    source.mkdir()
    bad = EXPORTS[program](source)
    src = ("-e", f"src={source}")

    shown = play("sync", *src, *APPLY)
    assert simulator.log(writes_only=True) != []
    (name,) = [path.name for path in source.iterdir()]
    listed = re.findall(rf"Skipped: {re.escape(name)} line (\d+): ", shown)
    assert {int(line) for line in listed} == bad
    assert f"Contacts: {COUNT - len(bad)} to create, 0 to update, 0 to delete, 0 as declared." in shown
    stored = {row["PhoneNumber"]: row for row in simulator.state()["contacts"]}
    good = [person for person in people() if f"47{person.number}" in stored]
    assert len(good) == len(stored) == COUNT - len(bad)
    found = [stored[f"47{person.number}"] for person in good]
    assert [(row["Firstname"], row["Lastname"], row["Email"]) for row in found] == [
        (person.given, person.family, person.email) for person in good
    ]

    simulator.clear_log()
    assert "The account is as declared." in play("sync", *src, *APPLY)
    play("export", "-e", f"dest={exported}")
    assert "The account is as declared." in play("drift", "-e", f"src={exported}")
    if program == "Excel in Norwegian":  # the playbooks behave in the same way for each file, so one file is enough
        assert "The account is as declared." in play("drift", *src, *SKIP)
        assert "The account is as declared." in play("sync", "-e", f"src={exported}", "-e", "apply=true")
    assert simulator.log(writes_only=True) == []


@support.in_xml
def test_without_skipping_nothing_is_written_and_every_bad_row_is_named(
    simulator, warm, collections_path, connection_env, tmp_path: Path
) -> None:
    """By default, the playbook reports bad rows as an error."""
    bad = EXPORTS["Excel in Norwegian"](tmp_path)
    environment = {**support.ansible_environment(collections_path, tmp_path), **connection_env}
    arguments = ["community.linkengage.sync", "-e", "apply=true", "-e", f"src={tmp_path}/vaktliste.csv"]
    done: subprocess.CompletedProcess[str] = warm.run(arguments, tmp_path, environment)
    assert done.returncode == 2, done.stdout
    assert f"{len(bad)} entries have to be corrected. Nothing was written." in done.stdout
    assert {int(line) for line in re.findall(r"vaktliste\.csv line (\d+)", done.stdout)} == bad
    assert simulator.log(writes_only=True) == []

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks run on localhost. A --limit that excludes localhost is an error, because Ansible would do nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import support

PLAYBOOKS = sorted(path.stem for path in (Path(__file__).parents[3] / "playbooks").glob("*.yml"))
INVENTORY = "web1\nlocalhost ansible_connection=local\n[controllers]\nlocalhost\n"


@pytest.fixture
def limited(warm, simulator, connection_env, tmp_path):
    """``limited(playbook, limit)``: run a playbook, and return the exit status and the output."""

    def run(playbook: str, limit: str) -> tuple[int, str]:
        (tmp_path / "hosts.ini").write_text(INVENTORY, encoding="utf-8")
        text = f"- import_playbook: community.linkengage.{playbook}\n"
        started = warm.start(text, "-i", "hosts.ini", "--limit", limit, env=connection_env, folder=tmp_path)
        return started.end(), started.stdout

    return run


@support.in_json
@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_a_limit_without_localhost_is_an_error(limited, simulator, playbook: str) -> None:
    status, output = limited(playbook, "web1")
    assert status != 0
    assert "--limit web1 leaves out localhost" in output
    assert simulator.log() == []


@support.in_json
@pytest.mark.parametrize(
    ("limit", "begins"),
    [
        ("web1,localhost", True),
        ("controllers", True),
        ("all:!web1", True),
        ("@failed.retry", False),
        ("@both.retry", True),
        ("web1,@both.retry", True),
        ("all,!localhost", False),
        ("all:&web1", False),
    ],
)
def test_a_limit_is_read_as_ansible_reads_it(limited, tmp_path, limit: str, begins: bool) -> None:
    (tmp_path / "failed.retry").write_text("web1\n", encoding="utf-8")
    (tmp_path / "both.retry").write_text("web1\nlocalhost\n", encoding="utf-8")
    status, output = limited("sync", limit)
    assert status != 0
    assert ("Set the folder to read from" in output) is begins
    assert (f"--limit {limit} leaves out localhost" in output) is not begins

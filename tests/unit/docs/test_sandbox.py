# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``make sandbox``, which the first page of the documentation uses."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from collections_tree import CHECKOUT

COMMANDS = """
ansible localhost -m community.linkengage.linkengage_contact -a '{"phone_number": "+4790555817"}'
ansible localhost -m community.linkengage.linkengage_contact_info -a count_only=true
echo "api: $LINKENGAGE_API_URL, in $(basename "$PWD")"
exit 3
"""


@pytest.mark.slow
def test_the_sandbox_opens_a_shell_with_an_empty_account() -> None:
    environment = {**os.environ, "SHELL": "/bin/sh"}
    done = subprocess.run(
        [sys.executable, str(CHECKOUT / "demo" / "sandbox.py")],
        input=COMMANDS,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "localhost | CHANGED" in done.stdout
    assert '"count": 1' in done.stdout
    assert "api: http://127.0.0.1:" in done.stdout
    assert "/2, in sandbox" in done.stdout
    assert "WARNING" not in done.stdout + done.stderr


@pytest.mark.slow
def test_the_account_begins_with_a_seed_and_is_kept(tmp_path: Path) -> None:
    state = tmp_path / "account.json"
    command = [sys.executable, str(CHECKOUT / "demo" / "sandbox.py"), "--seed", "address-book", "--state", str(state)]
    texts = []
    for _start in range(2):
        environment = {**os.environ, "SHELL": "/bin/sh"}
        done = subprocess.run(command, input="exit\n", env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert f'"exit" closes the shell and keeps the account in {state}.' in done.stdout
        texts.append(done.stdout)
        book = json.loads(state.read_text(encoding="utf-8"))["store"]["book"]
        names = {contact["Firstname"] for contact in book["contacts"]["records"]}
        assert names == {"Kari", "Ola", "Åse", "Björn", "Signe"}
    assert ["The account was not empty, so the seed was not read." in text for text in texts] == [False, True]


@pytest.mark.slow
def test_a_seed_that_does_not_exist_is_one_line() -> None:
    command = [sys.executable, str(CHECKOUT / "demo" / "sandbox.py"), "--seed", "/nowhere"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.endswith("/nowhere does not exist. A seed is a file, a folder, or an example: address-book.\n")


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_the_shell_has_a_prompt_and_the_path_whatever_the_files_of_the_user_do(shell: str, tmp_path: Path) -> None:
    program = shutil.which(shell)
    assert program
    own = tmp_path / ".bashrc"
    own.write_text("PATH=/usr/bin:/bin\nPS1='own '\n", encoding="utf-8")
    environment = {**os.environ, "SHELL": program, "HOME": str(tmp_path), "ENV": str(own), "TERM": "dumb"}
    command = [sys.executable, str(CHECKOUT / "demo" / "sandbox.py")]
    # The shell runs in a terminal, because the shell reads these files only if a person uses it.
    child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, command, environment)
    os.write(terminal, b"command -v ansible; exit\n")
    shown = b""
    with contextlib.suppress(OSError):
        while chunk := os.read(terminal, 1024):
            shown += chunk
    os.waitpid(child, 0)
    assert b"(linkengage sandbox) own " in shown
    assert f"{Path(sys.executable).parent}/ansible".encode() in shown

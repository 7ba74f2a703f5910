# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``make sandbox``, which the first page uses."""

from __future__ import annotations

import os
import subprocess
import sys

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

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest
import support

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def play(warm, collections_path, tmp_path, connection_env) -> Run:
    """``play("sync", *arguments)``: run a playbook of the collection in the home folder."""

    def run(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**support.ansible_environment(collections_path, tmp_path), **connection_env}
        return warm.run([f"community.linkengage.{name}", *arguments], tmp_path, environment)

    return run

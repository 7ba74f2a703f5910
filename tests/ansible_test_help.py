# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ansible-test needs before it starts, and whether it really did its work."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import json
import os
import shutil
import sys
import urllib.request
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

# The get-pip script that ansible-test of each ansible-core asks for.
GET_PIP = {"2.16": "23.1.2", "2.18": "24.2", "2.19": "24.2", "2.20": "25.2", "2.21": "25.2"}
NO_KEY = "no key: nothing connects with it\n"
SANITY_MUST_RUN = {"ansible-doc", "compile", "import", "pep8", "pylint", "shellcheck", "validate-modules", "yamllint"}


def prepare(core: str) -> None:
    """Let ansible-test of this ansible-core start on a machine that reaches only the package registry."""
    folder = Path.home() / ".ansible" / "test"
    provide_get_pip(folder / "cache", GET_PIP[core])
    provide_ssh_key(folder)


def tell_less(only_for_real: bool) -> None:
    """Leave XML to the newest ansible-core, and check mode and the second run too where it is *only_for_real*.

    What differs between two of them is not the wire; the unit tests show the rest on each.
    """
    dialect = {"data_format": "json", "version": 2, "only_for_real": only_for_real}
    told = json.dumps({"setup_simulator_dialects": [dialect]})
    Path("tests/integration/integration_config.yml").write_text(told, encoding="utf-8")


def provide_get_pip(cache: Path, version: str) -> None:
    """Put a stand-in where the get-pip script belongs, unless it is there or can be downloaded."""
    cached = cache / f"get_pip_{version.replace('.', '_')}.py"
    if cached.exists():
        return
    cache.mkdir(parents=True, exist_ok=True)
    url = f"https://ci-files.testing.ansible.com/ansible-test/get-pip-{version}.py"
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            script = answer.read()
    except OSError:
        script = Path(__file__).with_name("get_pip_stand_in.py").read_bytes()
    # Whole or not at all: sessions run side by side.
    unfinished = cached.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(script)
    unfinished.replace(cached)


def provide_ssh_key(folder: Path) -> None:
    """Stand in for ssh-keygen: ansible-test wants a key pair even where it connects to no other machine.

    The last of the sessions that run side by side takes it away.
    """
    if shutil.which("ssh-keygen"):
        return
    users = (folder / "id_rsa.users").open("w", encoding="utf-8")
    fcntl.flock(users, fcntl.LOCK_SH)
    keys = [folder / "id_rsa", folder / "id_rsa.pub"]
    if not keys[0].exists():
        for key in keys:
            key.write_text(NO_KEY, encoding="utf-8")
    if keys[0].read_text(encoding="utf-8") == NO_KEY:
        atexit.register(withdraw_ssh_key, keys, users)


def withdraw_ssh_key(keys: list[Path], users: IO[str]) -> None:
    """Take the stand-in away, unless another session still uses it."""
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for key in keys:
            key.unlink(missing_ok=True)


def check_sanity() -> None:
    """Hold the sanity session to the tests that matter: ansible-test succeeds where it found nothing to test."""
    ran = {
        case.get("name", "")
        for report in Path("tests/output/junit").glob("ansible-test-sanity-*.xml")
        for case in ElementTree.parse(report).iter("testcase")
        if case.find("skipped") is None
    }
    missing = sorted(test for test in SANITY_MUST_RUN if not any(name.startswith(test) for name in ran))
    fail_if(missing, "These sanity tests did not run")


def check_integration() -> None:
    """Hold the integration session to every target, or to at least one where the command line names them."""
    ran: set[str] = set()
    for report in Path("tests/output/data").glob("integration-*.json"):
        ran.update(json.loads(report.read_text(encoding="utf-8"))["targets"])
    folders = {path.name for path in Path("tests/integration/targets").iterdir() if path.is_dir()}
    expected = {name for name in folders if not name.startswith("setup_")}
    if not ran or "--" not in sys.argv:
        fail_if(sorted(expected - ran), "These integration targets did not run")


def fail_if(missing: list[str], message: str) -> None:
    """End the session as failed where something is missing."""
    if missing:
        raise RuntimeError(f"{message}: {', '.join(missing)}")

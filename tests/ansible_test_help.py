# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prepares the machine for ansible-test, and checks whether ansible-test has run its tests."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import json
import os
import shutil
import sys
import urllib.request
from collections.abc import Collection
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

# The version of the get-pip script that the ansible-test of each ansible-core needs.
GET_PIP = {"2.16": "23.1.2", "2.18": "24.2", "2.19": "24.2", "2.20": "25.2", "2.21": "25.2"}
NO_KEY = "not a real key: no connection uses it\n"
SANITY_MUST_RUN = {"ansible-doc", "compile", "import", "pep8", "pylint", "shellcheck", "validate-modules", "yamllint"}


def prepare(core: str) -> None:
    """Prepare this machine for ansible-test of this ansible-core. The machine may reach only the package registry."""
    folder = Path.home() / ".ansible" / "test"
    provide_get_pip(folder / "cache", GET_PIP[core])
    provide_ssh_key(folder)


def run_fewer_stories(only_first: bool) -> None:
    """Run the integration tests with JSON only. With *only_first*, also omit check mode and the second run.

    The formats do not depend on ansible-core. The unit tests cover check mode and the second run on each ansible-core.
    """
    dialect = {"data_format": "json", "version": 2, "only_first": only_first}
    config = json.dumps({"setup_simulator_dialects": [dialect]})
    Path("tests/integration/integration_config.yml").write_text(config, encoding="utf-8")


def provide_get_pip(cache: Path, version: str) -> None:
    """Write a replacement for the get-pip script if the script is missing and cannot be downloaded."""
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
    # The file is replaced in one step, because sessions run in parallel.
    unfinished = cached.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(script)
    unfinished.replace(cached)


def provide_ssh_key(folder: Path) -> None:
    """Write a placeholder for a key pair if ssh-keygen is missing.

    ansible-test requires a key pair even if it does not use the key. The last of the parallel sessions deletes the
    placeholder.
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
    """Delete the placeholder, unless another session still uses it."""
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for key in keys:
            key.unlink(missing_ok=True)


def check_sanity(skipped: Collection[str]) -> None:
    """Check that the important sanity tests ran. ansible-test also succeeds if it finds nothing to test."""
    ran = {
        case.get("name", "")
        for report in Path("tests/output/junit").glob("ansible-test-sanity-*.xml")
        for case in ElementTree.parse(report).iter("testcase")
        if case.find("skipped") is None
    }
    missing = sorted(
        test for test in SANITY_MUST_RUN.difference(skipped) if not any(name.startswith(test) for name in ran)
    )
    fail_if(missing, "These sanity tests did not run")


def check_integration() -> None:
    """Check that all integration targets ran. If the command line names targets, at least one must have run."""
    ran: set[str] = set()
    for report in Path("tests/output/data").glob("integration-*.json"):
        ran.update(json.loads(report.read_text(encoding="utf-8"))["targets"])
    folders = {path.name for path in Path("tests/integration/targets").iterdir() if path.is_dir()}
    expected = {name for name in folders if not name.startswith("setup_")}
    if not ran or "--" not in sys.argv:
        fail_if(sorted(expected - ran), "These integration targets did not run")


def fail_if(missing: list[str], message: str) -> None:
    """Raise RuntimeError if something is missing."""
    if missing:
        raise RuntimeError(f"{message}: {', '.join(missing)}")

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ansible-test needs before it starts, and whether it really did its work."""

from __future__ import annotations

import atexit
import json
import shutil
import sys
import urllib.request
from pathlib import Path
from xml.etree import ElementTree

# The get-pip script that ansible-test of each ansible-core asks for.
GET_PIP = {"2.18": "24.2", "2.19": "24.2", "2.20": "25.2", "2.21": "25.2"}
SANITY_MUST_RUN = {"ansible-doc", "compile", "import", "pep8", "pylint", "shellcheck", "validate-modules", "yamllint"}


def prepare(core: str) -> None:
    """Let ansible-test of this ansible-core start on a machine that reaches only the package registry."""
    folder = Path.home() / ".ansible" / "test"
    provide_get_pip(folder / "cache", GET_PIP[core])
    provide_ssh_key(folder)


def provide_get_pip(cache: Path, version: str) -> None:
    """Put a stand-in where the get-pip script belongs, unless it is there or can be downloaded."""
    cached = cache / f"get_pip_{version.replace('.', '_')}.py"
    if cached.exists():
        return
    cache.mkdir(parents=True, exist_ok=True)
    url = f"https://ci-files.testing.ansible.com/ansible-test/get-pip-{version}.py"
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            cached.write_bytes(answer.read())
    except OSError:
        shutil.copyfile(Path(__file__).with_name("get_pip_stand_in.py"), cached)


def provide_ssh_key(folder: Path) -> None:
    """Stand in for ssh-keygen: ansible-test wants a key pair even where it connects to no other machine."""
    if shutil.which("ssh-keygen") or (folder / "id_rsa").exists():
        return
    for name in ("id_rsa", "id_rsa.pub"):
        (folder / name).write_text("no key: nothing connects with it\n", encoding="utf-8")
        atexit.register((folder / name).unlink, missing_ok=True)


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

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Install the tarball in ``dist`` without a network, and run its demo playbook outside the checkout.

In the second run, the installed collection has only the four folders that it needs. This run must write nothing. Only
the simulator comes from the checkout.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from build_collection import the_tarball
from collections_tree import CHECKOUT

sys.path.append(str(CHECKOUT / "demo"))

import demo
from linkengage_simulator.process import SimulatorProcess

NEEDED = {"meta", "playbooks", "plugins", "roles"}


def install(tarball: Path, collections: Path, variables: dict[str, str]) -> Path:
    """Install the tarball in an empty collections path. Returns the folder of the collection."""
    command = [sys.executable, "-m", "ansible.cli.galaxy", "collection", "install", "--offline"]
    command += ["--collections-path", str(collections), str(tarball)]
    subprocess.run(command, cwd=collections.parent, env=variables, check=True, stdout=subprocess.DEVNULL)
    return collections / "ansible_collections" / "community" / "linkengage"


def changes(playbook: Path, variables: dict[str, str]) -> int:
    """Run the playbook from its own folder. Returns the number of changed tasks."""
    command = demo.ansible_playbook(playbook.name)
    run = subprocess.run(command, cwd=playbook.parent, env=variables, capture_output=True, text=True, check=False)
    recap = re.search(r" ok=[1-9]\d* +changed=(\d+) +unreachable=0 +failed=0 ", run.stdout)
    if run.returncode or not recap:
        sys.exit(f"{run.stdout}{run.stderr}The demo playbook failed.")
    return int(recap[1])


def strip(installed: Path) -> None:
    """Delete all files that a collection does not need."""
    for path in installed.iterdir():
        if path.is_dir() and path.name not in NEEDED:
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()


def check(tarball: Path, folder: Path, simulator: SimulatorProcess) -> None:
    """Install and run the collection in the empty *folder*. Exits with a message after a failure."""
    collections = folder / "installed"
    collections.mkdir()
    variables = {**demo.environment(folder, simulator), "ANSIBLE_COLLECTIONS_PATH": str(collections)}
    installed = install(tarball, collections, variables)
    playbook = folder / "playbook.yml"
    shutil.copyfile(installed / "demo" / "playbook.yml", playbook)
    if not changes(playbook, variables) or not simulator.log(writes_only=True):
        sys.exit("The demo playbook changed nothing in an empty account.")
    strip(installed)
    simulator.clear_log()
    if changes(playbook, variables) or simulator.log(writes_only=True):
        sys.exit(f"The second run of the demo playbook wrote to the account: {simulator.log(writes_only=True)}")
    published = [f"community.linkengage.{path.stem}" for path in sorted((installed / "playbooks").glob("*.yml"))]
    command = demo.ansible_playbook("--syntax-check", *published)
    subprocess.run(command, cwd=folder, env=variables, check=True, stdout=subprocess.DEVNULL)
    command = demo.ansible_playbook("community.linkengage.sandbox")
    sandbox = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    if sandbox.returncode != 2 or "This installation of the collection has no folder" not in sandbox.stdout:
        sys.exit(f"{sandbox.stdout}{sandbox.stderr}Without its simulator, the playbook sandbox must say so.")


def main() -> None:
    tarball = the_tarball()
    with tempfile.TemporaryDirectory() as folder, demo.account() as simulator:
        check(tarball, Path(folder), simulator)
    print(f"{tarball.name}: installs offline, and a second run of its demo playbook changes nothing.")


if __name__ == "__main__":
    main()

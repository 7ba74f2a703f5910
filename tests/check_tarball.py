# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check the tarball in ``dist`` with the importer of Ansible Galaxy and with ansible-builder."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from build_collection import the_tarball
from collections_tree import CHECKOUT

EXAMPLE = CHECKOUT / "examples" / "execution-environment.yml"


def run(*command: str, folder: Path, **variables: str) -> str:
    """Run a command of this virtual environment in *folder*. Returns its output. If it fails, exits with the
    output.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, **variables}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{done.stdout}{command[0]} failed.")
    return done.stdout


def check_import(tarball: Path, folder: Path) -> None:
    """Import the tarball as Galaxy does. A warning is also a failure."""
    output = run(
        *(sys.executable, "-m", "galaxy_importer.main", str(tarball)),
        folder=folder,
        GALAXY_IMPORTER_ANSIBLE_LOCAL_TMP=str(folder / "tmp"),
        GALAXY_IMPORTER_CHECK_REQUIRED_TAGS="true",
        GALAXY_IMPORTER_OFFLINE_ANSIBLE_LINT="true",
        GALAXY_IMPORTER_REQUIRE_V1_OR_GREATER="true",
        GALAXY_IMPORTER_RUN_ANSIBLE_TEST="false",
    )
    complaints = [line for line in output.splitlines() if line.startswith(("ERROR", "WARNING", "CRITICAL"))]
    if complaints or "completed successfully" not in output:
        sys.exit("\n".join(complaints or [output]))


def check_execution_environment(tarball: Path, folder: Path) -> None:
    """Create the build context of the example, and check that ansible-builder finds the libraries of the
    collection.
    """
    run("ansible-builder", "create", "--file", str(EXAMPLE), "--context", str(folder / "context"), folder=folder)
    context = yaml.safe_load((folder / "context" / "_build" / "requirements.yml").read_text(encoding="utf-8"))
    if [collection["name"] for collection in context["collections"]] != ["community.linkengage"]:
        sys.exit(f"The build context of {EXAMPLE.name} does not install the collection: {context}")
    run("ansible-galaxy", "collection", "install", "--offline", "-p", "installed", str(tarball), folder=folder)
    written = folder / "requirements.txt"
    run("ansible-builder", "introspect", "--write-pip", str(written), "installed", folder=folder)
    found = {line.split("  #")[0].strip() for line in written.read_text(encoding="utf-8").splitlines()}
    ours = (CHECKOUT / "meta" / "ee-requirements.txt").read_text(encoding="utf-8").splitlines()
    missing = {line for line in ours if line and not line.startswith("#")} - found
    if missing:
        sys.exit(f"An execution environment would not contain {', '.join(sorted(missing))}")


def main() -> None:
    tarball = the_tarball()
    with tempfile.TemporaryDirectory() as folder:
        check_execution_environment(tarball, Path(folder))
        check_import(tarball, Path(folder))
    print(f"{tarball.name}: the import gives no warning, and an execution environment gets the libraries.")


if __name__ == "__main__":
    main()

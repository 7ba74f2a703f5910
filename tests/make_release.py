# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create the changelog from the fragments, for the version in galaxy.yml.

This script works in a copy of the files that git tracks, because antsibull-changelog copies everything in its folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from build_collection import export
from collections_tree import CHECKOUT

MADE = ("changelogs/changelog.yaml", "CHANGELOG.rst")
FRAGMENTS = "changelogs/fragments"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "ansible_collections", "community", "linkengage")
        export(copy)
        fragments = {path.name for path in (copy / FRAGMENTS).glob("*")}
        unknown = {path.name for path in (CHECKOUT / FRAGMENTS).glob("*")} - fragments
        if unknown:
            print(f"git does not track {', '.join(sorted(unknown))}: add it first.", file=sys.stderr)
            return 1
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        environment = {**os.environ, "PATH": path, "ANSIBLE_COLLECTIONS_PATH": folder}
        done = subprocess.run(["antsibull-changelog", "release"], cwd=copy, env=environment, check=False)
        if done.returncode:
            return done.returncode
        for name in MADE:
            shutil.copyfile(copy / name, CHECKOUT / name)
        for name in fragments - {path.name for path in (copy / FRAGMENTS).glob("*")}:
            (CHECKOUT / FRAGMENTS / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())

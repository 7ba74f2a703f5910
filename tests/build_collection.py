# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the tarball of the collection from the files that git tracks, and check its contents.

``python tests/build_collection.py`` creates ``dist/community-linkengage-VERSION.tar.gz`` and prints its path.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from collections_tree import CHECKOUT

DIST = CHECKOUT / "dist"
# The tarball contains all of these files and folders, and no other files.
PARTS = {
    "CHANGELOG.rst",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "COPYING",
    "FILES.json",
    "LICENSES",
    "MANIFEST.json",
    "README.md",
    "REUSE.toml",
    "SECURITY.md",
    "changelogs/changelog.yaml",
    "changelogs/config.yaml",
    "demo/playbook.yml",
    "docs",
    "examples",
    "extensions/eda",
    "meta",
    "playbooks",
    "plugins",
    "roles",
    "tests/config.yml",
    "tests/simulator",
}
LARGEST = 1_000_000  # bytes


class BuildError(Exception):
    """The tarball has wrong contents."""


def the_tarball() -> Path:
    """Return the path of the tarball in dist. Exits with a message if there is no tarball."""
    found = list(DIST.glob("community-linkengage-*.tar.gz"))
    if len(found) != 1:
        sys.exit("There is no tarball in dist: run make build.")
    return found[0]


def git(*arguments: str) -> list[str]:
    """Run git in the checkout. Returns the items of its output, which are separated by null bytes."""
    output = subprocess.run(["git", *arguments, "-z"], cwd=CHECKOUT, capture_output=True, check=True, text=True).stdout
    return [item for item in output.split("\0") if item]


def export(folder: Path) -> None:
    """Copy the files that git tracks to *folder*. Print a warning about changes that are not committed."""
    for path in filter(lambda path: (CHECKOUT / path).exists(), git("ls-files")):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(CHECKOUT / path, target, follow_symlinks=False)
    changes = git("status", "--porcelain")
    if changes:
        print(f"Not committed: {', '.join(changes)}. The tarball contains only files that git tracks.", file=sys.stderr)


def build() -> Path:
    """Build the tarball in ``dist`` and return its path. Raises CalledProcessError."""
    shutil.rmtree(DIST, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        export(Path(folder))
        command = [sys.executable, "-m", "ansible.cli.galaxy", "collection", "build", "--output-path", str(DIST)]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return the_tarball()


def check(tarball: Path) -> None:
    """Raise BuildError if a file is missing, if a file does not belong in the tarball, or if the tarball is too
    large.
    """
    with tarfile.open(tarball) as archive:
        names = {member.name for member in archive if not member.isdir()}
    places = {name: {name, *map(str, Path(name).parents)} & PARTS for name in names}
    problems = [f"{name} does not belong in the tarball" for name, parts in places.items() if not parts]
    problems += [f"{part} is missing" for part in PARTS - set().union(*places.values())]
    problems += [f"{name} is hidden" for name in names if any(part.startswith(".") for part in Path(name).parts)]
    if tarball.stat().st_size > LARGEST:
        problems.append(f"the tarball is larger than {LARGEST} bytes")
    if problems:
        raise BuildError(f"{tarball.name}: {'; '.join(sorted(problems))}")


def main() -> int:
    try:
        tarball = build()
        check(tarball)
    except (BuildError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    print(tarball)
    return 0


if __name__ == "__main__":
    sys.exit(main())

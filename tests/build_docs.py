# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``make docs``: build the documentation site in site/html from the plugins and the guides. Needs no network.

antsibull-docs writes a page for each plugin and role, and copies the guides. Sphinx creates HTML, and a warning is an
error. Then all links are checked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from check_links import broken, external
from collections_tree import CHECKOUT, make_tree

SITE = CHECKOUT / "site"
GUIDES = CHECKOUT / "docs" / "docsite" / "rst"


def run(*command: str, folder: Path) -> None:
    """Run a program of this virtual environment. Raises CalledProcessError."""
    tree = make_tree(folder / "collections")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(tree), "ANSIBLE_HOME": str(folder), "PATH": path}
    subprocess.run(command, env={**os.environ, **environment}, check=True)


def build(folder: Path) -> Path:
    """Build the site. Return the folder of its HTML. Raises CalledProcessError."""
    shutil.rmtree(SITE, ignore_errors=True)
    pages, html = SITE / "rst", SITE / "html"
    # antsibull-docs requires a folder that only its owner can write to.
    pages.mkdir(parents=True, mode=0o700)
    options = ("--use-current", "--squash-hierarchy", "--fail-on-error", "--cleanup", "everything")
    run("antsibull-docs", "collection", *options, "--dest-dir", str(pages), "community.linkengage", folder=folder)
    for picture in GUIDES.glob("*.svg"):
        shutil.copy(picture, pages / "docsite")
    strict = ("-W", "--keep-going", "--nitpicky")
    run(
        "sphinx-build",
        "-q",
        "-j",
        "auto",
        *strict,
        "-c",
        str(GUIDES.parent.parent),
        str(pages),
        str(html),
        folder=folder,
    )
    return html


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        try:
            html = build(Path(folder))
        except subprocess.CalledProcessError as error:
            return error.returncode
    problems = broken(html)
    print(*problems, sep="\n", end="\n" if problems else "")
    print("Links to other sites, whose targets are not checked:", *sorted(external(html)), sep="\n  ")
    print(f"The site is in {html / 'index.html'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``make docs``: build the documentation site in site/html from the plugins and the guides. Needs no network.

antsibull-docs writes a page for each plugin and role, and copies the guides. Sphinx creates HTML, and a warning is an
error. Then all links are checked.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import yaml
from check_links import broken, external
from collections_tree import CHECKOUT, make_tree

SITE = CHECKOUT / "site"
DOCS = CHECKOUT / "docs"
GUIDES = DOCS / "docsite" / "rst"
LOCAL_CONTENTS = re.compile(r"^\.\. contents::\n( +:.*\n)*", re.M)
# The pages for plugins in the sidebar, and the kinds of plugins on each page.
KINDS = {
    "Modules": ("module",),
    "Plugins": ("callback", "filter", "inventory", "lookup", "test"),
    "Roles": ("role",),
}
# Text that the theme and antsibull-docs write, and the text that replaces it.
REPAIRS = {
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="All pages">',
    '<aside class="toc-drawer': '<aside aria-label="This page" class="toc-drawer',
    'aria-role="button"': 'role="button"',
    # A block of code can be wider than the screen of a phone. With tabindex, it can also be scrolled with the keyboard.
    '<div class="highlight"><pre>': '<div class="highlight"><pre tabindex="0">',
}


def run(*command: str, folder: Path) -> None:
    """Run a program of this virtual environment. Raises CalledProcessError."""
    tree = make_tree(folder / "collections")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(tree), "ANSIBLE_HOME": str(folder), "PATH": path}
    subprocess.run(command, env={**os.environ, **environment}, check=True)


def toctree(caption: str, entries: Iterable[str], options: str = "") -> str:
    """Return a table of contents."""
    lines = "".join(f"   {entry}\n" for entry in entries)
    return f"\n.. toctree::\n   :caption: {caption}\n   :maxdepth: 1\n{options}\n{lines}"


def write_contents(pages: Path) -> None:
    """Write the first page with the contents of the sidebar, and a page with short names for each kind of plugin."""
    sections = {
        section["title"]: [f"docsite/{page}" for page in section["toctree"]]
        for section in yaml.safe_load((DOCS / "docsite" / "extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    }
    for title, kinds in KINDS.items():
        entries = sorted(
            f"{page.stem.removesuffix(f'_{kind}')}{'' if title != 'Plugins' else f' ({kind})'} <{page.stem}>"
            for kind in kinds
            for page in pages.glob(f"*_{kind}.rst")
        )
        (pages / f"{title.lower()}.rst").write_text(
            f"{title}\n{'=' * len(title)}\n{toctree(title, entries)}", encoding="utf-8"
        )
    reference = (*map(str.lower, KINDS), *sections["Reference"], "Environment variables <environment_variables>")
    contents = {
        "Guides": (*sections["Getting started"], *sections["Guides"]),
        "Reference": (*reference, "Changelog <changelog>"),
        "Contribute": sections["Contributor guide"],
    }
    trees = (toctree(caption, entries, "   :hidden:\n") for caption, entries in contents.items())
    text = "".join([(DOCS / "index.rst").read_text(encoding="utf-8"), *trees])
    (pages / "index.rst").write_text(text, encoding="utf-8")
    # The theme itself shows the contents of each page.
    for page in pages.rglob("*.rst"):
        text = page.read_text(encoding="utf-8")
        page.write_text(LOCAL_CONTENTS.sub("", text), encoding="utf-8")


def build(folder: Path) -> Path:
    """Build the site. Returns the folder of its HTML. Raises CalledProcessError."""
    shutil.rmtree(SITE, ignore_errors=True)
    pages, html = SITE / "rst", SITE / "html"
    # antsibull-docs requires a folder that only its owner can write to.
    pages.mkdir(parents=True, mode=0o700)
    options = ("--use-current", "--squash-hierarchy", "--fail-on-error", "--cleanup", "everything")
    run("antsibull-docs", "collection", *options, "--dest-dir", str(pages), "community.linkengage", folder=folder)
    for picture in GUIDES.glob("*.svg"):
        shutil.copy(picture, pages / "docsite")
    (pages / "_pictures").mkdir()
    for picture in (*DOCS.glob("*.svg"), *DOCS.glob("*.png")):
        shutil.copy(picture, pages / "_pictures")
    write_contents(pages)
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
    repair(html)
    return html


def repair(html: Path) -> None:
    """Correct the HTML of the theme and antsibull-docs, so that the pages are valid and accessible."""
    for page in html.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for wrong, right in REPAIRS.items():
            text = text.replace(wrong, right)
        page.write_text(text, encoding="utf-8")


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

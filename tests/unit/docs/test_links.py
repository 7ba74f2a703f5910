# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks of links. The links in Markdown files are checked here; ``make docs`` checks those of the site."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from check_links import broken, broken_markdown, external
from collections_tree import CHECKOUT
from docs.blocks import GUIDES

HOSTED = "https://github.com/ansible-collections/community.linkengage"
PAGE = '<h1 id="top">x</h1><a name="old"></a><a href="b.html#there">x</a><a href="#top">x</a><img src="p.svg">'


def markdown_files() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    return [CHECKOUT / line for line in listed.splitlines() if (CHECKOUT / line).is_file()]


@pytest.mark.parametrize("path", markdown_files(), ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_the_links_of_markdown_files_lead_somewhere(path: Path) -> None:
    assert list(broken_markdown(path)) == []


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_every_label_of_a_guide_has_the_prefix_of_the_collection(path: Path) -> None:
    """antsibull-docs leaves out a page with another label. An address with a name of its own is such a label too."""
    labels = re.findall(r"^ *\.\. _(.*?):(?: |$)", path.read_text(encoding="utf-8"), re.MULTILINE)
    prefix = "ansible_collections.community.linkengage.docsite."
    assert [label for label in labels if not label.startswith(prefix)] == []
    assert f"{prefix}{path.stem}" in labels


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "b.html").write_text('<p id="there">x</p><a href="https://example.com/x#y">x</a>', encoding="utf-8")
    (tmp_path / "p.svg").write_text("<svg/>", encoding="utf-8")
    return tmp_path


def test_a_page_with_good_links_has_no_broken_links(site: Path) -> None:
    assert broken(site) == []
    assert external(site) == {"https://example.com/x"}


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("c.html", "there is no such file"),
        ("b.html#here", "there is no such anchor on the page"),
        ("#bottom", "there is no such anchor on the page"),
        ("htps://example.com", "the address is not valid"),
        ("https://example", "the address is not valid"),
        (f"{HOSTED}/blob/main/tests/no_such_file.py", "there is no such file in the repository"),
        ("https://example.com/a b", "the address is not valid"),
    ],
)
def test_a_bad_link_is_found(site: Path, link: str, reason: str) -> None:
    (site / "a.html").write_text(f'<a href="{link}">x</a>', encoding="utf-8")
    assert broken(site) == [f"a.html: {link}: {reason}"]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("[x](b.md) [y](b.md#a-heading) [z](https://example.com/)", 0),
        ("[x](c.md)", 1),
        ("[x](b.md#another)", 1),
        ("[x](http:/example.com)", 1),
        ("```\n[x](c.md)\n```", 0),
    ],
)
def test_a_bad_link_in_markdown_is_found(tmp_path: Path, text: str, problems: int) -> None:
    (tmp_path / "b.md").write_text("# A heading\n", encoding="utf-8")
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    assert len(list(broken_markdown(tmp_path / "a.md"))) == problems

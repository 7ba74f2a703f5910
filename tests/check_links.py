# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check the links in a folder of HTML pages, and in Markdown files.

The target of an internal link must exist: the page, the picture, and the anchor on the page. The target of a link to
this repository on its hosting site must exist in the checkout. Links to other sites are not requested, because this
needs a network. Only the form of their addresses is checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from collections_tree import CHECKOUT

FOREIGN = re.compile(r"https?://([a-z0-9-]+\.)+[a-z]{2,}(:\d+)?(/\S*)?")
HOSTED = re.compile(r"https://github\.com/ansible-collections/community\.linkengage/(?:blob|edit|tree)/main/([^?#]*)")
LINKS = {"a": "href", "link": "href", "img": "src", "script": "src"}


@dataclass
class Page(HTMLParser):
    """The links and the anchors of a page."""

    links: list[str] = field(default_factory=list)
    places: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.places |= {given[name] or "" for name in ("id", "name") if name in given}
        target = given.get(LINKS.get(tag, ""))
        if target:
            self.links.append(target)


def read(folder: Path) -> dict[Path, Page]:
    """Return all pages in the folder."""
    pages = {path.resolve(): Page() for path in sorted(folder.rglob("*.html"))}
    for path, page in pages.items():
        page.feed(path.read_text(encoding="utf-8"))
    return pages


def broken(folder: Path) -> list[str]:
    """Return a line for each broken link."""
    pages = read(folder)
    return [
        f"{path.relative_to(folder.resolve())}: {link}: {reason}"
        for path, page in pages.items()
        for link in sorted(set(page.links))
        if (reason := wrong(path, link, pages))
    ]


def wrong(path: Path, link: str, pages: dict[Path, Page]) -> str:
    """Return the reason why a link on the page at *path* is broken; empty if the link is correct."""
    url = urlsplit(link)
    hosted = HOSTED.match(link)
    if hosted:
        return "" if (CHECKOUT / hosted[1]).exists() else "there is no such file in the repository"
    if url.scheme or url.netloc:
        return "" if FOREIGN.fullmatch(link) else "the address is not valid"
    target = (path.parent / unquote(url.path)).resolve() if url.path else path
    if not target.is_file():
        return "there is no such file"
    if url.fragment and target in pages and unquote(url.fragment) not in pages[target].places:
        return "there is no such anchor on the page"
    return ""


def external(folder: Path) -> set[str]:
    """Return the addresses on other sites, without duplicates and without anchors."""
    links = {link for page in read(folder).values() for link in page.links if urlsplit(link).scheme}
    return {link.partition("#")[0] for link in links if not HOSTED.match(link)}


def broken_markdown(path: Path) -> Iterator[str]:
    """Yield a line for each broken link in a Markdown file."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        url = urlsplit(link)
        if url.scheme and not FOREIGN.fullmatch(link):
            yield f"{path.name}: {link}: the address is not valid"
        target = path.parent / unquote(url.path) if url.path else path
        if not url.scheme and not target.exists():
            yield f"{path.name}: {link}: there is no such file"
        elif url.fragment and not url.scheme and url.fragment not in headings(target):
            yield f"{path.name}: {link}: there is no such heading"


def headings(path: Path) -> set[str]:
    """Return the anchors of a Markdown page, as the hosting sites create them."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The built documentation site, in a browser. ``nox --session docs`` builds the site and runs these tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

SITE = Path(__file__).parents[3] / "site" / "html"
PHONE = {"width": 390, "height": 844}
SCREEN = {"width": 1280, "height": 800}
# Finds elements that are wider than the screen, except inside a part that scrolls by itself.
TOO_WIDE = """() => {
  const scrolls = (one) => one && (getComputedStyle(one).overflowX !== "visible" || scrolls(one.parentElement));
  return [...document.querySelectorAll("article *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !scrolls(one.parentElement))
    .map((one) => one.outerHTML.slice(0, 80));
}"""
# Finds names in the sidebar with a word that does not fit into one line.
BROKEN_NAMES = """() => [...document.querySelectorAll(".sidebar-tree a")].filter((link) => {
  const text = document.createTreeWalker(link, NodeFilter.SHOW_TEXT).nextNode();
  return [...text.data.matchAll(/[^\\s-]+/g)].some((word) => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1;
  });
}).map((link) => link.textContent)"""


@pytest.fixture(scope="module")
def pages() -> list[Path]:
    found = sorted(SITE.rglob("*.html"))
    assert found, f"{SITE} has no pages. Build the site: make docs"
    return found


@pytest.fixture(params=["light", "dark"])
def front(browser: Any, pages: list[Path], request: pytest.FixtureRequest) -> Iterator[Any]:
    page = browser.new_page(viewport=SCREEN, color_scheme=request.param)
    page.goto((SITE / "index.html").as_uri())
    yield page
    page.close()


def test_nothing_is_wider_than_the_screen_of_a_phone(browser: Any, pages: list[Path]) -> None:
    page = browser.new_page(viewport=PHONE)
    problems = {}
    for path in pages:
        page.goto(path.as_uri(), wait_until="domcontentloaded")
        wide = page.evaluate(TOO_WIDE)
        if wide or page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            problems[path.relative_to(SITE)] = wide
    page.close()
    assert problems == {}


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
def test_no_name_breaks_inside_a_word_in_the_sidebar(browser: Any, pages: list[Path], size: Any) -> None:
    page = browser.new_page(viewport=size)
    page.goto((SITE / "linkengage_sms_module.html").as_uri())
    page.evaluate("document.querySelectorAll('.sidebar-tree input').forEach((box) => { box.checked = true; })")
    assert page.locator(".sidebar-tree a").count() > 30
    assert page.evaluate(BROKEN_NAMES) == []
    page.close()


def test_the_front_page_is_accessible(front: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for size in (SCREEN, PHONE):
        front.set_viewport_size(size)
        found = axe.run(front)
        assert found.violations_count == 0, (size, found.generate_report())


def test_one_screen_shows_cards_commands_and_both_pictures(front: Any) -> None:
    assert front.locator("article .sd-card").count() == 3
    for name in ("demo.svg", "phones.png"):
        picture = front.locator(f'article img[src$="{name}"]')
        assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
        assert picture.bounding_box()["y"] < SCREEN["height"] - 150


def test_the_html_of_the_front_page_is_valid(pages: list[Path], valid_html: Any) -> None:
    valid_html(SITE / "index.html")

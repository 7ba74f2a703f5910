# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demo works, and the picture in the README shows its output."""

from __future__ import annotations

import html
import re
import sys

import pytest
from collections_tree import CHECKOUT

sys.path.append(str(CHECKOUT / "demo"))

import picture


@pytest.fixture(scope="module")
def output() -> str:
    """The output of the demo."""
    return picture.run_demo(ANSIBLE_FORCE_COLOR="true")


@pytest.mark.slow
def test_the_second_run_of_the_demo_changes_nothing(output) -> None:
    recaps = re.findall(r"ok=(\d+) .*changed=(\d+) .*failed=(\d+) ", picture.COLOR.sub("", output))
    assert recaps == [("3", "3", "0"), ("4", "3", "0"), ("4", "0", "0")]
    assert output.endswith("Writes in the service's request log: 0\n")


@pytest.mark.slow
def test_the_picture_shows_what_the_demo_prints(output) -> None:
    """Only the words are compared, because colours and spaces depend on the release of ansible-core."""
    shown = re.sub("<style>.*</style>|<[^>]*>", " ", picture.PICTURE.read_text(encoding="utf-8"), flags=re.DOTALL)
    drawn = re.sub("<style>.*</style>|<[^>]*>", " ", picture.draw(output), flags=re.DOTALL)
    assert html.unescape(shown).split() == html.unescape(drawn).split(), "run nox --session picture"


def test_the_third_and_later_lines_of_one_kind_are_counted() -> None:
    people = [f"\x1b[0;33mchanged: [localhost] => (item={name})\x1b[0m" for name in ("Kari", "Ola", "Åse", "Bjørn")]
    lines = [
        "before",
        "=== Run the playbook (x)",
        *people,
        "",
        "",
        "=== Run the playbook again",
        "TASK",
        "PLAY RECAP",
        "ok=1",
    ]
    assert picture.cut("\n".join(lines)) == [
        *("=== Run the playbook (x)", *people[:2], "  ... and 2 more", ""),
        *("=== Run the playbook again", "", "...", "", "PLAY RECAP", "ok=1"),
    ]


def test_colours_are_classes_and_text_is_escaped() -> None:
    drawn = picture.markup('a\x1b[0;32mok <1> & "2"\x1b[0mb')
    space = "\N{NO-BREAK SPACE}"
    assert drawn == f'a<tspan class="c32">ok{space}&lt;1&gt;{space}&amp;{space}&quot;2&quot;</tspan>b'

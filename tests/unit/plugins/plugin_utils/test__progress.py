# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.plugin_utils import _progress
from ansible_collections.community.linkengage.plugins.plugin_utils._progress import ProgressLine


class Screen:
    """Stands in for Ansible's display and for the clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def display(self, text: str, **options: Any) -> None:
        self.lines.append((text, options))

    @property
    def texts(self) -> list[str]:
        return [text.strip() for text, _options in self.lines]


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    shown = Screen()
    monkeypatch.setattr(_progress, "Display", lambda: shown)
    return shown


def work(line: ProgressLine, screen: Screen, total: int, seconds_each: float) -> None:
    for done in range(1, total + 1):
        screen.now += seconds_each
        line.advance(done, total, 0)


@pytest.mark.parametrize("terminal", [True, False])
def test_short_work_says_nothing(screen: Screen, terminal: bool) -> None:
    work(ProgressLine(terminal, lambda: screen.now), screen, 20, 0.1)
    assert screen.lines == []


def test_a_terminal_shows_one_line_that_changes_and_ends(screen: Screen) -> None:
    work(ProgressLine(True, lambda: screen.now), screen, 100, 0.1)
    texts, options = zip(*screen.lines)
    assert 20 < len(texts) < 50
    assert all(text.startswith("\r") for text in texts)
    assert [option["newline"] for option in options] == [False] * (len(texts) - 1) + [True]
    assert all(option["screen_only"] and option["stderr"] for option in options)
    assert screen.texts[-1] == "linkengage: 100 of 100 changes made, 10 s so far; done"


def test_a_log_gets_a_line_from_time_to_time(screen: Screen) -> None:
    work(ProgressLine(False, lambda: screen.now), screen, 1000, 0.1)
    assert 2 <= len(screen.lines) <= 4
    assert not any("\r" in text for text, _options in screen.lines)
    assert all(options == {"stderr": True} for _text, options in screen.lines), "stdout would come late"


def test_it_shows_the_rest_and_the_time_of_the_throttle(screen: Screen) -> None:
    line = ProgressLine(False, lambda: screen.now)
    screen.now = 100
    line.advance(50, 200, 65)
    assert screen.texts == [
        "linkengage: 50 of 200 changes made, 1 min 40 s so far, 1 min 5 s of it waiting for the throttle; "
        "about 5 min 0 s left"
    ]


def test_it_reports_a_wait(screen: Screen) -> None:
    ProgressLine(False, lambda: screen.now).waiting("the service is throttled; waiting 60 s, until 14:32:05")
    assert screen.texts == ["linkengage: the service is throttled; waiting 60 s, until 14:32:05"]


@pytest.mark.parametrize("terminal", [True, False])
def test_the_holder_of_a_lock_is_shown_on_a_permanent_line(screen: Screen, terminal: bool) -> None:
    line = ProgressLine(terminal, lambda: screen.now)
    line.locked("waiting for the lock of this account, held by process 4712 (site.yml)")
    ((_text, options),) = screen.lines
    assert screen.texts == ["linkengage: waiting for the lock of this account, held by process 4712 (site.yml)"]
    assert options.get("newline", True) is True

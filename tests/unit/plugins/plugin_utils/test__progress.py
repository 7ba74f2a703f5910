# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyte
import pytest

from ansible_collections.community.linkengage.plugins.plugin_utils import _progress
from ansible_collections.community.linkengage.plugins.plugin_utils._progress import ProgressLine, progress_line


class Screen:
    """A replacement for Ansible's display and for the clock."""

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


def wide() -> int:
    return 80


@pytest.mark.parametrize("terminal", [wide, None])
def test_short_work_shows_no_progress(screen: Screen, terminal: Callable[[], int] | None) -> None:
    work(ProgressLine(terminal, lambda: screen.now), screen, 20, 0.1)
    assert screen.lines == []


def test_a_terminal_shows_one_line_that_changes_and_ends(screen: Screen) -> None:
    work(ProgressLine(wide, lambda: screen.now), screen, 100, 0.1)
    texts, options = zip(*screen.lines)
    assert 20 < len(texts) < 50
    assert all(text.startswith("\r") for text in texts[:-1])
    assert [option.get("newline", True) for option in options] == [False] * (len(texts) - 1) + [True]
    assert all(option["screen_only"] and option["stderr"] for option in options)
    assert screen.texts[-1] == "linkengage: 100 of 100 changes made, 10 s so far; done"


def test_a_log_gets_a_line_from_time_to_time(screen: Screen) -> None:
    work(ProgressLine(None, lambda: screen.now), screen, 1000, 0.1)
    assert 2 <= len(screen.lines) <= 4
    assert not any("\r" in text for text, _options in screen.lines)
    for _text, options in screen.lines:
        assert options == {"stderr": True, "screen_only": False}, (
            "stdout would come late, and a log file needs the lines"
        )


def test_the_line_shows_the_remaining_time_and_the_time_of_the_throttle(screen: Screen) -> None:
    line = ProgressLine(None, lambda: screen.now)
    screen.now = 100
    line.advance(50, 200, 65)
    assert screen.texts == [
        "linkengage: 50 of 200 changes made, 1 min 40 s so far, including 1 min 5 s of waiting for the throttle; "
        "about 5 min 0 s left"
    ]


@pytest.mark.parametrize("terminal", [wide, None])
def test_the_remaining_time_does_not_depend_on_the_waits_before_the_changes(
    screen: Screen, terminal: Callable[[], int] | None
) -> None:
    line = ProgressLine(terminal, lambda: screen.now)
    for _task in range(2):  # the items of a loop share one line
        screen.now += 300  # the task waits for a lock and for the throttle, and reads the account
        line.advance(0, 200, 65)
        screen.now += 2
        line.advance(1, 200, 65)
        assert screen.lines == []
        screen.now += 48
        line.advance(100, 200, 65)
        assert "100/200, 0:50 left" in screen.texts[-1] or screen.texts[-1].endswith("50 s so far; about 50 s left")
        line.close()
        screen.lines.clear()


def test_it_reports_a_wait(screen: Screen) -> None:
    ProgressLine(None, lambda: screen.now).waiting("the service is throttled; waiting 60 s, until 14:32:05")
    assert screen.texts == ["linkengage: the service is throttled; waiting 60 s, until 14:32:05"]


@pytest.mark.parametrize("terminal", [wide, None])
def test_the_holder_of_a_lock_is_shown_on_a_permanent_line(screen: Screen, terminal: Callable[[], int] | None) -> None:
    line = ProgressLine(terminal, lambda: screen.now)
    line.locked("waiting for the lock of this account, held by process 4712 (site.yml)")
    ((_text, options),) = screen.lines
    assert screen.texts == ["linkengage: waiting for the lock of this account, held by process 4712 (site.yml)"]
    assert options.get("newline", True) is True


@pytest.mark.parametrize(
    ("room", "counts", "line"),
    [
        (39, (120, 400, 30, 0), "linkengage [##.....] 120/400, 1:10 left"),
        (79, (120, 400, 30, 0), "linkengage [" + "#" * 12 + "." * 28 + "] 120/400, 1:10 left, 4/s"),
        (199, (120, 400, 30, 12), "linkengage [" + "#" * 12 + "." * 28 + "] 120/400, 1:10 left, 4/s, throttled 0:12"),
        (79, (1, 400, 30, 29), "linkengage [" + "." * 24 + "] 1/400, 199:30 left, 2/min, throttled 0:29"),
        (39, (12000, 40000, 300, 0), "linkengage 12000/40000, 11:40 left"),
        (10, (12000, 40000, 300, 0), "12000/4000"),
    ],
)
def test_the_bar_fits_in_the_terminal(room: int, counts: tuple[int, int, float, float], line: str) -> None:
    assert progress_line(room, *counts) == line
    assert len(line) <= room


# Programs that run in a terminal

CHILD = """
import sys
sys.path.insert(0, sys.argv[1])
from ansible_collections.community.linkengage.plugins.plugin_utils import _progress

now = 0.0
line = _progress.ProgressLine(clock=lambda: now)
for done in range(1, 71):
    now += 1.0
    if done == 30:
        line.waiting("the service is throttled; waiting 60 s, until 14:32:05")
        now += 60
    line.advance(done, 70, 60.0 if done >= 30 else 0.0)
    if done == int(sys.argv[2]):
        break
line.close()
print("ok: [localhost]", file=sys.stderr)
"""


def run(collections_path: Path, columns: int, stop_after: int, **variables: str) -> bytes:
    """Return what a program writes to a terminal with this number of columns."""
    main, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {"PATH": os.environ["PATH"], "HOME": str(collections_path), "TERM": "xterm", **variables}
    command = [sys.executable, "-c", CHILD, str(collections_path), str(stop_after)]
    with subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, env=environment) as child:
        os.close(terminal)
        written = b"".join(iter(lambda: read(main), b""))
    os.close(main)
    assert child.returncode == 0, written.decode()
    return written


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the program has ended
        return b""


def shown(columns: int, written: bytes) -> Iterator[list[str]]:
    """Yield the non-empty rows of a terminal after each carriage return, and at the end."""
    screen = pyte.Screen(columns, 5)
    stream = pyte.ByteStream(screen)
    for piece in written.split(b"\r"):
        stream.feed(piece)
        yield [row.rstrip() for row in screen.display if row.strip()]
        stream.feed(b"\r")


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_terminal_never_shows_more_than_one_line(collections_path: Path, columns: int) -> None:
    seen = list(shown(columns, run(collections_path, columns, 70)))
    assert len(seen) > 60
    assert {len(rows) for rows in seen if "ok: [localhost]" not in rows} == {0, 1}
    lines = [rows[0] for rows in seen if rows]
    assert any("[####" in line and " left" in line for line in lines)
    assert any("throttled; waiting 60" in line for line in lines)
    left, after = seen[-1]
    assert left.startswith("linkengage: 70 of 70 changes made")
    assert after == "ok: [localhost]"


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_task_that_ends_early_leaves_no_line(collections_path: Path, columns: int) -> None:
    *_earlier, last = shown(columns, run(collections_path, columns, 30))
    assert last == ["ok: [localhost]"]


@pytest.mark.parametrize("variables", [{"TERM": "dumb"}, {"AWX_ISOLATED_DATA_DIR": "/runner"}], ids=["dumb", "runner"])
def test_a_terminal_that_cannot_be_drawn_on_gets_a_line_from_time_to_time(
    collections_path: Path, variables: dict[str, str]
) -> None:
    lines = run(collections_path, 200, 70, **variables).replace(b"\r\n", b"\n")
    assert b"\r" not in lines
    assert 2 <= lines.count(b"changes made") <= 5  # in 130 seconds of work

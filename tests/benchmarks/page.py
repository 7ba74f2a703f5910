# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure the page of the simulator in Chromium, with 10,000 contacts and 5,000 requests in the log.

For each part of the page, two things are measured. The first is the time of the first paint. The second is the longest
task of the browser, while the page is opened and while a run changes the account. The exit status is 1 if a target is
missed.
"""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "simulator"))
from linkengage_simulator.process import SimulatorProcess

PARTS = ("phones", "book", "folders", "requests", "settings")
CONTACTS, ENTRIES, MESSAGES = 10_000, 5_000, 200
# Milliseconds: the targets for the first display of the page, and for the longest task of the browser.
FIRST_PAINT, LONGEST_TASK = 1_000, 200
RUN = 5  # seconds
# A task of the browser is "long" if it takes more than 50 ms.
OBSERVE = """
window.tasks = [];
new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((one) => one.duration)))
  .observe({ type: "longtask", buffered: true });
"""
PAINT = """() => performance.getEntriesByName("first-contentful-paint")[0].startTime"""
READY = """(counts) => ["count-book", "count-requests"].every(
  (id, index) => Number(document.getElementById(id).textContent) >= counts[index])"""


def account(simulator: SimulatorProcess) -> None:
    """Create the contacts, some messages to a large group, and the log."""
    people = [
        {"Firstname": f"Person {number}", "Lastname": "Nordmann", "PhoneNumber": f"+47{40_000_000 + number}"}
        for number in range(CONTACTS)
    ]
    members = [person["PhoneNumber"] for person in people[:500]]
    simulator.seed(contacts=people, groups=[{"GroupId": 101, "Name": "On call", "members": members}])
    simulator.seed(messages=[{"Receivers": "/groups/101", "Text": f"Disk {n} full"} for n in range(MESSAGES // 10)])
    simulator.seed(messages=[{"Receivers": members[0], "Text": f"Disk {n} full"} for n in range(MESSAGES)])
    with session(simulator) as client:
        for _number in range(ENTRIES):
            client.get(f"{simulator.api(2)}/contacts/count", timeout=60)


@contextmanager
def session(simulator: SimulatorProcess) -> Iterator[requests.Session]:
    with requests.Session() as client:
        client.trust_env = False
        client.auth = (simulator.login.encode(), simulator.password.encode())  # type: ignore[assignment]
        yield client


def run(simulator: SimulatorProcess, stop: threading.Event) -> None:
    """Do what a playbook does: create contacts, one after the other."""
    with session(simulator) as client:
        number = 0
        while not stop.wait(0.05):
            number += 1
            client.post(f"{simulator.api(2)}/contacts", json={"PhoneNumber": f"+4790{number:06}"}, timeout=60)


def measure(browser: Any, simulator: SimulatorProcess, part: str) -> tuple[float, float, float]:
    """Return the first paint, and the longest tasks without and with a run, in milliseconds.

    The longest task is 0 if all tasks took less than 50 ms.
    """
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(120_000)
    page.add_init_script(OBSERVE)
    page.goto(f"{simulator.url}/#{part}")
    page.wait_for_function(READY, arg=[CONTACTS, ENTRIES])
    page.wait_for_timeout(1_000)
    opened = page.evaluate("Math.max(0, ...window.tasks.splice(0))")
    stop = threading.Event()
    writer = threading.Thread(target=run, args=(simulator, stop))
    writer.start()
    page.wait_for_timeout(RUN * 1_000)
    stop.set()
    writer.join()
    followed = page.evaluate("Math.max(0, ...window.tasks)")
    paint = page.evaluate(PAINT)
    page.close()
    return paint, opened, followed


def main() -> int:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    missed = False
    print(f"{'part':10} {'first paint':>12} {'longest task':>13} {'during a run':>13}   (ms)")
    with SimulatorProcess() as simulator, sync_playwright() as playwright:
        account(simulator)
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for part in PARTS:
            paint, *tasks = measure(browser, simulator, part)
            late = paint > FIRST_PAINT or max(tasks) > LONGEST_TASK
            missed = missed or late
            row = f"{part:10} {paint:12.0f} {tasks[0]:13.0f} {tasks[1]:13.0f}"
            print(row, f"  more than {FIRST_PAINT} or {LONGEST_TASK}" if late else "", flush=True)
        browser.close()
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())

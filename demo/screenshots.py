# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write docs/phones.png and docs/phones-narrow.png: the page of the simulator after some messages."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from typing import Any

from playwright.sync_api import sync_playwright

from demo import ROOT, account

TOMORROW = (datetime.now() + timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)
FIRST: dict[str, Any] = {
    "contacts": [
        {"Firstname": "Åse", "Lastname": "Berg", "PhoneNumber": "+4790555817"},
        {"Firstname": "Kari", "Lastname": "Nordmann", "PhoneNumber": "+4741234567"},
        {"Firstname": "Ola", "Lastname": "Lie", "PhoneNumber": "+4790011223"},
    ],
    "groups": [{"GroupId": 101, "Name": "On call", "members": ["+4790555817", "+4741234567"]}],
    "messages": [{"Receivers": "/groups/101", "Text": "web01: disk almost full (93 %). Reply ACK 7 to take it."}],
}
REPLY = {"from": "+4790555817", "text": "ACK 7"}
LATER: dict[str, Any] = {
    "messages": [
        {"Receivers": "/groups/101", "Text": "Åse Berg takes care of web01."},
        {"Receivers": "/groups/101", "Text": "Your week on call begins.", "HandledDate": TOMORROW.isoformat()},
    ]
}
SIZES = {"phones.png": (1280, 640), "phones-narrow.png": (390, 844)}


def main() -> None:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with account() as simulator, sync_playwright() as playwright:
        simulator.seed(**FIRST)
        simulator.control("POST", "inbound", REPLY)
        simulator.seed(**LATER)
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for name, (width, height) in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(f"{simulator.url}/")
            page.get_by_role("button", name="Åse Berg").click()
            page.locator("#bubbles .scheduled").wait_for()
            page.screenshot(path=str(ROOT / "docs" / name), full_page=width < 1000)


if __name__ == "__main__":
    main()

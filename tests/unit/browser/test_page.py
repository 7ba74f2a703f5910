# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of the simulator, in a real browser. ``nox --session browser`` runs these tests."""

from __future__ import annotations

import asyncio
import importlib.util
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from support import run_module

from linkengage_simulator.process import SimulatorProcess

pytestmark = pytest.mark.browser

PARTS = ("phones", "book", "folders", "requests", "settings")
MARKUP = '<img src=x onerror="document.title=1"><b>bold</b>'
EVENT_SOURCE = "ansible_collections/community/linkengage/extensions/eda/plugins/event_source/linkengage_inbox.py"
LONG = "AnnaMargretheWilhelminaKristoffersenvonundzu" * 4
STRANGE = {
    "contacts": [
        {"Firstname": LONG, "Lastname": LONG, "Email": LONG, "Description": LONG, "PhoneNumber": "+4790000001"},
        {"Firstname": "محمد", "Lastname": "العربي", "PhoneNumber": "+4790000002"},
        {"Firstname": "\N{FIRE ENGINE}" * 50, "PhoneNumber": "+4790000003"},
    ],
    "groups": [{"Name": LONG, "members": ["+4790000001", "+4790000002", "+4790000003"]}],
    "folders": [{"Name": LONG}],
}
CONTACT = """
- hosts: localhost
  gather_facts: false
  tasks:
    - community.linkengage.linkengage_contact:
        phone_number: "+47 905 55 817"
        first_name: Åse
"""
BOOK = {
    "contacts": [
        {"Firstname": "Åse", "Lastname": "Berg", "PhoneNumber": "+4790555817"},
        {"Firstname": "Kari", "PhoneNumber": "41234567"},
        {"Firstname": "Kari", "Lastname": "Nordmann", "PhoneNumber": "+47 412 34 567"},
        {"Firstname": "Heis 3", "PhoneNumber": "12345"},
    ],
    "groups": [{"Name": "On call", "members": ["+4790555817", "41234567"]}],
}


@pytest.fixture
def connected(connection: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in connection.items() if value is not None}


@pytest.fixture
def send(connected: dict[str, Any], tmp_path: Path) -> Any:
    """Send a message with the module."""
    return lambda **options: run_module("linkengage_sms", **connected, store=str(tmp_path / "store"), **options)


@pytest.fixture
def connection(simulator: SimulatorProcess) -> dict[str, Any]:
    return {
        "api_url": simulator.api(2),
        "username": simulator.username,
        "domain": simulator.domain,
        "password": simulator.password,
        "default_country_code": "47",
    }


def bubbles(page: Any) -> Any:
    return page.locator("#bubbles li")


def open_phone(page: Any, name: str) -> None:
    page.locator("#phone-list button", has_text=name).click()


def test_a_contact_of_a_playbook_appears_without_a_reload(page, simulator, connected, run_playbook) -> None:
    page.get_by_role("link", name="Address book").click()
    environment = {f"LINKENGAGE_{name.upper()}": value for name, value in connected.items()}
    assert run_playbook(CONTACT, env=environment).rc == 0
    page.locator("#contacts tr", has_text="Åse").wait_for()
    assert page.locator("#contacts tr").count() == 1


def test_the_address_book_can_be_searched_and_shows_marks(page, simulator) -> None:
    simulator.seed(**BOOK)
    page.goto(f"{simulator.url}/#book")
    rows = page.locator("#contacts tr")
    page.locator("#contacts tr", has_text="Heis 3").wait_for()
    marks = [row.locator(".mark").all_inner_texts() for row in rows.all()]
    assert marks == [[], ["same number"], ["same number"], ["unusual number"]]
    page.get_by_label("Search for a name, number, e-mail or text").fill("kari 412")
    assert rows.count() == 2
    page.get_by_label("Search for a name, number, e-mail or text").fill("")
    page.get_by_label("Group", exact=True).select_option("On call")
    assert rows.count() == 2
    page.get_by_label("Only with a mark").check()
    assert rows.count() == 1


def test_a_message_to_a_group_appears_on_the_phone_of_each_member(page, simulator, send) -> None:
    simulator.seed(**BOOK)
    assert send(text="Disk full", groups=["On call"])["changed"]
    for name in ("Åse Berg", "Kari"):
        open_phone(page, name)
        bubbles(page).first.wait_for()
        assert bubbles(page).locator("p").all_inner_texts() == ["Disk full"]
    assert page.locator("#phone-list button").count() == 2


def test_a_scheduled_message_shows_its_time_and_disappears_when_cancelled(page, simulator, send) -> None:
    simulator.seed(**BOOK)
    later = datetime.now(ZoneInfo("Europe/Oslo")).replace(microsecond=0) + timedelta(days=1)
    sent = send(text="Escalation", numbers=["+4790555817"], send_at=later.isoformat(), idempotency_key="e")
    assert sent.get("changed"), sent
    page.locator("#bubbles .scheduled").wait_for()
    assert f"scheduled for {later:%Y-%m-%d %H:%M}" in bubbles(page).inner_text()
    send(state="absent", idempotency_key="e")
    page.locator("#phone-more", has_text="No phone has a message").wait_for()


def test_a_typed_reply_reaches_the_event_source(page, simulator, connected, collections_path, tmp_path) -> None:
    simulator.seed(**BOOK, messages=[{"Receivers": "/groups/101", "Text": "Disk full"}])
    open_phone(page, "Åse Berg")
    page.get_by_label("Reply from this phone").fill("ACK 7")
    page.get_by_role("button", name="Send").click()
    page.locator("#bubbles .reply").wait_for()
    # runpy does not find the file, because Ansible's loader is active in this process.
    spec = importlib.util.spec_from_file_location("linkengage_inbox", str(collections_path / EVENT_SOURCE))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    async def first_event() -> dict[str, Any]:
        events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        options = {**connected, "start": "oldest", "interval": 0.1, "store": str(tmp_path / "store")}
        source = asyncio.create_task(module.main(events, options))
        try:
            return await asyncio.wait_for(events.get(), 60)
        finally:
            source.cancel()
            await asyncio.gather(source, return_exceptions=True)

    # In another thread, because playwright has an event loop in this thread.
    with ThreadPoolExecutor() as threads:
        event = threads.submit(lambda: asyncio.run(first_event())).result()
    assert event["linkengage"]["text"] == "ACK 7"


def test_data_is_text_and_never_markup(page, simulator) -> None:
    contact = {"Firstname": MARKUP, "Lastname": MARKUP, "Description": MARKUP, "PhoneNumber": "+4790555817"}
    simulator.seed(contacts=[contact], groups=[{"Name": MARKUP, "members": ["+4790555817"]}])
    simulator.seed(messages=[{"Receivers": "/groups/101", "Text": MARKUP}])
    simulator.control("POST", "inbound", {"from": "+4790555817", "text": MARKUP})
    simulator.seed(messages=[{"Receivers": "/groups/101", "Text": "A", "SenderNumber": "<b>b</b>"}])
    simulator.seed(folders=[{"Name": MARKUP}])
    requests.get(f"{simulator.api(2)}/contacts/search/{MARKUP}", timeout=60)
    for part in PARTS:
        page.goto(f"{simulator.url}/#{part}")
        page.locator(f"#{part}").wait_for()
        page.locator("#count-book", has_text="1").wait_for()
        assert page.locator("main img, main b").count() == 0
    assert page.title() == "LINK Engage simulator"
    assert page.locator("#contacts", has_text="<b>bold</b>").count() == 1


def test_the_log_shows_writes_alone_on_request(page, simulator, connected, send) -> None:
    simulator.seed(**BOOK)
    send(text="Disk full", groups=["On call"])
    page.goto(f"{simulator.url}/#requests")
    page.locator("#log tr", has_text="POST").wait_for()
    page.get_by_label("Only writes").check()
    assert page.locator("#log tr").count() == 1
    assert ", 1 writes" in page.locator("#timeline").get_attribute("aria-label")


def test_settings_apply_to_the_next_requests(page, simulator) -> None:
    page.goto(f"{simulator.url}/#settings")
    page.get_by_label("Requests in each window (0: no limit)").fill("7")
    page.get_by_role("button", name="Apply").click()
    page.locator("#done", has_text="The settings are applied.").wait_for()
    page.get_by_label("Which status does the service return if it refuses a login?").select_option(index=1)
    page.locator("#done", has_text=" is ").wait_for()
    options = simulator.control("GET", "options")
    assert options["rate"] == 7
    assert list(options["assume"].values()) != list(simulator_defaults(simulator))


def simulator_defaults(simulator: SimulatorProcess) -> list[str]:
    questions = requests.get(f"{simulator.url}/_page/questions", timeout=60).json()
    return [next(iter(question["values"])) for question in questions]


def test_a_fault_hits_the_next_post(page, simulator, send) -> None:
    page.goto(f"{simulator.url}/#settings")
    page.get_by_role("button", name="Next POST: error 500").click()
    page.locator("#done", has_text="prepared").wait_for()
    first = requests.get(f"{simulator.api(2)}/contacts", auth=login(simulator), timeout=60)
    second = requests.post(f"{simulator.api(2)}/groups", json={"Name": "A"}, auth=login(simulator), timeout=60)
    assert (first.status_code, second.status_code) == (200, 500)


def login(simulator: SimulatorProcess) -> tuple[bytes, bytes]:
    return simulator.login.encode(), simulator.password.encode()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_part_is_accessible_and_fits_a_phone(browser, simulator, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    simulator.seed(**BOOK, messages=[{"Receivers": "/groups/101", "Text": "Disk full"}])
    simulator.control("POST", "inbound", {"from": "+4790555817", "text": "ACK"})
    simulator.seed(**STRANGE)
    simulator.seed(messages=[{"Receivers": "/groups/102", "Text": LONG}])
    requests.get(f"{simulator.api(2)}/{LONG}", timeout=60)
    page = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    for part in PARTS:
        page.goto(f"{simulator.url}/#{part}")
        page.locator("#count-book", has_text="7").wait_for()
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        found = axe.run(page)
        assert found.violations_count == 0, (part, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, part
    page.close()


def test_the_keyboard_opens_a_phone_and_keeps_its_place(page, simulator) -> None:
    simulator.seed(**BOOK, messages=[{"Receivers": "/groups/101", "Text": "Disk full"}])
    button = page.locator("#phone-list button", has_text="Kari")
    button.focus()
    page.keyboard.press("Enter")
    page.locator("#phone-title", has_text="Kari").wait_for()
    simulator.seed(messages=[{"Receivers": "/groups/101", "Text": "Still full"}])
    page.locator("#bubbles", has_text="Still full").wait_for()
    assert "Kari" in page.evaluate("document.activeElement.textContent")


def test_a_large_account_is_shown_in_pages(page, simulator) -> None:
    contacts = [{"Firstname": f"Person {number}", "PhoneNumber": f"+47{40000000 + number}"} for number in range(10_000)]
    simulator.seed(contacts=contacts)
    page.goto(f"{simulator.url}/#book")
    page.locator("#book-count", has_text="10000 contacts, page 1 of 100").wait_for()
    assert page.locator("#contacts tr").count() == 100
    page.get_by_role("button", name="Next").click()
    assert "Person 100" in page.locator("#contacts tr").first.inner_text()


def test_the_page_says_that_the_simulator_is_gone(browser) -> None:
    with SimulatorProcess() as simulator:
        page = browser.new_page()
        page.goto(f"{simulator.url}/")
        page.locator("#clock", has_text="The time of the service").wait_for()
    page.locator("#trouble", has_text="does not respond").wait_for()
    page.close()


def test_what_did_not_change_is_not_drawn_again(page, simulator) -> None:
    simulator.seed(**BOOK, messages=[{"Receivers": "/groups/101", "Text": "Disk full"}])
    open_phone(page, "Åse Berg")
    button = page.locator("#phone-list button", has_text="Åse Berg").element_handle()
    bubble = page.locator("#bubbles li", has_text="Disk full").element_handle()
    simulator.seed(messages=[{"Receivers": "41234567", "Text": "Only for Kari"}])
    page.locator("#phone-list", has_text="Only for Kari").wait_for()
    assert button.evaluate("(element) => element.isConnected")
    simulator.seed(messages=[{"Receivers": "+4790555817", "Text": "Still full"}])
    page.locator("#bubbles", has_text="Still full").wait_for()
    assert bubble.evaluate("(element) => element.isConnected")
    assert bubbles(page).locator("p").all_inner_texts() == ["Disk full", "Still full"]


def test_the_timeline_shows_the_latest_run_with_the_throttle(page, simulator) -> None:
    def call(count: int, wait: int) -> None:
        simulator.clock(wait)
        for _number in range(count):
            requests.get(f"{simulator.api(2)}/contacts", auth=login(simulator), timeout=60)

    page.goto(f"{simulator.url}/#requests")
    call(7, 0)
    simulator.options(rate=2)
    call(3, 3600)  # a second run, whose last request is refused
    call(1, 60)  # still the second run, which has waited
    page.locator("#run-sum", has_text="3 reads, 0 writes, 1 throttled in 60 s").wait_for()
    page.get_by_label("Run").select_option("All requests")
    page.locator("#run-sum", has_text="10 reads, 0 writes, 1 throttled").wait_for()
    page.get_by_label("Run").select_option("1")
    page.locator("#run-sum", has_text="7 reads, 0 writes, 0 throttled").wait_for()


def test_the_page_follows_a_simulator_that_was_started_again(browser, free_port: int) -> None:
    contact = {"Firstname": "Before", "PhoneNumber": "41234567"}
    page = browser.new_page()
    for name in ("Before", "After"):
        with SimulatorProcess("--port", str(free_port)) as simulator:
            if name == "Before":
                page.goto(f"{simulator.url}/#book")
            simulator.seed(contacts=[{**contact, "Firstname": name}])
            requests.get(f"{simulator.api(2)}/contacts/search/{name}", timeout=60)
            page.locator("#contacts tr", has_text=name).wait_for()
            page.locator("#count-requests", has_text="1").wait_for()
            assert page.locator("#contacts tr").count() == 1
    page.get_by_role("link", name="Requests").click()
    assert "search/After" in page.locator("#log tr").inner_text()
    page.close()


def test_a_reply_that_the_simulator_does_not_get_stays_in_its_field(browser) -> None:
    page = browser.new_page()
    with SimulatorProcess() as simulator:
        simulator.seed(messages=[{"Receivers": "41234567", "Text": "Disk full"}])
        page.goto(f"{simulator.url}/")
        page.locator("#bubbles li").wait_for()
    page.get_by_label("Reply from this phone").fill("ACK 7")
    page.get_by_role("button", name="Send").click()
    page.locator("#done", has_text="The change failed").wait_for()
    assert page.get_by_label("Reply from this phone").input_value() == "ACK 7"
    page.close()


def test_the_html_of_the_page_is_valid(simulator, tmp_path: Path, valid_html: Any) -> None:
    path = tmp_path / "index.html"
    path.write_bytes(requests.get(f"{simulator.url}/", timeout=60).content)
    valid_html(path)
    path = tmp_path / "page.css"
    path.write_bytes(requests.get(f"{simulator.url}/page.css", timeout=60).content)
    valid_html(path)

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Extreme values of options and answers: each value is used or gives a documented error."""

from __future__ import annotations

import json
from typing import Any

import pytest

NUMBERS = ["+4790555817"]
QUIET = {"from": "22:00", "to": "07:00", "zone": "Europe/Oslo", "action": "postpone"}
OPTIONS: list[dict[str, Any]] = [
    *({name: value} for name in ("timeout", "lock_timeout") for value in ("inf", "nan", "1e400", 10**15, -1)),
    *({name: 10**15} for name in ("retries", "throttle_timeout", "requests_per_minute", "max_answer_size")),
    {"api_url": f"http://{'a' * 64}.localhost/2", "allow_http": True},
    {"api_url": "http://127.0.0.1:99999/2"},
    {"api_url": "http://[/2"},
    {"api_url": "http://\ud83d.example/2".encode("utf-8", "replace").decode(), "allow_http": True},
    {"wait": True, "wait_timeout": 10**15},
    {"wait": True, "wait_timeout": -1},
    *(
        {"send_at": at}
        for at in ("9999-12-31T23:00Z", "9999-12-31T23:59:59-14:00", "9999-12-31 23:00 Pacific/Kiritimati")
    ),
    {"send_at": "0001-01-01T00:00:00+14:00"},
    {"send_at": "+99999999999999999999d"},
    {"send_at": "9999-12-31T23:00Z", "quiet_hours": QUIET},
    {"send_at": "9999-12-31T23:00Z", "wait": True},
    {"idempotency_key": "x" * 100_000, "idempotency_window": "9" * 5000 + "h"},
    {"idempotency_key": "x", "idempotency_window": "3650d"},
    {"tariff": 10**30, "allow_premium": True},
    {"max_segments": 10**30},
]


@pytest.mark.parametrize("data_format", ["json", "xml"])
@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: str(options)[:60])
def test_an_option_is_used_or_rejected(json_account, tmp_path, options: dict[str, Any], data_format: str) -> None:
    more = {"store": str(tmp_path / "store"), "retries": 0, "data_format": data_format, **options}
    if options.get("retries") is None:
        more["check"] = "wait" in options
    result = json_account.run("sms", text="Hi", numbers=NUMBERS, **more)
    assert result.get("failure", {}).get("kind") != "unforeseen", result["msg"]
    assert "Traceback" not in json.dumps(result)


LOCATIONS = ["http://[", "/login", "//evil.example", "login", "", "http://", ":", "http://a:b@c:99999/", "\ud83d"]


@pytest.mark.parametrize("location", LOCATIONS, ids=ascii)
def test_a_redirect_to_any_address_is_a_clear_error(json_account, location: str) -> None:
    sent = location.encode("utf-8", "replace").decode("latin-1")
    json_account.simulator.faults([{"match": {}, "action": "redirect", "location": sent, "times": None}])
    message = json_account.refused("contact_info", retries=0)
    json_account.simulator.clear_faults()
    assert "redirect" in message
    assert "None" not in message
    assert "unforeseen" not in message


BODIES = [
    '[{"FolderId": 1, "SubFolders": null}]',
    '[{"FolderId": 1, "SubFolders": "x"}]',
    '[{"FolderId": 1, "MessagesInFolder": Infinity}]',
    '[{"FolderId": 1, "SubFolders": ' * 900 + "[]" + "}]" * 900,
    '[{"FolderId": 1e400}]',
    '[{"FolderId": ' + "9" * 5000 + "}]",
]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body[:50])
def test_folders_of_any_shape_are_read_or_rejected(json_account, body: str) -> None:
    answer = {"action": "body", "body": body, "content_type": "application/json", "times": None}
    json_account.simulator.faults([{"match": {"path": "/folders$"}, **answer}])
    result = json_account.run("folder_info", retries=0)
    json_account.simulator.clear_faults()
    if "null" in body:
        assert result["folders"][0]["sub_folders"] == []
    else:
        assert result["failure"]["kind"] == "unreadable_answer"


@pytest.mark.parametrize("date", ["9" * 20, "Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "x", ""])
def test_no_date_header_hides_that_the_outcome_is_unknown(json_account, date: str) -> None:
    answer = {
        "action": "body",
        "act": True,
        "body": "[]",
        "content_type": "application/json",
        "headers": {"Date": date},
    }
    json_account.simulator.faults([{"match": {"method": "GET", "path": "/folders$"}, "times": None, **answer}])
    json_account.simulator.faults([{"match": {"method": "POST"}, "action": "drop_before"}])
    result = json_account.run("sms", text="Hi", numbers=NUMBERS, retries=0)
    json_account.simulator.clear_faults()
    assert result["failure"]["kind"] == "unknown_outcome"

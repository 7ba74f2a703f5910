# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError
from ansible_collections.community.linkengage.plugins.plugin_utils._run_message import check_arguments, within

RIGHT = {
    "text": "-",
    "username": "kari@acme.example",
    "password": "secret",
    "numbers": ["90555817"],
    "contacts": [],
    "groups": [],
    "max_segments": 1,
}


def test_work_gives_its_result_or_its_error() -> None:
    assert within(5, lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)


def test_work_that_takes_too_long_is_abandoned() -> None:
    over = threading.Event()
    began = time.monotonic()
    with pytest.raises(LinkEngageError, match=r"max_wait \(0\.1 s\)"):
        within(0.1, over.wait)
    assert time.monotonic() - began < 5
    over.set()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"numbers": []}, "there is no receiver"),
        ({"numbers": [4790555817]}, r"numbers\[0\]: .*quote it"),
        ({"sender": 26112}, "sender: .*quote it"),
        ({"password": ""}, "password"),
        ({"api_url": "http://intouchapi.pswin.com/2"}, "clear text"),
        ({"timeout": "soon"}, "timeout"),
        ({"max_segments": 0}, "at least 1"),
        ({"default_country_code": "Norway"}, "default_country_code"),
    ],
    ids=str,
)
def test_invalid_arguments_are_reported_without_a_request(wrong: dict[str, Any], words: str, monkeypatch) -> None:
    monkeypatch.delenv("LINKENGAGE_PASSWORD", raising=False)
    check_arguments(RIGHT)
    with pytest.raises(LinkEngageError, match=words) as caught:
        check_arguments({**RIGHT, **wrong})
    assert "secret" not in str(caught.value)

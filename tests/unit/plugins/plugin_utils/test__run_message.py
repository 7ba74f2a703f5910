# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError
from ansible_collections.community.linkengage.plugins.plugin_utils._run_message import (
    Sending,
    check_arguments,
    summary,
)

RIGHT = {
    "text": "-",
    "username": "kari@acme.example",
    "password": "secret",
    "numbers": ["90555817"],
    "contacts": [],
    "groups": [],
    "max_segments": 1,
}


def done(seconds: float, work: Callable[[], Any]) -> Any:
    sending = Sending(seconds, work)
    sending.start()
    return sending.wait()


def test_work_gives_its_result_or_its_error() -> None:
    assert done(60, lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        done(60, lambda: 1 // 0)


def test_work_that_takes_too_long_is_abandoned() -> None:
    over = threading.Event()
    with pytest.raises(LinkEngageError, match=r"max_wait \(0\.1 s\)"):
        done(0.1, over.wait)
    over.set()


def test_work_that_is_started_twice_is_done_once() -> None:
    done_by = []
    sending = Sending(60, lambda: done_by.append(1))
    for _time in range(3):
        sending.start()
    sending.wait()
    assert done_by == [1]


def test_a_wait_can_be_ended() -> None:
    over = threading.Event()
    sending = Sending(600, over.wait)
    sending.start()
    sending.stop()
    with pytest.raises(LinkEngageError, match="interrupted"):
        sending.wait()
    over.set()


def test_work_is_done_without_a_thread_if_no_thread_can_start(monkeypatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert done(60, lambda: 42) == 42


@pytest.mark.parametrize(
    ("outcome", "people", "segments", "line"),
    [
        ("sent", 3, 1, "1 SMS to 3 people"),
        ("sent", 1, 2, "1 SMS to 1 person, 2 segments each"),
        ("already_sent", 2, 1, "no SMS, because the message of this run was already sent to 2 people"),
        ("taken_for_sent", 1, 1, "no SMS, because the message of this run was already sent to 1 person"),
        ("not_sent", 0, 1, "no SMS, because no receiver is allowed"),
    ],
)
def test_the_result_is_one_line(outcome: str, people: int, segments: int, line: str) -> None:
    assert summary({"outcome": outcome, "receivers": [{}] * people, "segments": segments}) == line


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

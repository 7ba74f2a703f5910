# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The throttle and the faults."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
import requests

THROTTLED = "Number of allowed API requests per minute exceeded"
CONTACT = '{"PhoneNumber": "1"}'


def numbers(simulator: Any) -> list[str]:
    return [contact["PhoneNumber"] for contact in simulator.state()["contacts"]]


def fault(simulator: Any, action: str, path: str = "^/contacts$", method: str = "POST", **more: Any) -> None:
    simulator.faults([{"match": {"method": method, "path": path}, "action": action, **more}])


def test_requests_beyond_the_rate_are_503(wire: Any, simulator: Any) -> None:
    simulator.options(rate=2, window=60)
    body = wire.document("Contact", {"PhoneNumber": "1"})
    answers = [wire.send("POST", "/contacts", body) for _turn in range(4)]
    assert [answer.status_code for answer in answers[2:]] == [503, 503]
    assert (answers[2].text, answers[2].headers["Content-Type"]) == (THROTTLED, "text/plain; charset=utf-8")
    assert "Retry-After" not in answers[2].headers
    assert len(numbers(simulator)) == 2
    assert [entry["throttled"] for entry in simulator.log()] == [False, False, True, True]
    assert [entry["status"] for entry in simulator.log()[2:]] == [503, 503]


def test_the_window_of_the_throttle_slides(plain: Any, simulator: Any) -> None:
    simulator.options(rate=2, window=60, retry_after=True)
    assert plain.send("GET", "/user").status_code == 200
    simulator.clock(40)
    assert plain.send("GET", "/user").status_code == 200
    refused = plain.send("GET", "/user")
    assert refused.status_code == 503
    assert 19 <= int(refused.headers["Retry-After"]) <= 20
    simulator.clock(20)
    assert [plain.send("GET", "/user").status_code for _turn in range(2)] == [200, 503]


def test_the_throttle_counts_each_consumer_separately(plain: Any, simulator: Any) -> None:
    simulator.options(rate=1)
    assert plain.send("GET", "/user").status_code == 200
    assert plain.send("GET", "/user").status_code == 503
    assert requests.get(simulator.api() + "/user", auth=("other", "x"), timeout=60).status_code == 406


def test_throttled_requests_get_no_fault(plain: Any, simulator: Any) -> None:
    fault(simulator, "status", status=500)
    simulator.options(rate=1)
    plain.send("GET", "/user")
    assert plain.send("POST", "/contacts", CONTACT).status_code == 503
    simulator.options(rate=0)
    assert plain.send("POST", "/contacts", CONTACT).status_code == 500


@pytest.mark.parametrize(("action", "kept"), [("drop_before", []), ("drop_after", ["1"])])
def test_a_request_is_dropped_before_or_after_it_acts(wire: Any, simulator: Any, action: str, kept: list[str]) -> None:
    fault(simulator, action)
    body = wire.document("Contact", {"PhoneNumber": "1"})
    with pytest.raises(requests.ConnectionError):
        wire.send("POST", "/contacts", body)
    assert numbers(simulator) == kept
    (entry,) = simulator.log()
    assert (entry["fault"], entry["status"], entry["body"]) == (action, None, body)
    assert wire.send("POST", "/contacts", body).status_code in (200, 201)


@pytest.mark.parametrize(("action", "kept"), [("delay", []), ("delay_after", ["1"])])
def test_an_answer_is_delayed_before_or_after_the_request_acts(
    plain: Any, simulator: Any, action: str, kept: list[str]
) -> None:
    fault(simulator, action, seconds=0.3)
    answers: list[int] = []
    sender = threading.Thread(target=lambda: answers.append(plain.send("POST", "/contacts", CONTACT).status_code))
    begin = time.monotonic()
    sender.start()
    while not simulator.log():
        time.sleep(0.01)
    assert numbers(simulator) == kept
    sender.join()
    assert time.monotonic() - begin >= 0.3
    assert answers == [201]
    assert numbers(simulator) == ["1"]


def test_a_late_request_does_not_change_the_store_after_a_reset(plain: Any, simulator: Any) -> None:
    fault(simulator, "delay", seconds=0.2)
    sender = threading.Thread(target=plain.send, args=("POST", "/contacts", CONTACT))
    sender.start()
    while not simulator.log():
        time.sleep(0.01)
    simulator.reset()
    sender.join()
    assert numbers(simulator) == []


@pytest.mark.parametrize(("action", "kept"), [("status", []), ("status_after", ["1"])])
def test_a_status_is_returned_before_or_after_the_request_acts(
    plain: Any, simulator: Any, action: str, kept: list[str]
) -> None:
    fault(simulator, action, status=418, body="<p>å", content_type="text/html", headers={"X-Test": "1"})
    answer = plain.send("POST", "/contacts", CONTACT)
    assert (answer.status_code, answer.text, answer.headers["X-Test"]) == (418, "<p>å", "1")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert numbers(simulator) == kept
    assert simulator.log()[0]["status"] == 418


def test_status_is_500_by_default(plain: Any, simulator: Any) -> None:
    fault(simulator, "status")
    answer = plain.send("POST", "/contacts", CONTACT)
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "text/plain; charset=utf-8")


def test_an_answer_is_cut_and_its_length_is_that_of_the_whole(wire: Any, simulator: Any) -> None:
    simulator.seed(contacts=[{"PhoneNumber": "2"}])
    fault(simulator, "truncate", method="GET")
    whole = wire.send("GET", "/contacts/1001")
    assert whole.status_code == 200
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        wire.send("GET", "/contacts")
    fault(simulator, "truncate", method="GET")
    part = wire.session.get(simulator.api(wire.version) + "/contacts", stream=True, timeout=60)
    length = int(part.headers["Content-Length"])
    with pytest.raises(Exception, match="more expected"):
        part.raw.read(decode_content=False)
    assert length > 100
    assert part.status_code == 200


def test_a_request_with_a_cut_answer_acts(plain: Any, simulator: Any) -> None:
    fault(simulator, "truncate")
    with pytest.raises(requests.RequestException):
        plain.send("POST", "/contacts", CONTACT)
    assert numbers(simulator) == ["1"]


@pytest.mark.parametrize(("act", "kept"), [(False, []), (True, ["1"])])
def test_a_given_body_is_returned(plain: Any, simulator: Any, act: bool, kept: list[str]) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    fault(simulator, "body", body=bomb, content_type="application/xml", act=act)
    answer = plain.send("POST", "/contacts", CONTACT)
    assert (answer.status_code, answer.text) == (200, bomb)
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert numbers(simulator) == kept


def test_body_can_be_given_as_data(plain: Any, simulator: Any) -> None:
    fault(simulator, "body", body={"ContactId": "text"}, content_type="application/json; charset=iso-8859-1")
    answer = plain.send("POST", "/contacts", CONTACT)
    assert answer.json() == {"ContactId": "text"}
    assert answer.headers["Content-Type"] == "application/json; charset=iso-8859-1"


@pytest.mark.parametrize("status", [302, 307])
def test_a_redirect_is_returned_and_nothing_is_stored(plain: Any, simulator: Any, status: int) -> None:
    fault(simulator, "redirect", location="http://elsewhere.example/", status=status)
    answer = plain.send("POST", "/contacts", CONTACT)
    assert (answer.status_code, answer.headers["Location"]) == (status, "http://elsewhere.example/")
    assert numbers(simulator) == []


def test_a_hook_changes_the_account_before_the_request(plain: Any, simulator: Any) -> None:
    simulator.seed(contacts=[{"ContactId": 5, "PhoneNumber": "5"}], groups=[{"GroupId": 6, "Name": "A"}])
    seed = {"contacts": [{"PhoneNumber": "1"}]}
    fault(simulator, "hook", seed=seed, delete=["/contacts/5", "/groups/6"])
    assert plain.send("POST", "/contacts", CONTACT).status_code == 201
    assert numbers(simulator) == ["1", "1"]
    assert simulator.state()["groups"] == []


def test_any_fault_can_have_a_hook(plain: Any, simulator: Any) -> None:
    (message,) = simulator.seed(messages=[{"Receivers": "1", "Text": "Hei"}])["messages"]
    fault(simulator, "status", status=503, seed={"contacts": [{"PhoneNumber": "2"}]}, delete=[f"/messages/{message}"])
    assert plain.send("POST", "/contacts", CONTACT).status_code == 503
    assert numbers(simulator) == ["2"]
    assert simulator.state()["messages"] == []


def test_a_fault_happens_after_and_for_the_given_number_of_requests(plain: Any, simulator: Any) -> None:
    fault(simulator, "status", after=1, times=2)
    answers = [plain.send("POST", "/contacts", CONTACT).status_code for _turn in range(5)]
    assert answers == [201, 500, 500, 201, 201]
    fault(simulator, "status", times=None)
    assert [plain.send("POST", "/contacts", CONTACT).status_code for _turn in range(3)] == [500] * 3
    simulator.clear_faults()
    assert plain.send("POST", "/contacts", CONTACT).status_code == 201


def test_a_fault_happens_for_the_requests_that_it_matches(plain: Any, simulator: Any) -> None:
    simulator.faults([{"match": {"body": '"PhoneNumber": "2"'}, "action": "status", "status": 500}])
    simulator.faults([{"match": {"method": "DELETE", "path": "/contacts/"}, "action": "status", "status": 502}])
    simulator.faults([{"action": "status", "status": 504, "after": 2}])
    assert plain.send("POST", "/contacts", CONTACT).status_code == 201
    assert plain.send("POST", "/contacts", '{"PhoneNumber": "2"}').status_code == 500
    assert plain.send("POST", "/contacts/1001", b"", X_HTTP_Method_Override="DELETE").status_code == 502
    assert [plain.send("GET", "/user").status_code for _turn in range(3)] == [200, 504, 200]


def test_an_answer_takes_the_latency(plain: Any, simulator: Any) -> None:
    simulator.options(latency=100)
    begin = time.monotonic()
    plain.send("GET", "/user")
    assert time.monotonic() - begin >= 0.1


def test_requests_are_answered_in_parallel(plain: Any, simulator: Any) -> None:
    simulator.options(latency=1000)
    begin = time.monotonic()
    senders = [threading.Thread(target=plain.send, args=("GET", "/user")) for _turn in range(5)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert time.monotonic() - begin < 4.5

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole address book with several workers, while the service or the network fails."""

from __future__ import annotations

import tempfile
import threading
from datetime import datetime
from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._book import apply as _bulk
from ansible_collections.community.linkengage.plugins.module_utils._service import pace as _pace
from ansible_collections.community.linkengage.plugins.module_utils._service.client import Client

DECLARED = [{"phone_number": f"{40_000_000 + index}", "first_name": f"N{index}"} for index in range(50)]
OPTIONS: dict[str, Any] = {"contacts": DECLARED, "read_strategy": "list", "default_country_code": "47"}


def refuse(account, text: str, status: int = 400, times: int | None = None, **more: Any) -> None:
    match = {"method": "POST", "path": "^/contacts$", "body": text}
    account.simulator.faults([{"match": match, "action": "status", "status": status, "times": times, **more}])


@pytest.mark.parametrize("workers", [1, 4])
def test_one_bad_of_50_leaves_49_written_and_a_rerun_of_one_write(account, workers: int) -> None:
    refuse(account, "40000017")
    result = account.run("address_book", **OPTIONS, workers=workers)
    account.simulator.clear_faults()
    assert (result["failed"], result["changed"]) == (True, True)
    assert "contacts[17]: POST /contacts: the service answered 400" in result["msg"]
    assert len(result["failure"]["problems"]) == 1
    assert result["failure"]["contacts"]["created"] == 49
    assert len(account.contacts()) == 49
    again = account.done("address_book", **OPTIONS, workers=workers)
    assert account.writes == ["POST /contacts"]
    assert again["contacts"] == {"created": 1, "updated": 0, "deleted": 0, "unchanged": 49}
    account.done("address_book", **OPTIONS)
    assert account.writes == []


@pytest.mark.parametrize("options", [{}, {"fail_on_drift": True}], ids=["partial", "drift"])
def test_a_failure_shows_places_and_no_personal_data(account, options: dict[str, Any]) -> None:
    account.simulator.seed(contacts=[{"PhoneNumber": "4799999999", "Firstname": "Foreign"}])
    refuse(account, "40000017")
    failure = account.run("address_book", **OPTIONS, **options)["failure"]
    account.simulator.clear_faults()
    assert failure["changes"][0] == {"action": "create", "resource": "contact", "where": "contacts[0]"}
    assert failure["unmanaged"]["contacts"] == {"count": 1}
    assert not [text for text in ("N3", "40000003", "Foreign", "99999999") if text in str(failure)]


def side_by_side(account, **options: Any) -> int:
    """Return how many connections the writes of a run with ten workers used.

    The options describe the wanted account.
    """
    account.simulator.options(latency=30)
    account.done("address_book", **{**OPTIONS, "workers": 10, **options})
    account.simulator.options(latency=0)
    assert len(account.writes) == 50
    return len({entry["connection"] for entry in account.requests if entry["method"] != "GET"})


@pytest.mark.parametrize("options", [{}, {"requests_per_minute": 6000}], ids=["unknown", "known"])
def test_workers_write_in_parallel_on_a_fresh_machine(
    json_account, monkeypatch, tmp_path, options: dict[str, Any]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert 5 <= side_by_side(json_account, **options) <= 10
    assert len(json_account.contacts()) == 50


def test_one_worker_writes_one_after_the_other_on_one_connection(json_account) -> None:
    json_account.done("address_book", **OPTIONS, workers=1)
    assert len({entry["connection"] for entry in json_account.requests}) == 1
    assert [contact["Firstname"] for contact in json_account.contacts().values()] == [f"N{i}" for i in range(50)]


class TestAmbiguousAnswers:
    @pytest.mark.parametrize("action", ["drop_after", "drop_before", "truncate", "status_after"])
    def test_to_a_post_create_no_duplicate(self, account, action: str) -> None:
        fault = {
            "match": {"method": "POST", "path": "^/contacts$", "body": "4000000[23]"},
            "action": action,
            "times": 2,
        }
        account.simulator.faults([fault])
        options = {**OPTIONS, "contacts": DECLARED[:6]}
        result = account.done("address_book", **options)
        assert sorted(account.numbers()) == [f"47{40_000_000 + i}" for i in range(6)]
        assert result["contacts"]["created"] == 6
        account.done("address_book", **options)
        assert account.writes == []

    def test_to_a_post_of_a_group_create_no_duplicate(self, json_account) -> None:
        json_account.simulator.faults([{"match": {"method": "POST", "path": "^/groups$"}, "action": "drop_after"}])
        groups = [{"name": "New", "members": ["40000000"]}]
        json_account.done("address_book", contacts=DECLARED[:1], groups=groups, read_strategy="list")
        ((_id, group),) = json_account.groups().items()
        assert (group["Name"], len(group["members"])) == ("New", 1)


class TestAServiceThatFails:
    def test_and_goes_down_stops_the_rest_and_reports_it(self, json_account) -> None:
        fault = {"match": {}, "action": "drop_before", "times": None, "after": 12}
        json_account.simulator.faults([fault])
        result = json_account.run("address_book", **OPTIONS, workers=2, retries=0)
        json_account.simulator.clear_faults()
        made = len(json_account.contacts())
        assert result["failed"] is True
        assert made == result["failure"]["contacts"]["created"] == 10
        assert made + len(result["failure"]["problems"]) + result["failure"]["not_tried"] == 50
        assert result["failure"]["not_tried"] >= 38
        assert "were not tried, because all remaining changes would fail too." in result["msg"]
        assert len(json_account.requests) < 25
        json_account.done("address_book", **OPTIONS)
        assert len(json_account.writes) == 50 - made

    def test_with_the_throttle_rejects_one_request_per_worker_and_then_one_per_window(
        self, json_account, monkeypatch
    ) -> None:
        monkeypatch.setattr(_pace, "WINDOW", 1.0)
        json_account.simulator.options(rate=24, window=1.0, latency=20)
        result = json_account.done("address_book", **OPTIONS, workers=8)
        json_account.simulator.options(rate=0, window=60.0, latency=0)
        assert len(json_account.contacts()) == 50
        times = [datetime.fromisoformat(entry["time"]) for entry in json_account.requests]
        refused = sum(entry["throttled"] for entry in json_account.requests)
        assert f"throttled this run {refused} time" in str(result["warnings"])
        assert 1 <= refused <= 8 + (times[-1] - times[0]).total_seconds()

    def test_with_the_throttle_beyond_the_limit_stops_the_rest(self, json_account) -> None:
        refuse(json_account, "", 503, after=5, body="Number of allowed API requests per minute exceeded")
        result = json_account.run("address_book", **OPTIONS, workers=8, throttle_timeout=0)
        json_account.simulator.clear_faults()
        assert 1 <= sum(entry["status"] == 503 for entry in json_account.requests) <= 8
        assert "throttle_timeout" in result["msg"]
        assert result["failure"]["contacts"]["created"] == 5
        assert result["failure"]["not_tried"] >= 37

    def test_with_406_stops_the_rest(self, json_account) -> None:
        refuse(json_account, "", 406, after=5)
        result = json_account.run("address_book", **OPTIONS, workers=1)
        json_account.simulator.clear_faults()
        assert len(json_account.writes) == 6
        assert result["failure"]["not_tried"] == 44
        assert "406" in result["msg"]

    def test_repeatedly_is_not_tried_for_ever(self, json_account, monkeypatch) -> None:
        json_account.simulator.seed(contacts=[{"PhoneNumber": entry["phone_number"]} for entry in DECLARED])
        json_account.simulator.faults([{"match": {"method": "PUT"}, "action": "status", "status": 500, "times": None}])
        result = json_account.run("address_book", **OPTIONS, workers=1, retries=1)
        json_account.simulator.clear_faults()
        assert len(json_account.writes) == 20
        assert result["failure"]["not_tried"] == 40

    def test_while_reading_changes_nothing(self, json_account) -> None:
        json_account.simulator.faults([{"match": {"path": "^/groups$"}, "action": "status", "times": None}])
        message = json_account.refused("address_book", **OPTIONS)
        assert message.startswith("GET /groups: ")
        json_account.simulator.clear_faults()

    def test_with_half_a_list_changes_nothing(self, account) -> None:
        account.simulator.seed(contacts=[{"PhoneNumber": entry["phone_number"]} for entry in DECLARED])
        account.simulator.faults([{"match": {"path": "^/contacts$"}, "action": "truncate", "times": None}])
        account.refused("address_book", **OPTIONS, retries=0)
        account.simulator.clear_faults()


class TestChangesThatDependOnAFailedChange:
    def test_a_member_that_could_not_be_created_is_reported_and_no_member_is_removed(self, json_account) -> None:
        json_account.simulator.seed(
            contacts=[{"ContactId": 1, "PhoneNumber": "90555817"}],
            groups=[{"GroupId": 12, "Name": "On call", "members": [1]}],
        )
        refuse(json_account, "40000001")
        options = {**OPTIONS, "contacts": DECLARED[:3]}
        groups = [{"name": "On call", "members": ["40000000", "40000001", "40000002"]}]
        result = json_account.run("address_book", **options, groups=groups)
        json_account.simulator.clear_faults()
        assert "contacts[1]: POST /contacts" in result["msg"]
        assert "groups[0]: members[1]: a new contact could not be created" in result["msg"]
        assert result["failure"]["withheld"] == 1
        assert len(json_account.members(12)) == 3
        assert 1 in json_account.members(12)
        json_account.done("address_book", **options, groups=groups)
        assert [write.split()[0] for write in json_account.writes] == ["POST", "PUT", "DELETE"]

    def test_a_group_that_could_not_be_created_gets_no_members(self, json_account) -> None:
        json_account.simulator.faults(
            [{"match": {"path": "^/groups$", "method": "POST"}, "action": "status", "status": 400}]
        )
        options = {**OPTIONS, "contacts": DECLARED[:1], "groups": [{"name": "New", "members": ["40000000"]}]}
        result = json_account.run("address_book", **options)
        assert "groups[0]: members[0]: the group could not be created" in result["msg"]
        assert json_account.groups() == {}
        json_account.twice("address_book", **options)

    def test_a_record_that_another_run_deleted_is_not_a_failure(self, json_account) -> None:
        json_account.simulator.seed(contacts=[{"ContactId": 1, "PhoneNumber": "90555817"}])
        json_account.simulator.faults([{"match": {"method": "DELETE"}, "action": "hook", "delete": ["/contacts/1"]}])
        assert json_account.done("address_book", absent={"contacts": ["90555817"]})["contacts"]["deleted"] == 1


def test_an_interrupt_ends_the_writing(json_account, monkeypatch) -> None:
    real, real_stop, made, stopped = Client.make, _bulk._Run.stop, [], threading.Event()

    def make(self, *arguments, **options) -> None:
        made.append(1)
        if len(made) == 5:
            raise KeyboardInterrupt
        if len(made) > 5:  # requests that the workers had started before the interrupt was noticed
            assert stopped.wait(timeout=30)
        real(self, *arguments, **options)

    def stop(self, why: str) -> None:
        real_stop(self, why)
        stopped.set()

    monkeypatch.setattr(Client, "make", make)
    monkeypatch.setattr(_bulk._Run, "stop", stop)
    with pytest.raises(KeyboardInterrupt):
        json_account.run("address_book", **OPTIONS, workers=1)
    assert len(made) <= 6
    assert len(json_account.contacts()) == 4, "what waits for its turn is not sent any more"

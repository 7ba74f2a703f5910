# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two machines that update one account at the same time leave no duplicate record, in any order of their requests."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from in_memory import Machine, Service
from support import examples
from virtual_time import VirtualTime

from ansible_collections.community.linkengage.plugins.module_utils._service.transport import Lost

STRATEGIES = st.sampled_from(["list", "lookup", "auto"])


def number(index: int) -> str:
    return f"+4790{index:06}"


def source(contacts: range, groups: int, size: int) -> dict[str, Any]:
    """Return entries for contacts with names, and for groups with *size* of these contacts."""
    people = [{"phone_number": number(index), "first_name": f"Kari {index}"} for index in contacts]
    names = [
        {"name": f"G{index}", "members": [number(contacts[(index + i) % len(contacts)]) for i in range(size)]}
        for index in range(groups)
    ]
    return {
        "contacts": people,
        "groups": names,
        "workers": 1,
        "max_delete_percent": 100,
        "allow_empty": True,
    }


class Account:
    """An account and two machines. Each request takes a random time, so the requests of both machines are mixed."""

    def __init__(self, seed: int = 0, **records: Any) -> None:
        self.service = Service(**records)
        self.time = VirtualTime()
        self._random = random.Random(seed)
        self.machines = [Machine(self.service, name, self._wait) for name in ("first", "second")]

    def _wait(self, _method: str, _path: str) -> None:
        self.time.sleep(self._random.choice([0.001, 0.01, 0.05]))

    def together(self, *options: dict[str, Any], delay: float = 0) -> list[dict[str, Any]]:
        """Run linkengage_address_book on both machines, the second machine *delay* seconds later."""
        results: list[dict[str, Any]] = [{}, {}]

        def job(index: int) -> None:
            self.time.sleep(index * delay)
            results[index] = self.machines[index].run("address_book", **options[index])

        self.time.run(lambda: job(0), lambda: job(1))
        return results

    def assert_no_record_is_twice(self) -> None:
        numbers = Counter(record["PhoneNumber"][-8:] for record in self.service.contacts.values())
        names = Counter(record["Name"] for record in self.service.groups.values())
        assert [entry for entry, count in [*numbers.items(), *names.items()] if count > 1] == []

    def assert_the_next_run_writes_nothing(self, options: dict[str, Any]) -> None:
        self.service.writes.clear()
        result = Machine(self.service, "third").run("address_book", **options)
        assert not result.get("failed"), result["msg"]
        assert (result["changed"], self.service.writes) == (False, [])


@settings(max_examples=examples(100))
@given(st.integers(0, 10**6), st.sampled_from([0, 0.02, 0.2, 1.0]), st.integers(1, 12), st.integers(0, 3), STRATEGIES)
def test_the_same_source_on_two_machines_leaves_no_record_twice(
    seed: int, delay: float, people: int, groups: int, strategy: str
) -> None:
    account = Account(seed)
    options = {**source(range(people), groups, min(people, 4)), "read_strategy": strategy}
    results = account.together(options, options, delay=delay)
    assert [result["msg"] for result in results if result.get("failed")] == []
    account.assert_no_record_is_twice()
    account.assert_the_next_run_writes_nothing(options)
    assert sum(result["contacts"]["created"] for result in results) == people
    assert sum(result["groups"]["created"] for result in results) == groups


@settings(max_examples=examples(50))
@given(st.integers(0, 10**6), st.sampled_from([0, 0.05, 0.3]))
def test_two_sources_that_overlap_leave_no_record_twice(seed: int, delay: float) -> None:
    account = Account(seed)
    both = [{**source(range(0, 8), 0, 0), "groups": []}, source(range(4, 12), 2, 5)]
    results = account.together(*both, delay=delay)
    assert [result["msg"] for result in results if result.get("failed")] == []
    account.assert_no_record_is_twice()
    for options in both:
        account.assert_the_next_run_writes_nothing(options)


@settings(max_examples=examples(30))
@given(st.integers(0, 10**6))
def test_other_values_of_a_record_that_stays_are_reported_and_written_by_the_next_run(seed: int) -> None:
    account = Account(seed)
    both = [{"contacts": [{"phone_number": number(1), name: "x"}], "workers": 1} for name in ("email", "last_name")]
    results = account.together(*both)
    failed = [result for result in results if result.get("failed")]
    assert len(failed) <= 1
    for result in failed:
        assert "contacts[0]: another run created this contact" in result["msg"]
    for options in both:
        assert not account.machines[0].run("address_book", **options).get("failed")
    (contact,) = account.service.contacts.values()
    assert (contact["Email"], contact["Lastname"]) == ("x", "x")


@pytest.mark.parametrize("delay", [0, 0.2])
def test_300_contacts_and_10_groups_are_created_once(delay: float) -> None:
    account = Account(1)
    options = {**source(range(300), 10, 30), "read_strategy": "list"}
    results = account.together(options, options, delay=delay)
    assert [result["msg"] for result in results if result.get("failed")] == []
    account.assert_no_record_is_twice()
    account.assert_the_next_run_writes_nothing(options)
    assert (len(account.service.contacts), len(account.service.groups)) == (300, 10)


class TestRecordsOfOthers:
    @pytest.fixture(autouse=True)
    def no_pauses(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(time, "sleep", lambda _seconds: None)

    @pytest.mark.parametrize("strategy", ["list", "lookup"])
    def test_a_contact_that_a_person_created_later_stays(self, strategy: str) -> None:
        service = Service()
        planted: list[int] = []

        def person(method: str, path: str) -> None:
            if service.contacts and not planted:
                planted.append(1)
                service.plant(contacts=[{"PhoneNumber": number(1), "Firstname": "Person"}])

        result = Machine(service, before=person).run(
            "address_book", contacts=[{"phone_number": number(1)}], read_strategy=strategy
        )
        assert [write for write in service.writes if write.startswith("DELETE")] == []
        assert result["changed"] is True
        assert len(service.contacts) == 2

    def test_a_contact_that_a_person_created_earlier_gets_the_memberships_of_the_copy(self) -> None:
        service = Service(contacts=[{"ContactId": 1, "PhoneNumber": number(1)}])

        def person(method: str, path: str) -> None:
            if (method, path) == ("POST", "/contacts") and len(service.contacts) == 1:
                service.plant(contacts=[{"PhoneNumber": number(2), "Firstname": "Person"}])

        options = {
            "contacts": [{"phone_number": number(2)}],
            "groups": [{"name": "On call", "members": [number(1), number(2)]}],
            "read_strategy": "list",
        }
        result = Machine(service, before=person).run("address_book", **options)
        assert result["contacts"]["created"] == 0
        assert any("deleted its duplicates (1 record)" in warning for warning in result["warnings"])
        (group,) = service.groups.values()
        (person_id,) = [id for id, record in service.contacts.items() if record["Firstname"] == "Person"]
        assert set(group["members"]) == {1, person_id}

    def test_the_members_of_a_withdrawn_group_move(self) -> None:
        service = Service(contacts=[{"ContactId": id, "PhoneNumber": number(id)} for id in (1, 2, 3)])

        def person(method: str, path: str) -> None:
            if (method, path) == ("POST", "/groups") and not service.groups:
                service.plant(groups=[{"Name": "On call", "members": [3]}])

        options = {"groups": [{"name": "On call", "members": [number(1), number(2)]}], "read_strategy": "list"}
        Machine(service, before=person).run("address_book", **options)
        (group,) = service.groups.values()
        assert set(group["members"]) == {1, 2, 3}


class TestACopyThatAPersonHasSeen:
    """Another run has created the contact a moment earlier. A person changes the copy of this run before it ends."""

    OPTIONS: ClassVar[dict[str, Any]] = {"contacts": [{"phone_number": number(1)}], "read_strategy": "list"}

    def run(self, change: Callable[[Service, int], None]) -> tuple[Service, dict[str, Any]]:
        service = Service(groups=[{"GroupId": 12, "Name": "Door"}])
        changed: list[int] = []

        def others(method: str, path: str) -> None:
            if method == "POST" and not service.contacts:
                service.plant(contacts=[{"PhoneNumber": number(1)}])
            elif len(service.contacts) == 2 and not changed:
                changed.append(max(service.contacts))
                change(service, changed[0])

        return service, Machine(service, before=others).run("address_book", **self.OPTIONS)

    def test_keeps_the_edit_and_is_reported(self) -> None:
        service, result = self.run(lambda service, id: service.edit("contacts", id, Email="kari@example.com"))
        first, copy = sorted(service.contacts)
        assert service.contacts[copy]["Email"] == "kari@example.com"
        assert "contacts[0]: two runs created this contact at the same time" in result["msg"]
        assert f"created the contact with id {first}, and this run created the contact with id {copy}" in result["msg"]
        assert f"delete the contact with id {copy}" in result["msg"]

    def test_moves_all_of_its_memberships(self) -> None:
        service, result = self.run(lambda service, id: service.plant(groups=[{"GroupId": 13, "members": [id]}]))
        ((id, _contact),) = service.contacts.items()
        assert not result.get("failed")
        assert service.groups[13]["members"] == [id]

    def test_is_not_kept_if_only_the_spelling_of_its_number_differs(self) -> None:
        """The service can store a number in another spelling, which is no edit."""
        spelling = f"00 {number(1).lstrip('+')}"
        service, result = self.run(lambda service, id: service.edit("contacts", id, PhoneNumber=spelling))
        assert not result.get("failed"), result["msg"]
        assert [contact["PhoneNumber"] for contact in service.contacts.values()] == [number(1)]


class TestRequestsThatAreActedOnLate:
    """The answer to a POST is lost. The service acts on this POST only after it was repeated."""

    @pytest.fixture(autouse=True)
    def no_pauses(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(time, "sleep", lambda _seconds: None)

    def run(self, module: str, options: dict[str, Any], late: dict[str, Any], kind: str, times: int = 1) -> Any:
        """Return the account and the result of a run.

        The service acts on the first POST only after *times* later writes.
        """
        service = Service(contacts=[{"ContactId": 5, "PhoneNumber": number(5)}])
        posts: list[str] = []

        def before(method: str, path: str) -> None:
            if (method, path) == ("POST", f"/{kind}"):
                posts.append(path)
                if len(posts) == 1:
                    raise Lost("the connection broke")
            elif posts and len(service.writes) == times:
                posts.clear()
                posts.append("acted on")
                service.plant(**{kind: [late]})
                service.writes.append("late")

        return service, Machine(service, before=before).run(module, **options)

    @pytest.mark.parametrize("module", ["contact", "address_book"])
    def test_leave_one_contact(self, module: str) -> None:
        fields = {"phone_number": number(1), "first_name": "Kari"}
        options = fields if module == "contact" else {"contacts": [fields], "read_strategy": "list"}
        late = {"PhoneNumber": number(1).lstrip("+"), "Firstname": "Kari"}
        service, result = self.run(module, options, late, "contacts")
        assert not result.get("failed"), result
        assert "late" in service.writes
        assert len(service.contacts) == 2
        assert not Machine(service).run(module, **options)["changed"]

    @pytest.mark.parametrize("module", ["group", "address_book"])
    def test_leave_one_group_with_its_members(self, module: str) -> None:
        members = [number(5)]
        options: dict[str, Any] = {"name": "On call", "members": {"set": members}}
        if module == "address_book":
            options = {"groups": [{"name": "On call", "members": members}], "read_strategy": "list"}
        service, result = self.run(module, options, {"Name": "On call"}, "groups")
        assert not result.get("failed"), result
        assert "late" in service.writes
        (group,) = service.groups.values()
        assert group["members"] == [5]
        assert not Machine(service).run(module, **options)["changed"]

    def test_do_not_delete_a_record_with_other_values(self) -> None:
        options = {"contacts": [{"phone_number": number(1), "first_name": "Kari"}], "read_strategy": "list"}
        late = {"PhoneNumber": number(1), "Firstname": "Kari", "Email": "kari@example.com"}
        service, _result = self.run("address_book", options, late, "contacts")
        assert len(service.contacts) == 3
        assert [write for write in service.writes if write.startswith("DELETE")] == []


def test_the_look_after_the_creations_takes_two_requests_at_any_size() -> None:
    reads: list[str] = []
    service = Service()
    machine = Machine(service, before=lambda method, path: reads.append(path) if method == "GET" else None)
    machine.run("address_book", **source(range(61), 3, 5), read_strategy="list")
    assert sorted(reads) == ["/contacts", "/contacts", "/groups", "/groups"]
    reads.clear()
    machine.run("address_book", **source(range(61), 3, 5), read_strategy="list")
    assert [path for path in reads if path in ("/contacts", "/groups")] == ["/groups", "/contacts"]


class TestADeletedGroup:
    """Another run deletes a group after this run has listed the group."""

    @staticmethod
    def run(delete: str, **options: Any) -> tuple[Service, dict[str, Any]]:
        groups = [{"GroupId": id, "Name": name, "members": [5]} for id, name in ((11, "Day"), (12, "Night"))]
        service = Service(contacts=[{"ContactId": 5, "PhoneNumber": number(5)}], groups=groups)

        def before(_method: str, path: str) -> None:
            if path == "/groups/11/contacts" and 11 in service.groups and delete:
                service.uproot(delete)

        return service, Machine(service, before=before).run("address_book", **options, force=True, allow_empty=True)

    def test_that_is_declared_is_created_again(self) -> None:
        declared = [{"name": name, "members": [number(5)]} for name in ("Day", "Night")]
        service, result = self.run("/groups/11", groups=declared)
        assert not result.get("failed"), result
        assert sorted((group["Name"], group["members"]) for group in service.groups.values()) == [
            ("Day", [5]),
            ("Night", [5]),
        ]

    def test_that_is_absent_stays_deleted(self) -> None:
        service, result = self.run("/groups/11", absent={"groups": ["Day", "Night"]})
        assert not result.get("failed"), result
        assert service.groups == {}

    def test_that_still_exists_is_an_error(self) -> None:
        """A group whose members this login may not see is not read as an empty group."""
        service = Service(groups=[{"GroupId": 11, "Name": "Day"}])
        answers = service.answer

        def answer(method: str, path: str, *rest: Any) -> Any:
            return answers(method, "/groups/99/contacts" if path == "/groups/11/contacts" else path, *rest)

        service.answer = answer  # type: ignore[method-assign]
        result = Machine(service).run("address_book", groups=[{"name": "Day", "members": []}], read_strategy="list")
        assert result["failed"] is True
        assert "404" in result["msg"]
        assert service.writes == []


class TestAGuardWhileAnotherRunWrites:
    """While another run is filling a group, it looks as if the group would get too many members."""

    def run(self, added: int, **options: Any) -> tuple[list[str], dict[str, Any]]:
        """Run, while another run adds *added* members to the group, three before each reading of its members."""
        people = [{"ContactId": id, "PhoneNumber": number(id)} for id in range(1, 31)]
        service = Service(contacts=people, groups=[{"GroupId": 50, "Name": "On call", "members": [1]}])
        readings: list[str] = []

        def before(_method: str, path: str) -> None:
            if path == "/groups/50/contacts":
                first = 2 + 3 * len(readings)
                readings.append(path)
                for id in range(first, min(first + 3, 2 + added)):
                    service.answer("PUT", f"/groups/50/contacts/{id}", {}, None)

        members = [number(id) for id in range(1, 31)]
        declared = [{"name": "On call", "members": members}]
        return readings, Machine(service, before=before).run("address_book", groups=declared, **options)

    @pytest.mark.parametrize("check", [True, False])
    def test_the_plan_is_made_again_until_the_other_run_is_done(self, check: bool) -> None:
        readings, result = self.run(29, check=check, read_strategy="list")
        assert not result.get("failed"), result["msg"]
        assert len(readings) > 2

    def test_a_guard_stops_the_plan_if_nobody_else_writes(self) -> None:
        readings, result = self.run(0)
        assert result["msg"].startswith("29 new members of 'On call' would be added to 1 existing member.")
        assert len(readings) == 2

    def test_a_guard_stops_the_plan_if_the_other_run_does_not_help(self) -> None:
        readings, result = self.run(6)
        assert result["msg"].startswith("23 new members of 'On call' would be added to 7 existing members.")
        assert len(readings) == 3

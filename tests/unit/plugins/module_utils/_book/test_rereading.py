# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Updates of records that somebody else edits during the run."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._book.rereading import FRESH, Rereading, merged
from ansible_collections.community.linkengage.plugins.module_utils._errors import LinkEngageError
from ansible_collections.community.linkengage.plugins.module_utils._model.changes import Delete, Update
from ansible_collections.community.linkengage.plugins.module_utils._model.plan import differences
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import CONTACT, GROUP

BEFORE = {"contact_id": 1, "first_name": "Kari", "last_name": "Old", "email": None, "Unknown": "x"}


def update(managed: tuple[str, ...] = ("first_name", "last_name"), **wanted: Any) -> Update:
    record = {**BEFORE, **(wanted or {"last_name": "New"})}
    return Update(CONTACT, 1, record, BEFORE, "contacts[0]", managed=managed)


class TestMerged:
    def test_an_unmanaged_field_keeps_the_edit(self) -> None:
        change = merged(update(), {**BEFORE, "email": "edited@example.com", "Unknown": "y"})
        assert change is not None
        assert change.record == {**BEFORE, "last_name": "New", "email": "edited@example.com", "Unknown": "y"}

    @pytest.mark.parametrize("name", ["first_name", "last_name"])
    def test_a_managed_field_is_a_conflict(self, name: str) -> None:
        with pytest.raises(
            LinkEngageError, match=f"^`{name}` of the contact with id 1 was changed by somebody else during this run"
        ):
            merged(update(), {**BEFORE, name: "Edited"})

    def test_the_wanted_value_is_not_a_conflict(self) -> None:
        change = merged(update(last_name="New", first_name="Karin"), {**BEFORE, "last_name": "New"})
        assert change is not None
        assert change.record == {**BEFORE, "last_name": "New", "first_name": "Karin"}

    def test_nothing_is_left_if_somebody_else_wrote_the_wanted_values(self) -> None:
        assert merged(update(), {**BEFORE, "last_name": "New"}) is None

    def test_null_and_an_empty_text_are_the_same(self) -> None:
        change = merged(update(managed=("last_name", "email")), {**BEFORE, "email": ""})
        assert change is not None
        assert differences(change.record, BEFORE) == {"last_name": "New"}

    def test_a_deleted_record_is_reported(self) -> None:
        with pytest.raises(LinkEngageError, match="the contact with id 1 was deleted by somebody else during this run"):
            merged(update(), None)

    def test_without_managed_fields_those_that_differ_count(self) -> None:
        assert merged(update(managed=()), {**BEFORE, "first_name": "Edited"}) is not None
        with pytest.raises(LinkEngageError):
            merged(update(managed=()), {**BEFORE, "last_name": "Edited"})

    @given(st.data())
    def test_no_edit_is_ever_lost(self, data: st.DataObject) -> None:
        names = ("first_name", "last_name", "email", "description")
        values = st.fixed_dictionaries({name: st.sampled_from([None, "", "a", "b", "c"]) for name in names})
        before, wanted, current = (data.draw(values) for _index in range(3))
        managed = tuple(data.draw(st.sets(st.sampled_from(names), min_size=1)))
        record = {**before, **{name: wanted[name] for name in managed}}
        try:
            change = merged(Update(GROUP, 1, record, before, managed=managed), current)
        except LinkEngageError:
            edited = [name for name in managed if differences({name: current[name]}, before)]
            assert differences({name: record[name] for name in edited}, current)
            return
        after = change.record if change else current
        assert not differences({name: record[name] for name in managed}, after)
        for name in differences(current, before):
            assert not differences({name: after[name]}, current)
        assert not differences({name: after[name] for name in set(names) - set(managed)}, current)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class TestReread:
    def reread(self, option: str, passed: float) -> list[Any]:
        """Return the requests of an update that is made *passed* seconds after the address book was read."""
        requests: list[Any] = []

        def get(*request: Any) -> Any:
            requests.append(request)
            return BEFORE

        clock: Callable[[], float] = Clock()
        rereading = Rereading(option, clock(), clock)
        clock.now += passed  # type: ignore[attr-defined]
        client: Any = SimpleNamespace(get=get)
        assert rereading.current(update(), client) is not None
        return requests

    @pytest.mark.parametrize(
        ("option", "passed", "reads"),
        [
            ("auto", 0, False),
            ("auto", FRESH, False),
            ("auto", FRESH + 0.1, True),
            ("always", 0, True),
            ("never", 1000, False),
        ],
    )
    def test_depends_on_the_option_and_the_time(self, option: str, passed: float, reads: bool) -> None:
        assert self.reread(option, passed) == ([(CONTACT, 1)] if reads else [])

    def test_only_updates_are_read_again(self) -> None:
        change = Delete(CONTACT, 1)
        assert Rereading("always", 0.0).current(change, None) is change  # type: ignore[arg-type]


class TestEdits:
    """Somebody edits a contact just before it is read again, or just before its PUT."""

    CONTACT: dict[str, Any] = {  # noqa: RUF012
        "ContactId": 1,
        "PhoneNumber": "4790555817",
        "Firstname": "Kari",
        "Lastname": "Old",
    }
    DECLARED: list[dict[str, str]] = [  # noqa: RUF012
        {"phone_number": "4790555817", "first_name": "Kari", "last_name": "New"},
        {"phone_number": "4741234567", "first_name": "Ola"},
    ]

    @pytest.fixture
    def edited(self, account) -> Any:
        """``edited(**fields)``: edit the fields between the list and the first reading of the contact."""
        contacts = [self.CONTACT, {"ContactId": 2, "PhoneNumber": "4741234567", "Firstname": "O"}]
        account.simulator.reset(contacts=contacts)

        def edit(**fields: Any) -> Any:
            seed = {"contacts": [{**self.CONTACT, **fields}]}
            match = {"method": "GET", "path": "^/contacts/1$"}
            account.simulator.faults([{"match": match, "action": "hook", "seed": seed}])
            return account

        return edit

    def test_an_edit_of_another_field_is_kept(self, edited) -> None:
        account = edited(Email="kari@example.com")
        account.done("address_book", contacts=self.DECLARED, read_strategy="list", reread="always")
        contact = account.contacts()[1]
        assert (contact["Lastname"], contact["Email"]) == ("New", "kari@example.com")
        assert sorted(account.writes) == ["PUT /contacts/1", "PUT /contacts/2"]
        account.done("address_book", contacts=self.DECLARED, read_strategy="list", reread="always")
        assert account.writes == []
        assert "/contacts/1" not in account.reads, "only records to update are read again"

    @pytest.mark.parametrize("text", ["Calls at night [team]", "[team]", "Somebody else has this number"])
    def test_an_edit_next_to_the_marker_is_kept(self, edited, text: str) -> None:
        account = edited(Description3=text)
        account.simulator.seed(contacts=[{**self.CONTACT, "Description3": "Calls [team]"}])
        account.done("address_book", contacts=self.DECLARED, marker="team", read_strategy="list", reread="always")
        contact = account.contacts()[1]
        assert (contact["Lastname"], contact["Description3"]) == ("New", text)

    @pytest.mark.parametrize("field", ["Firstname", "Lastname"])
    def test_an_edit_of_a_managed_field_fails_only_its_entry(self, edited, field: str) -> None:
        account = edited(**{field: "Edited"})
        result = account.run("address_book", contacts=self.DECLARED, read_strategy="list", reread="always")
        assert result["failed"] is True
        assert result["failure"]["kind"] == "partial_failure"
        (problem,) = result["failure"]["problems"]
        name = {"Firstname": "first_name", "Lastname": "last_name"}[field]
        assert problem.startswith(
            f"contacts[0]: `{name}` of the contact with id 1 was changed by somebody else during this run"
        )
        assert account.writes == ["PUT /contacts/2"]
        assert account.contacts()[1][field] == "Edited"
        account.done("address_book", contacts=self.DECLARED, read_strategy="list", reread="always")
        assert (account.contacts()[1]["Firstname"], account.contacts()[1]["Lastname"]) == ("Kari", "New")

    def test_a_short_run_does_not_read_again(self, edited, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(f"{Rereading.__module__}.FRESH", 3600.0)
        account = edited(Email="kari@example.com")
        account.done("address_book", contacts=self.DECLARED, read_strategy="list")
        assert "/contacts/1" not in account.reads

    def test_a_long_run_reads_again(self, edited, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(f"{Rereading.__module__}.FRESH", -1.0)
        account = edited(Email="kari@example.com")
        account.done("address_book", contacts=self.DECLARED, read_strategy="list")
        assert account.contacts()[1]["Email"] == "kari@example.com"

    def test_a_group_is_read_again_too(self, account) -> None:
        account.simulator.reset(groups=[{"GroupId": 12, "Name": "On call", "Description": "Old"}])
        seed = {"groups": [{"GroupId": 12, "Name": "On call", "Description": "Old", "IsPrivate": True}]}
        match = {"method": "GET", "path": "^/groups/12$"}
        account.simulator.faults([{"match": match, "action": "hook", "seed": seed}])
        account.done("address_book", groups=[{"name": "On call", "description": "New"}], reread="always")
        assert (account.groups()[12]["Description"], account.groups()[12]["IsPrivate"]) == ("New", True)

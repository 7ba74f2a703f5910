# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass, fields
from importlib import import_module
from types import MappingProxyType
from typing import Any, ClassVar, get_args

import pytest
from collections_tree import CHECKOUT
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._book.report import BookPlan
from ansible_collections.community.linkengage.plugins.module_utils._doctor.examine import DoctorPlan
from ansible_collections.community.linkengage.plugins.module_utils._errors import UnknownChange
from ansible_collections.community.linkengage.plugins.module_utils._model.changes import (
    ORDER,
    AddMember,
    Change,
    Create,
    Delete,
    Key,
    RemoveMember,
    Update,
    position,
)
from ansible_collections.community.linkengage.plugins.module_utils._model.fields import Resource
from ansible_collections.community.linkengage.plugins.module_utils._model.frozen import thawed
from ansible_collections.community.linkengage.plugins.module_utils._model.plan import (
    Membership,
    Outcome,
    Plan,
    differences,
    plan_record,
    plan_removal,
)
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import CONTACT
from ansible_collections.community.linkengage.plugins.module_utils._records.contacts import ContactPlan
from ansible_collections.community.linkengage.plugins.module_utils._records.groups import GroupPlan
from ansible_collections.community.linkengage.plugins.module_utils._records.request import RequestPlan
from ansible_collections.community.linkengage.plugins.module_utils._sms.cancel import CancelPlan
from ansible_collections.community.linkengage.plugins.module_utils._sms.send import SmsPlan

KEY = Key(CONTACT, "+4790555817")
for module in (CHECKOUT / "plugins" / "modules").glob("*.py"):
    import_module(f"ansible_collections.community.linkengage.plugins.modules.{module.stem}")
SUBJECTS = sorted(Plan.__subclasses__(), key=lambda kind: kind.__name__)
TEXT_FIELDS = [item.name for item in CONTACT.writable if item.kind.type in ("str", "raw")]
BOOL_FIELDS = [item.name for item in CONTACT.writable if item.kind.type == "bool"]

texts = st.sampled_from(["", "a", "b", " a"])
desired_records = st.fixed_dictionaries(
    {}, optional={**dict.fromkeys(TEXT_FIELDS, texts), **dict.fromkeys(BOOL_FIELDS, st.booleans())}
)
actual_records = st.fixed_dictionaries(
    {
        "contact_id": st.integers(1, 9),
        "created": st.just("/Date(0)/"),
        "NewerField": st.just({"Kept": ["as", "it", "is"]}),
        **dict.fromkeys(TEXT_FIELDS, texts | st.none()),
        **dict.fromkeys(BOOL_FIELDS, st.booleans()),
    }
)


def carried_out(plan: Plan, actual: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the record of the service after the plan.

    PUT replaces a record, and the service fills omitted fields of a POST.
    """
    record = None if actual is None else dict(actual)
    for change in plan.changes:
        if isinstance(change, Create):
            assert record is None
            record = {
                "contact_id": 1,
                "created": "now",
                **dict.fromkeys(TEXT_FIELDS),
                **dict.fromkeys(BOOL_FIELDS, False),
            }
            record.update(change.record)
        elif isinstance(change, Update):
            assert record is not None
            assert change.id == record["contact_id"]
            record = dict(change.record)
        else:
            assert isinstance(change, Delete)
            record = None
    return record


def alike(stored: Any, wanted: Any) -> bool:
    """Return whether nothing must be written: the service can lose outer blanks and change line ends."""
    if isinstance(stored, bool):
        return stored is wanted
    stored, wanted = ((text or "").replace("\r\n", "\n") for text in (stored, wanted))
    return stored in (wanted, wanted.strip())


@given(desired_records, st.none() | actual_records)
def test_a_plan_leads_to_the_desired_state_and_a_second_is_empty(desired: dict, actual: dict | None) -> None:
    after = carried_out(plan_record(CONTACT, KEY, desired, actual), actual)
    assert after is not None
    assert all(alike(after[name], value) for name, value in desired.items())
    assert plan_record(CONTACT, KEY, desired, after).changes == ()


@given(desired_records, actual_records)
def test_unmanaged_fields_are_not_changed(desired: dict, actual: dict) -> None:
    after = carried_out(plan_record(CONTACT, KEY, desired, actual), actual)
    assert after is not None
    assert {name: thawed(after[name]) for name in actual if name not in desired} == {
        name: value for name, value in actual.items() if name not in desired
    }
    assert set(after) == set(actual)


@given(desired_records, st.none() | actual_records)
def test_a_difference_is_one_write_and_no_difference_is_no_write(desired: dict, actual: dict | None) -> None:
    plan = plan_record(CONTACT, KEY, desired, actual)
    differs = actual is None or any(not alike(actual[name], value) for name, value in desired.items())
    assert len(plan.changes) == (1 if differs else 0)
    assert bool(plan.before or plan.after) == (differs and bool(desired))


@given(desired_records, actual_records)
def test_the_diff_contains_only_the_changes(desired: dict, actual: dict) -> None:
    plan = plan_record(CONTACT, KEY, desired, actual)
    assert set(plan.before) == set(plan.after)
    assert all(plan.before[name] == actual[name] and plan.after[name] == desired[name] for name in plan.after)
    assert not any(alike(plan.before[name], plan.after[name]) for name in plan.after)


@given(desired_records, actual_records)
def test_planning_changes_neither_record(desired: dict, actual: dict) -> None:
    before = (dict(desired), dict(actual))
    plan_record(CONTACT, KEY, desired, actual)
    assert (desired, actual) == before


@given(st.none() | actual_records)
def test_a_removal_is_one_delete_of_the_record(actual: dict | None) -> None:
    plan = plan_removal(CONTACT, actual)
    assert carried_out(plan, actual) is None
    assert len(plan.changes) == (0 if actual is None else 1)
    assert plan_removal(CONTACT, None).changes == ()


@pytest.mark.parametrize(
    ("wanted", "held", "differs"),
    [
        ("", None, False),
        (None, "", False),
        ("a", "a", False),
        ("a", None, True),
        (False, True, True),
        (False, False, False),
        ("", "a", True),
        ("a", "A", True),
        (" a", "a", True),
        ("7", 7, True),
    ],
)
def test_null_and_an_empty_string_are_one(wanted: Any, held: Any, differs: bool) -> None:
    assert differences({"email": wanted}, {"email": held}) == ({"email": wanted} if differs else {})


def test_a_plan_lists_the_records_that_it_creates() -> None:
    update, create = Update(CONTACT, 7, {}), Create(CONTACT, KEY, {})
    assert Plan([update, create]).creates == [create]
    assert Plan([update]).creates == []


# A plan is an immutable value


@dataclass(frozen=True)
class Frobnicate:
    """A change of an unknown kind."""

    action: ClassVar[str] = "frobnicate"
    resource: Resource = CONTACT
    id: int = 7
    where: str = ""


PLANS = [Plan, *SUBJECTS]


def test_the_subjects_have_plans_of_their_own() -> None:
    assert {BookPlan, CancelPlan, ContactPlan, DoctorPlan, GroupPlan, RequestPlan, SmsPlan} <= set(SUBJECTS)


@pytest.mark.parametrize("kind", [*PLANS, Outcome], ids=lambda kind: kind.__name__)
def test_a_plan_cannot_be_assigned_to(kind: type) -> None:
    plan = kind()
    for item in fields(kind):
        with pytest.raises(FrozenInstanceError):
            setattr(plan, item.name, None)


@pytest.mark.parametrize("kind", [*PLANS, Outcome], ids=lambda kind: kind.__name__)
def test_a_plan_cannot_be_added_to(kind: type) -> None:
    lists = {item.name for item in fields(kind) if "Sequence" in str(item.type)}
    mappings = {item.name for item in fields(kind) if "Mapping" in str(item.type)}
    held: dict[str, Any] = {**{name: [] for name in lists}, **{name: {} for name in mappings}}
    plan = kind(**held)
    for name in lists:
        assert getattr(plan, name) == ()
    for name in mappings:
        assert isinstance(getattr(plan, name), MappingProxyType)
        held[name]["late"] = 1
        assert not getattr(plan, name)


def test_a_plan_holds_no_function() -> None:
    assert not [item for kind in PLANS for item in fields(kind) if "Callable" in str(item.type)]


def test_a_plan_with_a_change_of_an_unknown_kind_cannot_be_made() -> None:
    unknown: Any = Frobnicate()
    with pytest.raises(UnknownChange, match=r"unknown kind \(Frobnicate\)"):
        Plan([Update(CONTACT, 7, {}), unknown])


def test_each_kind_has_one_place_in_the_order() -> None:
    assert set(ORDER) == set(get_args(Change))
    assert len(ORDER) == len(set(ORDER))
    assert position(Create(CONTACT, KEY, {})) < position(AddMember(12, 7)) < position(RemoveMember(12, 8))
    assert position(RemoveMember(12, 8)) < position(Delete(CONTACT, 8))
    unknown: Any = Frobnicate()
    with pytest.raises(UnknownChange):
        position(unknown)


# Membership

ids = st.integers(1, 8)
sets = st.frozensets(ids)


@given(st.none() | sets, sets, sets, sets)
def test_membership_needs_the_smallest_number_of_writes(wanted, add, remove, current) -> None:
    remove = remove - add - (wanted or frozenset())
    membership = Membership(wanted, add, remove)
    added, removed = membership.changes(current)
    after = (current | set(added)) - set(removed)
    expected = (current if wanted is None else wanted) | add
    assert after == expected - remove
    assert len(added) + len(removed) == len(current ^ after)
    assert not set(added) & set(removed)
    assert membership.changes(after) == ([], [])
    assert (added, removed) == (sorted(added), sorted(removed))


@given(sets, sets, sets)
def test_without_set_the_other_members_stay(add, remove, current) -> None:
    added, removed = Membership(None, add, remove - add).changes(current)
    assert set(removed) <= remove
    assert set(added) <= add


def test_new_contacts_come_last_and_in_order() -> None:
    late, early = Key(CONTACT, "+4790000002"), Key(CONTACT, "+4790000001")
    added, removed = Membership(frozenset([late, 9, early, 10])).changes([3])
    assert (added, removed) == ([9, 10, early, late], [3])

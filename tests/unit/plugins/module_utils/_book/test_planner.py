# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of a whole address book, for any account and any entries: it makes all declared changes and no others."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import examples

from ansible_collections.community.linkengage.plugins.module_utils._book import planner
from ansible_collections.community.linkengage.plugins.module_utils._book.book import Book, Sync
from ansible_collections.community.linkengage.plugins.module_utils._book.declared import Declared, understand
from ansible_collections.community.linkengage.plugins.module_utils._book.documents import labelled
from ansible_collections.community.linkengage.plugins.module_utils._book.planner import plan_book
from ansible_collections.community.linkengage.plugins.module_utils._book.scope import Scope
from ansible_collections.community.linkengage.plugins.module_utils._errors import GuardError, LinkEngageError
from ansible_collections.community.linkengage.plugins.module_utils._model.changes import (
    AddMember,
    Change,
    Create,
    Delete,
    Key,
    RemoveMember,
    Update,
    position,
)
from ansible_collections.community.linkengage.plugins.module_utils._model.phone import Numbering
from ansible_collections.community.linkengage.plugins.module_utils._model.plan import differences
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import CONTACT, GROUP

NUMBERING = Numbering(lambda: "47")
NUMBERS = [f"9055580{index}" for index in range(8)]
SPELLINGS = [lambda n: n, lambda n: f"47{n}", lambda n: f"+47{n}", lambda n: f"0047 {n[:3]} {n[3:]}"]
NAMES = ["", "Kari", "Ola"]
GROUP_NAMES = ["A", "B", "C", "D"]
MARKER = "[m]"
# Texts with a part of a word, with a longer marker, or with only the marker.
TEXTS = ["", "text", f"text {MARKER}", MARKER, "[m]x", "[[m]]"]

spelt = st.builds(lambda number, spell: spell(number), st.sampled_from(NUMBERS), st.sampled_from(SPELLINGS))


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Any account. Several records may have the same number or name."""
    contacts = [
        {
            **CONTACT.from_wire({}),
            "contact_id": id,
            "phone_number": draw(spelt),
            "first_name": draw(st.sampled_from(NAMES)),
            "description3": draw(st.sampled_from([None, *TEXTS])),
        }
        for id in range(1, draw(st.integers(0, 8)) + 1)
    ]
    groups = [
        {
            **GROUP.from_wire({}),
            "group_id": id,
            "name": draw(st.sampled_from(GROUP_NAMES)),
            "description": draw(st.sampled_from([None, *TEXTS])),
        }
        for id in range(101, draw(st.integers(0, 4)) + 101)
    ]
    some = st.lists(st.sampled_from(contacts), unique_by=lambda c: c["contact_id"]) if contacts else st.just([])
    return Book(contacts, groups, {group["group_id"]: draw(some) for group in groups})


ids = st.integers(1, 9)
contact_entries = st.fixed_dictionaries(
    {},
    optional={
        "phone_number": spelt,
        "contact_id": ids,
        "previous_phone_number": spelt,
        "first_name": st.sampled_from(NAMES),
        "description3": st.sampled_from(TEXTS),
    },
)
members = st.lists(st.one_of(spelt, ids, st.builds(lambda id: {"contact_id": id}, ids)), max_size=5)
group_entries = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(GROUP_NAMES),
        "group_id": st.integers(101, 105),
        "previous_names": st.lists(st.sampled_from(GROUP_NAMES), max_size=2),
        "description": st.sampled_from(TEXTS),
        "members": members,
    },
)
scopes = st.builds(
    Scope,
    purge=st.sets(st.sampled_from(["contacts", "groups"])).map(frozenset),
    marker=st.just(MARKER),
    ignore=st.sampled_from([(), ("Kari*",), ("905 55 803",), ("+479055580[45]",), ("A",)]),
    absent_numbers=st.sets(st.sampled_from([f"+47{n}" for n in NUMBERS]), max_size=2).map(frozenset),
    absent_groups=st.sets(st.sampled_from(GROUP_NAMES), max_size=1).map(frozenset),
    on_duplicate=st.sampled_from(["fail", "first"]),
    max_delete_percent=st.sampled_from([0, 25, 100]),
    new_holder=st.sampled_from(["report", "replace", "keep", "refuse"]),
)
declarations = st.tuples(st.lists(contact_entries, max_size=6), st.lists(group_entries, max_size=4))


def declare(contacts: list[Any], groups: list[Any]) -> Declared:
    return understand({"contacts": labelled(contacts, "contacts"), "groups": labelled(groups, "groups")}, NUMBERING)


def planned(declaration: Any, book: Book, scope: Scope) -> tuple[Declared, Sync] | None:
    """Return the plan, or None if the entries are rejected as a whole."""
    try:
        declared = declare(*declaration)
        return declared, plan_book(declared, book, scope, NUMBERING)
    except LinkEngageError:
        return None


def applied(changes: Sequence[Change], book: Book) -> Book:
    """Return the address book of the service after the changes."""
    contacts = {record["contact_id"]: record for record in book.contacts}
    groups = {record["group_id"]: record for record in book.groups}
    inside = {id: {record["contact_id"] for record in book.members.get(id, [])} for id in groups}
    made: dict[Key, int] = {}

    def number(id: Any) -> int:
        return made[id] if isinstance(id, Key) else id

    for change in changes:
        records = contacts if change.resource is CONTACT else groups
        if isinstance(change, Create):
            id = made[change.id] = 1000 + len(made)
            records[id] = {**change.resource.from_wire({}), **change.record, change.resource.id: id}
            inside.setdefault(id, set())
        elif isinstance(change, Update):
            assert change.id in records
            records[change.id] = dict(change.record)
        elif isinstance(change, Delete):
            del records[change.id]
            for members_of in inside.values():
                members_of.discard(change.id)
        elif isinstance(change, AddMember):
            assert number(change.member) not in inside[number(change.id)]
            inside[number(change.id)].add(number(change.member))
        else:
            assert isinstance(change, RemoveMember)
            inside[change.id].remove(change.member)
    held = {id: [contacts[member] for member in sorted(inside[id])] for id in groups}
    return Book(list(contacts.values()), list(groups.values()), held)


def has_marker(text: str | None) -> bool:
    return MARKER in (text or "").split()


MANY = settings(max_examples=examples(100), deadline=None)


@MANY
@given(declarations, books(), scopes)
def test_after_a_plan_is_applied_the_next_plan_is_empty(declaration: Any, book: Book, scope: Scope) -> None:
    """If some entries have problems, the next plan has the same problems, and nothing else."""
    plan = planned(declaration, book, scope)
    if plan is None:
        return
    after = applied(plan[1].changes, book)
    try:
        again = plan_book(plan[0], after, scope, NUMBERING)
    except GuardError:
        return
    if not plan[1].problems:
        assert (again.changes, again.problems) == ((), ())
    else:
        assert not [change for change in again.changes if isinstance(change, Create)]


@MANY
@given(declarations, books(), scopes)
def test_the_account_has_the_declared_records_afterwards(declaration: Any, book: Book, scope: Scope) -> None:
    plan = planned(declaration, book, scope)
    if plan is None or plan[1].problems:
        return
    after = applied(plan[1].changes, book)
    by_id = {record["contact_id"]: record for record in after.contacts}
    for contact in plan[0].contacts:
        found = [
            record
            for record in ([by_id[contact.id]] if contact.id else after.contacts)
            if not contact.number or NUMBERING.key(record["phone_number"]) == contact.number
        ]
        wanted = {name: value for name, value in contact.fields.items() if name not in ("phone_number", "description3")}
        assert [record for record in found if not differences(wanted, record) and has_marker(record["description3"])]
    for group in plan[0].groups:
        held = [r for r in after.groups if (r["group_id"] == group.id if group.id else r["name"] == group.name)]
        assert [record for record in held if has_marker(record["description"])]
        if group.members is None:
            continue
        inside = [after.members[record["group_id"]] for record in held if has_marker(record["description"])]
        numbers = {ref.number for ref in group.members if ref.id is None}
        named = {ref.id for ref in group.members if ref.id is not None}
        assert any(
            named <= {record["contact_id"] for record in records}
            and numbers <= {NUMBERING.key(record["phone_number"]) for record in records}
            and all(r["contact_id"] in named or NUMBERING.key(r["phone_number"]) in numbers for r in records)
            for records in inside
        )


@MANY
@given(declarations, books(), scopes)
def test_nothing_else_is_written(declaration: Any, book: Book, scope: Scope) -> None:
    """Each record is written at most once.

    A record is written only if it is declared, absent or marked, and not ignored.
    """
    plan = planned(declaration, book, scope)
    if plan is None:
        return
    declared, sync = plan
    writes = [(c.resource.name, c.id) for c in sync.changes if isinstance(c, (Create, Update, Delete))]
    assert len(writes) == len(set(writes))
    links = [(c.id, c.member) for c in sync.changes if isinstance(c, (AddMember, RemoveMember))]
    assert len(links) == len(set(links))
    numbers = {number for item in declared.contacts for number in (item.number, *item.previous)}
    own_ids = {item.id for item in declared.contacts}
    for change in sync.changes:
        if change.resource is CONTACT and isinstance(change, Update):
            assert change.id in own_ids or NUMBERING.key(change.before["phone_number"]) in numbers
            assert differences(change.record, change.before)
        if not isinstance(change, Delete):
            continue
        if change.resource is CONTACT:
            key, name = NUMBERING.key(change.before["phone_number"]), change.before["first_name"]
            assert key in scope.absent_numbers or (
                "contacts" in scope.purge and has_marker(change.before["description3"]) and not sync.problems
            )
            assert not (scope.ignore == ("Kari*",) and name == "Kari")
            assert not (scope.ignore == ("905 55 803",) and key == "+4790555803")
            assert change.id not in own_ids
        else:
            assert change.before["name"] in scope.absent_groups or (
                "groups" in scope.purge and has_marker(change.before["description"]) and not sync.problems
            )
            assert scope.ignore != ("A",) or change.before["name"] != "A"


@MANY
@given(declarations, books(), scopes | st.builds(Scope, purge=st.just(frozenset())))
def test_an_entry_that_needs_no_change_is_planned_like_every_other_entry(
    declaration: Any, book: Book, scope: Scope
) -> None:
    with mock.patch.object(planner._Planner, "_is_as_declared", return_value=False):
        long_way = planned(declaration, book, scope)
    assert planned(declaration, book, scope) == long_way


@MANY
@given(declarations, books(), scopes)
def test_the_changes_are_in_the_safe_order(declaration: Any, book: Book, scope: Scope) -> None:
    plan = planned(declaration, book, scope)
    if plan is None:
        return
    order = [position(change) for change in plan[1].changes]
    assert order == sorted(order)


@MANY
@given(declarations, books(), scopes, st.randoms(use_true_random=False))
def test_the_plan_and_its_id_do_not_depend_on_the_order(
    declaration: Any, book: Book, scope: Scope, random: Any
) -> None:
    first = planned(declaration, book, scope)

    def shuffled(entries: Sequence[Any]) -> list[Any]:
        return random.sample(entries, len(entries))

    members = {id: shuffled(records) for id, records in book.members.items()}
    other = Book(shuffled(book.contacts), shuffled(book.groups), members)
    second = planned([shuffled(entries) for entries in declaration], other, scope)
    if first is None or second is None:
        assert first is second
    elif not first[1].problems:
        assert first[1].plan_id == second[1].plan_id
        assert unmanaged(first[1]) == unmanaged(second[1])


def unmanaged(sync: Sync) -> set[tuple[str, int]]:
    return {
        (part, record.get("contact_id", record.get("group_id")))
        for part, records in sync.unmanaged.items()
        for record in records
    }


@MANY
@given(declarations, books(), scopes)
def test_an_entry_with_a_problem_does_not_change_the_other_entries(declaration: Any, book: Book, scope: Scope) -> None:
    before = planned(declaration, book, scope)
    after = planned((declaration[0], [*declaration[1], {"nonsense": 1}]), book, scope)
    if before is None or after is None:
        return
    assert after[1].problems
    kept = [c for c in before[1].changes if c.where != "purge"]
    assert targets(after[1].changes) == targets(kept)
    assert not [change for change in after[1].changes if change.where == "purge"]


def targets(changes: Sequence[Change]) -> list[Any]:
    """Return what is changed, except the members who leave a group."""
    return [
        (change.action, change.id, change.member if isinstance(change, AddMember) else None)
        for change in changes
        if not isinstance(change, RemoveMember)
    ]


def contact(id: int, number: str, **more: Any) -> dict[str, Any]:
    return {**CONTACT.from_wire({}), "contact_id": id, "phone_number": number, **more}


class TestIds:
    def test_differ_for_different_changes(self) -> None:
        book = Book([contact(1, NUMBERS[0])])
        plans = [
            plan_book(declare([entry], []), book, Scope(), NUMBERING).plan_id
            for entry in (
                {"phone_number": NUMBERS[0], "first_name": "A"},
                {"phone_number": NUMBERS[0], "first_name": "B"},
                {"phone_number": NUMBERS[0], "last_name": "A"},
                {"phone_number": NUMBERS[1], "first_name": "A"},
                {"phone_number": NUMBERS[0]},
            )
        ]
        assert len(set(plans)) == len(plans)

    def test_do_not_depend_on_the_places(self) -> None:
        declared = [{"phone_number": NUMBERS[0], "first_name": "A"}]
        elsewhere = understand({"contacts": [("file.csv line 7", declared[0])], "groups": []}, NUMBERING)
        first, second = (plan_book(d, Book(), Scope(), NUMBERING) for d in (declare(declared, []), elsewhere))
        assert first.plan_id == second.plan_id


class TestGuards:
    @pytest.mark.parametrize(("gone", "limit", "stops"), [(3, 25, True), (2, 25, False), (3, 30, False), (1, 0, True)])
    def test_apply_from_ten_records(self, gone: int, limit: int, stops: bool) -> None:
        book = Book([contact(i, f"9055580{i}", description3=MARKER) for i in range(10)])
        declared = declare([{"contact_id": i} for i in range(gone, 10)], [])
        scope = Scope(purge=frozenset({"contacts"}), marker=MARKER, max_delete_percent=limit)
        if stops:
            with pytest.raises(GuardError, match=rf"{gone} of 10 managed contacts .* max_delete_percent"):
                plan_book(declared, book, scope, NUMBERING)
        else:
            assert len(plan_book(declared, book, scope, NUMBERING).changes) == gone

    def test_count_absent_and_purged_records_together(self) -> None:
        book = Book([contact(i, f"905558{i:02}", description3=MARKER if i < 10 else "") for i in range(20)])
        scope = Scope(
            purge=frozenset({"contacts"}), marker=MARKER, absent_numbers=frozenset({"+4790555818", "+4790555819"})
        )
        declared = declare([{"contact_id": i} for i in range(2, 10)], [])
        assert len(plan_book(declared, book, scope, NUMBERING).changes) == 4
        declared = declare([{"contact_id": i, "description3": MARKER} for i in range(2, 8)], [])
        with pytest.raises(GuardError):
            plan_book(declared, book, scope, NUMBERING)


def test_a_number_in_a_list_of_members_means_the_contact_that_the_list_names_by_its_id() -> None:
    """Otherwise the first run would report the number as a problem, and the second run would accept it."""
    contacts = [contact(id, NUMBERS[0]) for id in (1, 2)]
    book = Book(contacts, [{**GROUP.from_wire({}), "group_id": 101, "name": "A"}], {101: []})
    sync = plan_book(declare([], [{"name": "A", "members": [NUMBERS[0], {"contact_id": 2}]}]), book, Scope(), NUMBERING)
    assert (list(sync.problems), [(change.action, change.member) for change in sync.changes]) == (
        [],
        [("add_member", 2)],
    )


def test_a_plan_leaves_no_records_to_the_garbage_collector() -> None:
    """The garbage collector runs rarely, and searching thousands of records takes it long.

    Other threads of the process can leave garbage during a plan, but not during each of several plans.
    """
    entries = [{"phone_number": f"905558{number:02}"} for number in range(100)]
    book = Book([contact(1 + number, entry["phone_number"]) for number, entry in enumerate(entries)])
    declared = declare(entries, [])
    gc.collect()
    gc.disable()
    try:
        left = []
        for _turn in range(5):
            assert plan_book(declared, book, Scope(), NUMBERING).unchanged == {"contact": 100}
            left.append(gc.collect())
        assert min(left) < 50
    finally:
        gc.enable()

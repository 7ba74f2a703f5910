# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries of any source are either valid, or rejected with an error that says where they are."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import examples

from ansible_collections.community.linkengage.plugins.module_utils._book import declared as module
from ansible_collections.community.linkengage.plugins.module_utils._book.declared import Declared, understand
from ansible_collections.community.linkengage.plugins.module_utils._book.documents import labelled
from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput
from ansible_collections.community.linkengage.plugins.module_utils._model.phone import Numbering

NUMBERING = Numbering(lambda: "47")
NAMES = ["phone_number", "contact_id", "group_id", "name", "members", "first_name", "private", "nonsense"]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["90555817", "+47 905 55 817", "2000", "yes", "", "²", "0", "007"]),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)
entries = st.one_of(values, st.dictionaries(st.one_of(st.sampled_from(NAMES), scalars), values, max_size=4))


def understood(
    contacts: list[Any], groups: list[Any], on_invalid: str = "continue", numbering: Numbering = NUMBERING
) -> Declared | None:
    entries = {"contacts": labelled(contacts, "contacts"), "groups": labelled(groups, "groups")}
    try:
        return understand(entries, numbering, on_invalid)
    except InvalidInput as error:
        assert "declared twice" in str(error)
        return None


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(entries, max_size=4), st.lists(entries, max_size=4))
def test_any_entry_is_accepted_or_rejected_with_its_place(contacts: list[Any], groups: list[Any]) -> None:
    declared = understood(contacts, groups)
    if declared is None:
        return
    places = {f"contacts[{i}]" for i in range(len(contacts))} | {f"groups[{i}]" for i in range(len(groups))}
    fine = {item.where for item in [*declared.contacts, *declared.groups]}
    refused = {where for where, _reason in declared.problems if ": members[" not in where}
    assert fine | refused == places
    assert not fine & refused
    for where, reason in declared.problems:
        assert reason.startswith(where)


def unknown_code() -> str:
    raise InvalidInput("the country code is not known without a request")


NO_CODE = Numbering(unknown_code)
short = st.sampled_from(["", "Kari", "\x07", "1", "true"])
numbers = st.sampled_from(["90555817", "+4790555818", "+46701740605", "4790555819", "12", "905 55 820", ""])
texts = st.fixed_dictionaries(
    {"phone_number": numbers},
    optional={
        "first_name": short | scalars,
        "last_name": short,
        **dict.fromkeys(["contact_id", "private", "previous_phone_number", "nonsense"], short | numbers | scalars),
    },
)


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(texts, max_size=4), st.sampled_from(["continue", "skip"]), st.sampled_from([NUMBERING, NO_CODE]))
def test_simple_contacts_are_read_like_other_contacts(
    contacts: list[Any], on_invalid: str, numbering: Numbering
) -> None:
    with mock.patch.object(module, "_simple_contact", return_value=None):
        long_way = understood(contacts, [], on_invalid, numbering)
    assert understood(contacts, [], on_invalid, numbering) == long_way


@settings(max_examples=examples(100), deadline=None)
@given(st.text("0123456789 +()-./", min_size=1, max_size=14), st.text("0123456789 +()-./", min_size=1, max_size=14))
def test_two_entries_with_one_number_are_the_same_record(first: str, second: str) -> None:
    alone = [understood([{"phone_number": text}], []) for text in (first, second)]
    numbers = [item.number for declared in alone if declared for item in declared.contacts]
    if len(numbers) == 2:
        both = understood([{"phone_number": first}, {"phone_number": second}], [])
        assert (both is None) == (numbers[0] == numbers[1])


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(entries, max_size=4), st.lists(entries, max_size=4))
def test_collected_problems_raise_nothing_and_lose_no_entry(contacts: list[Any], groups: list[Any]) -> None:
    strict, lenient = understood(contacts, groups), understood(contacts, groups, "skip")
    assert lenient is not None
    for items in (lenient.contacts, lenient.groups):
        assert len({item.where for item in items}) == len(items)
    if strict is not None:
        assert (lenient.contacts, lenient.groups, lenient.repeated) == (strict.contacts, strict.groups, [])
    reasons = " ".join([reason for _where, reason in lenient.problems] + lenient.repeated)
    taken = {item.where for item in [*lenient.contacts, *lenient.groups]}
    for part, values in (("contacts", contacts), ("groups", groups)):
        for index in range(len(values)):
            assert f"{part}[{index}]" in taken or f"{part}[{index}]" in reasons


KARI = {"phone_number": "90555817", "first_name": "Kari"}
OTHER = {**KARI, "first_name": "Ola"}
AGAIN = {**KARI, "phone_number": "+47 905 55 817"}
PER = {"phone_number": "41234567"}


@pytest.mark.parametrize(
    ("contacts", "taken", "problems", "repeated"),
    [
        ([KARI, PER], [0, 1], [], []),
        ([KARI, AGAIN], [0], [], ["contacts[1]: this entry is for the same contact as the entry in contacts[0]"]),
        ([KARI, PER, OTHER], [1], ["contacts[0] and contacts[2]: the same contact is declared twice"], []),
        (
            [KARI, OTHER, AGAIN],
            [],
            ["contacts[0] and contacts[1]"],
            ["contacts[2]: this entry is for the same contact as the entry in contacts[0]"],
        ),
        ([KARI, {**KARI, "email": ""}], [], ["contacts[0] and contacts[1]"], []),
        ([{**KARI, "contact_id": 1}, {**PER, "contact_id": 1}], [], ["contacts[0] and contacts[1]"], []),
        ([KARI, InvalidInput("contacts[1]: unreadable.")], [0], ["contacts[1]: unreadable."], []),
    ],
)
def test_different_entries_are_rejected_and_equal_entries_are_used_once(
    contacts: list[Any], taken: list[int], problems: list[str], repeated: list[str]
) -> None:
    declared = understood(contacts, [], "skip")
    assert declared is not None
    assert [item.where for item in declared.contacts] == [f"contacts[{index}]" for index in taken]
    reasons = [reason for _where, reason in declared.problems]
    for found, expected in ((reasons, problems), (declared.repeated, repeated)):
        assert len(found) == len(expected)
        assert all(reason.startswith(start) for reason, start in zip(found, expected))


def test_entries_for_one_contact_say_what_differs_and_which_is_used() -> None:
    entries = {"contacts": [("contacts.yml line 2", KARI), ("export.csv line 7", OTHER)], "groups": []}
    ((_where, reason),) = understand(entries, NUMBERING, "skip").problems
    assert reason == (
        "contacts.yml line 2 and export.csv line 7: the same contact is declared twice, with different values of "
        "first_name. The task uses neither entry. Delete one of the two entries."
    )
    equal = {"contacts": [("contacts.yml line 2", KARI), ("export.csv line 7", AGAIN)], "groups": []}
    assert understand(equal, NUMBERING, "skip").repeated == [
        "export.csv line 7: this entry is for the same contact as the entry in contacts.yml line 2, with the same "
        "values. The task uses the entry in contacts.yml line 2. Delete one of the two entries."
    ]
    ((_where, refused),) = understand(entries, NUMBERING, "refuse").problems
    assert refused == reason.replace("The task uses neither entry. ", "")  # the task uses no entry at all
    (repeated,) = understand(equal, NUMBERING, "refuse").repeated
    assert repeated.endswith("line 2, with the same values. Delete one of the two entries.")
    with pytest.raises(InvalidInput) as error:
        understand(entries, NUMBERING)
    assert str(error.value).splitlines() == [
        "The same contact is declared twice. Nothing was written. If two files have the same content, remove one of "
        "these files from `src`. Otherwise, delete one entry of each pair below:",
        "contacts.yml line 2 and export.csv line 7, with different values of first_name",
    ]


def test_each_entry_for_a_contact_is_named_once_and_a_list_is_cleared_as_a_list() -> None:
    rows = [f"export.csv line {line}" for line in range(2, 6)]
    numbers = ["90555817", "+4790555817", "+47 905 55 817", "0047 90555817"]
    entries = {"contacts": [(row, {"phone_number": n}) for row, n in zip(rows, numbers)], "groups": []}
    with pytest.raises(InvalidInput) as error:
        understand(entries, NUMBERING)
    assert str(error.value).splitlines()[1:] == [f"{rows[0]} and {row}, with the same values" for row in rows[1:]]
    ((_where, reason),) = understand(
        {"contacts": [], "groups": [("a", {"name": "A", "members": None})]}, NUMBERING
    ).problems
    assert reason == "a: `members` is null. To keep the members, omit the field. For a group without members, write []."


@pytest.mark.parametrize(
    ("kind", "name", "can_be_cleared"),
    [
        ("contacts", "first_name", True),
        ("contacts", "phone_number", False),
        ("contacts", "contact_id", False),
        ("contacts", "private", False),
        ("contacts", "previous_phone_number", False),
        ("groups", "description", True),
        ("groups", "name", False),
        ("groups", "group_id", False),
        ("groups", "previous_names", False),
    ],
)
def test_only_a_field_that_can_be_empty_can_be_cleared(kind: str, name: str, can_be_cleared: bool) -> None:
    ((_where, reason),) = understand({"contacts": [], "groups": [], kind: [("a", {name: None})]}, NUMBERING).problems
    remedy = (
        "To keep the value, omit the field. To clear the field, write ''."
        if can_be_cleared
        else "Write a value."
        if name in ("phone_number", "name")  # the entry has no id, so the entry needs this field
        else "Write a value, or remove this field from the entry."
    )
    assert reason == f"a: `{name}` is null. {remedy}"


def test_an_entry_with_an_id_does_not_need_the_field_that_is_null() -> None:
    entry = {"group_id": 3, "name": None}
    ((_where, reason),) = understand({"contacts": [], "groups": [("a", entry)]}, NUMBERING).problems
    assert reason == "a: `name` is null. Write a value, or remove this field from the entry."


def test_two_entries_with_one_previous_name_say_which_value_to_remove() -> None:
    groups = [(f"groups[{index}]", {"name": name, "previous_names": ["Old"]}) for index, name in enumerate("AB")]
    with pytest.raises(InvalidInput) as error:
        understand({"contacts": [], "groups": groups}, NUMBERING)
    assert str(error.value).splitlines() == [
        "Two entries have the same name in previous_names, so both entries could change the same group. Nothing was "
        "written. In each pair below, keep this name only in the entry of the group that had this name earlier:",
        "groups[0] and groups[1]",
    ]
    ((_where, reason),) = understand({"contacts": [], "groups": groups}, NUMBERING, "skip").problems
    assert reason == (
        "groups[0] and groups[1]: both entries have the same name in previous_names, and could change the same group. "
        "The task uses neither entry. Keep this name only in the entry of the group that had this name earlier."
    )


@pytest.mark.parametrize(("key", "shown"), [(None, "`null`"), (0, "0"), (True, "`true`"), ("fist_name", "'fist_name'")])
def test_a_key_that_is_not_a_field_is_shown_as_a_key(key: Any, shown: str) -> None:
    entries = {"contacts": [("a", {"phone_number": "+4790555817", key: "Per"})], "groups": []}
    ((_where, reason),) = understand(entries, NUMBERING).problems
    assert reason.startswith(f"a: the key {shown} is not a field")


def test_a_member_has_its_own_place() -> None:
    entries = {"contacts": [], "groups": [("groups.yml line 2", {"name": "On call", "members": ["12", "90555817"]})]}
    places = {"groups.yml line 2": ["groups.yml line 4", "groups.yml line 5"]}
    declared = understand(entries, NUMBERING, members=places)
    assert [where for where, _reason in declared.problems] == ["groups.yml line 4"]
    assert [ref.option for ref in declared.groups[0].members or []] == ["groups.yml line 5"]


def test_groups_with_the_same_members_are_the_same() -> None:
    groups = [{"name": "A", "members": ["90555817"]}, {"name": "A", "members": ["+4790555817"]}]
    declared = understood([], groups, "skip")
    assert declared is not None
    assert ([group.where for group in declared.groups], len(declared.repeated)) == (["groups[0]"], 1)
    declared = understood([], [*groups, {"name": "A"}], "skip")
    assert declared is not None
    assert declared.groups == []


# Whole numbers. The contract has no such field that can be written, but an account with more fields can have one.


@pytest.mark.parametrize(
    ("value", "read"), [(3, 3), ("3", 3), (" -3 ", -3), ("0", 0), (0, 0), ("", None), (10**18 - 1, 10**18 - 1)]
)
def test_a_whole_number_is_read_from_yaml_and_from_a_cell(value: Any, read: int | None) -> None:
    assert module._typed("people.csv line 2", "priority", "int", value) == read


@pytest.mark.parametrize("value", [True, "high", "1.5", 1.5, [1], {}, "\N{ARABIC-INDIC DIGIT THREE}"])
def test_another_value_is_not_a_whole_number(value: Any) -> None:
    with pytest.raises(InvalidInput, match=r"^people\.csv line 2: `priority` must be a whole number, not "):
        module._typed("people.csv line 2", "priority", "int", value)

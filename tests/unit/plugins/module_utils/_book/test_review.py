# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan that a person can review: deletions come first, people have names, each change has its file and line."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._book.book import Book
from ansible_collections.community.linkengage.plugins.module_utils._book.review import SHOWN, WHOLE, Review, name_of
from ansible_collections.community.linkengage.plugins.module_utils._model.changes import (
    AddMember,
    Change,
    Create,
    Delete,
    Key,
    RemoveMember,
    Update,
)
from ansible_collections.community.linkengage.plugins.module_utils._model.readable import readable
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import CONTACT, GROUP


def contact(id: int, number: str, first: str = "", **more: Any) -> dict[str, Any]:
    return {**CONTACT.from_wire({}), "contact_id": id, "phone_number": number, "first_name": first, **more}


def group(id: int, name: str) -> dict[str, Any]:
    return {**GROUP.from_wire({}), "group_id": id, "name": name}


KARI, OLA, NOBODY = contact(1, "4790555817", "Kari"), contact(2, "4741234567", "Ola"), contact(3, "4799000001")
NEW = Key(CONTACT, "+4799000002")
BOOK = Book([KARI, OLA, NOBODY], [group(12, "On call"), group(13, "Old")], {12: [KARI, NOBODY, OLA]})
PLACES = {12: "groups.yml line 2"}
CHANGES: list[Change] = [
    Create(CONTACT, NEW, {"phone_number": "4799000002", "first_name": "Åse"}, "staff.csv line 7"),
    Update(CONTACT, 1, {**KARI, "email": "k@acme.example"}, KARI, "staff.csv line 2"),
    AddMember(12, NEW, "groups.yml line 5"),
    RemoveMember(12, 2, "groups.yml line 2"),
    RemoveMember(12, 3, "groups.yml line 2"),
    Delete(CONTACT, 2, OLA, "purge"),
    Delete(GROUP, 13, group(13, "Old"), "absent"),
]


def test_deletions_come_first_and_everybody_has_a_name_or_a_masked_number() -> None:
    assert Review(CHANGES, BOOK, PLACES).lines("names") == [
        "- delete contact 2, Ola (purge)",
        "- delete group 13, Old (absent)",
        "- On call: +1 -2 (groups.yml line 2)",
        "  - Ola",
        "  - 479...01",
        "  + Åse (groups.yml line 5)",
        "- create contact Åse (staff.csv line 7): phone_number, first_name",
        "- update contact 1, Kari (staff.csv line 2): email",
    ]


def test_all_values_are_shown_on_request() -> None:
    assert Review(CHANGES, BOOK, PLACES).lines("true") == [
        '- delete contact 2, Ola (purge): phone_number "4741234567", first_name "Ola"',
        '- delete group 13, Old (absent): name "Old"',
        "- On call: +1 -2 (groups.yml line 2)",
        "  - Ola (4741234567)",
        "  - 4799000001",
        "  + Åse (4799000002) (groups.yml line 5)",
        '- create contact Åse (staff.csv line 7): phone_number "4799000002", first_name "Åse"',
        '- update contact 1, Kari (staff.csv line 2): email "" becomes "k@acme.example"',
    ]


def test_names_can_be_hidden() -> None:
    text = "\n".join(Review(CHANGES, BOOK, PLACES).lines("false"))
    assert [name for name in ("Ola", "Kari", "Åse", "4741234567", "99000001") if name in text] == []
    assert "- delete contact 2, 474...67 (purge)" in text
    assert "  + 479...02 (groups.yml line 5)" in text


def test_a_new_name_is_shown_after_the_old_one() -> None:
    change = Update(CONTACT, 1, {**KARI, "first_name": "Karin"}, KARI, "web0: on_call")
    assert Review([change], BOOK).lines("names") == ["- update contact 1, Kari, now Karin (web0: on_call): first_name"]


def test_a_record_without_name_and_number_has_its_id() -> None:
    nameless = contact(7, "")
    changes: list[Change] = [Delete(CONTACT, 7, nameless, "purge"), AddMember(99, 7, "groups[0]: members[0]")]
    assert Review(changes, Book([nameless])).lines("names") == [
        "- delete contact 7 (purge)",
        "- group 99: +1",
        "  + contact 7 (groups[0]: members[0])",
    ]


def test_a_name_cannot_change_what_the_terminal_shows() -> None:
    assert name_of(CONTACT, contact(1, "90555817", "\u202eirak\x1b[2J")) == "\\u202eirak\\u001b[2J"


def test_rows_have_names_in_the_order_of_the_review() -> None:
    review = Review(CHANGES, BOOK)
    rows = [review.row(change) for change in review.shown]
    assert [(row["action"], row["name"], row.get("member_name")) for row in rows] == [
        ("delete", "Ola", None),
        ("delete", "Old", None),
        ("remove_member", "On call", "Ola"),
        ("remove_member", "On call", "479...01"),
        ("create", "Åse", None),
        ("update", "Kari", None),
        ("add_member", "On call", "Åse"),
    ]
    assert rows[5]["after"] == {"email": "k@acme.example"}


def test_a_diff_has_one_block_for_each_record() -> None:
    before, after = map(readable, Review(CHANGES, BOOK, PLACES).diff())
    assert before == (
        "contact 2, Ola (4741234567) (purge):\n"
        '  phone_number: "4741234567"\n'
        "  first_name: Ola\n"
        "group 13, Old (absent):\n"
        "  name: Old\n"
        "group 12, On call (groups.yml line 2):\n"
        "  members:\n"
        "    - others (1)\n"
        "    - Ola (4741234567)\n"
        '    - "4799000001"\n'
        "contact 1, Kari (4790555817) (staff.csv line 2):\n"
        "  email: null\n"
    )
    assert after == (
        "group 12, On call (groups.yml line 2):\n"
        "  members:\n"
        "    - others (1)\n"
        "    - Åse (4799000002)\n"
        "contact Åse (4799000002) (staff.csv line 7):\n"
        '  phone_number: "4799000002"\n'
        "  first_name: Åse\n"
        "contact 1, Kari (4790555817) (staff.csv line 2):\n"
        "  email: k@acme.example\n"
    )


def creates(count: int) -> list[Change]:
    people = ((f"+4740000{index:03}", {"first_name": f"N{index}"}) for index in range(count))
    return [Create(CONTACT, Key(CONTACT, number), record, f"a.csv line {index + 2}") for index, (number, record) in enumerate(people)]  # fmt: skip  # noqa: E501


@pytest.mark.parametrize(("count", "shown"), [(WHOLE, WHOLE), (WHOLE + 1, SHOWN)])
def test_only_a_small_plan_is_shown_whole(count: int, shown: int) -> None:
    review = Review(creates(count), Book())
    lines = review.lines("names")
    assert len(review.shown) == shown
    assert len(lines) == (count if shown == count else shown + 1)
    assert (f"- create {count - shown} more records" in lines) == (shown < count)
    assert review.diff()[1].get("more changes") == (count - shown or None)
    assert len(review.lines("names", whole=True)) == count


def test_a_large_plan_has_the_numbers_of_its_groups_and_some_of_the_members_who_leave() -> None:
    people = [contact(index, f"4740000{index:03}", f"N{index}") for index in range(30)]
    changes: list[Change] = [RemoveMember(12, index, "groups.yml line 2") for index in range(30)]
    changes += [AddMember(12 + number, Key(CONTACT, "+4799000002"), "x") for number in range(80)]
    groups = [group(12 + number, f"G{number}") for number in range(80)]
    lines = Review(changes, Book(people, groups, {12: people}), PLACES).lines("names")
    assert lines[0] == "- G0: +1 -30 (groups.yml line 2)"
    assert lines[1:22] == [*(f"  - N{index}" for index in range(SHOWN)), "- G1: +1"]
    assert lines[-1] == f"- change the members of {80 - SHOWN} more groups"

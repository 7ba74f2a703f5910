# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The index of records by their ids and their names."""

from __future__ import annotations

from typing import Any

from ansible_collections.community.linkengage.plugins.module_utils._model.index import by_name, by_number
from ansible_collections.community.linkengage.plugins.module_utils._model.phone import Numbering


def contact(id: Any, number: str | None) -> dict[str, Any]:
    return {"contact_id": id, "phone_number": number}


KARI, AGAIN = contact(9, "90555817"), contact(2, "+47 905 55 817")
OLA, NOBODY = contact(1, "41234567"), contact(4, None)


def test_one_number_is_found_in_any_spelling_the_lowest_id_first() -> None:
    index = by_number([KARI, OLA, AGAIN, NOBODY], Numbering(lambda: "47"))
    assert index.named("+4790555817") == [AGAIN, KARI]
    assert index.ids("+4741234567") == [1]
    assert index.named("+4700000000") == []
    assert list(index.by_id) == [1, 2, 4, 9]


def test_a_record_that_is_added_is_found() -> None:
    index = by_number([], Numbering(lambda: "47"))
    assert index.add(contact("0", "90555817")) == 0
    assert index.ids("+4790555817") == [0]


def test_a_renamed_record_is_found_only_by_its_new_name() -> None:
    index = by_name([{"group_id": 12, "name": "A"}, {"group_id": 13, "name": None}])
    index.move(12, "A", "B")
    assert (index.ids("A"), index.ids("B"), index.ids("")) == ([], [12], [13])


def test_the_results_are_copies() -> None:
    index = by_name([{"group_id": 12, "name": "A"}])
    index.ids("A").append(13)
    index.named("A").clear()
    assert index.ids("A") == [12]

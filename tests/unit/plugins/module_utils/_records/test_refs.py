# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How options name a contact or a group."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput
from ansible_collections.community.linkengage.plugins.module_utils._model.phone import Numbering
from ansible_collections.community.linkengage.plugins.module_utils._records.contacts import contact_ref
from ansible_collections.community.linkengage.plugins.module_utils._records.groups import choose_group, group_ref


class Notes:
    """A client to which no request may be made. It must get no warnings."""


NUMBERING = Numbering(lambda: "47")
GROUPS = [{"group_id": 0, "name": "First"}, {"group_id": 12, "name": ""}, {"group_id": 13, "name": "0"}]


@pytest.mark.parametrize(
    ("value", "id"),
    [(0, 0), ({"group_id": 0}, 0), ({"group_id": "0"}, 0), (12, 12), ("0", 13), ("First", 0), (7, None), ("x", None)],
    ids=str,
)
def test_an_integer_is_an_id_and_a_text_is_a_name(value: Any, id: int | None) -> None:
    group = choose_group(GROUPS, group_ref(value, "groups[0]"), Notes())
    assert (group["group_id"] if group else None) == id


@pytest.mark.parametrize("value", [0, {"contact_id": 0}, {"contact_id": "0"}], ids=str)
def test_the_integer_0_is_a_contact_id(value: Any) -> None:
    assert contact_ref(value, "contacts[0]", NUMBERING).id == 0


@pytest.mark.parametrize("value", [-1, True, 4790555817], ids=str)
def test_other_integers_are_not_ids(value: Any) -> None:
    with pytest.raises(InvalidInput, match=r"contacts\[0\]"):
        contact_ref(value, "contacts[0]", NUMBERING)


@pytest.mark.parametrize("id", ["x", "", -1, True, 1.5, "1.0", "²", "٣", "1" * 5000, [1]], ids=lambda id: str(id)[:9])
def test_what_is_not_an_id_is_named_as_such(id: Any) -> None:
    """The last digits of a text with thousands of digits cannot be read as an integer."""
    with pytest.raises(InvalidInput, match=r"^groups\[0\]: group_id must be a whole number\.$"):
        group_ref({"group_id": id}, "groups[0]")
    with pytest.raises(InvalidInput, match=r"^contacts\[0\]: contact_id must be a whole number\.$"):
        contact_ref({"contact_id": id}, "contacts[0]", NUMBERING)

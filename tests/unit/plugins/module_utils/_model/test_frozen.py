# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._model.frozen import Value, frozen, thawed

TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@dataclass(frozen=True)
class Thing(Value):
    held: Any


def changeable(value: Any) -> list[Any]:
    """What can be changed inside a value."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, (tuple, list)) else ()
    found = [value] if isinstance(value, (list, dict, set)) else []
    return [*found, *(each for item in inner for each in changeable(item))]


@given(TREES)
def test_nothing_in_a_value_can_be_changed(tree: Any) -> None:
    thing = Thing(tree)
    assert changeable(thing.held) == []
    assert replace(thing) == thing


@given(TREES)
def test_a_value_has_the_same_content(tree: Any) -> None:
    assert thawed(frozen(tree)) == tree


@given(st.dictionaries(st.text(max_size=2), st.integers(), max_size=3))
def test_a_value_has_a_copy_of_its_dictionary(given_to: dict[str, int]) -> None:
    before, thing = dict(given_to), Thing(given_to)
    given_to["late"] = 1
    assert thing.held == before


def test_every_attempt_to_change_a_value_is_an_error() -> None:
    thing: Any = Thing({"names": ["a"], "inner": {"b": {1}}})
    with pytest.raises(FrozenInstanceError):
        thing.held = None
    with pytest.raises(TypeError):
        thing.held["names"] = []
    with pytest.raises(AttributeError):
        thing.held["names"].append("c")
    with pytest.raises(TypeError):
        thing.held["inner"]["c"] = 1
    with pytest.raises(AttributeError):
        thing.held["inner"]["b"].add(2)

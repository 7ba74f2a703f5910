# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order of changes that depend on each other: two records never have the same number or the same name."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._book.book import Book
from ansible_collections.community.linkengage.plugins.module_utils._book.chains import (
    Chain,
    found_by,
    parking_of,
    phases,
)
from ansible_collections.community.linkengage.plugins.module_utils._book.declared import understand
from ansible_collections.community.linkengage.plugins.module_utils._book.documents import labelled
from ansible_collections.community.linkengage.plugins.module_utils._book.planner import plan_book
from ansible_collections.community.linkengage.plugins.module_utils._book.scope import Scope
from ansible_collections.community.linkengage.plugins.module_utils._model.changes import (
    AddMember,
    Change,
    Create,
    Key,
    Update,
)
from ansible_collections.community.linkengage.plugins.module_utils._model.phone import Numbering
from ansible_collections.community.linkengage.plugins.module_utils._model.resources import CONTACT, GROUP

NUMBERING = Numbering(lambda: "47")


def rename(id: int, old: str, new: str) -> Update:
    return Update(GROUP, id, {"name": new}, {"name": old})


def made(changes: list[Change]) -> list[list[Chain]]:
    return phases(changes, str)


@given(st.permutations(range(8)), st.integers(0, 8), st.randoms(use_true_random=False))
def test_no_name_is_held_twice_at_any_moment(order: list[int], kept: int, random: Any) -> None:
    """Any of eight groups are renamed, some of them to new names, and new groups get the names that become free."""
    targets = {id: f"G{new}" if new < kept else f"N{new}" for id, new in enumerate(order)}
    renames = [rename(id, f"G{id}", target) for id, target in targets.items() if target != f"G{id}"]
    free = {f"G{id}" for id in range(8)} - set(targets.values())
    creates = [Create(GROUP, Key(GROUP, name), {"name": name}) for name in sorted(free)]
    random.shuffle(renames)
    held = {str(id): f"G{id}" for id in range(8)}
    done: list[Change] = []
    for phase in made([*creates, *renames]):
        random.shuffle(phase)
        for chain in phase:
            for id, name in steps(chain):
                held[id] = name
                assert len(set(held.values())) == len(held)
            done += chain.changes
    assert {id: held[str(id)] for id in targets} == targets
    assert sorted(map(repr, done)) == sorted(map(repr, [*creates, *renames]))


def steps(chain: Chain) -> list[tuple[str, str]]:
    """Return the names that the records of a chain get, in their order."""
    parking = [(str(chain.parked.id), parking_of(chain.parked).record[found_by(GROUP)])] if chain.parked else []
    return parking + [
        (change.id.text if isinstance(change.id, Key) else str(change.id), change.record["name"])
        for change in chain.changes
        if isinstance(change, (Create, Update))
    ]


def test_unrelated_changes_are_made_side_by_side() -> None:
    changes: list[Change] = [rename(1, "A", "B"), rename(2, "C", "D"), AddMember(1, 7), AddMember(2, 7)]
    assert [[len(chain.changes) for chain in phase] for phase in made(changes)] == [[1, 1], [1, 1]]


def test_another_spelling_of_a_number_is_the_same_number() -> None:
    changes = [
        Update(CONTACT, 1, {"phone_number": "90000001"}, {"phone_number": "+4790000001"}),
        Update(CONTACT, 2, {"phone_number": "90000001"}, {"phone_number": "90000002"}),
    ]
    assert [len(chain.changes) for chain in phases(changes, NUMBERING.key)[0]] == [1, 1]


@pytest.mark.parametrize("circle", [False, True])
def test_the_work_for_a_chain_of_renames_is_linear(circle: bool) -> None:
    small, large = (calls(count, circle) for count in (1000, 10_000))
    assert large < 11 * small


def calls(count: int, circle: bool) -> int:
    """Return the number of function calls that planning and ordering a chain of renames needs."""
    groups = [{**GROUP.from_wire({}), "group_id": id, "name": f"G{id}"} for id in range(count)]
    entries = [{"group_id": id, "name": f"G{(id + 1) % count if circle else id + 1}"} for id in range(count)]
    declared = understand({"contacts": [], "groups": labelled(entries, "groups")}, NUMBERING)
    total = 0

    def count_calls(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal total
        total += event in ("call", "c_call")

    sys.setprofile(count_calls)
    try:
        sync = plan_book(declared, Book([], groups), Scope(), NUMBERING)
        (phase,) = phases(sync.changes, NUMBERING.key)
    finally:
        sys.setprofile(None)
    assert sync.problems == ()
    (chain,) = phase
    assert len(chain.changes) == count
    return total

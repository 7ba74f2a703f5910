# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why the account itself is not used as a store: a model of such a protocol, whose possible orders are all explored.

In the model, a runner can use only the account. It creates a record as its claim on a key (POST), and lists the records
with claims on this key (GET). It sends if no other claim comes before its own claim. The model explores each order of
the steps of all runners, a crash after each step, and lost answers. The assumptions are parameters. The contract does
not promise that ids grow, and does not promise that a list shows a record that was just created. The contributor guide
shows the counter-examples.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import pytest

NEW, CLAIMED, LOOKED, SENDING, DONE, CRASHED = "new", "claimed", "looked", "sending", "done", "crashed"
ENDED = (DONE, CRASHED)


class Claim(NamedTuple):
    """A record with a claim. ``shown`` are the runners whose lists contain it."""

    id: int
    runner: int
    shown: frozenset[int]


class Runner(NamedTuple):
    """A runner. ``own`` is the id of its claim, or None if the answer was lost."""

    at: str = NEW
    own: int | None = None


@dataclass(frozen=True)
class State:
    runners: tuple[Runner, ...]
    claims: tuple[Claim, ...] = ()
    posts: int = 0
    trace: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """The part of a state on which later steps depend."""
        return self.runners, frozenset(self.claims), self.posts

    def moved(self, number: int, runner: Runner, step: str, **more: object) -> State:
        runners = (*self.runners[:number], runner, *self.runners[number + 1 :])
        return replace(self, runners=runners, trace=(*self.trace, f"{number}: {step}"), **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class World:
    """The assumptions about the service, and the rule of the runners.

    With ``defers``, a runner that sees any other claim never sends, whatever the ids are.
    """

    runners: int = 3
    ids_grow: bool = True
    lists_lag: bool = False
    answers_get_lost: bool = True
    crashes: bool = True
    defers: bool = False

    def next(self, state: State) -> Iterator[State]:
        for number, runner in enumerate(state.runners):
            if runner.at not in ENDED:
                if self.crashes:
                    yield state.moved(number, runner._replace(at=CRASHED), "crashes")
                yield from getattr(self, f"_from_{runner.at}")(state, number, runner)
        if self.lists_lag:
            yield from self._shown_later(state)

    def _from_new(self, state: State, number: int, runner: Runner) -> Iterator[State]:
        for id in self._new_ids(state):
            everybody = frozenset(range(self.runners))
            claim = Claim(id, number, frozenset({number}) if self.lists_lag else everybody)
            claims = (*state.claims, claim)
            yield state.moved(number, Runner(CLAIMED, id), f"claims with id {id}", claims=claims)
            if self.answers_get_lost:
                yield state.moved(
                    number, Runner(CLAIMED), f"claims with id {id}, and the answer is lost", claims=claims
                )

    def _new_ids(self, state: State) -> list[int]:
        used = [claim.id for claim in state.claims]
        if self.ids_grow:
            return [max(used, default=0) + 1]
        return [id for id in range(1, self.runners + 1) if id not in used]

    def _from_claimed(self, state: State, number: int, runner: Runner) -> Iterator[State]:
        seen = [claim for claim in state.claims if number in claim.shown]
        mine = runner.own is not None and any(claim.id == runner.own for claim in seen)
        others = [claim for claim in seen if claim.id != runner.own]
        wins = mine and (not others if self.defers else min(claim.id for claim in seen) == runner.own)
        if wins:
            yield state.moved(number, runner._replace(at=SENDING), f"lists {sorted(c.id for c in seen)}, and wins")
        else:  # without the answer, the runner does not know which claim is its own, so it never sends
            yield state.moved(number, runner._replace(at=DONE), f"lists {sorted(c.id for c in seen)}, and gives up")

    def _from_sending(self, state: State, number: int, runner: Runner) -> Iterator[State]:
        yield state.moved(number, runner._replace(at=DONE), "sends", posts=state.posts + 1)

    def _shown_later(self, state: State) -> Iterator[State]:
        for index, claim in enumerate(state.claims):
            for number in set(range(self.runners)) - claim.shown:
                later = claim._replace(shown=claim.shown | {number})
                claims = (*state.claims[:index], later, *state.claims[index + 1 :])
                yield replace(state, claims=claims, trace=(*state.trace, f"{number} can see {claim.id}"))


def explored(world: World) -> Iterator[State]:
    """Yield each reachable state once, with the shortest sequence of steps that leads to it."""
    start = State((Runner(),) * world.runners)
    seen = {start.key}
    front = [start]
    while front:
        following: list[State] = []
        for state in front:
            yield state
            for new in world.next(state):
                if new.key not in seen:
                    seen.add(new.key)
                    following.append(new)
        front = following


def sent_twice(world: World) -> State | None:
    return next((state for state in explored(world) if state.posts > 1), None)


def all_ended(state: State) -> bool:
    return all(runner.at in ENDED for runner in state.runners)


@pytest.mark.parametrize("lost", [True, False])
def test_with_growing_ids_and_immediate_lists_nobody_sends_twice(lost: bool) -> None:
    world = World(answers_get_lost=lost)
    assert sent_twice(world) is None
    assert sum(1 for _state in explored(world)) > 100


def test_ids_that_do_not_grow_send_twice() -> None:
    """The first runner lists only its own claim and sends.

    A later claim with a lower id also comes first, and sends too.
    """
    found = sent_twice(World(runners=2, ids_grow=False, crashes=False, answers_get_lost=False))
    assert found
    assert found.trace == (
        "0: claims with id 2",
        "0: lists [2], and wins",
        "0: sends",
        "1: claims with id 1",
        "1: lists [1, 2], and wins",
        "1: sends",
    )


def test_lists_that_lag_send_twice() -> None:
    """Each runner lists only its own claim."""
    found = sent_twice(World(runners=2, lists_lag=True, crashes=False, answers_get_lost=False))
    assert found
    assert [step for step in found.trace if "wins" in step] == ["0: lists [1], and wins", "1: lists [2], and wins"]


def test_lists_that_lag_send_twice_also_if_runners_defer() -> None:
    assert sent_twice(World(runners=2, lists_lag=True, ids_grow=False, defers=True))


def test_runners_that_defer_never_send_twice_but_can_send_nothing() -> None:
    """If ids do not grow, this is the only safe rule. But two claims at the same time then stop the message."""
    world = World(ids_grow=False, defers=True, crashes=False, answers_get_lost=False)
    assert sent_twice(world) is None
    stuck = next(state for state in explored(world) if all_ended(state) and state.posts == 0)
    assert sum("gives up" in step for step in stuck.trace) == 3

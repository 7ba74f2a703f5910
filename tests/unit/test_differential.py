# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""linkengage_address_book compared with a slow and simple model, for random accounts, entries and events.

The events are: one run, two runs at once, and a person who edits a contact during a run. To add an event, write a test
that takes ``cases()`` and compares the account with ``Model``.
"""

from __future__ import annotations

import copy
import random
from functools import partial
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from in_memory import Machine, Service
from oracle import FIELDS, Model, Refused, State
from support import examples
from virtual_time import VirtualTime

MARKER = "[m]"
NUMBERS = [f"9055580{index}" for index in range(8)]
SPELLINGS = ["{0}", "47{0}", "+47{0}", "0047 {1} {2}"]
TEXTS = ["", "text", f"text {MARKER}", MARKER]
GROUP_NAMES = ["Day", "Night", "Leads"]
FIRST_NEW = 500  # records that the run creates have ids from here
READ_STRATEGIES = ["list", "lookup", "auto"]
# Other tests cover the guards, so they are switched off here.
NO_GUARDS: dict[str, Any] = {
    "max_delete_percent": 100,
    "max_create_percent": 10000,
    "max_update_percent": 100,
    "max_additions": 10000,
    "allow_empty": True,
    "workers": 1,
}


def spell(number: str, form: str) -> str:
    """Return a number in one of the SPELLINGS."""
    return form.format(number, number[:3], number[3:])


spelt = st.builds(spell, st.sampled_from(NUMBERS), st.sampled_from(SPELLINGS))
text = st.sampled_from(TEXTS)


@st.composite
def states(draw: st.DrawFn, twice: bool = True) -> State:
    """An account. With *twice*, several records can have the same number or name."""
    contacts = {
        id: {
            "ContactId": id,
            "PhoneNumber": draw(spelt if twice else st.sampled_from(SPELLINGS).map(partial(spell, NUMBERS[id]))),
            "Firstname": "Kari",
            "Email": draw(st.sampled_from(["", "old@example.com"])),
            "Description2": draw(st.sampled_from(["", "Oslo"])),
            "Description3": draw(text),
        }
        for id in range(1, draw(st.integers(0, 7)) + 1)
    }
    groups = {
        id: {
            "GroupId": id,
            "Name": draw(st.sampled_from(GROUP_NAMES)) if twice else GROUP_NAMES[id - 11],
            "Description": draw(text),
            "members": sorted(draw(st.sets(st.sampled_from(sorted(contacts)), max_size=4))) if contacts else [],
        }
        for id in range(11, draw(st.integers(0, 3)) + 11)
    }
    return State(contacts, groups)


contact_entries = st.fixed_dictionaries(
    {"phone_number": spelt},
    optional={
        "email": st.sampled_from(["", "new@example.com"]),
        "description2": st.sampled_from(["", "Oslo", "Bergen"]),
    },
)
members = st.lists(st.one_of(spelt, st.builds(lambda id: {"contact_id": id}, st.integers(1, 8))), max_size=4)
group_entries = st.fixed_dictionaries(
    {"name": st.sampled_from(GROUP_NAMES)}, optional={"description": text, "members": members}
)
option_values = st.fixed_dictionaries(
    {
        "contacts": st.lists(contact_entries, max_size=5, unique_by=lambda entry: entry["phone_number"][-4:]),
        "groups": st.lists(group_entries, max_size=3, unique_by=lambda entry: entry["name"]),
        "read_strategy": st.sampled_from(READ_STRATEGIES),
    },
    optional={
        "marker": st.just(MARKER),
        "on_duplicate": st.sampled_from(["fail", "first"]),
        "absent": st.fixed_dictionaries(
            {},
            optional={
                "contacts": st.lists(spelt, max_size=2),
                "groups": st.lists(st.sampled_from(GROUP_NAMES), max_size=1),
            },
        ),
    },
)


@st.composite
def cases(draw: st.DrawFn, twice: bool = True) -> tuple[State, dict[str, Any]]:
    """An account, and the options of the module."""
    options = {**draw(option_values), **NO_GUARDS}
    if "marker" in options and options["read_strategy"] != "lookup":
        options["purge"] = draw(st.lists(st.sampled_from(["contacts", "groups"]), unique=True))
    return draw(states(twice)), options


def service_of(state: State) -> Service:
    copied = copy.deepcopy(state)
    service = Service(contacts=list(copied.contacts.values()), groups=list(copied.groups.values()))
    # Records that the run creates get high ids.
    service.plant(contacts=[{"ContactId": FIRST_NEW, "PhoneNumber": "1"}], groups=[{"GroupId": FIRST_NEW, "Name": "1"}])
    service.uproot(f"/contacts/{FIRST_NEW}")
    service.uproot(f"/groups/{FIRST_NEW}")
    return service


def stored(service: Service) -> State:
    return State(service.contacts, service.groups)


def model(state: State, options: dict[str, Any]) -> Model | None:
    """Return the expected state, or None if the module must reject the options."""
    try:
        return Model(state, options)
    except Refused:
        return None


def check(result: dict[str, Any], expected: Model | None, before: State, service: Service) -> None:
    """Compare an account after a run with the model."""
    if expected is None:
        assert result.get("failed"), result
        assert service.writes == []
        assert stored(service).content(FIRST_NEW) == before.content(FIRST_NEW)
        return
    assert bool(result.get("failed")) == bool(expected.problems), result.get("msg")
    assert stored(service).content(FIRST_NEW) == expected.state.content(FIRST_NEW), result.get("msg")


@settings(max_examples=examples(400))
@given(cases())
def test_one_run_does_what_the_model_does(case: tuple[State, dict[str, Any]]) -> None:
    """The account is as in the model. Check mode writes nothing, and a second run writes nothing."""
    state, options = case
    service, expected = service_of(state), model(*case)
    machine = Machine(service)
    predicted = machine.run("address_book", check=True, **options)
    assert service.writes == []
    result = machine.run("address_book", **options)
    check(result, expected, state, service)
    if not result.get("failed"):
        assert predicted["plan_id"] == result["plan_id"]
    service.writes.clear()
    machine.run("address_book", **options)
    assert service.writes == []


@settings(max_examples=examples(100))
@given(cases())
def test_all_read_strategies_make_the_same_plan(case: tuple[State, dict[str, Any]]) -> None:
    """Every read strategy gives the same plan."""
    state, options = case
    options = {**options, "purge": []}
    plans = []
    for strategy in READ_STRATEGIES:
        result = Machine(service_of(state)).run("address_book", check=True, **{**options, "read_strategy": strategy})
        plans.append((result.get("plan_id"), result.get("failed"), result.get("problem_count")))
    assert plans[0] == plans[1] == plans[2]


@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.filter_too_much])
@given(cases(twice=False), st.integers(0, 10**6), st.sampled_from([0, 0.02, 0.1, 0.4]))
def test_two_runs_at_once_leave_the_account_as_after_one_run(
    case: tuple[State, dict[str, Any]], seed: int, delay: float
) -> None:
    """Two machines run with the same entries. Afterwards, the account is as after one run."""
    state, options = case
    expected = model(*case)
    assume(expected is not None and not expected.problems)
    service, clock, latency = service_of(state), VirtualTime(), random.Random(seed)
    results: list[dict[str, Any]] = [{}, {}]

    def run(index: int) -> None:
        clock.sleep(index * delay)
        machine = Machine(
            service, f"machine{index}", lambda *_request: clock.sleep(latency.choice([0.001, 0.01, 0.05]))
        )
        results[index] = machine.run("address_book", **options)

    clock.run(lambda: run(0), lambda: run(1))
    for result in results:
        assert not result.get("failed"), result["msg"]
    check(results[0], expected, state, service)
    service.writes.clear()
    assert not Machine(service, "third").run("address_book", **options).get("failed")
    assert service.writes == []


class Person:
    """Edits one field of a contact before one request of a run, but never between the last reading and the PUT."""

    def __init__(self, service: Service, id: int, name: str, value: str, moment: int) -> None:
        self.service, self.id, self.name, self.value = service, id, name, value
        self.moment = moment
        self.requests: list[str] = []
        self.listed = False  # True if the run had read the contact before the edit
        self.edited = False

    def __call__(self, method: str, path: str) -> None:
        self.requests.append(f"{method} {path}")
        wanted = len(self.requests) > self.moment and not self.edited and method != "PUT"
        if wanted and self.id in self.service.contacts:
            self.edited = True
            self.listed = "GET /contacts" in self.requests[:-1]
            self.service.edit("contacts", self.id, **{self.name: self.value})


@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.filter_too_much])
@given(
    cases(twice=False), st.integers(1, 7), st.sampled_from(["Email", "Description2", "Lastname"]), st.integers(0, 12)
)
def test_a_person_edits_a_contact_during_a_run(
    case: tuple[State, dict[str, Any]], id: int, name: str, moment: int
) -> None:
    """The edit is never lost. If the edited field is not managed, nothing else differs."""
    state, options = case[0], {**case[1], "read_strategy": "list", "reread": "always"}
    expected = model(state, options)
    assume(expected is not None and not expected.problems and id in state.contacts)
    service = service_of(state)
    person = Person(service, id, name, "a person's value", moment)
    result = Machine(service, before=person).run("address_book", **options)
    if not person.edited:
        return
    if not person.listed:
        state.contacts[id][name] = person.value
        check(result, model(state, options), state, service)
        return
    if id not in expected.state.contacts:
        assert id not in service.contacts
        return
    after = service.contacts[id]
    assert after[name] == person.value
    conflict = "by somebody else during this run" in result.get("msg", "")
    assert bool(result.get("failed")) == conflict
    written, kept = expected.state.contacts[id], state.contacts[id]
    wanted = kept if conflict else written
    for wire in set(FIELDS.values()) - {name, "Name", "PhoneNumber"}:
        assert (after[wire] or "") == (wanted.get(wire) or "")
    again = Machine(service).run("address_book", **options)
    assert not again.get("failed"), again["msg"]

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans with generated accounts reach the desired state with the fewest writes, and a second run writes nothing.

The account is the service of the simulator without a network. The tests use the real client. The properties of pure
plans are in ``test_plan.py``.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.module_utils._errors import (
    AmbiguousRecord,
    GuardError,
    InvalidInput,
    UnknownRecord,
)
from ansible_collections.community.linkengage.plugins.module_utils._module import Task, execute
from ansible_collections.community.linkengage.plugins.module_utils._service.bodies import Body
from ansible_collections.community.linkengage.plugins.module_utils._service.calls import Http, Settings
from ansible_collections.community.linkengage.plugins.module_utils._service.client import Client
from ansible_collections.community.linkengage.plugins.module_utils._service.formats import FORMATS
from ansible_collections.community.linkengage.plugins.module_utils._service.pace import Pace
from ansible_collections.community.linkengage.plugins.module_utils._service.shown import Shown
from ansible_collections.community.linkengage.plugins.module_utils._service.transport import Received
from ansible_collections.community.linkengage.plugins.modules import (
    linkengage_address_book_info,
    linkengage_contact,
    linkengage_group,
)
from linkengage_simulator.exchange import Call
from linkengage_simulator.service import Service
from linkengage_simulator.service import Settings as ServiceSettings

PEOPLE = range(6)  # each person has one phone
STORED = ["9055581{}", "479055581{}", "+479055581{}", "00479055581{}"]
GIVEN = [*STORED, "+47 905 55 81{}", "905-55-81{}", "(905) 55.81{}", "0047/905/5581{}"]
NO_NUMBER = [None, "", "Kari", "1;2", "٩٠٥٥٥٨١٧"]
CONTACT_FIELDS = {
    "first_name": "Firstname",
    "last_name": "Lastname",
    "email": "Email",
    "description": "Description",
    "private": "IsPrivate",
    "cpa_accepted": "CPAAccepted",
}
GROUP_FIELDS = {"description": "Description", "private": "IsPrivate"}
Record = dict[str, Any]

some_texts = st.sampled_from(["", "a", "b", " Å\r\n<&>\u2028 ", "{{ x }}"])
any_text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
people = st.sampled_from(PEOPLE)


def wire_fields(names: Mapping[str, str], texts: st.SearchStrategy[str]) -> st.SearchStrategy[Record]:
    """Values that the service can have in some fields, with the field names of the API."""
    switches = {wire: st.booleans() for wire in names.values() if wire in ("IsPrivate", "CPAAccepted")}
    return st.fixed_dictionaries({wire: st.none() | texts for wire in names.values()} | switches)


def options(names: Mapping[str, str]) -> st.SearchStrategy[Record]:
    """Some options with any values."""
    switches = {name: st.booleans() for name in names if name in ("private", "cpa_accepted")}
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, some_texts) | switches)


@st.composite
def stored_contacts(draw: st.DrawFn, unique: bool = False, texts: st.SearchStrategy[str] = some_texts) -> list[Record]:
    """Contacts with numbers of ``PEOPLE`` in any spelling, and some contacts without a valid number."""
    holders = draw(st.lists(people, max_size=6, unique=unique))
    numbers = [draw(st.sampled_from(STORED)).format(person) for person in holders]
    numbers += draw(st.lists(st.sampled_from(NO_NUMBER), max_size=2))
    shuffled = draw(st.permutations(numbers))
    return [{"PhoneNumber": number, **draw(wire_fields(CONTACT_FIELDS, texts))} for number in shuffled]


@st.composite
def accounts(draw: st.DrawFn, unique: bool = False, texts: st.SearchStrategy[str] = some_texts) -> Account:
    """An account with contacts, and groups of these contacts."""
    contacts = draw(stored_contacts(unique, texts))
    ids = range(1001, 1001 + len(contacts))
    members = st.lists(st.sampled_from(ids), unique=True) if contacts else st.just([])
    names = st.lists(st.sampled_from("ABC"), max_size=4, unique=unique)
    groups = [
        {"Name": name, "members": draw(members), **draw(wire_fields(GROUP_FIELDS, texts))} for name in draw(names)
    ]
    return Account(draw(st.sampled_from(sorted(FORMATS))), draw(st.sampled_from([1, 2])), contacts, groups)


class Wire:
    """A connection to the service of the simulator without a network."""

    def __init__(self, service: Service, version: int) -> None:
        self.service, self.version = service, version
        self.requests: list[str] = []
        self.shown = Shown("secret")

    def exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Received:
        login = base64.b64encode(b"kari:secret").decode()
        call = Call(method, f"/{self.version}{path}", {**headers, "Authorization": f"Basic {login}"}, body or b"")
        self.requests.append(f"{call.method} {call.path}")
        answer = self.service.api.answer(call)
        return Received(answer.status, {**answer.headers, "Content-Type": answer.content_type}, Body(answer.body))


class Account:
    """A generated account. hypothesis shows its ``repr``."""

    def __init__(self, data_format: str, version: int, contacts: list[Record], groups: list[Record]) -> None:
        self.seed = {"contacts": contacts, "groups": groups}
        self.data_format, self.version = data_format, version
        self.service = Service(ServiceSettings("kari", "secret", seed=self.seed))
        self.wire = Wire(self.service, version)

    def __repr__(self) -> str:
        return f"Account({self.data_format!r}, {self.version}, {self.seed})"

    def client(self) -> Client:
        wire: Any = self.wire
        http = Http(Settings(f"http://127.0.0.1/{self.version}", "kari", "secret"), Pace(None, 0), transport=wire)
        return Client(http, FORMATS[self.data_format]())

    def run(self, task: Task, check: bool = False, **given: Any) -> Record:
        """Run the task of a module. Returns its result. ``writes`` has the write requests."""
        self.wire.requests.clear()
        params = {**{name: option.get("default") for name, option in task.spec.items()}, **given}
        result, _warnings = execute(task, params, self.client(), check, diff=True)
        assert ("diff" in result) == (result["changed"] and task is not linkengage_address_book_info.TASK)
        return result

    def contact(self, **given: Any) -> Record:
        return self.run(linkengage_contact.TASK, **given)

    def group(self, **given: Any) -> Record:
        members = given.pop("members", None)
        if members is not None:
            members = {**dict.fromkeys(("set", "add", "remove")), **members}
        return self.run(linkengage_group.TASK, members=members, **given)

    @property
    def writes(self) -> list[str]:
        return [request for request in self.wire.requests if not request.startswith("GET ")]

    @property
    def contacts(self) -> dict[int, Record]:
        return {record["ContactId"]: dict(record) for record in self.service.store.state()["contacts"]}

    @property
    def groups(self) -> dict[int, Record]:
        return {record["GroupId"]: dict(record) for record in self.service.store.state()["groups"]}

    def holders(self, person: int) -> list[int]:
        """Return the contacts with the number of a person."""
        numbers = {spelling.format(person) for spelling in STORED}
        return [id for id, record in self.contacts.items() if record["PhoneNumber"] in numbers]

    def named(self, name: str) -> list[int]:
        return [id for id, record in self.groups.items() if record["Name"] == name]


def differ(wanted: Mapping[str, Any], names: Mapping[str, str], record: Record) -> bool:
    """Return whether a record must change. Null and an empty text are equal."""
    return any((record[names[name]] or "") != (value or "") for name, value in wanted.items())


def agreeing(wanted: Record, kept: set[str], names: Mapping[str, str], record: Record) -> Record:
    """Return options of which some have the current value. Null becomes an empty text."""
    return {name: (record[names[name]] or type(value)()) if name in kept else value for name, value in wanted.items()}


def without(records: dict[int, Record], *ids: int) -> dict[int, Record]:
    return {id: record for id, record in records.items() if id not in ids}


def thorough(test: Any) -> Any:
    return settings(suppress_health_check=[HealthCheck.too_slow])(test)


given_numbers = st.sampled_from(GIVEN)


@thorough
@given(accounts(), people, given_numbers, options(CONTACT_FIELDS), st.sets(st.sampled_from([*CONTACT_FIELDS])))
def test_a_contact_gets_the_declared_values(
    account: Account, person: int, spelling: str, wanted: Record, kept: set[str]
) -> None:
    contacts, groups, holders = account.contacts, account.groups, account.holders(person)
    if holders:
        wanted = agreeing(wanted, kept, CONTACT_FIELDS, contacts[holders[0]])
    declared = {"phone_number": spelling.format(person), **wanted}
    if len(holders) > 1:
        with pytest.raises(AmbiguousRecord) as caught:
            account.contact(**declared)
        assert caught.value.facts["ids"] == holders
        assert (account.writes, account.contacts) == ([], contacts)
        return
    must_change = not holders or differ(wanted, CONTACT_FIELDS, contacts[holders[0]])
    predicted = account.contact(**declared, check=True)
    assert (account.writes, account.contacts, predicted["changed"]) == ([], contacts, must_change)

    assert account.contact(**declared)["changed"] is must_change
    expected = [f"PUT /contacts/{holders[0]}"] if holders else ["POST /contacts"]
    assert account.writes == expected * must_change
    (id,) = account.holders(person)
    stored = account.contacts[id]
    assert not differ(wanted, CONTACT_FIELDS, stored)
    unmanaged = set(stored) - {CONTACT_FIELDS[name] for name in wanted}
    if holders:
        assert {name: stored[name] for name in unmanaged} == {name: contacts[id][name] for name in unmanaged}
    assert without(account.contacts, id) == without(contacts, id)
    assert account.groups == groups

    assert account.contact(**declared)["changed"] is False
    assert account.writes == []


@thorough
@given(accounts(), people, given_numbers)
def test_only_the_declared_contact_is_deleted(account: Account, person: int, spelling: str) -> None:
    contacts, holders = account.contacts, account.holders(person)
    declared = {"phone_number": spelling.format(person), "state": "absent"}
    if len(holders) > 1:
        with pytest.raises(AmbiguousRecord):
            account.contact(**declared)
        assert account.writes == []
        return
    assert account.contact(**declared, check=True)["changed"] is bool(holders)
    assert account.writes == []
    assert account.contact(**declared)["changed"] is bool(holders)
    assert account.writes == [f"DELETE /contacts/{id}" for id in holders]
    assert account.contacts == without(contacts, *holders)
    assert account.contact(**declared)["changed"] is False
    assert account.writes == []


@thorough
@given(accounts(), people, people, given_numbers, given_numbers)
def test_a_new_number_needs_one_write_and_keeps_the_id(
    account: Account, old: int, new: int, old_spelling: str, new_spelling: str
) -> None:
    contacts, groups = account.contacts, account.groups
    former, current = account.holders(old), account.holders(new)
    declared = {"phone_number": new_spelling.format(new), "previous_phone_number": old_spelling.format(old)}
    clash = len(current) > 1 or (old != new and (len(former) > 1 or bool(former and current)))
    if clash:
        with pytest.raises(AmbiguousRecord):
            account.contact(**declared)
        assert (account.writes, account.contacts) == ([], contacts)
        return
    account.contact(**declared)
    moved = former if old != new else []
    expected = [f"PUT /contacts/{moved[0]}"] if moved else ["POST /contacts"] * (not current)
    assert account.writes == expected
    assert len(account.holders(new)) == 1
    if moved:
        (id,) = moved
        assert {**account.contacts[id], "PhoneNumber": contacts[id]["PhoneNumber"]} == contacts[id]
    assert without(account.contacts, *account.holders(new)) == without(contacts, *former, *account.holders(new))
    assert account.groups == groups
    account.contact(**declared)
    assert account.writes == []


@st.composite
def memberships(draw: st.DrawFn) -> dict[str, list[tuple[int, str]]]:
    """The option members, with people in any spelling of their numbers, and with duplicates."""
    entries = st.lists(st.tuples(people, given_numbers), max_size=4)
    return draw(st.fixed_dictionaries({}, optional={"set": entries, "add": entries, "remove": entries}))


@thorough
@given(
    accounts(unique=True),
    st.sampled_from("ABC"),
    options(GROUP_FIELDS),
    st.sets(st.sampled_from([*GROUP_FIELDS])),
    memberships(),
)
def test_a_group_gets_the_declared_values_and_members(
    account: Account, name: str, wanted: Record, kept: set[str], asked: dict[str, list[tuple[int, str]]]
) -> None:
    contacts, groups, found = account.contacts, account.groups, account.named(name)
    if found:
        wanted = agreeing(wanted, kept, GROUP_FIELDS, groups[found[0]])
    persons = {kind: {person for person, _spelling in entries} for kind, entries in asked.items()}
    members = {kind: [spelling.format(person) for person, spelling in entries] for kind, entries in asked.items()}
    declared = {"name": name, "members": members, "unknown_members": "create", "max_removals": 100, **wanted}
    incoming = persons.get("set", set()) | persons.get("add", set())
    if incoming & persons.get("remove", set()):
        with pytest.raises(InvalidInput):
            account.group(**declared)
        assert account.writes == []
        return
    own = groups[found[0]] if found else None
    now = set(own["members"]) if own else set()
    unknown = {person for person in incoming if not account.holders(person)}
    known = {id for person in incoming for id in account.holders(person)}
    leaving = {id for person in persons.get("remove", set()) for id in account.holders(person)}
    target = (known if "set" in asked else now | known) - leaving
    own_write = 1 if own is None else int(differ(wanted, GROUP_FIELDS, own))
    least = own_write + 2 * len(unknown) + len(target ^ now)

    predicted = account.group(**declared, check=True)
    assert (account.writes, account.contacts, account.groups) == ([], contacts, groups)
    result = account.group(**declared)
    writes = account.writes
    assert len(writes) == least == len(set(writes)) + max(len(unknown) - 1, 0)  # each new contact takes one POST
    assert predicted["changed"] is result["changed"] is bool(least)
    adding = [index for index, write in enumerate(writes) if write.startswith("PUT") and "/contacts/" in write]
    removing = [index for index, write in enumerate(writes) if write.startswith("DELETE")]
    assert max(adding, default=-1) < min(removing, default=len(writes))

    (id,) = account.named(name)
    created = {holder for person in unknown for holder in account.holders(person)}
    assert len(created) == len(unknown)
    assert set(account.groups[id]["members"]) == target | created
    assert {row["contact_id"] for row in result["group"]["members"]} == target | created
    assert len(predicted["group"]["members"]) == len(target | created)
    assert not differ(wanted, GROUP_FIELDS, account.groups[id])
    if own:
        unmanaged = set(own) - {"members"} - {GROUP_FIELDS[option] for option in wanted}
        assert {key: account.groups[id][key] for key in unmanaged} == {key: own[key] for key in unmanaged}
    assert without(account.groups, id) == without(groups, id)
    assert without(account.contacts, *created) == contacts

    assert account.group(**declared)["changed"] is False
    assert account.writes == []


@thorough
@given(accounts(), st.sampled_from("ABC"), memberships(), st.booleans())
def test_deleting_a_group_needs_one_write_and_keeps_the_contacts(
    account: Account, name: str, asked: dict[str, list[tuple[int, str]]], force: bool
) -> None:
    contacts, groups, found = account.contacts, account.groups, account.named(name)
    declared = {"name": name, "state": "absent", "force": force}
    refusal = AmbiguousRecord if len(found) > 1 else GuardError if found and groups[found[0]]["members"] else None
    if refusal is AmbiguousRecord or (refusal and not force):
        with pytest.raises(refusal):
            account.group(**declared)
        assert (account.writes, account.groups) == ([], groups)
        return
    assert account.group(**declared)["changed"] is bool(found)
    assert account.writes == [f"DELETE /groups/{id}" for id in found]
    assert (account.contacts, account.groups) == (contacts, without(groups, *found))
    assert account.group(**declared)["changed"] is False
    assert account.writes == []


@thorough
@given(accounts(), st.sampled_from("ABC"), memberships())
def test_nothing_is_written_if_a_member_is_unknown_or_ambiguous(
    account: Account, name: str, asked: dict[str, list[tuple[int, str]]]
) -> None:
    contacts, groups = account.contacts, account.groups
    members = {kind: [spelling.format(person) for person, spelling in entries] for kind, entries in asked.items()}
    incoming = {person for kind in ("set", "add") for person, _spelling in asked.get(kind, [])}
    own = {id for group in account.named(name) for id in groups[group]["members"]}
    counts = Counter({person: len(account.holders(person)) for person in incoming})
    refused = (
        len(account.named(name)) > 1
        or any(count == 0 for count in counts.values())
        or any(count > 1 and not own & set(account.holders(person)) for person, count in counts.items())
    )
    try:
        account.group(name=name, members=members, max_removals=100)
    except (AmbiguousRecord, UnknownRecord, InvalidInput):
        assert (account.writes, account.contacts, account.groups) == ([], contacts, groups)
    else:
        assert not refused


@thorough
@given(accounts(texts=any_text | some_texts))
def test_the_export_of_any_account_can_be_loaded_without_a_write(account: Account) -> None:
    book = account.run(linkengage_address_book_info.TASK)
    assert (len(book["contacts"]), len(book["groups"])) == (len(account.contacts), len(account.groups))
    for entry in book["contacts"]:
        assert account.contact(**entry)["changed"] is False
        assert account.writes == []
    for entry in book["groups"]:
        assert account.group(**{**entry, "members": {"set": entry["members"]}})["changed"] is False
        assert account.writes == []

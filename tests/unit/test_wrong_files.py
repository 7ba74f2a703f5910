# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wrong file changes little, and an ordinary change is never refused. The simulator runs in this process.

Each situation is run in check mode and in normal mode. A refused run writes nothing, and names the option that allows
it with the required number. With this number the run succeeds, and with a number that is smaller by one it fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from in_memory import Machine, Service

from ansible_collections.community.linkengage.plugins.module_utils._book import converge

MARKER = "[code]"
Account = Callable[[], Service]
OPTION = re.compile(
    r"(?:Raise (\w+) to (\d+)|Set `(\w+)`) to allow this\.|Set `(force)` to delete (?:these groups|the group)\."
)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch) -> None:
    """Leave out the pause before a run reads the account again, because nobody else writes here."""
    monkeypatch.setattr(converge, "PAUSE", 0.0)


def number(id: int) -> str:
    return f"+479{id:07}"


def numbers(first: int, last: int) -> list[str]:
    return [number(id) for id in range(first, last + 1)]


def people(first: int, last: int, **fields: str) -> list[dict[str, Any]]:
    return [{"phone_number": number(id), **fields} for id in range(first, last + 1)]


def account(contacts: int, members: int | None = None, *, marked: bool = False) -> Account:
    """Make an account with contacts 1 to *contacts*.

    The first *members* of them are in the group *On call*, if it exists.
    """
    mark = {"Description3": MARKER} if marked else {}
    return lambda: Service(
        contacts=[
            {"ContactId": id, "PhoneNumber": number(id), "Firstname": f"Kari{id}", **mark}
            for id in range(1, contacts + 1)
        ],
        groups=[]
        if members is None
        else [
            {
                "GroupId": 9001,
                "Name": "On call",
                "members": list(range(1, members + 1)),
                "Description": MARKER if marked else "",
            }
        ],
    )


def group(*members: str, **more: Any) -> dict[str, Any]:
    return {"groups": [{"name": "On call", "members": list(members)}], **more}


def purge(first: int, last: int, **more: Any) -> dict[str, Any]:
    return {"contacts": people(first, last), "marker": MARKER, "purge": ["contacts"], **more}


def set_members(*members: str, **more: Any) -> dict[str, Any]:
    return {"name": "On call", "members": {"set": list(members)}, **more}


def add_members(*members: str, **more: Any) -> dict[str, Any]:
    return {"name": "On call", "members": {"add": list(members)}, **more}


BOOK, GROUP = "address_book", "group"
# For each situation: the account, the module with its options, and the required option with its number or true.
REFUSED: dict[str, tuple[Account, str, dict[str, Any], str, Any]] = {
    # Members who leave
    "nine leave and nine join": (account(18, 9), BOOK, group(*numbers(10, 18)), "allow_empty", True),
    "nine leave and nine join, in the group": (account(18, 9), GROUP, set_members(*numbers(10, 18)), "force", True),
    "three of three are replaced": (account(6, 3), BOOK, group(*numbers(4, 6)), "allow_empty", True),
    "three of three are replaced, in the group": (account(6, 3), GROUP, set_members(*numbers(4, 6)), "force", True),
    "five of nine are replaced by one": (account(10, 9), BOOK, group(*numbers(1, 4), number(10)), "allow_empty", True),
    "eight of nine leave": (account(9, 9), BOOK, group(number(1)), "allow_empty", True),
    "the last member leaves": (account(1, 1), BOOK, group(), "allow_empty", True),
    "both leave": (account(2, 2), GROUP, set_members(), "force", True),
    "both are removed by name": (
        account(2, 2),
        GROUP,
        {"name": "On call", "members": {"remove": numbers(1, 2)}},
        "force",
        True,
    ),
    "twelve of twelve are replaced": (account(24, 12), BOOK, group(*numbers(13, 24)), "max_delete_percent", 100),
    "twelve of twelve are replaced, in the group": (
        account(24, 12),
        GROUP,
        set_members(*numbers(13, 24)),
        "max_removals",
        100,
    ),
    "four of twelve leave": (account(12, 12), BOOK, group(*numbers(5, 12)), "max_delete_percent", 34),
    "absent contacts are members": (account(20, 3), BOOK, {"absent": {"contacts": numbers(1, 2)}}, "allow_empty", True),
    "an absent contact is the last member": (
        account(20, 1),
        BOOK,
        {"absent": {"contacts": [number(1)]}},
        "allow_empty",
        True,
    ),
    "a purged contact is a member of an undeclared group": (
        account(4, 1, marked=True),
        BOOK,
        purge(2, 4),
        "allow_empty",
        True,
    ),
    "an absent group has members": (account(3, 2), BOOK, {"absent": {"groups": ["On call"]}}, "force", True),
    "a purged group has members": (
        account(3, 2, marked=True),
        BOOK,
        {"groups": [{"name": "Other"}], "marker": MARKER, "purge": ["groups"]},
        "allow_empty",
        True,
    ),
    "a deleted group has members": (account(3, 2), GROUP, {"name": "On call", "state": "absent"}, "force", True),
    # Deleted contacts
    "eight of nine are purged": (account(9, marked=True), BOOK, purge(1, 1), "allow_empty", True),
    "five of nine are purged": (account(9, marked=True), BOOK, purge(1, 4), "allow_empty", True),
    "five of nine are absent or purged": (
        account(9, marked=True),
        BOOK,
        {**purge(4, 9), "contacts": people(6, 9), "absent": {"contacts": numbers(1, 3)}},
        "allow_empty",
        True,
    ),
    "six of twenty are purged": (account(20, marked=True), BOOK, purge(7, 20), "max_delete_percent", 30),
    "six of twenty are absent": (account(20), BOOK, {"absent": {"contacts": numbers(1, 6)}}, "max_delete_percent", 30),
    # New contacts
    "300 new contacts in an account of nine": (
        account(9),
        BOOK,
        {"contacts": people(101, 400)},
        "max_create_percent",
        3000,
    ),
    "eleven new contacts in an account of ten": (
        account(10),
        BOOK,
        {"contacts": people(101, 111)},
        "max_create_percent",
        110,
    ),
    "31 new contacts next to a few known ones": (
        account(30),
        BOOK,
        {"contacts": people(1, 5) + people(101, 131)},
        "max_create_percent",
        104,
    ),
    "new contacts by lookups": (
        account(12),
        BOOK,
        {"contacts": people(101, 120), "read_strategy": "lookup"},
        "max_create_percent",
        167,
    ),
    # New members
    "150 members join an empty group": (account(150, 0), BOOK, group(*numbers(1, 150)), "max_additions", 1500),
    "150 members join an empty group, set": (
        account(150, 0),
        GROUP,
        set_members(*numbers(1, 150)),
        "max_additions",
        1500,
    ),
    "150 members join an empty group, add": (
        account(150, 0),
        GROUP,
        add_members(*numbers(1, 150)),
        "max_additions",
        1500,
    ),
    "eleven members join an empty group": (account(20, 0), BOOK, group(*numbers(1, 11)), "max_additions", 110),
    "500 members join a group of eight": (account(508, 8), BOOK, group(*numbers(1, 508)), "max_additions", 5000),
    "30 members join a group of twenty": (account(50, 20), GROUP, add_members(*numbers(21, 50)), "max_additions", 150),
    "new contacts join an empty group": (
        account(20, 0),
        BOOK,
        {**group(*numbers(101, 115)), "contacts": people(101, 115)},
        "max_additions",
        150,
    ),
    "created members join an empty group": (
        account(20, 0),
        GROUP,
        add_members(*numbers(101, 115), unknown_members="create"),
        "max_additions",
        150,
    ),
    "members by lookups": (account(50, 0), BOOK, group(*numbers(1, 12), read_strategy="lookup"), "max_additions", 120),
    "members by their ids": (
        account(50, 0),
        GROUP,
        {"name": "On call", "members": {"set": list(range(1, 21))}},
        "max_additions",
        200,
    ),
    "a new group of new contacts": (
        account(12),
        GROUP,
        add_members(*numbers(101, 115), unknown_members="create"),
        "max_additions",
        125,
    ),
    # Overwritten values
    "nine of nine names": (account(9), BOOK, {"contacts": people(1, 9, first_name="Ola")}, "max_update_percent", 100),
    "five of nine names": (
        account(9),
        BOOK,
        {"contacts": people(1, 5, first_name="Ola") + people(6, 9)},
        "max_update_percent",
        56,
    ),
    "four of four names in a large account": (
        account(100),
        BOOK,
        {"contacts": people(1, 4, first_name="Ola")},
        "max_update_percent",
        100,
    ),
    "nine of nine names are cleared": (
        account(9),
        BOOK,
        {"contacts": people(1, 9, first_name="")},
        "max_update_percent",
        100,
    ),
    "50 of 50 names": (account(50), BOOK, {"contacts": people(1, 50, first_name="Ola")}, "max_update_percent", 100),
    "27 of 50 names": (
        account(50),
        BOOK,
        {"contacts": people(1, 27, first_name="Ola") + people(28, 50)},
        "max_update_percent",
        54,
    ),
}


def both_ways(service: Service, module: str, options: dict[str, Any]) -> dict[str, Any]:
    """Run in normal mode, and return the result.

    Check mode must give the same error. A refused run must write nothing.
    """
    machine = Machine(service)
    predicted = machine.run(module, check=True, **options)
    assert service.writes == []
    result = machine.run(module, **options)
    assert predicted.get("failed", False) is result.get("failed", False), (predicted.get("msg"), result.get("msg"))
    assert predicted.get("msg") == result.get("msg")
    if result.get("failed"):
        assert service.writes == []
    return result


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_file_asks_for_an_option(name: str) -> None:
    make, module, options, option, value = REFUSED[name]
    service = make()
    result = both_ways(service, module, options)
    assert result.get("failed"), "not refused"
    assert (result["failure"]["kind"], result["failure"]["option"]) == ("guard", option)
    assert "Nothing was written" in result["msg"]
    found = OPTION.search(result["msg"])
    assert found, result["msg"]
    assert option in found.groups()
    if value is not True:
        assert found.group(2) == str(value), result["msg"]
        refused = Machine(service).run(module, **{**options, option: value - 1})
        assert refused["failure"]["option"] == option
    done = Machine(service).run(module, **{**options, option: value})
    assert not done.get("failed"), done.get("msg")
    service.writes.clear()
    again = Machine(service).run(module, **{**options, option: value})
    assert (again["changed"], service.writes) == (False, [])


def test_all_limits_are_reported_at_once() -> None:
    service = Service(
        contacts=[
            {"ContactId": id, "PhoneNumber": number(id), "Firstname": "Kari", "Description3": MARKER}
            for id in range(1, 41)
        ],
        groups=[{"GroupId": 9000 + id, "Name": f"Team {id}"} for id in (1, 2)],
    )
    options = {
        "contacts": [*people(1, 15, first_name="Ola"), *people(101, 180)],
        "groups": [{"name": f"Team {id}", "members": numbers(1, 10 + id)} for id in (1, 2)],
        "marker": MARKER,
        "purge": ["contacts"],
    }
    result = both_ways(service, BOOK, options)
    assert re.findall(r"Raise (\w+ to \d+) to allow this", result["msg"]) == [
        "max_additions to 110",
        "max_additions to 120",
        "max_delete_percent to 63",
        "max_create_percent to 200",
        "max_update_percent to 100",
    ]
    assert result["failure"]["problems"] == result["msg"].splitlines()


def test_all_limits_of_a_group_are_reported_at_once() -> None:
    result = both_ways(account(50, 12)(), GROUP, set_members(*numbers(13, 50)))
    assert re.findall(r"Raise (\w+ to \d+) to allow this", result["msg"]) == [
        "max_removals to 100",
        "max_additions to 317",
    ]


def test_each_option_is_named_once_for_groups_that_lose_members() -> None:
    teams = {"A": range(1, 5), "B": range(1, 4), "C": range(1, 13), "D": range(1, 21)}
    groups = [{"GroupId": 9000 + i, "Name": name, "members": list(ids)} for i, (name, ids) in enumerate(teams.items())]
    service = Service(contacts=[{"ContactId": id, "PhoneNumber": number(id)} for id in range(1, 41)], groups=groups)
    declared = [{"name": name, "members": numbers(31, 32) if name in "AB" else numbers(1, 9)} for name in teams]
    result = both_ways(service, BOOK, {"groups": declared})
    lines = result["msg"].splitlines()
    assert [line.split(" would be")[0] for line in lines] == ["4 of 4 members of 'A'", "11 of 20 members of 'D'"]
    more = "Other groups would also lose too many members: 3 of 3 members of 'B'."
    assert lines[0].endswith(f"Set `allow_empty` to allow this. {more}")
    assert lines[1].endswith("Nothing was written. Raise max_delete_percent to 55 to allow this.")


ALLOWED: dict[str, tuple[Account, str, dict[str, Any]]] = {
    "a first import": (account(0), BOOK, {**group(*numbers(1, 400)), "contacts": people(1, 400)}),
    "a first import by lookups": (
        account(0),
        BOOK,
        {**group(*numbers(1, 30)), "contacts": people(1, 30), "read_strategy": "lookup"},
    ),
    "a first import into an empty group": (account(0, 0), BOOK, {**group(*numbers(1, 50)), "contacts": people(1, 50)}),
    "the rest of a first import": (account(3), BOOK, {"contacts": people(1, 300)}),
    "a new group of everybody": (account(200), BOOK, group(*numbers(1, 200))),
    "a new group of everybody, by the module": (account(200), GROUP, set_members(*numbers(1, 200))),
    "a new group of new contacts in an empty account": (
        account(0),
        GROUP,
        add_members(*numbers(1, 50), unknown_members="create"),
    ),
    "contacts that are absent by name": (account(9), BOOK, {"absent": {"contacts": numbers(1, 9)}}),
    "a team in an account of one": (account(1), BOOK, {"contacts": people(101, 200)}),
    "a few new contacts": (account(500), BOOK, {"contacts": people(501, 510)}),
    "the second team": (account(200), BOOK, {"contacts": people(201, 400)}),
    "one member replaces the other": (account(2, 1), BOOK, group(number(2))),
    "one member replaces the other, by the module": (account(2, 1), GROUP, set_members(number(2))),
    "both people on call change": (account(4, 2), BOOK, group(*numbers(3, 4))),
    "both people on call change, by the module": (account(4, 2), GROUP, set_members(*numbers(3, 4))),
    "two of three are replaced": (account(5, 3), GROUP, set_members(number(1), *numbers(4, 5))),
    "half of eight leave": (account(8, 8), BOOK, group(*numbers(1, 4))),
    "most leave by name": (account(8, 8), GROUP, {"name": "On call", "members": {"remove": numbers(2, 8)}}),
    "members are exchanged by name": (
        account(6, 3),
        GROUP,
        {"name": "On call", "members": {"remove": numbers(1, 3), "add": numbers(4, 6)}},
    ),
    "ten members join an empty group": (account(10, 0), BOOK, group(*numbers(1, 10))),
    "a group doubles": (account(40, 20), BOOK, group(*numbers(1, 40))),
    "a group without members is absent": (account(3, 0), BOOK, {"absent": {"groups": ["On call"]}}),
    "one name of one": (account(1), BOOK, {"contacts": people(1, 1, first_name="Ola")}),
    "three names of three": (account(9), BOOK, {"contacts": people(1, 3, first_name="Ola")}),
    "four names of nine": (
        account(9),
        BOOK,
        {"contacts": people(1, 4, first_name="Ola") + people(5, 9)},
    ),
    "half of the names": (account(20), BOOK, {"contacts": people(1, 10, first_name="Ola") + people(11, 20)}),
    "filled values": (account(50), BOOK, {"contacts": people(1, 50, last_name="Nordmann", email="kari@example.com")}),
    "the marker": (account(9), BOOK, {"contacts": people(1, 9), "marker": MARKER}),
    "nine names with force": (account(9), BOOK, {"contacts": people(1, 9, first_name="Ola"), "force": True}),
    "nine names with allow_empty": (
        account(9),
        BOOK,
        {"contacts": people(1, 9, first_name="Ola"), "allow_empty": True},
    ),
    "four of nine are purged": (account(9, marked=True), BOOK, purge(5, 9)),
    "a limit of 100 percent": (account(18, 9), BOOK, group(*numbers(10, 18), max_delete_percent=100)),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_the_changes_of_a_normal_day_are_not_refused(name: str) -> None:
    make, module, options = ALLOWED[name]
    service = make()
    result = both_ways(service, module, options)
    assert not result.get("failed"), result.get("msg")
    assert result["changed"] is True
    service.writes.clear()
    assert Machine(service).run(module, **options)["changed"] is False
    assert service.writes == []

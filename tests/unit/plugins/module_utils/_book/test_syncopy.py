# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The CSV of Syncopy: contacts, and groups with their members, by the ids of the directory."""

from __future__ import annotations

import pytest

from ansible_collections.community.linkengage.plugins.module_utils._book.syncopy import is_syncopy, read_syncopy
from ansible_collections.community.linkengage.plugins.module_utils._errors import InvalidInput

TEXT = (
    "ORGANIZATION;1;Kommunen\r\n"
    "USER;1;7;kari@example.com\r\n"
    "GROUP;1;3;Vakt;\r\n"
    "GROUP;1;4;Tom;\r\n"
    "CONTACT;1;4711;4799511111;Kari;Nordmann;kari@example.com;a;b;c;3|5\r\n"
    "CONTACT;1;4712;4799511112;Ola;Nordmann;;;;;3\r\n"
)


def test_groups_get_the_contacts_with_their_ids() -> None:
    found = read_syncopy(TEXT.replace("3|5", "3"), "s.csv")
    assert found.entries["groups"] == [
        ("s.csv line 3", {"name": "Vakt", "members": ["4799511111", "4799511112"]}),
        ("s.csv line 4", {"name": "Tom", "members": []}),
    ]
    (where, kari), _ola = found.entries["contacts"]
    assert where == "s.csv line 5"
    assert kari == {
        "phone_number": "4799511111",
        "first_name": "Kari",
        "last_name": "Nordmann",
        "email": "kari@example.com",
        "description": "a",
        "description2": "b",
        "description3": "c",
    }


def test_an_error_names_its_line() -> None:
    found = read_syncopy(TEXT + "PERSON;1;2\nCONTACT;1;3\nGROUP;1\n", "s.csv")
    problems = [str(value) for _where, value in found.entries["contacts"] if isinstance(value, InvalidInput)]
    assert [problem.partition(": ")[0] for problem in problems] == [
        "s.csv line 7",
        "s.csv line 8",
        "s.csv line 9",
        "s.csv line 5",
    ]
    assert problems[-1] == (
        "s.csv line 5: there is no GROUP row with the id 5. Add a GROUP row with this id, or remove the id from "
        "this CONTACT row."
    )


@pytest.mark.parametrize(("text", "yes"), [(TEXT, True), ("\ufeff\nGROUP;1;2;x;\n", True), ("Contact;x\n1;2\n", False)])
def test_it_is_recognised_by_its_first_row(text: str, yes: bool) -> None:
    assert is_syncopy(text) is yes

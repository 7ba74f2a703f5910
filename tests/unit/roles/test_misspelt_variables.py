# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A misspelt variable of a role is an error that names the correct variable, and the role writes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
import support
import yaml
from collections_tree import CHECKOUT

from ansible_collections.community.linkengage.plugins.module_utils._model.arguments import misspelt

MESSAGE = {"notify_text": "Deploy done", "notify_numbers": ["+4790555817"]}
BOOK = {"address_book_src": "book", "address_book_apply": True}
GROUPS = {
    "group_membership_groups": [{"name": "On call", "hosts": "all", "numbers_from": "phone"}],
    "phone": "+4790555817",
}
ROLES = ("address_book", "group_membership", "notify")


@pytest.fixture
def role(warm, simulator, connection_env, tmp_path):
    """``role(name, variables)``: run the role, and return the exit status and the output."""

    def run(name: str, variables: dict[str, Any]) -> tuple[int, str]:
        book = tmp_path / "book"
        book.mkdir()
        (book / "contacts.yml").write_text("contacts: [{phone_number: '+4790555817'}]\n", encoding="utf-8")
        roles = [{"role": f"community.linkengage.{name}"}]
        play = {"hosts": "localhost", "gather_facts": False, "vars": variables, "roles": roles}
        local = ("-i", "localhost,", "-c", "local")
        started = warm.start(json.dumps([play]), *local, env=connection_env, folder=tmp_path)
        return started.end(), started.stdout

    return run


@support.in_json
@pytest.mark.parametrize(
    ("name", "variables", "wrong", "right"),
    [
        ("notify", {**MESSAGE, "notify_sendr": "ACME"}, "notify_sendr", "notify_sender"),
        ("notify", {"notify_txt": "Hi", "notify_numbers": ["+4790555817"]}, "notify_txt", "notify_text"),
        (
            "address_book",
            {**BOOK, "address_book_max_delete_percnt": 1},
            "max_delete_percnt",
            "address_book_max_delete_percent",
        ),
        (
            "group_membership",
            {**GROUPS, "group_membership_allowempty": True},
            "allowempty",
            "group_membership_allow_empty",
        ),
    ],
)
def test_a_misspelt_variable_is_named(simulator, role, name, variables, wrong, right) -> None:
    status, output = role(name, variables)
    assert status == 2
    assert f"{wrong}` is not a variable of this role (did you mean `{right}`?)" in " ".join(output.split())
    assert simulator.log(writes_only=True) == []


@support.in_json
@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("notify", {**MESSAGE, "notify_failed": False, "notify_url": "https://chat.example", "notify_on": "failure"}),
        ("address_book", {**BOOK, "address_book_folder": "book"}),
    ],
)
def test_other_variables_with_the_same_beginning_are_allowed(simulator, role, name, variables) -> None:
    status, output = role(name, variables)
    assert status == 0, output
    assert len(simulator.log(writes_only=True)) == 1


@pytest.mark.parametrize("role", ROLES)
def test_each_variable_with_a_slip_is_named(role: str) -> None:
    """One letter is missing, one letter is doubled, or two letters are exchanged, in names of at least four
    letters.
    """
    known = yaml.safe_load((CHECKOUT / "roles" / role / "defaults" / "main.yml").read_text(encoding="utf-8"))
    begin = len(role) + 1
    for name in (name for name in known if len(name) > begin + 3):
        for at in range(begin, len(name) - 1):
            slips = {
                name[:at] + name[at + 1 :],
                name[: at + 1] + name[at:],
                name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            }
            for slip in slips - set(known):
                (sentence,) = misspelt([*known, slip], f"{role}_", known)
                assert f"`{slip}`" in sentence
                assert "did you mean" in sentence


@pytest.mark.parametrize(
    "name", ["notify_failed", "notify_url", "notify_to", "notify_mail", "notify_waited", "notifytext", "text"]
)
def test_a_name_that_is_not_near_is_not_named(name: str) -> None:
    known = ["notify_text", "notify_fail", "notify_wait", "notify_numbers"]
    assert list(misspelt([name], "notify_", known)) == []

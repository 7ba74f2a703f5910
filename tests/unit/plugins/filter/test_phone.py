# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter phone: one result for all spellings of a number, and errors that say why a text is not a number."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import support
import yaml
from ansible.errors import AnsibleFilterError
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.filter import phone as plugin

phone = plugin.FilterModule().filters()["phone"]
KARI = "+4790555817"


@pytest.mark.parametrize(
    "number",
    [KARI, "+47 905 55 817", "004790555817", "0047 (905) 55-817", "4790555817", "90555817", "905 55 817"],
)
def test_all_spellings_give_one_result(number: str) -> None:
    assert phone(number, "47") == KARI
    assert phone(number, default_country_code="47", number_format="msisdn") == "4790555817"
    assert phone(number, "47", "national") == "90555817"


@pytest.mark.parametrize("number", [KARI, "+47 905 55 817", "0047 905 55 817"])
def test_a_number_with_its_country_code_needs_no_default(number: str) -> None:
    assert phone(number) == KARI
    assert phone(number, number_format="msisdn") == "4790555817"


@pytest.mark.parametrize("code", ["47", "+47", "0047", " 47 "])
def test_the_country_code_can_have_the_forms_of_the_modules(code: Any) -> None:
    assert phone("905 55 817", code) == KARI


@pytest.mark.parametrize(
    ("number", "code", "national"), [("07700 900123", "44", "07700900123"), ("2000", "47", "2000")]
)
def test_a_national_number_has_no_country_code(number: str, code: str, national: str) -> None:
    assert phone(number, code, "national") == national


def test_a_foreign_number_keeps_its_country_code() -> None:
    assert phone("+46 70 174 06 05", "47", "national") == "46701740605"


@pytest.mark.parametrize(
    ("number", "arguments", "words"),
    [
        (4790555817, ["47"], r"phone: number: the number was read as an integer .*quote it"),
        (90555817.0, ["47"], r"quote it"),
        (None, ["47"], r"phone: number: a phone number in quotes is expected, but the value was read as null"),
        (True, ["47"], r"read as true\. Write the number in quotes"),
        (["90555817"], ["47"], r"read as a list\. Write the number in quotes"),
        ("", ["47"], r"phone number is empty"),
        ("90555817;/groups/1", ["47"], r"the character at position 9 \(SEMICOLON\)"),
        ("call Kari", ["47"], r"LATIN SMALL LETTER C"),
        ("123456789012", ["47"], r"is not a phone number in the country with code 47"),
        ("+1", [], r"is not a phone number"),
        ("90555817", [], r"phone: default_country_code: this option is required for a number without a country code"),
        ("90555817", [""], r"default_country_code: this option is required"),
        (KARI, [None, "national"], r"default_country_code: .*number format `national`"),
        (KARI, ["47", "as_given"], r"number_format must be one of e164, msisdn, national"),
        (KARI, ["47", ["e164"]], r"number_format must be one of"),
        (KARI, ["Norway"], r"default_country_code: 'Norway' is not a country calling code"),
        (KARI, ["NO"], r"default_country_code: 'NO' is not a country calling code; write \"47\""),
        (KARI, [True], r"default_country_code: the value was read as true; write one country code in quotes"),
        (KARI, [False], r"default_country_code: .* write \"47\""),
        (KARI, [0o047], r"default_country_code: the value was read as the number 39; quote it"),
        (KARI, [47], r"default_country_code: .* quote it"),
    ],
)
def test_the_error_says_what_is_wrong(number: Any, arguments: list[Any], words: str) -> None:
    with pytest.raises(AnsibleFilterError, match=words):
        phone(number, *arguments)


@given(st.one_of(st.text("0123456789 +()-./x", max_size=20), st.text(), st.integers(), st.none()))
def test_the_result_does_not_change_when_filtered_again(number: Any) -> None:
    try:
        found = phone(number, "47")
    except AnsibleFilterError as error:
        assert str(error).startswith("phone: ")
    else:
        assert found.__class__ is str
        assert phone(found, "47") == found


def test_a_subclass_of_text_gives_a_plain_text() -> None:
    class Tagged(str):
        """A text of a subclass, as ansible-core passes texts to filters."""

        def __str__(self) -> str:
            return "".join(self)

    assert phone(Tagged(KARI), Tagged("47"), Tagged("e164")).__class__ is str


def test_the_examples_run(run_playbook: Callable[..., support.PlaybookRun]) -> None:
    tasks = [
        *yaml.safe_load(plugin.EXAMPLES),
        {
            "name": "Map",
            "ansible.builtin.debug": {
                "msg": "{{ numbers | map('community.linkengage.phone', '47', 'msisdn') | list }}"
            },
            "vars": {"numbers": ["905 55 817", "+46 70 174 06 05"]},
        },
        {
            "name": "Unquoted",
            "ansible.builtin.debug": {"msg": "{{ 4790555817 | community.linkengage.phone }}"},
            "ignore_errors": True,
        },
    ]
    ran = run_playbook(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    assert ran.rc == 0, ran.stdout
    assert ran.result("Convert a number")["msg"] == yaml.safe_load(plugin.RETURN)["_value"]["sample"] == KARI
    assert ran.result("Map")["msg"] == ["4790555817", "46701740605"]
    assert "quote it" in ran.result("Unquoted")["msg"]

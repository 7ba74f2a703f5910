# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The test phone_number returns true or false for any value, and agrees with the filter phone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import support
import yaml
from ansible.errors import AnsibleFilterError
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.linkengage.plugins.filter.phone import phone
from ansible_collections.community.linkengage.plugins.test import phone_number as plugin

phone_number = plugin.TestModule().tests()["phone_number"]


@pytest.mark.parametrize(
    ("value", "arguments", "expected"),
    [
        ("+4790555817", [], True),
        ("+47 905 55 817", [], True),
        ("004790555817", [], True),
        ("905 55 817", [], False),
        ("905 55 817", ["47"], True),
        ("0", ["47"], False),
        ("+47", ["47"], False),
        ("linje 2", ["47"], False),
        ("2000", ["47"], True),
        ("", ["47"], False),
        ("+47 905 55 817 x", [], False),
        ("90555817;41234567", ["47"], False),
        (4790555817, ["47"], False),
        (True, ["47"], False),
        (None, ["47"], False),
        (["+4790555817"], ["47"], False),
        ({"phone_number": "+4790555817"}, ["47"], False),
        (b"+4790555817", ["47"], False),
        (date(2026, 1, 31), ["47"], False),
    ],
)
def test_the_test_is_true_only_for_a_phone_number(value: Any, arguments: list[Any], expected: bool) -> None:
    assert phone_number(value, *arguments) is expected


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.text("0123456789 +()", max_size=20),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(ANYTHING, st.sampled_from([None, "47", "44"]))
def test_the_test_agrees_with_the_filter(value: Any, code: str | None) -> None:
    try:
        phone(value, code)
    except AnsibleFilterError:
        assert phone_number(value, code) is False
    else:
        assert phone_number(value, code) is True


def test_an_invalid_country_code_is_an_error() -> None:
    with pytest.raises(AnsibleFilterError, match=r"phone_number: default_country_code: 'Norway' is not"):
        phone_number("+4790555817", "Norway")


def test_the_examples_run(run_playbook: Callable[..., support.PlaybookRun]) -> None:
    number = "community.linkengage.phone_number"
    tasks = [
        *yaml.safe_load(plugin.EXAMPLES),
        {
            "name": "Conditions",
            "ansible.builtin.assert": {
                "that": [
                    f"'905 55 817' is {number}(default_country_code='47')",
                    f"'905 55 817' is not {number}",
                    f"4790555817 is not {number}",
                    f"['+4790555817', 'x'] | reject('{number}') | list == ['x']",
                ]
            },
        },
    ]
    ran = run_playbook(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    assert ran.rc == 0, ran.stdout
    assert ran.result("Select the phone numbers in a list")["msg"] == ["905 55 817"]

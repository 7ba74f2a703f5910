# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: phone_number
short_description: Test whether a value is a phone number
description:
  - Returns true if the value is one phone number that the modules of this collection accept. The filter
    P(community.linkengage.phone#filter) accepts the same values as this test.
  - The test does not read the country code of the account. A number without a country code is valid only if
    O(default_country_code) is set.
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
positional: _input, default_country_code, foreign_numbers
extends_documentation_fragment:
  - community.linkengage.numbers
options:
  _input:
    description:
      - Value to test.
      - Write a phone number in quotes. YAML reads an unquoted phone number as an integer, and the test returns false
        for an integer.
    type: raw
    required: true
seealso:
  - plugin: community.linkengage.phone
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Check that a variable is a phone number
  ansible.builtin.assert:
    that: number is community.linkengage.phone_number
    fail_msg: "number is not a phone number with its country code"
  vars:
    number: "+47 905 55 817"

- name: Select the phone numbers in a list
  ansible.builtin.debug:
    msg: "{{ entries | select('community.linkengage.phone_number', '47', foreign_numbers='plus_only') }}"
  vars:
    entries: ["905 55 817", "extension 12", ""]
"""

RETURN = r"""
_value:
  description: True if the value is a phone number.
  type: bool
  sample: true
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._errors import InvalidInput, NoCountryCode
from ..module_utils._model.phone import numbering_of
from ..plugin_utils._plugin import ansible_errors


def phone_number(value: Any, default_country_code: Any = None, foreign_numbers: str = "any") -> bool:
    """Return whether *value* is one phone number. Raises AnsibleFilterError for an invalid country code."""
    with ansible_errors("phone_number", AnsibleFilterError):
        numbering = numbering_of(default_country_code, foreign_numbers)
        try:
            numbering.canonical(value)
        except (InvalidInput, NoCountryCode):
            return False
        return True


class TestModule:
    """The class that Ansible loads from this file."""

    def tests(self) -> dict[str, Callable[..., Any]]:
        return {"phone_number": phone_number}

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: phone
short_description: Convert a phone number to a standard format
description:
  - Converts a phone number in any format to one format, so that you can compare phone numbers.
  - A value that is not a phone number is an error. An unquoted phone number is an error, because YAML reads an unquoted
    number as an integer.
  - The filter does not read the country code of the account. For numbers without a country code, set
    O(default_country_code).
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
positional: _input, default_country_code, number_format, foreign_numbers
extends_documentation_fragment:
  - community.linkengage.numbers
options:
  _input:
    description:
      - Quoted phone number. The number can contain digits, spaces, round brackets, and the characters V(+), V(-), V(.)
        and V(/).
    type: str
    required: true
  number_format:
    description:
      - Format of the returned phone number.
      - With V(e164), the number has a plus sign and the country code, as in V(+4790555817). With V(msisdn), the number
        has the country code but no plus sign, as in V(4790555817).
      - With V(national), a number with the country code O(default_country_code) is returned without its country code,
        as in V(90555817). Other numbers keep their country code.
      - A short code, such as V("2000"), has no country code and is the same in all formats.
    type: str
    choices: [e164, msisdn, national]
    default: e164
seealso:
  - plugin: community.linkengage.phone_number
    plugin_type: test
"""

EXAMPLES = r"""
- name: Convert a number
  ansible.builtin.debug:
    msg: "{{ '905 55 817' | community.linkengage.phone(default_country_code='47') }}"

- name: Convert a foreign number, which would be an error without its plus sign
  ansible.builtin.debug:
    msg: "{{ '+46701740605' | community.linkengage.phone('47', foreign_numbers='plus_only') }}"

- name: Check that both lists contain the same numbers, in any format
  ansible.builtin.assert:
    that: "declared | map('community.linkengage.phone', '47') | symmetric_difference(found) | length == 0"
  vars:
    declared: ["905 55 817", "0047 412 34 567"]
    found: ["+4790555817", "+4741234567"]
"""

RETURN = r"""
_value:
  description: Phone number in the format of O(number_format).
  type: str
  sample: "+4790555817"
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display

from ..module_utils._model.phone import NUMBER_FORMATS, numbering_of
from ..plugin_utils._plugin import ansible_errors

display = Display()

FORMATS = sorted(set(NUMBER_FORMATS) - {"as_given"})


def phone(
    number: Any, default_country_code: Any = None, number_format: str = "e164", foreign_numbers: str = "any"
) -> str:
    """Return the phone number in the chosen format. Raises AnsibleFilterError."""
    if number_format not in FORMATS:
        raise AnsibleFilterError(f"phone: number_format must be one of {', '.join(FORMATS)}.")
    with ansible_errors("phone", AnsibleFilterError):
        numbering = numbering_of(default_country_code, foreign_numbers)
        written = str(numbering.written(numbering.canonical(number, "number"), number_format))
    for doubt in numbering.doubts():
        display.warning(f"phone: {doubt}")
    return written


class FilterModule:
    """The class that Ansible loads from this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"phone": phone}

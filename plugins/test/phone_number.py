# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: phone_number
short_description: Whether a value is a phone number
description:
  - Whether P(community.linkengage.phone#filter) and the modules of this collection understand the value as one phone
    number.
  - No account is asked, so that a number without a country code is one only with O(default_country_code).
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
positional: _input, default_country_code
options:
  _input:
    description:
      - The value. Anything but a text is no phone number, also an integer that YAML made of one without quotes.
    type: raw
    required: true
  default_country_code:
    description:
      - Country calling code of numbers that are written without one, such as V("47").
    type: str
seealso:
  - plugin: community.linkengage.phone
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Refuse what is no phone number
  ansible.builtin.assert:
    that: number is community.linkengage.phone_number
    fail_msg: "on_call_number is not a phone number with its country code"
  vars:
    number: "+47 905 55 817"

- name: Keep the phone numbers of a list
  ansible.builtin.debug:
    msg: "{{ entries | select('community.linkengage.phone_number', '47') }}"
  vars:
    entries: ["905 55 817", "extension 12", ""]
"""

RETURN = r"""
_value:
  description: Whether it is a phone number.
  type: bool
  sample: true
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._errors import InvalidInput, LinkEngageError
from ..module_utils._model.phone import numbering_of


def phone_number(value: Any, default_country_code: Any = None) -> bool:
    """Whether *value* is one phone number. Raises AnsibleFilterError for a country code that is none."""
    try:
        numbering = numbering_of(default_country_code)
    except LinkEngageError as error:
        raise AnsibleFilterError(f"phone_number: {error}") from error
    try:
        numbering.canonical(value)
    except InvalidInput:
        return False
    return True


class TestModule:
    """Ansible's way to the test."""

    def tests(self) -> dict[str, Callable[..., Any]]:
        return {"phone_number": phone_number}

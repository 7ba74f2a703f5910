# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: sms_segments
short_description: Count the SMS segments of a text
description:
  - Says how a text is encoded as an SMS and how many segments it takes, as
    M(community.linkengage.linkengage_sms) counts them. Nothing is sent.
  - A text in the GSM 03.38 alphabet takes one segment up to 160 septets, and segments of 153 septets beyond. Each of
    C(^{}\[~]|) and the euro sign is two septets, which are never split over two segments.
  - One character outside that alphabet makes the text UCS-2. It then takes one segment up to 70 UTF-16 code units, and
    segments of 67 beyond. Most emoji are two code units, which are never split either.
  - As in a message, CRLF is one line break, and one line break at the end of the text does not count.
  - A text that cannot be sent is an error. That is one with another control character, such as a tab, or with a
    template that was not evaluated.
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
positional: _input, unsupported_characters
options:
  _input:
    description:
      - The text of the message.
    type: str
    required: true
  unsupported_characters:
    description:
      - What to do about characters outside the GSM 03.38 alphabet.
      - V(allow) counts the text as it is.
      - V(replace) counts it with typographic quotes, dashes, spaces and the like in plain characters. Where the whole
        text then fits the alphabet, letters lose the accents that the alphabet lacks.
      - V(fail) makes them an error that names them.
    type: str
    choices: [allow, replace, fail]
    default: allow
seealso:
  - module: community.linkengage.linkengage_sms
"""

EXAMPLES = r"""
- name: Keep the message to two segments
  ansible.builtin.assert:
    that: (message | community.linkengage.sms_segments).segments <= 2
  vars:
    message: "Backup of {{ inventory_hostname }} failed. See the log for what happened."

- name: Show which characters make the message UCS-2
  ansible.builtin.debug:
    msg: "Character {{ item.position }} is {{ item.name }}"
  loop: "{{ (message | community.linkengage.sms_segments).offending_characters }}"
  vars:
    message: "Disk full on db1 \u2013 call Ola"

- name: Count it as it would be sent with a plain dash
  ansible.builtin.debug:
    msg: "{{ message | community.linkengage.sms_segments(unsupported_characters='replace') }}"
  vars:
    message: "Disk full on db1 \u2013 call Ola"
"""

RETURN = r"""
_value:
  description:
    - What the text takes.
  type: dict
  sample:
    encoding: ucs2
    segments: 1
    units: 27
    offending_characters:
      - character: "\u2013"
        position: 18
        name: EN DASH
  contains:
    encoding:
      description: V(gsm7), or V(ucs2) where a character is outside the GSM 03.38 alphabet.
      type: str
      sample: ucs2
    segments:
      description: The number of SMS that each receiver costs. It is V(1) for an empty text, which cannot be sent.
      type: int
      sample: 1
    units:
      description: The length of the text, in septets for V(gsm7) and in UTF-16 code units for V(ucs2).
      type: int
      sample: 27
    offending_characters:
      description: Every place of a character that is outside the GSM 03.38 alphabet.
      type: list
      elements: dict
      sample:
        - character: "\u2013"
          position: 18
          name: EN DASH
      contains:
        character:
          description: The character.
          type: str
          sample: "\u2013"
        position:
          description: Its place in the text. The first character is V(1), and a line break is one character.
          type: int
          sample: 18
        name:
          description: Its name in Unicode, or its number, as in V(U+E000), where it has no name.
          type: str
          sample: EN DASH
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._errors import LinkEngageError
from ..module_utils._sms.text import POLICIES, apply_policy, clean, measure


def sms_segments(text: Any, unsupported_characters: str = "allow") -> dict[str, Any]:
    """What a text takes as an SMS, in plain types whatever a template hands in."""
    if not isinstance(text, str):
        raise AnsibleFilterError(f"sms_segments: a text is expected, not {type(text).__name__}; quote it.")
    if unsupported_characters not in POLICIES:
        raise AnsibleFilterError(f"sms_segments: unsupported_characters must be one of {', '.join(POLICIES)}.")
    try:
        sendable, _replaced = apply_policy(clean(str(text)), unsupported_characters)
    except LinkEngageError as error:
        raise AnsibleFilterError(f"sms_segments: {error}") from error
    return asdict(measure(sendable))


class FilterModule:
    """Ansible's way to the filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"sms_segments": sms_segments}

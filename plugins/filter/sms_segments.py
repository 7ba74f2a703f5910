# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: sms_segments
short_description: Count the SMS segments of a text
description:
  - Returns the encoding and the number of SMS segments of a text. The module M(community.linkengage.linkengage_sms)
    counts segments in the same way as this filter. The filter sends no message.
  - A septet is a unit of 7 bits. Most characters of the GSM 03.38 alphabet take one septet. The euro sign takes two
    septets. Each of the characters C(^{}\[~]|) also takes two septets.
  - A text in the GSM 03.38 alphabet takes one segment if it has at most 160 septets. A text of more than 160 septets
    takes several segments, and O(part_size) sets the size of each segment. A segment never ends between the two septets
    of one character.
  - One character outside the GSM 03.38 alphabet changes the encoding of the whole text to UCS-2. A UCS-2 text takes one
    segment if it has at most 70 UTF-16 code units. A UCS-2 text of more than 70 code units takes several segments of at
    most 67 code units.
  - Most emoji take two UTF-16 code units. A segment never ends between the two code units of one emoji.
  - CRLF counts as one line break. The filter ignores one line break at the end of the text.
  - A tab counts as a space. The filter ignores escape sequences of terminals, such as colours.
  - The filter fails if the text contains a template that was not evaluated, or a control character that cannot be sent
    in an SMS.
version_added: 1.0.0
author:
  - The community.linkengage contributors (@ansible-collections)
positional: _input, unsupported_characters, part_size
options:
  _input:
    description:
      - Text of the message.
    type: str
    required: true
  unsupported_characters:
    description:
      - Decides what happens to characters outside the GSM 03.38 alphabet.
      - With V(allow), the filter counts the segments of the unchanged text. With V(fail), a character outside the
        alphabet is an error.
      - With V(replace), the filter first replaces typographic quotes, dashes, spaces and similar characters with GSM
        characters, and then counts the segments.
      - With V(replace), the filter also removes the accents from letters outside the alphabet, but only if the text
        then does not need the encoding UCS-2.
    type: str
    choices: [allow, replace, fail]
    default: allow
  part_size:
    description:
      - Number of septets in each segment of a text that takes several segments.
      - With V(vendor), each segment of a multi-segment text holds 134 septets. The gateway of the service uses this
        size.
      - With V(gsm), each segment of a multi-segment text holds 153 septets, as in the standard GSM 03.40.
    type: str
    choices: [vendor, gsm]
    default: vendor
seealso:
  - module: community.linkengage.linkengage_sms
"""

EXAMPLES = r"""
- name: Check that the message takes at most two segments
  ansible.builtin.assert:
    that: (message | community.linkengage.sms_segments).segments <= 2
  vars:
    message: "Backup of {{ inventory_hostname }} failed. See the log for what happened."

- name: Show which characters change the encoding of the message to UCS-2
  ansible.builtin.debug:
    msg: "Character {{ item.position }} is {{ item.name }}"
  loop: "{{ (message | community.linkengage.sms_segments).offending_characters }}"
  vars:
    message: "Disk full on db1 \u2013 call Ola"

- name: Count the segments as in the standard GSM 03.40
  ansible.builtin.debug:
    msg: "{{ (message | community.linkengage.sms_segments(part_size='gsm')).segments }}"
  vars:
    message: "{{ 'Disk full on db1. ' * 20 }}"

- name: Count the segments after a typographic dash was replaced
  ansible.builtin.debug:
    msg: "{{ message | community.linkengage.sms_segments(unsupported_characters='replace') }}"
  vars:
    message: "Disk full on db1 \u2013 call Ola"
"""

RETURN = r"""
_value:
  description:
    - Encoding of the text, number of segments, and length.
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
      description:
        - Encoding of the text. The value is V(ucs2) if a character is outside the GSM 03.38 alphabet, and V(gsm7)
          otherwise.
      type: str
      sample: ucs2
    segments:
      description:
        - Number of SMS segments of the text. The value for an empty text is V(1), although you cannot send an empty
          text.
      type: int
      sample: 1
    units:
      description: Length of the text, in septets for V(gsm7), and in UTF-16 code units for V(ucs2).
      type: int
      sample: 27
    offending_characters:
      description:
        - Characters outside the GSM 03.38 alphabet. If a character occurs twice in the text, the list has two entries
          for this character.
      type: list
      elements: dict
      sample:
        - character: "\u2013"
          position: 18
          name: EN DASH
      contains:
        character:
          description: Character outside the GSM 03.38 alphabet.
          type: str
          sample: "\u2013"
        position:
          description:
            - Position of the character in the text. The first character has position V(1). A line break counts as one
              character.
          type: int
          sample: 18
        name:
          description:
            - Unicode name of the character. If the character has no name, the value is the Unicode number of the
              character, such as V(U+E000).
          type: str
          sample: EN DASH
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._model.frozen import thawed
from ..module_utils._model.values import kind_of
from ..module_utils._sms.text import PART_SIZES, POLICIES, apply_policy, clean, measure, without_controls
from ..plugin_utils._plugin import ansible_errors


def sms_segments(text: Any, unsupported_characters: str = "allow", part_size: str = PART_SIZES[0]) -> dict[str, Any]:
    """Return the encoding and the size of a text as an SMS.

    The values have plain types, even if Ansible passes a text of a subclass.
    """
    if not isinstance(text, str):
        raise AnsibleFilterError(f"sms_segments: a text is expected; this is {kind_of(text)}. Quote the text.")
    if unsupported_characters not in POLICIES:
        raise AnsibleFilterError(f"sms_segments: unsupported_characters must be one of {', '.join(POLICIES)}.")
    if part_size not in PART_SIZES:
        raise AnsibleFilterError(f"sms_segments: part_size must be one of {', '.join(PART_SIZES)}.")
    with ansible_errors("sms_segments", AnsibleFilterError):
        sendable, _replaced = apply_policy(clean(without_controls(str(text))[0]), unsupported_characters)
        segments: dict[str, Any] = thawed(vars(measure(sendable, part_size)))
        return segments


class FilterModule:
    """The class that Ansible loads from this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"sms_segments": sms_segments}

# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options that limit who gets messages from a system."""

    DOCUMENTATION = r"""
options:
  receiver_allowlist:
    description:
      - Quoted phone numbers that may get messages from this system. Use this option, for example, on a staging system.
      - Receivers that are not in O(receiver_allowlist) get no message. If O(receiver_allowlist) is an empty list,
        nobody gets a message, and the task gives a warning.
      - If both options are set, and O(receiver_allowlist) does not contain the number in O(redirect_to), nobody gets a
        message.
      - With O(receiver_allowlist) or O(redirect_to), the module replaces contacts and groups with their phone numbers
        before it sends the message. If a person becomes a member of a group after this replacement, this person does
        not get the message.
      - The value V(null) is an error.
      - If this option is omitted, the list in the environment variable E(LINKENGAGE_RECEIVER_ALLOWLIST) is used.
        Separate the numbers in the environment variable with commas.
      - An empty environment variable counts as not set. The module ignores empty entries of the list.
    type: list
    elements: raw
  redirect_to:
    description:
      - Quoted phone number that gets all messages from this system instead of the receivers. Use this option for tests.
      - The value V(null) and an empty text are errors.
      - If this option is omitted, the value of the environment variable E(LINKENGAGE_REDIRECT_TO) is used. An empty
        environment variable counts as not set.
    type: raw
"""
